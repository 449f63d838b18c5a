//! The other end of uplinks: an office, a province or an owner keeps copies of many devices' logs.
//!
//! Each device that was [written down](register) has a folder with a [copy] of its log, which every command reads:
//! `millwatt report --data fleet/NAME`. What comes must be signed by that device's key; what is not is refused, counted and
//! told. A receipt goes out, signed, only for what is on this disk; by nothing else does a device let go of its log.

pub mod copy;
mod http;
pub mod mqtt;
pub mod register;

pub use http::{Told, router};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use millwatt::trust::delivery::Side;
use millwatt::trust::{Delivery, Device, Hash, Parcel, Signer, VerifierKey};
use millwatt::wire::Stamp;
use millwatt::wire::bytes::Writer;

use crate::trust::key::named;
use copy::{Copy, Stretch, Taken};
use register::Register;

/// The file with the office's key.
const KEY: &str = "receiver.key";
/// The longest parcel: a page with the frame that passes its size.
pub const MOST_BYTES: usize = 20 << 20;

/// Who keeps logs of devices.
#[derive(Debug)]
pub struct Office {
    folder: PathBuf,
    name: String,
    secret: [u8; 32],
    register: Register,
    copies: BTreeMap<String, Copy>,
    refused: u64,
}

/// What the office says to a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The name of the device's folder; none for a stranger.
    pub device: Option<String>,
    /// The log that the parcel is said to be of; empty where it cannot be read.
    pub origin: String,
    /// What goes back to the device, signed; nothing for what is not signed by it.
    pub note: Option<Vec<u8>>,
    /// What became of the frames.
    pub outcome: Outcome,
}

/// What became of a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All up to here is on the disk.
    Kept(Stamp),
    /// Frames before it are missing; the device is told where to go on.
    Gap(Stamp),
    /// Nothing was taken; the sentence says why and what to do.
    Refused(String),
}

impl Office {
    /// Opens a folder; the key is made where there is none, under this name.
    ///
    /// # Errors
    /// A sentence with the way out.
    pub fn open(folder: &Path, name: &str) -> Result<Self, String> {
        let failed = |error: std::io::Error| {
            format!("{}: {error}; {}", folder.display(), crate::file_log::way_out(&error))
        };
        crate::file_log::make_folder(folder).map_err(failed)?;
        let key = named(&folder.join(KEY), name).map_err(|error| error.to_string())?;
        let (name, secret) = key;
        let register = Register::open(folder)?;
        let (folder, copies) = (folder.to_owned(), BTreeMap::new());
        Ok(Self { folder, name, secret, register, copies, refused: 0 })
    }

    /// The verifier key that a device's site file names.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey<'_> {
        Signer::new(&self.name, &self.secret).verifier()
    }

    /// The devices that are welcome.
    pub const fn register(&mut self) -> &mut Register {
        &mut self.register
    }

    /// Parcels refused since the start.
    #[must_use]
    pub const fn refused(&self) -> u64 {
        self.refused
    }

    /// Takes a parcel; when this says that it is kept, it is on the disk.
    pub fn take(&mut self, bytes: &[u8]) -> Reply {
        let reply = self.judge(bytes);
        if let Outcome::Refused(_) = reply.outcome {
            self.refused += 1;
        }
        reply
    }

    /// The log that a parcel says it is of.
    #[must_use]
    pub fn origin(bytes: &[u8]) -> Option<String> {
        let parcel = Parcel::parse(bytes).ok()?;
        Delivery::parse(parcel.statement.text()).ok().map(|sent| sent.origin.to_owned())
    }

    /// Takes nothing, and counts it.
    pub fn refuse(&mut self, why: String) -> Reply {
        self.refused += 1;
        Reply { device: None, origin: String::new(), note: None, outcome: Outcome::Refused(why) }
    }

    fn judge(&mut self, bytes: &[u8]) -> Reply {
        let nobody = |outcome| Reply { device: None, origin: String::new(), note: None, outcome };
        let Ok(parcel) = Parcel::parse(bytes) else {
            return nobody(Outcome::Refused("what came is no parcel of frames".to_owned()));
        };
        let sent = Delivery::parse(parcel.statement.text());
        let Some(sent) = sent.ok().filter(|sent| sent.side == Side::Sent) else {
            return nobody(Outcome::Refused("what came says nothing of frames".to_owned()));
        };
        let origin = sent.origin.to_owned();
        match self.author(&parcel, &sent) {
            Ok(name) => {
                let (note, outcome) = self.keep(&name, &sent, parcel.frames);
                Reply { device: Some(name), origin, note, outcome }
            }
            Err(why) => Reply { origin, ..nobody(Outcome::Refused(why)) },
        }
    }

    /// The name of the device that signed a parcel. A key that follows the known one is known from now on.
    fn author(&mut self, parcel: &Parcel<'_>, sent: &Delivery<'_>) -> Result<String, String> {
        let origin = sent.origin;
        let Some(entry) = self.register.find(origin) else { return Err(stranger(parcel, origin)) };
        let name = entry.name.clone();
        let known = VerifierKey::parse(&entry.key).map_err(|error| error.to_string())?;
        let is_by =
            |key: &VerifierKey<'_>| key.name() == origin && parcel.statement.verify(key).is_ok();
        if !is_by(&known) {
            let told = Device::parse(parcel.device).ok().filter(|device| {
                is_by(&device.key)
                    && (device.key.bytes() == known.bytes() || device.follows(&known))
            });
            let Some(device) = told else {
                return Err(format!(
                    "`{name}`: what came as {origin} is not signed by its key {}; if its key was replaced more than \
                     once meanwhile, add it again with the new one",
                    known.fingerprint()
                ));
            };
            self.register.follow(&device.key)?;
        }
        match Hash::of(parcel.frames) == sent.hash {
            true => Ok(name),
            false => Err(format!("`{name}`: frames were changed on the way")),
        }
    }

    fn keep(
        &mut self,
        name: &str,
        sent: &Delivery<'_>,
        frames: &[u8],
    ) -> (Option<Vec<u8>>, Outcome) {
        let Delivery { page, after, up_to, .. } = *sent;
        let stretch = Stretch { page, after, up_to, bytes: frames };
        let taken = self.copy(name).and_then(|copy| {
            let taken = copy.take(&stretch).map_err(|error| {
                format!("`{name}`: {error}; {}", crate::file_log::way_out(&error))
            })?;
            Ok((taken, copy.page(), copy.newest()))
        });
        let (taken, page, newest) = match taken {
            Ok(taken) => taken,
            Err(why) => return (None, Outcome::Refused(why)),
        };
        let standing = Delivery::standing(sent.origin, page, newest);
        match taken {
            Taken::Kept => {
                let kept = Delivery { side: Side::Kept, ..*sent };
                (self.signed(&kept), Outcome::Kept(up_to))
            }
            Taken::Gap => (self.signed(&standing), Outcome::Gap(newest)),
            Taken::Clash => {
                let why = format!(
                    "`{name}`: its log went back to an earlier state: something else is kept under the same stamps, up to \
                     {}.{}; was a copy of its data folder put back? What it wrote since then stays with the device",
                    newest.epoch, newest.sequence
                );
                (self.signed(&standing), Outcome::Refused(why))
            }
            Taken::Unsound => {
                let why = format!(
                    "`{name}`: it signed frames that are none; is its program of another version?"
                );
                (self.signed(&standing), Outcome::Refused(why))
            }
        }
    }

    fn copy(&mut self, name: &str) -> Result<&mut Copy, String> {
        if !self.copies.contains_key(name) {
            let copy = Copy::open(&self.folder.join(name)).map_err(|error| error.to_string())?;
            self.copies.insert(name.to_owned(), copy);
        }
        self.copies.get_mut(name).ok_or_else(|| format!("`{name}`: its folder cannot be opened"))
    }

    fn signed(&self, delivery: &Delivery<'_>) -> Option<Vec<u8>> {
        let signer = Signer::new(&self.name, &self.secret);
        let mut buffer = [0; Delivery::MOST_BYTES];
        let mut out = Writer::new(&mut buffer);
        delivery.sign(&signer, &mut out).ok().map(|()| out.written().to_vec())
    }
}

/// Who is not known, and how to make it known.
fn stranger(parcel: &Parcel<'_>, origin: &str) -> String {
    let device = Device::parse(parcel.device).ok();
    let own = device.filter(|device| {
        device.key.name() == origin && parcel.statement.verify(&device.key).is_ok()
    });
    match own {
        Some(device) => format!(
            "{origin} is not written down here; if its fingerprint is {}, type: millwatt receive add NAME --key '{}'",
            device.key.fingerprint(),
            device.key
        ),
        None => format!("{} is not written down here", shortened(origin)),
    }
}

/// What a stranger says, so that it fits a line.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
