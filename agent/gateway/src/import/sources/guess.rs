//! What a series may be, by its name and unit: a start for the map, never taken without being shown.

use std::fmt::Write;

/// Units and what they measure.
static UNITS: [(&str, &str); 23] = [
    ("Wh", "active_energy"),
    ("kWh", "active_energy"),
    ("MWh", "active_energy"),
    ("GWh", "active_energy"),
    ("varh", "reactive_energy_lagging"),
    ("kvarh", "reactive_energy_lagging"),
    ("W", "active_power"),
    ("kW", "active_power"),
    ("MW", "active_power"),
    ("var", "reactive_power"),
    ("kvar", "reactive_power"),
    ("Mvar", "reactive_power"),
    ("VA", "apparent_power"),
    ("kVA", "apparent_power"),
    ("V", "voltage"),
    ("mV", "voltage"),
    ("kV", "voltage"),
    ("A", "current"),
    ("mA", "current"),
    ("kA", "current"),
    ("Hz", "frequency"),
    ("mHz", "frequency"),
    ("°C", "temperature"),
];

/// Words of names and the units that they stand for, besides the units themselves.
const WORDS: [(&str, &str); 13] = [
    ("watt", "W"),
    ("watts", "W"),
    ("volt", "V"),
    ("volts", "V"),
    ("voltage", "V"),
    ("amp", "A"),
    ("amps", "A"),
    ("amperes", "A"),
    ("current", "A"),
    ("frequency", "Hz"),
    ("celsius", "°C"),
    ("temperature", "°C"),
    ("temp", "°C"),
];

/// A guess, in the words of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct Guess {
    /// `quantity`.
    pub quantity: &'static str,
    /// `kind`.
    pub kind: &'static str,
    /// `unit`; empty where the quantity takes any.
    pub unit: &'static str,
}

impl Guess {
    /// The rows of a channel, its asset left empty.
    pub fn rows(self) -> String {
        let mut rows =
            format!("asset = \"\"\nquantity = \"{}\"\nkind = \"{}\"", self.quantity, self.kind);
        if !self.unit.is_empty() {
            let _ = write!(rows, "\nunit = \"{}\"", self.unit);
        }
        rows
    }
}

/// What something may be that is called so, comes in a unit (empty when the file does not tell) and
/// falls at times or never.
pub(in crate::import) fn guess(names: &[&str], unit: &str, falls: bool) -> Guess {
    let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let words: Vec<&str> = names
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect();
    if words.iter().any(|word| ["pf", "cosphi"].contains(word)) || words.ends_with(&["factor"]) {
        let unit = if unit == "%" { "%" } else { "1" };
        return Guess { quantity: "power_factor", kind: "gauge", unit };
    }
    let known = UNITS.iter().find(|(known, _)| *known == unit);
    let named = || words.iter().rev().find_map(|word| by_word(word));
    let Some(&(unit, quantity)) = known.or_else(named) else {
        let counts = words.iter().any(|word| ["total", "sum", "count"].contains(word)) && !falls;
        return Guess {
            quantity: "other",
            kind: if counts { "counter" } else { "gauge" },
            unit: "",
        };
    };
    let kind = match (quantity.contains("energy"), falls) {
        (true, false) => "counter",
        (true, true) => "amount",
        (false, _) => "gauge",
    };
    Guess { quantity, kind, unit }
}

fn by_word(word: &str) -> Option<&'static (&'static str, &'static str)> {
    let meant = WORDS.iter().find(|(known, _)| *known == word).map(|(_, unit)| *unit);
    let same = |unit: &str| meant.map_or(unit.to_lowercase() == word, |meant| meant == unit);
    UNITS.iter().find(|(unit, _)| same(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_by_unit_then_by_the_last_word_that_tells() {
        let energy = |kind| Guess { quantity: "active_energy", kind, unit: "kWh" };
        assert_eq!(guess(&["sensor.main", "sum"], "kWh", false), energy("counter"));
        assert_eq!(guess(&["energy_kwh_total", ""], "", false), energy("counter"));
        assert_eq!(guess(&["Usage (kWh)"], "", true), energy("amount"));
        let power = Guess { quantity: "active_power", kind: "gauge", unit: "W" };
        assert_eq!(guess(&["meters", "power_watts"], "", true), power);
        let factor = Guess { quantity: "power_factor", kind: "gauge", unit: "%" };
        assert_eq!(guess(&["power_factor"], "%", true), factor);
        let other = guess(&["parts_total"], "", false);
        assert_eq!((other.quantity, other.kind, other.unit), ("other", "counter", ""));
    }

    #[test]
    fn every_guess_is_a_row_that_a_map_takes() {
        for (unit, _) in &UNITS {
            for falls in [true, false] {
                let rows = guess(&[], unit, falls).rows().replace("\"\"", "\"a\"");
                let text = format!("[[channel]]\nseries = \"x\"\n{rows}\n");
                let map = super::super::SeriesMap::parse("map.toml", &text);
                assert!(map.is_ok(), "{rows}: {map:?}");
            }
        }
    }
}
