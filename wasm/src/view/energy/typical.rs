//! Times of day over many days: what is usual, and how far days differ.

use super::load::Load;
use millwatt::time::{Date, Zone};

/// Quarter-hours of a day.
pub(super) const QUARTERS: usize = 96;
/// From so many days on the tenth and the ninetieth hundredth mean something.
pub(super) const ENOUGH_DAYS: usize = 5;

/// A time of day over many days, kW.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usual {
    /// A tenth of the days were below.
    pub low: f64,
    /// Half of the days were below.
    pub middle: f64,
    /// A tenth of the days were above.
    pub high: f64,
}

/// Days of one kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Typical {
    /// How many of them had anything measured.
    pub days: usize,
    /// Their times of day; `None` where no day was measured.
    pub times: Vec<Option<Usual>>,
}

impl Typical {
    /// Of the days that are wanted, over quarter-hours that were measured whole.
    pub fn of(load: &Load, zone: Zone<'_>, is_wanted: impl Fn(Date) -> bool) -> Self {
        let mut days = 0;
        let mut powers = vec![Vec::new(); QUARTERS];
        for (_, windows) in load.by_day(zone).filter(|(date, _)| is_wanted(*date)) {
            days += 1;
            for (begins, power) in windows.iter().filter_map(|w| Some((w.begins, w.whole()?))) {
                let place = usize::from(zone.local(begins).minute_of_day / 15);
                if let Some(slot) = powers.get_mut(place) {
                    slot.push(power.kw().to_f64());
                }
            }
        }
        Self { days, times: powers.into_iter().map(usual).collect() }
    }

    /// Whether the band between a tenth and nine tenths means something.
    pub const fn has_band(&self) -> bool {
        self.days >= ENOUGH_DAYS
    }

    /// The time of day with the highest middle, and that.
    pub fn top(&self) -> Option<(usize, f64)> {
        let known = self.times.iter().enumerate();
        let known = known.filter_map(|(place, usual)| Some((place, usual.as_ref()?.middle)));
        known.max_by(|one, other| one.1.total_cmp(&other.1))
    }
}

fn usual(mut powers: Vec<f64>) -> Option<Usual> {
    powers.sort_by(f64::total_cmp);
    let at = |share| percentile(&powers, share);
    Some(Usual { low: at(0.1)?, middle: at(0.5)?, high: at(0.9)? })
}

/// The figure below which a share of sorted figures lies, between two in proportion; `None` of none.
pub(super) fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let below = *sorted.get(place.floor() as usize)?;
    let above = *sorted.get(place.ceil() as usize)?;
    Some(below + (above - below) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::super::load::tests::{EMPTY, at, interval};
    use super::*;
    use millwatt::interval::Rule;
    use millwatt::time::Period;
    use millwatt::units::Power;

    #[test]
    fn percentiles_lie_between_figures() {
        let figures = [1.0, 2.0, 3.0, 4.0, 6.0];
        let of = |share| percentile(&figures, share);
        assert_eq!((of(0.0), of(0.5), of(1.0)), (Some(1.0), Some(3.0), Some(6.0)));
        assert!(of(0.9).is_some_and(|high| (high - 5.2).abs() < 1e-12));
        assert_eq!(percentile(&[], 0.5), None);
        assert_eq!(percentile(&[7.0], 0.9), Some(7.0));
    }

    #[test]
    fn days_of_one_kind_are_told_from_others() {
        // 1, 3 and 5 kW in the first quarter of three days; the third is not wanted.
        let rows = [(0, 250), (1_440, 750), (2_880, 1_250)];
        let rows = rows.map(|(from, wh)| interval(from, from + 15, wh, Rule::Measured));
        let period = Period::new(at(0), at(3 * 1_440));
        let load = Load::of(EMPTY, period, Power::from_milliwatts(1_000_000), rows.into_iter());
        let zone = EMPTY.zone_rules();
        let typical = Typical::of(&load, zone, |date| date.day != 25);
        assert_eq!((typical.days, typical.has_band()), (2, false));
        let first = typical.times[0].expect("two days were measured");
        assert_eq!((first.middle, typical.times[1]), (2.0, None));
        assert_eq!(typical.top(), Some((0, 2.0)));
    }
}
