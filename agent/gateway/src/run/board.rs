//! What the collector knows now, for whoever wants to show it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant as Ticks;

use super::{Acknowledged, Polled, Progress, wall_clock};
use crate::site_file::{Bus, Compiled, MeterPlan};
use crate::unit;
use millwatt::Decimal;
use millwatt::archive::Parts;
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::site::{Channel, Kind};
use millwatt::time::{Instant, Offset, Span, Zone};
use millwatt::wire::Stamp;
use tokio::sync::watch;

/// The last reading of each channel, how each meter does, and what is durable.
///
/// The collector writes, servers read; a clone is the same board. It holds the present only and never grows, so that
/// a reader that is slow, or away, costs nothing.
#[derive(Debug, Clone, Default)]
pub struct Board(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    known: Mutex<Known>,
    news: watch::Sender<u64>,
}

/// What stands on a [`Board`]. Every change has a number, higher than those before it.
#[derive(Debug)]
pub struct Known {
    /// The site's description, as the log has it.
    pub manifest: Vec<u8>,
    /// UTC offsets of its zone.
    pub offsets: Vec<Offset>,
    /// What is read, by channel number.
    pub channels: Vec<ChannelRow>,
    /// Who is asked, bus by bus.
    pub meters: Vec<MeterRow>,
    /// What became of the readings.
    pub log: LogRow,
    /// The change that brought `log`.
    pub log_changed: u64,
    /// When the disk last took all there was.
    pub committed: Option<Instant>,
    /// The last change.
    pub version: u64,
    /// The wall clock at the start.
    pub started: Instant,
    /// When any meter answered last; before the first answer, the start.
    pub answered: Ticks,
}

/// A channel and its last reading.
#[derive(Debug)]
pub struct ChannelRow {
    /// `asset.quantity`, with the phase where it has one.
    pub name: String,
    /// The asset's short name.
    pub asset: String,
    /// Phase 1 to 3, 0 for the whole.
    pub phase: u8,
    /// How its values relate.
    pub kind: Kind,
    /// The unit that its values are shown in.
    pub unit: String,
    /// How often it is read.
    pub every: Span,
    /// Digits of its integers behind the point, in that unit.
    places: i16,
    /// Who gives it, as a place among the meters.
    meter: Option<usize>,
    /// What was read last.
    pub last: Option<Sample>,
    /// The change that brought it.
    pub changed: u64,
}

/// A meter and how it does.
#[derive(Debug)]
pub struct MeterRow {
    /// The short name of its asset.
    pub asset: String,
    /// `host:port`, or the serial port's device.
    pub address: String,
    /// Its number on the line.
    pub unit: u8,
    /// How often it is asked.
    pub every: Span,
    /// Whether it gave anything when it was asked last; `None` before that.
    pub answers: Option<bool>,
    /// What was wrong when it was asked last.
    pub fault: Option<String>,
    /// Since when it answers or not, and has a fault or none.
    pub since: Option<Instant>,
    /// The last fault, also when it is over.
    pub last_fault: Option<String>,
    /// How often it was asked since the start.
    pub polls: u64,
    /// How often that went wrong.
    pub faults: u64,
    /// The change that brought `answers` or `fault`.
    pub changed: u64,
    /// The change with which it gave readings, and that with which it was judged.
    read: u64,
    judged: u64,
}

/// What became of the readings since the start.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Everything at or below it survives a power cut.
    pub watermark: Option<Stamp>,
    /// Readings that do.
    pub acknowledged: u64,
    /// Readings that wait in memory.
    pub waiting: u64,
    /// Readings dropped, because the disk refused for longer than memory lasts.
    pub dropped: u64,
    /// Why the log cannot be written now.
    pub refusal: Option<String>,
}

impl Board {
    /// For a site that is about to be polled.
    ///
    /// # Panics
    /// When the site was not compiled from a site file.
    #[must_use]
    pub fn of(site: &Compiled) -> Self {
        let known = Known::of(site);
        Self(Arc::new(Shared { known: Mutex::new(known), news: watch::Sender::default() }))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // Whoever panicked over it wrote whole numbers and texts only.
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at it. The collector waits meanwhile: be short, and ask nothing else of the board.
    pub fn look<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        look(&self.lock())
    }

    /// The number of the last change, as it grows.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<u64> {
        self.0.news.subscribe()
    }

    /// Takes in what a round on a bus gave.
    pub fn take(&self, polled: &Polled, at: Instant) {
        let mut known = self.lock();
        known.version += 1;
        polled.readings.iter().for_each(|reading| known.put(reading));
        known.log.waiting += polled.readings.len() as u64;
        // What went wrong names its meter; who else of an asset gave readings is then known.
        let (failed, fine): (Vec<_>, Vec<_>) =
            polled.outcomes.iter().partition(|(_, outcome)| outcome.is_err());
        for (asset, outcome) in failed.into_iter().chain(fine) {
            known.judge(asset, outcome, at);
        }
        self.tell(known);
    }

    /// Takes in what became of the readings.
    pub fn hear(&self, progress: &Progress) {
        let mut known = self.lock();
        let log = match progress {
            Progress::Acknowledged(Acknowledged { watermark, readings, dropped }) => LogRow {
                watermark: Some(*watermark),
                acknowledged: *readings,
                waiting: 0,
                dropped: *dropped,
                refusal: None,
            },
            Progress::Disk { message, waiting, dropped } => LogRow {
                waiting: *waiting as u64,
                dropped: *dropped,
                refusal: Some(message.clone()),
                ..known.log.clone()
            },
            Progress::Fault { .. }
            | Progress::Answers { .. }
            | Progress::Retired(_)
            | Progress::Described(_)
            | Progress::Alarm(_) => return,
        };
        if log.refusal.is_none() {
            known.committed = Some(wall_clock());
        }
        if log != known.log {
            known.version += 1;
            (known.log, known.log_changed) = (log, known.version);
            self.tell(known);
        }
    }

    /// Goes on with a site that was described anew: what is known of its channels and meters stays known.
    pub fn restate(&self, site: &Compiled) {
        let mut known = self.lock();
        let before = std::mem::replace(&mut *known, Known::of(site));
        known.carry_over(before);
        self.tell(known);
    }

    fn tell(&self, known: MutexGuard<'_, Known>) {
        let version = known.version;
        drop(known);
        self.0.news.send_replace(version);
    }
}

/// Of no site: for who collects and shows nothing.
impl Default for Known {
    fn default() -> Self {
        Self {
            manifest: Vec::new(),
            offsets: Vec::new(),
            channels: Vec::new(),
            meters: Vec::new(),
            log: LogRow::default(),
            log_changed: 0,
            committed: None,
            version: 0,
            started: wall_clock(),
            answered: Ticks::now(),
        }
    }
}

impl Known {
    fn of(site: &Compiled) -> Self {
        let parts = Parts::read(&site.manifest).expect("what the compiler wrote can be read");
        let offsets = parts.site().offsets.to_vec();
        let mut channels: Vec<ChannelRow> = parts
            .channels_with_assets()
            .map(|(channel, asset)| ChannelRow::new(&channel, asset))
            .collect();
        let on_buses =
            site.buses.iter().flat_map(|bus| bus.meters.iter().map(move |meter| (bus, meter)));
        let mut meters = Vec::new();
        for (bus, meter) in on_buses {
            for ChannelId(number) in channels_of(meter) {
                if let Some(channel) = channels.get_mut(usize::from(number)) {
                    channel.meter = Some(meters.len());
                }
            }
            meters.push(MeterRow::new(bus, meter));
        }
        Self { manifest: site.manifest.clone(), offsets, channels, meters, ..Self::default() }
    }

    fn carry_over(&mut self, before: Self) {
        self.version = before.version + 1;
        (self.log, self.log_changed) = (before.log, before.log_changed);
        (self.committed, self.started) = (before.committed, before.started);
        self.answered = before.answered;
        for row in &mut self.channels {
            let same = |old: &&ChannelRow| row.is_as(old);
            if let Some(old) = before.channels.iter().find(same) {
                (row.last, row.changed) = (old.last, old.changed);
            }
        }
        let mut left = before.meters;
        for row in &mut self.meters {
            if let Some(place) = left.iter().position(|old| row.is_as(old)) {
                *row = MeterRow { every: row.every, ..left.swap_remove(place) };
            }
        }
    }

    /// The site's zone.
    #[must_use]
    pub fn zone(&self) -> Zone<'_> {
        Zone::new(&self.offsets)
    }

    fn put(&mut self, reading: &Reading) {
        let Self { channels, meters, version, .. } = self;
        let Some(row) = channels.get_mut(usize::from(reading.channel.0)) else { return };
        // Beside the answer that is believed, a round may give the one that was not.
        let is_mended = reading.sample.quality == Quality::Suspect && row.changed == *version;
        if !is_mended {
            (row.last, row.changed) = (Some(reading.sample), *version);
        }
        if let Some(meter) = row.meter.and_then(|meter| meters.get_mut(meter)) {
            meter.read = *version;
        }
    }

    fn judge(&mut self, asset: &str, outcome: &Result<(), String>, at: Instant) {
        let version = self.version;
        let Some(place) = self.meter_of(asset, outcome) else { return };
        let meter = &mut self.meters[place];
        let (fault, answers) = (outcome.as_ref().err(), outcome.is_ok() || meter.read == version);
        meter.judged = version;
        meter.polls += 1;
        meter.faults += u64::from(fault.is_some());
        if answers {
            self.answered = Ticks::now();
        }
        if meter.answers != Some(answers) || meter.fault.is_some() != fault.is_some() {
            meter.since = Some(at);
        } else if meter.fault.as_ref() == fault {
            return;
        }
        (meter.answers, meter.fault, meter.changed) = (Some(answers), fault.cloned(), version);
        meter.last_fault = fault.cloned().or(meter.last_fault.take());
    }

    /// Which meter an outcome is of. Several may measure one asset: a fault's sentence begins with its meter's name,
    /// and who is fine gave readings.
    fn meter_of(&self, asset: &str, outcome: &Result<(), String>) -> Option<usize> {
        let of_asset =
            || (0..self.meters.len()).filter(move |place| self.meters[*place].asset == asset);
        if of_asset().nth(1).is_none() {
            return of_asset().next();
        }
        of_asset().filter(|place| self.meters[*place].judged != self.version).find(|place| {
            let meter = &self.meters[*place];
            match outcome {
                Err(message) => meter.is_named_by(message),
                Ok(()) => meter.read == self.version,
            }
        })
    }
}

/// The channels that a meter's registers feed.
fn channels_of(meter: &MeterPlan) -> impl Iterator<Item = ChannelId> {
    // Registers that all hold 0: what they would be worth does not matter here.
    const ZEROS: &[u8] = &[0; 250];
    let reads = meter.plan.reads().iter();
    reads.flat_map(move |read| meter.plan.values(read, ZEROS, &[])).map(|(channel, _)| channel)
}

impl ChannelRow {
    fn new(channel: &Channel<'_>, asset: &str) -> Self {
        Self {
            name: channel.name.to_owned(),
            asset: asset.to_owned(),
            phase: channel.phase,
            kind: channel.kind,
            unit: channel.unit.to_owned(),
            every: channel.every,
            places: unit::places(channel),
            meter: None,
            last: None,
            changed: 0,
        }
    }

    /// Whether another row's values mean the same.
    fn is_as(&self, other: &Self) -> bool {
        (&self.name, self.kind, &self.unit, self.places)
            == (&other.name, other.kind, &other.unit, other.places)
    }

    /// What it measures, as the site file says it.
    #[must_use]
    pub fn quantity(&self) -> &str {
        let quantity = self.name.split_once('.').map_or("", |(_, quantity)| quantity);
        quantity.split_once('-').map_or(quantity, |(quantity, _)| quantity)
    }

    /// A sample's value in the channel's unit, exactly.
    #[must_use]
    pub fn value(&self, sample: &Sample) -> Decimal {
        unit::shifted(sample.value, self.places)
    }
}

impl MeterRow {
    fn new(bus: &Bus, meter: &MeterPlan) -> Self {
        Self {
            asset: meter.asset.clone(),
            address: bus.address.clone(),
            unit: meter.unit,
            every: meter.every,
            answers: None,
            fault: None,
            since: None,
            last_fault: None,
            polls: 0,
            faults: 0,
            changed: 0,
            read: 0,
            judged: 0,
        }
    }

    /// Whether another row is of the same meter.
    fn is_as(&self, other: &Self) -> bool {
        (&self.asset, &self.address, self.unit) == (&other.asset, &other.address, other.unit)
    }

    fn is_named_by(&self, message: &str) -> bool {
        let Self { asset, address, unit, .. } = self;
        let rest = message.strip_prefix(&format!("meter of `{asset}` at {address}, unit {unit}"));
        rest.is_some_and(|rest| rest.starts_with([':', ',']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = r#"
[site]
name = "Board"
zone = "Asia/Bangkok"
currency = "VND"

[[asset]]
id = "mill"
name = "Mill"

[[meter]]
asset = "mill"
address = "127.0.0.1:502"
[[meter.register]]
quantity = "active_energy"
table = "input"
address = 0
type = "uint32"
unit = "kWh"
decimals = 2

[[meter]]
asset = "mill"
address = "127.0.0.1:502"
unit = 12
[[meter.register]]
quantity = "state"
table = "input"
address = 0
type = "uint16"
unit = "1"
states = { 0 = "off", 3 = "running" }
"#;

    const NOON: Instant = Instant::from_unix_milliseconds(1_773_550_800_000);

    fn board() -> Board {
        let site = crate::site_file::parse("site.toml", SITE);
        Board::of(&site.unwrap_or_else(|error| panic!("{error}")))
    }

    fn reading(channel: u16, value: i64, quality: Quality) -> Reading {
        let sample = Sample { at: NOON, value, quality };
        Reading { channel: ChannelId(channel), sample }
    }

    #[test]
    fn values_are_exact_and_in_the_unit_of_the_site_file() {
        let (board, mut polled) = (board(), Polled::default());
        polled.readings = vec![reading(0, 123_450, Quality::Good), reading(0, 7, Quality::Suspect)];
        board.take(&polled, NOON);
        board.look(|known| {
            let row = &known.channels[0];
            assert_eq!(
                (row.name.as_str(), row.quantity()),
                ("mill.active_energy", "active_energy")
            );
            let sample = row.last.expect("it was read");
            assert_eq!(row.value(&sample).to_string(), "1234.5", "kWh; the suspect one is no news");
            assert_eq!((known.log.waiting, known.channels[1].last), (2, None));
        });
        polled.readings = vec![reading(0, 7, Quality::Suspect), reading(9, 1, Quality::Good)];
        board.take(&polled, NOON);
        let last = board.look(|known| known.channels[0].last.map(|sample| sample.value));
        assert_eq!(last, Some(7), "of a round that gave nothing better");
    }

    #[test]
    fn meters_of_one_asset_are_told_apart() {
        let (board, mut polled) = (board(), Polled::default());
        let fault = "meter of `mill` at 127.0.0.1:502, unit 12: no answer in time".to_owned();
        polled.readings = vec![reading(0, 1, Quality::Good)];
        polled.outcomes =
            vec![("mill".to_owned(), Ok(())), ("mill".to_owned(), Err(fault.clone()))];
        board.take(&polled, NOON);
        board.take(&polled, NOON + Span::from_minutes(1));
        board.look(|known| {
            let [fine, mute] = &known.meters[..] else { panic!("two meters") };
            assert_eq!((fine.answers, fine.polls, fine.faults), (Some(true), 2, 0));
            assert_eq!((mute.answers, mute.polls, mute.faults), (Some(false), 2, 2));
            assert_eq!((mute.since, mute.fault.as_ref()), (Some(NOON), Some(&fault)));
            assert_eq!((mute.changed, known.version), (1, 2), "the same again is no news");
        });
    }

    #[test]
    fn a_disk_that_refuses_is_known_until_it_takes_all() {
        let board = board();
        let message = "the disk is full".to_owned();
        board.hear(&Progress::Disk { message, waiting: 30, dropped: 2 });
        board.look(|known| assert_eq!((known.log.waiting, known.log.dropped), (30, 2)));
        let watermark = Stamp { epoch: 1, sequence: 9 };
        let kept = Progress::Acknowledged(Acknowledged { watermark, readings: 40, dropped: 2 });
        board.hear(&kept);
        board.hear(&kept);
        board.look(|known| {
            assert_eq!((known.log.refusal.as_ref(), known.log.waiting), (None, 0));
            assert_eq!(known.version, 2, "the same again is no news");
        });
        assert_eq!(*board.news().borrow(), 2);
    }

    #[test]
    fn what_is_known_stays_known_when_the_site_is_described_anew() {
        let (board, mut polled) = (board(), Polled::default());
        polled.readings = vec![reading(0, 123_450, Quality::Good)];
        polled.outcomes = vec![("mill".to_owned(), Ok(()))];
        board.take(&polled, NOON);
        let saw =
            SITE.replace("\n[[asset]]", "\n[[asset]]\nid = \"saw\"\nname = \"Saw\"\n\n[[asset]]");
        let meter = "\n[[meter]]\nasset = \"saw\"\naddress = \"127.0.0.1:503\"\nprofile = \"eastron-sdm630\"\n\n[[meter]]\nasset = \"mill\"";
        let saw = saw.replacen("\n[[meter]]\nasset = \"mill\"", meter, 1);
        let site = crate::site_file::parse("site.toml", &saw);
        board.restate(&site.unwrap_or_else(|error| panic!("{error}")));
        board.look(|known| {
            let mut names = known.channels.iter().map(|row| row.name.as_str());
            let place = names.position(|name| name == "mill.active_energy").expect("it is there");
            assert!(place > 0, "under another number");
            assert_eq!(known.channels[place].last.map(|last| last.value), Some(123_450));
            let polls = |asset: &str| {
                known.meters.iter().find(|row| row.asset == asset).map(|row| row.polls)
            };
            assert_eq!((polls("mill"), polls("saw"), known.version), (Some(1), Some(0), 2));
        });
        assert_eq!(*board.news().borrow(), 2);
    }
}
