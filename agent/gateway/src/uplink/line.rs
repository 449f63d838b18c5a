//! The log on its way to one receiver: what is read next, what is written down, what people are told.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use millwatt::wire::Stamp;
use tokio::sync::watch;

use super::cursor::Cursor;
use super::log_reader::LogReader;
use super::news::{UplinkNews, What};
use super::sender::{Answer, Sender};
use crate::trust::DeviceKey;

/// Bytes of frames in one parcel, but for a page that was written anew, which goes whole.
const MOST_BYTES: usize = 128 << 10;

/// Whom news of an uplink are told.
pub type Tell = Arc<dyn Fn(UplinkNews) + Send + Sync>;

/// How far the log is durable, until nothing is collected any more.
pub type Watermark = watch::Receiver<Stamp>;

/// Tells news of one uplink, the same trouble once.
pub(super) struct Teller {
    uplink: String,
    tell: Tell,
    trouble: Option<String>,
}

impl Teller {
    pub(super) const fn new(uplink: String, tell: Tell) -> Self {
        Self { uplink, tell, trouble: None }
    }

    pub(super) fn tell(&self, what: What) {
        (self.tell)(UplinkNews { uplink: self.uplink.clone(), what });
    }

    pub(super) fn trouble(&mut self, message: String) {
        if self.trouble.as_ref() != Some(&message) {
            self.tell(What::Trouble { message: message.clone() });
            self.trouble = Some(message);
        }
    }

    const fn is_in_trouble(&self) -> bool {
        self.trouble.is_some()
    }

    pub(super) fn fine(&mut self) {
        if self.trouble.take().is_some() {
            self.tell(What::Works);
        }
    }
}

/// What to do now.
#[derive(Debug)]
pub enum Step {
    /// Hand this over.
    Send(Vec<u8>),
    /// Nothing: all is sent, or enough is on its way.
    Wait,
}

/// The sending of frames over one uplink.
pub struct FramesLine {
    data: PathBuf,
    uplink: String,
    has_receiver: bool,
    reader: LogReader,
    sender: Sender,
    watermark: Watermark,
    teller: Teller,
}

impl FramesLine {
    /// Goes on where the receiver's last receipt ends.
    #[must_use]
    pub fn new(
        data: &Path,
        (uplink, receiver): (&str, Option<&str>),
        key: DeviceKey,
        watermark: Watermark,
        tell: Tell,
    ) -> Self {
        let cursor = Cursor::read(data, uplink, receiver.unwrap_or_default());
        let has_receiver = receiver.is_some();
        let (reader, sender) = (LogReader::new(data), Sender::new(key, cursor));
        let (data, uplink) = (data.to_owned(), uplink.to_owned());
        let teller = Teller::new(uplink.clone(), tell);
        Self { data, uplink, has_receiver, reader, sender, watermark, teller }
    }

    /// Whether frames go out at all; else this only tells how the line stands.
    #[must_use]
    pub const fn has_receiver(&self) -> bool {
        self.has_receiver
    }

    /// The line is there.
    pub fn works(&mut self) {
        self.teller.fine();
    }

    /// What is next.
    pub fn step(&mut self) -> Step {
        if !self.has_receiver || !self.sender.has_room() {
            return Step::Wait;
        }
        let watermark = *self.watermark.borrow_and_update();
        let chunk = match self.reader.next(self.sender.sent(), watermark, MOST_BYTES) {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Step::Wait,
            Err(error) => {
                let message = format!("{}: {error}; check the disk", self.data.display());
                self.teller.trouble(message);
                return Step::Wait;
            }
        };
        match self.sender.parcel(&chunk, Instant::now()) {
            Ok(parcel) => Step::Send(parcel),
            Err(error) => {
                self.teller.trouble(error.to_string());
                Step::Wait
            }
        }
    }

    /// Takes in the receiver's word.
    pub fn take(&mut self, bytes: &[u8]) {
        let watermark = *self.watermark.borrow();
        match self.sender.take(bytes, watermark, Instant::now()) {
            Answer::Kept { is_first } => {
                let up_to = self.sender.cursor().receipted;
                self.save();
                self.teller.fine();
                self.teller.tell(What::Kept { up_to, is_first });
            }
            Answer::WentBack { to, is_loss } => {
                if is_loss {
                    self.save();
                    self.teller.tell(What::Lost { to });
                }
            }
            Answer::Ahead { newest } => {
                self.save();
                self.teller.trouble(format!(
                    "the receiver keeps a later state of this log, up to frame {}.{}: a copy of the data folder was put back. \
                     Stop and start this program, so that it goes on above; what was written in between stays here",
                    newest.epoch, newest.sequence
                ));
            }
            Answer::Nothing => {}
            Answer::Refused(why) => {
                self.teller.trouble(format!("a receipt is not believed: {why}"));
            }
        }
    }

    /// Looks whether the receiver has been silent for too long; `nobody` is what to say then.
    pub fn look(&mut self, nobody: &str) {
        if self.sender.look(Instant::now()) {
            self.teller.trouble(nobody.to_owned());
        }
    }

    /// A receiver says that it is there.
    pub fn called(&mut self) {
        self.sender.called();
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.sender.origin()
    }

    /// Waits until more is durable; false when nothing is collected any more.
    pub async fn changed(&mut self) -> bool {
        self.watermark.changed().await.is_ok()
    }

    /// What was on its way may be lost.
    pub fn disconnected(&mut self) {
        self.sender.disconnected();
    }

    /// Says what is wrong.
    pub fn trouble(&mut self, message: String) {
        self.teller.trouble(message);
    }

    /// Whether something is wrong.
    #[must_use]
    pub const fn is_in_trouble(&self) -> bool {
        self.teller.is_in_trouble()
    }

    /// Waits for frames that were not sent yet; false when nothing is collected any more.
    pub async fn wait(&mut self) -> bool {
        let has_more = *self.watermark.borrow_and_update() > self.sender.sent();
        if has_more && !self.sender.has_room() {
            self.pause(Duration::from_secs(1)).await
        } else if has_more {
            self.watermark.has_changed().is_ok()
        } else {
            self.watermark.changed().await.is_ok()
        }
    }

    /// Waits so long, whatever comes; false when nothing is collected any more.
    pub async fn pause(&mut self, pause: Duration) -> bool {
        let mut watermark = self.watermark.clone();
        let ended = async { while watermark.changed().await.is_ok() {} };
        tokio::time::timeout(pause, ended).await.is_err()
    }

    fn save(&mut self) {
        if let Err(error) = self.sender.cursor().write(&self.data, &self.uplink) {
            let way_out = crate::file_log::way_out(&error);
            self.teller.trouble(format!(
                "{}: {error}; {way_out}; after a start some frames are sent again",
                self.data.display()
            ));
        }
    }
}
