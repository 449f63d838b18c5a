//! A site file from answers.

use std::path::Path;

use super::data::Tariff;
use super::interview::{Answers, Machine, MainMeter, fill};
use super::sheet::Sheet;
use super::slug::{slug, unique};
use super::texts::Text;
use crate::language::Language;
use crate::site_file::profile;

/// The asset of the main meter.
const MAIN: &str = "main";

/// The file: what was answered, what could be said more as comments, and examples of what was not.
#[must_use]
pub fn of_answers(answers: &Answers) -> String {
    let mut sheet = Sheet::default();
    sheet.note(say(answers, Text::NoteFile));
    head(&mut sheet, answers);
    shifts(&mut sheet, answers);
    tariffs(&mut sheet, answers);
    assets(&mut sheet, answers);
    meters(&mut sheet, answers);
    facts(&mut sheet, answers);
    sheet.into_text()
}

/// What to say when it is written: that, and which commands come next.
#[must_use]
pub fn next_steps(language: Language, path: &Path) -> Vec<String> {
    let (say, path) = (|text: Text| text.of(language), path.display());
    let step = |command: String, why: Text| format!("  {command:<48} {}", say(why));
    vec![
        fill(say(Text::Written), &path.to_string()),
        say(Text::Next).to_owned(),
        step(format!("millwatt check {path}"), Text::NextCheck),
        step("millwatt scan --help".to_owned(), Text::NextScan),
        step(format!("millwatt run {path} --data data"), Text::NextRun),
    ]
}

const fn say(answers: &Answers, text: Text) -> &'static str {
    text.of(answers.language)
}

fn head(sheet: &mut Sheet, answers: &Answers) {
    let say = |text| say(answers, text);
    sheet.table("site").set_noted("name", answers.name.as_str(), say(Text::NoteName));
    sheet.set("zone", answers.zone.as_str()).set("currency", answers.currency.as_str());
    sheet.set_noted("main", MAIN, say(Text::NoteMain));
    let last = answers.machines.last().map_or(MAIN.to_owned(), |machine| slug(&machine.name));
    sheet.offer("output", last, say(Text::NoteOutput));
    sheet.set_noted("output_unit", answers.output_unit.as_str(), say(Text::NoteUnit));
    sheet.set_noted("commit_every", "1min", say(Text::NoteCommit));
    sheet.offer("demand_limit_kw", 45, say(Text::NoteDemand));
}

fn shifts(sheet: &mut Sheet, answers: &Answers) {
    sheet.gap().note(say(answers, Text::NoteShifts));
    for shift in &answers.shifts {
        sheet.item("shift").set("name", shift.name.as_str());
        sheet.set("days", shift.days.as_str()).set("hours", shift.hours.as_str());
    }
}

fn tariffs(sheet: &mut Sheet, answers: &Answers) {
    sheet.gap();
    if answers.tariffs.is_empty() {
        sheet.note(say(answers, Text::NoteNoTariffs));
        sheet.begin_example().item("tariff");
        sheet.note("from = 2026-01-01").set("vat_percent", 10).set("source", "…");
        sheet.item("tariff.band").set("name", "normal").set("price", 1.5);
        sheet.item("tariff.band").set("name", "peak").set("price", 2.5);
        sheet.set("days", "mon-sat").set("hours", vec!["17:00-20:00"]).end_example();
        return;
    }
    sheet.note(say(answers, Text::NoteTariffs));
    answers.tariffs.iter().for_each(|of| tariff(sheet, of));
}

fn tariff(sheet: &mut Sheet, tariff: &Tariff) {
    sheet.item("tariff").set("from", tariff.from);
    sheet.set("vat_percent", tariff.vat_percent).set("source", tariff.source.as_str());
    for band in &tariff.bands {
        sheet.item("tariff.band").set("name", band.name).set("price", band.price);
        if let Some(days) = &band.days {
            sheet.set("days", days.as_str());
        }
        if !band.hours.is_empty() {
            sheet.set("hours", band.hours.clone());
        }
    }
}

fn assets(sheet: &mut Sheet, answers: &Answers) {
    let say = |text| say(answers, text);
    sheet.gap().note(say(Text::NoteAssets));
    sheet.item("asset").set("id", MAIN).set("name", say(Text::MainMeter));
    sheet.offer("rated_kw", 100, say(Text::NoteRated));
    let mut taken = vec![MAIN.to_owned()];
    for of in &answers.machines {
        machine(sheet, answers, of, &mut taken);
    }
    if answers.machines.is_empty() {
        sheet.begin_example();
        for name in &answers.examples {
            sheet.item("asset").set("id", unique(name, &mut taken));
            sheet.set("name", name.as_str()).set("machine", true);
        }
        sheet.end_example();
    }
}

fn machine(sheet: &mut Sheet, answers: &Answers, machine: &Machine, taken: &mut Vec<String>) {
    let is_first = taken.len() == 1;
    sheet.item("asset").set("id", unique(&machine.name, taken));
    sheet.set("name", machine.name.as_str()).set("machine", true);
    match machine.rated_kw {
        Some(kw) if is_first => sheet.set_noted("rated_kw", kw, say(answers, Text::NoteRated)),
        Some(kw) => sheet.set("rated_kw", kw),
        None => sheet.offer("rated_kw", 10, say(answers, Text::NoteRated)),
    };
    if is_first {
        sheet.offer("running_kw", 1.0, say(answers, Text::NoteRunning));
        sheet.offer("ideal_cycle_s", 60, say(answers, Text::NoteCycle));
    }
}

fn meters(sheet: &mut Sheet, answers: &Answers) {
    let say = |text| say(answers, text);
    sheet.gap().note(say(Text::NoteMeters));
    let known = answers.meter.as_ref().and_then(|meter| Some((meter, meter.profile?)));
    if let Some((meter, profile)) = known {
        sheet.item("meter").set("asset", MAIN);
        address(sheet, meter, say(Text::NoteProtocol));
        let unit = profile::find(profile).map_or(1, |profile| profile.unit);
        sheet.set_noted("unit", unit, say(Text::NoteMeterUnit)).set("profile", profile);
        return;
    }
    let none = MainMeter { address: "192.168.1.20:502".to_owned(), profile: None };
    sheet.note(say(Text::NoteNoProfile)).begin_example().item("meter").set("asset", MAIN);
    address(sheet, answers.meter.as_ref().unwrap_or(&none), say(Text::NoteProtocol));
    sheet.set("unit", 1).set("profile", "eastron-sdm630").end_example();
}

fn address(sheet: &mut Sheet, meter: &MainMeter, note: &str) {
    sheet.set("address", meter.address.as_str());
    if meter.address.starts_with('/') {
        sheet.set("protocol", "rtu");
    } else {
        sheet.offer("protocol", "rtu-over-tcp", note);
    }
}

/// What the report needs for the cost of fuels, their greenhouse gas and a baseline: all of it an example.
fn facts(sheet: &mut Sheet, answers: &Answers) {
    sheet.gap().note(say(answers, Text::NoteFacts)).begin_example();
    if answers.currency == "VND" {
        sheet.table("reactive").set("rule", "circular-15-2014");
    }
    sheet.item("fuel_price").set("fuel", "firewood").set("unit", "kg");
    sheet.note("from = 2026-01-01").set("price", 1).set("source", "…");
    sheet.item("factor").set("fuel", "firewood").set("unit", "kg").note("from = 2026-01-01");
    sheet.set("toe", 0.000_292).set("biogenic_co2_kg", 1.37).set("source", "…");
    sheet.item("baseline").note("from = 2026-01-01").note("to = 2026-04-01").set("every", "day");
    sheet.set("drivers", vec!["output"]).set("target_percent", 3).end_example();
}

#[cfg(test)]
mod tests {
    use super::super::{Interview, offer, tariffs};
    use super::*;
    use crate::site_file::{self, Compiled};

    fn written(input: &str, language: Language) -> String {
        let answers =
            Interview::new(&mut input.as_bytes(), None, language).answers(&offer(), &tariffs());
        of_answers(&answers.expect("answers that do"))
    }

    fn compiled(text: &str) -> Compiled {
        site_file::parse("site.toml", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    #[test]
    fn every_kind_price_and_schedule_makes_a_file_that_is_fine() {
        let (offer, tariffs) = (offer(), tariffs());
        let numbers = |count: usize| (1..=count).map(|number| number.to_string());
        let mut files = 0;
        for language in [Language::English, Language::Vietnamese] {
            for kind in numbers(offer.kinds.len()) {
                for level in numbers(tariffs.levels().len()).chain(["skip".to_owned()]) {
                    for schedule in numbers(tariffs.schedules.len()) {
                        let schedule =
                            if level == "skip" { String::new() } else { schedule + "\n" };
                        compiled(&written(&format!("\n{kind}\n\n\n{level}\n{schedule}"), language));
                        files += 1;
                    }
                }
            }
        }
        assert!(files >= 2 * 4 * 5 * 3, "{files} files");
    }

    #[test]
    fn what_is_answered_stands_in_the_file() {
        let machines = "Máy sấy\n7,5\nMáy  sấy\n\n\n";
        let head = format!("Chè \"Ngon\"\n\n\n\n\n\nCa 1\n\n\n\n{machines}");
        let text =
            written(&format!("{head}/dev/ttyUSB0\nschneider-pm2100\n"), Language::Vietnamese);
        let site = compiled(&text);
        assert_eq!(site.name, "Chè \"Ngon\"");
        assert_eq!(site.buses[0].address, "/dev/ttyUSB0");
        let ids = ["id = \"main\"", "id = \"may-say\"", "id = \"may-say-2\"", "rated_kw = 7.5"];
        ids.iter().for_each(|row| assert!(text.contains(row), "{row}: {text}"));
        assert!(site.channels.contains(&"main.active_energy".to_owned()));
    }

    #[test]
    fn a_meter_of_no_known_kind_waits_behind_a_mark() {
        let input = format!("{}10.0.0.7:502\n\n", "\n".repeat(11));
        let text = written(&input, Language::English);
        assert!(compiled(&text).buses.is_empty());
        assert!(text.contains("# address = \"10.0.0.7:502\""), "{text}");
        let (meters, _) = text.split_once("# For the cost of fuels").expect("what comes behind");
        let uncommented = meters
            .replace("# [[meter]]", "[[meter]]")
            .replace("# asset = \"main\"", "asset = \"main\"");
        let rows = ["address", "unit", "profile"].map(|key| format!("# {key} = "));
        let uncommented = rows.iter().fold(uncommented, |text, row| text.replace(row, &row[2..]));
        assert_eq!(compiled(&uncommented).buses.len(), 1);
    }

    #[test]
    fn what_could_be_stated_is_fine_once_its_marks_are_gone() {
        let text = written("\n", Language::English);
        let (before, example) = text.split_at(text.find("# [reactive]").expect("an example"));
        let unmarked: String = example
            .lines()
            .map(|line| line.trim_start_matches(['#', ' ']).to_owned() + "\n")
            .collect();
        let text = before.replace("# demand_limit_kw", "demand_limit_kw") + &unmarked;
        assert!(unmarked.contains("\n[[baseline]]\n"), "{unmarked}");
        compiled(&text);
    }

    #[test]
    fn what_comes_next_is_said() {
        let lines = next_steps(Language::English, Path::new("site.toml"));
        assert_eq!(lines[0], "site.toml: written");
        assert!(lines[2].contains("millwatt check site.toml"), "{lines:?}");
    }
}
