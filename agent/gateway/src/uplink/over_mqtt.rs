//! By way of an MQTT broker: parcels and receipts are letters, and the receiver may be away.
//!
//! | topic | who writes | what |
//! |---|---|---|
//! | `PREFIX/LOG/sent` | the device | a parcel |
//! | `PREFIX/LOG/kept` | the receiver | its signed statement |
//! | `PREFIX/receivers` | the receiver | that it is there: whoever waits for it goes on at once |
//!
//! [Messages](super::messages) go over the same connection.
//!
//! The broker's own acknowledgement only paces the sending. A letter that is lost, doubled, kept back or made up costs
//! a repetition: what counts is the receiver's signature.

use std::time::{Duration, Instant};

use super::line::{FramesLine, Step};
use super::talk::Talk;
use crate::mqtt::{Event, Letter, Mqtt, MqttPlan};
use millwatt::trust::Hash;

/// After a connection that broke, doubled up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How often it is looked whether an answer is overdue.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How a connection ended.
enum End {
    /// Nothing is collected any more.
    Stopped,
    Lost {
        why: String,
        /// Whether the broker had let us in.
        was_in: bool,
    },
}

/// Sends until nothing is collected any more.
pub(super) async fn run(plan: &MqttPlan, mut line: FramesLine, mut talk: Option<Talk>) {
    let client = client(line.origin(), "sends");
    let mut pause = FIRST_PAUSE;
    loop {
        let will = talk.as_ref().map(Talk::will);
        let end = match Mqtt::open(plan, &client, will.as_ref()) {
            Ok(mut mqtt) => {
                let end = drive(plan, &mut mqtt, &mut line, &mut talk).await;
                if matches!(end, End::Stopped) {
                    talk.iter_mut().for_each(|talk| talk.farewell(&mqtt));
                    mqtt.close().await;
                }
                end
            }
            Err(why) => End::Lost { why, was_in: false },
        };
        let End::Lost { why, was_in } = end else { return };
        line.disconnected();
        line.trouble(why);
        if was_in {
            pause = FIRST_PAUSE;
        }
        if !rest(&mut line, &mut talk, pause).await {
            return;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// A name that no other client of the broker has, and the same after a start.
pub(crate) fn client(origin: &str, part: &str) -> String {
    let Hash(hash) = Hash::of(format!("{origin} {part}").as_bytes());
    let digits: String = hash.iter().take(10).map(|byte| format!("{byte:02x}")).collect();
    format!("mw{digits}")
}

/// Waits so long, and goes on listening; false when nothing is collected any more.
async fn rest(line: &mut FramesLine, talk: &mut Option<Talk>, pause: Duration) -> bool {
    talk.iter_mut().for_each(Talk::lost);
    let end = Instant::now() + pause;
    while Instant::now() < end {
        if !line.pause(LOOK_EVERY.min(pause)).await {
            return false;
        }
        talk.iter_mut().for_each(Talk::listen);
    }
    true
}

async fn drive(
    plan: &MqttPlan,
    mqtt: &mut Mqtt,
    line: &mut FramesLine,
    talk: &mut Option<Talk>,
) -> End {
    let (sent, kept) = (plan.sent(line.origin()), plan.kept(line.origin()));
    let receivers = plan.receivers();
    let nobody = format!(
        "nobody answers on {kept}: does `millwatt receive run --mqtt` run at the office, and is this device written down there?"
    );
    // Two topics are asked for: what is answered before both are granted would be lost.
    let (mut granted, is_ready) = (0, if line.has_receiver() { 2 } else { 0 });
    let mut is_in = false;
    loop {
        if let Some(talk) = talk.as_mut().filter(|_| is_in) {
            talk.listen();
            talk.say(mqtt);
        }
        if is_in && granted >= is_ready {
            line.look(&nobody);
            while let Step::Send(payload) = line.step() {
                let topic = sent.clone();
                let letter = Letter { topic, payload, is_kept: false, at_least_once: true };
                if !mqtt.publish(letter) {
                    break;
                }
            }
        }
        tokio::select! {
            event = mqtt.event() => match event {
                Event::Connected => {
                    is_in = true;
                    talk.iter_mut().for_each(Talk::connected);
                    if line.has_receiver() {
                        mqtt.subscribe(&kept);
                        mqtt.subscribe(&receivers);
                    } else {
                        line.works();
                    }
                }
                Event::Subscribed => granted += 1,
                Event::Message { topic, payload } if topic == kept => line.take(&payload),
                Event::Message { .. } => line.called(),
                Event::Lost(why) => return End::Lost { why, was_in: is_in && granted >= is_ready },
            },
            goes_on = line.changed() => if !goes_on {
                return End::Stopped;
            },
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}
