//! What the form must know of its site: machines, counters, local time.

use std::collections::BTreeMap;

use super::entry::{Refusal, UNITS};
use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use millwatt::archive::Parts;
use millwatt::site::{Kind, Quantity, Scale};
use millwatt::time::{Date, Instant, Offset, Zone};
use millwatt::wire::WireError;
use serde_json::{Value, json};

/// The site as its manifest describes it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub name: String,
    pub currency: String,
    /// The asset whose good count is the site's output.
    output: Option<String>,
    pub output_unit: String,
    offsets: Vec<Offset>,
    assets: Vec<Asset>,
    /// The step of each asset's energy counter.
    counters: BTreeMap<String, Scale>,
}

#[derive(Debug, Clone)]
struct Asset {
    id: String,
    name: String,
    is_machine: bool,
}

impl Place {
    /// Reads a manifest.
    pub(super) fn read(manifest: &[u8]) -> Result<Self, WireError> {
        let parts = Parts::read(manifest)?;
        let site = parts.site();
        let id = |asset| site.asset(asset).map(|asset| asset.id.to_owned());
        let asset = |asset: &millwatt::site::Asset<'_>| Asset {
            id: asset.id.to_owned(),
            name: asset.name.to_owned(),
            is_machine: asset.machine,
        };
        let counters = site.channels.iter().filter(|channel| {
            let is_energy = channel.quantity == Quantity::ActiveEnergy && channel.phase == 0;
            is_energy && channel.kind == Kind::Counter
        });
        Ok(Self {
            name: site.name.to_owned(),
            currency: site.currency.to_owned(),
            output: site.output.and_then(id),
            output_unit: site.output_unit.to_owned(),
            offsets: site.offsets.to_vec(),
            assets: site.assets.iter().map(asset).collect(),
            counters: counters.filter_map(|one| Some((id(one.asset)?, one.scale))).collect(),
        })
    }

    /// A machine's short name as it came; empty for the whole site.
    pub(super) fn asset(&self, id: &str) -> Result<String, Refusal> {
        let is_known = id.is_empty() || self.assets.iter().any(|asset| asset.id == id);
        if is_known { Ok(id.to_owned()) } else { Err(Refusal::Asset) }
    }

    /// What a meter's display shows, thousandths of a kilowatt-hour, in thousandths of its register's step.
    pub(super) fn steps(&self, asset: &str, display: i64) -> Result<i64, Refusal> {
        let scale = self.counters.get(asset).ok_or(Refusal::Counter)?.0;
        let power = 10_i128.pow(u32::from(scale.unsigned_abs().min(18)));
        // A thousandth of a kilowatt-hour is a watt-hour, the unit that scales refer to.
        let watt_hours = i128::from(display) * 1_000;
        let steps = if scale < 0 { watt_hours * power } else { watt_hours / power };
        i64::try_from(steps).map_err(|_| Refusal::Amount)
    }

    /// Units that weighings and counts may have: the usual ones, and that of the output.
    pub(super) fn units(&self) -> Vec<&str> {
        let own = Some(self.output_unit.as_str());
        let own = own.filter(|unit| !unit.is_empty() && !UNITS.contains(unit));
        UNITS.into_iter().chain(own).collect()
    }

    /// The instant of a local time.
    pub(super) fn instant(&self, text: &str) -> Option<Instant> {
        let wall = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok()?;
        let [month, day] = [wall.month(), wall.day()].map(|number| u8::try_from(number).ok());
        let date = Date::checked(wall.year(), month?, day?)?;
        let minute = u16::try_from(wall.hour() * 60 + wall.minute()).ok()?;
        Some(Zone::new(&self.offsets).instant(date, minute))
    }

    /// A local time as the form writes it.
    pub(super) fn local(&self, at: Instant) -> String {
        let local = Zone::new(&self.offsets).local(at);
        let (date, minute) = (local.date, local.minute_of_day);
        let (hour, minute) = (minute / 60, minute % 60);
        let (year, month, day) = (date.year, date.month, date.day);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
    }

    /// What the form offers to choose from. The whole site's asset is no machine and yet may be meant.
    pub(super) fn choices(&self) -> Value {
        let machines = self.assets.iter().map(|asset| {
            let Asset { id, name, is_machine } = asset;
            json!({ "id": id, "name": name, "machine": is_machine })
        });
        json!({
            "machines": machines.collect::<Vec<_>>(),
            "counters": self.counters.keys().collect::<Vec<_>>(),
            "output": self.output,
            "output_unit": self.output_unit,
            "currency": self.currency,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const SITE: &str = r#"
[site]
name = "Nhà máy <b>quế</b>"
zone = "Asia/Bangkok"
currency = "VND"
output = "still"
output_unit = "kg"

[[asset]]
id = "still"
name = "Nồi chưng cất"
machine = true

[[meter]]
asset = "still"
address = "127.0.0.1:502"
profile = "eastron-sdm630"
"#;

    /// A distillery with one meter.
    pub(in super::super) fn distillery() -> Place {
        let site = crate::site_file::parse("site.toml", SITE).expect("a site");
        Place::read(&site.manifest).expect("a manifest")
    }

    #[test]
    fn local_time_goes_there_and_back() {
        let place = distillery();
        let at = place.instant("2026-03-02T16:05").expect("a time");
        assert_eq!(at.unix_milliseconds(), 1_772_442_300_000, "09:05 in Greenwich");
        assert_eq!(place.local(at), "2026-03-02T16:05");
        for wrong in ["", "2026-02-30T10:00", "2026-03-02", "2026-03-02T24:00", "02/03/2026 16:05"]
        {
            assert_eq!(place.instant(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_display_comes_in_steps_of_the_register() {
        let mut place = distillery();
        place.counters.insert("still".to_owned(), Scale(1));
        assert_eq!(place.steps("still", 12_345_670), Ok(1_234_567_000), "0.01 kWh a step");
        place.counters.insert("still".to_owned(), Scale(-3));
        assert_eq!(place.steps("still", 5), Ok(5_000_000), "5 Wh in mWh");
        assert_eq!(place.steps("press", 5), Err(Refusal::Counter));
        assert_eq!(place.asset("press"), Err(Refusal::Asset));
    }
}
