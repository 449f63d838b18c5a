//! Recovery from made-up flash and files, and going on after it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millwatt::wire::{FrameKind, Stamp};
use millwatt_agent::log::{Log, Pages as _};
use millwatt_agent::ring::{Ring, WhenFull};
use millwatt_agent::sim::SimFiles;
use millwatt_fuzz::{Flash, framed};

fuzz_target!(|bytes: &[u8]| {
    let mut image = [0xff; 2_048];
    let log = framed(bytes);
    let raw = bytes.first().is_some_and(|byte| byte % 2 == 0);
    let content = if raw { bytes } else { &log[..] };
    let length = content.len().min(image.len());
    image[..length].copy_from_slice(&content[..length]);
    let mut scratch = [0; 512];
    if let Ok(mut ring) = Ring::recover(Flash(image), &mut scratch) {
        let _ = ring.read(Stamp::default(), &mut scratch, |_| {});
        for _ in 0..6 {
            let stamp =
                ring.append(FrameKind::Events, b"on", WhenFull::GiveUpOldest).expect("kept");
            let mut last = None;
            ring.read(Stamp::default(), &mut scratch, |frame| last = Some(frame.stamp))
                .expect("read");
            assert_eq!(last, Some(stamp));
        }
    }
    let mut files = SimFiles::new();
    files.create(1).expect("made");
    files.append(1, content).expect("written");
    if let Ok(mut log) = Log::recover(&mut files, 4_096, &mut [0; 8_192]) {
        let stamp = log.append(FrameKind::Events, b"on").expect("written");
        assert_eq!(log.commit(), Ok(stamp));
    }
});
