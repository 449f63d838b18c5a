//! Whole studies of a record, for those who have memory: what a page, a command and an auditor ask of it
//! at once, so that all three get the same answer.

pub mod baseline;
pub mod opportunity;
