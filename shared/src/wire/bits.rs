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
        for place in (0..count).rev() {
            let byte = self.buffer.get_mut(self.bits / 8).ok_or(WireError::BufferFull)?;
            let mask = 0x80 >> (self.bits % 8);
            if value >> place & 1 == 1 {
                *byte |= mask;
            } else {
                *byte &= !mask;
            }
            self.bits += 1;
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
        (0..count).try_fold(0, |value, _| Ok(value << 1 | u64::from(self.bit()?)))
    }
}
