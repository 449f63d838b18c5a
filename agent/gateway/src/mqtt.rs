//! One connection to an MQTT broker, of version 5 or 3.1.1.
//!
//! A broker is a postman: its acknowledgement says that it took a letter, not that anybody has it. So nothing is kept for
//! a later connection, here or there: sessions are clean, and whoever sends knows by itself what to send again.

mod connection;

use std::path::{Path, PathBuf};
use std::time::Duration;

use connection::{Connection, v4, v5};
use tokio::sync::mpsc;

/// The longest message that is taken: a page of the log in a parcel.
const MOST_BYTES: u32 = 24 << 20;
/// A broker that has not said anything for so long is asked.
const KEEP_ALIVE: u16 = 30;
/// For the last word before the connection is closed.
const LAST_WORD: Duration = Duration::from_secs(2);
/// Messages that wait to be sent or looked at.
const MOST_WAITING: usize = 64;

/// Where a broker is and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MqttPlan {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it proves itself; none for plain text.
    pub tls: Option<Tls>,
    /// Who one is.
    pub user: Option<String>,
    /// The file that holds the password, in its first line.
    pub password_file: Option<PathBuf>,
    /// The version of the protocol.
    pub version: Version,
    /// What every topic begins with.
    pub prefix: String,
}

/// How two ends prove themselves to each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tls {
    /// Certificates that vouch for the broker, PEM; the system's when there is none.
    pub ca: Option<PathBuf>,
    /// One's own certificate, PEM.
    pub certificate: Option<PathBuf>,
    /// And its key.
    pub key: Option<PathBuf>,
}

/// A version of the protocol.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, clap::ValueEnum)]
pub enum Version {
    /// MQTT 5.
    #[default]
    #[serde(rename = "5")]
    #[value(name = "5")]
    V5,
    /// MQTT 3.1.1.
    #[serde(rename = "3.1.1")]
    #[value(name = "3.1.1")]
    V311,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Where to.
    pub topic: String,
    /// What.
    pub payload: Vec<u8>,
    /// Whether the broker keeps it for whoever comes later.
    pub is_kept: bool,
    /// Whether it is sent until the broker has it; else once.
    pub at_least_once: bool,
}

/// What happens on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The broker has let us in.
    Connected,
    /// What was asked for with a [`subscribe`](Mqtt::subscribe) comes from now on. Letters that are handed over before
    /// may go out before.
    Subscribed,
    /// Somebody wrote.
    Message {
        /// Where to.
        topic: String,
        /// What.
        payload: Vec<u8>,
    },
    /// It is over; the sentence says why and what to do.
    Lost(String),
}

impl MqttPlan {
    /// Reads `mqtt://host:1883` or `mqtts://host:8883`; the ports may be left out. Everything else is as usual.
    ///
    /// # Errors
    /// What was expected.
    pub fn parse(url: &str) -> Result<Self, String> {
        let wrong = || format!("`{url}`: expected mqtts://host:8883 (or mqtt://host:1883)");
        let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
        let (tls, usual) = match scheme {
            "mqtts" => (Some(Tls::default()), 8_883),
            "mqtt" => (None, 1_883),
            _ => return Err(wrong()),
        };
        let rest = rest.trim_end_matches('/');
        let has_port =
            rest.rsplit_once(':').filter(|(host, _)| !host.ends_with(':') && !rest.ends_with(']'));
        let (host, port) = match has_port {
            Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
            None => (rest, usual),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || host.contains(['/', '@']) {
            return Err(wrong());
        }
        Ok(Self {
            host: host.to_owned(),
            port,
            tls,
            user: None,
            password_file: None,
            version: Version::default(),
            prefix: "millwatt".to_owned(),
        })
    }

    /// The topic of a device's log on its way, by the log's name.
    #[must_use]
    pub fn sent(&self, origin: &str) -> String {
        format!("{}/{}/sent", self.prefix, level(origin))
    }

    /// The topic of receipts for it.
    #[must_use]
    pub fn kept(&self, origin: &str) -> String {
        format!("{}/{}/kept", self.prefix, level(origin))
    }

    /// The topic on which a receiver says that it is there.
    #[must_use]
    pub fn receivers(&self) -> String {
        format!("{}/receivers", self.prefix)
    }
}

/// A log's name as one level of a topic.
fn level(origin: &str) -> String {
    origin.replace(['/', '+', '#'], "-")
}

/// A connection: it is made in the background, and told of by [`event`](Self::event).
#[derive(Debug)]
pub struct Mqtt {
    connection: Connection,
    events: mpsc::Receiver<Event>,
    task: tokio::task::JoinHandle<()>,
}

impl Mqtt {
    /// Begins to connect, on the runtime that it is called on. `will` is what the broker says when the line breaks.
    ///
    /// # Errors
    /// A file that cannot be read: a sentence with the way out.
    pub fn open(plan: &MqttPlan, client: &str, will: Option<&Letter>) -> Result<Self, String> {
        let credentials = credentials(plan)?;
        let tls = plan.tls.as_ref().map(tls).transpose()?;
        let place = format!("{}:{}", plan.host, plan.port);
        let (sender, events) = mpsc::channel(MOST_WAITING);
        let (connection, task) = match plan.version {
            Version::V5 => {
                let opened = v5::open(plan, client, credentials, tls, will)?;
                (Connection::V5(opened.0), tokio::spawn(v5::run(opened.1, place, sender)))
            }
            Version::V311 => {
                let opened = v4::open(plan, client, credentials, tls, will)?;
                (Connection::V311(opened.0), tokio::spawn(v4::run(opened.1, place, sender)))
            }
        };
        Ok(Self { connection, events, task })
    }

    /// What happens next. After [`Event::Lost`] nothing more does.
    pub async fn event(&mut self) -> Event {
        self.events.recv().await.unwrap_or_else(|| Event::Lost("the connection has ended".into()))
    }

    /// Hands a letter over; false where too many wait already.
    pub fn publish(&self, letter: Letter) -> bool {
        self.connection.publish(letter)
    }

    /// Asks for the letters to a topic or a pattern of topics.
    pub fn subscribe(&self, filter: &str) -> bool {
        self.connection.subscribe(filter)
    }

    /// Takes leave of the broker, which then says no will.
    pub async fn close(mut self) {
        self.connection.close();
        let _ = tokio::time::timeout(LAST_WORD, &mut self.task).await;
    }
}

impl Drop for Mqtt {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The user and the password.
fn credentials(plan: &MqttPlan) -> Result<Option<(String, String)>, String> {
    let Some(user) = plan.user.clone() else { return Ok(None) };
    let password = match &plan.password_file {
        None => String::new(),
        Some(path) => {
            let text = String::from_utf8(read(path)?);
            let text =
                text.map_err(|_| format!("{}: expected one line of text", path.display()))?;
            text.lines().next().unwrap_or_default().to_owned()
        }
    };
    Ok(Some((user, password)))
}

/// PEM texts for TLS: who vouches for the broker, and one's own certificate with its key.
type Pem = (Option<Vec<u8>>, Option<(Vec<u8>, Vec<u8>)>);

fn tls(tls: &Tls) -> Result<Pem, String> {
    let ca = tls.ca.as_deref().map(read).transpose()?;
    let own = match &tls.certificate {
        None => None,
        Some(certificate) => {
            let key = tls.key.as_ref().unwrap_or(certificate);
            Some((read(certificate)?, read(key)?))
        }
    };
    Ok((ca, own))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}; check the path", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_brokers() {
        let place = |url: &str| {
            let plan = MqttPlan::parse(url).map_err(|_| ())?;
            Ok::<_, ()>((plan.host, plan.port, plan.tls.is_some()))
        };
        assert_eq!(
            place("mqtts://broker.example.org"),
            Ok(("broker.example.org".into(), 8_883, true))
        );
        assert_eq!(place("mqtt://127.0.0.1:18830/"), Ok(("127.0.0.1".into(), 18_830, false)));
        assert_eq!(place("mqtt://[::1]:1884"), Ok(("::1".into(), 1_884, false)));
        assert_eq!(place("mqtt://[::1]"), Ok(("::1".into(), 1_883, false)));
        for wrong in
            ["broker", "http://b", "mqtt://", "mqtt://b:port", "mqtt://user@b", "mqtt://b/topic"]
        {
            assert_eq!(place(wrong), Err(()), "{wrong}");
        }
    }

    #[test]
    fn a_log_has_one_level_of_a_topic() {
        let plan = MqttPlan::parse("mqtt://b").expect("an address");
        assert_eq!(plan.sent("millwatt/1/2"), "millwatt/millwatt-1-2/sent");
        assert_eq!(plan.kept("a+#b"), "millwatt/a--b/kept");
    }
}
