//! The column codec: successive integers, each written by how unexpected it is.
//!
//! A [model] tells what the next value will be and how far off it may be; a
//! [bell](shape) of that width gives every value its share, and a [range coder](range) turns shares into
//! fractions of bits. The width's form is known beforehand, so that a column of sixty values is nearly as
//! dense as one of a year. Whole numbers only: what one machine writes every other reads.
//!
//! # Source
//! Range coding after G. N. N. Martin (1979); the model is ours.

mod choose;
mod model;
mod range;
mod shape;

use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer, unzigzag, zigzag};
use model::{Expected, MOST, Model, Settings};
use range::{Decoder, Encoder, WHOLE};
use shape::Window;

/// Head of a column whose values are all equal.
const CONSTANT: u8 = 0xff;
/// Head of a column of plain differences, for values that no model takes.
const PLAIN: u8 = 0xfe;

/// Most values in one column: bounds what a reader may be made to unfold.
pub const MOST_VALUES: usize = 1 << 20;

impl Expected {
    /// The whole number next to the centre, and the window around it.
    fn window(self, settings: Settings) -> (i64, Window) {
        let whole = (self.centre + 128) >> 8;
        let fraction = self.centre - (whole << 8);
        (whole, Window::new(settings.shape, fraction, self.width, self.outside))
    }
}

/// Writes the values of a column; their count is the caller's to keep.
///
/// # Errors
/// [`WireError::BufferFull`].
pub fn encode(values: &[i64], out: &mut Writer<'_>) -> Result<(), WireError> {
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
    let settings = choose::settings(values);
    out.byte(settings.to_byte())?;
    out.signed(*first)?;
    let mut encoder = Encoder::new(out);
    let mut model = Model::new(settings, *first);
    for value in rest {
        encode_value(&mut encoder, settings, &mut model, *value)?;
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

fn encode_value(
    encoder: &mut Encoder<'_, '_>,
    settings: Settings,
    model: &mut Model,
    value: i64,
) -> Result<(), WireError> {
    let expected = model.expected();
    let (whole, window) = expected.window(settings);
    let residual = value - whole;
    let (symbol, plain) = window.split(residual);
    let is_outside = symbol.abs() > window.reach;
    if is_outside {
        encode_outside(encoder, expected.outside, residual)?;
    } else {
        let (from, share) = window.share(symbol);
        encoder.symbol(from, share)?;
        encoder.bits(plain, window.coarse)?;
    }
    model.learn(expected, value, is_outside);
    Ok(())
}

/// Bits that tell how long an outside residual is.
const LENGTH_BITS: u32 = 6;

fn encode_outside(
    encoder: &mut Encoder<'_, '_>,
    share: u32,
    residual: i64,
) -> Result<(), WireError> {
    encoder.symbol(WHOLE - share, share)?;
    let folded = zigzag(residual);
    let length = u64::BITS - 1 - folded.max(1).leading_zeros();
    encoder.bits(length.into(), LENGTH_BITS)?;
    encoder.bits(folded, length)
}

fn decode_outside(decoder: &mut Decoder<'_>, share: u32) -> i64 {
    decoder.take(WHOLE - share, share);
    let length = decoder.bits(LENGTH_BITS) as u32;
    unzigzag(1 << length | decoder.bits(length))
}

/// How the values of a column are told.
#[derive(Debug, Clone)]
enum Told<'a> {
    Constant,
    Plain(Reader<'a>),
    Modelled(Decoder<'a>, Settings, Model),
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
                let model = Model::new(settings, last);
                Told::Modelled(Decoder::new(reader.rest()), settings, model)
            }
        };
        Ok(Self { told, last, first: true, left: count })
    }

    fn read(&mut self) -> Result<i64, WireError> {
        if core::mem::take(&mut self.first) {
            return Ok(self.last);
        }
        match &mut self.told {
            Told::Constant => {}
            Told::Plain(reader) => self.last = self.last.wrapping_add(reader.signed()?),
            Told::Modelled(decoder, settings, model) => {
                self.last = decode_value(decoder, *settings, model)?;
            }
        }
        Ok(self.last)
    }
}

fn decode_value(
    decoder: &mut Decoder<'_>,
    settings: Settings,
    model: &mut Model,
) -> Result<i64, WireError> {
    let expected = model.expected();
    let (whole, window) = expected.window(settings);
    let target = decoder.target();
    let is_outside = target >= WHOLE - expected.outside;
    let residual = if is_outside {
        decode_outside(decoder, expected.outside)
    } else {
        let (symbol, from, share) = window.find(target);
        decoder.take(from, share);
        window.join(symbol, decoder.bits(window.coarse))
    };
    let value = whole.wrapping_add(residual);
    if decoder.is_exhausted() || !(-MOST..MOST).contains(&value) {
        return Err(WireError::Malformed);
    }
    model.learn(expected, value, is_outside);
    Ok(value)
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
