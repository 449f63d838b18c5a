//! The factory's site file.

use super::server::Servers;
use std::fmt::Write as _;

const HEAD: &str = include_str!("site.toml");

/// The site file, with the addresses at which the meters listen.
#[must_use]
pub fn site_file(servers: &Servers) -> String {
    let mut text = HEAD.to_owned();
    for (machine, address) in servers.addresses() {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n[[meter]]\nasset = \"{machine}\"\naddress = \"{address}\"\n\
             profile = \"eastron-sdm630\"\nevery = \"1min\"\ntimeout = \"200ms\"\n"
        );
        if !["main", "fan", "compressor"].contains(machine) {
            text.push_str(MACHINE_REGISTERS);
        }
    }
    text
}

/// What a machine's own controller tells beside its meter.
const MACHINE_REGISTERS: &str = r#"
[[meter.register]]
quantity = "state"
table = "holding"
address = 0
type = "uint16"
unit = ""
states = { 0 = "off", 1 = "idle", 2 = "setup", 3 = "running", 4 = "breakdown" }

[[meter.register]]
quantity = "good_count"
table = "holding"
address = 1
type = "uint32"
unit = "kg"
decimals = 1

[[meter.register]]
quantity = "reject_count"
table = "holding"
address = 3
type = "uint32"
unit = "kg"
decimals = 1
"#;
