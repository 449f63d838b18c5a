//! A workshop's year as a function of its seed.

use crate::energy::fuel::{Factor, VIETNAM};
use crate::energy::reactive::ReactiveCharge;
use crate::event::{Event, EventKind};
use crate::reading::{ChannelId, Quality, Sample};
use crate::series::{LEAD_IN, Series};
use crate::site::{
    Asset, AssetId, Band, Channel, Facts, FuelPrice, Kind, Quantity, Scale, Shift, Site, Tariff,
};
use crate::time::{Date, Instant, Offset, Period, Span, Weekdays};
use crate::units::{Carbon, Power};

/// 2026-01-01T00:00+07:00.
const START: Instant = Instant::from_unix_milliseconds(1_767_200_400_000);
const EVERY: Span = Span::from_minutes(15);
/// Days of the year.
pub const DAYS: usize = 365;
const STEPS_A_DAY: i64 = 96;

pub static OFFSETS: [Offset; 1] = [Offset { since: Instant::MIN, minutes: 420 }];
static SHIFTS: [Shift<'static>; 2] = [
    Shift { name: "day", days: Weekdays(0b011_1111), start: 420, end: 1_020 },
    Shift { name: "night", days: Weekdays(0b001_0101), start: 1_320, end: 1_740 },
];
static TARIFFS: [Tariff<'static>; 2] = [
    Tariff { since: Instant::MIN, vat_per_mille: 100, source: "invented" },
    Tariff {
        since: Instant::from_unix_milliseconds(1_777_568_400_000),
        vat_per_mille: 80,
        source: "invented",
    },
];
static BANDS: [Band<'static>; 4] = [
    band(0, "normal", 1_987_000, Weekdays(0), 0, 0),
    band(0, "peak", 3_640_000, Weekdays(0b011_1111), 570, 690),
    band(1, "normal", 1_999_000, Weekdays(0), 0, 0),
    band(1, "peak", 3_700_000, Weekdays(0b011_1111), 1_050, 1_350),
];
/// Wood, and electricity with another factor from the second half of the year on.
static FACTORS: [Factor<'static>; 3] = [
    VIETNAM[9],
    Factor { since: JULY, fossil: Some(Carbon::from_milligrams(612_345)), ..VIETNAM[9] },
    VIETNAM[21],
];
const JULY: Date = Date { year: 2026, month: 7, day: 1 };
static FUEL_PRICES: [FuelPrice<'static>; 1] = [FuelPrice {
    fuel: "firewood",
    unit: "kg",
    since: VIETNAM[21].since,
    price_thousandths: 1_234_567,
    source: "invented",
}];
static ASSETS: [Asset<'static>; 2] =
    [asset("main", 90_000_000, 0, 0), asset("roller", 30_000_000, 1_000_000, 8_000_000)];
static CHANNELS: [Channel<'static>; 5] = [
    channel("main.active_energy", 0, Quantity::ActiveEnergy),
    channel("main.reactive_energy", 0, Quantity::ReactiveEnergyLagging),
    channel("roller.active_energy", 1, Quantity::ActiveEnergy),
    channel("roller.good", 1, Quantity::GoodCount),
    channel("roller.reject", 1, Quantity::RejectCount),
];

const fn band(
    tariff: u16,
    name: &'static str,
    price_thousandths: i64,
    days: Weekdays,
    start: u16,
    end: u16,
) -> Band<'static> {
    Band { tariff, name, price_thousandths, days, start, end }
}

const fn asset(id: &'static str, rated: i64, idle: i64, running: i64) -> Asset<'static> {
    Asset {
        id,
        name: id,
        parent: None,
        machine: running > 0,
        rated_milliwatts: rated,
        idle_milliwatts: idle,
        running_milliwatts: running,
        ideal_cycle: Span::from_seconds(9),
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    }
}

const fn channel(name: &'static str, asset: u16, quantity: Quantity) -> Channel<'static> {
    Channel {
        name,
        asset: AssetId(asset),
        quantity,
        phase: 0,
        kind: Kind::Counter,
        scale: Scale(0),
        unit: "",
        every: EVERY,
        modulus: 10_000_000,
    }
}

pub const fn site() -> Site<'static> {
    Site {
        name: "a year",
        zone: "Etc/GMT-7",
        currency: "VND",
        main: Some(AssetId(0)),
        output: Some(AssetId(1)),
        output_unit: "kg",
        offsets: &OFFSETS,
        shifts: &SHIFTS,
        tariffs: &TARIFFS,
        bands: &BANDS,
        assets: &ASSETS,
        channels: &CHANNELS,
        facts: Facts {
            factors: &FACTORS,
            fuel_prices: &FUEL_PRICES,
            reactive: Some(ReactiveCharge::CIRCULAR_15_2014),
            demand_limit: Some(Power::from_milliwatts(80_000_000)),
            ..Facts::NONE
        },
    }
}

/// Samples of a quarter of an hour, with gaps, zeros that come back, a register that runs over, an
/// exchanged meter and another transformer.
#[derive(Debug, Clone, Copy)]
pub struct Year {
    seed: u64,
}

impl Year {
    /// From a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// All of it.
    #[must_use]
    pub const fn period(&self) -> Period {
        Period::new(START, Instant::from_unix_milliseconds(1_767_200_400_000 + 365 * 86_400_000))
    }

    /// SplitMix64 over the place.
    const fn noise(&self, channel: u16, step: i64) -> u64 {
        let mixed = self.seed
            ^ (step as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ ((channel as u64) << 48);
        let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// What a channel counted by a step: days of work and days of rest, and a bounded wobble that never
    /// lets it fall.
    fn counted(&self, channel: u16, step: i64) -> i64 {
        /// Counts a working quarter of an hour and in any other.
        const RATES: [(i64, i64); 5] =
            [(9_000, 1_200), (5_000, 900), (3_100, 400), (90, 3), (4, 3)];
        let (busy, quiet) = RATES[usize::from(channel) % RATES.len()];
        let (day, of_day) = (step.div_euclid(STEPS_A_DAY), step.rem_euclid(STEPS_A_DAY));
        // Work from 07:00 to 17:00, 40 steps of 96; one day in seven is quiet.
        let worked = (of_day - 28).clamp(0, 40);
        let weeks = day.div_euclid(7) * 6 + day.rem_euclid(7).min(6);
        let today = if day.rem_euclid(7) == 6 { 0 } else { worked };
        let wobble = (self.noise(channel, step) % quiet as u64) as i64;
        weeks * 40 * (busy - quiet) + today * (busy - quiet) + step * quiet + wobble
    }

    fn sample(&self, channel: ChannelId, step: i64) -> Option<Sample> {
        let noise = self.noise(channel.0 + 100, step);
        // One in 400 is missing, one in 900 reads zero.
        if noise % 400 == 7 {
            return None;
        }
        let exchanged = channel.0 == 0 && step >= EXCHANGED;
        let offset = if exchanged { self.counted(0, EXCHANGED) - 500 } else { 0 };
        let counted = (self.counted(channel.0, step) - offset).rem_euclid(10_000_000);
        let value = if noise % 900 == 11 { 0 } else { counted };
        let at = START + EVERY.times(step);
        Some(Sample { at, value, quality: Quality::Good })
    }

    /// The energy of the main meter on a day, in kWh, for models.
    pub(super) fn day(&self, day: usize) -> (f64, [f64; 4]) {
        let step = day as i64 * STEPS_A_DAY;
        let gained =
            |channel| self.counted(channel, step + STEPS_A_DAY) - self.counted(channel, step);
        let temperature = 15.0 + (self.noise(7, day as i64) % 2_000) as f64 / 100.0;
        let chance = (self.noise(8, day as i64) % 1_000) as f64;
        let output = gained(3) as f64 + chance / 8.0;
        let used =
            gained(0) as f64 / 1_000.0 + output / 50.0 + f64::max(0.0, temperature - 24.5) * 6.0;
        (used, [output, temperature, chance, output * temperature])
    }
}

/// When the main meter was exchanged.
const EXCHANGED: i64 = 150 * STEPS_A_DAY + 50;

impl Series for Year {
    fn samples(&self, channel: ChannelId, period: Period) -> impl Iterator<Item = Sample> + '_ {
        let step = |at: Instant| (at - START).milliseconds().div_euclid(EVERY.milliseconds());
        let year = DAYS as i64 * STEPS_A_DAY;
        let first = (step(period.from).max(0) - LEAD_IN as i64).max(0);
        let last = (step(period.to) + 1).min(year);
        (first..=last).filter_map(move |step| self.sample(channel, step))
    }

    fn events(&self, period: Period) -> impl Iterator<Item = Event<'_>> + '_ {
        let exchange = [
            (EventKind::MeterRemoved, self.counted(0, EXCHANGED).rem_euclid(10_000_000)),
            (EventKind::MeterInstalled, 500),
        ];
        let meter =
            exchange.into_iter().map(|(kind, value)| (kind, EXCHANGED, "main", "", value * 1_000));
        let factor = [(EventKind::MeterFactor, 200 * STEPS_A_DAY, "roller", "", 1_050)];
        let weekly = (0..52).flat_map(|week| {
            let at = week * 7 * STEPS_A_DAY + 40;
            [
                (EventKind::Fuel, at, "", "firewood", 900_000 + week * 1_000),
                (EventKind::RawMaterial, at, "", "leaf", 7_000_000),
            ]
        });
        let all =
            weekly.chain(meter).chain(factor).map(|(kind, step, asset, product, thousandths)| {
                Event {
                    at: START + EVERY.times(step),
                    until: None,
                    kind,
                    asset,
                    product,
                    thousandths,
                    unit: "kg",
                    note: "",
                }
            });
        all.filter(move |event| period.from <= event.at && event.at < period.to)
    }
}
