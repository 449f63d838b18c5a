#![no_std]
#![forbid(unsafe_code)]
//! Energy performance (ISO 50001) and machine effectiveness (TPM, ISO 22400) indicators that are
//! the same to the last bit on a microcontroller, a gateway and in a browser.
//!
//! Samples become [intervals](interval) by counter rules that book nothing unproved; intervals fold
//! into fixed-size accumulators of exact integers, which merge in any order to the same bits; an
//! [`indicator`] is their quotient as an exact [`Decimal`], with its coverage and findings.
//! The crate has no clock, no I/O, no allocation and no `unsafe`; time is an argument.
//!
//! ```
//! use millwatt::energy::power_factor;
//! use millwatt::units::{Energy, ReactiveEnergy};
//!
//! let drawn = Energy::from_milliwatt_hours(8_000_000);
//! let magnetising = ReactiveEnergy::from_millivar_hours(6_000_000);
//! assert_eq!(power_factor(drawn, magnetising).expect("energy flowed").to_string(), "0.8");
//! ```
//!
//! # The nouns
//! - [`time`]: instants, spans, local days by a table of UTC offsets; [`calendar`]: planned work.
//! - [`units`]: energy, power, amounts, money over integers; [`Decimal`]: a figure as it is printed.
//! - [`site`]: assets, channels, shifts, tariff; [`reading`] and [`event`]: what was reported.
//! - [`interval`]: counter algebra; [`finding`]: what is wrong with the data.
//! - [`energy`] and [`production`]: the accumulators; [`evaluate()`]: all of them for a period.
//!
//! # Features
//! None by default: the metrics alone, with `libm` as the only dependency.
//! - `wire`: manifest, column codec, block and frame (serde, postcard, crc).
//! - `alloc`: `archive`, a whole log in memory, for gateway and page; needs an allocator.

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "alloc")]
pub mod archive;
pub mod calendar;
pub mod correction;
pub mod decimal;
#[cfg(feature = "_digest")]
pub mod digest;
pub mod energy;
pub mod evaluate;
pub mod event;
pub mod finding;
pub mod indicator;
pub mod interval;
pub mod management;
pub mod numeric;
pub mod production;
pub mod reading;
pub mod series;
pub mod site;
pub mod time;
pub mod units;
pub mod usage;
#[cfg(feature = "wire")]
pub mod wire;

pub use decimal::Decimal;
pub use evaluate::evaluate;
pub use indicator::{Indicator, Name, Unit};
pub use series::Series;
