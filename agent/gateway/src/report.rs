//! One file that holds page, program and data, and opens with no network.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// The page's parts, as the build leaves them in a folder.
#[derive(Debug, Clone)]
pub struct Page {
    template: String,
    style: String,
    script: String,
    wasm: Vec<u8>,
    xlsx: Vec<u8>,
}

/// Why there is no page; says what to do.
#[derive(Debug)]
pub struct PageError(String);

impl std::fmt::Display for PageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PageError {}

/// Where the page's parts are looked for: the folder named, `MILLWATT_PAGE`, beside the program.
fn folders(named: Option<&Path>) -> Vec<PathBuf> {
    if let Some(named) = named {
        return vec![named.to_owned()];
    }
    let mut folders: Vec<PathBuf> =
        std::env::var_os("MILLWATT_PAGE").into_iter().map(PathBuf::from).collect();
    if let Ok(program) = std::env::current_exe() {
        let around = program.ancestors().skip(1).take(2).map(|folder| folder.join("page"));
        folders.extend(around);
        // Where a package puts it: /usr/share beside /usr/bin.
        let shared = program.ancestors().nth(2).map(|folder| folder.join("share/millwatt/page"));
        folders.extend(shared);
    }
    folders
}

impl Page {
    /// Finds and reads the page's parts.
    ///
    /// # Errors
    /// When they are nowhere, with where they were looked for.
    pub fn find(named: Option<&Path>) -> Result<Self, PageError> {
        let folders = folders(named);
        let found = folders.iter().find(|folder| folder.join("index.html").is_file());
        let folder = found.ok_or_else(|| {
            let looked: Vec<_> =
                folders.iter().map(|folder| folder.display().to_string()).collect();
            PageError(format!(
                "the report page is not built: looked in {}; run `cargo demo --once` in the \
                 source once, or name the folder with --page",
                looked.join(", ")
            ))
        })?;
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).map_err(|error| PageError(format!("{}: {error}", path.display())))
        };
        let text =
            |name: &str| read(name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Self {
            template: text("index.html")?,
            style: text("style.css")?,
            script: format!(
                "{}\n{}\n{}\n{}\n{}",
                text("millwatt_report.js")?,
                text("millwatt_xlsx.js")?,
                text("files.js")?,
                text("sites.js")?,
                text("boot.js")?
            ),
            wasm: read("millwatt_report_bg.wasm")?,
            xlsx: read("millwatt_xlsx_bg.wasm")?,
        })
    }

    /// The file that opens from a disk, with a log's bytes inside.
    #[must_use]
    pub fn pack(&self, title: &str, log: &[u8]) -> String {
        self.fill(title, log, false)
    }

    /// The page that asks its server for the log's bytes.
    #[must_use]
    pub fn live(&self, title: &str) -> String {
        self.fill(title, &[], true)
    }

    fn fill(&self, title: &str, log: &[u8], live: bool) -> String {
        let connect = if live { "'self'" } else { "'none'" };
        let policy = format!(
            "default-src 'none'; script-src '{}' 'wasm-unsafe-eval'; style-src '{}'; \
             img-src blob:; worker-src blob:; connect-src {connect}; base-uri 'none'; form-action 'none'; \
             require-trusted-types-for 'script'; trusted-types millwatt",
            hash(&self.script),
            hash(&self.style)
        );
        let data = if live { String::new() } else { embedded(log) };
        let fields = [
            ("{{csp}}", policy.as_str()),
            ("{{title}}", &escaped(title)),
            ("{{live}}", if live { "live" } else { "" }),
            ("{{style}}", &self.style),
            ("{{script}}", &self.script),
            ("{{wasm}}", &embedded(&self.wasm)),
            ("{{xlsx}}", &embedded(&self.xlsx)),
            ("{{data}}", &data),
        ];
        filled(&self.template, &fields)
    }
}

/// Most bytes that a report's log may unfold to.
const MOST_LOG: u64 = 1 << 30;

/// The log that a report carries.
///
/// # Errors
/// When the file is no report, or its log cannot be unpacked.
pub fn log_of(html: &str) -> Result<Vec<u8>, PageError> {
    const BEFORE: &str = "id=\"data\">";
    let wrong = |what: &str| PageError(format!("{what}; ask for the report again"));
    let from = html.find(BEFORE).ok_or_else(|| wrong("this file is no report of millwatt"))?;
    let rest = &html[from + BEFORE.len()..];
    let end = rest.find('<').ok_or_else(|| wrong("the report breaks off in its data"))?;
    let packed = BASE64.decode(&rest[..end]);
    let packed =
        packed.map_err(|error| wrong(&format!("the report's data is damaged: {error}")))?;
    let mut log = Vec::new();
    let read = GzDecoder::new(&packed[..]).take(MOST_LOG + 1).read_to_end(&mut log);
    match read {
        Ok(_) if log.len() as u64 > MOST_LOG => {
            Err(wrong("the report's data unfolds to over 1 GiB"))
        }
        Ok(_) if log.is_empty() => Err(wrong("the report carries no data")),
        Ok(_) => Ok(log),
        Err(error) => Err(wrong(&format!("the report's data is damaged: {error}"))),
    }
}

/// Puts each field in its place, in one pass: what a field holds is never looked at again.
fn filled(template: &str, fields: &[(&str, &str)]) -> String {
    let mut page = String::new();
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        page.push_str(&rest[..start]);
        rest = &rest[start..];
        match fields.iter().find(|(name, _)| rest.starts_with(name)) {
            Some((name, value)) => {
                page.push_str(value);
                rest = &rest[name.len()..];
            }
            None => {
                page.push_str("{{");
                rest = &rest[2..];
            }
        }
    }
    page.push_str(rest);
    page
}

fn hash(content: &str) -> String {
    format!("sha256-{}", BASE64.encode(Sha256::digest(content)))
}

fn embedded(bytes: &[u8]) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    BASE64.encode(encoder.finish().unwrap_or_default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_looks_like_a_place_is_left_alone() {
        let page = filled(
            "<a>{{title}}{{data}}{{other}}",
            &[("{{title}}", "{{data}}"), ("{{data}}", "x")],
        );
        assert_eq!(page, "<a>{{data}}x{{other}}");
    }

    #[test]
    fn the_log_in_a_report_comes_out_again() {
        let report = |data: &str| format!("<script id=\"data\">{data}</script>");
        assert_eq!(log_of(&report(&embedded(b"a log"))).expect("a report"), b"a log");
        for wrong in
            [String::new(), report(""), report("AAAA"), report("!"), "id=\"data\">AA".into()]
        {
            let error = log_of(&wrong).expect_err("no report").to_string();
            assert!(error.ends_with("ask for the report again"), "{error}");
        }
    }

    #[test]
    fn a_hostile_name_stays_text() {
        assert_eq!(escaped("</title><script>"), "&lt;/title&gt;&lt;script&gt;");
    }
}
