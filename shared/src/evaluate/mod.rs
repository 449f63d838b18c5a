//! All indicators of a site and a period, from one source of samples.

mod carriers;
mod charges;
mod energy;
mod machine;
mod site_wide;

use crate::correction::Corrections;
use crate::decimal::Decimal;
use crate::finding::Findings;
use crate::indicator::{Indicator, Name, Unit};
use crate::interval::{Intervals, Meter};
use crate::reading::{ChannelId, Sample};
use crate::series::Series;
use crate::site::{Asset, AssetId, Site};
use crate::time::Period;
use crate::usage::Usage;

/// Computes every indicator of a period and hands each to `each`: first those of each asset in the
/// site's order, then those of the site as a whole.
///
/// The result is a function of the site, the set of samples and events, and the period alone. What the site
/// [states](crate::site::Facts) beyond its structure adds figures: oil equivalent and greenhouse gas where it gives
/// factors, cost of fuels where it gives their prices, and so on.
///
/// # Missing data
/// An indicator whose channel an asset does not have is left out; one whose channel it has is
/// always there, with `None` and a disqualifying finding when the period cannot answer it.
pub fn evaluate<'a, S: Series>(
    site: &Site<'a>,
    series: &'a S,
    period: Period,
    mut each: impl FnMut(Indicator<'a>),
) {
    let mut main = charges::MainMeter::default();
    for (id, asset) in site.numbered_assets() {
        let is_main = site.main == Some(id);
        let mut noted = |figure: Indicator<'a>| {
            if is_main {
                main.note(&figure);
            }
            each(figure);
        };
        let view = AssetView { site: *site, series, period, id, asset };
        view.energy(&mut noted);
        view.machine(&mut noted);
    }
    site_wide::SiteView { site: *site, series, period, main }.report(&mut each);
}

/// The intervals of a channel that meet a period, each cut to it.
pub fn intervals_within<'s, S: Series>(
    site: &Site<'_>,
    series: &'s S,
    id: ChannelId,
    period: Period,
) -> impl Iterator<Item = crate::interval::Interval> + use<'s, S> {
    let meter = site.channel(id).and_then(|channel| {
        let asset = site.asset(channel.asset)?;
        Some(Meter::of(channel, asset))
    });
    let known = Corrections::of(site, series, id, period.to);
    let intervals =
        meter.map(|meter| Intervals::new(meter, series.samples(id, period)).corrected(known));
    intervals.into_iter().flatten().filter_map(move |interval| interval.within(period))
}

/// What a channel's intervals add up to in a period.
pub fn usage_of<S: Series>(site: &Site<'_>, series: &S, id: ChannelId, period: Period) -> Usage {
    let mut usage = Usage::default();
    intervals_within(site, series, id, period).for_each(|interval| usage.fold(&interval));
    usage
}

/// A figure without part, peak or findings.
fn plain<'a>(name: Name, asset: Option<&'a str>, unit: Unit<'a>) -> Indicator<'a> {
    let (coverage, findings) = (Decimal::new(0, 6), Findings::NONE);
    Indicator { name, asset, part: None, value: None, unit, coverage, findings, begins: None }
}

struct AssetView<'a, S> {
    site: Site<'a>,
    series: &'a S,
    period: Period,
    id: AssetId,
    asset: &'a Asset<'a>,
}

impl<'a, S: Series> AssetView<'a, S> {
    fn figure(&self, name: Name, unit: Unit<'a>) -> Indicator<'a> {
        plain(name, Some(self.asset.id), unit)
    }
}

/// A source over slices that the caller lends: one slice of samples a channel, in time order.
///
/// What an engineer uses who has samples in memory and wants their indicators.
#[derive(Debug, Clone, Copy)]
pub struct Slices<'a> {
    /// Samples by channel number.
    pub channels: &'a [&'a [Sample]],
    /// Events in time order.
    pub events: &'a [crate::event::Event<'a>],
}

impl Series for Slices<'_> {
    fn samples(&self, channel: ChannelId, period: Period) -> impl Iterator<Item = Sample> + '_ {
        let all = self.channels.get(usize::from(channel.0)).copied().unwrap_or_default();
        let first = all.partition_point(|sample| sample.at < period.from);
        let last = all.partition_point(|sample| sample.at <= period.to);
        let first = first.saturating_sub(crate::series::LEAD_IN);
        all[first..(last + 1).min(all.len())].iter().copied()
    }

    fn events(&self, period: Period) -> impl Iterator<Item = crate::event::Event<'_>> + '_ {
        let inside =
            move |event: &&crate::event::Event<'_>| period.from <= event.at && event.at < period.to;
        self.events.iter().filter(inside).copied()
    }
}
