//! From samples to intervals: counter algebra that books nothing unproved.
//!
//! A counter's difference is booked when the register went up by no more than its asset's rating
//! allows. A drop is a *rollover* when the register's width is known and the step through the top is
//! physically possible; anything else is held back until the next samples decide: a value that
//! returns was a *transient* and is passed over, one that is confirmed twice is a *reset* (or a
//! meter exchanged), across which nothing is booked. What people report of a meter, an exchange with
//! both readings or another transformer ratio, is applied as a [correction](crate::correction).
//!
//! # Source
//! The rules are ours, drawn from public incident reports of meters that came back from zero and
//! had a lifetime booked as one day's use.

use crate::correction::Corrections;
use crate::reading::{Quality, Sample};
use crate::site::{Asset, Channel, Kind};
use crate::time::{Instant, MILLISECONDS_AN_HOUR, Period, Span};

/// Why an interval has the amount it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Two good samples one grid step apart, or a good amount.
    Measured,
    /// Two good samples further apart: the sum is exact, its split in time is estimated.
    AcrossGap,
    /// The register ran over its width.
    Rollover,
    /// Values between two good samples were passed over because the register came back.
    Transient,
    /// The register fell or jumped and stayed: the amount is unknown.
    Broken,
    /// The source itself estimated it.
    Estimated,
    /// The meter was exchanged between the two samples; both registers' readings are known.
    Exchanged,
    /// The meter's factor (a transformer's ratio) changed between the two samples: the sum is split in
    /// proportion to time.
    FactorChanged,
    /// The source itself does not believe its amount: nothing is booked.
    Suspect,
}

impl Rule {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::AcrossGap => "across_gap",
            Self::Rollover => "rollover",
            Self::Transient => "transient",
            Self::Broken => "broken",
            Self::Estimated => "estimated",
            Self::Exchanged => "exchanged",
            Self::FactorChanged => "factor_changed",
            Self::Suspect => "suspect",
        }
    }

    /// Whether the amount is known for this very stretch of time.
    #[must_use]
    pub const fn is_measured(self) -> bool {
        matches!(self, Self::Measured | Self::Rollover | Self::Exchanged)
    }
}

/// How much was used or made between two instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// When.
    pub period: Period,
    /// Thousandths of the quantity's unit (mWh, g …); 0 when the rule is [`Rule::Broken`] or
    /// [`Rule::Suspect`].
    pub amount: i128,
    /// Why.
    pub rule: Rule,
}

impl Interval {
    /// The part of the amount that falls before `at`, in proportion to time and rounded down, so
    /// that the parts of any partition add up to the whole exactly.
    fn amount_before(&self, at: Instant) -> i128 {
        let whole = i128::from(self.period.span().milliseconds());
        let part = i128::from((at.min(self.period.to) - self.period.from).milliseconds());
        if part <= 0 || whole == 0 {
            return 0;
        }
        if part == whole { self.amount } else { proportion(self.amount, part, whole) }
    }

    /// The part inside a period, or `None` where they do not meet.
    #[must_use]
    pub fn within(&self, period: Period) -> Option<Self> {
        if period.from <= self.period.from && self.period.to <= period.to {
            return Some(*self);
        }
        let shared = self.period.overlap(period)?;
        let amount = self.amount_before(shared.to).wrapping_sub(self.amount_before(shared.from));
        Some(Self { period: shared, amount, ..*self })
    }
}

/// amount × part / whole, rounded down, without overflow for any amount.
pub(crate) fn proportion(amount: i128, part: i128, whole: i128) -> i128 {
    let (quotient, rest) = (amount.div_euclid(whole), amount.rem_euclid(whole));
    quotient.wrapping_mul(part).wrapping_add(rest * part / whole)
}

/// What the rules need to know of a channel and its asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    kind: Kind,
    scale: crate::site::Scale,
    every: Span,
    modulus: i64,
    /// Most thousandths an hour, 0 when unknown.
    most_an_hour: i128,
    /// Thousandths in a step of the register.
    step: i128,
    /// Most steps that a register can gain in one step of the grid.
    most_on_grid: i64,
}

impl Meter {
    /// The rules' view of a channel; the asset's rating bounds energy only.
    #[must_use]
    pub fn of(channel: &Channel<'_>, asset: &Asset<'_>) -> Self {
        use crate::site::Quantity as Q;
        let energy = matches!(
            channel.quantity,
            Q::ActiveEnergy | Q::ReactiveEnergyLagging | Q::ReactiveEnergyLeading
        );
        let mut meter = Self {
            kind: channel.kind,
            scale: channel.scale,
            every: channel.every,
            modulus: channel.modulus,
            most_an_hour: if energy { i128::from(asset.rated_milliwatts) } else { 0 },
            step: channel.scale.thousandths(1),
            most_on_grid: 0,
        };
        meter.most_on_grid = meter.most_steps();
        meter
    }

    /// Most whole steps in one step of the grid; none when a step is less than a thousandth, so that
    /// sums must be rounded.
    fn most_steps(&self) -> i64 {
        if self.scale.0 < -3 {
            return -1;
        }
        if self.most_an_hour == 0 {
            return i64::MAX;
        }
        let steps = self.most_gain(self.every) / self.step;
        i64::try_from(steps).unwrap_or(i64::MAX)
    }

    /// 1.2 times what the rating allows in a span, and one step of the register.
    fn most_gain(&self, span: Span) -> i128 {
        let most = self.most_an_hour.saturating_mul(i128::from(span.milliseconds())) * 6 / 5;
        most / MILLISECONDS_AN_HOUR + self.step
    }

    /// The interval of the usual step: one grid step on, upwards, by no more than is possible.
    #[inline]
    fn usual_step(&self, from: Sample, to: Sample) -> Option<Interval> {
        let gain = to.value.checked_sub(from.value)?;
        let usual = to.at - from.at == self.every && (0..=self.most_on_grid).contains(&gain);
        usual.then(|| Interval {
            period: Period::new(from.at, to.at),
            amount: i128::from(gain) * self.step,
            rule: Rule::Measured,
        })
    }

    /// Whether a gain (in thousandths) is possible in a span: at most 1.2 times the rating, and one
    /// step of the register.
    fn possible(&self, gain: i128, span: Span) -> bool {
        self.most_an_hour == 0 || gain <= self.most_gain(span)
    }

    /// The interval between two samples of a counter, or `None` when the step proves nothing.
    fn step(&self, known: &Corrections, from: Sample, to: Sample) -> Option<Interval> {
        let period = Period::new(from.at, to.at);
        let exchanged = known.exchange_in(period);
        let (gain, rule) = match exchanged {
            Some(exchange) => (exchange.gain(from.value, to.value)?, Rule::Exchanged),
            None => self.gain(from.value, to.value)?,
        };
        let (amount, factor_changed) = known.applied(self.scale.thousandths(gain), period);
        let rule = match rule {
            _ if factor_changed => Rule::FactorChanged,
            _ if period.span() > self.every => Rule::AcrossGap,
            rule => rule,
        };
        self.possible(amount, period.span()).then_some(Interval { period, amount, rule })
    }

    /// By how much a register went up, over its top where its width is known and its rating can prove it.
    fn gain(&self, from: i64, to: i64) -> Option<(i128, Rule)> {
        let gain = i128::from(to) - i128::from(from);
        if gain >= 0 {
            return Some((gain, Rule::Measured));
        }
        let carried = gain + i128::from(self.modulus);
        let proved = self.modulus > 0 && carried >= 0 && self.most_an_hour > 0;
        proved.then_some((carried, Rule::Rollover))
    }
}

/// Agreeing samples that turn a drop into a reset.
const CONFIRMATIONS: usize = 2;

/// The intervals of a channel, in time order, from its samples; see the [module](self).
///
/// # Example
/// ```
/// use millwatt::interval::{Intervals, Meter, Rule};
/// use millwatt::reading::{Quality, Sample};
/// use millwatt::site::{Asset, AssetId, Channel, Kind, Quantity, Scale};
/// use millwatt::time::{Instant, Span};
/// let asset = Asset { id: "saw", name: "Saw", parent: None, machine: true,
///     rated_milliwatts: 9_000_000, idle_milliwatts: 0, running_milliwatts: 0,
///     ideal_cycle: Span::ZERO, minor_stop: Span::ZERO, dwell: Span::ZERO };
/// let channel = Channel { name: "saw.active_energy", asset: AssetId(0), phase: 0,
///     quantity: Quantity::ActiveEnergy, kind: Kind::Counter, scale: Scale(0), unit: "Wh",
///     every: Span::from_minutes(1), modulus: 0 };
/// let read = |minute: i64, value| Sample {
///     at: Instant::from_unix_milliseconds(minute * 60_000), value, quality: Quality::Good };
/// // A zero that comes back books nothing twice.
/// let samples = [read(0, 5_000), read(1, 5_090), read(2, 0), read(3, 5_290)];
/// let rules = Meter::of(&channel, &asset);
/// let got: Vec<_> = Intervals::new(rules, samples.into_iter())
///     .map(|interval| (interval.amount, interval.rule)).collect();
/// assert_eq!(got, [(90_000, Rule::Measured), (200_000, Rule::Transient)]);
/// ```
#[derive(Debug, Clone)]
pub struct Intervals<I> {
    meter: Meter,
    known: Corrections,
    /// Whether nothing is known that the register does not tell.
    is_plain: bool,
    samples: I,
    last: Option<Sample>,
    doubtful: [Option<Sample>; CONFIRMATIONS],
    ready: [Option<Interval>; CONFIRMATIONS + 1],
    is_ready: bool,
}

impl<I: Iterator<Item = Sample>> Intervals<I> {
    /// Intervals over samples in time order.
    pub const fn new(meter: Meter, samples: I) -> Self {
        let (doubtful, ready) = ([None; CONFIRMATIONS], [None; CONFIRMATIONS + 1]);
        let known = Corrections::NONE;
        let (last, is_plain, is_ready) = (None, true, false);
        Self { meter, known, is_plain, samples, last, doubtful, ready, is_ready }
    }

    /// The same, with what people know of the meter: exchanges and changed factors.
    #[must_use]
    pub fn corrected(self, known: Corrections) -> Self {
        Self { known, is_plain: known == Corrections::NONE, ..self }
    }

    fn take_ready(&mut self) -> Option<Interval> {
        let taken = self.ready.iter_mut().find_map(Option::take);
        self.is_ready = taken.is_some();
        taken
    }

    fn amount(&self, sample: Sample) -> Option<Interval> {
        let rule = match sample.quality {
            Quality::Good => Rule::Measured,
            Quality::Estimated => Rule::Estimated,
            Quality::Suspect => Rule::Suspect,
        };
        let period = Period::new(sample.at - self.meter.every, sample.at);
        let amount = self.meter.scale.thousandths(i128::from(sample.value));
        let (amount, factor_changed) = self.known.applied(amount, period);
        let rule = match rule {
            Rule::Measured if factor_changed => Rule::FactorChanged,
            rule => rule,
        };
        let amount = if rule == Rule::Suspect { 0 } else { amount };
        Some(Interval { period, amount, rule })
    }

    /// One more sample of a counter; an interval where it settles one.
    #[inline]
    fn counter(&mut self, sample: Sample) -> Option<Interval> {
        if sample.quality == Quality::Suspect {
            return None;
        }
        let Some(last) = self.last else {
            self.last = Some(sample);
            return None;
        };
        if self.is_plain
            && self.doubtful[0].is_none()
            && let Some(usual) = self.meter.usual_step(last, sample)
        {
            self.last = Some(sample);
            return Some(usual);
        }
        let Some(mut step) = self.meter.step(&self.known, last, sample) else {
            return self.doubt(last, sample);
        };
        if self.doubtful[0].is_some() {
            step.rule = Rule::Transient;
            self.doubtful = [None; CONFIRMATIONS];
        }
        self.last = Some(sample);
        Some(step)
    }

    /// A sample that does not follow from the last good one: held, or the end of a doubt.
    fn doubt(&mut self, last: Sample, sample: Sample) -> Option<Interval> {
        let [Some(first), second] = self.doubtful else {
            self.doubtful = [Some(sample), None];
            return None;
        };
        let newest = second.unwrap_or(first);
        let Some(latest) = self.meter.step(&self.known, newest, sample) else {
            self.doubtful = [Some(sample), None];
            return None;
        };
        let Some(second) = second else {
            self.doubtful[1] = Some(sample);
            return None;
        };
        let broken =
            Interval { period: Period::new(last.at, first.at), amount: 0, rule: Rule::Broken };
        self.doubtful = [None; CONFIRMATIONS];
        self.last = Some(sample);
        self.ready = [Some(broken), self.meter.step(&self.known, first, second), Some(latest)];
        self.take_ready()
    }
}

impl<I: Iterator<Item = Sample>> Iterator for Intervals<I> {
    type Item = Interval;

    #[inline]
    fn next(&mut self) -> Option<Interval> {
        if self.is_ready
            && let Some(interval) = self.take_ready()
        {
            return Some(interval);
        }
        loop {
            let sample = self.samples.next()?;
            let settled = match self.meter.kind {
                Kind::Counter => self.counter(sample),
                Kind::Amount => self.amount(sample),
                Kind::Gauge | Kind::State => None,
            };
            if settled.is_some() {
                return settled;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::Decimal;
    use crate::correction::Exchange;
    use crate::finding::Cause;
    use crate::site::{AssetId, Quantity, Scale};
    use crate::usage::Usage;
    use proptest::prelude::*;
    use std::vec::Vec;

    const MINUTE: i64 = 60_000;

    fn meter(modulus: i64, rated_milliwatts: i64) -> Meter {
        let asset = Asset {
            id: "",
            name: "",
            parent: None,
            machine: false,
            rated_milliwatts,
            idle_milliwatts: 0,
            running_milliwatts: 0,
            ideal_cycle: Span::ZERO,
            minor_stop: Span::ZERO,
            dwell: Span::ZERO,
        };
        let channel = Channel {
            name: "",
            asset: AssetId(0),
            quantity: Quantity::ActiveEnergy,
            phase: 0,
            kind: Kind::Counter,
            scale: Scale(0),
            unit: "",
            every: Span::from_minutes(1),
            modulus,
        };
        Meter::of(&channel, &asset)
    }

    fn at(minute: i64) -> Instant {
        Instant::from_unix_milliseconds(minute * 60_000)
    }

    fn read(minute: i64, value: i64) -> Sample {
        let at = Instant::from_unix_milliseconds(minute * MINUTE);
        Sample { at, value, quality: Quality::Good }
    }

    fn run(meter: Meter, samples: &[(i64, i64)]) -> Vec<(i128, Rule)> {
        let samples = samples.iter().map(|&(minute, value)| read(minute, value));
        Intervals::new(meter, samples).map(|i| (i.amount, i.rule)).collect()
    }

    #[test]
    fn a_missing_sample_leaves_the_sum_exact_and_says_so() {
        let got = run(meter(0, 0), &[(0, 10), (1, 12), (3, 18)]);
        assert_eq!(got, [(2_000, Rule::Measured), (6_000, Rule::AcrossGap)]);
    }

    #[test]
    fn a_register_of_known_width_runs_over() {
        let got = run(meter(10_000, 60_000_000), &[(0, 9_990), (1, 5), (2, 20)]);
        assert_eq!(got, [(15_000, Rule::Rollover), (15_000, Rule::Measured)]);
    }

    #[test]
    fn a_drop_is_no_rollover_when_the_rating_forbids_it() {
        let got = run(meter(10_000, 60_000_000), &[(0, 4_000), (1, 0), (2, 1), (3, 2)]);
        assert_eq!(got, [(0, Rule::Broken), (1_000, Rule::Measured), (1_000, Rule::Measured)]);
    }

    #[test]
    fn a_true_reset_goes_on_from_the_new_value() {
        let got = run(meter(0, 0), &[(0, 500), (1, 3), (2, 5), (3, 9), (4, 10)]);
        let expected = [
            (0, Rule::Broken),
            (2_000, Rule::Measured),
            (4_000, Rule::Measured),
            (1_000, Rule::Measured),
        ];
        assert_eq!(got, expected);
    }

    #[test]
    fn a_jump_beyond_the_rating_is_not_booked() {
        let got = run(meter(0, 6_000_000), &[(0, 0), (1, 53_000), (2, 60), (3, 150)]);
        assert_eq!(got, [(60_000, Rule::Transient), (90_000, Rule::Measured)]);
    }

    #[test]
    fn an_unsettled_drop_books_nothing() {
        assert_eq!(run(meter(0, 0), &[(0, 500), (1, 3)]), []);
        assert_eq!(run(meter(0, 0), &[(0, 500), (1, 3), (2, 4)]), []);
    }

    #[test]
    fn amounts_stand_for_the_interval_before_their_stamp() {
        let rules = Meter { kind: Kind::Amount, ..meter(0, 0) };
        let interval = Intervals::new(rules, [read(15, 7)].into_iter()).next();
        let period = interval.map(|i| (i.period.from, i.period.to));
        let at = |minute: i64| Instant::from_unix_milliseconds(minute * MINUTE);
        assert_eq!(period, Some((at(14), at(15))));
    }

    #[test]
    fn usage_says_how_much_was_measured() {
        let samples = [(0, 10), (1, 12), (3, 18)].map(|(m, v)| read(m, v));
        let mut usage = Usage::default();
        Intervals::new(meter(0, 0), samples.into_iter()).for_each(|i| usage.fold(&i));
        let at = |minute: i64| Instant::from_unix_milliseconds(minute * MINUTE);
        let period = Period::new(at(0), at(4));
        assert_eq!(usage.total(), Some(8_000));
        assert_eq!(usage.coverage(period), Decimal::new(250_000, 6));
        let causes: Vec<_> = usage.findings(period).iter().map(|f| f.cause).collect();
        assert_eq!(causes, [Cause::LowCoverage, Cause::Estimated]);
        assert_eq!(Usage::default().total(), None);
    }

    #[test]
    fn an_exchange_with_both_readings_books_what_both_counted() {
        let samples = [read(0, 5_000), read(1, 5_020), read(2, 15), read(3, 40)];
        let mut known = Corrections::NONE;
        known.exchanged(Exchange { at: at(2), last: 5_030, first: 10 });
        let intervals = Intervals::new(meter(0, 9_000_000), samples.into_iter()).corrected(known);
        let got: Vec<_> = intervals.map(|i| (i.amount, i.rule)).collect();
        assert_eq!(
            got,
            [(20_000, Rule::Measured), (15_000, Rule::Exchanged), (25_000, Rule::Measured)]
        );
    }

    #[test]
    fn a_ratio_that_changed_between_samples_splits_the_sum() {
        let samples = [read(0, 100), read(1, 110), read(2, 130), read(3, 140)];
        let mut known = Corrections::NONE;
        known.multiplied(at(1) + Span::from_seconds(30), 3_000);
        let intervals = Intervals::new(meter(0, 9_000_000), samples.into_iter()).corrected(known);
        let got: Vec<_> = intervals.map(|i| (i.amount, i.rule)).collect();
        assert_eq!(
            got,
            [(10_000, Rule::Measured), (40_000, Rule::FactorChanged), (30_000, Rule::Measured)]
        );
    }

    proptest! {
        /// The parts of any partition add up to the whole.
        #[test]
        fn parts_add_up(amount in any::<i64>(), cuts in prop::collection::vec(0_i64..1_000, 0..8)) {
            let at = Instant::from_unix_milliseconds;
            let whole = Interval {
                period: Period::new(at(0), at(1_000)),
                amount: amount.into(),
                rule: Rule::Measured,
            };
            let mut cuts = cuts;
            cuts.extend([0, 1_000]);
            cuts.sort_unstable();
            let parts: i128 = cuts
                .windows(2)
                .filter_map(|pair| whole.within(Period::new(at(pair[0]), at(pair[1]))))
                .map(|part| part.amount)
                .sum();
            prop_assert_eq!(parts, whole.amount);
        }

        /// Whatever the register says, nothing panics and no negative amount is booked.
        #[test]
        fn never_negative(values in prop::collection::vec(any::<i64>(), 0..40), modulus in any::<i64>()) {
            let samples = (0..).zip(&values).map(|(minute, value)| read(minute, *value));
            for interval in Intervals::new(meter(modulus, 1_000_000), samples) {
                prop_assert!(interval.amount >= 0);
            }
        }

        /// A counter that only rises, read without loss, adds up to last − first.
        #[test]
        fn rising_counter_is_exact(steps in prop::collection::vec(0_i64..100_000, 1..60)) {
            let mut value = 0;
            let mut samples = std::vec![read(0, 0)];
            for (minute, step) in (1..).zip(&steps) {
                value += step;
                samples.push(read(minute, value));
            }
            let sum: i128 = Intervals::new(meter(0, 0), samples.into_iter()).map(|i| i.amount).sum();
            prop_assert_eq!(sum, i128::from(value) * 1_000);
        }
    }
}
