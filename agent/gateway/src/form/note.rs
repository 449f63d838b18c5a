//! What stands before people's own words in an event's note: who, which entry, which of its fields, and what it
//! replaces.
//!
//! `by:1f3a9c02 entry:0123456789abcdef form:output field:reject corrects:… | their words`. People's words begin
//! behind the first bar and cannot reach before it. A cell with such a note never begins as a formula would.

use super::entry::Kind;

/// The head of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head<'a> {
    /// Eight hexadecimal digits.
    pub person: &'a str,
    /// Sixteen hexadecimal digits, drawn by the phone.
    pub entry: &'a str,
    /// Which form was filled in.
    pub kind: Kind,
    /// Which field of it this event is.
    pub field: &'a str,
    /// The entry whose place this one takes.
    pub corrects: Option<&'a str>,
}

impl<'a> Head<'a> {
    /// The whole note.
    pub(super) fn emit(&self, words: &str) -> String {
        let Self { person, entry, kind, field, corrects } = self;
        let corrects = corrects.map(|id| format!(" corrects:{id}")).unwrap_or_default();
        let word = kind.word();
        let note =
            format!("by:{person} entry:{entry} form:{word} field:{field}{corrects} | {words}");
        note.trim_end().to_owned()
    }

    /// The head and people's words; `None` for a note that no form wrote.
    pub(super) fn parse(note: &'a str) -> Option<(Self, &'a str)> {
        let (head, words) = note.split_once(" |")?;
        let mut parts = head.split(' ');
        let mut part = |key: &str| parts.next()?.strip_prefix(key)?.strip_prefix(':');
        let person = part("by").filter(|id| is_hexadecimal(id, 8))?;
        let entry = part("entry").filter(|id| is_hexadecimal(id, 16))?;
        let kind = Kind::named(part("form")?)?;
        let field = part("field")?;
        let corrects = part("corrects").filter(|id| is_hexadecimal(id, 16));
        Some((Self { person, entry, kind, field, corrects }, words.trim_start()))
    }
}

/// Whether a text is so many small hexadecimal digits.
pub(super) fn is_hexadecimal(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_comes_back_whatever_the_words() {
        let head = Head {
            person: "1f3a9c02",
            entry: "0123456789abcdef",
            kind: Kind::Output,
            field: "reject",
            corrects: Some("fedcba9876543210"),
        };
        for words in ["", "cháy cạnh", "=1+1", "a | by:ffffffff entry:0", "corrects:1 |"] {
            assert_eq!(Head::parse(&head.emit(words)), Some((head, words)));
            let first = Head { corrects: None, ..head };
            assert_eq!(Head::parse(&first.emit(words)), Some((first, words)));
        }
    }

    #[test]
    fn other_notes_have_none() {
        for note in ["", "mẻ 1", "by:1f3a9c02", "by:zz entry:0 form:output field:good |"] {
            assert_eq!(Head::parse(note), None, "{note}");
        }
    }
}
