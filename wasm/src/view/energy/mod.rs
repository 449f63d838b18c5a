//! Where the energy went, when, and what of it can be avoided.
//!
//! The main meter's intervals are folded once, into [`load`]; the sections draw what they need of it.

mod balance;
mod bills;
mod daily;
mod demand;
mod duration;
mod factor;
mod flow;
mod fuels;
mod load;
mod night;
mod pareto;
mod paths;
mod profile;
mod tree;
mod typical;
mod week;
mod words;

use std::ops::Deref;

use super::{Cell, Section, Table, View};
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::words::Text;
use load::Load;
use millwatt::evaluate::intervals_within;
use millwatt::site::{AssetId, Quantity};
use millwatt::units::{Energy, Power};
use millwatt::{Decimal, Indicator, Name};
use tree::Meter;
use words::Word;

/// The view with what this chapter alone needs.
struct Chapter<'a> {
    view: View<'a>,
    load: Load,
    meters: Vec<Meter>,
}

impl<'a> Deref for Chapter<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

impl View<'_> {
    pub(super) fn energy(&self) -> Node {
        Chapter::new(*self).shown()
    }

    /// What people call a tariff's band.
    pub(super) fn band_name<'n>(&self, name: &'n str) -> &'n str {
        match name {
            "peak" => self.text(Word::Peak),
            "normal" => self.text(Word::Normal),
            "off-peak" => self.text(Word::OffPeak),
            other => other,
        }
    }
}

impl<'a> Chapter<'a> {
    fn new(view: View<'a>) -> Self {
        let (site, period) = (view.model.site, view.model.period);
        let rated =
            site.main.and_then(|main| site.asset(main)).map_or(0, |row| row.rated_milliwatts);
        let peak = view.model.value(Name::PeakDemand15, view.model.main(), "");
        let peak = peak.map(|peak| Power::from_milliwatts(peak.units()));
        let channel = site.main.and_then(|main| site.channel_of(main, Quantity::ActiveEnergy));
        let intervals =
            channel.map(|channel| intervals_within(&site, view.archive, channel, period));
        let width = load::bin_width(rated, peak);
        let load = Load::of(site, period, width, intervals.into_iter().flatten());
        Self { view, load, meters: tree::meters(&view.model.site) }
    }

    fn shown(&self) -> Node {
        if self.load.usage.total().is_none() {
            let nothing = self.missing("energy.daily", self.text(Key::NoEnergy));
            return self.chapter(self.text(Key::Energy), [nothing, self.fuels(), self.bills()]);
        }
        let sections = [
            self.flow(),
            self.daily(),
            self.profile(),
            self.week(),
            self.duration(),
            self.pareto(),
            self.demand(),
            self.factor(),
            self.night(),
            self.balance(),
            self.fuels(),
            self.bills(),
        ];
        self.chapter(&self.finding(), sections)
    }

    /// The chapter's title: what was used, by what most, and how much of it outside working hours.
    fn finding(&self) -> String {
        let whole = Energy::from_milliwatt_hours(self.load.usage.total().unwrap_or(0));
        let mut parts = vec![self.fill(Word::ChapterUsed, &[&self.kwh(whole.kwh())])];
        let ends = self
            .meters
            .iter()
            .filter(|meter| !self.meters.iter().any(|row| row.above == Some(meter.asset)));
        let used = ends.filter_map(|meter| Some((meter.asset, self.energy_of(meter.asset)?)));
        if let Some((asset, energy)) = used.max_by_key(|(_, energy)| *energy)
            && let Some(share) = share(energy, whole)
        {
            let figures = [self.name_of(asset), &self.percent(share)];
            parts.push(self.fill(Word::ChapterMost, &figures));
        }
        let measured = Energy::from_milliwatt_hours(self.load.usage.measured());
        let closed = share(self.load.closed().energy, measured);
        if let Some(closed) = closed.filter(|_| !self.model.site.shifts.is_empty()) {
            parts.push(self.fill(Word::ChapterClosed, &[&self.percent(closed)]));
        }
        parts.join("; ")
    }

    /// What an asset's own meter counted.
    fn energy_of(&self, asset: AssetId) -> Option<Energy> {
        let id = self.model.site.asset(asset)?.id;
        let energy = self.model.value(Name::Energy, id, "")?;
        // Energy is told in kWh to a milliwatt-hour.
        Some(Energy::from_milliwatt_hours(energy.units()))
    }

    fn name_of(&self, asset: AssetId) -> &str {
        self.view.model.site.asset(asset).map_or("", |row| row.name)
    }

    /// How much of the period the main meter measured, and how much of the energy is estimated.
    fn coverage(&self) -> String {
        let usage = &self.load.usage;
        let measured = self.percent(usage.coverage(self.model.period));
        let mut told = self.fill(Word::Measured, &[&measured]);
        let whole = usage.total().unwrap_or(0);
        let estimated = Decimal::quotient(whole - usage.measured(), whole, 4);
        if let Some(estimated) = estimated.filter(|share| share.units() > 0) {
            told.push(' ');
            told.push_str(&self.fill(Word::EstimatedShare, &[&self.percent(estimated)]));
        }
        told
    }

    /// Why a figure is weak or missing.
    fn reasons(&self, figure: Option<&Indicator<'_>>) -> String {
        let causes = figure.map(|figure| figure.findings).unwrap_or_default();
        let causes: Vec<&str> =
            causes.iter().map(|finding| self.text(Key::cause(finding.cause))).collect();
        if causes.is_empty() { self.text(Key::NotMeasured).to_owned() } else { causes.join(", ") }
    }

    /// A figure of three digits.
    fn brief(&self, value: f64) -> String {
        let value = Decimal::from_f64(value, 6).unwrap_or(Decimal::new(0, 0));
        format::short(value, self.choice.language)
    }

    fn power(&self, power: Power) -> String {
        self.kw(power.kw())
    }

    /// A cell with a figure and its unit, or the word for what nobody knows.
    fn cell(&self, value: Option<Decimal>, shown: impl Fn(Decimal) -> String) -> Cell {
        match value {
            Some(value) => Cell::figure(value, shown(value)),
            None => self.text(Key::Unknown).into(),
        }
    }

    fn exact_kwh(&self, value: Decimal) -> String {
        format::with_unit(&self.exact(value), "kWh")
    }

    /// Buttons of which one is pressed; each keeps an option.
    fn choices(
        &self,
        name: &str,
        label: impl Text,
        chosen: &str,
        options: &[(&'static str, &'static str)],
    ) -> Node {
        let buttons = options.iter().map(|(option, word)| {
            let button = node("button").with("type", "button");
            let button = button.with("data-act", format!("set:{name}={option}"));
            button.with("aria-pressed", *option == chosen).text(word)
        });
        let group = node("div").class("controls").with("role", "group");
        group.with("aria-label", self.text(label)).children(buttons)
    }

    /// What people call a fuel.
    fn fuel_name<'n>(&self, fuel: &'n str) -> &'n str {
        match fuel {
            "firewood" | "wood" => self.text(Word::Firewood),
            "diesel" => self.text(Word::Diesel),
            "petrol" => self.text(Word::Petrol),
            "fuel oil" => self.text(Word::FuelOil),
            "natural gas" => self.text(Word::NaturalGas),
            "coal" => self.text(Word::Coal),
            other => other,
        }
    }

    /// The sources of the tariffs that the period meets.
    fn tariffs_in_force(&self) -> Vec<&str> {
        let (tariffs, period) = (self.view.model.site.tariffs, self.view.model.period);
        let ends = tariffs.iter().skip(1).map(|next| next.since).chain([period.to]);
        let met = tariffs.iter().zip(ends);
        let met = met.filter(|(tariff, end)| tariff.since < period.to && *end > period.from);
        met.map(|(tariff, _)| tariff.source).collect()
    }

    /// The same as one text that goes on with a full stop of its own.
    fn tariff_sources(&self) -> String {
        let sources = self.tariffs_in_force().into_iter().map(|one| one.trim_end_matches('.'));
        sources.collect::<Vec<_>>().join("; ")
    }

    /// The class of each band by its price: the dearer, the darker.
    fn band_class(&self, name: &str) -> &'static str {
        let price = |name: &str| {
            let bands = self.model.site.bands.iter().filter(|band| band.name == name);
            bands.map(|band| band.price_thousandths).max().unwrap_or(0)
        };
        let prices = || self.model.site.bands.iter().map(|band| price(band.name));
        let (own, least, most) = (price(name), prices().min(), prices().max());
        match own {
            _ if least == most => "energy",
            own if Some(own) == most => "energy price3",
            own if Some(own) == least => "energy price1",
            _ => "energy price2",
        }
    }
}

/// One energy as a share of another; `None` of nothing.
fn share(part: Energy, whole: Energy) -> Option<Decimal> {
    Decimal::quotient(part.milliwatt_hours(), whole.milliwatt_hours(), 4)
}
