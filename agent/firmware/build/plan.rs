//! A node's file and the profiles of its meters, to constants and a manifest.

#[allow(dead_code)]
#[path = "../../gateway/src/unit.rs"]
mod unit;
#[allow(dead_code)]
#[path = "../../gateway/src/site_file/words.rs"]
mod words;

use std::fmt::Write as _;
use std::path::Path;

use millwatt::archive::emit_all;
use millwatt::production::State;
use millwatt::reading::ChannelId;
use millwatt::site::{Asset, AssetId, Channel, Kind, Quantity, Scale, Shift};
use millwatt::time::{Instant, Offset, Span};
use millwatt::wire::Record;
use millwatt::wire::manifest::Head;
use millwatt_agent::meter::{self, ByteOrder, Encoding, Place, Point, WordOrder};
use millwatt_agent::modbus::Table;
use serde::Deserialize;
use words::{Days, Duration, Hours, Parity, SerialLine};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    site: SiteRow,
    node: NodeRow,
    #[serde(rename = "asset")]
    assets: Vec<AssetRow>,
    #[serde(default, rename = "shift")]
    shifts: Vec<ShiftRow>,
    #[serde(default, rename = "meter")]
    meters: Vec<MeterRow>,
    #[serde(default, rename = "pulse")]
    pulses: Vec<PulseRow>,
    #[serde(default, rename = "contact")]
    contacts: Vec<ContactRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteRow {
    name: String,
    zone: String,
    offset_minutes: i16,
    currency: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeRow {
    every: Duration,
    serial: SerialLine,
    seal_every: Duration,
    machine: Option<String>,
    idle_alarm: Option<Duration>,
    /// Rows to a block; sixty unless this is said.
    rows: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssetRow {
    id: String,
    name: String,
    rated_kw: Option<f64>,
    idle_kw: Option<f64>,
    running_kw: Option<f64>,
    dwell: Option<Duration>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShiftRow {
    name: String,
    days: Days,
    hours: Hours,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeterRow {
    asset: String,
    unit: u8,
    profile: String,
    /// Rows of the profile that are kept, of the whole.
    quantities: Vec<String>,
    /// Rows by phase, `voltage-l1`.
    #[serde(default)]
    phases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PulseRow {
    asset: String,
    input: u8,
    quantity: String,
    unit: String,
    debounce: Duration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactRow {
    asset: String,
    input: u8,
    low: String,
    high: String,
    debounce: Duration,
}

/// What of a profile a node can use.
#[derive(Deserialize)]
struct Profile {
    #[serde(default)]
    read_gap: u16,
    read_most: Option<u16>,
    #[serde(default)]
    extremes_are_absent: bool,
    #[serde(rename = "register")]
    registers: Vec<Register>,
}

#[derive(Deserialize)]
struct Register {
    quantity: String,
    #[serde(default)]
    phase: u8,
    table: String,
    address: u16,
    #[serde(rename = "type")]
    encoding: String,
    word_order: Option<String>,
    byte_order: Option<String>,
    unit: String,
    #[serde(default)]
    decimals: u8,
    #[serde(default)]
    exponent: i8,
    factor: Option<toml::Value>,
    #[serde(default)]
    modulus: i64,
    #[serde(default)]
    states: std::collections::BTreeMap<String, String>,
}

impl Register {
    fn name(&self) -> String {
        match self.phase {
            0 => self.quantity.clone(),
            phase => format!("{}-l{phase}", self.quantity),
        }
    }
}

/// What the program is built with.
pub struct Made {
    pub code: String,
    pub manifest: Vec<u8>,
}

/// A channel, before its place in the list is known to all.
struct ChannelRow {
    name: String,
    asset: AssetId,
    quantity: Quantity,
    phase: u8,
    kind: Kind,
    scale: Scale,
    unit: String,
    modulus: i64,
}

type Wrong = String;

impl Made {
    pub fn of(path: &Path) -> Result<Self, Wrong> {
        let file: File = read(path)?;
        let mut channels = Vec::new();
        let mut reads = String::new();
        for meter in &file.meters {
            meter_reads(&file, meter, &mut channels, &mut reads)?;
        }
        let pulses = pulses(&file, &mut channels)?;
        let contacts = contacts(&file, &mut channels)?;
        let made = Lists::of(&file, &channels);
        let manifest = made.manifest(&file);
        let code = code(&file, &made, [&reads, &pulses, &contacts])?;
        Ok(Self { code, manifest })
    }
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Wrong> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    toml::from_str(&text).map_err(|error| error.to_string())
}

fn meter_reads(
    file: &File,
    meter: &MeterRow,
    channels: &mut Vec<ChannelRow>,
    reads: &mut String,
) -> Result<(), Wrong> {
    let path = Path::new("../gateway/profiles").join(format!("{}.toml", meter.profile));
    let profile: Profile =
        read(&path).map_err(|why| format!("profile `{}`: {why}", meter.profile))?;
    let asset = asset(file, &meter.asset)?;
    let mut points = heapless::Vec::new();
    for name in meter.quantities.iter().chain(&meter.phases) {
        let register = profile.registers.iter().find(|row| row.name() == *name);
        let register =
            register.ok_or_else(|| format!("profile `{}` has no `{name}`", meter.profile))?;
        if register.factor.is_some() {
            return Err(format!("`{name}`: a node cannot scale one register by another"));
        }
        let channel = ChannelId(channels.len() as u16);
        let point = point(channel, register, profile.extremes_are_absent)?;
        points.push(point).map_err(|_| "too many registers of one meter".to_owned())?;
        channels.push(channel_row(&meter.asset, asset, register)?);
    }
    let mut sorted: Vec<Point> = points.iter().cloned().collect();
    sorted.sort_by_key(|point| (point.place.table, point.place.address));
    let most = profile.read_most.unwrap_or(millwatt_agent::modbus::pdu::MOST_REGISTERS);
    let plan = meter::Plan::new(points, heapless::Vec::new(), profile.read_gap, most);
    for read in plan.reads() {
        let request = &read.request;
        let _ = writeln!(
            reads,
            "    Read {{ unit: {}, request: Request {{ table: Table::{:?}, address: {}, count: {} }}, points: &[",
            meter.unit, request.table, request.address, request.count
        );
        for point in &sorted[read.first..read.last] {
            let Place { table, address, encoding, words, bytes } = point.place;
            let _ = writeln!(
                reads,
                "        Point {{ channel: ChannelId({}), place: Place {{ table: Table::{table:?}, address: {address}, \
                 encoding: Encoding::{encoding:?}, words: WordOrder::{words:?}, bytes: ByteOrder::{bytes:?} }}, \
                 decimals: {}, has_absent: {}, states: &{:?} }},",
                point.channel.0,
                point.decimals,
                point.has_absent,
                point.states.as_slice()
            );
        }
        reads.push_str("    ] },\n");
    }
    Ok(())
}

fn asset(file: &File, id: &str) -> Result<AssetId, Wrong> {
    let place = file.assets.iter().position(|asset| asset.id == id);
    place.map(|place| AssetId(place as u16)).ok_or_else(|| format!("`{id}` is no asset here"))
}

fn point(channel: ChannelId, register: &Register, has_absent: bool) -> Result<Point, Wrong> {
    let encoding = match register.encoding.as_str() {
        "uint16" => Encoding::U16,
        "int16" => Encoding::I16,
        "uint32" => Encoding::U32,
        "int32" => Encoding::I32,
        "uint64" => Encoding::U64,
        "int64" => Encoding::I64,
        "float32" => Encoding::F32,
        "float64" => Encoding::F64,
        "bcd16" => Encoding::Bcd16,
        "bcd32" => Encoding::Bcd32,
        "bcd64" => Encoding::Bcd64,
        other => return Err(format!("`type` = `{other}` is unknown")),
    };
    let is_low = |order: &Option<String>| order.as_deref() == Some("low-first");
    let place = Place {
        table: if register.table == "input" { Table::Input } else { Table::Holding },
        address: register.address,
        encoding,
        words: if is_low(&register.word_order) {
            WordOrder::LowFirst
        } else {
            WordOrder::HighFirst
        },
        bytes: if is_low(&register.byte_order) {
            ByteOrder::LowFirst
        } else {
            ByteOrder::HighFirst
        },
    };
    let decimals = i16::from(register.decimals) + i16::from(register.exponent);
    let decimals =
        u8::try_from(decimals).map_err(|_| "`exponent` takes more than `decimals` keeps")?;
    let mut states = heapless::Vec::new();
    for (code, word) in &register.states {
        let code = code.parse().map_err(|_| format!("`{code}` is no code"))?;
        states.push((code, state(word)?)).map_err(|_| "too many states".to_owned())?;
    }
    Ok(Point { channel, place, decimals, has_absent, factor: None, states })
}

fn state(word: &str) -> Result<i64, Wrong> {
    State::named(word).map(State::code).ok_or_else(|| format!("state `{word}` is unknown"))
}

fn channel_row(asset: &str, id: AssetId, register: &Register) -> Result<ChannelRow, Wrong> {
    let quantity = quantity(&register.quantity)?;
    let exponent = unit::exponent(quantity, &register.unit)?;
    Ok(ChannelRow {
        name: format!("{asset}.{}", register.name()),
        asset: id,
        quantity,
        phase: register.phase,
        kind: unit::kinds(quantity)[0],
        scale: Scale(exponent - register.decimals as i8),
        unit: register.unit.clone(),
        modulus: register.modulus.max(0),
    })
}

fn quantity(word: &str) -> Result<Quantity, Wrong> {
    Ok(match word {
        "active_energy" => Quantity::ActiveEnergy,
        "active_energy_export" => Quantity::ActiveEnergyExport,
        "reactive_energy_lagging" => Quantity::ReactiveEnergyLagging,
        "reactive_energy_leading" => Quantity::ReactiveEnergyLeading,
        "active_power" => Quantity::ActivePower,
        "reactive_power" => Quantity::ReactivePower,
        "apparent_power" => Quantity::ApparentPower,
        "voltage" => Quantity::Voltage,
        "current" => Quantity::Current,
        "power_factor" => Quantity::PowerFactor,
        "frequency" => Quantity::Frequency,
        "temperature" => Quantity::Temperature,
        "good_count" => Quantity::GoodCount,
        "reject_count" => Quantity::RejectCount,
        "state" => Quantity::MachineState,
        "other" => Quantity::Other,
        other => return Err(format!("`quantity` = `{other}` is unknown")),
    })
}

fn pulses(file: &File, channels: &mut Vec<ChannelRow>) -> Result<String, Wrong> {
    let mut code = String::new();
    for row in &file.pulses {
        let quantity = quantity(&row.quantity)?;
        if !unit::kinds(quantity).contains(&Kind::Amount) {
            return Err(format!("`{}` cannot be counted", row.quantity));
        }
        let scale = Scale(unit::exponent(quantity, &row.unit)?);
        let _ = writeln!(
            code,
            "    PulseInput {{ input: {}, channel: ChannelId({}), debounce: {} }},",
            row.input,
            channels.len(),
            span(row.debounce.0)
        );
        let (asset, unit) = (asset(file, &row.asset)?, row.unit.clone());
        let name = format!("{}.{}", row.asset, row.quantity);
        let (phase, kind, modulus) = (0, Kind::Amount, 0);
        channels.push(ChannelRow { name, asset, quantity, phase, kind, scale, unit, modulus });
    }
    Ok(code)
}

fn contacts(file: &File, channels: &mut Vec<ChannelRow>) -> Result<String, Wrong> {
    let mut code = String::new();
    for row in &file.contacts {
        let _ = writeln!(
            code,
            "    LevelInput {{ input: {}, channel: ChannelId({}), debounce: {}, codes: [{}, {}] }},",
            row.input,
            channels.len(),
            span(row.debounce.0),
            state(&row.low)?,
            state(&row.high)?
        );
        let name = format!("{}.state", row.asset);
        let (asset, quantity, kind) =
            (asset(file, &row.asset)?, Quantity::MachineState, Kind::State);
        let (phase, scale, unit, modulus) = (0, Scale(0), String::new(), 0);
        channels.push(ChannelRow { name, asset, quantity, phase, kind, scale, unit, modulus });
    }
    Ok(code)
}

/// The site's lists.
struct Lists<'a> {
    assets: Vec<Asset<'a>>,
    shifts: Vec<Shift<'a>>,
    channels: Vec<Channel<'a>>,
}

impl<'a> Lists<'a> {
    fn of(file: &'a File, channels: &'a [ChannelRow]) -> Self {
        let milliwatts = |kw: Option<f64>| (kw.unwrap_or(0.0) * 1e6).round() as i64;
        let assets = file.assets.iter().map(|row| Asset {
            id: &row.id,
            name: &row.name,
            parent: None,
            machine: file.node.machine.as_deref() == Some(&row.id),
            rated_milliwatts: milliwatts(row.rated_kw),
            idle_milliwatts: milliwatts(row.idle_kw),
            running_milliwatts: milliwatts(row.running_kw),
            ideal_cycle: Span::ZERO,
            minor_stop: Span::ZERO,
            dwell: row.dwell.map_or(Span::ZERO, |dwell| dwell.0),
        });
        let shifts = file.shifts.iter().map(|row| Shift {
            name: &row.name,
            days: row.days.0,
            start: row.hours.start,
            end: row.hours.end,
        });
        let channels = channels.iter().map(|row| Channel {
            name: &row.name,
            asset: row.asset,
            quantity: row.quantity,
            phase: row.phase,
            kind: row.kind,
            scale: row.scale,
            unit: &row.unit,
            every: file.node.every.0,
            modulus: row.modulus,
        });
        let (assets, channels) = (assets.collect(), channels.collect());
        let mut shifts: Vec<_> = shifts.collect();
        shifts.sort_by_key(|shift| shift.start);
        Self { assets, shifts, channels }
    }

    fn manifest(&self, file: &File) -> Vec<u8> {
        let offset = Offset { since: Instant::MIN, minutes: file.site.offset_minutes };
        let head = Head {
            name: &file.site.name,
            zone: &file.site.zone,
            currency: &file.site.currency,
            main: None,
            output: None,
            output_unit: "",
        };
        let mut rows = vec![Record::Head(head), Record::Offset(offset)];
        rows.extend(self.shifts.iter().copied().map(Record::Shift));
        rows.extend(self.assets.iter().copied().map(Record::Asset));
        rows.extend(self.channels.iter().copied().map(Record::Channel));
        emit_all(&rows)
    }
}

fn span(span: Span) -> String {
    format!("Span::from_milliseconds({})", span.milliseconds())
}

fn code(
    file: &File,
    lists: &Lists<'_>,
    [reads, pulses, contacts]: [&str; 3],
) -> Result<String, Wrong> {
    let mut code = String::new();
    let site = &file.site;
    let (channels, rows) = (lists.channels.len(), file.node.rows.unwrap_or(60));
    let SerialLine { baud, parity, stop_bits, .. } = file.node.serial;
    if (parity, stop_bits) != (Parity::None, 1) {
        return Err("`serial`: this board's port has no parity and one stop bit".to_owned());
    }
    let _ = write!(
        code,
        "/// Channels of a row.\npub const CHANNELS: usize = {channels};\n\
         /// Rows to a block.\npub const ROWS: usize = {rows};\n\
         static MANIFEST: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/manifest.bin\"));\n\
         static OFFSETS: [Offset; 1] = [Offset {{ since: Instant::MIN, minutes: {} }}];\n\
         static SHIFTS: &[Shift<'static>] = &[\n",
        site.offset_minutes
    );
    for Shift { name, days, start, end } in &lists.shifts {
        let _ = writeln!(
            code,
            "    Shift {{ name: {name:?}, days: Weekdays({}), start: {start}, end: {end} }},",
            days.0
        );
    }
    code.push_str("];\nstatic ASSETS: &[Asset<'static>] = &[\n");
    lists.assets.iter().for_each(|asset| asset_code(asset, &mut code));
    code.push_str("];\nstatic CHANNEL_LIST: &[Channel<'static>] = &[\n");
    lists.channels.iter().for_each(|channel| channel_code(channel, &mut code));
    let machine = match &file.node.machine {
        Some(id) => {
            let longest = file.node.idle_alarm.map_or(Span::from_minutes(10), |it| it.0);
            format!("Some((AssetId({}), {}))", asset(file, id)?.0, span(longest))
        }
        None => "None".to_owned(),
    };
    let _ = write!(
        code,
        "];\nstatic READS: &[Read<'static>] = &[\n{reads}];\nstatic PULSES: &[PulseInput] = &[\n{pulses}];\n\
         static LEVELS: &[LevelInput] = &[\n{contacts}];\n\
         /// What this node is.\npub static PLAN: Plan<'static> = Plan {{\n    site: Site {{ name: {:?}, zone: {:?}, \
         currency: {:?}, main: None, output: None, output_unit: \"\", offsets: &OFFSETS, shifts: SHIFTS, tariffs: &[], \
         bands: &[], assets: ASSETS, channels: CHANNEL_LIST, facts: Facts::NONE }},\n    manifest: MANIFEST,\n    \
         every: {},\n    reads: READS,\n    patience: Patience {{ timeout: Span::from_seconds(1), retries: 1 }},\n    \
         baud: {baud},\n    pulses: PULSES,\n    levels: LEVELS,\n    seal_every: {},\n    leaf: Span::from_minutes(15),\n    \
         machine: {machine},\n}};\n",
        site.name,
        site.zone,
        site.currency,
        span(file.node.every.0),
        span(file.node.seal_every.0)
    );
    Ok(code)
}

fn asset_code(asset: &Asset<'_>, code: &mut String) {
    let Asset { id, name, machine, .. } = asset;
    let _ = writeln!(
        code,
        "    Asset {{ id: {id:?}, name: {name:?}, parent: None, machine: {machine}, rated_milliwatts: {}, \
         idle_milliwatts: {}, running_milliwatts: {}, ideal_cycle: Span::ZERO, minor_stop: Span::ZERO, dwell: {} }},",
        asset.rated_milliwatts,
        asset.idle_milliwatts,
        asset.running_milliwatts,
        span(asset.dwell)
    );
}

fn channel_code(channel: &Channel<'_>, code: &mut String) {
    let Channel { name, asset, quantity, phase, kind, scale, unit, every, modulus } = channel;
    let _ = writeln!(
        code,
        "    Channel {{ name: {name:?}, asset: AssetId({}), quantity: Quantity::{quantity:?}, phase: {phase}, \
         kind: Kind::{kind:?}, scale: Scale({}), unit: {unit:?}, every: {}, modulus: {modulus} }},",
        asset.0,
        scale.0,
        span(*every)
    );
}
