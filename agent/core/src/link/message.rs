//! What the packets of a link say.

use millwatt::time::Instant;
use millwatt::wire::bytes::{Reader, Writer};
use millwatt::wire::{ClockQuality, Stamp, WireError};

/// The protocol that this program speaks.
pub const PROTOCOL: u8 = 1;
/// Bytes of a receipt.
pub const RECEIPT: usize = 64;
/// Bytes of a program's name and version at most.
pub const MOST_PROGRAM: usize = 32;

/// Who a node is and where its log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hello<'a> {
    /// The protocol that it speaks.
    pub protocol: u8,
    /// The public half of the key that signs its log.
    pub key: [u8; 32],
    /// Its newest frame; the epoch counts its starts.
    pub newest: Stamp,
    /// Up to where it was told, and has kept, that somebody has its log.
    pub receipted: Stamp,
    /// Up to where frames that nobody had may have been given up for want of room.
    pub given_up: Stamp,
    /// Name and version of its program.
    pub program: &'a str,
}

/// One packet's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'a> {
    /// Up: who the node is.
    Hello(Hello<'a>),
    /// Up: a frame of its log.
    Frame {
        /// The stamp above which it is the first that the node has.
        before: Stamp,
        /// Head and payload as they stand in flash.
        frame: &'a [u8],
    },
    /// Up: what the node's program said when it failed, and was started again for.
    Panic {
        /// Its text, cut to what the node keeps.
        text: &'a [u8],
    },
    /// Down: say hello.
    Who,
    /// Down: send what is above a stamp.
    Go {
        /// What the gateway has on its disk.
        after: Stamp,
    },
    /// Down: the gateway has frames; see [`millwatt::trust::receipt`].
    Receipt(&'a [u8; RECEIPT]),
    /// Down: the time of day.
    Time {
        /// The gateway's wall clock.
        wall: Instant,
        /// How good that is.
        quality: ClockQuality,
    },
    /// Down: a panic was written down.
    Heard {
        /// The checksum of its text.
        sum: u32,
    },
}

/// Bytes of all messages but frames and panics at most, so that a node's buffer for what comes down can be small.
pub const MOST_HEAD: usize = 1 + 1 + 32 + 3 * 12 + MOST_PROGRAM;

impl<'a> Message<'a> {
    /// The bytes before those that stand elsewhere already, which [`rest`](Self::rest) gives.
    ///
    /// # Errors
    /// [`WireError::BufferFull`].
    pub fn emit(&self, out: &mut Writer<'_>) -> Result<(), WireError> {
        out.byte(self.kind())?;
        match self {
            Self::Hello(hello) => {
                out.byte(hello.protocol)?;
                out.slice(&hello.key)?;
                [hello.newest, hello.receipted, hello.given_up]
                    .iter()
                    .try_for_each(|it| stamp(*it, out))?;
                out.slice(
                    hello
                        .program
                        .as_bytes()
                        .get(..MOST_PROGRAM)
                        .unwrap_or(hello.program.as_bytes()),
                )
            }
            Self::Frame { before, .. } => stamp(*before, out),
            Self::Panic { .. } | Self::Who => Ok(()),
            Self::Go { after } => stamp(*after, out),
            Self::Receipt(receipt) => out.slice(*receipt),
            Self::Time { wall, quality } => {
                out.slice(&wall.unix_milliseconds().to_le_bytes())?;
                out.byte(*quality as u8)
            }
            Self::Heard { sum } => out.slice(&sum.to_le_bytes()),
        }
    }

    /// What stands behind those bytes.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        match self {
            Self::Frame { frame, .. } => frame,
            Self::Panic { text } => text,
            _ => &[],
        }
    }

    const fn kind(&self) -> u8 {
        match self {
            Self::Hello(_) => 1,
            Self::Frame { .. } => 2,
            Self::Panic { .. } => 3,
            Self::Who => 16,
            Self::Go { .. } => 17,
            Self::Receipt(_) => 18,
            Self::Time { .. } => 19,
            Self::Heard { .. } => 20,
        }
    }

    /// Reads a packet's content.
    ///
    /// # Errors
    /// [`WireError::Truncated`], [`WireError::Malformed`]; [`WireError::Kind`] for one that only a later program knows.
    pub fn parse(content: &'a [u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(content);
        let message = match reader.byte()? {
            1 => Self::Hello(hello(&mut reader)?),
            2 => {
                let before = stamp_of(&mut reader)?;
                Self::Frame { before, frame: take_rest(&mut reader)? }
            }
            3 => Self::Panic { text: take_rest(&mut reader)? },
            16 => Self::Who,
            17 => Self::Go { after: stamp_of(&mut reader)? },
            18 => {
                let receipt = reader.slice(RECEIPT)?.try_into();
                Self::Receipt(receipt.map_err(|_| WireError::Truncated)?)
            }
            19 => {
                let wall = Instant::from_unix_milliseconds(i64::from_le_bytes(reader.array()?));
                Self::Time { wall, quality: quality(reader.byte()?)? }
            }
            20 => Self::Heard { sum: u32::from_le_bytes(reader.array()?) },
            _ => return Err(WireError::Kind { length: content.len() }),
        };
        if reader.rest().is_empty() { Ok(message) } else { Err(WireError::Malformed) }
    }
}

fn hello<'a>(reader: &mut Reader<'a>) -> Result<Hello<'a>, WireError> {
    let (protocol, key) = (reader.byte()?, reader.array()?);
    let (newest, receipted) = (stamp_of(reader)?, stamp_of(reader)?);
    let (given_up, program) = (stamp_of(reader)?, take_rest(reader)?);
    let program = core::str::from_utf8(program).map_err(|_| WireError::Malformed)?;
    Ok(Hello { protocol, key, newest, receipted, given_up, program })
}

fn take_rest<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], WireError> {
    reader.slice(reader.rest().len())
}

fn quality(byte: u8) -> Result<ClockQuality, WireError> {
    use ClockQuality::{Behind, NotStated, Set, Synchronised, Unset};
    let all = [NotStated, Unset, Behind, Set, Synchronised];
    all.get(usize::from(byte)).copied().ok_or(WireError::Malformed)
}

fn stamp(stamp: Stamp, out: &mut Writer<'_>) -> Result<(), WireError> {
    out.slice(&stamp.epoch.to_le_bytes())?;
    out.slice(&stamp.sequence.to_le_bytes())
}

fn stamp_of(reader: &mut Reader<'_>) -> Result<Stamp, WireError> {
    let epoch = u32::from_le_bytes(reader.array()?);
    Ok(Stamp { epoch, sequence: u64::from_le_bytes(reader.array()?) })
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn bytes(message: &Message<'_>) -> Vec<u8> {
        let mut buffer = [0; MOST_HEAD];
        let mut out = Writer::new(&mut buffer);
        message.emit(&mut out).expect("fits");
        [out.written(), message.rest()].concat()
    }

    const fn at(epoch: u32, sequence: u64) -> Stamp {
        Stamp { epoch, sequence }
    }

    #[test]
    fn all_messages_come_back() {
        let (newest, receipted, given_up) = (at(3, 9), at(2, 700), at(1, 1));
        let (protocol, key, program) = (PROTOCOL, [9; 32], "millwatt-node 0.0.1");
        let wall = Instant::from_unix_milliseconds(1_795_435_200_000);
        let all = [
            Message::Hello(Hello { protocol, key, newest, receipted, given_up, program }),
            Message::Frame { before: at(1, 2), frame: b"mW..." },
            Message::Panic { text: b"at board.rs:7" },
            Message::Who,
            Message::Go { after: at(7, 0) },
            Message::Receipt(&[5; RECEIPT]),
            Message::Time { wall, quality: ClockQuality::Synchronised },
            Message::Heard { sum: 0xdead_beef },
        ];
        for message in all {
            assert_eq!(Message::parse(&bytes(&message)), Ok(message));
        }
    }

    #[test]
    fn literal_bytes() {
        let go = Message::Go { after: at(3, 9) };
        assert_eq!(bytes(&go), [17, 3, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
        let (wall, quality) = (Instant::from_unix_milliseconds(0x0102), ClockQuality::Set);
        assert_eq!(bytes(&Message::Time { wall, quality }), [19, 2, 1, 0, 0, 0, 0, 0, 0, 3]);
    }

    #[test]
    fn what_only_a_later_program_knows_is_named() {
        assert_eq!(Message::parse(&[99, 1]), Err(WireError::Kind { length: 2 }));
        assert_eq!(Message::parse(&[16, 1]), Err(WireError::Malformed));
        assert_eq!(Message::parse(&[]), Err(WireError::Truncated));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(content in prop::collection::vec(any::<u8>(), 0..120)) {
            if let Ok(message) = Message::parse(&content) {
                let again = bytes(&message);
                prop_assert_eq!(Message::parse(&again), Ok(message));
            }
        }
    }
}
