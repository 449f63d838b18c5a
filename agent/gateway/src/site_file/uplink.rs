//! `[[uplink]]`: who gets the log.

use std::path::PathBuf;

use super::{Duration, SiteFile, Wrong};
use crate::export::Form;
use crate::language::Language;
use crate::mqtt::{MqttPlan, Tls, Version};
use crate::uplink::Waiting;
use crate::uplink::folder::FolderPlan;
use crate::uplink::http::HttpPlan;
use crate::uplink::messages::{MessagesPlan, USUAL_PACE, refused_prefix, refused_site, site_id};
use crate::uplink::nats::{NatsPlan, missing, refused_subject};
use crate::uplink::push_http::PushPlan;
use crate::uplink::right::Right;
use millwatt::trust::VerifierKey;
use serde::Deserialize;
use toml::Spanned;

/// `[[uplink]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UplinkRow {
    /// What it is called in messages; the name of a file, too.
    pub name: Spanned<String>,
    /// `https://host/…` of a receiver, or of a server that takes JSON.
    pub http: Option<Spanned<String>>,
    /// `mqtts://host` of a broker between here and the receiver.
    pub mqtt: Option<Spanned<String>>,
    /// `nats://host` or `tls://host` of a server with JetStream.
    pub nats: Option<Spanned<String>>,
    /// What messages to it are about; `millwatt.` and the site when left out.
    pub subject: Option<Spanned<String>>,
    /// A folder that gets a file for each finished day.
    pub folder: Option<Spanned<PathBuf>>,
    /// The version of MQTT.
    #[serde(default)]
    pub version: Version,
    /// What every topic begins with.
    pub prefix: Option<Spanned<String>>,
    /// Who one is to the broker or the server.
    pub user: Option<String>,
    /// The file with the password, in its first line.
    pub password_file: Option<PathBuf>,
    /// The file with the token that a server asks for, in its first line.
    pub token_file: Option<PathBuf>,
    /// What goes out.
    pub send: Spanned<Vec<Sends>>,
    /// The verifier key of the receiver, whose receipts count; not without frames.
    pub receiver: Option<Spanned<String>>,
    /// The level of topics that tells this site from others of one broker; from its name when left out.
    pub site: Option<Spanned<String>>,
    /// From one state of a machine to the next, at least.
    pub every: Option<Spanned<Duration>>,
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
    /// The last values of each machine.
    Values,
    /// Alarms.
    Alarms,
    /// What Home Assistant needs to show both.
    HomeAssistant,
    /// A table for each day.
    Csv,
    /// InfluxDB's line protocol for each day.
    LineProtocol,
    /// A Parquet file for each day.
    Parquet,
    /// Readings and events, as `millwatt export` gives them as JSON.
    Json,
}

/// An uplink as it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UplinkPlan {
    /// What it is called.
    pub name: String,
    /// Where the receiver is.
    pub way: Way,
    /// The receiver's verifier key, where frames go out.
    pub receiver: Option<String>,
    /// What is said besides.
    pub messages: Option<MessagesPlan>,
    /// Whether the log waits for receipts before it deletes anything.
    pub hold: bool,
}

/// How a receiver is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Straight.
    Http(HttpPlan),
    /// Straight, a server that takes JSON.
    Push(PushPlan),
    /// By a stream of NATS.
    Nats(NatsPlan),
    /// By a broker.
    Mqtt(MqttPlan),
    /// Not at all: files for whoever takes them.
    Folder(FolderPlan),
}

impl UplinkPlan {
    /// What the log must wait for before it deletes anything.
    #[must_use]
    pub fn waits_for(&self) -> Option<Waiting> {
        let (uplink, receiver) = (self.name.clone(), self.receiver.clone()?);
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
        let (way, receiver) = (way(row, &site.site.name)?, receiver(row)?);
        let messages = messages(row, &way, &site.site.name)?;
        let is_folder = matches!(way, Way::Folder(_));
        let is_file = |what| matches!(what, Sends::Csv | Sends::LineProtocol | Sends::Parquet);
        if !is_folder && row.send.get_ref().iter().copied().any(is_file) {
            let message = format!(
                "uplink `{name}`: \"csv\", \"line-protocol\" and \"parquet\" go to a `folder`"
            );
            return Err(Wrong::at(&row.send, message));
        }
        if matches!(way, Way::Mqtt(_)) && row.sends(Sends::Json) {
            let message = format!("uplink `{name}`: \"json\" goes by `http` or `nats`");
            return Err(Wrong::at(&row.send, message));
        }
        let has_own = matches!(way, Way::Folder(_) | Way::Push(_) | Way::Nats(_));
        if !has_own && receiver.is_none() && messages.is_none() {
            let message = format!(
                "uplink `{name}`: say what to send: send = [\"frames\"], by HTTP also \"json\", by MQTT also \"values\", \
                 \"alarms\", \"home-assistant\""
            );
            return Err(Wrong::at(&row.send, message));
        }
        plans.push(UplinkPlan { name: name.clone(), way, receiver, messages, hold: row.hold });
    }
    Ok(plans)
}

impl UplinkRow {
    fn sends(&self, what: Sends) -> bool {
        self.send.get_ref().contains(&what)
    }
}

/// What is said besides frames; nothing where nobody asks for it.
fn messages(row: &UplinkRow, way: &Way, name: &str) -> Result<Option<MessagesPlan>, Wrong> {
    let uplink = row.name.get_ref();
    let [values, alarms, home_assistant] =
        [Sends::Values, Sends::Alarms, Sends::HomeAssistant].map(|what| row.sends(what));
    if !(values || alarms || home_assistant) {
        return Ok(None);
    }
    let Way::Mqtt(broker) = way else {
        let message = format!(
            "uplink `{uplink}`: \"values\", \"alarms\" and \"home-assistant\" go by `mqtt`"
        );
        return Err(Wrong::at(&row.send, message));
    };
    let refused = row.site.as_ref().and_then(|site| Some((site, refused_site(site.get_ref())?)));
    if let Some((site, why)) = refused {
        return Err(Wrong::at(site, format!("uplink `{uplink}`: {why}")));
    }
    let site = row.site.as_ref().map_or_else(|| site_id(name), |site| site.get_ref().clone());
    let (prefix, language) = (broker.prefix.clone(), Language::spoken());
    let pace = row.every.as_ref().map_or(USUAL_PACE, |every| every.get_ref().0);
    Ok(Some(MessagesPlan { prefix, site, values, alarms, home_assistant, pace, language }))
}

fn receiver(row: &UplinkRow) -> Result<Option<String>, Wrong> {
    let name = row.name.get_ref();
    if !row.sends(Sends::Frames) {
        return Ok(None);
    }
    let Some(key) = &row.receiver else {
        let message = format!(
            "uplink `{name}`: frames need a `receiver`: `millwatt receive key` prints its key, whose signed word that it keeps \
             the log is all that counts"
        );
        return Err(Wrong::at(&row.send, message));
    };
    if VerifierKey::parse(key.get_ref()).is_err() {
        let message = format!(
            "uplink `{name}`: `{}` is no verifier key; `millwatt receive key` prints the receiver's",
            key.get_ref()
        );
        return Err(Wrong::at(key, message));
    }
    Ok(Some(key.get_ref().clone()))
}

fn way(row: &UplinkRow, site: &str) -> Result<Way, Wrong> {
    match (&row.http, &row.mqtt, &row.nats, &row.folder) {
        (Some(url), None, None, None) if row.sends(Sends::Json) => push(row, url).map(Way::Push),
        (Some(url), None, None, None) => http(row, url).map(Way::Http),
        (None, Some(url), None, None) => mqtt(row, url).map(Way::Mqtt),
        (None, None, Some(url), None) => nats(row, url, site).map(Way::Nats),
        (None, None, None, Some(path)) => folder(row, path, site).map(Way::Folder),
        _ => {
            let name = row.name.get_ref();
            let message = format!(
                "uplink `{name}`: say where it leads: one of `http`, `mqtt`, `nats` and `folder`"
            );
            Err(Wrong::at(&row.name, message))
        }
    }
}

fn folder(row: &UplinkRow, path: &Spanned<PathBuf>, site: &str) -> Result<FolderPlan, Wrong> {
    let uplink = row.name.get_ref();
    let ending = match row.send.get_ref()[..] {
        [Sends::Csv] => "csv",
        [Sends::LineProtocol] => "lp",
        [Sends::Parquet] => "parquet",
        _ => {
            let message = format!(
                "uplink `{uplink}`: a folder takes one of send = [\"csv\"], [\"line-protocol\"] and [\"parquet\"]"
            );
            return Err(Wrong::at(&row.send, message));
        }
    };
    if let Some(why) = Form::of(&format!(".{ending}")).and_then(Form::missing) {
        return Err(Wrong::at(&row.send, format!("uplink `{uplink}`: {why}")));
    }
    if !path.get_ref().is_absolute() {
        let message = format!(
            "uplink `{uplink}`: `folder` begins with /: it is found wherever the program starts"
        );
        return Err(Wrong::at(path, message));
    }
    let name = row.site.as_ref().map_or_else(|| site_id(site), |site| site.get_ref().clone());
    if let (Some(site), Some(why)) = (&row.site, refused_site(&name)) {
        return Err(Wrong::at(site, format!("uplink `{uplink}`: {why}")));
    }
    Ok(FolderPlan { folder: path.get_ref().clone(), name, ending: ending.to_owned() })
}

fn http(row: &UplinkRow, url: &Spanned<String>) -> Result<HttpPlan, Wrong> {
    let (name, text) = (row.name.get_ref(), url.get_ref());
    if !["https://", "http://"].iter().any(|scheme| text.starts_with(scheme)) {
        let message = format!("uplink `{name}`: `http` begins with https:// (or http://)");
        return Err(Wrong::at(url, message));
    }
    let (url, ca) = (text.trim_end_matches('/').to_owned(), row.ca.clone());
    let (certificate, key) = (row.certificate.clone(), row.key.clone());
    Ok(HttpPlan { url, ca, certificate, key })
}

fn push(row: &UplinkRow, url: &Spanned<String>) -> Result<PushPlan, Wrong> {
    only_json(row)?;
    // The address is taken to its last sign: a path may end with a slash.
    let http = HttpPlan { url: url.get_ref().clone(), ..http(row, url)? };
    Ok(PushPlan { http, right: right(row, url)? })
}

fn nats(row: &UplinkRow, url: &Spanned<String>, site: &str) -> Result<NatsPlan, Wrong> {
    only_json(row)?;
    let (uplink, text) = (row.name.get_ref(), url.get_ref());
    let wrong = |place: &Spanned<String>, why: &str| {
        Err(Wrong::at(place, format!("uplink `{uplink}`: {why}")))
    };
    if let Some(why) = missing() {
        return wrong(url, why);
    }
    if !["nats://", "tls://"].iter().any(|scheme| text.starts_with(scheme)) || text.contains('@') {
        return wrong(url, "`nats` begins with tls:// (or nats://), and names host and port only");
    }
    let subject = match &row.subject {
        None => format!("millwatt.{}", site_id(site)),
        Some(subject) => match refused_subject(subject.get_ref()) {
            None => subject.get_ref().clone(),
            Some(why) => return wrong(subject, why),
        },
    };
    let (url, right, ca) = (text.clone(), right(row, url)?, row.ca.clone());
    let (certificate, key) = (row.certificate.clone(), row.key.clone());
    Ok(NatsPlan { url, subject, right, ca, certificate, key })
}

fn only_json(row: &UplinkRow) -> Result<(), Wrong> {
    if row.send.get_ref()[..] == [Sends::Json] {
        return Ok(());
    }
    let uplink = row.name.get_ref();
    let message = match row.nats {
        Some(_) => format!("uplink `{uplink}`: `nats` takes send = [\"json\"]"),
        None => format!(
            "uplink `{uplink}`: \"json\" goes out alone; write another [[uplink]] for the rest"
        ),
    };
    Err(Wrong::at(&row.send, message))
}

fn right(row: &UplinkRow, url: &Spanned<String>) -> Result<Right, Wrong> {
    match (&row.token_file, &row.user, &row.password_file) {
        (None, None, None) => Ok(Right::Open),
        (Some(token), None, None) => Ok(Right::Token(token.clone())),
        (None, Some(user), Some(password)) => Ok(Right::Password(user.clone(), password.clone())),
        _ => {
            let uplink = row.name.get_ref();
            let message = format!(
                "uplink `{uplink}`: a server asks for `token_file`, or for `user` and `password_file`"
            );
            Err(Wrong::at(url, message))
        }
    }
}

fn mqtt(row: &UplinkRow, url: &Spanned<String>) -> Result<MqttPlan, Wrong> {
    let name = row.name.get_ref();
    let plan = MqttPlan::parse(url.get_ref())
        .map_err(|message| Wrong::at(url, format!("uplink `{name}`: {message}")))?;
    let (ca, certificate, key) = (row.ca.clone(), row.certificate.clone(), row.key.clone());
    let prefix = match &row.prefix {
        None => plan.prefix.clone(),
        Some(prefix) => match refused_prefix(prefix.get_ref()) {
            None => prefix.get_ref().clone(),
            Some(why) => return Err(Wrong::at(prefix, format!("uplink `{name}`: {why}"))),
        },
    };
    let tls = plan.tls.as_ref().map(|_| Tls { ca, certificate, key });
    let (user, password_file) = (row.user.clone(), row.password_file.clone());
    Ok(MqttPlan { tls, user, password_file, version: row.version, prefix, ..plan })
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
        let Way::Http(way) = &plans[0].way else { panic!("by HTTP") };
        assert_eq!(
            (way.url.as_str(), plans[0].receiver.as_deref()),
            ("https://example.org", Some(KEY))
        );
        let waits: Vec<bool> = plans.iter().map(|plan| plan.waits_for().is_some()).collect();
        assert_eq!(waits, [true, false]);
    }

    #[test]
    fn a_broker_between() {
        let row = |more: &str| {
            uplinks(&format!(
                "[[uplink]]\nname = \"office\"\nsend = [\"frames\"]\nreceiver = \"{KEY}\"\n{more}"
            ))
        };
        let more = "mqtt = \"mqtts://broker.example.org\"\nversion = \"3.1.1\"\nuser = \"suoi-giang\"\n\
                    password_file = \"broker.password\"\nprefix = \"province/millwatt\"\nca = \"ca.crt\"\n";
        let plans = row(more).expect("sound");
        let Way::Mqtt(plan) = &plans[0].way else { panic!("by a broker") };
        assert_eq!((plan.port, plan.version), (8_883, Version::V311));
        assert_eq!(plan.kept("a/1"), "province/millwatt/a-1/kept");
        assert_eq!(plan.tls.as_ref().and_then(|tls| tls.ca.clone()), Some("ca.crt".into()));
        for (more, expected) in [
            ("", "line 6: uplink `office`: say where it leads"),
            ("mqtt = \"mqtt://b\"\nhttp = \"https://b\"\n", "say where it leads"),
            ("mqtt = \"https://b\"\n", "line 9: uplink `office`: `https://b`: expected mqtts"),
            ("mqtt = \"mqtt://b\"\nprefix = \"a/#\"\n", "line 10: uplink `office`: `prefix`"),
        ] {
            let why = row(more).expect_err(more);
            assert!(why.contains(expected), "{why}");
        }
    }

    #[test]
    fn files_for_a_folder() {
        let row = |send: &str, more: &str| {
            uplinks(&format!("[[uplink]]\nname = \"stick\"\nsend = [{send}]\n{more}"))
        };
        let plans = row("\"line-protocol\"", "folder = \"/mnt/stick\"\n").expect("sound");
        let plan =
            FolderPlan { folder: "/mnt/stick".into(), name: "s".into(), ending: "lp".into() };
        assert_eq!((&plans[0].way, plans[0].waits_for()), (&Way::Folder(plan), None));
        for (send, more, expected) in [
            (
                "\"csv\", \"frames\"",
                "folder = \"/mnt\"\n",
                "line 7: uplink `stick`: a folder takes",
            ),
            ("\"csv\"", "folder = \"mnt\"\n", "line 8: uplink `stick`: `folder` begins with /"),
            ("\"csv\"", "folder = \"/mnt\"\nsite = \"a b\"\n", "line 9: uplink `stick`: `site`"),
            ("\"csv\"", "mqtt = \"mqtt://127.0.0.1\"\n", "line 7: uplink `stick`: \"csv\""),
            (
                "\"csv\"",
                "folder = \"/mnt\"\nhttp = \"https://h\"\n",
                "line 6: uplink `stick`: say where",
            ),
        ] {
            let why = row(send, more).expect_err(more);
            assert!(why.contains(expected), "{why}");
        }
    }

    #[test]
    fn readings_for_a_server() {
        let row = |send: &str, more: &str| {
            uplinks(&format!(
                "[[uplink]]\nname = \"cloud\"\nsend = [{send}]\nhttp = \"https://h/a/\"\n{more}"
            ))
        };
        let plans = row("\"json\"", "token_file = \"cloud.token\"\n").expect("sound");
        let Way::Push(plan) = &plans[0].way else { panic!("by HTTP") };
        assert_eq!(plan.http.url, "https://h/a/");
        assert_eq!(plan.right, Right::Token("cloud.token".into()));
        assert!(plans[0].waits_for().is_none(), "nothing is held back for it");
        for (send, more, expected) in [
            ("\"json\", \"frames\"", "", "line 7: uplink `cloud`: \"json\" goes out alone"),
            ("\"json\"", "user = \"u\"\n", "line 8: uplink `cloud`: a server asks for"),
            ("\"json\"", "mqtt = \"mqtt://b\"\n", "line 6: uplink `cloud`: say where it leads"),
        ] {
            let why = row(send, more).expect_err(more);
            assert!(why.contains(expected), "{why}");
        }
        let by_broker = "[[uplink]]\nname = \"cloud\"\nsend = [\"json\"]\nmqtt = \"mqtt://b\"\n";
        let why = uplinks(by_broker).expect_err("no broker");
        assert!(why.contains("line 7: uplink `cloud`: \"json\" goes by `http` or `nats`"), "{why}");
    }

    #[test]
    fn readings_for_a_stream() {
        let row = |send: &str, more: &str| {
            uplinks(&format!("[[uplink]]\nname = \"bus\"\nsend = [{send}]\n{more}"))
        };
        let server = "nats = \"tls://h:4222\"\n";
        if let Some(missing) = missing() {
            let why = row("\"json\"", server).expect_err("not built");
            return assert!(why.contains("line 8") && why.contains(missing), "{why}");
        }
        let plans = row("\"json\"", server).expect("sound");
        let Way::Nats(plan) = &plans[0].way else { panic!("by NATS") };
        assert_eq!((plan.subject.as_str(), &plan.right), ("millwatt.s", &Right::Open));
        let wild = format!("{server}subject = \"a.>\"\n");
        for (send, more, expected) in [
            ("\"frames\"", server, "`nats` takes send = [\"json\"]"),
            ("\"json\"", "nats = \"http://h\"\n", "line 8: uplink `bus`: `nats` begins with"),
            ("\"json\"", "nats = \"nats://u:p@h\"\n", "names host and port only"),
            ("\"json\"", &wild, "line 9: uplink `bus`: `subject`"),
        ] {
            let why = row(send, more).expect_err(more);
            assert!(why.contains(expected), "{why}");
        }
    }

    #[test]
    fn messages_need_a_broker_and_no_receiver() {
        let row = |send: &str, more: &str| {
            uplinks(&format!("[[uplink]]\nname = \"house\"\nsend = [{send}]\n{more}"))
        };
        let broker = "mqtt = \"mqtt://127.0.0.1\"\n";
        let plans = row("\"values\", \"home-assistant\"", broker).expect("sound");
        let messages = plans[0].messages.as_ref().expect("messages");
        assert_eq!((messages.site.as_str(), messages.pace), ("s", USUAL_PACE));
        assert!(messages.values && messages.home_assistant && !messages.alarms);
        assert!(plans[0].waits_for().is_none(), "nothing is held back for it");
        let named = format!("{broker}site = \"Suối Giàng\"\n");
        for (send, more, expected) in [
            ("\"alarms\"", "http = \"https://b\"\n", "go by `mqtt`"),
            ("\"frames\"", broker, "frames need a `receiver`"),
            ("\"values\"", &named, "line 9: uplink `house`: `site`"),
        ] {
            let why = row(send, more).expect_err(send);
            assert!(why.contains(expected), "{why}");
        }
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
