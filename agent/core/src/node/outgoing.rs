//! The packet that is on its way to the gateway.

use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::HEAD;
use millwatt::wire::{Frame, Stamp};

use crate::link::{MOST_HEAD, Message, Packet, encoded_length};

/// Bytes of the longest frame that is sent: what a flash page of 4,096 bytes holds.
const MOST_FRAME: usize = 4_096;
/// Bytes of its packet: kind and the stamp before it, then head and payload.
pub const MOST_PACKET: usize = encoded_length(1 + 12 + MOST_FRAME);

/// One packet, in the bytes of the line.
#[derive(Debug)]
pub struct Outgoing<'b> {
    bytes: &'b mut [u8; MOST_PACKET],
    length: usize,
    sent: usize,
}

impl<'b> Outgoing<'b> {
    /// Nothing yet, in lent memory.
    #[must_use]
    pub const fn new(bytes: &'b mut [u8; MOST_PACKET]) -> Self {
        Self { bytes, length: 0, sent: 0 }
    }

    /// What has not been sent of it.
    #[must_use]
    pub fn waiting(&self) -> &[u8] {
        self.bytes.get(self.sent..self.length).unwrap_or_default()
    }

    /// So many bytes of it were sent.
    pub fn sent(&mut self, count: usize) {
        self.sent = self.sent.saturating_add(count).min(self.length);
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
        (self.length, self.sent) = (0, 0);
        let mut length = 0;
        for byte in Packet::new(head, body) {
            let Some(place) = self.bytes.get_mut(length) else { return };
            (*place, length) = (byte, length + 1);
        }
        self.length = length;
    }
}
