//! `millwatt profiles`.

use std::fmt::Write as _;

use super::{Failure, say};
use crate::run::probe;
use crate::site_file::Protocol;
use crate::site_file::profile::{self, Profile};
use serde_json::{Value, json};

/// The meters that come with the program: list them, show one's registers, ask a real one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt profiles list
  millwatt profiles show schneider-pm2100
  millwatt profiles test eastron-sdm630 --address 192.168.1.20:502 --unit 3
  millwatt profiles test eastron-sdm630 --address 192.168.1.21:8899 --rtu-over-tcp")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Name, model, rows, and whether the map was compared with the maker's document
    List {
        /// Print JSON: [{name, maker, model, verified, registers}]
        #[arg(long)]
        json: bool,
    },
    /// Where a map is from, how the meter comes from the factory, and its registers
    Show {
        /// As `list` prints it
        name: String,
    },
    /// Read every register of a meter once and print what it says
    Test(Test),
}

#[derive(Debug, clap::Args)]
struct Test {
    /// As `list` prints it
    name: String,
    /// host:port of the meter or of a serial converter
    #[arg(long)]
    address: String,
    /// Its number on the line; the factory's when left out
    #[arg(long)]
    unit: Option<u8>,
    /// Through a serial converter that passes Modbus RTU on
    #[arg(long)]
    rtu_over_tcp: bool,
    /// Print JSON: {readings: [{name, value, unit}], faults, identity, serial_number}
    #[arg(long)]
    json: bool,
}

pub(super) fn profiles(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::List { json } => list(*json),
        Command::Show { name } => {
            say(described(name, &known(name)?).trim_end());
            Ok(())
        }
        Command::Test(test) => ask(test),
    }
}

fn known(name: &str) -> Result<Profile, Failure> {
    profile::find(name).ok_or_else(|| {
        let names = profile::names().join(", ");
        Failure::Usage(format!("`{name}` is no profile; expected one of: {names}"))
    })
}

const fn word(verified: bool) -> &'static str {
    if verified { "verified" } else { "unverified" }
}

fn list(as_json: bool) -> Result<(), Failure> {
    let all = profile::names().into_iter().map(|name| known(name).map(|profile| (name, profile)));
    let all = all.collect::<Result<Vec<_>, _>>()?;
    if as_json {
        say(Value::from_iter(all.iter().map(|(name, profile)| {
            json!({
                "name": name, "maker": profile.maker, "model": profile.model,
                "verified": profile.verified, "registers": profile.registers.len(),
            })
        })));
        return Ok(());
    }
    for (name, profile) in all {
        let (maker, model, rows) = (&profile.maker, &profile.model, profile.registers.len());
        say(format_args!(
            "{name:<20} {:<10} {rows:>3} registers  {maker} {model}",
            word(profile.verified)
        ));
    }
    say(
        "verified: each row was compared with the maker's document; `millwatt profiles show NAME` says how",
    );
    Ok(())
}

fn described(name: &str, profile: &Profile) -> String {
    let mut text = format!("{name}: {} {}\n", profile.maker, profile.model);
    let through = if profile.ct { ", behind current transformers set in the meter" } else { "" };
    let _ = writeln!(
        text,
        "  {} phases, {} V, {} A{through}; from the factory unit {}, {}",
        profile.phases, profile.voltage_v, profile.current_a, profile.unit, profile.serial
    );
    let _ = writeln!(text, "  source: {}", profile.source);
    let _ = writeln!(text, "  {}: {}", word(profile.verified), profile.checked);
    for register in &profile.all_registers() {
        let phase =
            if register.phase == 0 { String::new() } else { format!(" L{}", register.phase) };
        let _ = writeln!(
            text,
            "  {:<7} {:>6}  {:<8} {:<5} {}{phase}",
            register.table.word(),
            register.address,
            register.encoding.word(),
            register.unit,
            register.quantity.word(),
        );
    }
    text
}

fn ask(test: &Test) -> Result<(), Failure> {
    let profile = known(&test.name)?;
    let protocol = if test.rtu_over_tcp { Protocol::RtuOverTcp } else { Protocol::Tcp };
    let unit = test.unit.unwrap_or(profile.unit);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::problem)?;
    let asked = probe::ask(&test.name, &profile, &test.address, protocol, unit);
    let answer = runtime.block_on(asked).map_err(Failure::problem)?;
    if test.json {
        say(answer.json());
    } else {
        answer.lines().for_each(say);
    }
    match answer.faults.len() {
        0 => Ok(()),
        _ => Err(Failure::Problem(answer.faults.join("\n  "))),
    }
}
