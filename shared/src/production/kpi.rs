//! The remaining key performance indicators of ISO 22400-2, each a ratio of what the plant counts.
//!
//! Effectiveness, quality and the ratios of the time model stand with [`TimeModel`](super::TimeModel)
//! and [`Tally`](super::Tally), reliability with [`Failures`](super::Failures), capability with
//! [`quality`](crate::management::quality), comprehensive energy consumption with
//! [`fuel`](crate::energy::fuel): [`KPIS`] lists all 34 with the place where each is computed.
//!
//! # Missing data
//! Every ratio is `None` when its denominator is zero.
//! # Source
//! ISO 22400-2 in its public OWL rendering (hsu-aut); the standard's own text was not read.
//! # Example
//! ```
//! use millwatt::production::kpi::{allocation_ratio, scrap_ratio};
//! use millwatt::{time::Span, units::Amount};
//! let kilograms = |kg: i128| Amount::from_thousandths(kg * 1_000);
//! assert_eq!(scrap_ratio(kilograms(12), kilograms(400)).expect("made").to_string(), "0.03");
//! let hours = |hours: i64| Span::from_minutes(hours * 60);
//! assert_eq!(allocation_ratio(hours(6), hours(8)).expect("an order").to_string(), "0.75");
//! ```

use crate::decimal::Decimal;
use crate::time::Span;
use crate::units::Amount;
use crate::usage::share;

macro_rules! ratios {
    ($($(#[$doc:meta])* $name:ident($part:ident, $whole:ident: $kind:ty) by $by:ident;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name($part: $kind, $whole: $kind) -> Option<Decimal> {
                $by($part, $whole)
            }
        )*
    };
}

fn of_time(part: Span, whole: Span) -> Option<Decimal> {
    (whole > Span::ZERO).then(|| share(part, whole))
}

fn of_amount(part: Amount, whole: Amount) -> Option<Decimal> {
    Decimal::quotient(part.thousandths(), whole.thousandths(), 6)
}

ratios! {
    /// Worker efficiency: time worked over time attended, APWT / APAT.
    worker_efficiency(worked, attended: Span) by of_time;
    /// Allocation ratio: busy time over the order's whole time, AUBT / AOET.
    allocation_ratio(busy, order_execution: Span) by of_time;
    /// Production process ratio: value-adding time over the order's whole time, APT / AOET.
    production_process_ratio(production, order_execution: Span) by of_time;
    /// Actual over planned scrap, SQ / PSQ.
    scrap_against_plan(scrap, planned_scrap: Amount) by of_amount;
    /// First-pass yield: what was good without rework over what was inspected, GP / IP.
    first_pass_yield(good_at_once, inspected: Amount) by of_amount;
    /// Scrap over everything made, SQ / PQ.
    scrap_ratio(scrap, made: Amount) by of_amount;
    /// Rework over everything made, RQ / PQ.
    rework_ratio(rework, made: Amount) by of_amount;
    /// Fall-off: scrap over what the first operation made, SQ / PQ of the first operation.
    fall_off_ratio(scrap, made_by_first_operation: Amount) by of_amount;
    /// Inventory turns: throughput over the mean stock.
    inventory_turns(throughput, mean_stock: Amount) by of_amount;
    /// Finished goods ratio: good product over consumed material, GQ / CM; the yield of process industry,
    /// as kilograms of made tea to a kilogram of leaf.
    finished_goods_ratio(good, consumed_material: Amount) by of_amount;
    /// Integrated goods ratio: good and used on over consumed material, IGQ / CM.
    integrated_goods_ratio(integrated_good, consumed_material: Amount) by of_amount;
    /// Production loss ratio, PL / CM.
    production_loss_ratio(production_loss, consumed_material: Amount) by of_amount;
    /// Storage and transport loss ratio, STL / CM.
    storage_loss_ratio(storage_and_transport_loss, consumed_material: Amount) by of_amount;
    /// Other loss ratio, OL / CM.
    other_loss_ratio(other_loss, consumed_material: Amount) by of_amount;
    /// Equipment load ratio: made over what the equipment can make, PQ / EPC.
    equipment_load_ratio(made, capacity: Amount) by of_amount;
    /// Corrective maintenance ratio's inverse part: time of corrective over all maintenance, CMT / (CMT
    /// + PMT); give the sum as the second.
    corrective_share(corrective, all_maintenance: Span) by of_time;
}

/// Throughput rate: made an hour of the order's whole time, PQ / AOET.
///
/// # Example
/// ```
/// use millwatt::production::kpi::throughput_rate;
/// use millwatt::{time::Span, units::Amount};
/// let an_hour = throughput_rate(Amount::from_thousandths(900_000), Span::from_minutes(90));
/// assert_eq!(an_hour.expect("an order").to_string(), "600");
/// ```
#[must_use]
pub fn throughput_rate(made: Amount, order_execution: Span) -> Option<Decimal> {
    let scaled = made.thousandths().checked_mul(crate::time::MILLISECONDS_AN_HOUR)?;
    let span = i128::from(order_execution.milliseconds()).checked_mul(1_000)?;
    Decimal::quotient(scaled, span, 6)
}

/// Corrective maintenance ratio: corrective time over corrective and planned time, CMT / (CMT + PMT).
///
/// # Example
/// ```
/// use millwatt::production::kpi::corrective_maintenance_ratio;
/// use millwatt::time::Span;
/// let ratio = corrective_maintenance_ratio(Span::from_minutes(90), Span::from_minutes(270));
/// assert_eq!(ratio.expect("maintained").to_string(), "0.25");
/// ```
#[must_use]
pub fn corrective_maintenance_ratio(corrective: Span, planned: Span) -> Option<Decimal> {
    corrective_share(corrective, corrective + planned)
}

/// One of the 34: its number, the standard's word, its formula in the standard's symbols, and where it is
/// computed in this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kpi {
    /// Its number in the list.
    pub number: u8,
    /// The standard's word.
    pub word: &'static str,
    /// The formula in the standard's symbols.
    pub formula: &'static str,
    /// The function of this crate.
    pub computed_by: &'static str,
}

const fn kpi(
    number: u8,
    word: &'static str,
    formula: &'static str,
    computed_by: &'static str,
) -> Kpi {
    Kpi { number, word, formula, computed_by }
}

/// All of them.
pub const KPIS: [Kpi; 34] = [
    kpi(1, "worker efficiency", "APWT / APAT", "kpi::worker_efficiency"),
    kpi(2, "allocation ratio", "AUBT / AOET", "kpi::allocation_ratio"),
    kpi(3, "throughput rate", "PQ / AOET", "kpi::throughput_rate"),
    kpi(4, "allocation efficiency", "AUBT / PBT", "TimeModel::allocation_efficiency"),
    kpi(5, "utilisation efficiency", "APT / AUBT", "TimeModel::utilisation_efficiency"),
    kpi(6, "overall equipment effectiveness", "A × E × Q", "Tally::oee"),
    kpi(7, "net equipment effectiveness", "AUPT / PBT × E × Q", "TimeModel::nee"),
    kpi(8, "availability", "APT / PBT", "MachineTime::availability"),
    kpi(9, "effectiveness", "PRU × PQ / APT", "Tally::performance"),
    kpi(10, "quality ratio", "GQ / PQ", "Tally::quality"),
    kpi(11, "setup rate", "AUST / AUPT", "TimeModel::setup_rate"),
    kpi(12, "technical efficiency", "APT / (APT + ADET)", "TimeModel::technical_efficiency"),
    kpi(13, "production process ratio", "APT / AOET", "kpi::production_process_ratio"),
    kpi(14, "actual to planned scrap ratio", "SQ / PSQ", "kpi::scrap_against_plan"),
    kpi(15, "first pass yield", "GP / IP", "kpi::first_pass_yield"),
    kpi(16, "scrap ratio", "SQ / PQ", "kpi::scrap_ratio"),
    kpi(17, "rework ratio", "RQ / PQ", "kpi::rework_ratio"),
    kpi(18, "fall off ratio", "SQ / PQ of the first operation", "kpi::fall_off_ratio"),
    kpi(19, "machine capability index", "(USL − LSL) / 6s", "quality::Capability::potential"),
    kpi(
        20,
        "critical machine capability index",
        "min(USL − x̄, x̄ − LSL) / 3s",
        "quality::Capability::actual",
    ),
    kpi(21, "process capability index", "(USL − LSL) / 6σ", "quality::Capability::potential"),
    kpi(
        22,
        "critical process capability index",
        "min(USL − x̄, x̄ − LSL) / 3σ",
        "quality::Capability::actual",
    ),
    kpi(23, "comprehensive energy consumption", "Σ Mi Ri / PQ", "fuel::Burnt::fold"),
    kpi(24, "inventory turns", "TH / average inventory", "kpi::inventory_turns"),
    kpi(25, "finished goods ratio", "GQ / CM", "kpi::finished_goods_ratio"),
    kpi(26, "integrated goods ratio", "IGQ / CM", "kpi::integrated_goods_ratio"),
    kpi(27, "production loss ratio", "PL / CM", "kpi::production_loss_ratio"),
    kpi(28, "storage and transportation loss ratio", "STL / CM", "kpi::storage_loss_ratio"),
    kpi(29, "other loss ratio", "OL / CM", "kpi::other_loss_ratio"),
    kpi(30, "equipment load ratio", "PQ / EPC", "kpi::equipment_load_ratio"),
    kpi(31, "mean operating time between failures", "Σ TBF / (FE + 1)", "Failures::mtbf"),
    kpi(32, "mean time to failure", "Σ TTF / (FE + 1)", "Failures::mttf"),
    kpi(33, "mean time to restoration", "Σ TTR / (FE + 1)", "Failures::mttr"),
    kpi(
        34,
        "corrective maintenance ratio",
        "CMT / (CMT + PMT)",
        "kpi::corrective_maintenance_ratio",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        assert!((1..).zip(KPIS).all(|(number, kpi)| kpi.number == number));
    }

    #[test]
    fn nothing_to_divide_by_is_unknown() {
        assert_eq!(worker_efficiency(Span::DAY, Span::ZERO), None);
        assert_eq!(throughput_rate(Amount::from_thousandths(1), Span::ZERO), None);
        assert_eq!(inventory_turns(Amount::from_thousandths(1), Amount::ZERO), None);
    }
}
