//! InfluxDB's line protocol: the quantity is the measurement, asset, channel and unit are tags, the time is in nanoseconds.
//!
//! # Source
//! InfluxData, line protocol reference: commas, spaces and equals signs of names are escaped; strings are quoted.

use std::io::{self, Write};

use super::{Row, Value};

pub(super) fn reading(out: &mut impl Write, row: &Row<'_>) -> io::Result<()> {
    write!(out, "{}", name(row.quantity(), &[',', ' ']))?;
    let tags = [("asset", row.asset), ("channel", row.channel.name), ("unit", row.channel.unit)];
    for (tag, value) in tags.into_iter().filter(|(_, value)| !value.is_empty()) {
        write!(out, ",{tag}={}", name(value, &[',', ' ', '=']))?;
    }
    match row.value() {
        Value::Number(number) => write!(out, " value={number}")?,
        Value::State(state) => write!(out, " state=\"{state}\"")?,
    }
    let at = i128::from(row.sample.at.unix_milliseconds()) * 1_000_000;
    writeln!(out, ",quality=\"{}\" {at}", row.quality())
}

/// A name with its special characters escaped; one that ends a line cannot stand in it.
fn name(text: &str, special: &[char]) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if special.contains(&c) {
            escaped.push('\\');
        }
        escaped.push(if c.is_control() { ' ' } else { c });
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(name("hall 1, left=A", &[',', ' ', '=']), "hall\\ 1\\,\\ left\\=A");
        assert_eq!(name("a=b\nc", &[',', ' ']), "a=b c");
    }
}
