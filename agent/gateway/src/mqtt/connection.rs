//! The client library's two versions, made to look alike.

use super::{Event, KEEP_ALIVE, Letter, MOST_BYTES, MOST_WAITING, MqttPlan, Pem};
use tokio::sync::mpsc;

/// The sending side.
#[derive(Debug)]
pub(super) enum Connection {
    V5(rumqttc_v5::AsyncClient),
    V311(rumqttc_v4::AsyncClient),
}

impl Connection {
    pub(super) fn publish(&self, letter: Letter) -> bool {
        match self {
            Self::V5(client) => v5::publish(client, letter),
            Self::V311(client) => v4::publish(client, letter),
        }
    }

    pub(super) fn subscribe(&self, filter: &str) -> bool {
        match self {
            Self::V5(client) => v5::subscribe(client, filter),
            Self::V311(client) => v4::subscribe(client, filter),
        }
    }

    pub(super) fn close(&self) {
        // What cannot be said any more is said by the end of the connection.
        let _ = match self {
            Self::V5(client) => client.try_disconnect().is_ok(),
            Self::V311(client) => client.try_disconnect().is_ok(),
        };
    }
}

/// What to do about a connection that failed.
fn advice(why: &str) -> &'static str {
    let why = why.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| why.contains(word));
    if has(&["badusernamepassword", "notauthorized"]) {
        "check `user` and the password file, and what the broker allows them"
    } else if has(&["tls", "certificate"]) {
        "check `ca`: it must vouch for the broker's certificate, which must name this host"
    } else if has(&["protocol"]) {
        "does the broker speak this version? try version = \"3.1.1\""
    } else {
        "does the broker run, is it reached under this address? it is tried again"
    }
}

macro_rules! version {
    ($module:ident, $library:ident, $will:expr, $limit:expr) => {
        pub(super) mod $module {
            use super::*;
            use $library::{
                AsyncClient, Event as Happening, EventLoop, Incoming, LastWill, MqttOptions,
                PublishOptions, QoS, SubscribeReasonCode, TlsConfiguration, Transport,
            };

            fn quality(letter: &Letter) -> QoS {
                if letter.at_least_once { QoS::AtLeastOnce } else { QoS::AtMostOnce }
            }

            pub(crate) fn open(
                plan: &MqttPlan,
                client: &str,
                credentials: Option<(String, String)>,
                tls: Option<Pem>,
                will: Option<&Letter>,
            ) -> Result<(AsyncClient, EventLoop), String> {
                let mut options = MqttOptions::new(client, (plan.host.as_str(), plan.port));
                options.set_keep_alive(KEEP_ALIVE);
                $limit(&mut options);
                if let Some((user, password)) = credentials {
                    options.set_credentials(user, password);
                }
                if let Some(will) = will {
                    let make: fn(String, Vec<u8>, QoS, bool) -> LastWill = $will;
                    let will =
                        make(will.topic.clone(), will.payload.clone(), quality(will), will.is_kept);
                    options.set_last_will(will);
                }
                if let Some((ca, client_auth)) = tls {
                    let tls = match ca {
                        Some(ca) => TlsConfiguration::Simple { ca, alpn: None, client_auth },
                        None => TlsConfiguration::try_default_rustls().map_err(|error| {
                            format!("this system's certificates cannot be read: {error}; name some with `ca`")
                        })?,
                    };
                    options.set_transport(Transport::tls_with_config(tls));
                }
                let built = AsyncClient::builder(options).capacity(MOST_WAITING).try_build();
                built.map_err(|error| format!("{}: {error}", plan.host))
            }

            pub(crate) fn publish(client: &AsyncClient, letter: Letter) -> bool {
                let options = PublishOptions::new(quality(&letter)).retain(letter.is_kept);
                client.try_publish(letter.topic, letter.payload, options).is_ok()
            }

            pub(crate) fn subscribe(client: &AsyncClient, filter: &str) -> bool {
                client.try_subscribe(filter, QoS::AtLeastOnce).is_ok()
            }

            /// Moves bytes until the connection breaks: what it was worth dies with it.
            pub(crate) async fn run(
                mut connection: EventLoop,
                place: String,
                events: mpsc::Sender<Event>,
            ) {
                loop {
                    let event = match connection.poll().await {
                        Ok(Happening::Incoming(Incoming::ConnAck(_))) => Event::Connected,
                        Ok(Happening::Incoming(Incoming::SubAck(ack))) => {
                            let is_granted =
                                |code: &SubscribeReasonCode| matches!(code, SubscribeReasonCode::Success(_));
                            match ack.return_codes.iter().all(is_granted) {
                                true => Event::Subscribed,
                                false => Event::Lost(format!(
                                    "broker {place}: this user may not read what it must: check the broker's list of rights"
                                )),
                            }
                        }
                        Ok(Happening::Incoming(Incoming::Publish(letter))) => {
                            let topic = String::from_utf8_lossy(&letter.topic).into_owned();
                            Event::Message { topic, payload: letter.payload.to_vec() }
                        }
                        Ok(_) => continue,
                        Err(error) => {
                            let why = error.to_string();
                            let advice = advice(&format!("{why} {error:?}"));
                            Event::Lost(format!("broker {place}: {why}; {advice}"))
                        }
                    };
                    let is_over = matches!(event, Event::Lost(_));
                    if events.send(event).await.is_err() || is_over {
                        return;
                    }
                }
            }
        }
    };
}

version!(
    v5,
    rumqttc_v5,
    |topic, payload, quality, is_kept| LastWill::new(topic, payload, quality, is_kept, None),
    |options: &mut MqttOptions| {
        options
            .set_incoming_packet_size_limit(rumqttc_v5::IncomingPacketSizeLimit::Bytes(MOST_BYTES));
    }
);
version!(
    v4,
    rumqttc_v4,
    |topic, payload, quality, is_kept| LastWill::new(topic, payload, quality, is_kept),
    |options: &mut MqttOptions| {
        options.set_max_packet_size(MOST_BYTES as usize, MOST_BYTES as usize);
    }
);
