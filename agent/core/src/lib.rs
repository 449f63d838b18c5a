#![no_std]
#![forbid(unsafe_code)]
//! The agent's core: what a gateway and a microcontroller share, as state machines without clock,
//! socket, file, thread or allocator. Time and bytes are arguments, wishes are return values.
//!
//! - [`modbus`]: requests, framing over TCP and RTU, and a [`modbus::Master`] that times out, retries and drops
//!   late answers;
//! - [`meter`]: registers to readings, and reads merged up to the protocol's limit;
//! - [`schedule`]: grid points at which a meter is due, and patience with one that is dead;
//! - [`log`]: frames appended to pages, with a durable watermark as the only acknowledgement;
//! - [`ring`]: the same on a microcontroller's flash, written once and erased when nobody needs it;
//! - [`recorder`]: rows, durable within a minute in a journal in flash, then folded into blocks of the ring;
//! - [`link`]: between a node and its gateway, over a serial line that loses and turns bytes;
//! - `node` (feature `trust`): all of it together, as a microcontroller runs it;
//! - `sealer` (feature `trust`): what stands in the ring, signed.

pub mod alarm;
pub mod link;
pub mod log;
pub mod meter;
pub mod modbus;
#[cfg(feature = "trust")]
pub mod node;
pub mod recorder;
pub mod ring;
pub mod schedule;
#[cfg(feature = "trust")]
pub mod sealer;
#[cfg(feature = "_sim")]
pub mod sim;
