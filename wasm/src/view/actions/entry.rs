//! What people entered about an action: who, until when, with what money.

use super::events::Entries;
use super::words::Word;
use millwatt::decimal::power_of_ten;
use millwatt::time::Date;
use millwatt::units::Money;

/// How far an action is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) enum Status {
    /// Nobody decided yet.
    #[default]
    Proposed,
    /// It will be done.
    Decided,
    /// It is being done.
    Underway,
    /// It is done.
    Done,
    /// It will not be done.
    Dropped,
}

impl Status {
    /// All of them, in their order.
    pub const ALL: [Self; 5] =
        [Self::Proposed, Self::Decided, Self::Underway, Self::Done, Self::Dropped];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Decided => "decided",
            Self::Underway => "underway",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }

    pub const fn word(self) -> Word {
        match self {
            Self::Proposed => Word::Proposed,
            Self::Decided => Word::Accepted,
            Self::Underway => Word::Underway,
            Self::Done => Word::Done,
            Self::Dropped => Word::Dropped,
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// What was entered about one action.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::view) struct Entry {
    /// As it was typed.
    pub investment: Option<String>,
    pub owner: Option<String>,
    pub due: Option<String>,
    pub decided: Option<String>,
    pub evaluated: Option<String>,
    pub status: Status,
}

impl Entry {
    /// What stands under `actions.KEY.FIELD`.
    pub fn of(entries: &Entries<'_>, key: &str) -> Self {
        let get = |field: &str| entries.get(&format!("actions.{key}.{field}")).map(str::to_owned);
        let status = get("status").and_then(|name| Status::named(&name));
        let decided = get("decided");
        Self {
            investment: get("investment"),
            owner: get("owner"),
            due: get("due"),
            evaluated: get("evaluated"),
            status: status.unwrap_or_default(),
            decided,
        }
    }

    /// The investment, where it is a number.
    pub fn money(&self) -> Option<Money> {
        self.investment.as_deref().and_then(money)
    }

    /// The date of the decision, where it is one.
    pub fn decided_on(&self) -> Option<Date> {
        self.decided.as_deref().and_then(date)
    }

    /// The due date, where it is one.
    pub fn due_on(&self) -> Option<Date> {
        self.due.as_deref().and_then(date)
    }
}

/// An amount as a number field gives it: digits, and at most three more behind a point.
pub(in crate::view) fn money(text: &str) -> Option<Money> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let places = u8::try_from(fraction.len()).ok().filter(|places| *places <= 3)?;
    let is_number = !whole.is_empty() && whole.len() <= 18 && digits(whole) && digits(fraction);
    let number: i128 = is_number.then(|| format!("{whole}{fraction}").parse().ok()).flatten()?;
    Some(Money::from_thousandths(number.checked_mul(power_of_ten(3 - places))?))
}

/// A date as a date field gives it: `2026-01-31`.
pub(in crate::view) fn date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    Date::checked(year, month, parts.next()?.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_read_as_fields_give_them() {
        let thousandths = |text| money(text).map(Money::thousandths);
        assert_eq!(thousandths("155000000"), Some(155_000_000_000));
        assert_eq!(thousandths("12.5"), Some(12_500));
        for text in ["", "-1", "1,5", "12 triệu", "1.2345", "=1+1", "9999999999999999999"] {
            assert_eq!(money(text), None, "{text}");
        }
        assert_eq!(date("2026-04-22"), Date::checked(2026, 4, 22));
        for text in ["", "2026-02-30", "22/04/2026", "2026-4", "x-y-z"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn a_status_has_one_name() {
        for status in Status::ALL {
            assert_eq!(Status::named(status.name()), Some(status));
        }
    }
}
