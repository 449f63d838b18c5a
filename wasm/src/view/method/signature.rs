//! Who answers for the report.

use super::Appendix;
use super::words::Word;
use crate::node::{Node, node};

impl Appendix<'_> {
    /// Fields that keep what is typed, and room to sign on paper.
    pub(super) fn signatures(&self) -> Node {
        let place = self.field(Word::PlaceOf, "edit:method.place", "method.place", "text");
        let date = self.field(Word::DateOf, "edit:method.date", "method.date", "date");
        let people = [
            self.field(Word::Prepared, "edit:method.prepared", "method.prepared", "text"),
            self.field(Word::Checked, "edit:method.checked", "method.checked", "text"),
            self.field(Word::Approved, "edit:method.approved", "method.approved", "text"),
        ];
        let people = people.map(|field| {
            let room = node("p").class("note").text(self.text(Word::SignHere));
            node("div").class("sign").child(field).child(room)
        });
        node("section")
            .with("data-section", "method.signatures")
            .child(node("h3").text(self.text(Word::Signatures)))
            .child(node("p").class("note screen").text(self.text(Word::SignaturesAid)))
            .child(node("div").class("signed").child(place).child(date))
            .child(node("div").class("signed three").children(people))
    }

    fn field(&self, word: Word, act: &'static str, key: &str, kind: &'static str) -> Node {
        let kept = self.choice.edit(key).unwrap_or("");
        let input = node("input").with("type", kind).with("data-act", act).with("value", kept);
        node("label").text(self.text(word)).text(" ").child(input)
    }
}
