//! The trust seal: what signatures prove of this data, the first record that is not what was signed, and
//! what nobody can prove.

mod proof;
mod words;

pub use proof::{Broken, Checked, Proof, Verdict};

use super::quality::say;
use super::quality::strip::{self, Stretch};
use super::{Cell, Section, Table, View};
use crate::node::{Node, node};
use millwatt::finding::Cause;
use millwatt::time::{Instant, Period, Span};
use millwatt::trust::VerifierKey;
use millwatt::trust::audit::{Fault, Log};
use millwatt::{Decimal, Name};
use proof::device_of;
use words::Word;

/// Most faults that the table names.
const MOST_ROWS: usize = 100;

impl View<'_> {
    pub(super) fn trust(&self) -> Node {
        match self.beside.proof {
            Some(kept) => chapter(self, kept.get_or_init(|| Proof::of(self.log))),
            None => chapter(self, &Proof::of(self.log)),
        }
    }
}

fn chapter(view: &View<'_>, proof: &Proof) -> Node {
    let sections = [Some(seal(view, proof)), broken(view, proof), Some(limits(view))];
    let digest = view.fill(Word::Digest, &[&proof.short_digest()]);
    let digest = node("p").class("digest").with("data-digest", proof.whole_digest()).text(digest);
    view.chapter(&headline(view, proof), sections.into_iter().flatten().chain([digest]))
}

fn headline(view: &View<'_>, proof: &Proof) -> String {
    let proved = say::count(view, proof.proved());
    match (proof.verdict(), proof.proved_span()) {
        (Verdict::Unsigned, _) => view.text(Word::Unsigned).to_owned(),
        (Verdict::Broken, _) => {
            let faults = say::count(view, proof.faults().count() as u64);
            view.fill(Word::Broken, &[&faults, &proved])
        }
        (Verdict::Sound, Some((_, to))) => {
            view.fill(Word::Sound, &[&proved, &say::moment(view, to)])
        }
        (Verdict::Sound, None) => view.text(Word::SoundNothing).to_owned(),
    }
}

fn seal(view: &View<'_>, proof: &Proof) -> Node {
    const NAME: &str = "trust.seal";
    if proof.verdict() == Verdict::Unsigned {
        return view.missing(NAME, view.text(Word::NoSignature));
    }
    let devices = proof.devices.len().saturating_sub(proof.unsigned_devices());
    let figures = [devices as u64, proof.proved(), proof.checkpoints(), proof.unsigned()];
    let figures = figures.map(|figure| say::count(view, figure));
    let title = view.fill(Word::SealTitle, &figures.each_ref().map(String::as_str));
    let drawing = node("div").child(strips(view, proof)).child(say::list(facts(view, proof)));
    let rows = proof.signed_logs().map(|log| device_row(view, log));
    let heads = [
        Word::Device,
        Word::Fingerprint,
        Word::Readings,
        Word::Checkpoints,
        Word::Span,
        Word::Replaced,
        Word::Deleted,
    ];
    let table = Table::new(heads.map(|head| view.text(head))).rows(rows);
    let section = Section::new(NAME, title, view.text(Word::SealAid).to_owned(), drawing).half();
    let section = section.coverage(coverage(view)).table(table);
    view.section(section.method(view.text(Word::SealMethod).to_owned()))
}

/// What else must be known of the seal, a line each.
fn facts(view: &View<'_>, proof: &Proof) -> Vec<String> {
    let days = view.model.record.span().milliseconds() as f64 / Span::DAY.milliseconds() as f64;
    let days = Decimal::from_f64(days, 1).map_or_else(String::new, |days| view.exact(days));
    let mut lines = vec![view.fill(Word::Length, &[&say::count(view, proof.bytes as u64), &days])];
    let mut told = |count: u64, word: Word| {
        if count > 0 {
            lines.push(view.fill(word, &[&say::count(view, count)]));
        }
    };
    told(proof.unsigned_devices() as u64, Word::SomeUnsigned);
    told(proof.deleted(), Word::DeletedSpans);
    if let Some((from, to)) = proof.unsigned_span().filter(|_| proof.unsigned() > 0) {
        let [from, to] = [from, to].map(|at| say::moment(view, at));
        lines.push(view.fill(Word::Tail, &[&say::count(view, proof.unsigned()), &from, &to]));
    }
    lines
}

/// How much of the period shown was measured, and how much estimated.
fn coverage(view: &View<'_>) -> String {
    let figure = view.model.figure(Name::Energy, view.model.main(), "");
    let Some(figure) = figure.filter(|figure| figure.value.is_some()) else {
        return view.text(Word::NotMeasured).to_owned();
    };
    let measured = view.percent(figure.coverage);
    let estimated = figure.findings.iter().find(|finding| finding.cause == Cause::Estimated);
    match estimated.and_then(|finding| finding.evidence) {
        Some(share) => view.fill(Word::Measured, &[&measured, &view.percent(share)]),
        None => view.fill(Word::MeasuredWhole, &[&measured]),
    }
}

/// What is signed along the record, a row for each device.
fn strips(view: &View<'_>, proof: &Proof) -> Node {
    let rows = proof.devices.iter();
    let rows = rows.map(|device| (device_name(view, device).to_owned(), stretches(view, device)));
    let rows: Vec<_> = rows.collect();
    strip::along(view, view.model.record, &rows, view.text(Word::SealLabel))
}

/// A device by the digits of its key.
fn device_name<'v>(view: &View<'_>, device: &'v Checked) -> &'v str {
    match device.device() {
        "" => view.text(Word::NoKey),
        name => name,
    }
}

fn stretches(view: &View<'_>, device: &Checked) -> Vec<Stretch> {
    let drawn = |class: &'static str, (from, to): (Instant, Instant), told: &str| {
        let hint = format!("{told} · {}", from_to(view, Some((from, to))));
        Stretch { span: Period::new(from, to), class, hint }
    };
    let outcome = &device.outcome;
    let signed = outcome.logs.iter().filter_map(|log| log.span);
    let signed = signed.map(|span| drawn("good", span, view.text(Word::Readings)));
    let unsigned = outcome.unsigned_span.filter(|_| outcome.unsigned > 0);
    let unsigned = unsigned.map(|span| drawn("track", span, view.text(Word::NotSigned)));
    let broken = outcome.findings.iter().filter_map(|finding| {
        Some(drawn("down", finding.span?, &fault_words(view, finding.fault)))
    });
    signed.chain(unsigned).chain(broken).collect()
}

fn from_to(view: &View<'_>, span: Option<(Instant, Instant)>) -> String {
    span.map_or_else(String::new, |(from, to)| {
        view.fill(Word::From, &[&say::moment(view, from), &say::moment(view, to)])
    })
}

fn device_row(view: &View<'_>, log: &Log) -> Vec<Cell> {
    let key = VerifierKey::parse(&log.key);
    let fingerprint = key.map(|key| key.fingerprint().to_string()).unwrap_or_default();
    let figure = |count: u64| Cell::figure(Decimal::new(count.into(), 0), say::count(view, count));
    vec![
        device_of(&log.origin).into(),
        fingerprint.into(),
        figure(log.readings),
        figure(log.checkpoints),
        from_to(view, log.span).into(),
        figure(log.rotations.into()),
        figure(log.deleted),
    ]
}

/// The first record that is not what was signed, what it touches and what is still proved.
fn broken(view: &View<'_>, proof: &Proof) -> Option<Node> {
    if proof.verdict() != Verdict::Broken {
        return None;
    }
    let first = proof.first_fault()?;
    let title = view.fill(Word::BrokenTitle, &[&fault_words(view, first.finding.fault)]);
    let touched = match proof.touched(&first) {
        Some((readings, (from, to))) => {
            let [from, to] = [from, to].map(|at| say::moment(view, at));
            view.fill(Word::BrokenTouches, &[&say::count(view, readings), &from, &to])
        }
        None => view.text(Word::BrokenTouchesNone).to_owned(),
    };
    let still = [proof.proved(), proof.checkpoints()].map(|figure| say::count(view, figure));
    let rest = view.fill(Word::BrokenRest, &still.each_ref().map(String::as_str));
    let mut lines = vec![place_words(view, &first), touched, rest];
    let count = proof.faults().count();
    if count > MOST_ROWS {
        let counts = [MOST_ROWS, count].map(|count| say::count(view, count as u64));
        lines.push(view.fill(Word::BrokenMore, &counts.each_ref().map(String::as_str)));
    }
    let heads = [Word::Fault, Word::Place, Word::Device, Word::Touched, Word::Span];
    let rows = proof.faults().take(MOST_ROWS).map(|broken| fault_row(view, &broken));
    let table = Table::new(heads.map(|head| view.text(head))).rows(rows);
    let aid = view.text(Word::BrokenAid).to_owned();
    let section = Section::new("trust.broken", title, aid, say::list(lines)).table(table);
    Some(view.section(section.method(view.text(Word::BrokenMethod).to_owned())))
}

fn place_words(view: &View<'_>, broken: &Broken<'_>) -> String {
    let stamp = broken.finding.from.stamp;
    let device = device_name(view, broken.device);
    let byte = say::count(view, broken.from as u64);
    let (epoch, sequence) = (stamp.epoch.to_string(), stamp.sequence.to_string());
    view.fill(Word::BrokenWhere, &[&byte, &epoch, &sequence, device])
}

fn fault_row(view: &View<'_>, broken: &Broken<'_>) -> Vec<Cell> {
    let figure = |count: u64| Cell::figure(Decimal::new(count.into(), 0), say::count(view, count));
    vec![
        fault_words(view, broken.finding.fault).into(),
        figure(broken.from as u64),
        broken.device.device().into(),
        figure(broken.finding.readings),
        from_to(view, broken.finding.span).into(),
    ]
}

fn fault_words(view: &View<'_>, fault: Fault) -> String {
    let (word, count) = match fault {
        Fault::Changed => (Word::Changed, 0),
        Fault::Missing { leaves } => (Word::Missing, leaves),
        Fault::Repeated => (Word::Repeated, 0),
        Fault::Disordered => (Word::Disordered, 0),
        Fault::Forged => (Word::Forged, 0),
        Fault::OtherDevice => (Word::OtherDevice, 0),
        Fault::FalseSummary => (Word::FalseSummary, 0),
        Fault::Damaged { bytes } => (Word::Damaged, bytes as u64),
        Fault::Contradicted => (Word::Contradicted, 0),
        Fault::CutShort { leaves } => (Word::CutShort, leaves),
    };
    view.fill(word, &[&say::count(view, count)])
}

/// What no signature proves.
fn limits(view: &View<'_>) -> Node {
    let edits = view.choice.edits().count() as u64;
    let edits_told = say::count(view, edits);
    let (title, edited) = match edits {
        0 => {
            (view.text(Word::LimitsTitleClean).to_owned(), view.text(Word::LimitNoEdits).to_owned())
        }
        _ => {
            let fill = |word| view.fill(word, &[&edits_told]);
            (fill(Word::LimitsTitle), fill(Word::LimitEdits))
        }
    };
    let lines =
        [Word::LimitMeters, Word::LimitClock, Word::LimitKey, Word::LimitEnd, Word::LimitPeople];
    let lines = lines.map(|line| view.text(line).to_owned()).into_iter().chain([edited]);
    let aid = view.text(Word::LimitsAid).to_owned();
    view.section(Section::new("trust.limits", title, aid, say::list(lines)).half())
}
