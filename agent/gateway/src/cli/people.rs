//! `millwatt people`.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use super::{Failure, say};
use crate::form::people::{People, made_up_pin};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use serde_json::json;

/// Say who may fill in the form, each with a PIN of their own
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt people add \"Hoàng Thị Lan\" --data data
  millwatt people list --data data
  millwatt people pin \"Hoàng Thị Lan\" --data data
  millwatt people remove \"Hoàng Thị Lan\" --data data

The PIN is asked for, 4 to 8 digits; an empty line has one made up and printed. Names and PINs stand in
data/people.json, readable by its owner alone. The log knows people as eight letters and digits drawn by
lot, and goes on doing so when a name is removed: who it was can then no longer be told.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Let somebody fill in the form
    Add(Somebody),
    /// Show who may
    List(Everybody),
    /// Erase somebody's name and PIN
    Remove(Somebody),
    /// Give somebody another PIN; a lock ends, phones are signed out
    Pin(Somebody),
}

#[derive(Debug, clap::Args)]
struct Somebody {
    /// Their name, or their id as `list` shows it
    name: String,
    /// The folder that keeps the log
    #[arg(long)]
    data: PathBuf,
}

#[derive(Debug, clap::Args)]
struct Everybody {
    /// The folder that keeps the log
    #[arg(long)]
    data: PathBuf,
    /// Print a JSON list
    #[arg(long)]
    json: bool,
}

pub(super) fn people(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.action {
        Action::Add(somebody) => add(somebody),
        Action::List(everybody) => list(everybody),
        Action::Remove(somebody) => remove(somebody),
        Action::Pin(somebody) => pin(somebody),
    }
}

fn read(folder: &Path) -> Result<People, Failure> {
    People::read(folder).map_err(Failure::problem)
}

fn add(Somebody { name, data }: &Somebody) -> Result<(), Failure> {
    let mut people = read(data)?;
    let id = people.add(name, &asked_pin(name)?).map_err(Failure::problem)?;
    people.save(data).map_err(Failure::problem)?;
    say(format_args!("{} may fill in the form; the log knows them as {id}", name.trim()));
    Ok(())
}

fn list(Everybody { data, json }: &Everybody) -> Result<(), Failure> {
    let people = read(data)?;
    if *json {
        let rows = people.iter().map(|person| json!({ "id": person.id, "name": person.name }));
        say(serde_json::Value::Array(rows.collect()));
        return Ok(());
    }
    if people.iter().next().is_none() {
        say(
            "nobody may fill in the form yet; `millwatt people add NAME --data DATA` lets somebody",
        );
    }
    people.iter().for_each(|person| say(format_args!("{}  {}", person.id, person.name)));
    Ok(())
}

fn remove(Somebody { name, data }: &Somebody) -> Result<(), Failure> {
    let mut people = read(data)?;
    let id = people.remove(name).map_err(Failure::problem)?;
    people.save(data).map_err(Failure::problem)?;
    say(format_args!(
        "name and PIN are erased; what {id} reported stays. Copies of people.json elsewhere are yours to erase"
    ));
    Ok(())
}

fn pin(Somebody { name, data }: &Somebody) -> Result<(), Failure> {
    let mut people = read(data)?;
    people.set_pin(name, &asked_pin(name)?).map_err(Failure::problem)?;
    people.save(data).map_err(Failure::problem)?;
    say("the new PIN holds from now on");
    Ok(())
}

/// A PIN from whoever sits at the terminal, or from a pipe; made up and printed when they give none.
fn asked_pin(name: &str) -> Result<String, Failure> {
    let given = typed(&format!("PIN for {}, empty to have one made up: ", name.trim()))?;
    if given.is_empty() {
        let made = made_up_pin().map_err(Failure::problem)?;
        say(format_args!("PIN: {made}"));
        return Ok(made);
    }
    if std::io::stdin().is_terminal() && typed("once more: ")? != given {
        return Err(Failure::Problem("the two PINs differ; nothing was changed".to_owned()));
    }
    Ok(given)
}

/// A line from standard input; at a terminal asked for, and not shown.
fn typed(question: &str) -> Result<String, Failure> {
    let input = std::io::stdin();
    let shown = if input.is_terminal() { tcgetattr(&input).ok() } else { None };
    if let Some(shown) = &shown {
        eprint!("{question}");
        let _ = std::io::stderr().flush();
        let mut hidden = shown.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        // A terminal that cannot hide what is typed shows it.
        let _ = tcsetattr(&input, OptionalActions::Flush, &hidden);
    }
    let mut line = String::new();
    let read = input.lock().read_line(&mut line);
    if let Some(shown) = &shown {
        let _ = tcsetattr(&input, OptionalActions::Flush, shown);
        eprintln!();
    }
    read.map_err(|error| Failure::Problem(format!("no PIN can be read: {error}")))?;
    Ok(line.trim().to_owned())
}
