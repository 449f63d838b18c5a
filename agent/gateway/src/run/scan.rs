//! Who answers on a line, and which meter each looks like.
//!
//! A meter that tells its model is known by that. Of any other the registers are read by each profile in turn, and what
//! comes out is judged by what mains and a meter can say. Nothing is written to a meter.

mod judge;

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use super::BusPoller;
use super::bus::Asked;
use super::link::Link;
use crate::site_file::profile::{self, Identity, Number, Profile};
use crate::site_file::words::SerialLine;
use crate::site_file::{self, Bus, FactorRow, FactorWord, Protocol, Register};
use crate::unit;
use judge::{Judged, MAINS_HZ, View, best, is_nominal};
use millwatt::site::Quantity;
use millwatt::time::Span;
use millwatt_agent::meter::{ByteOrder, Encoding, Place, WordOrder};
use millwatt_agent::modbus::{Exception, Fault, Table};
use serde_json::{Value, json};

/// Where to look, and for whom.
#[derive(Debug, Clone)]
pub struct Search {
    /// `host:port`, or the serial port's device.
    pub address: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Of a serial port: how the line is set.
    pub line: Option<SerialLine>,
    /// The unit numbers to ask for, each once.
    pub units: Vec<u8>,
    /// For one answer.
    pub timeout: Span,
}

/// Who was found.
#[derive(Debug, Default)]
pub struct Scan {
    /// The units that answered, in the order they were asked.
    pub found: Vec<Found>,
    /// How many units were asked and something came that was no answer.
    pub noise: usize,
}

/// A unit that answered.
#[derive(Debug)]
pub struct Found {
    /// Its number.
    pub unit: u8,
    /// The profiles that it looks like, the likeliest first; none when it looks like no meter that is known.
    pub guesses: Vec<Guess>,
}

/// A profile that a unit looks like.
#[derive(Debug, Clone)]
pub struct Guess {
    /// The profile's name.
    pub profile: &'static str,
    /// Share of the numbers that fit, from 0 to 1.
    pub score: f64,
    /// Whether the meter's model code says so.
    pub sure: bool,
    /// What was seen, in a few words.
    pub why: String,
    /// What its energy counter shows, in Wh.
    pub counter: Option<f64>,
}

/// What a scan tells while it works.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// A unit is asked.
    Asking {
        /// Its place in the list of those to be asked, from 1.
        place: usize,
        /// How many there are.
        of: usize,
    },
    /// A unit answered, and its registers were read.
    Found(&'a Found),
}

/// Why nobody could be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScanError {
    /// The address is none; what was expected.
    Address(String),
    /// There is nothing at the address to talk to.
    Unreachable {
        /// The address.
        address: String,
        /// Whether it is a serial port.
        is_port: bool,
        /// What the system says.
        reason: String,
    },
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(message) => f.write_str(message),
            Self::Unreachable { address, is_port: true, reason } => write!(
                f,
                "{address} cannot be opened ({reason}): is the adapter plugged in, does another program use it, and is \
                 this user in the group that may (mostly dialout)?"
            ),
            Self::Unreachable { address, is_port: false, reason } => {
                write!(
                    f,
                    "cannot connect to {address} ({reason}): check address, port and network cable"
                )
            }
        }
    }
}

impl std::error::Error for ScanError {}

/// Asks every unit of a search once, and once more where nothing came, then looks at those that answer.
///
/// # Errors
/// When there is nobody to talk to at the address.
pub async fn scan(search: &Search, mut tell: impl FnMut(Step<'_>)) -> Result<Scan, ScanError> {
    let mut scan = Scan::default();
    let Some(bus) = search.bus()? else { return Ok(scan) };
    reach(&bus).await?;
    let (profiles, mut poller) = (candidates(), BusPoller::new(&bus));
    let of = search.units.len();
    for (place, unit) in search.units.iter().enumerate() {
        tell(Step::Asking { place: place + 1, of });
        let mut meter = Meter { poller: &mut poller, place, known: Vec::new() };
        match meter.heard().await {
            Heard::Silence => {}
            Heard::Noise => scan.noise += 1,
            Heard::Unit => {
                let guesses = meter.guesses(&profiles).await;
                let found = Found { unit: *unit, guesses };
                tell(Step::Found(&found));
                scan.found.push(found);
            }
        }
    }
    Ok(scan)
}

impl Search {
    /// A bus with every unit on it; none without units.
    fn bus(&self) -> Result<Option<Bus>, ScanError> {
        let mut text = "[site]\nname = \"a line\"\nzone = \"UTC\"\ncurrency = \"USD\"\n".to_owned();
        self.units.iter().for_each(|unit| text.push_str(&self.meter(*unit)));
        let site = site_file::parse("the line", &text);
        let site = site.map_err(|error| ScanError::Address(error.message))?;
        Ok(site.buses.into_iter().next())
    }

    fn meter(&self, unit: u8) -> String {
        let mut text = format!("\n[[asset]]\nid = \"unit-{unit}\"\nname = \"unit {unit}\"\n\n");
        let (protocol, timeout) = (protocol_word(self.protocol), self.timeout.milliseconds());
        let address = toml::Value::from(self.address.as_str());
        let _ = writeln!(text, "[[meter]]\nasset = \"unit-{unit}\"\nunit = {unit}");
        let _ = writeln!(text, "address = {address}\nprotocol = \"{protocol}\"");
        let _ = writeln!(text, "timeout = \"{timeout}ms\"\nretries = 1");
        if let Some(line) = self.line {
            let _ = writeln!(text, "serial = \"{line}\"");
        }
        text.push_str("\n[[meter.register]]\nquantity = \"other\"\ntable = \"input\"\n");
        text.push_str("address = 0\ntype = \"uint32\"\nunit = \"1\"\n");
        text
    }
}

impl Scan {
    /// Whether the units found are one meter that answers to whatever number it is asked by, as many do over Modbus
    /// TCP: all that were asked answer, and with the same counter.
    #[must_use]
    pub fn is_one_meter(&self, search: &Search) -> bool {
        let counter = |found: &Found| found.guesses.first().and_then(|guess| guess.counter);
        let first = self.found.first().and_then(counter);
        let is_same = |found: &Found| match (first, counter(found)) {
            (Some(one), Some(other)) => (one - other).abs() <= one.abs() * 1e-4,
            (one, other) => one.is_none() && other.is_none(),
        };
        let has_all = self.found.len() == search.units.len() && self.found.len() > 2;
        search.protocol == Protocol::Tcp && has_all && self.found.iter().all(is_same)
    }

    /// The scan for scripts.
    #[must_use]
    pub fn json(&self) -> Value {
        Value::from_iter(self.found.iter().map(Found::json))
    }
}

impl Found {
    fn json(&self) -> Value {
        let guess = |guess: &Guess| {
            let score = (guess.score * 1e3).round() / 1e3;
            json!({ "profile": guess.profile, "score": score, "sure": guess.sure, "why": guess.why })
        };
        json!({ "unit": self.unit, "guesses": self.guesses.iter().map(guess).collect::<Vec<_>>() })
    }

    /// The unit for people: a line, and one more for each other profile that it may be.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let unit = self.unit;
        let Some((first, others)) = self.guesses.split_first() else {
            return vec![format!(
                "unit {unit}: answers, but no known meter: name its profile or write [[meter.register]] from its manual"
            )];
        };
        let word = if first.sure { "sure:" } else { "looks like" };
        let line = format!("unit {unit}: {word} {} ({})", first.profile, first.why);
        let others = others.iter().map(|guess| format!("  or {} ({})", guess.profile, guess.why));
        std::iter::once(line).chain(others).collect()
    }
}

/// The site file's word for a protocol.
#[must_use]
pub const fn protocol_word(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "tcp",
        Protocol::RtuOverTcp => "rtu-over-tcp",
        Protocol::Rtu => "rtu",
    }
}

/// Opens the connection once, for the system's own reason when it cannot: a poller keeps none.
async fn reach(bus: &Bus) -> Result<(), ScanError> {
    const PATIENCE: Duration = Duration::from_secs(3);
    let opened = Link::open(bus, PATIENCE).await;
    opened.map(|_| ()).map_err(|reason| ScanError::Unreachable {
        address: bus.address.clone(),
        is_port: bus.protocol == Protocol::Rtu,
        reason: reason.to_string(),
    })
}

/// All profiles, those first whose meters tell their model: one that does needs no guess.
fn candidates() -> Vec<(&'static str, Profile)> {
    let all = profile::names().into_iter();
    let mut all: Vec<_> = all.filter_map(|name| Some((name, profile::find(name)?))).collect();
    all.sort_by_key(|(_, profile)| profile.identity.is_none());
    all
}

/// What came when a unit was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    Silence,
    Noise,
    Unit,
}

/// What a place of a meter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bits {
    Are(i64),
    /// They make no integer: all ones of 64 bits, or digits above nine.
    NoNumber,
    /// The meter refused them or was silent.
    Refused,
}

/// What a register says.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    /// A number in the unit that its quantity is kept in.
    Number(f64),
    /// That the meter has no such number.
    Absent,
    Nothing,
}

/// What every unit is asked for: if it has no such register it says so.
const FIRST: Place = Place {
    table: Table::Input,
    address: 0,
    encoding: Encoding::U32,
    words: WordOrder::HighFirst,
    bytes: ByteOrder::HighFirst,
};

/// A unit that is looked at. Profiles share places; each is read once.
struct Meter<'a> {
    poller: &'a mut BusPoller,
    place: usize,
    known: Vec<(Place, Bits)>,
}

impl Meter<'_> {
    /// Whether it is there: a refusal is an answer, but not that of a gateway which has found nobody.
    async fn heard(&mut self) -> Heard {
        match self.poller.number(self.place, FIRST).await {
            Err(Asked::Fault(Fault::Noise)) => Heard::Noise,
            Err(Asked::Fault(_) | Asked::Refused(Fault::Exception(Exception(10 | 11)), _)) => {
                Heard::Silence
            }
            _ => Heard::Unit,
        }
    }

    async fn guesses(&mut self, profiles: &[(&'static str, Profile)]) -> Vec<Guess> {
        let mut judged = Vec::new();
        for &(name, ref profile) in profiles {
            match self.judged(name, profile).await {
                Some(sure) if sure.guess.sure => return vec![sure.guess],
                other => judged.extend(other),
            }
        }
        best(judged)
    }

    /// The meter by one profile; none when its model code is another's, or what should be voltage and frequency cannot
    /// be mains.
    async fn judged(&mut self, name: &'static str, profile: &Profile) -> Option<Judged> {
        let code = match &profile.identity {
            Some(identity) => Some(self.code(identity).await?),
            None => None,
        };
        if code.is_none() && !self.has_mains(profile).await {
            return None;
        }
        let mut rows = Vec::new();
        for register in &profile.registers {
            rows.push((register, self.said(register, profile).await));
        }
        Some(View { profile, rows }.judged(name, code))
    }

    /// The model code, if it is one of a profile's.
    async fn code(&mut self, identity: &Identity) -> Option<i64> {
        match self.bits(identity.number().place()).await {
            Bits::Are(code) if identity.equals.contains(&code) => Some(code),
            _ => None,
        }
    }

    /// A quick look before everything is read: frequency, then voltages until one is near the nominal one.
    async fn has_mains(&mut self, profile: &Profile) -> bool {
        for register in of(profile, Quantity::Frequency) {
            let said = self.said(register, profile).await;
            if !matches!(said, Said::Number(hertz) if MAINS_HZ.contains(&hertz)) {
                return false;
            }
        }
        for register in of(profile, Quantity::Voltage) {
            let said = self.said(register, profile).await;
            if matches!(said, Said::Number(volts) if is_nominal(profile, volts)) {
                return true;
            }
        }
        false
    }

    async fn said(&mut self, register: &Register, profile: &Profile) -> Said {
        let factor = match register.factor {
            None => Some(1.0),
            Some(row) => self.factor(row).await,
        };
        let place = place(register);
        let bits = self.bits(place).await;
        if profile.extremes_are_absent && is_absent(place.encoding, bits) {
            return Said::Absent;
        }
        match (bits, factor) {
            (Bits::Are(bits), Some(factor)) => Said::Number(number(register, bits) * factor),
            _ => Said::Nothing,
        }
    }

    /// What a scaling register does to the numbers of others.
    async fn factor(&mut self, row: FactorRow) -> Option<f64> {
        let FactorRow { table, address, encoding, meaning, decimals } = row;
        let place = Number { table, address, encoding }.place();
        let Bits::Are(bits) = self.bits(place).await else { return None };
        Some(match meaning {
            FactorWord::Exponent => 10_f64.powi(i32::try_from(bits).ok()?),
            FactorWord::Multiplier => bits as f64 / 10_f64.powi(i32::from(decimals)),
        })
    }

    /// The integer at a place; of a float its bits.
    async fn bits(&mut self, place: Place) -> Bits {
        let encoding = match place.encoding {
            Encoding::F32 => Encoding::U32,
            Encoding::F64 => Encoding::I64,
            integer => integer,
        };
        let place = Place { encoding, ..place };
        if let Some((_, bits)) = self.known.iter().find(|(known, _)| *known == place) {
            return *bits;
        }
        let bits = match self.poller.number(self.place, place).await {
            Ok(Some(bits)) => Bits::Are(bits),
            Ok(None) => Bits::NoNumber,
            Err(_) => Bits::Refused,
        };
        self.known.push((place, bits));
        bits
    }
}

fn of(profile: &Profile, quantity: Quantity) -> impl Iterator<Item = &Register> {
    profile.registers.iter().filter(move |register| register.quantity.value() == quantity)
}

const fn place(register: &Register) -> Place {
    Place {
        table: register.table.value(),
        address: register.address,
        encoding: register.encoding.value(),
        words: register.word_order.value(),
        bytes: register.byte_order.value(),
    }
}

/// Whether the bits are those by which many meters say that they have no such number.
const fn is_absent(encoding: Encoding, bits: Bits) -> bool {
    let Bits::Are(bits) = bits else {
        return matches!(bits, Bits::NoNumber);
    };
    match encoding {
        Encoding::I16 => bits == i16::MIN as i64 || bits == i16::MAX as i64,
        Encoding::I32 => bits == i32::MIN as i64 || bits == i32::MAX as i64,
        Encoding::I64 => bits == i64::MIN || bits == i64::MAX,
        Encoding::U16 => bits == u16::MAX as i64,
        Encoding::U32 | Encoding::F32 => bits == u32::MAX as i64,
        Encoding::F64 => bits == -1,
        _ => false,
    }
}

/// The number that a register's bits stand for, in the unit that its quantity is kept in.
fn number(register: &Register, bits: i64) -> f64 {
    let exponent = i32::from(register.exponent);
    let is_exponent = |factor: FactorRow| factor.meaning == FactorWord::Exponent;
    let (number, power) = match register.encoding.value() {
        Encoding::F32 => (f64::from(f32::from_bits(bits as u32)), exponent),
        Encoding::F64 => (f64::from_bits(bits as u64), exponent),
        _ if register.factor.is_some_and(is_exponent) => (bits as f64, exponent),
        _ => (bits as f64, -i32::from(register.decimals)),
    };
    let unit = unit::exponent(register.quantity.value(), &register.unit).unwrap_or_default();
    number * 10_f64.powi(power + i32::from(unit))
}

#[cfg(test)]
mod tests {
    use super::judge::Judged;
    use super::judge::tests::{at_work, judged};
    use super::*;

    #[test]
    fn bits_become_numbers_in_the_unit_that_is_kept() {
        let pac = profile::find("siemens-pac3200").expect("a profile");
        let energy = of(&pac, Quantity::ActiveEnergy).next().expect("a row");
        assert_eq!(number(energy, 1_234.5_f64.to_bits() as i64), 1_234.5, "Wh");
        let diris = profile::find("socomec-diris-a20").expect("a profile");
        let power = of(&diris, Quantity::ActivePower).next().expect("a row");
        assert_eq!(number(power, -150), -1_500.0, "-1.50 kW");
        assert!(is_absent(Encoding::U64, Bits::NoNumber));
        assert!(is_absent(Encoding::I32, Bits::Are(i64::from(i32::MAX))));
        assert!(!is_absent(Encoding::I32, Bits::Are(-1)));
    }

    #[test]
    fn one_meter_that_answers_to_every_number_is_known() {
        let found = |unit: u8, counter: f64| {
            let Judged { guess, .. } = judged("eastron-sdm630", at_work(3));
            Found { unit, guesses: vec![Guess { counter: Some(counter), ..guess }] }
        };
        let search = Search {
            address: "127.0.0.1:502".to_owned(),
            protocol: Protocol::Tcp,
            line: None,
            units: vec![1, 2, 3],
            timeout: Span::from_seconds(1),
        };
        let scan = |counters: [f64; 3]| {
            let found = (1..).zip(counters).map(|(unit, counter)| found(unit, counter));
            Scan { found: found.collect(), noise: 0 }
        };
        assert!(scan([1e6, 1e6, 1e6 + 1.0]).is_one_meter(&search));
        assert!(!scan([1e6, 2e6, 1e6]).is_one_meter(&search));
        let serial = Search { protocol: Protocol::RtuOverTcp, ..search };
        assert!(!scan([1e6; 3]).is_one_meter(&serial));
    }

    #[test]
    fn an_address_that_is_none_is_said() {
        let search = Search {
            address: "192.168.1.20".to_owned(),
            protocol: Protocol::Tcp,
            line: None,
            units: vec![1],
            timeout: Span::from_seconds(1),
        };
        let error = search.bus().expect_err("no port");
        assert!(error.to_string().contains("expected host:port"), "{error}");
    }
}
