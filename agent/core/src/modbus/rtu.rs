//! Modbus RTU framing: unit, protocol data unit, CRC-16.

use core::ops::Range;

use super::pdu::Request;

/// The longest frame.
pub const LONGEST: usize = 256;
/// An exception: unit, function, code, CRC-16.
const EXCEPTION: usize = 5;

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

/// Where the first whole, sound frame stands that can be the answer of `unit` to a request: right unit, function,
/// length and checksum. What stands before it is noise, an echo or another's.
///
/// # Example
/// ```
/// use millwatt_agent::modbus::{Request, Table, rtu};
/// let request = Request { table: Table::Holding, address: 0, count: 1 };
/// let mut line = vec![0xff, 1, 3, 2, 0x12, 0x34];
/// line.extend(rtu::checksum(&line[1..]).to_le_bytes());
/// assert_eq!(rtu::find(&line, 1, &request), Some(1..8));
/// assert_eq!(rtu::find(&line, 2, &request), None);
/// ```
#[must_use]
pub fn find(bytes: &[u8], unit: u8, request: &Request) -> Option<Range<usize>> {
    (0..bytes.len()).find_map(|start| {
        let length = length_of(&bytes[start..], unit, request)?;
        let frame = bytes.get(start..start + length)?;
        let (body, crc) = frame.split_at(length - 2);
        (checksum(body).to_le_bytes() == *crc).then_some(start..start + length)
    })
}

/// How long the answer is that begins here; `None` where none to this request does.
fn length_of(bytes: &[u8], unit: u8, request: &Request) -> Option<usize> {
    let function = request.table.function();
    match *bytes {
        [first, second, ..] if first == unit && second == function | 0x80 => Some(EXCEPTION),
        [first, second, third, ..]
            if first == unit && second == function && u16::from(third) == request.count * 2 =>
        {
            Some(usize::from(third) + 5)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::pdu::Table;
    use super::*;
    use std::vec::Vec;

    const REQUEST: Request = Request { table: Table::Holding, address: 7, count: 1 };

    fn framed(body: &[u8]) -> Vec<u8> {
        [body, &checksum(body).to_le_bytes()].concat()
    }

    #[test]
    fn literal_bytes() {
        assert_eq!(emit(1, &[3, 0, 0, 0, 10]), [1, 3, 0, 0, 0, 10, 0xc5, 0xcd]);
    }

    #[test]
    fn answers_are_taken_whole_and_sound() {
        let answer = framed(&[1, 3, 2, 0x12, 0x34]);
        (0..answer.len()).for_each(|end| assert_eq!(find(&answer[..end], 1, &REQUEST), None));
        assert_eq!(find(&answer, 1, &REQUEST), Some(0..7));
        assert_eq!(find(&answer, 2, &REQUEST), None, "another unit's");
        assert_eq!(find(&answer, 1, &Request { count: 2, ..REQUEST }), None, "another length");
        let bits = 0..answer.len() * 8;
        for bit in bits {
            let mut wrong = answer.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(find(&wrong, 1, &REQUEST), None, "bit {bit}");
        }
    }

    #[test]
    fn an_answer_is_found_behind_noise_an_echo_and_what_looks_like_its_own_beginning() {
        let answer = framed(&[1, 3, 2, 0x12, 0x34]);
        for before in
            [&[0xff, 0, 1][..], &emit(1, &REQUEST.emit()), &[1, 3, 2, 1, 3, 2], &[1, 0x83]]
        {
            let line = [before, &answer].concat();
            assert_eq!(find(&line, 1, &REQUEST), Some(before.len()..line.len()));
        }
        let exception = framed(&[1, 0x83, 2]);
        assert_eq!(find(&exception, 1, &REQUEST), Some(0..5));
    }
}
