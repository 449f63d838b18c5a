//! A text file line by line, packed with gzip or not: only one line is in memory.

use super::super::error::ImportError;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Most bytes of a line; longer ones are counted as unreadable.
const MOST_LINE: usize = 1 << 20;

/// Most bytes of a file that is read as a whole.
const MOST_WHOLE: u64 = 1 << 30;

const MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// A line of a file.
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub number: usize,
    /// Without its end, or why there is no text.
    pub text: Result<&'a str, String>,
}

/// A file that is read line by line.
pub(super) struct Lines {
    file: String,
    reader: Box<dyn BufRead>,
    buffer: Vec<u8>,
    number: usize,
}

impl Lines {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read or is no text in UTF-8.
    pub fn open(path: &Path) -> Result<Self, ImportError> {
        let file = path.display().to_string();
        let reader = open(path).map_err(|error| unreadable(&file, &error))?;
        let mut lines = Self { file, reader, buffer: Vec::new(), number: 0 };
        let beginning = lines.beginning()?;
        if beginning.starts_with(&[0xff, 0xfe]) || beginning.starts_with(&[0xfe, 0xff]) {
            return Err(ImportError::Encoding { file: lines.file });
        }
        Ok(lines)
    }

    /// The first bytes that are not read yet, to see what the file is.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn beginning(&mut self) -> Result<&[u8], ImportError> {
        let bytes = self.reader.fill_buf().map_err(|error| unreadable(&self.file, &error))?;
        Ok(bytes.strip_prefix(MARK).unwrap_or(bytes))
    }

    /// The next line.
    ///
    /// # Errors
    /// When the file breaks off.
    pub fn next(&mut self) -> Result<Option<Line<'_>>, ImportError> {
        self.number += 1;
        let number = self.number;
        let whole = self.fill().map_err(|error| ImportError::Content {
            file: self.file.clone(),
            message: format!(
                "breaks off in line {number} ({error}); nothing was imported, get the file again"
            ),
        })?;
        if self.buffer.is_empty() {
            return Ok(None);
        }
        let bytes = self.buffer.trim_ascii_end();
        let bytes = if number == 1 { bytes.strip_prefix(MARK).unwrap_or(bytes) } else { bytes };
        let text = match std::str::from_utf8(bytes) {
            _ if !whole => Err(format!("is longer than {MOST_LINE} bytes")),
            Ok(text) => Ok(text),
            Err(_) => Err("is not UTF-8 text".to_owned()),
        };
        Ok(Some(Line { number, text }))
    }

    /// Reads up to the end of a line; tells whether it was short enough to be kept.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        let mut start = self.reader.by_ref().take(MOST_LINE as u64);
        start.read_until(b'\n', &mut self.buffer)?;
        if self.buffer.len() < MOST_LINE || self.buffer.ends_with(b"\n") {
            return Ok(true);
        }
        loop {
            let bytes = self.reader.fill_buf()?;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let passed = end.map_or(bytes.len(), |end| end + 1);
            self.reader.consume(passed);
            if end.is_some() || passed == 0 {
                return Ok(false);
            }
        }
    }
}

/// A whole file, unpacked.
///
/// # Errors
/// When it cannot be read or is larger than a gigabyte.
pub(super) fn whole(path: &Path) -> Result<Vec<u8>, ImportError> {
    let file = path.display().to_string();
    let reader = open(path).map_err(|error| unreadable(&file, &error))?;
    let mut bytes = Vec::new();
    let read = reader.take(MOST_WHOLE + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(&file, &error))?;
    if bytes.len() as u64 > MOST_WHOLE {
        let message = "is larger than 1 GiB; export shorter periods and import one after the other";
        return Err(ImportError::Content { file, message: message.to_owned() });
    }
    Ok(bytes)
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut reader = BufReader::with_capacity(1 << 16, File::open(path)?);
    if reader.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(reader))));
    }
    Ok(Box::new(reader))
}

fn unreadable(file: &str, error: &io::Error) -> ImportError {
    ImportError::Unreadable { file: file.to_owned(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn texts(bytes: &[u8]) -> Result<Vec<Result<String, String>>, ImportError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lines");
        std::fs::write(&path, bytes).expect("a file");
        let (mut lines, mut texts) = (Lines::open(&path)?, Vec::new());
        while let Some(line) = lines.next()? {
            assert_eq!(line.number, texts.len() + 1);
            texts.push(line.text.map(str::to_owned));
        }
        Ok(texts)
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }

    #[test]
    fn reads_lines_packed_or_not_and_two_packed_files_as_one() {
        type Texts = Result<Vec<Result<String, String>>, ImportError>;
        let expected: Texts = Ok(["one", "", "two"].map(|text| Ok(text.to_owned())).to_vec());
        assert_eq!(texts(b"\xef\xbb\xbfone\r\n\ntwo"), expected);
        assert_eq!(texts(&packed(b"one\n\ntwo\n")), expected);
        assert_eq!(texts(&[packed(b"one\n"), packed(b"\ntwo")].concat()), expected);
        assert_eq!(texts(b""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_line_of_text_is_named_and_the_next_is_read() {
        let long = [&vec![b'x'; MOST_LINE + 5][..], b"\nshort\n\xff\nlast"].concat();
        let texts = texts(&long).expect("a file");
        assert!(texts[0].as_ref().is_err_and(|why| why.contains("longer")), "{:?}", texts[0]);
        assert_eq!(texts[1], Ok("short".to_owned()));
        assert!(texts[2].as_ref().is_err_and(|why| why.contains("UTF-8")));
        assert_eq!(texts[3], Ok("last".to_owned()));
    }

    #[test]
    fn a_packed_file_that_breaks_off_is_refused() {
        let whole = packed("energy value=1 1767225600\n".repeat(9_000).as_bytes());
        let why = texts(&whole[..whole.len() / 2]).expect_err("half a file").to_string();
        assert!(why.contains("breaks off") || why.contains("cannot be read"), "{why}");
        assert!(matches!(texts(b"\xff\xfeo\0"), Err(ImportError::Encoding { .. })));
    }
}
