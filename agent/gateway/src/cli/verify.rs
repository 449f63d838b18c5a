//! `millwatt verify`.

use std::path::{Path, PathBuf};

use super::{Failure, say};
use crate::report::log_of;
use crate::trust::verify::{Words, audit_folder};
use millwatt::trust::note::KeyKind;
use millwatt::trust::{Audit, Note, TrustError, VerifierKey};
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
    /// The device's verifier key, as `millwatt key` printed it; without it the log's own word is taken
    #[arg(long)]
    key: Option<String>,
    /// A checkpoint that was kept elsewhere; may be given several times
    #[arg(long)]
    checkpoint: Vec<PathBuf>,
    /// The verifier key of who cosigned these checkpoints; without it the device's signature is asked for
    #[arg(long)]
    cosigner: Option<String>,
    /// Print JSON: {logs, findings, unsigned_readings, …}
    #[arg(long)]
    json: bool,
}

pub(super) fn verify(arguments: &Arguments) -> Result<(), Failure> {
    let mut audit = Audit::new();
    if let Some(key) = &arguments.key {
        let key = key_of(key)?;
        audit.trust(&key);
    }
    for path in &arguments.checkpoint {
        expect(&mut audit, path, arguments)?;
    }
    let words = feed(&mut audit, arguments)?;
    let outcome = audit.finish();
    if arguments.json {
        say(words.json(&outcome));
    } else {
        say(words.sentences(&outcome).trim_end());
    }
    let faults = outcome.findings.len();
    if faults > 0 || outcome.logs.is_empty() {
        let what = match faults {
            0 => "nothing here is signed".to_owned(),
            1 => "1 fault; what is named above is not proved, all else is".to_owned(),
            _ => format!("{faults} faults; what is named above is not proved, all else is"),
        };
        return Err(Failure::Problem(what));
    }
    Ok(())
}

/// Feeds the audit with the folder or the report; gives the words to tell of it.
fn feed(audit: &mut Audit, arguments: &Arguments) -> Result<Words, Failure> {
    if let Some(folder) = &arguments.data {
        audit_folder(folder, audit).map_err(Failure::problem)?;
        return Ok(Words::of(folder));
    }
    let path = arguments.report.clone().unwrap_or_default();
    let wrong =
        |error: &dyn std::fmt::Display| Failure::Problem(format!("{}: {error}", path.display()));
    let html = std::fs::read_to_string(&path).map_err(|error| wrong(&error))?;
    let log = log_of(&html).map_err(|error| wrong(&error))?;
    audit.page(1, &log);
    let manifests = Frames::new(&log).filter(|frame| frame.kind == FrameKind::Manifest);
    Ok(Words::under(manifests.last().map_or(&[], |frame| frame.payload)))
}

fn key_of(text: &str) -> Result<VerifierKey<'_>, Failure> {
    VerifierKey::parse(text).map_err(|_| {
        Failure::Usage(format!(
            "`{text}` is no verifier key; one looks like name+1a2b3c4d+AQ…, `millwatt key --data data` prints it"
        ))
    })
}

/// Takes a kept checkpoint for true if it is signed by who should have: the device, or the cosigner.
fn expect(audit: &mut Audit, path: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let wrong =
        |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
    let note = Note::parse(&bytes).map_err(|error| wrong(&error))?;
    let verified = match (&arguments.cosigner, &arguments.key) {
        (Some(cosigner), _) => {
            let key = key_of(cosigner)?;
            match key.kind() {
                KeyKind::Cosignature => note.verify_cosignature(&key).map(drop),
                KeyKind::Note => Err(TrustError::UnknownKey),
            }
        }
        (None, Some(key)) => note.verify(&key_of(key)?),
        (None, None) => Ok(()),
    };
    verified.map_err(|error| wrong(&error))?;
    audit.expect(note.text()).map_err(|error| wrong(&error))
}
