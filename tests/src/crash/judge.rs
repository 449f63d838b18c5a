//! Recovers a folder as a crash left it, goes on writing in it, and holds what is there against what was told.

use std::path::Path;

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::series::Series as _;
use millwatt::time::{Instant, Period, Span};
use millwatt::trust::Audit;
use millwatt_gateway::file_log::read_archive;
use millwatt_gateway::receive::copy::Copy;
use millwatt_gateway::trust::verify::{Words, audit_folder};
use millwatt_gateway::writer::Writer;

use super::copying::copy_on;
use super::found::{Found, NOTE};
use super::told::Told;

/// Commits after a recovery, to see that the log goes on.
const COMMITS_AFTER: i64 = 2;

/// What was found wrong.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Acknowledged and not there.
    pub lost: usize,
    /// There more than once.
    pub doubled: usize,
    /// There and never written.
    pub invented: usize,
    /// What else is wrong, a sentence each.
    pub wrong: Vec<String>,
}

impl Verdict {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        *self == Self::default()
    }

    fn of(why: impl std::fmt::Display) -> Self {
        Self { wrong: vec![why.to_string()], ..Self::default() }
    }
}

/// Who opens a folder after a crash and goes on in it.
#[derive(Debug, Clone, Copy)]
pub enum Heir<'a> {
    /// The gateway, under its site's manifest: it writes more and signs to the end.
    Gateway(&'a [u8]),
    /// A receiver, which asks the device whose log lies in this folder for the rest.
    Receiver(&'a Path),
}

/// Judges a data folder; afterwards its heir has gone on in it.
#[must_use]
pub fn judge(told: &Told, folder: &Path, heir: Heir<'_>) -> Verdict {
    let judged = match heir {
        Heir::Gateway(manifest) => judge_log(told, folder, manifest),
        Heir::Receiver(device) => judge_copy(told, folder, device),
    };
    judged.unwrap_or_else(Verdict::of)
}

fn judge_log(told: &Told, folder: &Path, manifest: &[u8]) -> Result<Verdict, String> {
    let mut told = told.clone();
    go_on(&mut told, folder, manifest)?;
    let found = Found::read(folder)?;
    let mut verdict = compare(&told, &found);
    verdict.wrong.extend(found.faults.iter().cloned());
    verdict.wrong.extend(judge_archive(folder, &found).err());
    verdict.wrong.extend(judge_signatures(&told, folder).err());
    Ok(verdict)
}

/// What a receiver said that it keeps is there before it asks for more; then it has all that the device has.
fn judge_copy(told: &Told, folder: &Path, device: &Path) -> Result<Verdict, String> {
    let mut copy = Copy::open(folder).map_err(|error| format!("does not open: {error}"))?;
    let mut verdict = compare(told, &Found::read(folder)?);
    let went_on = copy_on(&mut copy, device, |_, _| {});
    drop(copy);
    went_on.map_err(|error| format!("does not go on: {error}"))?;
    let (here, there) = (Found::read(folder)?, Found::read(device)?);
    verdict.wrong.extend(here.faults.iter().cloned());
    if here.values != there.values {
        verdict.wrong.push("has not what the device has".to_owned());
    }
    verdict.wrong.extend(judge_archive(folder, &here).err());
    let [mine, its] = [folder, device].map(|folder| {
        let mut audit = Audit::new();
        audit_folder(folder, &mut audit).map(|()| audit.finish()).map_err(|error| error.to_string())
    });
    let (mine, its) = (mine?, its?);
    if !mine.findings.is_empty() || mine.unsigned != its.unsigned {
        verdict.wrong.push(Words::of(folder).sentences(&mine));
    }
    Ok(verdict)
}

fn go_on(told: &mut Told, folder: &Path, manifest: &[u8]) -> Result<(), String> {
    let writer = Writer::open(folder, manifest.to_vec());
    let mut writer = writer.map_err(|error| format!("does not open: {error}"))?;
    let newest = told.written.keys().map(|(_, at)| *at).max().unwrap_or(Instant::MIN);
    let first =
        newest.max(Instant::from_unix_milliseconds(1_795_000_000_000)) + Span::from_minutes(60);
    for commit in 0..COMMITS_AFTER {
        let at = first + Span::from_minutes(commit);
        let sample = Sample { at, value: commit, quality: Quality::Good };
        writer.push([Reading { channel: ChannelId(0), sample }]);
        writer.commit().map_err(|error| format!("does not go on: {error}"))?;
        told.written.insert((0, at), commit);
        told.kept.insert((0, at), commit);
    }
    writer.seal_all().map_err(|error| format!("does not sign: {error}"))
}

/// What was found beside what was told.
#[must_use]
pub fn compare(told: &Told, found: &Found) -> Verdict {
    let has = |key, value| found.values.get(key).is_some_and(|values| values.contains(value));
    let is_invented = |key, values: &[i64]| {
        let written = told.written.get(key);
        values.iter().any(|value| written != Some(value))
    };
    Verdict {
        lost: told.kept.iter().filter(|(key, value)| !has(*key, *value)).count(),
        doubled: found.values.values().filter(|values| values.len() > 1).count(),
        invented: found.values.iter().filter(|(key, values)| is_invented(key, values)).count(),
        wrong: Vec::new(),
    }
}

/// What a reader of the whole log gets is what its frames hold.
fn judge_archive(folder: &Path, found: &Found) -> Result<(), String> {
    let archive = read_archive(folder).map_err(|error| format!("is not read: {error}"))?;
    let all = Period::new(Instant::MIN, Instant::MAX);
    let (mut readings, mut notes) = (0, 0);
    let mut channels: Vec<u16> = found.values.keys().map(|(channel, _)| *channel).collect();
    channels.dedup();
    for channel in channels {
        if channel == NOTE {
            notes = archive.events(all).count();
            continue;
        }
        for sample in archive.samples(ChannelId(channel), all) {
            let values = found.values.get(&(channel, sample.at));
            if !values.is_some_and(|values| values.contains(&sample.value)) {
                return Err(format!("channel {channel}: {sample:?} is read and not there"));
            }
            readings += 1;
        }
    }
    let held = found.values.len();
    if readings + notes == held {
        return Ok(());
    }
    Err(format!("{readings} readings and {notes} notes are read, {held} are there"))
}

fn judge_signatures(told: &Told, folder: &Path) -> Result<(), String> {
    let mut audit = Audit::new();
    for text in &told.published {
        audit.expect(text).map_err(|error| format!("no checkpoint: {error}"))?;
    }
    audit_folder(folder, &mut audit).map_err(|error| error.to_string())?;
    let outcome = audit.finish();
    if !outcome.findings.is_empty() || outcome.unsigned > 0 {
        return Err(Words::of(folder).sentences(&outcome));
    }
    if outcome.logs.len() != 1 {
        return Err(format!("{} logs: one was given up", outcome.logs.len()));
    }
    if outcome.not_compared > 0 && told.retired.is_empty() {
        return Err(format!("{} checkpoints are not compared", outcome.not_compared));
    }
    Ok(())
}
