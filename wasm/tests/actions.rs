//! What to do, without a browser: opportunities with their money, what people enter, and its way out.

use millwatt::archive::{Archive, emit_all};
use millwatt::event::{Event, EventKind};
use millwatt::reading::{ChannelId, Quality};
use millwatt::site::{Asset, AssetId, Band, Channel, Kind, Quantity, Scale, Shift, Tariff};
use millwatt::time::{Instant, Period, Span, Weekdays};
use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::HEAD;
use millwatt::wire::manifest::Head;
use millwatt::wire::{BlockWriter, Frame, FrameKind, Record, Stamp};
use millwatt_report::choice::{self, Choice, Scope};
use millwatt_report::model::Model;
use millwatt_report::node::{Child, Node};
use millwatt_report::view::{Part, View};
use millwatt_report::words::Language;

/// Monday, 23 November 2026, midnight in UTC.
const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
const DAYS: i64 = 21;
const STEP: Span = Span::from_minutes(10);

fn frame(kind: FrameKind, sequence: u64, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEAD + payload.len()];
    let clock = Default::default();
    let stamp = Stamp { epoch: 1, sequence };
    let frame = Frame { stamp, clock, kind, payload };
    frame.emit(&mut Writer::new(&mut bytes)).expect("fits");
    bytes
}

fn asset<'a>(id: &'a str, name: &'a str, machine: bool) -> Asset<'a> {
    Asset {
        id,
        name,
        parent: None,
        machine,
        rated_milliwatts: 0,
        idle_milliwatts: 1_000_000,
        running_milliwatts: 4_000_000,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    }
}

fn channel(name: &str, asset: u16) -> Channel<'_> {
    Channel {
        name,
        asset: AssetId(asset),
        quantity: Quantity::ActiveEnergy,
        phase: 0,
        kind: Kind::Counter,
        scale: Scale(0),
        unit: "Wh",
        every: STEP,
        modulus: 0,
    }
}

/// Wh of ten minutes of an oven: it runs from six to twenty and waits from noon to two.
const fn oven(minute: i64) -> i64 {
    match minute % 1_440 {
        720..840 => 300,
        360..1_200 => 800,
        _ => 0,
    }
}

/// A register that counts what some function says of each ten minutes.
fn register(of: impl Fn(i64) -> i64) -> Vec<i64> {
    let mut sum = 0;
    let steps = (0..DAYS * 144).map(|place| of(place * 10));
    let mut values = vec![0];
    values.extend(steps.map(|step| {
        sum += step;
        sum
    }));
    values
}

struct Factory<'f> {
    ovens: usize,
    priced: bool,
    name: &'f str,
    events: &'f [Event<'f>],
}

const FACTORY: Factory<'static> = Factory { ovens: 1, priced: true, name: "Oven", events: &[] };

impl Factory<'_> {
    fn archive(&self) -> Archive {
        let ids: Vec<String> = (0..self.ovens).map(|place| format!("oven{place}")).collect();
        let mut rows = vec![Record::Head(Head {
            name: self.name,
            zone: "UTC",
            currency: "VND",
            main: Some(AssetId(0)),
            output: None,
            output_unit: "kg",
        })];
        if self.priced {
            rows.extend(prices());
        }
        rows.push(Record::Asset(asset("main", "Main meter", false)));
        rows.extend(ids.iter().map(|id| Record::Asset(asset(id, self.name, true))));
        rows.push(Record::Channel(channel("main.active_energy", 0)));
        let places = (1_u16..).zip(&ids);
        rows.extend(places.map(|(place, id)| Record::Channel(channel(id, place))));
        let mut log = frame(FrameKind::Manifest, 1, &emit_all(&rows));
        let ovens = self.ovens as i64;
        log.extend(readings(0, 2, &register(|minute| 200 + ovens * oven(minute))));
        for place in 1..=self.ovens as u16 {
            log.extend(readings(place, 2 + u64::from(place), &register(oven)));
        }
        log.extend(frame(FrameKind::Events, 1_000, &emit_all(self.events)));
        Archive::load(&log).expect("a log")
    }
}

fn prices() -> [Record<'static>; 3] {
    let shift = Shift { name: "day", days: Weekdays::ALL, start: 360, end: 1_320 };
    let tariff = Tariff { since: Instant::MIN, vat_per_mille: 0, source: "a bill" };
    let band = Band {
        tariff: 0,
        name: "normal",
        price_thousandths: 2_000_000,
        days: Weekdays(0),
        start: 0,
        end: 0,
    };
    [Record::Shift(shift), Record::Tariff(tariff), Record::Band(band)]
}

fn readings(channel: u16, sequence: u64, values: &[i64]) -> Vec<u8> {
    let mut buffer = vec![0; 200_000];
    let mut block = BlockWriter::new(START, &mut buffer).expect("fits");
    block.column(ChannelId(channel), Quality::Good, START, STEP, values).expect("fits");
    frame(FrameKind::Readings, sequence, block.payload())
}

/// Looks at a log through a choice.
fn with_view<T>(archive: &Archive, choice: &Choice, look: impl FnOnce(&View<'_>) -> T) -> T {
    let parts = archive.parts().expect("a manifest");
    let record = archive.span().expect("readings");
    let model = Model::new(parts.site(), archive, record, record);
    look(&View { model: &model, archive, log: &[], choice, beside: Default::default() })
}

fn act(archive: &Archive, choice: &mut Choice, act: &str, value: &str) -> Scope {
    let parts = archive.parts().expect("a manifest");
    let period = archive.span().expect("readings");
    let record = choice::Record { period, zone: parts.site().zone_rules(), first_shift: 0 };
    choice.act(act, value, record)
}

fn english() -> Choice {
    let mut choice = Choice::default();
    choice.language = Language::English;
    choice
}

/// All text below an element, piece by piece.
fn texts(node: &Node) -> String {
    let mut all = String::new();
    node.each(&mut |one| {
        for child in &one.children {
            if let Child::Text(text) = child {
                all.push_str(text);
                all.push('\n');
            }
        }
    });
    all
}

fn value_of(node: &Node, act: &str) -> Option<String> {
    let mut found = None;
    node.each(&mut |one| {
        if one.attribute("data-act") == Some(act) {
            found = one.attribute("value").map(str::to_owned);
        }
    });
    found
}

#[test]
fn two_hours_of_waiting_cost_what_they_cost() {
    let archive = FACTORY.archive();
    let page = with_view(&archive, &english(), |view| view.part(Part::Actions));
    let said = texts(&page);
    // 3.45 kWh a day beyond five minutes: 1,259.25 kWh and 2,518,500 a year.
    assert!(said.contains("Switch Oven off when it waits longer than 5 minutes"), "{said}");
    assert!(said.contains("2,520,000") && said.contains("1,260"), "{said}");
}

#[test]
fn what_was_entered_gives_the_payback() {
    let archive = FACTORY.archive();
    let mut choice = english();
    let key = "edit:actions.idle-oven0.investment";
    assert_eq!(
        act(&archive, &mut choice, key, "1259250"),
        Scope::Some(&[Part::Actions, Part::Review, Part::Trust])
    );
    let said = with_view(&archive, &choice, |view| texts(&view.part(Part::Actions)));
    assert!(said.contains("Simple payback: 6 months"), "{said}");
    act(&archive, &mut choice, key, "a lot");
    let said = with_view(&archive, &choice, |view| texts(&view.part(Part::Actions)));
    assert!(said.contains("no number: “a lot”"), "{said}");
}

#[test]
fn without_a_tariff_energy_is_told_and_the_tariff_asked_for() {
    let archive = Factory { priced: false, ..FACTORY }.archive();
    let said = with_view(&archive, &english(), |view| texts(&view.part(Part::Actions)));
    assert!(said.contains("1,260") && said.contains("A tariff"), "{said}");
    assert!(!said.contains("NaN"), "{said}");
}

#[test]
fn eight_have_a_section_and_the_others_stand_in_the_table() {
    let archive = Factory { ovens: 12, ..FACTORY }.archive();
    let page = with_view(&archive, &english(), |view| view.part(Part::Actions));
    let mut shown = 0;
    page.each(&mut |node| shown += usize::from(node.attribute("data-opportunity").is_some()));
    assert_eq!(shown, 8);
}

#[test]
fn entries_go_out_as_events_that_begin_no_formula() {
    let archive = FACTORY.archive();
    let mut choice = english();
    act(&archive, &mut choice, "edit:actions.idle-oven0.owner", "=HYPERLINK(\"x\"), An");
    act(&archive, &mut choice, "edit:review.policy", "-1");
    let csv = with_view(&archive, &choice, |view| view.events());
    let expected = "time,kind,asset,product,quantity,unit,until,note\n\
        2026-12-14 00:00,note,,decision:actions.idle-oven0.owner,,,,\"1: =HYPERLINK(\"\"x\"\"), An\"\n\
        2026-12-14 00:00,note,,decision:review.policy,,,,1: -1\n";
    assert_eq!(csv, expected);
}

#[test]
fn what_the_log_keeps_is_shown_and_goes_out_no_more() {
    let note = |note| Event {
        at: START,
        until: None,
        kind: EventKind::Note,
        asset: "",
        product: "decision:actions.idle-oven0.owner",
        thousandths: 0,
        unit: "",
        note,
    };
    let events = [note("2: Lan"), note("1: Minh")];
    let archive = Factory { events: &events, ..FACTORY }.archive();
    let mut choice = english();
    let key = "edit:actions.idle-oven0.owner";
    let shown = |choice: &Choice| {
        with_view(&archive, choice, |view| value_of(&view.part(Part::Actions), key))
    };
    assert_eq!(shown(&choice).as_deref(), Some("Lan"), "the higher revision");
    act(&archive, &mut choice, key, "Lan");
    assert_eq!(with_view(&archive, &choice, |view| view.events()).lines().count(), 1);
    act(&archive, &mut choice, key, "Hoa");
    assert_eq!(shown(&choice).as_deref(), Some("Hoa"));
    assert!(with_view(&archive, &choice, |view| view.events()).ends_with(",3: Hoa\n"));
}

#[test]
fn a_decision_inside_the_record_is_held_against_what_was_before() {
    let archive = FACTORY.archive();
    let mut choice = english();
    act(&archive, &mut choice, "edit:actions.idle-oven0.decided", "2026-12-01");
    let said = with_view(&archive, &choice, |view| texts(&view.part(Part::Actions)));
    assert!(said.contains("not proved") || said.contains("verified"), "{said}");
    act(&archive, &mut choice, "edit:actions.idle-oven0.decided", "2027-12-01");
    let said = with_view(&archive, &choice, |view| texts(&view.part(Part::Actions)));
    assert!(said.contains("outside the record"), "{said}");
}

#[test]
fn a_hostile_name_and_an_empty_period_break_nothing() {
    let name = "</script>{}{}\u{202e}=cmd|' /C calc'!A0";
    let archive = Factory { ovens: 2, name, ..FACTORY }.archive();
    for language in [Language::Vietnamese, Language::English] {
        for narrow in [false, true] {
            let mut choice = Choice::new(false, narrow);
            choice.language = language;
            for part in [Part::Actions, Part::Review] {
                let page = with_view(&archive, &choice, |view| view.part(part));
                page.each(&mut |node| assert_ne!(node.tag, "script"));
            }
        }
    }
    let parts = archive.parts().expect("a manifest");
    let record = archive.span().expect("readings");
    let later = record.to + Span::DAY.times(9);
    let empty = Period::new(later, later + Span::DAY);
    let model = Model::new(parts.site(), &archive, record, empty);
    let choice = english();
    let view = View {
        model: &model,
        archive: &archive,
        log: &[],
        choice: &choice,
        beside: Default::default(),
    };
    let said = texts(&view.part(Part::Actions)) + &texts(&view.part(Part::Review));
    assert!(!said.contains("NaN"), "{said}");
}
