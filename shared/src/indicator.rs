//! A figure with its name, unit, coverage and findings.

use crate::decimal::Decimal;
use crate::finding::{Findings, Severity};
use crate::time::Instant;
use core::fmt;

/// The indicators, each once, by the word that GLOSSARY gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// Active energy used.
    Energy,
    /// The same, by tariff band.
    EnergyByBand,
    /// What it costs, before tax.
    CostBeforeTax,
    /// What it costs, with tax.
    Cost,
    /// Largest mean power of 15 minutes.
    PeakDemand15,
    /// Largest mean power of 30 minutes.
    PeakDemand30,
    /// Mean power over peak power.
    LoadFactor,
    /// cos φ of the period.
    PowerFactor,
    /// Good product made.
    Output,
    /// Product refused.
    Reject,
    /// Raw material used.
    RawMaterial,
    /// Fuel burnt, by fuel.
    FuelUse,
    /// Electricity per unit of output.
    SpecificEnergy,
    /// Fuel per unit of output, by fuel.
    SpecificFuel,
    /// Planned work.
    PlannedTime,
    /// Time in planned work, by state.
    StateTime,
    /// Running over planned time.
    Availability,
    /// Ideal over running time.
    Performance,
    /// Good over made.
    Quality,
    /// Availability × performance × quality.
    Oee,
    /// Active energy, by machine state.
    EnergyByState,
    /// Largest mean power of 15 minutes, whenever they begin.
    PeakDemandSliding,
    /// The load below which it stood for a twentieth of the time.
    BaseLoad,
    /// Mean power outside all shifts: the night load.
    ClosedLoad,
    /// The same as OEE, set-up not counted as a loss.
    Nee,
    /// The same as OEE over all time.
    Teep,
    /// Planned time, by what it was lost to.
    LossTime,
    /// Energy of planned time, by loss.
    EnergyByLoss,
    /// The longest stop that counts as minor.
    MinorStopLimit,
    /// How often it broke down.
    Failures,
    /// How often it stood for no longer than a minor stop.
    MinorStops,
    /// Mean operating time between failures.
    Mtbf,
    /// Mean time to restoration.
    Mttr,
    /// Share of the main meter's energy that no sub-meter saw.
    Unmetered,
}

impl Name {
    /// The stable word of files and scripts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Energy => "energy",
            Self::EnergyByBand => "energy_by_band",
            Self::CostBeforeTax => "cost_before_tax",
            Self::Cost => "cost",
            Self::PeakDemand15 => "peak_demand_15",
            Self::PeakDemand30 => "peak_demand_30",
            Self::LoadFactor => "load_factor",
            Self::PowerFactor => "power_factor",
            Self::Output => "output",
            Self::Reject => "reject",
            Self::RawMaterial => "raw_material",
            Self::FuelUse => "fuel_use",
            Self::SpecificEnergy => "specific_energy",
            Self::SpecificFuel => "specific_fuel",
            Self::PlannedTime => "planned_time",
            Self::StateTime => "state_time",
            Self::Availability => "availability",
            Self::Performance => "performance",
            Self::Quality => "quality",
            Self::Oee => "oee",
            Self::EnergyByState => "energy_by_state",
            Self::PeakDemandSliding => "peak_demand_sliding",
            Self::BaseLoad => "base_load",
            Self::ClosedLoad => "closed_load",
            Self::Nee => "nee",
            Self::Teep => "teep",
            Self::LossTime => "loss_time",
            Self::EnergyByLoss => "energy_by_loss",
            Self::MinorStopLimit => "minor_stop_limit",
            Self::Failures => "failures",
            Self::MinorStops => "minor_stops",
            Self::Mtbf => "mtbf",
            Self::Mttr => "mttr",
            Self::Unmetered => "unmetered",
        }
    }
}

/// The unit of a figure; prints as people write it: `kWh`, `kWh/kg`, `1` for a plain number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit<'a> {
    /// kWh.
    KilowattHour,
    /// kW.
    Kilowatt,
    /// A number from 0 on, 1 being the whole.
    One,
    /// Hours.
    Hour,
    /// Something named by the site: a currency, a product's unit.
    Named(&'a str),
    /// kWh for one of something.
    KilowattHourPer(&'a str),
    /// One named thing for one of another.
    Per(&'a str, &'a str),
}

impl fmt::Display for Unit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KilowattHour => f.write_str("kWh"),
            Self::Kilowatt => f.write_str("kW"),
            Self::One => f.write_str("1"),
            Self::Hour => f.write_str("h"),
            Self::Named(unit) => f.write_str(unit),
            Self::KilowattHourPer(unit) => write!(f, "kWh/{unit}"),
            Self::Per(above, below) => write!(f, "{above}/{below}"),
        }
    }
}

/// A figure of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indicator<'a> {
    /// Which one.
    pub name: Name,
    /// Short name of the asset, or `None` for the whole site.
    pub asset: Option<&'a str>,
    /// The band, state or fuel that it speaks of, where there are several.
    pub part: Option<&'a str>,
    /// The figure; `None` when it cannot be known, and the findings say why.
    pub value: Option<Decimal>,
    /// Its unit.
    pub unit: Unit<'a>,
    /// The share of the period that was measured, 0 to 1.
    pub coverage: Decimal,
    /// What stands against it.
    pub findings: Findings,
    /// For peaks: when the window begins.
    pub begins: Option<Instant>,
}

impl Indicator<'_> {
    /// Whether something leaves no figure.
    #[must_use]
    pub fn is_disqualified(&self) -> bool {
        self.value.is_none()
            || self.findings.iter().any(|finding| finding.severity == Severity::Disqualifies)
    }
}
