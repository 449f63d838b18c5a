//! A page of sound frames with made-up payloads, written anew: the same readings, events and leaves, or left alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use millwatt::archive::{Archive, denser};
use millwatt::trust::Audit;
use millwatt::trust::audit::Outcome;

/// More than this is slow to no purpose.
const MOST: usize = 1 << 14;

fn audited(page: &[u8]) -> Outcome {
    let mut audit = Audit::new();
    audit.page(1, page);
    audit.finish()
}

fuzz_target!(|script: &[u8]| {
    let page = millwatt_fuzz::framed(script);
    let Ok(archive) = Archive::load(&page) else { return };
    if archive.length() > MOST {
        return;
    }
    let Some(dense) = denser(&page) else { return };
    assert!(dense.len() < page.len());
    let again = Archive::load(&dense).expect("a log");
    assert!(again.damaged() == 0 && archive.holds_the_same(&again));
    assert!(denser(&dense).is_none(), "once is enough");
    let (before, after) = (audited(&page), audited(&dense));
    if before.findings.is_empty() {
        assert_eq!(after.findings, []);
        let readings = |outcome: &Outcome| outcome.logs.iter().map(|log| log.readings).sum::<u64>();
        assert_eq!(readings(&before), readings(&after));
    }
});
