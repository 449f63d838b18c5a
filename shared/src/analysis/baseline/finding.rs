//! What weakens a study or leaves it without a claim, with the numbers behind it.

use alloc::string::String;

use super::rows::{LeftOut, Role};
use crate::energy::regression::NoFit;
use crate::finding::Severity;

/// A weakness of a study.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// The site has no main meter of active energy.
    NoMeter,
    /// The record is too short for a baseline and something after it.
    ShortRecord {
        /// Rows that were measured.
        rows: usize,
        /// Rows that are needed.
        needed: usize,
    },
    /// The baseline has fewer rows that count than the rules ask for.
    FewRows {
        /// Rows that count.
        rows: usize,
        /// Rows that are needed.
        needed: usize,
    },
    /// Nothing is recorded that use could depend on: the model is a mean.
    NoDrivers,
    /// A driver that was asked for is none, or nothing of it was recorded.
    UnknownDriver {
        /// Its name.
        name: String,
    },
    /// A driver is known in too few rows of the baseline: it was not tried.
    SparseDriver {
        /// Its name.
        name: String,
        /// Rows in which it is known.
        rows: usize,
        /// Rows whose energy was measured.
        of: usize,
    },
    /// More drivers were asked for than are tried: the last were left out.
    ManyDrivers {
        /// How many were left out.
        rest: usize,
    },
    /// There is no model at all.
    NoModel(NoFit),
    /// The rules refuse the model that is shown.
    Refused {
        /// How many limits it breaks.
        limits: usize,
    },
    /// The model says that more of a driver needs less energy.
    Falls {
        /// The driver's name.
        name: String,
    },
    /// The reporting period's mean of a driver is outside what the baseline has seen.
    OutOfRange {
        /// The driver's name.
        name: String,
        /// Its mean in the reporting period.
        mean: f64,
        /// The least that the baseline has seen.
        least: f64,
        /// The most.
        most: f64,
    },
    /// No row of the reporting period counts: none lies after the baseline, or none was measured.
    NothingReported {
        /// Rows of the reporting period outside the baseline.
        rows: usize,
    },
    /// The baseline's residuals resemble each other too much to say how sure a saving is.
    FewIndependentRows {
        /// Rows that count as independent.
        rows: f64,
    },
    /// The site states a baseline of a time that this record does not hold: the first third takes its place.
    NotRecorded,
    /// Nobody stated the baseline's period: it is the first third of the record.
    Provisional {
        /// Rows of it that count.
        rows: usize,
    },
    /// The baseline is shorter than a year and has not seen every season.
    ShortBaseline {
        /// How long it is.
        days: i64,
    },
    /// Rows count in no figure.
    LeftOut {
        /// Of which part of the study.
        role: Role,
        /// Why.
        cause: LeftOut,
        /// How many.
        rows: usize,
    },
}

impl Finding {
    /// The stable word.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoMeter => "no_meter",
            Self::ShortRecord { .. } => "short_record",
            Self::FewRows { .. } => "few_rows",
            Self::NoDrivers => "no_drivers",
            Self::UnknownDriver { .. } => "unknown_driver",
            Self::SparseDriver { .. } => "sparse_driver",
            Self::ManyDrivers { .. } => "many_drivers",
            Self::NoModel(_) => "no_model",
            Self::Refused { .. } => "refused",
            Self::Falls { .. } => "falls",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NothingReported { .. } => "nothing_reported",
            Self::FewIndependentRows { .. } => "few_independent_rows",
            Self::NotRecorded => "not_recorded",
            Self::Provisional { .. } => "provisional",
            Self::ShortBaseline { .. } => "short_baseline",
            Self::LeftOut { .. } => "left_out",
        }
    }

    /// Whether it leaves the study without a claim.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::NoMeter
            | Self::ShortRecord { .. }
            | Self::FewRows { .. }
            | Self::NoDrivers
            | Self::NoModel(_)
            | Self::Refused { .. }
            | Self::Falls { .. }
            | Self::OutOfRange { .. }
            | Self::NothingReported { .. }
            | Self::FewIndependentRows { .. } => Severity::Disqualifies,
            Self::UnknownDriver { .. }
            | Self::SparseDriver { .. }
            | Self::ManyDrivers { .. }
            | Self::NotRecorded
            | Self::Provisional { .. }
            | Self::ShortBaseline { .. }
            | Self::LeftOut { .. } => Severity::Warns,
        }
    }
}
