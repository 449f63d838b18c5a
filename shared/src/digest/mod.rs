//! One seeded year through every indicator, as numbers that all targets must share.
//!
//! Internal: what `cargo full-test --only digest` runs on the host, on a Cortex-M4, in Node and in a
//! browser. The year is computed and not stored, so that a microcontroller can ask for any stretch of it.

mod models;
mod year;

pub use year::Year;

use crate::evaluate::evaluate;
use crate::time::{Every, Period, Zone};
use core::fmt;

/// A hash over the exact bits of results, and how many went into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    hash: u64,
    results: u32,
}

impl Default for Digest {
    fn default() -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, results: 0 }
    }
}

impl Digest {
    /// Of every indicator of a year and of its months, and of models over its days.
    #[must_use]
    pub fn of_year(seed: u64) -> Self {
        let year = Year::new(seed);
        let mut digest = Self::default();
        let whole = year.period();
        digest.indicators(&year, whole);
        for month in whole.every(Every::Month, Zone::new(&year::OFFSETS)) {
            digest.indicators(&year, month);
        }
        digest.models(&year);
        digest
    }

    /// How many results it holds.
    #[must_use]
    pub const fn results(&self) -> u32 {
        self.results
    }

    fn indicators(&mut self, year: &Year, period: Period) {
        evaluate(&year::site(), year, period, |indicator| {
            self.bytes(indicator.name.word().as_bytes());
            self.bytes(indicator.part.unwrap_or("").as_bytes());
            self.decimal(indicator.value);
            self.decimal(Some(indicator.coverage));
            indicator.findings.iter().for_each(|finding| {
                self.bytes(finding.cause.name().as_bytes());
                self.decimal(finding.evidence);
            });
            self.results += 1;
        });
    }

    /// FNV-1a, 64 bits: public domain, and only whole numbers.
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn decimal(&mut self, figure: Option<crate::Decimal>) {
        let Some(figure) = figure else {
            return self.bytes(b"unknown");
        };
        self.bytes(&figure.units().to_le_bytes());
        self.bytes(&[figure.places()]);
    }

    fn figure(&mut self, figure: Option<crate::Decimal>) {
        self.decimal(figure);
        self.results += 1;
    }

    fn float(&mut self, value: f64) {
        self.bytes(&value.to_bits().to_le_bytes());
        self.results += 1;
    }
}

/// `0123456789abcdef over 1234 results`.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x} over {} results", self.hash, self.results)
    }
}
