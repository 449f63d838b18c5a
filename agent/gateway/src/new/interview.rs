//! The questions, in turn. On a terminal they are put until the answer does; answers that are piped in are read without
//! a word, and one that does not do ends it.

use std::fmt;
use std::io::{self, BufRead, Write};

use super::data::{Kind, Offer, Tariff, Tariffs};
use super::read;
use super::texts::Text;
use crate::language::Language;
use crate::site_file::profile;

/// What was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// The language of the comments.
    pub language: Language,
    /// What the site is called.
    pub name: String,
    /// IANA zone.
    pub zone: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Dated prices; none when they were skipped.
    pub tariffs: Vec<Tariff>,
    /// Planned work.
    pub shifts: Vec<Shift>,
    /// Machines.
    pub machines: Vec<Machine>,
    /// Names of machines that such a site may have.
    pub examples: Vec<String>,
    /// The main meter, if there is one.
    pub meter: Option<MainMeter>,
    /// What the output is counted in.
    pub output_unit: String,
}

/// A shift as the site file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// What it is called.
    pub name: String,
    /// On which days it begins.
    pub days: String,
    /// From when to when.
    pub hours: String,
}

/// A machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    /// What it is called.
    pub name: String,
    /// Its rated power.
    pub rated_kw: Option<f64>,
}

/// The meter of the whole site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MainMeter {
    /// `host:port`, or a serial port's device.
    pub address: String,
    /// Its profile, if it is known.
    pub profile: Option<&'static str>,
}

/// Why there are no answers.
#[derive(Debug)]
pub enum NewError {
    /// An answer does not do.
    Answer {
        /// What was asked.
        question: String,
        /// What is wrong with the answer.
        refused: String,
    },
    /// The answers cannot be read, or the questions not be put.
    Io(io::Error),
}

impl fmt::Display for NewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { question, refused } => write!(f, "{question}: {refused}"),
            Self::Io(error) => write!(f, "the answers cannot be read ({error})"),
        }
    }
}

impl std::error::Error for NewError {}

impl From<io::Error> for NewError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A question as it is put.
struct Question {
    text: String,
    /// What stands for an empty line, and for the end of the answers.
    usual: String,
    expected: String,
    /// What may be chosen, by number from 1.
    choices: Vec<String>,
}

/// Someone who asks.
pub struct Interview<'a> {
    input: &'a mut dyn BufRead,
    /// Where questions are put; nowhere when answers are piped in.
    terminal: Option<&'a mut dyn Write>,
    language: Language,
}

impl fmt::Debug for Interview<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interview").field("language", &self.language).finish_non_exhaustive()
    }
}

impl<'a> Interview<'a> {
    /// Asks in a language; without a terminal in silence.
    pub fn new(
        input: &'a mut dyn BufRead,
        terminal: Option<&'a mut dyn Write>,
        language: Language,
    ) -> Self {
        Self { input, terminal, language }
    }

    /// Puts all questions.
    ///
    /// # Errors
    /// When an answer that is piped in does not do.
    pub fn answers(&mut self, offer: &Offer, tariffs: &Tariffs) -> Result<Answers, NewError> {
        let usual = self.text(Text::UsualName).to_owned();
        let name = self.ask(Text::AskName, &usual, Text::ExpectName, read::name)?;
        let kind = self.kind(offer)?;
        let zone = self.ask(Text::AskZone, &offer.zone, Text::ExpectZone, read::zone)?;
        let currency =
            self.ask(Text::AskCurrency, &offer.currency, Text::ExpectCurrency, read::currency)?;
        let tariffs =
            if currency == tariffs.currency { self.tariffs(tariffs)? } else { Vec::new() };
        let shifts = self.shifts(offer)?;
        let language = self.language;
        let examples = kind.machines.iter().map(|name| name.of(language).to_owned());
        let examples: Vec<String> = examples.collect();
        let machines = self.machines(&examples)?;
        let meter = self.meter()?;
        let output_unit = self.ask(Text::AskUnit, &kind.unit, Text::ExpectName, read::name)?;
        Ok(Answers {
            language,
            name,
            zone,
            currency,
            tariffs,
            shifts,
            machines,
            examples,
            meter,
            output_unit,
        })
    }

    fn kind<'o>(&mut self, offer: &'o Offer) -> Result<&'o Kind, NewError> {
        let language = self.language;
        let names = offer.kinds.iter().map(|kind| kind.name.of(language).to_owned());
        let question = self.choice(Text::AskKind, "1", Text::ExpectNumber, names.collect());
        let place = self.put(&question, |text| read::choice(text, offer.kinds.len()))?;
        Ok(&offer.kinds[place])
    }

    fn tariffs(&mut self, tariffs: &Tariffs) -> Result<Vec<Tariff>, NewError> {
        let (language, levels) = (self.language, tariffs.levels());
        let names = levels.iter().map(|level| level.name.of(language).to_owned());
        let question = self.choice(Text::AskLevel, "1", Text::ExpectNumberOrSkip, names.collect());
        let level = self.put(&question, |text| read::choice_or_skip(text, levels.len()))?;
        let Some(level) = level else { return Ok(Vec::new()) };
        let schedules = &tariffs.schedules;
        let names = schedules.iter().map(|schedule| schedule.name.of(language).to_owned());
        let question = self.choice(Text::AskSchedule, "1", Text::ExpectNumber, names.collect());
        let schedule = self.put(&question, |text| read::choice(text, schedules.len()))?;
        Ok(tariffs.dated(&levels[level], &schedules[schedule]))
    }

    /// At least one shift: where none is told, the usual one.
    fn shifts(&mut self, offer: &Offer) -> Result<Vec<Shift>, NewError> {
        let usual = &offer.shift;
        let name = usual.name.of(self.language);
        let days = match self.language {
            Language::English => usual.days.clone(),
            Language::Vietnamese => read::vietnamese_days(&usual.days),
        };
        let question = self.numbered(Text::AskShift, 1, name, Text::ExpectName);
        let mut name = Some(self.put(&question, read::name)?);
        let mut shifts: Vec<Shift> = Vec::new();
        while let Some(called) = name {
            let days = self.ask(Text::AskDays, &days, Text::ExpectDays, read::days)?;
            let is_apart = |hours: &str| {
                let known = shifts.iter().map(|shift| (shift.days.as_str(), shift.hours.as_str()));
                read::are_apart(known.chain([(days.as_str(), hours)]))
            };
            let hours = |text: &str| read::hours(text).filter(|hours| is_apart(hours));
            let usual = if shifts.is_empty() { usual.hours.as_str() } else { "" };
            let hours = self.ask(Text::AskHours, usual, Text::ExpectHours, hours)?;
            shifts.push(Shift { name: called, days, hours });
            let question =
                self.numbered(Text::AskNextShift, shifts.len() + 1, "", Text::ExpectName);
            name = self.put(&question, read::name_or_none)?;
        }
        Ok(shifts)
    }

    fn machines(&mut self, examples: &[String]) -> Result<Vec<Machine>, NewError> {
        let mut machines = Vec::new();
        loop {
            let place = machines.len();
            let mut question = self.numbered(Text::AskMachine, place + 1, "", Text::ExpectName);
            let example = examples.get(place % examples.len().max(1));
            question.text = fill(&question.text, example.map_or("…", String::as_str));
            let Some(name) = self.put(&question, read::name_or_none)? else {
                return Ok(machines);
            };
            let rated_kw =
                self.ask(Text::AskKilowatts, "", Text::ExpectKilowatts, read::kilowatts)?;
            machines.push(Machine { name, rated_kw });
        }
    }

    fn meter(&mut self) -> Result<Option<MainMeter>, NewError> {
        let address = self.ask(Text::AskAddress, "", Text::ExpectAddress, read::address)?;
        let Some(address) = address else { return Ok(None) };
        let names = profile::names();
        let choices = names.iter().map(|name| (*name).to_owned()).collect();
        let question = self.choice(Text::AskProfile, "", Text::ExpectNumber, choices);
        let named = |text: &str| names.iter().position(|name| *name == text);
        let place = self.put(&question, |text| match text {
            "" => Some(None),
            text => named(text).or_else(|| read::choice(text, names.len())).map(Some),
        })?;
        Ok(Some(MainMeter { address, profile: place.map(|place| names[place]) }))
    }

    const fn text(&self, text: Text) -> &'static str {
        text.of(self.language)
    }

    /// A question with one of a list for an answer.
    fn choice(&self, text: Text, usual: &str, expected: Text, choices: Vec<String>) -> Question {
        Question {
            text: self.text(text).to_owned(),
            usual: usual.to_owned(),
            expected: fill(self.text(expected), &choices.len().to_string()),
            choices,
        }
    }

    /// A question that is put again for each of several things.
    fn numbered(&self, text: Text, number: usize, usual: &str, expected: Text) -> Question {
        Question {
            text: fill(self.text(text), &number.to_string()),
            usual: usual.to_owned(),
            expected: self.text(expected).to_owned(),
            choices: Vec::new(),
        }
    }

    fn ask<T>(
        &mut self,
        text: Text,
        usual: &str,
        expected: Text,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, NewError> {
        let question = Question {
            text: self.text(text).to_owned(),
            usual: usual.to_owned(),
            expected: self.text(expected).to_owned(),
            choices: Vec::new(),
        };
        self.put(&question, read)
    }

    /// Puts a question until the answer does; without a terminal once.
    fn put<T>(
        &mut self,
        question: &Question,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, NewError> {
        loop {
            self.say(question)?;
            let mut line = String::new();
            let has_ended = self.input.read_line(&mut line)? == 0;
            let answer = match line.trim() {
                "" => question.usual.as_str(),
                answer => answer,
            };
            if let Some(value) = read(answer) {
                return Ok(value);
            }
            let refused = fill(&fill(self.text(Text::Refused), answer), &question.expected);
            match &mut self.terminal {
                Some(terminal) if !has_ended => writeln!(terminal, "  {refused}")?,
                _ => return Err(NewError::Answer { question: question.text.clone(), refused }),
            }
        }
    }

    fn say(&mut self, question: &Question) -> Result<(), NewError> {
        let Some(terminal) = &mut self.terminal else { return Ok(()) };
        for (number, choice) in (1..).zip(&question.choices) {
            writeln!(terminal, "  {number:>2}  {choice}")?;
        }
        match question.usual.as_str() {
            "" => write!(terminal, "{}: ", question.text)?,
            usual => write!(terminal, "{} [{usual}]: ", question.text)?,
        }
        Ok(terminal.flush()?)
    }
}

/// A text with the first of its gaps filled.
pub(super) fn fill(text: &str, with: &str) -> String {
    text.replacen("{}", with, 1)
}

#[cfg(test)]
mod tests {
    use super::super::{offer, tariffs};
    use super::*;

    fn answered(input: &str, language: Language) -> Result<Answers, NewError> {
        Interview::new(&mut input.as_bytes(), None, language).answers(&offer(), &tariffs())
    }

    #[test]
    fn without_answers_all_is_as_usual() {
        let answers = answered("", Language::English).expect("usual answers do");
        assert_eq!(answers.name, "My factory");
        assert_eq!((answers.tariffs.len(), answers.shifts.len()), (2, 1));
        assert_eq!((answers.machines.len(), answers.meter), (0, None));
        let shift = Shift {
            name: "Day shift".to_owned(),
            days: "mon-sat".to_owned(),
            hours: "06:00-14:00".to_owned(),
        };
        assert_eq!(answers.shifts, [shift]);
    }

    #[test]
    fn vietnamese_days_become_those_of_the_file() {
        let answers = answered("\n\n\n\n\n\n\nT2-T6\n", Language::Vietnamese).expect("fine");
        assert_eq!(answers.shifts[0].days, "mon-fri");
        let usual = answered("", Language::Vietnamese).expect("fine");
        assert_eq!(usual.shifts[0].days, "mon-sat");
    }

    #[test]
    fn another_currency_has_no_prices_of_ours() {
        let answers = answered("\n\n\nusd\nNight\nall\n22:00-06:00\n", Language::English);
        let answers = answers.expect("fine");
        assert_eq!((answers.currency.as_str(), answers.tariffs.len()), ("USD", 0));
        assert_eq!(answers.shifts[0].name, "Night");
    }

    #[test]
    fn an_answer_that_does_not_do_is_named_or_asked_again() {
        let error = answered("\n\nMars/Base\n", Language::English).expect_err("no zone");
        let expected =
            "Time zone: `Mars/Base` does not do: expected an IANA zone such as Asia/Bangkok";
        assert_eq!(error.to_string(), expected);
        let mut shown = Vec::new();
        let mut input = "\n9\n2\n".as_bytes();
        let mut asked = Interview::new(&mut input, Some(&mut shown), Language::English);
        let answers = asked.answers(&offer(), &tariffs()).expect("asked again");
        assert_eq!(answers.examples[0], "Leaf chopper");
        let shown = String::from_utf8(shown).expect("text");
        assert!(shown.contains("`9` does not do: expected a number from 1 to 4"), "{shown}");
        assert!(shown.contains("Time zone [Asia/"), "{shown}");
    }

    #[test]
    fn a_shift_that_overlaps_another_is_refused() {
        let shifts = "A\nall\n06:00-14:00\nB\nmon\n13:00-15:00\n";
        let error = answered(&format!("\n\n\n\n\n\n{shifts}"), Language::English);
        let error = error.expect_err("they overlap").to_string();
        assert!(error.starts_with("From when to when: `13:00-15:00` does not do"), "{error}");
    }
}
