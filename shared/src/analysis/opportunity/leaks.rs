//! Compressed air that leaks, from what a compressor does while nothing else runs.

use alloc::vec::Vec;

use super::machines::{MachineUse, Machines};
use super::{Confidence, Evidence, Kind, Leaks, Opportunity, Search, each_stretch};
use crate::decimal::div_round;
use crate::production::compressor::LeakTest;
use crate::production::state::{State, StateSpan};
use crate::series::Series;
use crate::time::{Period, Span};
use crate::units::Energy;

/// A compressor that is off for longer is switched off, and tells nothing; its next loading fills the tank.
/// An hour. Our choice.
const SWITCHED_OFF: Span = Span::from_minutes(60);
/// Shorter tests say nothing. An hour in all. Our choice.
const LEAST_TEST: Span = Span::from_minutes(60);
/// A leak share that is good, in millionths; see [`LeakTest`].
const GOOD: i128 = 100_000;

/// The stretches that can tell of leaks: neither switched off nor filling the tank after that.
fn telling(stretches: &[StateSpan]) -> Vec<StateSpan> {
    let mut is_filling = false;
    let mut kept = Vec::new();
    for stretch in stretches {
        let is_off = stretch.state == State::Off && stretch.period.span() > SWITCHED_OFF;
        if is_off {
            is_filling = true;
        } else if is_filling && stretch.state == State::Running {
            is_filling = false;
        } else if !is_filling {
            kept.push(*stretch);
        }
    }
    kept
}

/// The parts of those stretches in which nothing else ran.
fn quiet_parts(stretches: &[StateSpan], quiet: &[Period], mut each: impl FnMut(&StateSpan)) {
    each_stretch(stretches, quiet, |stretch, period| {
        each(&StateSpan { period, state: stretch.state });
    });
}

impl<'a, S: Series> Search<'_, 'a, S> {
    pub(super) fn leaks(
        &self,
        machine: &MachineUse,
        machines: &Machines,
    ) -> Option<Opportunity<'a>> {
        if !machine.is_compressor {
            return None;
        }
        let zone = self.site.zone_rules();
        let (mut test, mut by_hour) = (LeakTest::default(), [LeakTest::default(); 24]);
        quiet_parts(&telling(&machine.stretches), &machines.quiet, |part| {
            test.fold(part);
            let hour = usize::from(zone.local(part.period.from).minute_of_day / 60);
            by_hour.get_mut(hour).into_iter().for_each(|slot| slot.fold(part));
        });
        if test.loaded + test.unloaded < LEAST_TEST {
            return None;
        }
        let leaking = test.leak_share()?.units();
        let loaded = machine.running.energy.mean_power(machine.running.time)?;
        let lost = test.energy_lost(loaded, machine.on)?.milliwatt_hours();
        // Not all of it: a network that loses a tenth is good.
        let above = div_round(lost.checked_mul(leaking - GOOD)?, leaking.max(1));
        let saved = Some(Energy::from_milliwatt_hours(above)).filter(|sum| *sum > Energy::ZERO)?;
        let running = &machine.running;
        let money = self.money_at(saved, running.energy, &running.bands);
        let under_pressure = machine.on;
        let evidence = Evidence::Leaks(Leaks { test, loaded, under_pressure, by_hour });
        let (id, saved) = (Some(machine.id), (Some(saved), money));
        let found = self.saving(Kind::Leaks, id, machine.measured, saved, evidence)?;
        Some(Opportunity { confidence: Confidence::Estimated, ..found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    fn span(from: i64, to: i64, state: State) -> StateSpan {
        let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
        StateSpan { period: Period::new(at(from), at(to)), state }
    }

    #[test]
    fn neither_a_switched_off_compressor_nor_a_filling_one_tells_of_leaks() {
        let stretches = [
            span(0, 360, State::Off),
            span(360, 380, State::Running),
            span(380, 400, State::Idle),
            span(400, 405, State::Running),
            span(405, 420, State::Off),
            span(420, 425, State::Running),
        ];
        let kept = telling(&stretches);
        assert_eq!(kept.as_slice(), &stretches[2..]);
        let quiet = [span(390, 410, State::Off).period, span(418, 423, State::Off).period];
        let mut test = LeakTest::default();
        quiet_parts(&kept, &quiet, |part| test.fold(part));
        // Loaded 400–405 and 420–423; unloaded 390–400, 405–410 and 418–420.
        let minutes = |span: Span| span.milliseconds() / 60_000;
        assert_eq!((minutes(test.loaded), minutes(test.unloaded)), (8, 17));
    }
}
