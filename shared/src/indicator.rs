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
    /// Electricity of the main meter and the fuels as an equivalent mass of oil; by carrier, and in all.
    ///
    /// # Units and shape
    /// TOE. The part is `electricity` or the fuel's name; the total has none.
    /// # Missing data
    /// A carrier without a factor has none, with [`Cause::NoFactor`](crate::finding::Cause::NoFactor), and so
    /// has the total then: what was burnt and cannot be counted is not left out in silence. A fuel that nobody
    /// reported was not burnt. The coverage is the main meter's.
    /// # Source
    /// Σ amount × factor, each by the [factor](crate::energy::fuel::Factor) in force on the local day of use:
    /// a meter's interval across that date is split in proportion to time. The total is rounded once, to a milligram.
    /// # Example
    /// 100,000 kWh at 0.0001543 TOE and 20 t of wood at 0.373 TOE: 15.43 + 7.46 = 22.89 TOE.
    OilEquivalent,
    /// Greenhouse gas from fossil carbon of the same carriers; by carrier, and in all.
    ///
    /// # Units and shape
    /// kg of CO₂e, parts as of [`Name::OilEquivalent`].
    /// # Missing data
    /// As there. A factor that gives carbon of biomass alone says that none is fossil.
    /// # Source
    /// Σ amount × factor; the grid's factor is that of the day of use.
    /// # Example
    /// 100,000 kWh at 0.6592 kg and 1,000 L of diesel at 2.74897 kg: 65,920 + 2,748.97 = 68,668.97 kg.
    Emission,
    /// Carbon dioxide of biomass that was burnt, told apart and never added in; by fuel, and in all.
    ///
    /// # Missing data
    /// As of [`Name::Emission`], without electricity; left out where no fuel was reported.
    /// # Example
    /// 20 t of wood at 1,747.2 kg a tonne: 34,944 kg.
    BiogenicEmission,
    /// What fuels cost, as the site pays them; by fuel, and in all.
    ///
    /// # Missing data
    /// A fuel without a price of the day of use has none, with
    /// [`Cause::NoFuelPrice`](crate::finding::Cause::NoFuelPrice), nor has the total then. Left out where the site states
    /// no fuel's price.
    /// # Source
    /// Σ weighed amount × price in force on its local day.
    /// # Example
    /// 20,000 kg at 1,200 and 5,000 kg, after a rise, at 1,350: 24,000,000 + 6,750,000 = 30,750,000.
    FuelCost,
    /// [`Name::Cost`] of the main meter and [`Name::FuelCost`] together.
    ///
    /// # Missing data
    /// None where either is not known; a site that reports no fuel burns none.
    EnergyCost,
    /// What the power factor of the main meter adds to the bill, before tax.
    ///
    /// # Units and shape
    /// The site's currency.
    /// # Missing data
    /// Left out where the site states no rule, or no demand from which it applies. None without a tariff or a
    /// meter of reactive energy.
    /// # Source
    /// [`Name::CostBeforeTax`] × the rule's share at [`Name::PowerFactor`], as though the period were one billing
    /// cycle: choose the bill's own as the period.
    /// # Example
    /// 20 million before tax at cos φ 0.80 under Circular 15/2014/TT-BCT, 12.5 %: 2.5 million.
    ReactiveCharge,
    /// [`Name::Emission`] in all for a unit of output.
    SpecificEmission,
    /// [`Name::PeakDemand15`] of the main meter over the contracted or registered demand.
    ///
    /// # Missing data
    /// As of the peak. Left out where the site states no demand.
    /// # Example
    /// 40.5 kW of 45 kW: 0.9.
    DemandShare,
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
            Self::OilEquivalent => "oil_equivalent",
            Self::Emission => "emission",
            Self::BiogenicEmission => "biogenic_emission",
            Self::FuelCost => "fuel_cost",
            Self::EnergyCost => "energy_cost",
            Self::ReactiveCharge => "reactive_charge",
            Self::SpecificEmission => "specific_emission",
            Self::DemandShare => "demand_share",
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
    /// Tonnes of oil equivalent.
    TonneOfOil,
    /// Kilograms of CO₂e.
    KilogramOfCarbon,
    /// Kilograms of CO₂e for one of something.
    KilogramOfCarbonPer(&'a str),
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
            Self::TonneOfOil => f.write_str("TOE"),
            Self::KilogramOfCarbon => f.write_str("kgCO2e"),
            Self::KilogramOfCarbonPer(unit) => write!(f, "kgCO2e/{unit}"),
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
