//! Between a node and its gateway: a row of bytes in either direction, over a serial line or whatever stands for one.
//!
//! - **What goes up?** The frames of the node's log as they stand in its flash, so that signatures and checksums are those
//!   of the log. A frame is sent with the stamp of the one before it: whoever misses one knows it, though stamps have
//!   gaps where receipts stand.
//! - **What comes down?** Where to begin, receipts, the time of day. A receipt and nothing else lets the node erase.
//! - **How does it go on after weeks?** The node says hello, the gateway says up to where it has the log on its disk, and the
//!   node sends what is above. Nothing else is remembered anywhere.
//! - **What if bytes are lost or turned?** A [packet](Packet) proves itself by a checksum and ends in a zero that stands nowhere in
//!   it. What does not prove itself is dropped; the next zero begins anew. Frames sent without a receipt for a while
//!   are sent again, and the gateway knows those that it has by their stamps.
//! - **Who is believed?** Nobody yet: the packets are not signed. What is signed is the log that goes through them.
//!
//! Both ends are state machines without clock or buffer of their own: [`Sender`] in the node, `Receiver` (feature `trust`) in the gateway.
//! SPEC.md states the bytes.

mod message;
mod packet;
#[cfg(feature = "trust")]
mod receiver;
mod sender;

pub use message::{Hello, MOST_HEAD, MOST_PROGRAM, Message, PROTOCOL, RECEIPT};
pub use packet::{Decoder, Packet, encoded_length};
#[cfg(feature = "trust")]
pub use receiver::{Receiver, Taken};
pub use sender::{Sender, Wish, Word};
