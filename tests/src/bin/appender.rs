//! Writes a reading a minute into a data folder as fast as it can and says what is durable, until it is killed.
//!
//! `appender SITE DATA MINUTE`: from that minute on. Each line is a minute whose readings are acknowledged.

use std::io::Write as _;
use std::path::Path;

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [site, data, minute] = &arguments[..] else { panic!("appender SITE DATA MINUTE") };
    let manifest = site_file::read(Path::new(site)).expect("a site").manifest;
    let mut writer = Writer::open(Path::new(data), manifest).expect("the folder opens");
    let mut minute: i64 = minute.parse().expect("a minute");
    loop {
        let at = Instant::from_unix_milliseconds(1_795_392_000_000) + Span::from_minutes(minute);
        let sample =
            |channel: i64| Sample { at, value: minute * (channel + 1), quality: Quality::Good };
        writer
            .push((0..4_u16).map(|n| Reading { channel: ChannelId(n), sample: sample(n.into()) }));
        writer.commit().expect("kept");
        let line = format!("{minute}\n");
        std::io::stdout().write_all(line.as_bytes()).expect("somebody listens");
        writer.seal_due().expect("signed");
        minute += 1;
    }
}
