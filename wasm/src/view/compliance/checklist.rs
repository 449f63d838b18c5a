//! Which of the data that an energy management system needs are there.

use millwatt::Decimal;
use millwatt::analysis::baseline::{Origin, Verdict};
use millwatt::finding::REPORTABLE_COVERAGE;

/// Days from which a baseline has gone through the seasons.
const A_YEAR: i64 = 365;
/// Days from which two months can be compared.
const TWO_MONTHS: i64 = 60;
/// The share of the main meter that sub-meters may miss; ours, no standard's.
const MOST_UNMETERED: f64 = 0.2;

/// How a requirement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    Met,
    Partly,
    Missing,
}

impl Stands {
    /// Met where `whole`, partly where `some`.
    const fn of(whole: bool, some: bool) -> Self {
        match (whole, some) {
            (true, _) => Self::Met,
            (false, true) => Self::Partly,
            (false, false) => Self::Missing,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// An energy target that can be measured.
    Target,
    /// A review made from measured data.
    Review,
    /// Every carrier of energy with what it counts for.
    Carriers,
    /// A list of significant uses.
    Uses,
    /// What use depends on.
    Variables,
    /// An indicator.
    Indicator,
    /// Its method in writing.
    Method,
    /// A baseline that somebody decided on.
    Baseline,
    /// A baseline of twelve months.
    TwelveMonths,
    /// A comparison for equal conditions.
    Normalised,
    /// Meters that cover the significant uses.
    Meters,
    /// How and when meters are calibrated.
    Calibration,
    /// Data that come as planned.
    Collected,
    /// A trend over two periods and more.
    Trend,
    /// The indicator against its baseline.
    Compared,
}

impl Asked {
    /// All of them, by clause.
    pub const ALL: [Self; 15] = [
        Self::Target,
        Self::Review,
        Self::Carriers,
        Self::Uses,
        Self::Variables,
        Self::Indicator,
        Self::Method,
        Self::Baseline,
        Self::TwelveMonths,
        Self::Normalised,
        Self::Meters,
        Self::Calibration,
        Self::Collected,
        Self::Trend,
        Self::Compared,
    ];

    /// The clause of ISO 50001:2018 that asks for it.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Target => "6.2",
            Self::Review | Self::Carriers | Self::Uses | Self::Variables => "6.3",
            Self::Indicator | Self::Method => "6.4",
            Self::Baseline | Self::TwelveMonths | Self::Normalised => "6.5",
            Self::Meters | Self::Calibration | Self::Collected => "6.6",
            Self::Trend | Self::Compared => "9.1",
        }
    }
}

/// What the data show.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Evidence {
    /// How much of the period the main meter measured.
    pub main: Option<Decimal>,
    /// Carriers of energy, and those of them with an oil equivalent.
    pub carriers: (usize, usize),
    /// Meters below the main one.
    pub sub_meters: usize,
    /// The share of the main meter that they do not see.
    pub unmetered: Option<Decimal>,
    /// Drivers that are known, and those of them in the model.
    pub drivers: (usize, usize),
    /// The improvement that is wanted, tenths of a percent.
    pub target: u16,
    /// Whether energy for a unit of output is known.
    pub has_ratio: bool,
    /// Whether there is a model, and whether it may be used.
    pub model: Option<bool>,
    /// Who chose the baseline's period, and how many days it has.
    pub baseline: Option<(Origin, i64)>,
    /// Whether somebody noted how meters are calibrated.
    pub is_calibrated: bool,
    /// Meters, and those of them with 95 % of the period and more.
    pub meters: (usize, usize),
    /// Days that the record holds.
    pub days: i64,
    /// What may be said of the period against the baseline.
    pub verdict: Option<Verdict>,
}

impl Evidence {
    /// How a requirement stands by it.
    pub fn judged(&self, asked: Asked) -> Stands {
        let reached = |share: Option<Decimal>| {
            share.is_some_and(|share| share.to_f64() >= REPORTABLE_COVERAGE.to_f64())
        };
        let all_of = |(of, some): (usize, usize)| Stands::of(of > 0 && some == of, some > 0);
        let is_stated = self.baseline.is_some_and(|(origin, _)| origin != Origin::Provisional);
        let has_indicator = self.has_ratio || self.model.is_some();
        match asked {
            Asked::Target => Stands::of(self.target > 0, false),
            Asked::Review => {
                Stands::of(reached(self.main), self.main.is_some_and(|share| share.units() > 0))
            }
            Asked::Carriers => all_of(self.carriers),
            Asked::Uses | Asked::Meters => {
                let least = if asked == Asked::Uses { 1 } else { 2 };
                let seen = self.unmetered.is_some_and(|share| share.to_f64() <= MOST_UNMETERED);
                Stands::of(self.sub_meters >= least && seen, self.sub_meters > 0)
            }
            Asked::Variables => Stands::of(self.drivers.1 > 0, self.drivers.0 > 0),
            Asked::Indicator => Stands::of(has_indicator, false),
            Asked::Method => Stands::of(self.model == Some(true), has_indicator),
            Asked::Baseline => Stands::of(is_stated, self.baseline.is_some()),
            Asked::TwelveMonths => {
                let length = self.baseline.map_or(0, |(_, days)| days);
                Stands::of(length >= A_YEAR, length > 0)
            }
            Asked::Normalised => Stands::of(self.model == Some(true), self.model.is_some()),
            Asked::Calibration => Stands::of(self.is_calibrated, false),
            Asked::Collected => all_of(self.meters),
            Asked::Trend => Stands::of(self.days >= TWO_MONTHS, self.days > 1),
            Asked::Compared => {
                let is_claimed = self.verdict.is_some_and(|verdict| verdict != Verdict::NoClaim);
                Stands::of(is_claimed, self.verdict.is_some())
            }
        }
    }

    /// How many stand so.
    pub fn count(&self, stands: Stands) -> usize {
        Asked::ALL.into_iter().filter(|asked| self.judged(*asked) == stands).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(evidence: &Evidence) -> [usize; 3] {
        [Stands::Met, Stands::Partly, Stands::Missing].map(|stands| evidence.count(stands))
    }

    #[test]
    fn nothing_meets_nothing() {
        assert_eq!(counts(&Evidence::default()), [0, 0, 15]);
    }

    #[test]
    fn one_meter_of_a_day_meets_the_review_alone() {
        let whole = Some(Decimal::new(1, 0));
        let one = Evidence {
            main: whole,
            meters: (1, 1),
            carriers: (1, 0),
            days: 1,
            ..Evidence::default()
        };
        assert_eq!(counts(&one), [2, 0, 13]);
        assert_eq!(one.judged(Asked::Review), Stands::Met);
        assert_eq!(one.judged(Asked::Collected), Stands::Met);
    }

    #[test]
    fn a_month_of_a_whole_line_lacks_its_year() {
        let month = Evidence {
            main: Some(Decimal::new(99, 2)),
            carriers: (2, 2),
            sub_meters: 6,
            unmetered: Some(Decimal::new(8, 2)),
            drivers: (3, 1),
            target: 30,
            has_ratio: true,
            model: Some(true),
            baseline: Some((Origin::Stated, 15)),
            is_calibrated: false,
            meters: (7, 6),
            days: 30,
            verdict: Some(Verdict::NotProved),
        };
        assert_eq!(counts(&month), [11, 3, 1]);
        let year = Evidence {
            baseline: Some((Origin::Stated, 365)),
            is_calibrated: true,
            meters: (7, 7),
            days: 730,
            ..month
        };
        assert_eq!(counts(&year), [15, 0, 0]);
    }
}
