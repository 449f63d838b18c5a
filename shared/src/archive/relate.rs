//! Finding by which other columns of a block a column is told in fewer bytes.
//!
//! Nobody says which channel is a power factor: every [kind](Kind) is tried with the columns just before, on a few samples,
//! and the best on all of them. The factor is the one of least squares, or the power of ten beside it.

use alloc::vec::Vec;

use crate::wire::block::ToldBy;
use crate::wire::bytes::Writer;
use crate::wire::column;
use crate::wire::relation::{Kind, REACH, Relation, SOURCES};

/// Shorter columns are not worth the bytes of a relation.
pub(super) const LEAST: usize = 32;
/// Places at which a relation is tried first.
const SAMPLES: usize = 24;
/// What is better than this share of a column's own bits is tried on all of it.
const PROMISING: f64 = 0.75;
/// Of these, so many.
const TRIED: usize = 3;
/// Bytes that a relation may take.
const HEAD: usize = 10;

/// A relation that tells a column, and what it leaves of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    relation: Relation,
    back: [u8; SOURCES],
    rest: Vec<i64>,
}

impl Related {
    /// For a [`BlockWriter`](crate::wire::BlockWriter).
    #[must_use]
    pub fn told_by(&self) -> ToldBy<'_> {
        ToldBy { relation: self.relation, back: self.back, rest: &self.rest }
    }
}

/// Looks for what tells a column's values in fewer bytes than they take alone. `earlier` are the columns before it on the
/// same grid, the nearest first; none where one is told by others itself.
///
/// ```
/// use millwatt::archive::related;
/// use millwatt::wire::relation::Kind;
/// let active: Vec<i64> = (0..200).map(|n| 3_000 + n * n % 977).collect();
/// let emission: Vec<i64> = active.iter().map(|value| (value * 6_592 + 5_000) / 10_000).collect();
/// let found = related(&emission, &[None, Some(&active)]).expect("a share of it");
/// assert_eq!(found.told_by().relation.kind(), Kind::Share);
/// assert_eq!(found.told_by().back[0], 2);
/// ```
#[must_use]
pub fn related(values: &[i64], earlier: &[Option<&[i64]>]) -> Option<Related> {
    let is_useful = |column: &&[i64]| column.len() == values.len() && !is_constant(column);
    if values.len() < LEAST || is_constant(values) {
        return None;
    }
    let sources: Vec<(u8, &[i64])> = (1..)
        .zip(earlier.iter().take(REACH))
        .filter_map(|(back, column)| Some((back, column.filter(|column| is_useful(column))?)))
        .collect();
    let own = Sampled::of(values);
    let limit = PROMISING * own.bits_alone();
    let sampled: Vec<Sampled> = sources.iter().map(|(_, column)| Sampled::of(column)).collect();
    let mut promising: Vec<(f64, Kind, [usize; SOURCES])> = Vec::new();
    for kind in Kind::ALL {
        each_choice(kind, sources.len(), |chosen| {
            let bits = own.bits_by(kind, chosen.map(|place| sampled.get(place)));
            promising.extend(bits.filter(|bits| *bits < limit).map(|bits| (bits, kind, chosen)));
        });
    }
    promising.sort_by(|one, other| one.0.total_cmp(&other.0));
    let tried = promising.iter().take(TRIED).flat_map(|(_, kind, chosen)| {
        let chosen = chosen.map(|place| sources.get(place).copied().unwrap_or((0, &[])));
        try_on_all(values, *kind, chosen)
    });
    let best = tried.min_by_key(|found| bits(&found.rest))?;
    (encoded(&best.rest) + HEAD < encoded(values)).then_some(best)
}

fn is_constant(values: &[i64]) -> bool {
    values.iter().all(|value| value == &values[0])
}

/// Every choice of sources for a kind, as places among so many; a place that is not used is none of them.
fn each_choice(kind: Kind, count: usize, mut each: impl FnMut([usize; SOURCES])) {
    let places = |is_used: bool| if is_used { 0..count } else { count..count + 1 };
    for a in places(true) {
        for b in places(kind.sources() > 1) {
            for c in places(kind.sources() > 2) {
                let is_double = match kind {
                    Kind::Apparent | Kind::Product => a >= b,
                    Kind::ApparentRatio => a >= b || a == c || b == c,
                    Kind::RatioOfProduct => b >= c || a == b || a == c,
                    _ => a == b,
                };
                if !is_double {
                    each([a, b, c]);
                }
            }
        }
    }
}

/// The relation with the factor that fits best, and with the power of ten beside it.
fn try_on_all(
    values: &[i64],
    kind: Kind,
    sources: [(u8, &[i64]); SOURCES],
) -> impl Iterator<Item = Related> + use<> {
    let at = |place: usize| sources.map(|(_, column)| column.get(place).copied().unwrap_or(0));
    let mut sums = 0.0;
    let says: Vec<f64> = (0..values.len())
        .map(|place| {
            let [a, b, c] = at(place).map(|source| source as f64);
            sums += a;
            said(kind, [a, b, c], sums)
        })
        .collect();
    let best = factor(kind, values.iter().map(|value| *value as f64).zip(says.iter().copied()));
    let found = [Some(best), power_of_ten(best)].map(|factor| {
        let relation = Relation::new(kind, factor?)?;
        let mut predictor = relation.predictor();
        let rest =
            (0..values.len()).map(|place| values[place].wrapping_sub(predictor.next(at(place))));
        Some(Related { relation, back: sources.map(|(back, _)| back), rest: rest.collect() })
    });
    found.into_iter().flatten()
}

/// What a kind says of sources, by the factor 1.
fn said(kind: Kind, [a, b, c]: [f64; SOURCES], sum: f64) -> f64 {
    let root = || libm::sqrt(a * a + b * b);
    let said = match kind {
        Kind::Share => a,
        Kind::PowerFactor => a / root(),
        Kind::Apparent => root(),
        Kind::Ratio => a / b,
        Kind::Product => a * b,
        Kind::RatioOfProduct => a / (b * c),
        Kind::ApparentRatio => root() / c,
        Kind::Sum => sum,
    };
    if said.is_finite() { said } else { 0.0 }
}

/// Of least squares through nothing; of a sum, which begins somewhere, through its first pair.
fn factor(kind: Kind, pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let first = pairs.clone().next().filter(|_| kind == Kind::Sum).unwrap_or((0.0, 0.0));
    let (mut both, mut square) = (0.0, 0.0);
    for (value, says) in pairs {
        let (value, says) = (value - first.0, says - first.1);
        both += value * says;
        square += says * says;
    }
    both / square
}

/// A power of ten within half a percent.
fn power_of_ten(factor: f64) -> Option<f64> {
    let power = libm::pow(10.0, libm::round(libm::log10(factor)));
    Some(power).filter(|power| (factor / power - 1.0).abs() < 0.005 && *power != factor)
}

/// A column at some places, and just behind each; what it has added up to at these.
struct Sampled {
    values: [[f64; 2]; SAMPLES],
    sums: [[f64; 2]; SAMPLES],
}

impl Sampled {
    fn of(values: &[i64]) -> Self {
        let mut sampled = Self { values: [[0.0; 2]; SAMPLES], sums: [[0.0; 2]; SAMPLES] };
        let (mut sum, mut reached) = (0.0, 0);
        for sample in 0..SAMPLES {
            let place = sample * (values.len() - 2) / (SAMPLES - 1);
            sum += values[reached..=place].iter().map(|value| *value as f64).sum::<f64>();
            reached = place + 1;
            let pair = [values[place], values[place + 1]].map(|value| value as f64);
            sampled.values[sample] = pair;
            sampled.sums[sample] = [sum, sum + pair[1]];
        }
        sampled
    }

    fn bits_alone(&self) -> f64 {
        self.values.iter().map(|[one, next]| bits_of(next - one)).sum()
    }

    /// Bits of what a relation leaves, itself or from one to the next, whichever is less.
    fn bits_by(&self, kind: Kind, sources: [Option<&Self>; SOURCES]) -> Option<f64> {
        let mut says = [[0.0; 2]; SAMPLES];
        for (sample, pair) in says.iter_mut().enumerate() {
            for (side, says) in pair.iter_mut().enumerate() {
                let at = sources.map(|source| source.map_or(0.0, |it| it.values[sample][side]));
                let sum = sources[0].map_or(0.0, |it| it.sums[sample][side]);
                *says = said(kind, at, sum);
            }
        }
        let pairs = self.values.iter().flatten().copied().zip(says.iter().flatten().copied());
        let factor = factor(kind, pairs);
        Relation::new(kind, factor)?;
        let (mut left, mut moved) = (0.0, 0.0);
        for (values, says) in self.values.iter().zip(&says) {
            let [one, next] = [0, 1].map(|side| values[side] - factor * says[side]);
            left += bits_of(one);
            moved += bits_of(next - one);
        }
        Some(f64::min(left, moved))
    }
}

fn bits_of(number: f64) -> f64 {
    libm::log2(1.0 + number.abs())
}

/// About how many bits values take, themselves or from one to the next, whichever is less.
fn bits(values: &[i64]) -> u64 {
    let length = |value: i64| u64::from(64 - value.unsigned_abs().leading_zeros());
    let alone: u64 = values.iter().map(|value| length(*value)).sum();
    let moved: u64 = values.windows(2).map(|pair| length(pair[1].wrapping_sub(pair[0]))).sum();
    alone.min(moved)
}

fn encoded(values: &[i64]) -> usize {
    let mut buffer = alloc::vec![0; 64 + values.len() * 12];
    let mut out = Writer::new(&mut buffer);
    match column::encode(values, &mut out) {
        Ok(()) => out.length(),
        Err(_) => usize::MAX - HEAD,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::{ChannelId, Quality};
    use crate::time::{Instant, Span};
    use crate::wire::{BlockWriter, ColumnDecoder, Columns};
    use alloc::vec;

    /// Numbers that no model foretells.
    fn noise(seed: u64, count: usize, most: i64) -> Vec<i64> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            1 + (state >> 33) as i64 % most
        };
        (0..count).map(|_| next()).collect()
    }

    fn float(value: i64) -> f64 {
        value as f64
    }

    /// A meter's columns: active and reactive power, voltage, apparent power, power factor, current, energy.
    fn meter(count: usize) -> Vec<Vec<i64>> {
        let (active, reactive) = (noise(1, count, 90_000), noise(2, count, 60_000));
        let voltage: Vec<i64> = noise(3, count, 120).iter().map(|value| 2_240 + value).collect();
        let of = |f: &dyn Fn(f64, f64, f64) -> f64| -> Vec<i64> {
            let rows = active.iter().zip(&reactive).zip(&voltage);
            rows.map(|((p, q), v)| libm::round(f(float(*p), float(*q), float(*v))) as i64).collect()
        };
        let apparent = of(&|p, q, _| libm::sqrt(p * p + q * q));
        let factor = of(&|p, q, _| 1_000.0 * p / libm::sqrt(p * p + q * q));
        let current = of(&|p, q, v| 1_000.0 * libm::sqrt(p * p + q * q) / v);
        let energy = active.iter().scan(7_000_000_000, |sum, p| {
            *sum += p;
            Some((*sum + 30) / 60)
        });
        let energy = energy.collect();
        vec![active, reactive, voltage, apparent, factor, current, energy]
    }

    /// The kinds by which the columns of a block are told; what comes back is what was written.
    fn kinds(columns: &[Vec<i64>]) -> Vec<Option<Kind>> {
        let (start, step) = (Instant::from_unix_milliseconds(0), Span::from_minutes(1));
        let mut buffer = vec![0; 1 << 20];
        let mut block = BlockWriter::new(start, &mut buffer).expect("fits");
        let (mut told, mut kinds) = (Vec::<bool>::new(), Vec::new());
        for (channel, values) in (0..).zip(columns) {
            let earlier: Vec<_> = told
                .iter()
                .zip(columns)
                .map(|(told, column)| (!told).then_some(&column[..]))
                .rev()
                .collect();
            let found = related(values, &earlier);
            let (channel, quality) = (ChannelId(channel), Quality::Good);
            match &found {
                None => block.column(channel, quality, start, step, values),
                Some(found) => {
                    block.column_by(channel, quality, start, step, values, &found.told_by())
                }
            }
            .expect("fits");
            told.push(found.is_some());
            kinds.push(found.map(|found| found.relation.kind()));
        }
        let mut decoder = ColumnDecoder::default();
        for (column, expected) in Columns::new(block.payload()).expect("a block").zip(columns) {
            let column = column.expect("sound");
            assert_eq!(decoder.values(&column), expected, "each column decoded once");
            assert_eq!(ColumnDecoder::default().values(&column), expected, "this one alone");
            let values: Result<Vec<i64>, _> = column.values().expect("values").collect();
            assert_eq!(&values.expect("sound"), expected);
            let summary = crate::wire::block::Summary::of(expected.iter().copied());
            assert_eq!(column.summary().expect("sound"), summary);
        }
        kinds
    }

    #[test]
    fn what_a_meter_reckons_itself_is_found() {
        let expected = [
            None,
            None,
            None,
            Some(Kind::Apparent),
            Some(Kind::PowerFactor),
            Some(Kind::ApparentRatio),
            Some(Kind::Sum),
        ];
        assert_eq!(kinds(&meter(200)), expected);
        assert_eq!(kinds(&meter(1_440)), expected, "with summaries");
    }

    #[test]
    fn what_has_nothing_to_do_with_others_stands_alone() {
        let columns: Vec<Vec<i64>> = (1..6).map(|seed| noise(seed, 300, 1_000)).collect();
        assert_eq!(kinds(&columns), [None; 5]);
        assert_eq!(kinds(&[vec![5; 300], vec![5; 300]]), [None; 2]);
        assert_eq!(kinds(&meter(LEAST - 1)), [None; 7], "too short");
        assert_eq!(kinds(&[[i64::MIN, i64::MAX].repeat(50), [i64::MAX, 3].repeat(50)]), [None; 2]);
    }
}
