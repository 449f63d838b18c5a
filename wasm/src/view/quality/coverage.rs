//! The coverage calendar and the gaps.

use super::model::{Meter, Outage};
use super::strip::{self, Stretch};
use super::words::Word;
use super::{Found, asset_name, say};
use crate::chart::{clipped, heat};
use crate::format;
use crate::model::{Calendar, Day, WHOLE};
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table, View};
use millwatt::Decimal;

/// Most meters that are drawn, those that lack most.
const MOST_ROWS: usize = 24;
/// Most cells in a row; more days are drawn together.
const MOST_CELLS: usize = 62;
/// Most gaps that the table names.
const MOST_GAPS: usize = 100;

/// On how many of how many days every meter was measured in full; `None` without a meter.
pub(super) fn whole_days(view: &View<'_>) -> Option<(usize, usize)> {
    let calendars = &view.model.calendars;
    let days = calendars.iter().map(|calendar| calendar.days.len()).max()?;
    let is_whole = |place: usize| {
        let of_day = |calendar: &Calendar| {
            calendar.days.get(place).is_some_and(|day| day.coverage.to_f64() >= WHOLE)
        };
        calendars.iter().all(of_day)
    };
    Some(((0..days).filter(|place| is_whole(*place)).count(), days))
}

/// The mean coverage of some days.
fn mean(days: &[Day]) -> f64 {
    days.iter().map(|day| day.coverage.to_f64()).sum::<f64>() / days.len().max(1) as f64
}

/// A cell a day and meter, or a cell for several days where there are many.
pub(super) fn calendar(view: &View<'_>, found: &Found) -> Node {
    const NAME: &str = "quality.coverage";
    let mut calendars: Vec<&Calendar> = view.model.calendars.iter().collect();
    calendars.sort_by(|one, other| mean(&one.days).total_cmp(&mean(&other.days)));
    let (Some(worst), Some((whole, days))) = (calendars.first(), whole_days(view)) else {
        return view.missing(NAME, view.text(Word::NoMeter));
    };
    let lowest = Decimal::from_f64(mean(&worst.days), 6);
    let lowest = lowest.map_or_else(String::new, |share| view.percent(share));
    let name = clipped(asset_name(view, worst.asset), 260.0);
    let [whole, all] = [whole, days].map(|count| say::count(view, count as u64));
    let title = view.fill(Word::CoverageTitle, &[&whole, &all, &name, &lowest]);
    let group = days.div_ceil(MOST_CELLS).max(1);
    let aid = match group {
        1 => view.text(Word::CoverageAid).to_owned(),
        _ => view.fill(Word::CoverageAidGroups, &[&group.to_string()]),
    };
    let drawn = calendars.len().min(MOST_ROWS);
    let drawing = cells(view, calendars.get(..drawn).unwrap_or_default(), group, &title);
    let section = Section::new(NAME, title, aid, drawing).table(meters_table(view, found));
    let section = section.method(view.text(Word::CoverageMethod).to_owned());
    if drawn == calendars.len() {
        return view.section(section);
    }
    let counts = [drawn, calendars.len()].map(|count| say::count(view, count as u64));
    let some = view.fill(Word::CoverageSome, &counts.each_ref().map(String::as_str));
    view.section(section.coverage(some))
}

fn cells(view: &View<'_>, calendars: &[&Calendar], group: usize, title: &str) -> Node {
    let room = view.room();
    let rows = calendars.iter().map(|calendar| {
        let name = asset_name(view, calendar.asset);
        let cells = calendar.days.chunks(group).map(|days| cell(view, name, days));
        (clipped(name, room.names - 12.0), cells.collect::<Vec<_>>())
    });
    let rows: Vec<_> = rows.collect();
    let groups = calendars.first().into_iter().flat_map(|first| first.days.chunks(group));
    let count = groups.clone().count() as f64;
    let every = (count * 44.0 / (room.width - room.names)).ceil().max(1.0) as usize;
    let columns = groups.enumerate().step_by(every).filter_map(|(place, days)| {
        Some((place, format::day(days.first()?.date, view.choice.language)))
    });
    let columns: Vec<_> = columns.collect();
    heat::cells(room.width, room.names, &rows, &columns, "hole", title)
}

fn cell(view: &View<'_>, name: &str, days: &[Day]) -> heat::Cell {
    let mean = mean(days);
    let lacks = 1.0 - mean;
    // A hair of a gap must still be seen.
    let lacks = if lacks > 1.0 - WHOLE { lacks.max(0.25) } else { 0.0 };
    let shown = Decimal::from_f64(mean, 6).map_or_else(String::new, |share| view.percent(share));
    let dates = [days.first(), days.last()].map(|day| {
        day.map_or_else(String::new, |day| format::full_day(day.date, view.choice.language))
    });
    let [from, to] = &dates;
    let dates = if from == to { from.clone() } else { format!("{from} – {to}") };
    let is_empty = days.iter().all(|day| day.coverage.units() == 0 && day.energy.is_none());
    heat::Cell {
        share: (!is_empty).then_some(lacks), hint: format!("{name} · {dates} · {shown}")
    }
}

/// Every meter with all that stands against its data.
fn meters_table(view: &View<'_>, found: &Found) -> Table {
    let heads = [
        Word::Meter,
        Word::Channels,
        Word::Samples,
        Word::Coverage,
        Word::Gaps,
        Word::Longest,
        Word::Estimated,
        Word::Suspect,
        Word::Incidents,
        Word::LateHead,
    ];
    let table = Table::new(heads.map(|head| view.text(head)));
    table.rows(found.meters.iter().map(|meter| meter_row(view, found, meter)))
}

fn meter_row(view: &View<'_>, found: &Found, meter: &Meter) -> Vec<Cell> {
    let figure = |count: u64| Cell::figure(Decimal::new(count.into(), 0), say::count(view, count));
    let coverage = match meter.coverage {
        Some(share) => Cell::figure(share, view.percent(share)),
        None => view.text(crate::strings::Key::Unknown).into(),
    };
    let longest = meter.longest.map_or_else(String::new, |gap| say::lasted(view, gap.span()));
    let id = view.model.site.asset(meter.asset).map_or("", |asset| asset.id);
    let late = found.clocks.late.get(id).map_or(0, |late| late.readings);
    let late = match found.clocks.is_signed {
        true => figure(late),
        false => view.text(crate::strings::Key::Unknown).into(),
    };
    vec![
        asset_name(view, meter.asset).into(),
        figure(meter.channels),
        figure(meter.samples),
        coverage,
        figure(meter.gaps),
        longest.into(),
        Cell::figure(meter.split, view.percent(meter.split)),
        figure(meter.suspect),
        figure(meter.marks),
        late,
    ]
}

/// Where readings are missing, along time and as a list with the longest first.
pub(super) fn gaps(view: &View<'_>, found: &Found) -> Node {
    const NAME: &str = "quality.gaps";
    let Some(longest) = found.outages.first() else {
        let drawing = say::list([view.text(Word::GapsNoneAid).to_owned()]);
        let title = view.text(Word::GapsNone).to_owned();
        let section = Section::new(NAME, title, String::new(), drawing).half();
        return view.section(section.method(view.text(Word::GapsMethod).to_owned()));
    };
    let count = say::count(view, found.outages.len() as u64);
    let lasted = say::lasted(view, longest.period.span());
    let name = clipped(asset_name(view, longest.asset), 260.0);
    let title = view.fill(Word::GapsTitle, &[&count, &lasted, &name]);
    let mut lines = vec![view.text(Word::GapsDo).to_owned()];
    if found.outages.len() > MOST_GAPS {
        let counts = [MOST_GAPS, found.outages.len()].map(|count| say::count(view, count as u64));
        lines.push(view.fill(Word::GapsSome, &counts.each_ref().map(String::as_str)));
    }
    let drawing = node("div").child(along(view, found, &title)).child(say::list(lines));
    let heads = [Word::Meter, Word::From, Word::To, Word::Lasted, Word::Channels];
    let rows = found.outages.iter().take(MOST_GAPS).map(|outage| gap_row(view, outage));
    let table = Table::new(heads.map(|head| view.text(head))).rows(rows);
    let section = Section::new(NAME, title, view.text(Word::GapsAid).to_owned(), drawing).half();
    view.section(section.table(table).method(view.text(Word::GapsMethod).to_owned()))
}

/// The gaps of each meter along the period; meters without one are left out.
fn along(view: &View<'_>, found: &Found, label: &str) -> Node {
    let mut worst: Vec<&Meter> = found.meters.iter().filter(|meter| meter.gaps > 0).collect();
    worst.sort_by_key(|meter| std::cmp::Reverse(meter.missing.units()));
    let rows = worst.into_iter().take(MOST_ROWS).map(|meter| {
        let own = found.outages.iter().filter(|outage| outage.asset == meter.asset);
        let stretches = own.take(MOST_GAPS).map(|outage| Stretch {
            span: outage.period,
            class: "unread",
            hint: gap_hint(view, outage),
        });
        (asset_name(view, meter.asset).to_owned(), stretches.collect::<Vec<_>>())
    });
    let rows: Vec<_> = rows.collect();
    strip::along(view, view.model.period, &rows, label)
}

fn gap_hint(view: &View<'_>, outage: &Outage) -> String {
    let [from, to] = [outage.period.from, outage.period.to].map(|at| say::moment(view, at));
    let lasted = say::lasted(view, outage.period.span());
    format!("{} · {from} – {to} · {lasted}", asset_name(view, outage.asset))
}

fn gap_row(view: &View<'_>, outage: &Outage) -> Vec<Cell> {
    let span = outage.period.span();
    let channels = match outage.channels.as_slice() {
        [only] => view.model.site.channel(*only).map_or("", |channel| channel.name).to_owned(),
        several => say::count(view, several.len() as u64),
    };
    vec![
        asset_name(view, outage.asset).into(),
        say::moment(view, outage.period.from).into(),
        say::moment(view, outage.period.to).into(),
        Cell::figure(span.hours(), say::lasted(view, span)),
        channels.into(),
    ]
}
