//! A small generator, so that a seed gives the same cases everywhere.

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    /// 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below a number; 0 where there is none.
    pub fn below(&mut self, limit: i64) -> i64 {
        (self.bits() % limit.unsigned_abs().max(1)) as i64
    }
}
