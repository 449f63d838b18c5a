//! What became of an action since it was decided: proved, not proved, or not known.

use super::entry::Entry;
use super::words::Word;
use crate::view::View;
use millwatt::Decimal;
use millwatt::analysis::baseline::{Account, Question, Study, Verdict};
use millwatt::evaluate::usage_of;
use millwatt::finding::REPORTABLE_COVERAGE;
use millwatt::reading::ChannelId;
use millwatt::site::{AssetId, Quantity};
use millwatt::time::{Date, Instant, Period, Span};
use millwatt::units::Energy;

/// The shortest stretch before and after a decision that is compared.
const SHORTEST: Span = Span::DAY.times(7);

/// Two stretches of equal length around a decision.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Compared {
    /// How long each is.
    days: i64,
    /// Expected less used, kWh.
    saving: f64,
    /// Whether what was made was taken into account.
    by_output: bool,
}

/// Whole weeks where there is one at least, so that both stretches hold as many Sundays.
fn length(record: Period, decided: Instant) -> Option<Span> {
    let least = (record.to - decided).min(decided - record.from);
    let weeks = least.milliseconds() / SHORTEST.milliseconds();
    (weeks > 0).then(|| SHORTEST.times(weeks))
}

impl View<'_> {
    /// What can be said of an action's saving, in words.
    pub(in crate::view) fn verified(&self, asset: Option<AssetId>, entry: &Entry) -> String {
        let Some(date) = entry.decided_on() else { return self.text(Word::NotDecided).to_owned() };
        let decided = self.model.site.zone_rules().instant(date, 0);
        let record = self.model.record;
        if decided <= record.from || decided >= record.to {
            return self.text(Word::OutsideRecord).to_owned();
        }
        let proved = self.account_since(decided).and_then(|account| self.judged(&account, date));
        let compared = || self.compared(asset, decided).map(|compared| self.told(&compared));
        let told = proved.or_else(compared);
        told.unwrap_or_else(|| self.text(Word::TooShort).to_owned())
    }

    /// The whole site since a decision, held against a model made from before it.
    fn account_since(&self, decided: Instant) -> Option<Account> {
        let record = self.model.record;
        let question = Question {
            record,
            reporting: Period::new(decided, record.to),
            baseline: Some(Period::new(record.from, decided)),
            drivers: None,
        };
        Study::new(&self.model.site, self.archive, &question).account
    }

    /// `None` where the model may claim nothing.
    fn judged(&self, account: &Account, since: Date) -> Option<String> {
        let word = match account.verdict {
            Verdict::Verified => Word::VerifiedSaving,
            Verdict::NotProved => Word::NotProvedSaving,
            Verdict::Worse => Word::WorseSaving,
            Verdict::NoClaim => return None,
        };
        let saving = account.saving().kwh();
        let size = self.kwh(Decimal::new(saving.units().abs(), saving.places()));
        let shown = if word == Word::NotProvedSaving { self.kwh(saving) } else { size };
        let band = self.kwh(account.band?.kwh());
        let since = crate::format::full_day(since, self.choice.language);
        let days = self.exact(super::days(account.span));
        Some(match word {
            Word::VerifiedSaving => self.fill(word, &[&shown, &band, &since, &days]),
            _ => self.fill(word, &[&shown, &band, &since]),
        })
    }

    fn compared(&self, asset: Option<AssetId>, decided: Instant) -> Option<Compared> {
        let length = length(self.model.record, decided)?;
        let (before, after) =
            (Period::new(decided - length, decided), Period::new(decided, decided + length));
        let site = &self.model.site;
        let channel = site.channel_of(asset.or(site.main)?, Quantity::ActiveEnergy)?;
        let (then, now) = (self.sum(channel, before)?, self.sum(channel, after)?);
        let made = site.output.and_then(|output| site.channel_of(output, Quantity::GoodCount));
        let made = made.and_then(|made| Some((self.sum(made, before)?, self.sum(made, after)?)));
        let ratio = made.filter(|(then, _)| *then > 0).map(|(then, now)| now as f64 / then as f64);
        let kwh = |sum| Energy::from_milliwatt_hours(sum).kwh().to_f64();
        let saving = kwh(then) * ratio.unwrap_or(1.0) - kwh(now);
        let days = length.milliseconds() / Span::DAY.milliseconds();
        Some(Compared { days, saving, by_output: ratio.is_some() })
    }

    /// What a channel adds up to, where nearly all of it was measured.
    fn sum(&self, channel: ChannelId, period: Period) -> Option<i128> {
        let usage = usage_of(&self.model.site, self.archive, channel, period);
        let is_measured = usage.coverage(period).to_f64() >= REPORTABLE_COVERAGE.to_f64();
        usage.total().filter(|_| is_measured)
    }

    fn told(&self, compared: &Compared) -> String {
        let word = if compared.saving < 0.0 { Word::More } else { Word::Less };
        let size = Decimal::from_f64(compared.saving.abs(), 3).unwrap_or(Decimal::new(0, 0));
        let change = self.fill(word, &[&self.kwh(size)]);
        let basis = if compared.by_output { Word::ByOutput } else { Word::ByTime };
        let days = compared.days.to_string();
        self.fill(Word::Compared, &[&days, &days, &change, self.text(basis)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_a_decision_are_whole_weeks_of_equal_length() {
        let day = |count: i64| Instant::from_unix_milliseconds(count * 86_400_000);
        let record = Period::new(day(0), day(30));
        assert_eq!(length(record, day(16)), Some(Span::DAY.times(14)));
        assert_eq!(length(record, day(24)), None);
        assert_eq!(length(record, day(40)), None);
    }
}
