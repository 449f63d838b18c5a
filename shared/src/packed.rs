//! Columns in memory, packed for speed: a tenth of their plain size, and unpacked by a thousand million values a second.
//!
//! The log's codec ranks density above speed; a page that computes again at each click wants the opposite. So a column is
//! unfolded once and held in chunks of 512 values. A chunk keeps for each value its distance from the least, or for each
//! step its distance from the least step, whichever takes fewer bits, all in equally many: with no branch between two
//! values the compiler's vectors do the work, without a word of unsafe code. Chunks know their least, largest and sum, so
//! that what is wholly inside a period is not unpacked at all.
//!
//! ```
//! use millwatt::packed::Packed;
//! let watt_hours: Vec<i64> = (0..10_000).map(|minute| 4_711_000 + minute * 12 + minute % 3).collect();
//! let packed: Packed = watt_hours.iter().copied().collect();
//! assert!(packed.bytes() < watt_hours.len());
//! let mut back = Vec::new();
//! packed.chunks(|chunk| back.extend_from_slice(chunk));
//! assert_eq!(back, watt_hours);
//! ```
//!
//! # Source
//! Bit packing in interleaved lanes after Lemire and Boytsov (2015), "Decoding billions of integers per second through
//! vectorization"; the choice between values and steps is ours.

use alloc::vec::Vec;

/// Values side by side in a row of a chunk.
const LANES: usize = 16;
/// Bits of a word, and rows of a chunk.
const BITS: usize = 32;
/// Values in a chunk.
pub const CHUNK: usize = LANES * BITS;

/// What the packed numbers of a chunk are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Distances from the least value.
    Values,
    /// Distances of the steps from the least step; the first value is `base`.
    Steps,
    /// Two words a value, for numbers too far apart.
    Wide,
}

/// What is known of a chunk without unpacking it.
#[derive(Debug, Clone, Copy)]
struct Head {
    base: i64,
    /// The least step.
    step: i64,
    least: i64,
    largest: i64,
    sum: i128,
    told: Told,
    width: u8,
    words: usize,
}

/// A column of whole numbers in memory.
#[derive(Debug, Clone, Default)]
pub struct Packed {
    heads: Vec<Head>,
    words: Vec<u32>,
    /// The values behind the last whole chunk.
    rest: Vec<i64>,
}

/// Least, largest and sum of some values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The least.
    pub least: i64,
    /// The largest.
    pub largest: i64,
    /// The sum.
    pub sum: i128,
    /// How many.
    pub count: usize,
}

impl Packed {
    /// How many values.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.heads.len() * CHUNK + self.rest.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.heads.is_empty() && self.rest.is_empty()
    }

    /// Bytes of memory.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.heads.len() * size_of::<Head>() + self.words.len() * 4 + self.rest.len() * 8
    }

    /// Adds a value behind the others.
    pub fn push(&mut self, value: i64) {
        self.rest.push(value);
        if self.rest.len() == CHUNK {
            self.pack();
            self.rest.clear();
        }
    }

    /// Gives all values in order, in slices of at most [`CHUNK`].
    pub fn chunks(&self, mut each: impl FnMut(&[i64])) {
        let mut chunk = [0; CHUNK];
        for head in &self.heads {
            self.unpack(head, &mut chunk);
            each(&chunk);
        }
        if !self.rest.is_empty() {
            each(&self.rest);
        }
    }

    /// What the values in a range of places come to; beyond the end there are none. Chunks that lie wholly in it are
    /// not unpacked.
    #[must_use]
    pub fn extent(&self, places: core::ops::Range<usize>) -> Option<Extent> {
        let (from, to) = (places.start, places.end.min(self.len()));
        let (mut extent, mut chunk) = (None, [0; CHUNK]);
        let mut at = from;
        while at < to {
            let (place, start) = (at / CHUNK, at / CHUNK * CHUNK);
            let end = to.min(start + CHUNK);
            match self.heads.get(place) {
                Some(head) if at == start && end == start + CHUNK => {
                    extent = Extent::both(extent, head.extent());
                }
                Some(head) => {
                    self.unpack(head, &mut chunk);
                    extent = of(&chunk[at - start..end - start])
                        .and_then(|one| Extent::both(extent, one));
                }
                None => {
                    let rest = self.rest.get(at - start..end - start).unwrap_or_default();
                    extent = of(rest).and_then(|one| Extent::both(extent, one));
                }
            }
            at = end;
        }
        extent
    }

    fn pack(&mut self) {
        let values = &self.rest;
        let Some(Extent { least, largest, sum, .. }) = of(values) else { return };
        let steps =
            || values.iter().zip(values.iter().skip(1)).map(|(one, next)| next.wrapping_sub(*one));
        let (low, high) =
            steps().fold((i64::MAX, i64::MIN), |(low, high), step| (low.min(step), high.max(step)));
        let (of_values, of_steps) = (width(least, largest), width(low, high));
        let told = match (of_values, of_steps) {
            (values, steps) if steps < values && steps <= BITS as u32 => Told::Steps,
            (values, _) if values <= BITS as u32 => Told::Values,
            _ => Told::Wide,
        };
        let words = self.words.len();
        let (base, width) = match told {
            Told::Values => (least, of_values),
            Told::Steps => (values[0], of_steps),
            Told::Wide => (0, 0),
        };
        let mut small = [0_u32; CHUNK];
        match told {
            Told::Values => {
                small
                    .iter_mut()
                    .zip(values)
                    .for_each(|(small, value)| *small = value.wrapping_sub(least) as u32);
            }
            Told::Steps => {
                small
                    .iter_mut()
                    .skip(1)
                    .zip(steps())
                    .for_each(|(small, step)| *small = step.wrapping_sub(low) as u32);
            }
            Told::Wide => {
                let halves = values.iter().flat_map(|value| [*value as u32, (value >> 32) as u32]);
                self.words.extend(halves);
            }
        }
        interleave(&small, width as usize, &mut self.words);
        let width = width as u8;
        self.heads.push(Head { base, step: low, least, largest, sum, told, width, words });
    }

    fn unpack(&self, head: &Head, chunk: &mut [i64; CHUNK]) {
        let words = self.words.get(head.words..).unwrap_or_default();
        if head.told == Told::Wide {
            for (value, halves) in chunk.iter_mut().zip(words.chunks_exact(2)) {
                *value = i64::from(halves[0]) | i64::from(halves[1]) << 32;
            }
            return;
        }
        let mut small = [0; CHUNK];
        spread(words, usize::from(head.width), &mut small);
        if head.told == Told::Values {
            for (value, small) in chunk.iter_mut().zip(&small) {
                *value = head.base.wrapping_add(i64::from(*small));
            }
            return;
        }
        let mut at = head.base;
        chunk[0] = at;
        for (value, small) in chunk.iter_mut().zip(&small).skip(1) {
            at = at.wrapping_add(head.step).wrapping_add(i64::from(*small));
            *value = at;
        }
    }
}

impl FromIterator<i64> for Packed {
    fn from_iter<I: IntoIterator<Item = i64>>(values: I) -> Self {
        let mut packed = Self::default();
        values.into_iter().for_each(|value| packed.push(value));
        packed
    }
}

impl Head {
    const fn extent(&self) -> Extent {
        Extent { least: self.least, largest: self.largest, sum: self.sum, count: CHUNK }
    }
}

impl Extent {
    fn both(one: Option<Self>, other: Self) -> Option<Self> {
        let Some(one) = one else { return Some(other) };
        Some(Self {
            least: one.least.min(other.least),
            largest: one.largest.max(other.largest),
            sum: one.sum + other.sum,
            count: one.count + other.count,
        })
    }
}

fn of(values: &[i64]) -> Option<Extent> {
    let (least, largest) = (*values.iter().min()?, *values.iter().max()?);
    let count = values.len();
    let sum = match largest.checked_sub(least) {
        // A chunk's distances then add up within 64 bits.
        Some(0..MODEST) => {
            let above: i64 = values.iter().map(|value| value - least).sum();
            i128::from(least) * count as i128 + i128::from(above)
        }
        _ => values.iter().map(|value| i128::from(*value)).sum(),
    };
    Some(Extent { least, largest, sum, count })
}

const MODEST: i64 = i64::MAX / CHUNK as i64;

/// Bits that tell any number from the least to the largest by its distance from the least.
const fn width(least: i64, largest: i64) -> u32 {
    u64::BITS - (largest.wrapping_sub(least) as u64).leading_zeros()
}

/// Appends numbers of so many bits: a lane's numbers in its own words, the words of all lanes side by side.
fn interleave(small: &[u32; CHUNK], width: usize, words: &mut Vec<u32>) {
    let from = words.len();
    words.resize(from + width * LANES, 0);
    let words = &mut words[from..];
    for (row, numbers) in small.chunks_exact(LANES).enumerate().filter(|_| width > 0) {
        let (word, shift) = (row * width / BITS, row * width % BITS);
        for (lane, number) in numbers.iter().enumerate() {
            words[word * LANES + lane] |= number << shift;
            if shift + width > BITS {
                words[(word + 1) * LANES + lane] |= number >> (BITS - shift);
            }
        }
    }
}

/// Takes them out again.
fn spread(words: &[u32], width: usize, small: &mut [u32; CHUNK]) {
    if width == 0 || words.len() < width * LANES {
        return;
    }
    let mask = u32::MAX >> (BITS - width);
    for (row, numbers) in small.chunks_exact_mut(LANES).enumerate() {
        let (word, shift) = (row * width / BITS, (row * width % BITS) as u32);
        let low = &words[word * LANES..][..LANES];
        if shift as usize + width > BITS {
            let high = &words[(word + 1) * LANES..][..LANES];
            for ((number, low), high) in numbers.iter_mut().zip(low).zip(high) {
                *number = (low >> shift | high << (BITS as u32 - shift)) & mask;
            }
        } else {
            for (number, low) in numbers.iter_mut().zip(low) {
                *number = low >> shift & mask;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;

    fn step() -> impl Strategy<Value = i64> {
        prop_oneof![Just(0_i64), -40_i64..40, 0_i64..1 << 31, any::<i64>()]
    }

    proptest! {
        #[test]
        fn values_come_back(steps in prop::collection::vec(step(), 0..20), each in 1_usize..400) {
            let mut at = 0_i64;
            let long = steps.iter().flat_map(|step| core::iter::repeat_n(*step, each));
            let values: Vec<i64> = long.map(|step| { at = at.wrapping_add(step); at }).collect();
            let packed: Packed = values.iter().copied().collect();
            let mut back = Vec::new();
            packed.chunks(|chunk| back.extend_from_slice(chunk));
            prop_assert_eq!(&back, &values);
            prop_assert_eq!((packed.len(), packed.is_empty()), (values.len(), values.is_empty()));
        }

        #[test]
        fn extents_are_those_of_the_values(values in prop::collection::vec(any::<i64>(), 1..2_000), from in 0_usize..2_100, count in 0_usize..2_100) {
            let packed: Packed = values.iter().copied().collect();
            let to = (from + count).min(values.len());
            let expected = values.get(from..to).and_then(of);
            prop_assert_eq!(packed.extent(from..from + count), expected);
        }
    }
}
