//! Every figure of the period, to the last digit.

use super::View;
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use millwatt::Indicator;

impl View<'_> {
    pub(super) fn figures(&self) -> Node {
        let keys = [
            Key::Indicator,
            Key::Asset,
            Key::Part,
            Key::Value,
            Key::Unit,
            Key::Coverage,
            Key::Findings,
        ];
        let heads = keys.map(|key| node("th").with("scope", "col").text(self.text(key)));
        let rows = self.model.indicators.iter().map(|indicator| self.figure_row(indicator));
        let table = node("table").class("figures");
        let table = table.child(node("thead").child(node("tr").children(heads)));
        let table = table.child(node("tbody").children(rows));
        let section = node("section").class("all").with("data-section", "figures.all");
        let section = section.child(self.behind(Key::Table, table));
        self.chapter(self.text(Key::FiguresTitle), [section])
    }

    fn figure_row(&self, indicator: &Indicator<'_>) -> Node {
        let exact = indicator.value.map(|value| value.to_string()).unwrap_or_default();
        let shown = indicator.value.map(|value| format::exact(value, self.choice.language));
        let shown = shown.unwrap_or_else(|| self.text(Key::Unknown).to_owned());
        let asset = indicator.asset.unwrap_or("");
        let name =
            if asset.is_empty() { self.text(Key::SiteWide) } else { self.model.asset_name(asset) };
        let causes = indicator.findings.iter().map(|finding| self.text(Key::cause(finding.cause)));
        let causes: Vec<_> = causes.collect();
        let row = node("tr")
            .with("data-indicator", indicator.name.word())
            .with("data-asset", asset)
            .with("data-part", indicator.part.unwrap_or(""))
            .with("data-value", exact)
            .with("data-coverage", indicator.coverage);
        let cells = [name.to_owned(), indicator.part.unwrap_or("").to_owned(), shown];
        row.child(node("th").with("scope", "row").text(indicator.name.word()))
            .children(cells.map(|cell| node("td").text(cell)))
            .child(node("td").text(indicator.unit))
            .child(node("td").text(self.percent(indicator.coverage)))
            .child(node("td").text(causes.join(", ")))
    }
}
