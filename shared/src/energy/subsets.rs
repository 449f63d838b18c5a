//! Which drivers a baseline should have: every combination tried, every refusal with its reason.

use super::panel::Panel;
use super::regression::{Fit, Judges, MOST_TERMS, Moments, NoFit};
use super::rules::{Check, Rules};

/// One combination of terms and what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The terms it has: bit 0 is the design's first.
    pub chosen: u16,
    /// Its panel and the first limit that refuses it, or why there is no model at all.
    pub outcome: Result<(Panel, Option<Check>), NoFit>,
}

impl Candidate {
    fn of(moments: &Moments<'_>, rules: &Rules<'_>, chosen: u16, judges: Judges) -> Self {
        let judged = |fit: Fit<'_>| {
            let panel = Panel::of(&fit);
            (panel, rules.first_refusal(&fit, &panel))
        };
        Self { chosen, outcome: moments.judged_fit(chosen, judges).map(judged) }
    }

    /// How well it explains, if it may be used.
    #[must_use]
    pub fn accepted(&self) -> Option<f64> {
        match self.outcome {
            Ok((panel, None)) => Some(panel.adjusted_r2),
            _ => None,
        }
    }
}

/// Tries every combination of a design's terms, hands each to `each` and returns the terms of the best:
/// the one with the largest adjusted R² among those that the rules accept, the one with fewer terms
/// where two are equal. `None` when the rules refuse all.
///
/// # Example
/// ```
/// use millwatt::energy::regression::{Design, Moments, Term};
/// use millwatt::energy::rules::Rules;
/// use millwatt::energy::subsets::best;
/// let leaf: [f64; 12] = core::array::from_fn(|month| (20 + month * 7 % 12) as f64);
/// let moon: [f64; 12] = core::array::from_fn(|month| (month * 5 % 3) as f64);
/// let used: [f64; 12] = core::array::from_fn(|month| 90.0 + 3.0 * leaf[month] + (month % 2) as f64);
/// let terms = [Term::Value(&leaf), Term::Value(&moon)];
/// let moments = Moments::of(&used, Design::new(&terms))?;
/// let mut tried = 0;
/// let chosen = best(&moments, &Rules::SEP, |_| tried += 1);
/// assert_eq!((tried, chosen), (3, Some(0b01)));
/// # Ok::<(), millwatt::energy::regression::NoFit>(())
/// ```
pub fn best(
    moments: &Moments<'_>,
    rules: &Rules<'_>,
    mut each: impl FnMut(&Candidate),
) -> Option<u16> {
    let mut best: Option<(f64, u16)> = None;
    // Combinations of as many terms are judged by the same distributions.
    let mut judges: [Option<Judges>; MOST_TERMS + 1] = [None; MOST_TERMS + 1];
    for chosen in 1..1_u16 << moments.terms() {
        let known = &mut judges[chosen.count_ones() as usize];
        let judges = *known.get_or_insert_with(|| Judges::of(moments, chosen));
        let candidate = Candidate::of(moments, rules, chosen, judges);
        each(&candidate);
        if let Some(explains) = candidate.accepted()
            && best.is_none_or(|best| is_better((explains, chosen), best))
        {
            best = Some((explains, chosen));
        }
    }
    best.map(|(_, chosen)| chosen)
}

fn is_better(one: (f64, u16), other: (f64, u16)) -> bool {
    one.0 > other.0 || one.0 == other.0 && one.1.count_ones() < other.1.count_ones()
}
