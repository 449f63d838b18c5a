//! A channel's samples as they come: intervals of a counter, stretches of a gauge.

use millwatt::interval::{Interval, Intervals, Meter};
use millwatt::reading::{Quality, Sample};
use millwatt::site::{Asset, Channel, Kind};
use millwatt::time::{Period, Span};

/// A counter's samples to intervals, one sample at a time, by the very rules of [`millwatt::interval`].
///
/// What those rules remember between two samples is the last sample believed and at most two in doubt; they are told
/// these again with each new one, so that not even the code is written twice.
///
/// # Missing data
/// Suspect samples are passed over. A clock that steps back begins anew: nothing is booked across it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Counter {
    meter: Meter,
    is_amount: bool,
    last: Option<Sample>,
    doubtful: [Option<Sample>; 2],
}

impl Counter {
    pub fn of(channel: &Channel<'_>, asset: &Asset<'_>) -> Self {
        let (meter, is_amount) = (Meter::of(channel, asset), channel.kind == Kind::Amount);
        Self { meter, is_amount, last: None, doubtful: [None; 2] }
    }

    /// One more sample; `each` hears of the intervals that it settles, oldest first.
    pub fn fold(&mut self, sample: Sample, mut each: impl FnMut(&Interval)) {
        self.settle(sample, &mut each);
    }

    /// Neither generic nor inlined, so that a microcontroller holds it once.
    #[inline(never)]
    fn settle(&mut self, sample: Sample, each: &mut dyn FnMut(&Interval)) {
        let newest = self.doubtful[1].or(self.doubtful[0]).or(self.last);
        if sample.quality == Quality::Suspect || newest.is_some_and(|newest| sample.at == newest.at)
        {
            return;
        }
        if newest.is_some_and(|newest| sample.at < newest.at) {
            (self.last, self.doubtful) = (None, [None; 2]);
        }
        let [first, second] = self.doubtful;
        let before = [self.last, first, second].map(|held| held.filter(|_| !self.is_amount));
        let known = before.into_iter().chain([Some(sample)]).flatten();
        let mut is_settled = self.is_amount || self.last.is_none();
        for interval in Intervals::new(self.meter, known) {
            is_settled = true;
            each(&interval);
        }
        if is_settled {
            (self.last, self.doubtful) = (Some(sample), [None; 2]);
        } else {
            self.doubt(sample);
        }
    }

    /// Keeps a sample that does not follow from the last one believed: with the one before it in doubt, if it follows
    /// from that.
    fn doubt(&mut self, sample: Sample) {
        let follows = |first: Sample| {
            Intervals::new(self.meter, [first, sample].into_iter()).next().is_some()
        };
        self.doubtful = match self.doubtful {
            [Some(first), None] if follows(first) => [Some(first), Some(sample)],
            _ => [Some(sample), None],
        };
    }
}

/// The stretches for which the values of a gauge or a state hold.
///
/// A value holds until the next sample, if that is at most one and a half grid steps away. Suspect samples are passed
/// over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Held {
    longest: Span,
    last: Option<Sample>,
}

impl Held {
    pub const fn new(every: Span) -> Self {
        let longest = Span::from_milliseconds(every.milliseconds().saturating_mul(3) / 2);
        Self { longest, last: None }
    }

    /// The stretch that one more sample ends, and the value that held.
    pub fn fold(&mut self, sample: Sample) -> Option<(Period, i64)> {
        if sample.quality == Quality::Suspect {
            return None;
        }
        let last = self.last.replace(sample)?;
        let span = sample.at - last.at;
        let holds = span > Span::ZERO && span <= self.longest;
        holds.then(|| (Period::new(last.at, sample.at), last.value))
    }

    /// The value that holds at an instant, if one does.
    pub fn at(&self, at: millwatt::time::Instant) -> Option<i64> {
        let last = self.last.filter(|last| last.at <= at && at - last.at <= self.longest)?;
        Some(last.value)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::plant::{self, read};
    use super::*;
    use millwatt::interval::Rule;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn counter() -> Counter {
        let site = plant::site();
        Counter::of(&site.channels[0], &site.assets[0])
    }

    fn one_by_one(samples: &[Sample]) -> Vec<Interval> {
        let (mut counter, mut got) = (counter(), Vec::new());
        samples.iter().for_each(|sample| counter.fold(*sample, |interval| got.push(*interval)));
        got
    }

    #[test]
    fn nothing_is_booked_across_a_reset() {
        let samples = [(0, 500_000), (1, 3), (2, 5), (3, 9)].map(|(m, v)| read(m, v));
        let got: Vec<_> = one_by_one(&samples).iter().map(|i| (i.amount, i.rule)).collect();
        let expected = [(0, Rule::Broken), (2_000, Rule::Measured), (4_000, Rule::Measured)];
        assert_eq!(got, expected);
    }

    #[test]
    fn nothing_is_booked_when_the_clock_steps_back() {
        let samples = [(10, 100), (11, 110), (3, 115), (4, 125)].map(|(m, v)| read(m, v));
        let got: Vec<_> = one_by_one(&samples).iter().map(|i| i.amount).collect();
        assert_eq!(got, [10_000, 10_000]);
    }

    #[test]
    fn a_value_holds_for_one_and_a_half_steps() {
        let mut held = Held::new(Span::from_minutes(1));
        assert_eq!(held.fold(read(0, 7)), None);
        assert_eq!(held.fold(read(1, 8)), Some((Period::new(plant::at(0), plant::at(1)), 7)));
        assert_eq!(held.fold(read(9, 9)), None, "a gap");
        assert_eq!(held.at(plant::at(10)), Some(9));
        assert_eq!(held.at(plant::at(11)), None);
        assert_eq!(held.fold(read(8, 5)), None, "the clock stepped back");
    }

    proptest! {
        /// Sample by sample, the same intervals as from all of them at once.
        #[test]
        fn one_by_one_is_all_at_once(
            steps in prop::collection::vec((1_i64..4, -3_000_i64..3_000, any::<bool>()), 0..40),
        ) {
            let (mut minute, mut value) = (0, 5_000);
            let samples: Vec<_> = steps
                .iter()
                .map(|(later, by, jumps)| {
                    minute += later;
                    value = if *jumps { by.abs() } else { value + by.abs() / 4 };
                    read(minute, value)
                })
                .collect();
            let site = plant::site();
            let meter = Meter::of(&site.channels[0], &site.assets[0]);
            let at_once: Vec<_> = Intervals::new(meter, samples.iter().copied()).collect();
            prop_assert_eq!(one_by_one(&samples), at_once);
        }
    }
}
