//! What is wrong with what meters show.

use super::snapshot::Snapshot;
use super::texts::Text;
use crate::language::Language;
use millwatt::energy::wiring::{Diagnosis, Wiring, diagnose};

/// What somebody read off a meter's display, kWh.
#[derive(Debug, Clone, PartialEq)]
pub struct Display {
    /// The asset whose meter it is.
    pub asset: String,
    /// As shown.
    pub kwh: f64,
}

/// Something to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The asset whose meter shows it.
    pub asset: String,
    /// A stable name.
    pub name: &'static str,
    /// Whether it is a fault; otherwise something that cannot be judged yet.
    pub is_fault: bool,
    text: Text,
    figures: Vec<String>,
}

impl Found {
    /// The sentence that people read.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let figures: Vec<&str> = self.figures.iter().map(String::as_str).collect();
        self.text.fill(language, &figures)
    }
}

/// Collects findings of one asset.
struct Finder<'a> {
    of: &'a Snapshot,
    found: Vec<Found>,
}

impl Finder<'_> {
    fn add(&mut self, name: &'static str, text: Text, figures: &[String]) {
        let asset = self.of.asset.clone();
        let figures = [std::slice::from_ref(&asset), figures].concat();
        let is_fault = !matches!(text, Text::NoLoad);
        self.found.push(Found { asset, name, is_fault, text, figures });
    }
}

/// A figure with as many decimals as people compare.
fn shown(value: f64) -> String {
    match value.abs() {
        size if size >= 1_000.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn kilo(value: f64) -> String {
    shown(value / 1e3)
}

/// Everything that is wrong, meter by meter.
#[must_use]
pub fn judge(meters: &[Snapshot], displays: &[Display]) -> Vec<Found> {
    let mut found = Vec::new();
    for of in meters {
        let mut finder = Finder { of, found: Vec::new() };
        finder.silence();
        if !finder.mains() {
            finder.wiring();
            finder.power();
            finder.counter();
        }
        finder.children(meters);
        displays.iter().filter(|display| display.asset == of.asset).for_each(|d| finder.display(d));
        found.extend(finder.found);
    }
    found
}

/// Two powers that lie so near are one: a hundredth and twenty watts for the moment between two readings.
fn agree(one: f64, other: f64, share: f64) -> bool {
    (one - other).abs() <= share * one.abs().max(other.abs()) + 20.0
}

impl Finder<'_> {
    fn silence(&mut self) {
        for fault in &self.of.faults.clone() {
            self.add("silent", Text::Silent, std::slice::from_ref(fault));
        }
    }

    /// Voltages and frequency; tells whether they are so wrong that nothing else need be looked at.
    fn mains(&mut self) -> bool {
        let volts: Vec<f64> = self.of.volts.iter().copied().flatten().collect();
        let most = volts.iter().copied().fold(0.0, f64::max);
        let hertz = self.of.hertz;
        let is_odd = hertz.is_some_and(|hertz| !(45.0..=65.0).contains(&hertz));
        if is_odd || (!volts.is_empty() && !(50.0..=36_000.0).contains(&most)) {
            let hertz = hertz.map_or("?".to_owned(), shown);
            self.add("scrambled", Text::Scrambled, &[shown(most), hertz]);
            return true;
        }
        for (place, volts) in self.of.volts.into_iter().enumerate() {
            if let Some(volts) = volts.filter(|volts| *volts < most * 0.8) {
                let figures = [(place + 1).to_string(), shown(volts), shown(most)];
                self.add("no_voltage", Text::NoVoltage, &figures);
            }
        }
        false
    }

    fn wiring(&mut self) {
        let Some(phases) = self.of.phases() else { return };
        match diagnose(&phases) {
            Diagnosis::Right => {}
            Diagnosis::NoLoad => self.add("no_load", Text::NoLoad, &[]),
            // Solar power on a roof turns phases round, too.
            Diagnosis::Unclear | Diagnosis::Wrong(_) if self.of.feeds_back => {}
            Diagnosis::Unclear => {
                let watts = phases.map(|phase| format!("{} W", shown(phase.watts))).join(", ");
                self.add("unclear_wiring", Text::Unclear, &[watts]);
            }
            Diagnosis::Wrong(wiring) => self.transformers(&wiring),
        }
    }

    fn transformers(&mut self, wiring: &Wiring) {
        for input in 0..3 {
            let (place, phase) = ((input + 1).to_string(), usize::from(wiring.phases[input]));
            if phase != input {
                let figures = [place.clone(), (phase + 1).to_string()];
                self.add("exchanged_transformers", Text::Exchanged, &figures);
            }
            if wiring.turned[input] {
                self.add("turned_transformer", Text::Turned, &[place]);
            }
        }
    }

    fn power(&mut self) {
        for phase in 0..3 {
            self.apparent(phase);
        }
        let sum = self.of.watts.iter().copied().sum::<Option<f64>>();
        if let (Some(sum), Some(total)) = (sum, self.of.total_watts)
            && !agree(sum, total, 0.03)
        {
            self.add("sum_differs", Text::SumDiffers, &[kilo(sum), kilo(total)]);
        }
        let Some(power) = self.of.power() else { return };
        if power < -20.0 && !self.of.feeds_back && self.found.is_empty() {
            self.add("negative_power", Text::Negative, &[kilo(power)]);
        }
        if let Some(rated) = self.of.rated.filter(|rated| power > rated * 1.1) {
            self.add("above_rated", Text::AboveRated, &[kilo(power), kilo(rated)]);
        }
        self.power_factor(power);
    }

    fn apparent(&mut self, phase: usize) {
        let (volts, amperes) = (self.of.volts[phase], self.of.amperes[phase]);
        let (Some(volts), Some(amperes), Some(watts)) = (volts, amperes, self.of.watts[phase])
        else {
            return;
        };
        if watts.abs() > volts * amperes * 1.05 + 20.0 {
            let figures = [(phase + 1).to_string(), shown(watts), shown(volts), shown(amperes)];
            self.add("above_apparent", Text::AboveApparent, &figures);
        }
    }

    fn power_factor(&mut self, power: f64) {
        let products = (0..3).map(|phase| Some(self.of.volts[phase]? * self.of.amperes[phase]?));
        let Some(apparent) = products.sum::<Option<f64>>().filter(|apparent| *apparent > 100.0)
        else {
            return;
        };
        let expected = power / apparent;
        let stated =
            self.of.power_factor.filter(|stated| (stated.abs() - expected.abs()).abs() > 0.1);
        if let Some(stated) = stated.filter(|_| self.found.is_empty()) {
            self.add("factor_differs", Text::FactorDiffers, &[shown(stated), shown(expected)]);
        }
    }

    fn counter(&mut self) {
        let (Some((first, last, digit)), Some(power)) = (self.of.counted, self.of.power()) else {
            return;
        };
        let seconds = self.of.lasted.milliseconds() as f64 / 1e3;
        let expected = power * seconds / 3_600.0;
        // A float's last digit is worth more than what is kept of it.
        if first == last && expected > 4.0 * digit.max(10.0) {
            self.add("counter_stands_still", Text::StandsStill, &[kilo(power), shown(seconds)]);
        }
    }

    /// What is below an asset cannot draw more than it.
    fn children(&mut self, meters: &[Snapshot]) {
        let name = self.of.asset.as_str();
        let is_below = |meter: &&Snapshot| match &meter.parent {
            Some(parent) => parent == name,
            None => self.of.is_main && meter.asset != name,
        };
        let below: Vec<f64> = meters.iter().filter(is_below).filter_map(Snapshot::power).collect();
        let (sum, Some(power)) = (below.iter().sum::<f64>(), self.of.power()) else { return };
        if sum > power && !agree(sum, power, 0.05) {
            let figures = [kilo(sum), name.to_owned(), kilo(power)];
            self.add("subs_above_main", Text::SubsAbove, &figures);
        }
    }

    fn display(&mut self, display: &Display) {
        let Some((_, wh, digit)) = self.of.counted else {
            return self.add("not_shown", Text::NotShown, &[]);
        };
        let (counted, shown_kwh) = (wh / 1e3, display.kwh);
        // A display shows fewer digits, and the load goes on while somebody reads it.
        let near =
            |one: f64, other: f64| (one - other).abs() <= 0.002 * other.abs() + digit / 1e3 + 1.0;
        if near(counted, shown_kwh) {
            return;
        }
        let ratio = shown_kwh / counted;
        let power_of_ten = ratio.log10().round();
        let figures = [shown(shown_kwh), shown(counted)];
        let with = |times: f64| [figures.as_slice(), &[format!("{times}")]].concat();
        if near(counted * 10_f64.powf(power_of_ten), shown_kwh) && power_of_ten != 0.0 {
            self.add("digits_wrong", Text::DigitsWrong, &with(10_f64.powf(power_of_ten)));
        } else if ratio > 1.5 && near(counted * ratio.round(), shown_kwh) {
            self.add("ratio_missing", Text::RatioMissing, &with(ratio.round()));
        } else {
            self.add("display_differs", Text::DisplayDiffers, &figures);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A load of 2 kW a phase behind a meter that is wired as it should be.
    fn right() -> Snapshot {
        Snapshot {
            asset: "main".to_owned(),
            is_main: true,
            volts: [Some(231.0), Some(229.0), Some(232.0)],
            amperes: [Some(10.0); 3],
            watts: [Some(1_964.0), Some(1_947.0), Some(1_972.0)],
            vars: [Some(1_213.0), Some(1_203.0), Some(1_218.0)],
            total_watts: Some(5_883.0),
            power_factor: Some(0.85),
            hertz: Some(50.0),
            counted: Some((123_456_000.0, 123_462_000.0, 1.0)),
            lasted: millwatt::time::Span::from_seconds(4),
            ..Snapshot::default()
        }
    }

    fn names(meters: &[Snapshot]) -> Vec<&'static str> {
        judge(meters, &[]).iter().map(|found| found.name).collect()
    }

    #[test]
    fn nothing_is_said_of_what_is_right() {
        assert_eq!(names(&[right()]), [""; 0]);
    }

    #[test]
    fn each_fault_has_its_sentence() {
        let turned = Snapshot {
            watts: [Some(1_964.0), Some(-1_947.0), Some(1_972.0)],
            vars: [Some(1_213.0), Some(-1_203.0), Some(1_218.0)],
            total_watts: Some(1_989.0),
            power_factor: Some(0.29),
            ..right()
        };
        let found = judge(&[turned], &[]);
        let sentences: Vec<_> =
            found.iter().map(|found| found.sentence(Language::English)).collect();
        assert_eq!(
            sentences,
            ["`main`: the current transformer of input L2 is turned; swap its wires S1 and S2"]
        );
        assert!(found[0].sentence(Language::Vietnamese).contains("đầu vào L2 bị ngược"));
        assert_eq!(names(&[Snapshot { hertz: Some(0.5), ..right() }]), ["scrambled"]);
        let one_lost = Snapshot { volts: [Some(231.0), Some(3.0), Some(232.0)], ..right() };
        assert!(names(&[one_lost]).contains(&"no_voltage"));
        assert_eq!(names(&[Snapshot { total_watts: Some(9e3), ..right() }])[0], "sum_differs");
        assert_eq!(names(&[Snapshot { rated: Some(2e3), ..right() }]), ["above_rated"]);
        assert_eq!(names(&[Snapshot { power_factor: Some(0.5), ..right() }]), ["factor_differs"]);
        let lasted = millwatt::time::Span::from_minutes(1);
        let still = Snapshot { counted: Some((1e6, 1e6, 0.01)), lasted, ..right() };
        assert_eq!(names(&[still]), ["counter_stands_still"]);
    }

    #[test]
    fn meters_below_another_cannot_show_more() {
        let below = |asset: &str| Snapshot {
            asset: asset.to_owned(),
            parent: Some("main".to_owned()),
            is_main: false,
            ..right()
        };
        assert_eq!(names(&[right(), below("dryer")]), [""; 0]);
        assert_eq!(names(&[right(), below("dryer"), below("roller")]), ["subs_above_main"]);
    }

    #[test]
    fn a_display_is_compared_with_the_register() {
        let name = |kwh: f64| {
            let display = Display { asset: "main".to_owned(), kwh };
            judge(&[right()], &[display]).first().map(|found| found.name)
        };
        assert_eq!(name(123_462.0), None);
        assert_eq!(name(123_462.0 * 40.0), Some("ratio_missing"));
        assert_eq!(name(1_234.62), Some("digits_wrong"));
        assert_eq!(name(130_000.0), Some("display_differs"));
    }
}
