//! The baseline: what use depends on, whether the model is valid, and what was saved.

mod adjustments;
mod expected;
mod models;
mod panel;
mod running;
mod savings;
mod scatter;
mod told;
mod words;

use super::View;
use crate::node::{Node, node};
use millwatt::analysis::baseline::{Account, Figure, Question, Study, Verdict};
use millwatt::time::Period;
use std::rc::Rc;
use told::Told;
use words::Word;

/// The option that names the model in use.
const MODEL: &str = "baseline.model";
/// What that option is when the best model is taken.
const AUTOMATIC: &str = "auto";

impl View<'_> {
    /// The baseline and what it says of the period. Its rows begin at midnight, also where the period begins with a shift.
    pub(crate) fn study(&self) -> Rc<Study> {
        let kept = self.beside.study.map(|kept| kept.get_or_init(|| self.new_study()).clone());
        kept.unwrap_or_else(|| self.new_study())
    }

    fn new_study(&self) -> Rc<Study> {
        let (model, zone) = (self.model, self.model.site.zone_rules());
        let period = model.period;
        let reporting = Period::new(zone.day_start(period.from), zone.day_start(period.to));
        let drivers = self.choice.option(MODEL).filter(|name| *name != AUTOMATIC);
        let (record, baseline) = (model.record, self.choice.baseline);
        let question = Question { record, reporting, baseline, drivers };
        Rc::new(Study::new(&model.site, self.archive, &question))
    }

    pub(super) fn baseline(&self) -> Node {
        let study = self.study();
        let told = Told { view: self, study: &study };
        let Some(model) = &study.model else { return told.without_model() };
        let sections = [
            expected::section(&told),
            scatter::section(&told, model),
            running::section(&told),
            savings::section(&told, model),
            panel::section(&told, model),
            models::section(&told, model),
            adjustments::section(&told),
        ];
        self.chapter(&told.title(), sections)
    }
}

impl Told<'_> {
    /// The chapter of a record that allows no model: what is missing, and a way to another baseline.
    fn without_model(&self) -> Node {
        let sentences = self.study.findings.iter().map(|finding| self.finding(finding));
        let sentences: Vec<String> = sentences.collect();
        let missing = self.view.missing("baseline.missing", &sentences.join(" "));
        let is_chosen = self.view.choice.baseline.is_some();
        let controls = is_chosen.then(|| node("section").child(expected::controls(self)));
        self.view.chapter(self.text(Word::NoBaseline), [missing].into_iter().chain(controls))
    }

    /// What the chapter found.
    fn title(&self) -> String {
        match &self.study.account {
            Some(account) if account.verdict != Verdict::NoClaim => self.verdict(account),
            _ => self.fill(Word::NoClaim, &[&self.gravest()]),
        }
    }

    /// What may be said of the reporting period, with its numbers.
    fn verdict(&self, account: &Account) -> String {
        let saving = account.saving();
        let is_less = saving.milliwatt_hours() >= 0;
        let word = match account.verdict {
            Verdict::Verified => Word::Verified,
            Verdict::NotProved if is_less => Word::LessNotProved,
            Verdict::NotProved => Word::MoreNotProved,
            Verdict::Worse => Word::Worse,
            Verdict::NoClaim => return self.fill(Word::NoClaim, &[&self.gravest()]),
        };
        let share = account.improvement.map_or_else(String::new, |share| {
            self.view
                .percent(millwatt::Decimal::new(share.units().saturating_abs(), share.places()))
        });
        let band = account.band.map_or_else(String::new, |band| self.kwh(band));
        self.fill(word, &[&self.size(saving), &share, &band])
    }

    /// Figures by their stable names, to the last digit, as `millwatt baseline --json` prints them.
    fn figures(&self, wanted: impl Fn(&Figure) -> bool) -> Node {
        let mut body = node("tbody");
        for figure in self.study.figures().into_iter().filter(|figure| wanted(figure)) {
            let exact = figure.value.map(|value| value.to_string()).unwrap_or_default();
            let unknown = self.text(crate::strings::Key::Unknown).to_owned();
            let shown = figure.value.map_or(unknown, |value| self.view.exact(value));
            let unit =
                if figure.unit == "currency" { self.view.model.site.currency } else { figure.unit };
            let cell = node("td").with("data-figure", &figure.name).with("data-value", exact);
            let name = node("th").with("scope", "row").text(&figure.name);
            body = body
                .child(node("tr").child(name).child(cell.text(shown)).child(node("td").text(unit)));
        }
        self.view.behind(crate::strings::Key::Table, node("table").child(body))
    }
}

/// Whether a figure is of the reporting period and not of the model.
fn is_of_account(figure: &Figure) -> bool {
    const NAMES: [&str; 9] = [
        "reported_rows",
        "used",
        "expected",
        "adjustment",
        "senpi",
        "improvement",
        "ratio_baseline",
        "ratio_reporting",
        "saving",
    ];
    NAMES.contains(&figure.name.as_str()) || figure.name.starts_with("saving_")
}
