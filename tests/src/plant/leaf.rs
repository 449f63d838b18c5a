//! Fresh leaf: when it comes, and when it has lain long enough to be panned.

use std::collections::VecDeque;

use super::calendar::{MINUTE_MS, day_of, instant, is_saturday, works};
use super::random::Random;

/// Fresh leaf that gives a kilogram of made tea, before anything is spoilt: 4.5. The spoilt share
/// of the line makes it about 4.7 kg of leaf a kilogram sold.
const LEAF_PER_TEA_TENTHS: i64 = 45;
/// Tenths of a gram of a kilogram.
pub const DECIGRAMS: i64 = 10_000;
/// How long leaf lies on the bed before it is panned.
const REST_MS: i64 = 75 * MINUTE_MS;
/// How long the fan blows on what came last.
const BLOWN_MS: i64 = 150 * MINUTE_MS;

/// Leaf that somebody brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// Milliseconds UTC.
    pub at: i64,
    /// Weighed.
    pub kilograms: i64,
}

/// The bed where leaf is spread, and what is still to come today.
#[derive(Debug, Clone)]
pub struct Bed {
    coming: VecDeque<Delivery>,
    /// What lies, oldest first: from when it may be panned, and 0.1 g of made tea in it.
    lying: VecDeque<(i64, i64)>,
    blown_until: i64,
    random: Random,
}

impl Bed {
    /// An empty bed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        let coming = VecDeque::new();
        let lying = VecDeque::new();
        Self { coming, lying, blown_until: i64::MIN, random: Random::new(seed) }
    }

    /// Expects the leaf of a day; what would have come before `now` never does.
    pub fn plan(&mut self, day: i64, now: i64) {
        let season = 1_640 + self.random.between(0, 360);
        let kilograms = if is_saturday(day) { season * 3 / 4 } else { season };
        let morning = kilograms * self.random.between(27, 35) / 100;
        let minutes = [
            self.random.between(450, 480),
            self.random.between(525, 560),
            self.random.between(750, 790),
            self.random.between(825, 865),
            self.random.between(900, 950),
        ];
        let afternoon = kilograms - morning;
        let parts = [morning / 2, morning / 2, afternoon * 2 / 5, afternoon * 2 / 5, afternoon / 5];
        let all = minutes.into_iter().zip(parts);
        let all = all.map(|(minute, kilograms)| Delivery { at: instant(day, minute), kilograms });
        self.coming = all.filter(|delivery| works(day) && delivery.at >= now).collect();
    }

    /// Takes in what is there by now.
    pub fn receive(&mut self, now: i64) -> Option<Delivery> {
        let delivery = self.coming.pop_front_if(|delivery| delivery.at <= now)?;
        let made = delivery.kilograms * DECIGRAMS * 10 / LEAF_PER_TEA_TENTHS;
        self.lying.push_back((delivery.at + REST_MS, made));
        self.blown_until = delivery.at + BLOWN_MS;
        Some(delivery)
    }

    /// Whether the fan has something to blow on.
    #[must_use]
    pub const fn is_blown(&self, now: i64) -> bool {
        now < self.blown_until
    }

    /// What may be panned now, in 0.1 g of made tea.
    #[must_use]
    pub fn ready(&self, now: i64) -> i64 {
        self.lying.iter().filter(|(from, _)| *from <= now).map(|(_, made)| made).sum()
    }

    /// Takes from the bed what is ready, the oldest first.
    pub fn take(&mut self, mut wanted: i64) {
        while let Some((_, made)) = self.lying.front_mut().filter(|_| wanted > 0) {
            let taken = wanted.min(*made);
            (*made, wanted) = (*made - taken, wanted - taken);
            if *made == 0 {
                self.lying.pop_front();
            }
        }
    }

    /// Whether more leaf is to be panned today.
    #[must_use]
    pub fn is_expecting(&self, now: i64) -> bool {
        let today = |at: i64| day_of(at) == day_of(now);
        self.lying.iter().any(|(from, _)| *from > now && today(*from)) || !self.coming.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Wednesday.
    const DAY: i64 = 20_516;

    #[test]
    fn most_leaf_comes_after_noon_and_lies_before_it_is_panned() {
        let mut bed = Bed::new(3);
        bed.plan(DAY, instant(DAY, 0));
        let (mut morning, mut afternoon) = (0, 0);
        for minute in 0..1_440 {
            let Some(delivery) = bed.receive(instant(DAY, minute)) else { continue };
            if minute < 720 {
                morning += delivery.kilograms
            } else {
                afternoon += delivery.kilograms
            }
        }
        assert!(afternoon > morning * 3 / 2, "{morning} kg, then {afternoon} kg");
        assert_eq!(bed.ready(instant(DAY, 450)), 0);
        let made = bed.ready(instant(DAY, 1_200));
        assert!((made - (morning + afternoon) * 100_000 / 45).abs() <= 5, "{made}");
        bed.take(made - 7);
        assert_eq!(bed.ready(instant(DAY, 1_200)), 7);
    }

    #[test]
    fn nothing_comes_on_a_sunday() {
        let mut bed = Bed::new(3);
        bed.plan(DAY + 4, instant(DAY + 4, 0));
        assert!(!bed.is_expecting(instant(DAY + 4, 0)));
    }
}
