//! What benches measure the metric crate on: a month of minutes of one meter, and rows with drivers.

use millwatt::reading::{Quality, Sample};
use millwatt::site::{self, Asset, AssetId, Band, Channel, Kind, Quantity, Scale, Tariff};
use millwatt::time::{Instant, Offset, Span, Weekdays};

/// Drivers of a row.
pub const COLUMNS: usize = 8;

/// Well mixed bits of a number.
const fn mixed(seed: u64) -> u64 {
    let bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^ bits >> 31
}

/// A counter a minute that rises by a load of 2 to 22 kW, with one reading in 700 missing and one zero in
/// 5,000.
#[must_use]
pub fn readings(minutes: i64) -> Vec<Sample> {
    let mut register = 1_000_000;
    let mut read = |minute: i64| {
        let noise = mixed(minute as u64);
        let day = (minute.rem_euclid(1_440) - 720).abs();
        register += (360 - day.min(360)) + 33 + (noise % 40) as i64;
        let at = Instant::from_unix_milliseconds(1_767_200_400_000 + minute * 60_000);
        let value = if noise % 5_000 == 3 { 0 } else { register };
        (noise % 700 != 5).then_some(Sample { at, value, quality: Quality::Good })
    };
    (0..minutes).filter_map(&mut read).collect()
}

/// Energy and eight drivers of as many rows.
#[must_use]
pub fn rows(count: usize) -> (Vec<f64>, Vec<Vec<f64>>) {
    let value = |row: usize, column: usize| (mixed((row * 64 + column) as u64) % 1_000) as f64;
    let columns: Vec<Vec<f64>> =
        (0..COLUMNS).map(|column| (0..count).map(|row| value(row, column)).collect()).collect();
    let used = (0..count)
        .map(|row| 5_000.0 + 3.0 * columns[0][row] + 1.5 * columns[3][row] + value(row, 9) / 4.0)
        .collect();
    (used, columns)
}

/// A site of one meter under a tariff with peak hours.
#[derive(Debug, Clone, Copy)]
pub struct Site {
    offsets: [Offset; 1],
    tariffs: [Tariff<'static>; 1],
    bands: [Band<'static>; 3],
}

impl Default for Site {
    fn default() -> Self {
        let band = |name, price, days, start, end| Band {
            tariff: 0,
            name,
            price_thousandths: price,
            days,
            start,
            end,
        };
        Self {
            offsets: [Offset { since: Instant::MIN, minutes: 420 }],
            tariffs: [Tariff { since: Instant::MIN, vat_per_mille: 80, source: "" }],
            bands: [
                band("normal", 1_987_000, Weekdays(0), 0, 0),
                band("peak", 3_640_000, Weekdays(0b011_1111), 1_050, 1_350),
                band("off-peak", 1_300_000, Weekdays::ALL, 0, 360),
            ],
        }
    }
}

impl Site {
    /// The asset that the meter measures.
    #[must_use]
    pub const fn asset(&self) -> Asset<'static> {
        Asset {
            id: "main",
            name: "main",
            parent: None,
            machine: false,
            rated_milliwatts: 60_000_000,
            idle_milliwatts: 0,
            running_milliwatts: 0,
            ideal_cycle: Span::ZERO,
            minor_stop: Span::ZERO,
            dwell: Span::ZERO,
        }
    }

    /// The meter's register: watt-hours a minute.
    #[must_use]
    pub const fn channel(&self) -> Channel<'static> {
        Channel {
            name: "main.active_energy",
            asset: AssetId(0),
            quantity: Quantity::ActiveEnergy,
            phase: 0,
            kind: Kind::Counter,
            scale: Scale(0),
            unit: "Wh",
            every: Span::from_minutes(1),
            modulus: 0,
        }
    }

    /// The site, lent.
    #[must_use]
    pub const fn site(&self) -> site::Site<'_> {
        site::Site {
            name: "one meter",
            zone: "Asia/Ho_Chi_Minh",
            currency: "VND",
            main: Some(AssetId(0)),
            output: None,
            output_unit: "kg",
            offsets: &self.offsets,
            shifts: &[],
            tariffs: &self.tariffs,
            bands: &self.bands,
            assets: &[],
            channels: &[],
            facts: site::Facts::NONE,
        }
    }
}
