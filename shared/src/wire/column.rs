//! The column codec: successive integers as Rice-coded differences.
//!
//! Meter data moves in small steps, or in steps that change little: each column takes first or
//! second differences, whichever is shorter, and the Rice parameter that makes it shortest.

use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer, unzigzag, zigzag};

/// Quotients from here on are escaped: that many ones, then 64 plain bits.
const ESCAPE: u64 = 24;
/// The largest Rice parameter.
const MOST_SHIFT: u32 = 31;
/// Set in the head byte when the column takes second differences.
const SECOND_ORDER: u8 = 0x20;
/// Set in the head byte when every residual is zero and no bits follow.
const CONSTANT: u8 = 0x40;

/// Most values in one column: bounds what a reader may be made to unfold.
pub const MOST_VALUES: usize = 1 << 20;

/// What is left of a value once its predecessors have predicted it.
#[derive(Debug, Clone, Copy)]
struct Predictor {
    second_order: bool,
    value: i64,
    step: i64,
}

impl Predictor {
    const fn new(second_order: bool, first: i64) -> Self {
        Self { second_order, value: first, step: 0 }
    }

    fn residual(&mut self, value: i64) -> u64 {
        let step = value.wrapping_sub(self.value);
        let residual = if self.second_order { step.wrapping_sub(self.step) } else { step };
        (self.value, self.step) = (value, step);
        zigzag(residual)
    }

    fn restore(&mut self, residual: u64) -> i64 {
        let residual = unzigzag(residual);
        self.step = if self.second_order { self.step.wrapping_add(residual) } else { residual };
        self.value = self.value.wrapping_add(self.step);
        self.value
    }
}

fn residuals(values: &[i64], second_order: bool) -> impl Iterator<Item = u64> + '_ {
    let first = values.first().copied().unwrap_or_default();
    let mut predictor = Predictor::new(second_order, first);
    values.iter().skip(1).map(move |value| predictor.residual(*value))
}

fn cost(residual: u64, shift: u32) -> u64 {
    let quotient = residual >> shift;
    if quotient >= ESCAPE { ESCAPE + 64 } else { quotient + 1 + u64::from(shift) }
}

/// The shortest Rice parameter near the mean residual, and its length in bits.
fn best_shift(values: &[i64], second_order: bool) -> (u32, u64) {
    let sum: u128 = residuals(values, second_order).map(u128::from).sum();
    let mean = sum / values.len().max(1) as u128;
    let near = (u128::BITS - mean.leading_zeros()).min(MOST_SHIFT);
    let candidates = near.saturating_sub(2)..=(near + 1).min(MOST_SHIFT);
    let lengths = candidates.map(|shift| {
        let bits = residuals(values, second_order).map(|residual| cost(residual, shift)).sum();
        (shift, bits)
    });
    lengths.min_by_key(|(_, bits)| *bits).unwrap_or((0, 0))
}

/// Writes the values of a column; their count is the caller's to keep.
///
/// # Errors
/// [`WireError::BufferFull`].
pub fn encode(values: &[i64], out: &mut Writer<'_>) -> Result<(), WireError> {
    let Some(first) = values.first() else {
        return Ok(());
    };
    let constant = values.iter().all(|value| value == first);
    if constant {
        out.byte(CONSTANT)?;
        return out.signed(*first);
    }
    let (first_order, second_order) = (best_shift(values, false), best_shift(values, true));
    let is_second = second_order.1 < first_order.1;
    let shift = if is_second { second_order.0 } else { first_order.0 };
    out.byte(shift as u8 | if is_second { SECOND_ORDER } else { 0 })?;
    out.signed(*first)?;
    for residual in residuals(values, is_second) {
        write_rice(residual, shift, out)?;
    }
    out.end_bits()
}

fn write_rice(residual: u64, shift: u32, out: &mut Writer<'_>) -> Result<(), WireError> {
    let quotient = residual >> shift;
    if quotient >= ESCAPE {
        out.bits((1 << ESCAPE) - 1, ESCAPE as u32)?;
        out.bits(residual, 32)?;
        return out.bits(residual >> 32, 32);
    }
    out.bits((1 << quotient) - 1, quotient as u32 + 1)?;
    out.bits(residual, shift)
}

/// The values of a column, decoded one by one.
#[derive(Debug, Clone)]
pub struct Values<'a> {
    reader: Reader<'a>,
    predictor: Predictor,
    shift: u32,
    constant: bool,
    first: bool,
    left: usize,
}

impl<'a> Values<'a> {
    /// Over a column of `count` values.
    ///
    /// # Errors
    /// [`WireError::Truncated`] or [`WireError::Malformed`] when the head is wrong or the count is
    /// beyond [`MOST_VALUES`].
    pub fn new(bytes: &'a [u8], count: usize) -> Result<Self, WireError> {
        if count > MOST_VALUES {
            return Err(WireError::Malformed);
        }
        let mut reader = Reader::new(bytes);
        let (head, first) =
            if count == 0 { (CONSTANT, 0) } else { (reader.byte()?, reader.signed()?) };
        if head & !(SECOND_ORDER | CONSTANT | MOST_SHIFT as u8) != 0 {
            return Err(WireError::Malformed);
        }
        Ok(Self {
            reader,
            predictor: Predictor::new(head & SECOND_ORDER != 0, first),
            shift: u32::from(head) & MOST_SHIFT,
            constant: head & CONSTANT != 0,
            first: true,
            left: count,
        })
    }

    fn read(&mut self) -> Result<i64, WireError> {
        if core::mem::take(&mut self.first) || self.constant {
            return Ok(self.predictor.value);
        }
        let quotient = u64::from(self.reader.ones(ESCAPE as u32)?);
        let residual = if quotient == ESCAPE {
            self.reader.bits(32)? | self.reader.bits(32)? << 32
        } else {
            quotient << self.shift | self.reader.bits(self.shift)?
        };
        Ok(self.predictor.restore(residual))
    }
}

impl Iterator for Values<'_> {
    type Item = Result<i64, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let value = self.read();
        if value.is_err() {
            self.left = 0;
        }
        Some(value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn round_trip(values: &[i64]) -> (Vec<u8>, Result<Vec<i64>, WireError>) {
        let mut buffer = std::vec![0; 32 + values.len() * 12];
        let mut writer = Writer::new(&mut buffer);
        encode(values, &mut writer).expect("fits");
        let bytes = writer.written().to_vec();
        let back = Values::new(&bytes, values.len()).and_then(Iterator::collect);
        (bytes, back)
    }

    #[test]
    fn literal_bytes() {
        assert_eq!(round_trip(&[7, 7, 7]).0, [0x40, 14]);
        // Second differences 20, 0, 0, 0 (zigzag) by parameter 2: 11111 0 00, then 0 00 three times.
        assert_eq!(round_trip(&[100, 110, 120, 130, 140]).0, [0x22, 0xc8, 1, 0x1f, 0, 0]);
        assert_eq!(round_trip(&[]).0, []);
    }

    #[test]
    fn a_counter_of_steady_load_takes_under_four_bits() {
        let values: Vec<i64> = (0..1_440).map(|minute| minute * 83 + minute % 3).collect();
        assert!(round_trip(&values).0.len() < 1_440 * 4 / 8);
    }

    proptest! {
        #[test]
        fn values_come_back(values in prop::collection::vec(any::<i64>(), 0..200)) {
            prop_assert_eq!(round_trip(&values).1, Ok(values));
        }

        #[test]
        fn walks_come_back(steps in prop::collection::vec(-500_i64..500, 1..400)) {
            let mut value = 1_000_000;
            let values: Vec<i64> = steps.iter().map(|step| { value += step; value }).collect();
            prop_assert_eq!(round_trip(&values).1, Ok(values));
        }

        #[test]
        fn garbage_is_an_error_or_values(bytes in prop::collection::vec(any::<u8>(), 0..64), count in 0_usize..5_000) {
            if let Ok(values) = Values::new(&bytes, count) {
                prop_assert!(values.count() <= count);
            }
        }
    }
}
