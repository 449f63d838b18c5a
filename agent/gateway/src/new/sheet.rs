//! A site file as it is written: tables, keys with comments behind them, and lines to take the # away from.

use std::fmt::Write as _;

/// Text of a site file.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    text: String,
    /// What each line begins with: a # while what is written is only an example.
    before: &'static str,
}

impl Sheet {
    /// A table, an empty line before it.
    pub(super) fn table(&mut self, name: &str) -> &mut Self {
        self.gap().line(&format!("[{name}]"))
    }

    /// One of several tables of a name.
    pub(super) fn item(&mut self, name: &str) -> &mut Self {
        self.gap().line(&format!("[[{name}]]"))
    }

    /// A key and its value.
    pub(super) fn set(&mut self, key: &str, value: impl Into<toml::Value>) -> &mut Self {
        self.line(&format!("{key} = {}", value.into()))
    }

    /// A key and its value, and what is to be known of it.
    pub(super) fn set_noted(
        &mut self,
        key: &str,
        value: impl Into<toml::Value>,
        note: &str,
    ) -> &mut Self {
        let row = format!("{key} = {}", value.into());
        self.line(&format!("{row:<30} # {note}"))
    }

    /// A key that may be useful: not set until its # is taken away.
    pub(super) fn offer(
        &mut self,
        key: &str,
        value: impl Into<toml::Value>,
        note: &str,
    ) -> &mut Self {
        let marked = if self.before.is_empty() { "# " } else { "# # " };
        let before = std::mem::replace(&mut self.before, marked);
        self.set_noted(key, value, note);
        self.before = before;
        self
    }

    /// A comment on a line of its own.
    pub(super) fn note(&mut self, note: &str) -> &mut Self {
        let _ = writeln!(self.text, "# {note}");
        self
    }

    /// What follows is an example, behind a #.
    pub(super) const fn begin_example(&mut self) -> &mut Self {
        self.before = "# ";
        self
    }

    /// What follows counts.
    pub(super) const fn end_example(&mut self) -> &mut Self {
        self.before = "";
        self
    }

    /// An empty line, but at the beginning.
    pub(super) fn gap(&mut self) -> &mut Self {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            let _ = writeln!(self.text, "{}", self.before.trim_end());
        }
        self
    }

    /// The whole text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn line(&mut self, line: &str) -> &mut Self {
        let _ = writeln!(self.text, "{}{line}", self.before);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_stands_behind_its_mark() {
        let mut sheet = Sheet::default();
        sheet.table("site").set("name", "Chè \"Ngon\"").set_noted("unit", 7, "its number");
        sheet.begin_example().item("meter").set("rated_kw", 7.5);
        sheet.offer("idle_kw", 1, "from here").end_example();
        sheet.item("asset").offer("machine", true, "has states").set("id", "mill");
        let expected = [
            "[site]",
            "name = 'Chè \"Ngon\"'",
            "unit = 7                       # its number",
            "#",
            "# [[meter]]",
            "# rated_kw = 7.5",
            "# # idle_kw = 1                    # from here",
            "",
            "[[asset]]",
            "# machine = true                 # has states",
            "id = \"mill\"",
            "",
        ]
        .join("\n");
        assert_eq!(sheet.into_text(), expected);
    }
}
