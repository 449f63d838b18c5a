//! What people weighed, counted and wrote down.

use std::fmt::Write as _;
use std::path::Path;

use super::calendar::stamp;

/// What an event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Good product made.
    Output,
    /// Product refused.
    Reject,
    /// Raw material received.
    RawMaterial,
    /// Fuel weighed in.
    Fuel,
    /// A machine stood, and why.
    Stop,
    /// People on shift.
    People,
    /// The supplier's bill.
    Bill,
    /// Anything else.
    Note,
}

impl Kind {
    /// The word in the CSV file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Output => "output",
            Self::Reject => "reject",
            Self::RawMaterial => "raw-material",
            Self::Fuel => "fuel",
            Self::Stop => "stop",
            Self::People => "people",
            Self::Bill => "bill",
            Self::Note => "note",
        }
    }
}

/// One line on the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantEvent {
    /// When it happened or began, milliseconds UTC.
    pub at: i64,
    /// When it ended, for what lasts.
    pub until: Option<i64>,
    /// When somebody wrote it down.
    pub told: i64,
    /// What it says.
    pub kind: Kind,
    /// The machine, or nothing for the whole site.
    pub asset: &'static str,
    /// The material, or the key of a stop's reason.
    pub product: &'static str,
    /// How much, in tenths of the unit; `None` where there is nothing to count.
    pub tenths: Option<i64>,
    /// `kg`, `person`, `kWh` or nothing.
    pub unit: &'static str,
    /// In people's words.
    pub note: String,
}

impl PlantEvent {
    /// Something told as it happens.
    pub(super) const fn new(at: i64, kind: Kind, asset: &'static str) -> Self {
        let note = String::new();
        Self { at, until: None, told: at, kind, asset, product: "", tenths: None, unit: "", note }
    }

    pub(super) fn weighed(self, product: &'static str, tenths: i64) -> Self {
        Self { product, tenths: Some(tenths), unit: "kg", ..self }
    }

    fn quantity(&self) -> String {
        match self.tenths {
            None => String::new(),
            Some(tenths) if tenths % 10 == 0 => (tenths / 10).to_string(),
            Some(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
        }
    }
}

/// Events as the CSV that `millwatt import --events` takes; local stamps to the minute.
#[must_use]
pub fn csv<'a>(events: impl Iterator<Item = &'a PlantEvent>) -> String {
    let mut csv = "time,kind,asset,product,quantity,unit,until,note\n".to_owned();
    for event in events {
        let (at, until) = (stamp(event.at), event.until.map(stamp).unwrap_or_default());
        let (kind, quantity) = (event.kind.word(), event.quantity());
        let PlantEvent { asset, product, unit, note, .. } = event;
        // Writing to a String cannot fail.
        let _ = writeln!(csv, "{at},{kind},{asset},{product},{quantity},{unit},{until},{note}");
    }
    csv
}

/// Writes that CSV to a file.
///
/// # Errors
/// When the file cannot be written.
pub fn write_csv<'a>(
    path: &Path,
    events: impl Iterator<Item = &'a PlantEvent>,
) -> std::io::Result<()> {
    std::fs::write(path, csv(events))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2026-03-02, 00:00 of UTC+7.
    const MIDNIGHT: i64 = 1_772_384_400_000;

    #[test]
    fn a_line_is_what_a_person_would_write() {
        let wood = PlantEvent::new(MIDNIGHT + 7_200_000, Kind::Fuel, "drying");
        let wood = wood.weighed("firewood", 600);
        let tea = PlantEvent::new(MIDNIGHT, Kind::Output, "sorting").weighed("green-tea", 1_234);
        let until = Some(MIDNIGHT + 660_000);
        let stop = PlantEvent::new(MIDNIGHT + 59_999, Kind::Stop, "rolling");
        let stop = PlantEvent { until, product: "waiting-material", ..stop };
        let written = csv([wood, tea, stop].iter());
        let lines: Vec<&str> = written.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "2026-03-02 02:00,fuel,drying,firewood,60,kg,,",
                "2026-03-02 00:00,output,sorting,green-tea,123.4,kg,,",
                "2026-03-02 00:00,stop,rolling,waiting-material,,,2026-03-02 00:11,",
            ]
        );
    }
}
