//! A page as a plain tree: made without a browser, realised by [`dom`](crate::dom).

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

/// A name that the program gives: of an element, of an attribute.
pub type Word = Cow<'static, str>;

/// An element with its attributes and what is inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Element {
    /// Element name.
    pub tag: Word,
    /// Attributes in the order they were set.
    pub attributes: Vec<(Word, String)>,
    /// What is inside.
    pub children: Vec<Child>,
}

/// An [`Element`] behind a pointer: a page is built of many small steps, and each passes it on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node(Box<Element>);

/// What can stand inside an element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Child {
    /// Another element.
    Node(Node),
    /// Text, never markup.
    Text(String),
}

/// An empty element.
#[must_use]
#[inline(never)]
pub fn node(tag: &'static str) -> Node {
    let (tag, attributes, children) = (Cow::Borrowed(tag), Vec::new(), Vec::new());
    Node(Box::new(Element { tag, attributes, children }))
}

impl Deref for Node {
    type Target = Element;

    fn deref(&self) -> &Element {
        &self.0
    }
}

impl DerefMut for Node {
    fn deref_mut(&mut self) -> &mut Element {
        &mut self.0
    }
}

impl Node {
    #[inline(never)]
    fn set(mut self, name: &'static str, value: String) -> Self {
        self.0.attributes.push((Cow::Borrowed(name), value));
        self
    }

    #[inline(never)]
    fn put(mut self, child: Child) -> Self {
        self.0.children.push(child);
        self
    }

    /// With one more attribute.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl ToString) -> Self {
        self.set(name, value.to_string())
    }

    /// With a class.
    #[must_use]
    #[inline(never)]
    pub fn class(self, name: &'static str) -> Self {
        self.set("class", name.to_owned())
    }

    /// With one more element inside.
    #[must_use]
    #[inline(never)]
    pub fn child(self, child: Self) -> Self {
        self.put(Child::Node(child))
    }

    /// With more elements inside.
    #[must_use]
    pub fn children(self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// With text inside.
    #[must_use]
    pub fn text(self, text: impl ToString) -> Self {
        self.put(Child::Text(text.to_string()))
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Looks at this element and at every one inside, from the top down.
    pub fn each<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for child in &self.children {
            if let Child::Node(child) = child {
                child.each(visit);
            }
        }
    }

    /// As bytes, from the worker to the page.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// From [`to_bytes`](Self::to_bytes).
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_crosses_to_the_page() {
        let tree = node("p").class("note").text("ế").child(node("b").text("1"));
        assert_eq!(Node::from_bytes(&tree.to_bytes()), Some(tree));
        assert_eq!(Node::from_bytes(&[9, 9]), None);
    }
}
