//! Factors, prices, limits and baselines in force in the period, each with its date and source.

use super::Appendix;
use super::words::Word;
use crate::format;
use crate::strings::Key;
use crate::view::Cell;
use millwatt::Decimal;
use millwatt::energy::fuel::Factor;
use millwatt::site::{Band, Tariff};
use millwatt::time::{Date, Span, Weekdays};

/// Where a figure without a document of its own comes from.
const SITE_FILE: &str = "site.toml";

/// One thing that was in force.
struct Fact {
    what: String,
    since: String,
    value: Cell,
    unit: String,
    source: String,
}

impl Fact {
    fn row(self) -> Vec<Cell> {
        vec![self.what.into(), self.since.into(), self.value, self.unit.into(), self.source.into()]
    }
}

/// A figure of a factor, with its name and the unit above the carrier's own.
type Figure = (Word, &'static str, fn(&Factor<'_>) -> Option<Decimal>);

/// Everything that a factor can tell.
const FIGURES: [Figure; 4] = [
    (Word::Oil, "TOE", |row| row.oil.map(|oil| oil.toe())),
    (Word::Heat, "MJ", |row| row.heat.map(|heat| Decimal::new(heat.kilojoules(), 3))),
    (Word::Fossil, "kgCO₂e", |row| row.fossil.map(|gas| Decimal::new(gas.milligrams(), 6))),
    (Word::Biogenic, "kgCO₂", |row| row.biogenic.map(|gas| Decimal::new(gas.milligrams(), 6))),
];

impl Appendix<'_> {
    /// All of them.
    pub(super) fn factor_rows(&self) -> Vec<Vec<Cell>> {
        let mut facts = self.tariffs();
        facts.extend(FIGURES.iter().flat_map(|figure| self.carriers(figure)));
        facts.extend(self.fuel_prices());
        facts.extend(self.rules());
        facts.extend(self.baselines());
        facts.extend(self.adjustments());
        facts.into_iter().map(Fact::row).collect()
    }

    fn cell(&self, value: Decimal) -> Cell {
        Cell::figure(value, self.exact(value))
    }

    fn day(&self, date: Date) -> String {
        format::full_day(date, self.choice.language)
    }

    /// Whether a row that holds from one day until the next row's meets the period.
    fn meets(&self, since: Date, next: Option<Date>) -> bool {
        let (zone, period) = (self.model.site.zone_rules(), self.model.period);
        let (first, last) = (zone.local(period.from).date, zone.local(self.last_date()).date);
        since <= last && next.is_none_or(|next| next > first)
    }

    fn tariffs(&self) -> Vec<Fact> {
        let (site, period) = (self.model.site, self.model.period);
        let mut facts = Vec::new();
        for (place, tariff) in site.tariffs.iter().enumerate() {
            let next = site.tariffs.get(place + 1).map(|next| next.since);
            if tariff.since >= period.to || next.is_some_and(|next| next <= period.from) {
                continue;
            }
            let bands = site.bands.iter().filter(|band| usize::from(band.tariff) == place);
            facts.extend(bands.map(|band| self.band(tariff, band)));
            facts.push(Fact {
                what: self.text(Word::Tax).to_owned(),
                since: self.date(tariff.since),
                value: self.cell(Decimal::new(tariff.vat_per_mille.into(), 1)),
                unit: "%".to_owned(),
                source: tariff.source.to_owned(),
            });
        }
        facts
    }

    fn band(&self, tariff: &Tariff<'_>, band: &Band<'_>) -> Fact {
        let hours = if band.days.0 == 0 {
            self.text(Word::OtherHours).to_owned()
        } else {
            let days =
                if band.days == Weekdays::ALL { String::new() } else { self.days(band.days) };
            let [from, to] = [band.start, band.end].map(clock);
            format!("{days} {from}–{to}").trim_start().to_owned()
        };
        Fact {
            what: self.fill(Word::BandPrice, &[self.band_name(band.name), &hours]),
            since: self.date(tariff.since),
            value: self.cell(Decimal::new(band.price_thousandths.into(), 3)),
            unit: self.fill(Word::PerKwh, &[self.model.site.currency]),
            source: tariff.source.to_owned(),
        }
    }

    /// Days of the week in a row, `T2 T3`.
    fn days(&self, days: Weekdays) -> String {
        let named = (0..7).filter(|day| days.0 >> day & 1 == 1);
        named.map(|day| self.text(Key::weekday(day))).collect::<Vec<_>>().join(" ")
    }

    /// One figure of every carrier whose row was in force.
    fn carriers(&self, &(word, above, figure): &Figure) -> Vec<Fact> {
        let given = || {
            let rows = self.model.site.facts.factors.iter();
            rows.filter_map(move |row| Some((row, figure(row)?)))
        };
        let next = |row: &Factor<'_>| {
            let same =
                given().filter(|(other, _)| (other.fuel, other.unit) == (row.fuel, row.unit));
            same.map(|(other, _)| other.since).filter(|since| *since > row.since).min()
        };
        given()
            .filter(|(row, _)| self.meets(row.since, next(row)))
            .map(|(row, value)| Fact {
                what: self.fill(word, &[self.carrier(row.fuel)]),
                since: self.day(row.since),
                value: self.cell(value),
                unit: format!("{above}/{}", row.unit),
                source: row.source.to_owned(),
            })
            .collect()
    }

    fn fuel_prices(&self) -> Vec<Fact> {
        let prices = self.model.site.facts.fuel_prices;
        let of = |fuel: &str, unit: &str, since: Date| {
            let same = prices.iter().filter(|row| (row.fuel, row.unit) == (fuel, unit));
            same.map(|row| row.since).filter(|later| *later > since).min()
        };
        prices
            .iter()
            .filter(|row| self.meets(row.since, of(row.fuel, row.unit, row.since)))
            .map(|row| Fact {
                what: self.fill(Word::FuelPrice, &[self.carrier(row.fuel)]),
                since: self.day(row.since),
                value: self.cell(Decimal::new(row.price_thousandths.into(), 3)),
                unit: format!("{}/{}", self.model.site.currency, row.unit),
                source: row.source.to_owned(),
            })
            .collect()
    }

    /// The charge for reactive power, and the demand limit.
    fn rules(&self) -> Vec<Fact> {
        let facts = self.model.site.facts;
        let mut rules = Vec::new();
        if let Some(rule) = facts.reactive {
            let mut charged = rule.steps.iter().filter(|(_, share)| *share > 0);
            let first = charged.next().copied().unwrap_or((0, rule.below));
            let last = charged.next_back().copied().unwrap_or(first);
            let hundredths = |figure: u16| self.exact(Decimal::new(figure.into(), 2));
            let [high, low] = [first.0, last.0].map(|factor| hundredths(factor.into()));
            let value = format!("{} … {}", hundredths(first.1), hundredths(rule.below));
            rules.push(Fact {
                what: self.fill(Word::Reactive, &[&high, &low]),
                since: String::new(),
                value: value.into(),
                unit: self.fill(Word::ReactiveUnit, &[&self.kw(rule.demand.kw())]),
                source: rule.source.to_owned(),
            });
        }
        rules.extend(facts.demand_limit.map(|limit| Fact {
            what: self.text(Word::Limit).to_owned(),
            since: String::new(),
            value: self.cell(limit.kw()),
            unit: "kW".to_owned(),
            source: SITE_FILE.to_owned(),
        }));
        rules
    }

    /// The baselines that the site states, and the reader's own.
    fn baselines(&self) -> Vec<Fact> {
        let of_site = self.model.site.facts.baselines.iter();
        let of_site = of_site.map(|row| (row.period, row.drivers, row.note));
        let own = self.text(Word::BaselineOfReader);
        let of_reader = self.choice.baseline.map(|period| (period, "", own));
        let tick = Span::from_milliseconds(1);
        of_site
            .chain(of_reader)
            .map(|(period, drivers, note)| Fact {
                what: self.fill(Word::Baseline, &[&self.date(period.to - tick)]),
                since: self.date(period.from),
                value: drivers.into(),
                unit: String::new(),
                source: if note.is_empty() { SITE_FILE.to_owned() } else { note.to_owned() },
            })
            .collect()
    }

    fn adjustments(&self) -> Vec<Fact> {
        let adjustments = self.model.site.facts.adjustments.iter();
        let facts = adjustments.map(|row| Fact {
            what: self.fill(Word::Adjustment, &[row.note]),
            since: self.date(row.period.from),
            value: self.cell(row.a_day.kwh()),
            unit: self.text(Word::PerDay).to_owned(),
            source: row.source.to_owned(),
        });
        facts.collect()
    }
}

/// `17:30`.
fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
