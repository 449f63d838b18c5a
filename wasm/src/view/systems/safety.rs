//! Work safety (ISO 45001): accidents and lost days against hours worked.

use super::words::Word;
use super::{Page, Systems};
use millwatt::management::work_safety::{injury_frequency, severity_rate};

/// Hours that accidents are told for, as is usual outside the United States.
const FREQUENCY_HOURS: u64 = 1_000_000;
/// Hours that lost days are told for.
const SEVERITY_HOURS: u64 = 1_000;

impl Systems<'_> {
    pub(super) fn safety(&self) -> Page {
        let hours = self.counted::<u64>("hours");
        let frequency = hours.zip(self.counted("injuries"));
        let frequency =
            frequency.and_then(|(hours, count)| injury_frequency(count, hours, FREQUENCY_HOURS));
        let severity = hours.zip(self.counted("lost_days"));
        let severity =
            severity.and_then(|(hours, days)| severity_rate(days, hours, SEVERITY_HOURS));
        let lacks = self.text(Word::NeedsHours);
        let title = match frequency {
            Some(frequency) => {
                let (_, told) = self.brief(frequency, "");
                self.fill(Word::SafetyTitle, &[&self.year.to_string(), &told])
            }
            None => self.text(Word::SafetyUnknown).to_owned(),
        };
        let items = vec![
            self.field("injuries", Word::Injuries),
            self.field("lost_days", Word::LostDays),
            self.field("hours", Word::HoursWorked),
            self.field("near_misses", Word::NearMisses),
            self.line(Word::Frequency, frequency.map(|rate| self.brief(rate, "")), lacks),
            self.line(Word::Severity, severity.map(|rate| self.brief(rate, "")), lacks),
        ];
        self.page("systems.iso45001", title, [Word::SafetyAid, Word::SafetyMethod], items)
    }
}
