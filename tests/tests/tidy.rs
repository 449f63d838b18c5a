//! The rules of the house that a program can check, over the files that git tracks.
//!
//! A rule that fails names every place, so that one run is enough to mend them all. Words that are
//! forbidden here are put together from pieces, so that this file passes its own rules.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_MAX: usize = 70;

/// What may stand at the top of the checkout, and nothing else.
const TOP_LEVEL: [&str; 16] = [
    ".cargo",
    ".ci",
    ".config",
    ".gitignore",
    // rustfmt reads its settings nowhere else.
    ".rustfmt.toml",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "agent",
    "shared",
    "tests",
    "wasm",
];

/// Endings of files that people write and read; data and lock files may be long.
const WRITTEN: [&str; 7] = ["rs", "js", "mjs", "cjs", "py", "css", "html"];

/// The packages whose code knows no particular site.
const CRATES: [&str; 5] =
    ["shared/src/", "agent/core/src/", "agent/gateway/src/", "agent/firmware/src/", "wasm/src/"];

/// The packages that have no clock, socket, thread or browser.
const CORES: [&str; 2] = ["shared/src/", "agent/core/src/"];

/// A tracked text file.
struct File {
    /// Below the root, with slashes.
    name: String,
    text: String,
}

impl File {
    fn ends(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.name.ends_with(&format!(".{ending}")))
    }

    fn is_below(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.name.starts_with(folder))
    }

    /// Numbered lines of code: no comments, and nothing from the module of tests on.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        let before_tests = lines.take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
        before_tests.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn place(&self, line: usize) -> String {
        format!("{}:{}", self.name, line + 1)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names that git tracks; in a checkout without git, all but the target folder.
fn tracked_names() -> Vec<String> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    match listed {
        Ok(listed) if listed.status.success() && !listed.stdout.is_empty() => {
            let text = String::from_utf8(listed.stdout).expect("names are UTF-8");
            text.split_terminator('\0').map(str::to_owned).collect()
        }
        _ => names_below(&root(), ""),
    }
}

fn names_below(folder: &Path, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder that was listed").flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true if name == "target" || name == ".git" => {}
            true => names.extend(names_below(&entry.path(), &format!("{name}/"))),
            false => names.push(name),
        }
    }
    names
}

/// All tracked text files that are there.
fn files() -> Vec<File> {
    let named = tracked_names().into_iter();
    let read = named.filter_map(|name| {
        let text = String::from_utf8(fs::read(root().join(&name)).ok()?).ok()?;
        Some(File { name, text })
    });
    read.collect()
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Fails with every breach of a rule.
fn expect_none(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}

/// Whether `word` stands in the line by itself, in any case: "span" is not in "spanning".
fn has_word(line: &str, word: &str) -> bool {
    let line = line.to_lowercase();
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(&word.to_lowercase()).any(|(start, found)| {
        let before = line[..start].chars().next_back();
        let after = line[start + found.len()..].chars().next();
        !is_part(before) && !is_part(after)
    })
}

/// Places where a line breaks a rule.
fn breaches<'a>(
    files: impl Iterator<Item = &'a File>,
    breaks: impl Fn(&File, &str) -> bool,
) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let bad = file.text.lines().enumerate().filter(|(_, line)| breaks(file, line));
        found.extend(bad.map(|(number, line)| format!("{}: {}", file.place(number), line.trim())));
    }
    found
}

/// Name, first line and length of each function that spans lines, as rustfmt lays it out: it ends
/// at the first line that is its own indentation and a brace.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        let indent = &line[..line.len() - line.trim_start().len()];
        let end = format!("{indent}}}");
        let rest = lines[start..].iter();
        // A declaration without a body, or a body on the same line.
        if line.ends_with(';') || line.ends_with('}') {
            continue;
        }
        if let Some(length) = rest.clone().position(|line| *line == end) {
            found.push((name.to_owned(), start, length + 1));
        }
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    const BEFORE: [&str; 6] = ["pub", "pub(crate)", "pub(super)", "const", "async", "unsafe"];
    let mut words = line.split_whitespace().skip_while(|word| BEFORE.contains(word));
    let name = (words.next() == Some("fn")).then(|| words.next())??;
    name.split(['(', '<']).next()
}

#[test]
fn the_top_level_is_the_list_and_nothing_else() {
    let names = tracked_names();
    let tops = names.iter().map(|name| name.split('/').next().unwrap_or(name));
    let mut strangers: Vec<String> =
        tops.filter(|top| !TOP_LEVEL.contains(top)).map(str::to_owned).collect();
    strangers.dedup();
    expect_none("not in the list of the top level", &strangers);
}

#[test]
fn files_are_short() {
    let files = files();
    let long = files.iter().filter(|file| file.ends(&WRITTEN));
    let long = long.map(|file| (file, file.text.lines().count()));
    let long: Vec<String> = long
        .filter(|(_, lines)| *lines > FILE_LINES_MAX)
        .map(|(file, lines)| format!("{}: {lines} lines", file.name))
        .collect();
    expect_none(&format!("files over {FILE_LINES_MAX} lines"), &long);
}

#[test]
fn functions_are_short() {
    let mut long = Vec::new();
    for file in files().iter().filter(|file| file.ends(&["rs"])) {
        let all = functions(&file.text).into_iter();
        let too_long = all.filter(|(_, _, lines)| *lines > FUNCTION_LINES_MAX);
        long.extend(
            too_long
                .map(|(name, start, lines)| format!("{} {name}: {lines} lines", file.place(start))),
        );
    }
    expect_none(&format!("functions over {FUNCTION_LINES_MAX} lines"), &long);
}

#[test]
fn the_cores_touch_nothing_outside() {
    const OUTSIDE: [&str; 4] = ["std::time", "std::net", "tokio", "web_sys"];
    let mut touches = Vec::new();
    for file in files().iter().filter(|file| file.is_below(&CORES)) {
        let bad = file.code().filter(|(_, line)| OUTSIDE.iter().any(|word| has_word(line, word)));
        touches.extend(bad.map(|(number, line)| format!("{}: {}", file.place(number), line)));
    }
    expect_none("clock, socket, runtime or browser in a core", &touches);
}

#[test]
fn the_cores_need_no_std_and_no_unsafe() {
    for lib in CORES.map(|folder| format!("{folder}lib.rs")) {
        let text = read(&lib);
        for attribute in ["#![no_std]", "#![forbid(unsafe_code)]"] {
            assert!(text.lines().any(|line| line == attribute), "{lib} lacks {attribute}");
        }
        let alloc = "extern crate alloc;";
        let gated = format!("#[cfg(feature = \"alloc\")]\n{alloc}");
        let is_free = text.matches(alloc).count() == text.matches(&gated).count();
        assert!(is_free, "{lib} needs alloc without the feature of that name");
    }
}

#[test]
fn the_six_libraries_are_direct_dependencies() {
    const LIBRARIES: [(&str, &str); 6] = [
        ("serde", "shared"),
        ("postcard", "shared"),
        ("heapless", "agent/core"),
        ("chrono", "agent/gateway"),
        ("wasm-bindgen", "wasm"),
        ("web-sys", "wasm"),
    ];
    for (library, package) in LIBRARIES {
        let manifest = read(&format!("{package}/Cargo.toml"));
        let direct = manifest.lines().any(|line| {
            line.strip_prefix(library).is_some_and(|rest| rest.starts_with([' ', '.', '=']))
        });
        assert!(direct, "{package} does not depend on {library}");
    }
}

#[test]
fn no_path_of_one_machine_is_written_down() {
    let paths = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
    let is_absolute = |line: &str, path: &str| {
        line.match_indices(path).any(|(start, _)| {
            let before = line[..start].chars().next_back();
            !before.is_some_and(|c| c.is_alphanumeric() || "._-$})/*".contains(c))
        })
    };
    let files = files();
    let found = breaches(files.iter(), |_, line| paths.iter().any(|path| is_absolute(line, path)));
    expect_none("paths of one machine", &found);
}

#[test]
fn no_registry_is_named() {
    let hosts = [
        concat!("crates", ".io"),
        concat!("pypi", ".org"),
        concat!("pythonhosted", ".org"),
        concat!("npmjs", ".org"),
        concat!("npmjs", ".com"),
        concat!("debian", ".org"),
    ];
    let files = files();
    let found = breaches(files.iter(), |file, line| {
        // Cargo writes where each crate is from, and cannot be told not to.
        let is_cargos = file.name.ends_with("Cargo.lock") && line.contains("\"registry+");
        !is_cargos && hosts.iter().any(|host| line.contains(host))
    });
    expect_none("registries named", &found);
}

#[test]
fn no_crate_knows_the_demo() {
    const DEMO: [&str; 9] = [
        "panning",
        "dryer",
        "sorter",
        "green tea",
        "lào cai",
        "lao cai",
        "3640",
        "3_640",
        "ho_chi_minh",
    ];
    let mut known = Vec::new();
    for file in files().iter().filter(|file| file.is_below(&CRATES)) {
        let bad = file.code().filter(|(_, line)| DEMO.iter().any(|word| has_word(line, word)));
        known.extend(bad.map(|(number, line)| format!("{}: {}", file.place(number), line.trim())));
    }
    expect_none("names, prices or zones of the demo in the crates", &known);
}

#[test]
fn nothing_is_left_for_later() {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME")];
    let files = files();
    let found = breaches(files.iter(), |file, line| {
        file.ends(&WRITTEN) && words.iter().any(|word| line.contains(word))
    });
    expect_none("notes for later; open an issue instead", &found);
}

#[test]
fn words_are_found_whole() {
    assert!(has_word("the Panning drum", "panning"));
    assert!(!has_word("spanning two days", "panning"));
    assert!(!has_word("let price = 13640;", "3640"));
    assert!(has_word("let price = 3640;", "3640"));
}

#[test]
fn functions_are_measured() {
    let text = "fn one() {\n    body();\n}\n\nimpl X {\n    pub const fn two<T>(\n        x: T,\n    \
                ) -> T {\n        x\n    }\n}\nfn three() {}\nfn four();\n";
    let expected = [("one".to_owned(), 0, 3), ("two".to_owned(), 5, 5)];
    assert_eq!(functions(text), expected);
}
