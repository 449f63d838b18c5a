//! Instants, spans, and local time by a table of UTC offsets; no clock and no zone database.

use core::ops::{Add, Sub};

/// Milliseconds in an hour, as the wide integer that energy arithmetic uses.
pub const MILLISECONDS_AN_HOUR: i128 = 3_600_000;
const MILLISECONDS_A_MINUTE: i64 = 60_000;
const MILLISECONDS_A_DAY: i64 = 86_400_000;

/// A moment: milliseconds since 1970-01-01T00:00Z, leap seconds not counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Instant(i64);

/// A length of time in milliseconds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Span(i64);

impl Instant {
    /// The earliest instant.
    pub const MIN: Self = Self(i64::MIN);
    /// The latest instant.
    pub const MAX: Self = Self(i64::MAX);

    /// From milliseconds since 1970-01-01T00:00Z.
    #[must_use]
    pub const fn from_unix_milliseconds(value: i64) -> Self {
        Self(value)
    }

    /// Milliseconds since 1970-01-01T00:00Z.
    #[must_use]
    pub const fn unix_milliseconds(self) -> i64 {
        self.0
    }

    /// The last multiple of `grid` at or before this instant; the instant itself for an empty grid.
    #[must_use]
    pub const fn floor(self, grid: Span) -> Self {
        if grid.0 <= 0 {
            return self;
        }
        Self(self.0.saturating_sub(self.0.rem_euclid(grid.0)))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// Twenty-four hours; a local day may be an hour shorter or longer.
    pub const DAY: Self = Self(MILLISECONDS_A_DAY);

    /// From milliseconds.
    #[must_use]
    pub const fn from_milliseconds(value: i64) -> Self {
        Self(value)
    }

    /// From seconds.
    #[must_use]
    pub const fn from_seconds(value: i64) -> Self {
        Self(value.saturating_mul(1_000))
    }

    /// From minutes.
    #[must_use]
    pub const fn from_minutes(value: i64) -> Self {
        Self(value.saturating_mul(MILLISECONDS_A_MINUTE))
    }

    /// In milliseconds.
    #[must_use]
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// The exact figure in hours, to a millionth.
    #[must_use]
    pub fn hours(self) -> crate::Decimal {
        let millionths = i128::from(self.0) * 1_000_000;
        crate::Decimal::new(crate::decimal::div_round(millionths, MILLISECONDS_AN_HOUR), 6)
    }

    /// `count` times this span.
    #[must_use]
    pub const fn times(self, count: i64) -> Self {
        Self(self.0.saturating_mul(count))
    }
}

impl Add<Span> for Instant {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Instant {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Sub for Instant {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl core::iter::Sum for Span {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

/// A half-open stretch of time: `from` belongs to it, `to` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Period {
    /// First instant inside.
    pub from: Instant,
    /// First instant after.
    pub to: Instant,
}

impl Period {
    /// The stretch between two instants; empty when `to` is not after `from`.
    #[must_use]
    pub const fn new(from: Instant, to: Instant) -> Self {
        Self { from, to }
    }

    /// How long it lasts, never negative.
    #[must_use]
    pub fn span(self) -> Span {
        if self.to > self.from { self.to - self.from } else { Span::ZERO }
    }

    /// The part that both share, or `None` where they do not meet.
    #[must_use]
    pub fn overlap(self, other: Self) -> Option<Self> {
        let shared = Self::new(self.from.max(other.from), self.to.min(other.to));
        (shared.from < shared.to).then_some(shared)
    }
}

/// From `since` on, local time is UTC plus `minutes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Offset {
    /// When it came into force.
    pub since: Instant,
    /// Local time minus UTC, in minutes.
    pub minutes: i16,
}

/// A zone as a table of offset changes, oldest first; an empty table is UTC.
///
/// # Example
/// ```
/// use millwatt::time::{Instant, Offset, Zone};
/// let table = [Offset { since: Instant::MIN, minutes: 420 }];
/// let zone = Zone::new(&table);
/// let local = zone.local(Instant::from_unix_milliseconds(0));
/// assert_eq!((local.date.year, local.minute_of_day), (1970, 420));
/// assert_eq!(zone.instant(local.date, 420), Instant::from_unix_milliseconds(0));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Zone<'a> {
    offsets: &'a [Offset],
}

impl<'a> Zone<'a> {
    /// A zone over a table that is sorted by `since`.
    #[must_use]
    pub const fn new(offsets: &'a [Offset]) -> Self {
        Self { offsets }
    }

    /// Local time minus UTC at an instant; before the table's first row, that row's.
    #[must_use]
    pub fn offset(&self, at: Instant) -> Span {
        let row = self.offsets.iter().rev().find(|row| row.since <= at);
        let minutes = row.or(self.offsets.first()).map_or(0, |row| row.minutes);
        Span::from_minutes(i64::from(minutes))
    }

    /// What calendars and clocks on the wall show at an instant.
    #[must_use]
    pub fn local(&self, at: Instant) -> Local {
        let wall = at.0.saturating_add(self.offset(at).0);
        let day = wall.div_euclid(MILLISECONDS_A_DAY);
        let within = wall.rem_euclid(MILLISECONDS_A_DAY);
        Local {
            date: Date::from_day_number(day),
            weekday: Weekday::from_day_number(day),
            minute_of_day: (within / MILLISECONDS_A_MINUTE) as u16,
        }
    }

    /// The first instant at which the wall shows `minute_of_day` on `date`; a minute skipped by a
    /// clock change is the instant of the change's far side. `minute_of_day` may pass 1440.
    #[must_use]
    pub fn instant(&self, date: Date, minute_of_day: u16) -> Instant {
        let wall = date
            .day_number()
            .saturating_mul(MILLISECONDS_A_DAY)
            .saturating_add(i64::from(minute_of_day) * MILLISECONDS_A_MINUTE);
        let guess = |offset: Span| Instant(wall) - offset;
        let before = guess(self.offset(Instant(wall) - Span::DAY));
        let after = guess(self.offset(Instant(wall) + Span::DAY));
        if self.offset(before) == Instant(wall) - before { before } else { after }
    }

    /// Midnight that begins the local day of an instant.
    #[must_use]
    pub fn day_start(&self, at: Instant) -> Instant {
        self.instant(self.local(at).date, 0)
    }
}

/// Local time to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    /// Calendar date.
    pub date: Date,
    /// Day of the week of that date.
    pub weekday: Weekday,
    /// Minutes since midnight on the wall, 0 to 1439.
    pub minute_of_day: u16,
}

/// A date of the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Date {
    /// Year, astronomical numbering.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
}

impl Date {
    /// The date `number` days after 1970-01-01.
    ///
    /// # Source
    /// Years are counted from March in eras of 400 years (146,097 days), so that the leap day ends
    /// a year and month lengths follow 153 days per five months.
    #[must_use]
    pub const fn from_day_number(number: i64) -> Self {
        let shifted = number.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let march_month = (5 * of_year + 2) / 153;
        let day = (of_year - (153 * march_month + 2) / 5 + 1) as u8;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 } as u8;
        let year = year + era.saturating_mul(400) + if month <= 2 { 1 } else { 0 };
        Self { year: year as i32, month, day }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn day_number(self) -> i64 {
        let year = self.year as i64 - if self.month <= 2 { 1 } else { 0 };
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let march_month = (self.month as i64 + 9) % 12;
        let of_year = (153 * march_month + 2) / 5 + self.day as i64 - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// A date that exists, or `None`.
    #[must_use]
    pub fn checked(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Self { year, month, day };
        let possible = (1..=12).contains(&month) && (1..=31).contains(&day);
        (possible && Self::from_day_number(date.day_number()) == date).then_some(date)
    }

    /// The date `days` later.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self::from_day_number(self.day_number().saturating_add(days))
    }

    /// The first of the month `months` later.
    #[must_use]
    pub const fn plus_months(self, months: i32) -> Self {
        let month = self.year as i64 * 12 + self.month as i64 - 1 + months as i64;
        Self { year: month.div_euclid(12) as i32, month: month.rem_euclid(12) as u8 + 1, day: 1 }
    }

    /// Day of the week.
    #[must_use]
    pub const fn weekday(self) -> Weekday {
        Weekday::from_day_number(self.day_number())
    }
}

/// A day of the week; Monday is first, as in ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weekday(u8);

impl Weekday {
    /// The weekday of a day counted from 1970-01-01, a Thursday.
    #[must_use]
    pub const fn from_day_number(number: i64) -> Self {
        Self(number.saturating_add(3).rem_euclid(7) as u8)
    }

    /// 0 for Monday to 6 for Sunday.
    #[must_use]
    pub const fn index(self) -> u8 {
        self.0
    }
}

/// A set of weekdays: bit 0 is Monday, bit 6 Sunday.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Weekdays(pub u8);

impl Weekdays {
    /// Monday to Sunday.
    pub const ALL: Self = Self(0x7f);

    /// Whether the set holds a day.
    #[must_use]
    pub const fn contains(self, day: Weekday) -> bool {
        self.0 >> day.0 & 1 == 1
    }
}

/// How a stretch of time is cut into a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub enum Every {
    /// Local days.
    Day,
    /// ISO weeks, Monday to Sunday.
    Week,
    /// Calendar months.
    Month,
    /// Calendar years.
    Year,
}

/// The local days, weeks, months or years of a period, cut to it; see [`Period::every`].
#[derive(Debug, Clone)]
pub struct Cuts<'a> {
    zone: Zone<'a>,
    every: Every,
    rest: Period,
}

impl Period {
    /// The local days, weeks, months or years that this period touches, the first and the last cut
    /// to it.
    #[must_use]
    pub const fn every(self, every: Every, zone: Zone<'_>) -> Cuts<'_> {
        Cuts { zone, every, rest: self }
    }
}

impl Iterator for Cuts<'_> {
    type Item = Period;

    fn next(&mut self) -> Option<Period> {
        if self.rest.from >= self.rest.to {
            return None;
        }
        let date = self.zone.local(self.rest.from).date;
        let next = match self.every {
            Every::Day => date.plus_days(1),
            Every::Week => date.plus_days(7 - i64::from(date.weekday().index())),
            Every::Month => date.plus_months(1),
            Every::Year => Date { year: date.year.saturating_add(1), month: 1, day: 1 },
        };
        let cut = Period::new(self.rest.from, self.zone.instant(next, 0).min(self.rest.to));
        self.rest.from = if cut.to > cut.from { cut.to } else { self.rest.to };
        Some(cut)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    const HANOI: [Offset; 1] = [Offset { since: Instant::MIN, minutes: 420 }];

    /// Central European Time around the summer of 2026.
    const BERLIN: [Offset; 3] = [
        Offset { since: Instant::MIN, minutes: 60 },
        Offset { since: Instant::from_unix_milliseconds(1_774_746_000_000), minutes: 120 },
        Offset { since: Instant::from_unix_milliseconds(1_792_890_000_000), minutes: 60 },
    ];

    #[test]
    fn dates_and_day_numbers_agree_for_four_centuries() {
        for number in -80_000..80_000 {
            let date = Date::from_day_number(number);
            assert_eq!(date.day_number(), number);
            assert_eq!(Date::checked(date.year, date.month, date.day), Some(date));
        }
        assert_eq!(Date::checked(2026, 2, 29), None);
        assert_eq!(Date { year: 2026, month: 11, day: 23 }.weekday().index(), 0);
    }

    #[test]
    fn a_day_of_clock_change_has_23_or_25_hours() {
        let zone = Zone::new(&BERLIN);
        let hours = |month, day| {
            let date = Date { year: 2026, month, day };
            (zone.instant(date.plus_days(1), 0) - zone.instant(date, 0)).milliseconds() / 3_600_000
        };
        assert_eq!((hours(3, 29), hours(10, 25), hours(6, 1)), (23, 25, 24));
    }

    #[test]
    fn a_skipped_minute_is_the_far_side_of_the_change() {
        let zone = Zone::new(&BERLIN);
        let at = zone.instant(Date { year: 2026, month: 3, day: 29 }, 150);
        assert_eq!(zone.local(at).minute_of_day, 90);
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_the_first() {
        let zone = Zone::new(&HANOI);
        let day = |day| zone.instant(Date { year: 2026, month: 11, day }, 0);
        let weeks: Vec<_> = Period::new(day(20), day(25)).every(Every::Week, zone).collect();
        assert_eq!(weeks, [Period::new(day(20), day(23)), Period::new(day(23), day(25))]);
        let year = Period::new(day(1), day(1) + Span::DAY.times(61));
        assert_eq!(year.every(Every::Month, zone).count(), 2);
        assert_eq!(Period::new(day(2), day(1)).every(Every::Day, zone).count(), 0);
    }

    #[test]
    fn extremes_do_not_overflow() {
        let zone = Zone::new(&HANOI);
        let _ = zone.local(Instant::MIN);
        let _ = zone.local(Instant::MAX);
        let _ = Instant::MAX + Span::DAY;
        let _ = Instant::MIN.floor(Span::from_minutes(1));
    }
}
