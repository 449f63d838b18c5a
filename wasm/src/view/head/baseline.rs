//! The baseline period, and how to set it.

use super::words::Word;
use super::{Head, dates};
use crate::node::{Node, node};
use millwatt::time::Period;

impl Head<'_> {
    /// The baseline period in force, and whether the reader chose it.
    fn baseline_period(&self) -> Option<(Period, bool)> {
        let of_site = self.model.site.facts.baselines.last().map(|row| (row.period, false));
        self.choice.baseline.map(|period| (period, true)).or(of_site)
    }

    /// What it is, and behind a button how to set it.
    pub(super) fn baseline_choice(&self) -> Node {
        let told = match self.baseline_period() {
            None => self.text(Word::BaselineNone).to_owned(),
            Some((period, is_readers)) => {
                let whose = if is_readers { Word::BaselineOfReader } else { Word::BaselineOfSite };
                let (from, to) = (self.date(period.from), self.date(period.to - dates::TICK));
                self.fill(Word::BaselineOf, &[&from, &to, self.text(whose)])
            }
        };
        let shown = self.model.period;
        let before = Period::new(shown.from - shown.span(), shown.from);
        let before = (before.from >= self.model.record.from).then_some(before);
        let reset = self.choice.baseline.is_some();
        let reset = reset.then(|| self.button("brush:baseline", self.text(Word::BaselineReset)));
        let buttons = node("div")
            .class("controls")
            .child(self.take(Word::BaselineThis, shown))
            .children(before.map(|before| self.take(Word::BaselineBefore, before)))
            .children(reset);
        let how = node("p").text(self.text(Word::BaselineHow));
        let summary = node("summary").text(told);
        node("details").class("set").child(summary).child(how).child(buttons)
    }

    fn take(&self, word: Word, period: Period) -> Node {
        let [from, to] = [period.from, period.to].map(|at| at.unix_milliseconds());
        let button = self.button("brush:baseline", self.text(word));
        button.with("data-to", format!("{from}..{to}"))
    }
}
