//! Register maps of meter models, as data: one file a model, in `agent/gateway/profiles`.

use super::words::SerialLine;
use super::{EncodingWord, Register, TableWord};
use millwatt_agent::meter::{ByteOrder, Place, WordOrder};
use serde::Deserialize;

/// A model's register map.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Who makes it.
    pub maker: String,
    /// The models that have this map.
    pub model: String,
    /// The maker's document that the map is from.
    pub source: String,
    /// What was really read of it, or else.
    pub checked: String,
    /// Whether every row was compared with the maker's document, or a public copy of it.
    pub verified: bool,
    /// Phases measured.
    pub phases: u8,
    /// Nominal voltage from phase to neutral.
    pub voltage_v: u32,
    /// Largest, or for a meter behind transformers nominal, current at its own terminals.
    pub current_a: u32,
    /// Whether it works behind current transformers whose ratio is set in the meter.
    #[serde(default)]
    pub ct: bool,
    /// The serial line as the factory sets it, such as `9600 8N1`.
    pub serial: SerialLine,
    /// The unit number as the factory sets it.
    pub unit: u8,
    /// Unwanted registers that one read may cross.
    #[serde(default)]
    pub read_gap: u16,
    /// Most registers a read.
    #[serde(default = "most")]
    pub read_most: u16,
    /// Whether a number whose bits are all ones (of a signed one: the greatest or the least) means that there is none.
    #[serde(default)]
    pub extremes_are_absent: bool,
    /// A register that tells the model.
    pub identity: Option<Identity>,
    /// Where its serial number stands.
    pub serial_number: Option<Number>,
    /// The map.
    #[serde(rename = "register")]
    pub registers: Vec<Register>,
    /// More of it, read when the meter is wired and judged, and not kept: power by phase tells how transformers sit.
    #[serde(default, rename = "commissioning")]
    pub commissioning: Vec<Register>,
}

impl Profile {
    /// All rows, those for commissioning last.
    #[must_use]
    pub fn all_registers(&self) -> Vec<Register> {
        self.registers.iter().chain(&self.commissioning).cloned().collect()
    }
}

/// A number in a meter that is no reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// Which table.
    pub table: TableWord,
    /// The first register, counted from 0 as on the wire.
    pub address: u16,
    /// How it stands there.
    #[serde(rename = "type")]
    pub encoding: EncodingWord,
}

impl Number {
    /// Where it stands and how.
    #[must_use]
    pub const fn place(self) -> Place {
        Place {
            table: self.table.value(),
            address: self.address,
            encoding: self.encoding.value(),
            words: WordOrder::HighFirst,
            bytes: ByteOrder::HighFirst,
        }
    }
}

/// A register that tells the model, and what it holds in those that have this map.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Which table.
    pub table: TableWord,
    /// The first register, counted from 0 as on the wire.
    pub address: u16,
    /// How it stands there.
    #[serde(rename = "type")]
    pub encoding: EncodingWord,
    /// The model codes.
    pub equals: Vec<i64>,
}

impl Identity {
    /// Where the model code stands.
    #[must_use]
    pub const fn number(&self) -> Number {
        Number { table: self.table, address: self.address, encoding: self.encoding }
    }
}

const fn most() -> u16 {
    millwatt_agent::modbus::pdu::MOST_REGISTERS
}

macro_rules! built_in {
    ($($name:literal,)+) => {
        [$(($name, include_str!(concat!("../../profiles/", $name, ".toml"))),)+]
    };
}

const BUILT_IN: [(&str, &str); 23] = built_in![
    "abb-b23",
    "acrel-adl400",
    "carlo-gavazzi-em24",
    "carlo-gavazzi-em340",
    "chint-ddsu666",
    "chint-dtsu666",
    "eastron-sdm120",
    "eastron-sdm230",
    "eastron-sdm630",
    "eastron-sdm72d-m-2",
    "janitza-umg96rm",
    "orno-or-we-516",
    "schneider-iem3155",
    "schneider-iem3255",
    "schneider-pm2100",
    "schneider-pm5000",
    "schneider-pm5500",
    "selec-em368",
    "selec-mfm383",
    "siemens-pac2200",
    "siemens-pac3200",
    "socomec-diris-a10",
    "socomec-diris-a20",
];

/// The names of the profiles that come with the program.
#[must_use]
pub fn names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

/// A profile that comes with the program.
#[must_use]
pub fn find(name: &str) -> Option<Profile> {
    toml::from_str(text(name)?).ok()
}

/// The file of a profile that comes with the program.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_that_comes_with_the_program_can_be_read() {
        for (name, text) in BUILT_IN {
            let profile: Result<Profile, _> = toml::from_str(text);
            assert!(profile.is_ok_and(|profile| !profile.registers.is_empty()), "{name}");
        }
    }

    #[test]
    fn names_rise_and_no_quantity_stands_twice() {
        assert!(names().is_sorted());
        for profile in names().iter().filter_map(|name| find(name)) {
            let all = profile.all_registers();
            let mut rows: Vec<_> = all.iter().map(|row| (row.quantity.word(), row.phase)).collect();
            rows.sort_unstable();
            rows.dedup();
            assert_eq!(rows.len(), all.len(), "{}", profile.model);
        }
    }
}
