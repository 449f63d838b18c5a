//! What people know of a meter and its register cannot tell: that it was exchanged, or that its
//! transformers were.

use crate::event::EventKind;
use crate::reading::ChannelId;
use crate::series::Series;
use crate::site::{Quantity, Site};
use crate::time::{Instant, Period};

/// A meter taken down and another put up in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// When.
    pub at: Instant,
    /// The last register value of the old one, as a raw integer of its channel.
    pub last: i64,
    /// The first register value of the new one.
    pub first: i64,
}

impl Exchange {
    /// What both registers counted between a sample of the old and one of the new; `None` when one of
    /// them would have run backwards, so that the readings are wrong.
    #[must_use]
    pub fn gain(&self, from: i64, to: i64) -> Option<i128> {
        let old = i128::from(self.last) - i128::from(from);
        let new = i128::from(to) - i128::from(self.first);
        (old >= 0 && new >= 0).then_some(old + new)
    }
}

/// From an instant on, what a meter counts is multiplied by a factor in thousandths: what a wrong or
/// exchanged current transformer needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factor {
    /// From when on.
    pub since: Instant,
    /// The factor in thousandths; 1,000 changes nothing.
    pub thousandths: i64,
}

/// Most exchanges, and most factors, of one channel within one period.
pub const MOST_CORRECTIONS: usize = 8;

/// The exchanges and factors of one channel. Further ones than [`MOST_CORRECTIONS`] are left out, so that
/// the counter rules find a break there and book nothing.
///
/// # Example
/// ```
/// use millwatt::correction::{Corrections, Exchange};
/// use millwatt::time::{Instant, Period};
/// let at = Instant::from_unix_milliseconds;
/// let mut known = Corrections::NONE;
/// known.exchanged(Exchange { at: at(5_000), last: 99_990, first: 12 });
/// let exchange = known.exchange_in(Period::new(at(0), at(60_000))).expect("inside");
/// assert_eq!(exchange.gain(99_950, 30), Some(40 + 18));
/// known.multiplied(at(60_000), 2_000);
/// assert_eq!(known.applied(500, Period::new(at(60_000), at(120_000))), (1_000, false));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrections {
    exchanges: [Option<Exchange>; MOST_CORRECTIONS],
    factors: [Option<Factor>; MOST_CORRECTIONS],
}

impl Corrections {
    /// Nothing is known.
    pub const NONE: Self =
        Self { exchanges: [None; MOST_CORRECTIONS], factors: [None; MOST_CORRECTIONS] };

    /// What events tell of a channel up to the end of a period.
    ///
    /// An exchange is a removal followed by an installation; one without the other tells nothing.
    #[must_use]
    pub fn of<S: Series>(site: &Site<'_>, series: &S, id: ChannelId, until: Instant) -> Self {
        let mut known = Self::NONE;
        let Some(channel) = site.channel(id) else {
            return known;
        };
        let Some(asset) = site.asset(channel.asset) else {
            return known;
        };
        let (_, quantity) = channel.name.rsplit_once('.').unwrap_or(("", channel.name));
        let is_main = channel.quantity == Quantity::ActiveEnergy && channel.phase == 0;
        let mut removed = None;
        for event in series.events(Period::new(Instant::MIN, until)) {
            let named = event.product == quantity || event.product.is_empty() && is_main;
            if event.asset != asset.id || !named {
                continue;
            }
            match event.kind {
                EventKind::MeterRemoved => removed = Some(event.thousandths / 1_000),
                EventKind::MeterInstalled => {
                    let first = event.thousandths / 1_000;
                    if let Some(last) = removed.take() {
                        known.exchanged(Exchange { at: event.at, last, first });
                    }
                }
                EventKind::MeterFactor => known.multiplied(event.at, event.thousandths),
                _ => {}
            }
        }
        known
    }

    /// Adds an exchange.
    pub fn exchanged(&mut self, exchange: Exchange) {
        if let Some(free) = self.exchanges.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(exchange);
        }
    }

    /// Adds a factor; factors must come in time order. One that is not positive is left out.
    pub fn multiplied(&mut self, since: Instant, thousandths: i64) {
        let free = self.factors.iter_mut().find(|slot| slot.is_none());
        if let Some(free) = free.filter(|_| thousandths > 0) {
            *free = Some(Factor { since, thousandths });
        }
    }

    /// The exchange after the first sample of a step and not after its second.
    #[must_use]
    pub fn exchange_in(&self, step: Period) -> Option<Exchange> {
        let inside = |exchange: &&Exchange| step.from < exchange.at && exchange.at <= step.to;
        self.exchanges.iter().flatten().find(inside).copied()
    }

    /// An amount by the factors in force, and whether one of them changed within its period: then the
    /// amount is split in proportion to time.
    #[must_use]
    pub fn applied(&self, amount: i128, period: Period) -> (i128, bool) {
        let Some(first) = self.factors[0] else {
            return (amount, false);
        };
        let mut factor = Factor { since: first.since, thousandths: 1_000 };
        for next in self.factors.iter().flatten() {
            if period.from < next.since && next.since < period.to {
                return (split(amount, period, factor.thousandths, *next), true);
            }
            if next.since <= period.from {
                factor = *next;
            }
        }
        (times(amount, factor.thousandths), false)
    }
}

fn times(amount: i128, thousandths: i64) -> i128 {
    crate::decimal::div_round(amount.saturating_mul(thousandths.into()), 1_000)
}

fn split(amount: i128, period: Period, before: i64, next: Factor) -> i128 {
    let part = i128::from((next.since - period.from).milliseconds());
    let whole = i128::from(period.span().milliseconds());
    let early = crate::interval::proportion(amount, part, whole);
    times(early, before).saturating_add(times(amount - early, next.thousandths))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Instant {
        Instant::from_unix_milliseconds(minute * 60_000)
    }

    #[test]
    fn readings_that_run_backwards_are_wrong() {
        let exchange = Exchange { at: at(1), last: 100, first: 5 };
        assert_eq!(exchange.gain(90, 7), Some(12));
        assert_eq!(exchange.gain(101, 7), None);
        assert_eq!(exchange.gain(90, 4), None);
    }

    #[test]
    fn a_factor_holds_from_its_instant_on() {
        let mut known = Corrections::NONE;
        known.multiplied(at(10), 2_000);
        known.multiplied(at(20), 500);
        let applied = |from, to| known.applied(1_000, Period::new(at(from), at(to)));
        assert_eq!(applied(0, 10), (1_000, false));
        assert_eq!(applied(10, 20), (2_000, false));
        assert_eq!(applied(25, 30), (500, false));
        assert_eq!(applied(5, 15), (1_500, true), "half at 1, half at 2");
        assert_eq!(applied(15, 25), (1_250, true), "half at 2, half at a half");
    }
}
