//! What a map may say, and how it is refused: line, column, key and what was expected.

use millwatt::site::{Kind, Quantity};
use millwatt::time::Span;
use millwatt_gateway::import::Map;
use millwatt_gateway::import::map::{End, Midnight};

const GOOD: &str = r#"delimiter = "\t"
decimal = ","
[time]
column = "date"
format = "%d/%m/%Y %H:%M"
zone = "+07:00"
stamp = "begin"
every = "15min"
midnight = "same-day"
[[channel]]
column = "L1 (%)"
asset = "dryer"
quantity = "power_factor"
kind = "gauge"
unit = "%"
decimals = 2
phase = 1
"#;

#[test]
fn a_full_map_is_read() {
    let map = Map::parse("map.toml", GOOD).expect("a good map");
    assert_eq!((map.delimiter, map.decimal), (b'\t', ','));
    assert_eq!(map.time.every, Some(Span::from_minutes(15)));
    assert_eq!((map.time.stamp, map.time.midnight), (End::Begin, Midnight::SameDay));
    let channel = &map.channels[0];
    assert_eq!(channel.name, "dryer.power_factor-l1");
    assert_eq!((channel.quantity, channel.kind), (Quantity::PowerFactor, Kind::Gauge));
    assert_eq!((channel.exponent, channel.decimals, channel.phase), (-2, Some(2), 1));
}

#[test]
fn a_bad_map_is_refused_at_its_place() {
    let cases = [
        ("\"\\t\"", "\"ab\"", "line 1, column 13", "`delimiter` = `ab`: expected one character"),
        ("\",\"", "\"'\"", "line 2", "`decimal` = `'`: expected"),
        ("column = \"date\"", "colum = \"date\"", "line 4", "unknown field `colum`"),
        ("column = \"date\"", "", "line 3", "missing field `column`"),
        ("column = \"date\"", "column = 7", "line 4", "`column`: invalid type: integer"),
        ("%d/%m/%Y %H:%M", "%H:%M", "line 5", "gives no whole date; expected a pattern"),
        ("+07:00", "Hanoi", "line 6", "`zone` = `Hanoi` is no zone; expected an IANA name"),
        ("zone = \"+07:00\"", "", "line 5", "`zone` is missing"),
        ("\"begin\"", "\"start\"", "line 7", "unknown variant `start`, expected `end` or `begin`"),
        ("15min", "quarter", "line 8", "`quarter` is not a span such as"),
        ("same-day", "noon", "line 9", "expected one of `auto`, `next-day`, `same-day`"),
        ("\"dryer\"", "\"Dryer 1\"", "line 12", "`asset` = `Dryer 1`: expected the `id`"),
        ("\"power_factor\"", "\"cosphi\"", "line 13", "unknown variant `cosphi`, expected one of"),
        ("\"gauge\"", "\"amount\"", "line 14", "does not fit this quantity; expected: gauge"),
        ("unit = \"%\"", "unit = \"kW\"", "line 15, column 8", "expected one of: 1, %"),
        ("unit = \"%\"", "", "line 10", "expected one of: 1, %"),
        ("decimals = 2", "decimals = 13", "line 16", "`decimals` = 13: expected 0 to 12"),
        ("phase = 1", "phase = 4", "line 17", "`phase` = 4: expected 1 to 3"),
        ("phase = 1", "states = { A = \"off\" }", "line 17", "belongs to quantity = \"state\""),
    ];
    for (good, bad, place, what) in cases {
        let text = GOOD.replacen(good, bad, 1);
        let error = Map::parse("map.toml", &text).expect_err(bad).to_string();
        assert!(error.starts_with("map.toml, line "), "{error}");
        assert!(error.contains(place) && error.contains(what), "{bad}: {error}");
    }
}

#[test]
fn channels_must_be_there_and_differ() {
    let (head, channel) = GOOD.split_at(GOOD.find("[[channel]]").expect("a channel"));
    let error = Map::parse("map.toml", head).expect_err("no channel").to_string();
    assert!(error.contains("no [[channel]] is given"), "{error}");
    let twice = format!("{GOOD}{channel}");
    let error = Map::parse("map.toml", &twice).expect_err("twice").to_string();
    assert!(error.contains("line 18") && error.contains("stands above already"), "{error}");
}
