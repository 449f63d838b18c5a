//! Least squares for energy baselines: E = b0 + Σ bj xj, to the last digits that the data holds.
//!
//! A [`Design`] says what the model is made of, [`Moments`] holds its sums, and a [`Fit`] is one model
//! of them: coefficients, their standard errors, and what the [panel](super::panel) asks. Nothing is
//! fitted in silence: too few rows, a driver that never changes and drivers that repeat each other
//! are refused with the number that shows it.
//!
//! # Source
//! Sums of squares of centred columns in double-double, Cholesky, and two corrections by the
//! residuals of the rows. Shown on the linear sets of NIST's Statistical Reference Datasets.

use super::design::check;
pub use super::design::{Design, MOST_TERMS, NoFit, Term};
use super::residuals::Residuals;
use crate::numeric::{DoubleDouble, FisherF, StudentT};

/// What is left of a term's sum of squares, once the terms before it are taken out, at which it counts
/// as a repetition of them: the square of a double's rounding, with a thousandfold margin.
const LEAST_INDEPENDENT: f64 = 1e-29;

pub(super) type Vector = [DoubleDouble; MOST_TERMS];
type Matrix = [Vector; MOST_TERMS];

const NO_VECTOR: Vector = [DoubleDouble::ZERO; MOST_TERMS];
const NO_MATRIX: Matrix = [NO_VECTOR; MOST_TERMS];

/// The sums that every model over the same rows is made from.
///
/// # Units and shape
/// `used`: energy a row, in any one unit; a term's coefficient is that unit for one of the term's.
/// # Missing data
/// Not accepted: leave out rows whose energy or drivers were not measured.
/// # Errors
/// [`NoFit`], when lengths differ or a value is no number.
#[derive(Debug, Clone)]
pub struct Moments<'a> {
    used: &'a [f64],
    design: Design<'a>,
    mean_used: DoubleDouble,
    means: Vector,
    products: Matrix,
    with_used: Vector,
    total: DoubleDouble,
}

impl<'a> Moments<'a> {
    /// Over energy and a design of the same rows.
    ///
    /// # Errors
    /// See [`NoFit`].
    pub fn of(used: &'a [f64], design: Design<'a>) -> Result<Self, NoFit> {
        check(used, &design)?;
        let mut moments = Self {
            used,
            design,
            mean_used: DoubleDouble::ZERO,
            means: NO_VECTOR,
            products: NO_MATRIX,
            with_used: NO_VECTOR,
            total: DoubleDouble::ZERO,
        };
        if design.intercept {
            moments.centre();
        }
        moments.sum();
        Ok(moments)
    }

    fn centre(&mut self) {
        let rows = DoubleDouble::from(self.used.len().max(1) as f64);
        let sum: DoubleDouble = self.used.iter().copied().map(DoubleDouble::from).sum();
        self.mean_used = sum / rows;
        for (mean, term) in self.means.iter_mut().zip(self.design.terms) {
            let sum: DoubleDouble = (0..self.used.len()).map(|row| term.value(row)).sum();
            *mean = sum / rows;
        }
    }

    fn sum(&mut self) {
        let terms = self.design.terms.len();
        for (row, used) in self.used.iter().enumerate() {
            let used = DoubleDouble::from(*used) - self.mean_used;
            let values = self.centred(row);
            self.total += used.squared();
            for i in 0..terms {
                self.with_used[i] += values[i] * used;
                for j in 0..=i {
                    self.products[i][j] += values[i] * values[j];
                }
            }
        }
    }

    /// A row's terms less their means.
    fn centred(&self, row: usize) -> Vector {
        let mut values = NO_VECTOR;
        for (i, term) in self.design.terms.iter().enumerate() {
            values[i] = term.value(row) - self.means[i];
        }
        values
    }

    /// How many terms the design has.
    #[must_use]
    pub const fn terms(&self) -> usize {
        self.design.terms.len()
    }

    /// The places of chosen terms.
    fn places(&self, chosen: u16) -> impl Iterator<Item = usize> + use<> {
        (0..self.design.terms.len()).filter(move |place| chosen >> place & 1 == 1)
    }

    /// The model of all terms.
    ///
    /// # Errors
    /// See [`NoFit`].
    pub fn fit(&self) -> Result<Fit<'_>, NoFit> {
        self.fit_of(u16::MAX)
    }

    /// The model of the terms whose bit is set: bit 0 is the first.
    ///
    /// # Errors
    /// See [`NoFit`].
    pub fn fit_of(&self, chosen: u16) -> Result<Fit<'_>, NoFit> {
        self.judged_fit(chosen, Judges::of(self, chosen))
    }

    /// The same with distributions that are known already.
    pub(super) fn judged_fit(&self, chosen: u16, judges: Judges) -> Result<Fit<'_>, NoFit> {
        let mut fit = Fit::empty(self, chosen, judges);
        if self.used.len() <= fit.parameters() {
            let (rows, parameters) = (self.used.len(), fit.parameters());
            return Err(NoFit::TooFewRows { rows, parameters });
        }
        let least_independent = fit.factorise()?;
        fit.solve(least_independent);
        fit.invert();
        fit.residuals = Residuals::of(&fit);
        Ok(fit)
    }
}

/// One coefficient and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// Energy for one of the term's unit; the base load a row for the intercept.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Value over standard error; infinite in a model without error.
    pub t: f64,
    /// The probability of so large a t if the term had no influence.
    pub p: f64,
    /// Variance inflation: 1 when the other terms tell nothing of this one, 10 and more when they
    /// tell nearly all. 1 for the intercept.
    pub vif: f64,
}

/// What a model expects for a row that it was not made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The expected energy.
    pub energy: f64,
    /// The standard error of the expectation: of the mean of many such rows.
    pub of_mean: f64,
    /// The standard error of a single such row, its own scatter included.
    pub of_row: f64,
}

/// A model of some of the terms.
///
/// # Example
/// Norris' calibration of NIST's reference sets, its first rows:
/// ```
/// use millwatt::energy::regression::{Design, Moments, Term};
/// let leaf_kg = [1_000.0, 2_000.0, 3_000.0, 4_000.0];
/// let used_kwh = [640.0, 1_130.0, 1_670.0, 2_160.0];
/// let terms = [Term::Value(&leaf_kg)];
/// let moments = Moments::of(&used_kwh, Design::new(&terms))?;
/// let model = moments.fit()?;
/// assert!((model.intercept().expect("asked for").value - 125.0).abs() < 1e-9); // kWh a period
/// assert!((model.coefficient(0).expect("one term").value - 0.51).abs() < 1e-12); // kWh a kg
/// # Ok::<(), millwatt::energy::regression::NoFit>(())
/// ```
#[derive(Debug, Clone)]
pub struct Fit<'a> {
    moments: &'a Moments<'a>,
    /// The places of the chosen terms.
    places: [usize; MOST_TERMS],
    terms: usize,
    /// Lower triangle of Cholesky's factor of the chosen products.
    factor: Matrix,
    /// Lower triangle of the factor's inverse.
    inverse: Matrix,
    /// The same as doubles: what leverage needs.
    near_inverse: [[f64; MOST_TERMS]; MOST_TERMS],
    slopes: Vector,
    pub(super) residuals: Residuals,
    judges: Judges,
}

/// The distributions by which a model's figures are judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judges {
    student: StudentT,
    fisher: FisherF,
}

impl Judges {
    /// Of the model of chosen terms.
    pub fn of(moments: &Moments<'_>, chosen: u16) -> Self {
        let explaining = moments.places(chosen).count() + moments.design.searched;
        let parameters = explaining + usize::from(moments.design.intercept);
        let freedom = count(moments.used.len().saturating_sub(parameters));
        Self { student: StudentT::new(freedom), fisher: FisherF::new(count(explaining), freedom) }
    }
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl<'a> Fit<'a> {
    fn empty(moments: &'a Moments<'a>, chosen: u16, judges: Judges) -> Self {
        let (mut places, mut terms) = ([0; MOST_TERMS], 0);
        for place in moments.places(chosen) {
            places[terms] = place;
            terms += 1;
        }
        Self {
            moments,
            places,
            terms,
            factor: NO_MATRIX,
            inverse: NO_MATRIX,
            near_inverse: [[0.0; MOST_TERMS]; MOST_TERMS],
            slopes: NO_VECTOR,
            residuals: Residuals::default(),
            judges,
        }
    }

    fn product(&self, i: usize, j: usize) -> DoubleDouble {
        let (high, low) = (self.places[i.max(j)], self.places[i.min(j)]);
        self.moments.products[high.max(low)][high.min(low)]
    }

    /// Returns the smallest share of any term that is its own.
    fn factorise(&mut self) -> Result<f64, NoFit> {
        let mut least = 1.0;
        for i in 0..self.terms {
            for j in 0..=i {
                let known: DoubleDouble =
                    (0..j).map(|k| self.factor[i][k] * self.factor[j][k]).sum();
                let rest = self.product(i, j) - known;
                if i != j {
                    self.factor[i][j] = rest / self.factor[j][j];
                    continue;
                }
                least = f64::min(least, self.independent(i, rest)?);
                self.factor[i][i] = rest.sqrt();
            }
        }
        Ok(least)
    }

    /// The share of a term's variation that the terms before it leave unexplained.
    fn independent(&self, i: usize, rest: DoubleDouble) -> Result<f64, NoFit> {
        let (own, place) = (self.product(i, i).to_f64(), self.places[i]);
        let mean = self.moments.means[place].to_f64();
        let size = mean * mean * self.moments.used.len() as f64;
        if own <= size * LEAST_INDEPENDENT {
            return Err(NoFit::Constant { term: place });
        }
        let independent = rest.to_f64() / own;
        if independent <= LEAST_INDEPENDENT {
            return Err(NoFit::Collinear { term: place, independent: independent.max(0.0) });
        }
        Ok(independent)
    }

    /// The factor's equations, forwards and backwards.
    fn solved(&self, mut right: Vector) -> Vector {
        for i in 0..self.terms {
            let known: DoubleDouble = (0..i).map(|k| self.factor[i][k] * right[k]).sum();
            right[i] = (right[i] - known) / self.factor[i][i];
        }
        for i in (0..self.terms).rev() {
            let known: DoubleDouble =
                (i + 1..self.terms).map(|k| self.factor[k][i] * right[k]).sum();
            right[i] = (right[i] - known) / self.factor[i][i];
        }
        right
    }

    /// Where every term is mostly its own, the first solution has all digits already.
    fn solve(&mut self, least_independent: f64) {
        let corrections = if least_independent > 1e-6 { 0 } else { 2 };
        let mut right = NO_VECTOR;
        for (i, place) in self.places[..self.terms].iter().enumerate() {
            right[i] = self.moments.with_used[*place];
        }
        self.slopes = self.solved(right);
        for _ in 0..corrections {
            let correction = self.solved(self.unexplained());
            self.slopes.iter_mut().zip(correction).for_each(|(slope, more)| *slope += more);
        }
    }

    /// What the residuals still have in common with each term.
    fn unexplained(&self) -> Vector {
        let mut sums = NO_VECTOR;
        for row in 0..self.rows() {
            let values = self.centred(row);
            let residual = self.residual_of(row, &values);
            for (sum, value) in sums.iter_mut().zip(&values[..self.terms]) {
                *sum += *value * residual;
            }
        }
        sums
    }

    /// A row's chosen terms less their means.
    pub(super) fn centred(&self, row: usize) -> Vector {
        let mut values = NO_VECTOR;
        for (value, place) in values.iter_mut().zip(&self.places[..self.terms]) {
            *value = self.moments.design.terms[*place].value(row) - self.moments.means[*place];
        }
        values
    }

    pub(super) fn residual_of(&self, row: usize, values: &Vector) -> DoubleDouble {
        let used = DoubleDouble::from(self.moments.used[row]) - self.moments.mean_used;
        let chosen = values[..self.terms].iter().zip(&self.slopes);
        used - chosen.map(|(value, slope)| *value * *slope).sum()
    }

    fn invert(&mut self) {
        for i in 0..self.terms {
            self.inverse[i][i] = DoubleDouble::ONE / self.factor[i][i];
            for j in 0..i {
                let known: DoubleDouble =
                    (j..i).map(|k| self.factor[i][k] * self.inverse[k][j]).sum();
                self.inverse[i][j] = -known / self.factor[i][i];
            }
            for j in 0..=i {
                self.near_inverse[i][j] = self.inverse[i][j].to_f64();
            }
        }
    }

    /// The quadratic form of the inverse products: v' (X'X)⁻¹ v.
    fn spread(&self, values: &Vector) -> DoubleDouble {
        let mut sum = DoubleDouble::ZERO;
        for i in 0..self.terms {
            let part: DoubleDouble = (0..=i).map(|j| self.inverse[i][j] * values[j]).sum();
            sum += part.squared();
        }
        sum
    }

    /// How many rows it was made from.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.moments.used.len()
    }

    /// How many terms it has.
    #[must_use]
    pub const fn terms(&self) -> usize {
        self.terms
    }

    /// The place in the design of its `term`-th term.
    #[must_use]
    pub fn place(&self, term: usize) -> Option<usize> {
        self.places[..self.terms].get(term).copied()
    }

    /// The term itself.
    #[must_use]
    pub fn term(&self, term: usize) -> Option<&'a Term<'a>> {
        self.place(term).and_then(|place| self.moments.design.terms.get(place))
    }

    /// Whether it has a base load.
    #[must_use]
    pub const fn has_intercept(&self) -> bool {
        self.moments.design.intercept
    }

    /// Coefficients and searched parameters.
    #[must_use]
    pub const fn parameters(&self) -> usize {
        self.terms + self.moments.design.intercept as usize + self.moments.design.searched
    }

    /// Rows less parameters.
    #[must_use]
    pub const fn freedom(&self) -> usize {
        self.rows().saturating_sub(self.parameters())
    }

    /// Sum of squared residuals.
    #[must_use]
    pub const fn error(&self) -> f64 {
        self.residuals.squares.to_f64()
    }

    /// Sum of squares about the mean; about zero in a model without intercept.
    #[must_use]
    pub const fn total(&self) -> f64 {
        self.moments.total.to_f64()
    }

    /// The share of the sum of squares that is not explained.
    pub(super) fn unexplained_share(&self) -> DoubleDouble {
        self.residuals.squares / self.moments.total
    }

    /// The mean energy of a row.
    #[must_use]
    pub fn mean_used(&self) -> f64 {
        if self.has_intercept() {
            return self.moments.mean_used.to_f64();
        }
        let sum: DoubleDouble = self.moments.used.iter().copied().map(DoubleDouble::from).sum();
        sum.to_f64() / self.rows() as f64
    }

    /// The energy of a row that it was made from.
    #[must_use]
    pub fn used(&self, row: usize) -> Option<f64> {
        self.moments.used.get(row).copied()
    }

    /// Used less expected in a row that it was made from; zero beyond the last.
    #[must_use]
    pub fn residual(&self, row: usize) -> f64 {
        if row >= self.rows() {
            return 0.0;
        }
        self.residual_of(row, &self.centred(row)).to_f64()
    }

    fn variance(&self) -> DoubleDouble {
        self.residuals.squares / DoubleDouble::from(self.freedom() as f64)
    }

    /// The standard deviation of the residuals: √(Σ residual² / (rows − parameters)).
    #[must_use]
    pub fn residual_deviation(&self) -> f64 {
        self.variance().sqrt().to_f64()
    }

    /// The distribution by which its coefficients are judged.
    #[must_use]
    pub const fn student(&self) -> &StudentT {
        &self.judges.student
    }

    pub(super) const fn fisher(&self) -> &FisherF {
        &self.judges.fisher
    }

    fn judged(&self, value: DoubleDouble, variance: DoubleDouble, vif: f64) -> Coefficient {
        let error = (variance * self.variance()).sqrt();
        let t = (value / error).to_f64();
        let t = if error.to_f64() > 0.0 { t } else { f64::INFINITY };
        let p = self.judges.student.two_sided(t);
        Coefficient { value: value.to_f64(), standard_error: error.to_f64(), t, p, vif }
    }

    /// The base load a row; `None` in a model without.
    #[must_use]
    pub fn intercept(&self) -> Option<Coefficient> {
        let means = self.chosen_means();
        let explained: DoubleDouble =
            means.iter().zip(&self.slopes).map(|(mean, slope)| *mean * *slope).sum();
        let rows = DoubleDouble::from(self.rows() as f64);
        let variance = DoubleDouble::ONE / rows + self.spread(&means);
        let value = self.moments.mean_used - explained;
        self.has_intercept().then(|| self.judged(value, variance, 1.0))
    }

    fn chosen_means(&self) -> Vector {
        let mut means = NO_VECTOR;
        for (mean, place) in means.iter_mut().zip(&self.places[..self.terms]) {
            *mean = self.moments.means[*place];
        }
        means
    }

    /// The coefficient of its `term`-th term.
    #[must_use]
    pub fn coefficient(&self, term: usize) -> Option<Coefficient> {
        self.place(term)?;
        let variance: DoubleDouble =
            (term..self.terms).map(|i| self.inverse[i][term].squared()).sum();
        let vif = (variance * self.product(term, term)).to_f64();
        Some(self.judged(self.slopes[term], variance, vif))
    }

    /// How far a row pulls the model: 0 to 1, together the number of coefficients.
    #[must_use]
    pub fn leverage(&self, row: usize) -> f64 {
        if row >= self.rows() {
            return 0.0;
        }
        self.leverage_of(&self.centred(row))
    }

    pub(super) fn leverage_of(&self, values: &Vector) -> f64 {
        let mut sum = self.constant_part().to_f64();
        for (i, inverse) in self.near_inverse[..self.terms].iter().enumerate() {
            let pairs = inverse[..=i].iter().zip(values);
            let part: f64 = pairs.map(|(inverse, value)| inverse * value.to_f64()).sum();
            sum += part * part;
        }
        sum
    }

    fn constant_part(&self) -> DoubleDouble {
        match self.has_intercept() {
            true => DoubleDouble::ONE / DoubleDouble::from(self.rows() as f64),
            false => DoubleDouble::ZERO,
        }
    }

    /// What it expects of a row with these drivers, in the order of its terms.
    ///
    /// `None` when there are more or fewer values than terms.
    #[must_use]
    pub fn expect(&self, drivers: &[f64]) -> Option<Expected> {
        if drivers.len() != self.terms {
            return None;
        }
        let mut values = NO_VECTOR;
        for ((value, driver), mean) in values.iter_mut().zip(drivers).zip(self.chosen_means()) {
            *value = DoubleDouble::from(*driver) - mean;
        }
        Some(self.expect_centred(&values))
    }

    /// What it expects of a row of another design of the same terms: the reporting period's.
    ///
    /// `None` when that design has fewer terms than the model asks for.
    #[must_use]
    pub fn expect_row(&self, design: &Design<'_>, row: usize) -> Option<Expected> {
        let mut values = NO_VECTOR;
        for (value, place) in values.iter_mut().zip(&self.places[..self.terms]) {
            *value = design.terms.get(*place)?.value(row) - self.moments.means[*place];
        }
        Some(self.expect_centred(&values))
    }

    fn expect_centred(&self, values: &Vector) -> Expected {
        let explained: DoubleDouble =
            values[..self.terms].iter().zip(&self.slopes).map(|(value, b)| *value * *b).sum();
        let variance = self.variance();
        let spread = self.constant_part() + self.spread(values);
        Expected {
            energy: (self.moments.mean_used + explained).to_f64(),
            of_mean: (variance * spread).sqrt().to_f64(),
            of_row: (variance * (DoubleDouble::ONE + spread)).sqrt().to_f64(),
        }
    }
}
