//! The report page: WebAssembly, its glue, and the files that hold them.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use wasm_bindgen_cli_support::Bindgen;

use crate::{
    places,
    toolchain::{self, Order, Target},
    trouble::Trouble,
};

/// What the module is built from, below the root.
const SOURCES: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "shared/Cargo.toml",
    "shared/src",
    "wasm/Cargo.toml",
    "wasm/src",
    "wasm/xlsx",
];

/// A module of the page.
struct Module {
    package: &'static str,
    /// What the compiler calls it.
    file: &'static str,
    /// What its two files are called.
    name: &'static str,
    /// What JavaScript calls it.
    global: &'static str,
}

const MODULES: &[Module] = &[
    Module {
        package: "millwatt-report",
        file: "millwatt_report.wasm",
        name: "millwatt_report",
        global: "wasm_bindgen",
    },
    Module {
        package: "millwatt-xlsx",
        file: "millwatt_xlsx.wasm",
        name: "millwatt_xlsx",
        global: "millwatt_xlsx",
    },
];

/// Builds the page where it is out of date; returns its folder, `target/page`.
///
/// There are each module's `.js` and `_bg.wasm`, and the files of `wasm/page`.
pub fn ensure_page() -> Result<PathBuf, Trouble> {
    let folder = places::target().join("page");
    places::make_folder(&folder)?;
    copy_templates(&folder)?;
    let stamp = folder.join("sources");
    let sources = fingerprint();
    if places::read(&stamp).is_ok_and(|built| built == sources) {
        return Ok(folder);
    }
    println!("  building the page (about a minute the first time)");
    for module in MODULES {
        bind(&compile(module.package)?.join(module.file), module, &folder)?;
    }
    // Taken before the build: what changes meanwhile is built next time.
    places::write(&stamp, sources)?;
    Ok(folder)
}

fn compile(package: &str) -> Result<PathBuf, Trouble> {
    let log = places::log("page")?;
    let order = Order {
        target: Target::Web,
        package,
        binary: None,
        variable: None,
        features: "",
        profile: "page",
        log: &log,
    };
    toolchain::build(&order)
}

/// Writes the module and the JavaScript that a page loads it with, from `file://` too.
fn bind(built: &Path, module: &Module, folder: &Path) -> Result<(), Trouble> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(built).out_name(module.name).typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    let bound = bindgen
        .no_modules(true)
        .and_then(|bindgen| bindgen.no_modules_global(module.global)?.generate(folder));
    bound.map_err(|error| Trouble::Failed(format!("wasm-bindgen refuses the module: {error:#}")))
}

fn copy_templates(folder: &Path) -> Result<(), Trouble> {
    for file in files_below(&places::root().join("wasm/page")) {
        let wanted =
            file.extension().is_some_and(|end| end == "html" || end == "css" || end == "js");
        if let Some(name) = file.file_name().filter(|_| wanted) {
            copy_changed(&file, &folder.join(name))?;
        }
    }
    Ok(())
}

/// Leaves a copy that is right alone, so that its time tells when it changed.
fn copy_changed(from: &Path, into: &Path) -> Result<(), Trouble> {
    let content = places::read(from)?;
    if places::read(into).is_ok_and(|old| old == content) {
        return Ok(());
    }
    places::write(into, content)
}

/// Number of source files and the time of the newest change: both tell of a change.
fn fingerprint() -> String {
    let files = SOURCES.iter().flat_map(|source| files_below(&places::root().join(source)));
    let times: Vec<u128> = files.map(|file| changed_ns(&file)).collect();
    format!("{} files, newest {}", times.len(), times.iter().max().copied().unwrap_or(0))
}

fn changed_ns(file: &Path) -> u128 {
    let changed = fs::metadata(file).and_then(|about| about.modified());
    let since = changed.unwrap_or(SystemTime::UNIX_EPOCH).duration_since(UNIX_EPOCH);
    since.map_or(0, |time| time.as_nanos())
}

/// The file itself, or all files below the folder; hidden ones (of editors) left out.
fn files_below(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let entries = path.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| !is_hidden(path)).flat_map(|path| files_below(&path)).collect()
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name: &OsStr| name.to_string_lossy().starts_with('.'))
}
