//! Realises a tree in the browser: elements and text nodes only, so that no label is ever markup.

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
        element.set_attribute(name, value)?;
    }
    for child in &node.children {
        match child {
            Child::Node(node) => element.append_child(&*build(document, node, is_drawn)?)?,
            Child::Text(text) => element.append_child(&document.create_text_node(text))?,
        };
    }
    Ok(element)
}
