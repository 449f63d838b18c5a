//! What the tests need from package registries: had, or installed and said so.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{child, places, trouble::Trouble};

/// Chromium with its libraries is the largest, some 200 MB.
const LIMIT: Duration = Duration::from_secs(900);

/// Servers, clients and readers that were not written here, and time zones for a system that has none.
const PACKAGES: [&str; 10] = [
    "duckdb==2.0.1",
    "influxdb-client==1.50.0",
    "nats-py==2.16.0",
    "openapi-spec-validator==0.9.0",
    "openpyxl==3.1.5",
    "prometheus-client==0.26.0",
    "pyarrow==26.0.1",
    "pymodbus==3.16.1",
    "pyserial==3.5",
    "tzdata==2026.6",
];

/// The program `name`, from `PATH` or installed with Debian's packages.
///
/// # Errors
/// `Missing` when it is not there and cannot be installed by us.
pub fn have(name: &str, packages: &[&str], log: &Path) -> Result<PathBuf, Trouble> {
    if let Some(program) = places::program(name) {
        return Ok(program);
    }
    install_debian(packages, log)?;
    places::program(name).ok_or_else(|| by_hand(packages))
}

/// Installs Debian packages, when we are root on a Debian machine.
pub fn install_debian(packages: &[&str], log: &Path) -> Result<(), Trouble> {
    let apt_get = places::program("apt-get").filter(|_| is_root());
    let apt_get = apt_get.ok_or_else(|| by_hand(packages))?;
    println!("  installing Debian packages: {}", packages.join(" "));
    // A fresh image has no package lists, an old one has stale ones; without a network those that are there must do.
    let _ = child::succeed(apt(&apt_get).arg("update"), log, LIMIT);
    let mut install = apt(&apt_get);
    install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    child::succeed(&mut install, log, LIMIT)
}

/// The program `name`, from `PATH` or out of a Debian package that is unpacked and not installed: it would start servers.
///
/// # Errors
/// `Missing` when it is not there and the package cannot be had.
pub fn unpacked(name: &str, package: &str, log: &Path) -> Result<PathBuf, Trouble> {
    let folder = places::target().join("debian").join(package);
    let of_package = || {
        let programs = ["usr/bin", "usr/sbin"].map(|place| folder.join(place).join(name));
        programs.into_iter().find(|program| program.exists())
    };
    if let Some(program) = of_package() {
        return Ok(program);
    }
    if let Some(program) = places::program(name) {
        return Ok(program);
    }
    let apt_get = places::program("apt-get").ok_or_else(|| by_hand(&[package]))?;
    println!("  unpacking Debian's package {package} into target/debian");
    places::make_folder(&folder)?;
    let download = || {
        let mut download = apt(&apt_get);
        download.args(["download", package]).current_dir(&folder);
        child::succeed(&mut download, log, LIMIT)
    };
    if download().is_err() {
        child::succeed(apt(&apt_get).arg("update"), log, LIMIT)?;
        download()?;
    }
    let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let archive = files.map(|file| file.path()).find(|file| is_package(file));
    let archive = archive.ok_or_else(|| by_hand(&[package]))?;
    let mut unpack = Command::new("dpkg-deb");
    unpack.arg("--extract").arg(archive).arg(&folder);
    child::succeed(&mut unpack, log, LIMIT)?;
    of_package().ok_or_else(|| by_hand(&[package]))
}

fn is_package(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "deb")
}

/// A Python that has pymodbus, in a virtual environment of the target folder.
pub fn python(log: &Path) -> Result<PathBuf, Trouble> {
    let folder = places::target().join("venv");
    let python = folder.join("bin/python");
    let stamp = folder.join("installed");
    let wanted = PACKAGES.join(" ");
    if python.exists() && is_stamped(&stamp, &wanted) {
        return Ok(python);
    }
    let system = have("python3", &["python3", "python3-venv"], log)?;
    println!("  installing from PyPI into target/venv: {wanted}");
    make_environment(&system, &folder, log)?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    install.args(PACKAGES);
    child::succeed(&mut install, log, LIMIT)?;
    places::write(&stamp, &wanted)?;
    Ok(python)
}

/// A folder with `node_modules/playwright-core`, as `tests/js/package-lock.json` pins it.
pub fn playwright(log: &Path) -> Result<PathBuf, Trouble> {
    let (from, into) = (places::root().join("tests/js"), places::target().join("js"));
    let lock = places::read(&from.join("package-lock.json"))?;
    let stamp = into.join("installed");
    if is_stamped(&stamp, &lock) {
        return Ok(into);
    }
    have("node", &["nodejs"], log)?;
    let npm = have("npm", &["npm"], log)?;
    println!("  installing from npm into target/js: playwright-core");
    places::make_folder(&into)?;
    places::write(&into.join("package.json"), places::read(&from.join("package.json"))?)?;
    places::write(&into.join("package-lock.json"), &lock)?;
    let mut install = Command::new(npm);
    install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&into);
    child::succeed(&mut install, log, LIMIT)?;
    places::write(&stamp, &lock)?;
    Ok(into)
}

/// Debian's Chromium.
pub fn chromium(log: &Path) -> Result<PathBuf, Trouble> {
    have("chromium", &["chromium"], log)
}

fn make_environment(python: &Path, folder: &Path, log: &Path) -> Result<(), Trouble> {
    let mut make = Command::new(python);
    make.args(["-m", "venv", "--clear"]).arg(folder);
    if child::succeed(&mut make, log, LIMIT).is_ok() {
        return Ok(());
    }
    // Debian ships Python without the part that makes environments.
    install_debian(&["python3-venv"], log)?;
    child::succeed(&mut make, log, LIMIT)
}

fn is_stamped(stamp: &Path, content: &str) -> bool {
    places::read(stamp).is_ok_and(|text| text == content)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn apt(apt_get: &Path) -> Command {
    let mut command = Command::new(apt_get);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn by_hand(packages: &[&str]) -> Trouble {
    let list = packages.join(" ");
    Trouble::missing(list.clone(), format!("on Debian, run `apt-get install {list}` as root"))
}
