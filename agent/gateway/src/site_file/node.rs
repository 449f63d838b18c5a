//! `[[node]]`: a microcontroller that keeps a log of its own and sends it here.

use super::words::{Parity, SerialLine};
use super::{Bus, Protocol, SiteFile, Wrong};
use serde::Deserialize;
use toml::Spanned;

/// `[[node]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeRow {
    /// The name of its folder.
    pub name: Spanned<String>,
    /// `host:port` of a converter on its line.
    pub address: Option<String>,
    /// Or the serial port's device.
    pub port: Option<String>,
    /// How that is set.
    pub serial: Option<SerialLine>,
}

/// A node and where it is reached.
#[derive(Debug, Clone, PartialEq)]
pub struct NodePlan {
    /// The name of its folder.
    pub name: String,
    /// Its connection, on which no meter answers.
    pub bus: Bus,
}

/// How the node's program sets its port.
const USUAL: SerialLine =
    SerialLine { baud: 115_200, data_bits: 8, parity: Parity::None, stop_bits: 1 };

/// The nodes of a site file.
pub(super) fn nodes(site: &SiteFile) -> Result<Vec<NodePlan>, Wrong> {
    let mut plans: Vec<NodePlan> = Vec::new();
    for row in &site.nodes {
        let name = row.name.get_ref();
        if !super::judge::is_short_name(name) {
            let message = format!(
                "`name` = `{name}`: expected up to 32 of the letters a-z, digits, - and _; it names a folder"
            );
            return Err(Wrong::at(&row.name, message));
        }
        let (address, protocol) = match (&row.address, &row.port) {
            (Some(address), None) => (address, Protocol::RtuOverTcp),
            (None, Some(port)) => (port, Protocol::Rtu),
            _ => {
                let message = format!(
                    "node `{name}`: say either `port`, such as \"/dev/ttyUSB0\", or `address`, such as \"10.0.0.7:4001\""
                );
                return Err(Wrong::at(&row.name, message));
            }
        };
        let twice = |known: &&NodePlan| known.name == *name || known.bus.address == *address;
        if let Some(known) = plans.iter().find(twice) {
            let message =
                format!("node `{name}` at {address}: `{}` has that name or place", known.name);
            return Err(Wrong::at(&row.name, message));
        }
        let line = row.serial.unwrap_or(USUAL);
        let line = (protocol == Protocol::Rtu).then_some(line);
        let bus = Bus { address: address.clone(), protocol, line, meters: Vec::new() };
        plans.push(NodePlan { name: name.clone(), bus });
    }
    Ok(plans)
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    const HEAD: &str = "[site]\nname = \"S\"\nzone = \"Asia/Bangkok\"\ncurrency = \"VND\"\n";

    fn nodes(rows: &str) -> Result<Vec<super::NodePlan>, String> {
        let parsed = parse("site.toml", &format!("{HEAD}{rows}"));
        parsed.map(|site| site.nodes).map_err(|error| error.to_string())
    }

    #[test]
    fn a_port_or_a_converter() {
        let rows = "[[node]]\nname = \"press\"\nport = \"/dev/ttyUSB0\"\n\
                    [[node]]\nname = \"kiln-2\"\naddress = \"10.0.0.7:4001\"\n";
        let nodes = nodes(rows).expect("sound");
        assert_eq!(nodes[0].bus.line.map(|line| line.to_string()).as_deref(), Some("115200 8N1"));
        assert_eq!((nodes[1].name.as_str(), nodes[1].bus.line), ("kiln-2", None));
    }

    #[test]
    fn what_it_must_not_mean_is_told_with_its_line() {
        for (rows, expected) in [
            ("[[node]]\nname = \"press\"\n", "line 6: node `press`: say either `port`"),
            ("[[node]]\nname = \"../x\"\nport = \"/dev/x\"\n", "it names a folder"),
            (
                "[[node]]\nname = \"a\"\nport = \"/dev/x\"\n[[node]]\nname = \"b\"\nport = \"/dev/x\"\n",
                "node `b` at /dev/x: `a` has that name or place",
            ),
        ] {
            let why = nodes(rows).expect_err(rows);
            assert!(why.contains(expected), "{why}");
        }
    }
}
