//! A CSV file as lines of fields: byte order mark, column names, line numbers.

use super::error::ImportError;
use csv::ByteRecord;
use std::borrow::Cow;
use std::path::Path;

/// A whole file in memory.
pub(crate) struct Text {
    /// As it was named.
    pub file: String,
    bytes: Vec<u8>,
}

impl Text {
    /// Reads a file; a UTF-8 byte order mark is left away.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let file = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Self::of(file, bytes),
            Err(error) => {
                let why = error.to_string();
                Err(ImportError::Unreadable { file, why })
            }
        }
    }

    /// As [`read`](Self::read), from the bytes of a file.
    pub fn of(file: String, mut bytes: Vec<u8>) -> Result<Self, ImportError> {
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(ImportError::Encoding { file });
        }
        if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
            bytes.drain(..3);
        }
        Ok(Self { file, bytes })
    }

    /// The same with lines that begin with `#` left blank, quoted ones of spreadsheets too: the others keep
    /// their numbers.
    pub fn without_comments(mut self) -> Self {
        let is_comment = |line: &[u8]| line.starts_with(b"#") || line.starts_with(b"\"#");
        let lines = self.bytes.split_mut(|byte| *byte == b'\n');
        lines.filter(|line| is_comment(line)).for_each(|line| line.fill(b'\r'));
        self
    }

    /// The first line that is not blank, to see how the file is written.
    pub fn first_line(&self) -> &[u8] {
        let mut lines = self.bytes.split(|byte| *byte == b'\n');
        lines.find(|line| !line.trim_ascii().is_empty()).unwrap_or(&[])
    }

    /// Its rows, below the column names.
    pub fn rows(&self, delimiter: u8) -> Result<Rows<'_>, ImportError> {
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(self.bytes.as_slice());
        let mut rows = Rows {
            text: self,
            reader,
            record: ByteRecord::new(),
            counted: (0, 1),
            header: Vec::new(),
        };
        if rows.next()?.is_none() {
            let file = self.file.clone();
            return Err(ImportError::Empty { file });
        }
        let names = rows.record.iter().map(|name| trimmed(name).into_owned());
        rows.header = names.collect();
        while rows.header.last().is_some_and(String::is_empty) {
            rows.header.pop();
        }
        Ok(rows)
    }
}

/// Rows one by one.
pub(crate) struct Rows<'a> {
    text: &'a Text,
    reader: csv::Reader<&'a [u8]>,
    record: ByteRecord,
    /// A place in the bytes and its line number.
    counted: (usize, usize),
    /// The names of the columns.
    pub header: Vec<String>,
}

/// A row and where it stands.
pub(crate) struct Row<'a> {
    /// Counted from 1.
    pub line: usize,
    record: &'a ByteRecord,
}

impl Rows<'_> {
    /// The next row that is not blank.
    pub fn next(&mut self) -> Result<Option<Row<'_>>, ImportError> {
        let more = self.reader.read_byte_record(&mut self.record);
        let more = more.map_err(|error| ImportError::Unreadable {
            file: self.text.file.clone(),
            why: error.to_string(),
        })?;
        if !more {
            return Ok(None);
        }
        let line = self.line();
        Ok(Some(Row { line, record: &self.record }))
    }

    /// The line of the current record: its own position still counts line ends before it.
    fn line(&mut self) -> usize {
        let start = self.record.position().map_or(0, csv::Position::byte);
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let bytes = &self.text.bytes;
        let rest = bytes.get(start..).unwrap_or(&[]);
        let ends = rest.iter().take_while(|byte| b"\r\n".contains(byte));
        let start = start + ends.count();
        let passed = bytes.get(self.counted.0..start).unwrap_or(&[]);
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.counted = (start, self.counted.1 + lines);
        self.counted.1
    }

    /// The place of a column.
    pub fn column(&self, name: &str, key: &'static str) -> Result<usize, ImportError> {
        let mut places = (0..).zip(&self.header).filter(|(_, known)| *known == name);
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Ok(place),
            _ => Err(ImportError::Column {
                file: self.text.file.clone(),
                column: name.to_owned(),
                key,
                known: self.header.clone(),
            }),
        }
    }
}

impl Row<'_> {
    /// A field without the blanks around it; empty where there is none.
    pub fn field(&self, place: usize) -> Cow<'_, str> {
        self.record.get(place).map_or(Cow::Borrowed(""), trimmed)
    }

    /// Whether the row has as many fields as there are columns.
    ///
    /// # Errors
    /// The clause for the report: a torn line or an unquoted comma would else shift its values.
    pub fn shape(&self, columns: usize) -> Result<(), String> {
        let fields = self.record.len();
        let surplus = self.record.iter().skip(columns).any(|field| !field.is_empty());
        let quote = open_quote(self.record.as_slice());
        if fields < columns || surplus {
            let quote = quote.map_or(String::new(), |quote| format!(" and {quote}"));
            return Err(format!("has {fields} fields where {columns} are named{quote}"));
        }
        Ok(())
    }
}

/// The clause for a text that holds line ends.
pub(super) fn open_quote(text: &[u8]) -> Option<String> {
    let more = text.iter().filter(|byte| **byte == b'\n').count();
    (more > 0).then(|| format!("runs over {} lines: is a quote left open?", more + 1))
}

fn trimmed(field: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(field) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}
