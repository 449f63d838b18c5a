//! `[[uplink]]`: who gets the log.

use std::path::PathBuf;

use super::{SiteFile, Wrong};
use crate::uplink::Waiting;
use crate::uplink::http::HttpPlan;
use millwatt::trust::VerifierKey;
use serde::Deserialize;
use toml::Spanned;

/// `[[uplink]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UplinkRow {
    /// What it is called in messages; the name of a file, too.
    pub name: Spanned<String>,
    /// `https://host/…` of a receiver.
    pub http: Spanned<String>,
    /// What goes out.
    pub send: Spanned<Vec<Sends>>,
    /// The verifier key of the receiver, whose receipts count.
    pub receiver: Spanned<String>,
    /// Whether the log waits for receipts before it deletes anything.
    #[serde(default = "yes")]
    pub hold: bool,
    /// Certificates that vouch for the other side, PEM; the usual ones when left out.
    pub ca: Option<PathBuf>,
    /// One's own certificate, PEM.
    pub certificate: Option<PathBuf>,
    /// And its key.
    pub key: Option<PathBuf>,
}

const fn yes() -> bool {
    true
}

/// What an uplink sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sends {
    /// The log itself, frame by frame, until a receiver says that it keeps it.
    Frames,
}

/// An uplink as it is run.
#[derive(Debug, Clone)]
pub struct UplinkPlan {
    /// What it is called.
    pub name: String,
    /// Where the receiver is.
    pub way: HttpPlan,
    /// The receiver's verifier key.
    pub receiver: String,
    /// Whether the log waits for receipts before it deletes anything.
    pub hold: bool,
}

impl UplinkPlan {
    /// What the log must wait for before it deletes anything.
    #[must_use]
    pub fn waits_for(&self) -> Option<Waiting> {
        let (uplink, receiver) = (self.name.clone(), self.receiver.clone());
        self.hold.then_some(Waiting { uplink, receiver })
    }
}

/// The uplinks of a site file.
pub(super) fn uplinks(site: &SiteFile) -> Result<Vec<UplinkPlan>, Wrong> {
    let mut plans: Vec<UplinkPlan> = Vec::new();
    for row in &site.uplinks {
        let name = row.name.get_ref();
        if !super::is_short_name(name) || plans.iter().any(|plan| plan.name == *name) {
            let message = format!(
                "`name` = `{name}`: expected up to 32 of the letters a-z, digits, - and _, another one for each uplink"
            );
            return Err(Wrong::at(&row.name, message));
        }
        if row.send.get_ref() != &[Sends::Frames] {
            let message = format!("uplink `{name}`: say what to send: send = [\"frames\"]");
            return Err(Wrong::at(&row.send, message));
        }
        let (way, receiver) = (way(row)?, receiver(row)?);
        plans.push(UplinkPlan { name: name.clone(), way, receiver, hold: row.hold });
    }
    Ok(plans)
}

fn receiver(row: &UplinkRow) -> Result<String, Wrong> {
    let (name, key) = (row.name.get_ref(), row.receiver.get_ref());
    if VerifierKey::parse(key).is_err() {
        let message = format!(
            "uplink `{name}`: `{key}` is no verifier key; `millwatt receive key` prints the receiver's, whose signed word \
             that it keeps the log is all that counts"
        );
        return Err(Wrong::at(&row.receiver, message));
    }
    Ok(key.clone())
}

fn way(row: &UplinkRow) -> Result<HttpPlan, Wrong> {
    let (name, url) = (row.name.get_ref(), row.http.get_ref());
    if !["https://", "http://"].iter().any(|scheme| url.starts_with(scheme)) {
        let message = format!("uplink `{name}`: `http` begins with https:// (or http://)");
        return Err(Wrong::at(&row.http, message));
    }
    let (url, ca) = (url.trim_end_matches('/').to_owned(), row.ca.clone());
    let (certificate, key) = (row.certificate.clone(), row.key.clone());
    Ok(HttpPlan { url, ca, certificate, key })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    const HEAD: &str = "[site]\nname = \"S\"\nzone = \"Asia/Bangkok\"\ncurrency = \"VND\"\n";
    const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    fn uplinks(rows: &str) -> Result<Vec<UplinkPlan>, String> {
        let parsed = parse("site.toml", &format!("{HEAD}{rows}"));
        parsed.map(|site| site.uplinks).map_err(|error| error.to_string())
    }

    #[test]
    fn a_receiver_by_name() {
        let rows = format!(
            "[[uplink]]\nname = \"province\"\nhttp = \"https://example.org/\"\nsend = [\"frames\"]\nreceiver = \"{KEY}\"\n\
             [[uplink]]\nname = \"owner\"\nhttp = \"http://127.0.0.1:9\"\nsend = [\"frames\"]\nreceiver = \"{KEY}\"\nhold = false\n"
        );
        let plans = uplinks(&rows).expect("sound");
        assert_eq!(
            (plans[0].way.url.as_str(), plans[0].receiver.as_str()),
            ("https://example.org", KEY)
        );
        let waits: Vec<bool> = plans.iter().map(|plan| plan.waits_for().is_some()).collect();
        assert_eq!(waits, [true, false]);
    }

    #[test]
    fn what_it_must_not_mean_is_told_with_its_line() {
        let row = |name: &str, http: &str, send: &str, receiver: &str| {
            format!(
                "[[uplink]]\nname = \"{name}\"\nhttp = \"{http}\"\nsend = [{send}]\nreceiver = \"{receiver}\"\n"
            )
        };
        let (https, frames) = ("https://h", "\"frames\"");
        for (rows, expected) in [
            (row("a b", https, frames, KEY), "line 6: `name` = `a b`"),
            (row("a", https, frames, KEY).repeat(2), "line 11: `name` = `a`"),
            (row("a", "tcp://h", frames, KEY), "line 7: uplink `a`: `http` begins with https://"),
            (row("a", https, "", KEY), "line 8: uplink `a`: say what to send"),
            (row("a", https, frames, "x"), "line 9: uplink `a`: `x` is no verifier key"),
        ] {
            let why = uplinks(&rows).expect_err(&rows);
            assert!(why.contains(expected), "{why}");
        }
    }
}
