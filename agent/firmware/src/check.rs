//! The self-check: the core at work on the microcontroller, each figure beside what it must be.

use core::fmt::Write as _;

use cortex_m_semihosting::hprintln;
use heapless::String;
use millwatt::Decimal;
use millwatt::energy::power_factor;
use millwatt::production::{MachineTime, State, Tally};
use millwatt::reading::{ChannelId, Quality};
use millwatt::time::{Instant, Span};
use millwatt::units::{Amount, Energy, ReactiveEnergy};
use millwatt::wire::{BlockWriter, Columns};
use millwatt_agent::modbus::{Framing, Line, Master, Patience, Request, Table};

/// Computes and prints, one `name value` a line; whether all are right becomes the exit status.
pub fn self_check() -> bool {
    hprintln!("digest {}", millwatt::digest::Digest::of_year(2026));
    [
        right("power_factor", cos_phi(), "0.8"),
        right("oee", oee(), "0.675"),
        right("block", block(), "2881"),
        right("request", request(), "197"),
    ]
    .into_iter()
    .all(|right| right)
}

fn right(name: &str, value: Option<Decimal>, expected: &str) -> bool {
    let mut text: String<40> = String::new();
    let written = value.is_some_and(|value| write!(text, "{value}").is_ok());
    hprintln!("{name} {text}");
    written && text == expected
}

fn cos_phi() -> Option<Decimal> {
    let active = Energy::from_milliwatt_hours(8_000_000);
    power_factor(active, ReactiveEnergy::from_millivar_hours(6_000_000))
}

/// 270 good units of a minute each in 400 planned minutes.
fn oee() -> Option<Decimal> {
    let mut time = MachineTime::default();
    time.fold(State::Running, Span::from_minutes(300));
    time.fold(State::Idle, Span::from_minutes(100));
    let good = Amount::from_thousandths(270_000);
    Tally { good, reject: Amount::ZERO }.oee(Span::from_minutes(1), &time)
}

/// The last of an hour's values that went through a block and came back.
fn block() -> Option<Decimal> {
    let values: [i64; 60] = core::array::from_fn(|minute| 49 * minute as i64 - 10);
    let (start, minute) = (Instant::from_unix_milliseconds(0), Span::from_minutes(1));
    let mut buffer = [0; 128];
    let mut block = BlockWriter::new(start, &mut buffer).ok()?;
    block.column(ChannelId(1), Quality::Good, start, minute, &values).ok()?;
    let column = Columns::new(block.payload()).ok()?.next()?.ok()?;
    column.readings().last().map(|reading| Decimal::new(reading.sample.value.into(), 0))
}

/// The first checksum byte of a known RTU request: 0xc5.
fn request() -> Option<Decimal> {
    let mut master = Master::new(Framing::Rtu(Line::at(9_600)));
    let patience = Patience { timeout: Span::from_seconds(1), retries: 0 };
    master.start(1, Request { table: Table::Holding, address: 0, count: 10 }, patience);
    let bytes = master.transmit(Instant::from_unix_milliseconds(0))?;
    bytes.get(6).map(|byte| Decimal::new((*byte).into(), 0))
}
