//! A meter that nobody here wrote: pymodbus with a fixed script, see `tests/python`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rig::{self, Running};
use millwatt::Series as _;
use millwatt::site::Quantity;

/// The server and what it wrote down.
#[derive(Debug)]
pub struct MeterServer {
    /// Where it listens on loopback.
    pub port: u16,
    served: PathBuf,
    _process: Running,
}

impl MeterServer {
    /// Starts a server for some units; `None` after saying that the story is skipped.
    ///
    /// # Panics
    /// When it does not start; in CI, when Python is missing.
    #[must_use]
    pub fn start(folder: &Path, units: &[&str], story: &str) -> Option<Self> {
        let python = rig::need("MILLWATT_PYTHON", story)?;
        let (port, served) = (rig::free_port(), folder.join("served"));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/meter_server.py");
        let mut command = Command::new(python);
        command.arg(script).arg(port.to_string()).arg(&served).args(units);
        let process = Running::start(&mut command, &folder.join("server.log"));
        rig::wait_for_port(port);
        Some(Self { port, served, _process: process })
    }

    /// Starts a server on a serial port, speaking RTU at 9600 baud; `None` after saying that the story is skipped.
    ///
    /// # Panics
    /// When it does not start; in CI, when Python is missing.
    #[must_use]
    pub fn on_serial(folder: &Path, device: &Path, units: &[&str], story: &str) -> Option<Self> {
        let python = rig::need("MILLWATT_PYTHON", story)?;
        let (served, said) = (folder.join("served"), folder.join("server.log"));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/meter_server.py");
        let mut command = Command::new(python);
        command.arg("-u").arg(script).arg(device).arg(&served).args(units);
        let process = Running::start(&mut command, &said);
        rig::wait_until("the server opens its port", std::time::Duration::from_secs(20), || {
            std::fs::read_to_string(&said).is_ok_and(|said| said.contains("open"))
        });
        Some(Self { port: 0, served, _process: process })
    }

    /// The energy of every poll of a unit, in micro-kWh, as it was served.
    #[must_use]
    pub fn served(&self, unit: &str) -> Vec<i64> {
        let text = std::fs::read_to_string(&self.served).unwrap_or_default();
        let rows = text.lines().filter_map(|line| line.split_once(' '));
        let of_unit = rows.filter(|(of, _)| *of == unit);
        of_unit.filter_map(|(_, value)| value.parse().ok()).collect()
    }
}

/// The energy values that a data folder holds of an asset, in the order of time.
///
/// # Panics
/// When the folder holds no such channel.
#[must_use]
pub fn kept(data: &Path, asset: &str) -> Vec<i64> {
    let archive = millwatt_gateway::file_log::read_archive(data).expect("a log");
    let parts = archive.parts().expect("a manifest");
    let site = parts.site();
    let id = site.asset_named(asset).expect("the asset is in the manifest");
    let channel = site.channel_of(id, Quantity::ActiveEnergy).expect("its channel too");
    let whole = archive.span().expect("readings");
    archive.samples(channel, whole).map(|sample| sample.value).collect()
}
