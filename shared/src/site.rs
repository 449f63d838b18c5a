//! A site: its assets, channels, products, shifts, dated tariff and [`Facts`], as plain slices that the
//! caller lends.

mod facts;

pub use facts::{Baseline, Driver, Facts, FuelPrice};

use crate::decimal::{div_round, power_of_ten};
use crate::reading::ChannelId;
use crate::time::{Instant, Offset, Span, Weekdays, Zone};

/// An asset's number in its manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct AssetId(pub u16);

/// What a channel measures, in the unit that its [`Scale`] refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub enum Quantity {
    /// Active energy drawn, Wh.
    ActiveEnergy,
    /// Active energy fed back, Wh.
    ActiveEnergyExport,
    /// Reactive energy, current behind voltage, varh.
    ReactiveEnergyLagging,
    /// Reactive energy, current ahead of voltage, varh.
    ReactiveEnergyLeading,
    /// Active power, W.
    ActivePower,
    /// Reactive power, var.
    ReactivePower,
    /// Apparent power, VA.
    ApparentPower,
    /// Voltage, V.
    Voltage,
    /// Current, A.
    Current,
    /// Power factor, a number from −1 to 1.
    PowerFactor,
    /// Frequency, Hz.
    Frequency,
    /// Temperature, °C.
    Temperature,
    /// Good product, in the product's unit.
    GoodCount,
    /// Rejected product, in the product's unit.
    RejectCount,
    /// The machine's state, by [`State`](crate::production::State) code.
    MachineState,
    /// Anything else, in a unit of its own; kept and shown, used by no indicator.
    Other,
}

/// How a channel's successive values relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub enum Kind {
    /// A register that runs on: the difference of two values is what was used between them.
    Counter,
    /// What was used in the interval that ends at the stamp.
    Amount,
    /// A value that holds at its instant.
    Gauge,
    /// A code that holds until the next.
    State,
}

/// The power of ten by which a raw integer is multiplied to give the quantity's unit.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Scale(pub i8);

impl Scale {
    /// A raw value in thousandths of the quantity's unit: mWh, mW, mV …
    ///
    /// Exact for scales from −3 up; finer ones are rounded, halves away from zero.
    #[must_use]
    pub const fn thousandths(self, raw: i128) -> i128 {
        let exponent = self.0.saturating_add(3);
        if exponent >= 0 {
            raw.saturating_mul(power_of_ten(exponent.unsigned_abs()))
        } else {
            div_round(raw, power_of_ten(exponent.unsigned_abs()))
        }
    }
}

/// One stream of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Channel<'a> {
    /// Its name, unique in the site: `asset.quantity`, as in `main.active_energy`.
    pub name: &'a str,
    /// The asset it measures.
    pub asset: AssetId,
    /// What it measures.
    pub quantity: Quantity,
    /// Phase 1 to 3, or 0 for the whole.
    pub phase: u8,
    /// How its values relate.
    pub kind: Kind,
    /// The size of its integers.
    pub scale: Scale,
    /// The unit as people write it, for display.
    pub unit: &'a str,
    /// The grid: a sample is due at every multiple of this.
    pub every: Span,
    /// For counters: one past the largest raw value before it runs over; 0 when unknown.
    pub modulus: i64,
}

/// An area, line or machine, or the meter of the whole site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Asset<'a> {
    /// Short name, unique in the site.
    pub id: &'a str,
    /// The name that people read.
    pub name: &'a str,
    /// The asset it is part of.
    pub parent: Option<AssetId>,
    /// Whether it is a machine with states.
    pub machine: bool,
    /// Most power it can draw, mW; 0 when unknown. Bounds what a counter may gain.
    pub rated_milliwatts: i64,
    /// Power from which it is at least idle, mW; 0 when states do not come from power.
    pub idle_milliwatts: i64,
    /// Power from which it is running, mW; 0 when states do not come from power.
    pub running_milliwatts: i64,
    /// Ideal time for one unit of product, ms; 0 when unknown.
    pub ideal_cycle: Span,
    /// Longest stop that counts as minor; zero for the usual five minutes.
    pub minor_stop: Span,
    /// A state that lasts for less counts to the one before; zero to believe every sample.
    pub dwell: Span,
}

/// A stretch of planned work that repeats every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Shift<'a> {
    /// The name that people read.
    pub name: &'a str,
    /// Days on which it starts.
    pub days: Weekdays,
    /// Minute of the day at which it starts.
    pub start: u16,
    /// Minute at which it ends, counted from the start day's midnight; above 1440 for a night shift.
    pub end: u16,
}

/// A price list in force from an instant until the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Tariff<'a> {
    /// When it comes into force.
    pub since: Instant,
    /// Value-added tax in tenths of a percent.
    pub vat_per_mille: u16,
    /// The document that sets it.
    pub source: &'a str,
}

/// A price band of a tariff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Band<'a> {
    /// Which tariff, by its place in the site's list.
    pub tariff: u16,
    /// `peak`, `normal`, `off-peak` …
    pub name: &'a str,
    /// Thousandths of the currency for one kWh, before tax.
    pub price_thousandths: i64,
    /// Days on which its hours begin; the band with no days is the one for all other hours.
    pub days: Weekdays,
    /// Minute of the day at which it starts.
    pub start: u16,
    /// Minute of the day at which it ends, 1440 for midnight.
    pub end: u16,
}

/// A site, lent as slices.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// The name that people read.
    pub name: &'a str,
    /// IANA name of its zone, for display: the rules are in `offsets`.
    pub zone: &'a str,
    /// ISO 4217 code.
    pub currency: &'a str,
    /// The asset whose meter carries the whole site.
    pub main: Option<AssetId>,
    /// The asset whose good count is the site's output.
    pub output: Option<AssetId>,
    /// The output's unit, for display: `kg`.
    pub output_unit: &'a str,
    /// UTC offsets, oldest first.
    pub offsets: &'a [Offset],
    /// Planned work.
    pub shifts: &'a [Shift<'a>],
    /// Price lists, oldest first.
    pub tariffs: &'a [Tariff<'a>],
    /// Their bands.
    pub bands: &'a [Band<'a>],
    /// Areas, lines and machines; [`AssetId`] is the place in this list.
    pub assets: &'a [Asset<'a>],
    /// Streams of samples; [`ChannelId`] is the place in this list.
    pub channels: &'a [Channel<'a>],
    /// What it states beyond its structure.
    pub facts: Facts<'a>,
}

impl<'a> Site<'a> {
    /// The zone's rules.
    #[must_use]
    pub const fn zone_rules(&self) -> Zone<'a> {
        Zone::new(self.offsets)
    }

    /// An asset by number.
    #[must_use]
    pub fn asset(&self, id: AssetId) -> Option<&'a Asset<'a>> {
        self.assets.get(usize::from(id.0))
    }

    /// An asset by its short name.
    #[must_use]
    pub fn asset_named(&self, id: &str) -> Option<AssetId> {
        let place = self.assets.iter().position(|asset| asset.id == id)?;
        u16::try_from(place).ok().map(AssetId)
    }

    /// A channel by number.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<&'a Channel<'a>> {
        self.channels.get(usize::from(id.0))
    }

    /// The channel that measures a quantity of an asset as a whole.
    #[must_use]
    pub fn channel_of(&self, asset: AssetId, quantity: Quantity) -> Option<ChannelId> {
        let place = self.channels.iter().position(|channel| {
            channel.asset == asset && channel.quantity == quantity && channel.phase == 0
        })?;
        u16::try_from(place).ok().map(ChannelId)
    }

    /// The assets with their numbers.
    pub fn numbered_assets(&self) -> impl Iterator<Item = (AssetId, &'a Asset<'a>)> + use<'a> {
        (0..).map(AssetId).zip(self.assets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_to_thousandths() {
        assert_eq!(Scale(1).thousandths(12_345), 123_450_000, "0.01 kWh in mWh");
        assert_eq!(Scale(-3).thousandths(7), 7);
        assert_eq!(Scale(-4).thousandths(15), 2, "finer than a thousandth is rounded");
        assert_eq!(Scale(i8::MAX).thousandths(1), power_of_ten(38));
    }
}
