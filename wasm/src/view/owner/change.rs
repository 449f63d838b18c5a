//! What changed: against the baseline where there is one, or else against the period before.

use super::words::Word;
use super::{Owner, millionths};
use crate::view::View;
use crate::words::Text as _;
use millwatt::analysis::baseline::{Account, Finding, Origin, Study, Verdict};
use millwatt::time::{Every, Span};
use millwatt::units::{Energy, Money};
use millwatt::{Decimal, Name};

/// What changed against the baseline.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    /// Less was used than expected, by more than the uncertainty.
    Saved(Difference),
    /// More was used than expected, by more than the uncertainty.
    Rose(Difference),
    /// The difference is not larger than its uncertainty.
    Noise(Difference),
    /// Nothing may be claimed: a sentence says why, and what to do.
    NoBaseline(String),
}

/// What was used beside what a baseline expects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Difference {
    account: Account,
    /// How long a row of the account is.
    every: Every,
    /// Whether nobody chose the baseline's period.
    pub(super) is_provisional: bool,
}

impl Difference {
    fn kind(self) -> Option<Change> {
        match self.account.verdict {
            Verdict::Verified => Some(Change::Saved(self)),
            Verdict::Worse => Some(Change::Rose(self)),
            Verdict::NotProved => Some(Change::Noise(self)),
            Verdict::NoClaim => None,
        }
    }

    /// Whether less was used than expected.
    pub(super) fn is_less(&self) -> bool {
        self.account.saving() >= Energy::ZERO
    }

    /// How much less or more.
    fn energy(&self) -> Energy {
        let saving = self.account.saving().milliwatt_hours();
        Energy::from_milliwatt_hours(saving.abs())
    }

    /// The same, kWh.
    pub(super) fn size(&self) -> Decimal {
        self.energy().kwh()
    }

    /// The same over what was expected.
    pub(super) fn share(&self) -> Option<Decimal> {
        self.account.improvement.map(|share| Decimal::new(share.units().abs(), share.places()))
    }

    /// What it is worth, with tax.
    pub(super) fn money(&self) -> Option<Decimal> {
        self.account.worth.money(self.energy()).map(Money::units)
    }

    /// Half the width of the band around it, kWh.
    pub(super) fn band(&self) -> Option<Decimal> {
        self.account.band.map(Energy::kwh)
    }

    /// The EnPI, used over expected, and half the width of its band.
    pub(super) fn enpi(&self) -> Option<(Decimal, Decimal)> {
        let (band, expected) = (self.account.band?, self.account.expected.milliwatt_hours());
        let band = Decimal::quotient(band.milliwatt_hours(), expected, 3)?;
        Some((self.account.senpi?.rounded(3), band))
    }
}

/// Use beside that of the period before.
pub(super) struct Before {
    /// More used, kWh; negative where it was less.
    pub(super) energy: Decimal,
    /// The same over what was used then.
    pub(super) share: Option<Decimal>,
    /// More made, over what was made then.
    pub(super) output: Option<Decimal>,
}

const fn row_word(every: Every) -> Word {
    match every {
        Every::Day => Word::Days,
        Every::Week => Word::Weeks,
        Every::Month | Every::Year => Word::Months,
    }
}

/// What changed against the baseline in force.
pub(super) fn change(view: &View<'_>) -> Change {
    let study = view.study();
    let is_provisional = study.origin == Origin::Provisional;
    let difference =
        study.account.map(|account| Difference { account, every: study.every, is_provisional });
    let change = difference.and_then(Difference::kind);
    change.unwrap_or_else(|| Change::NoBaseline(why(view, &study)))
}

/// Why a study claims nothing, and what to do.
fn why(view: &View<'_>, study: &Study) -> String {
    let told = study.findings.iter().find_map(|finding| match finding {
        Finding::NoMeter => Some(view.text(Word::BaselineNeedsMeter).to_owned()),
        Finding::ShortRecord { rows, needed } | Finding::FewRows { rows, needed } => {
            let unit = row_word(study.every);
            let [rows, needed] =
                [rows, needed].map(|count| unit.fill(view.choice.language, &[&count.to_string()]));
            Some(view.fill(Word::BaselineTooShort, &[&needed, &rows]))
        }
        Finding::NothingReported { .. } => Some(view.text(Word::NothingAfterBaseline).to_owned()),
        _ => None,
    });
    told.unwrap_or_else(|| view.text(Word::BaselineRefused).to_owned())
}

impl Owner<'_> {
    /// How many rows an account holds, as `16 days`.
    pub(super) fn rows_of(&self, difference: &Difference) -> String {
        self.fill(row_word(difference.every), &[&difference.account.rows.to_string()])
    }

    /// What changed since the period before, where both were measured.
    pub(super) fn since_before(&self) -> Option<Before> {
        let now = self.model.value(Name::Energy, self.model.main(), "")?;
        let before = self.model.before?;
        let then = millionths(before.energy);
        let more = millionths(now) - then;
        let output = self.model.value(Name::Output, "", "").zip(before.output);
        let output = output.and_then(|(now, then)| {
            let (now, then) = (millionths(now), millionths(then));
            Decimal::quotient(now - then, then, 4)
        });
        let share = Decimal::quotient(more.abs(), then, 4);
        Some(Before { energy: Decimal::new(more, 6), share, output })
    }

    /// Why the period before is nothing to compare with.
    pub(super) fn nothing_before(&self) -> String {
        let span = self.model.period.span();
        let (record, length) = (self.model.record.from, self.period_length());
        if self.model.period.from - span >= record {
            return self.fill(Word::Gaps, &[&length]);
        }
        let possible = record + Span::from_milliseconds(span.milliseconds().saturating_mul(2));
        self.fill(Word::TooYoung, &[&length, &self.date(record), &self.date(possible)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::analysis::baseline::Worth;

    fn kwh(kwh: i128) -> Energy {
        Energy::from_milliwatt_hours(kwh * 1_000_000)
    }

    fn difference(used: i128, expected: i128, band: i128, verdict: Verdict) -> Difference {
        let cost = Money::from_thousandths(2_000_000 * used);
        let account = Account {
            rows: 30,
            span: Span::DAY.times(30),
            used: kwh(used),
            expected: kwh(expected),
            adjustment: Energy::ZERO,
            band: Some(kwh(band)),
            fraction: None,
            senpi: Decimal::quotient(used, expected, 6),
            improvement: Decimal::quotient(expected - used, expected, 6),
            worth: Worth { cost, priced: kwh(used), milligrams_a_kwh: None },
            verdict,
        };
        Difference { account, every: Every::Day, is_provisional: false }
    }

    #[test]
    fn only_a_verdict_makes_a_change() {
        let kind = |verdict| difference(900, 1_000, 40, verdict).kind();
        assert!(matches!(kind(Verdict::Verified), Some(Change::Saved(_))));
        assert!(matches!(kind(Verdict::Worse), Some(Change::Rose(_))));
        assert!(matches!(kind(Verdict::NotProved), Some(Change::Noise(_))));
        assert_eq!(kind(Verdict::NoClaim), None);
    }

    #[test]
    fn a_rise_has_a_size_without_sign() {
        let rose = difference(1_100, 1_000, 40, Verdict::Worse);
        let shown = |value: Option<Decimal>| value.map(|value| value.to_string());
        assert_eq!(rose.size().to_string(), "100");
        assert_eq!(shown(rose.share()).as_deref(), Some("0.1"));
        assert_eq!(shown(rose.money()).as_deref(), Some("200000"));
        let enpi = rose.enpi().map(|(enpi, band)| (enpi.to_string(), band.to_string()));
        assert_eq!(enpi, Some(("1.1".to_owned(), "0.04".to_owned())));
    }
}
