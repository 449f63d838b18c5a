//! The alarms that stand, for whoever wants to show them.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::AlarmEvent;
use millwatt_agent::alarm::Turn;

/// The alarms that stand now, oldest first, each as it began; a handle that may be cloned.
///
/// # Example
/// ```
/// use millwatt_gateway::alarm::Active;
/// let active = Active::default();
/// assert!(active.list().is_empty());
/// assert_eq!(active.json().to_string(), "[]");
/// ```
#[derive(Debug, Default, Clone)]
pub struct Active(Arc<Mutex<Vec<AlarmEvent>>>);

impl Active {
    /// Takes in that an alarm began or ended.
    pub fn note(&self, event: &AlarmEvent) {
        let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.retain(|known| known.number != event.number);
        if event.turn == Turn::Raised {
            events.push(event.clone());
        }
    }

    /// All that stand.
    #[must_use]
    pub fn list(&self) -> Vec<AlarmEvent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All that stand, as [`AlarmEvent::json`] has each.
    #[must_use]
    pub fn json(&self) -> Value {
        self.list().iter().map(AlarmEvent::json).collect()
    }
}
