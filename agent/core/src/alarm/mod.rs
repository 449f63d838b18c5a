//! Alarms: states that people must hear of, judged from readings as they come.
//!
//! An [`Alarm`] is told every reading and now and then the time, and answers with a [`Change`] when it begins or ends.
//! It has no clock and no memory outside itself, so that a node sounds it with the network down just as the gateway
//! does. Each has hysteresis and a time for which its condition must last, and tells each state once.
//!
//! | kind | from | begins | ends |
//! |---|---|---|---|
//! | idle too long | state, energy, power or count | idle for so many minutes of planned time | another state lasts |
//! | peak ahead | energy, power | projection of the demand window above the limit | with the window |
//! | power factor low | active and reactive energy | low for so long, under load | better by 0.01 for as long |
//! | CUSUM | energy, output | a sum of deviations above its limit | both sums at half of it |
//! | dead meter | any channel, power | silent, or stuck while power flows | two answers, or it counts again |
//! | out of limits | a gauge | out for longer than is allowed | back inside by a margin, for a while |
//!
//! Counters go through the rules of [`millwatt::interval`]: nothing is booked across a reset.
//!
//! # After a restart
//! All begin anew: an alarm that still stands is told again when its time has passed. People rather hear twice than
//! never.

pub(crate) mod counter;
mod cusum;
mod dead;
mod idle;
mod latch;
mod limits;
pub(crate) mod machine;
mod numbers;
mod peak;
#[cfg(test)]
mod plant;
mod power_factor;
mod rows;

pub use cusum::Baseline;
pub use dead::Silence;
pub use latch::Turn;
pub use limits::Limits;
pub use numbers::{Change, Death, Numbers};
pub use peak::Demand;
pub use power_factor::Factor;

use core::fmt;

use cusum::Cusum;
use dead::DeadMeter;
use idle::IdleTooLong;
use limits::OutOfLimits;
use millwatt::calendar::{Planned, planned_time};
use millwatt::reading::{ChannelId, Reading};
use millwatt::site::{Asset, AssetId, Channel, Quantity, Shift, Site};
use millwatt::time::{Instant, Period, Span, Zone};
use peak::PeakAhead;
use power_factor::PowerFactorLow;

/// Local time and planned work, as a site lends them.
///
/// # Example
/// ```
/// use millwatt::site::Shift;
/// use millwatt::time::{Instant, Period, Span, Weekdays, Zone};
/// use millwatt_agent::alarm::Calendar;
/// let shifts = [Shift { name: "day", days: Weekdays::ALL, start: 480, end: 960 }];
/// let calendar = Calendar { zone: Zone::new(&[]), shifts: &shifts };
/// let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
/// let planned = calendar.planned(Period::new(at(7 * 60), at(9 * 60)));
/// assert_eq!(planned, Span::from_minutes(60));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    /// The zone's rules.
    pub zone: Zone<'a>,
    /// Planned work, sorted by start; none at all means that all time is planned.
    pub shifts: &'a [Shift<'a>],
}

impl<'a> Calendar<'a> {
    /// That of a site.
    #[must_use]
    pub const fn of(site: &Site<'a>) -> Self {
        Self { zone: site.zone_rules(), shifts: site.shifts }
    }

    /// How much of a period is planned work.
    #[must_use]
    pub fn planned(&self, period: Period) -> Span {
        if self.shifts.is_empty() {
            return period.span();
        }
        planned_time(Planned::new(self.zone, self.shifts, period))
    }
}

/// What an alarm takes a channel for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    State,
    Energy,
    Reactive,
    Power,
    Output,
    /// The channel that is watched itself.
    Value,
}

/// The channels that an alarm listens to.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Inputs([Option<(ChannelId, Role)>; 4]);

impl Inputs {
    fn push(&mut self, channel: ChannelId, role: Role) {
        if let Some(free) = self.0.iter_mut().find(|slot| slot.is_none()) {
            *free = Some((channel, role));
        }
    }

    fn role(&self, channel: ChannelId) -> Option<Role> {
        self.0.iter().flatten().find(|(known, _)| *known == channel).map(|(_, role)| *role)
    }
}

/// What an alarm needs and the site does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// There is no such asset or channel.
    Place,
    /// The asset has no channel of this quantity.
    Channel(Quantity),
    /// Nothing tells the machine's state: no state register, no thresholds with a counter or gauge, no count.
    States,
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place => f.write_str("the site has no such asset or channel"),
            Self::Channel(quantity) => write!(f, "the asset has no channel of {quantity:?}"),
            Self::States => f.write_str(
                "nothing tells the machine's state; set running_kw for one with a meter, or give it a state register",
            ),
        }
    }
}

impl core::error::Error for Lacking {}

/// One alarm of one asset: told readings and the time, it tells when it begins and ends.
///
/// # Units and shape
/// Readings of each channel in time order. It takes [`Alarm::BYTES`] at most, whatever it has seen.
/// # Missing data
/// A gap turns nothing: what is not known is neither good nor bad. Suspect readings count as signs of life only.
/// # Example
/// A meter that is silent for more than three times its minute:
/// ```
/// use millwatt::reading::{ChannelId, Quality, Reading, Sample};
/// use millwatt::site::{Asset, AssetId, Channel, Facts, Kind, Quantity, Scale, Site};
/// use millwatt::time::{Instant, Span};
/// use millwatt_agent::alarm::{Alarm, Calendar, Silence, Turn};
/// let assets = [Asset { id: "saw", name: "Saw", parent: None, machine: true, rated_milliwatts: 0,
///     idle_milliwatts: 0, running_milliwatts: 0, ideal_cycle: Span::ZERO, minor_stop: Span::ZERO,
///     dwell: Span::ZERO }];
/// let channels = [Channel { name: "saw.active_energy", asset: AssetId(0), phase: 0,
///     quantity: Quantity::ActiveEnergy, kind: Kind::Counter, scale: Scale(0), unit: "Wh",
///     every: Span::from_minutes(1), modulus: 0 }];
/// let site = Site { name: "", zone: "UTC", currency: "VND", main: None, output: None, output_unit: "",
///     offsets: &[], shifts: &[], tariffs: &[], bands: &[], assets: &assets, channels: &channels,
///     facts: Facts::NONE };
/// let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
///
/// let silence = Silence { steps: 3, ..Silence::USUAL };
/// let mut alarm = Alarm::dead_meter(&site, ChannelId(0), silence).expect("the channel is there");
/// let calendar = Calendar::of(&site);
/// let sample = Sample { at: at(0), value: 7, quality: Quality::Good };
/// assert_eq!(alarm.fold(&Reading { channel: ChannelId(0), sample }, calendar), None);
/// let told: Vec<_> = (0..9).filter_map(|minute| alarm.tick(at(minute), calendar)).collect();
/// assert_eq!(told.len(), 1);
/// assert_eq!((told[0].turn, told[0].since, told[0].at), (Turn::Raised, at(0), at(4)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alarm {
    inputs: Inputs,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "there is no allocator to box the large ones with")]
enum Kind {
    Idle(IdleTooLong),
    Peak(PeakAhead),
    PowerFactor(PowerFactorLow),
    Cusum(Cusum),
    Dead(DeadMeter),
    Limits(OutOfLimits),
}

/// An [`Alarm`] of a machine that idles, without what the other kinds need: a microcontroller that has no other holds
/// no more.
#[derive(Debug, Clone, Copy)]
pub struct IdleAlarm {
    inputs: Inputs,
    alarm: IdleTooLong,
}

impl IdleAlarm {
    /// See [`Alarm::idle_too_long`].
    ///
    /// # Errors
    /// When nothing tells the machine's state.
    pub fn new(site: &Site<'_>, id: AssetId, longest: Span) -> Result<Self, Lacking> {
        let (inputs, alarm) = IdleTooLong::of(site, id, longest)?;
        Ok(Self { inputs, alarm })
    }

    /// One more reading; those of channels that it does not look at are passed over.
    pub fn fold(&mut self, reading: &Reading, calendar: Calendar<'_>) -> Option<Change> {
        let role = self.inputs.role(reading.channel)?;
        self.alarm.fold(role, reading.sample, calendar)
    }
}

impl Alarm {
    /// Most bytes that one takes; a test holds them to it.
    pub const BYTES: usize = 1_024;

    /// One more reading; those of channels that it does not look at are passed over.
    pub fn fold(&mut self, reading: &Reading, calendar: Calendar<'_>) -> Option<Change> {
        let (role, sample) = (self.inputs.role(reading.channel)?, reading.sample);
        match &mut self.kind {
            Kind::Idle(alarm) => alarm.fold(role, sample, calendar),
            Kind::Peak(alarm) => alarm.fold(role, sample, calendar),
            Kind::PowerFactor(alarm) => alarm.fold(role, sample, calendar),
            Kind::Cusum(alarm) => alarm.fold(role, sample, calendar),
            Kind::Dead(alarm) => alarm.fold(role, sample),
            Kind::Limits(alarm) => alarm.fold(sample),
        }
    }

    /// What time it is, for what no reading tells: silence, the end of a window.
    ///
    /// Once a grid step, or every five seconds where that is longer, is often enough; being late delays the alarm, and
    /// no more: a clock that was set forth makes no silence.
    pub fn tick(&mut self, now: Instant, calendar: Calendar<'_>) -> Option<Change> {
        match &mut self.kind {
            Kind::Peak(alarm) => alarm.tick(now, calendar),
            Kind::Dead(alarm) => alarm.tick(now),
            Kind::Idle(_) | Kind::PowerFactor(_) | Kind::Cusum(_) | Kind::Limits(_) => None,
        }
    }

    /// The channels whose readings it looks at.
    pub fn channels(&self) -> impl Iterator<Item = ChannelId> + '_ {
        self.inputs.0.iter().flatten().map(|(channel, _)| *channel)
    }

    /// The stable name of its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self.kind {
            Kind::Idle(_) => "idle",
            Kind::Peak(_) => "peak",
            Kind::PowerFactor(_) => "power_factor",
            Kind::Cusum(_) => "cusum",
            Kind::Dead(_) => "dead_meter",
            Kind::Limits(_) => "limits",
        }
    }
}

/// A site, an asset of it, and what an alarm takes of its channels.
struct Draft<'s, 'a> {
    site: &'s Site<'a>,
    id: AssetId,
    asset: &'a Asset<'a>,
    inputs: Inputs,
}

impl<'s, 'a> Draft<'s, 'a> {
    fn of(site: &'s Site<'a>, id: AssetId) -> Result<Self, Lacking> {
        let asset = site.asset(id).ok_or(Lacking::Place)?;
        Ok(Self { site, id, asset, inputs: Inputs::default() })
    }

    /// Listens to the asset's channel of a quantity, if there is one.
    fn listen(&mut self, quantity: Quantity, role: Role) -> Option<&'a Channel<'a>> {
        let id = self.site.channel_of(self.id, quantity)?;
        self.inputs.push(id, role);
        self.site.channel(id)
    }

    /// As [`listen`](Self::listen), for a channel without which there is no alarm.
    fn need(&mut self, quantity: Quantity, role: Role) -> Result<&'a Channel<'a>, Lacking> {
        self.listen(quantity, role).ok_or(Lacking::Channel(quantity))
    }

    const fn alarm(self, kind: Kind) -> Alarm {
        Alarm { inputs: self.inputs, kind }
    }
}

/// A turn with all that is told of it.
const fn change(turn: Turn, at: Instant, since: Instant, numbers: Numbers) -> Option<Change> {
    Some(Change { turn, at, since, numbers })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_no_larger_than_it_says() {
        assert!(size_of::<Alarm>() <= Alarm::BYTES, "{} bytes", size_of::<Alarm>());
    }

    #[test]
    fn readings_of_others_are_passed_over() {
        let site = plant::site();
        let mut alarm = Alarm::idle_too_long(&site, plant::MACHINE, Span::ZERO).expect("a machine");
        let stranger = plant::reading(ChannelId(99), 0, 1);
        assert_eq!(alarm.fold(&stranger, Calendar::of(&site)), None);
        assert_eq!((alarm.kind(), alarm.channels().count()), ("idle", 1));
    }

    #[test]
    fn what_is_not_there_cannot_be_watched() {
        let site = plant::gauge_only();
        let demand = Demand { limit: millwatt::units::Power::ZERO, ..Demand::USUAL };
        let lacking = Alarm::peak_ahead(&site, plant::MACHINE, demand).map(|_| ());
        assert_eq!(lacking, Err(Lacking::Channel(Quantity::ActiveEnergy)));
        let lacking = Alarm::idle_too_long(&site, AssetId(7), Span::ZERO).map(|_| ());
        assert_eq!(lacking, Err(Lacking::Place));
        let lacking = Alarm::dead_meter(&site, ChannelId(7), Silence::USUAL).map(|_| ());
        assert_eq!(lacking, Err(Lacking::Place));
    }
}
