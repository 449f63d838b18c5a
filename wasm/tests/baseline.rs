//! The chapter on the baseline without a browser: a year with a known slope and a known saving, another baseline and
//! another model by the reader's hand, hostile names, too little data.

use millwatt::archive::{Archive, emit_all};
use millwatt::event::{Event, EventKind};
use millwatt::reading::{ChannelId, Quality};
use millwatt::site::{Asset, AssetId, Channel, Kind, Quantity, Scale};
use millwatt::time::{Instant, Span, Zone};
use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::HEAD;
use millwatt::wire::manifest::Head;
use millwatt::wire::{BlockWriter, Frame, FrameKind, Record, Stamp};
use millwatt_report::choice::{Choice, Record as Recorded};
use millwatt_report::model::Model;
use millwatt_report::node::Node;
use millwatt_report::view::{Part, View};
use millwatt_report::words::Language;

const HOSTILE: &str = "</script><img src=x onerror=alert(1)>+\u{202e}=cmd|' /C calc'!A0";
/// Thursday, 1 January 2026, midnight in UTC.
const START: Instant = Instant::from_unix_milliseconds(1_767_225_600_000);
/// From this day on 12 kWh a day are saved.
const CHANGE: i64 = 200;

fn frame(kind: FrameKind, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEAD + payload.len()];
    let clock = Default::default();
    let frame = Frame { stamp: Stamp { epoch: 1, sequence: 1 }, clock, kind, payload };
    frame.emit(&mut Writer::new(&mut bytes)).expect("fits");
    bytes
}

fn asset(id: &'static str) -> Asset<'static> {
    Asset {
        id,
        name: HOSTILE,
        parent: None,
        machine: false,
        rated_milliwatts: 0,
        idle_milliwatts: 0,
        running_milliwatts: 0,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    }
}

/// A channel of an amount a day.
fn channel(name: &'static str, asset: u16, quantity: Quantity) -> Channel<'static> {
    Channel {
        name,
        asset: AssetId(asset),
        quantity,
        phase: 0,
        kind: Kind::Amount,
        scale: Scale(0),
        unit: "",
        every: Span::DAY,
        modulus: 0,
    }
}

/// Kilograms of a day: no two weeks alike.
fn made(day: i64) -> i64 {
    300 + day * 37 % 101 * 4
}

/// Wh of a day: 60 kWh, 0.4 kWh a kg, up to 5 kWh more or less, 12 kWh saved later on.
fn used(day: i64) -> i64 {
    let noise = day * 7_919 % 10_007 - 5_003;
    60_000 + 400 * made(day) + noise - if day < CHANGE { 0 } else { 12_000 }
}

fn leaf(day: i64) -> Event<'static> {
    Event {
        at: START + Span::DAY.times(day),
        until: None,
        kind: EventKind::RawMaterial,
        asset: "",
        product: HOSTILE,
        thousandths: (900 + day * 53 % 97) * 1_000,
        unit: "kg",
        note: "",
    }
}

/// A site of so many days; its output asset counts only where `counts` says so.
fn archive(days: i64, counts: bool) -> Archive {
    let head = Head {
        name: HOSTILE,
        zone: "UTC",
        currency: "VND",
        main: Some(AssetId(0)),
        output: Some(AssetId(1)),
        output_unit: "kg",
    };
    let energy = channel("main.active_energy", 0, Quantity::ActiveEnergy);
    let count = channel("line.good_count", 1, Quantity::GoodCount);
    let mut rows =
        vec![Record::Head(head), Record::Asset(asset("main")), Record::Asset(asset("line"))];
    rows.push(Record::Channel(energy));
    rows.extend(counts.then_some(Record::Channel(count)));
    let manifest = frame(FrameKind::Manifest, &emit_all(&rows));
    let mut buffer = vec![0; 100_000];
    let mut block = BlockWriter::new(START, &mut buffer).expect("fits");
    let columns: [fn(i64) -> i64; 2] = [used, made];
    for (number, value) in (0..).zip(columns).take(if counts { 2 } else { 1 }) {
        let values: Vec<i64> = (0..days).map(value).collect();
        let first = START + Span::DAY;
        block.column(ChannelId(number), Quality::Good, first, Span::DAY, &values).expect("fits");
    }
    let readings = frame(FrameKind::Readings, block.payload());
    let events: Vec<Event<'_>> = (0..days).filter(|_| counts).map(leaf).collect();
    let events = frame(FrameKind::Events, &emit_all(&events));
    Archive::load(&[manifest, readings, events].concat()).expect("a log")
}

/// The chapter after what the reader did.
fn chapter(archive: &Archive, language: Language, acts: &[(&str, &str)]) -> Node {
    let parts = archive.parts().expect("a manifest");
    let period = archive.span().expect("readings");
    let record = Recorded { period, zone: Zone::new(&[]), first_shift: 0 };
    let mut choice = Choice::new(false, true);
    choice.language = language;
    choice.act("whole", "", record);
    for (act, value) in acts {
        choice.act(act, value, record);
    }
    let model = Model::new(parts.site(), archive, period, choice.period(record));
    let view =
        View { model: &model, archive, log: &[], choice: &choice, beside: Default::default() };
    view.part(Part::Baseline)
}

/// Dragging a baseline open from one day to another.
fn dragged(from: i64, to: i64) -> String {
    let at = |day: i64| (START + Span::DAY.times(day)).unix_milliseconds();
    format!("{}..{}", at(from), at(to))
}

/// The exact value of a figure.
fn figure(chapter: &Node, name: &str) -> Option<String> {
    let mut value = None;
    chapter.each(&mut |node| {
        if node.attribute("data-figure") == Some(name) {
            value = value.take().or(node.attribute("data-value").map(str::to_owned));
        }
    });
    value
}

fn number(chapter: &Node, name: &str) -> f64 {
    let text = figure(chapter, name).unwrap_or_else(|| panic!("no figure {name}"));
    text.parse().unwrap_or_else(|_| panic!("{name} is `{text}`"))
}

fn sections(chapter: &Node) -> Vec<String> {
    let mut names = Vec::new();
    chapter.each(&mut |node| names.extend(node.attribute("data-section").map(str::to_owned)));
    names
}

#[test]
fn a_year_with_a_known_slope_and_saving() {
    let archive = archive(365, true);
    let baseline = dragged(0, CHANGE);
    let acts = [("brush:baseline", baseline.as_str()), ("set:baseline.model=output", "")];
    let chapter = chapter(&archive, Language::Vietnamese, &acts);
    assert!((number(&chapter, "coefficient:output") - 0.4).abs() < 0.005);
    assert!((number(&chapter, "intercept") - 60.0).abs() < 3.0);
    let days = (365 - CHANGE) as f64;
    assert!((number(&chapter, "saving") - 12.0 * days).abs() < 0.1 * 12.0 * days);
    assert_eq!(figure(&chapter, "verdict").as_deref(), Some("verified"));
    assert_eq!(figure(&chapter, "rows").as_deref(), Some("200"));
    let expected = ["expected", "scatter", "cusum", "savings", "panel", "models", "adjustments"];
    assert_eq!(sections(&chapter), expected.map(|name| format!("baseline.{name}")));
    let (mut brushes, mut marks) = (0, 0);
    chapter.each(&mut |node| {
        brushes += usize::from(node.attribute("data-brush") == Some("baseline"));
        marks += usize::from(node.attribute("class") == Some("mark"));
    });
    assert_eq!((brushes, marks), (1, 1), "one chart to drag, one dated change");
}

#[test]
fn the_reader_chooses_baseline_and_model() {
    let archive = archive(365, true);
    let whole = chapter(&archive, Language::English, &[]);
    // The first third, before the change.
    assert_eq!(figure(&whole, "rows").as_deref(), Some("121"));
    let baseline = dragged(10, 60);
    let acts = [("brush:baseline", baseline.as_str()), ("set:baseline.model=mean", "")];
    let mean = chapter(&archive, Language::English, &acts);
    assert_eq!(figure(&mean, "rows").as_deref(), Some("50"));
    assert_eq!(figure(&mean, "verdict").as_deref(), Some("no_claim"));
    assert!(figure(&mean, "coefficient:output").is_none());
    let back = [acts[0], acts[1], ("brush:baseline", ""), ("set:baseline.model=auto", "")];
    assert_eq!(chapter(&archive, Language::English, &back), whole);
}

#[test]
fn a_hostile_name_is_text_and_can_be_chosen() {
    let archive = archive(365, true);
    let name = format!("raw:{HOSTILE}");
    let act = format!("set:baseline.model={name}");
    let chapter = chapter(&archive, Language::English, &[(&act, "")]);
    assert!(figure(&chapter, &format!("coefficient:{name}")).is_some());
    chapter.each(&mut |node| {
        assert!(!["script", "img", "iframe", "style"].contains(&&*node.tag));
        for (attribute, _) in &node.attributes {
            assert!(!attribute.starts_with("on") && attribute != "style", "{attribute}");
        }
    });
}

#[test]
fn without_drivers_there_is_a_mean_and_no_claim() {
    for language in [Language::Vietnamese, Language::English] {
        let chapter = chapter(&archive(60, false), language, &[]);
        assert_eq!(figure(&chapter, "verdict").as_deref(), Some("no_claim"));
        assert!(sections(&chapter).contains(&"baseline.expected".to_owned()));
    }
}

#[test]
fn a_day_is_too_little_and_says_so() {
    for language in [Language::Vietnamese, Language::English] {
        let chapter = chapter(&archive(1, true), language, &[]);
        assert_eq!(sections(&chapter), ["baseline.missing"]);
        let mut drawings = 0;
        chapter.each(&mut |node| drawings += usize::from(node.tag == "svg"));
        assert_eq!(drawings, 0, "no chart of nothing");
    }
}
