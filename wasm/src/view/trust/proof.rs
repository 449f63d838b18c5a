//! What the signatures of a log prove; checked once for a log, whatever is shown of it.

use millwatt::time::Instant;
use millwatt::trust::audit::{Finding, Log, Outcome, logs};
use millwatt::trust::{Audit, Hash};

/// A log's bytes, checked against their signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// SHA-256 of all bytes.
    pub digest: Hash,
    /// How many bytes.
    pub bytes: usize,
    /// One for each device's log.
    pub devices: Vec<Checked>,
}

/// The log of one device in these bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The byte with which it begins; places of findings count from here.
    pub begins: usize,
    /// What came of it.
    pub outcome: Outcome,
}

/// Something that is not as it was signed, and where in the file.
#[derive(Debug, Clone, Copy)]
pub struct Broken<'a> {
    /// The byte at which the first frame begins that it touches.
    pub from: usize,
    /// The byte at which the frame begins that shows it.
    pub to: usize,
    /// In whose log.
    pub device: &'a Checked,
    /// What.
    pub finding: &'a Finding,
}

impl Checked {
    /// What the names of the device's logs begin with: sixteen digits of its first key; empty where none
    /// is stated.
    #[must_use]
    pub fn device(&self) -> &str {
        let origin = self.outcome.logs.first().map_or("", |log| log.origin.as_str());
        device_of(origin)
    }
}

/// The device in a log's name: `millwatt/DEVICE/1`.
#[must_use]
pub fn device_of(origin: &str) -> &str {
    let named = origin.rsplit_once('/').map_or(origin, |(device, _)| device);
    named.rsplit_once('/').map_or(named, |(_, device)| device)
}

/// What a seal says in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything signed is as it was signed.
    Sound,
    /// Something is not.
    Broken,
    /// Nothing is signed.
    Unsigned,
}

impl Proof {
    /// Checks a log, or several one after the other.
    ///
    /// Decodes and hashes every reading: the longest work of the page.
    #[must_use]
    pub fn of(log: &[u8]) -> Self {
        let devices = logs(log).into_iter().map(|(begins, bytes)| {
            let mut audit = Audit::new();
            audit.page(1, bytes);
            Checked { begins, outcome: audit.finish() }
        });
        Self { digest: Hash::of(log), bytes: log.len(), devices: devices.collect() }
    }

    /// What the seal says.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.signed_logs().next() {
            None => Verdict::Unsigned,
            Some(_) if self.faults().next().is_some() => Verdict::Broken,
            Some(_) => Verdict::Sound,
        }
    }

    /// Every signed log: a device may have begun more than one.
    pub fn signed_logs(&self) -> impl Iterator<Item = &Log> {
        self.devices.iter().flat_map(|device| &device.outcome.logs)
    }

    /// Devices whose log has no signature at all.
    #[must_use]
    pub fn unsigned_devices(&self) -> usize {
        self.devices.iter().filter(|device| device.outcome.logs.is_empty()).count()
    }

    /// Everything that is not as it was signed.
    pub fn faults(&self) -> impl Iterator<Item = Broken<'_>> {
        self.devices.iter().flat_map(|device| {
            let begins = device.begins;
            let place = move |offset: usize| begins.saturating_add(offset);
            device.outcome.findings.iter().map(move |finding| Broken {
                from: place(finding.from.offset),
                to: place(finding.to.offset),
                device,
                finding,
            })
        })
    }

    /// The one that shows first on the way through the file.
    #[must_use]
    pub fn first_fault(&self) -> Option<Broken<'_>> {
        self.faults().next()
    }

    /// How many readings a broken record leaves unproved, and from when to when: as told by any finding
    /// whose frames hold it.
    #[must_use]
    pub fn touched(&self, broken: &Broken<'_>) -> Option<(u64, (Instant, Instant))> {
        let holds = |other: &Broken<'_>| other.from <= broken.to && broken.from <= other.to;
        let around = self.faults().filter(holds);
        let told = around.filter_map(|other| Some((other.finding.readings, other.finding.span?)));
        told.max_by_key(|(readings, _)| *readings)
    }

    /// Readings that are proved.
    #[must_use]
    pub fn proved(&self) -> u64 {
        self.signed_logs().map(|log| log.readings).fold(0, u64::saturating_add)
    }

    /// Checkpoints that came out again.
    #[must_use]
    pub fn checkpoints(&self) -> u64 {
        self.signed_logs().map(|log| log.checkpoints).fold(0, u64::saturating_add)
    }

    /// Spans of readings that were deleted before this copy begins: their roots are left.
    #[must_use]
    pub fn deleted(&self) -> u64 {
        self.signed_logs().map(|log| log.deleted).fold(0, u64::saturating_add)
    }

    /// Readings that no checkpoint takes in yet.
    #[must_use]
    pub fn unsigned(&self) -> u64 {
        self.devices.iter().map(|device| device.outcome.unsigned).fold(0, u64::saturating_add)
    }

    /// From the first to the last instant of these.
    #[must_use]
    pub fn unsigned_span(&self) -> Option<(Instant, Instant)> {
        joined(self.devices.iter().filter_map(|device| device.outcome.unsigned_span))
    }

    /// From the first to the last instant of what is proved.
    #[must_use]
    pub fn proved_span(&self) -> Option<(Instant, Instant)> {
        joined(self.signed_logs().filter_map(|log| log.span))
    }

    /// The first sixteen hexadecimal digits of the digest, in groups of four.
    #[must_use]
    pub fn short_digest(&self) -> String {
        let pairs = self.digest.0.chunks(2).take(4);
        let words = pairs.map(|pair| pair.iter().map(|byte| format!("{byte:02x}")));
        words.map(Iterator::collect::<String>).collect::<Vec<_>>().join(" ")
    }

    /// All of them.
    #[must_use]
    pub fn whole_digest(&self) -> String {
        self.digest.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// From the first beginning to the last end.
fn joined(spans: impl Iterator<Item = (Instant, Instant)>) -> Option<(Instant, Instant)> {
    spans.reduce(|(from, to), (first, last)| (from.min(first), to.max(last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_without_a_signature_are_unsigned_and_have_a_digest() {
        let proof = Proof::of(b"abc");
        // FIPS 180-2, appendix B.1.
        assert_eq!(proof.short_digest(), "ba78 16bf 8f01 cfea");
        assert!(proof.whole_digest().starts_with("ba7816bf8f01cfea"));
        assert_eq!(proof.whole_digest().len(), 64);
        assert_eq!((proof.proved(), proof.unsigned(), proof.unsigned_devices()), (0, 0, 1));
        assert_eq!(proof.verdict(), Verdict::Unsigned);
        let broken = proof.first_fault().expect("three bytes in which no frame begins");
        assert_eq!((broken.from, proof.touched(&broken)), (0, None));
    }

    #[test]
    fn a_device_is_named_by_the_digits_in_its_logs_name() {
        assert_eq!(device_of("millwatt/3f9a8b7c6d5e4f3a/2"), "3f9a8b7c6d5e4f3a");
        assert_eq!(device_of("mill"), "mill");
        assert_eq!(device_of(""), "");
    }
}
