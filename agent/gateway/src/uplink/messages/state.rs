//! The state of an asset: when it is told, and what it says.

use super::machine::Machine;
use super::object::Object;
use super::topics::{Topics, key};
use crate::figures::local_time;
use crate::mqtt::Letter;
use crate::run::{ChannelRow, Known, MeterRow};
use millwatt::production::State;
use millwatt::reading::{Quality, Sample};
use millwatt::site::{Asset, Kind, Quantity, Site};
use millwatt::time::{Instant, Span};

/// However little changes, a state is told again after so long.
const REPEAT: Span = Span::from_minutes(1);
/// A value is believed for so many of its steps, and for [`YOUNG`] at least.
const STEPS: i64 = 3;
const YOUNG: Span = Span::from_seconds(15);

/// The key of a machine's state, whatever tells it.
pub(super) const STATE_KEY: &str = "state";

/// An asset and what was told of it last.
#[derive(Debug)]
pub(super) struct AssetRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
    /// Where its state comes from something else than a register.
    pub(super) machine: Option<Machine>,
    told: Option<Told>,
}

/// A channel of it.
#[derive(Debug)]
pub(super) struct Field {
    /// Its number.
    pub(super) channel: usize,
    /// What it measures.
    pub(super) quantity: Quantity,
    /// The key of its value.
    pub(super) key: String,
}

/// When and at which change something was told.
#[derive(Debug, Clone, Copy)]
struct Told {
    at: Instant,
    change: u64,
}

impl AssetRow {
    /// None for an asset of which nothing is read here.
    pub(super) fn of(known: &Known, site: &Site<'_>, asset: &Asset<'_>) -> Option<Self> {
        let own = known.channels.iter().enumerate().filter(|(_, row)| row.asset == asset.id);
        let field = |(channel, row): (usize, &ChannelRow)| {
            let word = row.name.split_once('.').map_or(&*row.name, |(_, word)| word);
            let quantity = site.channels.get(channel)?.quantity;
            // States are words, whatever the unit of their codes.
            let unit = if row.kind == Kind::State { "1" } else { &row.unit };
            Some(Field { channel, quantity, key: key(word, unit) })
        };
        let fields: Vec<Field> = own.filter_map(field).collect();
        let (id, name) = (asset.id.to_owned(), asset.name.to_owned());
        let machine = Machine::of(site, asset.id);
        (!fields.is_empty()).then_some(Self { id, name, fields, machine, told: None })
    }

    /// Takes in what is new on the board.
    pub(super) fn note(&mut self, known: &Known) {
        self.machine.iter_mut().for_each(|machine| machine.note(known));
    }

    fn channels<'k>(&self, known: &'k Known) -> impl Iterator<Item = (&Field, &'k ChannelRow)> {
        let row = |field: &Field| known.channels.get(field.channel);
        self.fields.iter().filter_map(move |field| Some((field, row(field)?)))
    }

    fn meters<'k>(&self, known: &'k Known) -> impl Iterator<Item = &'k MeterRow> {
        known.meters.iter().filter(|meter| meter.asset == self.id)
    }

    /// The last change of anything that a state says.
    fn change(&self, known: &Known) -> u64 {
        let values = self.channels(known).map(|(_, row)| row.changed);
        values.chain(self.meters(known).map(|meter| meter.changed)).max().unwrap_or_default()
    }

    pub(super) fn is_due(&self, known: &Known, now: Instant, pace: Span) -> bool {
        let Some(told) = self.told else { return true };
        let passed = now - told.at;
        // A clock that was set back is no reason to wait.
        passed < Span::ZERO
            || passed >= REPEAT
            || (passed >= pace && self.change(known) > told.change)
    }

    /// The state as a message, which is then told. The next one comes soon enough: it need not arrive.
    pub(super) fn tell(&mut self, known: &Known, topics: &Topics, now: Instant) -> Letter {
        self.note(known);
        self.told = Some(Told { at: now, change: self.change(known) });
        let payload = self.json(known, now).into_bytes();
        let topic = topics.state(&self.id);
        Letter { topic, payload, is_kept: true, at_least_once: false }
    }

    fn json(&self, known: &Known, now: Instant) -> String {
        let fresh: Vec<Option<Sample>> =
            self.channels(known).map(|(_, row)| fresh(row, now)).collect();
        let newest = fresh.iter().flatten().map(|sample| sample.at).max();
        let mut object = Object::default();
        object.put("time", newest.map(|at| local_time(known.zone(), at)));
        object.put("asset", self.id.as_str());
        object.put("name", self.name.as_str());
        object.put("answers", self.answers(known));
        object.put("quality", worst(fresh.iter().flatten().map(|sample| sample.quality)));
        for ((field, row), sample) in self.channels(known).zip(&fresh) {
            if row.kind == Kind::State {
                let state = sample.and_then(|sample| State::from_code(sample.value));
                object.put(&field.key, state.map(State::name));
            } else {
                object.put_exact(&field.key, sample.as_ref().map(|sample| row.value(sample)));
            }
        }
        if let Some(machine) = &self.machine {
            let state = machine.state(known, now);
            object.put(STATE_KEY, state.map(State::name));
        }
        object.into_text()
    }

    /// Whether all of its meters answer; `None` until each was asked.
    fn answers(&self, known: &Known) -> Option<bool> {
        let answers: Vec<Option<bool>> = self.meters(known).map(|meter| meter.answers).collect();
        if answers.contains(&Some(false)) {
            return Some(false);
        }
        (!answers.is_empty() && !answers.contains(&None)).then_some(true)
    }
}

/// A channel's last reading, while it may stand for the present.
pub(super) fn fresh(row: &ChannelRow, now: Instant) -> Option<Sample> {
    let most = (STEPS * row.every.milliseconds()).max(YOUNG.milliseconds());
    row.last.filter(|last| (now - last.at).milliseconds() <= most)
}

/// The word for the least that can be said of all.
fn worst(qualities: impl Iterator<Item = Quality>) -> Option<&'static str> {
    let rank = |quality: &Quality| match quality {
        Quality::Good => 0,
        Quality::Estimated => 1,
        Quality::Suspect => 2,
    };
    qualities.max_by_key(rank).map(|quality| match quality {
        Quality::Good => "good",
        Quality::Estimated => "estimated",
        Quality::Suspect => "suspect",
    })
}
