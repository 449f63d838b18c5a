//! Models whose slope changes at a temperature, and degree-days whose base is fitted.
//!
//! Both are one search: the base of each hinge is moved until the squared residuals are least. With a
//! day a row it gives the change-point models 3P, 4P and 5P; with months of daily temperatures it gives
//! degree-days with the base that the building or process shows.
//!
//! # Source
//! The shapes are those of the change-point models of ASHRAE RP-1050 as commonly described. The search
//! is ours: a grid over the temperatures, then steps that halve until they no longer matter.

use super::degree_days::{DegreeDays, Side};
use super::regression::{Design, MOST_TERMS, Moments, NoFit, Term};

/// Which hinges a model has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Three parameters: a base load and heating below a temperature.
    Heating,
    /// Three parameters: a base load and cooling above a temperature.
    Cooling,
    /// Four parameters: one temperature, a slope on either side.
    Both,
    /// Five parameters: heating below one temperature, cooling above a higher one.
    Apart,
}

impl Shape {
    /// All of them, simplest first.
    pub const ALL: [Self; 4] = [Self::Heating, Self::Cooling, Self::Both, Self::Apart];

    const fn bases(self) -> usize {
        if matches!(self, Self::Apart) { 2 } else { 1 }
    }
}

/// Daily temperatures, and which days make a row.
#[derive(Debug, Clone, Copy)]
pub struct Days<'a> {
    /// Daily means, oldest first.
    pub temperatures: &'a [f64],
    /// Where rows end, in days; empty for a day a row.
    pub ends: &'a [usize],
}

/// A shape with its fitted bases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// Which hinges.
    pub shape: Shape,
    /// The temperature below which heating counts; in [`Shape::Cooling`] as `above`.
    pub below: f64,
    /// The temperature above which cooling counts.
    pub above: f64,
    /// Sum of squared residuals.
    pub error: f64,
}

impl ChangePoint {
    /// Its terms over days, heating first, and how many they are.
    #[must_use]
    pub fn terms<'a>(&self, days: Days<'a>) -> ([Term<'a>; 2], usize) {
        let Days { temperatures, ends } = days;
        let hinge = |base, side| Term::DegreeDays(DegreeDays { temperatures, ends, base, side });
        let (heating, cooling) = (hinge(self.below, Side::Below), hinge(self.above, Side::Above));
        match self.shape {
            Shape::Heating => ([heating, cooling], 1),
            Shape::Cooling => ([cooling, heating], 1),
            Shape::Both | Shape::Apart => ([heating, cooling], 2),
        }
    }

    /// How many bases were searched: what [`Design::searched`] must count.
    #[must_use]
    pub const fn searched(&self) -> usize {
        self.shape.bases()
    }
}

/// How finely the temperatures are first looked over.
const GRID: usize = 24;
/// The last step is this share of the temperatures' range.
const FINEST: f64 = 1e-9;

struct Search<'a> {
    used: &'a [f64],
    days: Days<'a>,
    others: &'a [Term<'a>],
    shape: Shape,
}

/// The bases with which a shape, beside other terms, leaves the least error.
///
/// # Units and shape
/// `used`: energy a row; `others`: terms that the model has as well (output, day types), often none.
/// # Missing data
/// Not accepted, as in [`Moments`].
/// # Errors
/// [`NoFit`] of the last trial, when no base gives a model.
/// # Example
/// ```
/// use millwatt::energy::change_point::{search, Days, Shape};
/// let temperatures: [f64; 40] = core::array::from_fn(|day| (day * 7 % 40) as f64);
/// let used = temperatures.map(|degrees| 200.0 + 8.0 * (degrees - 21.5_f64).max(0.0));
/// let days = Days { temperatures: &temperatures, ends: &[] };
/// let found = search(Shape::Cooling, &used, days, &[])?;
/// assert!((found.above - 21.5).abs() < 1e-6);
/// # Ok::<(), millwatt::energy::regression::NoFit>(())
/// ```
pub fn search<'a>(
    shape: Shape,
    used: &'a [f64],
    days: Days<'a>,
    others: &'a [Term<'a>],
) -> Result<ChangePoint, NoFit> {
    if others.len() + 2 > MOST_TERMS {
        return Err(NoFit::TooManyTerms { terms: others.len() + 2 });
    }
    let search = Search { used, days, others, shape };
    let (least, most) = search.range();
    let step = (most - least) / GRID as f64;
    let mut best = search.coarse(least, step)?;
    let mut step = step / 2.0;
    while step > FINEST * (most - least) {
        match search.better_neighbour(&best, step) {
            Some(better) => best = better,
            None => step /= 2.0,
        }
    }
    Ok(best)
}

impl Search<'_> {
    fn range(&self) -> (f64, f64) {
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let temperatures = self.days.temperatures.iter();
        temperatures.fold(ends, |(least, most), one| (least.min(*one), most.max(*one)))
    }

    fn coarse(&self, least: f64, step: f64) -> Result<ChangePoint, NoFit> {
        let mut best = self.at(least + step, least + step);
        for low in 1..GRID {
            let highs = if self.shape.bases() == 2 { low..GRID } else { low..low + 1 };
            for high in highs {
                let at = |place: usize| least + step * place as f64;
                best = lower(best, self.at(at(low), at(high)));
            }
        }
        best
    }

    fn better_neighbour(&self, best: &ChangePoint, step: f64) -> Option<ChangePoint> {
        let moves = match self.shape.bases() {
            1 => &[(1.0, 1.0), (-1.0, -1.0)][..],
            _ => &[
                (1.0, 0.0),
                (-1.0, 0.0),
                (0.0, 1.0),
                (0.0, -1.0),
                (1.0, 1.0),
                (-1.0, -1.0),
                (1.0, -1.0),
                (-1.0, 1.0),
            ][..],
        };
        let moved = |(low, high)| self.at(best.below + low * step, best.above + high * step).ok();
        let tried = moves.iter().copied().filter_map(moved);
        let least = tried.reduce(|one, other| if other.error < one.error { other } else { one })?;
        (least.error < best.error).then_some(least)
    }

    fn at(&self, below: f64, above: f64) -> Result<ChangePoint, NoFit> {
        let mut point = ChangePoint { shape: self.shape, below, above, error: f64::INFINITY };
        if below > above {
            return Ok(point);
        }
        let (hinges, count) = point.terms(self.days);
        let mut terms = [Term::Value(&[]); MOST_TERMS];
        let all = hinges[..count].iter().chain(self.others);
        terms.iter_mut().zip(all).for_each(|(slot, term)| *slot = *term);
        let terms = &terms[..count + self.others.len()];
        let design = Design { searched: self.shape.bases(), ..Design::new(terms) };
        point.error = Moments::of(self.used, design)?.fit()?.error();
        Ok(point)
    }
}

/// The trial with the smaller error; one that gave no model is never better than one that did.
fn lower(
    one: Result<ChangePoint, NoFit>,
    other: Result<ChangePoint, NoFit>,
) -> Result<ChangePoint, NoFit> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok(if other.error < one.error { other } else { one }),
        (Ok(one), Err(_)) => Ok(one),
        (Err(_), other) => other,
    }
}
