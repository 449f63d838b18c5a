//! From figures to places, and round numbers for an axis.

/// A linear scale from zero up.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    most: f64,
    zero: f64,
    top: f64,
}

impl Scale {
    /// From zero at `zero` to a round number not below `most` at `top`.
    #[must_use]
    pub fn new(most: f64, zero: f64, top: f64) -> Self {
        let step = step(most);
        let most = if most > 0.0 { (most / step).ceil() * step } else { 1.0 };
        Self { most, zero, top }
    }

    /// Where a figure goes.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        self.zero + (self.top - self.zero) * value / self.most
    }

    /// Round numbers from zero to the top.
    #[must_use]
    pub fn ticks(&self) -> Vec<f64> {
        let step = step(self.most);
        let count = (self.most / step).round() as u32;
        (0..=count).map(|place| f64::from(place) * step).collect()
    }
}

/// A step of 1, 2 or 5 times a power of ten that cuts a length into three to seven parts.
fn step(most: f64) -> f64 {
    if most <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf((most / 3.0).log10().floor());
    let steps = [5.0, 2.0, 1.0].map(|factor| factor * power);
    steps.into_iter().find(|step| most / step >= 3.0).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_top() {
        assert_eq!(Scale::new(372.0, 0.0, 1.0).ticks(), [0.0, 100.0, 200.0, 300.0, 400.0]);
        assert_eq!(Scale::new(0.9, 0.0, 1.0).ticks().len(), 6);
        assert_eq!(Scale::new(0.0, 0.0, 1.0).ticks().last(), Some(&1.0));
        for most in [0.013, 1.0, 7.0, 19.0, 628.72, 1e6] {
            let count = Scale::new(most, 0.0, 1.0).ticks().len();
            assert!((4..=8).contains(&count), "{most}: {count}");
        }
    }
}
