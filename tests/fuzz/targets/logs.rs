//! A log of sound frames with made-up payloads: manifest, readings, events, device, checkpoints, anchors.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millwatt::archive::{Archive, StandsFor};
use millwatt::trust::Audit;
use millwatt::wire::Stamp;

fuzz_target!(|script: &[u8]| {
    let log = millwatt_fuzz::framed(script);
    let mut audit = Audit::new();
    audit.page(1, &log);
    audit.page(2, &log);
    let _ = audit.finish();
    if let Ok(archive) = Archive::load(&log) {
        assert!(archive.length() <= (1 << 22) + 4_096 * log.len());
        let _ = archive.parts().map(|parts| parts.site().channels.len());
        if archive.length() < 1 << 16 {
            let stamp = Stamp::default();
            let stands_for = StandsFor { first: stamp, last: stamp, frames: 0 };
            let _ = Archive::load(&archive.compact(&stands_for, &[], &[]));
        }
    }
});
