//! `[[alarm]]` and `[alarms]` of the site file.

use serde::Deserialize;
use toml::Spanned;

use crate::site_file::words::Duration;

/// `[alarms]`: who is told.
///
/// # Example
/// ```
/// use millwatt_gateway::alarm::Ways;
/// let ways: Ways = toml::from_str("webhook = \"http://192.168.1.5:8123/hook\"").expect("a table");
/// assert!(ways.webhook.is_some());
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ways {
    /// Each alarm is posted there as JSON when it begins and ends.
    pub webhook: Option<Spanned<String>>,
}

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KindWord {
    /// `idle`: a machine idles for too long.
    Idle,
    /// `peak`: a demand window is about to end too high.
    Peak,
    /// `power_factor`: it is low.
    PowerFactor,
    /// `cusum`: a process strays from its baseline.
    Cusum,
    /// `dead_meter`: a meter is silent or stuck.
    DeadMeter,
    /// `limits`: a control point is out of its limits.
    Limits,
}

impl KindWord {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Peak => "peak",
            Self::PowerFactor => "power_factor",
            Self::Cusum => "cusum",
            Self::DeadMeter => "dead_meter",
            Self::Limits => "limits",
        }
    }

    /// The numbers that it takes, beside `asset`.
    pub(super) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Idle => &["minutes"],
            Self::Peak => &["limit_kw", "window", "minutes"],
            Self::PowerFactor => &["below", "span", "minutes", "floor_kw"],
            Self::Cusum => &["every", "intercept_kwh", "slope_kwh", "allowance_kwh", "limit_kwh"],
            Self::DeadMeter => &["channel", "steps", "still", "floor_kw"],
            Self::Limits => &["channel", "low", "high", "margin", "minutes", "back_min"],
        }
    }

    /// Those of them without which there is no alarm.
    pub(super) const fn needed(self) -> &'static [&'static str] {
        match self {
            Self::Idle | Self::PowerFactor | Self::DeadMeter => &[],
            Self::Peak => &["limit_kw"],
            Self::Cusum => &["intercept_kwh", "allowance_kwh", "limit_kwh"],
            Self::Limits => &["channel"],
        }
    }
}

/// `[[alarm]]`: which numbers it takes depends on its kind, see [`judge`](super::judge()).
///
/// # Example
/// ```
/// use millwatt_gateway::alarm::{KindWord, Row};
/// let row: Row = toml::from_str("kind = \"idle\"\nasset = \"mill\"\nminutes = 10").expect("a row");
/// assert_eq!((row.kind.get_ref(), row.minutes), (&KindWord::Idle, Some(10.0)));
/// ```
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What is watched.
    pub kind: Spanned<KindWord>,
    /// Of what.
    pub asset: Spanned<String>,
    /// The channel that is watched, as in `mill.temperature`; for a dead meter the energy counter when left out.
    pub channel: Option<Spanned<String>>,
    /// How long it must last: idling 15, a low power factor 30, a projected peak 1, out of limits 0 when left out.
    pub minutes: Option<f64>,
    /// Peak: the demand that must not be passed.
    pub limit_kw: Option<f64>,
    /// Peak: the billing window, `15min` or `30min`; 15 when left out.
    pub window: Option<Duration>,
    /// Power factor: below this it is low; 0.9 when left out.
    pub below: Option<f64>,
    /// Power factor: of how long; `1h` when left out.
    pub span: Option<Duration>,
    /// Mean power below which nobody minds a power factor (1), or above which a counter must count (0.1).
    pub floor_kw: Option<f64>,
    /// CUSUM: the length of a row; `1h` when left out.
    pub every: Option<Duration>,
    /// CUSUM: what a row without output takes.
    pub intercept_kwh: Option<f64>,
    /// CUSUM: what a unit of output takes; 0 when left out.
    pub slope_kwh: Option<f64>,
    /// CUSUM: the deviation of a row that is allowed for.
    pub allowance_kwh: Option<f64>,
    /// CUSUM: the sum beyond it that is an alarm.
    pub limit_kwh: Option<f64>,
    /// Dead meter: steps of its grid without a reading; 5 when left out.
    pub steps: Option<u16>,
    /// Dead meter: readings of a counter without a change; 15 when left out.
    pub still: Option<u16>,
    /// Limits: the lower one, in the channel's unit.
    pub low: Option<f64>,
    /// Limits: the upper one.
    pub high: Option<f64>,
    /// Limits: so far inside it must be again; 0 when left out.
    pub margin: Option<f64>,
    /// Limits: minutes for which it must be inside again; 1 when left out.
    pub back_min: Option<f64>,
}

impl Row {
    /// The names of the numbers that are written, with those that are numbers.
    pub(super) fn written(&self) -> Vec<(&'static str, Option<f64>)> {
        let number = |key, value: Option<f64>| value.map(|value| (key, Some(value)));
        let count = |key, value: Option<u16>| value.map(|value| (key, Some(f64::from(value))));
        let span = |key, value: Option<Duration>| value.map(|_| (key, None));
        let rows = [
            self.channel.as_ref().map(|_| ("channel", None)),
            number("minutes", self.minutes),
            number("limit_kw", self.limit_kw),
            span("window", self.window),
            number("below", self.below),
            span("span", self.span),
            number("floor_kw", self.floor_kw),
            span("every", self.every),
            number("intercept_kwh", self.intercept_kwh),
            number("slope_kwh", self.slope_kwh),
            number("allowance_kwh", self.allowance_kwh),
            number("limit_kwh", self.limit_kwh),
            count("steps", self.steps),
            count("still", self.still),
            number("low", self.low),
            number("high", self.high),
            number("margin", self.margin),
            number("back_min", self.back_min),
        ];
        rows.into_iter().flatten().collect()
    }
}
