//! Every single bit of 64 KiB of a real log, turned: the frame hit is refused, every other is read as it was.

use millwatt::time::Span;
use millwatt::wire::Frames;
use millwatt_tests::workshop::{START, simulate};

const LENGTH: usize = 64 << 10;

#[test]
fn no_turned_bit_passes_and_each_costs_one_frame() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    simulate(folder.path(), START + Span::DAY);
    let mut log = std::fs::read(folder.path().join("00000001.mwlog")).expect("the first page");
    let ends: Vec<usize> = {
        let mut frames = Frames::new(&log);
        let mut ends = Vec::new();
        while frames.next().is_some() && frames.sound_end() <= LENGTH {
            ends.push(frames.sound_end());
        }
        ends
    };
    let last = *ends.last().expect("frames");
    assert!(last > LENGTH * 9 / 10, "{last} bytes of whole frames");
    let mut turned = 0;
    for (place, end) in ends.iter().enumerate() {
        let start = place.checked_sub(1).map_or(0, |before| ends[before]);
        // The frame hit and the one behind it, which must be found again.
        let after = ends.get(place + 1).copied().unwrap_or(*end);
        let behind: Vec<_> = Frames::new(&log[*end..after]).map(|frame| frame.stamp).collect();
        for bit in start * 8..end * 8 {
            log[bit / 8] ^= 1 << (bit % 8);
            let found: Vec<_> = Frames::new(&log[start..after]).map(|frame| frame.stamp).collect();
            log[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(found, behind, "bit {bit}");
            turned += 1;
        }
    }
    println!("{turned} bits turned in {} frames, 0 passed, each cost the frame hit", ends.len());
}
