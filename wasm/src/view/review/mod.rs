//! The management-review sheet: inputs from the data or by hand, outputs, signatures.

mod input;
mod words;

use super::{Section, View};
use crate::node::{Node, node};
use input::Line;
use words::Word;

/// What management decides, with its name among entries.
const OUTPUTS: [(&str, Word); 6] = [
    ("decide_opportunities", Word::DecideOpportunities),
    ("decide_indicators", Word::DecideIndicators),
    ("decide_targets", Word::DecideTargets),
    ("decide_resources", Word::DecideResources),
    ("decide_people", Word::DecidePeople),
    ("decide_policy", Word::DecidePolicy),
];

impl View<'_> {
    pub(super) fn review(&self) -> Node {
        let lines = self.review_inputs();
        let known = lines.iter().filter(|line| line.figure.is_some()).count();
        let figures = [known, lines.len(), lines.len() - known].map(|count| count.to_string());
        let title = self.fill(Word::Title, &figures.each_ref().map(String::as_str));
        let sections = [self.inputs(&lines, known), self.outputs(), self.signatures()];
        self.chapter(&title, sections)
    }

    fn inputs(&self, lines: &[Line], known: usize) -> Node {
        let period =
            format!("{} – {}", self.date(self.model.period.from), self.date(self.last_date()));
        let title = self.fill(Word::InputsTitle, &[&known.to_string(), &period]);
        let entries = self.entries();
        let rows = lines.iter().map(|line| {
            let figure = line.figure.as_deref().unwrap_or_else(|| self.text(Word::ByHand));
            let class = if line.figure.is_some() { "figure" } else { "hand" };
            let figure = node("td").class(class).text(figure);
            self.sheet_row(line.name, line.topic, Some(figure), &entries)
        });
        let heads = [Word::Topic, Word::FromData, Word::Remark];
        let sheet = self.sheet(&heads, rows);
        let section =
            Section::new("review.inputs", title, self.text(Word::InputsAid).to_owned(), sheet);
        self.section(section.method(self.text(Word::Method).to_owned()))
    }

    fn outputs(&self) -> Node {
        let entries = self.entries();
        let written = OUTPUTS.iter().filter(|(name, _)| entries.get(&entry_name(name)).is_some());
        let written = written.count();
        let figures = [written.to_string(), OUTPUTS.len().to_string()];
        let title = self.fill(Word::OutputsTitle, &figures.each_ref().map(String::as_str));
        let rows = OUTPUTS.iter().map(|(name, topic)| self.sheet_row(name, *topic, None, &entries));
        let sheet = self.sheet(&[Word::Topic, Word::Decision], rows);
        let aid = self.text(Word::OutputsAid).to_owned();
        self.section(Section::new("review.outputs", title, aid, sheet))
    }

    /// Lines for pens.
    fn signatures(&self) -> Node {
        let heads = [Word::Topic, Word::Name, Word::Date, Word::Signature];
        let rows = [Word::Chair, Word::Manager, Word::Recorder].map(|who| {
            let name = node("th").with("scope", "row").text(self.text(who));
            node("tr").child(name).children([(); 3].map(|()| node("td").class("pen")))
        });
        let title = self.text(Word::SignTitle).to_owned();
        let aid = self.text(Word::SignAid).to_owned();
        self.section(Section::new("review.sign", title, aid, self.sheet(&heads, rows)))
    }

    fn sheet(&self, heads: &[Word], rows: impl IntoIterator<Item = Node>) -> Node {
        let head = |word: &Word| node("th").with("scope", "col").text(self.text(*word));
        let heads = node("tr").children(heads.iter().map(head));
        let table = node("table").class("sheet").child(node("thead").child(heads));
        table.child(node("tbody").children(rows))
    }

    /// A topic, its figure where the sheet has figures, and a field for words.
    fn sheet_row(
        &self,
        name: &str,
        topic: Word,
        figure: Option<Node>,
        entries: &super::actions::Entries<'_>,
    ) -> Node {
        let name = entry_name(name);
        let label = node("label").with("for", &name).text(self.text(topic));
        let field = node("textarea").with("id", &name).with("rows", "2");
        let field = field.with("data-act", format!("edit:{name}"));
        let field = field.text(entries.get(&name).unwrap_or_default());
        node("tr")
            .child(node("th").with("scope", "row").child(label))
            .children(figure)
            .child(node("td").child(field))
    }
}

/// The whole name of an entry of this part.
fn entry_name(name: &str) -> String {
    format!("review.{name}")
}
