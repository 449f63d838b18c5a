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
//! # Two layers
//! Readings fold one at a time into fixed-size accumulators of exact integers, which merge in any order
//! to the same bits: [`usage`], [`energy::EnergyTally`], [`production::LossTally`] and their kin. Models
//! and diagnostics work on rows that the caller lends: [`energy::regression`], its [`energy::panel`]. Only
//! there and in the last step of a figure are floats, in a fixed order and without fused operations, so
//! that one digest of everything is the same on x86-64, a Cortex-M4, in Node and in a browser.
//!
//! Above both, for those who have an allocator, stands `analysis`: whole studies of a record, so that a page, a command
//! and an auditor's script that ask the same get the same answer, its verdict and findings with it.
//!
//! # The handbook
//! | topic | pages |
//! |---|---|
//! | instants, zones, calendars | [`time`], [`calendar`] |
//! | quantities and figures | [`units`], [`Decimal`], [`indicator`], [`finding`] |
//! | a site and what is reported of it | [`site`], [`reading`], [`event`], [`series`] |
//! | dated factors, prices, limits and baselines that a site states | [`site::Facts`] |
//! | counters: rollover, reset, exchange, gap | [`interval`], [`correction`], [`usage`] |
//! | use, cost, demand, load | [`energy::tariff`], [`energy::demand`], [`energy::load`], [`energy::balance`] |
//! | power factor and what it costs | [`energy::power_factor()`], [`energy::reactive`] |
//! | fuels, oil equivalent, carbon | [`energy::fuel`], [`management::environment`] |
//! | baselines: models, drivers, change points | [`energy::design`], [`energy::regression`], [`energy::subsets`], [`energy::change_point`], [`energy::degree_days`] |
//! | is a model valid, is a saving real | [`energy::panel`], [`energy::rules`], [`energy::uncertainty`] |
//! | comparing periods, watching, acting | [`energy::enpi`], [`energy::adjustment`], [`energy::cusum`], [`energy::action`] |
//! | machine states and effectiveness | [`production::state`], [`production::stretch`], [`production::effectiveness`], [`production::time_model`] |
//! | losses and reliability | [`production::losses`], [`production::sixteen`], [`production::reliability`] |
//! | other machine figures | [`production::kpi`], [`production::semi_e10`], [`production::compressor`], [`production::thresholds`] |
//! | lean, quality, food and work safety, productivity | [`management`] |
//! | everything at once for a period | [`evaluate()`] |
//! | a baseline of a whole record, from readings to verdict | `analysis::baseline` (feature `alloc`) |
//! | what could be saved, ranked by money | `analysis::opportunity` (feature `alloc`) |
//! | the words, in Vietnamese and English | [`glossary`] |
//!
//! Five programs in `examples/` show common tasks: `counter`, `bill`, `baseline`, `change_point` and
//! `effectiveness`.
//!
//! # Features
//! None by default: the metrics alone, with `libm` as the only dependency.
//! - `wire`: manifest, column codec, block and frame (serde, postcard, crc); some 6 kB of code on a Cortex-M4.
//! - `trust`: Merkle tree, signed checkpoints and their verifier (sha2, ed25519-dalek, base64ct); some 20 kB more,
//!   or 52 kB where sha2 is not told to be compact.
//! - `alloc`: `archive`, a whole log in memory, and `analysis`, studies of it, for gateway and page; needs an
//!   allocator.
//! - `_digest`: internal, a seeded year through everything, to compare targets.
//!
//! # What it does not do
//! It reads no file and knows no law: prices, factors and limits are data with a source, which a site
//! [states](site::Facts) or replaces. What nobody could read in a primary source says so where it stands.

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "alloc")]
pub mod analysis;
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
pub mod glossary;
pub mod indicator;
pub mod interval;
pub mod management;
pub mod numeric;
#[cfg(feature = "alloc")]
pub mod packed;
pub mod production;
pub mod reading;
pub mod series;
pub mod site;
pub mod time;
#[cfg(feature = "trust")]
pub mod trust;
pub mod units;
pub mod usage;
#[cfg(feature = "wire")]
pub mod wire;

pub use decimal::Decimal;
pub use evaluate::evaluate;
pub use indicator::{Indicator, Name, Unit};
pub use series::Series;
