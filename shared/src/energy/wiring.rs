//! Whether a meter's current transformers sit where they should, judged by what it shows.
//!
//! A turned transformer shifts its phase's current by 180°, one on another phase's cable by 120°. A load's current lags
//! its voltage by some tens of degrees and in all three phases about alike; so of all ways in which three transformers
//! can sit, the one that leaves such angles is the likely one.

use libm::{acos, atan2, fabs};

/// A current that leads by more, or lags by more, no load of a factory draws. Degrees.
const LEAST_LAG: f64 = -45.0;
const MOST_LAG: f64 = 82.0;
/// How far the lags of three phases of one load may lie apart. Degrees.
const MOST_SPREAD: f64 = 50.0;
/// What a guess must be better by than the next. Degrees.
const CLEAR: f64 = 15.0;
/// What each transformer that is moved or turned makes a guess less likely by. Degrees.
const EACH_CHANGE: f64 = 8.0;
/// A current below this part of the largest says nothing of its angle, nor one that carries less than so much, VA.
const LEAST_SHARE: f64 = 0.05;
const LEAST_LOAD: f64 = 20.0;

/// What a meter shows of one phase.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Phase {
    /// Between phase and neutral, V.
    pub volts: f64,
    /// The current's size, A.
    pub amperes: f64,
    /// Active power with its sign, W.
    pub watts: f64,
    /// Reactive power with its sign, lagging positive, var; many meters do not have it by phase.
    pub vars: Option<f64>,
}

/// How three current transformers sit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wiring {
    /// On which phase's cable the transformer of each input sits: 0, 1, 2 where all is right.
    pub phases: [u8; 3],
    /// Whether it is turned.
    pub turned: [bool; 3],
}

impl Wiring {
    /// As it should be.
    pub const RIGHT: Self = Self { phases: [0, 1, 2], turned: [false; 3] };

    fn changes(&self) -> f64 {
        let moved = (0..3).filter(|place| usize::from(self.phases[*place]) != *place).count();
        (moved + self.turned.iter().filter(|turned| **turned).count()) as f64
    }
}

/// What can be said of a meter's transformers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Diagnosis {
    /// They sit as they should.
    Right,
    /// They sit like this.
    Wrong(Wiring),
    /// Not every phase carries enough current: look again when the machines run.
    NoLoad,
    /// Several ways fit what the meter shows, or none does.
    Unclear,
}

/// Judges what a meter shows of a load that draws power in all three phases.
///
/// # Units and shape
/// Three phases in the meter's own order, all of one moment.
/// # Missing data
/// Without reactive power by phase its sign is tried both ways; more cases are [`Diagnosis::Unclear`] then.
/// # Example
/// ```
/// use millwatt::energy::wiring::{Diagnosis, Phase, Wiring, diagnose};
/// // 10 A behind 230 V, lagging by 37°; the second transformer is turned.
/// let phase = |sign: f64| Phase {
///     volts: 230.0,
///     amperes: 10.0,
///     watts: sign * 1_840.0,
///     vars: Some(sign * 1_380.0),
/// };
/// let found = diagnose(&[phase(1.0), phase(-1.0), phase(1.0)]);
/// let turned = [false, true, false];
/// assert_eq!(found, Diagnosis::Wrong(Wiring { turned, ..Wiring::RIGHT }));
/// ```
#[must_use]
pub fn diagnose(phases: &[Phase; 3]) -> Diagnosis {
    let most = phases.iter().map(|phase| phase.amperes).fold(0.0, f64::max);
    let is_loaded = |phase: &Phase| {
        phase.volts * phase.amperes >= LEAST_LOAD && phase.amperes >= most * LEAST_SHARE
    };
    if most <= 0.0 || !phases.iter().all(is_loaded) {
        return Diagnosis::NoLoad;
    }
    let mut ranking = Ranking::default();
    for signs in 0..8_u8 {
        let Some(angles) = angles(phases, signs) else { continue };
        for wiring in all() {
            for sequence in [1.0, -1.0] {
                ranking.take(wiring, &angles, sequence);
            }
        }
    }
    ranking.verdict()
}

/// By how much each input's current lags its voltage, in degrees; `signs` says which reactive powers lead where the
/// meter does not. `None` where it says, and otherwise.
fn angles(phases: &[Phase; 3], signs: u8) -> Option<[f64; 3]> {
    let mut angles = [0.0; 3];
    for (place, phase) in phases.iter().enumerate() {
        let leads = signs >> place & 1 == 1;
        angles[place] = match phase.vars {
            Some(_) if leads => return None,
            Some(vars) => atan2(vars, phase.watts).to_degrees(),
            None => {
                let factor = phase.watts / (phase.volts * phase.amperes);
                let angle = acos(factor.clamp(-1.0, 1.0)).to_degrees();
                if leads { -angle } else { angle }
            }
        };
    }
    Some(angles)
}

/// All ways in which three transformers can sit.
fn all() -> impl Iterator<Item = Wiring> {
    const ORDERS: [[u8; 3]; 6] = [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0], [2, 0, 1]];
    ORDERS.into_iter().flat_map(|phases| {
        (0..8_u8).map(move |bits| Wiring { phases, turned: [0, 1, 2].map(|n| bits >> n & 1 == 1) })
    })
}

/// Whether lags are those of a load, and how far they lie apart.
fn spread(wiring: &Wiring, angles: &[f64; 3], sequence: f64) -> Option<f64> {
    let of_voltage = |phase: usize| sequence * [0.0, -120.0, 120.0][phase];
    let (mut least, mut most) = (f64::MAX, f64::MIN);
    for (input, angle) in angles.iter().enumerate() {
        let turn = if wiring.turned[input] { 180.0 } else { 0.0 };
        let phase = usize::from(wiring.phases[input]);
        let lag = within_a_turn(of_voltage(phase) - of_voltage(input) + angle - turn);
        (least, most) = (least.min(lag), most.max(lag));
    }
    let is_of_a_load = least >= LEAST_LAG && most <= MOST_LAG && most - least <= MOST_SPREAD;
    is_of_a_load.then_some(most - least)
}

/// An angle between −180° and 180°.
fn within_a_turn(mut angle: f64) -> f64 {
    while angle > 180.0 {
        angle -= 360.0;
    }
    while angle <= -180.0 {
        angle += 360.0;
    }
    angle
}

/// The likeliest wirings so far, the lower the cost.
#[derive(Debug, Default)]
struct Ranking {
    best: Option<(f64, Wiring)>,
    /// The cost of the best other one.
    next: Option<f64>,
}

impl Ranking {
    fn take(&mut self, wiring: Wiring, angles: &[f64; 3], sequence: f64) {
        let Some(spread) = spread(&wiring, angles, sequence) else { return };
        let cost = spread + EACH_CHANGE * wiring.changes();
        match self.best {
            Some((known, best)) if best == wiring => self.best = Some((cost.min(known), best)),
            Some((known, _)) if cost >= known => {
                self.next = Some(self.next.map_or(cost, |next| next.min(cost)));
            }
            known => {
                let other = known.map(|(cost, _)| cost);
                self.next = [self.next, other].into_iter().flatten().reduce(f64::min);
                self.best = Some((cost, wiring));
            }
        }
    }

    fn verdict(&self) -> Diagnosis {
        match (self.best, self.next) {
            (Some((_, Wiring::RIGHT)), _) => Diagnosis::Right,
            (Some((cost, _)), Some(next)) if fabs(next - cost) < CLEAR => Diagnosis::Unclear,
            (Some((_, wiring)), _) => Diagnosis::Wrong(wiring),
            (None, _) => Diagnosis::Unclear,
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    /// What a meter shows of a load whose currents lag by so many degrees, through transformers as they sit.
    fn shown(wiring: &Wiring, lags: [f64; 3], amperes: [f64; 3], sequence: f64) -> [Phase; 3] {
        let of_voltage = |phase: usize| sequence * [0.0, -120.0, 120.0][phase];
        [0, 1, 2].map(|input| {
            let phase = usize::from(wiring.phases[input]);
            let turn = if wiring.turned[input] { 180.0 } else { 0.0 };
            let current = of_voltage(phase) - lags[phase] + turn;
            let lag = (of_voltage(input) - current).to_radians();
            let (volts, amperes) = (230.0, amperes[phase]);
            let watts = volts * amperes * libm::cos(lag);
            Phase { volts, amperes, watts, vars: Some(volts * amperes * libm::sin(lag)) }
        })
    }

    fn wirings(changes: f64) -> Vec<Wiring> {
        all().filter(|wiring| wiring.changes() == changes).collect()
    }

    #[test]
    fn one_turned_or_two_exchanged_are_named_and_nothing_is_said_of_what_is_right() {
        let faults = [wirings(1.0), wirings(2.0)].concat();
        for lag in [0.0, 15.0, 30.0, 45.0, 60.0] {
            let (lags, amperes) = ([lag, lag + 12.0, lag + 5.0], [10.0, 7.0, 14.0]);
            for sequence in [1.0, -1.0] {
                let right = shown(&Wiring::RIGHT, lags, amperes, sequence);
                assert_eq!(diagnose(&right), Diagnosis::Right, "{lag}");
                for wiring in &faults {
                    let found = diagnose(&shown(wiring, lags, amperes, sequence));
                    assert_eq!(found, Diagnosis::Wrong(*wiring), "{lag} degrees");
                }
            }
        }
    }

    #[test]
    fn no_fault_is_ever_taken_for_another_one() {
        let (mut named, mut unclear) = (0, 0);
        for wiring in all() {
            for lag in [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0] {
                match diagnose(&shown(&wiring, [lag; 3], [10.0; 3], 1.0)) {
                    Diagnosis::Wrong(found) if found == wiring => named += 1,
                    Diagnosis::Right if wiring == Wiring::RIGHT => named += 1,
                    Diagnosis::Unclear => unclear += 1,
                    // Three transformers moved and turned at once can look like a lag of a load that leads.
                    other => assert!(wiring.changes() >= 4.0, "{wiring:?} at {lag}: {other:?}"),
                }
            }
        }
        assert!(
            named >= 70,
            "{named} named, {unclear} unclear: several faults at once often fit several ways"
        );
    }

    #[test]
    fn without_reactive_power_a_turned_one_is_still_named() {
        let turned = [true, false, false];
        let wiring = Wiring { turned, ..Wiring::RIGHT };
        let mut phases = shown(&wiring, [35.0, 30.0, 33.0], [10.0; 3], 1.0);
        phases.iter_mut().for_each(|phase| phase.vars = None);
        assert_eq!(diagnose(&phases), Diagnosis::Wrong(wiring));
    }

    #[test]
    fn a_phase_without_current_says_nothing() {
        let mut phases = shown(&Wiring::RIGHT, [30.0; 3], [10.0; 3], 1.0);
        phases[1] = Phase { volts: 230.0, ..Phase::default() };
        assert_eq!(diagnose(&phases), Diagnosis::NoLoad);
        assert_eq!(diagnose(&[Phase::default(); 3]), Diagnosis::NoLoad);
    }
}
