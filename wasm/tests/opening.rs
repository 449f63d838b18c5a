//! What a file is said to be: whole, broken off, damaged, newer, foreign, empty.

mod logs;

use logs::{Log, manifest, outdate, places, signed};
use millwatt::wire::FrameKind;
use millwatt_report::opening::{Looks, Opening, of, open};
use millwatt_report::words::Language;

#[test]
fn a_sound_log_is_whole() {
    let log = signed("mill", 120);
    assert_eq!(of(&log), Opening::Whole);
    let (archive, opening) = open(&log).expect("a log");
    assert_eq!((archive.length(), opening), (240, Opening::Whole));
}

#[test]
fn a_log_that_breaks_off_is_read_up_to_there() {
    let log = signed("mill", 120);
    let (begins, length) = places(&log, FrameKind::Readings)[4];
    for cut in [begins + 1, begins + 2, begins + 23, begins + 30, begins + length - 1] {
        let (archive, opening) = open(&log[..cut]).expect("what stands before");
        assert_eq!(opening, Opening::Truncated { readable: begins, torn: cut - begins }, "{cut}");
        assert_eq!(archive.length(), 120, "the first hour");
    }
    let sentence = Opening::Truncated { readable: begins, torn: 7 }.sentence(Language::English);
    assert!(sentence.contains("its last 7 bytes") && sentence.contains("again"), "{sentence}");
}

#[test]
fn damage_inside_is_named_with_its_place() {
    let mut log = signed("mill", 120);
    let (begins, length) = places(&log, FrameKind::Readings)[2];
    log[begins + 30] ^= 1;
    let readable = log.len() - length;
    let expected = Opening::Damaged { bytes: length, first: Some(begins), readable };
    assert_eq!(of(&log), expected);
    let (archive, opening) = open(&log).expect("the rest can be read");
    assert_eq!((archive.length(), opening), (210, expected));
}

#[test]
fn noise_behind_a_log_is_damage_and_not_a_torn_record() {
    let mut log = signed("mill", 120);
    let (end, readable) = (log.len(), log.len());
    log.extend(b"noise");
    assert_eq!(of(&log), Opening::Damaged { bytes: 5, first: Some(end), readable });
}

#[test]
fn a_newer_version_is_named() {
    const KINDS: [FrameKind; 4] =
        [FrameKind::Device, FrameKind::Checkpoint, FrameKind::Manifest, FrameKind::Readings];
    let sound = signed("mill", 60);
    let mut log = sound.clone();
    for (begins, _) in KINDS.into_iter().flat_map(|kind| places(&sound, kind)) {
        outdate(&mut log, begins, 2);
    }
    assert_eq!(of(&log), Opening::Newer { version: 2 });
    assert_eq!(open(&log).err(), Some(Opening::Newer { version: 2 }));
}

#[test]
fn other_files_say_what_they_are() {
    assert_eq!(of(&[]), Opening::Empty);
    assert_eq!(open(&[]).err(), Some(Opening::Empty));
    let table = b"date;kWh\r\n2026-01-01;12\r\n";
    assert_eq!(open(table).err(), Some(Opening::Foreign(Looks::Table)));
    assert_eq!(open(b"PK\x03\x04rest").err(), Some(Opening::Foreign(Looks::Packed)));
    let byte = |n: u32| (n.wrapping_mul(2_654_435_761) >> 13) as u8;
    let noise: Vec<u8> = (0..5_000).map(byte).collect();
    assert!(matches!(open(&noise).err(), Some(Opening::Foreign(_))), "{:?}", of(&noise));
}

#[test]
fn a_log_without_readings_or_without_its_site_says_so() {
    let silent = Log::begin(&manifest("mill", "kg"), true).bytes;
    assert_eq!(open(&silent).err(), Some(Opening::Silent));
    let log = signed("mill", 60);
    let (begins, length) = places(&log, FrameKind::Manifest)[0];
    let nameless = [&log[..begins], &log[begins + length..]].concat();
    assert_eq!(open(&nameless).err(), Some(Opening::Nameless));
}

#[test]
fn every_opening_has_a_sentence_in_both_languages() {
    let all = [
        Opening::Whole,
        Opening::Damaged { bytes: 1, first: None, readable: 2 },
        Opening::Foreign(Looks::Unknown),
        Opening::Newer { version: 0 },
        Opening::Later,
        Opening::Enormous { bytes: u64::MAX },
        Opening::Empty,
        Opening::Nameless,
        Opening::Silent,
    ];
    for opening in all {
        let [vi, en] = [Language::Vietnamese, Language::English].map(|one| opening.sentence(one));
        assert!(vi.ends_with('.') && en.ends_with('.') && vi != en, "{vi} {en}");
        assert_eq!(opening.sentences(), format!("{vi} {en}"));
    }
}
