//! A machine's stops, from the one channel that tells its state.

use std::cell::Cell;

use crate::import::OwnedEvent;
use millwatt::decimal::{div_round, power_of_ten};
use millwatt::event::Event;
use millwatt::production::losses::MINOR_STOP;
use millwatt::production::state::states;
use millwatt::production::{State, StateSpan, Stretches};
use millwatt::reading::{ChannelId, Sample};
use millwatt::series::{LEAD_IN, Series};
use millwatt::site::{AssetId, Scale, Site};
use millwatt::time::{Instant, Period, Span};

/// A machine and what is known of it.
#[derive(Debug)]
pub(super) struct Machine {
    id: AssetId,
    /// Its short name.
    pub asset: String,
    /// Stops that are no longer are minor.
    pub minor_stop: Span,
    channel: ChannelId,
    channel_name: String,
    scale: Scale,
    pub every: Span,
    /// In time order but for those that came last.
    samples: Vec<Sample>,
    is_disordered: bool,
    /// Nothing before it changes any more: the machine began to run there, and has done something else since.
    settled: Instant,
    /// Stops that ended before it.
    ended: Vec<Period>,
    /// Those after it.
    latest: Vec<Period>,
    /// Whether samples came since the last account.
    is_behind: bool,
}

impl Machine {
    /// A machine whose state something tells.
    pub(super) fn of(site: &Site<'_>, id: AssetId) -> Option<Self> {
        let asset = site.asset(id).filter(|asset| asset.machine)?;
        let number = channel_of(site, id)?;
        let channel = site.channel(number)?;
        let own = asset.minor_stop;
        Some(Self {
            id,
            asset: asset.id.to_owned(),
            minor_stop: if own > Span::ZERO { own } else { MINOR_STOP },
            channel: number,
            channel_name: channel.name.to_owned(),
            scale: channel.scale,
            every: channel.every,
            samples: Vec::new(),
            is_disordered: false,
            settled: Instant::MIN,
            ended: Vec::new(),
            latest: Vec::new(),
            is_behind: false,
        })
    }

    /// The channel that tells its state, by name: numbers differ from log to log.
    pub(super) fn channel(&self) -> &str {
        &self.channel_name
    }

    /// Takes in samples, in steps of a scale.
    pub(super) fn take(&mut self, samples: impl Iterator<Item = Sample>, scale: Scale) {
        let places = i32::from(scale.0) - i32::from(self.scale.0);
        for sample in samples {
            self.is_disordered |= self.samples.last().is_some_and(|last| sample.at <= last.at);
            self.samples.push(Sample { value: rescaled(sample.value, places), ..sample });
            self.is_behind = true;
        }
    }

    /// Brings what came late into its place; `false` when it came too late for what is settled.
    pub(super) fn put_in_order(&mut self) -> bool {
        if !std::mem::take(&mut self.is_disordered) {
            return true;
        }
        let first = self.samples.first().map(|sample| sample.at);
        self.samples.sort_by_key(|sample| sample.at);
        self.samples.dedup_by_key(|sample| sample.at);
        let is_settled = self.settled > Instant::MIN;
        !is_settled || self.samples.first().map(|sample| sample.at) == first
    }

    /// Brings its stops up to date; what ended before `since` is forgotten.
    pub(super) fn fold(&mut self, site: &Site<'_>, meters: &[OwnedEvent], since: Instant) {
        let Some(last) = self.seen().filter(|_| self.is_behind) else { return };
        self.is_behind = false;
        let period = Period::new(self.settled, last + Span::from_milliseconds(1));
        let series = Seen { channel: self.channel, samples: &self.samples, meters };
        let spans = states(site, &series, self.id, period).into_iter();
        let dwell = site.asset(self.id).map_or(Span::ZERO, |asset| asset.dwell);
        let stretches: Vec<StateSpan> = spans
            .flat_map(|spans| Stretches::new(spans, dwell))
            .filter(|stretch| stretch.period.to > self.settled)
            .collect();
        self.latest = stands(&stretches);
        self.settle(&stretches);
        self.ended.retain(|stop| stop.to >= since);
    }

    /// Moves what can change no more out of the way.
    fn settle(&mut self, stretches: &[StateSpan]) {
        let before_last = stretches.split_last().map_or(&[][..], |(_, rest)| rest);
        let ran = before_last.iter().rfind(|stretch| stretch.state == State::Running);
        let Some(settled) = ran.map(|stretch| stretch.period.from) else { return };
        self.settled = settled.max(self.settled);
        let (ended, latest) = self.latest.iter().partition(|stop| stop.to <= settled);
        self.latest = latest;
        self.ended.extend::<Vec<Period>>(ended);
        let before = self.samples.partition_point(|sample| sample.at < settled);
        self.samples.drain(..before.saturating_sub(LEAD_IN + 1));
    }

    /// When it was seen last.
    pub(super) fn seen(&self) -> Option<Instant> {
        self.samples.last().map(|sample| sample.at)
    }

    /// Its stops, in time order.
    pub(super) fn stops(&self) -> impl Iterator<Item = Period> + '_ {
        self.ended.iter().chain(&self.latest).copied()
    }
}

/// Stretches in which it neither worked nor said why not; idle and off are one stop.
fn stands(stretches: &[StateSpan]) -> Vec<Period> {
    let mut stops: Vec<Period> = Vec::new();
    let still = |stretch: &&StateSpan| matches!(stretch.state, State::Idle | State::Off);
    for StateSpan { period, .. } in stretches.iter().filter(still) {
        match stops.last_mut() {
            Some(stop) if stop.to == period.from => stop.to = period.to,
            _ => stops.push(*period),
        }
    }
    stops
}

fn rescaled(value: i64, places: i32) -> i64 {
    let power = power_of_ten(places.unsigned_abs().min(18) as u8);
    let wide = i128::from(value);
    let wide = if places >= 0 { wide.saturating_mul(power) } else { div_round(wide, power) };
    wide.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// The channel that the metric crate asks for a machine's state.
fn channel_of(site: &Site<'_>, id: AssetId) -> Option<ChannelId> {
    let asked = Asked(Cell::new(None));
    let nothing = Period::new(Instant::MIN, Instant::MIN);
    states(site, &asked, id, nothing)?.count();
    asked.0.get()
}

/// No samples; remembers whose were asked for.
struct Asked(Cell<Option<ChannelId>>);

impl Series for Asked {
    fn samples(&self, channel: ChannelId, _: Period) -> impl Iterator<Item = Sample> + '_ {
        self.0.set(Some(channel));
        std::iter::empty()
    }

    fn events(&self, _: Period) -> impl Iterator<Item = Event<'_>> + '_ {
        std::iter::empty()
    }
}

/// One channel, and what people said of meters.
struct Seen<'a> {
    channel: ChannelId,
    samples: &'a [Sample],
    meters: &'a [OwnedEvent],
}

impl Series for Seen<'_> {
    fn samples(&self, channel: ChannelId, period: Period) -> impl Iterator<Item = Sample> + '_ {
        let all = if channel == self.channel { self.samples } else { &[] };
        let from = all.partition_point(|sample| sample.at < period.from).saturating_sub(LEAD_IN);
        let to = all.partition_point(|sample| sample.at <= period.to);
        all[from..(to + 1).min(all.len())].iter().copied()
    }

    fn events(&self, period: Period) -> impl Iterator<Item = Event<'_>> + '_ {
        let inside = move |event: &&OwnedEvent| event.at >= period.from && event.at < period.to;
        self.meters.iter().filter(inside).map(OwnedEvent::as_event)
    }
}
