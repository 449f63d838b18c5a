//! The page without a browser: what it shows of a small log, of hostile names, of nothing.

use millwatt::archive::{Archive, emit_all};
use millwatt::reading::{ChannelId, Quality};
use millwatt::site::{Asset, AssetId, Channel, Kind, Quantity, Scale};
use millwatt::time::{Instant, Period, Span};
use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::HEAD;
use millwatt::wire::manifest::Head;
use millwatt::wire::{BlockWriter, Frame, FrameKind, Record, Stamp};
use millwatt_report::choice::Choice;
use millwatt_report::model::Model;
use millwatt_report::node::{Child, Node, node};
use millwatt_report::view::{Part, View};
use millwatt_report::words::Language;

const HOSTILE: &str = "</script><img src=x onerror=alert(1)>\u{202e}=cmd|' /C calc'!A0";
/// Monday, 23 November 2026, midnight in UTC.
const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);

fn frame(kind: FrameKind, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEAD + payload.len()];
    let clock = Default::default();
    let frame = Frame { stamp: Stamp { epoch: 1, sequence: 1 }, clock, kind, payload };
    frame.emit(&mut Writer::new(&mut bytes)).expect("fits");
    bytes
}

/// A site with one counter of 1 Wh a minute over two days.
fn archive() -> Archive {
    let head = Head {
        name: HOSTILE,
        zone: "UTC",
        currency: "VND",
        main: Some(AssetId(0)),
        output: None,
        output_unit: "kg",
    };
    let asset = Asset {
        id: "mill",
        name: HOSTILE,
        parent: None,
        machine: true,
        rated_milliwatts: 0,
        idle_milliwatts: 1_000,
        running_milliwatts: 50_000,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    };
    let channel = Channel {
        name: "mill.active_energy",
        asset: AssetId(0),
        quantity: Quantity::ActiveEnergy,
        phase: 0,
        kind: Kind::Counter,
        scale: Scale(0),
        unit: "Wh",
        every: Span::from_minutes(1),
        modulus: 0,
    };
    let rows = [Record::Head(head), Record::Asset(asset), Record::Channel(channel)];
    let manifest = frame(FrameKind::Manifest, &emit_all(&rows));
    let values: Vec<i64> = (0..=2 * 1_440).collect();
    let mut buffer = vec![0; 100_000];
    let mut block = BlockWriter::new(START, &mut buffer).expect("fits");
    let minute = Span::from_minutes(1);
    block.column(ChannelId(0), Quality::Good, START, minute, &values).expect("fits");
    let readings = frame(FrameKind::Readings, block.payload());
    Archive::load(&[manifest, readings].concat()).expect("a log")
}

/// All parts of the page of a period.
fn page(archive: &Archive, period: Period, language: Language) -> Node {
    let parts = archive.parts().expect("a manifest");
    let record = archive.span().expect("readings");
    let model = Model::new(parts.site(), archive, record, period);
    let mut choice = Choice::new(false, true);
    choice.language = language;
    let view =
        View { model: &model, archive, log: &[], choice: &choice, beside: Default::default() };
    node("main").children(Part::ALL.map(|part| view.part(part)))
}

#[test]
fn figures_are_the_metric_crates_own() {
    let archive = archive();
    let day = Period::new(START, START + Span::DAY);
    let page = page(&archive, day, Language::English);
    let mut energy = None;
    page.each(&mut |node| {
        if node.attribute("data-indicator") == Some("energy") {
            energy = node.attribute("data-value");
        }
    });
    assert_eq!(energy, Some("1.44"));
}

#[test]
fn hostile_names_are_text_and_no_handler_is_set() {
    let archive = archive();
    let page = page(&archive, archive.span().expect("readings"), Language::Vietnamese);
    let mut shown = 0;
    page.each(&mut |node| {
        assert!(!["script", "img", "iframe", "object", "style"].contains(&&*node.tag));
        for (name, _) in &node.attributes {
            assert!(!name.starts_with("on") && *name != "style" && *name != "srcdoc", "{name}");
        }
        let texts = node.children.iter().filter(|child| matches!(child, Child::Text(_)));
        shown += texts.filter(|text| **text == Child::Text(HOSTILE.to_owned())).count();
    });
    assert!(shown > 0, "the name is shown, as it is");
}

#[test]
fn a_period_without_data_says_so_in_both_languages() {
    let archive = archive();
    let later = START + Span::DAY.times(30);
    let empty = Period::new(later, later + Span::DAY);
    for language in [Language::Vietnamese, Language::English] {
        let page = page(&archive, empty, language);
        let mut drawings = 0;
        page.each(&mut |node| drawings += usize::from(node.attribute("role") == Some("img")));
        assert!(drawings <= 1, "no chart of nothing but the coverage calendar");
    }
}
