//! Register maps of meter models, as data.

use super::Register;
use serde::Deserialize;

/// A model's register map.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Maker and model.
    pub model: String,
    /// The document that the map was taken from.
    pub source: String,
    /// Whether somebody compared it with that document.
    pub verified: bool,
    /// Unwanted registers that one read may cross.
    #[serde(default)]
    pub read_gap: u16,
    /// Most registers a read.
    #[serde(default = "most")]
    pub read_most: u16,
    /// The map.
    #[serde(rename = "register")]
    pub registers: Vec<Register>,
}

const fn most() -> u16 {
    millwatt_agent::modbus::pdu::MOST_REGISTERS
}

const BUILT_IN: [(&str, &str); 1] =
    [("eastron-sdm630", include_str!("../../profiles/eastron-sdm630.toml"))];

/// The names of the profiles that come with the program.
#[must_use]
pub fn names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

/// A profile that comes with the program.
#[must_use]
pub fn find(name: &str) -> Option<Profile> {
    let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
    toml::from_str(text).ok()
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
}
