//! Which of the states that a crash may leave: every uncertain thing is a choice, and all ways through the choices are
//! gone where they are few.

use crate::random::Random;

/// A way through the choices that an image asks for.
#[derive(Debug)]
pub struct Choices {
    /// What was chosen, of how many.
    taken: Vec<(usize, usize)>,
    place: usize,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// Each way once, the one with nothing kept first.
    Each,
    Everything,
    Random(Random),
}

impl Choices {
    fn on(way: Way) -> Self {
        Self { taken: Vec::new(), place: 0, way }
    }

    /// The first of all ways: nothing is kept that is not certain. [`advance`](Self::advance) gives the others.
    #[must_use]
    pub fn nothing() -> Self {
        Self::on(Way::Each)
    }

    /// All that was done is there.
    #[must_use]
    pub fn everything() -> Self {
        Self::on(Way::Everything)
    }

    /// Drawn from a seed.
    #[must_use]
    pub fn drawn(seed: u64) -> Self {
        Self::on(Way::Random(Random::new(seed)))
    }

    /// One of so many; the last is what a program sees while the power is on.
    pub fn choose(&mut self, count: usize) -> usize {
        let place = self.place;
        self.place += 1;
        match &mut self.way {
            Way::Everything => count - 1,
            Way::Random(random) => random.below(count),
            Way::Each => {
                if place == self.taken.len() {
                    self.taken.push((0, count));
                }
                self.taken[place].0
            }
        }
    }

    /// A length: one that the file had, or one between them.
    pub fn length(&mut self, had: &[usize]) -> usize {
        let (short, long) = (had.iter().min().copied(), had.iter().max().copied());
        let (short, long) = (short.unwrap_or(0), long.unwrap_or(0));
        if let Way::Random(random) = &mut self.way
            && random.below(2) == 0
        {
            return short + random.below(long - short + 1);
        }
        let between = [short + (long - short) / 2, short + (long - short).min(1)];
        let mut lengths = vec![had[0]];
        for length in between.into_iter().chain(had.iter().copied()) {
            if length != had[had.len() - 1] && !lengths.contains(&length) {
                lengths.push(length);
            }
        }
        lengths.extend(had.last().filter(|seen| **seen != had[0]));
        lengths[self.choose(lengths.len())]
    }

    /// Goes on to the next of all ways; false after the last.
    pub fn advance(&mut self) -> bool {
        self.place = 0;
        while let Some((chosen, count)) = self.taken.pop() {
            if chosen + 1 < count {
                self.taken.push((chosen + 1, count));
                return true;
            }
        }
        false
    }
}

/// What a state may be: each way where there are at most so many, otherwise nothing kept, everything kept, and others
/// drawn from a seed.
pub fn some_of<T>(limit: usize, seed: u64, mut of: impl FnMut(&mut Choices) -> T) -> Vec<T> {
    let (mut choices, mut states) = (Choices::nothing(), Vec::new());
    while states.len() < limit {
        states.push(of(&mut choices));
        if !choices.advance() {
            return states;
        }
    }
    states.truncate(1);
    states.push(of(&mut Choices::everything()));
    let drawn = (2..limit as u64).map(|one| of(&mut Choices::drawn(seed << 16 | one)));
    states.extend(drawn);
    states
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_ways_are_all_gone_and_of_many_some() {
        let two = |choices: &mut Choices| match choices.choose(2) {
            0 => (0, 0),
            one => (one, choices.choose(3)),
        };
        assert_eq!(some_of(9, 1, two), [(0, 0), (1, 0), (1, 1), (1, 2)]);
        let bits = |choices: &mut Choices| (0..20).map(|_| choices.choose(2)).sum::<usize>();
        let some = some_of(9, 1, bits);
        assert_eq!((some.len(), some[0], some[1]), (9, 0, 20));
        assert_eq!(some, some_of(9, 1, bits), "the same seed draws the same");
    }

    #[test]
    fn a_length_may_be_between_those_that_were() {
        let mut lengths = some_of(20, 1, |choices| choices.length(&[10, 20]));
        assert_eq!((lengths[0], lengths.last()), (10, Some(&20)));
        lengths.sort_unstable();
        assert_eq!(lengths, [10, 11, 15, 20]);
        assert_eq!(some_of(20, 1, |choices| choices.length(&[10, 10])), [10]);
    }
}
