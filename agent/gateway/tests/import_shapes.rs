//! Files of other shapes, generated here with totals that are known.

use millwatt::site::{Kind, Scale};
use millwatt::time::{Instant, Span};
use millwatt_gateway::import::map::Midnight;
use millwatt_gateway::import::{Ground, ImportError, ImportReport, Imported, Map, read_csv};
use std::fmt::Write;

fn try_import(text: &str, map: &str) -> Result<Imported, ImportError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("factory.csv");
    std::fs::write(&path, text).expect("a file");
    read_csv(&path, &Map::parse("map.toml", map).expect("a good map"))
}

fn import(text: &str, map: &str) -> Imported {
    let imported = try_import(text, map).expect("a good file");
    let report = &imported.report;
    let parts =
        report.imported + report.duplicate + report.conflicting + report.empty + report.unreadable;
    assert_eq!(report.rows, parts, "each row is counted once: {report}");
    imported
}

fn map(time: &str, channel: &str) -> String {
    let (head, time) = time.split_once('|').unwrap_or(("", time));
    format!(
        "{head}\n[time]\ncolumn = \"time\"\n{time}\n\
         [[channel]]\ncolumn = \"used\"\nasset = \"mill\"\nquantity = \"active_energy\"\n\
         kind = \"amount\"\nunit = \"kWh\"\n{channel}"
    )
}

fn simple() -> String {
    map("format = \"%Y-%m-%d %H:%M\"\nzone = \"+07:00\"\nstamp = \"end\"", "")
}

/// Milliseconds since 1970 of 2026-03-01 00:00 at UTC+7.
const MARCH: Instant = Instant::from_unix_milliseconds(1_772_298_000_000);

fn minute(minutes: i64) -> Instant {
    MARCH + Span::from_minutes(minutes)
}

fn values(imported: &Imported) -> Vec<(i64, i64)> {
    let pair = |sample: &millwatt::reading::Sample| {
        ((sample.at - MARCH).milliseconds() / 60_000, sample.value)
    };
    imported.channels[0].samples.iter().map(pair).collect()
}

/// Hourly, newest first, begin-stamped, semicolons and decimal commas, a mark and CRLF; 00:00 is
/// as it should be. Hour n used n/1000 MWh: 0 + 1 + … + 743 = 276,396.
#[test]
fn an_hourly_month_newest_first_with_decimal_commas() {
    let mut text = "\u{feff}time;used;comment\r\n".to_owned();
    for hour in (0..31 * 24).rev() {
        let (day, of_day) = (hour / 24 + 1, hour % 24);
        let (whole, part) = (hour / 1_000, hour % 1_000);
        write!(text, "{day:02}.03.2026 {of_day:02}:00;\"{whole},{part:03}\";\"a; b\"\r\n")
            .expect("text takes all");
    }
    let time = "delimiter = \";\"\ndecimal = \",\"|format = \"%d.%m.%Y %H:%M\"\n\
                zone = \"Asia/Ho_Chi_Minh\"\nstamp = \"begin\"";
    let imported = import(&text, &map(time, "").replace("kWh", "MWh"));
    let report = &imported.report;
    println!("{report}");
    assert_eq!((report.rows, report.imported, report.missing), (744, 744, 0));
    assert!(report.newest_first && report.out_of_order == 0);
    assert_eq!(report.midnight.midnight, Midnight::SameDay);
    assert_eq!((report.midnight.ground, report.midnight.rows), (Ground::Grid, 31));
    assert_eq!(imported.channels[0].scale, Scale(3), "thousandths of a MWh are kWh");
    let expected: Vec<_> = (0..744).map(|hour| (60 * (hour + 1), hour)).collect();
    assert_eq!(values(&imported), expected, "an amount stands at its interval's end");
    assert_eq!(report.channels[0].total.as_deref(), Some("276.396"));
}

/// Every ten minutes with 24:00, in exponent form, with an hour missing across midnight.
/// Ten days of 144 intervals of 1.2E-01 kWh less six: 1,434 × 0.12 = 172.08.
#[test]
fn ten_minutes_with_24_00_and_a_gap_across_midnight() {
    let mut text = "time,used\n".to_owned();
    for point in (1..=1_440).filter(|point| !(430..436).contains(point)) {
        let (day, of_day) = ((point - 1) / 144 + 1, (point - 1) % 144 + 1);
        let (hour, minute) = (of_day / 6, of_day % 6 * 10);
        writeln!(text, "2026-03-{day:02} {hour:02}:{minute:02},1.2E-01").expect("text takes all");
    }
    assert!(text.contains(" 24:00,") && !text.contains(" 00:00,"));
    let imported = import(&text, &simple());
    let report = &imported.report;
    println!("{report}");
    assert_eq!((report.rows, report.imported, report.missing), (1_434, 1_434, 6));
    assert_eq!((report.gaps.len(), report.gaps[0].points), (1, 6));
    assert_eq!(report.gaps[0].after.to_rfc3339(), "2026-03-03T23:30:00+07:00");
    assert_eq!(report.midnight.ground, Ground::NoSuchRow);
    assert_eq!(imported.every, Span::from_minutes(10));
    assert_eq!(imported.channels[0].samples.last().map(|sample| sample.at), Some(minute(14_400)));
    assert_eq!(report.channels[0].total.as_deref(), Some("172.08"));
    assert_eq!(report.channels[0].decimals, 2);
}

/// Hourly, 00:00 last of each day with that day's date, and no row from 23:00 to 01:00 once.
#[test]
fn hourly_with_carried_midnights_and_gaps_around_them() {
    let rows = |gone: &[i64]| {
        let mut text = "time,used\n".to_owned();
        for hour in (1..=240_i64).filter(|hour| !gone.contains(hour)) {
            let (day, of_day) = ((hour - 1) / 24 + 1, hour % 24);
            writeln!(text, "2026-03-{day:02} {of_day:02}:00,{hour}").expect("text takes all");
        }
        text
    };
    for gone in [&[][..], &[71, 72, 73], &[23, 25, 47, 49], &[24, 48], &[1, 240]] {
        let imported = import(&rows(gone), &simple());
        let hours = (1..=240).filter(|hour| !gone.contains(hour));
        let expected: Vec<_> = hours.map(|hour| (60 * hour, hour)).collect();
        assert_eq!(values(&imported), expected, "without {gone:?}");
        assert_eq!(imported.report.midnight.ground, Ground::Grid);
    }
}

#[test]
fn any_order_of_rows_gives_the_same_samples() {
    let rows: Vec<String> = (0..96 * 5)
        .filter(|point| ![7, 8, 95, 96, 97, 300].contains(point))
        .map(|point: i64| {
            let (day, of_day) = (point / 96 + 1, point % 96);
            let (hour, minute) = (of_day / 4, of_day % 4 * 15);
            format!("2026-03-{day:02} {hour:02}:{minute:02},{}.{:02}", point * 7 % 50, point % 100)
        })
        .collect();
    let expected = import(&format!("time,used\n{}", rows.join("\n")), &simple());
    assert_eq!((expected.report.missing, expected.report.rounded), (6, 0));
    let mut rows = rows;
    let mut random = 1_u64;
    for _ in 0..200 {
        for place in (1..rows.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888);
            rows.swap(place, (random >> 33) as usize % (place + 1));
        }
        let shuffled = import(&format!("time,used\n{}", rows.join("\n")), &simple());
        assert_eq!(shuffled.channels, expected.channels);
        assert_eq!(shuffled.report.missing, 6);
        assert_eq!(shuffled.report.midnight.midnight, Midnight::SameDay);
    }
}

#[test]
fn every_row_is_counted_and_every_bad_one_named() {
    let text = "time,used\r\n\
                2026-03-01 01:00,1.5\r\n\
                \r\n\
                2026-03-01 02:00,\r\n\
                2026-03-01 04:00,4\r\n\
                2026-03-01 03:00,3\r\n\
                2026-03-01 04:00,4.0\r\n\
                2026-03-01 04:00,5\r\n\
                yesterday,6\r\n\
                2026-03-01 05:00,\"1,234.5\"\r\n\
                2026-03-01 06:00,1,234\r\n\
                2026-03-01 09:00,0.126\r\n\
                2026-03-01 10";
    let imported = import(
        text,
        &map(
            "format = \"%Y-%m-%d %H:%M\"\nzone = \"+07:00\"\nstamp = \"end\"\nevery = \"1h\"",
            "decimals = 2",
        ),
    );
    let report = &imported.report;
    println!("{report}");
    assert_eq!(values(&imported), [(60, 150), (180, 300), (240, 400), (540, 13)]);
    let Imported { report, .. } = &imported;
    assert_eq!((report.rows, report.imported, report.duplicate), (11, 4, 1));
    assert_eq!((report.conflicting, report.empty, report.unreadable), (1, 1, 4));
    assert_eq!((report.out_of_order, report.missing, report.rounded), (1, 4, 1));
    let lines: Vec<usize> = report.troubles.iter().map(|trouble| trouble.line).collect();
    assert_eq!(lines, [9, 10, 11, 13]);
    names_reasons(report);
    assert_eq!(report.conflicts.len(), 1);
    assert_eq!(report.conflicts[0].line, 8);
    assert_eq!(report.conflicts[0].reason, "another value than in line 5");
    let json = serde_json::to_value(report).expect("a report is plain data");
    assert_eq!(json["midnight"]["ground"], "no-such-row");
    assert_eq!(json["gaps"][0]["after"], "2026-03-01T04:00:00+07:00");
}

fn names_reasons(report: &ImportReport) {
    let reasons: Vec<&str> = report.troubles.iter().map(|trouble| &*trouble.reason).collect();
    assert!(reasons[0].contains("`yesterday` is no stamp"), "{reasons:?}");
    assert!(reasons[1].contains("thousands separator"), "{reasons:?}");
    assert!(reasons[2].contains("has 3 fields where 2 are named"), "{reasons:?}");
    assert!(reasons[3].contains("has 1 fields"), "{reasons:?}");
}

/// A bad field costs its own value, not the row's others; sums and counters have their own rules.
#[test]
fn channels_stand_for_themselves() {
    let text = "time,used,register,state,volts\n\
                1772298000,1,100.25,Light,230\n\
                1772301600,2,100.5,Off,n/a\n\
                1772305200,x,101,Asleep,229.5\n";
    let channels = "[[channel]]\ncolumn = \"register\"\nasset = \"mill\"\n\
        quantity = \"active_energy_export\"\nkind = \"counter\"\nunit = \"kWh\"\n\
        [[channel]]\ncolumn = \"state\"\nasset = \"mill\"\nquantity = \"state\"\nkind = \"state\"\n\
        states = { Light = \"running\", Off = \"off\" }\n\
        [[channel]]\ncolumn = \"volts\"\nasset = \"mill\"\nquantity = \"voltage\"\n\
        kind = \"gauge\"\nunit = \"V\"\nphase = 2\n";
    let imported = import(text, &map("format = \"unix-s\"\nstamp = \"begin\"", channels));
    let [used, register, state, volts] = imported.channels.as_slice() else {
        panic!("four channels")
    };
    assert_eq!(values(&imported), [(60, 1), (120, 2)], "an amount moves to its end");
    let at = |channel: &millwatt_gateway::import::ImportedChannel| channel.samples[0].at;
    assert_eq!((at(register), at(state), at(volts)), (MARCH, MARCH, MARCH));
    assert_eq!((register.kind, register.scale), (Kind::Counter, Scale(1)));
    assert_eq!(
        register.samples.iter().map(|s| s.value).collect::<Vec<_>>(),
        [10_025, 10_050, 10_100]
    );
    assert_eq!(state.samples.iter().map(|s| s.value).collect::<Vec<_>>(), [3, 0]);
    assert_eq!((volts.name.as_str(), volts.phase, volts.scale), ("mill.voltage-l2", 2, Scale(-1)));
    assert_eq!((used.scale, imported.report.unreadable_values), (Scale(3), 3));
    assert_eq!(imported.report.imported, 3);
}

#[test]
fn summer_time_loses_and_doubles_nothing() {
    // 2018-10-27 22:00Z to 2018-10-28 22:00Z: 25 local hours in 26 rows of one zone.
    let hours = (0..24).flat_map(|hour| vec![hour; if hour == 2 { 2 } else { 1 }]);
    let rows: Vec<String> = hours.map(|hour| format!("2018-10-28 {hour:02}:00,{hour}")).collect();
    let zone = "format = \"%Y-%m-%d %H:%M\"\nzone = \"Europe/Berlin\"\nstamp = \"begin\"";
    let imported = import(&format!("time,used\n{}", rows.join("\n")), &map(zone, ""));
    let report = &imported.report;
    assert_eq!((report.rows, report.imported, report.ambiguous, report.missing), (25, 25, 2, 0));
    assert_eq!((report.duplicate, report.conflicting), (0, 0));
    let spring = "time,used\n2018-03-25 01:00,1\n2018-03-25 02:00,2\n2018-03-25 03:00,3\n";
    let imported = import(spring, &map(zone, ""));
    assert_eq!((imported.report.unreadable, imported.report.missing), (1, 0));
    assert!(imported.report.troubles[0].reason.contains("put forward"));
}

#[test]
fn whole_files_are_refused_with_the_way_out() {
    let refuse = |text: &str, map: &str| {
        let error = try_import(text, map).expect_err(text).to_string();
        println!("{error}");
        error
    };
    let error = refuse("time,Used\n2026-03-01 01:00,1\n", &simple());
    assert!(error.contains("has no column `used`; its columns are: time, Used — name one"));
    let error = refuse("time,used,used\n", &simple());
    assert!(error.contains("more than once"), "{error}");
    let error = refuse("time;used\n2026-03-01 01:00;1\n", &simple());
    assert!(error.contains("set `delimiter`"), "{error}");
    for text in ["", "\n\n", "time,used\n"] {
        assert!(refuse(text, &simple()).contains("has no rows"));
    }
    let error = refuse("time,used\n1/3/2026,1\n", &simple());
    assert!(error.contains("none of its 1 rows") && error.contains("line 2"), "{error}");
    let error = refuse("time,used\n2026-03-01 01:00,1\n", &simple());
    assert!(error.contains("write `every` in [time]"), "{error}");
    let map = Map::parse("map.toml", &simple()).expect("a good map");
    let error = read_csv("nowhere/factory.csv".as_ref(), &map).expect_err("no file").to_string();
    assert!(error.starts_with("nowhere/factory.csv cannot be read"), "{error}");
}

#[test]
fn a_quote_left_open_and_utf_16_are_named() {
    let text = "time,used\n2026-03-01 01:00,1\n2026-03-01 02:00,2\n2026-03-01 03:00,\"3\n\
                2026-03-01 04:00,4\n2026-03-01 05:00,5\n";
    let imported = import(text, &simple());
    let trouble = &imported.report.troubles[0];
    println!("{}", imported.report);
    assert_eq!((imported.report.imported, trouble.line), (2, 4));
    assert!(trouble.reason.contains("is a quote left open?"), "{trouble:?}");

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("factory.csv");
    let wide: Vec<u8> = "\u{feff}time,used".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&path, wide).expect("a file");
    let map = Map::parse("map.toml", &simple()).expect("a good map");
    let error = read_csv(&path, &map).expect_err("UTF-16").to_string();
    assert!(error.contains("is not UTF-8 text; save it again"), "{error}");
}
