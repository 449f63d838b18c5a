//! The manifest: a site as records, so that a log explains itself without an allocator.
//!
//! Each record is one postcard value; new kinds are added at the end of the enum, and stand behind those of
//! earlier programs, which read up to the first that they do not know: see [`split`].

use crate::energy::adjustment::NonRoutine;
use crate::energy::fuel::Factor;
use crate::energy::reactive::Step;
use crate::event::Event;
use crate::site::{Asset, AssetId, Band, Baseline, Channel, FuelPrice, Shift, Tariff};
use crate::time::Offset;
use crate::units::Power;
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

/// What reactive power costs, but for its [`Record::ReactiveStep`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reactive<'a> {
    /// The surcharge × 10,000 below the last step.
    pub below: u16,
    /// From this demand on it applies.
    pub demand: Power,
    /// The document that sets it.
    pub source: &'a str,
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
    /// What a unit of energy counts for.
    Factor(Factor<'a>),
    /// What a fuel costs.
    FuelPrice(FuelPrice<'a>),
    /// What reactive power costs.
    Reactive(Reactive<'a>),
    /// A step of that, from the highest power factor down.
    ReactiveStep(Step),
    /// The contracted or registered demand.
    DemandLimit(Power),
    /// A baseline.
    Baseline(Baseline<'a>),
    /// A change of the factory that no driver tells.
    Adjustment(NonRoutine<'a>),
}

/// The number of the last kind of record.
const LAST_KIND: u32 = 13;

impl Record<'_> {
    /// Whether it is of a kind that came behind the channels, where programs before it stop.
    #[must_use]
    pub const fn is_fact(&self) -> bool {
        match self {
            Self::Head(_)
            | Self::Offset(_)
            | Self::Shift(_)
            | Self::Tariff(_)
            | Self::Band(_)
            | Self::Asset(_)
            | Self::Channel(_) => false,
            Self::Factor(_)
            | Self::FuelPrice(_)
            | Self::Reactive(_)
            | Self::ReactiveStep(_)
            | Self::DemandLimit(_)
            | Self::Baseline(_)
            | Self::Adjustment(_) => true,
        }
    }
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

/// The part of a manifest frame's payload that this program can read, and the rest: all from the first record
/// on that is of a later kind, for a record does not tell its length.
///
/// A malformed record is no later kind: it stays in the first part, where who reads it is told so.
#[must_use]
pub fn split(payload: &[u8]) -> (&[u8], &[u8]) {
    let mut rows = records(payload);
    while !rows.bytes.is_empty() {
        if is_of_later_kind(rows.bytes) {
            return payload.split_at(payload.len() - rows.bytes.len());
        }
        // A malformed one leaves no bytes.
        let _ = rows.next();
    }
    (payload, &[])
}

/// Whether the record that begins here is of a kind that this program does not know.
fn is_of_later_kind(bytes: &[u8]) -> bool {
    let kind: Result<(u32, &[u8]), _> = postcard::take_from_bytes(bytes);
    kind.is_ok_and(|(kind, _)| kind > LAST_KIND)
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
    use crate::time::{Date, Every, Instant, Period};
    use crate::units::{Carbon, Energy, OilEquivalent};
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
        assert_eq!(records(&[5, 9, 9]).collect::<Vec<_>>(), [Err(WireError::Malformed)]);
        assert_eq!(split(&[5, 9, 9]), (&[5, 9, 9][..], &[][..]));
    }

    fn bytes_of(record: &Record<'_>) -> Vec<u8> {
        let mut buffer = [0; 128];
        let length = emit(record, &mut buffer).expect("fits");
        assert_eq!(records(&buffer[..length]).collect::<Vec<_>>(), [Ok(*record)]);
        buffer[..length].to_vec()
    }

    const YEAR: Date = Date { year: 2026, month: 1, day: 1 };

    #[test]
    fn literal_bytes_of_what_energy_counts_for_and_costs() {
        let factor = Factor {
            fuel: "wood",
            unit: "kg",
            since: YEAR,
            oil: Some(OilEquivalent::from_milligrams(373_000)),
            heat: None,
            fossil: None,
            biogenic: Some(Carbon::from_milligrams(1_747_200)),
            source: "a",
        };
        let expected = [
            7, 4, b'w', b'o', b'o', b'd', 2, b'k', b'g', 0xd4, 0x1f, 1, 1, 1, 0x90, 0xc4, 0x2d, 0,
            0, 1, 0x80, 0xa4, 0xd5, 0x01, 1, b'a',
        ];
        assert_eq!(bytes_of(&Record::Factor(factor)), expected);
        let (fuel, unit, source) = ("wood", "kg", "a");
        let price = FuelPrice { fuel, unit, since: YEAR, price_thousandths: 1_200_000, source };
        let expected = [
            8, 4, b'w', b'o', b'o', b'd', 2, b'k', b'g', 0xd4, 0x1f, 1, 1, 0x80, 0xbe, 0x92, 0x01,
            1, b'a',
        ];
        assert_eq!(bytes_of(&Record::FuelPrice(price)), expected);
    }

    #[test]
    fn literal_bytes_of_limits_and_changes() {
        let kilowatts = |kilowatts: i128| Power::from_milliwatts(kilowatts * 1_000_000);
        let reactive = Reactive { below: 5_254, demand: kilowatts(40), source: "a" };
        let expected = [9, 0x86, 0x29, 0x80, 0xe8, 0x92, 0x26, 1, b'a'];
        assert_eq!(bytes_of(&Record::Reactive(reactive)), expected);
        assert_eq!(bytes_of(&Record::ReactiveStep((85, 588))), [10_u8, 85, 0xcc, 0x04]);
        assert_eq!(bytes_of(&Record::DemandLimit(kilowatts(45))), [11_u8, 0x80, 0x95, 0xf5, 0x2a]);
        let at = Instant::from_unix_milliseconds;
        let period = Period::new(at(0), at(1_000));
        let (drivers, note) = ("output", "");
        let baseline = Baseline { period, every: Every::Day, drivers, target_per_mille: 30, note };
        let expected = [12, 0, 0xd0, 0x0f, 0, 6, b'o', b'u', b't', b'p', b'u', b't', 30, 0];
        assert_eq!(bytes_of(&Record::Baseline(baseline)), expected);
        let a_day = Energy::from_milliwatt_hours(-1_000);
        let change = NonRoutine { period, a_day, note: "b", source: "a" };
        let expected = [13, 0, 0xd0, 0x0f, 0xcf, 0x0f, 1, b'b', 1, b'a'];
        assert_eq!(bytes_of(&Record::Adjustment(change)), expected);
    }

    #[test]
    fn a_later_kind_ends_what_can_be_read() {
        let step = bytes_of(&Record::ReactiveStep((90, 0)));
        let last = [LAST_KIND as u8, 0, 0, 0, 0, 0];
        assert!(matches!(records(&last).next(), Some(Ok(Record::Adjustment(_)))));
        let next = [LAST_KIND as u8 + 1];
        for later in [&next[..], &[0xff, 0x7f, 1, 2], &[200, 1, 0]] {
            let payload = [&step[..], later].concat();
            assert_eq!(split(&payload), (&step[..], later));
        }
        assert_eq!(split(&step), (&step[..], &[][..]));
        assert_eq!(split(&[]), (&[][..], &[][..]));
    }
}
