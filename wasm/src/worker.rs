//! The desk where figures are computed: a worker of the browser, so that the page never waits.
//!
//! One task owns the log. It takes what the reader does as messages, and posts the page's parts one by
//! one; what was done meanwhile is looked at between two parts, so that a newer wish ends older work.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::future::poll_fn;
use std::task::{Poll, Waker};

use crate::choice::{Choice, Record, Scope};
use crate::export::{self, File};
use crate::model::Model;
use crate::opening::{self, MOST_BYTES, Opening, log_in_report};
use crate::view::{Beside, Other, Part, View, remove_wanted};
use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// What reaches the desk.
#[derive(Debug)]
enum Message {
    /// A log, the first or a newer one.
    Log(Vec<u8>),
    /// A control was used.
    Act(String, String),
    /// A file is asked for.
    Wish(String),
    /// A file of another site: its name, its size, its bytes.
    File(String, f64, Vec<u8>),
}

#[derive(Default)]
struct Inbox {
    messages: VecDeque<Message>,
    waiting: Option<Waker>,
}

thread_local! {
    static INBOX: RefCell<Inbox> = RefCell::default();
}

fn put(message: Message) {
    let waiting = INBOX.with_borrow_mut(|inbox| {
        inbox.messages.push_back(message);
        inbox.waiting.take()
    });
    if let Some(waker) = waiting {
        waker.wake();
    }
}

fn taken() -> Option<Message> {
    INBOX.with_borrow_mut(|inbox| inbox.messages.pop_front())
}

async fn next() -> Message {
    poll_fn(|context| {
        INBOX.with_borrow_mut(|inbox| match inbox.messages.pop_front() {
            Some(message) => Poll::Ready(message),
            None => {
                inbox.waiting = Some(context.waker().clone());
                Poll::Pending
            }
        })
    })
    .await
}

/// Opens the desk. `post(kind, name, bytes, left, word)` carries to the page; `pause()` gives a
/// promise that lets messages in.
#[wasm_bindgen]
pub fn open_desk(post: Function, pause: Function, live: bool, narrow: bool) {
    let choice = Choice::new(live, narrow);
    spawn_local(Desk { post, pause, choice, others: Vec::new() }.work());
}

/// Hands the desk a log.
#[wasm_bindgen]
pub fn hand_log(log: Vec<u8>) {
    put(Message::Log(log));
}

/// Hands the desk what the reader did.
#[wasm_bindgen]
pub fn hand_act(act: String, value: String) {
    put(Message::Act(act, value));
}

/// Asks the desk for a file, which it posts as `file`.
#[wasm_bindgen]
pub fn hand_wish(wish: String) {
    put(Message::Wish(wish));
}

/// Hands the desk another site's file; of one that is too large the size alone.
#[wasm_bindgen]
pub fn hand_file(name: String, size: f64, bytes: Vec<u8>) {
    put(Message::File(name, size, bytes));
}

/// Most bytes of a file that the desk takes.
#[wasm_bindgen]
#[must_use]
pub fn most_bytes() -> f64 {
    MOST_BYTES as f64
}

/// The packed log in a report's page.
#[wasm_bindgen]
#[must_use]
pub fn packed_log(html: &str) -> Option<String> {
    log_in_report(html).ok().map(str::to_owned)
}

/// The part to draw next: in the page's order, but the seal last, which takes longest.
fn next_of(due: &mut BTreeSet<Part>) -> Option<Part> {
    let first = due.iter().find(|part| **part != Part::Trust).or(due.first()).copied()?;
    due.take(&first)
}

struct Desk {
    post: Function,
    pause: Function,
    choice: Choice,
    others: Vec<Other>,
}

impl Desk {
    async fn work(mut self) {
        let mut log = None;
        loop {
            let bytes = match log.take() {
                Some(bytes) => bytes,
                None => match next().await {
                    Message::Log(bytes) => bytes,
                    Message::File(name, size, bytes) => {
                        self.others.push(Other::open(name, size as u64, &bytes));
                        continue;
                    }
                    Message::Act(..) | Message::Wish(_) => continue,
                },
            };
            match self.serve(&bytes).await {
                Ok(newer) => log = Some(newer),
                Err(sentence) => self.send("trouble", &sentence, &[], 0),
            }
        }
    }

    /// Draws what a log holds until a newer one comes.
    async fn serve(&mut self, log: &[u8]) -> Result<Vec<u8>, String> {
        let (archive, opening) = opening::open(log).map_err(Opening::sentences)?;
        let parts = archive.parts().map_err(|error| error.to_string())?;
        let period = archive.span().ok_or_else(|| Opening::Silent.sentences())?;
        let site = parts.site();
        let first_shift = site.shifts.iter().map(|shift| shift.start).min().unwrap_or(0);
        let record = Record { period, zone: site.zone_rules(), first_shift };
        let mut due: BTreeSet<Part> = Part::ALL.into();
        let mut model = None;
        let mut wishes = Vec::new();
        let proof = OnceCell::new();
        let mut study = OnceCell::new();
        loop {
            while let Some(message) = if due.is_empty() { Some(next().await) } else { taken() } {
                match message {
                    Message::Log(newer) => return Ok(newer),
                    Message::Wish(wish) => {
                        wishes.push(wish);
                        break;
                    }
                    Message::File(name, size, bytes) => {
                        self.others.push(Other::open(name, size as u64, &bytes));
                        due.insert(Part::Sites);
                    }
                    Message::Act(act, value) => {
                        let scope = self.choice.act(&act, &value, record);
                        remove_wanted(&mut self.others, &mut self.choice);
                        if act.starts_with("edit:") {
                            // The seal counts what was entered, the head offers it as a file.
                            due.extend([Part::Head, Part::Trust]);
                        }
                        match scope {
                            Scope::Nothing => {}
                            Scope::Some(parts) => {
                                if parts.contains(&Part::Baseline) {
                                    study = OnceCell::new();
                                }
                                due.extend(parts);
                            }
                            Scope::Whole => {
                                study = OnceCell::new();
                                due = Part::ALL.into();
                            }
                        }
                    }
                }
            }
            let wanted = self.choice.period(record);
            if model.as_ref().is_none_or(|model: &Model<'_>| model.period != wanted) {
                model = Some(Model::new(site, &archive, period, wanted));
            }
            if let Some(model) = &model {
                let beside = Beside {
                    opening,
                    proof: Some(&proof),
                    study: Some(&study),
                    others: &self.others,
                };
                let view = View { model, archive: &archive, log, choice: &self.choice, beside };
                for file in wishes.drain(..).filter_map(|wish| export::file(&view, &wish)) {
                    self.give(&file);
                }
                if let Some(part) = next_of(&mut due) {
                    self.send("part", part.name(), &view.part(part).to_bytes(), due.len());
                }
            }
            self.rest().await;
        }
    }

    fn send(&self, kind: &str, name: &str, bytes: &[u8], left: usize) {
        self.carry(kind, name, bytes, left, self.choice.language.code());
    }

    fn give(&self, file: &File) {
        self.carry("file", &file.name, &file.bytes, 0, file.kind);
    }

    fn carry(&self, kind: &str, name: &str, bytes: &[u8], left: usize, word: &str) {
        let told: [JsValue; 5] = [
            kind.into(),
            name.into(),
            Uint8Array::from(bytes).into(),
            (left as f64).into(),
            word.into(),
        ];
        let told = told.iter().collect::<js_sys::Array>();
        // A page that is gone needs nothing.
        let _ = self.post.apply(&JsValue::NULL, &told);
    }

    /// Lets the reader's next wish in.
    async fn rest(&self) {
        if let Ok(promise) = self.pause.call0(&JsValue::NULL) {
            let _ = JsFuture::from(Promise::from(promise)).await;
        }
    }
}
