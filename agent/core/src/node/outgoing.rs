//! The packet that is on its way to the gateway.

use heapless::Vec;
use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::HEAD;
use millwatt::wire::{Frame, Stamp};

use crate::link::{MOST_HEAD, Message, Packet, encoded_length};

/// Bytes of the longest frame that is sent: what a flash page of 4,096 bytes holds.
pub const MOST_FRAME: usize = 4_096;
/// A frame's packet: kind and the stamp before it, then head and payload.
const BYTES: usize = encoded_length(1 + 12 + MOST_FRAME);

/// One packet, in the bytes of the line.
#[derive(Debug)]
pub struct Outgoing {
    bytes: Vec<u8, BYTES>,
    sent: usize,
}

impl Outgoing {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), sent: 0 }
    }

    /// What has not been sent of it.
    #[must_use]
    pub fn waiting(&self) -> &[u8] {
        self.bytes.get(self.sent..).unwrap_or_default()
    }

    /// So many bytes of it were sent.
    pub fn sent(&mut self, count: usize) {
        self.sent = self.sent.saturating_add(count).min(self.bytes.len());
    }

    /// Puts a message in the place of what was there; one that is too long is left out.
    pub fn put(&mut self, message: &Message<'_>) {
        let mut head = [0; MOST_HEAD];
        let mut out = Writer::new(&mut head);
        if message.emit(&mut out).is_ok() {
            self.fill(out.written(), message.rest());
        }
    }

    /// The same for a frame as it stands in the log, `before` being the stamp that it is the first above.
    pub fn put_frame(&mut self, before: Stamp, frame: &Frame<'_>) {
        let mut head = [0; 1 + 12 + HEAD];
        let mut out = Writer::new(&mut head);
        let emitted = Message::Frame { before, frame: &[] }.emit(&mut out);
        if emitted.and_then(|()| out.slice(&frame.head())).is_ok() {
            self.fill(out.written(), frame.payload);
        }
    }

    fn fill(&mut self, head: &[u8], body: &[u8]) {
        self.bytes.clear();
        self.sent = 0;
        for byte in Packet::new(head, body) {
            if self.bytes.push(byte).is_err() {
                self.bytes.clear();
                return;
            }
        }
    }
}

impl Default for Outgoing {
    fn default() -> Self {
        Self::new()
    }
}
