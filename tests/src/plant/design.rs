//! What the machines are built for.

/// What a machine's work follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Fresh leaf on the bed.
    Spreading,
    /// Batches from the machine before it.
    Batches,
    /// The pressure of a receiver.
    Air,
    /// Nothing: it measures what the others draw.
    Main,
}

/// What a machine is built for.
#[derive(Debug, Clone, Copy)]
pub struct Design {
    /// Short name.
    pub id: &'static str,
    /// What its work follows.
    pub work: Work,
    /// Minutes of the day: from when, and until when work is begun.
    pub hours: (i64, i64),
    /// Minutes of heating when cold.
    pub heating: i64,
    /// Watts when idle, in setup, running.
    pub watts: (f64, f64, f64),
    /// Power factor when running.
    pub power_factor: f64,
    /// How the three phases share the power.
    pub phases: [f64; 3],
    /// Kilograms an hour at full speed, in made tea that the product will give; 0 for machines
    /// that count nothing.
    pub rate_kg_h: f64,
    /// Kilograms of a batch, likewise.
    pub batch_kg: i64,
    /// Share that it spoils.
    pub reject_share: f64,
    /// Kilograms of firewood an hour when running.
    pub wood_kg_h: f64,
    /// Minutes that it is left on with nothing to do.
    pub patience: i64,
    /// Energy on its meter on the first day, kWh.
    pub meter_kwh: i64,
}

const fn motor(id: &'static str, watts: (f64, f64, f64), power_factor: f64) -> Design {
    Design {
        id,
        work: Work::Batches,
        hours: (360, 1_320),
        heating: 0,
        watts,
        power_factor,
        phases: [0.335, 0.328, 0.337],
        rate_kg_h: 0.0,
        batch_kg: 0,
        reject_share: 0.0,
        wood_kg_h: 0.0,
        patience: 12,
        meter_kwh: 0,
    }
}

/// The spreading fan, which dries the leaf's surface.
const FAN: Design =
    Design { work: Work::Spreading, meter_kwh: 611, ..motor("fan", (600.0, 600.0, 3_100.0), 0.78) };

/// The panning drum over a wood fire: it turns as long as there is fire, or it would warp.
const PANNING: Design = Design {
    hours: (360, 1_220),
    heating: 45,
    phases: [0.331, 0.339, 0.330],
    rate_kg_h: 45.0,
    batch_kg: 18,
    reject_share: 0.004,
    wood_kg_h: 25.0,
    patience: 60,
    meter_kwh: 143,
    ..motor("panning", (1_100.0, 1_300.0, 2_700.0), 0.74)
};

const ROLLING: Design = Design {
    hours: (360, 1_250),
    rate_kg_h: 45.0,
    batch_kg: 18,
    reject_share: 0.006,
    meter_kwh: 287,
    ..motor("rolling", (650.0, 750.0, 3_200.0), 0.80)
};

/// The dryer: wood fire and a fan.
const DRYING: Design = Design {
    hours: (360, 1_280),
    heating: 30,
    phases: [0.340, 0.332, 0.328],
    rate_kg_h: 45.0,
    batch_kg: 18,
    reject_share: 0.005,
    wood_kg_h: 32.0,
    patience: 40,
    meter_kwh: 412,
    ..motor("drying", (1_900.0, 2_100.0, 4_700.0), 0.84)
};

const SORTING: Design = Design {
    hours: (390, 1_290),
    phases: [0.345, 0.326, 0.329],
    rate_kg_h: 47.4,
    batch_kg: 24,
    reject_share: 0.026,
    meter_kwh: 98,
    ..motor("sorting", (380.0, 420.0, 1_500.0), 0.72)
};

/// The compressor: running is loaded, idle is unloaded. It stands from 22:20, so that from the end
/// of work until then only the leak draws air.
const COMPRESSOR: Design = Design {
    work: Work::Air,
    hours: (350, 1_340),
    meter_kwh: 735,
    ..motor("compressor", (1_200.0, 1_200.0, 3_900.0), 0.82)
};

/// The line in the order of the leaf's way. Loads as small Vietnamese tea workshops have them; the
/// main meter is not among them.
pub const LINE: [Design; 6] = [FAN, PANNING, ROLLING, DRYING, SORTING, COMPRESSOR];

/// The main meter's place behind the machines.
pub const MAIN: usize = LINE.len();

/// The main meter.
pub const MAIN_METER: Design = Design {
    work: Work::Main,
    meter_kwh: 1_200,
    phases: [0.338, 0.331, 0.331],
    ..motor("main", (0.0, 0.0, 0.0), 0.8)
};

/// A machine's place by its short name.
#[must_use]
pub fn place(id: &str) -> Option<usize> {
    LINE.iter().chain([&MAIN_METER]).position(|design| design.id == id)
}
