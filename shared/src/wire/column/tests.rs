extern crate std;
use super::*;
use proptest::prelude::*;
use std::vec::Vec;

fn round_trip(values: &[i64]) -> (Vec<u8>, Result<Vec<i64>, WireError>) {
    let mut buffer = std::vec![0; 64 + values.len() * 12];
    let mut writer = Writer::new(&mut buffer);
    encode(values, &mut writer).expect("fits");
    let bytes = writer.written().to_vec();
    let back = Values::new(&bytes, values.len()).and_then(Iterator::collect);
    (bytes, back)
}

#[test]
fn literal_bytes() {
    assert_eq!(round_trip(&[7, 7, 7]).0, [0xff, 14]);
    assert_eq!(round_trip(&[i64::MIN, i64::MIN + 1]).0[..2], [0xfe, 0xff]);
    assert_eq!(round_trip(&[]).0, []);
}

#[test]
fn a_counter_of_steady_load_takes_under_four_bits() {
    let values: Vec<i64> = (0..1_440).map(|minute| minute * 83 + minute % 3).collect();
    let bytes = round_trip(&values).0.len();
    assert!(bytes < 1_440 * 4 / 8, "{bytes}");
}

#[test]
fn every_settings_byte_is_one_or_none() {
    for byte in 0..=u8::MAX {
        assert!(Settings::from_byte(byte).is_none_or(|settings| settings.to_byte() == byte));
    }
    assert_eq!((0..=u8::MAX).filter_map(Settings::from_byte).count(), 108);
}

/// What a stream in so many bytes takes of the values, and its bytes.
fn streamed(hint: Hint, values: &[i64], room: usize) -> (usize, Vec<u8>) {
    let mut buffer = std::vec![0; room];
    let mut stream = Stream::new(hint, &mut buffer);
    let taken = values.iter().take_while(|value| stream.push(**value).is_ok()).count();
    assert_eq!(stream.count(), taken);
    (taken, stream.finish().to_vec())
}

#[test]
fn a_stream_ends_before_a_value_that_its_model_does_not_take() {
    let values = [5, 5, 6, 7, MOST, 8];
    let (taken, bytes) = streamed(Hint::default(), &values, 1_000);
    assert_eq!(taken, 4);
    let back: Result<Vec<i64>, _> = Values::new(&bytes, taken).and_then(Iterator::collect);
    assert_eq!(back.expect("sound"), [5, 5, 6, 7]);
    assert_eq!(streamed(Hint::default(), &[MOST, 8, MOST], 1_000).0, 3, "plain from the beginning");
    assert_eq!(streamed(Hint::default(), &[3], 0), (0, Vec::new()));
}

proptest! {
    #[test]
    fn a_stream_writes_what_a_whole_column_is(values in prop::collection::vec(-9_i64..9, 1..300), scale in 0_u32..40) {
        let values: Vec<i64> = values.iter().map(|value| value << scale).collect();
        let stream = streamed(Hint::of(&values), &values, 64 + values.len() * 12);
        prop_assert_eq!(stream, (values.len(), round_trip(&values).0));
    }

    #[test]
    fn a_stream_that_has_no_room_ends_sound(values in prop::collection::vec(any::<i64>(), 1..60), room in 0_usize..300, shift in 0_u32..63) {
        let values: Vec<i64> = values.iter().map(|value| value >> shift).collect();
        let (taken, bytes) = streamed(Hint::default(), &values, room);
        let back: Result<Vec<i64>, _> = Values::new(&bytes, taken).and_then(Iterator::collect);
        prop_assert_eq!(back.expect("sound"), &values[..taken]);
    }

    #[test]
    fn values_come_back(values in prop::collection::vec(any::<i64>(), 0..200)) {
        prop_assert_eq!(round_trip(&values).1, Ok(values));
    }

    #[test]
    fn large_values_come_back(values in prop::collection::vec(-MOST..MOST, 0..200)) {
        prop_assert_eq!(round_trip(&values).1, Ok(values));
    }

    #[test]
    fn walks_come_back(width in 0_u32..30, steps in prop::collection::vec((any::<i64>(), 0_u8..40), 1..400)) {
        let mut value = 1_000_000;
        let values: Vec<i64> = steps.iter().map(|(step, jump)| {
            value += step % (1 << width) * if *jump == 0 { 1_000 } else { 1 };
            value
        }).collect();
        prop_assert_eq!(round_trip(&values).1, Ok(values));
    }

    #[test]
    fn garbage_is_an_error_or_values(bytes in prop::collection::vec(any::<u8>(), 0..64), count in 0_usize..5_000) {
        if let Ok(values) = Values::new(&bytes, count) {
            prop_assert!(values.count() <= count);
        }
    }
}
