//! Where things are: the checkout, the target folder and what we put there.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::trouble::Trouble;

/// The root of the checkout.
pub fn root() -> PathBuf {
    // Cargo sets it for `cargo run`; a checkout that was moved after the build is still found.
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.ancestors().nth(2).map_or_else(|| package.clone(), Path::to_path_buf)
}

/// The target folder of host builds.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The log file of one stage or step; its folder exists afterwards.
pub fn log(name: &str) -> Result<PathBuf, Trouble> {
    let folder = target().join("full-test");
    make_folder(&folder)?;
    Ok(folder.join(format!("{name}.log")))
}

/// Makes a folder and those above it.
pub fn make_folder(folder: &Path) -> Result<(), Trouble> {
    fs::create_dir_all(folder).map_err(|error| Trouble::file("make folder", folder, &error))
}

/// Reads a text file; bytes that are not UTF-8 are replaced.
pub fn read(path: &Path) -> Result<String, Trouble> {
    let bytes = fs::read(path).map_err(|error| Trouble::file("read", path, &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes a file.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<(), Trouble> {
    fs::write(path, bytes).map_err(|error| Trouble::file("write", path, &error))
}

/// The program of this name in `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
