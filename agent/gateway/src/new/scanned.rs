//! A site file from what a scan found.

use super::Offer;
use super::sheet::Sheet;
use crate::run::scan::{Found, Guess, Search, protocol_word};
use crate::site_file::Protocol;

/// The file: an asset and a meter for each unit, and comments that say what to edit.
#[must_use]
pub fn of_scan<'a>(
    search: &Search,
    found: impl IntoIterator<Item = &'a Found>,
    offer: &Offer,
) -> String {
    let mut sheet = Sheet::default();
    sheet.note("Written by `millwatt scan`. A meter that `looks like` something was guessed: compare with its plate.");
    sheet.note("Edit what is marked, then: millwatt check, millwatt run.");
    sheet.table("site").set_noted("name", "My factory", "edit: stands on the report");
    sheet.set("zone", offer.zone.as_str()).set("currency", offer.currency.as_str());
    sheet.offer("main", "unit-1", "edit: the asset whose meter carries the whole site");
    sheet.offer("output_unit", "kg", "edit: what the output is counted in");
    for found in found {
        asset(&mut sheet, found.unit);
        meter(&mut sheet, search, found);
    }
    sheet.into_text()
}

fn asset(sheet: &mut Sheet, unit: u8) {
    let (id, name) = (format!("unit-{unit}"), format!("Unit {unit}"));
    sheet.item("asset").set_noted("id", id, "edit: a short name, as in the meter below");
    sheet.set_noted("name", name, "edit: what it measures");
    sheet.offer("machine", true, "a machine, whose times are told");
    sheet.offer("rated_kw", 50, "edit: most power, kW; a counter that gains more is not believed");
}

fn meter(sheet: &mut Sheet, search: &Search, found: &Found) {
    sheet.gap();
    found.lines().iter().for_each(|line| {
        sheet.note(line);
    });
    let Some((first, others)) = found.guesses.split_first() else {
        sheet.begin_example();
        line(sheet, search, found.unit);
        sheet.set_noted("profile", "eastron-sdm630", "edit, and take each # away").end_example();
        return;
    };
    line(sheet, search, found.unit);
    sheet.set("profile", first.profile);
    others.iter().for_each(|guess: &Guess| {
        sheet.offer("profile", guess.profile, "if it is this one");
    });
}

/// How a unit is spoken to.
fn line(sheet: &mut Sheet, search: &Search, unit: u8) {
    sheet.item("meter").set("asset", format!("unit-{unit}"));
    sheet.set("address", search.address.as_str()).set("unit", unit);
    if search.protocol != Protocol::Tcp {
        sheet.set("protocol", protocol_word(search.protocol));
    }
    if let Some(line) = search.line {
        sheet.set("serial", line.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::super::offer;
    use super::*;
    use crate::site_file::{self, words};
    use millwatt::time::Span;

    fn found(unit: u8, profiles: &[&'static str]) -> Found {
        let guess = |profile: &'static str| Guess {
            profile,
            score: 1.0,
            sure: false,
            why: "voltage 231.2 V, 50.01 Hz".to_owned(),
            counter: None,
        };
        Found { unit, guesses: profiles.iter().copied().map(guess).collect() }
    }

    #[test]
    fn what_is_found_makes_a_file_that_is_fine() {
        let search = Search {
            address: "/dev/ttyUSB0".to_owned(),
            protocol: Protocol::Rtu,
            line: words::serial_line("9600 8E1"),
            units: vec![1, 2, 9],
            timeout: Span::from_seconds(1),
        };
        let units = [
            found(1, &["eastron-sdm630", "eastron-sdm120"]),
            found(2, &["schneider-pm2100"]),
            found(9, &[]),
        ];
        let text = of_scan(&search, &units, &offer());
        let site = site_file::parse("site.toml", &text);
        let site = site.unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!((site.buses.len(), site.buses[0].meters.len()), (1, 2));
        assert_eq!(site.buses[0].line, search.line);
        assert!(text.contains("# unit 9: answers, but no known meter"), "{text}");
        assert!(text.contains("# profile = \"eastron-sdm120\""), "{text}");
    }
}
