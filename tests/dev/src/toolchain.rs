//! Building for the browser and the microcontroller, on either kind of machine.
//!
//! Where rustup reaches its download server, the target is added to the toolchain and plain cargo
//! builds. Where only package registries are in reach, Debian's `rustc-web` packages build the
//! standard library from its source first. Both fill `target/web`: `target/page` and
//! `target/firmware` would else be shared with cargo's own folders for profiles of these names.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{cargo, child, packages, places, trouble::Trouble};

/// Debian's compiler, as its packages install it.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
/// A target is 15 to 40 MB; a server out of reach answers within seconds.
const RUSTUP_LIMIT: Duration = Duration::from_secs(240);

/// What we build for, besides the host.
#[derive(Clone, Copy)]
pub enum Target {
    /// The browser.
    Web,
    /// A Cortex-M4 or M7 with floating point.
    Microcontroller,
}

/// One thing to build.
pub struct Order<'a> {
    /// What for.
    pub target: Target,
    /// The package.
    pub package: &'a str,
    /// Which of its programs, where not all.
    pub binary: Option<&'a str>,
    /// A variable that its build looks at.
    pub variable: Option<(&'a str, &'a Path)>,
    /// Its features, empty for none.
    pub features: &'a str,
    /// The cargo profile; also the name of the folder that it fills.
    pub profile: &'a str,
    /// Where the compiler's output goes.
    pub log: &'a Path,
}

/// How this machine builds for a target.
enum Route {
    /// The toolchain has the target.
    Plain,
    /// Debian's compiler, with this linker.
    Debian { linker: PathBuf },
}

impl Target {
    /// The compiler's name for it.
    pub fn triple(self) -> &'static str {
        match self {
            Self::Web => "wasm32-unknown-unknown",
            Self::Microcontroller => "thumbv7em-none-eabihf",
        }
    }

    fn build_std(self) -> &'static str {
        match self {
            Self::Web => "-Zbuild-std=std,panic_abort",
            Self::Microcontroller => "-Zbuild-std=core",
        }
    }

    fn linker_variable(self) -> String {
        let triple = self.triple().to_uppercase().replace('-', "_");
        format!("CARGO_TARGET_{triple}_LINKER")
    }
}

/// Builds and returns the folder where the result lies.
pub fn build(order: &Order<'_>) -> Result<PathBuf, Trouble> {
    let triple = order.target.triple();
    let folder = places::target().join("web");
    let mut command = start(order.target, order.log)?;
    command.args(["build", "--package", order.package, "--profile", order.profile]);
    command.args(["--features", order.features]);
    command.args(order.binary.iter().flat_map(|binary| ["--bin", binary]));
    command.envs(order.variable);
    command.args(["--target", triple]).arg("--target-dir").arg(&folder);
    // Flags meant for the host would do harm here, and hide those that the target needs.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    child::succeed(&mut command, order.log, cargo::LIMIT)?;
    Ok(folder.join(triple).join(order.profile))
}

/// Builds a program that is timed in the browser's language, with or without its vector instructions.
pub fn timed(name: &str, has_vectors: bool, log: &Path) -> Result<PathBuf, Trouble> {
    let folder = places::target().join(if has_vectors { "web-vectors" } else { "web" });
    let mut command = start(Target::Web, log)?;
    command.args(["build", "--package", "millwatt-vectors", "--release", "--bin", name]);
    command.args(["--target", Target::Web.triple(), "--target-dir"]).arg(&folder);
    command.env_remove("CARGO_ENCODED_RUSTFLAGS");
    command.env("RUSTFLAGS", if has_vectors { "-Ctarget-feature=+simd128" } else { "" });
    child::succeed(&mut command, log, cargo::LIMIT)?;
    Ok(folder.join(Target::Web.triple()).join("release").join(format!("{name}.wasm")))
}

/// The cargo that builds for a target.
fn start(target: Target, log: &Path) -> Result<Command, Trouble> {
    Ok(match find_route(target, log)? {
        Route::Plain => cargo::host(),
        Route::Debian { linker } => debian_cargo(target, &linker),
    })
}

fn find_route(target: Target, log: &Path) -> Result<Route, Trouble> {
    if has_target(target) {
        return Ok(Route::Plain);
    }
    if has_debian() {
        return debian_route(log);
    }
    if rustup_adds(target, log) && has_target(target) {
        return Ok(Route::Plain);
    }
    packages::install_debian(&["rustc-web", "cargo-web", "rust-web-src"], log)
        .map_err(|_| no_route(target))?;
    if has_debian() { debian_route(log) } else { Err(no_route(target)) }
}

fn no_route(target: Target) -> Trouble {
    let triple = target.triple();
    Trouble::missing(
        format!("the compiler's target {triple}"),
        format!(
            "run `rustup target add {triple}`, or on Debian, as root, \
             `apt-get install rustc-web cargo-web rust-web-src`"
        ),
    )
}

/// Whether our own compiler has the target's core library.
fn has_target(target: Target) -> bool {
    let mut question = rustc();
    question.args(["--print", "target-libdir", "--target", target.triple()]);
    child::answer(&mut question).is_some_and(|folder| has_core(Path::new(&folder)))
}

fn has_core(folder: &Path) -> bool {
    let files = folder.read_dir().into_iter().flatten().flatten();
    files.into_iter().any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
}

/// The compiler of the host's cargo.
fn rustc() -> Command {
    let mut command = Command::new("rustc");
    cargo::clear(&mut command);
    command
}

fn rustup_adds(target: Target, log: &Path) -> bool {
    let Some(rustup) = places::program("rustup") else {
        return false;
    };
    println!("  adding the compiler's target {} by rustup", target.triple());
    let mut command = Command::new(rustup);
    cargo::clear(&mut command);
    command.args(["target", "add", target.triple()]);
    let added = child::succeed(&mut command, log, RUSTUP_LIMIT).is_ok();
    if !added {
        println!("  rustup cannot; trying Debian's compiler");
    }
    added
}

/// Whether Debian's compiler is there, with the source of its library, and new enough.
fn has_debian() -> bool {
    let sysroot = child::answer(Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"]));
    let source = sysroot.is_some_and(|folder| {
        Path::new(&folder).join("lib/rustlib/src/rust/library/core/Cargo.toml").is_file()
    });
    source && Path::new(DEBIAN_CARGO).is_file() && debian_is_new_enough()
}

fn debian_is_new_enough() -> bool {
    let answer = child::answer(Command::new(DEBIAN_RUSTC).arg("--version"));
    let version = answer.as_deref().and_then(|text| text.split_whitespace().nth(1));
    version.and_then(minor_of).is_some_and(|has| Some(has) >= minor_of(RUST_VERSION))
}

/// The oldest compiler that the workspace accepts.
const RUST_VERSION: &str = env!("CARGO_PKG_RUST_VERSION");

/// The 95 of 1.95.0: rustc's first number has never changed.
fn minor_of(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.parse().ok()
}

fn debian_route(log: &Path) -> Result<Route, Trouble> {
    if let Some(linker) = rust_lld() {
        return Ok(Route::Debian { linker });
    }
    packages::have("lld-22", &["lld-22"], log).map(|linker| Route::Debian { linker })
}

/// The linker that comes with a rustup toolchain; Debian's compiler brings none.
fn rust_lld() -> Option<PathBuf> {
    let sysroot = child::answer(rustc().args(["--print", "sysroot"]))?;
    let host = child::answer(rustc().args(["--print", "host-tuple"]))?;
    let linker = Path::new(&sysroot).join("lib/rustlib").join(host).join("bin/rust-lld");
    linker.is_file().then_some(linker)
}

fn debian_cargo(target: Target, linker: &Path) -> Command {
    let mut command = Command::new(DEBIAN_CARGO);
    cargo::clear(&mut command);
    for name in ["RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTDOC"] {
        command.env_remove(name);
    }
    command.env("RUSTC", DEBIAN_RUSTC);
    // The package is a stable release; this allows it the one unstable option below.
    command.env("RUSTC_BOOTSTRAP", "1");
    command.env(target.linker_variable(), linker);
    command.arg(target.build_std());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linker_variable_is_cargos_own() {
        let name = Target::Microcontroller.linker_variable();
        assert_eq!(name, "CARGO_TARGET_THUMBV7EM_NONE_EABIHF_LINKER");
    }

    #[test]
    fn versions_compare_by_their_second_number() {
        assert_eq!(minor_of("1.96.0"), Some(96));
        assert_eq!(minor_of("1.63.0-nightly"), Some(63));
        assert_eq!(minor_of("unknown"), None);
    }
}
