//! What is wrong with the data behind a figure: a stable name and the number that shows it.

use crate::decimal::Decimal;

/// What a finding does to the figure it stands beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The figure stands; the finding travels with it.
    Warns,
    /// There is no figure.
    Disqualifies,
}

impl Severity {
    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warns => "warns",
            Self::Disqualifies => "disqualifies",
        }
    }
}

/// Why a figure is weaker than it looks, or missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Less of the period was measured than [`REPORTABLE_COVERAGE`].
    LowCoverage,
    /// Part of the energy is known in sum but not in time, across a gap.
    Estimated,
    /// A counter fell and stayed low, or jumped beyond the rating: nothing was booked across it.
    CounterBroken,
    /// Values that came back at once were passed over.
    TransientValue,
    /// The source itself did not believe some amounts: they were not booked.
    SuspectValue,
    /// A counter ran over its width and was carried on.
    Rollover,
    /// The meter was exchanged, and both readings are known: the sum is whole.
    MeterExchanged,
    /// No channel measures what the figure needs.
    NotMeasured,
    /// The period holds no sample.
    NoData,
    /// Nothing was planned, produced or used in the period, so that the ratio has no meaning.
    NothingToDivideBy,
    /// The samples are further apart than the window.
    GridTooCoarse,
    /// No tariff covers the period.
    NoTariff,
    /// No ideal cycle time is set.
    NoIdealCycle,
    /// Nothing failed, so that there is no mean between failures.
    NoFailure,
    /// Above 1: the ideal cycle time or the count is wrong.
    AboveOne,
    /// No factor says what energy that was used counts for.
    NoFactor,
    /// No price of a fuel that was burnt is stated.
    NoFuelPrice,
}

impl Cause {
    /// The stable name, as GLOSSARY has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LowCoverage => "low_coverage",
            Self::Estimated => "estimated_share",
            Self::CounterBroken => "counter_broken",
            Self::TransientValue => "transient_value",
            Self::SuspectValue => "suspect_value",
            Self::Rollover => "rollover",
            Self::MeterExchanged => "meter_exchanged",
            Self::NotMeasured => "not_measured",
            Self::NoData => "no_data",
            Self::NothingToDivideBy => "nothing_to_divide_by",
            Self::GridTooCoarse => "grid_too_coarse",
            Self::NoTariff => "no_tariff",
            Self::NoIdealCycle => "no_ideal_cycle",
            Self::NoFailure => "no_failure",
            Self::AboveOne => "above_one",
            Self::NoFactor => "no_factor",
            Self::NoFuelPrice => "no_fuel_price",
        }
    }
}

/// Coverage below which a figure carries [`Cause::LowCoverage`]: 95 %. Our choice, not a law's.
pub const REPORTABLE_COVERAGE: Decimal = Decimal::new(95, 2);

/// One weakness with the number that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub cause: Cause,
    /// What that does to the figure.
    pub severity: Severity,
    /// The number behind it: a share, a count; see each [`Cause`].
    pub evidence: Option<Decimal>,
}

/// How many findings a figure can carry; further ones are dropped, the first are the gravest.
pub const MOST_FINDINGS: usize = 4;

/// The findings of one figure.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Findings([Option<Finding>; MOST_FINDINGS]);

impl Findings {
    /// No findings.
    pub const NONE: Self = Self([None; MOST_FINDINGS]);

    /// A list of one that leaves no figure.
    #[must_use]
    pub fn disqualified(cause: Cause) -> Self {
        let mut findings = Self::NONE;
        findings.push(Finding { cause, severity: Severity::Disqualifies, evidence: None });
        findings
    }

    /// Adds one; a cause that is already there is kept once.
    pub fn push(&mut self, finding: Finding) {
        if self.iter().any(|known| known.cause == finding.cause) {
            return;
        }
        if let Some(free) = self.0.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(finding);
        }
    }

    /// Adds a warning.
    pub fn warn(&mut self, cause: Cause, evidence: Option<Decimal>) {
        self.push(Finding { cause, severity: Severity::Warns, evidence });
    }

    /// Adds all of another list.
    pub fn merge(&mut self, other: &Self) {
        other.iter().for_each(|finding| self.push(finding));
    }

    /// In the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = Finding> + '_ {
        self.0.iter().flatten().copied()
    }
}
