//! A first site file, as text with comments to edit: from questions answered, or from what a scan found.

mod data;
mod interview;
mod read;
mod scanned;
mod sheet;
pub(crate) mod slug;
mod texts;
mod write;

pub use data::{Band, Kind, Level, Name, Offer, PriceList, Schedule, ShiftOffer, Tariff, Tariffs};
pub use data::{offer, tariffs};
pub use interview::{Answers, Interview, Machine, MainMeter, NewError, Shift};
pub use scanned::of_scan;
pub use write::{next_steps, of_answers};
