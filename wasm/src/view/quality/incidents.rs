//! What registers, sources and clocks did that a reader of the figures must know.

use super::clock::Clocks;
use super::model::{Health, Mark};
use super::words::Word;
use super::{Found, asset_name, say};
use crate::chart::bars::{Part, stacked};
use crate::chart::{Room, clipped};
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table, View};
use millwatt::Decimal;
use millwatt::interval::Rule;
use millwatt::time::Span;

/// Most incidents that the table names.
const MOST_ROWS: usize = 100;
/// Most meters whose estimated share is drawn.
const MOST_BARS: usize = 16;

/// The rules that are incidents: word, what to do, rule.
const KINDS: [(Word, Word, Rule); 5] = [
    (Word::Broken, Word::DoBroken, Rule::Broken),
    (Word::Exchanged, Word::DoExchanged, Rule::Exchanged),
    (Word::Rollover, Word::DoRollover, Rule::Rollover),
    (Word::Transient, Word::DoTransient, Rule::Transient),
    (Word::FactorChanged, Word::DoFactor, Rule::FactorChanged),
];

/// A section that says that nothing is wrong.
fn nothing(view: &View<'_>, name: &'static str, title: Word, line: Word, method: Word) -> Node {
    let drawing = say::list([view.text(line).to_owned()]);
    let section = Section::new(name, view.text(title).to_owned(), String::new(), drawing).half();
    view.section(section.method(view.text(method).to_owned()))
}

/// Resets, exchanges, rollovers and odd values, with what was booked and what to do.
pub(super) fn registers(view: &View<'_>, found: &Found) -> Node {
    const NAME: &str = "quality.registers";
    let marks = found.health.iter().flat_map(|of| of.marks.iter().map(move |mark| (of, mark)));
    let mut marks: Vec<(&Health, &Mark)> = marks.collect();
    if marks.is_empty() {
        return nothing(view, NAME, Word::MarksNone, Word::MarksNoneAid, Word::MarksMethod);
    }
    marks.sort_by_key(|(_, mark)| mark.period.from);
    let counted = KINDS.map(|(word, todo, rule)| {
        let count = marks.iter().filter(|(_, mark)| mark.rule == rule).count();
        (word, todo, say::count(view, count as u64), count)
    });
    let kinds = counted.iter().filter(|(.., count)| *count > 0);
    let named = kinds.clone().map(|(word, _, shown, _)| format!("{} {}", shown, view.text(*word)));
    let named = named.collect::<Vec<_>>().join(", ");
    let title = view.fill(Word::MarksTitle, &[&say::count(view, marks.len() as u64), &named]);
    let mut lines: Vec<String> =
        kinds.map(|(_, todo, shown, _)| view.fill(*todo, &[shown.as_str()])).collect();
    if marks.len() > MOST_ROWS {
        let counts = [MOST_ROWS, marks.len()].map(|count| say::count(view, count as u64));
        lines.push(view.fill(Word::MarksSome, &counts.each_ref().map(String::as_str)));
    }
    let heads = [Word::Kind, Word::Meter, Word::Channel, Word::From, Word::To];
    let rows = marks.iter().take(MOST_ROWS).map(|(of, mark)| mark_row(view, of, mark));
    let table = Table::new(heads.map(|head| view.text(head))).rows(rows);
    let aid = view.text(Word::MarksAid).to_owned();
    let section = Section::new(NAME, title, aid, say::list(lines)).half().table(table);
    view.section(section.method(view.text(Word::MarksMethod).to_owned()))
}

fn mark_row(view: &View<'_>, of: &Health, mark: &Mark) -> Vec<Cell> {
    let kind = KINDS.iter().find(|(.., rule)| *rule == mark.rule);
    let channel = view.model.site.channel(of.channel).map_or("", |channel| channel.name);
    vec![
        kind.map_or("", |(word, ..)| view.text(*word)).into(),
        asset_name(view, of.asset).into(),
        channel.into(),
        say::moment(view, mark.period.from).into(),
        say::moment(view, mark.period.to).into(),
    ]
}

/// Values that their source estimated or does not believe, and time over which a sum was split.
pub(super) fn believed(view: &View<'_>, found: &Found) -> Node {
    const NAME: &str = "quality.believed";
    let sum = |of: fn(&Health) -> u64| found.health.iter().map(of).sum::<u64>();
    let (estimated, suspect) = (sum(|of| of.estimated), sum(|of| of.suspect));
    let most = found.meters.iter().max_by_key(|meter| meter.split.units());
    let most = most.filter(|meter| meter.split.units() > 0 || estimated + suspect > 0);
    let Some(most) = most else {
        let (title, line) = (Word::BelievedNone, Word::BelievedNoneAid);
        return nothing(view, NAME, title, line, Word::BelievedMethod);
    };
    let [estimated, suspect] = [estimated, suspect].map(|figure| say::count(view, figure));
    let name = clipped(asset_name(view, most.asset), 260.0);
    let share = view.percent(most.split);
    let title = view.fill(Word::BelievedTitle, &[&estimated, &suspect, &share, &name]);
    let lines = say::list([view.text(Word::BelievedDo).to_owned()]);
    let drawing = node("div").child(split_bars(view, found, &title)).child(lines);
    let heads = [Word::Meter, Word::Samples, Word::Estimated, Word::Suspect, Word::Longest];
    let heads = heads.map(|head| view.text(head));
    let rows = found.meters.iter().map(|meter| {
        let figure =
            |count: u64| Cell::figure(Decimal::new(count.into(), 0), say::count(view, count));
        let longest = meter.longest.map_or_else(String::new, |gap| say::lasted(view, gap.span()));
        vec![
            asset_name(view, meter.asset).into(),
            figure(meter.samples),
            figure(meter.estimated),
            figure(meter.suspect),
            longest.into(),
        ]
    });
    let table = Table::new(heads).rows(rows);
    let section = Section::new(NAME, title, view.text(Word::BelievedAid).to_owned(), drawing);
    view.section(section.half().table(table).method(view.text(Word::BelievedMethod).to_owned()))
}

fn split_bars(view: &View<'_>, found: &Found, label: &str) -> Node {
    let room = Room::NARROW;
    let mut meters: Vec<_> = found.meters.iter().filter(|meter| meter.split.units() > 0).collect();
    meters.sort_by_key(|meter| std::cmp::Reverse(meter.split.units()));
    let rows = meters.into_iter().take(MOST_BARS).map(|meter| {
        let name = asset_name(view, meter.asset);
        let tenth = Decimal::new(1, 3);
        let shown = match meter.split.to_f64() * 2.0 < tenth.to_f64() {
            true => format!("< {}", view.percent(tenth)),
            false => view.percent(meter.split),
        };
        let hint = format!("{name} · {shown}");
        let part = Part { value: meter.split.to_f64(), class: "estimated", hint };
        (clipped(name, room.names - 12.0), vec![part], shown)
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() { node("div") } else { stacked(room, &rows, label) }
}

/// What the devices' clocks did, and what came late.
pub(super) fn clock(view: &View<'_>, found: &Found) -> Node {
    const NAME: &str = "quality.clock";
    let clocks = &found.clocks;
    let is_known = clocks.anchors > 0 || clocks.is_signed || view.archive.undated() > 0;
    if !is_known {
        return view.missing(NAME, view.text(Word::ClockUnknown));
    }
    let lines = say::list(clock_lines(view, clocks));
    let aid = view.text(Word::ClockAid).to_owned();
    let section = Section::new(NAME, clock_title(view, clocks), aid, lines).half();
    let section = section.method(view.text(Word::ClockMethod).to_owned());
    if clocks.jumps.is_empty() {
        return view.section(section);
    }
    let heads = [Word::At, Word::Jump].map(|head| view.text(head));
    let rows = clocks.jumps.iter().take(MOST_ROWS).map(|jump| {
        let seconds = Decimal::new(jump.by.milliseconds().into(), 3);
        let word = if jump.by < Span::ZERO { Word::Back } else { Word::Forward };
        let shown = view.fill(word, &[&say::lasted(view, jump.by)]);
        vec![say::moment(view, jump.at).into(), Cell::figure(seconds, shown)]
    });
    view.section(section.table(Table::new(heads).rows(rows)))
}

fn clock_title(view: &View<'_>, clocks: &Clocks) -> String {
    match (clocks.back(), clocks.jumps.len()) {
        _ if clocks.anchors == 0 => view.text(Word::ClockUnknown).to_owned(),
        ((0, _), 0) => view.fill(Word::ClockSound, &[&say::count(view, clocks.starts)]),
        ((0, _), jumps) => view.fill(Word::ClockForward, &[&say::count(view, jumps as u64)]),
        ((back, most), _) => {
            let figures = [say::count(view, back as u64), say::lasted(view, most)];
            view.fill(Word::ClockTitle, &figures.each_ref().map(String::as_str))
        }
    }
}

fn clock_lines(view: &View<'_>, clocks: &Clocks) -> Vec<String> {
    let mut lines = Vec::new();
    if clocks.anchors > 0 {
        let figures = [clocks.anchors, clocks.synchronised, clocks.behind];
        let figures = figures.map(|figure| say::count(view, figure));
        lines.push(view.fill(Word::ClockAnchors, &figures.each_ref().map(String::as_str)));
    }
    lines.push(match view.archive.undated() as u64 {
        0 => view.text(Word::ClockAllDated).to_owned(),
        count => view.fill(Word::ClockUndated, &[&say::count(view, count)]),
    });
    let late = clocks.all_late();
    lines.push(match late.readings {
        _ if !clocks.is_signed => view.text(Word::ClockLateUnknown).to_owned(),
        0 => view.text(Word::ClockNoLate).to_owned(),
        count => {
            let most = say::lasted(view, late.most);
            view.fill(Word::ClockLate, &[&say::count(view, count), &most])
        }
    });
    if !clocks.jumps.is_empty() {
        lines.push(view.text(Word::ClockDo).to_owned());
    }
    lines
}
