//! The column codec: successive integers, each written by how unexpected it is.
//!
//! A model that both sides keep tells what the next value will be and how far off it may be; a bell of that
//! width gives every value its share, and a range coder turns shares into fractions of bits. The bell's form
//! is known beforehand, so that a column of sixty values is nearly as dense as one of a year. Whole numbers
//! only: what one machine writes every other reads. A value costs some 350 instructions to write: density
//! ranks above speed here, since flash, uplinks and USB sticks are small and a minute is long.
//!
//! ```
//! use millwatt::wire::bytes::Writer;
//! use millwatt::wire::column::{Values, encode};
//! let kilowatt_hours = [4_711_000, 4_711_012, 4_711_025, 4_711_037, 4_711_049];
//! let mut buffer = [0; 64];
//! let mut out = Writer::new(&mut buffer);
//! encode(&kilowatt_hours, &mut out)?;
//! let back: Result<Vec<i64>, _> = Values::new(out.written(), 5)?.collect();
//! assert_eq!(back?, kilowatt_hours);
//! # Ok::<(), millwatt::wire::WireError>(())
//! ```
//!
//! # Source
//! Range coding after G. N. N. Martin (1979); the model is ours.

mod choose;
mod model;
mod outside;
mod range;
mod shape;
mod stream;

pub use stream::Stream;

use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use model::{MOST, Model, Settings};
use outside::Lengths;
use range::{Decoder, Encoder, WHOLE};

/// Head of a column whose values are all equal.
const CONSTANT: u8 = 0xff;
/// Head of a column of plain differences, for values that no model takes.
const PLAIN: u8 = 0xfe;

/// Most values in one column: bounds what a reader may be made to unfold.
pub const MOST_VALUES: usize = 1 << 20;

/// Writes the values of a column; their count is the caller's to keep.
///
/// # Errors
/// [`WireError::BufferFull`].
pub fn encode(values: &[i64], out: &mut Writer<'_>) -> Result<(), WireError> {
    encode_like(values, &mut Hint::default(), out)
}

/// What suited a channel's last column: a writer that keeps one for each channel tries five settings a column
/// where it would try seventeen.
#[derive(Debug, Default, Clone, Copy)]
pub struct Hint {
    settings: Option<Settings>,
    turn: u8,
}

impl Hint {
    /// What suits a channel that has such values.
    #[must_use]
    pub fn of(values: &[i64]) -> Self {
        let is_modelled = values.iter().all(|value| (-MOST..MOST).contains(value));
        let settings = is_modelled.then(|| choose::settings(values));
        Self { settings, turn: 0 }
    }

    fn settings(&mut self, values: &[i64]) -> Settings {
        let settings = match self.settings {
            None => choose::settings(values),
            Some(before) => choose::like(values, before, self.turn),
        };
        self.turn = self.turn.wrapping_add(1);
        self.settings = Some(settings);
        settings
    }
}

/// The same for a channel whose last column was written with this hint.
///
/// # Errors
/// [`WireError::BufferFull`].
pub fn encode_like(values: &[i64], hint: &mut Hint, out: &mut Writer<'_>) -> Result<(), WireError> {
    let Some((first, rest)) = values.split_first() else {
        return Ok(());
    };
    if rest.iter().all(|value| value == first) {
        out.byte(CONSTANT)?;
        return out.signed(*first);
    }
    if values.iter().any(|value| !(-MOST..MOST).contains(value)) {
        return encode_plain(*first, rest, out);
    }
    let settings = hint.settings(values);
    out.byte(settings.to_byte())?;
    out.signed(*first)?;
    let mut encoder = Encoder::new(out);
    let mut coder = Coder::new(settings, *first);
    for value in rest {
        coder.encode(&mut encoder, *value)?;
    }
    encoder.finish()
}

fn encode_plain(first: i64, rest: &[i64], out: &mut Writer<'_>) -> Result<(), WireError> {
    out.byte(PLAIN)?;
    out.signed(first)?;
    let mut last = first;
    for value in rest {
        out.signed(value.wrapping_sub(last))?;
        last = *value;
    }
    Ok(())
}

/// What writer and reader of a column both keep.
#[derive(Debug, Clone)]
struct Coder {
    model: Model,
    lengths: Lengths,
}

impl Coder {
    fn new(settings: Settings, first: i64) -> Self {
        Self { model: Model::new(settings, first), lengths: Lengths::new() }
    }

    fn encode(&mut self, encoder: &mut Encoder<'_, '_>, value: i64) -> Result<(), WireError> {
        let expected = self.model.expected();
        let (whole, window) = expected.window();
        let residual = value - whole;
        let (symbol, plain) = window.split(residual);
        let is_outside = symbol.abs() > window.reach;
        if is_outside {
            encoder.symbol(WHOLE - expected.outside, expected.outside)?;
            self.lengths.encode(encoder, residual)?;
        } else {
            let (from, share) = window.share(symbol);
            encoder.symbol(from, share)?;
            encoder.bits(plain, window.coarse)?;
        }
        self.model.learn(expected, value, is_outside);
        Ok(())
    }

    fn decode(&mut self, decoder: &mut Decoder<'_>) -> Result<i64, WireError> {
        let expected = self.model.expected();
        let (whole, window) = expected.window();
        let target = decoder.target();
        let is_outside = target >= WHOLE - expected.outside;
        let residual = if is_outside {
            decoder.take(WHOLE - expected.outside, expected.outside);
            self.lengths.decode(decoder)
        } else {
            let (symbol, from, share) = window.find(target);
            decoder.take(from, share);
            window.join(symbol, decoder.bits(window.coarse))
        };
        let value = whole.wrapping_add(residual);
        if decoder.is_exhausted() || !(-MOST..MOST).contains(&value) {
            return Err(WireError::Malformed);
        }
        self.model.learn(expected, value, is_outside);
        Ok(value)
    }
}

/// How the values of a column are told.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "without an allocator the model stands here")]
enum Told<'a> {
    Constant,
    Plain(Reader<'a>),
    Modelled(Decoder<'a>, Coder),
}

/// The values of a column, decoded one by one.
#[derive(Debug, Clone)]
pub struct Values<'a> {
    told: Told<'a>,
    last: i64,
    first: bool,
    left: usize,
}

impl<'a> Values<'a> {
    /// Over a column of `count` values.
    ///
    /// # Errors
    /// [`WireError::Truncated`] or [`WireError::Malformed`] when the head is wrong or the count is
    /// beyond [`MOST_VALUES`].
    pub fn new(bytes: &'a [u8], count: usize) -> Result<Self, WireError> {
        if count > MOST_VALUES {
            return Err(WireError::Malformed);
        }
        let mut reader = Reader::new(bytes);
        let (head, last) =
            if count == 0 { (CONSTANT, 0) } else { (reader.byte()?, reader.signed()?) };
        let told = match head {
            CONSTANT => Told::Constant,
            PLAIN => Told::Plain(reader),
            _ if !(-MOST..MOST).contains(&last) => return Err(WireError::Malformed),
            head => {
                let settings = Settings::from_byte(head).ok_or(WireError::Malformed)?;
                Told::Modelled(Decoder::new(reader.rest()), Coder::new(settings, last))
            }
        };
        Ok(Self { told, last, first: true, left: count })
    }

    /// The first value of a column that has some, without the model that the others need.
    pub(super) fn first(bytes: &[u8]) -> Result<i64, WireError> {
        let mut reader = Reader::new(bytes);
        reader.byte()?;
        reader.signed()
    }

    /// None at all.
    #[cfg_attr(not(feature = "alloc"), expect(dead_code, reason = "for columns told by others"))]
    pub(super) const fn none() -> Self {
        Self { told: Told::Constant, last: 0, first: false, left: 0 }
    }

    fn read(&mut self) -> Result<i64, WireError> {
        if core::mem::take(&mut self.first) {
            return Ok(self.last);
        }
        match &mut self.told {
            Told::Constant => {}
            Told::Plain(reader) => self.last = self.last.wrapping_add(reader.signed()?),
            Told::Modelled(decoder, coder) => self.last = coder.decode(decoder)?,
        }
        Ok(self.last)
    }
}

impl Iterator for Values<'_> {
    type Item = Result<i64, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let value = self.read();
        if value.is_err() {
            self.left = 0;
        }
        Some(value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left))
    }
}

#[cfg(test)]
mod tests;
