//! System calls as strace writes them down with `-f -xx -y -ttt`: every string in hexadecimal, every open file with
//! its path, the seconds at which it wrote, calls of several threads in parts.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

/// The number that stands for the current folder.
const CURRENT_FOLDER: i64 = -100;

/// What a call gave back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A number.
    Done(i64),
    /// An error, by its name: `EIO`.
    Failed(String),
    /// Nothing: the process was killed in it.
    Never,
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A path, or the bytes to write; the parts of a vector joined.
    Bytes(Vec<u8>),
    /// An open file: its number and where it lies.
    Open(i64, PathBuf),
    /// Flags, numbers and whatever else, as it stands.
    Word(String),
}

/// A system call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The thread that made it.
    pub thread: u32,
    /// Its name.
    pub name: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// What it gave back.
    pub outcome: Outcome,
    /// When it was entered, in seconds; 0 where the trace does not say.
    pub at: f64,
}

/// The two ends of a call: in between, other threads make theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It was entered.
    Began,
    /// It returned, or its process died in it.
    Ended,
}

/// The calls of a run.
#[derive(Debug, Default, Clone)]
pub struct Trace {
    /// In the order in which they were entered.
    pub calls: Vec<Call>,
    /// Their beginnings and ends as they came, each with the call's place in `calls`.
    pub order: Vec<(usize, Mark)>,
}

impl Call {
    /// The number of an open file among the arguments; -1 where there is none.
    #[must_use]
    pub fn number(&self, place: usize) -> i64 {
        match self.arguments.get(place) {
            Some(Argument::Open(number, _)) => *number,
            Some(Argument::Word(word)) => word.parse().unwrap_or(-1),
            _ => -1,
        }
    }

    /// Bytes among the arguments; none where there are none.
    #[must_use]
    pub fn bytes(&self, place: usize) -> &[u8] {
        match self.arguments.get(place) {
            Some(Argument::Bytes(bytes)) => bytes,
            _ => &[],
        }
    }

    /// An argument as it stands; empty where there is none.
    #[must_use]
    pub fn word(&self, place: usize) -> &str {
        match self.arguments.get(place) {
            Some(Argument::Word(word)) => word,
            _ => "",
        }
    }

    /// A path among the arguments, below the folder that the argument before it names.
    #[must_use]
    pub fn path(&self, place: usize) -> PathBuf {
        let path = PathBuf::from(OsString::from_vec(self.bytes(place).to_vec()));
        match place.checked_sub(1).and_then(|before| self.arguments.get(before)) {
            Some(Argument::Open(_, folder)) => folder.join(path),
            _ => path,
        }
    }

    /// The first path that it names: that of an open file, or of the file to be opened, renamed or deleted.
    #[must_use]
    pub fn first_path(&self) -> PathBuf {
        match self.arguments.first() {
            Some(Argument::Open(CURRENT_FOLDER, _)) => self.path(1),
            Some(Argument::Open(_, path)) => path.clone(),
            _ => self.path(0),
        }
    }

    /// Whether any argument lies in a folder.
    #[must_use]
    pub fn touches(&self, folder: &Path) -> bool {
        (0..self.arguments.len()).any(|place| match &self.arguments[place] {
            Argument::Open(_, path) => path.starts_with(folder),
            Argument::Bytes(_) if self.name.contains("write") => false,
            Argument::Bytes(_) => self.path(place).starts_with(folder),
            Argument::Word(_) => false,
        })
    }
}

impl Trace {
    /// Reads a trace.
    ///
    /// # Panics
    /// When a line is none of strace's.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut trace = Self::default();
        let mut begun = BTreeMap::new();
        for line in text.lines() {
            let (thread, rest) = line.split_once(' ').unwrap_or((line, ""));
            let thread: u32 =
                thread.parse().unwrap_or_else(|_| panic!("not of a trace: {line:.200}"));
            let (rest, at) = without_time(rest.trim_start());
            if !rest.starts_with("+++") && !rest.starts_with("---") {
                trace.line((thread, at), rest, &mut begun);
            }
        }
        let never = begun.into_values().map(|(place, _)| (place, Mark::Ended));
        trace.order.extend(never);
        trace
    }

    fn line<'a>(
        &mut self,
        (thread, at): (u32, f64),
        text: &'a str,
        begun: &mut BTreeMap<u32, (usize, &'a str)>,
    ) {
        if let Some(resumed) = text.strip_prefix("<... ") {
            let (place, head) = begun.remove(&thread).expect("what is resumed was begun");
            let (_, tail) = resumed.split_once(" resumed>").expect("strace says so");
            let at = self.calls[place].at;
            self.calls[place] = call(thread, at, &format!("{head}{tail}"));
            self.order.push((place, Mark::Ended));
            return;
        }
        let place = self.calls.len();
        self.order.push((place, Mark::Began));
        let Some((head, rest)) = text.split_once("<unfinished ...>") else {
            self.calls.push(call(thread, at, text));
            self.order.push((place, Mark::Ended));
            return;
        };
        self.calls.push(call(thread, at, &format!("{head}) = ?")));
        if rest.is_empty() {
            begun.insert(thread, (place, head));
        } else {
            self.order.push((place, Mark::Ended));
        }
    }

    /// The same run without the calls of a name, as if the program had never made them.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.order.retain(|(place, _)| self.calls[*place].name != name);
        self
    }
}

/// Cuts off the seconds before a call.
fn without_time(text: &str) -> (&str, f64) {
    let parted = text.split_once(' ').and_then(|(at, rest)| Some((rest, at.parse().ok()?)));
    parted.unwrap_or((text, 0.0))
}

fn call(thread: u32, at: f64, text: &str) -> Call {
    let parted = text.split_once('(').and_then(|(name, rest)| {
        let (arguments, outcome) = rest.rsplit_once(" = ")?;
        Some((name, arguments.trim_end().strip_suffix(')')?, outcome))
    });
    let (name, arguments, outcome) =
        parted.unwrap_or_else(|| panic!("no call that can be read: {text:.200}"));
    let arguments = split(arguments).into_iter().map(argument).collect();
    Call { thread, name: name.to_owned(), arguments, outcome: outcome_of(outcome), at }
}

/// Cuts at the commas that stand in no string and no brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut is_quoted) = (Vec::new(), 0, 0, false);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'[' | b'{' | b'(' => depth += 1,
            b']' | b'}' | b')' => depth -= 1,
            b',' if depth == 0 => {
                parts.push(text[start..place].trim());
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

fn argument(text: &str) -> Argument {
    if text.contains('"') {
        assert!(!text.contains("\"..."), "strace cut a string short: {text:.80}");
        return Argument::Bytes(text.split('"').skip(1).step_by(2).flat_map(bytes_of).collect());
    }
    let open = text.split_once('<').and_then(|(number, rest)| {
        let (path, _) = rest.split_once('>')?;
        let number = if number == "AT_FDCWD" { CURRENT_FOLDER } else { number.parse().ok()? };
        Some(Argument::Open(number, PathBuf::from(OsString::from_vec(bytes_of(path)))))
    });
    open.unwrap_or_else(|| Argument::Word(text.to_owned()))
}

/// The bytes of `\x6d\x57`; other text as it stands.
fn bytes_of(text: &str) -> Vec<u8> {
    if !text.starts_with("\\x") {
        return text.as_bytes().to_vec();
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("strace writes digits") as u8;
    text.as_bytes().chunks_exact(4).map(|four| digit(four[2]) << 4 | digit(four[3])).collect()
}

fn outcome_of(text: &str) -> Outcome {
    let text = text.trim();
    if text.starts_with('?') {
        return Outcome::Never;
    }
    if let Some(error) = text.strip_prefix("-1 ") {
        return Outcome::Failed(error.split(' ').next().unwrap_or_default().to_owned());
    }
    let digits = text.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    Outcome::Done(digits.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"9070  openat(AT_FDCWD</\x77>, "\x64\x2f\x61", O_WRONLY|O_CREAT, 0644) = 3<\x2f\x64\x2f\x61>
9070  write(3<\x2f\x64\x2f\x61>, "\x6d\x57\x00", 3 <unfinished ...>
9071 12.5 fsync(4<\x2f\x64>)                 = -1 EIO (Input/output error) (INJECTED)
9071  +++ exited with 0 +++
9070  <... write resumed>)              = 3
9070  writev(1<\x70>, [{iov_base="\x6b", iov_len=1}, {iov_base="\x0a", iov_len=1}], 2) = 2
9070  fdatasync(3<\x2f\x64\x2f\x61>)     = ?
9070  +++ killed by SIGKILL +++
"#;

    #[test]
    fn calls_of_two_threads_are_put_together() {
        let trace = Trace::parse(TEXT);
        let names: Vec<&str> = trace.calls.iter().map(|call| &call.name[..]).collect();
        assert_eq!(names, ["openat", "write", "fsync", "writev", "fdatasync"]);
        use Mark::{Began, Ended};
        let marks = [(1, Began), (2, Began), (2, Ended), (1, Ended)];
        assert_eq!(trace.order[2..6], marks);
        assert_eq!(trace.calls[1].bytes(1), b"mW\0");
        assert_eq!((trace.calls[1].number(0), &trace.calls[1].outcome), (3, &Outcome::Done(3)));
        assert_eq!(trace.calls[3].bytes(1), b"k\n");
    }

    #[test]
    fn paths_and_failures_are_read() {
        let trace = Trace::parse(TEXT);
        assert_eq!(trace.calls[0].outcome, Outcome::Done(3));
        assert!(trace.calls[0].word(2).contains("O_CREAT"));
        assert!(trace.calls[0].path(1).ends_with("d/a"));
        assert_eq!(trace.calls[1].first_path(), Path::new("/d/a"));
        assert!(
            trace.calls[2].touches(Path::new("/d")) && !trace.calls[3].touches(Path::new("/d"))
        );
        assert_eq!(trace.calls[2].outcome, Outcome::Failed("EIO".to_owned()));
        assert_eq!((trace.calls[2].at, &trace.calls[4].outcome), (12.5, &Outcome::Never));
        assert_eq!(trace.without("write").order.len(), 8);
    }
}
