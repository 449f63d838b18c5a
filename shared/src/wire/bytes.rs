//! Cursors over lent bytes: little-endian integers and varints.

use crate::wire::WireError;

/// Writes into a lent buffer.
#[derive(Debug)]
pub struct Writer<'a> {
    buffer: &'a mut [u8],
    length: usize,
}

impl<'a> Writer<'a> {
    /// From the buffer's start.
    pub const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    /// Bytes written.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// What was written.
    #[must_use]
    pub fn written(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }

    /// What was written, for as long as the buffer is lent.
    #[must_use]
    pub fn into_written(self) -> &'a [u8] {
        let Self { buffer, length } = self;
        buffer.get(..length).unwrap_or_default()
    }

    /// Bytes that may still be written.
    #[must_use]
    pub const fn room(&self) -> usize {
        self.buffer.len().saturating_sub(self.length)
    }

    /// Takes back what was written past `length`.
    pub fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// One byte.
    ///
    /// # Errors
    /// [`WireError::BufferFull`].
    pub fn byte(&mut self, value: u8) -> Result<(), WireError> {
        self.slice(&[value])
    }

    /// Bytes as they are.
    ///
    /// # Errors
    /// [`WireError::BufferFull`].
    pub fn slice(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        let end = self.length.checked_add(bytes.len()).ok_or(WireError::BufferFull)?;
        let place = self.buffer.get_mut(self.length..end).ok_or(WireError::BufferFull)?;
        place.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }

    /// Seven bits a byte, the lowest first; the top bit says that more follow.
    ///
    /// # Errors
    /// [`WireError::BufferFull`].
    pub fn varint(&mut self, mut value: u64) -> Result<(), WireError> {
        while value >= 0x80 {
            self.byte(value as u8 | 0x80)?;
            value >>= 7;
        }
        self.byte(value as u8)
    }

    /// A signed integer, small magnitudes short.
    ///
    /// # Errors
    /// [`WireError::BufferFull`].
    pub fn signed(&mut self, value: i64) -> Result<(), WireError> {
        self.varint(zigzag(value))
    }

    /// Puts the length of what was written since `place` before it, as a varint.
    ///
    /// # Errors
    /// [`WireError::BufferFull`].
    pub fn insert_length(&mut self, place: usize) -> Result<(), WireError> {
        let end = self.length;
        self.varint(end.saturating_sub(place) as u64)?;
        let head = self.length - end;
        let section = self.buffer.get_mut(place..self.length).ok_or(WireError::BufferFull)?;
        section.rotate_right(head);
        Ok(())
    }
}

impl core::fmt::Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.slice(text.as_bytes()).map_err(|_| core::fmt::Error)
    }
}

/// Reads lent bytes.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// From the first byte.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// What has not been read.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// One byte.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn byte(&mut self) -> Result<u8, WireError> {
        let (first, rest) = self.bytes.split_first().ok_or(WireError::Truncated)?;
        self.bytes = rest;
        Ok(*first)
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn slice(&mut self, count: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(WireError::Truncated)?;
        self.bytes = rest;
        Ok(taken)
    }

    /// The next `N` bytes.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        self.slice(N)?.try_into().map_err(|_| WireError::Truncated)
    }

    /// See [`Writer::varint`].
    ///
    /// # Errors
    /// [`WireError::Truncated`], or [`WireError::Malformed`] above 64 bits.
    pub fn varint(&mut self) -> Result<u64, WireError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return Err(WireError::Malformed);
            }
            value |= part << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(WireError::Malformed)
    }

    /// See [`Writer::signed`].
    ///
    /// # Errors
    /// As [`Reader::varint`].
    pub fn signed(&mut self) -> Result<i64, WireError> {
        self.varint().map(unzigzag)
    }
}

/// Signed to unsigned so that small magnitudes stay small: 0, −1, 1, −2 … become 0, 1, 2, 3 …
#[must_use]
pub const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The inverse of [`zigzag`].
#[must_use]
pub const fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn literal_varints() {
        let mut buffer = [0; 16];
        let mut writer = Writer::new(&mut buffer);
        for value in [0, 127, 128, u64::MAX] {
            writer.varint(value).expect("fits");
        }
        let expected = [0, 0x7f, 0x80, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
        assert_eq!(writer.written(), expected);
    }

    proptest! {
        #[test]
        fn integers_come_back(values in prop::collection::vec(any::<i64>(), 0..20)) {
            let mut buffer = [0; 256];
            let mut writer = Writer::new(&mut buffer);
            for value in &values {
                writer.signed(*value).expect("fits");
            }
            let mut reader = Reader::new(writer.written());
            for value in values {
                prop_assert_eq!(reader.signed(), Ok(value));
            }
        }
    }
}
