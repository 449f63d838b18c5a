//! What other programs keep, by their documented forms: which series are taken, at which instants, and what is said
//! of the rest.

use millwatt::site::Scale;
use millwatt::time::{Instant, Span};
use millwatt_gateway::import::sources::Precision;
use millwatt_gateway::import::{
    ImportError, ImportedSeries, SeriesMap, Source, WallZone, read_series, suggest,
};

const INFLUX: Source = Source::LineProtocol(Precision::Seconds);

/// Seconds since 1970 of 2026-01-01 00:00 UTC.
const NEW_YEAR: i64 = 1_767_225_600;

fn map(head: &str, choice: &str) -> String {
    format!(
        "{head}\n[[channel]]\n{choice}\nasset = \"mill\"\nquantity = \"active_energy\"\n\
         kind = \"counter\"\nunit = \"kWh\"\n"
    )
}

fn try_import(
    name: &str,
    text: &str,
    source: Source,
    map: &str,
) -> Result<ImportedSeries, ImportError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a file");
    let map = SeriesMap::parse("map.toml", map).expect("a good map");
    let zone: WallZone = "Asia/Bangkok".parse().expect("a zone");
    read_series(&path, source, &map, zone)
}

fn import(name: &str, text: &str, source: Source, map: &str) -> ImportedSeries {
    try_import(name, text, source, map).expect("a good file")
}

/// Minutes after the new year and values of the first channel.
fn values(imported: &ImportedSeries) -> Vec<(i64, i64)> {
    let start = Instant::from_unix_milliseconds(NEW_YEAR * 1_000);
    let samples = imported.channels[0].samples.iter();
    samples.map(|sample| ((sample.at - start).milliseconds() / 60_000, sample.value)).collect()
}

fn at(minute: i64) -> i64 {
    NEW_YEAR + minute * 60
}

#[test]
fn each_channel_takes_its_series_and_its_own_interval() {
    let mut text = String::new();
    for minute in 0..10 {
        let (energy, power) = (minute * 15, 900 - minute);
        text += &format!("meters,device=main kwh=10.{energy:03},kw={power} {}\n", at(minute));
        text += &format!("meters,device=oven kwh={minute} {}\n", at(minute));
        if minute % 5 == 0 {
            text += &format!("room,place=hall celsius=2{minute}.5 {}\n", at(minute));
        }
    }
    text += "meters,device=main kwh 5\n";
    let both = map("", "measurement = \"meters\"\ntags = { device = \"main\" }\nfield = \"kwh\"")
        + "[[channel]]\nseries = \"room\"\nasset = \"hall\"\nquantity = \"temperature\"\n\
           kind = \"gauge\"\nunit = \"°C\"\n";
    let imported = import("export.lp", &text, INFLUX, &both);
    let report = &imported.report;
    println!("{report}");
    let expected: Vec<_> = (0..10).map(|minute| (minute, 10_000 + minute * 15)).collect();
    assert_eq!(values(&imported), expected);
    let [energy, room] = &imported.channels[..] else { panic!("two channels") };
    assert_eq!((energy.name.as_str(), energy.scale), ("mill.active_energy", Scale(0)));
    assert_eq!((energy.every, room.every), (Span::from_minutes(1), Span::from_minutes(5)));
    assert_eq!((report.values, report.other_values, report.unreadable), (32, 20, 1));
    assert_eq!(report.troubles[0].line, 23);
    let others = ["meters{device=\"main\"} kw", "meters{device=\"oven\"} kwh"];
    assert_eq!(report.other_series, others);
}

#[test]
fn two_values_of_an_instant_and_a_bad_one_are_told_with_their_lines() {
    let text = format!(
        "m v=1 {0}\nm v=1 {0}\nm v=2 {0}\nm v=3 {1}\nm v=\"away\" {2}\nm v=5 {3}\n",
        at(0),
        at(1),
        at(2),
        at(3)
    );
    let imported = import("export.lp", &text, INFLUX, &map("", "series = \"m\""));
    let report = &imported.report.channels[0];
    println!("{report}");
    assert_eq!(values(&imported), [(0, 1), (1, 3), (3, 5)]);
    let counts = (report.imported, report.duplicate, report.conflicting, report.unreadable);
    assert_eq!((report.rows, counts), (6, (3, 1, 1, 1)));
    assert_eq!((report.conflicts[0].line, report.troubles[0].line), (3, 5));
    assert!(report.troubles[0].reason.contains("`away` is no number"), "{report}");
    assert_eq!((report.missing, report.every()), (1, Span::from_minutes(1)));
}

#[test]
fn a_channel_that_gets_nothing_does_not_stop_the_others() {
    let text = format!("a v=1 {0}\na v=2 {1}\nb v=\"x\" {0}\nb v=\"y\" {1}\n", at(0), at(1));
    let both = map("", "series = \"a\"") + &map("", "series = \"b\"").replace("mill", "oven");
    let imported = import("export.lp", &text, INFLUX, &both);
    assert_eq!((imported.channels.len(), imported.report.refused.len()), (1, 1));
    assert!(imported.report.refused[0].contains("line 3"), "{}", imported.report);
    let only = map("", "series = \"b\"");
    let error = try_import("export.lp", &text, INFLUX, &only).expect_err("nothing is left");
    assert!(matches!(error, ImportError::NothingRead { rows: 2, .. }), "{error}");
}

#[test]
fn a_series_that_is_not_there_or_not_alone_is_an_error_that_lists_them() {
    let text = format!("m,d=1 v=1 {0}\nm,d=2 v=1 {0}\n", at(0));
    let why = |choice: &str| {
        let error = try_import("export.lp", &text, INFLUX, &map("", choice)).expect_err(choice);
        error.to_string()
    };
    let missing = why("series = \"n\"");
    assert!(missing.contains("no series `n`; its series are: m{d=\"1\"} v, m{d=\"2\"} v"));
    let several = why("series = \"m\"");
    assert!(several.contains("fits several series: `m{d=\"1\"} v` and `m{d=\"2\"} v`"));
    let error = try_import("export.lp", "", INFLUX, &map("", "")).expect_err("nothing there");
    assert!(error.to_string().contains("no series at all"), "{error}");
    let nanoseconds = Source::LineProtocol(Precision::Nanoseconds);
    let error = try_import("export.lp", &text, nanoseconds, &map("", "")).expect_err("1970");
    assert!(error.to_string().contains("--precision"), "{error}");
}

#[test]
fn a_machines_words_become_states() {
    let text = format!("m on=t {}\nm on=F {}\nm on=TRUE {}\n", at(0), at(1), at(2));
    let map = "[[channel]]\nseries = \"m\"\nasset = \"mill\"\nquantity = \"state\"\n\
               kind = \"state\"\nstates = { true = \"running\", false = \"off\" }\n";
    assert_eq!(values(&import("export.lp", &text, INFLUX, map)), [(0, 3), (1, 0), (2, 3)]);
}

#[test]
fn stamps_that_waver_give_an_interval_without_gaps() {
    let mut text = String::new();
    for scrape in 0..100_i64 {
        let at = NEW_YEAR * 1_000 + scrape * 15_000 + scrape * 7 % 11;
        text += &format!("{{__name__=\"energy\", job=\"m\"}} {scrape} {at}\n");
    }
    let imported = import("dump", &text, Source::Prometheus, &map("", "metric = \"energy\""));
    assert_eq!(imported.channels[0].every, Span::from_milliseconds(16_000));
    assert_eq!((imported.report.channels[0].missing, values(&imported).len()), (0, 100));
}

#[test]
fn nan_is_a_value_that_is_missing() {
    let text = format!("energy 1 {}\nenergy NaN {}\nenergy 3 {}\n# EOF\n", at(0), at(1), at(2));
    let imported = import("dump", &text, Source::Prometheus, &map("", "metric = \"energy\""));
    assert_eq!(values(&imported), [(0, 1), (2, 3)]);
    let report = &imported.report.channels[0];
    assert_eq!((report.empty, report.unreadable), (1, 0), "{report}");
}

#[test]
fn a_querys_answer_is_read_and_an_error_is_told() {
    let text = format!(
        r#"{{"status":"success","data":{{"resultType":"matrix","result":[
        {{"metric":{{"__name__":"energy","site":"a"}},"values":[[{0}.5,"1.50"],[{1},"2"]]}},
        {{"metric":{{"__name__":"energy","site":"b"}},"values":[[{0},"7"]]}}]}}}}"#,
        at(0),
        at(1)
    );
    let site = map("", "metric = \"energy\"\nlabels = { site = \"a\" }");
    let imported = import("answer.json", &text, Source::Prometheus, &site);
    assert_eq!(values(&imported), [(0, 150), (1, 200)]);
    assert_eq!(imported.report.other_values, 1);
    let text = r#"{"status":"error","errorType":"bad_data","error":"invalid parameter"}"#;
    let error = try_import("answer.json", text, Source::Prometheus, &site).expect_err("an error");
    assert!(error.to_string().contains("invalid parameter"), "{error}");
    let error = try_import("answer.json", "{\"status\":", Source::Prometheus, &site);
    assert!(error.expect_err("torn").to_string().contains("no answer of Prometheus"));
}

const HOURS: &str = "statistic_id,start_ts,sum,state,mean,min,max,unit_of_measurement\n\
    sensor.a,1767225600.0,1.5,101.5,,,,kWh\n\
    sensor.b,1767225600.0,,,20.5,19,22,°C\n\
    sensor.a,1767229200.0,2.5,102.5,,,,kWh\n\
    sensor.b,1767229200.0,,,21.5,20,23,°C\n";

#[test]
fn an_hour_of_statistics_belongs_to_its_end() {
    let sum = map("", "statistic_id = \"sensor.a\"\nfield = \"sum\"");
    let imported = import("statistics.csv", HOURS, Source::HomeAssistant, &sum);
    assert_eq!(values(&imported), [(60, 15), (120, 25)]);
    let state = sum.replace("\"sum\"", "\"state\"");
    let imported = import("statistics.csv", HOURS, Source::HomeAssistant, &state);
    assert_eq!(values(&imported), [(60, 1_015), (120, 1_025)]);
    let json = r#"{"sensor.a":[{"start":1767225600000,"end":1767229200000,"sum":1.5},
        {"start":1767229200000,"end":1767232800000,"sum":2.50}]}"#;
    let imported = import("answer.json", json, Source::HomeAssistant, &sum);
    assert_eq!(values(&imported), [(60, 150), (120, 250)]);
    let old = r#"{"sensor.a":[{"start":"2026-01-01T00:00:00+00:00","sum":1.5},
        {"start":"2026-01-01T01:00:00+00:00","sum":2.5}]}"#;
    let imported = import("answer.json", old, Source::HomeAssistant, &sum);
    assert_eq!(values(&imported), [(60, 15), (120, 25)]);
}

#[test]
fn an_exported_history_is_of_moments_and_knows_when_a_sensor_was_away() {
    let text = "entity_id,state,last_changed\n\
        sensor.a,5,2026-01-01T00:00:00.000Z\n\
        sensor.a,unavailable,2026-01-01T00:01:00.000Z\n\
        sensor.a,7,2026-01-01T00:02:00.000Z\n";
    let choice = map("", "statistic_id = \"sensor.a\"");
    let imported = import("history.csv", text, Source::HomeAssistant, &choice);
    assert_eq!(values(&imported), [(0, 5), (2, 7)]);
    assert_eq!(imported.report.channels[0].empty, 1);
}

#[test]
fn local_stamps_are_meant_by_the_sites_zone_or_the_maps() {
    let text = "statistic_id;unit;start;state\nsensor.a;kWh;01.01.2026 07:00;1,5\n\
        sensor.a;kWh;01.01.2026 08:00;2,5\n";
    let head = "decimal = \",\"\n[time]\nformat = \"%d.%m.%Y %H:%M\"";
    let choice = map(head, "statistic_id = \"sensor.a\"");
    let imported = import("statistics.csv", text, Source::HomeAssistant, &choice);
    assert_eq!(values(&imported), [(60, 15), (120, 25)]);
    let zone = choice.replace("%M\"", "%M\"\nzone = \"+00:00\"");
    let imported = import("statistics.csv", text, Source::HomeAssistant, &zone);
    assert_eq!(values(&imported), [(480, 15), (540, 25)]);
}

#[test]
fn a_file_of_another_kind_is_refused_with_the_way_out() {
    let any = map("", "");
    let cases = [
        ("SQLite format 3\0…", Source::HomeAssistant, "sqlite3 -header -csv home-assistant_v2.db"),
        ("a,b\n1,2\n", Source::HomeAssistant, "expected statistic_id or entity_id"),
        ("{\"success\": false}", Source::HomeAssistant, "holds no statistics"),
        ("{\"message\": \"no such feed\"}", Source::Emoncms, "no such feed"),
        ("[1, 2", Source::Emoncms, "holds no feed"),
        ("up 1\n", Source::Prometheus, "no timestamp"),
    ];
    for (text, source, what) in cases {
        let error = try_import("file", text, source, &any).expect_err(what).to_string();
        assert!(error.contains(what), "{error}");
    }
}

#[test]
fn a_suggested_map_needs_but_its_assets_and_imports_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("statistics.csv");
    std::fs::write(&path, HOURS).expect("a file");
    let text = suggest(&path, Source::HomeAssistant).expect("series");
    println!("{text}");
    let error = SeriesMap::parse("map.toml", &text).expect_err("no asset").to_string();
    assert!(error.contains("expected the `id` of an asset"), "{error}");
    let mut numbered = String::new();
    for (number, part) in text.split("asset = \"\"").enumerate() {
        if number > 0 {
            numbered += &format!("asset = \"a{number}\"");
        }
        numbered += part;
    }
    let imported = import("statistics.csv", HOURS, Source::HomeAssistant, &numbered);
    let names: Vec<_> = imported.channels.iter().map(|channel| channel.name.as_str()).collect();
    let energy = ["a1.active_energy", "a2.active_energy"];
    let warmth = ["a3.temperature", "a4.temperature", "a5.temperature"];
    assert_eq!(names, [&energy[..], &warmth[..]].concat());
    assert_eq!((imported.report.values, imported.report.other_values), (10, 0));
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").expect("a file");
    assert!(suggest(&empty, INFLUX).is_err());
}
