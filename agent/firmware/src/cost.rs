//! What codec and signatures cost on the microcontroller: instructions, counted by a timer that QEMU drives with them.

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_semihosting::hprintln;
use heapless::Vec;
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt::trust::{Checkpoint, Frontier, Hash, Leaf, LeafKind, Note, Signer};
use millwatt::wire::bits::BitWriter;
use millwatt::wire::bytes::Writer;
use millwatt::wire::column::{Hint, Values};
use millwatt::wire::row::{Row, RowCoder};
use millwatt::wire::{BlockWriter, ColumnStream, Columns};
use millwatt_agent::modbus::rtu;
use millwatt_agent::node::{Figures, Poller};

use crate::plan;

/// The board's timer ticks at 25 MHz; QEMU runs one instruction in a nanosecond of its time (`-icount shift=0`).
const INSTRUCTIONS_A_TICK: u32 = 40;
const LONGEST: u32 = 0x00ff_ffff;
const CHANNELS: u16 = 8;
const MINUTES: usize = 60;

/// Prints what an hour of eight channels costs, a value; gives whether it came back as it was.
pub fn print() -> bool {
    let Some(mut peripherals) = cortex_m::Peripherals::take() else { return false };
    let timer = &mut peripherals.SYST;
    let columns: [[i64; MINUTES]; CHANNELS as usize] =
        core::array::from_fn(|channel| core::array::from_fn(|minute| value(channel, minute)));
    let mut buffer = [0; 2_048];
    let (start, step) = (Instant::from_unix_milliseconds(0), Span::from_minutes(1));
    let Ok(mut block) = BlockWriter::new(start, &mut buffer) else { return false };
    let mut is_sound = true;
    let encoding = instructions(timer, || {
        for (channel, values) in (0..).zip(&columns) {
            let written = block.column(ChannelId(channel), Quality::Good, start, step, values);
            is_sound &= written.is_ok();
        }
    });
    let mut hints = [Hint::default(); CHANNELS as usize];
    let (mut again, mut hinted) = ([0; 2_048], 0);
    for _ in 0..2 {
        let Ok(mut block) = BlockWriter::new(start, &mut again) else { return false };
        hinted = instructions(timer, || {
            for ((channel, values), hint) in (0..).zip(&columns).zip(&mut hints) {
                let (channel, good) = (ChannelId(channel), Quality::Good);
                let written = block.column_like(channel, good, start, step, values, hint);
                is_sound &= written.is_ok();
            }
        });
    }
    let (journal, rows) = rows(timer, &columns, start, step);
    let payload = block.payload();
    let mut sum = 0_i64;
    let decoding = instructions(timer, || {
        let columns = Columns::new(payload).into_iter().flatten().flatten();
        sum =
            columns.flat_map(|column| column.readings()).map(|reading| reading.sample.value).sum();
    });
    is_sound &= sum == columns.iter().flatten().sum();
    let values = u32::from(CHANNELS) * MINUTES as u32;
    let mut tree = Frontier::new();
    let hashing = instructions(timer, || tree.push(leaf(&columns, start, step)));
    let mut note = [0; 512];
    let mut out = Writer::new(&mut note);
    let signer = Signer::new("example.com/cost", &[7; 32]);
    let checkpoint =
        Checkpoint { origin: "example.com/cost", size: tree.size(), root: tree.root() };
    let signing = instructions(timer, || is_sound &= checkpoint.sign(&signer, &mut out).is_ok());
    let verifier = signer.verifier();
    let verifying = instructions(timer, || {
        is_sound &= Note::parse(out.written()).is_ok_and(|note| note.verify(&verifier).is_ok());
    });
    hprintln!("hash   {} instructions a value", hashing / values);
    hprintln!("sign   {} instructions a checkpoint", signing);
    hprintln!("verify {} instructions a checkpoint", verifying);
    hprintln!(
        "row    {} instructions a value into the journal, {} bytes for {} values",
        journal / values,
        rows,
        values
    );
    hprintln!(
        "encode {} instructions a value, {} with what suited the hour before",
        encoding / values,
        hinted / values
    );
    streamed(timer, &columns);
    hprintln!("decode {} instructions a value", decoding / values);
    hprintln!("values {} bytes for {} values", payload.len(), values);
    is_sound &= node(timer);
    hprintln!("decoder {} bytes of memory a column", size_of::<Values<'_>>());
    is_sound
}

/// Prints what the columns cost when they are written value by value, each as suits it.
fn streamed(timer: &mut SYST, columns: &[[i64; MINUTES]]) {
    let (mut spent, mut bytes) = (0, 0);
    for values in columns {
        let mut buffer = [0; 256];
        let mut column = ColumnStream::new(Hint::of(values), &mut buffer);
        spent += instructions(timer, || values.iter().for_each(|value| drop(column.push(*value))));
        bytes += column.finish().bytes().len();
    }
    let values = (columns.len() * MINUTES) as u32;
    hprintln!("stream {} instructions a value, {} bytes", spent / values, bytes);
    hprintln!("stream {} bytes of memory a column", size_of::<ColumnStream<'_>>());
}

/// An hour of rows into a journal's bits: instructions and bytes.
fn rows(timer: &mut SYST, columns: &[[i64; MINUTES]], start: Instant, step: Span) -> (u32, usize) {
    let mut bits = [0; 1_024];
    let mut out = BitWriter::new(&mut bits, 0);
    let mut coder = RowCoder::<{ CHANNELS as usize }>::new(CHANNELS.into());
    let spent = instructions(timer, || {
        for minute in 0..MINUTES {
            let mut cells = [None; CHANNELS as usize];
            for (cell, column) in cells.iter_mut().zip(columns) {
                *cell = Some((column[minute], Quality::Good));
            }
            let row = Row { at: start + step.times(minute as i64), cells };
            let _ = coder.encode(&row, &mut out);
        }
    });
    (spent, out.bits().div_ceil(8))
}

/// A round over the node's meters, as it comes with the program, and a reading into the figures of shift and month.
fn node(timer: &mut SYST) -> bool {
    let mut poller = Poller::<{ plan::CHANNELS }>::new(&plan::PLAN);
    let (mut row, mut spent, mut now) = (None, 0, Instant::from_unix_milliseconds(0));
    poller.tick(now);
    while row.is_none() {
        let mut answer = Vec::<u8, 256>::new();
        spent += instructions(timer, || row = poller.outcome(now));
        spent += instructions(timer, || {
            let request = poller.transmit(now).unwrap_or_default();
            // Unit, function and count of the request: an answer of zeros.
            if let [unit, function, _, _, _, count, ..] = *request {
                let bytes = usize::from(count) * 2;
                let _ = answer.extend_from_slice(&[unit, function, bytes as u8]);
                let _ = answer.resize_default(3 + bytes);
            }
        });
        if answer.is_empty() {
            now = now + Span::from_milliseconds(5);
            continue;
        }
        let sum = rtu::checksum(&answer).to_le_bytes();
        let _ = answer.extend_from_slice(&sum);
        now = now + Span::from_milliseconds(50);
        spent += instructions(timer, || poller.receive(now, &answer));
    }
    hprintln!("round  {} instructions for {} reads of meters", spent, plan::PLAN.reads.len());
    let Some((asset, _)) = plan::PLAN.machine else { return true };
    let Some(mut figures) = Figures::new(plan::PLAN.site, asset) else { return false };
    let folding = instructions(timer, || {
        for minute in 0..MINUTES as i64 {
            let at =
                Instant::from_unix_milliseconds(1_795_392_000_000) + Span::from_minutes(minute);
            let sample = Sample { at, value: minute * 50_000, quality: Quality::Good };
            figures.fold(&Reading { channel: ChannelId(0), sample });
        }
    });
    hprintln!("figure {} instructions a reading into shift and month", folding / MINUTES as u32);
    figures.month().is_some()
}

fn leaf(columns: &[[i64; MINUTES]], start: Instant, step: Span) -> Hash {
    let mut leaf = Leaf::new(LeafKind::OnTime, start, Hash::of(b"manifest"));
    for (channel, values) in (0..).zip(columns) {
        let samples = values.iter().enumerate();
        let samples = samples.map(|(place, value)| (start + step.times(place as i64), *value));
        leaf.samples(ChannelId(channel), Quality::Good, samples);
    }
    leaf.finish()
}

/// A counter, two slow gauges, a state, and four of noise.
fn value(channel: usize, minute: usize) -> i64 {
    let noise = ((minute * 7_919 + channel * 104_729) * 2_654_435_761 >> 7) as i64;
    let minute = minute as i64;
    match channel {
        0 => 1_000_000 + minute * 37 + noise % 5,
        1 | 2 => 2_300 + minute / 7 + noise % 3,
        3 => minute / 25,
        _ => 5_000 + noise % 97,
    }
}

fn instructions(timer: &mut SYST, work: impl FnOnce()) -> u32 {
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(LONGEST);
    timer.clear_current();
    timer.enable_counter();
    let before = SYST::get_current();
    work();
    let ticks = before.wrapping_sub(SYST::get_current()) & LONGEST;
    timer.disable_counter();
    ticks * INSTRUCTIONS_A_TICK
}
