//! The chapter on machines without a browser: a small factory whose days are known by hand.

use millwatt::archive::{Archive, emit_all};
use millwatt::event::{Event, EventKind};
use millwatt::production::{Loss, State};
use millwatt::reading::{ChannelId, Quality};
use millwatt::site::{Asset, AssetId, Band, Channel, Kind, Quantity, Scale, Shift, Tariff};
use millwatt::time::{Instant, Period, Span, Weekdays, Zone};
use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::HEAD;
use millwatt::wire::manifest::Head;
use millwatt::wire::{BlockWriter, Frame, FrameKind, Record, Stamp};
use millwatt::{Decimal, Name};
use millwatt_report::choice::{Choice, Record as Known};
use millwatt_report::model::Model;
use millwatt_report::node::{Child, Node};
use millwatt_report::view::{Part, View};
use millwatt_report::words::Language;

/// Monday, 23 November 2026, midnight in UTC.
const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
const DAYS: i64 = 8;
const DAY: i64 = 1_440;
const HOSTILE: &str = "</script><img src=x onerror=alert(1)>";

/// State and Wh a minute of the mill, by minute of the day. In the shifts from 06:00 to 14:00: 30
/// minutes of set-up, 20 idle, 40 broken down, 4 idle, the rest running; 15 idle after them.
fn mill(minute: i64) -> (State, i64) {
    match minute {
        360..390 => (State::Setup, 50),
        480..500 | 700..704 | 840..855 => (State::Idle, 20),
        600..640 => (State::Down, 1),
        390..840 => (State::Running, 100),
        _ => (State::Off, 0),
    }
}

fn frame(sequence: u64, kind: FrameKind, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEAD + payload.len()];
    let stamp = Stamp { epoch: 1, sequence };
    let frame = Frame { stamp, clock: Default::default(), kind, payload };
    frame.emit(&mut Writer::new(&mut bytes)).expect("fits");
    bytes
}

fn asset(id: &'static str, name: &'static str, machine: bool) -> Asset<'static> {
    Asset {
        id,
        name,
        parent: None,
        machine,
        rated_milliwatts: 0,
        idle_milliwatts: 0,
        running_milliwatts: 0,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    }
}

fn channel(name: &'static str, of: u16, quantity: Quantity, kind: Kind) -> Channel<'static> {
    Channel {
        name,
        asset: AssetId(of),
        quantity,
        phase: 0,
        kind,
        scale: Scale(0),
        unit: "",
        every: Span::from_minutes(1),
        modulus: 0,
    }
}

/// 1,000 a kWh at any time, 10 % tax.
const BAND: Band<'static> = Band {
    tariff: 0,
    name: "normal",
    price_thousandths: 1_000_000,
    days: Weekdays(0),
    start: 0,
    end: 0,
};

fn manifest(with_tariff: bool, with_shift: bool) -> Vec<u8> {
    let (name, zone, currency) = ("A mill", "UTC", "VND");
    let (main, output, output_unit) = (Some(AssetId(0)), None, "kg");
    let mut rows = vec![Record::Head(Head { name, zone, currency, main, output, output_unit })];
    if with_shift {
        let shift = |name, start, end| Shift { name, days: Weekdays::ALL, start, end };
        rows.push(Record::Shift(shift("morning", 360, 600)));
        rows.push(Record::Shift(shift(HOSTILE, 600, 840)));
    }
    if with_tariff {
        let tariff = Tariff { since: START - Span::DAY, vat_per_mille: 100, source: "test" };
        rows.extend([Record::Tariff(tariff), Record::Band(BAND)]);
    }
    rows.push(Record::Asset(asset("main", "Main", false)));
    rows.push(Record::Asset(asset("mill", HOSTILE, true)));
    for (name, of, quantity, kind) in [
        ("main.active_energy", 0, Quantity::ActiveEnergy, Kind::Counter),
        ("mill.active_energy", 1, Quantity::ActiveEnergy, Kind::Counter),
        ("mill.state", 1, Quantity::MachineState, Kind::State),
    ] {
        rows.push(Record::Channel(channel(name, of, quantity, kind)));
    }
    emit_all(&rows)
}

/// The log of some days; the second day's broken belt is in words, and its idle time has a reason.
fn archive(with_tariff: bool, with_shift: bool) -> Archive {
    let minutes = DAYS * DAY;
    let states: Vec<i64> = (0..=minutes).map(|minute| mill(minute % DAY).0.code()).collect();
    let mut counted = vec![0];
    for minute in 0..minutes {
        let last = counted.last().copied().unwrap_or(0);
        counted.push(last + mill(minute % DAY).1);
    }
    let mut buffer = vec![0; 1_000_000];
    let mut block = BlockWriter::new(START, &mut buffer).expect("fits");
    let minute = Span::from_minutes(1);
    for (place, values) in [&counted, &counted, &states].into_iter().enumerate() {
        let id = ChannelId(u16::try_from(place).expect("few"));
        block.column(id, Quality::Good, START, minute, values).expect("fits");
    }
    let stop = |minute: i64, until: i64, product, note| Event {
        at: START + Span::from_minutes(minute),
        until: Some(START + Span::from_minutes(until)),
        kind: EventKind::Stop,
        asset: "mill",
        product,
        thousandths: 0,
        unit: "",
        note,
    };
    let events = [
        stop(DAY + 480, DAY + 500, "tool_change", ""),
        stop(DAY + 600, DAY + 640, "", "đứt dây đai"),
    ];
    let log = [
        frame(1, FrameKind::Manifest, &manifest(with_tariff, with_shift)),
        frame(2, FrameKind::Readings, block.payload()),
        frame(3, FrameKind::Events, &emit_all(&events)),
    ];
    Archive::load(&log.concat()).expect("a log")
}

/// The chapter after the reader did some acts.
fn chapter(archive: &Archive, language: Language, acts: &[(&str, &str)]) -> Node {
    let parts = archive.parts().expect("a manifest");
    let record = archive.span().expect("readings");
    let period = Period::new(START, START + Span::DAY.times(DAYS));
    let model = Model::new(parts.site(), archive, record, period);
    let mut choice = Choice::new(false, false);
    choice.language = language;
    let known = Known { period: record, zone: Zone::new(&[]), first_shift: 360 };
    for (act, value) in acts {
        choice.act(act, value, known);
    }
    View { model: &model, archive, log: &[], choice: &choice, beside: Default::default() }
        .part(Part::Machines)
}

fn section<'a>(chapter: &'a Node, name: &str) -> &'a Node {
    let mut found = None;
    chapter.each(&mut |node| {
        if node.attribute("data-section") == Some(name) {
            found = Some(node);
        }
    });
    found.expect("every section is there")
}

fn text(node: &Node) -> String {
    let mut text = String::new();
    for child in &node.children {
        match child {
            Child::Node(node) => text.push_str(&self::text(node)),
            Child::Text(words) => text.push_str(words),
        }
    }
    text
}

fn title(section: &Node) -> String {
    let mut title = String::new();
    section.each(&mut |node| {
        if node.tag == "h3" && title.is_empty() {
            title = text(node);
        }
    });
    title
}

/// The rows of the last table of a section: their names, and the exact figures of their cells.
fn table(section: &Node) -> Vec<(String, Vec<Option<f64>>)> {
    let mut rows = Vec::new();
    section.each(&mut |node| {
        if node.tag == "table" {
            rows.clear();
        }
        if node.tag != "tr" {
            return;
        }
        let cells: Vec<&Node> = node
            .children
            .iter()
            .filter_map(|child| match child {
                Child::Node(node) => Some(node),
                Child::Text(_) => None,
            })
            .collect();
        let is_body = cells.first().is_some_and(|cell| cell.attribute("scope") == Some("row"));
        if let Some((name, figures)) = cells.split_first().filter(|_| is_body) {
            let exact = |cell: &&Node| cell.attribute("data-value")?.parse().ok();
            rows.push((text(name), figures.iter().map(exact).collect()));
        }
    });
    rows
}

fn column(rows: &[(String, Vec<Option<f64>>)], place: usize) -> Vec<f64> {
    rows.iter().filter_map(|(_, figures)| figures.get(place).copied().flatten()).collect()
}

#[test]
fn the_waterfall_adds_up_in_hours_energy_and_money() {
    let archive = archive(true, true);
    let chapter = chapter(&archive, Language::English, &[]);
    let rows = table(section(&chapter, "machines.waterfall"));
    // Wh of the shift: set-up, two idle stretches, broken down, running.
    let shift = 30 * 50 + 24 * 20 + 40 + (480 - 94) * 100;
    let wholes = [8.0 * 8.0, 8.0 * f64::from(shift) / 1_000.0, 8.0 * f64::from(shift) * 1.1];
    for (place, whole) in wholes.into_iter().enumerate() {
        let figures = column(&rows, place);
        let (first, parts) = figures.split_first().expect("a whole");
        assert!((first - whole).abs() < 1e-6, "column {place}: {first}, by hand {whole}");
        assert!((first - parts.iter().sum::<f64>()).abs() < 1e-6, "column {place}: {figures:?}");
    }
    let hours = |name: &str| {
        rows.iter().find(|(known, _)| known == name).and_then(|(_, figures)| figures[0])
    };
    assert_eq!(hours("Breakdown"), Some(5.333_333));
    // Set-up of eight mornings, and the twenty minutes that somebody called a change of tools.
    assert_eq!(hours("Set-up and adjustment"), Some(4.333_333));
    assert_eq!(hours("Unqualified"), Some(2.333_333));
    assert_eq!(hours("Reduced speed"), None, "nothing counts");
}

#[test]
fn standing_losses_are_the_indicators_own() {
    let archive = archive(true, true);
    let chapter = chapter(&archive, Language::English, &[]);
    let rows = table(section(&chapter, "machines.waterfall"));
    let parts = archive.parts().expect("a manifest");
    let record = archive.span().expect("readings");
    let period = Period::new(START, START + Span::DAY.times(DAYS));
    let model = Model::new(parts.site(), &archive, record, period);
    let words = [
        (Loss::Breakdown, "Breakdown"),
        (Loss::Setup, "Set-up and adjustment"),
        (Loss::MinorStop, "Minor stops and idling"),
        (Loss::Unqualified, "Unqualified"),
    ];
    for (loss, word) in words {
        let shown = rows.iter().find(|(name, _)| name == word).map(|(_, figures)| figures);
        for (place, name) in [Name::LossTime, Name::EnergyByLoss].into_iter().enumerate() {
            let own = model.value(name, "mill", loss.name()).map(Decimal::to_f64);
            let shown = shown.and_then(|figures| figures.get(place).copied().flatten());
            assert!(own.is_some());
            assert_eq!(shown, own, "{word}");
        }
    }
}

#[test]
fn switching_off_saves_what_lies_beyond_the_wait() {
    let archive = archive(true, true);
    for (minutes, saved) in [(10, 10 + 5), (15, 5), (30, 0), (2, 18 + 2 + 13)] {
        let act = format!("set:machines.after={minutes}");
        let chapter = chapter(&archive, Language::English, &[(act.as_str(), "")]);
        let idle = section(&chapter, "machines.idle");
        let rows = table(idle);
        let figures = &rows.first().expect("the mill").1;
        // Idle hours, idle kWh, five waits, money, and a year's kWh and money.
        let place = [2, 5, 10, 15, 30].iter().position(|known| *known == minutes).expect("a wait");
        let kwh = f64::from(saved) * 20.0 * 8.0 / 1_000.0;
        let near = |place: usize, wanted: f64| {
            let figure = figures[place].expect("known");
            assert!((figure - wanted).abs() < 1e-5 * wanted.max(1.0), "{minutes}: {figures:?}");
        };
        near(0, 8.0 * 39.0 / 60.0);
        near(1, 39.0 * 20.0 * 8.0 / 1_000.0);
        near(2 + place, kwh);
        near(7, kwh * 1_100.0);
        near(8, kwh * 365.0 / 8.0);
        near(9, kwh * 1_100.0 * 365.0 / 8.0);
        assert_eq!(figures[10], None, "no factor of emission is stated");
    }
}

#[test]
fn a_minute_of_the_timeline_shows_its_one_sample_and_a_day_its_stretches() {
    let archive = archive(true, true);
    let pieces = |from: i64, to: i64| {
        let at = |minute: i64| (START + Span::from_minutes(minute)).unix_milliseconds();
        let window = format!("{}..{}", at(from), at(to));
        let acts = [("brush:machines.states", window.as_str())];
        let chapter = chapter(&archive, Language::English, &acts);
        let mut classes = Vec::new();
        section(&chapter, "machines.states").each(&mut |node| {
            if node.tag == "rect" {
                classes.extend(node.attribute("class").map(str::to_owned));
            }
        });
        classes
    };
    assert_eq!(pieces(485, 486), ["idle"], "one sample of a minute");
    assert_eq!(pieces(495, 505).len(), 10, "ten of them, each by itself");
    let day = pieces(0, DAY);
    let expected = [
        "off", "setup", "running", "idle", "running", "down", "running", "idle", "running", "idle",
        "off",
    ];
    assert_eq!(day, expected, "a day has every stretch, and no report in it");
    let second = pieces(DAY, 2 * DAY);
    assert_eq!(second.iter().filter(|class| *class == "ink").count(), 2, "two reports");
}

#[test]
fn stops_have_the_names_that_people_gave_them() {
    let archive = archive(true, true);
    let chapter = chapter(&archive, Language::English, &[("set:machines.by=count", "")]);
    let stops = section(&chapter, "machines.stops");
    let said = text(stops);
    assert!(said.contains("“đứt dây đai”") && said.contains("Tool change"), "{said}");
    assert!(title(stops).contains("12.5\u{202f}h"), "{}", title(stops));
    let reliability = title(section(&chapter, "machines.reliability"));
    assert!(reliability.contains("failed 8 times"), "{reliability}");
}

#[test]
fn shifts_are_compared_by_what_their_machines_did() {
    let archive = archive(true, true);
    let chapter = chapter(&archive, Language::English, &[]);
    let rows = table(section(&chapter, "machines.products"));
    // Worked, output, energy, kWh for a unit, spread, availability.
    let availability = column(&rows, 2);
    assert_eq!(rows.len(), 2);
    let running = [(240.0 - 50.0) / 240.0, (240.0 - 44.0) / 240.0];
    for (figures, share) in rows.iter().map(|(_, figures)| figures).zip(running) {
        let known: Vec<f64> = figures.iter().copied().flatten().collect();
        assert!(known.iter().any(|figure| (figure - share).abs() < 1e-5), "{known:?} {share}");
    }
    assert_eq!(availability.len(), 2, "the main meter's energy is known in both");
}

#[test]
fn what_a_site_does_not_have_is_said_in_both_languages() {
    for language in [Language::Vietnamese, Language::English] {
        for (with_tariff, with_shift) in [(false, true), (true, false), (false, false)] {
            let archive = archive(with_tariff, with_shift);
            let acts = [("set:machines.unit=money", "")];
            let chapter = chapter(&archive, language, &acts);
            for name in ["oee", "waterfall", "sixteen", "states", "stops", "reliability", "idle"] {
                let shown = section(&chapter, &format!("machines.{name}"));
                assert!(!text(shown).trim().is_empty(), "{name}");
            }
            section(&chapter, "machines.products");
            chapter.each(&mut |node| {
                assert!(!["script", "img"].contains(&&*node.tag));
                let values = node.attributes.iter().map(|(_, value)| value.as_str());
                values.for_each(|value| assert!(!value.contains("NaN"), "{}", node.tag));
            });
        }
    }
}
