//! Degree-days: how long and how far the temperature stood beyond a base.

use crate::numeric::DoubleDouble;

/// On which side of the base heat or cold is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Below it: heating, max(0, base − temperature).
    Below,
    /// Above it: cooling, max(0, temperature − base).
    Above,
}

/// Degree-days a row: the sum, over a row's days, of the degrees beyond a base.
///
/// With one day a row and the day's mean it is the hinge of a change-point model.
///
/// # Units and shape
/// `temperatures`: daily means, oldest first, in any one scale; the base in the same. `ends`: for each
/// row, how many days have passed when it ends; empty for a day a row.
/// # Missing data
/// Not accepted: a day without a mean has no place in a row.
/// # Source
/// HDD = Σ max(0, Tb − T), CDD = Σ max(0, T − Tb), with T the day's mean.
/// # Example
/// ```
/// use millwatt::energy::degree_days::{DegreeDays, Side};
/// let temperatures = [12.0, 15.5, 21.0, 17.0];
/// let two_rows = DegreeDays { temperatures: &temperatures, ends: &[3, 4], base: 18.0, side: Side::Below };
/// assert_eq!(two_rows.of_row(0).to_f64(), 6.0 + 2.5 + 0.0);
/// assert_eq!(two_rows.of_row(1).to_f64(), 1.0);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct DegreeDays<'a> {
    /// Daily mean temperatures.
    pub temperatures: &'a [f64],
    /// Where rows end, in days; empty for a day a row.
    pub ends: &'a [usize],
    /// The base temperature.
    pub base: f64,
    /// Heating or cooling.
    pub side: Side,
}

impl DegreeDays<'_> {
    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> usize {
        if self.ends.is_empty() { self.temperatures.len() } else { self.ends.len() }
    }

    /// The degree-days of a row; zero beyond the last.
    #[must_use]
    pub fn of_row(&self, row: usize) -> DoubleDouble {
        let days = self.temperatures.get(self.first_day(row)..self.last_day(row));
        days.unwrap_or_default().iter().map(|day| self.of_day(*day)).sum()
    }

    fn first_day(&self, row: usize) -> usize {
        match row.checked_sub(1) {
            Some(before) if !self.ends.is_empty() => self.ends.get(before).copied().unwrap_or(0),
            _ if self.ends.is_empty() => row,
            _ => 0,
        }
    }

    fn last_day(&self, row: usize) -> usize {
        if self.ends.is_empty() { row + 1 } else { self.ends.get(row).copied().unwrap_or(0) }
    }

    fn of_day(&self, temperature: f64) -> DoubleDouble {
        let beyond = match self.side {
            Side::Below => DoubleDouble::sum(self.base, -temperature),
            Side::Above => DoubleDouble::sum(temperature, -self.base),
        };
        if beyond.to_f64() > 0.0 || !beyond.is_finite() { beyond } else { DoubleDouble::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_not_there_are_empty() {
        let days = DegreeDays { temperatures: &[30.0], ends: &[], base: 18.0, side: Side::Above };
        assert_eq!(days.of_row(0).to_f64(), 12.0);
        assert_eq!(days.of_row(1).to_f64(), 0.0);
        let odd = DegreeDays { ends: &[5, 2], ..days };
        assert_eq!((odd.of_row(0).to_f64(), odd.of_row(1).to_f64()), (0.0, 0.0));
    }
}
