//! Names of topics: which may be chosen, and how they are made.

use crate::new::slug;
use crate::site_file::is_short_name;

/// What `status` says while there is a line.
pub(super) const ONLINE: &str = "online";
/// What it says when there is none.
pub(super) const OFFLINE: &str = "offline";

/// Room for all that stands behind a prefix, within the 65,535 bytes of a topic and the memory of small readers.
const LONGEST_PREFIX: usize = 128;

/// The topics of one site.
#[derive(Debug)]
pub(super) struct Topics {
    base: String,
    /// What no other site of a broker has.
    pub(super) site: String,
}

impl Topics {
    pub(super) fn new(prefix: &str, site: &str) -> Self {
        Self { base: format!("{prefix}/{site}"), site: site.to_owned() }
    }

    pub(super) fn status(&self) -> String {
        format!("{}/status", self.base)
    }

    pub(super) fn state(&self, asset: &str) -> String {
        format!("{}/{asset}/state", self.base)
    }

    /// One level more than [`Self::state`], so that an asset may be called `alarm`.
    pub(super) fn alarm(&self, asset: &str, level: &str) -> String {
        format!("{}/alarm/{asset}/{level}", self.base)
    }
}

/// Why a prefix cannot begin topics; `None` when it can.
///
/// # Example
/// ```
/// use millwatt_gateway::uplink::messages::refused_prefix;
/// assert_eq!(refused_prefix("factory/energy"), None);
/// assert!(refused_prefix("factory/#").is_some());
/// ```
#[must_use]
pub fn refused_prefix(prefix: &str) -> Option<String> {
    let is_wrong = |c: char| "+#".contains(c) || c.is_control() || c.is_whitespace();
    let is_sound = prefix.len() <= LONGEST_PREFIX
        && !prefix.starts_with('$')
        && !prefix.contains(is_wrong)
        && prefix.split('/').all(|level| !level.is_empty());
    let shown = prefix.escape_debug();
    (!is_sound).then(|| {
        format!(
            "`prefix` = `{shown}`: expected levels with / between them, such as \"factory/energy\", up to {LONGEST_PREFIX} bytes without \
             +, #, spaces and a leading $"
        )
    })
}

/// Why a word cannot tell a site from the others of a broker; `None` when it can.
///
/// # Example
/// ```
/// use millwatt_gateway::uplink::messages::refused_site;
/// assert_eq!(refused_site("suoi-giang"), None);
/// assert!(refused_site("Suối Giàng").is_some_and(|why| why.contains("suoi-giang")));
/// ```
#[must_use]
pub fn refused_site(site: &str) -> Option<String> {
    let (shown, offer) = (site.escape_debug(), site_id(site));
    (!is_short_name(site)).then(|| {
        format!("`site` = `{shown}`: expected up to 32 of the letters a-z, digits, - and _, such as \"{offer}\"")
    })
}

/// The level that stands for a site where its file says none: its name without marks.
///
/// # Example
/// ```
/// use millwatt_gateway::uplink::messages::site_id;
/// assert_eq!(site_id("Xưởng chè Suối Giàng"), "xuong-che-suoi-giang");
/// assert_eq!(site_id("茶"), "site");
/// ```
#[must_use]
pub fn site_id(name: &str) -> String {
    let has_letters = name.chars().flat_map(char::to_lowercase).map(slug::base);
    let has_letters = has_letters.into_iter().any(|c| c.is_ascii_alphanumeric());
    if has_letters { slug::slug(name) } else { "site".to_owned() }
}

/// A value's key: what is measured, and its unit, of the letters a-z, digits and _.
pub(super) fn key(quantity: &str, unit: &str) -> String {
    let mut key = quantity.replace(['-', '.'], "_");
    let suffix = unit_word(unit);
    if !suffix.is_empty() {
        key.push('_');
        key += &suffix;
    }
    key
}

/// A unit as a word; empty for what has none.
fn unit_word(unit: &str) -> String {
    if unit == "1" {
        return String::new();
    }
    let mut word = String::new();
    for c in unit.chars().flat_map(char::to_lowercase).map(slug::base) {
        match c {
            '%' => word += "percent",
            '/' => word += "_per_",
            '²' => word.push('2'),
            '³' => word.push('3'),
            c if c.is_ascii_alphanumeric() => word.push(c),
            ' ' | '-' | '_' | '.' => word.push('_'),
            _ => {}
        }
    }
    word.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_carry_their_unit() {
        for (quantity, unit, expected) in [
            ("active_energy", "kWh", "active_energy_kwh"),
            ("voltage-l1", "V", "voltage_l1_v"),
            ("power_factor", "1", "power_factor"),
            ("power_factor", "%", "power_factor_percent"),
            ("temperature", "°C", "temperature_c"),
            ("other", "m³/h", "other_m3_per_h"),
            ("good_count", "bó củi", "good_count_bo_cui"),
            ("good_count", "箱", "good_count"),
        ] {
            assert_eq!(key(quantity, unit), expected);
        }
    }

    #[test]
    fn prefixes_that_no_broker_takes_are_told() {
        let refused = ["", "/a", "a/", "a//b", "a/+", "a#", "a\0b", "a b", "$SYS/a", "a\n"];
        for prefix in refused.into_iter().chain([&*"a".repeat(129)]) {
            let why = refused_prefix(prefix).expect(prefix);
            assert!(why.contains("expected levels") && !why.contains(['\0', '\n']), "{why}");
        }
        assert_eq!(refused_prefix("xưởng/điện"), None);
        assert!(refused_site("a/b").is_some() && refused_site("").is_some());
    }

    #[test]
    fn no_two_things_have_one_topic() {
        let topics = Topics::new("p", "s");
        let all = [
            topics.status(),
            topics.state("status"),
            topics.state("alarm"),
            topics.alarm("state", "idle"),
            topics.alarm("alarm", "state"),
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
