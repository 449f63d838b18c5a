//! The connection to one node, as long as it lasts, again and again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::keep::NodeLog;
use super::news::{NodeNews, What};
use crate::figures::local_time;
use crate::run::link::Link;
use crate::run::wall_clock;
use crate::site_file::NodePlan;
use millwatt::time::Zone;
use millwatt::trust::note::KeyKind;
use millwatt::trust::{Device, DeviceId, Hash, Seal, VerifierKey};
use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::checksum;
use millwatt::wire::{ClockQuality, Frame, FrameKind};
use millwatt_agent::link::{
    Decoder, Hello, MOST_HEAD, Message, PROTOCOL, Packet, RECEIPT, Receiver, Taken,
};
use tokio::sync::mpsc::Sender;
use tokio::time::Instant;

/// Bytes of the longest packet: a flash page of 4,096 bytes and what stands before it, twice over.
const LONGEST: usize = 8_192;
/// From one attempt to connect to the next.
const RETRY: Duration = Duration::from_secs(1);
/// How often the node is told the time, and so that somebody is there.
const TIME_EVERY: Duration = Duration::from_secs(10);
/// How often a node that has not said hello is asked to, and one that sends too much told where to begin.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// Hears one node for ever.
pub(super) async fn hear(node: NodePlan, folder: PathBuf, send: Sender<NodeNews>) {
    let mut teller = Teller { node: node.name.clone(), send, last: String::new() };
    loop {
        if let Err(message) = session(&node, &folder, &mut teller).await {
            teller.trouble(message).await;
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Tells news of one node, the same trouble once.
struct Teller {
    node: String,
    send: Sender<NodeNews>,
    last: String,
}

impl Teller {
    async fn tell(&mut self, what: What) {
        // Whoever listens goes only when the program ends.
        let _ = self.send.send(NodeNews { node: self.node.clone(), what }).await;
    }

    async fn trouble(&mut self, message: String) {
        if self.last != message {
            self.last.clone_from(&message);
            self.tell(What::Trouble { message }).await;
        }
    }
}

async fn session(node: &NodePlan, folder: &Path, teller: &mut Teller) -> Result<(), String> {
    let address = &node.bus.address;
    let link = Link::open(&node.bus, RETRY).await.map_err(|error| {
        format!("{address}: {error}; check the cable, the port's name and who else uses it")
    })?;
    let log = NodeLog::open(folder).map_err(|error| error.to_string())?;
    let mut session = Session::new(link, log);
    session.say(&Message::Who).await?;
    let mut times = tokio::time::interval(TIME_EVERY);
    let mut buffer = vec![0; 4_096];
    loop {
        tokio::select! {
            count = session.link.read(&mut buffer) => match count {
                Ok(0) => return Err(format!("{address}: the other side has closed the connection")),
                Ok(count) => session.take(&buffer[..count], teller).await?,
                Err(error) => return Err(format!("{address}: {error}")),
            },
            _ = times.tick() => session.tell_time().await?,
        }
    }
}

struct Session {
    link: Link,
    log: Option<NodeLog>,
    receiver: Receiver,
    decoder: Box<Decoder<LONGEST>>,
    /// The key of a node that is welcome.
    key: Option<[u8; 32]>,
    asked: Option<Instant>,
    /// Frames that are not on the disk yet.
    frames: Vec<Vec<u8>>,
}

impl Session {
    fn new(link: Link, log: NodeLog) -> Self {
        let receiver = Receiver::new(log.newest());
        let (log, decoder, frames) = (Some(log), Box::new(Decoder::new()), Vec::new());
        Self { link, log, receiver, decoder, key: None, asked: None, frames }
    }

    async fn say(&mut self, message: &Message<'_>) -> Result<(), String> {
        let mut head = [0; MOST_HEAD];
        let mut out = Writer::new(&mut head);
        message.emit(&mut out).map_err(|error| error.to_string())?;
        let bytes: Vec<u8> = Packet::new(out.written(), message.rest()).collect();
        self.link.write(&bytes).await.map_err(|error| error.to_string())
    }

    /// Says something that need not be said more often than now and then.
    async fn ask(&mut self, message: &Message<'_>) -> Result<(), String> {
        if self.asked.is_some_and(|asked| asked.elapsed() < ASK_EVERY) {
            return Ok(());
        }
        self.asked = Some(Instant::now());
        self.say(message).await
    }

    async fn tell_time(&mut self) -> Result<(), String> {
        if self.key.is_none() {
            return self.ask(&Message::Who).await;
        }
        self.say(&Message::Time { wall: wall_clock(), quality: ClockQuality::Set }).await
    }

    async fn take(&mut self, bytes: &[u8], teller: &mut Teller) -> Result<(), String> {
        for byte in bytes {
            let Some(content) = self.decoder.take(*byte) else { continue };
            let content = content.to_vec();
            self.packet(&content, teller).await?;
        }
        self.keep(teller).await
    }

    async fn packet(&mut self, content: &[u8], teller: &mut Teller) -> Result<(), String> {
        match self.receiver.take(content) {
            Taken::Hello(hello) => self.greet(&hello, teller).await,
            Taken::Frame(frame, bytes) => match self.key.map(|key| judge(&frame, &key)) {
                Some(Ok(())) => {
                    self.frames.push(bytes.to_vec());
                    self.receiver.kept(&frame);
                    Ok(())
                }
                Some(Err(message)) => {
                    teller.trouble(message.to_owned()).await;
                    Ok(())
                }
                None => self.ask(&Message::Who).await,
            },
            Taken::Repeated | Taken::Stranger => self.ask(&Message::Who).await,
            Taken::Gap => self.ask(&Message::Go { after: self.receiver.newest() }).await,
            Taken::Panic(text) => self.failed(text, teller).await,
            Taken::Nothing => Ok(()),
        }
    }

    /// Judges who says hello, and tells it where to begin.
    async fn greet(&mut self, hello: &Hello<'_>, teller: &mut Teller) -> Result<(), String> {
        self.keep(teller).await?;
        let Some(log) = &self.log else { return Ok(()) };
        if hello.protocol != PROTOCOL {
            let message = format!(
                "its program speaks protocol {}, this one {PROTOCOL}: put programs of one version on both",
                hello.protocol
            );
            teller.trouble(message).await;
            return Ok(());
        }
        match log.key() {
            Some(known) if known != hello.key => {
                teller.trouble(refused(&known, &hello.key, &teller.node)).await;
                self.key = None;
                return Ok(());
            }
            Some(_) => {}
            None => {
                log.keep_key(&hello.key).map_err(|error| error.to_string())?;
                teller.tell(What::First { fingerprint: fingerprint(&hello.key) }).await;
            }
        }
        let is_news = self.key.is_none();
        self.key = Some(hello.key);
        self.receiver.begin(hello.receipted);
        let receiver = &mut self.receiver;
        let told = log.above(hello.receipted, |frame| receiver.again(frame));
        told.map_err(|error| error.to_string())?;
        if is_news {
            teller.last.clear();
            let (program, epoch) = (hello.program.to_owned(), hello.newest.epoch);
            teller.tell(What::Hello { program, epoch }).await;
        }
        if hello.given_up > self.receiver.newest() {
            teller.tell(What::GaveUp { up_to: hello.given_up }).await;
        }
        self.say(&Message::Go { after: self.receiver.newest() }).await?;
        self.tell_time().await?;
        self.receipt().await
    }

    /// Makes the frames that came durable and receipts them. The disk has its own thread: it delays no meter.
    async fn keep(&mut self, teller: &mut Teller) -> Result<(), String> {
        if self.frames.is_empty() {
            return Ok(());
        }
        let (frames, Some(mut log)) = (std::mem::take(&mut self.frames), self.log.take()) else {
            return Ok(());
        };
        let count = frames.len();
        let kept = tokio::task::spawn_blocking(move || {
            let kept = log.keep(&frames);
            (log, kept)
        });
        let (log, kept) = kept.await.map_err(|error| error.to_string())?;
        let up_to = log.newest();
        self.log = Some(log);
        // With the session goes what was not kept; the node sends it again.
        kept?;
        teller.tell(What::Kept { up_to, frames: count }).await;
        self.receipt().await
    }

    async fn receipt(&mut self) -> Result<(), String> {
        let Some(key) = self.key else { return Ok(()) };
        let Some(receipt) = self.receiver.receipt(device_of(&key)) else { return Ok(()) };
        let mut bytes = [0; RECEIPT];
        receipt.emit(&mut Writer::new(&mut bytes)).map_err(|error| error.to_string())?;
        self.say(&Message::Receipt(&bytes)).await
    }

    async fn failed(&mut self, text: &[u8], teller: &mut Teller) -> Result<(), String> {
        let (sum, text) = (checksum(text, &[]), String::from_utf8_lossy(text).into_owned());
        let Some(log) = &self.log else { return Ok(()) };
        let at = local_time(Zone::new(&[]), wall_clock());
        log.keep_failure(&at, &text).map_err(|error| error.to_string())?;
        teller.tell(What::Failed { text }).await;
        self.say(&Message::Heard { sum }).await
    }
}

/// A device by its key, as its log's name has it.
fn device_of(key: &[u8; 32]) -> DeviceId {
    DeviceId(Hash::of(key).0.first_chunk().copied().unwrap_or_default())
}

fn fingerprint(key: &[u8; 32]) -> String {
    let key = VerifierKey::new("node", KeyKind::Note, *key);
    key.map_or_else(|_| String::new(), |key| key.fingerprint().to_string())
}

fn refused(known: &[u8; 32], shown: &[u8; 32], node: &str) -> String {
    format!(
        "shows the key {}, but {} was seen first; nothing is taken from it. If the board was exchanged, stop, move the \
         folder nodes/{node} to another name and start again: its log stays readable there. If not, find out who is on the line",
        fingerprint(shown),
        fingerprint(known)
    )
}

/// Whether what a frame says of keys and signatures is by the node's own key.
fn judge(frame: &Frame<'_>, key: &[u8; 32]) -> Result<(), &'static str> {
    const FOREIGN: &str = "sent a frame that another key has signed; nothing behind it is taken";
    let is_own = match frame.kind {
        FrameKind::Device => Device::parse(frame.payload).is_ok_and(|it| it.key.bytes() == key),
        FrameKind::Checkpoint => Seal::parse(frame.payload).is_ok_and(|seal| {
            let origin = seal.checkpoint().map(|checkpoint| checkpoint.origin);
            let own = origin.and_then(|origin| VerifierKey::new(origin, KeyKind::Note, *key));
            own.is_ok_and(|own| seal.note.verify(&own).is_ok())
        }),
        _ => true,
    };
    if is_own { Ok(()) } else { Err(FOREIGN) }
}
