//! What the meters and machines show on the wire.

use super::{MAIN, Plant};

/// Registers of the meter's input table.
const INPUTS: usize = 80;
/// Registers of the machine's holding table.
const HOLDINGS: usize = 16;
/// Where the exact energy stands among them; the main meter has nothing before it.
const EXACT: usize = 10;

fn put_float(table: &mut [u16], address: usize, value: f64) {
    let bits = (value as f32).to_bits();
    table[address] = (bits >> 16) as u16;
    table[address + 1] = bits as u16;
}

fn put_wide(table: &mut [u16], address: usize, registers: usize, value: i64) {
    let value = value.unsigned_abs();
    for place in 0..registers {
        table[address + place] = (value >> (16 * (registers - 1 - place))) as u16;
    }
}

impl Plant {
    /// Input registers of a meter; `None` beyond its table.
    ///
    /// Floats of two registers, high one first: voltages 0, 2, 4; currents 6, 8, 10; W 52; var 60;
    /// power factor 62; Hz 70; kWh 72; kvarh 76. The others are 0.
    ///
    /// # Source
    /// Eastron, SDM630-Modbus user manual, input registers 30001 to 30077, from public copies.
    #[must_use]
    pub fn input_registers(&self, place: usize, address: u16, count: u16) -> Option<Vec<u16>> {
        let machine = self.machines.get(place)?;
        let (volts, factor) = (self.grid.volts(), machine.power_factor());
        let mut table = [0; INPUTS];
        for (phase, share) in machine.design.phases.into_iter().enumerate() {
            put_float(&mut table, phase * 2, volts[phase]);
            let amperes = machine.watts() * share / (volts[phase] * factor);
            put_float(&mut table, 6 + phase * 2, amperes);
        }
        put_float(&mut table, 52, machine.watts());
        put_float(&mut table, 60, machine.millivars as f64 / 1e3);
        put_float(&mut table, 62, factor);
        put_float(&mut table, 70, 50.0);
        put_float(&mut table, 72, machine.milliwatt_hours as f64 / 1e6);
        put_float(&mut table, 76, machine.millivar_hours as f64 / 1e6);
        slice(&table, address, count)
    }

    /// Holding registers of a machine; `None` beyond its table.
    ///
    /// State code 0; good count 1 and reject count 3, uint32 of 0.1 kg; energy 10, uint64 of Wh,
    /// which rounds nothing but the part of a Wh. High registers first. The main meter has the
    /// energy alone.
    #[must_use]
    pub fn holding_registers(&self, place: usize, address: u16, count: u16) -> Option<Vec<u16>> {
        let machine = self.machines.get(place)?;
        if place == MAIN && usize::from(address) < EXACT {
            return None;
        }
        let mut table = [0; HOLDINGS];
        table[0] = machine.doing as u16;
        put_wide(&mut table, 1, 2, machine.good / 1_000);
        put_wide(&mut table, 3, 2, machine.reject / 1_000);
        put_wide(&mut table, EXACT, 4, machine.milliwatt_hours / 1_000);
        slice(&table, address, count)
    }
}

fn slice(table: &[u16], address: u16, count: u16) -> Option<Vec<u16>> {
    let (from, count) = (usize::from(address), usize::from(count));
    table.get(from..from + count).map(<[u16]>::to_vec)
}
