//! What an uplink says besides frames, on its way out.

use std::collections::VecDeque;

use super::messages::Messages;
use crate::alarm::AlarmEvent;
use crate::mqtt::{Letter, Mqtt};
use crate::run::wall_clock;
use tokio::sync::mpsc;

/// Letters that wait for the line; the oldest beyond go, for the newest tell the present.
const MOST_WAITING: usize = 1_024;

/// Messages, the alarms that they tell, and what did not go out yet.
#[derive(Debug)]
pub(super) struct Talk {
    messages: Messages,
    alarms: mpsc::UnboundedReceiver<AlarmEvent>,
    waiting: VecDeque<Letter>,
}

impl Talk {
    pub(super) const fn new(
        messages: Messages,
        alarms: mpsc::UnboundedReceiver<AlarmEvent>,
    ) -> Self {
        Self { messages, alarms, waiting: VecDeque::new() }
    }

    /// What the broker says when the line breaks.
    pub(super) fn will(&self) -> Letter {
        self.messages.will()
    }

    /// The line is there: all of the present is told.
    pub(super) fn connected(&mut self) {
        self.waiting = self.messages.connected(wall_clock()).into();
    }

    /// The line is gone: what waited is told anew when it is there again.
    pub(super) fn lost(&mut self) {
        self.waiting.clear();
    }

    /// Takes in what happened; to be called once a second, also without a line.
    pub(super) fn listen(&mut self) {
        while let Ok(event) = self.alarms.try_recv() {
            self.waiting.extend(self.messages.alarm(&event));
        }
        self.waiting.extend(self.messages.due(wall_clock()));
        let beyond = self.waiting.len().saturating_sub(MOST_WAITING);
        self.waiting.drain(..beyond);
    }

    /// Hands over what waits, as far as there is room.
    pub(super) fn say(&mut self, mqtt: &Mqtt) {
        while let Some(letter) = self.waiting.pop_front() {
            if !mqtt.publish(letter.clone()) {
                self.waiting.push_front(letter);
                return;
            }
        }
    }

    /// Takes leave.
    pub(super) fn farewell(&mut self, mqtt: &Mqtt) {
        self.waiting.extend(self.messages.farewell());
        self.say(mqtt);
    }
}
