//! Puts `memory.x` where the linker looks for it, names cortex-m-rt's linker script, and makes the node's plan.

#[path = "build/plan.rs"]
mod plan;

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=memory.x");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build/plan.rs");
    println!("cargo:rerun-if-changed=../gateway/profiles");
    println!("cargo:rerun-if-env-changed=MILLWATT_NODE");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let node =
        env::var_os("MILLWATT_NODE").map_or_else(|| PathBuf::from("node.toml"), PathBuf::from);
    println!("cargo:rerun-if-changed={}", node.display());
    let made = plan::Made::of(&node).map_err(|why| format!("{}: {why}", node.display()))?;
    fs::write(out.join("plan.rs"), made.code)?;
    fs::write(out.join("manifest.bin"), made.manifest)?;
    if env::var("CARGO_CFG_TARGET_OS")? != "none" {
        return Ok(());
    }
    let memory: &[u8] = match env::var_os("CARGO_FEATURE_STM32F411") {
        Some(_) => include_bytes!("memory-stm32f411.x"),
        None => include_bytes!("memory.x"),
    };
    fs::write(out.join("memory.x"), memory)?;
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    // Functions that came out alike are held once.
    println!("cargo:rustc-link-arg-bins=--icf=all");
    Ok(())
}
