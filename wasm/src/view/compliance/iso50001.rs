//! The checklist of an energy management system's data.

use super::checklist::{Asked, Evidence, Stands};
use super::form::{Entry, Form};
use super::held::{Held, days};
use super::words::Word;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::Section;
use millwatt::analysis::baseline::{Origin, Verdict};
use millwatt::finding::REPORTABLE_COVERAGE;
use millwatt::{Decimal, Name};

/// Where the note on calibration is kept.
const CALIBRATION: &str = "compliance.iso50001.calibration";

/// What is asked, and what to do where it is missing.
const fn words(asked: Asked) -> (Word, Word) {
    match asked {
        Asked::Target => (Word::AskTarget, Word::DoTarget),
        Asked::Review => (Word::AskReview, Word::DoReview),
        Asked::Carriers => (Word::AskCarriers, Word::DoCarriers),
        Asked::Uses => (Word::AskUses, Word::DoUses),
        Asked::Variables => (Word::AskVariables, Word::DoVariables),
        Asked::Indicator => (Word::AskIndicator, Word::DoIndicator),
        Asked::Method => (Word::AskMethod, Word::DoMethod),
        Asked::Baseline => (Word::AskBaseline, Word::DoBaseline),
        Asked::TwelveMonths => (Word::AskTwelveMonths, Word::DoTwelveMonths),
        Asked::Normalised => (Word::AskNormalised, Word::DoNormalised),
        Asked::Meters => (Word::AskMeters, Word::DoMeters),
        Asked::Calibration => (Word::AskCalibration, Word::DoCalibration),
        Asked::Collected => (Word::AskCollected, Word::DoCollected),
        Asked::Trend => (Word::AskTrend, Word::DoTrend),
        Asked::Compared => (Word::AskCompared, Word::DoCompared),
    }
}

impl Form<'_> {
    /// What the data of the period and of the record show.
    fn evidence(&self, held: Option<&Held<'_>>) -> Evidence {
        let model = self.model;
        let study = self.study();
        let meters = || model.indicators.iter().filter(|figure| figure.name == Name::Energy);
        let limit = REPORTABLE_COVERAGE.to_f64();
        let whole = meters().filter(|figure| figure.coverage.to_f64() >= limit).count();
        let carriers = held.map_or((0, 0), |held| {
            let known = || held.parts(Name::OilEquivalent);
            (known().count(), known().filter(|part| part.value.is_some()).count())
        });
        let main = model.figure(Name::Energy, model.main(), "").filter(|main| main.value.is_some());
        let used = study.model.as_ref().map_or(0, |model| model.drivers.len());
        Evidence {
            main: main.map(|main| main.coverage),
            carriers,
            sub_meters: meters().filter(|figure| figure.asset != Some(model.main())).count(),
            unmetered: model.value(Name::Unmetered, "", ""),
            drivers: (study.columns.len(), used),
            target: study.target_per_mille,
            has_ratio: model.value(Name::SpecificEnergy, "", "").is_some(),
            model: study.model.as_ref().map(|model| model.refusals().next().is_none()),
            baseline: study.baseline.map(|period| (study.origin, days(period))),
            is_calibrated: self.typed(CALIBRATION).is_some(),
            meters: (meters().count(), whole),
            days: days(model.record),
            verdict: study.account.map(|account| account.verdict),
        }
    }

    /// The section, and how many requirements are met of how many.
    pub(super) fn iso50001(&self, held: Option<&Held<'_>>) -> (Node, (usize, usize)) {
        let evidence = self.evidence(held);
        let of = Asked::ALL.len();
        let [met, partly, missing] =
            [Stands::Met, Stands::Partly, Stands::Missing].map(|stands| evidence.count(stands));
        let figures = [met, of, partly, missing].map(|count| count.to_string());
        let title = self.fill(Word::ChecklistTitle, &figures.each_ref().map(String::as_str));
        let heads = [Word::Requirement, Word::Status, Word::DataShow, Word::Next];
        let heads = heads.map(|word| node("th").with("scope", "col").text(self.text(word)));
        let rows = Asked::ALL.map(|asked| self.requirement(&evidence, asked));
        let table = node("table").class("sheet prose");
        let table = table.child(node("thead").child(node("tr").children(heads)));
        let table = table.child(node("tbody").children(rows));
        let aid = self.text(Word::ChecklistAid).to_owned();
        let section = Section::new("compliance.iso50001", title, aid, table);
        let section = section.coverage(self.main_coverage(&evidence));
        let method = self.text(Word::ChecklistMethod).to_owned();
        (self.section(section.method(method)), (met, of))
    }

    fn main_coverage(&self, evidence: &Evidence) -> String {
        let unknown = || self.text(Key::Unknown).to_owned();
        let share = evidence.main.map_or_else(unknown, |share| self.percent(share));
        self.fill(Word::MainMeasured, &[&share])
    }

    fn requirement(&self, evidence: &Evidence, asked: Asked) -> Node {
        let stands = evidence.judged(asked);
        let (class, word) = match stands {
            Stands::Met => ("stands", Word::Met),
            Stands::Partly => ("stands", Word::Partly),
            Stands::Missing => ("stands missing", Word::Missing),
        };
        let (asks, next) = words(asked);
        let name = node("th").with("scope", "row");
        let name = name.child(node("b").text(asked.clause())).text(" ").text(self.text(asks));
        let status = node("td").child(node("strong").class(class).text(self.text(word)));
        let shown = node("td").text(self.found(evidence, asked));
        let next = match (asked, stands) {
            (Asked::Calibration, _) => {
                let hint = node("p").class("note").text(self.text(next));
                self.cell(CALIBRATION, self.text(asks), &Entry::Lines).child(hint)
            }
            (_, Stands::Met) => node("td").text("–"),
            _ => node("td").text(self.text(next)),
        };
        node("tr").child(name).child(status).child(shown).child(next)
    }

    /// What the data show, with its figure.
    fn found(&self, evidence: &Evidence, asked: Asked) -> String {
        let count = |of: usize| of.to_string();
        let share = |share: Option<Decimal>| {
            share.map_or_else(|| self.text(Key::Unknown).to_owned(), |share| self.percent(share))
        };
        match asked {
            Asked::Target if evidence.target == 0 => self.text(Word::ShowNoTarget).to_owned(),
            Asked::Target => {
                let target = Decimal::new(evidence.target.into(), 3);
                self.fill(Word::ShowTarget, &[&self.percent(target)])
            }
            Asked::Review => self.main_coverage(evidence),
            Asked::Carriers => {
                let (of, known) = evidence.carriers;
                self.fill(Word::ShowCarriers, &[&count(known), &count(of)])
            }
            Asked::Uses | Asked::Meters if evidence.sub_meters == 0 => {
                self.text(Word::ShowNoMeters).to_owned()
            }
            Asked::Uses | Asked::Meters => {
                let meters = count(evidence.sub_meters);
                self.fill(Word::ShowMeters, &[&meters, &share(evidence.unmetered)])
            }
            Asked::Variables => {
                let (of, used) = evidence.drivers;
                self.fill(Word::ShowVariables, &[&count(of), &count(used)])
            }
            Asked::Indicator | Asked::Method => self.indicator_found(evidence),
            Asked::Baseline | Asked::TwelveMonths => self.baseline_found(evidence),
            Asked::Normalised | Asked::Compared => self.model_found(evidence, asked),
            Asked::Calibration => {
                let is_noted = evidence.is_calibrated;
                let word = if is_noted { Word::ShowNoted } else { Word::ShowNotNoted };
                self.text(word).to_owned()
            }
            Asked::Collected => {
                let (of, whole) = evidence.meters;
                self.fill(Word::ShowCollected, &[&count(whole), &count(of)])
            }
            Asked::Trend => self.fill(Word::ShowDays, &[&evidence.days.to_string()]),
        }
    }

    fn indicator_found(&self, evidence: &Evidence) -> String {
        let word = match (evidence.has_ratio, evidence.model) {
            (_, Some(true)) => Word::ShowModel,
            (true, _) => Word::ShowRatio,
            (false, Some(false)) => Word::ShowWeakModel,
            (false, None) => Word::ShowNoIndicator,
        };
        self.text(word).to_owned()
    }

    fn baseline_found(&self, evidence: &Evidence) -> String {
        match evidence.baseline {
            None => self.text(Word::ShowNoBaseline).to_owned(),
            Some((origin, length)) => {
                let word = match origin {
                    Origin::Stated | Origin::Chosen => Word::ShowStated,
                    Origin::Provisional => Word::ShowProvisional,
                };
                self.fill(word, &[&length.to_string()])
            }
        }
    }

    fn model_found(&self, evidence: &Evidence, asked: Asked) -> String {
        let word = match (asked, evidence.model, evidence.verdict) {
            (_, None, _) => Word::ShowNoModel,
            (Asked::Normalised, Some(true), _) => Word::ShowModel,
            (Asked::Normalised, Some(false), _) => Word::ShowWeakModel,
            (_, _, Some(Verdict::Verified)) => Word::ShowVerified,
            (_, _, Some(Verdict::Worse)) => Word::ShowWorse,
            (_, _, Some(Verdict::NotProved)) => Word::ShowNotProved,
            (_, _, Some(Verdict::NoClaim) | None) => Word::ShowNoClaim,
        };
        self.text(word).to_owned()
    }
}
