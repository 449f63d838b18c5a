extern crate std;

use super::*;
use crate::energy::adjustment::NonRoutine;
use crate::energy::fuel::Factor;
use crate::evaluate::Slices;
use crate::event::{Event, EventKind};
use crate::reading::{Quality, Sample};
use crate::site::{Asset, AssetId, Band, Channel, Facts, Kind, Scale, Tariff};
use crate::time::{Date, Instant, Span, Weekdays};
use crate::units::Carbon;
use proptest::prelude::*;
use std::string::ToString;

fn day(count: i64) -> Instant {
    Instant::from_unix_milliseconds(count * 86_400_000)
}

fn days(from: i64, to: i64) -> Period {
    Period::new(day(from), day(to))
}

const ASSETS: [Asset<'static>; 1] = [Asset {
    id: "main",
    name: "Main",
    parent: None,
    machine: false,
    rated_milliwatts: 0,
    idle_milliwatts: 0,
    running_milliwatts: 0,
    ideal_cycle: Span::ZERO,
    minor_stop: Span::ZERO,
    dwell: Span::ZERO,
}];

const CHANNELS: [Channel<'static>; 1] = [Channel {
    name: "main.active_energy",
    asset: AssetId(0),
    quantity: Quantity::ActiveEnergy,
    phase: 0,
    kind: Kind::Amount,
    scale: Scale(0),
    unit: "Wh",
    every: Span::DAY,
    modulus: 0,
}];

fn site(facts: Facts<'_>) -> Site<'_> {
    Site {
        name: "",
        zone: "UTC",
        currency: "VND",
        main: Some(AssetId(0)),
        output: None,
        output_unit: "kg",
        offsets: &[],
        shifts: &[],
        tariffs: &[],
        bands: &[],
        assets: &ASSETS,
        channels: &CHANNELS,
        facts,
    }
}

/// A day's use in Wh and its output in kg, day by day.
fn study(
    site: &Site<'_>,
    rows: &[(i64, i64)],
    asked: impl FnOnce(Question<'static>) -> Question<'static>,
) -> Study {
    let sample = |(count, (used, _)): (i64, &(i64, i64))| Sample {
        at: day(count + 1),
        value: *used,
        quality: Quality::Good,
    };
    let event = |(count, (_, made)): (i64, &(i64, i64))| Event {
        at: day(count),
        until: None,
        kind: EventKind::Output,
        asset: "",
        product: "tea",
        thousandths: made * 1_000,
        unit: "kg",
        note: "",
    };
    let used: Vec<Sample> = (0..).zip(rows).map(sample).collect();
    let made: Vec<Event<'static>> = (0..).zip(rows).map(event).collect();
    let series = Slices { channels: &[&used], events: &made };
    let record = days(0, i64::try_from(rows.len()).expect("few rows"));
    let question = Question { record, reporting: record, baseline: None, drivers: None };
    Study::new(site, &series, &asked(question))
}

/// 50 kWh, half a kWh a kg, a kWh more and less in turn; `saved` less from a day on.
fn rows(count: i64, saved_from: i64, saved: i64) -> Vec<(i64, i64)> {
    let row = |count: i64| {
        let made = 200 + count * 7 % 10 * 20;
        let noise = if count % 2 == 0 { 1_000 } else { -1_000 };
        let saved = if count < saved_from { 0 } else { saved };
        (50_000 + 500 * made + noise - saved, made)
    };
    (0..count).map(row).collect()
}

fn names(study: &Study) -> Vec<&'static str> {
    study.findings.iter().map(Finding::name).collect()
}

#[test]
fn a_saving_is_verified_dated_and_priced() {
    let grid = Factor {
        fuel: "electricity",
        unit: "kWh",
        since: Date { year: 1970, month: 1, day: 1 },
        oil: None,
        heat: None,
        fossil: Some(Carbon::from_milligrams(500_000)),
        biogenic: None,
        source: "test",
    };
    let factors = [grid];
    let tariffs = [Tariff { since: Instant::MIN, vat_per_mille: 80, source: "test" }];
    let flat = Band {
        tariff: 0,
        name: "all",
        price_thousandths: 2_000_000,
        days: Weekdays(0),
        start: 0,
        end: 0,
    };
    let bands = [flat];
    let facts = Facts { factors: &factors, ..Facts::NONE };
    let site = Site { tariffs: &tariffs, bands: &bands, ..site(facts) };
    let study = study(&site, &rows(40, 20, 10_000), |asked| Question {
        reporting: days(20, 40),
        baseline: Some(days(0, 20)),
        ..asked
    });
    let account = study.account.expect("twenty days");
    assert_eq!((account.verdict, account.rows), (Verdict::Verified, 20));
    // Twice the same ten days: what the model got wrong of them is nothing on the whole.
    assert_eq!(account.saving().kwh().rounded(3).to_string(), "200");
    let [change] = study.changes[..] else { panic!("one change: {:?}", study.changes) };
    assert_eq!((change.row, change.at), (20, day(20)));
    assert!((change.after - change.before + 10.0).abs() < 0.5, "{change:?}");
    // 2,160 đ and half a kilogram a kWh.
    let rounded =
        |name: &str, places| study.figure(name).map(|one| one.rounded(places).to_string());
    assert_eq!(rounded("saving_money", 0).as_deref(), Some("432000"));
    assert_eq!(rounded("saving_carbon", 4).as_deref(), Some("0.1"));
    assert_eq!(rounded("coefficient:output", 2).as_deref(), Some("0.5"));
    let warned = ["short_baseline"];
    assert_eq!(names(&study), warned);
}

#[test]
fn more_use_is_worse_and_less_than_noise_is_not_proved() {
    let verdict = |saved| {
        let asked = |asked| Question { baseline: Some(days(0, 20)), ..asked };
        study(&site(Facts::NONE), &rows(40, 20, saved), asked).account.map(|one| one.verdict)
    };
    assert_eq!(verdict(-10_000), Some(Verdict::Worse));
    assert_eq!(verdict(0), Some(Verdict::NotProved));
    assert_eq!(verdict(10_000), Some(Verdict::Verified));
}

#[test]
fn a_model_without_validity_claims_nothing() {
    let asked = |asked| Question { baseline: Some(days(0, 20)), drivers: Some(MEAN), ..asked };
    let study = study(&site(Facts::NONE), &rows(40, 20, 90_000), asked);
    let model = study.model.as_ref().expect("a mean");
    assert!(model.drivers.is_empty() && study.disqualified());
    let account = study.account.expect("twenty days");
    assert_eq!(account.verdict, Verdict::NoClaim);
    assert!(account.saving() > Energy::ZERO, "it is shown, and not claimed");
    assert!(names(&study).contains(&"refused"));
}

#[test]
fn what_is_outside_the_experience_of_the_baseline_claims_nothing() {
    let mut rows = rows(40, 20, 10_000);
    rows[20..]
        .iter_mut()
        .for_each(|(used, made)| (*used, *made) = (*used + 500_000, *made + 1_000));
    let study =
        study(&site(Facts::NONE), &rows, |asked| Question { baseline: Some(days(0, 20)), ..asked });
    assert!(names(&study).contains(&"out_of_range"), "{:?}", study.findings);
    assert_eq!(study.account.map(|one| one.verdict), Some(Verdict::NoClaim));
}

#[test]
fn a_change_of_the_factory_is_added_to_what_is_expected() {
    let kwh = |kwh: i128| Energy::from_milliwatt_hours(kwh * 1_000_000);
    // A second line from day 25 on, 40 kWh a day; the same use else.
    let mut rows = rows(40, 40, 0);
    rows[25..].iter_mut().for_each(|(used, _)| *used += 40_000);
    let period = Period::new(day(25), Instant::MAX);
    let second = NonRoutine { period, a_day: kwh(40), note: "second line", source: "its meter" };
    let changes = [second];
    let asked = |asked| Question { baseline: Some(days(0, 20)), ..asked };
    let with = study(&site(Facts { adjustments: &changes, ..Facts::NONE }), &rows, asked);
    let account = with.account.expect("twenty days");
    assert_eq!((account.adjustment, with.adjustments[0].reported), (kwh(600), kwh(600)));
    assert_eq!(account.verdict, Verdict::NotProved);
    assert!(with.changes.is_empty(), "{:?}", with.changes);
    let without = study(&site(Facts::NONE), &rows, asked);
    assert_eq!(without.account.map(|one| one.verdict), Some(Verdict::Worse));
    // Within the baseline itself it changes neither the model nor the sum's end.
    let early = NonRoutine { period: Period::new(day(5), Instant::MAX), ..second };
    let mut early_rows = self::rows(20, 20, 0);
    early_rows[5..].iter_mut().for_each(|(used, _)| *used += 40_000);
    let changes = [early];
    let whole =
        study(&site(Facts { adjustments: &changes, ..Facts::NONE }), &early_rows, |asked| {
            Question { baseline: Some(days(0, 20)), ..asked }
        });
    let slope =
        |study: &Study| study.model.as_ref().map(|model| model.drivers[0].coefficient.value);
    assert_eq!(slope(&whole), slope(&with));
    assert!(names(&whole).contains(&"nothing_reported"));
}

#[test]
fn too_little_is_said_and_not_guessed() {
    let asked = |asked| asked;
    let short = study(&site(Facts::NONE), &rows(14, 14, 0), asked);
    assert_eq!(short.findings, [Finding::ShortRecord { rows: 14, needed: 15 }]);
    assert!(short.model.is_none() && short.account.is_none() && short.baseline.is_none());
    let enough = study(&site(Facts::NONE), &rows(15, 15, 0), asked);
    assert_eq!((enough.baseline, enough.origin), (Some(days(0, 14)), Origin::Provisional));
    let nothing = study(&site(Facts::NONE), &[], asked);
    assert_eq!(names(&nothing), ["short_record"]);
    let unmetered = Site { main: None, ..site(Facts::NONE) };
    assert_eq!(names(&study(&unmetered, &rows(40, 40, 0), asked)), ["no_meter"]);
    let few = study(&site(Facts::NONE), &rows(40, 40, 0), |asked| Question {
        baseline: Some(days(0, 8)),
        ..asked
    });
    assert!(few.findings.contains(&Finding::FewRows { rows: 8, needed: 12 }));
    assert_eq!(few.account.map(|one| one.verdict), Some(Verdict::NoClaim));
}

#[test]
fn a_site_without_drivers_has_a_mean_and_says_so() {
    let used: Vec<Sample> = (0..40)
        .map(|count| Sample {
            at: day(count + 1),
            value: 90_000 + count % 3,
            quality: Quality::Good,
        })
        .collect();
    let series = Slices { channels: &[&used], events: &[] };
    let record = days(0, 40);
    let question =
        Question { record, reporting: record, baseline: None, drivers: Some("output+sun") };
    let study = Study::new(&site(Facts::NONE), &series, &question);
    assert!(study.model.as_ref().is_some_and(|model| model.chosen == 0));
    for name in ["no_drivers", "unknown_driver", "refused", "provisional"] {
        assert!(names(&study).contains(&name), "{name}: {:?}", study.findings);
    }
}

#[test]
fn the_site_s_own_baseline_is_the_one_in_force() {
    let stated = |from, to, note| Baseline {
        period: days(from, to),
        every: Every::Day,
        drivers: "output",
        target_per_mille: 30,
        note,
    };
    let baselines = [stated(0, 15, "first"), stated(30, 45, "second")];
    let site = site(Facts { baselines: &baselines, ..Facts::NONE });
    let of = |from, to| {
        study(&site, &rows(60, 60, 0), move |asked| Question { reporting: days(from, to), ..asked })
    };
    assert_eq!((of(20, 30).note, of(50, 60).note), ("first".into(), "second".into()));
    assert_eq!((of(50, 60).origin, of(50, 60).target_per_mille), (Origin::Stated, 30));
}

#[test]
fn a_baseline_that_this_record_does_not_hold_is_named() {
    let stated = Baseline {
        period: days(100, 130),
        every: Every::Day,
        drivers: "output",
        target_per_mille: 0,
        note: "",
    };
    let baselines = [stated];
    let site = site(Facts { baselines: &baselines, ..Facts::NONE });
    let study = study(&site, &rows(40, 40, 0), |asked| asked);
    assert_eq!((study.origin, study.baseline), (Origin::Provisional, Some(days(0, 14))));
    assert!(names(&study).contains(&"not_recorded"));
}

#[test]
fn rows_that_were_not_measured_are_left_out_and_counted() {
    let mut rows = rows(40, 40, 0);
    rows[3].1 = 0;
    let used: Vec<Sample> = (0..)
        .zip(&rows)
        .filter(|(count, _)| ![7, 25].contains(count))
        .map(|(count, (used, _))| Sample {
            at: day(count + 1),
            value: *used,
            quality: Quality::Good,
        })
        .collect();
    let made: Vec<Event<'_>> = (0..)
        .zip(&rows)
        .filter(|(_, (_, made))| *made > 0)
        .map(|(count, (_, made))| Event {
            at: day(count),
            until: None,
            kind: EventKind::Output,
            asset: "",
            product: "",
            thousandths: made * 1_000,
            unit: "kg",
            note: "",
        })
        .collect();
    let series = Slices { channels: &[&used], events: &made };
    let record = days(0, 40);
    let asked = Question { record, reporting: record, baseline: Some(days(0, 20)), drivers: None };
    let study = Study::new(&site(Facts::NONE), &series, &asked);
    assert_eq!(study.figure("rows").map(|rows| rows.to_string()).as_deref(), Some("18"));
    let out = |role, cause, rows| Finding::LeftOut { role, cause, rows };
    for expected in [
        out(Role::Baseline, LeftOut::LowCoverage, 1),
        out(Role::Baseline, LeftOut::Driver { column: 0 }, 1),
        out(Role::Reporting, LeftOut::LowCoverage, 1),
    ] {
        assert!(study.findings.contains(&expected), "{expected:?} in {:?}", study.findings);
    }
    assert_eq!(study.account.map(|one| one.rows), Some(19));
}

proptest! {
    #[test]
    fn the_sum_of_its_own_baseline_ends_at_zero(
        rows in prop::collection::vec((1_000_i64..9_000_000, 0_i64..9_000), 14..60),
        stays in 0_i64..60,
        adds in -9_000_000_i128..9_000_000,
    ) {
        let count = i64::try_from(rows.len()).expect("few rows");
        let change = NonRoutine {
            period: Period::new(day(stays), Instant::MAX),
            a_day: Energy::from_milliwatt_hours(adds),
            note: "",
            source: "",
        };
        let changes = [change];
        let facts = Facts { adjustments: &changes, ..Facts::NONE };
        let asked = move |asked| Question { baseline: Some(days(0, count)), ..asked };
        let study = study(&site(facts), &rows, asked);
        let end = study.rows.last().and_then(|row| row.cusum).expect("every row counts");
        // Each expectation is rounded to a milliwatt-hour.
        let rounding = i128::from(count) + 1;
        prop_assert!(end.milliwatt_hours().abs() <= rounding, "{end:?}");
    }
}
