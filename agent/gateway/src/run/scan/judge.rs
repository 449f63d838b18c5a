//! How well a meter's numbers fit a profile: what mains and a meter can say, and what not.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

use super::{Guess, Said};
use crate::site_file::Register;
use crate::site_file::profile::Profile;
use millwatt::site::Quantity;

pub(super) const MAINS_HZ: RangeInclusive<f64> = 45.0..=65.0;
/// A power factor is one at most; a digit may be lost.
const MOST_FACTOR: f64 = 1.001;
/// More than any meter has counted, Wh or varh.
const MOST_COUNTED: f64 = 1e12;
/// Guesses whose score is that near to the best are told, too.
const NEAR: f64 = 0.05;
/// Most guesses told.
const MOST_GUESSES: usize = 3;
/// A profile that fewer of the numbers fit is no guess.
const LEAST_SCORE: f64 = 0.5;

/// Whether a voltage is within a quarter of the profile's nominal one.
pub(super) fn is_nominal(profile: &Profile, volts: f64) -> bool {
    let nominal = f64::from(profile.voltage_v);
    (volts - nominal).abs() <= nominal / 4.0
}

const fn is_energy(quantity: Quantity) -> bool {
    matches!(
        quantity,
        Quantity::ActiveEnergy
            | Quantity::ActiveEnergyExport
            | Quantity::ReactiveEnergyLagging
            | Quantity::ReactiveEnergyLeading
    )
}

/// A meter as one profile reads it.
pub(super) struct View<'a> {
    pub(super) profile: &'a Profile,
    pub(super) rows: Vec<(&'a Register, Said)>,
}

/// A guess and what orders it among others: the higher the better.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) guess: Guess,
    rank: [f64; 4],
}

impl View<'_> {
    pub(super) fn judged(&self, name: &'static str, code: Option<i64>) -> Judged {
        let fits = self.rows.iter().filter_map(|(register, said)| self.fits(register, *said));
        let fits: Vec<bool> = fits.collect();
        let held = fits.iter().filter(|fits| **fits).count();
        let score = held as f64 / fits.len().max(1) as f64;
        let guess = Guess {
            profile: name,
            score,
            sure: code.is_some(),
            why: format!("{}{held} of {} numbers fit", self.seen(code), fits.len()),
            counter: self.number(Quantity::ActiveEnergy, 0),
        };
        // The map of a meter of one phase fits one of three, and the other way round with two phases dead.
        let live = self.phases().filter(|volts| is_nominal(self.profile, *volts)).count() as f64;
        let share = live / self.phases().count().max(1) as f64;
        Judged { guess, rank: [score, share, live, held as f64] }
    }

    /// Whether what a register says can be so; none where it says nothing for or against the profile.
    fn fits(&self, register: &Register, said: Said) -> Option<bool> {
        let quantity = register.quantity.value();
        let number = match said {
            Said::Number(number) => number,
            Said::Absent => return None,
            Said::Nothing => return Some(false),
        };
        if !number.is_finite() {
            // Of a phase that is not wired many meters give no number.
            return is_energy(quantity).then_some(false);
        }
        Some(match quantity {
            Quantity::Voltage => self.is_voltage(register.phase, number),
            Quantity::Frequency => MAINS_HZ.contains(&number),
            Quantity::PowerFactor => number.abs() <= MOST_FACTOR,
            Quantity::Current => self.is_current(number),
            Quantity::ActivePower | Quantity::ReactivePower | Quantity::ApparentPower => {
                self.is_power(quantity, register.phase, number)
            }
            quantity if is_energy(quantity) => (0.0..=MOST_COUNTED).contains(&number),
            _ => true,
        })
    }

    /// Near the nominal voltage; the second and third phase may be dead.
    fn is_voltage(&self, phase: u8, volts: f64) -> bool {
        let is_dead = volts.abs() < f64::from(self.profile.voltage_v) / 10.0;
        is_nominal(self.profile, volts) || phase > 1 && is_dead
    }

    fn is_current(&self, amperes: f64) -> bool {
        let most =
            if self.profile.ct { f64::MAX } else { f64::from(self.profile.current_a) * 10.0 };
        (0.0..=most).contains(&amperes)
    }

    /// No more than voltage and current allow; active power no less than they and the power factor say, by the square
    /// root of three, for a current transformer may be the wrong way round.
    fn is_power(&self, quantity: Quantity, phase: u8, watts: f64) -> bool {
        let Some(volt_amperes) = self.volt_amperes(phase) else { return true };
        let Profile { voltage_v, current_a, phases, .. } = self.profile;
        let slack = 0.01 * f64::from(*voltage_v) * f64::from(*current_a) * f64::from(*phases);
        if watts.abs() > volt_amperes * 1.2 + slack {
            return false;
        }
        let factor = self.number(Quantity::PowerFactor, phase).map(f64::abs);
        let least = volt_amperes * factor.filter(|factor| *factor <= MOST_FACTOR).unwrap_or(0.0);
        quantity != Quantity::ActivePower || least <= slack || watts.abs() * 3_f64.sqrt() >= least
    }

    /// Voltage times current of a phase, or for 0 of all; none where one of them is not told.
    fn volt_amperes(&self, phase: u8) -> Option<f64> {
        let of_phase = |phase: u8| {
            let volts = self.number(Quantity::Voltage, phase)?;
            Some(volts * self.number(Quantity::Current, phase)?)
        };
        match of_phase(phase) {
            None if phase == 0 => (1..=self.profile.phases).map(of_phase).sum(),
            product => product,
        }
    }

    fn number(&self, quantity: Quantity, phase: u8) -> Option<f64> {
        self.rows.iter().find_map(|(register, said)| match said {
            Said::Number(number) if number.is_finite() => {
                let is_it = register.quantity.value() == quantity && register.phase == phase;
                is_it.then_some(*number)
            }
            _ => None,
        })
    }

    /// The voltages that the meter gives.
    fn phases(&self) -> impl Iterator<Item = f64> {
        (0..=3).filter_map(move |phase| self.number(Quantity::Voltage, phase))
    }

    /// Model code, a voltage and the frequency, as far as they are known, each with a comma behind it.
    fn seen(&self, code: Option<i64>) -> String {
        let volts = self.phases().find(|volts| is_nominal(self.profile, *volts));
        let hertz = self.number(Quantity::Frequency, 0);
        let words = [
            code.map(|code| format!("model code {code}, ")),
            volts.map(|volts| format!("voltage {volts:.1} V, ")),
            hertz.map(|hertz| format!("{hertz:.2} Hz, ")),
        ];
        words.into_iter().flatten().collect()
    }
}

/// The likeliest guess and those near to it.
pub(super) fn best(mut judged: Vec<Judged>) -> Vec<Guess> {
    judged.sort_by(|one, other| other.rank.partial_cmp(&one.rank).unwrap_or(Ordering::Equal));
    let guesses = judged.into_iter().map(|judged| judged.guess);
    let mut guesses: Vec<Guess> = guesses.filter(|guess| guess.score >= LEAST_SCORE).collect();
    let least = guesses.first().map_or(1.0, |best| best.score) - NEAR;
    guesses.retain(|guess| guess.score >= least);
    guesses.truncate(MOST_GUESSES);
    guesses
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::site_file::profile;

    /// A meter that says of each quantity and phase what a function gives.
    pub fn judged(name: &'static str, said: impl Fn(Quantity, u8) -> Said) -> Judged {
        let profile = profile::find(name).expect("a profile");
        let of = |register: &Register| said(register.quantity.value(), register.phase);
        let rows = profile.registers.iter().map(|register| (register, of(register))).collect();
        View { profile: &profile, rows }.judged(name, None)
    }

    /// A meter at work, of one phase or three.
    pub fn at_work(phases: u8) -> impl Fn(Quantity, u8) -> Said {
        move |quantity: Quantity, phase: u8| {
            let volt_amperes = 2_312.0 * if phase == 0 { f64::from(phases) } else { 1.0 };
            Said::Number(match quantity {
                Quantity::Voltage => 231.2,
                Quantity::Current => 10.0,
                Quantity::ActivePower => volt_amperes * 0.8,
                Quantity::ReactivePower => volt_amperes * 0.6,
                Quantity::ApparentPower => volt_amperes,
                Quantity::PowerFactor => 0.8,
                Quantity::Frequency => 50.01,
                _ => 1_234_567.0,
            })
        }
    }

    #[test]
    fn a_meter_at_work_fits_whole() {
        let Judged { guess, .. } = judged("eastron-sdm630", at_work(3));
        assert_eq!((guess.score, guess.sure), (1.0, false));
        assert_eq!(guess.why, "voltage 231.2 V, 50.01 Hz, 11 of 11 numbers fit");
        assert_eq!(guess.counter, Some(1_234_567.0));
    }

    #[test]
    fn what_cannot_be_counts_against_it() {
        let fitting = |wrong: Quantity, number: f64| {
            let said = |quantity: Quantity, phase: u8| {
                if quantity == wrong { Said::Number(number) } else { at_work(3)(quantity, phase) }
            };
            let why = judged("eastron-sdm630", said).guess.why;
            why.rsplit(", ").next().unwrap_or_default().to_owned()
        };
        assert_eq!(fitting(Quantity::PowerFactor, 3.0), "10 of 11 numbers fit");
        assert_eq!(fitting(Quantity::ActiveEnergy, -1.0), "10 of 11 numbers fit");
        assert_eq!(fitting(Quantity::ActiveEnergy, f64::NAN), "10 of 11 numbers fit");
        assert_eq!(fitting(Quantity::ActivePower, 5.5), "10 of 11 numbers fit", "kW for W");
        assert_eq!(fitting(Quantity::ActivePower, 9e4), "10 of 11 numbers fit", "above V x A");
        assert_eq!(fitting(Quantity::Voltage, 0.2), "9 of 11 numbers fit", "L1, and the power");
        assert_eq!(fitting(Quantity::Current, -4e9), "7 of 11 numbers fit", "and the power");
    }

    #[test]
    fn a_refused_register_counts_against_it_and_an_absent_one_not() {
        let with = |said: Said| {
            let rows = move |quantity: Quantity, phase: u8| match quantity {
                Quantity::ReactiveEnergyLagging => said,
                _ => at_work(3)(quantity, phase),
            };
            judged("eastron-sdm630", rows).guess.why
        };
        assert!(with(Said::Nothing).ends_with("10 of 11 numbers fit"));
        assert!(with(Said::Absent).ends_with("10 of 10 numbers fit"));
    }

    #[test]
    fn of_equal_scores_the_phases_that_live_decide() {
        let one_lives = |quantity: Quantity, phase: u8| match quantity {
            Quantity::Voltage | Quantity::Current if phase > 1 => Said::Number(0.0),
            _ => at_work(1)(quantity, phase),
        };
        let single = || judged("eastron-sdm120", at_work(1));
        let first = |three: Judged| {
            let guesses = best(vec![single(), three]);
            assert_eq!((guesses.len(), guesses[0].score), (2, 1.0));
            guesses[0].profile
        };
        assert_eq!(first(judged("eastron-sdm630", at_work(3))), "eastron-sdm630");
        assert_eq!(first(judged("eastron-sdm630", one_lives)), "eastron-sdm120");
    }
}
