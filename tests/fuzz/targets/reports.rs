//! Files that somebody says are reports: what they carry is unpacked, and read as the logs of several devices.
#![no_main]

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use millwatt::archive::Archive;
use millwatt::trust::audit;
use millwatt_gateway::{logs, report};

/// A page around what is packed.
fn page(packed: &[u8]) -> String {
    format!("<!doctype html><script id=\"data\">{}</script>", BASE64.encode(packed))
}

fn packed(log: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(log).expect("memory");
    gzip.finish().expect("memory")
}

/// The logs of a report, each by itself and all together.
fn read(log: &[u8]) {
    let parts = logs::split(log);
    let borders = (parts.len() - 1) * millwatt::wire::frame::HEAD;
    // A border may be longer than a head: somebody gave it a payload.
    assert!(parts.iter().map(|part| part.len()).sum::<usize>() + borders <= log.len());
    assert_eq!(audit::logs(log).len(), parts.len());
    if let Ok(archive) = Archive::load(log) {
        let _ = archive.parts().map(|parts| parts.site().channels.len());
        let _ = archive.span();
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((form, bytes)) = bytes.split_first() else { return };
    match form % 3 {
        // A file.
        0 => {
            if let Ok(log) = report::log_of(&String::from_utf8_lossy(bytes)) {
                read(&log);
            }
        }
        // What was packed.
        1 => {
            if let Ok(log) = report::log_of(&page(bytes)) {
                read(&log);
            }
        }
        // The log itself.
        _ => {
            let log = millwatt_fuzz::framed(bytes);
            if !log.is_empty() {
                assert_eq!(report::log_of(&page(&packed(&log))).expect("a report"), log);
                read(&log);
            }
        }
    }
});
