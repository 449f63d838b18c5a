//! How dense the log is, and how quick, beside pco, zstd, tsz and Parquet on the same data in one run.
//!
//! `cargo figures` runs it; by hand `cargo bench -p millwatt-tests --features peers --bench density`. Sizes of ours are of whole frames: head, checksum, grid
//! and lengths included; those of the peers are of the bare values.

// What tsz's derive asks for.
extern crate alloc;

mod peers;

use std::time::Instant as Clock;

use millwatt::archive::{WORTH_A_CHECKPOINT, related};
use millwatt::reading::{ChannelId, Quality};
use millwatt::time::{Instant, Span};
use millwatt::trust::{Chain, Seal, Signer};
use millwatt::wire::bytes::Writer;
use millwatt::wire::column::{Hint, encode};
use millwatt::wire::frame::HEAD;
use millwatt::wire::{
    BlockWriter, ColumnDecoder, ColumnStream, Columns, Frame, FrameKind, Frames, Stamp, WireError,
};
use millwatt_tests::eight_channels::{CHANNELS, columns, rows};
use millwatt_tests::steel;
use peers::Peer;

const YEAR: usize = 525_600;

/// What a codec did with a set of columns.
struct Outcome {
    bytes: usize,
    values: usize,
    encoding: f64,
    decoding: f64,
}

impl Outcome {
    fn print(&self, name: &str) {
        let values = self.values as f64;
        let rate = |seconds: f64| values / seconds / 1e6;
        println!(
            "  {name:<40}{:>7.3} B a value {:>8.1} M/s in {:>8.1} M/s out",
            self.bytes as f64 / values,
            rate(self.encoding),
            rate(self.decoding)
        );
    }
}

/// How columns are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Where that is shorter, by others of the block.
    ByOthers,
    Alone,
    /// Value by value, as suited the first so many.
    Streamed,
}

/// Values that a stream is chosen by.
const KNOWN: usize = 60;

/// A column written value by value.
fn stream(
    block: &mut BlockWriter<'_>,
    channel: ChannelId,
    start: Instant,
    step: Span,
    values: &[i64],
    hint: Hint,
) -> Result<(), WireError> {
    let mut bytes = vec![0; 64 + values.len() * 12];
    let mut column = ColumnStream::new(hint, &mut bytes);
    values.iter().try_for_each(|value| column.push(*value))?;
    block.column_streamed(channel, Quality::Good, start, step, &column.finish())
}

/// A block of columns on one grid as a frame.
fn frame(columns: &[&[i64]], hints: &[Hint], from: usize, step: Span, told: Told) -> Vec<u8> {
    let start = Instant::from_unix_milliseconds(1_767_571_200_000) + step.times(from as i64);
    let values: usize = columns.iter().map(|column| column.len()).sum();
    let mut payload = vec![0; 64 + values * 12];
    let mut block = BlockWriter::new(start, &mut payload).expect("room");
    let mut earlier: Vec<Option<&[i64]>> = Vec::new();
    for ((channel, values), hint) in (0..).zip(columns).zip(hints) {
        let found = Some(()).filter(|()| told == Told::ByOthers);
        let found = found.and_then(|()| related(values, &earlier));
        let (channel, quality) = (ChannelId(channel), Quality::Good);
        match &found {
            None if told == Told::Streamed => {
                stream(&mut block, channel, start, step, values, *hint)
            }
            None => block.column(channel, quality, start, step, values),
            Some(found) => block.column_by(channel, quality, start, step, values, &found.told_by()),
        }
        .expect("room");
        earlier.insert(0, found.is_none().then_some(values));
    }
    let length = block.payload().len();
    payload.truncate(length);
    let frame = Frame {
        stamp: Stamp { epoch: 1, sequence: from as u64 },
        clock: Default::default(),
        kind: FrameKind::Readings,
        payload: &payload,
    };
    let mut bytes = vec![0; frame.length()];
    frame.emit(&mut Writer::new(&mut bytes)).expect("room");
    bytes
}

/// What suits each column's first values.
fn hints(columns: &[Vec<i64>]) -> Vec<Hint> {
    columns.iter().map(|column| Hint::of(&column[..column.len().min(KNOWN)])).collect()
}

/// Our frames of blocks of so many rows; what was read back is compared.
fn ours(columns: &[Vec<i64>], rows: usize, step: Span, told: Told) -> Outcome {
    let count = columns[0].len();
    let (mut log, started) = (Vec::new(), Clock::now());
    let hints = hints(columns);
    for from in (0..count).step_by(rows) {
        let to = (from + rows).min(count);
        let parts: Vec<&[i64]> = columns.iter().map(|column| &column[from..to]).collect();
        log.extend(frame(&parts, &hints, from, step, told));
    }
    let encoding = started.elapsed().as_secs_f64();
    let started = Clock::now();
    let mut back = vec![Vec::with_capacity(count); columns.len()];
    for frame in Frames::new(&log) {
        let mut decoder = ColumnDecoder::default();
        for column in Columns::new(frame.payload).expect("a block") {
            let column = column.expect("a column");
            back[usize::from(column.channel.0)].extend_from_slice(decoder.values(&column));
        }
    }
    let decoding = started.elapsed().as_secs_f64();
    assert!(back == columns, "what was written comes back");
    Outcome { bytes: log.len(), values: count * columns.len(), encoding, decoding }
}

fn theirs(peer: &Peer, columns: &[Vec<i64>], rows: usize) -> Outcome {
    let mut outcome = Outcome { bytes: 0, values: 0, encoding: 0.0, decoding: 0.0 };
    for block in columns.iter().flat_map(|column| column.chunks(rows)) {
        let started = Clock::now();
        let bytes = (peer.encode)(block);
        outcome.encoding += started.elapsed().as_secs_f64();
        let started = Clock::now();
        let back = (peer.decode)(&bytes, block.len());
        outcome.decoding += started.elapsed().as_secs_f64();
        assert!(back == block, "{}: what was written comes back", peer.name);
        outcome.bytes += bytes.len();
        outcome.values += block.len();
    }
    outcome
}

/// The best of all peers, chosen for each column by itself.
fn best_of_peers(columns: &[Vec<i64>], rows: usize) -> f64 {
    let of_column = |column: &Vec<i64>| {
        let column = std::slice::from_ref(column);
        let bytes = peers::all().into_iter().map(|peer| theirs(&peer, column, rows).bytes);
        bytes.min().unwrap_or_default()
    };
    let bytes: usize = columns.iter().map(of_column).sum();
    bytes as f64 / (columns.len() * columns[0].len()) as f64
}

fn compare(title: &str, columns: &[Vec<i64>], rows: usize, step: Span) {
    println!("{title}");
    ours(columns, rows, step, Told::Streamed).print("millwatt, whole frames, value by value");
    ours(columns, rows, step, Told::Alone).print("millwatt, whole frames, each column alone");
    let ours = ours(columns, rows, step, Told::ByOthers);
    ours.print("millwatt, whole frames");
    for peer in peers::all() {
        theirs(&peer, columns, rows).print(peer.name);
    }
    let best = best_of_peers(columns, rows);
    let mine = ours.bytes as f64 / ours.values as f64;
    println!(
        "  {:<40}{best:>7.3} B a value, {:.2} times ours",
        "best peer for each column",
        best / mine
    );
}

/// What signatures add: the tree over leaves of a quarter of an hour, and a checkpoint at the end of a day once
/// there were fifty thousand readings, as a compacted page keeps them.
fn signatures(columns: &[Vec<i64>], step: Span) {
    const DAY: usize = 1_440;
    let signer = Signer::new("example.com/bench", &[7; 32]);
    let (mut chain, mut bytes, mut since, mut hashing) = (Chain::default(), 0, 0, 0.0);
    let count = columns[0].len();
    for from in (0..count).step_by(DAY) {
        let to = (from + DAY).min(count);
        let parts: Vec<&[i64]> = columns.iter().map(|column| &column[from..to]).collect();
        let frame = frame(&parts, &hints(columns), from, step, Told::ByOthers);
        let started = Clock::now();
        chain.readings(&frame[HEAD..]).expect("a block");
        since += chain.waiting();
        let end = chain.newest().expect("readings") + step;
        chain.seal(end);
        hashing += started.elapsed().as_secs_f64();
        if since >= WORTH_A_CHECKPOINT || to == count {
            let mut seal = [0; 2_048];
            let mut out = Writer::new(&mut seal);
            let tree = &chain.tree;
            Seal::emit(end, chain.span(), tree, &signer, &mut out).expect("room");
            (bytes, since) = (bytes + HEAD + out.length(), 0);
        }
    }
    let values = (count * columns.len()) as f64;
    println!(
        "  signatures: {:.4} B a value more ({} leaves); decoding and hashing {:.1} M/s",
        bytes as f64 / values,
        chain.tree.size(),
        values / hashing / 1e6
    );
}

/// Each column by itself, as values without their frames.
fn by_column(names: &[&str], columns: &[Vec<i64>], rows: usize) {
    for (name, column) in names.iter().zip(columns) {
        let one = std::slice::from_ref(column);
        let mine = column.chunks(rows).map(|block| {
            let mut bytes = vec![0; 64 + block.len() * 12];
            let mut out = Writer::new(&mut bytes);
            encode(block, &mut out).expect("room");
            out.length()
        });
        let mine = mine.sum::<usize>() as f64 / column.len() as f64;
        println!("    {name:<38}{mine:>7.3} bare, best peer {:.3}", best_of_peers(one, rows));
    }
}

const STEEL: [&str; 7] = [
    "active energy, 0.01 kWh",
    "lagging reactive, 0.01 kvarh",
    "leading reactive, 0.01 kvarh",
    "CO2, 0.01 t",
    "lagging power factor, 0.01 %",
    "leading power factor, 0.01 %",
    "seconds from midnight, 0.01 s",
];

/// The numbers of the steel year, each as many decimals as the file has at most.
fn steel_columns(text: &str) -> Vec<Vec<i64>> {
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let scaled = |word: &str| {
        let (whole, part) = word.split_once('.').unwrap_or((word, ""));
        format!("{whole}{part:0<2}").parse::<i64>().ok().filter(|_| part.len() <= 2)
    };
    let column = |place: usize| rows.iter().map(|row| scaled(row.get(place)?)).collect();
    (1..rows[0].len()).filter_map(column).collect()
}

fn main() {
    let minute = Span::from_minutes(1);
    let columns = columns(&rows(YEAR, 7));
    compare("eight channels, one block a year", &columns, YEAR, minute);
    compare("eight channels, blocks of a day", &columns, 1_440, minute);
    compare("eight channels, blocks of an hour", &columns, 60, minute);
    signatures(&columns, minute);
    println!("  each channel in blocks of a day");
    by_column(&CHANNELS, &columns, 1_440);
    let Some(text) = steel::year() else { return };
    let columns = steel_columns(&text);
    let title =
        format!("a steel works' year by quarter hours, {} columns of the file", columns.len());
    compare(&format!("{title}, one block"), &columns, YEAR, Span::from_minutes(15));
    by_column(&STEEL, &columns, YEAR);
    compare(&format!("{title}, blocks of a day"), &columns, 96, Span::from_minutes(15));
    by_column(&STEEL, &columns, 96);
}
