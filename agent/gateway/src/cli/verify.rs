//! `millwatt verify`.

use std::path::{Path, PathBuf};

use super::{Failure, say};
use crate::logs;
use crate::report::log_of;
use crate::trust::verify::{Words, audit_folder};
use millwatt::trust::audit::Outcome;
use millwatt::trust::note::KeyKind;
use millwatt::trust::{Audit, Checkpoint, Device, Note, TrustError, VerifierKey};
use millwatt::wire::{FrameKind, Frames};

/// Check a log against its signatures: what is proved, and the first record that is not what was signed
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt verify --data data
  millwatt verify --report report.html
  millwatt verify --data data --key \"$(cat kept/device.vkey)\"
  millwatt verify --data data --checkpoint kept/2026-10.checkpoint
  millwatt verify --data data --checkpoint seen.note --cosigner \"$(cat province.vkey)\"

A checkpoint that somebody else kept shows what the log alone cannot: that its end was not cut off and that
its history was not signed anew. `data/checkpoint` is the newest; keep a copy of it elsewhere from time to time.")]
pub(super) struct Arguments {
    /// The folder that holds the log
    #[arg(long, required_unless_present = "report", conflicts_with = "report")]
    data: Option<PathBuf>,
    /// A report, which carries its log
    #[arg(long)]
    report: Option<PathBuf>,
    /// The device's verifier key, as `millwatt key` printed it; without it the log's own word is taken. Given several
    /// times for a report of several devices
    #[arg(long)]
    key: Vec<String>,
    /// A checkpoint that was kept elsewhere; may be given several times
    #[arg(long)]
    checkpoint: Vec<PathBuf>,
    /// The verifier key of who cosigned these checkpoints; without it the device's signature is asked for
    #[arg(long)]
    cosigner: Option<String>,
    /// Print JSON: {logs, findings, unsigned_readings, …}; of a report of several devices a row of these
    #[arg(long)]
    json: bool,
}

pub(super) fn verify(arguments: &Arguments) -> Result<(), Failure> {
    let keys = arguments.key.iter().map(|key| key_of(key)).collect::<Result<Vec<_>, _>>()?;
    let kept = arguments.checkpoint.iter().map(|path| kept(path, &keys, arguments));
    let kept = kept.collect::<Result<Vec<_>, _>>()?;
    let (outcomes, words) = match &arguments.data {
        Some(folder) => {
            let mut audit = prepared(&keys, &kept, "")?;
            audit_folder(folder, &mut audit).map_err(Failure::problem)?;
            (vec![audit.finish()], Words::of(folder))
        }
        None => of_report(&arguments.report.clone().unwrap_or_default(), &keys, &kept)?,
    };
    match outcomes.as_slice() {
        [outcome] if arguments.json => say(words.json(outcome)),
        several if arguments.json => {
            say(serde_json::Value::from_iter(several.iter().map(|outcome| words.json(outcome))));
        }
        outcomes => {
            outcomes.iter().for_each(|outcome| say(words.sentences(outcome).trim_end()));
        }
    }
    let faults: usize = outcomes.iter().map(|outcome| outcome.findings.len()).sum();
    let unsigned = outcomes.iter().any(|outcome| outcome.logs.is_empty());
    if faults > 0 || unsigned {
        let what = match faults {
            0 if outcomes.len() > 1 => "one of these logs is not signed".to_owned(),
            0 => "nothing here is signed".to_owned(),
            1 => "1 fault; what is named above is not proved, all else is".to_owned(),
            _ => format!("{faults} faults; what is named above is not proved, all else is"),
        };
        return Err(Failure::Problem(what));
    }
    Ok(())
}

/// Audits each log that a report carries.
fn of_report(
    path: &Path,
    keys: &[VerifierKey<'_>],
    kept: &[String],
) -> Result<(Vec<Outcome>, Words), Failure> {
    let wrong =
        |error: &dyn std::fmt::Display| Failure::Problem(format!("{}: {error}", path.display()));
    let html = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let all = log_of(&html).map_err(|error| wrong(&error))?;
    let logs = logs::split(&all);
    let devices: Vec<String> = match logs.as_slice() {
        [_] => vec![String::new()],
        several => several.iter().map(|log| device_of(log)).collect(),
    };
    let is_known = |text: &&String| devices.iter().any(|device| text.starts_with(device.as_str()));
    if let Some(strange) = kept.iter().find(|text| !is_known(text)) {
        let origin = strange.lines().next().unwrap_or_default();
        return Err(Failure::Usage(format!(
            "a checkpoint is of `{origin}`, which is no device of this report"
        )));
    }
    let mut outcomes = Vec::new();
    for (log, device) in logs.iter().zip(&devices) {
        let mut audit = prepared(keys, kept, device)?;
        audit.page(1, log);
        outcomes.push(audit.finish());
    }
    let first = logs.first().copied().unwrap_or_default();
    let manifests = Frames::new(first).filter(|frame| frame.kind == FrameKind::Manifest);
    Ok((outcomes, Words::under(manifests.last().map_or(&[], |frame| frame.payload))))
}

/// What the names of a device's logs begin with, by the first that its frames state; something that no name has where
/// none does.
fn device_of(log: &[u8]) -> String {
    let notes = Frames::new(log).filter(|frame| frame.kind == FrameKind::Device);
    let name = notes.filter_map(|frame| {
        let device = Device::parse(frame.payload).ok()?;
        let (device, _) = device.key.name().rsplit_once('/')?;
        Some(format!("{device}/"))
    });
    name.last().unwrap_or_else(|| "\n".to_owned())
}

/// An audit that holds a device's log against the keys and checkpoints that are for it.
fn prepared(keys: &[VerifierKey<'_>], kept: &[String], device: &str) -> Result<Audit, Failure> {
    let mut audit = Audit::new();
    let own = keys.iter().find(|key| key.name().starts_with(device));
    if let Some(key) = own.or(keys.first()) {
        audit.trust(key);
    }
    for text in kept.iter().filter(|text| text.starts_with(device)) {
        audit.expect(text).map_err(Failure::problem)?;
    }
    Ok(audit)
}

fn key_of(text: &str) -> Result<VerifierKey<'_>, Failure> {
    VerifierKey::parse(text).map_err(|_| {
        Failure::Usage(format!(
            "`{text}` is no verifier key; one looks like name+1a2b3c4d+AQ…, `millwatt key --data data` prints it"
        ))
    })
}

/// The text of a kept checkpoint, if it is signed by who should have: the device, or the cosigner.
fn kept(path: &Path, keys: &[VerifierKey<'_>], arguments: &Arguments) -> Result<String, Failure> {
    let wrong =
        |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
    let note = Note::parse(&bytes).map_err(|error| wrong(&error))?;
    let verified = match &arguments.cosigner {
        Some(cosigner) => {
            let key = key_of(cosigner)?;
            match key.kind() {
                KeyKind::Cosignature => note.verify_cosignature(&key).map(drop),
                KeyKind::Note => Err(TrustError::UnknownKey),
            }
        }
        None => {
            let tried = keys.iter().map(|key| note.verify(key));
            tried.reduce(|one, other| one.or(other)).unwrap_or(Ok(()))
        }
    };
    verified.map_err(|error| wrong(&error))?;
    Checkpoint::parse(note.text()).map_err(|error| wrong(&error))?;
    Ok(note.text().to_owned())
}
