//! How residuals are spread: a bell of a known width, as shares of 2^16.

use super::range::WHOLE;

/// The bell's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Thin tails: noise of one kind.
    Normal,
    /// Heavier tails: a width that is not well known.
    Logistic,
}

/// Steps of a table in one mean deviation.
const STEPS: i64 = 16;
/// Mean deviations that a window reaches to either side.
const REACH: i64 = 8;
const LAST: usize = (STEPS * REACH) as usize;
const HALF: i64 = 1 << 15;

/// The share between the middle and so many sixteenths of the mean deviation: (Φ(z / 16 / √(π/2)) − ½) × 2^16.
#[rustfmt::skip]
static NORMAL: [u16; LAST + 1] = [
    0, 1_303, 2_603, 3_897, 5_181, 6_452, 7_708, 8_945, 10_160, 11_352, 12_517, 13_654,
    14_760, 15_833, 16_873, 17_877, 18_844, 19_773, 20_664, 21_516, 22_328, 23_102, 23_835, 24_530,
    25_186, 25_804, 26_385, 26_930, 27_439, 27_914, 28_356, 28_766, 29_146, 29_496, 29_820, 30_116,
    30_389, 30_637, 30_864, 31_071, 31_258, 31_428, 31_581, 31_719, 31_843, 31_954, 32_054, 32_142,
    32_221, 32_291, 32_353, 32_408, 32_456, 32_499, 32_536, 32_568, 32_597, 32_621, 32_643, 32_661,
    32_677, 32_691, 32_703, 32_713, 32_722, 32_729, 32_735, 32_741, 32_745, 32_749, 32_752, 32_755,
    32_757, 32_759, 32_761, 32_762, 32_763, 32_764, 32_765, 32_765, 32_766, 32_766, 32_767, 32_767,
    32_767, 32_767, 32_767, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768,
    32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768,
    32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768,
    32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768, 32_768,
];

/// The same of the logistic distribution: (1 / (1 + 4^(−z / 16)) − ½) × 2^16.
#[rustfmt::skip]
static LOGISTIC: [u16; LAST + 1] = [
    0, 1_419, 2_832, 4_235, 5_622, 6_989, 8_331, 9_643, 10_923, 12_166, 13_370, 14_532,
    15_650, 16_723, 17_749, 18_729, 19_661, 20_546, 21_384, 22_176, 22_923, 23_626, 24_287, 24_906,
    25_486, 26_028, 26_535, 27_006, 27_446, 27_854, 28_234, 28_586, 28_913, 29_216, 29_496, 29_755,
    29_994, 30_216, 30_420, 30_608, 30_782, 30_942, 31_090, 31_226, 31_351, 31_466, 31_572, 31_670,
    31_760, 31_842, 31_918, 31_988, 32_052, 32_111, 32_165, 32_214, 32_260, 32_302, 32_340, 32_376,
    32_408, 32_438, 32_465, 32_490, 32_513, 32_534, 32_553, 32_571, 32_587, 32_602, 32_616, 32_629,
    32_640, 32_651, 32_661, 32_669, 32_678, 32_685, 32_692, 32_698, 32_704, 32_709, 32_714, 32_719,
    32_723, 32_727, 32_730, 32_733, 32_736, 32_739, 32_741, 32_743, 32_745, 32_747, 32_749, 32_751,
    32_752, 32_753, 32_755, 32_756, 32_757, 32_758, 32_758, 32_759, 32_760, 32_761, 32_761, 32_762,
    32_762, 32_763, 32_763, 32_764, 32_764, 32_764, 32_765, 32_765, 32_765, 32_765, 32_766, 32_766,
    32_766, 32_766, 32_766, 32_766, 32_767, 32_767, 32_767, 32_767, 32_768,
];

/// For each 128 of a table's share, the step that it is reached in.
const fn inverse(table: &[u16; LAST + 1]) -> [u8; 256] {
    let mut inverse = [0; 256];
    let (mut place, mut step) = (0, 0);
    while place < inverse.len() {
        while step < LAST && (table[step + 1] as usize) < place * 128 + 64 {
            step += 1;
        }
        inverse[place] = step as u8;
        place += 1;
    }
    inverse
}

static NORMAL_INVERSE: [u8; 256] = inverse(&NORMAL);
static LOGISTIC_INVERSE: [u8; 256] = inverse(&LOGISTIC);

/// Widths above this many steps of a value, as a power of two, are told in coarser symbols and plain bits.
const FINE: u32 = 12;
/// 2^16 over the odd numbers 9, 11, 13 and 15: the width's two bits behind the first, and a half.
const RECIPROCALS: [i64; 4] = [7_282, 5_958, 5_041, 4_369];

/// The residuals within [`REACH`] of their centre, each symbol with its share.
#[derive(Debug, Clone)]
pub(super) struct Window {
    table: &'static [u16; LAST + 1],
    inverse: &'static [u8; 256],
    /// Plain bits of a residual below its symbol.
    pub coarse: u32,
    /// Where symbol 0 begins, before the centre, in 256ths of a symbol.
    offset: i64,
    /// Symbols go from minus this to this.
    pub reach: i64,
    /// The width's exponent and mantissa.
    exponent: u32,
    odd: i64,
    reciprocal: i64,
    /// What is left of [`WHOLE`] when every symbol has one and the way out its own.
    spread: i64,
}

impl Window {
    /// For residuals counted from the whole number next to their centre, which lies `fraction` 256ths
    /// above it; `width` is their mean deviation in 256ths, `outside` the share of all other residuals.
    pub(super) fn new(shape: Shape, fraction: i64, width: u64, outside: u32) -> Self {
        let width = width.max(8);
        let exponent = width.ilog2();
        let two_bits = (width >> (exponent - 2)) as usize & 3;
        let coarse = exponent.saturating_sub(FINE);
        let exponent = exponent - coarse;
        let odd = 9 + 2 * two_bits as i64;
        let reach = ((odd << exponent >> 3) >> 5) + 1;
        let before = (((1_i64 << coarse) / 2) << 8) + 128 + fraction;
        let (table, inverse) = match shape {
            Shape::Normal => (&NORMAL, &NORMAL_INVERSE),
            Shape::Logistic => (&LOGISTIC, &LOGISTIC_INVERSE),
        };
        let spread = i64::from(WHOLE - outside) - (2 * reach + 1);
        let (offset, reciprocal) = (before >> coarse, RECIPROCALS[two_bits]);
        Self { table, inverse, coarse, offset, reach, exponent, odd, reciprocal, spread }
    }

    /// The symbol of a residual, and the plain bits below it.
    pub(super) const fn split(&self, residual: i64) -> (i64, u64) {
        let moved = residual + (1_i64 << self.coarse) / 2;
        (moved >> self.coarse, (moved & ((1 << self.coarse) - 1)) as u64)
    }

    /// The residual of a symbol and its plain bits.
    pub(super) const fn join(&self, symbol: i64, plain: u64) -> i64 {
        (symbol << self.coarse | plain as i64) - (1_i64 << self.coarse) / 2
    }

    /// Where a symbol's share begins.
    pub(super) fn edge(&self, symbol: i64) -> i64 {
        let distance = (symbol << 8) - self.offset;
        ((self.below(distance) * self.spread) >> 16) + symbol + self.reach
    }

    /// Where a symbol's share begins, and how wide it is.
    pub(super) fn share(&self, symbol: i64) -> (u32, u32) {
        let (from, to) = (self.edge(symbol), self.edge(symbol + 1));
        (from as u32, (to - from) as u32)
    }

    /// The share of the bell below a distance from its middle, of 2^16.
    fn below(&self, distance: i64) -> i64 {
        let steps = ((distance.abs() << 15 >> self.exponent) * self.reciprocal) >> 16;
        let place = (steps >> 8) as usize;
        let part = if place >= LAST {
            HALF
        } else {
            let (low, high) = (i64::from(self.table[place]), i64::from(self.table[place + 1]));
            low + (((high - low) * (steps & 0xff)) >> 8)
        };
        if distance < 0 { HALF - part } else { HALF + part }
    }

    /// The symbol in whose share a target lies, and that share: the inverse of the bell names one near it.
    pub(super) fn find(&self, target: u32) -> (i64, u32, u32) {
        let target = i64::from(target);
        let mut symbol = self.near(target).clamp(-self.reach, self.reach);
        let (mut from, mut to) = (self.edge(symbol), self.edge(symbol + 1));
        while from > target {
            symbol -= 1;
            (from, to) = (self.edge(symbol), from);
        }
        while to <= target {
            symbol += 1;
            (from, to) = (to, self.edge(symbol + 1));
        }
        (symbol, from as u32, (to - from) as u32)
    }

    fn near(&self, target: i64) -> i64 {
        let all = (self.spread + 2 * self.reach + 1) as u32;
        let share = i64::from(((target as u32) << 15) / all * 2) - HALF;
        let steps = i64::from(self.inverse[(share.unsigned_abs() >> 7) as usize & 0xff]);
        let distance = (steps * self.odd) << self.exponent >> 7;
        (if share < 0 { self.offset - distance } else { self.offset + distance }) >> 8
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;

    /// Simpson's rule, which has nothing in common with how the table came to be.
    fn integral(density: impl Fn(f64) -> f64, to: f64) -> f64 {
        let (count, step) = (2_000, to / 2_000.0);
        let inner =
            (1..count).map(|place| f64::from(2 + place % 2 * 2) * density(f64::from(place) * step));
        (density(0.0) + inner.sum::<f64>() + density(to)) * step / 3.0
    }

    #[test]
    fn the_tables_are_what_they_say() {
        let width = (std::f64::consts::PI / 2.0).sqrt();
        let normal = |z: f64| {
            (-z * z / 2.0 / (width * width)).exp() / (width * std::f64::consts::TAU.sqrt())
        };
        let rate = 4.0_f64.ln();
        let logistic = |z: f64| rate * (-rate * z).exp() / (1.0 + (-rate * z).exp()).powi(2);
        for place in 0..LAST {
            let to = place as f64 / 16.0;
            assert!(
                (integral(normal, to) * 65_536.0 - f64::from(NORMAL[place])).abs() < 0.51,
                "{place}"
            );
            assert!(
                (integral(logistic, to) * 65_536.0 - f64::from(LOGISTIC[place])).abs() < 0.51,
                "{place}"
            );
        }
        assert_eq!((NORMAL[LAST], LOGISTIC[LAST]), (1 << 15, 1 << 15));
    }

    proptest! {
        #[test]
        fn shares_are_whole_and_found(exponent in 0_u32..40, low: u64, fraction in -128_i64..128, outside in 1_u32..20_000, bell: bool) {
            let shape = if bell { Shape::Normal } else { Shape::Logistic };
            let window = Window::new(shape, fraction, 1 << exponent | low & ((1 << exponent) - 1), outside);
            prop_assert_eq!(window.edge(-window.reach), 0);
            prop_assert_eq!(window.edge(window.reach + 1), i64::from(WHOLE - outside));
            for symbol in -window.reach..=window.reach {
                let (from, share) = window.share(symbol);
                prop_assert!((1..=WHOLE).contains(&share));
                prop_assert_eq!(window.find(from), (symbol, from, share));
                prop_assert_eq!(window.find(from + share - 1), (symbol, from, share));
                let residual = window.join(symbol, 0);
                prop_assert_eq!(window.split(residual), (symbol, 0));
            }
        }
    }
}
