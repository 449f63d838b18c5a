//! The manifest: a site as records, so that a log explains itself without an allocator.
//!
//! Each record is one postcard value; new kinds are added at the end of the enum.

use crate::event::Event;
use crate::site::{Asset, AssetId, Band, Channel, Shift, Tariff};
use crate::time::Offset;
use crate::wire::WireError;
use serde::{Deserialize, Serialize};

/// What the whole site is called and counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head<'a> {
    /// The name that people read.
    pub name: &'a str,
    /// IANA name of the zone.
    pub zone: &'a str,
    /// ISO 4217 code.
    pub currency: &'a str,
    /// The asset whose meter carries the whole site.
    pub main: Option<AssetId>,
    /// The asset whose good count is the site's output.
    pub output: Option<AssetId>,
    /// The output's unit.
    pub output_unit: &'a str,
}

/// One row of a manifest. Assets and channels are numbered in the order they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record<'a> {
    /// First of all.
    #[serde(borrow)]
    Head(Head<'a>),
    /// A change of the zone's offset.
    Offset(Offset),
    /// Planned work.
    Shift(Shift<'a>),
    /// A price list.
    Tariff(Tariff<'a>),
    /// A band of a price list.
    Band(Band<'a>),
    /// An asset.
    Asset(Asset<'a>),
    /// A channel.
    Channel(Channel<'a>),
}

/// Records one after the other, as postcard writes them.
#[derive(Debug, Clone)]
pub struct Postcards<'a, T> {
    bytes: &'a [u8],
    of: core::marker::PhantomData<T>,
}

/// The rows of a manifest frame's payload.
#[must_use]
pub const fn records(payload: &[u8]) -> Postcards<'_, Record<'_>> {
    Postcards { bytes: payload, of: core::marker::PhantomData }
}

/// The events of an events frame's payload.
#[must_use]
pub const fn events(payload: &[u8]) -> Postcards<'_, Event<'_>> {
    Postcards { bytes: payload, of: core::marker::PhantomData }
}

impl<'a, T: Deserialize<'a>> Postcards<'a, T> {
    /// Each with its bytes.
    pub fn with_bytes(mut self) -> impl Iterator<Item = Result<(T, &'a [u8]), WireError>> {
        core::iter::from_fn(move || {
            let before = self.bytes;
            let item = self.next()?;
            Some(item.map(|item| (item, &before[..before.len() - self.bytes.len()])))
        })
    }
}

impl<'a, T: Deserialize<'a>> Iterator for Postcards<'a, T> {
    type Item = Result<T, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.bytes.is_empty() {
            return None;
        }
        match postcard::take_from_bytes(self.bytes) {
            Ok((record, rest)) => {
                self.bytes = rest;
                Some(Ok(record))
            }
            Err(_) => {
                self.bytes = &[];
                Some(Err(WireError::Malformed))
            }
        }
    }
}

/// Writes one record or event behind the others; gives its length.
///
/// # Errors
/// [`WireError::BufferFull`].
pub fn emit<T: Serialize>(record: &T, buffer: &mut [u8]) -> Result<usize, WireError> {
    let written = postcard::to_slice(record, buffer).map_err(|_| WireError::BufferFull)?;
    Ok(written.len())
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::event::EventKind;
    use crate::time::Instant;
    use std::vec::Vec;

    #[test]
    fn records_come_back_without_an_allocator() {
        let head = Head {
            name: "Xưởng gỗ",
            zone: "Asia/Bangkok",
            currency: "VND",
            main: Some(AssetId(0)),
            output: None,
            output_unit: "m³",
        };
        let offset = Offset { since: Instant::MIN, minutes: 420 };
        let mut buffer = [0; 128];
        let first = emit(&Record::Head(head), &mut buffer).expect("fits");
        let second = emit(&Record::Offset(offset), &mut buffer[first..]).expect("fits");
        let got: Vec<_> = records(&buffer[..first + second]).collect();
        assert_eq!(got, [Ok(Record::Head(head)), Ok(Record::Offset(offset))]);
    }

    #[test]
    fn literal_bytes_of_an_event() {
        let event = Event {
            at: Instant::from_unix_milliseconds(1_000),
            until: None,
            kind: EventKind::Fuel,
            asset: "kiln",
            product: "wood",
            thousandths: 25_000,
            unit: "kg",
            note: "",
        };
        let mut buffer = [0; 64];
        let length = emit(&event, &mut buffer).expect("fits");
        let expected = [
            0xd0, 0x0f, 0, 3, 4, b'k', b'i', b'l', b'n', 4, b'w', b'o', b'o', b'd', 0xd0, 0x86,
            0x03, 2, b'k', b'g', 0,
        ];
        assert_eq!(buffer[..length], expected);
        assert_eq!(events(&expected).next(), Some(Ok(event)));
        assert_eq!(events(&expected).with_bytes().next(), Some(Ok((event, &expected[..]))));
    }

    #[test]
    fn a_torn_record_ends_the_row() {
        assert_eq!(records(&[9, 9, 9]).collect::<Vec<_>>(), [Err(WireError::Malformed)]);
    }
}
