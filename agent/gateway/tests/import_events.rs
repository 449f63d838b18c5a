//! Events from a spreadsheet: every row is taken, or named with its line.

use millwatt::event::EventKind;
use millwatt::time::Instant;
use millwatt_gateway::import::{ImportError, ImportedEvents, read_events};

fn import(text: &str) -> Result<ImportedEvents, ImportError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.csv");
    std::fs::write(&path, text).expect("a file");
    read_events(&path, "Asia/Ho_Chi_Minh")
}

/// 2026-03-01 00:00 at UTC+7.
const MARCH: i64 = 1_772_298_000_000;

fn at(minute: i64) -> Instant {
    Instant::from_unix_milliseconds(MARCH + minute * 60_000)
}

#[test]
fn all_eight_kinds_in_any_order_of_columns() {
    let text = "\u{feff}kind,time,quantity,unit,asset,product,until,note\r\n\
        output,2026-03-01 17:00,412.5,kg,sorter,green-tea,,\r\n\
        stop,2026-03-01 09:00:30,,,roller,belt,2026-03-01 09:20,\"torn, again\"\r\n\
        reject,2026-03-01 17:00,3.25,kg,sorter,green-tea,,\r\n\
        raw-material,2026-03-01T06:30,1800,kg,,leaf,,\r\n\
        fuel,2026-03-01,0.6054,t,dryer,firewood,,\r\n\
        people,2026-03-01 24:00,12,,,,,\r\n\
        bill,2026-03-02,-15000000,VND,,electricity,2026-04-01,\r\n\
        note,2026-03-01 10:00,,,,,,lò nguội\r\n";
    let ImportedEvents { events, report } = import(text).expect("a good file");
    println!("{report}");
    assert_eq!((report.rows, report.imported, report.unreadable), (8, 8, 0));
    assert_eq!((report.rounded, report.out_of_order), (1, 4));
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
    let fuel = events[0].as_event();
    assert_eq!((fuel.at, fuel.kind, fuel.thousandths), (at(0), EventKind::Fuel, 605));
    assert_eq!((fuel.asset, fuel.product, fuel.unit), ("dryer", "firewood", "t"));
    let stop = events[2].as_event();
    let start = Instant::from_unix_milliseconds(MARCH + 540 * 60_000 + 30_000);
    assert_eq!((stop.at, stop.until, stop.note), (start, Some(at(560)), "torn, again"));
    let output = events[4].as_event();
    assert_eq!((output.kind, output.thousandths), (EventKind::Output, 412_500));
    let end = [&events[6], &events[7]].map(|event| (event.kind, event.at, event.thousandths));
    let bill = (EventKind::Bill, at(1_440), -15_000_000_000);
    assert_eq!(end, [(EventKind::People, at(1_440), 12_000), bill]);
}

#[test]
fn bad_rows_are_named_and_the_rest_stands() {
    let text = "time;kind;quantity;note\n\
        2026-03-01 08:00;output;12,5;\n\
        2026-03-01 08:00;output;12,5;\n\
        2026-03-01 08:00;output;12,5;second crate\n\
        01/03/2026;output;1;\n\
        2026-03-01;outputs;1;\n\
        2026-03-01;output;;\n\
        2026-03-01;output;1.000;\n\
        2026-03-01;output\n\
        2026-02-30;output;1;\n";
    let ImportedEvents { events, report } = import(text).expect("some good rows");
    println!("{report}");
    assert_eq!((report.rows, report.imported, report.duplicate, report.unreadable), (9, 2, 1, 6));
    assert_eq!(events[1].note, "second crate");
    let said: Vec<String> = report
        .troubles
        .iter()
        .map(|trouble| format!("{} {}", trouble.line, trouble.reason))
        .collect();
    let expected = [
        "5 `time` = `01/03/2026`: expected a stamp such as",
        "6 `kind` = `outputs`: expected one of: output, reject, raw-material",
        "7 `quantity` is empty; `output` says nothing without it",
        "8 `quantity`: `1.000` holds a thousands separator",
        "9 has 2 fields where 4 are named",
        "10 `time` = `2026-02-30`",
    ];
    for (said, expected) in said.iter().zip(expected) {
        assert!(said.starts_with(expected), "{said}");
    }
}

#[test]
fn whole_files_are_refused_with_the_way_out() {
    let refuse = |text: &str| import(text).expect_err(text).to_string();
    assert!(refuse("").contains("has no rows"));
    assert!(refuse("time,kind\n").contains("has no rows"));
    assert!(refuse("time\n2026-03-01\n").contains("has no column `kind`"));
    let error = refuse("time,kind,qty\n2026-03-01,note,1\n");
    assert!(error.contains("`qty` means nothing here") && error.contains("quantity"), "{error}");
    assert!(refuse("time,kind\nsoon,note\n").contains("none of its 1 rows"));
    let error = refuse("time,kind,until\n2026-03-02,stop,2026-03-01\n");
    assert!(error.contains("`until` is before `time`"), "{error}");
    let error = read_events("events.csv".as_ref(), "Hanoi").expect_err("no zone").to_string();
    assert!(error.contains("`Hanoi` is no zone"), "{error}");
}
