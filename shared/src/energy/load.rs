//! How load is spread: the load-duration curve, base load, and the largest sliding window.

use crate::decimal::div_round;
use crate::interval::Interval;
use crate::time::{Instant, Period, Span};
use crate::units::{Energy, Power};

use super::demand::Peak;

/// Bins of a [`LoadHistogram`]; it takes 2,080 bytes.
pub const BINS: usize = 256;

/// How long the mean power of intervals stood in each of 256 bins. Merges in any order.
///
/// # Missing data
/// Only measured intervals count; the rest is no time.
/// # Example
/// ```
/// use millwatt::energy::LoadHistogram;
/// use millwatt::interval::{Interval, Rule};
/// use millwatt::time::{Instant, Period, Span};
/// use millwatt::units::Power;
/// let at = |hour: i64| Instant::from_unix_milliseconds(hour * 3_600_000);
/// let mut loads = LoadHistogram::new(Power::from_milliwatts(1_000_000)); // bins of 1 kW
/// for (hour, kwh) in (0..).zip([5, 5, 5, 42]) {
///     let period = Period::new(at(hour), at(hour + 1));
///     loads.fold(&Interval { period, amount: kwh * 1_000_000, rule: Rule::Measured });
/// }
/// assert_eq!(loads.exceeded_for(Power::from_milliwatts(6_000_000)), Span::from_minutes(60));
/// assert_eq!(loads.quantile(50).map(|load| load.kw().to_string()).as_deref(), Some("5"));
/// ```
#[derive(Debug, Clone)]
pub struct LoadHistogram {
    width: Power,
    bins: [Span; BINS],
    divider: Divider,
}

impl PartialEq for LoadHistogram {
    fn eq(&self, other: &Self) -> bool {
        (self.width, &self.bins) == (other.width, &other.bins)
    }
}

impl Eq for LoadHistogram {}

/// Divides energy by what a bin takes in a span, quicker for the span of the last time: nearly all
/// intervals of a channel are as long as its grid step.
#[derive(Debug, Clone, Copy)]
struct Divider {
    milliseconds: u64,
    /// Bin width times span: 3,600,000 times what a bin takes.
    product: u64,
    /// (2^64 − 1) / product, rounded down.
    reciprocal: u64,
}

impl Divider {
    const NONE: Self = Self { milliseconds: 0, product: 0, reciprocal: 0 };

    const fn of(span: u64, width: u64) -> Self {
        let product = span * width;
        Self { milliseconds: span, product, reciprocal: u64::MAX / product }
    }

    /// Exactly `scaled` / product: the reciprocal finds it to at most one below.
    #[inline]
    const fn quotient(self, scaled: u64) -> u64 {
        let low = ((scaled as u128 * self.reciprocal as u128) >> 64) as u64;
        low + (scaled - low * self.product >= self.product) as u64
    }
}

impl LoadHistogram {
    /// With bins of a width: the site's rating by 256, so that the last bin is what exceeds it.
    #[must_use]
    pub const fn new(width: Power) -> Self {
        Self { width, bins: [Span::ZERO; BINS], divider: Divider::NONE }
    }

    /// One more interval.
    #[inline]
    pub fn fold(&mut self, interval: &Interval) {
        let span = interval.period.span();
        if !interval.rule.is_measured() || span == Span::ZERO {
            return;
        }
        let bin = self.bin_of_mean(interval.amount, span);
        self.bins[bin] = self.bins[bin] + span;
    }

    /// The bin of the mean power of so much energy in a span.
    #[inline]
    fn bin_of_mean(&mut self, milliwatt_hours: i128, span: Span) -> usize {
        let (span, width) = (span.milliseconds(), self.width.milliwatts().max(1));
        // Nearly always everything fits 64 bits, whose arithmetic is many times quicker.
        const NARROW: core::ops::Range<i128> = 0..1 << 41;
        if NARROW.contains(&milliwatt_hours) && width < 1 << 31 && span < 1 << 32 {
            if span as u64 != self.divider.milliseconds {
                self.divider = Divider::of(span as u64, width as u64);
            }
            let bin = self.divider.quotient(milliwatt_hours as u64 * 3_600_000);
            return bin.min(BINS as u64 - 1) as usize;
        }
        let scaled = milliwatt_hours.saturating_mul(crate::time::MILLISECONDS_AN_HOUR);
        let bin = scaled / width.saturating_mul(span.into());
        usize::try_from(bin).unwrap_or(0).min(BINS - 1)
    }

    fn bin_of(&self, power: Power) -> usize {
        let bin = power.milliwatts() / self.width.milliwatts().max(1);
        usize::try_from(bin).unwrap_or(0).min(BINS - 1)
    }

    /// Adds another part of the period; `false`, and nothing added, when its bins are of other width.
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.width != other.width {
            return false;
        }
        self.bins.iter_mut().zip(&other.bins).for_each(|(mine, theirs)| *mine = *mine + *theirs);
        true
    }

    /// The bins' time, from the lowest load up.
    #[must_use]
    pub const fn bins(&self) -> &[Span; BINS] {
        &self.bins
    }

    /// The load at which a bin begins.
    #[must_use]
    pub fn load_of(&self, bin: usize) -> Power {
        Power::from_milliwatts(self.width.milliwatts() * bin as i128)
    }

    /// All measured time.
    #[must_use]
    pub fn time(&self) -> Span {
        self.bins.into_iter().sum()
    }

    /// A point of the load-duration curve: how long the load was at least this, to a bin.
    #[must_use]
    pub fn exceeded_for(&self, load: Power) -> Span {
        self.bins[self.bin_of(load)..].iter().copied().sum()
    }

    /// The load below which it stood for so many hundredths of the time, to a bin's lower edge; `None`
    /// when nothing was measured. The fifth is taken for the base load.
    #[must_use]
    pub fn quantile(&self, percent: u8) -> Option<Power> {
        let whole = i128::from(self.time().milliseconds());
        let wanted = whole * i128::from(percent.min(100));
        let mut passed = 0;
        for (bin, span) in self.bins.iter().enumerate() {
            passed += i128::from(span.milliseconds()) * 100;
            if passed >= wanted && *span > Span::ZERO {
                return Some(self.load_of(bin));
            }
        }
        None
    }

    /// The share of the time for which the load was at most the fifth percentile's bin is the base
    /// load; over a whole period it takes this energy.
    #[must_use]
    pub fn base_energy(&self, period: Period) -> Option<Energy> {
        let base = self.quantile(5)?.milliwatts();
        let scaled = base.checked_mul(period.span().milliseconds().into())?;
        Some(Energy::from_milliwatt_hours(div_round(scaled, crate::time::MILLISECONDS_AN_HOUR)))
    }
}

/// Most intervals that a [`SlidingDemand`] looks back over.
pub const SLIDING_STEPS: usize = 64;

/// The largest mean power of a window that slides with every interval.
///
/// Where the fixed windows of a bill can miss a peak that lies across an edge, this one cannot.
///
/// # Missing data
/// A window with a gap or an estimated part has no mean.
/// # Units and shape
/// Intervals in time order, each at least 1/64 of the window long.
/// # Example
/// ```
/// use millwatt::energy::SlidingDemand;
/// use millwatt::interval::{Interval, Rule};
/// use millwatt::time::{Instant, Period, Span};
/// let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
/// let mut demand = SlidingDemand::new(Span::from_minutes(15));
/// for (from, kwh) in [(0, 1), (5, 1), (10, 4), (15, 4), (20, 1)] {
///     let period = Period::new(at(from), at(from + 5));
///     demand.fold(&Interval { period, amount: kwh * 1_000_000, rule: Rule::Measured });
/// }
/// let peak = demand.peak().expect("whole windows"); // 1 + 4 + 4 kWh in a quarter of an hour
/// assert_eq!((peak.power.kw().to_string().as_str(), peak.begins), ("36", at(5)));
/// ```
#[derive(Debug, Clone)]
pub struct SlidingDemand {
    window: Span,
    recent: [Option<Interval>; SLIDING_STEPS],
    newest: usize,
    peak: Option<Peak>,
}

impl SlidingDemand {
    /// With a window's length.
    #[must_use]
    pub const fn new(window: Span) -> Self {
        Self { window, recent: [None; SLIDING_STEPS], newest: 0, peak: None }
    }

    /// One more interval.
    pub fn fold(&mut self, interval: &Interval) {
        self.newest = (self.newest + 1) % SLIDING_STEPS;
        self.recent[self.newest] = Some(*interval);
        let window = Period::new(interval.period.to - self.window, interval.period.to);
        let power = self.energy_of(window).and_then(|energy| energy.mean_power(self.window));
        if let Some(power) = power
            && self.peak.is_none_or(|peak| power > peak.power)
        {
            self.peak = Some(Peak { power, begins: window.from });
        }
    }

    /// What was used in a window that ends with the newest interval, if all of it was measured.
    fn energy_of(&self, window: Period) -> Option<Energy> {
        let (mut energy, mut reached) = (0, window.to);
        for back in 0..SLIDING_STEPS {
            let place = (self.newest + SLIDING_STEPS - back) % SLIDING_STEPS;
            let part = self.recent[place].filter(|part| part.rule.is_measured())?;
            if part.period.to != reached {
                return None;
            }
            energy += part.within(window)?.amount;
            reached = part.period.from;
            if reached <= window.from {
                return Some(Energy::from_milliwatt_hours(energy));
            }
        }
        None
    }

    /// The largest window; `None` when none was measured whole.
    #[must_use]
    pub const fn peak(&self) -> Option<Peak> {
        self.peak
    }
}

/// What a price for demand adds: so much money for each kW of the peak.
///
/// # Example
/// ```
/// use millwatt::energy::load::demand_charge;
/// use millwatt::units::{Money, Power};
/// let a_kilowatt = Money::from_thousandths(235_414_000); // 235,414 đồng
/// let charge = demand_charge(Power::from_milliwatts(62_500_000), a_kilowatt);
/// assert_eq!(charge.units().to_string(), "14713375");
/// ```
#[must_use]
pub fn demand_charge(peak: Power, price_a_kilowatt: crate::units::Money) -> crate::units::Money {
    let product = peak.milliwatts().saturating_mul(price_a_kilowatt.thousandths());
    crate::units::Money::from_thousandths(div_round(product, 1_000_000))
}

/// When the window of a peak begins, for those who ask what ran then.
impl Peak {
    /// The window of a given length.
    #[must_use]
    pub fn period(&self, window: Span) -> Period {
        let begins: Instant = self.begins;
        Period::new(begins, begins + window)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::interval::Rule;
    use proptest::prelude::*;

    fn interval(minute: i64, amount: i128, rule: Rule) -> Interval {
        let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
        Interval { period: Period::new(at(minute), at(minute + 1)), amount, rule }
    }

    #[test]
    fn a_sliding_window_with_a_gap_has_no_mean() {
        let mut demand = SlidingDemand::new(Span::from_minutes(3));
        for (minute, rule) in [(0, Rule::Measured), (1, Rule::AcrossGap), (2, Rule::Measured)] {
            demand.fold(&interval(minute, 60, rule));
        }
        demand.fold(&interval(4, 60, Rule::Measured));
        assert_eq!(demand.peak(), None);
    }

    #[test]
    fn nothing_measured_has_no_base_load() {
        let loads = LoadHistogram::new(Power::ZERO);
        assert_eq!((loads.quantile(5), loads.time()), (None, Span::ZERO));
    }

    proptest! {
        #[test]
        fn a_reciprocal_divides_exactly(span in 1_u64..1 << 32, width in 1_u64..1 << 31, scaled: u64) {
            let scaled = scaled >> 1;
            prop_assert_eq!(Divider::of(1, 1).quotient(scaled), scaled);
            let product = span * width;
            for scaled in [scaled, scaled / product * product, (scaled / product * product).saturating_sub(1)] {
                prop_assert_eq!(Divider::of(span, width).quotient(scaled), scaled / product);
            }
        }

        #[test]
        fn parts_merge_in_any_order(amounts in prop::collection::vec(0_i128..90_000_000, 1..60), cut in 0_usize..60) {
            let width = Power::from_milliwatts(20_000_000);
            let all: std::vec::Vec<_> =
                (0..).zip(amounts).map(|(minute, amount)| interval(minute, amount, Rule::Measured)).collect();
            let folded = |part: &[Interval]| {
                let mut loads = LoadHistogram::new(width);
                part.iter().for_each(|interval| loads.fold(interval));
                loads
            };
            let (head, tail) = all.split_at(cut.min(all.len()));
            let mut forward = folded(head);
            let mut backward = folded(tail);
            prop_assert!(forward.merge(&folded(tail)) && backward.merge(&folded(head)));
            prop_assert_eq!(&forward, &backward);
            prop_assert_eq!(&forward, &folded(&all));
            prop_assert!(!forward.merge(&LoadHistogram::new(Power::ZERO)));
        }
    }
}
