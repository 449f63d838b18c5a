//! The node's image: built, and its bytes by part. Only the sizes are held to limits.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use object::{Object as _, ObjectSection as _, ObjectSymbol as _, SectionKind, SymbolKind};

use crate::{
    firmware, places,
    toolchain::{self, Order, Target},
    trouble::Trouble,
};

/// Flash of the program with signatures, bytes.
const MOST_FLASH: u64 = 128 << 10;
/// Memory beside the stack and the buffers that are lent to the node, bytes.
const MOST_MEMORY: u64 = 16 << 10;
/// What is lent: two pages and a packet on its way (`SCRATCH`, `OUTGOING`).
const BUFFERS: [&str; 2] = ["SCRATCH", "OUTGOING"];
/// What only signatures need.
const OF_TRUST: [&str; 6] = [
    "curve25519_dalek",
    "ed25519_dalek",
    "base64ct",
    "sha2",
    "millwatt::trust",
    "millwatt_agent::sealer",
];
/// What panics call, and what an allocator would be.
const PANIC: &str = "core::panicking";
const ALLOCATOR: [&str; 2] = ["__rust_alloc", "__rg_alloc"];

/// Builds the node's program, by the node's file that comes with it or by another, and returns its ELF file.
pub fn build(node: Option<&Path>, log: &Path) -> Result<PathBuf, Trouble> {
    build_with("", node, log)
}

/// Builds the node's program for the second board, which no emulator here has.
pub fn second_board(log: &Path) -> Result<PathBuf, Trouble> {
    build_with("stm32f411", None, log)
}

fn build_with(features: &str, node: Option<&Path>, log: &Path) -> Result<PathBuf, Trouble> {
    let (package, profile) = ("millwatt-firmware", "firmware");
    let (target, binary) = (Target::Microcontroller, Some("millwatt-node"));
    let variable = node.map(|node| ("MILLWATT_NODE", node));
    let order = Order { target, package, binary, variable, features, profile, log };
    Ok(toolchain::build(&order)?.join("millwatt-node"))
}

/// The program of the story of a node, kept where no other build writes.
pub fn for_story(log: &Path) -> Result<PathBuf, Trouble> {
    let built = build(Some(&places::root().join("tests/src/node.toml")), log)?;
    let folder = places::target().join("artefacts");
    places::make_folder(&folder)?;
    let kept = folder.join("node.elf");
    fs::copy(&built, &kept).map_err(|error| Trouble::file("copy to", &kept, &error))?;
    Ok(kept)
}

/// What an image takes.
#[derive(Debug, Default)]
struct Sizes {
    flash: u64,
    memory: u64,
    buffers: u64,
    parts: BTreeMap<String, u64>,
    trust: u64,
    panics: usize,
    has_allocator: bool,
}

/// The sizes of the node's image in lines, and whether they are within the limits.
pub fn sizes(log: &Path) -> Result<(Vec<String>, Result<(), Trouble>), Trouble> {
    let image = build(None, log)?;
    let bytes = fs::read(&image).map_err(|error| Trouble::file("read", &image, &error))?;
    let file = object::File::parse(&*bytes).map_err(|error| Trouble::Failed(error.to_string()))?;
    let sizes = Sizes::of(&file);
    Ok((sizes.lines(firmware::crates(log)), sizes.judge()))
}

impl Sizes {
    fn of(file: &object::File<'_>) -> Self {
        let mut sizes = Self::default();
        for section in file.sections() {
            match section.kind() {
                SectionKind::Text | SectionKind::ReadOnlyData | SectionKind::ReadOnlyString => {
                    sizes.flash += section.size();
                }
                SectionKind::UninitializedData => sizes.memory += section.size(),
                SectionKind::Data => {
                    sizes.flash += section.size();
                    sizes.memory += section.size();
                }
                _ => {}
            }
        }
        for symbol in file.symbols() {
            let name = symbol.name().unwrap_or_default();
            let name = format!("{:#}", rustc_demangle::demangle(name));
            sizes.take(&name, symbol.kind(), symbol.size());
        }
        sizes
    }

    fn take(&mut self, name: &str, kind: SymbolKind, size: u64) {
        self.panics += usize::from(name.starts_with(PANIC));
        self.has_allocator |= ALLOCATOR.iter().any(|allocator| name.contains(allocator));
        if kind == SymbolKind::Text {
            *self.parts.entry(part_of(name)).or_default() += size;
            let path = path_of(name);
            self.trust += if OF_TRUST.iter().any(|it| path.starts_with(it)) { size } else { 0 };
        } else if BUFFERS.iter().any(|buffer| name.ends_with(buffer)) {
            self.buffers += size;
        }
    }

    fn lines(&self, crates: Option<usize>) -> Vec<String> {
        let Self { flash, memory, buffers, trust, .. } = self;
        let mut lines = vec![
            format!(
                "flash {flash} bytes (limit {MOST_FLASH}); without the code of signatures {}",
                flash - trust
            ),
            format!(
                "memory {} bytes (limit {MOST_MEMORY}), {buffers} of buffers beside it, and the stack",
                memory - buffers
            ),
        ];
        lines.extend(self.parts.iter().map(|(part, size)| format!("{part:<32}{size:>7}")));
        let crates = crates.map_or_else(String::new, |crates| format!("; {crates} crates linked"));
        let allocator = if self.has_allocator { "an" } else { "no" };
        lines.push(format!("{} functions of {PANIC}, {allocator} allocator{crates}", self.panics));
        lines
    }

    fn judge(&self) -> Result<(), Trouble> {
        let is_small = self.flash <= MOST_FLASH && self.memory - self.buffers <= MOST_MEMORY;
        match (is_small, self.has_allocator) {
            (true, false) => Ok(()),
            (_, true) => Err(Trouble::Failed("the node's image has an allocator".to_owned())),
            (false, _) => Err(Trouble::Failed("the node's image is beyond its limits".to_owned())),
        }
    }
}

/// A function's path, without what stands before it in names of implementations.
fn path_of(name: &str) -> &str {
    let path = name.trim_start_matches(['<', '&', '[', '*', '(']);
    let path = path.strip_prefix("mut ").unwrap_or(path);
    path.split([' ', '<', '>', '(', ']']).next().unwrap_or_default()
}

/// What a function counts to: its crate, of our own two the module.
fn part_of(name: &str) -> String {
    let parts: Vec<&str> = path_of(name).split("::").collect();
    let is_ours = matches!(parts.first(), Some(&"millwatt" | &"millwatt_agent"));
    let is_module = |part: &&&str| part.starts_with(|c: char| c.is_lowercase());
    match parts.as_slice() {
        [one] => {
            format!("({})", if one.starts_with("__") { "runtime" } else { "core and runtime" })
        }
        [_, second, ..] if is_ours && is_module(&second) => parts[..2].join("::"),
        [first, ..] => (*first).to_owned(),
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_count_to_a_crate_or_a_module() {
        let cases = [
            ("millwatt_agent::ring::append::padded", "millwatt_agent::ring"),
            ("<millwatt_agent::recorder::Recorder<F, J> as X>::seal", "millwatt_agent::recorder"),
            ("<&curve25519_dalek::field::Element as core::ops::Mul>::mul", "curve25519_dalek"),
            ("main", "(core and runtime)"),
        ];
        for (name, part) in cases {
            assert_eq!(part_of(name), part);
        }
    }
}
