//! Bytes as they come from a disk or a wire.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millwatt::archive::Archive;
use millwatt::wire::Frames;

fuzz_target!(|bytes: &[u8]| {
    let mut frames = Frames::new(bytes);
    let held: usize = frames.by_ref().map(|frame| frame.length()).sum();
    assert_eq!(held + frames.damaged() + frames.later(), bytes.len());
    let _ = Archive::load(bytes);
});
