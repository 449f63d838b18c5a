//! A section: a title that states the finding, how to read it, the drawing, and what stands behind it.

use super::View;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::table::Table;

/// What a section shows.
#[derive(Debug, Clone)]
pub struct Section {
    name: &'static str,
    title: String,
    aid: String,
    drawing: Node,
    controls: Option<Node>,
    legend: Option<Node>,
    coverage: Option<String>,
    table: Option<Table>,
    method: Option<String>,
}

impl Section {
    /// A drawing under a title that states what was found and over a line on how to read it; `name` is
    /// stable, as `energy.daily`: scripts, links and file names use it.
    #[must_use]
    pub const fn new(name: &'static str, title: String, aid: String, drawing: Node) -> Self {
        let (controls, legend, coverage, table, method) = (None, None, None, None, None);
        Self { name, title, aid, drawing, controls, legend, coverage, table, method }
    }

    /// With buttons over the drawing.
    #[must_use]
    pub fn controls(mut self, controls: Node) -> Self {
        self.controls = Some(controls);
        self
    }

    /// With the meaning of its colours.
    #[must_use]
    pub fn legend(mut self, legend: Node) -> Self {
        self.legend = Some(legend);
        self
    }

    /// With how much was measured, in words.
    #[must_use]
    pub fn coverage(mut self, coverage: String) -> Self {
        self.coverage = Some(coverage);
        self
    }

    /// With its figures behind a button.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        self.table = Some(table);
        self
    }

    /// With method and source behind another.
    #[must_use]
    pub fn method(mut self, method: String) -> Self {
        self.method = Some(method);
        self
    }
}

impl View<'_> {
    /// The elements of a section.
    pub(crate) fn section(&self, section: Section) -> Node {
        let mut caption = node("figcaption").text(section.aid);
        if let Some(coverage) = section.coverage {
            caption = caption.text(" ").child(node("span").class("coverage").text(coverage));
        }
        let figure = node("figure").child(section.drawing);
        let figure = figure.children(section.legend).child(caption);
        let shown = node("section").with("data-section", section.name);
        let shown = shown.child(node("h3").text(section.title)).children(section.controls);
        let table = section.table.map(|table| {
            let both = node("div").child(table.shown()).child(self.save_buttons());
            self.behind(Key::Table, both)
        });
        let method = section.method.map(|text| self.behind(Key::HowComputed, node("p").text(text)));
        shown.child(figure).children(table).children(method)
    }

    /// What saves a section's table and drawing as files.
    fn save_buttons(&self) -> Node {
        let button = |(end, text): (&'static str, &'static str)| {
            node("button").with("type", "button").with("data-save", end).text(text)
        };
        let buttons = [("csv", "CSV"), ("svg", "SVG"), ("png", "PNG")].map(button);
        let label = node("span").text(self.text(Key::SaveAs));
        node("p").class("controls save").child(label).children(buttons)
    }

    /// Something behind a button.
    pub(crate) fn behind(&self, key: Key, inside: Node) -> Node {
        let summary = node("summary").text(self.text(key));
        let scroll = node("div").class("scroll").with("tabindex", "0").child(inside);
        node("details").child(summary).child(scroll)
    }

    /// A section that has nothing to draw: what is missing, and how to get it.
    pub(crate) fn missing(&self, name: &'static str, sentence: &str) -> Node {
        let said = node("p").class("missing").text(sentence);
        node("section").with("data-section", name).child(said)
    }

    /// A chapter of the page, opened by a title that states its finding.
    pub(crate) fn chapter(&self, title: &str, sections: impl IntoIterator<Item = Node>) -> Node {
        node("div").child(node("h2").text(title)).children(sections)
    }
}
