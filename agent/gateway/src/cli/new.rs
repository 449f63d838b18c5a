//! `millwatt new`.

use std::fs::OpenOptions;
use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use super::{Failure, say};
use crate::language::Language;
use crate::new::{self, Answers, Interview, NewError};
use crate::site_file;

/// Ask a few questions and write a first site file, with comments on what to edit
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt new
  millwatt new --lang vi --out factory.toml
  millwatt new --lang en < answers.txt

Enter takes what stands in brackets. Answers may be piped in, one a line, an empty one for the usual; what is
not answered is as usual. The questions: name, kind, time zone, currency; voltage (skip: no prices, and no
question of hours) and hours of the bill; for each shift name, days, hours, and an empty name after the last;
for each machine name and kW, and an empty name after the last; address of the main meter and, if there is one,
its profile by name or number; unit of the output. There are no prices in other currencies than VND.")]
pub(super) struct Arguments {
    /// The file to write
    #[arg(long, default_value = "site.toml")]
    out: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
    /// Language of questions and comments; when left out Vietnamese where LC_ALL or LANG says so, else English
    #[arg(long)]
    lang: Option<Language>,
}

pub(super) fn new(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { out, force, lang } = arguments;
    expect_free(out, *force)?;
    let of_environment = || Language::of_environment(|name| std::env::var(name).ok());
    let language = lang.unwrap_or_else(of_environment);
    let answers = asked(language).map_err(|error| match error {
        NewError::Answer { .. } => Failure::Usage(format!("{error}; nothing was written")),
        error => Failure::problem(error),
    })?;
    save(out, &new::of_answers(&answers), *force)?;
    new::next_steps(language, out).into_iter().for_each(say);
    Ok(())
}

/// Asks at the terminal; answers that come from elsewhere are read without a word.
fn asked(language: Language) -> Result<Answers, NewError> {
    let is_terminal = std::io::stdin().is_terminal();
    let (mut input, mut prompts) = (std::io::stdin().lock(), std::io::stderr());
    let terminal = if is_terminal { Some(&mut prompts as &mut dyn Write) } else { None };
    let mut interview = Interview::new(&mut input, terminal, language);
    interview.answers(&new::offer(), &new::tariffs())
}

/// Whether a site file may be written there.
pub(super) fn expect_free(path: &Path, force: bool) -> Result<(), Failure> {
    if force || !path.exists() {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::Usage(format!(
        "{path} is there already; name another file with --out, or write over it with --force"
    )))
}

/// Writes a site file, once it was judged like any other.
pub(super) fn save(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    site_file::parse(&path.display().to_string(), text).map_err(Failure::problem)?;
    let mut options = OpenOptions::new();
    options.write(true);
    let opened = match force {
        true => options.create(true).truncate(true).open(path),
        false => options.create_new(true).open(path),
    };
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let path = path.display();
        Failure::Problem(format!("{path} cannot be written ({error}); name another with --out"))
    })
}
