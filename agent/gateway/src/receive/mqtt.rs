//! Parcels by way of an MQTT broker; see [`over_mqtt`](crate::uplink) for the topics.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::http::Told;
use super::{Office, Reply};
use crate::mqtt::{Event, Letter, Mqtt, MqttPlan};
use crate::uplink::over_mqtt::client;

/// After a connection that broke, doubled up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Whom it is told how the connection stands: none when the broker has let us in, else what is wrong.
pub type Standing = Arc<dyn Fn(Option<&str>) + Send + Sync>;

/// Takes parcels until the task is dropped.
pub async fn run(plan: MqttPlan, office: Arc<Mutex<Office>>, told: Told, standing: Standing) {
    let key = lock(&office).verifier().to_string();
    let client = client(&key, "receives");
    let mut pause = FIRST_PAUSE;
    loop {
        let (why, was_in) = match Mqtt::open(&plan, &client, None) {
            Ok(mqtt) => {
                Desk { plan: &plan, mqtt, office: &office, told: &told }.run(&key, &standing).await
            }
            Err(why) => (why, false),
        };
        standing(Some(&why));
        if was_in {
            pause = FIRST_PAUSE;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn lock(office: &Mutex<Office>) -> std::sync::MutexGuard<'_, Office> {
    office.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The office on one connection.
struct Desk<'a> {
    plan: &'a MqttPlan,
    mqtt: Mqtt,
    office: &'a Arc<Mutex<Office>>,
    told: &'a Told,
}

impl Desk<'_> {
    /// Why it ended, and whether the broker had let us in.
    async fn run(mut self, key: &str, standing: &Standing) -> (String, bool) {
        let mut is_in = false;
        loop {
            match self.mqtt.event().await {
                Event::Connected => {
                    self.mqtt.subscribe(&format!("{}/+/sent", self.plan.prefix));
                }
                Event::Subscribed => {
                    is_in = true;
                    self.say(self.plan.receivers(), key.as_bytes().to_vec());
                    standing(None);
                }
                Event::Message { topic, payload } => self.take(topic, payload).await,
                Event::Lost(why) => return (why, is_in),
            }
        }
    }

    /// The disk has its own thread: the broker is answered meanwhile.
    async fn take(&self, topic: String, payload: Vec<u8>) {
        let (plan, office, told) = (self.plan.clone(), self.office.clone(), self.told.clone());
        let taken = tokio::task::spawn_blocking(move || {
            let reply = judge(&plan, &mut lock(&office), &topic, &payload);
            told(&reply);
            reply
        });
        if let Ok(Reply { origin, note: Some(note), .. }) = taken.await {
            self.say(self.plan.kept(&origin), note);
        }
    }

    fn say(&self, topic: String, payload: Vec<u8>) {
        // One that does not go out is one that was lost: the device asks again.
        let _ = self.mqtt.publish(Letter { topic, payload, is_kept: false, at_least_once: true });
    }
}

/// A parcel counts on its own log's topic only: who may write there is for the broker to say.
fn judge(plan: &MqttPlan, office: &mut Office, topic: &str, payload: &[u8]) -> Reply {
    match Office::origin(payload) {
        Some(origin) if plan.sent(&origin) != topic => {
            let why =
                format!("a parcel of {origin} came on the topic {topic}, which is another log's");
            office.refuse(why)
        }
        _ => office.take(payload),
    }
}
