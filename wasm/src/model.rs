//! What the page shows of a period, computed by the metric crate from the log's bytes.

use millwatt::archive::Archive;
use millwatt::evaluate::usage_of;
use millwatt::production::state::State;
use millwatt::reading::ChannelId;
use millwatt::site::{AssetId, Quantity, Site};
use millwatt::time::{Date, Every, Period};
use millwatt::units::Energy;
use millwatt::{Decimal, Indicator, Name, evaluate};

/// Coverage from which a day counts as measured in full; the last minute may still be under way.
pub const WHOLE: f64 = 0.999;

/// One local day of a meter.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// The date.
    pub date: Date,
    /// What was used.
    pub energy: Option<Decimal>,
    /// How much of the day was measured, 0 to 1.
    pub coverage: Decimal,
}

/// Coverage of every day of one meter.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The asset it measures.
    pub asset: AssetId,
    /// Its days.
    pub days: Vec<Day>,
}

/// The period before, where all of it was measured.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// What was used then.
    pub energy: Decimal,
    /// What was made then.
    pub output: Option<Decimal>,
}

/// Everything that is shown of a period.
#[derive(Debug, Clone)]
pub struct Model<'a> {
    /// The site.
    pub site: Site<'a>,
    /// The period shown.
    pub period: Period,
    /// All that the log holds.
    pub record: Period,
    /// Every indicator of the period.
    pub indicators: Vec<Indicator<'a>>,
    /// The main meter's days.
    pub days: Vec<Day>,
    /// The period before.
    pub before: Option<Before>,
    /// Coverage by meter.
    pub calendars: Vec<Calendar>,
    /// Bytes of the log that were passed over.
    pub damaged: usize,
}

impl<'a> Model<'a> {
    /// Computes a period.
    #[must_use]
    pub fn new(site: Site<'a>, archive: &'a Archive, record: Period, period: Period) -> Self {
        let mut indicators = Vec::new();
        evaluate(&site, archive, period, |indicator| indicators.push(indicator));
        let main = site.main.and_then(|main| site.channel_of(main, Quantity::ActiveEnergy));
        let mut model = Self {
            site,
            period,
            record,
            indicators,
            days: Vec::new(),
            before: None,
            calendars: calendars(&site, archive, period),
            damaged: archive.damaged(),
        };
        if let Some(main) = main {
            model.days = days(&site, archive, main, period);
            model.before = model.before(archive, main);
        }
        model
    }

    /// An indicator of the period; `asset` empty for the whole site.
    #[must_use]
    pub fn figure(&self, name: Name, asset: &str, part: &str) -> Option<&Indicator<'a>> {
        self.indicators.iter().find(|indicator| {
            indicator.name == name
                && indicator.asset.unwrap_or("") == asset
                && indicator.part.unwrap_or("") == part
        })
    }

    /// An indicator's value.
    #[must_use]
    pub fn value(&self, name: Name, asset: &str, part: &str) -> Option<Decimal> {
        self.figure(name, asset, part).and_then(|indicator| indicator.value)
    }

    /// The main meter's short name.
    #[must_use]
    pub fn main(&self) -> &'a str {
        self.site.main.and_then(|main| self.site.asset(main)).map_or("", |asset| asset.id)
    }

    /// The name that people read of an asset's short one.
    #[must_use]
    pub fn asset_name(&self, id: &str) -> &'a str {
        let asset = self.site.asset_named(id).and_then(|id| self.site.asset(id));
        asset.map_or("", |asset| asset.name)
    }

    /// All indicators of a name and part, by asset.
    pub fn by_asset(
        &self,
        name: Name,
        part: &'a str,
    ) -> impl Iterator<Item = (&'a str, Decimal)> + '_ {
        let of_name = self.indicators.iter().filter(move |indicator| {
            indicator.name == name && indicator.part.unwrap_or("") == part
        });
        of_name.filter_map(|indicator| indicator.asset.zip(indicator.value))
    }

    /// The mean price of a kWh of the main meter, with tax.
    #[must_use]
    pub fn mean_price(&self) -> Option<f64> {
        let cost = self.value(Name::Cost, self.main(), "")?.to_f64();
        let energy = self.value(Name::Energy, self.main(), "")?.to_f64();
        (energy > 0.0 && cost > 0.0).then(|| cost / energy)
    }

    fn before(&self, archive: &Archive, main: ChannelId) -> Option<Before> {
        let period = Period::new(self.period.from - self.period.span(), self.period.from);
        let usage = usage_of(&self.site, archive, main, period);
        if usage.coverage(period).to_f64() < 0.95 {
            return None;
        }
        let output = self.site.output.and_then(|asset| {
            let channel = self.site.channel_of(asset, Quantity::GoodCount)?;
            usage_of(&self.site, archive, channel, period).total()
        });
        Some(Before {
            energy: Energy::from_milliwatt_hours(usage.total()?).kwh(),
            output: output.map(|sum| Decimal::new(sum, 3)),
        })
    }
}

fn days(site: &Site<'_>, archive: &Archive, channel: ChannelId, period: Period) -> Vec<Day> {
    let zone = site.zone_rules();
    let day = |cut: Period| {
        let usage = usage_of(site, archive, channel, cut);
        Day {
            date: zone.local(cut.from).date,
            energy: usage.total().map(|sum| Energy::from_milliwatt_hours(sum).kwh()),
            coverage: usage.coverage(cut),
        }
    };
    period.every(Every::Day, zone).map(day).collect()
}

fn calendars(site: &Site<'_>, archive: &Archive, period: Period) -> Vec<Calendar> {
    let metered = site.numbered_assets().filter_map(|(asset, _)| {
        site.channel_of(asset, Quantity::ActiveEnergy).map(|channel| (asset, channel))
    });
    metered
        .map(|(asset, channel)| Calendar { asset, days: days(site, archive, channel, period) })
        .collect()
}

/// The states in the order in which they are stacked.
pub const STACK: [State; 5] = [State::Running, State::Setup, State::Idle, State::Down, State::Off];
