//! What a site file may say but must not mean.

use super::{Protocol, SiteFile, Wrong, facts};
use crate::retention::TAIL;
use millwatt::energy::tariff::MOST_BANDS;
use millwatt::time::Span;
use std::collections::BTreeSet;
use toml::Spanned;

/// The first thing that is wrong.
pub(super) fn judge(site: &SiteFile) -> Result<(), Wrong> {
    zone(site)?;
    keeping(site)?;
    assets(site)?;
    shifts(site)?;
    tariffs(site)?;
    meters(site)?;
    facts::judge(site)?;
    let known: Vec<&str> = site.assets.iter().map(|asset| asset.id.get_ref().as_str()).collect();
    Ok(crate::alarm::judge(&site.alarm_rows, &site.alarms, &known)?)
}

fn zone(site: &SiteFile) -> Result<(), Wrong> {
    let zone = &site.site.zone;
    zone.get_ref().parse::<chrono_tz::Tz>().map(|_| ()).map_err(|_| {
        let name = zone.get_ref();
        Wrong::at(
            zone,
            format!("`zone` = `{name}` is no IANA zone; write one such as Asia/Bangkok"),
        )
    })
}

/// What a server that lost its disk asks for again must still be there.
fn keeping(site: &SiteFile) -> Result<(), Wrong> {
    let least = TAIL.milliseconds() / Span::DAY.milliseconds();
    let days = site.site.keep_days.filter(|days| i64::from(*days) < least);
    days.map_or(Ok(()), |days| {
        let message = format!(
            "`keep_days` = {days}: keep {least} or more, so that a server that lost its disk can ask again"
        );
        Err(Wrong { place: None, message })
    })
}

/// Whether a text is a name that may stand for a folder, a file or a topic: up to 32 of a-z, digits, - and _.
#[must_use]
pub fn is_short_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    !text.is_empty() && text.len() <= 32 && text.chars().all(allowed)
}

fn assets(site: &SiteFile) -> Result<(), Wrong> {
    let mut known = BTreeSet::new();
    for asset in &site.assets {
        let id = asset.id.get_ref().as_str();
        if !is_short_name(id) {
            let message = format!(
                "`id` = `{id}`: expected up to 32 of the letters a-z, digits, - and _; \
                 the name with diacritics goes to `name`"
            );
            return Err(Wrong::at(&asset.id, message));
        }
        if let Some(parent) = &asset.parent {
            expect_asset(&known, "parent", parent)?;
        }
        if !known.insert(id) {
            let message = format!("`id` = `{id}` stands twice; give each asset its own");
            return Err(Wrong::at(&asset.id, message));
        }
        for (key, kw) in [
            ("rated_kw", asset.rated_kw),
            ("idle_kw", asset.idle_kw),
            ("running_kw", asset.running_kw),
            ("ideal_cycle_s", asset.ideal_cycle_s),
            ("minor_stop_min", asset.minor_stop_min),
            ("dwell_min", asset.dwell_min),
        ] {
            if kw.is_some_and(|kw| !(0.0..=1e9).contains(&kw)) {
                let message = format!("`{key}` of asset `{id}`: expected a number from 0 up");
                return Err(Wrong::at(&asset.id, message));
            }
        }
    }
    for (key, asset) in [("main", &site.site.main), ("output", &site.site.output)] {
        if let Some(asset) = asset {
            expect_asset(&known, key, asset)?;
        }
    }
    site.meters.iter().try_for_each(|meter| expect_asset(&known, "asset", &meter.asset))
}

fn expect_asset(known: &BTreeSet<&str>, key: &str, id: &Spanned<String>) -> Result<(), Wrong> {
    if known.contains(id.get_ref().as_str()) {
        return Ok(());
    }
    let known: Vec<&str> = known.iter().copied().collect();
    let message = format!(
        "`{key}` = `{}` names no asset; expected one of: {}",
        id.get_ref(),
        if known.is_empty() { "(none is written yet)".to_owned() } else { known.join(", ") }
    );
    Err(Wrong::at(id, message))
}

fn shifts(site: &SiteFile) -> Result<(), Wrong> {
    let mut taken = vec![""; 8 * 1_440];
    for shift in &site.shifts {
        let hours = shift.hours.get_ref();
        for day in (0..7_u16).filter(|day| shift.days.0.0 >> day & 1 == 1) {
            for minute in hours.start..hours.end {
                let slot = &mut taken[usize::from((day * 1_440 + minute) % (7 * 1_440))];
                if !slot.is_empty() {
                    let message = format!(
                        "`hours` of shift `{}` overlap those of shift `{slot}`; \
                         planned time would count twice",
                        shift.name
                    );
                    return Err(Wrong::at(&shift.hours, message));
                }
                *slot = &shift.name;
            }
        }
    }
    Ok(())
}

fn tariffs(site: &SiteFile) -> Result<(), Wrong> {
    let mut rows = 0;
    let mut last = None;
    for tariff in &site.tariffs {
        let from = tariff.from.get_ref().0;
        if last.is_some_and(|last| from <= last) {
            let message = "`from`: tariffs stand oldest first, each from a day of its own";
            return Err(Wrong::at(&tariff.from, message));
        }
        last = Some(from);
        let rest = tariff.bands.iter().filter(|band| band.hours.is_empty()).count();
        if rest != 1 {
            let message = format!(
                "this tariff has {rest} bands without `hours`; expected exactly one, \
                 for all the hours that the others leave"
            );
            return Err(Wrong::at(&tariff.from, message));
        }
        if !(0.0..=100.0).contains(&tariff.vat_percent) {
            return Err(Wrong::at(&tariff.from, "`vat_percent`: expected a number from 0 to 100"));
        }
        for band in &tariff.bands {
            if !(0.0..=1e12).contains(&band.price) {
                return Err(Wrong::at(&band.name, "`price`: expected a number from 0 up"));
            }
            // A band that passes midnight takes two rows.
            rows +=
                band.hours.iter().map(|hours| 1 + usize::from(hours.end > 1_440)).sum::<usize>();
        }
        rows += 1;
        if rows > MOST_BANDS {
            let message = format!("more than {MOST_BANDS} band hours in all; drop old tariffs");
            return Err(Wrong::at(&tariff.from, message));
        }
    }
    Ok(())
}

fn is_host_and_port(address: &str) -> bool {
    let port = |(host, port): (&str, &str)| {
        port.parse::<u16>().ok().filter(|port| *port > 0 && !host.is_empty())
    };
    address.rsplit_once(':').and_then(port).is_some()
}

fn meters(site: &SiteFile) -> Result<(), Wrong> {
    for meter in &site.meters {
        let address = meter.address.get_ref();
        let (is_fit, expected) = match meter.protocol {
            Protocol::Rtu => (address.starts_with('/'), "a serial port, such as /dev/ttyUSB0"),
            _ => (is_host_and_port(address), "host:port, such as 192.168.1.20:502"),
        };
        if !is_fit {
            let message = format!("`address` = `{address}`: expected {expected}");
            return Err(Wrong::at(&meter.address, message));
        }
        if meter.serial.is_some() && meter.protocol != Protocol::Rtu {
            let message =
                "`serial` is for `protocol = \"rtu\"`; a converter is set at the converter";
            return Err(Wrong::at(&meter.address, message));
        }
        if meter.profile.is_none() && meter.registers.is_empty() {
            let message = "this meter has neither `profile` nor [[meter.register]]; \
                           give one, or nothing will be read";
            return Err(Wrong::at(&meter.asset, message));
        }
    }
    Ok(())
}
