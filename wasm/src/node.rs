//! A page as a plain tree: made without a browser, realised by [`dom`](crate::dom).

/// An element with its attributes and what is inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Element name.
    pub tag: &'static str,
    /// Attributes in the order they were set.
    pub attributes: Vec<(&'static str, String)>,
    /// What is inside.
    pub children: Vec<Child>,
}

/// What can stand inside an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Child {
    /// Another element.
    Node(Node),
    /// Text, never markup.
    Text(String),
}

/// An empty element.
#[must_use]
pub const fn node(tag: &'static str) -> Node {
    Node { tag, attributes: Vec::new(), children: Vec::new() }
}

impl Node {
    /// With one more attribute.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    /// With a class.
    #[must_use]
    pub fn class(self, name: &'static str) -> Self {
        self.with("class", name)
    }

    /// With one more element inside.
    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.children.push(Child::Node(child));
        self
    }

    /// With more elements inside.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children.into_iter().map(Child::Node));
        self
    }

    /// With text inside.
    #[must_use]
    pub fn text(mut self, text: impl ToString) -> Self {
        self.children.push(Child::Text(text.to_string()));
        self
    }
}
