//! Recovery from made-up flash, journals and files, and going on after it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millwatt::reading::Quality;
use millwatt::time::Instant;
use millwatt::wire::row::Row;
use millwatt::wire::{FrameKind, Stamp};
use millwatt_agent::log::{Log, Pages as _};
use millwatt_agent::recorder::Recorder;
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
    goes_on(Flash(image), Flash([0xff; 2_048]));
    goes_on(Flash([0xff; 2_048]), Flash(image));
    let mut files = SimFiles::new();
    files.create(1).expect("made");
    files.append(1, content).expect("written");
    if let Ok(mut log) = Log::recover(&mut files, 4_096, &mut [0; 8_192]) {
        let stamp = log.append(FrameKind::Events, b"on").expect("written");
        assert_eq!(log.commit(), Ok(stamp));
    }
});

/// Takes rows behind whatever ring and journal hold.
fn goes_on(ring: Flash, journal: Flash) {
    let mut scratch = [0; 1_024];
    let recovered =
        Recorder::<_, _, 3, 12>::recover(ring, journal, 3, WhenFull::GiveUpOldest, &mut scratch);
    let Ok(mut log) = recovered else { return };
    let mut before = Stamp::default();
    for minute in 0..14 {
        let at = Instant::from_unix_milliseconds(minute * 60_000);
        let row = Row { at, cells: [Some((minute, Quality::Good)); 3] };
        log.push(&row, &mut scratch).expect("taken");
        let acknowledged = log.commit(&mut scratch).expect("durable");
        assert!(acknowledged.stamp >= before);
        before = acknowledged.stamp;
    }
}
