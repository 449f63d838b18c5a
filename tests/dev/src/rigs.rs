//! What the end-to-end stories need: the binary, the page, a Modbus server, a browser.

use std::{ffi::OsString, path::PathBuf, process::Command};

use crate::{
    cargo, node_image, packages, page, places,
    stage::{Context, Report},
    trouble::Trouble,
};

/// The variables that tell the stories where their rigs are.
///
/// A variable is absent when its rig is: then the story skips itself, and the reason is in
/// `report`.
#[derive(Default)]
pub struct Rigs {
    variables: Vec<(&'static str, OsString)>,
    /// What could not be had.
    pub report: Report,
}

/// Builds and installs what is missing.
pub fn prepare(context: &Context) -> Rigs {
    let log = &context.log;
    let mut rigs = Rigs::default();
    rigs.add(context, "MILLWATT_BIN", gateway(context));
    rigs.add(context, "MILLWATT_PAGE", page::ensure_page());
    rigs.add(context, "MILLWATT_PYTHON", packages::python(log));
    rigs.add(context, "MILLWATT_JS", packages::playwright(log));
    rigs.add(context, "MILLWATT_CHROMIUM", packages::chromium(log));
    rigs.add(context, "MILLWATT_ARTEFACTS", artefacts());
    rigs.add(context, "MILLWATT_NODE_ELF", node_image::for_story(log));
    let promtool = packages::unpacked("promtool", "prometheus", log);
    rigs.add(context, "MILLWATT_PROMTOOL", promtool);
    let nats = packages::unpacked("nats-server", "nats-server", log);
    rigs.add(context, "MILLWATT_NATS", nats);
    rigs.add(context, "MILLWATT_SQLITE", packages::have("sqlite3", &["sqlite3"], log));
    rigs.add(context, "MILLWATT_STRACE", packages::have("strace", &["strace"], log));
    let mosquitto = packages::have("mosquitto", &["mosquitto", "mosquitto-clients"], log);
    rigs.add(context, "MILLWATT_MOSQUITTO", mosquitto);
    let qemu = packages::have("qemu-system-arm", &["qemu-system-arm"], log);
    rigs.add(context, "MILLWATT_QEMU", qemu);
    rigs
}

impl Rigs {
    /// Tells a command where the rigs are.
    pub fn tell(&self, command: &mut Command) {
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
    }

    fn add(&mut self, context: &Context, name: &'static str, found: Result<PathBuf, Trouble>) {
        match found {
            Ok(path) => self.variables.push((name, path.into())),
            Err(trouble) => {
                let report = std::mem::take(&mut self.report);
                self.report = report.and(context.trouble(&trouble));
            }
        }
    }
}

fn gateway(context: &Context) -> Result<PathBuf, Trouble> {
    cargo::build_gateway(&context.log)?;
    Ok(places::target().join("debug/millwatt"))
}

fn artefacts() -> Result<PathBuf, Trouble> {
    let folder = places::target().join("artefacts");
    places::make_folder(&folder)?;
    Ok(folder)
}
