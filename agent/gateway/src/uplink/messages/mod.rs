//! What an uplink says besides frames: states of assets, alarms, and what Home Assistant must know to show both.
//!
//! Pure: a [`Board`] and [`AlarmEvent`]s in, [`Letter`] messages out; sockets and clocks are the caller's. Nothing is queued:
//! after a pause of any length the present is told, the past stands in the log, which goes out as frames.
//!
//! | topic | what | |
//! |---|---|---|
//! | `PREFIX/SITE/status` | `online`, or `offline` as the last will | kept |
//! | `PREFIX/SITE/ASSET/state` | the last values of an asset, JSON | kept |
//! | `PREFIX/SITE/alarm/ASSET/KIND` | an alarm, `state` is `on` or `off`, JSON | kept |
//! | `homeassistant/device/millwatt-SITE/ASSET/config` | what there is to show, by device | kept |

mod discovery;
mod machine;
mod object;
mod state;
mod topics;

pub use topics::{refused_prefix, refused_site, site_id};

use self::state::AssetRow;
use self::topics::Topics;
use crate::alarm::{AlarmEvent, Plan};
use crate::language::Language;
use crate::mqtt::Letter;
use crate::run::Board;
use millwatt::archive::Parts;
use millwatt::time::{Instant, Span};
use millwatt::wire::WireError;
use millwatt_agent::alarm::Turn;
use serde_json::json;

/// From one state of an asset to the next, where the site file says nothing.
pub const USUAL_PACE: Span = Span::from_seconds(10);

/// One that the broker keeps for whoever comes later, and that must arrive.
fn kept(topic: String, payload: impl Into<Vec<u8>>) -> Letter {
    Letter { topic, payload: payload.into(), is_kept: true, at_least_once: true }
}

/// What an uplink says, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagesPlan {
    /// The first levels of all topics, see [`refused_prefix`].
    pub prefix: String,
    /// The level that tells sites of one broker apart, see [`site_id`] and [`refused_site`].
    pub site: String,
    /// Whether the states of assets are told.
    pub values: bool,
    /// Whether alarms are told.
    pub alarms: bool,
    /// Whether Home Assistant is told what there is; states and alarms are then told, too.
    pub home_assistant: bool,
    /// From one state of an asset to the next, at least.
    pub pace: Span,
    /// In which language Home Assistant shows names.
    pub language: Language,
}

/// The messages of one uplink.
///
/// # Missing data
/// A value that is older than three of its steps, or was never read, is `null` and not what it was last.
#[derive(Debug)]
pub struct Messages {
    board: Board,
    plan: MessagesPlan,
    topics: Topics,
    site_name: String,
    assets: Vec<AssetRow>,
    alarms: Vec<AlarmRow>,
}

/// An alarm of the site file and whether it stands.
#[derive(Debug)]
struct AlarmRow {
    asset: String,
    name: String,
    kind: &'static str,
    /// Its level in topics: the kind, with a number from the second of its asset on.
    level: String,
    /// How it began or ended last, since the start.
    last: Option<AlarmEvent>,
}

impl AlarmRow {
    /// A new row behind those that are there.
    fn after(known: &[Self], (asset, name, kind): (&str, &str, &'static str)) -> Self {
        let same = known.iter().filter(|row| row.asset == asset && row.kind == kind).count();
        let level =
            if same == 0 { kind.to_owned() } else { format!("{kind}-{number}", number = same + 1) };
        Self { asset: asset.to_owned(), name: name.to_owned(), kind, level, last: None }
    }

    fn payload(&self, number: usize) -> String {
        let is_raised = self.last.as_ref().is_some_and(|event| event.turn == Turn::Raised);
        let (asset, name, kind) = (&self.asset, &self.name, self.kind);
        let mut row = match &self.last {
            Some(event) => event.json(),
            None => {
                json!({ "event": "alarm", "number": number, "asset": asset, "name": name, "kind": kind })
            }
        };
        row["state"] = (if is_raised { "on" } else { "off" }).into();
        row.to_string()
    }
}

impl Messages {
    /// Of a board and the alarms of its site.
    ///
    /// # Errors
    /// When the board's manifest cannot be read; of a compiled site it can.
    pub fn new(board: Board, alarms: &Plan, plan: MessagesPlan) -> Result<Self, WireError> {
        let topics = Topics::new(&plan.prefix, &plan.site);
        let (site_name, assets) = board.look(|known| {
            let parts = Parts::read(&known.manifest)?;
            let site = parts.site();
            let assets = site.assets.iter().filter_map(|asset| AssetRow::of(known, &site, asset));
            Ok::<_, WireError>((site.name.to_owned(), assets.collect()))
        })?;
        let mut rows: Vec<AlarmRow> = Vec::new();
        for watched in &alarms.watched {
            let of = (watched.asset.as_str(), watched.name.as_str(), watched.alarm.kind());
            rows.push(AlarmRow::after(&rows, of));
        }
        Ok(Self { board, plan, topics, site_name, assets, alarms: rows })
    }

    /// What the broker is to say when the line is gone.
    #[must_use]
    pub fn will(&self) -> Letter {
        kept(self.topics.status(), topics::OFFLINE)
    }

    /// What is told before a line is ended on purpose; a broker publishes no will then.
    #[must_use]
    pub fn farewell(&self) -> Vec<Letter> {
        vec![self.will()]
    }

    /// All of the present, for a broker that has just taken the line: `online` comes last, when all else is told.
    ///
    /// Alarms that do not stand are told as `off`, so that none stays from before a restart.
    pub fn connected(&mut self, now: Instant) -> Vec<Letter> {
        let mut all = Vec::new();
        if self.plan.home_assistant {
            all.extend(self.discovery());
        }
        if self.tells_values() {
            let Self { board, assets, topics, .. } = self;
            board.look(|known| {
                all.extend(assets.iter_mut().map(|row| row.tell(known, topics, now)))
            });
        }
        if self.tells_alarms() {
            all.extend((0..self.alarms.len()).filter_map(|number| self.alarm_message(number)));
        }
        all.push(kept(self.topics.status(), topics::ONLINE));
        all
    }

    /// The states that are due: of each asset of which something changed, once in the plan's pace at most, and of every
    /// asset once a minute. To be called once a second or so; without a line, too, where machines have their state from power.
    pub fn due(&mut self, now: Instant) -> Vec<Letter> {
        if !self.tells_values() {
            return Vec::new();
        }
        let Self { board, assets, topics, plan, .. } = self;
        board.look(|known| {
            assets.iter_mut().for_each(|row| row.note(known));
            let due = assets.iter_mut().filter(|row| row.is_due(known, now, plan.pace));
            due.map(|row| row.tell(known, topics, now)).collect()
        })
    }

    /// Takes in that an alarm began or ended, also while there is no line: [`Self::connected`] tells what stands.
    pub fn alarm(&mut self, event: &AlarmEvent) -> Vec<Letter> {
        let Some(row) = self.alarms.get_mut(event.number) else { return Vec::new() };
        row.last = Some(event.clone());
        let message = if self.tells_alarms() { self.alarm_message(event.number) } else { None };
        message.into_iter().collect()
    }

    fn alarm_message(&self, number: usize) -> Option<Letter> {
        let row = self.alarms.get(number)?;
        let topic = self.topics.alarm(&row.asset, &row.level);
        Some(kept(topic, row.payload(number)))
    }

    const fn tells_values(&self) -> bool {
        self.plan.values || self.plan.home_assistant
    }

    const fn tells_alarms(&self) -> bool {
        self.plan.alarms || self.plan.home_assistant
    }
}

#[cfg(test)]
mod tests;
