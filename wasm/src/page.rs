//! The page in the browser: it puts the desk's parts in their places and tells the desk what the
//! reader does.

use crate::brush;
use crate::dom;
use crate::export::csv;
use crate::node::Node;
use crate::view::{Part, entry};
use crate::words::Language;
use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{
    Document, Element, Event, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement,
};

fn document() -> Result<Document, JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    window.document().ok_or_else(|| "no document".into())
}

fn root(document: &Document) -> Result<Element, JsValue> {
    document.get_element_by_id("page").ok_or_else(|| "no place for the page".into())
}

/// Puts a part where it belongs: in the place of its older self, or in the page's order.
///
/// # Errors
/// What the browser refused.
#[wasm_bindgen]
pub fn show_part(name: &str, bytes: &[u8], language: &str) -> Result<(), JsValue> {
    let Some(node) = Node::from_bytes(bytes) else { return Err("a part cannot be read".into()) };
    let document = document()?;
    let element = dom::realise(&document, &node)?;
    let id = format!("part-{name}");
    element.set_id(&id);
    match document.get_element_by_id(&id) {
        Some(older) => {
            let used = used_control(&document, &older);
            keep_open(&older, &element)?;
            older.replace_with_with_node_1(&element)?;
            focus(&element, used);
        }
        None => {
            let next = behind(name).find_map(|id| document.get_element_by_id(&id));
            root(&document)?.insert_before(&element, next.as_deref())?;
        }
    }
    if let Some(html) = document.document_element() {
        html.set_attribute("lang", language)?;
    }
    Ok(())
}

/// The elements of the parts that stand behind one.
fn behind(name: &str) -> impl Iterator<Item = String> {
    let parts = Part::ALL.into_iter().skip_while(move |part| part.name() != name).skip(1);
    parts.map(|part| format!("part-{}", part.name()))
}

/// The table of a section as a file for spreadsheets, with the exact figures behind what is shown.
#[wasm_bindgen]
#[must_use]
pub fn table_as_csv(section: &Element) -> Vec<u8> {
    let rows = elements(section, "table tr").into_iter().map(|row| {
        let cells = elements(&row, "th,td").into_iter();
        cells
            .map(|cell| {
                cell.get_attribute("data-value").or_else(|| cell.text_content()).unwrap_or_default()
            })
            .collect()
    });
    csv::table(rows, language_around(section))
}

/// The language that the page is shown in.
fn language_around(element: &Element) -> Language {
    let html = element.owner_document().and_then(|document| document.document_element());
    let code = html.and_then(|html| html.get_attribute("lang"));
    if code.is_some_and(|code| code == "en") { Language::English } else { Language::Vietnamese }
}

fn elements(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.item(place)?.dyn_into().ok()).collect()
}

/// What was opened stays open: by section, and by place within it.
fn keep_open(older: &Element, newer: &Element) -> Result<(), JsValue> {
    let of = |root: &Element| -> Vec<(String, Element)> {
        let found = root.get_elements_by_tag_name("details");
        let all = (0..found.length()).filter_map(|place| found.item(place));
        all.map(|one| (place_of(&one), one)).collect()
    };
    let open: Vec<String> = of(older)
        .into_iter()
        .filter(|(_, one)| one.has_attribute("open"))
        .map(|(at, _)| at)
        .collect();
    for (place, one) in of(newer) {
        if open.contains(&place) {
            one.set_attribute("open", "")?;
        }
    }
    Ok(())
}

fn place_of(details: &Element) -> String {
    let section = details.closest("[data-section]").ok().flatten();
    let section = section.and_then(|one| one.get_attribute("data-section")).unwrap_or_default();
    let mut place = 0;
    let mut before = details.previous_element_sibling();
    while let Some(one) = before {
        place += 1;
        before = one.previous_element_sibling();
    }
    format!("{section} {place}")
}

/// The control inside a part that has the keyboard.
fn used_control(document: &Document, part: &Element) -> Option<String> {
    let active = document.active_element().filter(|active| part.contains(Some(active)))?;
    name_of(&active)
}

/// What a control is told apart by: its act, and where it leads to.
fn name_of(control: &Element) -> Option<String> {
    let act = control.get_attribute("data-act")?;
    Some(act + " " + &control.get_attribute("data-to").unwrap_or_default())
}

/// Gives the keyboard back to the control that was used.
fn focus(part: &Element, act: Option<String>) {
    let Some(act) = act else { return };
    let found = part.query_selector_all("[data-act]").ok();
    let Some(found) = found else { return };
    let all =
        (0..found.length()).filter_map(|place| found.item(place)?.dyn_into::<HtmlElement>().ok());
    for control in all {
        if name_of(&control).as_ref() == Some(&act) {
            let _ = control.focus();
            return;
        }
    }
}

/// Tells `send(act, value)` of every click and change on a control with `data-act`. The page's parts
/// come and go, the two listeners stay.
///
/// # Errors
/// What the browser refused.
#[wasm_bindgen]
pub fn listen(send: Function) -> Result<(), JsValue> {
    let document = document()?;
    let root = root(&document)?;
    brush::listen(&document, &root, &send)?;
    for name in ["click", "change"] {
        let send = send.clone();
        let act = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if let Some((act, value)) = acted(&event) {
                // A desk that is gone answers nothing.
                let _ = send.call2(&JsValue::NULL, &act.into(), &value.into());
            }
        });
        root.add_event_listener_with_callback(name, act.as_ref().unchecked_ref())?;
        act.forget();
    }
    Ok(())
}

/// The name of the control that an event is for, and its value.
fn acted(event: &Event) -> Option<(String, String)> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let control = target.closest("[data-act]").ok()??;
    let entered = entered(&control);
    if entered.is_some() != (event.type_() == "change") {
        return None;
    }
    let value = entered.or_else(|| control.get_attribute("data-to")).unwrap_or_default();
    Some((control.get_attribute("data-act")?, value))
}

/// What stands in a field; `None` for what is no field.
fn entered(control: &Element) -> Option<String> {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        if input.type_() == "checkbox" {
            return Some(input.checked().to_string());
        }
        let is_number = input.has_attribute("data-number");
        let text = input.value();
        return Some(if is_number {
            entry::settled(&text, language_around(control))
        } else {
            text
        });
    }
    if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        return Some(select.value());
    }
    control.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value)
}
