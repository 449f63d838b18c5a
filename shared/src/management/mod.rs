//! Lean, quality, food safety, environment, work safety, productivity, and the technology score sheet of
//! Circular 17/2019.

pub mod circular_17;
pub mod environment;
pub mod food_safety;
pub mod lean;
pub mod productivity;
pub mod quality;
pub mod work_safety;
