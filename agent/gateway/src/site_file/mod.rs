//! `site.toml`: a site as its people write it, read strictly and judged before use.

mod compile;
pub mod facts;
mod judge;
mod node;
pub mod profile;
mod uplink;
pub mod words;

pub use compile::{Bus, Compiled, MeterPlan, Rows};
pub use judge::is_short_name;
pub use node::{NodePlan, NodeRow};
pub use uplink::{UplinkPlan, UplinkRow, Way};

use serde::Deserialize;
use std::fmt;
use std::path::Path;
use toml::Spanned;
use words::{Day, Days, Duration, Hours, SerialLine};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteFile {
    /// What it is called and counted in.
    pub site: Head,
    /// Areas, lines, machines.
    #[serde(default, rename = "asset")]
    pub assets: Vec<Asset>,
    /// Planned work.
    #[serde(default, rename = "shift")]
    pub shifts: Vec<Shift>,
    /// Dated prices.
    #[serde(default, rename = "tariff")]
    pub tariffs: Vec<Tariff>,
    /// What is polled.
    #[serde(default, rename = "meter")]
    pub meters: Vec<Meter>,
    /// Microcontrollers that send their logs here.
    #[serde(default, rename = "node")]
    pub nodes: Vec<NodeRow>,
    /// Who gets the log.
    #[serde(default, rename = "uplink")]
    pub uplinks: Vec<UplinkRow>,
    /// What people must hear of.
    #[serde(default, rename = "alarm")]
    pub alarm_rows: Vec<crate::alarm::Row>,
    /// Who is told.
    #[serde(default)]
    pub alarms: crate::alarm::Ways,
    /// What energy counts for.
    #[serde(default, rename = "factor")]
    pub factors: Vec<facts::FactorTable>,
    /// What fuels cost.
    #[serde(default, rename = "fuel_price")]
    pub fuel_prices: Vec<facts::FuelPriceTable>,
    /// What reactive power costs.
    pub reactive: Option<Spanned<facts::ReactiveTable>>,
    /// What use is compared with.
    #[serde(default, rename = "baseline")]
    pub baselines: Vec<facts::BaselineTable>,
    /// Changes of the factory.
    #[serde(default, rename = "adjustment")]
    pub adjustments: Vec<facts::AdjustmentTable>,
}

/// `[site]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The name that people read.
    pub name: String,
    /// IANA zone.
    pub zone: Spanned<String>,
    /// ISO 4217 code.
    pub currency: String,
    /// The asset whose meter carries the whole site.
    pub main: Option<Spanned<String>>,
    /// The asset whose good count is the site's output.
    pub output: Option<Spanned<String>>,
    /// The output's unit.
    #[serde(default = "default_unit")]
    pub output_unit: String,
    /// The contracted or registered demand.
    pub demand_limit_kw: Option<Spanned<f64>>,
    /// The most time whose readings a power cut may take.
    #[serde(default = "default_commit")]
    pub commit_every: Duration,
    /// Days after which readings may be deleted; for ever when left out.
    pub keep_days: Option<u32>,
    /// Million bytes above which the oldest readings are deleted; no limit when left out.
    pub keep_mb: Option<u32>,
}

fn default_unit() -> String {
    "unit".to_owned()
}

const fn default_commit() -> Duration {
    Duration(millwatt::time::Span::from_minutes(1))
}

/// `[[asset]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// Short name.
    pub id: Spanned<String>,
    /// The name that people read.
    pub name: String,
    /// The asset it is part of; one that stands before it.
    pub parent: Option<Spanned<String>>,
    /// Whether it is a machine with states.
    #[serde(default)]
    pub machine: bool,
    /// Most power it can draw.
    pub rated_kw: Option<f64>,
    /// Power from which it idles, where no register tells the state.
    pub idle_kw: Option<f64>,
    /// Power from which it runs, where no register tells the state.
    pub running_kw: Option<f64>,
    /// Ideal seconds for one unit of product.
    pub ideal_cycle_s: Option<f64>,
    /// Longest stop, in minutes, that counts as minor; five when left out.
    pub minor_stop_min: Option<f64>,
    /// Minutes for which a state must last to be believed; every sample when left out.
    pub dwell_min: Option<f64>,
}

/// `[[shift]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// The name that people read.
    pub name: String,
    /// On which days it starts.
    pub days: Days,
    /// When.
    pub hours: Spanned<Hours>,
}

/// `[[tariff]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// The first day on which it holds.
    pub from: Spanned<Day>,
    /// Value-added tax.
    #[serde(default)]
    pub vat_percent: f64,
    /// The document that sets it.
    pub source: String,
    /// Its bands.
    #[serde(rename = "band")]
    pub bands: Vec<Band>,
}

/// `[[tariff.band]]`: one without hours is for all the hours that the others leave.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Its name.
    pub name: Spanned<String>,
    /// For one kWh, before tax.
    pub price: f64,
    /// On which days its hours begin.
    pub days: Option<Days>,
    /// When.
    #[serde(default)]
    pub hours: Vec<Hours>,
}

/// `[[meter]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meter {
    /// What it measures.
    pub asset: Spanned<String>,
    /// `host:port`, or the serial port's device.
    pub address: Spanned<String>,
    /// How it is spoken to.
    #[serde(default)]
    pub protocol: Protocol,
    /// Of a serial port: how the line is set, where not as the profile's factory does.
    pub serial: Option<SerialLine>,
    /// Its number on the line.
    #[serde(default = "default_unit_id")]
    pub unit: u8,
    /// A register map that comes with the program.
    pub profile: Option<Spanned<String>>,
    /// Registers of its own, beside or instead of the profile's.
    #[serde(default, rename = "register")]
    pub registers: Vec<Spanned<Register>>,
    /// How often.
    #[serde(default = "default_every")]
    pub every: Duration,
    /// For one answer.
    #[serde(default = "default_timeout")]
    pub timeout: Duration,
    /// Further tries.
    #[serde(default = "default_retries")]
    pub retries: u8,
    /// Unwanted registers that one read may cross.
    pub read_gap: Option<u16>,
    /// Most registers a read.
    pub read_most: Option<u16>,
}

const fn default_unit_id() -> u8 {
    1
}

const fn default_every() -> Duration {
    Duration(millwatt::time::Span::from_minutes(1))
}

const fn default_timeout() -> Duration {
    Duration(millwatt::time::Span::from_seconds(1))
}

const fn default_retries() -> u8 {
    1
}

/// How a meter is spoken to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// Modbus TCP.
    #[default]
    Tcp,
    /// Modbus RTU through a serial-to-Ethernet converter.
    RtuOverTcp,
    /// Modbus RTU on a serial port of this machine.
    Rtu,
}

/// `[[meter.register]]`, and the rows of a profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// What it measures.
    pub quantity: QuantityWord,
    /// Phase 1 to 3, absent for the whole.
    #[serde(default)]
    pub phase: u8,
    /// Which table.
    pub table: TableWord,
    /// The first register, counted from 0 as on the wire.
    pub address: u16,
    /// How the number stands there.
    #[serde(rename = "type")]
    pub encoding: EncodingWord,
    /// Which register of it comes first.
    #[serde(default = "high_first")]
    pub word_order: OrderWord,
    /// Which byte of each register comes first.
    #[serde(default = "high_byte_first")]
    pub byte_order: ByteOrderWord,
    /// The unit of the number.
    pub unit: String,
    /// Digits behind the point: of an integer register how many its value has, of a float how many
    /// are kept.
    #[serde(default)]
    pub decimals: u8,
    /// Floats are in units of ten to this power of the unit.
    #[serde(default)]
    pub exponent: i8,
    /// Another register that scales this one.
    pub factor: Option<FactorRow>,
    /// How values relate, where the quantity does not tell.
    pub kind: Option<KindWord>,
    /// For counters: one past the largest value before it runs over.
    #[serde(default)]
    pub modulus: i64,
    /// For states: the meter's code and what it means.
    #[serde(default)]
    pub states: std::collections::BTreeMap<String, String>,
}

const fn high_first() -> OrderWord {
    OrderWord::HighFirst
}

const fn high_byte_first() -> ByteOrderWord {
    ByteOrderWord::HighFirst
}

/// A register that scales others: a transformer's ratio, or where the point stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorRow {
    /// Which table.
    pub table: TableWord,
    /// The register, counted from 0 as on the wire.
    pub address: u16,
    /// How it stands there.
    #[serde(rename = "type")]
    pub encoding: EncodingWord,
    /// What it does.
    #[serde(rename = "as")]
    pub meaning: FactorWord,
    /// Digits behind the point of a multiplier.
    #[serde(default)]
    pub decimals: u8,
}

/// What a scaling register does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactorWord {
    /// The number is in units of ten to its power.
    Exponent,
    /// The number is multiplied by it.
    Multiplier,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident => $target:ty { $($variant:ident = $word:literal => $value:expr,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`.")] #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// What it stands for.
            #[must_use]
            pub const fn value(self) -> $target {
                match self { $(Self::$variant => $value,)+ }
            }

            /// The word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

use millwatt::site::{Kind, Quantity};
use millwatt_agent::meter::{ByteOrder, Encoding, WordOrder};
use millwatt_agent::modbus::Table;

words!(
    /// What a channel measures.
    QuantityWord => Quantity {
        ActiveEnergy = "active_energy" => Quantity::ActiveEnergy,
        ActiveEnergyExport = "active_energy_export" => Quantity::ActiveEnergyExport,
        ReactiveLagging = "reactive_energy_lagging" => Quantity::ReactiveEnergyLagging,
        ReactiveLeading = "reactive_energy_leading" => Quantity::ReactiveEnergyLeading,
        ActivePower = "active_power" => Quantity::ActivePower,
        ReactivePower = "reactive_power" => Quantity::ReactivePower,
        ApparentPower = "apparent_power" => Quantity::ApparentPower,
        Voltage = "voltage" => Quantity::Voltage,
        Current = "current" => Quantity::Current,
        PowerFactor = "power_factor" => Quantity::PowerFactor,
        Frequency = "frequency" => Quantity::Frequency,
        Temperature = "temperature" => Quantity::Temperature,
        GoodCount = "good_count" => Quantity::GoodCount,
        RejectCount = "reject_count" => Quantity::RejectCount,
        State = "state" => Quantity::MachineState,
        Other = "other" => Quantity::Other,
    }
);

words!(
    /// Which register table.
    TableWord => Table {
        Input = "input" => Table::Input,
        Holding = "holding" => Table::Holding,
    }
);

words!(
    /// How a number stands in registers.
    EncodingWord => Encoding {
        U16 = "uint16" => Encoding::U16,
        I16 = "int16" => Encoding::I16,
        U32 = "uint32" => Encoding::U32,
        I32 = "int32" => Encoding::I32,
        U64 = "uint64" => Encoding::U64,
        I64 = "int64" => Encoding::I64,
        F32 = "float32" => Encoding::F32,
        F64 = "float64" => Encoding::F64,
        Bcd16 = "bcd16" => Encoding::Bcd16,
        Bcd32 = "bcd32" => Encoding::Bcd32,
        Bcd64 = "bcd64" => Encoding::Bcd64,
    }
);

words!(
    /// Which byte of a register comes first.
    ByteOrderWord => ByteOrder {
        HighFirst = "high-first" => ByteOrder::HighFirst,
        LowFirst = "low-first" => ByteOrder::LowFirst,
    }
);

words!(
    /// Which register of a number comes first.
    OrderWord => WordOrder {
        HighFirst = "high-first" => WordOrder::HighFirst,
        LowFirst = "low-first" => WordOrder::LowFirst,
    }
);

words!(
    /// How a channel's values relate.
    KindWord => Kind {
        Counter = "counter" => Kind::Counter,
        Amount = "amount" => Kind::Amount,
        Gauge = "gauge" => Kind::Gauge,
        State = "state" => Kind::State,
    }
);

/// What is wrong with a site file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteError {
    /// The file as it was named.
    pub file: String,
    /// Line, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong and what was expected.
    pub message: String,
}

impl fmt::Display for SiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, line {line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for SiteError {}

fn line_of(text: &str, place: usize) -> usize {
    text.bytes().take(place).filter(|byte| *byte == b'\n').count() + 1
}

/// Reads and judges a site file and compiles it.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read(path: &Path) -> Result<Compiled, SiteError> {
    read_rows(path, Rows::Kept)
}

/// As [`read`], with the rows of profiles that are asked for.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn read_rows(path: &Path, rows: Rows) -> Result<Compiled, SiteError> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| SiteError {
        file: file.clone(),
        line: None,
        message: format!("cannot be read ({error}); name an existing site file"),
    })?;
    parse_rows(&file, &text, rows)
}

/// As [`read`], from text.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn parse(file: &str, text: &str) -> Result<Compiled, SiteError> {
    parse_rows(file, text, Rows::Kept)
}

/// As [`read_rows`], from text.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub fn parse_rows(file: &str, text: &str, rows: Rows) -> Result<Compiled, SiteError> {
    let at = |place: Option<usize>, message: String| SiteError {
        file: file.to_owned(),
        line: place.map(|place| line_of(text, place)),
        message,
    };
    let site: SiteFile = toml::from_str(text).map_err(|error| {
        let place = error.span().map(|span| span.start);
        let key = place.and_then(|place| key_at(text, place));
        let message = error.message().replace('\n', " ");
        at(place, key.map_or(message.clone(), |key| format!("`{key}`: {message}")))
    })?;
    judge::judge(&site).map_err(|wrong| at(wrong.place, wrong.message))?;
    compile::compile(&site, rows).map_err(|wrong| at(wrong.place, wrong.message))
}

/// The key whose value stands at a place of the text.
fn key_at(text: &str, place: usize) -> Option<String> {
    let start = text.get(..place)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next()?;
    let (key, _) = line.split_once('=')?;
    Some(key.trim().to_owned())
}

/// What [`judge`] and [`compile`] refuse.
struct Wrong {
    place: Option<usize>,
    message: String,
}

impl From<crate::alarm::Refusal> for Wrong {
    fn from(refusal: crate::alarm::Refusal) -> Self {
        Self { place: refusal.place, message: refusal.message }
    }
}

impl Wrong {
    fn at<T>(spanned: &Spanned<T>, message: impl Into<String>) -> Self {
        Self { place: Some(spanned.span().start), message: message.into() }
    }
}
