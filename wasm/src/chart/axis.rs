//! From figures and instants to places along an axis, with ticks that people like to read.

use super::Room;
use crate::format;
use crate::words::Language;
use millwatt::time::{Date, Instant, Period, Span, Zone};

/// One direction of a plot: its ends and the words along it.
#[derive(Debug, Clone)]
pub struct Axis {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) ticks: Vec<(f64, String)>,
    pub(super) unit: String,
    pub(super) is_time: bool,
}

/// An instant as a figure on a time axis.
#[must_use]
pub fn instant(at: Instant) -> f64 {
    at.unix_milliseconds() as f64
}

impl Axis {
    /// Figures between two round numbers that hold `from` and `to`.
    #[must_use]
    pub fn linear(from: f64, to: f64, unit: &str, tick: impl Fn(f64) -> String) -> Self {
        let (low, high) = if from < to { (from, to) } else { (to, from) };
        let (low, high) =
            if low == high { (low.min(0.0), high.max(low.min(0.0) + 1.0)) } else { (low, high) };
        let step = step(high - low);
        let (first, last) = ((low / step).floor() as i64, (high / step).ceil() as i64);
        let ticks = (first..=last).map(|count| count as f64 * step);
        let ticks = ticks.map(|value| (value, tick(value))).collect();
        let ends = (first as f64 * step, last as f64 * step);
        Self { from: ends.0, to: ends.1, ticks, unit: unit.to_owned(), is_time: false }
    }

    /// Where it begins and where it ends.
    #[must_use]
    pub const fn ends(&self) -> (f64, f64) {
        (self.from, self.to)
    }

    /// Figures between two ends, with ticks where the caller wants them.
    #[must_use]
    pub fn exact(from: f64, to: f64, ticks: Vec<(f64, String)>) -> Self {
        let to = if from < to { to } else { from + 1.0 };
        Self { from, to, ticks, unit: String::new(), is_time: false }
    }

    /// Local time: hours, days, weeks, months or years, as many as have room.
    #[must_use]
    pub fn time(period: Period, zone: Zone<'_>, language: Language, room: Room) -> Self {
        let most = if room == Room::NARROW { 4 } else { 9 };
        let ticks = time_ticks(period, zone, most);
        let ticks =
            ticks.into_iter().map(|(at, word)| (instant(at), word.text(at, zone, language)));
        let (from, to) = (instant(period.from), instant(period.to));
        let mut axis = Self::exact(from, to, ticks.collect());
        axis.is_time = true;
        axis
    }
}

/// What a tick of a time axis says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stamp {
    Clock,
    Day,
    Month,
}

impl Stamp {
    fn text(self, at: Instant, zone: Zone<'_>, language: Language) -> String {
        let local = zone.local(at);
        let minute = local.minute_of_day;
        match self {
            Self::Clock if minute == 0 => format::day(local.date, language),
            Self::Clock if at.unix_milliseconds() % 60_000 == 0 => {
                format!("{:02}:{:02}", minute / 60, minute % 60)
            }
            Self::Clock => {
                let second = at.unix_milliseconds().rem_euclid(60_000) / 1_000;
                format!("{:02}:{:02}:{second:02}", minute / 60, minute % 60)
            }
            Self::Day => format::day(local.date, language),
            Self::Month => format!("{:02}/{}", local.date.month, local.date.year),
        }
    }
}

/// Seconds between ticks within a day.
const CLOCKS: [i64; 15] =
    [1, 5, 10, 30, 60, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 43_200];
/// Days between ticks within a year.
const DAYS: [i64; 4] = [1, 2, 7, 14];
/// Months between ticks.
const MONTHS: [i32; 5] = [1, 2, 3, 6, 12];

fn time_ticks(period: Period, zone: Zone<'_>, most: i64) -> Vec<(Instant, Stamp)> {
    let length = period.span().milliseconds().max(1);
    let fits = |step: i64| length / step <= most;
    if let Some(seconds) = CLOCKS.into_iter().find(|seconds| fits(seconds * 1_000)) {
        return clock_ticks(period, zone, seconds);
    }
    if let Some(days) = DAYS.into_iter().find(|days| fits(days * 86_400_000)) {
        return day_ticks(period, zone, days);
    }
    let months = MONTHS.into_iter().find(|months| fits(i64::from(*months) * 30 * 86_400_000));
    month_ticks(period, zone, months.unwrap_or(24))
}

fn clock_ticks(period: Period, zone: Zone<'_>, seconds: i64) -> Vec<(Instant, Stamp)> {
    let mut day = zone.day_start(period.from);
    let mut ticks = Vec::new();
    while day <= period.to {
        let next = zone.instant(zone.local(day).date.plus_days(1), 0);
        let count = (next - day).milliseconds() / 1_000 / seconds;
        let skipped = ((period.from - day).milliseconds() / 1_000 / seconds).max(0);
        let places = (skipped..count).map(|place| day + Span::from_seconds(place * seconds));
        let shown = places.skip_while(|at| *at < period.from).take_while(|at| *at <= period.to);
        ticks.extend(shown.map(|at| (at, Stamp::Clock)));
        day = next;
    }
    ticks
}

fn day_ticks(period: Period, zone: Zone<'_>, days: i64) -> Vec<(Instant, Stamp)> {
    let first = zone.local(period.from).date;
    // Weeks begin on Mondays.
    let ahead = if days >= 7 { (7 - i64::from(first.weekday().index())) % 7 } else { 0 };
    let dates = (0..).map(|count| first.plus_days(ahead + count * days));
    let all = dates.map(|date| zone.instant(date, 0)).take_while(|at| *at <= period.to);
    all.filter(|at| *at >= period.from).map(|at| (at, Stamp::Day)).collect()
}

fn month_ticks(period: Period, zone: Zone<'_>, months: i32) -> Vec<(Instant, Stamp)> {
    let first = Date { day: 1, month: 1, ..zone.local(period.from).date };
    let dates = (0..).map(|count| first.plus_months(count * months));
    let all = dates.map(|date| zone.instant(date, 0)).take_while(|at| *at <= period.to);
    all.filter(|at| *at >= period.from).map(|at| (at, Stamp::Month)).collect()
}

/// A step of 1, 2 or 5 times a power of ten that cuts a length into three to seven parts.
fn step(length: f64) -> f64 {
    let length = if length.is_finite() && length > 0.0 { length } else { 1.0 };
    let power = 10_f64.powf((length / 3.0).log10().floor());
    let steps = [5.0, 2.0, 1.0].map(|factor| factor * power);
    steps.into_iter().find(|step| length / step >= 3.0).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(days: f64) -> Vec<String> {
        let from = Instant::from_unix_milliseconds(1_795_392_000_000);
        let to = from + Span::from_milliseconds((days * 86_400_000.0) as i64);
        let axis =
            Axis::time(Period::new(from, to), Zone::new(&[]), Language::Vietnamese, Room::WIDE);
        axis.ticks.into_iter().map(|(_, word)| word).collect()
    }

    #[test]
    fn round_figures_hold_both_ends() {
        let axis = Axis::linear(-3.0, 17.0, "kWh", |value| value.to_string());
        assert_eq!((axis.from, axis.to), (-5.0, 20.0));
        assert_eq!(axis.ticks.len(), 6);
        let flat = Axis::linear(4.0, 4.0, "kW", |value| value.to_string());
        assert!(flat.from <= 0.0 && flat.to >= 4.0);
        let nothing = Axis::linear(f64::NAN, f64::NAN, "kW", |value| value.to_string());
        assert!(nothing.ticks.len() < 20);
    }

    #[test]
    fn time_is_told_in_the_unit_that_fits() {
        assert_eq!(words(1.0).len(), 9);
        assert_eq!(words(1.0)[1], "03:00");
        assert_eq!(words(7.0)[0], "23/11");
        assert_eq!(words(60.0).last().map(String::as_str), Some("18/01"));
        assert!(words(400.0).iter().all(|word| word.contains("/20")), "{:?}", words(400.0));
        assert_eq!(words(0.0005).first().map(String::as_str), Some("23/11"));
        for days in [0.001, 0.3, 2.0, 30.0, 90.0, 365.0, 3_650.0] {
            assert!((1..=11).contains(&words(days).len()), "{days}: {:?}", words(days));
        }
    }
}
