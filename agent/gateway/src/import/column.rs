//! One channel's fields: text to numbers, numbers to the integers that are kept.

use super::map::ChannelColumn;
use super::number::{self, Number};
use super::report::ChannelReport;
use super::text::open_quote;
use millwatt::Decimal;
use millwatt::production::State;
use millwatt::site::{Kind, Quantity};

/// Most decimals that are kept where the map gives no number.
const MOST_DECIMALS_UNASKED: u8 = 6;

/// What stands in a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Field<'a> {
    /// Text as it was written; empty where there is none.
    Text(&'a str),
    /// A binary figure and the decimal text that stands for it.
    Double(f64, &'a str),
}

/// A column of the file that becomes a channel, and what was met in it.
pub(super) struct Column<'a> {
    /// Its row in the map.
    pub map: &'a ChannelColumn,
    /// Its place in the file.
    pub place: usize,
    /// What it is called in the report, as in ``column `kWh` ``.
    called: String,
    decimal: char,
    most_places: u8,
    empty: usize,
    unreadable: usize,
    rounded: usize,
}

impl<'a> Column<'a> {
    pub fn new(map: &'a ChannelColumn, place: usize, called: String, decimal: char) -> Self {
        let (most_places, empty, unreadable, rounded) = (0, 0, 0, 0);
        Self { map, place, called, decimal, most_places, empty, unreadable, rounded }
    }

    /// Reads a field; `None` where it is empty.
    ///
    /// # Errors
    /// The clause for the report.
    pub fn read(&mut self, field: Field<'_>) -> Result<Option<Number>, String> {
        if field == Field::Text("") {
            self.empty += 1;
            return Ok(None);
        }
        let number = self.number(field).map_err(|why| {
            self.unreadable += 1;
            format!("{}: {why}", self.called)
        })?;
        self.rounded += usize::from(number.rounded());
        self.most_places = self.most_places.max(number.places());
        Ok(Some(number))
    }

    fn number(&self, field: Field<'_>) -> Result<Number, String> {
        let (Field::Text(text) | Field::Double(_, text)) = field;
        open_quote(text.as_bytes()).map_or(Ok(()), Err)?;
        if !self.map.states.is_empty() {
            let code = self.map.states.get(text).copied().map(Number::whole);
            return code.ok_or_else(|| format!("`{text}` is none of the map's `states`"));
        }
        let keep = self.map.decimals.unwrap_or(MOST_DECIMALS_UNASKED);
        let number = match field {
            Field::Text(text) => number::parse(text, self.decimal, keep)?,
            Field::Double(value, text) => number::of_double(value, text, keep)?,
        };
        if self.map.quantity == Quantity::MachineState {
            let code = number.scaled(0).filter(|_| !number.rounded());
            if code.and_then(State::from_code).is_none() {
                let most = State::ALL.len() - 1;
                return Err(format!("`{text}` is no state from 0 to {most}; name it in `states`"));
            }
        }
        Ok(number)
    }

    /// Decimals kept: as the map says, else the most that were met.
    pub fn decimals(&self) -> u8 {
        self.map.decimals.unwrap_or(self.most_places)
    }

    /// A number as it is kept.
    ///
    /// # Errors
    /// The clause for the report.
    pub fn scaled(&mut self, number: Number) -> Result<i64, String> {
        let decimals = self.decimals();
        number.scaled(decimals).ok_or_else(|| {
            self.unreadable += 1;
            let called = &self.called;
            format!("{called}: too large a number for {decimals} decimals")
        })
    }

    /// What became of it, for samples that came to `sum`.
    pub fn report(&self, samples: usize, sum: i128) -> ChannelReport {
        let decimals = self.decimals();
        let is_amount = self.map.kind == Kind::Amount;
        ChannelReport {
            name: self.map.name.clone(),
            unit: self.map.unit.clone(),
            decimals,
            samples,
            empty: self.empty,
            unreadable: self.unreadable,
            rounded: self.rounded,
            total: is_amount.then(|| Decimal::new(sum, decimals).to_string()),
        }
    }
}
