//! Realises a tree in the browser: elements and text nodes only, so that no label is ever markup.

use crate::node::{Child, Node};
use wasm_bindgen::JsValue;
use web_sys::{Document, Element};

const SVG: &str = "http://www.w3.org/2000/svg";
const SVG_TAGS: [&str; 11] =
    ["svg", "g", "rect", "line", "path", "text", "title", "circle", "defs", "pattern", "polyline"];

/// The elements of a tree.
///
/// # Errors
/// What the browser refused.
pub fn realise(document: &Document, node: &Node) -> Result<Element, JsValue> {
    let element = if SVG_TAGS.contains(&node.tag) {
        document.create_element_ns(Some(SVG), node.tag)?
    } else {
        document.create_element(node.tag)?
    };
    for (name, value) in &node.attributes {
        element.set_attribute(name, value)?;
    }
    for child in &node.children {
        match child {
            Child::Node(node) => {
                let inside = realise(document, node)?;
                element.append_child(&inside)?
            }
            Child::Text(text) => element.append_child(&document.create_text_node(text))?,
        };
    }
    Ok(element)
}
