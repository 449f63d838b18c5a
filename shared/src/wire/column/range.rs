//! A range coder: symbols with a share of 2^16 become bytes, carry and all, in a few words of state.

use crate::wire::WireError;
use crate::wire::bytes::Writer;

/// All shares of a symbol's alphabet together.
pub(super) const WHOLE: u32 = 1 << 16;
/// Below this the range is stretched by a byte.
const LEAST_RANGE: u32 = 1 << 24;
/// Zeros that an encoder leaves out at its end, and that a decoder reads behind it.
const MOST_ZEROS: usize = 8;
/// Bits that [`Encoder::bits`] puts at once.
const CHUNK: u32 = 16;

/// Writes symbols.
#[derive(Debug)]
pub(super) struct Encoder<'w, 'b> {
    out: &'w mut Writer<'b>,
    state: State,
}

/// What an encoder has not yet written.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    start: usize,
    low: u64,
    range: u32,
    /// The last byte that a carry may still change, and how many 0xff follow it.
    held: Option<u8>,
    full: u32,
}

impl State {
    const fn new(start: usize) -> Self {
        Self { start, low: 0, range: u32::MAX, held: None, full: 0 }
    }

    /// Bytes that [`Encoder::finish`] may still write.
    pub(super) const fn waiting(&self) -> usize {
        self.full as usize + 6
    }
}

impl<'w, 'b> Encoder<'w, 'b> {
    pub(super) const fn new(out: &'w mut Writer<'b>) -> Self {
        let state = State::new(out.length());
        Self { out, state }
    }

    /// Goes on where another stopped.
    pub(super) const fn resume(out: &'w mut Writer<'b>, state: State) -> Self {
        Self { out, state }
    }

    pub(super) const fn stop(self) -> State {
        self.state
    }

    /// A symbol whose share of [`WHOLE`] begins at `from`.
    pub(super) fn symbol(&mut self, from: u32, share: u32) -> Result<(), WireError> {
        let unit = self.state.range / WHOLE;
        self.state.low += u64::from(unit) * u64::from(from);
        self.state.range = unit * share;
        while self.state.range < LEAST_RANGE {
            self.shift()?;
            self.state.range <<= 8;
        }
        Ok(())
    }

    /// Bits that nothing is known of, the lowest first.
    pub(super) fn bits(&mut self, mut value: u64, mut count: u32) -> Result<(), WireError> {
        while count > 0 {
            let taken = count.min(CHUNK);
            let part = (value & ((1 << taken) - 1)) as u32;
            self.symbol(part << (CHUNK - taken), 1 << (CHUNK - taken))?;
            value >>= taken;
            count -= taken;
        }
        Ok(())
    }

    fn shift(&mut self) -> Result<(), WireError> {
        if self.state.low >> 24 == 0xff {
            self.state.full += 1;
        } else {
            let carry = (self.state.low >> 32) as u8;
            if let Some(held) = self.state.held {
                self.out.byte(held.wrapping_add(carry))?;
            }
            for _ in 0..core::mem::take(&mut self.state.full) {
                self.out.byte(0xff_u8.wrapping_add(carry))?;
            }
            self.state.held = Some((self.state.low >> 24) as u8);
        }
        self.state.low = self.state.low << 8 & 0xffff_ffff;
        Ok(())
    }

    /// Ends with the fewest bytes that still name the last range; a reader goes on with zeros.
    pub(super) fn finish(mut self) -> Result<(), WireError> {
        let last = self.state.low + u64::from(self.state.range) - 1;
        let kept = (0..=32).rev().step_by(8).map(|cleared| last >> cleared << cleared);
        self.state.low = kept
            .filter(|value| *value >= self.state.low)
            .min_by_key(|value| core::cmp::Reverse(value.trailing_zeros()))
            .unwrap_or(last);
        for _ in 0..5 {
            self.shift()?;
        }
        let zeros =
            self.out.written().iter().skip(self.state.start).rev().take_while(|byte| **byte == 0);
        let length = self.out.length() - zeros.count().min(MOST_ZEROS);
        self.out.truncate(length);
        Ok(())
    }
}

/// Reads symbols back.
#[derive(Debug, Clone)]
pub(super) struct Decoder<'a> {
    bytes: &'a [u8],
    code: u32,
    range: u32,
    unit: u32,
    /// Zeros read behind the end.
    beyond: u32,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self { bytes, code: 0, range: u32::MAX, unit: 0, beyond: 0 };
        (0..4).for_each(|_| decoder.pull());
        decoder
    }

    fn pull(&mut self) {
        let next = match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => {
                self.beyond += 1;
                0
            }
        };
        self.code = self.code << 8 | u32::from(next);
    }

    /// Where in [`WHOLE`] the next symbol's share lies; [`Decoder::take`] must follow.
    pub(super) const fn target(&mut self) -> u32 {
        self.unit = self.range / WHOLE;
        let target = self.code / self.unit;
        if target < WHOLE { target } else { WHOLE - 1 }
    }

    pub(super) fn take(&mut self, from: u32, share: u32) {
        self.code = self.code.wrapping_sub(self.unit * from);
        self.range = self.unit * share;
        while self.range < LEAST_RANGE {
            self.pull();
            self.range <<= 8;
        }
    }

    pub(super) fn bits(&mut self, count: u32) -> u64 {
        let (mut value, mut done) = (0, 0);
        while done < count {
            let taken = (count - done).min(CHUNK);
            let part = self.target() >> (CHUNK - taken);
            self.take(part << (CHUNK - taken), 1 << (CHUNK - taken));
            value |= u64::from(part) << done;
            done += taken;
        }
        value
    }

    /// Whether more was read than an encoder can have left out.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.beyond > MOST_ZEROS as u32
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    proptest! {
        #[test]
        fn symbols_come_back(symbols in prop::collection::vec((0_u32..WHOLE, 1_u32..WHOLE, any::<u64>(), 0_u32..=64), 0..300)) {
            let symbols: Vec<_> = symbols.into_iter().map(|(from, share, bits, count)| {
                let kept = if count == 64 { bits } else { bits & ((1 << count) - 1) };
                (from, share.min(WHOLE - from), kept, count)
            }).collect();
            let mut buffer = std::vec![0; 64 + symbols.len() * 12];
            let mut writer = Writer::new(&mut buffer);
            let mut encoder = Encoder::new(&mut writer);
            for (from, share, bits, count) in &symbols {
                encoder.symbol(*from, *share).expect("fits");
                encoder.bits(*bits, *count).expect("fits");
            }
            encoder.finish().expect("fits");
            let mut decoder = Decoder::new(writer.written());
            for (from, share, bits, count) in symbols {
                let target = decoder.target();
                prop_assert!((from..from + share).contains(&target));
                decoder.take(from, share);
                prop_assert_eq!(decoder.bits(count), bits);
            }
            prop_assert!(!decoder.is_exhausted());
        }
    }

    #[test]
    fn a_long_row_of_zeros_comes_back() {
        let mut buffer = [0; 64];
        let mut writer = Writer::new(&mut buffer);
        let mut encoder = Encoder::new(&mut writer);
        (0..20).for_each(|_| encoder.bits(0, 16).expect("fits"));
        encoder.finish().expect("fits");
        let mut decoder = Decoder::new(writer.written());
        (0..20).for_each(|_| assert_eq!(decoder.bits(16), 0));
        assert!(!decoder.is_exhausted());
    }

    #[test]
    fn nothing_takes_no_bytes() {
        let mut buffer = [0; 8];
        let mut writer = Writer::new(&mut buffer);
        Encoder::new(&mut writer).finish().expect("fits");
        assert_eq!(writer.length(), 0);
    }

    #[test]
    fn a_long_row_of_full_bytes_carries() {
        let mut buffer = [0; 64];
        let mut writer = Writer::new(&mut buffer);
        let mut encoder = Encoder::new(&mut writer);
        for _ in 0..100 {
            encoder.symbol(WHOLE - 1, 1).expect("fits");
        }
        assert!(encoder.finish() == Err(WireError::BufferFull) || writer.length() > 0);
    }
}
