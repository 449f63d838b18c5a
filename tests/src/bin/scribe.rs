//! Writes a plan into a data folder and says what is durable, in the words of `millwatt run --json`.
//!
//! `scribe SITE DATA KEEP STEP…`: pages may go when they are older than KEEP days. A step is `readings:MINUTE:COUNT`,
//! a commit a minute from that minute of the year 2026 on, `note:MINUTE:KILOBYTES`, or `gone`, which waits until a page was
//! deleted. What the disk refuses is tried again.

use std::io::Write as _;
use std::path::Path;

use millwatt::archive::emit_all;
use millwatt::event::{Event, EventKind};
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt_gateway::retention::Retention;
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;
use millwatt_tests::crash::again;

const NEW_YEAR: Instant = Instant::from_unix_milliseconds(1_767_225_600_000);
const CHANNELS: u16 = 4;

struct Scribe {
    writer: Writer,
    retention: Retention,
    kept: usize,
}

impl Scribe {
    fn open(site: &str, data: &str, keep: &str) -> Self {
        let manifest = site_file::read(Path::new(site)).expect("a site").manifest;
        let mut writer = again(|| Writer::open(Path::new(data), manifest.clone()));
        let days = Some(keep.parse().expect("days"));
        let retention = Retention { days, megabytes: None };
        writer.set_retention(retention, Vec::new());
        Self { writer, retention, kept: 0 }
    }

    fn step(&mut self, step: &str) {
        if step == "gone" {
            return self.wait_until_a_page_is_gone();
        }
        let parts: Vec<&str> = step.split(':').collect();
        let [what, minute, count] = parts[..] else { panic!("{step}: three words") };
        let [minute, count]: [i64; 2] = [minute, count].map(|text| text.parse().expect("a number"));
        match what {
            "readings" => (minute..minute + count).for_each(|minute| self.readings(minute)),
            "note" => self.note(minute, count),
            other => panic!("{other}: readings or note"),
        }
    }

    fn readings(&mut self, minute: i64) {
        let at = NEW_YEAR + Span::from_minutes(minute);
        let reading = |channel: u16| {
            let value = minute * i64::from(channel + 1);
            Reading {
                channel: ChannelId(channel),
                sample: Sample { at, value, quality: Quality::Good },
            }
        };
        self.writer.push((0..CHANNELS).map(reading));
        again(|| self.writer.commit());
        self.tell(CHANNELS.into());
        // What cannot be signed now is signed with what follows.
        let _ = self.writer.seal_due();
    }

    fn note(&mut self, minute: i64, kilobytes: i64) {
        let kilobytes = usize::try_from(kilobytes).expect("a length");
        let event = Event {
            at: NEW_YEAR + Span::from_minutes(minute),
            until: None,
            kind: EventKind::Note,
            asset: "",
            product: "",
            thousandths: 0,
            unit: "",
            note: &"a long note ".repeat(kilobytes * 1_000 / 12),
        };
        let payload = emit_all(&[event]);
        again(|| self.writer.events(&payload));
        self.tell(1);
    }

    fn wait_until_a_page_is_gone(&mut self) {
        while self.writer.retired().is_empty() {
            // A look that was missed while the one before went on.
            self.writer.set_retention(self.retention, Vec::new());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }

    fn tell(&mut self, more: usize) {
        self.kept += more;
        let (mark, readings) = (self.writer.watermark(), self.kept);
        let line = format!(
            "{{\"event\":\"watermark\",\"epoch\":{},\"sequence\":{},\"readings\":{readings}}}\n",
            mark.epoch, mark.sequence
        );
        // Nobody need listen.
        let _ = std::io::stdout().write_all(line.as_bytes());
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [site, data, keep, steps @ ..] = &arguments[..] else {
        panic!("scribe SITE DATA KEEP STEP…")
    };
    let mut scribe = Scribe::open(site, data, keep);
    steps.iter().for_each(|step| scribe.step(step));
}
