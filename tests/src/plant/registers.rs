//! What the meters and machines show on the wire.

use super::{MAIN, Plant};

/// Registers of the meter's input table.
const INPUTS: usize = 80;
/// Registers of the machine's holding table.
const HOLDINGS: usize = 16;

fn put_float(table: &mut [u16], address: usize, value: f64) {
    let bits = (value as f32).to_bits();
    table[address] = (bits >> 16) as u16;
    table[address + 1] = bits as u16;
}

fn put_wide(table: &mut [u16], address: usize, registers: usize, value: u64) {
    for place in 0..registers {
        table[address + place] = (value >> (16 * (registers - 1 - place))) as u16;
    }
}

impl Plant {
    /// Input registers of a meter, as an Eastron SDM630 has them; `None` beyond its table.
    #[must_use]
    pub fn input_registers(&self, place: usize, address: u16, count: u16) -> Option<Vec<u16>> {
        let machine = self.machine(place);
        let mut table = [0; INPUTS];
        let factor = if place == MAIN { 0.8 } else { machine.power_factor() };
        for (phase, share) in [0.335, 0.328, 0.337].into_iter().enumerate() {
            let wobble = (self.now / 60_000 % 97) as f64 / 97.0 * 3.0;
            let volts = 228.0 + phase as f64 * 1.2 + wobble;
            put_float(&mut table, phase * 2, volts);
            put_float(&mut table, 6 + phase * 2, machine.watts * share / volts / factor);
        }
        put_float(&mut table, 52, machine.watts);
        put_float(&mut table, 62, factor);
        put_float(&mut table, 70, 50.0);
        put_float(&mut table, 72, machine.milliwatt_hours as f64 / 1e6);
        put_float(&mut table, 76, machine.millivar_hours as f64 / 1e6);
        slice(&table, address, count)
    }

    /// Holding registers of a machine: state, good and reject counts in 0.1 kg; `None` beyond.
    #[must_use]
    pub fn holding_registers(&self, place: usize, address: u16, count: u16) -> Option<Vec<u16>> {
        if place == MAIN {
            return None;
        }
        let machine = self.machine(place);
        let mut table = [0; HOLDINGS];
        table[0] = machine.doing as u16;
        put_wide(&mut table, 1, 2, (machine.good / 1_000).unsigned_abs());
        put_wide(&mut table, 3, 2, (machine.reject / 1_000).unsigned_abs());
        slice(&table, address, count)
    }
}

fn slice(table: &[u16], address: u16, count: u16) -> Option<Vec<u16>> {
    let (from, count) = (usize::from(address), usize::from(count));
    table.get(from..from + count).map(<[u16]>::to_vec)
}
