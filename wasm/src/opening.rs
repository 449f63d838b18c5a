//! What a file is before anything in it is believed: a log, a report that carries one, or something
//! else; and what to do about it, in the reader's words.

use crate::format;
use crate::words::{Language, Text as _};
use millwatt::Decimal;
use millwatt::archive::Archive;
use millwatt::wire::frame::HEAD;
use millwatt::wire::{FrameKind, Frames};

/// Most bytes of a log that the page takes: what the gateway lets a report unfold to.
pub const MOST_BYTES: usize = 1 << 30;

crate::words! {
    enum Word {
        Whole: "Tệp nguyên vẹn.", "The file is whole.";
        Damaged: "{} byte của tệp bị hỏng, chỗ đầu tiên ở byte thứ {}; {} byte còn lại vẫn đọc được và được hiển thị. Hãy xin lại tệp từ nơi gửi.", "{} bytes of the file are damaged, the first at byte {}; the other {} can be read and are shown. Ask for the file again where it came from.";
        DamagedInside: "{} byte của nhật ký có nội dung không đọc được; {} byte còn lại vẫn đọc được và được hiển thị. Hãy xin lại tệp từ nơi gửi.", "{} bytes of the log hold something that cannot be read; the other {} can be read and are shown. Ask for the file again where it came from.";
        Truncated: "Tệp đứt ở byte thứ {}: {} byte cuối không thành một bản ghi. Mọi bản ghi trước đó vẫn đọc được và được hiển thị. Hãy sao chép hoặc tải lại tệp.", "The file breaks off behind byte {}: its last {} bytes are no whole record. Every record before them can be read and is shown. Copy or download the file again.";
        Foreign: "Đây không phải nhật ký hay báo cáo của millwatt: {}. Hãy chọn tệp report.html do millwatt tạo, hoặc một tệp .mwlog.", "This is no log and no report of millwatt: {}. Choose a report.html that millwatt made, or a file .mwlog.";
        LooksPage: "đây là một trang web khác", "it is some other web page";
        LooksTable: "đây là bảng chữ hoặc CSV; số liệu cũ được đưa vào bằng lệnh millwatt import", "it is text or a CSV table; older data comes in by `millwatt import`";
        LooksPacked: "đây là tệp nén hoặc bảng tính Excel", "it is a packed file or a spreadsheet";
        LooksPrinted: "đây là bản in PDF; số liệu nằm trong tệp HTML", "it is a printed PDF; the data is in the HTML file";
        LooksPicture: "đây là một tấm ảnh", "it is a picture";
        LooksUnknown: "không nhận ra loại tệp", "what it is cannot be told";
        Newer: "Tệp được ghi theo định dạng phiên bản {}; trang này chỉ đọc phiên bản 1. Hãy mở bằng báo cáo do bản millwatt mới hơn tạo ra.", "The file is written in format version {}; this page reads version 1 only. Open it with a report that a newer millwatt made.";
        Older: "Tệp được ghi theo bản nháp cũ của định dạng (phiên bản {}), không còn đọc được. Hãy tạo lại báo cáo từ thư mục nhật ký.", "The file is written in an old draft of the format (version {}), which is not read any more. Make the report again from the log's folder.";
        Later: "Tệp do bản millwatt mới hơn ghi: phần trang này chưa biết được bỏ qua, mọi thứ khác được hiển thị.", "A newer millwatt wrote this file: what this page does not know yet is passed over, all else is shown.";
        Enormous: "Tệp có {} MB, quá lớn: trang này đọc được nhiều nhất {} MB. Hãy mở một nhật ký ngắn hơn, hoặc tính bằng lệnh millwatt indicators.", "The file has {} MB, which is too much: this page takes {} MB at most. Open a shorter log, or compute with `millwatt indicators`.";
        Empty: "Tệp rỗng, không có byte nào: có lẽ việc sao chép chưa xong. Hãy sao chép lại.", "The file is empty, not a byte in it: perhaps it was not copied to its end. Copy it again.";
        Nameless: "Tệp có bản ghi nhưng thiếu bản mô tả nhà máy, nên không biết các con số nghĩa là gì. Hãy lấy lại báo cáo hoặc cả thư mục nhật ký.", "The file has records but nothing that describes the site, so that its numbers mean nothing. Take the report again, or the log's whole folder.";
        Silent: "Nhật ký chưa có số đọc nào. Kiểm tra millwatt run và đường nối công tơ, rồi mở lại.", "The log holds no reading yet. Check `millwatt run` and the meters' connection, then open it again.";
    }
}

/// What a file is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// A log that is sound from its first byte to its last.
    #[default]
    Whole,
    /// A log of which some bytes cannot be read.
    Damaged {
        /// How many.
        bytes: usize,
        /// Where the first of them stands; `None` where a sound record holds what cannot be read.
        first: Option<usize>,
        /// Bytes that can be read.
        readable: usize,
    },
    /// A log that is sound up to where it breaks off within a record.
    Truncated {
        /// Bytes of whole records.
        readable: usize,
        /// Bytes behind them.
        torn: usize,
    },
    /// No log.
    Foreign(Looks),
    /// A log in a version of the format that this page does not read.
    Newer {
        /// Which.
        version: u8,
    },
    /// A log of which some records are known to a later program only.
    Later,
    /// Too much for a page.
    Enormous {
        /// How many bytes.
        bytes: u64,
    },
    /// Nothing.
    Empty,
    /// Records without the manifest that gives them a meaning.
    Nameless,
    /// A site of which nothing was read yet.
    Silent,
}

/// What a file that is no log looks like by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// A web page.
    Page,
    /// Text, perhaps a table.
    Table,
    /// A packed file; spreadsheets are packed, too.
    Packed,
    /// A document for print.
    Printed,
    /// A picture.
    Picture,
    /// Nothing known.
    Unknown,
}

impl Looks {
    fn of(bytes: &[u8]) -> Self {
        let begin = bytes.get(..512).unwrap_or(bytes);
        let marks: [(&[u8], Self); 6] = [
            (b"PK", Self::Packed),
            (b"\x1f\x8b", Self::Packed),
            (b"%PDF", Self::Printed),
            (b"\x89PNG", Self::Picture),
            (b"\xff\xd8\xff", Self::Picture),
            (b"GIF8", Self::Picture),
        ];
        if let Some((_, looks)) = marks.into_iter().find(|(mark, _)| begin.starts_with(mark)) {
            return looks;
        }
        let text = begin.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begin).trim_ascii_start();
        match text.first() {
            Some(b'<') => Self::Page,
            Some(_) if text.iter().all(|byte| *byte >= b' ' || b"\t\r\n".contains(byte)) => {
                Self::Table
            }
            _ => Self::Unknown,
        }
    }

    const fn word(self) -> Word {
        match self {
            Self::Page => Word::LooksPage,
            Self::Table => Word::LooksTable,
            Self::Packed => Word::LooksPacked,
            Self::Printed => Word::LooksPrinted,
            Self::Picture => Word::LooksPicture,
            Self::Unknown => Word::LooksUnknown,
        }
    }
}

impl Opening {
    /// Whether there is nothing to say of it.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self == Self::Whole
    }

    /// What is wrong and where, what can still be read, and the way out.
    #[must_use]
    pub fn sentence(self, language: Language) -> String {
        let count = |bytes: usize| format::exact(Decimal::new(bytes as i128, 0), language);
        let megabytes = |bytes: u64| {
            format::exact(Decimal::new(i128::from(bytes).div_euclid(1_000_000), 0), language)
        };
        let fill = |word: Word, figures: &[&str]| word.fill(language, figures);
        match self {
            Self::Whole => fill(Word::Whole, &[]),
            Self::Damaged { bytes, first, readable } => {
                let rest = count(readable);
                match first {
                    Some(first) => fill(Word::Damaged, &[&count(bytes), &count(first), &rest]),
                    None => fill(Word::DamagedInside, &[&count(bytes), &rest]),
                }
            }
            Self::Truncated { readable, torn } => {
                fill(Word::Truncated, &[&count(readable), &count(torn)])
            }
            Self::Foreign(looks) => fill(Word::Foreign, &[looks.word().text(language)]),
            Self::Newer { version: 0 } => fill(Word::Older, &["0"]),
            Self::Newer { version } => fill(Word::Newer, &[&version.to_string()]),
            Self::Later => fill(Word::Later, &[]),
            Self::Enormous { bytes } => {
                fill(Word::Enormous, &[&megabytes(bytes), &megabytes(MOST_BYTES as u64)])
            }
            Self::Empty => fill(Word::Empty, &[]),
            Self::Nameless => fill(Word::Nameless, &[]),
            Self::Silent => fill(Word::Silent, &[]),
        }
    }

    /// The sentence in both languages, for who has not chosen one yet.
    #[must_use]
    pub fn sentences(self) -> String {
        let [vi, en] = [Language::Vietnamese, Language::English].map(|one| self.sentence(one));
        format!("{vi} {en}")
    }
}

/// What a file's bytes are. Goes through all of them once.
///
/// ```
/// use millwatt_report::opening::{Looks, Opening, of};
/// assert_eq!(of(b""), Opening::Empty);
/// assert_eq!(of(b"PK\x03\x04"), Opening::Foreign(Looks::Packed));
/// ```
#[must_use]
pub fn of(bytes: &[u8]) -> Opening {
    match bytes.len() {
        0 => Opening::Empty,
        length if length > MOST_BYTES => Opening::Enormous { bytes: length as u64 },
        _ => Walk::through(bytes).opening(bytes),
    }
}

/// Reads a log as far as it can be read, and says what its file is.
///
/// # Errors
/// What the file is, where nothing of it can be shown.
pub fn open(bytes: &[u8]) -> Result<(Archive, Opening), Opening> {
    if bytes.is_empty() || bytes.len() > MOST_BYTES {
        return Err(of(bytes));
    }
    let Ok(archive) = Archive::load(bytes) else {
        return Err(match of(bytes) {
            told @ (Opening::Foreign(_) | Opening::Newer { .. }) => told,
            _ => Opening::Nameless,
        });
    };
    if archive.span().is_none() {
        let is_read = archive.parts().is_ok();
        return Err(if is_read { Opening::Silent } else { Opening::Nameless });
    }
    let damaged = archive.damaged();
    let opening = match damaged {
        0 if archive.later() == 0 => Opening::Whole,
        0 => Opening::Later,
        _ => of(bytes),
    };
    let is_inside = damaged > 0 && matches!(opening, Opening::Whole | Opening::Later);
    let readable = bytes.len().saturating_sub(damaged);
    let inside = Opening::Damaged { bytes: damaged, first: None, readable };
    Ok((archive, if is_inside { inside } else { opening }))
}

/// The log that a report's page carries, still packed: gzip in base64, up to where the page breaks off.
///
/// # Errors
/// [`Opening::Foreign`] for another page, [`Opening::Empty`] for a report without data.
pub fn log_in_report(html: &str) -> Result<&str, Opening> {
    const BEFORE: &str = "id=\"data\">";
    let foreign = || Opening::Foreign(Looks::of(html.as_bytes()));
    let (_, rest) = html.split_once(BEFORE).ok_or_else(foreign)?;
    let packed = rest.split('<').next().unwrap_or_default().trim();
    // A page that breaks off may leave a part of four letters.
    let packed = packed.get(..packed.len() / 4 * 4).ok_or_else(foreign)?;
    if packed.is_empty() { Err(Opening::Empty) } else { Ok(packed) }
}

/// What stands in a row of bytes that should be frames.
#[derive(Debug, Default)]
struct Walk {
    frames: usize,
    has_manifest: bool,
    has_content: bool,
    damaged: usize,
    first: Option<usize>,
    later: usize,
    foreign: Option<u8>,
    sound_end: usize,
}

impl Walk {
    fn through(bytes: &[u8]) -> Self {
        let mut walk = Self::default();
        let mut frames = Frames::new(bytes);
        while let Some(frame) = frames.next() {
            walk.frames += 1;
            walk.has_manifest |= frame.kind == FrameKind::Manifest;
            walk.has_content |= matches!(frame.kind, FrameKind::Readings | FrameKind::Events);
            let begins = frames.sound_end() - frame.length();
            let new = frames.damaged() - walk.damaged;
            if new > 0 {
                walk.first = walk.first.or(Some(begins.saturating_sub(new)));
                walk.damaged = frames.damaged();
            }
        }
        (walk.later, walk.foreign) = (frames.later(), frames.foreign());
        walk.sound_end = frames.sound_end();
        if walk.first.is_some() {
            walk.damaged = frames.damaged();
        }
        walk
    }

    /// Where nothing else is wrong, what stands behind the last frame may be a torn one.
    fn opening(&self, bytes: &[u8]) -> Opening {
        let behind = bytes.get(self.sound_end..).unwrap_or_default();
        let damaged = self.damaged.max(behind.len());
        let all = Opening::Damaged {
            bytes: damaged,
            first: self.first.or(Some(self.sound_end)),
            readable: bytes.len().saturating_sub(damaged),
        };
        match self.foreign {
            Some(version) if self.frames == 0 || !self.has_manifest => Opening::Newer { version },
            _ if self.frames == 0 => Opening::Foreign(Looks::of(bytes)),
            _ if !self.has_manifest => Opening::Nameless,
            _ if self.damaged > 0 => all,
            _ if is_torn(behind) => {
                Opening::Truncated { readable: self.sound_end, torn: behind.len() }
            }
            _ if !behind.is_empty() => all,
            _ if !self.has_content => Opening::Silent,
            _ if self.later > 0 => Opening::Later,
            _ => Opening::Whole,
        }
    }
}

/// Whether bytes are the beginning of a frame that goes on behind them.
fn is_torn(rest: &[u8]) -> bool {
    const MAGIC: &[u8] = b"mW";
    let promised = match rest {
        [_, _, _, _, low, middle, high, ..] => {
            HEAD + u32::from_le_bytes([*low, *middle, *high, 0]) as usize
        }
        _ => HEAD,
    };
    let begins = rest.starts_with(MAGIC) || MAGIC.starts_with(rest);
    begins && !rest.is_empty() && rest.len() < promised
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_logs_are_told_by_their_looks() {
        let looks = |bytes: &[u8]| match of(bytes) {
            Opening::Foreign(looks) => looks,
            other => panic!("{other:?}"),
        };
        assert_eq!(looks(b"\xef\xbb\xbf <!DOCTYPE html>"), Looks::Page);
        assert_eq!(looks("ngày;kWh\r\n1;2".as_bytes()), Looks::Table);
        assert_eq!(looks(b"\x89PNG\r\n"), Looks::Picture);
        assert_eq!(looks(b"%PDF-1.7"), Looks::Printed);
        assert_eq!(looks(&[7, 0, 1, 255]), Looks::Unknown);
    }

    #[test]
    fn a_page_gives_its_packed_log_even_where_it_breaks_off() {
        let page = "<html><script id=\"data\">QUJDRA==</script>";
        assert_eq!(log_in_report(page), Ok("QUJDRA=="));
        assert_eq!(log_in_report("<script id=\"data\">QUJDRA"), Ok("QUJD"));
        assert_eq!(log_in_report("<script id=\"data\"></script>"), Err(Opening::Empty));
        assert_eq!(log_in_report("<p>hello"), Err(Opening::Foreign(Looks::Page)));
        assert!(log_in_report("id=\"data\">ếế").is_err());
    }

    #[test]
    fn a_beginning_of_a_frame_is_torn_and_noise_is_not() {
        assert!(is_torn(b"m") && is_torn(b"mW") && is_torn(b"mW\x01\x01\x09\0\0\x04"));
        assert!(!is_torn(b"") && !is_torn(b"xyz"));
        let mut whole = vec![0; HEAD];
        whole[..2].copy_from_slice(b"mW");
        assert!(!is_torn(&whole), "all that it promises is there");
    }

    #[test]
    fn sentences_name_place_and_way_out() {
        let damaged = Opening::Damaged { bytes: 1_234, first: Some(5_678), readable: 98_766 };
        let said = damaged.sentence(Language::English);
        assert!(
            said.contains("1,234") && said.contains("5,678") && said.contains("98,766"),
            "{said}"
        );
        let newer = Opening::Newer { version: 2 }.sentences();
        assert!(newer.contains("phiên bản 2") && newer.contains("version 2"), "{newer}");
        let enormous = Opening::Enormous { bytes: 5_000_000_000 }.sentence(Language::Vietnamese);
        assert!(enormous.contains("5.000") && enormous.contains("1.073"), "{enormous}");
    }
}
