//! What `millwatt export` gives is what the log holds: Python reckons the same energy from it, and what goes out comes in again.

use std::path::Path;
use std::process::Command;

use millwatt_tests::rig::{self, told};

const SITE: &str = r#"
[site]
name = "Mill"
zone = "Asia/Bangkok"
currency = "VND"

[[asset]]
id = "mill"
name = "Mill, =1+1"

[[meter]]
asset = "mill"
address = "127.0.0.1:1"
profile = "eastron-sdm630"
"#;

const MAP: &str = r#"
[time]
column = "time"
format = "%Y-%m-%d %H:%M"
zone = "Asia/Bangkok"
stamp = "end"

[[channel]]
column = "kwh"
asset = "mill"
quantity = "active_energy"
kind = "counter"
unit = "kWh"
"#;

/// Adds up a counter's differences in exact decimals, from a CSV file, JSON lines, line protocol, a workbook or Parquet.
const SUM: &str = r"
import csv, json, sys
from decimal import Decimal
path = sys.argv[1]
if path.endswith('.parquet'):
    from pyarrow import parquet
    table = parquet.read_table(path)
    print(table.num_rows, end=' ')
    values = table['value'].to_pylist()
    print(sum((b - a for a, b in zip(values, values[1:])), Decimal(0)).normalize())
    sys.exit()
if path.endswith('.xlsx'):
    from datetime import datetime
    from openpyxl import load_workbook
    book = load_workbook(path)
    assert book.sheetnames == ['Mill, =1+1'], book.sheetnames
    head, *rows = book.active.iter_rows()
    assert [cell.value for cell in head] == ['time (Asia/Bangkok)', 'mill.active_energy (kWh)', 'quality'], head
    assert rows[0][0].value == datetime(2026, 1, 1), rows[0][0].value
    assert rows[-1][0].value == datetime(2026, 1, 2), rows[-1][0].value
    assert all(cell.data_type in 'nsd' for row in rows for cell in row), 'no formula'
    assert {row[2].value for row in rows} == {'good'}
    # Its digits as they stand in the file: a float's shortest text.
    values = [Decimal(repr(row[1].value)) for row in rows]
    print(len(values), sum((b - a for a, b in zip(values, values[1:])), Decimal(0)).normalize())
    sys.exit()
text = open(path, encoding='utf-8', newline='').read()
if path.endswith('.csv'):
    values = [Decimal(row['value']) for row in csv.DictReader(text.splitlines())]
elif path.endswith('.json'):
    values = [json.loads(line, parse_float=Decimal, parse_int=Decimal)['value'] for line in text.splitlines()]
else:
    fields = [line.rsplit(' ', 2)[1] for line in text.splitlines()]
    values = [Decimal(dict(f.split('=') for f in field.split(','))['value']) for field in fields]
print(len(values), sum((b - a for a, b in zip(values, values[1:])), Decimal(0)).normalize())
";

fn succeed(words: &[&str]) -> String {
    let output = rig::run(words);
    assert!(output.status.success(), "{words:?}: {}", told(&output));
    String::from_utf8(output.stdout).expect("text")
}

/// A log of two days of a counter by minutes, and a few events.
fn log(folder: &Path) -> String {
    let path = |name: &str| folder.join(name).display().to_string();
    let mut table = "time,kwh\n".to_owned();
    for minute in 0..2_880 {
        let (day, hour) = (1 + minute / 1_440, minute / 60 % 24);
        let kwh = 1_000_000 + minute * 37 + minute % 7;
        table += &format!(
            "2026-01-0{day} {hour:02}:{:02},{}.{:03}\n",
            minute % 60,
            kwh / 1_000,
            kwh % 1_000
        );
    }
    let events = "time,kind,asset,product,quantity,unit,until,note\n\
                  2026-01-01 08:00,output,mill,green-tea,12.5,kg,2026-01-01 16:00,\"a, \"\"b\"\"\"\n\
                  2026-01-01 10:00,stop,mill,no-material,,,2026-01-01 10:20,\n";
    let files =
        [("site.toml", SITE), ("map.toml", MAP), ("kwh.csv", &table), ("events.csv", events)];
    for (name, text) in files {
        std::fs::write(folder.join(name), text).expect("written");
    }
    let data = path("data");
    let words =
        ["import", "--site", &path("site.toml"), "--data", &data, "--csv", &path("kwh.csv")];
    succeed(&[&words[..], &["--map", &path("map.toml")]].concat());
    succeed(&["import", "--data", &data, "--events", &path("events.csv")]);
    data
}

#[test]
fn another_program_reckons_the_same_energy_from_each_form() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "export") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let data = log(folder.path());
    let day = ["--from", "2026-01-01", "--to", "2026-01-02"];
    let energy = rig::indicators(Path::new(&data), &day);
    let energy =
        rig::figure(&energy, "energy", "mill", "")["value"].as_str().expect("text").to_owned();
    for name in ["day.csv", "day.json", "day.lp", "day.xlsx", "day.parquet"] {
        let out = folder.path().join(name).display().to_string();
        let words = ["export", "--data", &data, "--channel", "mill.active_energy", "--out", &out];
        let said = succeed(&[&words[..], &day].concat());
        assert!(said.contains("1441 readings"), "both ends: {said}");
        let reckoned =
            Command::new(&python).args(["-c", SUM, &out]).output().expect("Python starts");
        assert!(reckoned.status.success(), "{}", told(&reckoned));
        let reckoned = String::from_utf8_lossy(&reckoned.stdout).trim().to_owned();
        assert_eq!(reckoned, format!("1441 {energy}"), "{name}");
        let again = rig::run(&[&words[..], &day].concat());
        assert_eq!(again.status.code(), Some(2), "{}", told(&again));
        assert!(told(&again).contains("--force"), "{}", told(&again));
    }
}

/// What pyarrow and DuckDB, whose readers have no code in common, say of a file of readings and one of events.
const COLUMNS: &str = r"
import sys
import duckdb, pyarrow.parquet as parquet
from datetime import datetime, timezone
readings, events = sys.argv[1:]
schema = parquet.read_schema(readings)
print(*(f'{field.name} {field.type}' for field in schema), sep='; ')
print(schema.metadata[b'millwatt.zone'].decode(), schema.metadata[b'millwatt.site'].decode())
rows = parquet.read_table(readings).to_pylist()
assert {row['quality'] for row in rows} == {'good'} and {row['state'] for row in rows} == {None}
assert rows[0]['time'] == datetime(2025, 12, 31, 17, tzinfo=timezone.utc), rows[0]
query = 'SELECT epoch_ms(time), asset, channel, quantity, unit, value, state, quality FROM read_parquet(?)'
same = [(int(row['time'].timestamp() * 1000), *list(row.values())[1:]) for row in rows]
assert duckdb.execute(query, [readings]).fetchall() == same
print(len(rows), *duckdb.execute('SELECT max(value) - min(value), sum(value) FROM read_parquet(?)', [readings]).fetchone())
for row in duckdb.execute('SELECT epoch_ms(time), epoch_ms(until), kind, asset, product, quantity, unit, note FROM read_parquet(?)', [events]).fetchall():
    print(*row, sep='|')
";

#[test]
fn parquet_is_one_exact_table_for_two_readers() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "export") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let data = log(folder.path());
    let path = |name: &str| folder.path().join(name).display().to_string();
    let [readings, events] = ["all.parquet", "events.parquet"].map(path);
    succeed(&["export", "--data", &data, "--out", &readings]);
    succeed(&["export", "--data", &data, "--events", "--out", &events]);
    let words = ["-c", COLUMNS, &readings, &events];
    let listed = Command::new(&python).args(words).output().expect("Python starts");
    let values = (0..2_880).map(|minute| 1_000_000 + minute * 37 + minute % 7);
    let (sum, width) = (values.clone().sum::<i64>(), 2_879 * 37 + 2_879 % 7);
    // The meter's finest channel has six places.
    let point = |thousandths: i64| format!("{}.{:03}000", thousandths / 1_000, thousandths % 1_000);
    let expected = format!(
        "time timestamp[ms, tz=UTC]; asset string; channel string; quantity string; unit string; value decimal128(18, 6); \
         state string; quality string\n\
         Asia/Bangkok Mill\n\
         2880 {} {}\n\
         1767229200000|1767258000000|output|mill|green-tea|12.500|kg|a, \"b\"\n\
         1767236400000|1767237600000|stop|mill|no-material|0.000||\n",
        point(width),
        point(sum)
    );
    assert_eq!(told(&listed), expected);
    let (parquet, table) = (std::fs::metadata(&readings), rig::run(&["export", "--data", &data]));
    let parquet = parquet.expect("a file").len();
    println!("2,880 readings of a counter: Parquet {parquet} bytes, CSV {}", table.stdout.len());
}

/// The cells of the sheet of events, row by row, but for the heads.
const EVENTS: &str = r"
import sys
from openpyxl import load_workbook
for row in load_workbook(sys.argv[1])['events'].iter_rows(min_row=2):
    assert all(cell.data_type in 'nsd' for cell in row), 'no formula'
    print(*(cell.value for cell in row), sep='|')
";

#[test]
fn a_workbook_of_events_has_dates_and_no_formula() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "export") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let data = log(folder.path());
    let out = folder.path().join("events.xlsx").display().to_string();
    succeed(&["export", "--data", &data, "--events", "--out", &out]);
    let listed = Command::new(&python).args(["-c", EVENTS, &out]).output().expect("Python starts");
    let expected = "2026-01-01 08:00:00|2026-01-01 16:00:00|output|mill|green-tea|12.5|kg|a, \"b\"\n\
                    2026-01-01 10:00:00|2026-01-01 10:20:00|stop|mill|no-material|0|None|None\n";
    assert_eq!(told(&listed), expected);
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("read").flatten().collect();
    assert_eq!(left.len(), 6, "nothing stays beside it: {left:?}");
    let screen = rig::run(&["export", "--data", &data, "--form", "xlsx"]);
    assert_eq!(screen.status.code(), Some(2), "{}", told(&screen));
    assert!(told(&screen).contains("--out"), "{}", told(&screen));
}

#[test]
fn what_goes_out_comes_in_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let data = log(folder.path());
    succeed(&["export", "--data", &data, "--out", &path("all.lp")]);
    succeed(&["export", "--data", &data, "--events", "--out", &path("all.csv")]);
    let map = "[[channel]]\nmeasurement = \"active_energy\"\ntags = { asset = \"mill\" }\nfield = \"value\"\nasset = \"mill\"\n\
               quantity = \"active_energy\"\nkind = \"counter\"\nunit = \"kWh\"\n";
    std::fs::write(path("map.toml"), map).expect("written");
    let copy = path("copy");
    let words =
        ["import", "--site", &path("site.toml"), "--data", &copy, "--map", &path("map.toml")];
    succeed(&[&words[..], &["--line-protocol", &path("all.lp")]].concat());
    succeed(&["import", "--data", &copy, "--events", &path("all.csv")]);
    let week = ["--from", "2026-01-01", "--to", "2026-01-03"];
    let figures = |data: &str| rig::indicators(Path::new(data), &week)["indicators"].clone();
    assert_eq!(figures(&copy), figures(&data));
}
