//! The few figures by which sites are compared, and what they come to together.

use crate::view::owner::lost::Lost;
use millwatt::site::Site;
use millwatt::time::{Date, Period, Span};
use millwatt::{Decimal, Indicator, Name};

/// What is compared of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The site's name.
    pub name: String,
    /// The period that was asked for.
    pub period: Period,
    /// First and last local date of it.
    pub dates: [Date; 2],
    /// Days of it that lie within the record.
    pub days: f64,
    /// The site's currency.
    pub currency: String,
    /// What its output is counted in.
    pub unit: String,
    /// kWh of the main meter.
    pub energy: Option<Decimal>,
    /// Share of the period that the main meter measured.
    pub coverage: Option<Decimal>,
    /// Good output.
    pub output: Option<Decimal>,
    /// kWh for a unit of output.
    pub specific: Option<Decimal>,
    /// TOE of electricity and fuels.
    pub oil: Option<Decimal>,
    /// Tonnes of CO₂e of the same.
    pub carbon: Option<Decimal>,
    /// Hours that good product ideally takes, and planned hours, of machines that have an OEE.
    pub effective: Option<(f64, f64)>,
    /// What energy without good product cost.
    pub lost: Option<Decimal>,
}

impl Summary {
    /// Of a period's indicators; `record` is what the log holds.
    #[must_use]
    pub fn of(
        site: &Site<'_>,
        indicators: &[Indicator<'_>],
        period: Period,
        record: Period,
    ) -> Self {
        let main = site.main.and_then(|main| site.asset(main)).map_or("", |asset| asset.id);
        let figure = |name: Name, asset: &str| {
            indicators.iter().find(|figure| {
                let of_asset = figure.asset.unwrap_or("") == asset;
                figure.name == name && of_asset && figure.part.is_none()
            })
        };
        let value = |name: Name, asset: &str| figure(name, asset).and_then(|figure| figure.value);
        let energy = figure(Name::Energy, main).filter(|figure| figure.value.is_some());
        let price = mean_price(value(Name::Cost, main), value(Name::Energy, main));
        let lost = Lost::of(site, indicators).map(|lost| lost.energy).zip(price);
        let local = |at| site.zone_rules().local(at).date;
        let within = period.overlap(record).map_or(Span::ZERO, Period::span);
        Self {
            name: site.name.to_owned(),
            period,
            dates: [local(period.from), local(period.to - Span::from_milliseconds(1))],
            days: within.milliseconds() as f64 / Span::DAY.milliseconds() as f64,
            currency: site.currency.to_owned(),
            unit: site.output_unit.to_owned(),
            energy: value(Name::Energy, main),
            coverage: energy.map(|figure| figure.coverage),
            output: value(Name::Output, ""),
            specific: value(Name::SpecificEnergy, ""),
            oil: value(Name::OilEquivalent, ""),
            carbon: value(Name::Emission, "").map(tonnes),
            effective: effective(indicators),
            lost: lost.and_then(|(energy, price)| Decimal::from_f64(energy.to_f64() * price, 3)),
        }
    }

    /// kWh a day of the record.
    #[must_use]
    pub fn energy_a_day(&self) -> Option<Decimal> {
        let energy = self.energy.filter(|_| self.days > 0.0)?;
        Decimal::from_f64(energy.to_f64() / self.days, 6)
    }

    /// Ideal over planned time of all machines.
    #[must_use]
    pub fn oee(&self) -> Option<Decimal> {
        let (ideal, planned) = self.effective?;
        (planned > 0.0).then(|| Decimal::from_f64(ideal / planned, 6)).flatten()
    }
}

/// Kilograms as tonnes.
const fn tonnes(kilograms: Decimal) -> Decimal {
    Decimal::new(kilograms.units(), kilograms.places() + 3)
}

/// What a kWh cost.
fn mean_price(cost: Option<Decimal>, energy: Option<Decimal>) -> Option<f64> {
    let (cost, energy) = (cost?.to_f64(), energy?.to_f64());
    (cost > 0.0 && energy > 0.0).then(|| cost / energy)
}

/// OEE × planned time is ideal time for good product: summed, with planned time, over the machines that
/// have both.
fn effective(indicators: &[Indicator<'_>]) -> Option<(f64, f64)> {
    let with_oee = indicators.iter().filter(|figure| figure.name == Name::Oee);
    let sums = with_oee.filter_map(|oee| {
        let same =
            |figure: &&Indicator<'_>| figure.name == Name::PlannedTime && figure.asset == oee.asset;
        let planned = indicators.iter().find(same)?.value?.to_f64();
        Some((oee.value?.to_f64() * planned, planned))
    });
    sums.reduce(|(ideal, planned), (more, time)| (ideal + more, planned + time))
}

/// What sites come to together; a figure that one of them lacks, or that is counted otherwise there, is
/// not known.
#[derive(Debug, Clone, PartialEq)]
pub struct All {
    /// kWh.
    pub energy: Option<Decimal>,
    /// kWh a day, each site by its own days.
    pub energy_a_day: Option<Decimal>,
    /// Good output, where all count in one unit.
    pub output: Option<Decimal>,
    /// Σ energy over Σ output, where all count in one unit.
    pub specific: Option<Decimal>,
    /// TOE.
    pub oil: Option<Decimal>,
    /// Tonnes of CO₂e.
    pub carbon: Option<Decimal>,
    /// Σ ideal over Σ planned time.
    pub oee: Option<Decimal>,
    /// The least of all.
    pub coverage: Option<Decimal>,
    /// Money, where all use one currency.
    pub lost: Option<Decimal>,
}

impl All {
    /// Of some sites.
    #[must_use]
    pub fn of(sites: &[Summary]) -> Self {
        let sum = |of: fn(&Summary) -> Option<Decimal>| {
            let all: Option<Vec<f64>> = sites.iter().map(|one| Some(of(one)?.to_f64())).collect();
            all.filter(|all| !all.is_empty()).map(|all| all.iter().sum::<f64>())
        };
        let figure =
            |value: Option<f64>, places| value.and_then(|value| Decimal::from_f64(value, places));
        let same = |of: fn(&Summary) -> &str| {
            let mut all = sites.iter().map(of);
            all.next().is_some_and(|first| all.all(|other| other == first))
        };
        let (energy, output) = (sum(|one| one.energy), sum(|one| one.output));
        let output = output.filter(|_| same(|one| one.unit.as_str()));
        let specific = energy.zip(output).filter(|(_, made)| *made > 0.0);
        let effective: Option<Vec<(f64, f64)>> = sites.iter().map(|one| one.effective).collect();
        let effective = effective.unwrap_or_default().into_iter();
        let joined = |(ideal, time): (f64, f64), (more, other)| (ideal + more, time + other);
        let effective = effective.reduce(joined).filter(|(_, time)| *time > 0.0);
        let coverages: Option<Vec<Decimal>> = sites.iter().map(|one| one.coverage).collect();
        let least = |one: &Decimal, other: &Decimal| one.to_f64().total_cmp(&other.to_f64());
        Self {
            energy: figure(energy, 6),
            energy_a_day: figure(sum(Summary::energy_a_day), 6),
            output: figure(output, 3),
            specific: figure(specific.map(|(used, made)| used / made), 6),
            oil: figure(sum(|one| one.oil), 9),
            carbon: figure(sum(|one| one.carbon), 9),
            oee: figure(effective.map(|(ideal, time)| ideal / time), 6),
            coverage: coverages.unwrap_or_default().into_iter().min_by(least),
            lost: figure(sum(|one| one.lost).filter(|_| same(|one| one.currency.as_str())), 3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::time::Instant;

    fn site(name: &str, energy: i128, output: i128, unit: &str) -> Summary {
        let at = Instant::from_unix_milliseconds(0);
        let date = Date { year: 1970, month: 1, day: 1 };
        Summary {
            name: name.to_owned(),
            period: Period::new(at, at + Span::DAY.times(2)),
            dates: [date, date],
            days: 2.0,
            currency: "VND".to_owned(),
            unit: unit.to_owned(),
            energy: Some(Decimal::new(energy, 0)),
            coverage: Some(Decimal::new(97, 2)),
            output: Some(Decimal::new(output, 0)),
            specific: Decimal::quotient(energy, output, 6),
            oil: None,
            carbon: Some(tonnes(Decimal::new(1_500, 0))),
            effective: Some((6.0, 10.0)),
            lost: Some(Decimal::new(1_000, 0)),
        }
    }

    fn shown(value: Option<Decimal>) -> String {
        value.map_or_else(|| "unknown".to_owned(), |value| value.to_string())
    }

    #[test]
    fn all_is_the_ratio_of_sums() {
        let small = site("small", 100, 10, "kg");
        let large = Summary { effective: Some((10.0, 30.0)), ..site("large", 300, 190, "kg") };
        let all = All::of(&[small, large]);
        assert_eq!(shown(all.specific), "2", "400 over 200, not the mean of 10 and 1.58");
        assert_eq!(shown(all.oee), "0.4", "16 over 40, not the mean of 0.6 and a third");
        assert_eq!(
            (shown(all.energy_a_day), shown(all.carbon)),
            ("200".to_owned(), "3".to_owned())
        );
        assert_eq!(shown(all.oil), "unknown");
        assert_eq!(shown(all.lost), "2000");
    }

    #[test]
    fn units_and_currencies_that_differ_are_not_added() {
        let tea = site("tea", 100, 10, "kg");
        let wood = Summary { currency: "USD".to_owned(), ..site("wood", 300, 5, "m³") };
        let all = All::of(&[tea, wood]);
        assert_eq!((all.output, all.specific, all.lost), (None, None, None));
        assert_eq!(shown(all.energy), "400");
        assert_eq!(All::of(&[]).energy, None);
    }
}
