//! The energy chapter without a browser: one meter alone, meters that share it out, a site of hundreds.

use std::time::Instant as Watch;

use millwatt::archive::{Archive, emit_all};
use millwatt::event::{Event, EventKind};
use millwatt::reading::{ChannelId, Quality};
use millwatt::site::{Asset, AssetId, Band, Channel, Kind, Quantity, Scale, Shift, Tariff};
use millwatt::time::{Instant, Span, Weekdays};
use millwatt::units::Power;
use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::HEAD;
use millwatt::wire::manifest::Head;
use millwatt::wire::{BlockWriter, Frame, FrameKind, Record, Stamp};
use millwatt_report::choice::{self, Choice};
use millwatt_report::model::Model;
use millwatt_report::node::{Child, Node};
use millwatt_report::view::{Part, View};
use millwatt_report::words::Language;

/// Monday, 23 November 2026, midnight in UTC.
const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
const SECTIONS: [&str; 12] = [
    "flow", "daily", "profile", "week", "duration", "pareto", "demand", "factor", "night",
    "balance", "fuels", "bills",
];

fn frame(kind: FrameKind, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEAD + payload.len()];
    let clock = Default::default();
    let frame = Frame { stamp: Stamp { epoch: 1, sequence: 1 }, clock, kind, payload };
    frame.emit(&mut Writer::new(&mut bytes)).expect("fits");
    bytes
}

fn head(main: u16) -> Record<'static> {
    Record::Head(Head {
        name: "Xưởng",
        zone: "UTC",
        currency: "VND",
        main: Some(AssetId(main)),
        output: None,
        output_unit: "kg",
    })
}

fn asset<'a>(id: &'a str, name: &'a str, parent: Option<u16>, is_machine: bool) -> Record<'a> {
    Record::Asset(Asset {
        id,
        name,
        parent: parent.map(AssetId),
        machine: is_machine,
        rated_milliwatts: 0,
        idle_milliwatts: 1_000,
        running_milliwatts: 50_000,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    })
}

fn counter(name: &str, asset: u16, quantity: Quantity, minutes: i64) -> Record<'_> {
    Record::Channel(Channel {
        name,
        asset: AssetId(asset),
        quantity,
        phase: 0,
        kind: Kind::Counter,
        scale: Scale(0),
        unit: "Wh",
        every: Span::from_minutes(minutes),
        modulus: 0,
    })
}

/// A counter that gains the same in each step.
fn readings(channel: u16, minutes: i64, days: i64, gain: i64) -> Vec<u8> {
    let values: Vec<i64> = (0..=days * 1_440 / minutes).map(|step| step * gain).collect();
    let mut buffer = vec![0; 200_000];
    let mut block = BlockWriter::new(START, &mut buffer).expect("fits");
    let step = Span::from_minutes(minutes);
    block.column(ChannelId(channel), Quality::Good, START, step, &values).expect("fits");
    frame(FrameKind::Readings, block.payload())
}

/// One counter of 1 Wh a minute over two days.
fn one_meter() -> Archive {
    let rows = [
        head(0),
        asset("mill", "Máy", None, true),
        counter("mill.energy", 0, Quantity::ActiveEnergy, 1),
    ];
    let manifest = frame(FrameKind::Manifest, &emit_all(&rows));
    Archive::load(&[manifest, readings(0, 1, 2, 1)].concat()).expect("a log")
}

fn event(
    minute: i64,
    until: i64,
    kind: EventKind,
    of: &'static str,
    thousandths: i64,
    unit: &'static str,
) -> Event<'static> {
    let at = |minute| START + Span::from_minutes(minute);
    let until = (until > 0).then(|| at(until));
    Event { at: at(minute), until, kind, asset: "", product: of, thousandths, unit, note: "" }
}

/// A main meter of 3 Wh a minute, two machines of 1 each on a line, four weeks, with everything known.
fn workshop() -> Archive {
    let (days, tariff) = (28, 0);
    let band = |name, price_thousandths, days, start, end| {
        Record::Band(Band { tariff, name, price_thousandths, days, start, end })
    };
    let tariff = Tariff { since: START, vat_per_mille: 80, source: "a decision" };
    let workdays = Weekdays(0b011_1111);
    let rows = [
        head(0),
        Record::Shift(Shift { name: "Ca", days: workdays, start: 360, end: 1_080 }),
        Record::Tariff(tariff),
        band("normal", 2_000_000, Weekdays(0), 0, 0),
        band("peak", 3_000_000, workdays, 1_050, 1_350),
        asset("main", "Tổng", None, false),
        asset("line", "Dây chuyền", None, false),
        asset("one", "Máy một", Some(1), true),
        asset("two", "Máy hai", Some(1), true),
        counter("main.energy", 0, Quantity::ActiveEnergy, 1),
        counter("one.energy", 2, Quantity::ActiveEnergy, 1),
        counter("two.energy", 3, Quantity::ActiveEnergy, 1),
        counter("main.reactive", 0, Quantity::ReactiveEnergyLagging, 1),
        Record::DemandLimit(Power::from_milliwatts(200_000)),
    ];
    let manifest = frame(FrameKind::Manifest, &emit_all(&rows));
    // 3 Wh a minute over four weeks are 120.96 kWh.
    let cycle = 28 * 1_440;
    let events = [
        event(0, cycle, EventKind::Bill, "electricity", 120_960, "kWh"),
        event(0, cycle, EventKind::Bill, "electricity", 300_000_000, "VND"),
        event(600, 0, EventKind::Fuel, "firewood", 250_000, "kg"),
    ];
    let events = frame(FrameKind::Events, &emit_all(&events));
    let gains = [(0, 3), (1, 1), (2, 1), (3, 4)];
    let all = gains.map(|(channel, gain)| readings(channel, 1, days, gain)).concat();
    Archive::load(&[manifest, events, all].concat()).expect("a log")
}

fn chapter(archive: &Archive, choice: &Choice) -> Node {
    let parts = archive.parts().expect("a manifest");
    let record = archive.span().expect("readings");
    let model = Model::new(parts.site(), archive, record, record);
    View { model: &model, archive, log: &[], choice, beside: Default::default() }.part(Part::Energy)
}

fn choice(language: Language, narrow: bool) -> Choice {
    let mut choice = Choice::new(false, narrow);
    choice.language = language;
    choice
}

fn section<'n>(chapter: &'n Node, name: &str) -> &'n Node {
    let mut found = None;
    let name = format!("energy.{name}");
    chapter.each(&mut |node| {
        if node.attribute("data-section") == Some(name.as_str()) {
            found = Some(node);
        }
    });
    found.unwrap_or_else(|| panic!("no section {name}"))
}

fn text(node: &Node) -> String {
    let mut text = String::new();
    node.each(&mut |node| {
        for child in &node.children {
            if let Child::Text(words) = child {
                text.push_str(words);
                text.push(' ');
            }
        }
    });
    text
}

fn count(node: &Node, class: &str) -> usize {
    let mut count = 0;
    node.each(&mut |node| count += usize::from(node.attribute("class") == Some(class)));
    count
}

fn is_missing(node: &Node) -> bool {
    count(node, "missing") > 0 && {
        let mut figures = 0;
        node.each(&mut |node| figures += usize::from(node.tag == "figure"));
        figures == 0
    }
}

#[test]
fn one_meter_without_tariff_shows_what_it_can_and_says_what_is_missing() {
    let archive = one_meter();
    for language in [Language::Vietnamese, Language::English] {
        for narrow in [false, true] {
            let chapter = chapter(&archive, &choice(language, narrow));
            let missing: Vec<&str> =
                SECTIONS.into_iter().filter(|name| is_missing(section(&chapter, name))).collect();
            let expected = ["flow", "pareto", "factor", "night", "balance", "fuels", "bills"];
            assert_eq!(missing, expected);
            let words = text(&chapter);
            for never in ["NaN", "inf", "{}"] {
                assert!(!words.contains(never), "`{never}` in {words}");
            }
        }
    }
    let chapter = chapter(&archive, &choice(Language::English, false));
    let mut figures = Vec::new();
    section(&chapter, "daily").each(&mut |node| figures.extend(node.attribute("data-value")));
    assert_eq!(figures[..2], ["1.44", "0"], "a day of 1,440 Wh, none of it estimated");
    assert!(text(section(&chapter, "demand")).contains("0.06"));
}

#[test]
fn meters_share_the_energy_out_and_what_is_left_is_hatched() {
    let archive = workshop();
    let chapter = chapter(&archive, &choice(Language::English, false));
    let flow = section(&chapter, "flow");
    // Three flows in two steps, one of them measured by nobody.
    assert_eq!((count(flow, "flow"), count(flow, "flow-unknown")), (4, 2));
    assert!(text(flow).contains("33.3\u{202f}%"));
    assert!(text(section(&chapter, "balance")).starts_with("33.3\u{202f}%"));
    // 3 against 4: cos φ = 0.6.
    assert!(text(section(&chapter, "factor")).contains("0.6"));
    // 180 W of 200 W.
    assert!(text(section(&chapter, "demand")).contains("90\u{202f}%"));
    assert!(text(section(&chapter, "bills")).contains("1 of 1 bills agree"));
    assert!(text(section(&chapter, "fuels")).contains("250\u{202f}kg"));
    // 12 hours of six days of seven are worked: 96 of 168 hours are not.
    assert!(text(section(&chapter, "night")).contains("57.1\u{202f}%"));
}

#[test]
fn a_unit_without_factors_is_named_and_the_way_back_stays() {
    let archive = workshop();
    let mut choice = choice(Language::English, true);
    let parts = archive.parts().expect("a manifest");
    let (zone, period) = (parts.site().zone_rules(), archive.span().expect("readings"));
    let record = choice::Record { period, zone, first_shift: 0 };
    choice.act("set:energy.flow=co2", "", record);
    let chapter = chapter(&archive, &choice);
    let flow = section(&chapter, "flow");
    assert!(is_missing(flow) && text(flow).contains("Firewood"));
    let mut pressed = Vec::new();
    flow.each(&mut |node| {
        if node.attribute("aria-pressed") == Some("true") {
            pressed.extend(node.attribute("data-act"));
        }
    });
    assert_eq!(pressed, ["set:energy.flow=co2"]);
}

#[test]
fn two_hundred_machines_with_long_names_stay_a_dozen_flows() {
    let names: Vec<String> =
        (0..200).map(|place| format!("Máy dài tên lắm <b>{place}</b>")).collect();
    let ids: Vec<String> = (0..200).map(|place| format!("m{place}")).collect();
    let mut rows = vec![head(0), asset("main", "Tổng", None, false)];
    rows.extend(ids.iter().zip(&names).map(|(id, name)| asset(id, name, None, true)));
    let meters: Vec<String> = (0..=200).map(|place| format!("m{place}.energy")).collect();
    let counters = (0..).zip(&meters);
    rows.extend(counters.map(|(place, name)| counter(name, place, Quantity::ActiveEnergy, 15)));
    let manifest = frame(FrameKind::Manifest, &emit_all(&rows));
    let mut log = [manifest, readings(0, 15, 1, 30_000)].concat();
    (1..=200_u16).for_each(|place| log.extend(readings(place, 15, 1, i64::from(place))));
    let archive = Archive::load(&log).expect("a log");
    let begun = Watch::now();
    let chapter = chapter(&archive, &choice(Language::Vietnamese, true));
    println!("the chapter of 200 machines: {:?}", begun.elapsed());
    let flow = section(&chapter, "flow");
    let drawn = count(flow, "flow") + count(flow, "flow-unknown");
    assert!(drawn <= 24, "{drawn} ribbons");
    let mut rows = 0;
    flow.each(&mut |node| rows += usize::from(node.tag == "tr"));
    assert_eq!(rows, 202, "every machine, what is left, and the heads");
}
