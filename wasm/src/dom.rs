//! Realises a tree in the browser: elements and text nodes only, so that no label is ever markup.

use std::borrow::Cow;

use crate::node::{Child, Node};
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

const SVG: &str = "http://www.w3.org/2000/svg";

/// The elements of a tree.
///
/// # Errors
/// What the browser refused.
pub fn realise(document: &Document, node: &Node) -> Result<Element, JsValue> {
    build(document, node, false)
}

fn build(document: &Document, node: &Node, is_drawn: bool) -> Result<Element, JsValue> {
    let is_drawn = is_drawn || node.tag == "svg";
    let element = if is_drawn {
        document.create_element_ns(Some(SVG), &node.tag)?
    } else {
        document.create_element(&node.tag)?
    };
    for (name, value) in &node.attributes {
        element.set_attribute(name, &straight(value))?;
    }
    for child in &node.children {
        append(document, &element, child, is_drawn)?;
    }
    Ok(element)
}

/// Puts something into an element, behind what is there.
///
/// # Errors
/// What the browser refused.
pub fn put(document: &Document, into: &Element, child: &Child) -> Result<(), JsValue> {
    append(document, into, child, false)
}

fn append(
    document: &Document,
    into: &Element,
    child: &Child,
    is_drawn: bool,
) -> Result<(), JsValue> {
    match child {
        Child::Node(node) => into.append_child(&*build(document, node, is_drawn)?)?,
        Child::Text(text) => into.append_child(&document.create_text_node(&straight(text)))?,
    };
    Ok(())
}

/// Text in which nothing turns the direction of the words around it: where a name would, it shows that it
/// cannot.
fn straight(text: &str) -> Cow<'_, str> {
    const TURNS: [char; 9] = [
        '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}',
        '\u{2068}', '\u{2069}',
    ];
    if text.contains(TURNS) { text.replace(TURNS, "\u{fffd}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_turns_the_words_around_it() {
        assert_eq!(straight("Máy sấy"), "Máy sấy");
        assert_eq!(straight("\u{202e}gnp.exe"), "\u{fffd}gnp.exe");
    }
}
