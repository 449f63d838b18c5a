//! The device's key, its signed checkpoints, and checking a folder against them.

pub mod cosign;
pub mod key;
pub mod ledger;
pub mod verify;

pub use key::DeviceKey;
pub use ledger::Ledger;
