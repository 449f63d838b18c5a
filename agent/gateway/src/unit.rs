//! Units that a quantity may come in, as powers of ten of the unit it is kept in.

use millwatt::Decimal;
use millwatt::decimal::power_of_ten;
use millwatt::site::Channel;
use millwatt::site::{Kind, Quantity};

/// Accepted units with their powers of ten; an empty list takes any unit as it is.
const fn accepted(quantity: Quantity) -> &'static [(&'static str, i8)] {
    match quantity {
        Quantity::ActiveEnergy | Quantity::ActiveEnergyExport => {
            &[("Wh", 0), ("kWh", 3), ("MWh", 6), ("GWh", 9)]
        }
        Quantity::ReactiveEnergyLagging | Quantity::ReactiveEnergyLeading => {
            &[("varh", 0), ("kvarh", 3), ("Mvarh", 6), ("VArh", 0), ("kVArh", 3)]
        }
        Quantity::ActivePower => &[("W", 0), ("kW", 3), ("MW", 6)],
        Quantity::ReactivePower => &[("var", 0), ("kvar", 3), ("Mvar", 6)],
        Quantity::ApparentPower => &[("VA", 0), ("kVA", 3), ("MVA", 6)],
        Quantity::Voltage => &[("V", 0), ("mV", -3), ("kV", 3)],
        Quantity::Current => &[("A", 0), ("mA", -3), ("kA", 3)],
        Quantity::PowerFactor => &[("1", 0), ("%", -2)],
        Quantity::Frequency => &[("Hz", 0), ("mHz", -3)],
        Quantity::Temperature => &[("°C", 0)],
        Quantity::GoodCount | Quantity::RejectCount | Quantity::MachineState | Quantity::Other => {
            &[]
        }
    }
}

/// The power of ten of a unit, relative to the unit that the quantity is kept in.
///
/// # Errors
/// A sentence with the units that the quantity takes.
pub fn exponent(quantity: Quantity, unit: &str) -> Result<i8, String> {
    let accepted = accepted(quantity);
    if accepted.is_empty() {
        return Ok(0);
    }
    let found = accepted.iter().find(|(word, _)| *word == unit);
    found.map(|(_, exponent)| *exponent).ok_or_else(|| {
        let words: Vec<_> = accepted.iter().map(|(word, _)| *word).collect();
        let words = words.join(", ");
        format!("`unit` = `{unit}` does not fit this quantity; expected one of: {words}")
    })
}

/// The kinds in which a quantity can come, the usual one first.
#[must_use]
pub const fn kinds(quantity: Quantity) -> &'static [Kind] {
    match quantity {
        Quantity::ActiveEnergy
        | Quantity::ActiveEnergyExport
        | Quantity::ReactiveEnergyLagging
        | Quantity::ReactiveEnergyLeading
        | Quantity::GoodCount
        | Quantity::RejectCount => &[Kind::Counter, Kind::Amount],
        Quantity::MachineState => &[Kind::State],
        Quantity::Other => &[Kind::Gauge, Kind::Counter, Kind::Amount, Kind::State],
        _ => &[Kind::Gauge],
    }
}

/// How many digits of a channel's integers stand behind the point in the unit that people read.
#[must_use]
pub fn places(channel: &Channel<'_>) -> i16 {
    let power = exponent(channel.quantity, channel.unit).unwrap_or_default();
    i16::from(power) - i16::from(channel.scale.0)
}

/// An integer with its point, exactly.
#[must_use]
pub fn shifted(value: i64, places: i16) -> Decimal {
    let (raw, digits) = (i128::from(value), places.unsigned_abs().min(38) as u8);
    if places < 0 {
        return Decimal::new(raw.saturating_mul(power_of_ten(digits)), 0);
    }
    Decimal::new(raw, digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_powers_of_ten() {
        assert_eq!(exponent(Quantity::ActiveEnergy, "kWh"), Ok(3));
        assert_eq!(exponent(Quantity::PowerFactor, "%"), Ok(-2));
        assert_eq!(exponent(Quantity::GoodCount, "kg"), Ok(0));
        let why = exponent(Quantity::ActivePower, "kWh").expect_err("energy is no power");
        assert!(why.contains("W, kW, MW"), "{why}");
    }
}
