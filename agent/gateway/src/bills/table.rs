//! A CSV file of bills to months: read strictly, every wrong cell named, nothing filled in.

use super::error::{BillsError, Cell, Expected};
use super::factors::Fuel;
use super::figure::{Shows, Sign, shows, thousandths};
use super::header::{Field, Layout};
use super::month::Month;
use crate::import::text::Text;
use std::path::Path;

/// The unit of an output whose unit nothing tells.
const USUAL_UNIT: &str = "kg";

/// What is known of a month; amounts in thousandths of their unit, an empty cell is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// The month.
    pub month: Month,
    line: usize,
    /// Active energy in kWh.
    pub kwh: Option<i128>,
    /// Reactive energy in kvarh.
    pub kvarh: Option<i128>,
    /// Money for active energy before tax, in đồng.
    pub cost: Option<i128>,
    /// Good output.
    pub output: Option<i128>,
    /// Money for all fuels, in đồng.
    pub fuel_cost: Option<i128>,
    /// Fuels in the order of the factors.
    pub fuels: Vec<Option<i128>>,
}

impl Bill {
    /// Its energy and output, where both are known.
    pub fn used_and_made(&self) -> Option<(i128, i128)> {
        self.kwh.zip(self.output)
    }
}

/// The bills of a file, oldest first; there is at least one.
#[derive(Debug)]
pub struct Bills {
    /// The file as it was named.
    pub file: String,
    /// One a month.
    pub bills: Vec<Bill>,
    /// The unit of the output.
    pub unit: String,
    /// Whether the file told that unit.
    pub unit_told: bool,
    /// The places of the fuels that were burnt.
    pub burnt: Vec<usize>,
}

/// A row before its figures can be read.
struct Row {
    line: usize,
    fields: Vec<String>,
}

/// A file whose columns are known.
struct Reader<'a> {
    file: &'a str,
    header: Vec<String>,
    layout: Layout,
    fuels: &'a [Fuel],
}

/// The sign that parts the columns, by the line of their names.
fn delimiter(header: &[u8]) -> u8 {
    let parts = [b';', b'\t'].into_iter().find(|sign| header.contains(sign));
    parts.unwrap_or(b',')
}

impl Bills {
    /// Reads a file; `asked` is its decimal sign where the user was asked for it.
    ///
    /// # Errors
    /// When anything of it cannot be read: a total over half a file would mislead.
    pub fn read(path: &Path, fuels: &[Fuel], asked: Option<Sign>) -> Result<Self, BillsError> {
        let text = Text::read(path)?.without_comments();
        let delimiter = delimiter(text.first_line());
        let mut source = text.rows(delimiter)?;
        let header = source.header.clone();
        let layout = Layout::of(&text.file, &header, fuels)?;
        let reader = Reader { file: &text.file, header, layout, fuels };
        let (mut rows, mut wrong) = (Vec::new(), Vec::new());
        while let Some(row) = source.next()? {
            let fields = (0..reader.header.len()).map(|place| row.field(place).into_owned());
            let fields: Vec<String> = fields.collect();
            if row.shape(fields.len()).is_err() {
                let cell = reader.cell(row.line, 0, &fields);
                wrong.push((cell, Expected::Fields));
            } else if fields.iter().any(|field| !field.is_empty()) {
                rows.push(Row { line: row.line, fields });
            }
        }
        let decimal = match asked {
            Some(sign) => sign,
            None => reader.decimal(&rows, delimiter)?,
        };
        reader.bills(&rows, decimal, wrong)
    }

    /// The last twelve months of the calendar, as far as they stand in the file.
    pub fn year(&self) -> &[Bill] {
        let first = self.last().plus(-11);
        let start = self.bills.partition_point(|bill| bill.month < first);
        self.bills.get(start..).unwrap_or(&[])
    }

    /// The first month.
    pub fn first(&self) -> Month {
        self.bills.first().expect("a file without a month is refused").month
    }

    /// The last month.
    pub fn last(&self) -> Month {
        self.bills.last().expect("a file without a month is refused").month
    }

    /// Months between the first and the last that have no row.
    pub fn missing(&self) -> Vec<Month> {
        let has = |month: Month| self.bills.iter().any(|bill| bill.month == month);
        self.first().until(self.last()).filter(|month| !has(*month)).collect()
    }

    /// Months whose row lacks something.
    pub fn without(&self, of: impl Fn(&Bill) -> Option<i128>) -> Vec<Month> {
        let lacking = self.bills.iter().filter(|bill| of(bill).is_none());
        lacking.map(|bill| bill.month).collect()
    }
}

impl Reader<'_> {
    fn cell(&self, line: usize, place: usize, fields: &[String]) -> Cell {
        let of = |names: &[String]| names.get(place).cloned().unwrap_or_default();
        Cell { line, column: of(&self.header), text: of(fields) }
    }

    /// The decimal sign that the figures show.
    fn decimal(&self, rows: &[Row], delimiter: u8) -> Result<Sign, BillsError> {
        let (mut sure, mut open): (Option<(Sign, Cell)>, Option<Cell>) = (None, None);
        for row in rows {
            for place in self.layout.figures() {
                let cell = || self.cell(row.line, place, &row.fields);
                match row.fields.get(place).map_or(Shows::Nothing, |text| shows(text)) {
                    Shows::Nothing => {}
                    Shows::Either => {
                        open.get_or_insert_with(cell);
                    }
                    Shows::Decimal(sign) => {
                        let (known, first) = sure.get_or_insert_with(|| (sign, cell()));
                        if *known != sign {
                            let cells = Box::new([first.clone(), cell()]);
                            return Err(BillsError::Signs { file: self.file.to_owned(), cells });
                        }
                    }
                }
            }
        }
        match (sure, open) {
            (Some((sign, _)), _) => Ok(sign),
            (None, _) if delimiter == b';' => Ok(Sign::Comma),
            (None, None) => Ok(Sign::Point),
            (None, Some(cell)) => Err(BillsError::WhichSign { file: self.file.to_owned(), cell }),
        }
    }

    fn bills(
        &self,
        rows: &[Row],
        decimal: Sign,
        mut wrong: Vec<(Cell, Expected)>,
    ) -> Result<Bills, BillsError> {
        let read = rows.iter().filter_map(|row| self.bill(row, decimal, &mut wrong));
        let mut bills: Vec<Bill> = read.collect();
        let unit = self.unit(rows, &mut wrong);
        let file = self.file.to_owned();
        if !wrong.is_empty() {
            wrong.sort_by_key(|(cell, _)| cell.line);
            return Err(BillsError::Cells { file, wrong });
        }
        if bills.is_empty() {
            return Err(BillsError::Empty { file });
        }
        bills.sort_by_key(|bill| bill.month);
        if let Some([one, other]) = twice(&bills) {
            let (month, lines) = (one.month, [one.line, other.line]);
            return Err(BillsError::TwiceMonth { file, month, lines });
        }
        let is_burnt = |fuel: &usize| {
            bills.iter().any(|bill| bill.fuels.get(*fuel).copied().flatten() > Some(0))
        };
        let burnt = (0..self.fuels.len()).filter(is_burnt).collect();
        let unit_told = unit.is_some();
        let unit = unit.unwrap_or_else(|| USUAL_UNIT.to_owned());
        Ok(Bills { file, bills, unit, unit_told, burnt })
    }

    /// A row's figures; wrong cells are noted.
    fn bill(&self, row: &Row, decimal: Sign, wrong: &mut Vec<(Cell, Expected)>) -> Option<Bill> {
        let mut figure = |field: Field| {
            let place = self.layout.place(field)?;
            let text = row.fields.get(place).filter(|text| !text.is_empty())?;
            let value = thousandths(text, decimal);
            if value.is_none() {
                wrong.push((self.cell(row.line, place, &row.fields), Expected::Figure));
            }
            value
        };
        let (kwh, kvarh) = (figure(Field::Kwh), figure(Field::Kvarh));
        let (cost, output) = (figure(Field::Cost), figure(Field::Output));
        let fuel_cost = figure(Field::FuelCost);
        let fuels = (0..self.fuels.len()).map(|fuel| figure(Field::Fuel(fuel))).collect();
        let place = self.layout.place(Field::Month)?;
        let Some(month) = row.fields.get(place).and_then(|text| Month::parse(text)) else {
            wrong.push((self.cell(row.line, place, &row.fields), Expected::Month));
            return None;
        };
        Some(Bill { month, line: row.line, kwh, kvarh, cost, output, fuel_cost, fuels })
    }

    /// The unit of the output: the column's name tells it, or its own column does, the same in each row.
    fn unit(&self, rows: &[Row], wrong: &mut Vec<(Cell, Expected)>) -> Option<String> {
        let mut unit = self.layout.unit.map(str::to_owned);
        let Some(place) = self.layout.place(Field::OutputUnit) else { return unit };
        for row in rows {
            let Some(text) = row.fields.get(place).filter(|text| !text.is_empty()) else {
                continue;
            };
            let known = unit.get_or_insert_with(|| text.clone());
            if *known != *text {
                wrong.push((self.cell(row.line, place, &row.fields), Expected::SameUnit));
            }
        }
        unit
    }
}

/// Two bills of one month.
fn twice(bills: &[Bill]) -> Option<[&Bill; 2]> {
    bills.windows(2).find_map(|pair| match pair {
        [one, other] if one.month == other.month => Some([one, other]),
        _ => None,
    })
}
