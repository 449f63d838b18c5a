//! Keeps copies of logs as a receiver does, and says what is kept in the words of `millwatt run --json`.
//!
//! `copyist DATA DEVICE…`: each device's folder is one device's log at a later time. What the disk refuses is tried again.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use millwatt_gateway::receive::copy::Copy;
use millwatt_tests::crash::again;
use millwatt_tests::crash::copying::copy_on;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, devices @ ..] = &arguments[..] else { panic!("copyist DATA DEVICE…") };
    let mut copy = again(|| Copy::open(Path::new(data)));
    let mut kept = BTreeSet::new();
    for device in devices {
        again(|| {
            copy_on(&mut copy, Path::new(device), |mark, keys| {
                kept.extend(keys);
                let line = format!(
                    "{{\"event\":\"watermark\",\"epoch\":{},\"sequence\":{},\"readings\":{}}}\n",
                    mark.epoch,
                    mark.sequence,
                    kept.len()
                );
                // Nobody need listen.
                let _ = std::io::stdout().write_all(line.as_bytes());
            })
        });
    }
}
