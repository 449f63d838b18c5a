//! Checking a folder's log against its signatures, and saying what came of it.

use std::fmt::Write as _;
use std::path::Path;

use millwatt::archive::Parts;
use millwatt::time::{Instant, Offset, Zone};
use millwatt::trust::audit::{Culprit, Fault, Finding, Gap, Log, Outcome, Place};
use millwatt::trust::{Audit, VerifierKey};
use millwatt::wire::Stamp;
use serde_json::{Value, json};

use crate::figures::local_time;
use crate::file_log::{DataError, last_manifest, page_numbers, path_of};

/// Feeds a folder's pages to an audit.
///
/// # Errors
/// See [`DataError`].
pub fn audit_folder(folder: &Path, audit: &mut Audit) -> Result<(), DataError> {
    let failed = |error| DataError::Io(folder.to_owned(), error);
    if !folder.is_dir() {
        return Err(DataError::Empty(folder.to_owned()));
    }
    let numbers = page_numbers(folder).map_err(failed)?;
    if numbers.is_empty() {
        return Err(DataError::Empty(folder.to_owned()));
    }
    for number in numbers {
        audit.page(number, &std::fs::read(path_of(folder, number)).map_err(failed)?);
    }
    Ok(())
}

/// Says instants in the zone of the site.
#[derive(Debug, Default)]
pub struct Words {
    offsets: Vec<Offset>,
}

impl Words {
    /// In the zone that a folder's newest manifest states, or UTC.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self::under(&last_manifest(folder).ok().flatten().unwrap_or_default())
    }

    /// In the zone that a manifest states, or UTC.
    #[must_use]
    pub fn under(manifest: &[u8]) -> Self {
        let parts = Parts::read(manifest);
        let offsets = parts.map(|parts| parts.site().offsets.to_vec()).unwrap_or_default();
        Self { offsets }
    }

    fn time(&self, at: Instant) -> String {
        local_time(Zone::new(&self.offsets), at)
    }

    fn span(&self, span: Option<(Instant, Instant)>) -> String {
        span.map_or(String::new(), |(from, to)| {
            format!(", {} to {}", self.time(from), self.time(to))
        })
    }

    /// The outcome in sentences, a line each.
    #[must_use]
    pub fn sentences(&self, outcome: &Outcome) -> String {
        let mut text = String::new();
        for log in &outcome.logs {
            self.log(log, &mut text);
        }
        if outcome.logs.is_empty() {
            text += "no signature: this log was written without a device key; nothing is proved\n";
        }
        if outcome.unsigned > 0 {
            let span = self.span(outcome.unsigned_span);
            let _ = writeln!(text, "not signed yet: {} readings{span}", outcome.unsigned);
        }
        if outcome.not_compared > 0 {
            let count = outcome.not_compared;
            let _ = writeln!(
                text,
                "{count} kept checkpoints could not be compared: the log has no readings \
                 around them any more"
            );
        }
        for (place, finding) in outcome.findings.iter().enumerate() {
            let first = if place == 0 { "first fault: " } else { "fault: " };
            let _ = writeln!(text, "{first}{}", self.finding(finding));
        }
        text + "not proved: that the meters told the truth (they do not sign), that the clock was right\n"
    }

    fn log(&self, log: &Log, text: &mut String) {
        let key = VerifierKey::parse(&log.key);
        let fingerprint = key.map(|key| key.fingerprint().to_string()).unwrap_or_default();
        let _ = writeln!(text, "{}: key {fingerprint}", log.origin);
        let span = self.span(log.span);
        let _ = writeln!(
            text,
            "  proved: {} readings{span}, by {} checkpoints; the tree has {} leaves",
            log.readings, log.checkpoints, log.leaves
        );
        if log.rotations > 0 {
            let _ =
                writeln!(text, "  the key was replaced {} times, each with consent", log.rotations);
        }
        if log.deleted > 0 {
            let _ = writeln!(
                text,
                "  {} leaves are before the first page here: of their readings only the roots are left",
                log.deleted
            );
        }
    }

    fn finding(&self, finding: &Finding) -> String {
        let span = self.span(finding.span);
        let what = match finding.fault {
            Fault::Changed => self.changed(finding),
            Fault::Missing { leaves } => {
                let gap = finding.culprit.and_then(|culprit| culprit.gap());
                let gap = gap.map_or(String::new(), |gap| format!(", {}", are_missing(gap)));
                format!("missing: {leaves} spans of readings were taken away{gap}")
            }
            Fault::Repeated => format!("played again: the log goes back to an earlier state{span}"),
            Fault::Disordered => "moved or played again: a frame's number does not rise".to_owned(),
            Fault::Forged => {
                "forged: a checkpoint or a device's note has a wrong signature".to_owned()
            }
            Fault::OtherDevice => {
                "another device's, or signed by a key that nobody vouched for".to_owned()
            }
            Fault::FalseSummary => {
                "a false summary: a column's least, largest or sum is not that of its values"
                    .to_owned()
            }
            Fault::Damaged { bytes } => format!("damaged: {bytes} bytes hold no sound frame"),
            Fault::Contradicted => {
                "contradicts a kept checkpoint: this history was rewritten and signed again"
                    .to_owned()
            }
            Fault::CutShort { leaves } => {
                format!("cut short: the log ends {leaves} spans before a kept checkpoint")
            }
        };
        let (from, to) = (place(finding.from), place(finding.to));
        if from == to { format!("{from}: {what}") } else { format!("{from} to {to}: {what}") }
    }

    /// What was changed, as closely as it could be told.
    fn changed(&self, finding: &Finding) -> String {
        let (readings, span) = (finding.readings, self.span(finding.span));
        let together = match readings {
            0 => String::new(),
            _ => format!(
                "; {readings} readings{span} were signed together with what is missing and cannot be proved without it"
            ),
        };
        match finding.culprit {
            Some(Culprit::PutIn) => format!(
                "put in: without this frame and its {readings} readings{span} all is as it was signed"
            ),
            Some(Culprit::Absent(gap)) => {
                format!("{} before this one{together}", are_missing(gap))
            }
            Some(Culprit::InPlaceOf(gap)) => {
                format!("not of this place: {} where this one stands{together}", are_missing(gap))
            }
            Some(Culprit::Manifest) => format!(
                "another manifest: {readings} readings{span} are as they were signed under the one before it, but not \
                 under this"
            ),
            Some(Culprit::Among { frames: 1 }) if readings > 0 => format!(
                "not what was signed: of this frame's {readings} readings{span} some were changed, put in or taken away"
            ),
            Some(Culprit::Among { frames }) if readings > 0 => format!(
                "not what was signed: among {readings} readings{span} in {frames} frames, which have one signature, some \
                 were changed, put in, taken away or moved"
            ),
            Some(Culprit::Among { .. }) | None if readings == 0 => {
                format!("not what was signed: readings or events{span} were taken away or changed")
            }
            Some(Culprit::Among { .. }) | None => format!(
                "not what was signed: among {readings} readings{span} some were changed, put in, taken away or moved"
            ),
        }
    }

    /// The outcome as JSON.
    #[must_use]
    pub fn json(&self, outcome: &Outcome) -> Value {
        let span = |span: Option<(Instant, Instant)>| {
            span.map(|(from, to)| json!({ "from": self.time(from), "to": self.time(to) }))
        };
        let logs = outcome.logs.iter().map(|log| {
            json!({
                "origin": log.origin, "key": log.key, "rotations": log.rotations, "leaves": log.leaves,
                "deleted_leaves": log.deleted, "checkpoints": log.checkpoints, "readings": log.readings,
                "span": span(log.span), "checkpoint": String::from_utf8_lossy(&log.note),
            })
        });
        let findings = outcome.findings.iter().map(|finding| {
            json!({
                "fault": name(finding.fault), "from": place_json(finding.from),
                "to": place_json(finding.to), "readings": finding.readings, "span": span(finding.span),
                "culprit": finding.culprit.map(culprit_name),
                "missing_frames": finding.culprit.and_then(|culprit| culprit.gap()).map(gap_json),
                "sentence": self.finding(finding),
            })
        });
        json!({
            "logs": logs.collect::<Vec<_>>(), "findings": findings.collect::<Vec<_>>(),
            "unsigned_readings": outcome.unsigned, "unsigned_span": span(outcome.unsigned_span),
            "kept_not_compared": outcome.not_compared,
        })
    }
}

fn place(place: Place) -> String {
    let Place { page, offset, stamp } = place;
    format!("page {page}, byte {offset} (frame {})", number(stamp))
}

fn number(stamp: Stamp) -> String {
    format!("{}.{}", stamp.epoch, stamp.sequence)
}

/// Which frames are missing: the subject of a clause and its verb.
fn are_missing(gap: Gap) -> String {
    let (first, last) = (number(gap.first), number(gap.last));
    if first == last {
        format!("frame {first} is missing")
    } else {
        format!("frames {first} to {last} are missing")
    }
}

const fn culprit_name(culprit: Culprit) -> &'static str {
    match culprit {
        Culprit::Among { frames: 1 } => "frame",
        Culprit::Among { .. } => "leaf",
        Culprit::PutIn => "put_in",
        Culprit::Absent(_) => "absent",
        Culprit::InPlaceOf(_) => "in_place_of",
        Culprit::Manifest => "manifest",
    }
}

fn gap_json(gap: Gap) -> Value {
    let stamp = |stamp: Stamp| json!({ "epoch": stamp.epoch, "sequence": stamp.sequence });
    json!({ "first": stamp(gap.first), "last": stamp(gap.last) })
}

fn place_json(place: Place) -> Value {
    let Place { page, offset, stamp } = place;
    json!({ "page": page, "byte": offset, "epoch": stamp.epoch, "sequence": stamp.sequence })
}

const fn name(fault: Fault) -> &'static str {
    match fault {
        Fault::Changed => "changed",
        Fault::Missing { .. } => "missing",
        Fault::Repeated => "repeated",
        Fault::Disordered => "disordered",
        Fault::Forged => "forged",
        Fault::OtherDevice => "other_device",
        Fault::FalseSummary => "false_summary",
        Fault::Damaged { .. } => "damaged",
        Fault::Contradicted => "contradicted",
        Fault::CutShort { .. } => "cut_short",
    }
}
