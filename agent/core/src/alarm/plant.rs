//! A machine with every channel that an alarm can look at, for tests: a sample a minute, rated 60 kW, idle from 0.6 kW,
//! running from 6 kW, a dwell of two minutes; counters in Wh and varh, power in W, output in pieces, temperature in
//! tenths of a degree.

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::site::{Asset, AssetId, Channel, Facts, Kind, Quantity, Scale, Shift, Site};
use millwatt::time::{Instant, Offset, Span, Weekdays};

pub const MACHINE: AssetId = AssetId(0);
pub const ENERGY: ChannelId = ChannelId(0);
pub const REACTIVE: ChannelId = ChannelId(1);
pub const POWER: ChannelId = ChannelId(2);
pub const OUTPUT: ChannelId = ChannelId(3);
pub const HEAT: ChannelId = ChannelId(4);

const OFFSETS: [Offset; 1] = [Offset { since: Instant::MIN, minutes: 0 }];

/// From 08:00 to 16:00 every day.
pub const DAY: [Shift<'static>; 1] =
    [Shift { name: "day", days: Weekdays::ALL, start: 480, end: 960 }];

pub const ASSET: Asset<'static> = Asset {
    id: "mill",
    name: "Mill",
    parent: None,
    machine: true,
    rated_milliwatts: 60_000_000,
    idle_milliwatts: 600_000,
    running_milliwatts: 6_000_000,
    ideal_cycle: Span::ZERO,
    minor_stop: Span::ZERO,
    dwell: Span::from_minutes(2),
};

const fn channel(name: &str, quantity: Quantity, kind: Kind, scale: i8) -> Channel<'_> {
    let (asset, every) = (MACHINE, Span::from_minutes(1));
    let (phase, unit, modulus, scale) = (0, "", 0, Scale(scale));
    Channel { name, asset, quantity, phase, kind, scale, unit, every, modulus }
}

const CHANNELS: [Channel<'static>; 5] = [
    channel("mill.active_energy", Quantity::ActiveEnergy, Kind::Counter, 0),
    channel("mill.reactive_energy_lagging", Quantity::ReactiveEnergyLagging, Kind::Counter, 0),
    channel("mill.active_power", Quantity::ActivePower, Kind::Gauge, 0),
    channel("mill.good_count", Quantity::GoodCount, Kind::Counter, 0),
    channel("mill.temperature", Quantity::Temperature, Kind::Gauge, -1),
];

/// Without shifts, so that all time is planned.
pub const fn site() -> Site<'static> {
    with(&[ASSET], &CHANNELS, &[])
}

pub const fn with(
    assets: &'static [Asset<'static>],
    channels: &'static [Channel<'static>],
    shifts: &'static [Shift<'static>],
) -> Site<'static> {
    Site {
        name: "Plant",
        zone: "UTC",
        currency: "VND",
        main: None,
        output: None,
        output_unit: "piece",
        offsets: &OFFSETS,
        shifts,
        tariffs: &[],
        bands: &[],
        assets,
        channels,
        facts: Facts::NONE,
    }
}

/// The same machine with no energy counter, but a power gauge.
pub const fn gauge_only() -> Site<'static> {
    const GAUGE: [Channel<'static>; 1] =
        [channel("mill.active_power", Quantity::ActivePower, Kind::Gauge, 0)];
    with(&[ASSET], &GAUGE, &[])
}

pub const fn at(minute: i64) -> Instant {
    Instant::from_unix_milliseconds(minute * 60_000)
}

pub const fn read(minute: i64, value: i64) -> Sample {
    Sample { at: at(minute), value, quality: Quality::Good }
}

pub const fn reading(channel: ChannelId, minute: i64, value: i64) -> Reading {
    Reading { channel, sample: read(minute, value) }
}
