//! Dragging over a drawing opens a window of time; see [`brushed`](crate::chart::plot::brushed).

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, PointerEvent};

const SVG: &str = "http://www.w3.org/2000/svg";
/// A drag of fewer pixels is a click.
const LEAST_PIXELS: f64 = 6.0;

/// A drawing that can be dragged over, and where it stands in the window.
#[derive(Debug)]
struct Ground {
    svg: Element,
    name: String,
    from: f64,
    to: f64,
    left: f64,
    right: f64,
}

impl Ground {
    fn of(event: &Event) -> Option<Self> {
        let target: Element = event.target()?.dyn_into().ok()?;
        let svg = target.closest("svg[data-brush]").ok()??;
        let figure = |name: &str| svg.get_attribute(name)?.parse::<f64>().ok();
        Some(Self {
            name: svg.get_attribute("data-brush")?,
            from: figure("data-from")?,
            to: figure("data-to")?,
            left: figure("data-left")?,
            right: figure("data-right")?,
            svg,
        })
    }

    /// Units of the drawing for one pixel of the window.
    fn scale(&self) -> f64 {
        let width = self.svg.get_bounding_client_rect().width().max(1.0);
        let view = self.svg.get_attribute("viewBox").unwrap_or_default();
        let across = view.split(' ').nth(2).and_then(|text| text.parse::<f64>().ok());
        across.unwrap_or(width) / width
    }

    /// The place in the drawing below a pointer, inside its stretch of time.
    fn place(&self, event: &PointerEvent) -> f64 {
        let begins = self.svg.get_bounding_client_rect().left();
        let x = (f64::from(event.client_x()) - begins) * self.scale();
        x.clamp(self.left, self.right)
    }

    fn instant(&self, place: f64) -> i64 {
        let share = (place - self.left) / (self.right - self.left).max(1.0);
        (self.from + (self.to - self.from) * share).round() as i64
    }
}

/// A drag under way.
#[derive(Debug)]
struct Drag {
    ground: Ground,
    begun: f64,
    shade: Element,
}

impl Drag {
    fn begin(document: &Document, event: &PointerEvent) -> Option<Self> {
        let ground = Ground::of(event)?;
        let shade = document.create_element_ns(Some(SVG), "rect").ok()?;
        shade.set_attribute("class", "shade").ok()?;
        shade.set_attribute("height", "100%").ok()?;
        ground.svg.append_child(&shade).ok()?;
        let _ = ground.svg.set_pointer_capture(event.pointer_id());
        event.prevent_default();
        Some(Self { begun: ground.place(event), ground, shade })
    }

    fn ends(&self, event: &PointerEvent) -> (f64, f64) {
        let place = self.ground.place(event);
        (self.begun.min(place), self.begun.max(place))
    }

    fn draw(&self, event: &PointerEvent) {
        let (left, right) = self.ends(event);
        // A shade that cannot be drawn changes nothing of the drag.
        let _ = self.shade.set_attribute("x", &left.to_string());
        let _ = self.shade.set_attribute("width", &(right - left).to_string());
    }

    /// What the drag asks for: act and value; `None` when it was a click.
    fn end(&self, event: &PointerEvent) -> Option<(String, String)> {
        self.shade.remove();
        let (left, right) = self.ends(event);
        if (right - left) / self.ground.scale() < LEAST_PIXELS {
            return None;
        }
        let (from, to) = (self.ground.instant(left), self.ground.instant(right));
        Some((format!("brush:{}", self.ground.name), format!("{from}..{to}")))
    }
}

/// Tells `send(act, value)` of every window that is dragged open below `root`.
///
/// # Errors
/// What the browser refused.
pub fn listen(document: &Document, root: &Element, send: &Function) -> Result<(), JsValue> {
    let drag: Rc<RefCell<Option<Drag>>> = Rc::default();
    for name in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
        let (document, send, drag) = (document.clone(), send.clone(), drag.clone());
        let act = Closure::<dyn Fn(PointerEvent)>::new(move |event: PointerEvent| {
            let mut drag = drag.borrow_mut();
            match event.type_().as_str() {
                "pointerdown" if event.button() == 0 => *drag = Drag::begin(&document, &event),
                "pointermove" => drag.iter().for_each(|drag| drag.draw(&event)),
                "pointerdown" => {}
                _ => {
                    let ended = drag.take().and_then(|drag| drag.end(&event));
                    if let Some((act, value)) = ended.filter(|_| event.type_() == "pointerup") {
                        // A desk that is gone answers nothing.
                        let _ = send.call2(&JsValue::NULL, &act.into(), &value.into());
                    }
                }
            }
        });
        root.add_event_listener_with_callback(name, act.as_ref().unchecked_ref())?;
        act.forget();
    }
    Ok(())
}
