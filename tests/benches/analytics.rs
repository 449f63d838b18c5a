//! How quick columns are in memory, packed for speed, and how much they take, beside FastLanes on the same data in one run.
//!
//! `cargo figures` runs it; by hand `cargo bench -p millwatt-tests --features peers --bench analytics`. Eight channels by
//! minutes for a year. Ours gives 64-bit values; FastLanes gives 32-bit ones, which it is handed less the least of each
//! 1,024, with the smaller of distances and differences chosen for each 1,024 values. Rates are the best of nine passes.

use std::hint::black_box;
use std::time::Instant as Clock;

use fastlanes::{Delta, FoR, Transpose};
use millwatt::packed::Packed;
use millwatt_tests::eight_channels::{CHANNELS, columns, rows};

const YEAR: usize = 525_600;
const DAY: usize = 1_440;
const BLOCK: usize = 1_024;

/// Values a second in millions, the best of some passes.
fn rate(values: usize, mut pass: impl FnMut()) -> f64 {
    let seconds = (0..9).map(|_| {
        let started = Clock::now();
        pass();
        started.elapsed().as_secs_f64()
    });
    values as f64 / seconds.fold(f64::INFINITY, f64::min) / 1e6
}

/// A block as FastLanes packs it.
struct Lanes {
    is_delta: bool,
    width: usize,
    reference: u32,
    base: [u32; 32],
    words: Vec<u32>,
}

macro_rules! by_width {
    ($width:expr, $of:ident, $($W:literal)*) => {
        match $width {
            $($W => $of!($W),)*
            _ => unreachable!("32 bits at most"),
        }
    };
}

macro_rules! all_widths {
    ($width:expr, $of:ident) => {
        by_width!($width, $of, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
    };
}

fn bits(numbers: &[u32; BLOCK]) -> (u32, usize) {
    let least = numbers.iter().copied().min().unwrap_or_default();
    let most = numbers.iter().map(|number| number - least).max().unwrap_or_default();
    (least, (u32::BITS - most.leading_zeros()) as usize)
}

impl Lanes {
    fn pack(values: &[i64]) -> Self {
        let least = values.iter().copied().min().unwrap_or_default();
        let mut plain = [0_u32; BLOCK];
        plain.iter_mut().zip(values).for_each(|(plain, value)| *plain = (value - least) as u32);
        let (mut turned, mut steps) = ([0; BLOCK], [0; BLOCK]);
        u32::transpose(&plain, &mut turned);
        let base: [u32; 32] = turned[..32].try_into().expect("a row");
        u32::delta::<32>(&turned, &base, &mut steps);
        // Differences go either way: moved up so that the least is not below zero.
        let moved = steps.map(|step| step.wrapping_add(1 << 31));
        let (of_steps, of_plain) = (bits(&moved), bits(&plain));
        let is_delta = of_steps.1 < of_plain.1;
        let ((reference, width), numbers) = match is_delta {
            true => (of_steps, &moved),
            false => (of_plain, &plain),
        };
        let mut words = vec![0; BLOCK * width / 32];
        macro_rules! pack {
            ($W:literal) => {
                u32::for_pack::<$W, { BLOCK * $W / 32 }>(
                    numbers,
                    reference,
                    words.as_mut_slice().try_into().expect("as many words"),
                )
            };
        }
        all_widths!(width, pack);
        Self { is_delta, width, reference, base, words }
    }

    fn unpack(&self, out: &mut [u32; BLOCK]) {
        let mut numbers = [0; BLOCK];
        let reference = match self.is_delta {
            true => self.reference.wrapping_sub(1 << 31),
            false => self.reference,
        };
        macro_rules! unpack {
            ($W:literal) => {{
                let words: &[u32; BLOCK * $W / 32] =
                    self.words.as_slice().try_into().expect("as many words");
                if self.is_delta {
                    u32::unfor_pack::<$W, { BLOCK * $W / 32 }>(words, reference, &mut numbers);
                } else {
                    u32::unfor_pack::<$W, { BLOCK * $W / 32 }>(words, reference, out);
                }
            }};
        }
        all_widths!(self.width, unpack);
        if self.is_delta {
            let mut turned = [0; BLOCK];
            u32::undelta::<32>(&numbers, &self.base, &mut turned);
            u32::untranspose(&turned, out);
        }
    }

    fn bytes(&self) -> usize {
        self.words.len() * 4 + 8 + 4 + 2 + if self.is_delta { 32 * 4 } else { 0 }
    }
}

struct Totals {
    bytes: usize,
    seconds: f64,
}

fn main() {
    let columns = columns(&rows(YEAR, 7));
    println!("eight channels of a year in memory, one core");
    let (mut ours, mut theirs) =
        (Totals { bytes: 0, seconds: 0.0 }, Totals { bytes: 0, seconds: 0.0 });
    let (mut days, mut packing) = (0.0, 0.0);
    for (name, column) in CHANNELS.iter().zip(&columns) {
        let packed: Packed = column.iter().copied().collect();
        let mut back = Vec::with_capacity(YEAR);
        packed.chunks(|chunk| back.extend_from_slice(chunk));
        assert_eq!(back, *column, "what was packed comes back");
        let mine = rate(YEAR, || packed.chunks(|chunk| _ = black_box(chunk)));
        let pack = rate(YEAR, || drop(black_box(column.iter().copied().collect::<Packed>())));
        let sums = rate(YEAR, || {
            for day in 0..YEAR / DAY {
                black_box(packed.extent(day * DAY..(day + 1) * DAY));
            }
        });
        let blocks: Vec<Lanes> = column.chunks_exact(BLOCK).map(Lanes::pack).collect();
        let mut out = [0; BLOCK];
        for (block, values) in blocks.iter().zip(column.chunks_exact(BLOCK)) {
            block.unpack(&mut out);
            let least = values.iter().min().expect("values");
            assert!(out.iter().zip(values).all(|(out, value)| i64::from(*out) + least == *value));
        }
        let whole = blocks.len() * BLOCK;
        let lanes = rate(whole, || {
            for block in &blocks {
                block.unpack(&mut out);
                black_box(&out);
            }
        });
        let size: usize = blocks.iter().map(Lanes::bytes).sum();
        println!(
            "    {name:<22} {:>6.3} B {mine:>7.0} M/s    FastLanes {:>6.3} B {lanes:>7.0} M/s",
            packed.bytes() as f64 / YEAR as f64,
            size as f64 / whole as f64
        );
        ours.bytes += packed.bytes();
        ours.seconds += 1.0 / mine;
        theirs.bytes += size * YEAR / whole;
        theirs.seconds += 1.0 / lanes;
        days += 1.0 / sums;
        packing += 1.0 / pack;
    }
    let values = (columns.len() * YEAR) as f64;
    let count = columns.len() as f64;
    for (name, totals) in [("millwatt, packed", &ours), ("fastlanes 0.7", &theirs)] {
        println!(
            "  {name:<24} {:.3} B a value, {:>5.0} M/s out",
            totals.bytes as f64 / values,
            count / totals.seconds
        );
    }
    println!(
        "  ratio of rates {:.2}; packing {:.0} M/s; least, largest and sum of every day {:.0} M/s",
        theirs.seconds / ours.seconds,
        count / packing,
        count / days
    );
}
