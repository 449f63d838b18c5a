//! A column told by others: what a meter measures is bound together by what it measures.
//!
//! Power factor follows from active and reactive power, current from power and voltage, a counter from the power that it
//! adds up. Such a column holds only what its values differ by from what others of its block say of them at the same
//! instant. Whole numbers only: what one machine writes every other reads.
//!
//! ```
//! use millwatt::wire::relation::{Kind, Relation};
//! let power_factor = Relation::new(Kind::PowerFactor, 1_000.0).expect("a factor");
//! let (active, reactive) = (3_000, 4_000);
//! assert_eq!(power_factor.predictor().next([active, reactive, 0]), 600);
//! ```

use crate::wire::WireError;
#[cfg(feature = "alloc")]
use crate::wire::bytes::Reader;
use crate::wire::bytes::Writer;

/// How far back in its block a source may stand.
pub const REACH: usize = 8;
/// Most sources of a relation.
pub const SOURCES: usize = 3;

/// Sources beyond it tell nothing.
const MOST_SOURCE: u64 = 1 << 46;
const MOST_PART: i128 = 1 << 62;
const MOST_VALUE: i128 = 1 << 50;
const MOST_FACTOR: u64 = 1 << 40;
const MOST_SHIFT: u8 = 62;
/// A root has so many bits behind the point.
const ROOT_BITS: u32 = 16;

/// What is multiplied by the factor; *a*, *b* and *c* are the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// *a*: emission from energy, a phase's share.
    Share,
    /// *a* ÷ √(*a*² + *b*²): power factor from active and reactive power or energy.
    PowerFactor,
    /// √(*a*² + *b*²): apparent power from active and reactive.
    Apparent,
    /// *a* ÷ *b*: current from apparent power and voltage.
    Ratio,
    /// *a* × *b*: power from voltage and current.
    Product,
    /// *a* ÷ (*b* × *c*): current from power, voltage and power factor.
    RatioOfProduct,
    /// √(*a*² + *b*²) ÷ *c*: current from active and reactive power and voltage.
    ApparentRatio,
    /// What *a* has added up to: energy from power.
    Sum,
}

impl Kind {
    /// All, in the order of their bytes.
    pub const ALL: [Self; 8] = [
        Self::Share,
        Self::PowerFactor,
        Self::Apparent,
        Self::Ratio,
        Self::Product,
        Self::RatioOfProduct,
        Self::ApparentRatio,
        Self::Sum,
    ];

    /// How many sources it has.
    #[must_use]
    pub const fn sources(self) -> usize {
        match self {
            Self::Share | Self::Sum => 1,
            Self::PowerFactor | Self::Apparent | Self::Ratio | Self::Product => 2,
            Self::RatioOfProduct | Self::ApparentRatio => 3,
        }
    }
}

/// A kind with its factor, a whole number over a power of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relation {
    kind: Kind,
    factor: u64,
    shift: u8,
}

impl Relation {
    /// With the factor nearest to a number above zero; `None` where there is none.
    #[must_use]
    pub fn new(kind: Kind, factor: f64) -> Option<Self> {
        /// More digits than samples can tell.
        const DIGITS: f64 = 16_777_216.0;
        if !(factor > 0.0 && factor < MOST_FACTOR as f64) {
            return None;
        }
        let (mut scaled, mut shift) = (factor, 0);
        while scaled < DIGITS && shift < MOST_SHIFT {
            (scaled, shift) = (scaled * 2.0, shift + 1);
        }
        let mut factor = (scaled + 0.5) as u64;
        while shift > 0 && factor.is_multiple_of(2) {
            (factor, shift) = (factor / 2, shift - 1);
        }
        Some(Self { kind, factor, shift }).filter(|_| factor > 0)
    }

    /// What is multiplied.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// From the first instant of a block on.
    #[must_use]
    pub const fn predictor(self) -> Predictor {
        Predictor { relation: self, sum: 0 }
    }

    pub(super) fn emit(&self, back: [u8; SOURCES], out: &mut Writer<'_>) -> Result<(), WireError> {
        out.byte(self.kind as u8)?;
        out.slice(&back[..self.kind.sources()])?;
        out.varint(self.factor)?;
        out.byte(self.shift)
    }

    /// The relation, and how many columns back its sources stand.
    #[cfg(feature = "alloc")]
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<(Self, [u8; SOURCES]), WireError> {
        let kind = Kind::ALL.get(usize::from(reader.byte()?)).ok_or(WireError::Malformed)?;
        let mut back = [0; SOURCES];
        back[..kind.sources()].copy_from_slice(reader.slice(kind.sources())?);
        let (factor, shift) = (reader.varint()?, reader.byte()?);
        if factor == 0 || factor > MOST_FACTOR || shift > MOST_SHIFT {
            return Err(WireError::Malformed);
        }
        Ok((Self { kind: *kind, factor, shift }, back))
    }
}

/// Tells a column's values by others, instant by instant.
#[derive(Debug, Clone, Copy)]
pub struct Predictor {
    relation: Relation,
    sum: i128,
}

impl Predictor {
    /// What the sources say of the next value; 0 where they say nothing.
    #[must_use]
    pub fn next(&mut self, sources: [i64; SOURCES]) -> i64 {
        self.sum = self.sum.saturating_add(sources[0].into());
        let used = &sources[..self.relation.kind.sources()];
        if used.iter().any(|source| source.unsigned_abs() > MOST_SOURCE) {
            return 0;
        }
        let (above, below) = self.fraction(sources.map(i128::from));
        let is_too_large = |part: i128| part.abs() > MOST_PART;
        if below == 0 || is_too_large(above) || is_too_large(below) {
            return 0;
        }
        let above = above * i128::from(self.relation.factor);
        let value = rounded(above, below << self.relation.shift);
        if value.abs() > MOST_VALUE { 0 } else { value as i64 }
    }

    fn fraction(&self, [a, b, c]: [i128; SOURCES]) -> (i128, i128) {
        let one = 1 << ROOT_BITS;
        match self.relation.kind {
            Kind::Share => (a, 1),
            Kind::PowerFactor => (a * one, root(a, b)),
            Kind::Apparent => (root(a, b), one),
            Kind::Ratio => (a, b),
            Kind::Product => (a * b, 1),
            Kind::RatioOfProduct => (a, b * c),
            Kind::ApparentRatio => (root(a, b), c * one),
            Kind::Sum => (self.sum, 1),
        }
    }
}

/// √(a² + b²), cut to its bits behind the point.
fn root(a: i128, b: i128) -> i128 {
    let square = (a * a + b * b).unsigned_abs() << (2 * ROOT_BITS);
    square.isqrt() as i128
}

/// To the nearest whole number, halves away from zero.
const fn rounded(above: i128, below: i128) -> i128 {
    let (above, below) = if below < 0 { (-above, -below) } else { (above, below) };
    let half = below / 2;
    if above < 0 { (above - half) / below } else { (above + half) / below }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: Kind, factor: f64, sources: [i64; 3]) -> i64 {
        Relation::new(kind, factor).expect("a factor").predictor().next(sources)
    }

    #[test]
    fn each_kind_says_what_it_should() {
        assert_eq!(told(Kind::Share, 0.5, [-7, 0, 0]), -4, "halves away from zero");
        assert_eq!(told(Kind::PowerFactor, 10_000.0, [-300, 400, 0]), -6_000);
        assert_eq!(told(Kind::Apparent, 1.0, [300, -400, 0]), 500);
        assert_eq!(told(Kind::Ratio, 1.0, [900, -300, 0]), -3);
        assert_eq!(told(Kind::Product, 0.001, [2_300, 50, 0]), 115);
        assert_eq!(told(Kind::RatioOfProduct, 1_000.0, [4_600, 230, 80]), 250);
        assert_eq!(told(Kind::ApparentRatio, 10.0, [300, 400, 250]), 20);
        let mut sum = Relation::new(Kind::Sum, 1.0 / 60.0).expect("a factor").predictor();
        assert_eq!([31, 60, 60].map(|power| sum.next([power, 0, 0])), [1, 2, 3]);
    }

    #[test]
    fn what_has_no_answer_is_zero() {
        for kind in Kind::ALL {
            let relation = Relation::new(kind, 1e11).expect("a factor");
            for sources in [[0; 3], [i64::MIN; 3], [i64::MAX, 1, 0], [1 << 46; 3], [5, 0, 0]] {
                let value = relation.predictor().next(sources);
                assert!(i128::from(value).abs() <= MOST_VALUE, "{kind:?} of {sources:?}");
            }
        }
        assert_eq!(told(Kind::Ratio, 1.0, [5, 0, 0]), 0);
        assert_eq!(told(Kind::PowerFactor, 1.0, [0, 0, 0]), 0);
        let factors = [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-30, 1e30];
        let factors = factors.map(|factor| Relation::new(Kind::Share, factor).is_some());
        assert_eq!(factors, [false; 6]);
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn a_relation_comes_back_and_a_false_one_does_not() {
        for (kind, factor) in Kind::ALL.into_iter().zip([1.0, 1e4, 1e-5, 0.3, 7e11, 1e-9, 3.5, 1.7])
        {
            let relation = Relation::new(kind, factor).expect("a factor");
            let mut bytes = [0; 16];
            let mut out = Writer::new(&mut bytes);
            relation.emit([3, 2, 1], &mut out).expect("fits");
            let length = out.length();
            let (again, back) = Relation::read(&mut Reader::new(&bytes[..length])).expect("sound");
            let expected =
                [3, 2, 1].map(|back| if usize::from(3 - back) < kind.sources() { back } else { 0 });
            assert_eq!((again, back), (relation, expected));
            assert_eq!(
                Relation::read(&mut Reader::new(&bytes[..length - 1])),
                Err(WireError::Truncated)
            );
        }
        let read = |bytes: &[u8]| Relation::read(&mut Reader::new(bytes)).map(|_| ());
        assert_eq!(read(&[8, 1, 1, 0]), Err(WireError::Malformed), "no such kind");
        assert_eq!(read(&[0, 1, 0, 0]), Err(WireError::Malformed), "no factor");
        assert_eq!(read(&[0, 1, 1, 63]), Err(WireError::Malformed), "too small a factor");
    }
}
