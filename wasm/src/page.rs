//! The page in the browser: what the reader chose, and what happens on a click.

use std::cell::RefCell;

use crate::chart::Room;
use crate::dom;
use crate::model::Model;
use crate::strings::Language;
use crate::view::{Preset, View};
use millwatt::archive::Archive;
use millwatt::time::{Date, Period, Span, Zone};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, HtmlInputElement};

/// The log and the reader's choices.
struct Page {
    archive: Archive,
    language: Language,
    preset: Preset,
    free: Option<Period>,
    live: bool,
}

thread_local! {
    static PAGE: RefCell<Option<Page>> = const { RefCell::new(None) };
}

/// Builds the page from a log's bytes.
///
/// # Errors
/// A sentence for the reader.
#[wasm_bindgen]
pub fn start(log: &[u8], live: bool) -> Result<(), JsValue> {
    let archive = load(log)?;
    let page =
        Page { archive, language: Language::default(), preset: Preset::Days30, free: None, live };
    PAGE.set(Some(page));
    listen()?;
    show()
}

/// Takes a newer log and keeps what the reader chose.
///
/// # Errors
/// A sentence for the reader.
#[wasm_bindgen]
pub fn refresh(log: &[u8]) -> Result<(), JsValue> {
    let archive = load(log)?;
    PAGE.with_borrow_mut(|page| {
        if let Some(page) = page {
            page.archive = archive;
        }
    });
    show()
}

fn load(log: &[u8]) -> Result<Archive, JsValue> {
    let archive = Archive::load(log).map_err(|error| JsValue::from_str(&error.to_string()))?;
    if archive.span().is_none() {
        return Err(JsValue::from_str("the log holds no reading yet"));
    }
    Ok(archive)
}

fn document() -> Result<Document, JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    window.document().ok_or_else(|| "no document".into())
}

fn root(document: &Document) -> Result<Element, JsValue> {
    document.get_element_by_id("page").ok_or_else(|| "no place for the page".into())
}

/// One listener for clicks and one for changes: the page is made anew, they stay.
fn listen() -> Result<(), JsValue> {
    let root = root(&document()?)?;
    for name in ["click", "change"] {
        let act = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if let Some((act, value)) = acted(&event)
                && PAGE.with_borrow_mut(|page| {
                    page.as_mut().is_some_and(|page| page.act(&act, &value))
                })
            {
                // The page that is there stays when the new one cannot be made.
                let _ = show();
                focus(&act);
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
    let input = control.dyn_ref::<HtmlInputElement>();
    if input.is_some() != (event.type_() == "change") {
        return None;
    }
    let value = input.map(HtmlInputElement::value).unwrap_or_default();
    Some((control.get_attribute("data-act")?, value))
}

/// Gives the keyboard back to the control that was used.
fn focus(act: &str) {
    let control = document().ok().and_then(|document| {
        document.query_selector(&format!("[data-act=\"{act}\"]")).ok().flatten()
    });
    if let Some(control) =
        control.and_then(|control| control.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = control.focus();
    }
}

fn show() -> Result<(), JsValue> {
    let document = document()?;
    PAGE.with_borrow(|page| {
        let Some(page) = page else { return Ok(()) };
        let parts = page.archive.parts().map_err(|error| error.to_string())?;
        let record = page.archive.span().ok_or("the log holds no reading yet")?;
        let site = parts.site();
        let period = page.period(record, site.zone_rules());
        let model = Model::new(site, &page.archive, record, period);
        let (language, preset, live) = (page.language, page.preset, page.live);
        let view = View { model: &model, language, preset, room: room(), live };
        let element = dom::realise(&document, &view.page())?;
        let root = root(&document)?;
        let open = details(&root).map(|one| one.has_attribute("open")).collect::<Vec<_>>();
        root.set_text_content(None);
        root.append_child(&element)?;
        for (one, _) in details(&root).zip(open).filter(|(_, open)| *open) {
            one.set_attribute("open", "")?;
        }
        if let Some(html) = document.document_element() {
            html.set_attribute("lang", page.language.code())?;
        }
        Ok(())
    })
}

/// The tables that can be opened, in the order of the page.
fn details(root: &Element) -> impl Iterator<Item = Element> + use<> {
    let found = root.get_elements_by_tag_name("details");
    (0..found.length()).filter_map(move |place| found.item(place))
}

/// A window as narrow as a phone's gets charts drawn for it.
fn room() -> Room {
    let width = web_sys::window().and_then(|window| window.inner_width().ok()?.as_f64());
    if width.is_some_and(|width| width < 560.0) { Room::NARROW } else { Room::WIDE }
}

impl Page {
    /// Carries out what a control asks for; tells whether anything changed.
    fn act(&mut self, act: &str, value: &str) -> bool {
        match act {
            "vi" => self.language = Language::Vietnamese,
            "en" => self.language = Language::English,
            "from" | "to" => return self.choose(act, value),
            _ => {
                let button = Preset::BUTTONS.iter().find(|(_, _, name)| *name == act);
                let Some((preset, _, _)) = button else { return false };
                self.preset = *preset;
            }
        }
        true
    }

    /// A date was entered; an end before the beginning is ignored.
    fn choose(&mut self, act: &str, value: &str) -> bool {
        let Some(date) = date(value) else { return false };
        let Ok(parts) = self.archive.parts() else { return false };
        let Some(record) = self.archive.span() else { return false };
        let zone = parts.site().zone_rules();
        let mut period = self.period(record, zone);
        match act {
            "from" => period.from = zone.instant(date, 0),
            _ => period.to = zone.instant(date.plus_days(1), 0),
        }
        if period.from >= period.to {
            return false;
        }
        (self.preset, self.free) = (Preset::Free, Some(period));
        true
    }

    /// The period that is shown: whole local days, inside the record.
    fn period(&self, record: Period, zone: Zone<'_>) -> Period {
        let last = zone.local(record.to - Span::from_milliseconds(1)).date;
        let end = zone.instant(last.plus_days(1), 0);
        let days = |count: i64| zone.instant(last.plus_days(1 - count), 0);
        let first = zone.day_start(record.from);
        let from = match self.preset {
            Preset::LastDay => days(1),
            Preset::Days7 => days(7),
            Preset::Days30 => days(30),
            Preset::Month => zone.instant(Date { day: 1, ..last }, 0),
            Preset::Whole => first,
            Preset::Free => return self.free.unwrap_or(record),
        };
        Period::new(from.max(first), end)
    }
}

/// A date as a date input gives it.
fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Date::checked(year, month, day)
}
