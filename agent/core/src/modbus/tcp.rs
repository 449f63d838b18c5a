//! Modbus TCP framing: a header of seven bytes names transaction, length and unit.

use heapless::Vec;

/// The header before a protocol data unit.
pub const HEADER: usize = 7;
/// The longest frame: header and 253 bytes.
pub const LONGEST: usize = HEADER + 253;

/// A request frame.
#[must_use]
pub fn emit(transaction: u16, unit: u8, pdu: &[u8; 5]) -> [u8; HEADER + 5] {
    let [high, low] = transaction.to_be_bytes();
    let [function, a, b, c, d] = *pdu;
    [high, low, 0, 0, 0, 6, unit, function, a, b, c, d]
}

/// What the bytes received so far hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Not yet a whole frame.
    Partial,
    /// A frame of so many bytes; its header fields.
    Whole {
        /// Transaction number.
        transaction: u16,
        /// Unit id.
        unit: u8,
        /// Bytes of the whole frame.
        length: usize,
    },
    /// No frame begins like this: the stream is out of step and must be closed.
    Broken,
}

/// Looks at the start of a stream.
#[must_use]
pub fn look<const N: usize>(bytes: &Vec<u8, N>) -> Received {
    let Some(&[t_high, t_low, p_high, p_low, l_high, l_low, unit]) = bytes.first_chunk() else {
        return Received::Partial;
    };
    let declared = usize::from(u16::from_be_bytes([l_high, l_low]));
    if (p_high, p_low) != (0, 0) || !(3..=254).contains(&declared) {
        return Received::Broken;
    }
    let length = HEADER - 1 + declared;
    if bytes.len() < length {
        return Received::Partial;
    }
    Received::Whole { transaction: u16::from_be_bytes([t_high, t_low]), unit, length }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> Received {
        look::<LONGEST>(&Vec::from_slice(bytes).expect("fits"))
    }

    #[test]
    fn literal_bytes() {
        let frame = emit(0x1234, 9, &[4, 0, 1, 0, 2]);
        assert_eq!(frame, [0x12, 0x34, 0, 0, 0, 6, 9, 4, 0, 1, 0, 2]);
        let whole = Received::Whole { transaction: 0x1234, unit: 9, length: 12 };
        assert_eq!(of(&frame), whole);
        assert_eq!(of(&frame[..11]), Received::Partial);
    }

    #[test]
    fn a_lying_header_is_broken() {
        assert_eq!(of(&[0, 1, 0, 9, 0, 6, 1]), Received::Broken);
        assert_eq!(of(&[0, 1, 0, 0, 0xff, 6, 1]), Received::Broken);
        assert_eq!(of(&[0, 1, 0, 0, 0, 1, 1]), Received::Broken);
    }
}
