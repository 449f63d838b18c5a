//! Modbus master: protocol data units, TCP and RTU framing, one transaction at a time.
//!
//! # Source
//! MODBUS Application Protocol Specification V1.1b3; MODBUS Messaging on TCP/IP Implementation
//! Guide V1.0b; MODBUS over Serial Line V1.02 (modbus.org).

pub mod line;
pub mod master;
pub mod pdu;
pub mod rtu;
pub mod tcp;

pub use line::Line;
pub use master::{Framing, Master, Patience};
pub use pdu::{Exception, Fault, Request, Table};
