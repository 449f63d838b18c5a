//! The Debian package: what is in it, that it runs where it is unpacked, and that lintian has nothing against it.
//!
//! It is packed from the program under test, for a build of its own would take minutes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use millwatt_tests::rig::{self, told};

/// Every file, and what may be done with it.
const FILES: [(&str, u32); 10] = [
    ("etc/default/millwatt", 0o644),
    ("usr/bin/millwatt", 0o755),
    ("usr/lib/systemd/system/millwatt.service", 0o644),
    ("usr/lib/sysusers.d/millwatt.conf", 0o644),
    ("usr/share/doc/millwatt/changelog.gz", 0o644),
    ("usr/share/doc/millwatt/copyright", 0o644),
    ("usr/share/doc/millwatt/examples/site.toml", 0o644),
    ("usr/share/man/man1/millwatt.1.gz", 0o644),
    ("usr/share/millwatt/page/index.html", 0o644),
    ("usr/share/millwatt/page/page.wasm", 0o644),
];

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", told(&output));
    output
}

/// A page's folder with one file of each kind.
fn page(folder: &Path) -> PathBuf {
    let page = folder.join("page");
    fs::create_dir(&page).expect("can be made");
    for name in ["index.html", "page.css", "page.js", "page.wasm"] {
        fs::write(page.join(name), name).expect("can be written");
    }
    page
}

/// The package; `None` after saying that the story is skipped.
fn packed(folder: &Path) -> Option<PathBuf> {
    if !is_there("dpkg-deb") || !is_there("strip") {
        println!("SKIPPED: Debian package: dpkg-deb or strip is not there");
        return None;
    }
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../agent/gateway/packaging/build-deb");
    let mut command = Command::new(pack);
    command.arg(rig::millwatt().get_program()).arg(page(folder)).arg(folder);
    // It is thrown away: quick is better than small.
    command.env("DPKG_DEB_COMPRESSOR_TYPE", "gzip").env("DPKG_DEB_COMPRESSOR_LEVEL", "1");
    let output = run(&mut command);
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Some(PathBuf::from(name))
}

/// All files below a folder, as they are named from there.
fn files_below(folder: &Path, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => names.extend(files_below(&entry.path(), &format!("{name}/"))),
            false => names.push(name),
        }
    }
    names
}

#[test]
fn the_package_holds_what_a_service_needs_and_runs_where_it_is_unpacked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(package) = packed(folder.path()) else { return };
    let root = folder.path().join("root");
    run(Command::new("dpkg-deb").arg("--raw-extract").arg(&package).arg(&root));
    for (name, mode) in FILES {
        let about = fs::metadata(root.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(about.permissions().mode() & 0o7777, mode, "{name}");
    }
    let names = files_below(&root, "");
    let strangers: Vec<_> = names
        .iter()
        .filter(|name| !FILES.iter().any(|(known, _)| known == name))
        .filter(|name| {
            !name.starts_with("DEBIAN/") && !name.starts_with("usr/share/millwatt/page/")
        })
        .collect();
    assert!(strangers.is_empty(), "{strangers:?}");
    let listed = run(Command::new("dpkg-deb").arg("--contents").arg(&package));
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(listed.lines().all(|line| line.contains(" root/root ")), "{listed}");

    let program = root.join("usr/bin/millwatt");
    let version = run(Command::new(&program).arg("--version"));
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let control = fs::read_to_string(root.join("DEBIAN/control")).expect("control");
    let (_, number) = version.split_once(' ').expect("name and number");
    assert!(control.contains(&format!("Version: {number}\n")), "{control}");
    let example = root.join("usr/share/doc/millwatt/examples/site.toml");
    run(Command::new(&program).arg("check").arg(example));
    let purge = fs::read_to_string(root.join("DEBIAN/postrm")).expect("postrm");
    assert!(!purge.contains("rm -"), "data are never deleted: {purge}");
    for script in ["postinst", "prerm", "postrm"] {
        run(Command::new("sh").arg("-n").arg(root.join("DEBIAN").join(script)));
    }
}

#[test]
fn lintian_finds_no_error() {
    if !is_there("lintian") {
        println!("SKIPPED: lintian: it is not there");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(package) = packed(folder.path()) else { return };
    let mut lintian = Command::new("lintian");
    lintian.args(["--fail-on", "error,warning", "--allow-root", "--no-cfg"]).arg(&package);
    run(&mut lintian);
}
