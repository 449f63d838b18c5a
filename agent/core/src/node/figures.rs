//! The figures of the shift and the month that are under way, folded as the readings come.
//!
//! Energy goes through the very rules of the report ([`millwatt::interval`]), time by state through its thresholds. A state counts here
//! as soon as it is seen: the asset's dwell, for which the report waits, is left out.

use millwatt::calendar::Planned;
use millwatt::interval::Interval;
use millwatt::production::{MachineTime, State};
use millwatt::reading::{ChannelId, Reading};
use millwatt::site::{AssetId, Quantity, Site};
use millwatt::time::{Instant, Period, Span};
use millwatt::usage::Usage;

use crate::alarm::counter::Counter;
use crate::alarm::machine::{Thresholds, mean_power};

/// Shifts or months that one interval is parted over at most: a gap of a month in three shifts a day.
const MOST_PARTS: usize = 100;

/// What a stretch of time has come to so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The whole stretch.
    pub period: Period,
    /// Energy, in mWh.
    pub energy: Usage,
    /// Time by state.
    pub time: MachineTime,
}

impl Window {
    fn new(period: Period) -> Self {
        Self { period, energy: Usage::default(), time: MachineTime::default() }
    }

    fn fold(&mut self, interval: &Interval, state: Option<State>) {
        self.energy.fold(interval);
        if let Some(state) = state {
            self.time.fold(state, interval.period.span());
        }
    }
}

/// The shift and the month that are under way.
#[derive(Debug, Clone, Copy)]
pub struct Figures<'p> {
    site: Site<'p>,
    channel: ChannelId,
    counter: Counter,
    thresholds: Option<Thresholds>,
    state: Option<State>,
    shift: Option<Window>,
    month: Option<Window>,
}

impl<'p> Figures<'p> {
    /// Of an asset with an energy counter; `None` for one without.
    #[must_use]
    pub fn new(site: Site<'p>, id: AssetId) -> Option<Self> {
        let (asset, channel) = (site.asset(id)?, site.channel_of(id, Quantity::ActiveEnergy)?);
        let counter = Counter::of(site.channel(channel)?, asset);
        let thresholds = Thresholds::of(asset);
        let (state, shift, month) = (None, None, None);
        Some(Self { site, channel, counter, thresholds, state, shift, month })
    }

    /// What the machine was doing at the last reading.
    #[must_use]
    pub const fn state(&self) -> Option<State> {
        self.state
    }

    /// The shift that the last interval fell into.
    #[must_use]
    pub const fn shift(&self) -> Option<&Window> {
        self.shift.as_ref()
    }

    /// The month that the last interval fell into.
    #[must_use]
    pub const fn month(&self) -> Option<&Window> {
        self.month.as_ref()
    }

    /// One more reading, in time order; those of other channels are passed over.
    pub fn fold(&mut self, reading: &Reading) {
        if reading.channel != self.channel {
            return;
        }
        let mut counter = self.counter;
        counter.fold(reading.sample, |interval| self.take(interval));
        self.counter = counter;
    }

    fn take(&mut self, interval: &Interval) {
        let power = mean_power(interval);
        self.state = self.thresholds.as_mut().zip(power).map(|(it, power)| it.classify(power));
        let mut from = interval.period.from;
        for _ in 0..MOST_PARTS {
            if from >= interval.period.to {
                return;
            }
            let month = self.month_at(from);
            let shift = self.shift_at(from);
            let next = shift.map_or_else(|| self.next_shift(from), |shift| shift.to).min(month.to);
            let part = Period::new(from, next.min(interval.period.to));
            if let Some(part) = interval.within(part) {
                into(&mut self.month, month).fold(&part, self.state);
                if let Some(shift) = shift {
                    into(&mut self.shift, shift).fold(&part, self.state);
                }
            }
            from = next.max(from + Span::from_milliseconds(1));
        }
    }

    fn month_at(&self, at: Instant) -> Period {
        let known = self.month.map(|month| month.period);
        known.filter(|known| known.from <= at && at < known.to).unwrap_or_else(|| {
            let zone = self.site.zone_rules();
            let date = zone.local(at).date;
            let (first, next) = (date.plus_months(0), date.plus_months(1));
            Period::new(zone.instant(first, 0), zone.instant(next, 0))
        })
    }

    fn shift_at(&self, at: Instant) -> Option<Period> {
        let known = self.shift.map(|shift| shift.period);
        known.filter(|known| known.from <= at && at < known.to).or_else(|| {
            let around = Period::new(at - Span::DAY, at + Span::DAY);
            self.planned(around).find(|shift| shift.from <= at && at < shift.to)
        })
    }

    /// When the next shift begins, or a day later.
    fn next_shift(&self, at: Instant) -> Instant {
        let ahead = Period::new(at, at + Span::DAY);
        self.planned(ahead).next().map_or(ahead.to, |shift| shift.from)
    }

    fn planned(&self, period: Period) -> Planned<'p> {
        Planned::new(self.site.zone_rules(), self.site.shifts, period)
    }
}

/// The window of a period: the one that is there, or a new one in its place.
fn into(window: &mut Option<Window>, period: Period) -> &mut Window {
    if window.is_some_and(|window| window.period != period) {
        *window = None;
    }
    window.get_or_insert_with(|| Window::new(period))
}
