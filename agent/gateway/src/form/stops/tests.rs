//! A mill whose power says when it stands, minute by minute into a real log.

use super::cards::Card;
use super::*;
use crate::writer::Writer;
use millwatt::event::EventKind;
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::Period;

const SITE: &str = r#"
[site]
name = "Mill"
zone = "Asia/Bangkok"
currency = "VND"

[[shift]]
name = "day"
days = "mon-sun"
hours = "06:00-14:00"

[[asset]]
id = "mill"
name = "Cối xay"
machine = true
rated_kw = 30
idle_kw = 1
running_kw = 10
minor_stop_min = 5

[[meter]]
asset = "mill"
address = "127.0.0.1:502"
[[meter.register]]
quantity = "active_energy"
table = "input"
address = 0
type = "uint32"
unit = "kWh"
decimals = 2
"#;

/// Monday, 2 March 2026, six in the morning in Bangkok.
const SIX: Instant = Instant::from_unix_milliseconds(1_772_406_000_000);
/// What it draws, in steps of a hundredth of a kilowatt-hour a minute.
const RUNS: i64 = 30;
const STANDS: i64 = 0;

fn minute(count: i64) -> Instant {
    SIX + Span::from_minutes(count)
}

struct Mill {
    folder: tempfile::TempDir,
    writer: Writer,
    minute: i64,
    counter: i64,
    stops: Stops,
}

impl Mill {
    fn new(site: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let site = crate::site_file::parse("site.toml", site);
        let site = site.unwrap_or_else(|error| panic!("{error}"));
        let writer = Writer::open(folder.path(), site.manifest).expect("opens");
        let mut mill = Self { folder, writer, minute: -1, counter: 0, stops: Stops::default() };
        mill.goes(1, STANDS);
        mill
    }

    /// Goes on for some minutes, each of which adds so many steps to its counter.
    fn goes(&mut self, minutes: i64, steps: i64) {
        for _ in 0..minutes {
            self.minute += 1;
            self.counter += steps;
            let at = minute(self.minute);
            let sample = Sample { at, value: self.counter, quality: Quality::Good };
            self.writer.push([Reading { channel: ChannelId(0), sample }]);
        }
        self.writer.commit().expect("kept");
    }

    fn waiting(&mut self, told: &[Told], later: i64) -> Vec<Card> {
        let now = minute(self.minute + later);
        let cards = self.stops.waiting(self.folder.path(), told, &[], now).expect("read");
        let anew = Stops::default().waiting(self.folder.path(), told, &[], now);
        assert_eq!(cards, anew.expect("read"), "following it gives what reading it anew gives");
        cards
    }

    /// Of each card from when to when, in minutes, its planned minutes, and whether it stands.
    fn cards(&mut self, told: &[Told]) -> Vec<(i64, i64, i64, bool)> {
        let minutes = |span: Span| span.milliseconds() / 60_000;
        let shown = |card: Card| {
            let Period { from, to } = card.period;
            (minutes(from - SIX), minutes(to - SIX), minutes(card.planned), card.stands)
        };
        self.waiting(told, 0).into_iter().map(shown).collect()
    }
}

/// What somebody says of minutes; `stood`: while it does.
fn said(from: i64, to: i64, reason: &str, stood: bool) -> Told {
    let event = OwnedEvent {
        at: minute(from),
        until: Some(minute(to)),
        kind: EventKind::Stop,
        asset: "mill".to_owned(),
        product: reason.to_owned(),
        thousandths: 0,
        unit: String::new(),
        note: String::new(),
    };
    Told { stood, ..Told::new(event, None) }
}

#[test]
fn a_long_stop_is_a_card_and_a_short_one_is_not() {
    let mut mill = Mill::new(SITE);
    mill.goes(30, RUNS);
    assert_eq!(mill.cards(&[]), []);
    mill.goes(5, STANDS);
    assert_eq!(mill.cards(&[]), [], "a minor stop");
    mill.goes(1, STANDS);
    assert_eq!(mill.cards(&[]), [(30, 36, 6, true)]);
    mill.goes(20, RUNS);
    assert_eq!(mill.cards(&[]), [(30, 36, 6, false)]);
    mill.goes(4, STANDS);
    mill.goes(20, RUNS);
    mill.goes(15, STANDS);
    assert_eq!(mill.cards(&[]), [(80, 95, 15, true), (30, 36, 6, false)], "who stands is first");
    let silent = mill.waiting(&[], 16);
    assert!(silent.iter().all(|card| !card.stands), "nobody knows any more");
    assert_eq!(mill.waiting(&[], 8 * 1_440), [], "after a week");
}

#[test]
fn only_planned_work_waits_for_a_reason() {
    let mut mill = Mill::new(SITE);
    mill.goes(420, RUNS);
    // From one o'clock over the end of the shift to ten past six.
    mill.goes(1_030, STANDS);
    mill.goes(10, RUNS);
    assert_eq!(mill.cards(&[]), [(420, 1_450, 70, false)]);
    let evening = said(420, 480, "breakdown", false);
    assert_eq!(mill.cards(std::slice::from_ref(&evening)), [(1_440, 1_450, 10, false)]);
    assert_eq!(mill.waiting(&[evening], 0)[0].said, "breakdown");
    let cleaned = said(420, 1_446, "shutdown", false);
    assert_eq!(mill.cards(&[cleaned]), [], "what is left is minor");
    let mut always =
        Mill::new(&SITE.replace(
            "[[shift]]\nname = \"day\"\ndays = \"mon-sun\"\nhours = \"06:00-14:00\"\n",
            "",
        ));
    always.goes(470, RUNS);
    always.goes(100, STANDS);
    assert_eq!(always.cards(&[]), [(470, 570, 100, true)], "no shifts: every hour");
}

#[test]
fn a_reason_holds_for_what_it_was_said_of() {
    let mut mill = Mill::new(SITE);
    mill.goes(60, RUNS);
    mill.goes(30, STANDS);
    let middle = said(70, 80, "setup", false);
    assert_eq!(
        mill.cards(std::slice::from_ref(&middle)),
        [(80, 90, 10, true), (60, 70, 10, false)]
    );
    let both = [middle, said(60, 70, "breakdown", false), said(80, 90, "setup", false)];
    assert_eq!(mill.cards(&both), []);
    let replaced = both.clone().map(|told| Told { is_replaced: true, ..told });
    assert_eq!(mill.cards(&replaced), [(60, 90, 30, true)]);
    let other = both.clone().map(|mut told| {
        told.event.asset = "press".to_owned();
        told
    });
    assert_eq!(mill.cards(&other).len(), 1, "of another machine");

    let [while_it_stood, planned] =
        ["breakdown", "shutdown"].map(|reason| [said(60, 90, reason, true)]);
    mill.goes(60, STANDS);
    assert_eq!(mill.cards(&both), [(90, 150, 60, true)]);
    assert_eq!(mill.cards(&while_it_stood), []);
    assert_eq!(mill.cards(&planned), []);
    mill.goes(10, RUNS);
    assert_eq!(mill.cards(&while_it_stood), [], "until it runs again");
    assert_eq!(mill.cards(&planned), [(90, 150, 60, false)], "a planned stop has a planned end");
    mill.goes(30, STANDS);
    assert_eq!(mill.cards(&while_it_stood), [(160, 190, 30, true)], "and not for the next one");
}

#[test]
fn a_gap_is_no_stop_and_what_comes_late_is_found() {
    let mut mill = Mill::new(SITE);
    mill.goes(60, RUNS);
    mill.goes(8, STANDS);
    mill.goes(20, RUNS);
    mill.goes(8, STANDS);
    mill.goes(20, RUNS);
    assert_eq!(mill.cards(&[]).len(), 2);
    mill.minute += 30;
    mill.goes(20, RUNS);
    assert_eq!(mill.cards(&[]).len(), 2);
    // A node hands in the minutes of its gap: it stood.
    let (now, counter) = (mill.minute, mill.counter);
    (mill.minute, mill.counter) = (now - 50, counter - 20 * RUNS);
    mill.goes(30, STANDS);
    (mill.minute, mill.counter) = (now, counter);
    mill.goes(1, RUNS);
    assert_eq!(mill.cards(&[])[0], (116, 146, 30, false));
}

#[test]
fn any_row_of_minutes_is_followed_as_it_is_read() {
    let mut mill = Mill::new(SITE);
    let (mut seed, mut most) = (11_u64, 0);
    for _ in 0..120 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [length, what] = [(seed >> 40) % 14, (seed >> 20) % 4].map(|number| number as i64);
        mill.goes(length + 1, [STANDS, 2, RUNS, RUNS][what as usize]);
        if what == 3 {
            mill.minute += length / 4;
        }
        most = most.max(mill.cards(&[]).len());
    }
    assert!(most > 5, "{most} cards");
}
