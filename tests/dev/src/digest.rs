//! One seeded year through every indicator, on the host, on a Cortex-M4, in Node and in a browser: the
//! digests must be the same.

use std::{path::Path, process::Command, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    cargo, child, firmware, packages, places,
    stage::{Context, Report},
    toolchain::{self, Order, Target},
    trouble::Trouble,
};

const LIMIT: Duration = Duration::from_secs(120);

/// Prints each target's digest; differing ones fail.
pub fn compare(context: &Context) -> Report {
    match digests(context) {
        Ok(found) => {
            let same = found.iter().all(|(_, digest)| *digest == found[0].1);
            let told = found.iter().map(|(target, digest)| format!("{target:<34}{digest}"));
            let told = told.collect();
            let verdict = if same { Ok(()) } else { Err(Trouble::Failed(DIFFER.to_owned())) };
            let report = context.verdict(verdict);
            Report { notes: [report.notes, told].concat(), ..report }
        }
        Err(trouble) => context.trouble(&trouble),
    }
}

const DIFFER: &str = "the digests differ: something is computed differently on one of the targets";

fn digests(context: &Context) -> Result<Vec<(&'static str, String)>, Trouble> {
    let log = &context.log;
    let module = bind(log)?;
    Ok(vec![
        ("x86-64 or what this host is", on_host()?),
        ("thumbv7em-none-eabihf in QEMU", on_microcontroller(log)?),
        ("wasm32 in Node", in_node(&module, log)?),
        ("wasm32 in Chromium", in_chromium(&module, log)?),
    ])
}

fn missing(place: &str) -> Trouble {
    Trouble::Failed(format!("no digest came from {place}"))
}

/// What stands after the word `digest` in a line of its own.
fn found_in(text: &str, place: &str) -> Result<String, Trouble> {
    let line = text.lines().find_map(|line| line.strip_prefix("digest "));
    line.map(|line| line.trim().to_owned()).ok_or_else(|| missing(place))
}

fn on_host() -> Result<String, Trouble> {
    let mut command = cargo::host();
    command.args(["run", "--quiet", "--package", "millwatt"]);
    command.args(["--features", "_digest", "--example", "digest"]);
    found_in(&child::answer(&mut command).unwrap_or_default(), "the host")
}

fn on_microcontroller(log: &Path) -> Result<String, Trouble> {
    let run = firmware::run(&firmware::build(log)?, log)?;
    found_in(&run.text, "QEMU")
}

/// The module and its glue as one script that sets `digest`, in a folder of its own.
fn bind(log: &Path) -> Result<String, Trouble> {
    let order = Order {
        target: Target::Web,
        binary: None,
        variable: None,
        package: "millwatt-report",
        features: "_digest",
        profile: "page",
        log,
    };
    let module = toolchain::build(&order)?.join("millwatt_report.wasm");
    let folder = places::target().join("digest");
    places::make_folder(&folder)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&module).out_name("digest").typescript(false);
    let bound = bindgen.no_modules(true).and_then(|bindgen| bindgen.generate(&folder));
    bound
        .map_err(|error| Trouble::Failed(format!("wasm-bindgen refuses the module: {error:#}")))?;
    let bytes = std::fs::read(folder.join("digest_bg.wasm"))
        .map_err(|error| Trouble::Failed(format!("digest_bg.wasm: {error}")))?;
    let glue = places::read(&folder.join("digest.js"))?;
    let module = STANDARD.encode(bytes);
    Ok(format!(
        "{glue}\nconst bytes = Uint8Array.from(atob('{module}'), (c) => c.charCodeAt(0));\n\
         wasm_bindgen.initSync({{ module: bytes }});\n\
         const digest = `digest ${{wasm_bindgen.digest()}}`;\n"
    ))
}

fn in_node(module: &str, log: &Path) -> Result<String, Trouble> {
    let node = packages::have("node", &["nodejs"], log)?;
    let script = places::target().join("digest/node.cjs");
    places::write(&script, format!("{module}console.log(digest);\n"))?;
    found_in(&child::answer(Command::new(node).arg(script)).unwrap_or_default(), "Node")
}

fn in_chromium(module: &str, log: &Path) -> Result<String, Trouble> {
    let chromium = packages::chromium(log)?;
    let page = places::target().join("digest/page.html");
    let script = format!("{module}document.body.textContent = `\\n${{digest}}\\n`;");
    places::write(&page, format!("<!doctype html><body><script>{script}</script></body>"))?;
    let shown = places::log("digest-chromium")?;
    places::write(&shown, "")?;
    let mut command = Command::new(chromium);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]).arg(&page);
    child::run(&mut command, &shown, LIMIT)?;
    found_in(&places::read(&shown)?, "Chromium")
}
