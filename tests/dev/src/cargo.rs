//! Child cargos, free of what `cargo run` put into our environment.

use std::{env, path::Path, process::Command, time::Duration};

use crate::{child, places, trouble::Trouble};

/// Longer than any build or test stage may take.
pub const LIMIT: Duration = Duration::from_secs(45 * 60);

/// What a compiler is told by variables, and what `cargo run` sets for the program it runs.
///
/// A child that inherited these would build with other settings than the user's own cargo, or
/// build everything anew. `CARGO_HOME` and the settings of registries stay.
const FOREIGN: [&str; 8] = [
    "CARGO",
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_TMPDIR",
    "LD_LIBRARY_PATH",
    "OUT_DIR",
    "RUST_RECURSION_COUNT",
];

/// Our own cargo, in the checkout's root.
pub fn host() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    clear(&mut command);
    if env::var_os("CI").is_some() {
        // Nothing is built twice there.
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Sets the folder and takes away what the cargo above us left in the environment.
pub fn clear(command: &mut Command) {
    command.current_dir(places::root()).env("CARGO_TERM_COLOR", "never");
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let of_package = text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_");
        if of_package || FOREIGN.contains(&&*text) {
            command.env_remove(&name);
        }
    }
}

/// Builds the binaries under test; returns nothing, they are in `target/debug`.
///
/// Both packages are named so that dependencies get the same features as in `cargo demo`, which
/// saves building them twice.
pub fn build_gateway(log: &Path) -> Result<(), Trouble> {
    let mut command = host();
    command.args(["build", "--bins", "--package", "millwatt-gateway", "--package", "millwatt-dev"]);
    child::succeed(&mut command, log, LIMIT)
}
