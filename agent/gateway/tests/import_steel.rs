//! A real year: 35,040 quarter-hours of a steel plant, whose 00:00 carries the ending day's date.

use flate2::read::GzDecoder;
use millwatt::Decimal;
use millwatt::reading::Sample;
use millwatt::site::{Quantity, Scale};
use millwatt::time::{Instant, Span};
use millwatt_gateway::import::map::Midnight;
use millwatt_gateway::import::{Evidence, Ground, Imported, Map, read_csv};
use std::fs::File;
use std::io::Read;
use std::path::Path;

const MAP: &str = r#"
[time]
column = "date"
format = "%d/%m/%Y %H:%M"
zone = "Asia/Seoul"
stamp = "end"

[[channel]]
column = "Usage_kWh"
asset = "plant"
quantity = "active_energy"
kind = "amount"
unit = "kWh"

[[channel]]
column = "Lagging_Current_Reactive.Power_kVarh"
asset = "plant"
quantity = "reactive_energy_lagging"
kind = "amount"
unit = "kvarh"

[[channel]]
column = "Lagging_Current_Power_Factor"
asset = "plant"
quantity = "power_factor"
kind = "gauge"
unit = "%"

[[channel]]
column = "NSM"
asset = "plant"
quantity = "other"
kind = "gauge"
unit = "s"
"#;

/// The year's text, or `None` and a loud word where it is not there.
fn steel_year() -> Option<String> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/steel_industry_2018.csv.gz");
    let Ok(file) = File::open(data) else {
        println!("SKIPPED: steel year: ../shared/data is not there");
        return None;
    };
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).expect("a gzip file of text");
    Some(text)
}

fn import(text: &str, map: &str) -> Imported {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("steel.csv");
    std::fs::write(&path, text).expect("a file");
    let map = Map::parse("steel.toml", map).expect("a good map");
    read_csv(&path, &map).expect("a good file")
}

/// Local time in Korea, UTC+9, days and minutes counted from 2018-01-01 00:00.
fn local(day: i64, minute: i64) -> Instant {
    let new_year = Instant::from_unix_milliseconds(1_514_732_400_000);
    new_year + Span::DAY.times(day) + Span::from_minutes(minute)
}

/// The sum of the intervals that end after `from`, up to `to`.
fn sum(samples: &[Sample], from: Instant, to: Instant) -> String {
    let inside = samples.iter().filter(|sample| sample.at > from && sample.at <= to);
    Decimal::new(inside.map(|sample| i128::from(sample.value)).sum(), 2).to_string()
}

#[test]
fn the_steel_year_comes_in_whole() {
    let Some(text) = steel_year() else { return };
    let Imported { every, channels, report } = import(&text, MAP);
    println!("{report}");
    assert_eq!(every, Span::from_minutes(15));
    assert_eq!((report.rows, report.imported, report.missing), (35_040, 35_040, 0));
    let lost = report.unreadable + report.unreadable_values + report.duplicate;
    assert_eq!((lost, report.conflicting, report.rounded, report.out_of_order), (0, 0, 0, 0));

    let midnight = report.midnight;
    assert_eq!((midnight.midnight, midnight.ground), (Midnight::NextDay, Ground::Grid));
    assert_eq!((midnight.rows, midnight.ordered), (365, true));
    let literal = Evidence { backward: 365, duplicates: 0, holes: 0 };
    assert_eq!((midnight.same_day, midnight.next_day), (literal, Evidence::default()));

    let used = &channels[0];
    assert_eq!((used.name.as_str(), used.scale), ("plant.active_energy", Scale(1)));
    assert_eq!(used.samples.len(), 35_040);
    assert_eq!(used.samples.first().map(|sample| sample.at), Some(local(0, 15)));
    assert_eq!(used.samples.last().map(|sample| sample.at), Some(local(365, 0)));
    assert!(used.samples.windows(2).all(|pair| pair[1].at - pair[0].at == every));
    assert_eq!(report.channels[0].total.as_deref(), Some("959636.71"));
    assert_eq!(sum(&used.samples, local(0, 0), local(365, 0)), "959636.71");
    assert_eq!(sum(&used.samples, local(151, 0), local(181, 0)), "65404.64", "June");
    let peak = used.samples.iter().max_by_key(|sample| sample.value).expect("samples");
    assert_eq!((peak.value, peak.at), (15_718, local(325, 9 * 60 + 45)), "22 November");

    assert_eq!((channels[2].name.as_str(), channels[2].scale), ("plant.power_factor", Scale(-4)));
    assert_eq!(channels[3].quantity, Quantity::Other);
}

/// The file's own column of seconds since midnight proves every instant.
#[test]
fn every_steel_row_is_at_the_second_it_names() {
    let Some(text) = steel_year() else { return };
    let Imported { channels, .. } = import(&text, MAP);
    for sample in &channels[3].samples {
        let of_day = (sample.at - local(0, 0)).milliseconds() / 1_000 % 86_400;
        assert_eq!(of_day, sample.value, "at {:?}", sample.at);
    }
}

#[test]
fn the_steel_year_reads_the_same_backwards_and_by_parts() {
    let Some(text) = steel_year() else { return };
    let expected = import(&text, MAP);
    let (header, rows) = text.split_once('\n').expect("a header");
    let mut rows: Vec<&str> = rows.lines().collect();

    rows.reverse();
    let backwards = import(&[&[header][..], &rows].concat().join("\r\n"), MAP);
    assert_eq!(backwards.channels, expected.channels);
    assert!(backwards.report.newest_first && backwards.report.out_of_order == 0);
    rows.reverse();

    // Months, and some days twice, as when monthly exports are pasted together in any order.
    let pasted: Vec<&str> = [&rows[20_000..], &rows[..9_000], &rows[8_000..20_500]].concat();
    let pasted = import(&[&[header][..], &pasted].concat().join("\n"), MAP);
    assert_eq!(pasted.channels, expected.channels);
    let report = pasted.report;
    assert_eq!((report.rows, report.imported, report.duplicate), (36_540, 35_040, 1_500));
    assert_eq!((report.missing, report.midnight.midnight), (0, Midnight::NextDay));
}

/// Without any order the two readings fit alike, so the map has to say it; the tie is told.
#[test]
fn the_steel_year_without_any_order_needs_the_maps_word() {
    let Some(text) = steel_year() else { return };
    let expected = import(&text, MAP);
    let (header, rows) = text.split_once('\n').expect("a header");
    let rows: Vec<&str> = rows.lines().collect();
    // 7919 is prime and no factor of 35,040, so each row comes once.
    let shuffled = (0..rows.len()).map(|place| rows[place * 7_919 % rows.len()]);
    let mut text = header.to_owned();
    shuffled.for_each(|row| text.extend(["\n", row]));
    let told = import(&text, &MAP.replace("\"end\"", "\"end\"\nmidnight = \"next-day\""));
    assert_eq!(told.channels, expected.channels);
    let untold = import(&text, MAP).report;
    assert_eq!((untold.midnight.ground, untold.midnight.ordered), (Ground::Tie, false));
    assert!(untold.to_string().contains("midnight = \"next-day\""), "{untold}");
}
