//! `cargo package-deb`: the gateway as a Debian package.

use std::{path::PathBuf, process::Command, process::ExitCode, time::Duration};

use clap::Args;

use crate::{cargo, child, page, places, trouble::Trouble};

/// Packing takes seconds; compressing on a small machine a few minutes.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// Builds the gateway's program and the page, and packs both for Debian.
#[derive(Args)]
#[command(after_help = "MILLWATT_MAINTAINER=\"Name <address>\" says who answers for the package.")]
pub struct Options {
    /// Where the package is written.
    #[arg(long, value_name = "FOLDER", default_value = "target/deb")]
    dir: PathBuf,
}

/// Builds and packs.
pub fn run(options: &Options) -> Result<ExitCode, Trouble> {
    let log = places::log("package-deb")?;
    println!("1/3 the page");
    let page = page::ensure_page()?;
    println!("2/3 the program, optimised; this takes some minutes");
    let mut build = cargo::host();
    build.args(["build", "--release", "--locked", "--package", "millwatt-gateway"]);
    child::succeed(&mut build, &log, cargo::LIMIT)?;
    println!("3/3 the package");
    let folder = places::root().join(&options.dir);
    let mut pack = Command::new(places::root().join("agent/gateway/packaging/build-deb"));
    pack.arg(places::target().join("release/millwatt")).arg(page).arg(&folder);
    child::succeed(&mut pack, &log, LIMIT)?;
    println!("the package is in {}; install it with: sudo apt install FILE", folder.display());
    Ok(ExitCode::SUCCESS)
}
