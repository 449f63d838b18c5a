//! What is told when an alarm begins or ends.

use millwatt::Decimal;
use millwatt::energy::cusum::Direction;
use millwatt::time::{Instant, Period, Span};
use millwatt::units::{Energy, Power};

use super::latch::Turn;

/// An alarm that began or ended; each is told once.
///
/// # Example
/// A CUSUM that told at noon what began at nine: `turn` is raised, `at` 12:00, `since` 09:00. When it ends at four,
/// `turn` is cleared, `at` 16:00, and `since` is still 09:00, so that the two can be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Whether it began or ended.
    pub turn: Turn,
    /// The instant of the sample, or the tick, that showed it.
    pub at: Instant,
    /// When what it tells of began; the same when it ends.
    pub since: Instant,
    /// The numbers behind it.
    pub numbers: Numbers,
}

/// Why a meter counts as dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Nothing comes from it.
    Silent,
    /// Its register stands still while power flows.
    Stuck,
}

impl Death {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Stuck => "stuck",
        }
    }
}

/// The numbers behind a change. When an alarm ends, those of the whole time that it stood.
///
/// # Missing data
/// What nobody measured is `None`.
/// # Example
/// A mill that idled for forty minutes at 3 kW: `Idle { planned: 40 min, energy: Some(2 kWh) }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// A machine idled.
    Idle {
        /// How long, within planned time.
        planned: Span,
        /// What it drew meanwhile, by its counter or else by its power.
        energy: Option<Energy>,
    },
    /// A demand window is about to end above the limit.
    Peak {
        /// Mean power at the window's end, if nothing changes; once it has ended, what it was.
        projected: Power,
        /// The limit.
        limit: Power,
        /// Power to switch off now so that the window ends at the limit; `None` when it is too late or not needed.
        shed: Option<Power>,
        /// The window.
        window: Period,
    },
    /// The power factor was low.
    PowerFactor {
        /// Of the span that was looked at, to a millionth; `None` when nothing flowed.
        factor: Option<Decimal>,
        /// The limit.
        limit: Decimal,
        /// Mean active power of that span.
        load: Power,
        /// Capacitors that would lift it to the limit, kvar; `None` when it needs none.
        capacitors: Option<Decimal>,
    },
    /// More or less energy was used than the baseline expects, row after row.
    Cusum {
        /// Which way.
        direction: Direction,
        /// The sum beyond what is allowed for.
        sum: Energy,
        /// The limit.
        limit: Energy,
    },
    /// A meter is dead.
    Dead {
        /// Why.
        death: Death,
        /// For how long.
        lasted: Span,
        /// What a stuck register should have counted meanwhile, by the power; `None` for a silent one.
        expected: Option<Energy>,
    },
    /// A control point was out of its limits.
    Limits {
        /// The value now, in the unit of its channel.
        value: Decimal,
        /// The farthest beyond a limit.
        beyond: Decimal,
        /// How long it was out, as far as it is known.
        lasted: Span,
        /// How long times how far, in the unit times minutes.
        area: Decimal,
    },
}
