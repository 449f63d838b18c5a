//! The page in the browser: it puts the desk's parts in their places and tells the desk what the
//! reader does.

use crate::brush;
use crate::dom;
use crate::export::csv;
use crate::node::Node;
use crate::view::{Part, entry};
use crate::words::Language;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
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

/// Puts a part where it belongs: in the place of its older self, or in the page's order. It is built beside the
/// page a section at a time, and `pause()` gives a promise that lets the reader in between.
///
/// # Errors
/// What the browser refused.
#[wasm_bindgen]
pub async fn show_part(
    name: String,
    bytes: Vec<u8>,
    language: String,
    pause: Function,
) -> Result<(), JsValue> {
    let Some(mut node) = Node::from_bytes(&bytes) else {
        return Err("a part cannot be read".into());
    };
    let document = document()?;
    let sections = std::mem::take(&mut node.children);
    let element = dom::realise(&document, &node)?;
    for section in &sections {
        dom::put(&document, &element, section)?;
        JsFuture::from(Promise::from(pause.call0(&JsValue::NULL)?)).await?;
    }
    place(&document, &name, &element)?;
    if let Some(html) = document.document_element() {
        html.set_attribute("lang", &language)?;
    }
    Ok(())
}

fn place(document: &Document, name: &str, element: &Element) -> Result<(), JsValue> {
    let id = format!("part-{name}");
    element.set_id(&id);
    match document.get_element_by_id(&id) {
        Some(older) => {
            let used = Used::within(document, &older);
            keep_open(&older, element)?;
            older.set_attribute(LEAVING, "")?;
            older.replace_with_with_node_1(element)?;
            if let Some(used) = used {
                used.give_back(element);
            }
        }
        None => {
            let next = behind(name).find_map(|id| document.get_element_by_id(&id));
            root(document)?.insert_before(element, next.as_deref())?;
        }
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

/// On a part that makes way for its newer self: what its controls lose the keyboard for is no act.
const LEAVING: &str = "data-leaving";

/// The control inside a part that has the keyboard, and what was typed into it that the desk does not know.
struct Used {
    name: String,
    typed: Option<String>,
    /// Where the next letter goes; `None` in what has no such place.
    caret: Option<u32>,
}

impl Used {
    fn within(document: &Document, part: &Element) -> Option<Self> {
        let active = document.active_element().filter(|active| part.contains(Some(active)))?;
        Some(Self { name: name_of(&active)?, typed: untold(&active), caret: caret(&active) })
    }

    /// Gives the keyboard back to the same control of a newer part.
    fn give_back(self, part: &Element) {
        let same = |control: &Element| name_of(control).as_ref() == Some(&self.name);
        let Some(control) = elements(part, "[data-act]").into_iter().find(same) else { return };
        if let Some(element) = control.dyn_ref::<HtmlElement>() {
            let _ = element.focus();
        }
        if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
            self.typed.iter().for_each(|typed| input.set_value(typed));
            // A date has no caret to set.
            let _ = self.caret.map(|caret| input.set_selection_range(caret, caret));
        } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
            self.typed.iter().for_each(|typed| area.set_value(typed));
            let _ = self.caret.map(|caret| area.set_selection_range(caret, caret));
        }
    }
}

fn caret(control: &Element) -> Option<u32> {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        return input.selection_end().ok().flatten();
    }
    control.dyn_ref::<HtmlTextAreaElement>()?.selection_end().ok().flatten()
}

/// What a control is told apart by: the name that it keeps, or its act and where it leads to.
fn name_of(control: &Element) -> Option<String> {
    let act = control.get_attribute("data-act")?;
    let kept = control.get_attribute("data-keep");
    Some(kept.unwrap_or_else(|| act + " " + &control.get_attribute("data-to").unwrap_or_default()))
}

/// What stands in a text field and was not told to the desk yet.
fn untold(control: &Element) -> Option<String> {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        return Some(input.value()).filter(|value| *value != input.default_value());
    }
    let area = control.dyn_ref::<HtmlTextAreaElement>()?;
    Some(area.value()).filter(|value| area.default_value().is_ok_and(|known| *value != known))
}

/// Marks what stands in a field as told.
fn mark_told(control: &Element) {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        if input.type_() != "checkbox" {
            input.set_default_value(&input.value());
        }
    } else if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        // A field that cannot be marked is told twice.
        let _ = area.set_default_value(&area.value());
    }
}

/// Tells `send(act, value)` of every click and change on a control with `data-act`, and of what was typed
/// when a field is left. The page's parts come and go, the listeners stay.
///
/// # Errors
/// What the browser refused.
#[wasm_bindgen]
pub fn listen(send: Function) -> Result<(), JsValue> {
    let document = document()?;
    let root = root(&document)?;
    brush::listen(&document, &root, &send)?;
    for name in ["click", "change", "focusout"] {
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
    let is_act = match event.type_().as_str() {
        "click" => entered.is_none(),
        "change" => entered.is_some(),
        // A browser tells no change of what was typed before the field was drawn anew.
        _ => untold(&control).is_some() && !is_leaving(&control),
    };
    if !is_act {
        return None;
    }
    mark_told(&control);
    let value = entered.or_else(|| control.get_attribute("data-to")).unwrap_or_default();
    Some((control.get_attribute("data-act")?, value))
}

fn is_leaving(control: &Element) -> bool {
    let selector = format!("[{LEAVING}]");
    control.closest(&selector).is_ok_and(|part| part.is_some())
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
