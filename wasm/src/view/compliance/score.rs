//! The points of the technology score sheet, entered or proposed.

use super::form::{over, thousandths};
use millwatt::Decimal;
use millwatt::decimal::power_of_ten;
use millwatt::management::circular_17::{
    CRITERIA, Group, LABOUR_PRODUCTIVITY, Row, SHEET, energy_cost_ratio, points,
};
use millwatt::management::productivity::Year;
use millwatt::units::Money;

/// The criterion of labour productivity.
pub(super) const LABOUR: u8 = 8;

/// What a firm's year is worth, as far as it was entered.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Accounts {
    /// What production is worth in a year.
    pub value: Option<Decimal>,
    /// What its raw material cost.
    pub material: Option<Decimal>,
    /// How many people work.
    pub workers: Option<Decimal>,
    /// The industry's norm of criterion 8: value added a worker and year.
    pub norm: Option<Decimal>,
}

impl Accounts {
    /// Value added a worker and year, as criterion 8 takes it.
    pub fn labour_productivity(&self) -> Option<Decimal> {
        let money = |value| Money::from_thousandths(thousandths(value));
        let year = Year {
            output_value: money(self.value?),
            intermediate_cost: money(self.material?),
            workers_thousandths: i64::try_from(thousandths(self.workers?)).ok()?,
            ..Year::default()
        };
        year.labour_productivity()
    }

    /// The points that criterion 8 gives for it, in hundredths.
    pub fn proposed(&self) -> Option<u16> {
        let ratio = over(self.labour_productivity()?, self.norm?, 6)?;
        Some(points(ratio, &LABOUR_PRODUCTIVITY))
    }

    /// What a year's energy costs over the value of production: criterion 5's ratio.
    pub fn energy_share(&self, cost: Decimal) -> Option<Decimal> {
        let money = |value| Money::from_thousandths(thousandths(value));
        energy_cost_ratio(money(cost), money(self.value?))
    }
}

/// The group of a criterion.
pub(super) fn group(number: u8) -> Group {
    let found = Group::ALL.into_iter().find(|group| group.criteria().contains(&number));
    found.unwrap_or(Group::I)
}

/// Most points that may be entered for a criterion.
pub(super) fn most(number: u8, row: &Row<'_>) -> u8 {
    row.most.unwrap_or_else(|| group(number).most())
}

/// The sheet with what was entered: `name` gives a criterion's words, `number` one of its figures up to a bound.
pub(super) fn sheet<'s>(
    name: impl Fn(u8) -> Option<&'s str>,
    number: impl Fn(u8, &str, u8) -> Option<Decimal>,
    proposed: Option<u16>,
) -> [Row<'s>; CRITERIA] {
    let mut sheet: [Row<'s>; CRITERIA] = SHEET;
    for (criterion, row) in (1..).zip(&mut sheet) {
        if row.asks.is_empty() {
            row.asks = name(criterion).unwrap_or_default();
        }
        let bound = group(criterion).most();
        row.most = row.most.or_else(|| number(criterion, "most", bound).and_then(whole));
        let given = number(criterion, "points", most(criterion, row)).and_then(hundredths);
        row.hundredths = given.or(proposed.filter(|_| criterion == LABOUR));
    }
    sheet
}

fn whole(number: Decimal) -> Option<u8> {
    u8::try_from(number.rounded(0).units()).ok()
}

fn hundredths(number: Decimal) -> Option<u16> {
    let number = number.rounded(2);
    let scale = power_of_ten(2_u8.saturating_sub(number.places()));
    u16::try_from(number.units().saturating_mul(scale)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::management::circular_17::score;

    fn number(value: i128) -> Option<Decimal> {
        Some(Decimal::new(value, 0))
    }

    fn nobody(_: u8) -> Option<&'static str> {
        None
    }

    #[test]
    fn labour_productivity_proposes_its_points() {
        let accounts = Accounts {
            value: number(9_000_000_000),
            material: number(5_400_000_000),
            workers: number(30),
            norm: number(50_000_000),
        };
        assert_eq!(accounts.labour_productivity(), Some(Decimal::new(120_000_000_000, 3)));
        assert_eq!(accounts.proposed(), Some(400), "2.4 times the norm");
        let share = accounts.energy_share(Decimal::new(540_000_000, 0)).expect("worth something");
        assert_eq!(share.to_string(), "0.06");
        assert_eq!(Accounts { workers: number(0), ..accounts }.proposed(), None);
        assert_eq!(Accounts { norm: None, ..accounts }.proposed(), None);
    }

    #[test]
    fn entered_points_go_before_proposed_ones() {
        let entered = |criterion: u8, what: &str, _: u8| {
            (criterion == LABOUR && what == "points").then(|| Decimal::new(25, 1))
        };
        let hand = sheet(nobody, entered, Some(400));
        assert_eq!(score(&hand, None).points.to_string(), "2.5");
        let proposed = sheet(nobody, |_, _, _| None, Some(400));
        assert_eq!(score(&proposed, None).points.to_string(), "4");
        assert_eq!(score(&proposed, None).open, 25);
    }

    #[test]
    fn a_whole_sheet_is_not_provisional() {
        let all = |_: u8, what: &str, bound: u8| {
            let value = if what == "most" { 4 } else { bound.min(3) };
            number(value.into())
        };
        let whole = sheet(|_| Some("asked"), all, None);
        let total = score(&whole, None);
        assert_eq!((total.points.to_string().as_str(), total.is_provisional()), ("78", false));
        assert_eq!(whole[20].asks, "asked");
        assert_eq!(score(&whole, Some(Group::T)).points.to_string(), "21");
    }
}
