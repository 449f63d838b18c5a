//! What people report of stops, through the whole evaluation.

use millwatt::evaluate::{Slices, evaluate};
use millwatt::event::{Event, EventKind};
use millwatt::indicator::Name;
use millwatt::production::State;
use millwatt::reading::{Quality, Sample};
use millwatt::site::{Asset, AssetId, Channel, Facts, Kind, Quantity, Scale, Shift, Site};
use millwatt::time::{Instant, Period, Span, Weekdays};

fn at(minute: i64) -> Instant {
    Instant::from_unix_milliseconds(minute * 60_000)
}

fn sample(minute: i64, value: i64) -> Sample {
    Sample { at: at(minute), value, quality: Quality::Good }
}

const SHIFT: [Shift<'static>; 1] = [Shift { name: "day", days: Weekdays::ALL, start: 0, end: 240 }];
const ASSETS: [Asset<'static>; 1] = [Asset {
    id: "still",
    name: "Still",
    parent: None,
    machine: true,
    rated_milliwatts: 0,
    idle_milliwatts: 0,
    running_milliwatts: 0,
    ideal_cycle: Span::ZERO,
    minor_stop: Span::from_minutes(10),
    dwell: Span::ZERO,
}];

fn channel(quantity: Quantity, kind: Kind) -> Channel<'static> {
    Channel {
        name: "still.channel",
        asset: AssetId(0),
        quantity,
        phase: 0,
        kind,
        scale: Scale(0),
        unit: "",
        every: Span::from_minutes(1),
        modulus: 0,
    }
}

fn site<'a>(channels: &'a [Channel<'a>]) -> Site<'a> {
    Site {
        name: "",
        zone: "",
        currency: "",
        main: None,
        output: None,
        output_unit: "L",
        offsets: &[],
        shifts: &SHIFT,
        tariffs: &[],
        bands: &[],
        assets: &ASSETS,
        channels,
        facts: Facts::NONE,
    }
}

fn stop(from: i64, to: i64, reason: &'static str) -> Event<'static> {
    Event {
        at: at(from),
        until: Some(at(to)),
        kind: EventKind::Stop,
        asset: "still",
        product: reason,
        thousandths: 0,
        unit: "",
        note: "",
    }
}

/// Hours of planned time by loss, for samples of one channel over four hours.
fn hours(
    quantity: Quantity,
    kind: Kind,
    samples: &[Sample],
    events: &[Event<'_>],
) -> Vec<(String, String)> {
    let channels = [channel(quantity, kind)];
    let series = Slices { channels: &[samples], events };
    let mut found = Vec::new();
    evaluate(&site(&channels), &series, Period::new(at(0), at(240)), |indicator| {
        let shown = matches!(indicator.name, Name::LossTime | Name::PlannedTime | Name::MinorStops);
        if let (true, Some(value)) = (shown, indicator.value) {
            let part = indicator.part.unwrap_or(indicator.name.word());
            found.push((part.to_owned(), value.to_string()));
        }
    });
    found.retain(|(_, value)| value != "0");
    found
}

/// Idle from minute 60 to 108 and from 150 to 156, else running.
fn two_stops() -> Vec<Sample> {
    let idles = |minute: i64| (60..108).contains(&minute) || (150..156).contains(&minute);
    let state = |minute| if idles(minute) { State::Idle } else { State::Running };
    (0..=240).map(|minute| sample(minute, state(minute).code())).collect()
}

fn told(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(part, value)| ((*part).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn an_unexplained_stop_is_unqualified_until_somebody_says_why() {
    let samples = two_stops();
    let state = |events: &[Event<'_>]| hours(Quantity::MachineState, Kind::State, &samples, events);
    let minor = ("minor_stop", "0.1");
    assert_eq!(
        state(&[]),
        told(&[("planned_time", "4"), minor, ("unqualified", "0.8"), ("minor_stops", "1")])
    );
    let why = [stop(62, 100, "tool_change")];
    assert_eq!(
        state(&why),
        told(&[("planned_time", "4"), ("setup", "0.8"), minor, ("minor_stops", "1")])
    );
}

#[test]
fn a_planned_stop_is_no_loss() {
    let samples = two_stops();
    let events = [stop(60, 108, "shutdown")];
    let found = hours(Quantity::MachineState, Kind::State, &samples, &events);
    assert_eq!(
        found,
        told(&[("planned_time", "3.2"), ("minor_stop", "0.1"), ("minor_stops", "1")])
    );
}

#[test]
fn a_machine_that_only_counts_runs_while_it_counts() {
    let counted = |minute: i64| if minute < 120 { minute * 3 } else { 360 };
    let samples: Vec<Sample> = (0..=240).map(|minute| sample(minute, counted(minute))).collect();
    let found = hours(Quantity::GoodCount, Kind::Counter, &samples, &[]);
    assert_eq!(found, told(&[("planned_time", "4"), ("unqualified", "2")]));
}
