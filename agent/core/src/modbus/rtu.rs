//! Modbus RTU framing: unit, protocol data unit, CRC-16.

use heapless::Vec;

/// The longest frame.
pub const LONGEST: usize = 256;

/// CRC-16 of a frame, low byte first on the wire.
#[must_use]
pub fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc, byte| {
        (0..8).fold(
            crc ^ u16::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xa001 } else { crc >> 1 }
            },
        )
    })
}

/// A request frame.
#[must_use]
pub fn emit(unit: u8, pdu: &[u8; 5]) -> [u8; 8] {
    let [function, a, b, c, d] = *pdu;
    let [low, high] = checksum(&[unit, function, a, b, c, d]).to_le_bytes();
    [unit, function, a, b, c, d, low, high]
}

/// The length of the answer that begins with these bytes, or `None` while that is unknown.
fn expected_length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [_, function, ..] if function & 0x80 != 0 => Some(5),
        [_, _, count, ..] => Some(5 + usize::from(*count)),
        _ => None,
    }
}

/// The protocol data unit of a whole, sound answer from `unit`; `None` while it is not there.
///
/// # Errors
/// `Err(())` when the bytes cannot become that answer: they are noise or another unit's.
pub fn look<const N: usize>(bytes: &Vec<u8, N>, unit: u8) -> Result<Option<&[u8]>, Noise> {
    if bytes.first().is_some_and(|first| *first != unit) {
        return Err(Noise);
    }
    let Some(length) = expected_length(bytes) else {
        return Ok(None);
    };
    if length > LONGEST {
        return Err(Noise);
    }
    let Some(frame) = bytes.get(..length) else {
        return Ok(None);
    };
    let (body, crc) = frame.split_at(length - 2);
    if checksum(body).to_le_bytes() != *crc {
        return Err(Noise);
    }
    Ok(body.get(1..))
}

/// The line carried something that is not the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noise;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_bytes() {
        assert_eq!(emit(1, &[3, 0, 0, 0, 10]), [1, 3, 0, 0, 0, 10, 0xc5, 0xcd]);
    }

    #[test]
    fn answers_are_taken_whole_and_sound() {
        let mut answer: Vec<u8, LONGEST> = Vec::from_slice(&[1, 3, 2, 0x12, 0x34]).expect("fits");
        let crc = checksum(&answer).to_le_bytes();
        assert_eq!(look(&answer, 1), Ok(None));
        answer.extend_from_slice(&crc).expect("fits");
        assert_eq!(look(&answer, 1), Ok(Some(&[3, 2, 0x12, 0x34][..])));
        assert_eq!(look(&answer, 2), Err(Noise));
        answer[3] ^= 1;
        assert_eq!(look(&answer, 1), Err(Noise));
    }
}
