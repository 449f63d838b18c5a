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

proptest! {
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
