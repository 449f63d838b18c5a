//! The gateway's end: which frames are new, and receipts for what is kept.

use millwatt::trust::receipt::{DeviceId, Receipt, Receiving};
use millwatt::wire::{Frame, Stamp};

use super::{Hello, Message};

/// What a packet means to the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken<'a> {
    /// The node says who it is: judge its key, then call [`Receiver::begin`] and answer with [`Message::Go`].
    Hello(Hello<'a>),
    /// A frame that is the next: write it down, then call [`Receiver::kept`].
    Frame(Frame<'a>, &'a [u8]),
    /// A frame that is kept already; the node has no receipt for it: ask who it is.
    Repeated,
    /// One before it is missing: answer with [`Message::Go`].
    Gap,
    /// The node's program failed.
    Panic(&'a [u8]),
    /// Nobody has said hello yet: ask who it is.
    Stranger,
    /// Nothing that can be read.
    Nothing,
}

/// The gateway's end of a link to one node.
#[derive(Debug, Clone)]
pub struct Receiver {
    newest: Stamp,
    /// What the next receipt is for, from the node's hello on.
    receiving: Option<Receiving>,
    from: Stamp,
}

impl Receiver {
    /// With a log whose newest frame is on the disk.
    #[must_use]
    pub const fn new(newest: Stamp) -> Self {
        Self { newest, receiving: None, from: newest }
    }

    /// The newest frame that is kept.
    #[must_use]
    pub const fn newest(&self) -> Stamp {
        self.newest
    }

    /// Takes the content of a packet.
    pub fn take<'a>(&mut self, content: &'a [u8]) -> Taken<'a> {
        match Message::parse(content) {
            Ok(Message::Hello(hello)) => Taken::Hello(hello),
            Ok(_) if self.receiving.is_none() => Taken::Stranger,
            Ok(Message::Panic { text }) => Taken::Panic(text),
            Ok(Message::Frame { before, frame: bytes }) => match Frame::parse(bytes) {
                Ok(frame) if frame.length() != bytes.len() => Taken::Nothing,
                Ok(frame) if frame.stamp <= self.newest => Taken::Repeated,
                Ok(_) if before > self.newest => Taken::Gap,
                Ok(frame) => Taken::Frame(frame, bytes),
                Err(_) => Taken::Nothing,
            },
            _ => Taken::Nothing,
        }
    }

    /// The node is who it should be, and has receipts up to a stamp: from there on the next one goes, over frames that are
    /// kept already, which [`again`](Self::again) is told.
    pub fn begin(&mut self, receipted: Stamp) {
        self.receiving = Some(Receiving::after(receipted));
        self.from = receipted;
    }

    /// A frame above the node's last receipt that is kept already, oldest first.
    pub fn again(&mut self, frame: &Frame<'_>) {
        if let Some(receiving) = &mut self.receiving {
            receiving.take(frame);
        }
    }

    /// The frame that was taken last is written down, if not yet on the disk.
    pub fn kept(&mut self, frame: &Frame<'_>) {
        self.newest = self.newest.max(frame.stamp);
        self.again(frame);
    }

    /// A receipt for all that was kept since the last one: to be asked for only when it is on the disk.
    pub fn receipt(&mut self, device: DeviceId) -> Option<Receipt> {
        let receipt = self.receiving.as_ref()?.receipt(device);
        if receipt.up_to <= self.from {
            return None;
        }
        self.begin(receipt.up_to);
        Some(receipt)
    }
}
