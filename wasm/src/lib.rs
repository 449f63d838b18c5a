//! The report page: one HTML file that reads a log's own bytes, computes with the metric crate and draws.
//!
//! A page is a pure function of three things: the log, what the reader chose, what the reader entered. It gives a plain tree,
//! which crosses to the browser as bytes and becomes elements there:
//! ```
//! use millwatt_report::node::{Node, node};
//! let part = node("p").class("note").text("<b>never markup</b>");
//! assert_eq!(Node::from_bytes(&part.to_bytes()), Some(part));
//! ```
//! So nearly all of it is tested without a browser, and the browser's side is small.
//!
//! # From file to figure
//! 1. `boot.js` unpacks module and log, which stand in the file as gzip in base64, and compiles the module once. The same
//!    script and the same module serve page and worker; where a browser refuses workers to a file, the page does both.
//! 2. The [`worker`] keeps a *desk*. It asks [`opening`] what the file is, and reads of it what can be read. A file that is
//!    damaged, foreign, newer, cut short or too large is a sentence with the place and the way out.
//! 3. For the period that is chosen it makes a [`Model`](model::Model): every indicator, as `millwatt indicators` has it. The
//!    baseline's study and the proof of the signatures are made once and kept, until what they depend on changes.
//! 4. A [`View`](view::View) of model, log and [`Choice`](choice::Choice) draws one [`Part`](view::Part) after the other, with
//!    the drawings of [`chart`], the numbers of [`mod@format`] and the words of [`strings`] and of each chapter's own
//!    [`words!`]. The seal comes last, for it takes longest.
//! 5. [`page`] puts each part in the place of its older self, [`dom`] makes its elements. What was open stays open, and the
//!    keyboard stays where it was.
//!
//! Between two parts the desk looks at what the reader did meanwhile: a newer wish ends older work.
//!
//! # Parts
//! Fourteen, each computed, posted and replaced by itself. A part is a chapter of [`Section`](view::Section)s: a title that
//! states the finding, a line on how to read the drawing, the drawing, its coverage; table and method behind buttons. Sections
//! have stable names, `energy.daily`, which scripts, links and file names use; figures stand exact in `data-value` beside
//! what is shown. What cannot be known is a section too: the sentence that says what is missing and how to get it.
//!
//! A new chapter is a `Part` and a function of `View`; it needs nothing of the worker or the browser.
//!
//! # Acts
//! A control names in `data-act` what it asks for, and [`Choice::act`](choice::Choice::act) carries it out: a language, a period,
//! or one of three that need no code of their own, whatever they are for. `set:PART.NAME` keeps an option; `brush:PART.NAME` a
//! window of time, dragged over a drawing ([`brush`]); `edit:PART.NAME` what was typed. Its answer, a
//! [`Scope`](choice::Scope), says which parts are drawn anew. `brush:baseline` is the one that moves the baseline, and with
//! it every part.
//!
//! # Entries
//! Decisions, scores, remarks and signatures are edits. The page keeps them beside the log, which stays as it was signed:
//! *save a copy* writes the file again with the entries in it, and the trust part says that they are not signed. They leave
//! as `note` events too, whose product is `decision:` and the entry's name; `millwatt import --events` takes them, and from
//! then on the log itself holds them. Each has a revision: importing twice adds nothing, and of two values the higher one holds.
//!
//! # Files
//! *In*: [`Other`](view::Other) sites' reports and logs, dropped or chosen, opened by the same rules and compared.
//! *Out*: [`export`] makes what `data-wish` asks for, every indicator as CSV or JSON, the entries, the tables of all sections;
//! `files.js` saves a section's table and drawing. A workbook is written by the crate `millwatt-xlsx`, a module of its own
//! that weighs as much as many chapters and is compiled only when somebody asks for one.
//!
//! # What is not there
//! - No figure that only the page can compute: what it shows is what the commands print, to the last digit.
//! - No browser in [`model`], [`view`], [`chart`], [`export`]: [`dom`], [`page`], [`brush`] and [`worker`] alone know it.
//! - No markup from a label: elements and text nodes only, and no name turns the direction of the words around it.
//! - No formula in a table that leaves the page.
//! - No word in one language only: it does not compile.
//! - No request from a report, no clock, no storage of the browser. The live page asks its own server for newer data.

pub mod brush;
pub mod chart;
pub mod choice;
#[cfg(feature = "_digest")]
pub mod digest;
pub mod dom;
pub mod export;
pub mod format;
pub mod model;
pub mod node;
pub mod opening;
pub mod page;
pub mod strings;
pub mod view;
pub mod words;
pub mod worker;
