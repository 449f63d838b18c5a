//! What a model of energy is made of, and why there may be none.

use super::degree_days::DegreeDays;
use crate::numeric::DoubleDouble;
use core::fmt;

/// Most terms of a model besides the intercept: a polynomial of degree ten.
pub const MOST_TERMS: usize = 10;

/// One term of a model: a column, as values or as the rule that makes them.
#[derive(Debug, Clone, Copy)]
pub enum Term<'a> {
    /// Output, raw material, run hours: a value a row.
    Value(&'a [f64]),
    /// A whole power of a column, formed in double-double.
    Power(&'a [f64], u32),
    /// Degree-days over or under a base.
    DegreeDays(DegreeDays<'a>),
    /// 1 in rows of a class (a day type, a product), else 0.
    Class {
        /// The class of each row.
        codes: &'a [u8],
        /// The class this term stands for.
        is: u8,
    },
}

impl Term<'_> {
    /// How many rows it has values for.
    #[must_use]
    pub const fn rows(&self) -> usize {
        match self {
            Self::Value(column) | Self::Power(column, _) => column.len(),
            Self::DegreeDays(days) => days.rows(),
            Self::Class { codes, .. } => codes.len(),
        }
    }

    /// Its value in a row; zero beyond the last.
    #[must_use]
    pub fn value(&self, row: usize) -> DoubleDouble {
        let of = |column: &[f64]| column.get(row).copied().unwrap_or(0.0);
        match self {
            Self::Value(column) => of(column).into(),
            Self::Power(column, exponent) => DoubleDouble::from(of(column)).power(*exponent),
            Self::DegreeDays(days) => days.of_row(row),
            Self::Class { codes, is } => {
                if codes.get(row) == Some(is) {
                    DoubleDouble::ONE
                } else {
                    DoubleDouble::ZERO
                }
            }
        }
    }
}

/// What a model is made of.
#[derive(Debug, Clone, Copy)]
pub struct Design<'a> {
    /// Its terms, each of as many rows as there is energy for.
    pub terms: &'a [Term<'a>],
    /// Whether it has a base load that no term explains.
    pub intercept: bool,
    /// Parameters that were searched and stand in no coefficient: break points, degree-day bases. They
    /// cost degrees of freedom like the others.
    pub searched: usize,
}

impl<'a> Design<'a> {
    /// The usual model: a base load and terms.
    #[must_use]
    pub const fn new(terms: &'a [Term<'a>]) -> Self {
        Self { terms, intercept: true, searched: 0 }
    }
}

/// Why there is no model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NoFit {
    /// A term has more or fewer rows than the energy.
    LengthsDiffer {
        /// Rows of energy.
        expected: usize,
        /// Rows of the term.
        found: usize,
        /// The term's place.
        term: usize,
    },
    /// A value is infinite, not a number or beyond 10^100.
    NotFinite {
        /// The row.
        row: usize,
        /// The term's place, or `None` for the energy.
        term: Option<usize>,
    },
    /// More than [`MOST_TERMS`] terms.
    TooManyTerms {
        /// How many.
        terms: usize,
    },
    /// Not more rows than parameters: any line would pass through them.
    TooFewRows {
        /// How many rows.
        rows: usize,
        /// Coefficients and searched parameters.
        parameters: usize,
    },
    /// A term has the same value in every row.
    Constant {
        /// The term's place.
        term: usize,
    },
    /// A term is a combination of terms before it.
    Collinear {
        /// The term's place.
        term: usize,
        /// The share of its variation that the terms before it leave unexplained.
        independent: f64,
    },
}

impl fmt::Display for NoFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LengthsDiffer { expected, found, term } => {
                write!(f, "term {term} has {found} rows, the energy has {expected}")
            }
            Self::NotFinite { row, term: Some(term) } => {
                write!(f, "term {term} has no usable number in row {row}")
            }
            Self::NotFinite { row, term: None } => {
                write!(f, "the energy has no usable number in row {row}")
            }
            Self::TooManyTerms { terms } => {
                write!(f, "{terms} terms, {MOST_TERMS} are the most a model can have")
            }
            Self::TooFewRows { rows, parameters } => {
                write!(f, "{rows} rows are too few for {parameters} parameters")
            }
            Self::Constant { term } => write!(f, "term {term} has the same value in every row"),
            Self::Collinear { term, independent } => {
                write!(
                    f,
                    "term {term} repeats the terms before it: {independent:e} of it is its own"
                )
            }
        }
    }
}

impl core::error::Error for NoFit {}

fn usable(value: DoubleDouble) -> bool {
    value.is_finite() && libm::fabs(value.to_f64()) < 1e100
}

/// Whether every term has as many rows as the energy, and each a usable number.
pub(super) fn check(used: &[f64], design: &Design<'_>) -> Result<(), NoFit> {
    if design.terms.len() > MOST_TERMS {
        return Err(NoFit::TooManyTerms { terms: design.terms.len() });
    }
    if let Some(row) = used.iter().position(|used| !usable((*used).into())) {
        return Err(NoFit::NotFinite { row, term: None });
    }
    for (place, term) in design.terms.iter().enumerate() {
        if term.rows() != used.len() {
            let (expected, found) = (used.len(), term.rows());
            return Err(NoFit::LengthsDiffer { expected, found, term: place });
        }
        if let Some(row) = (0..used.len()).find(|row| !usable(term.value(*row))) {
            return Err(NoFit::NotFinite { row, term: Some(place) });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::regression::{Fit, Moments};
    use super::*;
    use std::string::ToString;

    const USED: [f64; 6] = [10.0, 13.0, 12.0, 17.0, 15.0, 20.0];
    const WORK: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

    fn refused(used: &[f64], terms: &[Term<'_>]) -> NoFit {
        let fitted = Moments::of(used, Design::new(terms))
            .and_then(|moments| moments.fit().map(|fit| fit.rows()));
        fitted.expect_err("no model")
    }

    #[test]
    fn what_repeats_another_term_is_refused_with_the_number_that_shows_it() {
        let twice = WORK.map(|work| 2.0 * work + 7.0);
        let pounds = WORK.map(|work| work * 2.204_622_621_848_8);
        for copy in [twice, pounds] {
            let refused = refused(&USED, &[Term::Value(&WORK), Term::Value(&copy)]);
            assert!(
                matches!(refused, NoFit::Collinear { term: 1, independent } if independent < 1e-29)
            );
        }
        let still = [4.2; 6];
        let constant = refused(&USED, &[Term::Value(&WORK), Term::Value(&still)]);
        assert_eq!(constant, NoFit::Constant { term: 1 });
    }

    #[test]
    fn too_short_a_baseline_is_refused() {
        let terms = [Term::Value(&WORK[..2])];
        let short = refused(&USED[..2], &terms);
        assert_eq!(short, NoFit::TooFewRows { rows: 2, parameters: 2 });
        assert_eq!(short.to_string(), "2 rows are too few for 2 parameters");
        assert!(matches!(refused(&[], &[]), NoFit::TooFewRows { rows: 0, .. }));
    }

    #[test]
    fn what_is_no_number_is_named() {
        let mut holed = WORK;
        holed[3] = f64::NAN;
        let row = refused(&USED, &[Term::Value(&holed)]);
        assert_eq!(row, NoFit::NotFinite { row: 3, term: Some(0) });
        let lengths = refused(&USED, &[Term::Value(&WORK[..5])]);
        assert_eq!(lengths, NoFit::LengthsDiffer { expected: 6, found: 5, term: 0 });
        let many = [Term::Value(&WORK); MOST_TERMS + 1];
        assert_eq!(refused(&USED, &many), NoFit::TooManyTerms { terms: MOST_TERMS + 1 });
    }

    #[test]
    fn classes_give_the_mean_of_each() {
        let used = [10.0, 12.0, 30.0, 34.0, 20.0, 23.0, 20.0];
        let codes = [0, 0, 1, 1, 2, 2, 2];
        let terms = [Term::Class { codes: &codes, is: 1 }, Term::Class { codes: &codes, is: 2 }];
        let moments = Moments::of(&used, Design::new(&terms)).expect("numbers");
        let fit: Fit<'_> = moments.fit().expect("a model");
        let value = |term| fit.coefficient(term).expect("a term").value;
        assert_eq!((fit.intercept().expect("one").value, value(0), value(1)), (11.0, 21.0, 10.0));
    }
}
