//! What the collector knows, as Prometheus reads it: OpenMetrics text, made anew at each scrape.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeGaugeValue, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry, Unit};

use crate::run::{Board, ChannelRow, Known, LogRow, MeterRow};
use millwatt::reading::Sample;
use millwatt::time::Instant;

/// What the text is.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All figures of a board.
///
/// # Errors
/// When a figure cannot be written as text; none is such.
pub(super) fn text(board: &Board) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix("millwatt");
    registry.register_collector(Box::new(Figures(board.clone())));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

#[derive(Debug)]
struct Figures(Board);

impl Collector for Figures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.0.look(|known| {
            build(&mut encoder, known)?;
            channels(&mut encoder, known)?;
            meters(&mut encoder, known)?;
            log(&mut encoder, &known.log)
        })
    }
}

fn build(encoder: &mut DescriptorEncoder<'_>, known: &Known) -> fmt::Result {
    let help = "The program that serves this.";
    let mut family = encoder.encode_descriptor("build", help, None, MetricType::Info)?;
    family.encode_info(&[("version", env!("CARGO_PKG_VERSION"))])?;
    let help = "When it was started, in seconds since 1970.";
    let seconds = Unit::Seconds;
    let mut family =
        encoder.encode_descriptor("start_time", help, Some(&seconds), MetricType::Gauge)?;
    family.encode_gauge(&unix_seconds(known.started))
}

fn unix_seconds(at: Instant) -> f64 {
    at.unix_milliseconds() as f64 / 1e3
}

/// The last value of each channel that was read, and its instant.
fn channels(encoder: &mut DescriptorEncoder<'_>, known: &Known) -> fmt::Result {
    let read = || known.channels.iter().filter_map(|row| Some((row, row.last.as_ref()?)));
    let help = "The last value of a channel, in its unit.";
    let mut family = encoder.encode_descriptor("channel_value", help, None, MetricType::Gauge)?;
    for (row, sample) in read() {
        channel(&mut family, row, &row.value(sample).to_f64())?;
    }
    let help = "The instant for which it was read, in seconds since 1970.";
    let seconds = Unit::Seconds;
    let mut family =
        encoder.encode_descriptor("channel_timestamp", help, Some(&seconds), MetricType::Gauge)?;
    for (row, Sample { at, .. }) in read() {
        channel(&mut family, row, &unix_seconds(*at))?;
    }
    Ok(())
}

fn channel(family: &mut MetricEncoder<'_>, row: &ChannelRow, figure: &f64) -> fmt::Result {
    let phase = if row.phase == 0 { String::new() } else { row.phase.to_string() };
    let labels = [
        ("asset", row.asset.as_str()),
        ("quantity", row.quantity()),
        ("phase", phase.as_str()),
        ("unit", row.unit.as_str()),
    ];
    family.encode_family(&labels)?.encode_gauge(figure)
}

fn meters(encoder: &mut DescriptorEncoder<'_>, known: &Known) -> fmt::Result {
    let help = "Whether a meter gave anything when it was asked last.";
    let mut family = encoder.encode_descriptor("meter_up", help, None, MetricType::Gauge)?;
    for (row, answers) in known.meters.iter().filter_map(|row| Some((row, row.answers?))) {
        of_meter(&mut family, row, |mut one| one.encode_gauge(&u32::from(answers)))?;
    }
    let help = "How often a meter was asked.";
    let mut family = encoder.encode_descriptor("polls", help, None, MetricType::Counter)?;
    for row in &known.meters {
        of_meter(&mut family, row, |one| count(one, row.polls))?;
    }
    let help = "How often that went wrong.";
    let mut family = encoder.encode_descriptor("faults", help, None, MetricType::Counter)?;
    for row in &known.meters {
        of_meter(&mut family, row, |one| count(one, row.faults))?;
    }
    Ok(())
}

/// Writes a figure of a meter. Its number on the line is `unit_id`, for `unit` is what values are counted in.
fn of_meter(
    family: &mut MetricEncoder<'_>,
    row: &MeterRow,
    write: impl FnOnce(MetricEncoder<'_>) -> fmt::Result,
) -> fmt::Result {
    let unit = row.unit.to_string();
    let labels = [
        ("asset", row.asset.as_str()),
        ("address", row.address.as_str()),
        ("unit_id", unit.as_str()),
    ];
    write(family.encode_family(&labels)?)
}

fn count(mut encoder: MetricEncoder<'_>, figure: u64) -> fmt::Result {
    encoder.encode_counter::<NoLabelSet, u64, f64>(&figure, None)
}

fn log(encoder: &mut DescriptorEncoder<'_>, log: &LogRow) -> fmt::Result {
    let counters = [
        ("readings_acknowledged", "Readings that survive a power cut.", log.acknowledged),
        ("readings_dropped", "Readings dropped while the disk refused.", log.dropped),
    ];
    for (name, help, figure) in counters {
        count(encoder.encode_descriptor(name, help, None, MetricType::Counter)?, figure)?;
    }
    gauge(encoder, "readings_waiting", "Readings that wait in memory.", &log.waiting)?;
    let refuses = u32::from(log.refusal.is_some());
    gauge(encoder, "log_refuses", "Whether the log cannot be written.", &refuses)?;
    let Some(watermark) = log.watermark else { return Ok(()) };
    gauge(encoder, "log_epoch", "Starts of the device, as the log counts them.", &watermark.epoch)?;
    let help = "The last frame of the epoch that survives a power cut.";
    gauge(encoder, "log_sequence", help, &watermark.sequence)
}

fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    figure: &impl EncodeGaugeValue,
) -> fmt::Result {
    encoder.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(figure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Polled;
    use millwatt::reading::{ChannelId, Quality, Reading};

    const SITE: &str = r#"
[site]
name = "Figures"
zone = "Asia/Bangkok"
currency = "VND"

[[asset]]
id = "mill"
name = "Mill"

[[meter]]
asset = "mill"
address = "127.0.0.1:502"
[[meter.register]]
quantity = "other"
phase = 2
table = "input"
address = 0
type = "uint16"
unit = "a \"b\" \\ c"
"#;

    #[test]
    fn labels_are_escaped_and_the_text_has_an_end() {
        let site = crate::site_file::parse("site.toml", SITE);
        let board = Board::of(&site.unwrap_or_else(|error| panic!("{error}")));
        let at = Instant::from_unix_milliseconds(1_773_550_800_250);
        let sample = Sample { at, value: -7, quality: Quality::Good };
        let readings = vec![Reading { channel: ChannelId(0), sample }];
        board.take(&Polled { readings, outcomes: vec![("mill".to_owned(), Ok(()))] }, at);
        let text = text(&board).expect("every figure is text");
        let labels = r#"{asset="mill",quantity="other",phase="2",unit="a \"b\" \\ c"}"#;
        assert!(text.contains(&format!("\nmillwatt_channel_value{labels} -7.0\n")), "{text}");
        let stamp = format!("\nmillwatt_channel_timestamp_seconds{labels} 1773550800.25\n");
        assert!(text.contains(&stamp), "{text}");
        let meter = r#"{asset="mill",address="127.0.0.1:502",unit_id="1"}"#;
        assert!(text.contains(&format!("\nmillwatt_polls_total{meter} 1\n")), "{text}");
        assert!(text.contains("\nmillwatt_readings_waiting 1\n"), "{text}");
        assert!(!text.contains("log_epoch") && text.ends_with("# EOF\n"), "{text}");
    }
}
