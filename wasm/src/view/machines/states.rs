//! The states of all machines along time, down to single samples.

use super::account::Account;
use super::reason::Reason;
use super::strip::{Piece, Strip};
use super::window::WINDOW;
use super::words::Word;
use super::{Chapter, millionths};
use crate::chart::axis::{Axis, instant};
use crate::chart::ribbon::{Named, Row, Stretch, ribbon};
use crate::model::STACK;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::{Cell, Section, Table};
use millwatt::calendar::Planned;
use millwatt::production::State;
use millwatt::time::{Instant, Span};
use millwatt::{Decimal, Name};

/// Most rectangles that a drawing has.
const MOST_PIECES: usize = 2_000;
/// The longest window in which shifts are drawn.
const SHIFTS_SEEN: Span = Span::from_minutes(10 * 1_440);
/// The longest window in which seconds are told.
const SECONDS_SEEN: Span = Span::from_minutes(120);
/// Reports that the width of a window can hold.
const MOST_MARKS: i64 = 120;

/// The class that gives a state its colour.
const fn class(state: State) -> &'static str {
    match state {
        State::Off => "off",
        State::Idle => "idle",
        State::Setup => "setup",
        State::Running => "running",
        State::Down => "down",
    }
}

/// What to draw of each strip, coarser until all of it is little enough.
fn pieces(mut strips: Vec<Strip>) -> Vec<Vec<Piece>> {
    loop {
        let pieces: Vec<Vec<Piece>> = strips.iter().map(Strip::pieces).collect();
        let count: usize = pieces.iter().map(Vec::len).sum();
        if count <= MOST_PIECES || !strips.iter_mut().all(Strip::coarsen) {
            return pieces;
        }
    }
}

impl Chapter<'_> {
    pub(super) fn states(&self) -> Node {
        let title = self.states_title();
        let shown: Vec<&Account<'_>> =
            self.accounts.iter().filter(|account| account.strip.is_some()).collect();
        let strips = shown.iter().filter_map(|account| account.strip.clone()).collect();
        let rows = shown.iter().zip(pieces(strips));
        let rows: Vec<Row> =
            rows.map(|(account, pieces)| self.state_row(account, &pieces)).collect();
        let (room, zone) = (self.view.room(), self.shop.site.zone_rules());
        let axis = Axis::time(self.window, zone, self.view.choice.language, room);
        let drawing = ribbon(room, &axis, &rows, &self.shifts_seen(), WINDOW, &title);
        let aid = [self.window.from, self.window.to].map(|at| self.clock(at));
        let aid = self.view.fill(Word::StatesAid, &aid.each_ref().map(String::as_str));
        let section = Section::new("machines.states", title, aid, drawing);
        let section = section.controls(self.window_controls()).legend(self.state_legend());
        let section = section.coverage(self.states_coverage(&shown)).table(self.states_table());
        self.view.section(section.method(self.view.text(Word::StatesMethod).to_owned()))
    }

    fn states_title(&self) -> String {
        let longest = self.accounts.iter().max_by_key(|account| account.idle.all.time);
        match longest.map(|account| (account.asset.name, account.idle.all.time)) {
            Some((name, time)) if time > Span::ZERO => {
                self.view.fill(Key::RibbonTitle, &[name, &self.hours(time.hours())])
            }
            _ => self.view.text(Word::NeverIdle).to_owned(),
        }
    }

    /// Date and time, to the second where the window is short.
    fn clock(&self, at: Instant) -> String {
        let moment = self.moment(at);
        if self.window.span() > SECONDS_SEEN {
            return moment;
        }
        format!("{moment}:{:02}", at.unix_milliseconds().rem_euclid(60_000) / 1_000)
    }

    fn state_word(&self, state: Option<State>) -> &'static str {
        self.view.text(state.map_or(Key::NotMeasured, Key::state))
    }

    fn state_row(&self, account: &Account<'_>, pieces: &[Piece]) -> Row {
        let name = account.asset.name;
        let stretches = pieces.iter().map(|piece| {
            let (state, begins) = (self.state_word(piece.state), self.clock(piece.period.from));
            let lasted = self.lasted(piece.period.span());
            Stretch {
                from: instant(piece.period.from),
                to: instant(piece.period.to),
                class: piece.state.map(class),
                hint: format!("{name} · {state} · {begins} · {lasted}"),
            }
        });
        Row { name: name.to_owned(), stretches: stretches.collect(), marks: self.reports(account) }
    }

    /// Reported stops in the window, one for each place that can be seen.
    fn reports(&self, account: &Account<'_>) -> Vec<(f64, String)> {
        let step = (self.window.span().milliseconds() / MOST_MARKS).max(1);
        let mut last = None;
        let mut marks = Vec::new();
        let stops = self.shop.stops.iter().filter(|event| event.asset == account.asset.id);
        for event in stops {
            let place = (event.at - self.window.from).milliseconds() / step;
            let is_inside = event.at >= self.window.from && event.at < self.window.to;
            if is_inside && last != Some(place) {
                last = Some(place);
                let reason = self.reason(Reason::given(event));
                marks.push((instant(event.at), format!("{} · {reason}", self.clock(event.at))));
            }
        }
        marks
    }

    fn shifts_seen(&self) -> Vec<Named> {
        if self.window.span() > SHIFTS_SEEN {
            return Vec::new();
        }
        let zone = self.shop.site.zone_rules();
        let one_by_one = self.shop.site.shifts.chunks(1);
        let named = one_by_one.flat_map(|shift| {
            let name = shift.first().map_or("", |shift| shift.name);
            Planned::new(zone, shift, self.window).map(move |period| Named {
                from: instant(period.from),
                to: instant(period.to),
                name: name.to_owned(),
            })
        });
        named.collect()
    }

    fn state_legend(&self) -> Node {
        let entries = STACK.map(|state| {
            let mark = node("span").class(class(state)).text("■");
            node("span").child(mark).text(" ").text(self.view.text(Key::state(state)))
        });
        let hatched = node("span").text("▨ ").text(self.view.text(Key::NotMeasured));
        node("p").class("legend").children(entries).child(hatched)
    }

    fn states_coverage(&self, shown: &[&Account<'_>]) -> String {
        let strips = shown.iter().filter_map(|account| account.strip.as_ref());
        let known: Span = strips.map(Strip::known).sum();
        let whole = self.window.span().times(i64::try_from(shown.len()).unwrap_or(0));
        let share = self.view.percent(millwatt::usage::share(known, whole));
        self.view.fill(Word::WindowKnown, &[&share])
    }

    /// Planned time by state, from the indicators.
    fn states_table(&self) -> Table {
        let states = STACK.map(|state| self.view.text(Key::state(state)));
        let heads = [self.view.text(Key::Asset), self.view.text(Word::Planned)];
        let heads = heads.into_iter().chain(states).chain([self.view.text(Key::NotMeasured)]);
        let rows = self.accounts.iter().map(|account| {
            let times =
                STACK.map(|state| self.value(Name::StateTime, account.asset.id, state.name()));
            let known = times.iter().copied().collect::<Option<Vec<_>>>();
            let planned = account.planned.hours();
            let missing = known.map(|known| {
                let known: i128 = known.into_iter().map(millionths).sum();
                Decimal::new((millionths(planned) - known).max(0), 6)
            });
            let cells = times.into_iter().chain([missing]).map(|hours| self.hours_cell(hours));
            let name = Cell::from(account.asset.name);
            [name, self.hours_cell(Some(planned))].into_iter().chain(cells).collect()
        });
        Table::new(heads).rows(rows)
    }

    /// Hours, or that they are not known.
    pub(super) fn hours_cell(&self, hours: Option<Decimal>) -> Cell {
        match hours {
            Some(hours) => Cell::figure(hours, self.hours(hours)),
            None => self.unknown().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::hand::{period, stretch};
    use super::*;

    #[test]
    fn a_year_of_many_machines_is_few_rectangles() {
        let minutes = 365 * 1_440;
        let state = |minute: i64| State::from_code(minute / 11 % 5).unwrap_or(State::Off);
        let strips = (0..6).map(|machine| {
            let mut strip = Strip::new(period(0, minutes), 1_600);
            (0..minutes).step_by(7).for_each(|minute| {
                strip.fold(&stretch(minute, minute + 7, state(minute + machine * 29)));
            });
            strip
        });
        let strips: Vec<Strip> = strips.collect();
        let known: Span = strips.iter().map(Strip::known).sum();
        let drawn = pieces(strips);
        assert!(drawn.iter().map(Vec::len).sum::<usize>() <= MOST_PIECES);
        let covered: Span = drawn.iter().flatten().map(|piece| piece.period.span()).sum();
        assert!(known <= covered, "what is drawn covers the whole window");
    }
}
