//! The seal over sound, damaged and forged logs: what is proved, what is named, where.

mod logs;

use std::cell::OnceCell;

use logs::text;
use logs::{HOSTILE, Log, ORIGIN, at, forged, manifest, part, part_as, places, sections, signed};
use millwatt::Decimal;
use millwatt::time::{Period, Zone};
use millwatt::trust::audit::Fault;
use millwatt::trust::{Hash, Signer};
use millwatt::wire::FrameKind;
use millwatt_report::choice::{Choice, Record};
use millwatt_report::format;
use millwatt_report::node::Node;
use millwatt_report::view::{Beside, Part, Proof, Verdict};
use millwatt_report::words::Language;

/// Three hours signed, and a quarter of an hour behind them that is not.
const MINUTES: i64 = 3 * 60 + 15;

fn trust(log: &[u8], language: Language) -> Node {
    part(log, Part::Trust, language, Beside::default())
}

#[test]
fn a_sound_log_is_proved_but_for_its_unsigned_end() {
    let log = signed(HOSTILE, MINUTES);
    let proof = Proof::of(&log);
    assert_eq!(proof.verdict(), Verdict::Sound);
    assert_eq!((proof.proved(), proof.unsigned(), proof.checkpoints()), (360, 30, 3));
    assert_eq!(proof.proved_span(), Some((at(0), at(179))));
    assert_eq!(proof.unsigned_span(), Some((at(180), at(194))));
    let fingerprint = Signer::new(ORIGIN, &[7; 32]).verifier().fingerprint().to_string();
    for language in [Language::Vietnamese, Language::English] {
        let tree = trust(&log, language);
        logs::assert_harmless(&tree);
        assert_eq!(sections(&tree), ["trust.seal", "trust.limits"]);
        let said = text(&tree);
        assert!(said.contains(&fingerprint), "{said}");
        assert!(said.contains("3f9a8b7c6d5e4f3a") && said.contains("360"), "{said}");
    }
}

#[test]
fn the_digest_is_the_logs_own() {
    let log = signed("mill", MINUTES);
    let tree = trust(&log, Language::Vietnamese);
    let mut digest = None;
    tree.each(&mut |node| {
        if node.attribute("class") == Some("digest") {
            digest = node.attribute("data-digest").map(str::to_owned);
        }
    });
    assert_eq!(digest, Some(format!("{:?}", Hash::of(&log))));
    assert!(text(&tree).contains(&Proof::of(&log).short_digest()));
}

#[test]
fn a_flipped_byte_in_a_signed_frame_is_named_with_its_place_and_the_readings_around_it() {
    let mut log = signed("mill", MINUTES);
    let readings = places(&log, FrameKind::Readings);
    let (begins, length) = readings[5];
    log[begins + length - 3] ^= 0x40;
    let proof = Proof::of(&log);
    assert_eq!(proof.verdict(), Verdict::Broken);
    let first = proof.first_fault().expect("a fault");
    assert_eq!((first.from, first.finding.fault), (begins, Fault::Damaged { bytes: length }));
    // The hour's other three quarters, of both channels.
    let touched = proof.touched(&first).expect("readings");
    assert_eq!(touched, (90, (at(60), at(119))));
    assert_eq!(proof.proved(), 240, "the other two hours");
    let tree = trust(&log, Language::English);
    assert_eq!(sections(&tree), ["trust.seal", "trust.broken", "trust.limits"]);
    let said = text(&tree);
    let begins = Decimal::new(begins as i128, 0);
    let place = format!("Byte {}", format::exact(begins, Language::English));
    assert!(said.contains(&place) && said.contains("90 readings"), "{place}: {said}");
    assert!(said.contains("Still proved: 240 readings"), "{said}");
}

#[test]
fn a_change_under_a_right_checksum_is_found_by_its_leaf() {
    let sound = signed("mill", MINUTES);
    let frames = places(&sound, FrameKind::Readings);
    for (minute, (begins, _)) in (0..180).step_by(15).zip(frames) {
        let proof = Proof::of(&forged(&sound, begins, minute));
        let named = proof.faults().any(|broken| {
            let is_around = broken.from <= begins && begins <= broken.to;
            broken.finding.fault == Fault::Changed && is_around
        });
        assert!(named, "minute {minute}: {:?}", proof.first_fault());
        assert_eq!(proof.proved(), 240, "the other two hours");
    }
}

#[test]
fn an_unsigned_log_says_so_and_is_not_called_forged() {
    let mut log = Log::begin(&manifest("mill", "kg"), false);
    log.read(0..60);
    assert_eq!(Proof::of(&log.bytes).verdict(), Verdict::Unsigned);
    let tree = trust(&log.bytes, Language::Vietnamese);
    assert_eq!(sections(&tree), ["trust.seal", "trust.limits"]);
    assert!(text(&tree).contains("không có chữ ký"), "{}", text(&tree));
}

#[test]
fn several_devices_are_checked_each_by_itself() {
    let border = {
        let mut log = Log::begin(&manifest("mill", "kg"), false);
        log.bytes.clear();
        log.frame(FrameKind::Log, &[]);
        log.bytes
    };
    let mut unsigned = Log::begin(&manifest("mill", "kg"), false);
    unsigned.read(0..60);
    let both = [signed("mill", MINUTES), border, unsigned.bytes].concat();
    let proof = Proof::of(&both);
    assert_eq!((proof.devices.len(), proof.unsigned_devices()), (2, 1));
    assert_eq!((proof.proved(), proof.verdict()), (360, Verdict::Sound));
}

#[test]
fn the_check_is_made_once_and_edits_of_the_copy_are_told() {
    let log = signed("mill", MINUTES);
    let kept = OnceCell::new();
    let beside = Beside { proof: Some(&kept), ..Beside::default() };
    let mut choice = Choice::new(false, false);
    let record =
        Record { period: Period::new(at(0), at(MINUTES)), zone: Zone::new(&[]), first_shift: 0 };
    choice.act("edit:actions.idle.cost", "12", record);
    choice.act("en", "", record);
    let said = text(&part_as(&log, Part::Trust, &choice, beside));
    assert!(said.contains("this copy holds 1 unsigned entries"), "{said}");
    assert_eq!(kept.get(), Some(&Proof::of(&log)));
}
