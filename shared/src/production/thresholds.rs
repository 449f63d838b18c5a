//! Which power parts off from idle from running: proposed from the machine's own loads.

use crate::energy::LoadHistogram;
use crate::energy::load::BINS;
use crate::units::Power;

/// Powers from which a machine is idle and running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposed {
    /// From here on it is at least idle.
    pub idle: Power,
    /// From here on it runs.
    pub running: Power,
}

/// The two powers that divide a machine's loads into three groups, each as much alike as can be.
///
/// A proposal to look at, not a decision: a machine that was never idle has only two groups.
///
/// # Missing data
/// `None` when fewer than three bins have time.
/// # Source
/// N. Otsu, "A threshold selection method from gray-level histograms" (1979), for two thresholds; in whole
/// numbers, so that every target proposes the same.
/// # Example
/// ```
/// use millwatt::energy::LoadHistogram;
/// use millwatt::interval::{Interval, Rule};
/// use millwatt::production::thresholds::propose;
/// use millwatt::time::{Instant, Period};
/// use millwatt::units::Power;
/// let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
/// let mut loads = LoadHistogram::new(Power::from_milliwatts(50_000)); // bins of 50 W
/// for (minute, watts) in (0..).zip([0, 10, 800, 850, 780, 6_000, 6_400, 5_900, 6_100]) {
///     let period = Period::new(at(minute), at(minute + 1));
///     loads.fold(&Interval { period, amount: watts * 1_000 / 60, rule: Rule::Measured });
/// }
/// let found = propose(&loads).expect("three groups");
/// assert!((50_000..=750_000).contains(&found.idle.milliwatts()));
/// assert!((900_000..=5_850_000).contains(&found.running.milliwatts()));
/// ```
#[must_use]
pub fn propose(loads: &LoadHistogram) -> Option<Proposed> {
    let sums = Sums::of(loads);
    if loads.bins().iter().filter(|span| span.milliseconds() > 0).count() < 3 {
        return None;
    }
    let mut best = (0, 0, 0);
    for low in 1..BINS - 1 {
        for high in low + 1..BINS {
            let apart = sums.apart(0, low) + sums.apart(low, high) + sums.apart(high, BINS);
            if apart > best.0 {
                best = (apart, low, high);
            }
        }
    }
    let (_, low, high) = best;
    // A threshold stands in the middle of the empty bins between two groups.
    Some(Proposed {
        idle: loads.load_of(sums.middle_of_gap(low)),
        running: loads.load_of(sums.middle_of_gap(high)),
    })
}

/// Time, and time by bin number, below each bin.
struct Sums {
    time: [i128; BINS + 1],
    moment: [i128; BINS + 1],
}

impl Sums {
    fn of(loads: &LoadHistogram) -> Self {
        let mut sums = Self { time: [0; BINS + 1], moment: [0; BINS + 1] };
        for (bin, span) in loads.bins().iter().enumerate() {
            // Seconds are fine enough and leave room for the squares.
            let seconds = i128::from(span.milliseconds() / 1_000);
            sums.time[bin + 1] = sums.time[bin] + seconds;
            sums.moment[bin + 1] = sums.moment[bin] + seconds * bin as i128;
        }
        sums
    }

    /// The part of the variance that a group of bins accounts for: moment² / time.
    const fn apart(&self, from: usize, to: usize) -> i128 {
        let time = self.time[to] - self.time[from];
        let moment = self.moment[to] - self.moment[from];
        if time == 0 { 0 } else { moment * moment / time }
    }

    const fn middle_of_gap(&self, edge: usize) -> usize {
        let (mut from, mut to) = (edge, edge);
        while from > 0 && self.time[from] == self.time[from - 1] {
            from -= 1;
        }
        while to < BINS && self.time[to] == self.time[to + 1] {
            to += 1;
        }
        from + (to - from).div_ceil(2)
    }
}
