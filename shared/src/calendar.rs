//! Planned work: the shifts of a site laid over real days.

use crate::event::{Event, EventKind};
use crate::site::Shift;
use crate::time::{Date, Period, Span, Zone};

/// Most planned stops that one period takes into account.
pub const MOST_STOPS: usize = 32;

/// Planned stops: cleaning, maintenance, holidays. They take time out of planned work.
///
/// # Missing data
/// Further ones than [`MOST_STOPS`] are left out and count as planned work.
/// # Example
/// ```
/// use millwatt::calendar::{planned_time, Planned, Stops};
/// use millwatt::site::Shift;
/// use millwatt::time::{Instant, Period, Span, Weekdays, Zone};
/// let start = Instant::from_unix_milliseconds(0);
/// let day = Period::new(start, start + Span::DAY);
/// let shift = [Shift { name: "day", days: Weekdays::ALL, start: 480, end: 960 }];
/// let mut stops = Stops::NONE;
/// stops.add(Period::new(start + Span::from_minutes(600), start + Span::from_minutes(660)));
/// let planned = Planned::new(Zone::new(&[]), &shift, day).without(stops);
/// assert_eq!(planned_time(planned), Span::from_minutes(8 * 60 - 60));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stops {
    rows: [Option<Period>; MOST_STOPS],
}

impl Stops {
    /// No stops.
    pub const NONE: Self = Self { rows: [None; MOST_STOPS] };

    /// The reason by which a reported stop is a planned one.
    pub const REASON: &'static str = "shutdown";

    /// The planned stops of an asset, and of the whole site, among events.
    pub fn of<'e>(asset: &str, events: impl Iterator<Item = Event<'e>>, period: Period) -> Self {
        let mut stops = Self::NONE;
        for event in events {
            let concerns = event.asset.is_empty() || event.asset == asset;
            let planned = event.kind == EventKind::Stop && event.product == Self::REASON;
            let stop = event.until.map(|until| Period::new(event.at, until));
            let stop = stop.filter(|stop| concerns && planned && stop.overlap(period).is_some());
            stop.into_iter().for_each(|stop| stops.add(stop));
        }
        stops
    }

    /// One more.
    pub fn add(&mut self, stop: Period) {
        if let Some(free) = self.rows.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(stop);
        }
    }

    /// The first stop that takes something from a stretch.
    fn first_in(&self, stretch: Period) -> Option<Period> {
        let inside = self.rows.iter().flatten().filter_map(|stop| stop.overlap(stretch));
        inside.min_by_key(|stop| stop.from)
    }
}

/// The planned stretches of a period in time order, cut to it and never overlapping.
///
/// A night shift belongs to the day on which it starts. Shifts must be sorted by start. For the series of
/// one shift, give that shift alone.
///
/// # Example
/// ```
/// use millwatt::calendar::Planned;
/// use millwatt::site::Shift;
/// use millwatt::time::{Instant, Period, Weekdays, Zone};
/// let shifts = [
///     Shift { name: "day", days: Weekdays::ALL, start: 6 * 60, end: 14 * 60 },
///     Shift { name: "night", days: Weekdays::ALL, start: 22 * 60, end: 30 * 60 },
/// ];
/// let at = |hour: i64| Instant::from_unix_milliseconds(hour * 3_600_000);
/// let two_days = Period::new(at(0), at(48));
/// let nights: Vec<_> = Planned::new(Zone::new(&[]), &shifts[1..], two_days).collect();
/// // The first began on the day before, the last is cut to the period.
/// assert_eq!(nights, [(0, 6), (22, 30), (46, 48)].map(|(from, to)| Period::new(at(from), at(to))));
/// ```
#[derive(Debug, Clone)]
pub struct Planned<'a> {
    zone: Zone<'a>,
    shifts: &'a [Shift<'a>],
    period: Period,
    date: Date,
    next: usize,
    stops: Stops,
    /// What a stop has left of a shift.
    rest: Option<Period>,
}

impl<'a> Planned<'a> {
    /// The planned stretches of `period`.
    #[must_use]
    pub fn new(zone: Zone<'a>, shifts: &'a [Shift<'a>], period: Period) -> Self {
        let date = zone.local(period.from).date.plus_days(-1);
        Self { zone, shifts, period, date, next: 0, stops: Stops::NONE, rest: None }
    }

    /// The same less planned stops.
    #[must_use]
    pub fn without(self, stops: Stops) -> Self {
        Self { stops, ..self }
    }

    fn stretch(&self, shift: &Shift<'_>) -> Option<Period> {
        if !shift.days.contains(self.date.weekday()) {
            return None;
        }
        let from = self.zone.instant(self.date, shift.start);
        let to = self.zone.instant(self.date, shift.end);
        Period::new(from, to).overlap(self.period)
    }
}

impl Planned<'_> {
    fn next_shift(&mut self) -> Option<Period> {
        while !self.shifts.is_empty() {
            let Some(shift) = self.shifts.get(self.next) else {
                self.next = 0;
                self.date = self.date.plus_days(1);
                if self.zone.instant(self.date, 0) >= self.period.to {
                    return None;
                }
                continue;
            };
            self.next += 1;
            if let Some(stretch) = self.stretch(shift) {
                self.period.from = stretch.to;
                return Some(stretch);
            }
        }
        None
    }
}

impl Iterator for Planned<'_> {
    type Item = Period;

    fn next(&mut self) -> Option<Period> {
        loop {
            let stretch = match self.rest.take() {
                Some(rest) => rest,
                None => self.next_shift()?,
            };
            let Some(stop) = self.stops.first_in(stretch) else {
                return Some(stretch);
            };
            self.rest = (stop.to < stretch.to).then_some(Period::new(stop.to, stretch.to));
            if stretch.from < stop.from {
                return Some(Period::new(stretch.from, stop.from));
            }
        }
    }
}

/// Cuts stretches that come in time order to planned time.
#[derive(Debug, Clone)]
pub struct PlannedCuts<'a> {
    windows: Planned<'a>,
    current: Option<Period>,
}

impl<'a> PlannedCuts<'a> {
    /// Over the planned stretches of a period.
    #[must_use]
    pub fn new(mut windows: Planned<'a>) -> Self {
        let current = windows.next();
        Self { windows, current }
    }

    /// Calls `each` with every planned part of `period`; later calls must not go back in time.
    pub fn cut(&mut self, period: Period, mut each: impl FnMut(Period)) {
        while let Some(window) = self.current {
            if window.from >= period.to {
                return;
            }
            if let Some(part) = window.overlap(period) {
                each(part);
            }
            if window.to > period.to {
                return;
            }
            self.current = self.windows.next();
        }
    }
}

/// All planned time of a period.
#[must_use]
pub fn planned_time(windows: Planned<'_>) -> Span {
    windows.map(Period::span).sum()
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::time::{Instant, Offset, Weekdays};
    use std::vec::Vec;

    const ZONE: [Offset; 1] = [Offset { since: Instant::MIN, minutes: 420 }];

    fn monday_hours(hours: &[(i64, i64)]) -> Vec<Period> {
        let midnight = Zone::new(&ZONE).instant(Date { year: 2026, month: 11, day: 23 }, 0);
        let at = |hour| midnight + Span::from_minutes(hour * 60);
        hours.iter().map(|&(from, to)| Period::new(at(from), at(to))).collect()
    }

    #[test]
    fn a_night_shift_belongs_to_the_day_it_starts() {
        let night = [Shift { name: "night", days: Weekdays(0b1), start: 22 * 60, end: 30 * 60 }];
        let week = monday_hours(&[(-24, 6 * 24)])[0];
        let got: Vec<_> = Planned::new(Zone::new(&ZONE), &night, week).collect();
        assert_eq!(got, monday_hours(&[(22, 30)]));
        let tuesday = monday_hours(&[(24, 48)])[0];
        let got: Vec<_> = Planned::new(Zone::new(&ZONE), &night, tuesday).collect();
        assert_eq!(got, monday_hours(&[(24, 30)]));
    }

    #[test]
    fn cuts_a_long_stretch_to_every_shift_it_meets() {
        let day = [
            Shift { name: "morning", days: Weekdays::ALL, start: 360, end: 720 },
            Shift { name: "afternoon", days: Weekdays::ALL, start: 780, end: 1_020 },
        ];
        let period = monday_hours(&[(0, 48)])[0];
        let mut cuts = PlannedCuts::new(Planned::new(Zone::new(&ZONE), &day, period));
        let mut got = Vec::new();
        for part in monday_hours(&[(0, 7), (7, 11), (11, 31)]) {
            cuts.cut(part, |planned| got.push(planned));
        }
        let expected = monday_hours(&[(6, 7), (7, 11), (11, 12), (13, 17), (30, 31)]);
        assert_eq!(got, expected);
    }

    #[test]
    fn stops_take_their_time_out_of_the_shifts_they_touch() {
        let day = [Shift { name: "", days: Weekdays::ALL, start: 360, end: 1_080 }];
        let mut stops = Stops::NONE;
        monday_hours(&[(10, 11), (8, 9), (17, 31), (20, 22)])
            .into_iter()
            .for_each(|s| stops.add(s));
        let period = monday_hours(&[(0, 48)])[0];
        let got: Vec<_> = Planned::new(Zone::new(&ZONE), &day, period).without(stops).collect();
        assert_eq!(got, monday_hours(&[(6, 8), (9, 10), (11, 17), (31, 42)]));
    }

    #[test]
    fn no_shifts_is_no_planned_time() {
        let period = monday_hours(&[(0, 48)])[0];
        assert_eq!(planned_time(Planned::new(Zone::new(&ZONE), &[], period)), Span::ZERO);
    }
}
