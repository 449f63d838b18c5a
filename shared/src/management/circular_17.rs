//! The score sheet of technology level and capability, Circular 17/2019/TT-BKHCN.
//!
//! The engine adds up; it knows no law. What public pages say of the circular is filled in with its
//! source. What they do not say is *to be entered from the legal text*, and while anything is missing
//! the total is provisional. Class thresholds and the coherence coefficient were not found: a site enters
//! them.

use crate::decimal::Decimal;

/// A group of criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// State of technology and equipment.
    T,
    /// Effectiveness of its use.
    E,
    /// Organisation and management.
    O,
    /// Research and development.
    R,
    /// Innovation.
    I,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::T, Self::E, Self::O, Self::R, Self::I];

    /// Most points it gives.
    ///
    /// # Source
    /// Public pages of provincial departments of science and technology on the circular: 30, 20, 19, 17,
    /// 14, together 100.
    #[must_use]
    pub const fn most(self) -> u8 {
        match self {
            Self::T => 30,
            Self::E => 20,
            Self::O => 19,
            Self::R => 17,
            Self::I => 14,
        }
    }

    /// Its criteria by number.
    #[must_use]
    pub const fn criteria(self) -> core::ops::RangeInclusive<u8> {
        match self {
            Self::T => 1..=7,
            Self::E => 8..=12,
            Self::O => 13..=17,
            Self::R => 18..=22,
            Self::I => 23..=26,
        }
    }
}

/// How many criteria there are.
pub const CRITERIA: usize = 26;

/// One row of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// What it asks, in the circular's words; empty where it must be entered from the legal text.
    pub asks: &'a str,
    /// Most points it gives; `None` where that must be entered.
    pub most: Option<u8>,
    /// The points given, in hundredths; `None` while nobody has scored it.
    pub hundredths: Option<u16>,
    /// Where the points come from: a document, a measurement, a person's judgement.
    pub source: &'a str,
}

/// A criterion whose text and points must be entered from the legal text.
const TO_BE_ENTERED: Row<'static> = Row { asks: "", most: None, hundredths: None, source: "" };

const fn asks(asks: &'static str, most: u8) -> Row<'static> {
    Row { asks, most: Some(most), ..TO_BE_ENTERED }
}

/// The sheet as public pages let it be filled: names and points of criteria 1 to 9.
///
/// # Source
/// Provincial pages that list the criteria with their points; not held against the legal text.
pub const SHEET: [Row<'static>; CRITERIA] = {
    let mut rows = [TO_BE_ENTERED; CRITERIA];
    rows[0] = asks("Mức độ khấu hao thiết bị, công nghệ", 5);
    rows[1] = asks("Cường độ vốn thiết bị, công nghệ", 3);
    rows[2] = asks("Mức độ đổi mới thiết bị, công nghệ", 3);
    rows[3] = asks("Mức độ tự động hóa và tích hợp sản xuất", 7);
    rows[4] = asks("Tỷ lệ chi phí năng lượng sản xuất", 4);
    rows[5] = asks("Tỷ lệ chi phí nguyên vật liệu sản xuất", 4);
    rows[6] = asks("Tiêu chuẩn sản phẩm của dây chuyền", 4);
    rows[7] = asks("Năng suất lao động", 5);
    rows[8] = asks("Áp dụng sáng kiến, cải tiến kỹ thuật, hợp lý hóa sản xuất", 3);
    rows
};

/// What a sheet adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// Points so far.
    pub points: Decimal,
    /// Criteria without points, or whose most points are not known.
    pub open: u8,
    /// Criteria with more points than they can give.
    pub beyond: u8,
}

impl Total {
    /// Whether the sheet is not complete, so that no class may be read from it.
    #[must_use]
    pub const fn is_provisional(&self) -> bool {
        self.open > 0 || self.beyond > 0
    }
}

fn total<'a>(rows: impl Iterator<Item = &'a Row<'a>>) -> Total {
    let (mut hundredths, mut open, mut beyond) = (0, 0, 0);
    for row in rows {
        let given = row.hundredths.unwrap_or(0);
        hundredths += i128::from(given);
        open += u8::from(row.hundredths.is_none() || row.most.is_none());
        beyond += u8::from(row.most.is_some_and(|most| given > u16::from(most) * 100));
    }
    Total { points: Decimal::new(hundredths, 2), open, beyond }
}

/// The total of a sheet, or of one group of it.
///
/// # Example
/// ```
/// use millwatt::management::circular_17::{score, Group, SHEET};
/// let mut sheet = SHEET;
/// sheet[7].hundredths = Some(400); // labour productivity of 2.4 times the norm
/// let total = score(&sheet, None);
/// assert_eq!((total.points.to_string().as_str(), total.open), ("4", 25));
/// assert!(total.is_provisional());
/// assert_eq!(score(&sheet, Some(Group::T)).open, 7);
/// ```
#[must_use]
pub fn score(sheet: &[Row<'_>; CRITERIA], group: Option<Group>) -> Total {
    let inside = |number: u8| group.is_none_or(|group| group.criteria().contains(&number));
    let rows = (1..).zip(sheet).filter(|(number, _)| inside(*number)).map(|(_, row)| row);
    total(rows)
}

/// One step of a table that turns a ratio to the industry's norm into points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointStep {
    /// From this ratio on.
    pub from: Decimal,
    /// Points, in hundredths.
    pub hundredths: u16,
}

const fn step(hundredths_of_norm: i128, points: u16) -> PointStep {
    PointStep { from: Decimal::new(hundredths_of_norm, 2), hundredths: points * 100 }
}

/// The steps of criterion 8, labour productivity over the industry's norm.
///
/// # Source
/// Article 5 of Circular 17/2019/TT-BKHCN as a public legal page prints it: 3.0 and more 5 points, from
/// 2.0 4, from 1.0 3, from 0.5 2, from 0.25 1.
pub const LABOUR_PRODUCTIVITY: [PointStep; 5] =
    [step(300, 5), step(200, 4), step(100, 3), step(50, 2), step(25, 1)];

/// The points that a ratio earns by a table of steps, the highest first; 0 below the last.
///
/// # Example
/// ```
/// use millwatt::management::circular_17::{points, LABOUR_PRODUCTIVITY};
/// use millwatt::Decimal;
/// assert_eq!(points(Decimal::new(24, 1), &LABOUR_PRODUCTIVITY), 400);
/// assert_eq!(points(Decimal::new(2, 1), &LABOUR_PRODUCTIVITY), 0);
/// ```
#[must_use]
pub fn points(ratio: Decimal, steps: &[PointStep]) -> u16 {
    let scaled = |value: Decimal| {
        let missing = crate::decimal::MOST_PLACES - value.places();
        value.units().saturating_mul(crate::decimal::power_of_ten(missing))
    };
    let reached = steps.iter().find(|step| scaled(ratio) >= scaled(step.from));
    reached.map_or(0, |step| step.hundredths)
}

/// Criterion 5's ratio: a year's cost of energy over the value of production.
///
/// # Source
/// The criterion's name; its formula was recalled and not read, and its points hang on an industry norm
/// that must be entered.
/// # Example
/// ```
/// use millwatt::management::circular_17::energy_cost_ratio;
/// use millwatt::units::Money;
/// let million = |millions: i128| Money::from_thousandths(millions * 1_000_000_000);
/// assert_eq!(energy_cost_ratio(million(540), million(9_000)).expect("made").to_string(), "0.06");
/// ```
#[must_use]
pub fn energy_cost_ratio(
    energy_cost: crate::units::Money,
    production_value: crate::units::Money,
) -> Option<Decimal> {
    Decimal::quotient(energy_cost.thousandths(), production_value.thousandths(), 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_cover_all_criteria_and_a_hundred_points() {
        assert_eq!(Group::ALL.iter().map(|group| u32::from(group.most())).sum::<u32>(), 100);
        let numbers: u32 =
            Group::ALL.iter().flat_map(|group| group.criteria()).map(u32::from).sum();
        assert_eq!(numbers, 26 * 27 / 2);
        let of_t: u32 = SHEET[..7].iter().filter_map(|row| row.most).map(u32::from).sum();
        assert_eq!(of_t, 30, "group T is known whole");
    }

    #[test]
    fn more_points_than_a_criterion_gives_are_told() {
        let mut sheet = SHEET;
        sheet[0].hundredths = Some(501);
        assert_eq!(score(&sheet, None).beyond, 1);
        for row in &mut sheet {
            *row = Row { most: Some(5), hundredths: Some(300), ..*row };
        }
        let total = score(&sheet, None);
        assert_eq!((total.points, total.is_provisional()), (Decimal::new(7_800, 2), false));
    }
}
