//! A column written value by value: what it needs is a model, whatever its length.

use super::range::{Encoder, State};
use super::{CONSTANT, Coder, Hint, MOST_VALUES, PLAIN, choose};
use crate::wire::WireError;
use crate::wire::bytes::Writer;
use crate::wire::column::model::MOST;

/// A value takes no more bytes: sixteen for a residual of 64 bits, or ten for a plain difference.
const LONGEST: usize = 18;

/// A column that is written while its values come.
///
/// Where [`encode`](super::encode) looks at all values to choose how they are told, this needs to know beforehand, by a [`Hint`]
/// of earlier ones. It keeps 1.3 kB, whatever the length, and a value costs a few hundred instructions.
///
/// ```
/// use millwatt::wire::column::{Hint, Stream, Values};
/// let (mut buffer, earlier) = ([0; 256], [230, 231, 229, 230, 232, 230]);
/// let mut column = Stream::new(Hint::of(&earlier), &mut buffer);
/// for value in [231, 230, 229, 231] {
///     column.push(value)?;
/// }
/// let count = column.count();
/// let back: Result<Vec<i64>, _> = Values::new(column.finish(), count)?.collect();
/// assert_eq!(back?, [231, 230, 229, 231]);
/// # Ok::<(), millwatt::wire::WireError>(())
/// ```
#[derive(Debug)]
pub struct Stream<'a> {
    hint: Hint,
    out: Writer<'a>,
    count: usize,
    told: Told,
}

/// How the values so far are told.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "without an allocator the model stands here")]
enum Told {
    /// All are this one, and none is written; of no values any.
    Constant(i64),
    /// The last one.
    Plain(i64),
    Modelled(State, Coder),
}

impl<'a> Stream<'a> {
    /// An empty column.
    #[must_use]
    pub const fn new(hint: Hint, buffer: &'a mut [u8]) -> Self {
        Self { hint, out: Writer::new(buffer), count: 0, told: Told::Constant(0) }
    }

    /// How many values it has.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Adds a value. Equal ones at the beginning wait, and are written with the first that differs.
    ///
    /// # Errors
    /// When the column ends before this value, which then belongs into another: [`WireError::BufferFull`] where there is no
    /// room, [`WireError::Malformed`] where the column has [`MOST_VALUES`], or a model that the value is too large for. What
    /// was pushed before stays, and [`finish`](Self::finish) gives it.
    pub fn push(&mut self, value: i64) -> Result<(), WireError> {
        if self.count >= MOST_VALUES {
            return Err(WireError::Malformed);
        }
        match self.told {
            Told::Constant(first) if self.count > 0 && value != first => {
                self.begin(first, value)?
            }
            Told::Constant(_) if self.out.room() < LONGEST => return Err(WireError::BufferFull),
            Told::Constant(_) => self.told = Told::Constant(value),
            _ => self.write(value)?,
        }
        self.count += 1;
        Ok(())
    }

    /// Writes the equal values so far, and the first that differs.
    fn begin(&mut self, first: i64, value: i64) -> Result<(), WireError> {
        let begun = self.try_begin(first, value);
        if begun.is_err() {
            self.out.truncate(0);
            self.told = Told::Constant(first);
        }
        begun
    }

    fn try_begin(&mut self, first: i64, value: i64) -> Result<(), WireError> {
        if [first, value].iter().all(|value| (-MOST..MOST).contains(value)) {
            let settings = self.hint.settings.unwrap_or(choose::USUAL);
            self.out.byte(settings.to_byte())?;
            self.out.signed(first)?;
            let state = Encoder::new(&mut self.out).stop();
            self.told = Told::Modelled(state, Coder::new(settings, first));
        } else {
            self.out.byte(PLAIN)?;
            self.out.signed(first)?;
            self.told = Told::Plain(first);
        }
        for _ in 1..self.count {
            self.write(first)?;
        }
        self.write(value)
    }

    fn write(&mut self, value: i64) -> Result<(), WireError> {
        let waiting = match &self.told {
            Told::Modelled(..) if !(-MOST..MOST).contains(&value) => {
                return Err(WireError::Malformed);
            }
            Told::Modelled(state, _) => state.waiting(),
            _ => 0,
        };
        if self.out.room() < LONGEST + waiting {
            return Err(WireError::BufferFull);
        }
        match &mut self.told {
            Told::Constant(_) => Ok(()),
            Told::Plain(last) => {
                let before = core::mem::replace(last, value);
                self.out.signed(value.wrapping_sub(before))
            }
            Told::Modelled(state, coder) => {
                let mut encoder = Encoder::resume(&mut self.out, *state);
                coder.encode(&mut encoder, value)?;
                *state = encoder.stop();
                Ok(())
            }
        }
    }

    /// The column's bytes; of no values none.
    #[must_use]
    pub fn finish(mut self) -> &'a [u8] {
        let finished = match self.told {
            Told::Constant(_) if self.count == 0 => Ok(()),
            Told::Constant(value) => self.out.byte(CONSTANT).and_then(|()| self.out.signed(value)),
            Told::Plain(_) => Ok(()),
            Told::Modelled(state, _) => Encoder::resume(&mut self.out, state).finish(),
        };
        debug_assert!(finished.is_ok(), "room was left for it");
        self.out.into_written()
    }
}
