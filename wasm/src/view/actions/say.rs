//! What an opportunity says: what to do, what that saves, how sure it is.

use super::model::{Row, about, days};
use super::words::Word;
use crate::format;
use crate::view::View;
use millwatt::Decimal;
use millwatt::analysis::opportunity::{
    Assumptions, Charged, Confidence, Evidence, Factor, Kind, Stops,
};
use millwatt::energy::reactive::ReactiveCharge;
use millwatt::time::Span;

impl View<'_> {
    /// The name of an opportunity's asset.
    pub(super) fn asset_of(&self, row: &Row<'_>) -> &str {
        let asset = row.found.asset.and_then(|asset| self.model.site.asset(asset));
        asset.map_or("", |asset| asset.name)
    }

    /// What to do, in a few words.
    pub(in crate::view) fn what(&self, row: &Row<'_>) -> String {
        let asset = self.asset_of(row);
        match &row.found.evidence {
            Evidence::Stops(_) if row.found.kind == Kind::MinorStops => {
                self.fill(Word::DoMinor, &[asset])
            }
            Evidence::Stops(_) => self.fill(Word::DoIdle, &[asset, &self.grace()]),
            Evidence::Nights(_) => self.text(Word::DoNight).to_owned(),
            Evidence::Bands(bands) => {
                let dearest = bands.bands.first().map_or("", |band| self.band_name(band.name));
                self.fill(Word::DoShift, &[&self.percent(bands.movable), dearest])
            }
            Evidence::Factor(factor) => self.what_of_factor(factor),
            Evidence::Leaks(_) => self.fill(Word::DoLeaks, &[asset]),
            Evidence::Unmetered(share, _) => self.fill(Word::DoUnmetered, &[&self.percent(*share)]),
            Evidence::Demand(demand) => {
                let figures = [demand.limit, demand.peak].map(|power| self.kw(power.kw()));
                self.fill(Word::DoDemand, &figures.each_ref().map(String::as_str))
            }
            Evidence::Missing(..) => String::new(),
        }
    }

    fn what_of_factor(&self, factor: &Factor) -> String {
        match factor.kvar_mean.filter(|_| factor.charged != Charged::No) {
            Some(kvar) => self.fill(Word::DoFactor, &[&self.kvar(kvar)]),
            None => self.fill(Word::DoFactorPlain, &[&self.factor(factor.factor)]),
        }
    }

    /// What it saves in a year, in words; `None` when no saving is known.
    pub(in crate::view) fn worth(&self, row: &Row<'_>) -> Option<String> {
        let found = &row.found;
        let money = found.money_a_year.map(|money| self.money(about(money.units())));
        let energy = found.energy_a_year.map(|energy| self.kwh(about(energy.kwh())));
        let emission = found.emission_a_year.map(|carbon| self.tonnes(carbon.tonnes()));
        let parts: Vec<String> = [money, energy, emission].into_iter().flatten().collect();
        let (last, before) = parts.split_last()?;
        let amounts = match before {
            [] => last.clone(),
            _ => format!("{}{}{last}", before.join(", "), self.text(Word::And)),
        };
        let word = if found.kind == Kind::MinorStops { Word::AtMost } else { Word::AYear };
        Some(self.fill(word, &[&amounts]))
    }

    /// The title of its section.
    pub(super) fn headline(&self, row: &Row<'_>) -> String {
        let worth = self.worth(row).or_else(|| self.why_no_worth(row));
        let worth = worth.unwrap_or_else(|| self.text(Word::Information).to_owned());
        format!("{}: {worth}", self.what(row))
    }

    fn why_no_worth(&self, row: &Row<'_>) -> Option<String> {
        let Evidence::Factor(factor) = &row.found.evidence else { return None };
        let shown = self.factor(factor.factor);
        match (factor.charged, self.model.site.facts.reactive) {
            (Charged::No, Some(ReactiveCharge { demand, .. })) => {
                Some(self.fill(Word::NotCharged, &[&shown, &self.kw(demand.kw())]))
            }
            (Charged::NoRule, _) => Some(self.fill(Word::NoReactiveRule, &[&shown])),
            _ => None,
        }
    }

    pub(super) const fn confidence(row: &Row<'_>) -> (Word, Word) {
        match row.found.confidence {
            Confidence::Measured => (Word::Measured, Word::MeasuredShort),
            Confidence::Estimated => (Word::Estimated, Word::EstimatedShort),
            Confidence::Assumed => (Word::Assumed, Word::AssumedShort),
        }
    }

    /// How to read the drawing, and how sure it is.
    pub(super) fn aid(&self, row: &Row<'_>) -> String {
        let aid = match &row.found.evidence {
            Evidence::Stops(stops) => self.aid_of_stops(row.found.kind, stops),
            Evidence::Nights(nights) => {
                let taken = self.kwh(nights.under_machines.kwh());
                self.fill(Word::AidNight, &[&self.kw(nights.base.kw()), &taken])
            }
            Evidence::Bands(bands) => {
                self.fill(Word::AidShift, &[bands.source.trim_end_matches('.')])
            }
            Evidence::Factor(factor) => self.fill(Word::AidFactor, &[&self.factor(factor.factor)]),
            Evidence::Leaks(leaks) => {
                let share = leaks.test.leak_share().map(|share| self.percent(share));
                self.fill(Word::AidLeaks, &[&share.unwrap_or_default()])
            }
            Evidence::Unmetered(..) => self.text(Word::AidUnmetered).to_owned(),
            Evidence::Demand(_) => self.text(Word::AidDemand).to_owned(),
            Evidence::Missing(..) => String::new(),
        };
        match self.worth(row) {
            Some(_) => format!("{aid} {}", self.text(Self::confidence(row).0)),
            None => aid,
        }
    }

    fn aid_of_stops(&self, kind: Kind, stops: &Stops) -> String {
        let (count, time) = (stops.count.to_string(), self.hours_of(stops.time));
        let energy = self.kwh(stops.energy.kwh());
        if kind == Kind::MinorStops {
            return self.fill(Word::AidMinor, &[&count, &time, &energy]);
        }
        let closed = self.kwh(stops.closed.kwh());
        self.fill(Word::AidIdle, &[&self.grace(), &count, &time, &energy, &closed])
    }

    /// How much was measured, and what that was scaled to.
    pub(super) fn measured(&self, row: &Row<'_>) -> String {
        let shown = self.exact(days(row.found.measured));
        self.fill(Word::Coverage, &[&shown, &self.percent(row.found.coverage)])
    }

    /// Minutes that a machine may wait.
    pub(super) fn grace(&self) -> String {
        (Assumptions::default().grace.milliseconds() / 60_000).to_string()
    }

    pub(super) fn hours_of(&self, time: Span) -> String {
        format::with_unit(&format::short(time.hours(), self.choice.language), "h")
    }

    pub(super) fn factor(&self, factor: Decimal) -> String {
        format::places(factor, 2, self.choice.language)
    }

    pub(super) fn kvar(&self, kvar: Decimal) -> String {
        format::with_unit(&format::short(kvar, self.choice.language), "kvar")
    }

    pub(super) fn tonnes(&self, tonnes: Decimal) -> String {
        format::with_unit(&format::short(tonnes, self.choice.language), "tCO₂e")
    }
}
