//! What the golden log of format version 1 holds, and how today's program writes it: every kind of frame, record and event,
//! every form of a column, two devices, two keys, a page that was written anew.

use millwatt::archive::{block, denser, emit_all};
use millwatt::energy::adjustment::NonRoutine;
use millwatt::energy::fuel::Factor;
use millwatt::event::{Event, EventKind};
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::site::{
    Asset, AssetId, Band, Baseline, Channel, FuelPrice, Kind, Quantity, Scale, Shift, Tariff,
};
use millwatt::time::{Date, Every, Instant, Offset, Period, Span, Weekdays};
use millwatt::trust::{Chain, Device, Hash, Seal, Signer, chain};
use millwatt::units::{Carbon, Energy, Heat, OilEquivalent, Power};
use millwatt::wire::bytes::Writer;
use millwatt::wire::column::Values;
use millwatt::wire::manifest::{Head, Reactive};
use millwatt::wire::{Anchor, BlockWriter, Clock, ClockQuality, Frame, FrameKind, Record, Stamp};

/// Midnight in UTC, Monday, 23 November 2026.
const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
const MINUTE: Span = Span::from_minutes(1);
/// The channel on which every method of a column is told.
const METHODS: ChannelId = ChannelId(15);

fn at(minute: i64) -> Instant {
    START + Span::from_minutes(minute)
}

/// What is written into a lent buffer.
///
/// # Panics
/// Never, unless `write` does.
pub fn written(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut buffer = vec![0; 1 << 16];
    let mut out = Writer::new(&mut buffer);
    write(&mut out);
    out.written().to_vec()
}

/// Well mixed bits of a number.
fn mixed(seed: u64) -> u64 {
    let bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^ bits >> 31
}

const QUANTITIES: [Quantity; 16] = [
    Quantity::ActiveEnergy,
    Quantity::ActiveEnergyExport,
    Quantity::ReactiveEnergyLagging,
    Quantity::ReactiveEnergyLeading,
    Quantity::ActivePower,
    Quantity::ReactivePower,
    Quantity::ApparentPower,
    Quantity::Voltage,
    Quantity::Current,
    Quantity::PowerFactor,
    Quantity::Frequency,
    Quantity::Temperature,
    Quantity::GoodCount,
    Quantity::RejectCount,
    Quantity::MachineState,
    Quantity::Other,
];

const NAMES: [&str; 16] = [
    "mill.active_energy",
    "mill.active_energy_export",
    "mill.reactive_energy_lagging",
    "mill.reactive_energy_leading",
    "mill.active_power",
    "mill.reactive_power",
    "mill.apparent_power",
    "mill.voltage",
    "mill.current",
    "mill.power_factor",
    "mill.frequency",
    "mill.temperature",
    "mill.good_count",
    "mill.reject_count",
    "mill.machine_state",
    "mill.other",
];

/// A channel for each quantity, of each kind.
fn channel(number: usize) -> Channel<'static> {
    let kind = match number {
        0..4 => Kind::Counter,
        12 | 13 => Kind::Amount,
        14 => Kind::State,
        _ => Kind::Gauge,
    };
    Channel {
        name: NAMES[number],
        asset: AssetId(1),
        quantity: QUANTITIES[number],
        phase: (number % 4) as u8,
        kind,
        scale: Scale(1 - (number % 4) as i8),
        unit: if number == 15 { "mm/s" } else { "" },
        every: MINUTE,
        modulus: if number == 0 { 1 << 32 } else { 0 },
    }
}

fn asset(id: &'static str, parent: Option<AssetId>) -> Asset<'static> {
    Asset {
        id,
        name: "Máy nghiền số 1",
        parent,
        machine: parent.is_some(),
        rated_milliwatts: 22_000_000,
        idle_milliwatts: 800_000,
        running_milliwatts: 4_000_000,
        ideal_cycle: Span::from_milliseconds(7_250),
        minor_stop: Span::from_minutes(5),
        dwell: Span::from_minutes(1),
    }
}

/// Records of the kinds that stand behind all others.
fn facts() -> [Record<'static>; 9] {
    let since = Date { year: 2026, month: 1, day: 1 };
    let period = Period::new(at(-60_000), at(-15_000));
    [
        Record::Factor(Factor {
            fuel: "electricity",
            unit: "kWh",
            since,
            oil: Some(OilEquivalent::from_milligrams(154_300)),
            heat: None,
            fossil: Some(Carbon::from_milligrams(659_200)),
            biogenic: Some(Carbon::from_milligrams(0)),
            source: "a letter",
        }),
        Record::Factor(Factor {
            fuel: "firewood",
            unit: "kg",
            since,
            oil: None,
            heat: Some(Heat::from_kilojoules(15_600)),
            fossil: None,
            biogenic: Some(Carbon::from_milligrams(1_747_000)),
            source: "",
        }),
        Record::FuelPrice(FuelPrice {
            fuel: "firewood",
            unit: "kg",
            since,
            price_thousandths: 1_200_000,
            source: "an invoice",
        }),
        Record::Reactive(Reactive {
            below: 2_727,
            demand: Power::from_milliwatts(40_000_000),
            source: "a circular",
        }),
        Record::ReactiveStep((89, 112)),
        Record::ReactiveStep((85, 588)),
        Record::DemandLimit(Power::from_milliwatts(45_000_000)),
        Record::Baseline(Baseline {
            period,
            every: Every::Week,
            drivers: "output cooling:mill:24",
            target_per_mille: 30,
            note: "before the new drum",
        }),
        Record::Adjustment(NonRoutine {
            period: Period::new(at(0), Instant::MAX),
            a_day: Energy::from_milliwatt_hours(-12_500_000),
            note: "a lamp less",
            source: "counted",
        }),
    ]
}

/// A record of every kind.
#[must_use]
pub fn first_manifest(name: &'static str) -> Vec<Record<'static>> {
    let band = |name, price_thousandths, days, start, end| {
        Record::Band(Band { tariff: 0, name, price_thousandths, days, start, end })
    };
    let head = Head {
        name,
        zone: "Asia/Ho_Chi_Minh",
        currency: "VND",
        main: Some(AssetId(0)),
        output: None,
        output_unit: "kg",
    };
    let structure = [
        Record::Head(head),
        Record::Offset(Offset { since: Instant::MIN, minutes: 420 }),
        Record::Shift(Shift { name: "đêm", days: Weekdays(0x1f), start: 1_320, end: 1_800 }),
        Record::Tariff(Tariff { since: at(-525_600), vat_per_mille: 80, source: "a document" }),
        band("peak", 3_398_000, Weekdays(0x3f), 570, 690),
        band("normal", 1_833_000, Weekdays(0), 0, 0),
        Record::Asset(asset("site", None)),
        Record::Asset(asset("mill", Some(AssetId(0)))),
    ];
    let channels = (0..QUANTITIES.len()).map(|number| Record::Channel(channel(number)));
    structure.into_iter().chain(channels).chain(facts()).collect()
}

/// What a later start says, without facts.
#[must_use]
pub fn second_manifest() -> Vec<Record<'static>> {
    let rows = first_manifest("Golden mill, renamed").into_iter();
    rows.filter(|row| !row.is_fact()).collect()
}

/// What the node says.
#[must_use]
pub fn node_manifest() -> Vec<Record<'static>> {
    let rows = first_manifest("Golden press").into_iter();
    let rows = rows.filter(|row| !matches!(row, Record::Asset(_) | Record::Channel(_)));
    let press = Channel { name: "press.active_energy", asset: AssetId(0), ..channel(0) };
    let structure = rows.filter(|row| !row.is_fact());
    structure.chain([Record::Asset(asset("press", None)), Record::Channel(press)]).collect()
}

const EVENT_KINDS: [EventKind; 11] = [
    EventKind::Output,
    EventKind::Reject,
    EventKind::RawMaterial,
    EventKind::Fuel,
    EventKind::Stop,
    EventKind::People,
    EventKind::Bill,
    EventKind::Note,
    EventKind::MeterRemoved,
    EventKind::MeterInstalled,
    EventKind::MeterFactor,
];

/// An event of each kind.
#[must_use]
pub fn first_events() -> Vec<Event<'static>> {
    let event = |(number, kind): (i64, &EventKind)| Event {
        at: at(3 * number),
        until: (number % 3 == 1).then(|| at(3 * number + 90)),
        kind: *kind,
        asset: ["", "site", "mill"][(number % 3) as usize],
        product: ["firewood", "", "no material"][(number / 2 % 3) as usize],
        thousandths: [0, 25_000, -7, i64::MAX][(number % 4) as usize],
        unit: ["kg", "", "người"][(number % 3) as usize],
        note: ["", "thay lưới sàng"][(number % 2) as usize],
    };
    (0..).zip(&EVENT_KINDS).map(event).collect()
}

/// An event that comes after its span was closed.
#[must_use]
pub fn late_events() -> Vec<Event<'static>> {
    let mut late = first_events()[7];
    (late.at, late.note) = (at(5), "came later");
    vec![late]
}

/// A column as it is given to the writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// On which channel.
    pub channel: ChannelId,
    /// Of all its values.
    pub quality: Quality,
    /// The first value's instant.
    pub start: Instant,
    /// From value to value.
    pub step: Span,
    /// The values.
    pub values: Vec<i64>,
}

fn given(channel: u16, quality: Quality, start: Instant, step: Span, values: Vec<i64>) -> Given {
    Given { channel: ChannelId(channel), quality, start, step, values }
}

/// Registers, levels, states and walks of every width, on one grid.
#[must_use]
pub fn an_hour() -> Vec<Given> {
    let values = |channel: u64| -> Vec<i64> {
        let mut value = 1_000_i64 << channel;
        let next = |minute: u64| {
            let noise = mixed(channel << 32 | minute);
            let wide = (noise >> 8) as i64 % (1 << (3 * channel));
            value = match channel {
                0..4 => value + 37 + (noise % 3) as i64,
                14 => (minute / 13 % 5) as i64,
                _ if noise.is_multiple_of(23) => value.wrapping_add(wide * 50),
                _ => value.wrapping_add(wide - (1 << (3 * channel - 1))),
            };
            value
        };
        (0..60).map(next).collect()
    };
    (0..15)
        .map(|channel| given(channel, Quality::Good, START, MINUTE, values(channel.into())))
        .collect()
}

/// What no hour of a mill shows: other qualities, long and single columns, none, numbers that no model takes.
#[must_use]
pub fn what_is_rare() -> Vec<Given> {
    let half = START + Span::from_seconds(30);
    let long = (0..300).map(|n| 230_000 + (mixed(n) % 900) as i64).collect();
    let all_equal = vec![-5; 40];
    vec![
        given(7, Quality::Good, half, Span::from_seconds(7), long),
        given(8, Quality::Estimated, half, MINUTE, all_equal),
        given(9, Quality::Suspect, half, MINUTE, vec![i64::MIN, 0, i64::MAX, -1]),
        given(10, Quality::Good, half, Span::ZERO, vec![i64::MAX]),
        given(11, Quality::Good, half, Span::ZERO, Vec::new()),
        given(3, Quality::Estimated, half, MINUTE, vec![1, 2, 3, 5, 8, 13, 21, 34]),
    ]
}

fn block_of(columns: &[Given]) -> Vec<u8> {
    let mut buffer = vec![0; 1 << 16];
    let mut block = BlockWriter::new(START, &mut buffer).expect("room");
    for column in columns {
        let Given { channel, quality, start, step, values } = column;
        block.column(*channel, *quality, *start, *step, values).expect("room");
    }
    block.payload().to_vec()
}

/// With it each of these columns is one that a range coder could have written.
const SALT: u64 = 1;

/// A column under every method that tells values by a model, whether or not today's writer would choose it: bytes that
/// nobody wrote decode to some values, which every reader must find.
fn every_method() -> Vec<u8> {
    let column = |method: u8| {
        let values = written(|out| {
            out.byte(method).expect("room");
            out.signed(1_000 + i64::from(method)).expect("room");
            for number in 0..48 {
                out.byte((mixed(SALT << 32 | u64::from(method) << 8 | number) >> 24) as u8)
                    .expect("room");
            }
        });
        let decoded = Values::new(&values, 24).expect("a known method");
        let count = decoded.map_while(Result::ok).count();
        written(|out| {
            out.byte(0).expect("room");
            out.varint(METHODS.0.into()).expect("room");
            out.signed(30_000 * i64::from(method)).expect("room");
            out.varint(1_000).expect("room");
            out.varint(count as u64).expect("room");
            out.varint(values.len() as u64).expect("room");
            out.slice(&values).expect("room");
        })
    };
    let base = at(120).unix_milliseconds().to_le_bytes();
    [base.to_vec(), (0..108).flat_map(column).collect()].concat()
}

/// A log under way, as a device writes it.
struct Writing<'a> {
    bytes: Vec<u8>,
    stamp: Stamp,
    clock: Clock,
    chain: Chain,
    signer: Signer<'a>,
    /// Who signed before.
    earlier: Option<Signer<'a>>,
}

impl<'a> Writing<'a> {
    fn begin(signer: &Signer<'a>, sealed_to: Instant) -> Self {
        let mut chain = Chain::new(chain::SPAN);
        chain.restart(sealed_to, chain::SPAN);
        let (stamp, clock, signer) =
            (Stamp { epoch: 1, sequence: 0 }, Clock::default(), signer.clone());
        Self { bytes: Vec::new(), stamp, clock, chain, signer, earlier: None }
    }

    fn frame(&mut self, kind: FrameKind, payload: &[u8]) {
        match kind {
            FrameKind::Manifest => self.chain.manifest(payload),
            FrameKind::Readings => drop(self.chain.readings(payload).expect("a block")),
            FrameKind::Events => drop(self.chain.events(payload)),
            _ => {}
        }
        self.stamp = self.stamp.next();
        let frame = Frame { stamp: self.stamp, clock: self.clock, kind, payload };
        self.bytes.extend(frame.head());
        self.bytes.extend(payload);
    }

    /// What a page, and a start, begins with.
    fn head(&mut self, manifest: &[Record<'_>]) {
        self.device();
        self.checkpoint();
        self.frame(FrameKind::Manifest, &emit_all(manifest));
    }

    fn device(&mut self) {
        let (signer, earlier) = (&self.signer, self.earlier.as_ref());
        let note = written(|out| Device::emit(signer, earlier, out).expect("room"));
        self.frame(FrameKind::Device, &note);
    }

    fn checkpoint(&mut self) {
        let (chain, signer) = (&self.chain, &self.signer);
        let (to, span, tree) = (chain.sealed_to(), chain.span(), &chain.tree);
        let seal = written(|out| Seal::emit(to, span, tree, signer, out).expect("room"));
        self.frame(FrameKind::Checkpoint, &seal);
    }

    fn seal(&mut self, to: Instant) {
        assert!(!self.chain.seal(to).leaves.is_empty(), "something waits");
        self.checkpoint();
    }

    fn clock(&mut self, quality: ClockQuality, ticks: u32) {
        self.clock = Clock { quality, ticks };
    }

    fn anchor(&mut self, wall: Instant) {
        let anchor = Anchor { epoch: self.stamp.epoch, clock: self.clock, wall };
        let payload = written(|out| anchor.emit(out).expect("room"));
        self.frame(FrameKind::Anchor, &payload);
    }
}

/// A log's name: the first eight bytes of the SHA-256 of its first public key, and a number.
fn name_of(secret: &[u8; 32]) -> String {
    let signer = Signer::new("x", secret);
    let digits = Hash::of(signer.verifier().bytes()).0;
    let digits: String = digits[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("millwatt/{digits}/1")
}

const OLD_KEY: [u8; 32] = [7; 32];
const NEW_KEY: [u8; 32] = [8; 32];
/// The secret half of the node's key.
pub const NODE_KEY: [u8; 32] = [9; 32];

/// A gateway's log: a page as it was written, over two starts and two keys, and one that was written anew, denser.
fn of_a_gateway() -> Vec<u8> {
    let name = name_of(&OLD_KEY);
    let mut log = Writing::begin(&Signer::new(&name, &OLD_KEY), START);
    log.head(&first_manifest("Golden mill"));
    log.clock(ClockQuality::Set, 600);
    log.anchor(START + MINUTE);
    log.frame(FrameKind::Readings, &block_of(&an_hour()));
    log.frame(FrameKind::Readings, &block_of(&what_is_rare()));
    log.frame(FrameKind::Events, &emit_all(&first_events()));
    log.seal(at(60));
    log.clock(ClockQuality::Behind, 700);
    let late = vec![4_242];
    let late = [given(0, Quality::Suspect, START + Span::from_seconds(90), Span::ZERO, late)];
    log.frame(FrameKind::Readings, &block_of(&late));
    log.frame(FrameKind::Events, &emit_all(&late_events()));
    log.seal(at(75));
    log.earlier = Some(std::mem::replace(&mut log.signer, Signer::new(&name, &NEW_KEY)));
    log.device();
    log.stamp = Stamp { epoch: 2, sequence: 0 };
    log.clock(ClockQuality::Synchronised, 36_000);
    log.head(&second_manifest());
    log.frame(FrameKind::Readings, &every_method());
    log.seal(at(180));
    let first = std::mem::take(&mut log.bytes);
    page_of_minutes(&mut log);
    let second = denser(&log.bytes).expect("fewer bytes");
    [first, second].concat()
}

/// Two hours of three channels, a frame a minute, one reading late; signed at each half hour.
fn page_of_minutes(log: &mut Writing<'_>) {
    log.head(&second_manifest());
    let reading = |channel: u16, minute: i64| {
        let value =
            90_000 + minute * i64::from(channel + 1) * 3 + (mixed(minute as u64) % 5) as i64;
        let quality = if minute == 40 { Quality::Suspect } else { Quality::Good };
        Reading {
            channel: ChannelId(channel),
            sample: Sample { at: at(180 + minute), value, quality },
        }
    };
    for minute in 0..120 {
        let mut readings: Vec<Reading> = (0..3)
            .filter(|channel| (*channel, minute) != (2, 20))
            .map(|c| reading(c, minute))
            .collect();
        if minute == 70 {
            readings.push(reading(2, 20));
        }
        log.frame(FrameKind::Readings, &block(&readings).expect("fits"));
        if minute % 30 == 29 {
            log.frame(
                FrameKind::Events,
                &emit_all(&[Event { at: at(181 + minute), ..first_events()[3] }]),
            );
            log.seal(at(181 + minute));
        }
    }
    log.seal(at(302));
}

/// A node's log: from before its clock was set, with frames that stand in flash only.
fn of_a_node() -> Vec<u8> {
    let name = name_of(&NODE_KEY);
    let mut log =
        Writing::begin(&Signer::new(&name, &NODE_KEY), Instant::from_unix_milliseconds(0));
    let stamp =
        |epoch: u32, sequence: u64| [&epoch.to_le_bytes()[..], &sequence.to_le_bytes()].concat();
    let page = [&0_u64.to_le_bytes()[..], &stamp(0, 0), &stamp(0, 0), &stamp(0, 0)].concat();
    let clock = Clock::default();
    let head = Frame { stamp: log.stamp, clock, kind: FrameKind::Page, payload: &page };
    log.bytes.extend(head.head());
    log.bytes.extend(&page);
    log.head(&node_manifest());
    log.clock(ClockQuality::Unset, 6_600);
    let from_the_start = Instant::from_unix_milliseconds(60_000);
    let values = |first: i64| (0..10).map(|n| first + 11 * n).collect();
    let mut buffer = [0; 256];
    let mut unset = BlockWriter::new(from_the_start, &mut buffer).expect("room");
    let column: Vec<i64> = values(100);
    unset.column(ChannelId(0), Quality::Good, from_the_start, MINUTE, &column).expect("room");
    log.frame(FrameKind::Readings, unset.payload());
    log.seal(Instant::from_unix_milliseconds(900_000));
    log.clock(ClockQuality::Set, 36_000);
    log.anchor(START);
    log.frame(FrameKind::Receipt, &stamp(1, 4));
    let set = given(0, Quality::Good, START, MINUTE, values(800));
    log.frame(FrameKind::Readings, &block_of(&[set]));
    log.frame(FrameKind::Run, &[5, 1]);
    log.seal(at(15));
    log.bytes
}

/// The golden log as today's program writes it.
///
/// # Panics
/// When the program cannot write what it could.
#[must_use]
pub fn of_today() -> Vec<u8> {
    let (stamp, clock) = (Stamp::default(), Clock::default());
    let border = Frame { stamp, clock, kind: FrameKind::Log, payload: &[] }.head();
    [of_a_gateway(), border.to_vec(), of_a_node()].concat()
}
