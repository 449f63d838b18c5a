//! What people enter about an action.

use super::entry::Status;
use super::model::{Row, assumptions};
use super::words::Word;
use crate::format;
use crate::node::{Node, node};
use crate::view::View;
use millwatt::Decimal;

/// A field of a form.
struct Field<'f> {
    /// The entry's whole name.
    name: String,
    label: &'f str,
    kind: &'static str,
    value: Option<&'f str>,
}

impl Field<'_> {
    fn node(&self) -> Node {
        let input =
            node("input").with("type", self.kind).with("data-act", format!("edit:{}", self.name));
        let input = match self.kind {
            "number" => input.with("min", "0").with("step", "any").with("inputmode", "decimal"),
            _ => input,
        };
        let input = input.with("value", self.value.unwrap_or_default());
        node("label").text(self.label).text(" ").child(input)
    }
}

impl View<'_> {
    pub(super) fn fields(&self, row: &Row<'_>) -> Node {
        let entry = &row.entry;
        let investment = self.fill(Word::Investment, &[self.model.site.currency]);
        let field = |field: &str, label, kind, value| {
            Field { name: format!("actions.{}.{field}", row.key), label, kind, value }.node()
        };
        let fields = [
            field("investment", &investment, "number", entry.investment.as_deref()),
            field("owner", self.text(Word::Owner), "text", entry.owner.as_deref()),
            field("due", self.text(Word::Due), "date", entry.due.as_deref()),
            field("decided", self.text(Word::Decided), "date", entry.decided.as_deref()),
            field("evaluated", self.text(Word::Evaluated), "text", entry.evaluated.as_deref()),
        ];
        let form = node("div").class("fields").with("data-opportunity", &row.key);
        let form = form.children(fields).child(self.status(row));
        form.child(node("p").class("note").text(self.payback_told(row)))
    }

    fn status(&self, row: &Row<'_>) -> Node {
        let options = Status::ALL.map(|status| {
            let option = node("option").with("value", status.name());
            let is_it = status == row.entry.status;
            let option = if is_it { option.with("selected", "") } else { option };
            option.text(self.text(status.word()))
        });
        let act = format!("edit:actions.{}.status", row.key);
        let select = node("select").with("data-act", act).children(options);
        node("label").text(self.text(Word::Status)).text(" ").child(select)
    }

    /// When it has paid, by what was entered.
    fn payback_told(&self, row: &Row<'_>) -> String {
        if row.found.money_a_year.is_none() {
            return String::new();
        }
        match (row.payback(), row.entry.investment.as_deref()) {
            (Some(months), _) => self.fill(Word::Payback, &[&self.months(months)]),
            (None, Some(typed)) if row.entry.money().is_none() => {
                self.fill(Word::NotANumber, &[typed])
            }
            _ => self.text(Word::PaybackUnknown).to_owned(),
        }
    }

    pub(super) fn months(&self, months: Decimal) -> String {
        format::places(months, 1, self.choice.language)
    }

    /// The share of the dearest band's energy that could move.
    pub(super) fn movable(&self) -> Node {
        let share = assumptions(&self.entries()).movable;
        let percent = Decimal::new(share.units().saturating_mul(100), share.places()).to_string();
        let label = self.text(Word::Movable);
        let name = "actions.movable".to_owned();
        let field = Field { name, label, kind: "number", value: Some(&percent) };
        node("div").class("fields").child(field.node())
    }
}
