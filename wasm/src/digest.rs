//! The digest of a seeded year, for the comparison of targets; not in the page.

use wasm_bindgen::prelude::*;

/// The same words that host and microcontroller print.
#[wasm_bindgen]
#[must_use]
pub fn digest() -> String {
    millwatt::digest::Digest::of_year(2026).to_string()
}
