//! The appendix: how every figure was computed, from what, what is not proved, and who signs.

mod factors;
mod formulas;
mod names;
mod signature;
mod words;

use super::{Cell, Section, Table, View};
use crate::node::{Node, node};
use crate::strings::Key;
use millwatt::{Decimal, Name};
use std::collections::BTreeSet;
use std::ops::Deref;
use words::Word;

/// What the appendix is made of.
#[derive(Debug, Clone, Copy)]
struct Appendix<'a>(View<'a>);

impl<'a> Deref for Appendix<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.0
    }
}

impl View<'_> {
    /// The appendix; printed last.
    pub(super) fn method(&self) -> Node {
        let appendix = Appendix(*self);
        let (formulas, factors) = (appendix.formula_rows(), appendix.factor_rows());
        let counts = [formulas.len(), factors.len()].map(|count| count.to_string());
        let title = self.fill(Word::Title, &counts.each_ref().map(String::as_str));
        let sections = [
            appendix.formulas(formulas),
            appendix.factors(factors),
            appendix.not_proved(),
            appendix.signatures(),
        ];
        self.chapter(&title, sections).class("method")
    }
}

impl Appendix<'_> {
    /// The indicators of the period, each once, and what the owner's page makes of them.
    fn formula_rows(&self) -> Vec<Vec<Cell>> {
        let names: BTreeSet<Name> = self.model.indicators.iter().map(|one| one.name).collect();
        let indicators = names.into_iter().map(|name| {
            let formula = self.text(formulas::word(name));
            row(self.text(names::word(name)), name.word(), formula)
        });
        let further = [
            (Word::Lost, formulas::Word::Lost),
            (Word::Enpi, formulas::Word::Enpi),
            (Word::Band, formulas::Word::Band),
        ];
        let further = further.map(|(name, formula)| row(self.text(name), "", self.text(formula)));
        indicators.chain(further).collect()
    }

    fn formulas(&self, rows: Vec<Vec<Cell>>) -> Node {
        let title = self.fill(Word::Formulas, &[&rows.len().to_string()]);
        let heads =
            [self.text(Key::Indicator), self.text(Word::NameInFiles), self.text(Word::Formula)];
        let table = Table::new(heads).rows(rows).shown().class("prose");
        let aid = self.text(Word::FormulasAid).to_owned();
        self.section(Section::new("method.formulas", title, aid, self.behind(Key::Table, table)))
    }

    fn factors(&self, rows: Vec<Vec<Cell>>) -> Node {
        if rows.is_empty() {
            return self.missing("method.factors", self.text(Word::NoFactors));
        }
        let title = self.fill(Word::Factors, &[&rows.len().to_string()]);
        let heads = [
            self.text(Word::What),
            self.text(Word::Since),
            self.text(Key::Value),
            self.text(Key::Unit),
            self.text(Word::Source),
        ];
        let table = Table::new(heads).rows(rows).shown().class("prose");
        let aid = self.text(Word::FactorsAid).to_owned();
        self.section(Section::new("method.factors", title, aid, self.behind(Key::Table, table)))
    }

    /// What is not proved, and which program read which log.
    fn not_proved(&self) -> Node {
        let mut told: Vec<String> = [Word::Meters, Word::Clock, Word::Typed, Word::Key]
            .map(|word| self.text(word).to_owned())
            .into();
        let counted = [
            (Word::Edited, self.choice.edits().count()),
            (Word::Damaged, self.model.damaged),
            (Word::Later, self.archive.later()),
        ];
        let counted = counted.into_iter().filter(|(_, count)| *count > 0);
        told.extend(counted.map(|(word, count)| self.fill(word, &[&count.to_string()])));
        let title = self.fill(Word::NotProved, &[&told.len().to_string()]);
        let list = node("ul").children(told.into_iter().map(|one| node("li").text(one)));
        node("section")
            .with("data-section", "method.proof")
            .child(node("h3").text(title))
            .child(list)
            .child(node("p").class("version").text(self.versions()))
    }

    fn versions(&self) -> String {
        let (stamp, record) = (self.archive.newest(), self.model.record);
        let figures = [u64::from(stamp.epoch), stamp.sequence, self.log.len() as u64];
        let [epoch, sequence, bytes] =
            figures.map(|figure| self.exact(Decimal::new(figure.into(), 0)));
        let (from, to) = (self.date(record.from), self.date(record.to));
        let version = env!("CARGO_PKG_VERSION");
        self.fill(Word::Versions, &[version, &epoch, &sequence, &bytes, &from, &to])
    }
}

fn row(name: &str, word: &str, formula: &str) -> Vec<Cell> {
    [name, word, formula].map(Cell::from).into()
}
