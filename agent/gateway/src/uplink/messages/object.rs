//! A JSON object whose numbers keep all their digits.

use millwatt::Decimal;
use serde_json::Value;

/// An object under construction.
#[derive(Debug, Default)]
pub(super) struct Object(String);

impl Object {
    /// Adds a row.
    pub(super) fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.put_text(key, &value.into().to_string());
    }

    /// Adds a number to its last digit, or `null`. A counter of 18 digits is more than a binary fraction holds.
    pub(super) fn put_exact(&mut self, key: &str, value: Option<Decimal>) {
        let text = value.map_or_else(|| "null".to_owned(), |value| value.to_string());
        self.put_text(key, &text);
    }

    fn put_text(&mut self, key: &str, json: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0 += &Value::from(key).to_string();
        self.0.push(':');
        self.0 += json;
    }

    /// The text.
    pub(super) fn into_text(self) -> String {
        if self.0.is_empty() { "{}".to_owned() } else { self.0 + "}" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept_and_texts_are_escaped() {
        let mut object = Object::default();
        object.put("a \"b\"", "Cối\nxay");
        object.put_exact("kwh", Some(Decimal::new(-123_456_789_012_345_678, 2)));
        object.put_exact("kw", None);
        let text = object.into_text();
        assert_eq!(text, r#"{"a \"b\"":"Cối\nxay","kwh":-1234567890123456.78,"kw":null}"#);
        assert!(serde_json::from_str::<Value>(&text).is_ok());
        assert_eq!(Object::default().into_text(), "{}");
    }
}
