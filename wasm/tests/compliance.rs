//! What the page says of laws and standards: on a site with one meter, on a whole line, of what people enter.

mod logs;

use logs::{
    HOSTILE, Log, START, assert_harmless, at, part_as, sections, signed, text, whole_choice,
};
use millwatt::archive::emit_all;
use millwatt::energy::fuel::VIETNAM;
use millwatt::reading::{ChannelId, Quality};
use millwatt::site::{Asset, AssetId, Baseline, Channel, Kind, Quantity, Scale};
use millwatt::time::{Every, Period, Span, Zone};
use millwatt::wire::manifest::Head;
use millwatt::wire::{BlockWriter, FrameKind, Record};
use millwatt_report::choice::{Choice, Record as Reader};
use millwatt_report::node::Node;
use millwatt_report::view::{Beside, Part};
use millwatt_report::words::Language;

const COMPLIANCE: [&str; 4] =
    ["compliance.annual", "compliance.designated", "compliance.iso50001", "compliance.circular17"];
const SYSTEMS: [&str; 6] = [
    "systems.iso9001",
    "systems.iso14001",
    "systems.iso22000",
    "systems.iso45001",
    "systems.lean",
    "systems.productivity",
];
const DAY: i64 = 1_440;
const DAYS: i64 = 38;

/// A reader who entered something.
fn having(language: Language, entries: &[(&str, &str)]) -> Choice {
    let period = Period::new(START, START + Span::DAY);
    let reader = Reader { period, zone: Zone::new(&[]), first_shift: 0 };
    let mut choice = whole_choice(language);
    for (name, value) in entries {
        choice.act(&format!("edit:{name}"), value, reader);
    }
    choice
}

fn shown(log: &[u8], part: Part, choice: &Choice) -> Node {
    let tree = part_as(log, part, choice, Beside::default());
    assert_harmless(&tree);
    tree
}

fn said(log: &[u8], part: Part, choice: &Choice) -> String {
    text(&shown(log, part, choice))
}

/// A line with two sub-meters, a factor and a stated baseline.
fn line() -> Vec<u8> {
    let head = Head {
        name: "line",
        zone: "UTC",
        currency: "VND",
        main: Some(AssetId(0)),
        output: Some(AssetId(0)),
        output_unit: "kg",
    };
    let asset = |id, parent| Asset {
        id,
        name: id,
        parent,
        machine: false,
        rated_milliwatts: 0,
        idle_milliwatts: 0,
        running_milliwatts: 0,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    };
    let channel = |name, asset, quantity, unit| Channel {
        name,
        asset: AssetId(asset),
        quantity,
        phase: 0,
        kind: Kind::Counter,
        scale: Scale(0),
        unit,
        every: Span::from_minutes(1),
        modulus: 0,
    };
    let energy = Quantity::ActiveEnergy;
    let baseline = Baseline {
        period: Period::new(START, START + Span::DAY.times(14)),
        every: Every::Day,
        drivers: "output",
        target_per_mille: 30,
        note: "",
    };
    emit_all(&[
        Record::Head(head),
        Record::Asset(asset("main", None)),
        Record::Asset(asset("oven", Some(AssetId(0)))),
        Record::Asset(asset("mill", Some(AssetId(0)))),
        Record::Channel(channel("main.active_energy", 0, energy, "Wh")),
        Record::Channel(channel("main.good", 0, Quantity::GoodCount, "kg")),
        Record::Channel(channel("oven.active_energy", 1, energy, "Wh")),
        Record::Channel(channel("mill.active_energy", 2, energy, "Wh")),
        Record::Factor(VIETNAM[9]),
        Record::Baseline(baseline),
    ])
}

/// What a day uses, Wh, and makes: half a kWh a kilogram, and from the fifteenth day on 10 kWh less.
fn day(count: i64) -> (i64, i64) {
    let kilograms = 200 + count * 7 % 10 * 20;
    let noise = if count % 2 == 0 { 1_000 } else { -1_000 };
    let saved = if count < 14 { 0 } else { 10_000 };
    (50_000 + 500 * kilograms + noise - saved, kilograms)
}

/// The registers at every minute of a day, its last one included.
fn registers(count: i64) -> [Vec<i64>; 4] {
    let before = (0..count).map(day).fold((0, 0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    let (used, made) = day(count);
    let along = |sum: i64, more: i64, part: i64| -> Vec<i64> {
        (0..=DAY).map(|minute| (sum + more * minute / DAY) * part / 100).collect()
    };
    [
        along(before.0, used, 100),
        along(before.1, made, 100),
        along(before.0, used, 60),
        along(before.0, used, 30),
    ]
}

fn whole_line() -> Vec<u8> {
    let mut log = Log::begin(&line(), false);
    for count in 0..DAYS {
        let start = at(count * DAY);
        let mut buffer = vec![0; 60_000];
        let mut block = BlockWriter::new(start, &mut buffer).expect("fits");
        for (channel, mut values) in (0..).map(ChannelId).zip(registers(count)) {
            if count + 1 < DAYS {
                values.pop();
            }
            let minute = Span::from_minutes(1);
            block.column(channel, Quality::Good, start, minute, &values).expect("fits");
        }
        let payload = block.payload().to_vec();
        log.frame(FrameKind::Readings, &payload);
    }
    log.bytes
}

#[test]
fn every_section_is_there_on_a_site_with_one_meter() {
    let log = signed(HOSTILE, DAY);
    for language in [Language::Vietnamese, Language::English] {
        let choice = whole_choice(language);
        assert_eq!(sections(&shown(&log, Part::Compliance, &choice)), COMPLIANCE);
        assert_eq!(sections(&shown(&log, Part::Systems, &choice)), SYSTEMS);
    }
    let english = said(&log, Part::Compliance, &whole_choice(Language::English));
    assert!(
        english
            .contains("3 of 15 data requirements of ISO 50001 are met, 1 in part, 11 are missing"),
        "{english}"
    );
    assert!(english.contains("1 of 365 days of the year"), "{english}");
    assert!(english.contains("TOE is not known"), "{english}");
    assert!(english.contains("not checked against the legal text"), "{english}");
}

#[test]
fn a_whole_line_meets_all_but_the_year() {
    let log = whole_line();
    let entries = [("compliance.iso50001.calibration", "2026-03-01, class 1")];
    let english = said(&log, Part::Compliance, &having(Language::English, &entries));
    assert!(
        english
            .contains("13 of 15 data requirements of ISO 50001 are met, 2 in part, 0 are missing"),
        "{english}"
    );
    assert!(english.contains("A year takes about"), "{english}");
    assert!(english.contains("Energy-use report of 2026"), "{english}");
    assert!(english.contains("due 15 Jan 2027"), "{english}");
    assert!(english.contains("38 of 365 days of the year"), "{english}");
}

#[test]
fn points_add_up_and_stay_provisional() {
    let log = signed("mill", DAY);
    let entries = [
        ("compliance.circular17.1.points", "4,5"),
        ("compliance.circular17.value", "9.000.000.000"),
        ("compliance.circular17.material", "5.400.000.000"),
        ("compliance.circular17.workers", "30"),
        ("compliance.circular17.norm", "50.000.000"),
    ];
    let vietnamese = said(&log, Part::Compliance, &having(Language::Vietnamese, &entries));
    assert!(
        vietnamese.contains("8,5 điểm, tạm tính; còn 24 trên 26 tiêu chí chưa chấm"),
        "{vietnamese}"
    );
    assert!(vietnamese.contains("đề xuất từ số liệu: 4"), "{vietnamese}");
}

#[test]
fn what_is_no_number_is_said_beside_its_field() {
    let log = signed("mill", DAY);
    let entries = [
        ("compliance.circular17.1.points", "9"),
        ("compliance.circular17.workers", HOSTILE),
        ("compliance.annual.tax", HOSTILE),
    ];
    let english = said(&log, Part::Compliance, &having(Language::English, &entries));
    assert!(english.contains("“9” is more than 5"), "{english}");
    assert!(english.contains("is not a number. Write it as 1,234.5"), "{english}");
    assert!(english.contains("0 points, provisional; 26 of 26"), "{english}");
}

#[test]
fn entries_of_the_year_become_rates() {
    let log = signed("mill", DAY);
    let entries = [("systems.2026.hours", "400.000"), ("systems.2026.injuries", "2")];
    let vietnamese = said(&log, Part::Systems, &having(Language::Vietnamese, &entries));
    assert!(vietnamese.contains("năm 2026 có 5 tai nạn mất ngày công"), "{vietnamese}");
    let english = said(&log, Part::Systems, &whole_choice(Language::English));
    assert!(english.contains("injuries and hours worked are not entered"), "{english}");
}

#[test]
fn three_years_of_growth_have_a_mean() {
    let log = signed("mill", DAY);
    let (mut entries, mut value) = (Vec::new(), 2_000_000);
    for year in 2022..2026 {
        let of = |name: &str| format!("systems.productivity.{year}.{name}");
        entries.extend([
            (of("output"), (value + 500_000).to_string()),
            (of("input"), "500000".to_owned()),
            (of("capital"), "1000000".to_owned()),
            (of("labour"), (value / 2).to_string()),
            (of("workers"), "30".to_owned()),
        ]);
        value = value * 11 / 10;
    }
    let entries: Vec<(&str, &str)> =
        entries.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let english = said(&log, Part::Systems, &having(Language::English, &entries));
    assert!(english.contains("changed by 10\u{202f}% a year"), "{english}");
}
