//! `millwatt scan`.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use super::new::{expect_free, save};
use super::{Failure, say};
use crate::new;
use crate::run::scan::{self, Scan, Search, Step};
use crate::site_file::Protocol;
use crate::site_file::words::{self, SerialLine};
use millwatt::time::Span;

/// Find the meters on a line or at an address, guess what they are, write a site file to edit
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt scan --address 192.168.1.20:502
  millwatt scan --address 192.168.1.21:8899 --rtu-over-tcp --units 1-32
  millwatt scan --port /dev/ttyUSB0 --serial \"9600 8N1\" --units 1-20 --out site.toml

Nothing is written to a meter. `sure` is one whose model code says what it is; what one `looks like` is guessed
from voltage, frequency and the rest of its numbers: compare with its plate. No other program may ask on the line
meanwhile.")]
pub(super) struct Arguments {
    /// host:port of a meter, a gateway or a serial converter
    #[arg(long, required_unless_present = "port", conflicts_with = "port")]
    address: Option<String>,
    /// A serial port of this machine
    #[arg(long)]
    port: Option<String>,
    /// How the line at the port is set, such as "9600 8N1"; the usual settings are tried in turn when left out
    #[arg(long, requires = "port", value_parser = serial_line)]
    serial: Option<SerialLine>,
    /// Through a serial converter that passes Modbus RTU on
    #[arg(long, requires = "address")]
    rtu_over_tcp: bool,
    /// Unit numbers, such as 1-20 or 1,3,7-9; when left out 1-32 on a serial line, else 1-10
    #[arg(long, value_parser = unit_numbers)]
    units: Option<Units>,
    /// How long to wait for an answer
    #[arg(long, default_value = "300ms", value_parser = span)]
    timeout: Span,
    /// Write a site file with what was found
    #[arg(long)]
    out: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "out")]
    force: bool,
    /// Print JSON: [{unit, guesses: [{profile, score, sure, why}]}]
    #[arg(long)]
    json: bool,
}

/// Unit numbers, each once.
#[derive(Debug, Clone)]
struct Units(Vec<u8>);

fn unit_numbers(text: &str) -> Result<Units, String> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let range: (u8, u8) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (range.0 <= range.1).then_some(range.0..=range.1)
    };
    let ranges: Option<Vec<_>> = text.split(',').map(range).collect();
    let ranges = ranges.ok_or("expected unit numbers from 0 to 255 such as 1-20 or 1,3,7-9")?;
    let mut seen = BTreeSet::new();
    Ok(Units(ranges.into_iter().flatten().filter(|unit| seen.insert(*unit)).collect()))
}

fn serial_line(text: &str) -> Result<SerialLine, String> {
    words::serial_line(text).ok_or_else(|| "expected a setting such as \"9600 8N1\"".to_owned())
}

fn span(text: &str) -> Result<Span, String> {
    words::span(text).ok_or_else(|| "expected a span such as 300ms or 1s".to_owned())
}

/// The settings that most meters leave their factories with.
const USUAL: [&str; 5] = ["9600 8N1", "9600 8E1", "19200 8E1", "19200 8N1", "2400 8N1"];
/// What a serial line has for units: 0 is for all of them, from 248 on none.
const ON_A_LINE: std::ops::RangeInclusive<u8> = 1..=247;

pub(super) fn scan(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(out) = &arguments.out {
        expect_free(out, arguments.force)?;
    }
    let searches = searches(arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::problem)?;
    let (search, scan) = runtime.block_on(first_answered(&searches, arguments.json))?;
    if arguments.json {
        say(scan.json());
    }
    if scan.found.is_empty() {
        return Err(Failure::Problem(nobody(search, &scan)));
    }
    let is_one = scan.is_one_meter(search);
    if is_one && !arguments.json {
        say(
            "all unit numbers answer with the same counter: it is one meter that does not look at the number",
        );
    }
    match &arguments.out {
        Some(out) => write(arguments, search, &scan, is_one, out),
        None => Ok(()),
    }
}

/// What to search, one after the other until somebody answers.
fn searches(arguments: &Arguments) -> Result<Vec<Search>, Failure> {
    let (protocol, address) = match (&arguments.port, &arguments.address) {
        (Some(port), _) => (Protocol::Rtu, port),
        (None, Some(address)) if arguments.rtu_over_tcp => (Protocol::RtuOverTcp, address),
        (None, Some(address)) => (Protocol::Tcp, address),
        (None, None) => return Err(Failure::Usage("say where: --address or --port".to_owned())),
    };
    let units: Vec<u8> = match (&arguments.units, protocol) {
        (Some(Units(units)), _) => units.clone(),
        (None, Protocol::Tcp) => (1..=10).collect(),
        (None, _) => (1..=32).collect(),
    };
    let is_none = |unit: &&u8| protocol != Protocol::Tcp && !ON_A_LINE.contains(*unit);
    if let Some(unit) = units.iter().find(is_none) {
        let message = format!("--units: a serial line has no unit {unit}; expected 1 to 247");
        return Err(Failure::Usage(message));
    }
    let lines: Vec<Option<SerialLine>> = match (protocol, arguments.serial) {
        (Protocol::Rtu, None) => USUAL.iter().map(|text| words::serial_line(text)).collect(),
        (_, line) => vec![line],
    };
    let search = |line| Search {
        address: address.clone(),
        protocol,
        line,
        units: units.clone(),
        timeout: arguments.timeout,
    };
    Ok(lines.into_iter().map(search).collect())
}

/// The first search that finds anybody, or the last; noise of all of them.
async fn first_answered(searches: &[Search], json: bool) -> Result<(&Search, Scan), Failure> {
    let (mut last, mut noise) = (None, 0);
    for search in searches {
        if let Some(line) = search.line.filter(|_| searches.len() > 1) {
            eprintln!("trying {line}");
        }
        let scan = scan::scan(search, |step| show(step, json)).await;
        clear_count();
        let mut scan = scan.map_err(Failure::problem)?;
        noise += scan.noise;
        scan.noise = noise;
        let is_over = !scan.found.is_empty();
        last = Some((search, scan));
        if is_over {
            break;
        }
    }
    last.ok_or_else(|| Failure::Usage("there is nothing to search".to_owned()))
}

/// Units found go to the output as they are found; how far it is goes to a terminal alone.
fn show(step: Step<'_>, json: bool) {
    match step {
        Step::Asking { place, of } => {
            let mut errors = std::io::stderr();
            if errors.is_terminal() {
                // A count that cannot be shown is not missed.
                let _ = write!(errors, "\runit {place} of {of} ");
            }
        }
        Step::Found(found) => {
            clear_count();
            if !json {
                found.lines().into_iter().for_each(say);
            }
        }
    }
}

fn clear_count() {
    let mut errors = std::io::stderr();
    if errors.is_terminal() {
        let _ = write!(errors, "\r\x1b[K");
    }
}

fn nobody(search: &Search, scan: &Scan) -> String {
    let Search { address, units, .. } = search;
    let asked = match units.as_slice() {
        [unit] => format!("unit {unit} does not answer"),
        units => format!("none of {} units answers", units.len()),
    };
    let check = match (scan.noise, search.protocol) {
        (0, Protocol::Tcp) => "check the unit numbers, or whether --rtu-over-tcp is missing",
        (0, _) => "check power, the two wires (they may be crossed) and how the line is set",
        _ => {
            "but something comes that is no answer: check baud rate and parity, shield, both ends' resistors, and that \
             no two units have one number"
        }
    };
    format!("{asked} at {address}; {check}; ask for more with --units, wait longer with --timeout")
}

fn write(
    arguments: &Arguments,
    search: &Search,
    scan: &Scan,
    is_one: bool,
    out: &Path,
) -> Result<(), Failure> {
    let count = if is_one { 1 } else { scan.found.len() };
    let text = new::of_scan(search, scan.found.iter().take(count), &new::offer());
    save(out, &text, arguments.force)?;
    if !arguments.json {
        let out = out.display();
        say(format_args!("{out}: written; edit what is marked, then: millwatt check {out}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_numbers_as_people_write_them() {
        let read = |text| unit_numbers(text).map(|Units(units)| units);
        assert_eq!(read("1,3,7-9"), Ok(vec![1, 3, 7, 8, 9]));
        assert_eq!(read("5-6, 5"), Ok(vec![5, 6]), "each once");
        for wrong in ["", "1-", "9-7", "256", "a", "1,,2"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_usual_settings_are_settings() {
        assert!(USUAL.iter().all(|text| words::serial_line(text).is_some()));
    }
}
