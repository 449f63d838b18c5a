//! Cursors over lent bits: the highest of a byte first.

use crate::wire::WireError;

/// Writes bits into a lent buffer.
#[derive(Debug)]
pub struct BitWriter<'a> {
    buffer: &'a mut [u8],
    bits: usize,
}

impl<'a> BitWriter<'a> {
    /// Behind the first `bits` bits of a buffer, which stay.
    pub const fn new(buffer: &'a mut [u8], bits: usize) -> Self {
        Self { buffer, bits }
    }

    /// Bits written so far, those before the start counted.
    #[must_use]
    pub const fn bits(&self) -> usize {
        self.bits
    }

    /// The lowest `count` bits of a value, at most 64, the highest first.
    ///
    /// # Errors
    /// [`WireError::BufferFull`].
    pub fn put(&mut self, value: u64, count: u32) -> Result<(), WireError> {
        let mut left = count;
        while left > 0 {
            let byte = self.buffer.get_mut(self.bits / 8).ok_or(WireError::BufferFull)?;
            let free = 8 - (self.bits % 8) as u32;
            let taken = free.min(left);
            let (below, mask) = (free - taken, (1_u16 << taken) - 1);
            let part = (value >> (left - taken)) as u16 & mask;
            *byte = *byte & !((mask << below) as u8) | (part << below) as u8;
            self.bits += taken as usize;
            left -= taken;
        }
        Ok(())
    }
}

/// Reads lent bits.
#[derive(Debug, Clone)]
pub struct BitReader<'a> {
    bytes: &'a [u8],
    bits: usize,
}

impl<'a> BitReader<'a> {
    /// From the first bit.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, bits: 0 }
    }

    /// Bits read so far.
    #[must_use]
    pub const fn bits(&self) -> usize {
        self.bits
    }

    /// The next bit.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn bit(&mut self) -> Result<bool, WireError> {
        let byte = self.bytes.get(self.bits / 8).ok_or(WireError::Truncated)?;
        let bit = byte >> (7 - self.bits % 8) & 1;
        self.bits += 1;
        Ok(bit == 1)
    }

    /// The next `count` bits, at most 64, the highest first.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn take(&mut self, count: u32) -> Result<u64, WireError> {
        let (mut value, mut left) = (0, count);
        while left > 0 {
            let byte = self.bytes.get(self.bits / 8).ok_or(WireError::Truncated)?;
            let free = 8 - (self.bits % 8) as u32;
            let taken = free.min(left);
            let part = u16::from(*byte) >> (free - taken) & ((1 << taken) - 1);
            value = value << taken | u64::from(part);
            self.bits += taken as usize;
            left -= taken;
        }
        Ok(value)
    }
}
