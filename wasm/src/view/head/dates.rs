//! The period's dates as its days are counted: from midnight, or from the first shift.

use super::Head;
use crate::format;
use millwatt::time::{Date, Span};

/// The smallest step of time.
pub(super) const TICK: Span = Span::from_milliseconds(1);

impl Head<'_> {
    /// Minute of the day at which the first shift begins; `None` without shifts.
    fn first_shift(&self) -> Option<u16> {
        self.model.site.shifts.iter().map(|shift| shift.start).min()
    }

    /// Whether days by shift are other than those by midnight.
    pub(super) fn has_shift_days(&self) -> bool {
        self.first_shift().is_some_and(|minute| minute > 0)
    }

    /// When the first shift begins, `06:00`.
    pub(super) fn first_hour(&self) -> String {
        let minute = self.first_shift().unwrap_or(0);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }

    /// The first and the last day of the period.
    pub(super) fn dates(&self) -> (Date, Date) {
        let (zone, period) = (self.model.site.zone_rules(), self.model.period);
        let shift = self.first_shift().filter(|_| self.choice.by_shift);
        let ends = zone.local(period.to).minute_of_day;
        // A day that begins with a shift ends in the morning of the next date.
        let late = shift.filter(|minute| *minute == ends).unwrap_or(0);
        let last = period.to - Span::from_minutes(late.into()) - TICK;
        (zone.local(period.from).date, zone.local(last).date)
    }

    /// `01/11/2026 – 30/11/2026`.
    pub(super) fn period_dates(&self) -> String {
        let (first, last) = self.dates();
        let day = |date| format::full_day(date, self.choice.language);
        if first == last { day(first) } else { format!("{} – {}", day(first), day(last)) }
    }
}
