//! A disk under recorded calls: at each place among them, what is certain to survive a crash and what is not.
//!
//! It promises little, less than any file system in use:
//! - a file's bytes and length are certain once a sync of the file has returned;
//! - a name that was given, changed or taken away is certain once a sync of its folder has returned that was entered
//!   later; until then any of the changes in a folder may have happened without the others, but a rename as a whole;
//! - of everything else any part may be there; see [`Content`].
//!
//! A folder's failed sync leaves its changes waiting for the next: file systems keep them in a journal, and stop
//! taking writes when that fails. A call that the model does not know, on a file that it follows, ends the test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::choices::Choices;
use super::content::Content;
use super::trace::{Call, Outcome};

/// What stands under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

type Names = BTreeMap<PathBuf, Node>;

/// A change among names.
#[derive(Debug, Clone)]
enum Change {
    Named(PathBuf, Node),
    Gone(PathBuf),
    Moved { from: PathBuf, to: PathBuf, node: Node },
}

impl Change {
    fn folder(&self) -> Option<&Path> {
        match self {
            Self::Named(path, _) | Self::Gone(path) | Self::Moved { to: path, .. } => path.parent(),
        }
    }

    fn apply(&self, names: &mut Names) {
        match self {
            Self::Named(path, node) => {
                names.insert(path.clone(), *node);
            }
            Self::Gone(path) => {
                names.remove(path);
            }
            Self::Moved { from, to, node } => {
                if names.get(from) == Some(node) {
                    names.remove(from);
                }
                names.insert(to.clone(), *node);
            }
        }
    }
}

/// An open file or folder.
#[derive(Debug, Clone)]
struct Open {
    node: Node,
    /// Below the top.
    path: PathBuf,
    place: usize,
    appends: bool,
}

/// What a call did that somebody may have seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Nothing among names.
    Nothing,
    /// A file has this name now.
    Renamed(PathBuf),
    /// A file with this content has gone.
    Deleted(PathBuf, Vec<u8>),
    /// These bytes were added at a file's end.
    Appended(PathBuf, Vec<u8>),
}

/// Files and folders as a crash left them, below the top; folders have no bytes.
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash)]
pub struct Image(BTreeMap<PathBuf, Option<Vec<u8>>>);

impl Image {
    /// What a folder holds.
    ///
    /// # Panics
    /// When the file system refuses.
    #[must_use]
    pub fn of(top: &Path) -> Self {
        let mut image = Self::default();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(top.join(&folder)).expect("a folder").flatten() {
                let path = folder.join(entry.file_name());
                let bytes = entry.path().is_file();
                let bytes = bytes.then(|| std::fs::read(entry.path()).expect("a file"));
                if bytes.is_none() {
                    folders.push(path.clone());
                }
                image.0.insert(path, bytes);
            }
        }
        image
    }

    /// Makes it real.
    ///
    /// # Panics
    /// When the file system refuses.
    pub fn lay_out(&self, top: &Path) {
        for (path, bytes) in &self.0 {
            let path = top.join(path);
            let made = match bytes {
                Some(bytes) => std::fs::write(&path, bytes),
                None => std::fs::create_dir(&path),
            };
            made.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}

/// The disk; see the [module](self). All paths are below its top folder.
#[derive(Debug, Clone)]
pub struct Disk {
    top: PathBuf,
    files: Vec<Content>,
    /// As who looks sees them.
    names: Names,
    /// As they are certain.
    durable: Names,
    /// Changes that no sync has made certain, with their numbers.
    waiting: Vec<(u64, Change)>,
    changes: u64,
    opens: Vec<Open>,
    numbers: BTreeMap<i64, usize>,
    /// How many changes there were when a sync was entered.
    syncs: BTreeMap<usize, u64>,
}

impl Disk {
    /// Whose top folder has had this for long.
    #[must_use]
    pub fn with(top: &Path, image: &Image) -> Self {
        let (mut files, mut names) = (Vec::new(), Names::new());
        for (path, bytes) in &image.0 {
            let node = bytes.as_ref().map_or(Node::Folder, |bytes| {
                files.push(Content::durable(bytes.clone()));
                Node::File(files.len() - 1)
            });
            names.insert(path.clone(), node);
        }
        Self {
            top: top.to_owned(),
            files,
            durable: names.clone(),
            names,
            waiting: Vec::new(),
            changes: 0,
            opens: Vec::new(),
            numbers: BTreeMap::new(),
            syncs: BTreeMap::new(),
        }
    }

    /// Another process begins: no file is open.
    pub fn begin_process(&mut self) {
        self.numbers.clear();
        self.syncs.clear();
    }

    /// What a file shows.
    #[must_use]
    pub fn seen(&self, path: &Path) -> Option<&[u8]> {
        match self.names.get(path)? {
            Node::File(file) => Some(self.files[*file].seen()),
            Node::Folder => None,
        }
    }

    /// One of the states that a crash may leave.
    #[must_use]
    pub fn image(&self, choices: &mut Choices) -> Image {
        let mut names = self.durable.clone();
        for (_, change) in &self.waiting {
            if choices.choose(2) == 1 {
                change.apply(&mut names);
            }
        }
        let is_there = |path: &Path| {
            let mut above = path.ancestors().skip(1).filter(|above| *above != Path::new(""));
            above.all(|above| names.get(above) == Some(&Node::Folder))
        };
        let mut image = Image::default();
        for (path, node) in names.iter().filter(|(path, _)| is_there(path)) {
            let bytes = match node {
                Node::Folder => None,
                Node::File(file) => Some(self.files[*file].left(choices)),
            };
            image.0.insert(path.clone(), bytes);
        }
        image
    }

    /// A call was entered.
    pub fn begin(&mut self, number: usize, call: &Call) {
        if is_sync(call) {
            self.syncs.insert(number, self.changes);
        }
    }

    /// Whether a call makes the images after it others than those before.
    #[must_use]
    pub fn is_changed_by(&self, call: &Call) -> bool {
        let is_done = matches!(call.outcome, Outcome::Done(_));
        let is_followed = |place| self.below(&call.path(place)).is_some();
        match &call.name[..] {
            "write" | "writev" | "pwrite64" | "ftruncate" => {
                is_done && self.open_of(call).is_some()
            }
            "fsync" | "fdatasync" => self.open_of(call).is_some(),
            "openat" => is_done && self.makes(&call.path(1), call.word(2)),
            "open" => is_done && self.makes(&call.path(0), call.word(1)),
            "creat" | "rename" | "unlink" | "mkdir" => is_done && is_followed(0),
            "renameat" | "renameat2" | "unlinkat" | "mkdirat" => is_done && is_followed(1),
            _ => false,
        }
    }

    fn makes(&self, path: &Path, flags: &str) -> bool {
        let Some(path) = self.below(path).filter(|path| *path != Path::new("")) else {
            return false;
        };
        let is_cut = || flags.contains("O_TRUNC") && self.seen(path).is_some_and(|b| !b.is_empty());
        !self.names.contains_key(path) || is_cut()
    }

    fn below<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(&self.top).ok()
    }

    fn open_of(&self, call: &Call) -> Option<&Open> {
        self.numbers.get(&call.number(0)).map(|open| &self.opens[*open])
    }

    /// A call has returned, or its process died in it.
    ///
    /// # Panics
    /// When it is one that the model does not know, on a file that it follows.
    pub fn end(&mut self, number: usize, call: &Call) -> Effect {
        if is_sync(call) {
            self.synced(number, call);
            return Effect::Nothing;
        }
        let Outcome::Done(done) = call.outcome else { return Effect::Nothing };
        match &call.name[..] {
            "openat" => self.open(&call.path(1), call.word(2), done),
            "open" => self.open(&call.path(0), call.word(1), done),
            "creat" => self.open(&call.path(0), "O_CREAT|O_TRUNC", done),
            "close" => {
                self.numbers.remove(&call.number(0));
            }
            "dup" => self.duplicate(call, done),
            "fcntl" if call.word(1).starts_with("F_DUPFD") => self.duplicate(call, done),
            "fcntl" => {}
            "write" | "writev" | "pwrite64" | "ftruncate" | "lseek" => {
                return self.write(call, done);
            }
            "fallocate" => self.expect(call, call.word(1) == "FALLOC_FL_KEEP_SIZE"),
            "rename" => return self.rename(&call.path(0), &call.path(1), call),
            "renameat" | "renameat2" => return self.rename(&call.path(1), &call.path(3), call),
            "unlink" => return self.unlink(&call.path(0), call),
            "unlinkat" => return self.unlink(&call.path(1), call),
            "mkdir" => self.make(&call.path(0)),
            "mkdirat" => self.make(&call.path(1)),
            _ => self.expect(call, false),
        }
        Effect::Nothing
    }

    /// What does not hold is no matter outside of the top folder.
    fn expect(&self, call: &Call, holds: bool) {
        let path = call.first_path();
        assert!(
            holds || !call.touches(&self.top),
            "the model of a disk does not know this: {} on {}",
            call.name,
            path.display()
        );
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.names);
        self.changes += 1;
        self.waiting.push((self.changes, change));
    }

    fn make(&mut self, path: &Path) {
        if let Some(path) = self.below(path) {
            self.change(Change::Named(path.to_owned(), Node::Folder));
        }
    }

    fn open(&mut self, path: &Path, flags: &str, number: i64) {
        let Some(path) = self.below(path).map(Path::to_owned) else { return };
        let is_top = path == Path::new("");
        let node = match self.names.get(&path) {
            _ if is_top => Node::Folder,
            Some(node) => *node,
            None => {
                assert!(flags.contains("O_CREAT"), "{}: whence is it?", path.display());
                self.files.push(Content::default());
                let node = Node::File(self.files.len() - 1);
                self.change(Change::Named(path.clone(), node));
                node
            }
        };
        if let Node::File(file) = node
            && flags.contains("O_TRUNC")
            && !self.files[file].seen().is_empty()
        {
            self.files[file].set_length(0);
        }
        let appends = flags.contains("O_APPEND");
        self.opens.push(Open { node, path, place: 0, appends });
        self.numbers.insert(number, self.opens.len() - 1);
    }

    fn duplicate(&mut self, call: &Call, number: i64) {
        if let Some(open) = self.numbers.get(&call.number(0)) {
            self.numbers.insert(number, *open);
        }
    }

    fn write(&mut self, call: &Call, done: i64) -> Effect {
        let Some(open) = self.numbers.get(&call.number(0)) else {
            self.expect(call, false);
            return Effect::Nothing;
        };
        let open = &mut self.opens[*open];
        let Node::File(file) = open.node else { return Effect::Nothing };
        let file = &mut self.files[file];
        let done = usize::try_from(done).unwrap_or(0);
        match &call.name[..] {
            "ftruncate" => file.set_length(call.word(1).parse().expect("a length")),
            "lseek" => open.place = done,
            "pwrite64" => {
                assert!(!open.appends, "{}: it would append", open.path.display());
                let place = call.word(3).parse().expect("a place");
                file.write(place, &call.bytes(1)[..done]);
            }
            _ => {
                let place = if open.appends { file.seen().len() } else { open.place };
                let is_at_the_end = place == file.seen().len();
                file.write(place, &call.bytes(1)[..done]);
                open.place = place + done;
                if is_at_the_end {
                    return Effect::Appended(open.path.clone(), call.bytes(1)[..done].to_vec());
                }
            }
        }
        Effect::Nothing
    }

    fn synced(&mut self, number: usize, call: &Call) {
        let before = self.syncs.remove(&number).unwrap_or(0);
        let Some(open) = self.open_of(call).cloned() else { return self.expect(call, false) };
        let is_good = matches!(call.outcome, Outcome::Done(_));
        match open.node {
            Node::File(file) if is_good => self.files[file].sync(),
            Node::File(file) => self.files[file].fail(),
            Node::Folder if is_good => self.settle(&open.path, before),
            Node::Folder => {}
        }
    }

    /// Makes the changes in a folder certain, up to a number.
    fn settle(&mut self, folder: &Path, before: u64) {
        let waiting = std::mem::take(&mut self.waiting);
        for (number, change) in waiting {
            if number <= before && change.folder() == Some(folder) {
                change.apply(&mut self.durable);
            } else {
                self.waiting.push((number, change));
            }
        }
    }

    fn rename(&mut self, from: &Path, to: &Path, call: &Call) -> Effect {
        let (Some(from), Some(to)) = (self.below(from), self.below(to)) else {
            self.expect(call, false);
            return Effect::Nothing;
        };
        self.expect(call, from.parent() == to.parent());
        let node = *self.names.get(from).expect("what is renamed is there");
        self.change(Change::Moved { from: from.to_owned(), to: to.to_owned(), node });
        Effect::Renamed(to.to_owned())
    }

    fn unlink(&mut self, path: &Path, call: &Call) -> Effect {
        let Some(path) = self.below(path) else { return Effect::Nothing };
        let bytes = self.seen(path).map(<[u8]>::to_vec);
        self.expect(call, bytes.is_some());
        self.change(Change::Gone(path.to_owned()));
        Effect::Deleted(path.to_owned(), bytes.unwrap_or_default())
    }
}

fn is_sync(call: &Call) -> bool {
    matches!(&call.name[..], "fsync" | "fdatasync")
}

#[cfg(test)]
mod tests {
    use super::super::choices::some_of;
    use super::super::trace::{Mark, Trace};
    use super::*;

    fn disk_after(text: &str) -> Disk {
        let trace = Trace::parse(text);
        let mut disk = Disk::with(Path::new("/t"), &Image::default());
        for (place, mark) in &trace.order {
            match mark {
                Mark::Began => disk.begin(*place, &trace.calls[*place]),
                Mark::Ended => drop(disk.end(*place, &trace.calls[*place])),
            }
        }
        disk
    }

    fn images(disk: &Disk) -> Vec<Image> {
        some_of(40, 7, |choices| disk.image(choices))
    }

    fn names(image: &Image) -> Vec<&str> {
        image.0.keys().filter_map(|path| path.to_str()).collect()
    }

    const FILE: &str = r#"7 openat(AT_FDCWD</>, "/t/a", O_WRONLY|O_CREAT|O_EXCL, 0644) = 3</t/a>
7 write(3</t/a>, "one", 3) = 3
7 fsync(3</t/a>) = 0
"#;
    const NAME: &str = r#"7 openat(AT_FDCWD</>, "/t", O_RDONLY) = 4</t>
7 fsync(4</t>) = 0
"#;

    #[test]
    fn a_new_name_is_certain_once_its_folder_was_synced() {
        assert_eq!(names(&disk_after(FILE).image(&mut Choices::nothing())), [""; 0]);
        let disk = disk_after(&[FILE, NAME].concat());
        assert!(images(&disk).iter().all(|image| names(image) == ["a"]));
    }

    #[test]
    fn a_rename_leaves_the_old_or_the_new() {
        let next = FILE.replace("/t/a", "/t/b").replace("one", "two").replace("3<", "5<");
        let rename = "7 rename(\"/t/b\", \"/t/a\") = 0\n";
        let disk = disk_after(&[FILE, NAME, &next, rename].concat());
        let a = |image: &Image| image.0[Path::new("a")].clone().expect("a file");
        let found: std::collections::BTreeSet<Vec<u8>> = images(&disk).iter().map(a).collect();
        assert!(found.into_iter().eq([b"one".to_vec(), b"two".to_vec()]));
    }

    #[test]
    fn a_sync_that_was_entered_before_a_change_does_not_cover_it() {
        let text = r#"7 openat(AT_FDCWD</>, "/t", O_RDONLY) = 4</t>
7 fsync(4</t> <unfinished ...>
8 openat(AT_FDCWD</>, "/t/a", O_WRONLY|O_CREAT, 0644) = 3</t/a>
7 <... fsync resumed>) = 0
"#;
        assert_eq!(names(&disk_after(text).image(&mut Choices::nothing())), [""; 0]);
    }

    #[test]
    #[should_panic(expected = "does not know this: truncate")]
    fn a_call_that_is_not_known_ends_the_test() {
        let _ = disk_after("7 truncate(\"/t/a\", 3) = 0\n");
    }
}
