//! The main meter's intervals, folded once into everything that the chapter draws.

use std::ops::{AddAssign, Sub};

use millwatt::calendar::{Planned, PlannedCuts};
use millwatt::energy::load::BINS;
use millwatt::energy::{BandUsage, LoadHistogram, TariffClock};
use millwatt::interval::Interval;
use millwatt::site::Site;
use millwatt::time::{Date, Every, Instant, Period, Span, Zone};
use millwatt::units::{Energy, Power};
use millwatt::usage::Usage;

/// A window of demand.
pub(super) const QUARTER: Span = Span::from_minutes(15);
/// Most columns that are drawn beside one another.
pub(super) const MOST_COLUMNS: usize = 62;
/// Bins for a meter of which nobody knows how much it can draw: half a kilowatt wide.
const UNKNOWN_WIDTH: Power = Power::from_milliwatts(500_000);

/// What was measured in a stretch of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Drawn {
    /// How much.
    pub energy: Energy,
    /// For how long.
    pub time: Span,
}

impl Drawn {
    fn of(part: &Interval) -> Self {
        let energy = Energy::from_milliwatt_hours(part.amount);
        Self { energy, time: part.period.span() }
    }

    /// Mean power; `None` when nothing was measured.
    pub fn power(&self) -> Option<Power> {
        self.energy.mean_power(self.time)
    }
}

impl AddAssign for Drawn {
    fn add_assign(&mut self, other: Self) {
        self.energy += other.energy;
        self.time = self.time + other.time;
    }
}

impl Sub for Drawn {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { energy: self.energy - other.energy, time: self.time - other.time }
    }
}

/// A quarter of an hour of the wall clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// When it begins.
    pub begins: Instant,
    /// All that was measured in it.
    pub all: Drawn,
    /// Of that, inside a shift.
    pub open: Drawn,
}

impl Window {
    /// Mean power, where all of it was measured.
    pub fn whole(&self) -> Option<Power> {
        (self.all.time >= QUARTER).then(|| self.all.power()).flatten()
    }

    /// What was measured outside all shifts.
    pub fn closed(&self) -> Drawn {
        self.all - self.open
    }
}

/// A day, week, month or year, with what was used in it.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// When.
    pub period: Period,
    /// How much, and how well that is known.
    pub usage: Usage,
    /// The same by tariff band.
    pub bands: BandUsage,
}

impl Column {
    fn new(period: Period) -> Self {
        Self { period, usage: Usage::default(), bands: BandUsage::default() }
    }
}

/// The main meter's period.
#[derive(Debug, Clone)]
pub(super) struct Load {
    /// How it is cut into columns.
    pub every: Every,
    /// The columns, oldest first.
    pub columns: Vec<Column>,
    /// The quarters of an hour in which anything was measured, oldest first.
    pub windows: Vec<Window>,
    /// How long the load stood where.
    pub histogram: LoadHistogram,
    /// All of it.
    pub usage: Usage,
    /// What was measured, by tariff band.
    pub measured_bands: BandUsage,
    /// Of that, what fell inside shifts.
    pub open_bands: BandUsage,
}

impl Load {
    /// Folds the intervals of a meter, oldest first and cut to the period.
    pub fn of(
        site: Site<'_>,
        period: Period,
        width: Power,
        intervals: impl Iterator<Item = Interval>,
    ) -> Self {
        let mut fold = Fold::new(site, period, width);
        intervals.for_each(|interval| fold.take(&interval));
        fold.load
    }

    /// The windows of each local day.
    pub fn by_day<'l>(&'l self, zone: Zone<'l>) -> impl Iterator<Item = (Date, &'l [Window])> {
        let date = move |window: &Window| zone.local(window.begins).date;
        let days = self.windows.chunk_by(move |one, other| date(one) == date(other));
        days.filter_map(move |day| Some((date(day.first()?), day)))
    }

    /// Everything inside shifts.
    pub fn open(&self) -> Drawn {
        sum(self.windows.iter().map(|window| window.open))
    }

    /// Everything outside shifts.
    pub fn closed(&self) -> Drawn {
        sum(self.windows.iter().map(Window::closed))
    }
}

/// What stretches add up to.
pub(super) fn sum(parts: impl Iterator<Item = Drawn>) -> Drawn {
    parts.fold(Drawn::default(), |mut all, part| {
        all += part;
        all
    })
}

/// How wide bins must be: the rating in as many, or else what the highest demand leaves room for.
pub(super) fn bin_width(rated_milliwatts: i64, peak: Option<Power>) -> Power {
    let bins = BINS as i128 - 1;
    let highest = peak.map_or(0, |peak| peak.milliwatts() * 3 / 2);
    let most = if rated_milliwatts > 0 { i128::from(rated_milliwatts) } else { highest };
    let width = Power::from_milliwatts(most / bins);
    if width > Power::ZERO { width } else { UNKNOWN_WIDTH }
}

/// The longest of days, weeks, months and years that leaves no more than [`MOST_COLUMNS`].
pub(super) fn columns(period: Period, zone: Zone<'_>) -> (Every, Vec<Period>) {
    for every in [Every::Day, Every::Week, Every::Month] {
        let cuts: Vec<_> = period.every(every, zone).take(MOST_COLUMNS + 1).collect();
        if cuts.len() <= MOST_COLUMNS {
            return (every, cuts);
        }
    }
    (Every::Year, period.every(Every::Year, zone).collect())
}

/// What each of successive stretches used.
pub(super) fn by_period(
    site: Site<'_>,
    periods: &[Period],
    intervals: impl Iterator<Item = Interval>,
) -> Vec<Column> {
    let mut columns: Vec<Column> = periods.iter().copied().map(Column::new).collect();
    let (mut clock, mut place) = (TariffClock::new(site), 0);
    intervals.for_each(|interval| put(&mut columns, &mut place, &interval, &mut clock));
    columns
}

/// Adds an interval to the columns that it meets, from a place on.
fn put(
    columns: &mut [Column],
    place: &mut usize,
    interval: &Interval,
    clock: &mut TariffClock<'_>,
) {
    while let Some(column) = columns.get_mut(*place) {
        if let Some(part) = interval.within(column.period) {
            column.usage.fold(&part);
            column.bands.fold(&part, clock);
        }
        if interval.period.to <= column.period.to {
            return;
        }
        *place += 1;
    }
}

/// A load under way.
struct Fold<'a> {
    zone: Zone<'a>,
    clock: TariffClock<'a>,
    window_clock: TariffClock<'a>,
    open_clock: TariffClock<'a>,
    shifts: PlannedCuts<'a>,
    column: usize,
    load: Load,
}

impl<'a> Fold<'a> {
    fn new(site: Site<'a>, period: Period, width: Power) -> Self {
        let zone = site.zone_rules();
        let clock = TariffClock::new(site);
        let (every, cuts) = columns(period, zone);
        let load = Load {
            every,
            columns: cuts.into_iter().map(Column::new).collect(),
            windows: Vec::new(),
            histogram: LoadHistogram::new(width),
            usage: Usage::default(),
            measured_bands: BandUsage::default(),
            open_bands: BandUsage::default(),
        };
        let shifts = PlannedCuts::new(Planned::new(zone, site.shifts, period));
        let (window_clock, open_clock) = (clock.clone(), clock.clone());
        Self { zone, clock, window_clock, open_clock, shifts, column: 0, load }
    }

    fn take(&mut self, interval: &Interval) {
        self.load.usage.fold(interval);
        self.load.histogram.fold(interval);
        put(&mut self.load.columns, &mut self.column, interval, &mut self.clock);
        if interval.rule.is_measured() {
            self.load.measured_bands.fold(interval, &mut self.window_clock);
            self.by_window(interval);
        }
    }

    fn by_window(&mut self, interval: &Interval) {
        let mut from = interval.period.from;
        while from < interval.period.to {
            let begins = self.window_at(from);
            let end = (begins + QUARTER).min(interval.period.to);
            if let Some(part) = interval.within(Period::new(from, end)) {
                let open = self.open(&part);
                if let Some(window) = self.load.windows.last_mut() {
                    window.all += Drawn::of(&part);
                    window.open += open;
                }
            }
            from = end;
        }
    }

    /// When the window of an instant begins, which is then the last one.
    fn window_at(&mut self, at: Instant) -> Instant {
        let last = self.load.windows.last().map(|window| window.begins);
        if let Some(begins) = last.filter(|begins| *begins <= at && at < *begins + QUARTER) {
            return begins;
        }
        let offset = self.zone.offset(at);
        let begins = (at + offset).floor(QUARTER) - offset;
        self.load.windows.push(Window { begins, ..Window::default() });
        begins
    }

    fn open(&mut self, part: &Interval) -> Drawn {
        let (bands, clock) = (&mut self.load.open_bands, &mut self.open_clock);
        let mut open = Drawn::default();
        self.shifts.cut(part.period, |planned| {
            if let Some(part) = part.within(planned) {
                open += Drawn::of(&part);
                bands.fold(&part, clock);
            }
        });
        open
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use millwatt::interval::Rule;
    use millwatt::site::{Band, Facts, Shift, Tariff};
    use millwatt::time::Weekdays;

    /// Monday, 23 November 2026, midnight in UTC.
    pub const MONDAY: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);

    pub const EMPTY: Site<'static> = Site {
        name: "",
        zone: "UTC",
        currency: "VND",
        main: None,
        output: None,
        output_unit: "kg",
        offsets: &[],
        shifts: &[],
        tariffs: &[],
        bands: &[],
        assets: &[],
        channels: &[],
        facts: Facts::NONE,
    };

    pub fn at(minute: i64) -> Instant {
        MONDAY + Span::from_minutes(minute)
    }

    pub fn interval(from: i64, to: i64, watt_hours: i128, rule: Rule) -> Interval {
        Interval { period: Period::new(at(from), at(to)), amount: watt_hours * 1_000, rule }
    }

    fn kwh(watt_hours: i128) -> Energy {
        Energy::from_milliwatt_hours(watt_hours * 1_000)
    }

    fn day_of(site: Site<'_>, intervals: &[Interval]) -> Load {
        let day = Period::new(at(0), at(1_440));
        Load::of(site, day, UNKNOWN_WIDTH, intervals.iter().copied())
    }

    #[test]
    fn an_interval_is_cut_at_quarters_and_at_the_shift() {
        let shifts = [Shift { name: "", days: Weekdays::ALL, start: 20, end: 40 }];
        let site = Site { shifts: &shifts, ..EMPTY };
        // 600 Wh in an hour: 150 a quarter; the shift takes 100 of the second and 100 of the third.
        let load = day_of(site, &[interval(0, 60, 600, Rule::Measured)]);
        let got: Vec<_> = load.windows.iter().map(|w| (w.all.energy, w.open.energy)).collect();
        let none = Energy::ZERO;
        let expected =
            [(kwh(150), none), (kwh(150), kwh(100)), (kwh(150), kwh(100)), (kwh(150), none)];
        assert_eq!(got, expected);
        assert_eq!((load.closed().energy, load.closed().time), (kwh(400), Span::from_minutes(40)));
        assert_eq!(load.open().power().map(|power| power.milliwatts()), Some(600_000));
    }

    #[test]
    fn what_is_estimated_has_no_window_and_a_part_of_one_is_not_whole() {
        let rows = [interval(0, 10, 100, Rule::Measured), interval(10, 30, 50, Rule::AcrossGap)];
        let load = day_of(EMPTY, &rows);
        assert_eq!((load.windows.len(), load.windows[0].whole()), (1, None));
        let usage = &load.columns[0].usage;
        assert_eq!((usage.total(), usage.measured()), (Some(150_000), 100_000));
    }

    #[test]
    fn closed_hours_cost_what_all_cost_less_the_open_ones() {
        let shifts = [Shift { name: "", days: Weekdays::ALL, start: 0, end: 60 }];
        let tariffs = [Tariff { since: Instant::MIN, vat_per_mille: 0, source: "" }];
        let band = |days, start, end, price_thousandths| Band {
            tariff: 0,
            name: "",
            price_thousandths,
            days,
            start,
            end,
        };
        let bands = [band(Weekdays(0), 0, 0, 2_000_000), band(Weekdays::ALL, 90, 1_440, 3_000_000)];
        let site = Site { shifts: &shifts, tariffs: &tariffs, bands: &bands, ..EMPTY };
        let load = day_of(site, &[interval(0, 120, 4_000, Rule::Measured)]);
        let cost = |bands: &BandUsage| bands.cost(&site).0.units().to_string();
        assert_eq!(cost(&load.measured_bands), "9000"); // 3 kWh at 2,000 and 1 at 3,000
        assert_eq!(cost(&load.open_bands), "4000");
    }

    #[test]
    fn a_long_period_has_fewer_columns() {
        let columns = |days: i64| columns(Period::new(at(0), at(1_440 * days)), Zone::new(&[]));
        assert_eq!((columns(62).0, columns(62).1.len()), (Every::Day, 62));
        assert_eq!((columns(63).0, columns(63).1.len()), (Every::Week, 9));
        assert_eq!(columns(7 * 63).0, Every::Month);
        assert_eq!(columns(366 * 6).0, Every::Year);
        assert_eq!(columns(0).1.len(), 0);
    }

    #[test]
    fn an_interval_across_columns_adds_to_each() {
        let periods = [Period::new(at(0), at(60)), Period::new(at(60), at(120))];
        let rows = [interval(30, 90, 600, Rule::Measured), interval(90, 100, 7, Rule::Measured)];
        let sums = by_period(EMPTY, &periods, rows.into_iter());
        let totals: Vec<_> = sums.iter().map(|column| column.usage.total()).collect();
        assert_eq!(totals, [Some(300_000), Some(307_000)]);
    }

    #[test]
    fn bins_follow_the_rating_or_else_the_peak() {
        let kilowatts = |kilowatts: i128| Power::from_milliwatts(kilowatts * 1_000_000);
        assert_eq!(bin_width(255_000_000, Some(kilowatts(9))), kilowatts(1));
        assert_eq!(bin_width(0, Some(kilowatts(170))), kilowatts(1));
        assert_eq!(bin_width(0, None), UNKNOWN_WIDTH);
    }
}
