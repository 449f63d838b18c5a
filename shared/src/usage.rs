//! What intervals add up to, by how well it is known.

use crate::decimal::Decimal;
use crate::finding::{Cause, Findings};
use crate::interval::{Interval, Rule};
use crate::time::{Period, Span};

/// What a period's intervals add up to, by how well it is known. Merges in any order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    measured: i128,
    estimated: i128,
    measured_time: Span,
    estimated_time: Span,
    rollovers: u32,
    transients: u32,
    broken: u32,
    exchanges: u32,
    suspects: u32,
}

impl Usage {
    /// Folds one interval, already cut to the period.
    #[inline]
    pub fn fold(&mut self, interval: &Interval) {
        let span = interval.period.span();
        match interval.rule {
            Rule::Broken => {
                self.broken = self.broken.saturating_add(1);
                return;
            }
            Rule::Suspect => {
                self.suspects = self.suspects.saturating_add(1);
                return;
            }
            Rule::Rollover => self.rollovers = self.rollovers.saturating_add(1),
            Rule::Transient => self.transients = self.transients.saturating_add(1),
            Rule::Exchanged => self.exchanges = self.exchanges.saturating_add(1),
            Rule::Measured | Rule::AcrossGap | Rule::Estimated | Rule::FactorChanged => {}
        }
        if interval.rule.is_measured() {
            self.measured = self.measured.wrapping_add(interval.amount);
            self.measured_time = self.measured_time + span;
        } else {
            self.estimated = self.estimated.wrapping_add(interval.amount);
            self.estimated_time = self.estimated_time + span;
        }
    }

    /// Adds what another part of the period found.
    pub fn merge(&mut self, other: &Self) {
        self.measured = self.measured.wrapping_add(other.measured);
        self.estimated = self.estimated.wrapping_add(other.estimated);
        self.measured_time = self.measured_time + other.measured_time;
        self.estimated_time = self.estimated_time + other.estimated_time;
        self.rollovers = self.rollovers.saturating_add(other.rollovers);
        self.transients = self.transients.saturating_add(other.transients);
        self.broken = self.broken.saturating_add(other.broken);
        self.exchanges = self.exchanges.saturating_add(other.exchanges);
        self.suspects = self.suspects.saturating_add(other.suspects);
    }

    /// Measured and estimated together, thousandths of the unit; `None` when no time is known.
    #[must_use]
    pub fn total(&self) -> Option<i128> {
        let known = self.measured_time + self.estimated_time;
        (known > Span::ZERO).then(|| self.measured.wrapping_add(self.estimated))
    }

    /// The part that was measured, thousandths of the unit.
    #[must_use]
    pub const fn measured(&self) -> i128 {
        self.measured
    }

    /// How long was measured.
    #[must_use]
    pub const fn measured_time(&self) -> Span {
        self.measured_time
    }

    /// The measured share of a period, 0 to 1.
    #[must_use]
    pub fn coverage(&self, period: Period) -> Decimal {
        share(self.measured_time, period.span())
    }

    /// What stands against the sum.
    #[must_use]
    pub fn findings(&self, period: Period) -> Findings {
        if self.total().is_none() {
            return Findings::disqualified(Cause::NoData);
        }
        let mut findings = coverage_findings(self.coverage(period));
        if self.broken > 0 {
            findings.warn(Cause::CounterBroken, Some(Decimal::new(self.broken.into(), 0)));
        }
        if self.estimated_time > Span::ZERO {
            findings.warn(Cause::Estimated, Some(share(self.estimated_time, period.span())));
        }
        if self.suspects > 0 {
            findings.warn(Cause::SuspectValue, Some(Decimal::new(self.suspects.into(), 0)));
        }
        if self.transients > 0 {
            findings.warn(Cause::TransientValue, Some(Decimal::new(self.transients.into(), 0)));
        }
        if self.exchanges > 0 {
            findings.warn(Cause::MeterExchanged, Some(Decimal::new(self.exchanges.into(), 0)));
        }
        if self.rollovers > 0 {
            findings.warn(Cause::Rollover, Some(Decimal::new(self.rollovers.into(), 0)));
        }
        findings
    }
}

/// `part` of `whole` as a share to a millionth, rounded down so that 1 means all of it; 0 of nothing.
#[must_use]
pub fn share(part: Span, whole: Span) -> Decimal {
    let (part, whole) = (i128::from(part.milliseconds()), i128::from(whole.milliseconds()));
    let millionths = if whole > 0 { part.max(0) * 1_000_000 / whole } else { 0 };
    Decimal::new(millionths, 6)
}

/// The warning that goes with too low a coverage, if it is.
#[must_use]
pub fn coverage_findings(coverage: Decimal) -> Findings {
    let mut findings = Findings::NONE;
    let limit = crate::finding::REPORTABLE_COVERAGE;
    let scale = crate::decimal::power_of_ten(coverage.places().saturating_sub(limit.places()));
    if coverage.units() < limit.units() * scale {
        findings.warn(Cause::LowCoverage, Some(coverage));
    }
    findings
}
