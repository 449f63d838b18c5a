//! The owner's page, the head and the method appendix, without a browser.

use millwatt::archive::{Archive, emit_all};
use millwatt::energy::fuel::Factor;
use millwatt::reading::{ChannelId, Quality};
use millwatt::site::{Asset, AssetId, Band, Channel, Kind, Quantity, Scale, Shift, Tariff};
use millwatt::time::{Date, Instant, Period, Span, Weekdays};
use millwatt::units::{Carbon, OilEquivalent, Power};
use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::HEAD;
use millwatt::wire::manifest::Head;
use millwatt::wire::{BlockWriter, Frame, FrameKind, Record, Stamp};
use millwatt_report::choice::{self, Choice};
use millwatt_report::model::Model;
use millwatt_report::node::{Child, Node};
use millwatt_report::view::{Part, View};
use millwatt_report::words::Language;

const HOSTILE: &str = "</script><img src=x onerror=alert(1)>\u{202e}=cmd|' /C calc'!A0";
/// Monday, 23 November 2026, midnight in UTC.
const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
/// The cards in their order.
const CARDS: [&str; 11] = [
    "energy", "cost", "specific", "enpi", "oee", "lost", "peak", "factor", "fuel", "output",
    "coverage",
];

fn frame(kind: FrameKind, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEAD + payload.len()];
    let clock = Default::default();
    let frame = Frame { stamp: Stamp { epoch: 1, sequence: 1 }, clock, kind, payload };
    frame.emit(&mut Writer::new(&mut bytes)).expect("fits");
    bytes
}

fn head(main: Option<AssetId>, output: Option<AssetId>) -> Record<'static> {
    let (zone, currency, output_unit) = ("UTC", "VND", "kg");
    Record::Head(Head { name: HOSTILE, zone, currency, main, output, output_unit })
}

fn asset(machine: bool) -> Record<'static> {
    Record::Asset(Asset {
        id: "mill",
        name: HOSTILE,
        parent: None,
        machine,
        rated_milliwatts: 0,
        idle_milliwatts: if machine { 10_000 } else { 0 },
        running_milliwatts: if machine { 100_000 } else { 0 },
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    })
}

fn channel(quantity: Quantity, kind: Kind, every: Span) -> Record<'static> {
    let (name, unit) = match quantity {
        Quantity::GoodCount => ("mill.good_count", "kg"),
        _ => ("mill.active_energy", "Wh"),
    };
    let (asset, scale) = (AssetId(0), Scale(0));
    Record::Channel(Channel {
        name,
        asset,
        quantity,
        phase: 0,
        kind,
        scale,
        unit,
        every,
        modulus: 0,
    })
}

/// A log of columns, one a channel, that begin a step after midnight.
fn log(manifest: &[Record<'_>], step: Span, columns: &[Vec<i64>]) -> Archive {
    let manifest = frame(FrameKind::Manifest, &emit_all(manifest));
    let mut buffer = vec![0; 200_000];
    let mut block = BlockWriter::new(START, &mut buffer).expect("fits");
    for (number, values) in (0..).map(ChannelId).zip(columns) {
        block.column(number, Quality::Good, START + step, step, values).expect("fits");
    }
    let readings = frame(FrameKind::Readings, block.payload());
    Archive::load(&[manifest, readings].concat()).expect("a log")
}

/// One meter, two days of 1 Wh a minute; what else the site states.
fn one_meter(main: Option<AssetId>, further: &[Record<'_>], facts: &[Record<'_>]) -> Archive {
    let minute = Span::from_minutes(1);
    let counter = channel(Quantity::ActiveEnergy, Kind::Counter, minute);
    let (first, last) = ([head(main, None)], [asset(true), counter]);
    let rows = [&first[..], further, &last[..], facts].concat();
    log(&rows, minute, &[(0..2 * 1_440).collect()])
}

/// Twenty days of 50 kWh and half a kWh for a kilogram; from the fifteenth on 10 kWh less.
fn twenty_days() -> Archive {
    let kilograms = |day: i64| 200 + day * 7 % 10 * 20;
    let watt_hours = |day: i64| {
        let noise = if day % 2 == 0 { 1_000 } else { -1_000 };
        50_000 + 500 * kilograms(day) + noise - if day < 14 { 0 } else { 10_000 }
    };
    let rows = [
        head(Some(AssetId(0)), Some(AssetId(0))),
        asset(false),
        channel(Quantity::ActiveEnergy, Kind::Amount, Span::DAY),
        channel(Quantity::GoodCount, Kind::Amount, Span::DAY),
    ];
    let columns = [(0..20).map(watt_hours).collect(), (0..20).map(kilograms).collect()];
    log(&rows, Span::DAY, &columns)
}

/// A part of the page over a period, or over the whole record.
fn part(archive: &Archive, part: Part, choice: &Choice, period: Option<Period>) -> Node {
    let parts = archive.parts().expect("a manifest");
    let record = archive.span().expect("readings");
    let model = Model::new(parts.site(), archive, record, period.unwrap_or(record));
    View { model: &model, archive, log: &[], choice, beside: Default::default() }.part(part)
}

fn choice(language: Language) -> Choice {
    let mut choice = Choice::new(false, true);
    choice.language = language;
    choice
}

fn english() -> Choice {
    choice(Language::English)
}

/// All the text inside.
fn text(node: &Node) -> String {
    let mut all = String::new();
    node.each(&mut |one| {
        for child in &one.children {
            if let Child::Text(text) = child {
                all.push_str(text);
            }
        }
        all.push(' ');
    });
    all
}

/// Everything with an attribute of a value.
fn with<'a>(node: &'a Node, name: &str, value: &str) -> Vec<&'a Node> {
    let mut found = Vec::new();
    node.each(&mut |one| {
        if one.attribute(name) == Some(value) {
            found.push(one);
        }
    });
    found
}

fn card(page: &Node, name: &str) -> String {
    with(page, "data-card", name).first().map(|card| text(card)).unwrap_or_default()
}

#[test]
fn a_site_with_one_meter_has_three_sentences_and_every_card() {
    let archive = one_meter(Some(AssetId(0)), &[], &[]);
    for language in [Language::Vietnamese, Language::English] {
        let page = part(&archive, Part::Owner, &choice(language), None);
        let sentences = with(&page, "class", "sentences");
        assert_eq!(sentences.first().map(|node| node.children.len()), Some(3));
        let mut names = Vec::new();
        page.each(&mut |node| names.extend(node.attribute("data-card")));
        assert_eq!(names, CARDS);
    }
}

#[test]
fn what_is_unknown_says_what_it_needs_and_is_never_zero() {
    let archive = one_meter(Some(AssetId(0)), &[], &[]);
    let page = part(&archive, Part::Owner, &english(), None);
    for (name, needs) in [
        ("cost", "tariff"),
        ("specific", "product counter"),
        ("enpi", "baseline needs at least"),
        ("oee", "ideal cycle"),
        ("factor", "kvarh"),
        ("fuel", "weight"),
        ("output", "report the output"),
    ] {
        let card = card(&page, name);
        assert!(card.contains("unknown") && card.contains(needs), "{name}: {card}");
        assert!(!card.contains(" 0 "), "{name}: {card}");
    }
    assert!(text(&page).contains("No cost is known yet"), "{}", text(&page));
}

#[test]
fn a_site_that_names_no_main_meter_is_told_how() {
    let archive = one_meter(None, &[], &[]);
    let page = part(&archive, Part::Owner, &english(), None);
    assert!(text(&page).contains("main = \"its name\""), "{}", text(&page));
}

#[test]
fn a_tariff_a_factor_and_a_limit_fill_their_cards() {
    let tariff = Tariff { since: START, vat_per_mille: 80, source: "a decision" };
    let band = Band {
        tariff: 0,
        name: "normal",
        price_thousandths: 1_000_000_000,
        days: Weekdays(0),
        start: 0,
        end: 0,
    };
    let factor = Factor {
        fuel: "electricity",
        unit: "kWh",
        since: Date { year: 2026, month: 1, day: 1 },
        oil: Some(OilEquivalent::from_milligrams(154_300)),
        heat: None,
        fossil: Some(Carbon::from_milligrams(659_200)),
        biogenic: None,
        source: "a letter",
    };
    let limit = Record::DemandLimit(Power::from_milliwatts(40_000));
    let tariffs = [Record::Tariff(tariff), Record::Band(band)];
    let archive = one_meter(Some(AssetId(0)), &tariffs, &[Record::Factor(factor), limit]);
    let page = part(&archive, Part::Owner, &english(), None);
    assert!(card(&page, "energy").contains("TOE"), "{}", card(&page, "energy"));
    assert!(card(&page, "cost").contains("with tax"), "{}", card(&page, "cost"));
    // 60 W over a limit of 40 W.
    assert!(card(&page, "peak").contains("over the limit"), "{}", card(&page, "peak"));
    assert!(card(&page, "lost").contains("kWh"), "{}", card(&page, "lost"));

    let method = text(&part(&archive, Part::Method, &english(), None));
    for source in ["a decision", "a letter", "kgCO₂e/kWh", "1,000,000", "all other hours"] {
        assert!(method.contains(source), "{source}: {method}");
    }
}

#[test]
fn a_saving_larger_than_its_uncertainty_is_told_with_an_arrow() {
    let page = part(&twenty_days(), Part::Owner, &english(), None);
    let all = text(&page);
    assert!(all.contains("Against the baseline, 6 days took"), "{all}");
    assert!(all.contains("more than noise") && all.contains("first third"), "{all}");
    let card = card(&page, "enpi");
    assert!(card.contains('±') && card.contains('▼'), "{card}");
}

#[test]
fn inside_the_uncertainty_there_is_no_arrow() {
    let archive = twenty_days();
    let mut choice = english();
    choice.baseline = Some(Period::new(START, START + Span::DAY.times(12)));
    let same = Period::new(START + Span::DAY.times(12), START + Span::DAY.times(14));
    let page = part(&archive, Part::Owner, &choice, Some(same));
    let card = card(&page, "enpi");
    assert!(!card.contains('▼') && !card.contains('▲'), "{card}");
}

#[test]
fn the_head_leads_to_every_chapter() {
    let archive = one_meter(Some(AssetId(0)), &[], &[]);
    let head = part(&archive, Part::Head, &english(), None);
    let chapters = Part::ALL.into_iter().filter(|part| ![Part::Head, Part::Sites].contains(part));
    for part in chapters {
        let link = format!("#part-{}", part.name());
        let found = with(&head, "href", &link);
        assert!(found.iter().any(|link| !link.children.is_empty()), "{link}");
    }
}

#[test]
fn the_baseline_can_be_set_and_taken_back() {
    let archive = one_meter(Some(AssetId(0)), &[], &[]);
    let day = Period::new(START, START + Span::DAY);
    let head = part(&archive, Part::Head, &english(), Some(day));
    let buttons = with(&head, "data-act", "brush:baseline");
    let from = START.unix_milliseconds();
    let wanted = format!("{from}..{}", from + 86_400_000);
    assert_eq!(buttons.first().and_then(|button| button.attribute("data-to")), Some(&*wanted));

    let mut choice = english();
    choice.baseline = Some(day);
    let head = part(&archive, Part::Head, &choice, Some(day));
    assert!(text(&head).contains("chosen by the reader"), "{}", text(&head));
    let buttons = with(&head, "data-act", "brush:baseline");
    assert!(buttons.iter().any(|button| button.attribute("data-to").is_none()));
}

#[test]
fn days_by_shift_are_offered_only_where_they_are_others() {
    let shift = |start| Shift { name: "first", days: Weekdays::ALL, start, end: start + 480 };
    let of = |start| one_meter(Some(AssetId(0)), &[Record::Shift(shift(start))], &[]);
    let at_midnight = part(&of(0), Part::Head, &english(), None);
    assert!(with(&at_midnight, "data-act", "by-shift").is_empty());

    let archive = of(360);
    let record = archive.span().expect("readings");
    let parts = archive.parts().expect("a manifest");
    let known =
        choice::Record { period: record, zone: parts.site().zone_rules(), first_shift: 360 };
    let mut choice = english();
    choice.act("by-shift", "", known);
    choice.act("from", "2026-11-23", known);
    choice.act("to", "2026-11-23", known);
    let head = part(&archive, Part::Head, &choice, Some(choice.period(known)));
    let pressed = with(&head, "data-act", "by-shift");
    assert_eq!(pressed.first().and_then(|button| button.attribute("aria-pressed")), Some("true"));
    for act in ["from", "to"] {
        let input = with(&head, "data-act", act);
        let date = input.first().and_then(|input| input.attribute("value"));
        assert_eq!(date, Some("2026-11-23"), "{act}");
    }
}

#[test]
fn the_appendix_names_each_indicator_once_and_keeps_who_signs() {
    let archive = one_meter(Some(AssetId(0)), &[], &[]);
    let parts = archive.parts().expect("a manifest");
    let record = archive.span().expect("readings");
    let known = choice::Record { period: record, zone: parts.site().zone_rules(), first_shift: 0 };
    let mut choice = english();
    choice.act("edit:method.prepared", HOSTILE, known);
    let method = part(&archive, Part::Method, &choice, None);
    let all = text(&method);
    assert_eq!(all.matches(" peak_demand_15 ").count(), 1, "{all}");
    assert!(all.contains("No tariff, factor or limit"), "{all}");
    assert!(all.contains("The reader edited 1 entries"), "{all}");
    let field = with(&method, "data-act", "edit:method.prepared");
    assert_eq!(field.first().and_then(|input| input.attribute("value")), Some(HOSTILE));
}

#[test]
fn no_attribute_runs_or_styles_anything() {
    let archive = one_meter(Some(AssetId(0)), &[], &[]);
    for shown in [Part::Head, Part::Owner, Part::Method] {
        part(&archive, shown, &english(), None).each(&mut |node| {
            assert!(!["script", "img", "iframe", "object", "style"].contains(&&*node.tag));
            for (name, _) in &node.attributes {
                assert!(!name.starts_with("on") && *name != "style" && *name != "srcdoc", "{name}");
            }
        });
    }
}
