//! A section: a title that states the finding, how to read it, the drawing, and what stands behind it.

use super::View;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::table::Table;
use crate::words::Text;

/// What a section shows.
#[derive(Debug, Clone)]
pub struct Section(Box<Shown>);

#[derive(Debug, Clone)]
struct Shown {
    name: &'static str,
    title: String,
    aid: String,
    drawing: Node,
    controls: Option<Node>,
    legend: Option<Node>,
    coverage: Option<String>,
    table: Option<Table>,
    method: Option<String>,
    is_half: bool,
}

impl Section {
    /// A drawing under a title that states what was found and over a line on how to read it; `name` is
    /// stable, as `energy.daily`: scripts, links and file names use it.
    #[must_use]
    #[inline(never)]
    pub fn new(name: &'static str, title: String, aid: String, drawing: Node) -> Self {
        let (controls, legend, coverage, table, method) = (None, None, None, None, None);
        let is_half = false;
        Self(Box::new(Shown {
            name,
            title,
            aid,
            drawing,
            controls,
            legend,
            coverage,
            table,
            method,
            is_half,
        }))
    }

    /// Beside another where the page is wide; its drawing has [`Room::NARROW`](crate::chart::Room).
    #[must_use]
    pub fn half(mut self) -> Self {
        self.0.is_half = true;
        self
    }

    /// With buttons over the drawing.
    #[must_use]
    #[inline(never)]
    pub fn controls(mut self, controls: Node) -> Self {
        self.0.controls = Some(controls);
        self
    }

    /// With the meaning of its colours.
    #[must_use]
    #[inline(never)]
    pub fn legend(mut self, legend: Node) -> Self {
        self.0.legend = Some(legend);
        self
    }

    /// With how much was measured, in words.
    #[must_use]
    #[inline(never)]
    pub fn coverage(mut self, coverage: String) -> Self {
        self.0.coverage = Some(coverage);
        self
    }

    /// With its figures behind a button.
    #[must_use]
    #[inline(never)]
    pub fn table(mut self, table: Table) -> Self {
        self.0.table = Some(table);
        self
    }

    /// With method and source behind another.
    #[must_use]
    #[inline(never)]
    pub fn method(mut self, method: String) -> Self {
        self.0.method = Some(method);
        self
    }
}

impl View<'_> {
    /// The elements of a section.
    #[inline(never)]
    pub(crate) fn section(&self, section: Section) -> Node {
        let section = *section.0;
        let mut caption = node("figcaption").text(section.aid);
        if let Some(coverage) = section.coverage {
            caption = caption.text(" ").child(node("span").class("coverage").text(coverage));
        }
        let mut drawings = 0;
        section.drawing.each(&mut |node| drawings += usize::from(node.tag == "svg"));
        let figure = node("figure").child(section.drawing);
        let figure = figure.children(section.legend).child(caption);
        let shown = node("section").with("data-section", section.name);
        let shown = if section.is_half { shown.class("half") } else { shown };
        let shown = shown.child(node("h3").text(section.title)).children(section.controls);
        let table = section.table.map(|table| {
            let both = node("div").child(table.shown()).child(self.save_buttons(drawings == 1));
            self.behind(Key::Table, both)
        });
        let method = section.method.map(|text| self.behind(Key::HowComputed, node("p").text(text)));
        shown.child(figure).children(table).children(method)
    }

    /// What saves a section's table, and its drawing where it is a single one, as files.
    fn save_buttons(&self, is_drawn: bool) -> Node {
        let button = |(end, text): (&'static str, &'static str)| {
            node("button").with("type", "button").with("data-save", end).text(text)
        };
        let ends = [("csv", "CSV"), ("svg", "SVG"), ("png", "PNG")];
        let buttons = ends.into_iter().take(if is_drawn { 3 } else { 1 }).map(button);
        let label = node("span").text(self.text(Key::SaveAs));
        node("p").class("controls save").child(label).children(buttons)
    }

    /// Something behind a button.
    pub(crate) fn behind(&self, key: impl Text, inside: Node) -> Node {
        let summary = node("summary").text(self.text(key));
        let scroll = node("div").class("scroll").with("tabindex", "0").child(inside);
        node("details").child(summary).child(scroll)
    }

    /// A section that has nothing to draw: what is missing, and how to get it.
    pub(crate) fn missing(&self, name: &'static str, sentence: &str) -> Node {
        let said = node("p").class("missing").text(sentence);
        node("section").with("data-section", name).child(said)
    }

    /// A chapter of the page, opened by a title that states its finding. On a phone the titles stand
    /// one below the other, and a chapter unfolds where its title is touched.
    pub(crate) fn chapter(&self, title: &str, sections: impl IntoIterator<Item = Node>) -> Node {
        let title = node("h2").text(title);
        if !self.choice.narrow {
            return node("div").child(title).children(sections);
        }
        let summary = node("summary").child(title);
        node("div").child(node("details").class("chapter").child(summary).children(sections))
    }
}
