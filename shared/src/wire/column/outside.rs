//! Residuals outside every window: how many bits they have, by what was seen so far, and the bits.

use super::range::{Decoder, Encoder, WHOLE};
use crate::wire::WireError;
use crate::wire::bytes::{unzigzag, zigzag};

const DEPTH: u32 = 6;
const LEAST: u32 = 1 << 8;

/// How likely each length is: a tree of its six bits, each node with its share of a one.
#[derive(Debug, Clone)]
pub(super) struct Lengths {
    ones: [u16; 1 << DEPTH],
}

impl Lengths {
    pub(super) const fn new() -> Self {
        Self { ones: [1 << 15; 1 << DEPTH] }
    }

    fn learn(&mut self, node: usize, bit: u32) {
        let one = u32::from(self.ones[node]);
        let moved = if bit == 1 { one + ((WHOLE - one) >> 3) } else { one - (one >> 3) };
        self.ones[node] = moved.clamp(LEAST, WHOLE - LEAST) as u16;
    }

    pub(super) fn encode(
        &mut self,
        encoder: &mut Encoder<'_, '_>,
        residual: i64,
    ) -> Result<(), WireError> {
        let folded = zigzag(residual).max(1);
        let length = folded.ilog2();
        let mut node = 1;
        for place in (0..DEPTH).rev() {
            let (bit, one) = (length >> place & 1, u32::from(self.ones[node]));
            if bit == 1 { encoder.symbol(0, one) } else { encoder.symbol(one, WHOLE - one) }?;
            self.learn(node, bit);
            node = node << 1 | bit as usize;
        }
        encoder.bits(folded, length)
    }

    pub(super) fn decode(&mut self, decoder: &mut Decoder<'_>) -> i64 {
        let mut node = 1;
        for _ in 0..DEPTH {
            let one = u32::from(self.ones[node]);
            let bit = u32::from(decoder.target() < one);
            if bit == 1 {
                decoder.take(0, one)
            } else {
                decoder.take(one, WHOLE - one)
            }
            self.learn(node, bit);
            node = node << 1 | bit as usize;
        }
        let length = node as u32 & ((1 << DEPTH) - 1);
        unzigzag(1 << length | decoder.bits(length))
    }
}
