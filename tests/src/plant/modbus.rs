//! Modbus as these meters speak it: functions 3 and 4, and what they refuse.

use super::Plant;

/// Most registers of one request.
const REGISTERS_MAX: u16 = 125;
/// Bytes of the header before the unit id.
pub const HEADER: usize = 6;

/// What a header says of the frame behind it.
///
/// `None` when it is no Modbus: another protocol id, or a length that no frame has. The stream
/// cannot be followed any more then.
#[must_use]
pub fn frame_bytes(header: [u8; HEADER]) -> Option<usize> {
    let [_, _, protocol_high, protocol_low, high, low] = header;
    let length = usize::from(u16::from_be_bytes([high, low]));
    // Unit id and function at least; unit id and 253 bytes at most.
    let is_modbus = protocol_high == 0 && protocol_low == 0 && (2..=254).contains(&length);
    is_modbus.then_some(length)
}

/// The answer to a request without its unit id.
#[must_use]
pub fn answer(plant: &Plant, place: usize, request: &[u8]) -> Vec<u8> {
    let Some((&function, body)) = request.split_first() else {
        return vec![0x80, 1];
    };
    match registers(plant, place, function, body) {
        Err(exception) => vec![function | 0x80, exception],
        Ok(registers) => {
            // At most 125 registers, see above.
            let mut answer = vec![function, (registers.len() * 2) as u8];
            answer.extend(registers.iter().flat_map(|register| register.to_be_bytes()));
            answer
        }
    }
}

/// The registers asked for, or the exception: 1 function, 2 address, 3 value.
fn registers(plant: &Plant, place: usize, function: u8, body: &[u8]) -> Result<Vec<u16>, u8> {
    if !matches!(function, 3 | 4) {
        return Err(1);
    }
    let &[a, b, c, d] = body else {
        return Err(3);
    };
    let (address, count) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    if !(1..=REGISTERS_MAX).contains(&count) {
        return Err(3);
    }
    let registers = match function {
        3 => plant.holding_registers(place, address, count),
        _ => plant.input_registers(place, address, count),
    };
    registers.ok_or(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::MAIN;

    #[test]
    fn wrong_requests_get_their_exception() {
        let plant = Plant::new(1, 1_772_384_400_000);
        let cases: [(&[u8], &[u8]); 9] = [
            (&[6, 0, 0, 0, 1], &[0x86, 1]),
            (&[4, 0, 79, 0, 2], &[0x84, 2]),
            (&[4, 0xff, 0xff, 0, 1], &[0x84, 2]),
            (&[3, 0, 15, 0, 2], &[0x83, 2]),
            (&[3, 0, 0, 0, 0], &[0x83, 3]),
            (&[4, 0, 0, 0, 126], &[0x84, 3]),
            (&[4, 0, 0, 0], &[0x84, 3]),
            (&[4, 0, 0, 0, 1, 0], &[0x84, 3]),
            (&[], &[0x80, 1]),
        ];
        for (request, expected) in cases {
            assert_eq!(answer(&plant, 1, request), expected, "{request:?}");
        }
        assert_eq!(answer(&plant, MAIN, &[3, 0, 0, 0, 1]), [0x83, 2], "a meter has no state");
    }

    #[test]
    fn an_answer_is_the_registers() {
        let plant = Plant::new(1, 1_772_384_400_000);
        // 50.0 as a float is 0x42480000.
        assert_eq!(answer(&plant, 0, &[4, 0, 70, 0, 2]), [4, 4, 0x42, 0x48, 0, 0]);
        // The panning drum's meter starts at 143,000 Wh: 0x0002_2e98.
        let exact = answer(&plant, 1, &[3, 0, 10, 0, 4]);
        assert_eq!(exact, [3, 8, 0, 0, 0, 0, 0, 2, 0x2e, 0x98]);
    }

    #[test]
    fn headers_of_other_protocols_are_not_followed() {
        assert_eq!(frame_bytes([9, 9, 0, 0, 0, 6]), Some(6));
        assert_eq!(frame_bytes([9, 9, 0, 1, 0, 6]), None);
        assert_eq!(frame_bytes([9, 9, 0, 0, 0, 1]), None);
        assert_eq!(frame_bytes([9, 9, 0, 0, 0, 255]), None);
    }
}
