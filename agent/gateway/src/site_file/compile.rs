//! From a judged site file to the manifest's bytes and the plan of what to poll.

use std::collections::BTreeMap;

use super::facts::Statements;
use super::words::SerialLine;
use super::{FactorRow, FactorWord, Meter, Protocol, Register, SiteFile, Wrong, profile};
use crate::retention::Retention;
use crate::{unit, zone};
use millwatt::archive::emit_all;
use millwatt::production::State;
use millwatt::reading::ChannelId;
use millwatt::site::{Asset, AssetId, Band, Channel, Quantity, Scale, Shift, Tariff};
use millwatt::time::{Span, Weekdays, Zone};
use millwatt::wire::Record;
use millwatt::wire::manifest::Head;
use millwatt_agent::meter::{
    ByteOrder, Factor, FactorMeaning, MOST_FACTORS, Place, Plan, Point, WordOrder,
};
use millwatt_agent::modbus::Patience;

/// What a site file comes to.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The site's name.
    pub name: String,
    /// The manifest's bytes.
    pub manifest: Vec<u8>,
    /// Lines and connections with the meters on them.
    pub buses: Vec<Bus>,
    /// The most time whose readings a power cut may take.
    pub commit_every: Span,
    /// How long the log is kept.
    pub retention: Retention,
    /// Microcontrollers that send their logs here.
    pub nodes: Vec<super::NodePlan>,
    /// Who gets the log.
    pub uplinks: Vec<super::UplinkPlan>,
    /// Channel names by number, for messages.
    pub channels: Vec<String>,
    /// What people must hear of, and how.
    pub alarms: crate::alarm::Plan,
}

/// Meters that share a connection.
#[derive(Debug, Clone, PartialEq)]
pub struct Bus {
    /// `host:port`, or the serial port's device.
    pub address: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Of a serial port: how the line is set.
    pub line: Option<SerialLine>,
    /// Who answers there.
    pub meters: Vec<MeterPlan>,
}

impl Bus {
    /// Whether another one is reached by the same connection, set in the same way.
    #[must_use]
    pub fn is_same_line(&self, other: &Self) -> bool {
        (&self.address, self.protocol, self.line) == (&other.address, other.protocol, other.line)
    }
}

/// A meter and what to read from it.
#[derive(Debug, Clone, PartialEq)]
pub struct MeterPlan {
    /// The asset's short name.
    pub asset: String,
    /// Its number on the line.
    pub unit: u8,
    /// How often.
    pub every: Span,
    /// For how long to wait.
    pub patience: Patience,
    /// What to read.
    pub plan: Plan,
    /// The register that tells whether it is the model whose map this is.
    pub identity: Option<profile::Identity>,
    /// How fast its counters can rise at most, for those that have a limit.
    pub most_a_second: BTreeMap<ChannelId, f64>,
}

/// A channel before it is given to the manifest.
struct ChannelRow {
    name: String,
    asset: AssetId,
    register: Register,
    every: Span,
    /// Where the site file speaks of it.
    place: usize,
}

/// Which rows of a profile are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Those that are kept.
    Kept,
    /// Also those that only tell whether a meter is wired as it should be.
    Commissioning,
}

pub(super) fn compile(site: &SiteFile, which: Rows) -> Result<Compiled, Wrong> {
    let mut rows = Vec::new();
    let mut buses: BTreeMap<String, Bus> = BTreeMap::new();
    for meter in &site.meters {
        let plan = meter_plan(site, meter, which, &mut rows)?;
        let (address, line) = (meter.address.get_ref(), serial_line(meter)?);
        let bus = buses.entry(address.clone()).or_insert_with(|| Bus {
            address: address.clone(),
            protocol: meter.protocol,
            line,
            meters: Vec::new(),
        });
        if bus.line != line {
            let settings =
                [bus.line, line].map(|line| line.map_or(String::new(), |line| line.to_string()));
            let message = format!(
                "`serial`: the meters at {address} need one setting, here are {}; set the meters alike and say `serial` for each",
                settings.join(" and ")
            );
            return Err(Wrong::at(&meter.address, message));
        }
        if bus.protocol != meter.protocol {
            let message = format!("`protocol`: another meter at {address} speaks another one");
            return Err(Wrong::at(&meter.address, message));
        }
        if bus.meters.iter().any(|known| known.unit == meter.unit && known.asset == plan.asset) {
            let message =
                format!("`unit` = {} at {address} stands twice for `{}`", meter.unit, plan.asset);
            return Err(Wrong::at(&meter.asset, message));
        }
        bus.meters.push(plan);
    }
    let manifest = manifest(site, &rows)?;
    let alarms = crate::alarm::Plan::of(&site.alarm_rows, &site.alarms, &manifest)?;
    Ok(Compiled {
        name: site.site.name.clone(),
        manifest,
        alarms,
        buses: buses.into_values().collect(),
        nodes: super::node::nodes(site)?,
        uplinks: super::uplink::uplinks(site)?,
        commit_every: site.site.commit_every.0,
        retention: Retention { days: site.site.keep_days, megabytes: site.site.keep_mb },
        channels: rows.into_iter().map(|row| row.name).collect(),
    })
}

/// How the meter's serial port is set; none where it has no port.
fn serial_line(meter: &Meter) -> Result<Option<SerialLine>, Wrong> {
    if meter.protocol != Protocol::Rtu {
        return Ok(None);
    }
    let factory = || Some(profile::find(meter.profile.as_ref()?.get_ref())?.serial);
    meter.serial.or_else(factory).map(Some).ok_or_else(|| {
        Wrong::at(
            &meter.address,
            "`serial` is missing: say how the line is set, such as serial = \"9600 8N1\"",
        )
    })
}

fn asset_id(site: &SiteFile, id: &str) -> Option<AssetId> {
    let place = site.assets.iter().position(|asset| asset.id.get_ref() == id)?;
    u16::try_from(place).ok().map(AssetId)
}

fn meter_plan(
    site: &SiteFile,
    meter: &Meter,
    which: Rows,
    rows: &mut Vec<ChannelRow>,
) -> Result<MeterPlan, Wrong> {
    let asset = meter.asset.get_ref();
    let id = asset_id(site, asset).ok_or_else(|| Wrong::at(&meter.asset, "names no asset"))?;
    let mut registers = Vec::new();
    let (mut gap, mut most) = (0, millwatt_agent::modbus::pdu::MOST_REGISTERS);
    let (mut identity, mut has_absent) = (None, false);
    if let Some(name) = &meter.profile {
        let profile = profile::find(name.get_ref()).ok_or_else(|| {
            let known = profile::names().join(", ");
            let message =
                format!("`profile` = `{}` is unknown; expected one of: {known}", name.get_ref());
            Wrong::at(name, message)
        })?;
        (gap, most) = (profile.read_gap, profile.read_most);
        identity.clone_from(&profile.identity);
        has_absent = profile.extremes_are_absent;
        let place = name.span().start;
        let known = match which {
            Rows::Kept => profile.registers,
            Rows::Commissioning => profile.all_registers(),
        };
        registers.extend(known.into_iter().map(|register| (place, register)));
    }
    let own = meter.registers.iter();
    registers.extend(own.map(|own| (own.span().start, own.get_ref().clone())));
    let mut points = heapless_points(meter, registers.len())?;
    let (mut factors, mut most_a_second) = (heapless::Vec::new(), BTreeMap::new());
    let rated_watts =
        site.assets.get(usize::from(id.0)).and_then(|asset| asset.rated_kw).map(|kw| kw * 1e3);
    for (place, register) in registers {
        let name = channel_name(asset, &register);
        if rows.iter().any(|row| row.name == name) {
            let message = format!("channel `{name}` stands twice; one meter gives one quantity");
            return Err(Wrong { place: Some(place), message });
        }
        let channel = ChannelId(u16::try_from(rows.len()).unwrap_or(u16::MAX));
        let point = point(channel, &register, has_absent, &mut factors)
            .map_err(|message| Wrong { place: Some(place), message })?;
        if let Some(most) = rated_watts.and_then(|watts| most_a_second_of(&register, watts)) {
            most_a_second.insert(channel, most);
        }
        // Room was checked for all of them.
        let _ = points.push(point);
        rows.push(ChannelRow { name, asset: id, register, every: meter.every.0, place });
    }
    let (gap, most) = (meter.read_gap.unwrap_or(gap), meter.read_most.unwrap_or(most));
    let plan = Plan::new(points, factors, gap, most);
    let patience = Patience { timeout: meter.timeout.0, retries: meter.retries };
    let (asset, unit, every) = (asset.clone(), meter.unit, meter.every.0);
    Ok(MeterPlan { asset, unit, every, patience, plan, identity, most_a_second })
}

type Points = heapless::Vec<Point, { millwatt_agent::meter::MOST_POINTS }>;

fn heapless_points(meter: &Meter, count: usize) -> Result<Points, Wrong> {
    let points = Points::new();
    if count <= points.capacity() {
        return Ok(points);
    }
    let message = format!("{count} registers; at most {} of one meter are read", points.capacity());
    Err(Wrong::at(&meter.asset, message))
}

fn channel_name(asset: &str, register: &Register) -> String {
    let quantity = register.quantity.word();
    match register.phase {
        0 => format!("{asset}.{quantity}"),
        phase => format!("{asset}.{quantity}-l{phase}"),
    }
}

/// How fast an energy register can rise at an asset's rated power, in its own last digit.
fn most_a_second_of(register: &Register, watts: f64) -> Option<f64> {
    let quantity = register.quantity.value();
    if !matches!(quantity, Quantity::ActiveEnergy | Quantity::ActiveEnergyExport) || watts <= 0.0 {
        return None;
    }
    let exponent = unit::exponent(quantity, &register.unit).ok()?;
    Some(watts / 3_600.0 / 10_f64.powi(i32::from(exponent) - i32::from(register.decimals)))
}

type Factors = heapless::Vec<Factor, MOST_FACTORS>;

/// The place of a factor among those of its meter, where it is put if it is new.
fn factor(row: FactorRow, factors: &mut Factors) -> Result<u8, String> {
    let (words, bytes) = (WordOrder::HighFirst, ByteOrder::HighFirst);
    let (table, address, encoding) = (row.table.value(), row.address, row.encoding.value());
    let meaning = match row.meaning {
        FactorWord::Exponent => FactorMeaning::Exponent,
        FactorWord::Multiplier => FactorMeaning::Multiplier { decimals: row.decimals },
    };
    let factor = Factor { place: Place { table, address, encoding, words, bytes }, meaning };
    let place = factors.iter().position(|known| *known == factor).unwrap_or(factors.len());
    if place == factors.len() {
        let room = factors.push(factor);
        room.map_err(|_| {
            format!("`factor`: a meter may have {MOST_FACTORS} registers that scale others")
        })?;
    }
    Ok(place as u8)
}

fn point(
    channel: ChannelId,
    register: &Register,
    has_absent: bool,
    factors: &mut Factors,
) -> Result<Point, String> {
    let mut states = heapless::Vec::new();
    for (code, word) in &register.states {
        let state = State::named(word).ok_or_else(|| {
            let known: Vec<_> = State::ALL.iter().map(|state| state.name()).collect();
            format!("state `{word}` is unknown; expected one of: {}", known.join(", "))
        })?;
        let code: i64 =
            code.parse().map_err(|_| format!("`states`: `{code}` is not the meter's number"))?;
        let room = states.push((code, state.code()));
        room.map_err(|_| "`states`: too many codes".to_owned())?;
    }
    if register.quantity.value() == Quantity::MachineState && states.is_empty() {
        return Err("a register of quantity `state` needs `states`, such as \
                    states = { 0 = \"off\", 1 = \"running\" }"
            .to_owned());
    }
    let place = Place {
        table: register.table.value(),
        address: register.address,
        encoding: register.encoding.value(),
        words: register.word_order.value(),
        bytes: register.byte_order.value(),
    };
    let decimals = i16::from(register.decimals) + i16::from(register.exponent);
    let decimals = u8::try_from(decimals)
        .map_err(|_| "`exponent`: keep as many `decimals` as it takes away, or more".to_owned())?;
    let factor = register.factor.map(|row| factor(row, factors)).transpose()?;
    Ok(Point { channel, place, decimals, has_absent, factor, states })
}

fn milliwatts(kw: Option<f64>) -> i64 {
    (kw.unwrap_or(0.0) * 1e6).round() as i64
}

fn manifest(site: &SiteFile, rows: &[ChannelRow]) -> Result<Vec<u8>, Wrong> {
    let (offsets, facts) = (zone::offsets(site.site.zone.get_ref()), Statements::of(site)?);
    let find = |id: &Option<toml::Spanned<String>>| {
        id.as_ref().and_then(|id| asset_id(site, id.get_ref()))
    };
    let mut records = vec![Record::Head(Head {
        name: &site.site.name,
        zone: site.site.zone.get_ref(),
        currency: &site.site.currency,
        main: find(&site.site.main),
        output: find(&site.site.output),
        output_unit: &site.site.output_unit,
    })];
    records.extend(offsets.iter().map(|offset| Record::Offset(*offset)));
    records.extend(shift_rows(site).into_iter().map(Record::Shift));
    tariff_rows(site, Zone::new(&offsets), &mut records);
    records.extend(site.assets.iter().map(|asset| Record::Asset(asset_row(site, asset))));
    for row in rows {
        records.push(Record::Channel(channel_row(row).map_err(|message| Wrong {
            place: Some(row.place),
            message: format!("channel `{}`: {message}", row.name),
        })?));
    }
    // Behind all others: a program that does not know them stops there.
    records.extend(facts.records(Zone::new(&offsets)));
    Ok(emit_all(&records))
}

fn shift_rows(site: &SiteFile) -> Vec<Shift<'_>> {
    let row = |shift: &'_ super::Shift| -> (u16, u16) {
        let hours = shift.hours.get_ref();
        (hours.start, hours.end)
    };
    let mut shifts: Vec<Shift<'_>> = site
        .shifts
        .iter()
        .map(|shift| {
            let (start, end) = row(shift);
            Shift { name: &shift.name, days: shift.days.0, start, end }
        })
        .collect();
    shifts.sort_by_key(|shift| shift.start);
    shifts
}

fn tariff_rows<'a>(site: &'a SiteFile, zone: Zone<'_>, records: &mut Vec<Record<'a>>) {
    for (number, tariff) in (0..).zip(&site.tariffs) {
        records.push(Record::Tariff(Tariff {
            since: zone.instant(tariff.from.get_ref().0, 0),
            vat_per_mille: (tariff.vat_percent * 10.0).round() as u16,
            source: &tariff.source,
        }));
        for band in &tariff.bands {
            let name = band.name.get_ref().as_str();
            let price_thousandths = (band.price * 1e3).round() as i64;
            let days = band.days.map_or(Weekdays::ALL, |days| days.0);
            let row = |days, start, end| {
                Record::Band(Band { tariff: number, name, price_thousandths, days, start, end })
            };
            if band.hours.is_empty() {
                records.push(row(Weekdays(0), 0, 1_440));
            }
            for hours in &band.hours {
                records.push(row(days, hours.start, hours.end.min(1_440)));
                if hours.end > 1_440 {
                    let next = Weekdays((days.0 << 1 | days.0 >> 6) & 0x7f);
                    records.push(row(next, 0, hours.end - 1_440));
                }
            }
        }
    }
}

fn asset_row<'a>(site: &SiteFile, asset: &'a super::Asset) -> Asset<'a> {
    Asset {
        id: asset.id.get_ref(),
        name: &asset.name,
        parent: asset.parent.as_ref().and_then(|parent| asset_id(site, parent.get_ref())),
        machine: asset.machine,
        rated_milliwatts: milliwatts(asset.rated_kw),
        idle_milliwatts: milliwatts(asset.idle_kw),
        running_milliwatts: milliwatts(asset.running_kw),
        ideal_cycle: milliseconds(asset.ideal_cycle_s, 1e3),
        minor_stop: milliseconds(asset.minor_stop_min, 6e4),
        dwell: milliseconds(asset.dwell_min, 6e4),
    }
}

fn milliseconds(value: Option<f64>, each: f64) -> Span {
    Span::from_milliseconds((value.unwrap_or(0.0) * each).round() as i64)
}

fn channel_row(row: &ChannelRow) -> Result<Channel<'_>, String> {
    let register = &row.register;
    let quantity = register.quantity.value();
    let exponent = unit::exponent(quantity, &register.unit)?;
    let kinds = unit::kinds(quantity);
    let kind = register.kind.map_or(kinds[0], super::KindWord::value);
    if !kinds.contains(&kind) {
        return Err(format!("`kind` does not fit the quantity `{}`", register.quantity.word()));
    }
    let decimals = i8::try_from(register.decimals).unwrap_or(i8::MAX);
    if decimals > 12 {
        return Err("`decimals`: expected at most 12".to_owned());
    }
    Ok(Channel {
        name: &row.name,
        asset: row.asset,
        quantity,
        phase: register.phase,
        kind,
        scale: Scale(exponent - decimals),
        unit: &register.unit,
        every: row.every,
        modulus: register.modulus.max(0),
    })
}
