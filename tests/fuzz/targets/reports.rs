//! What somebody says a report carries: the logs of several devices in one, each by itself and all together.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millwatt::archive::Archive;
use millwatt::trust::audit;
use millwatt::wire::{FrameKind, Frames};

fuzz_target!(|script: &[u8]| {
    let log = millwatt_fuzz::framed(script);
    let borders = Frames::new(&log).filter(|frame| frame.kind == FrameKind::Log).count();
    let logs = audit::logs(&log).len();
    assert!(logs <= borders + 1, "{logs} logs between {borders} borders");
    if let Ok(archive) = Archive::load(&log) {
        let _ = archive.parts().map(|parts| parts.site().channels.len());
        let _ = archive.span();
    }
});
