//! The head: site, period and what to choose, the baseline, and the way to each chapter.

mod baseline;
mod dates;
mod words;

use super::{Part, View};
use crate::choice::Preset;
use crate::export;
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::words::Language;
use millwatt::Decimal;
use std::ops::Deref;
use words::Word;

/// What the head is made of.
#[derive(Debug, Clone, Copy)]
struct Head<'a>(View<'a>);

impl<'a> Deref for Head<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.0
    }
}

/// The word on a period's button.
const fn preset_word(preset: Preset) -> Key {
    match preset {
        Preset::LastDay => Key::LastDay,
        Preset::Days7 => Key::Days7,
        Preset::Days30 => Key::Days30,
        Preset::Month => Key::ThisMonth,
        Preset::Quarter => Key::ThisQuarter,
        Preset::Year => Key::ThisYear,
        Preset::Whole => Key::Whole,
        Preset::Free => Key::Period,
    }
}

/// The word that leads to a chapter; `None` for what is no chapter.
fn chapter_word(part: Part) -> Option<Word> {
    Some(match part.name() {
        "sites" => Word::Sites,
        "owner" => Word::Owner,
        "machines" => Word::Machines,
        "energy" => Word::Energy,
        "baseline" => Word::Baseline,
        "actions" => Word::Actions,
        "review" => Word::Review,
        "trust" => Word::Trust,
        "compliance" => Word::Compliance,
        "systems" => Word::Systems,
        "quality" => Word::Quality,
        "figures" => Word::Figures,
        "method" => Word::Method,
        _ => return None,
    })
}

impl View<'_> {
    pub(super) fn head(&self) -> Node {
        Head(*self).drawn()
    }
}

impl Head<'_> {
    fn drawn(&self) -> Node {
        node("header")
            .with("data-foot", self.foot())
            .child(self.bar())
            .child(node("h1").text(self.model.site.name))
            .child(node("p").class("period").text(self.period_line()))
            .children(self.opened())
            .child(self.presets())
            .child(self.free())
            .child(self.baseline_choice())
            .child(self.chapters())
    }

    /// The language, and where the page goes from here.
    fn bar(&self) -> Node {
        let other = match self.choice.language {
            Language::Vietnamese => ("en", "English"),
            Language::English => ("vi", "Tiếng Việt"),
        };
        let switch = node("button").with("type", "button").with("data-act", other.0);
        let switch = switch.with("data-keep", "language").with("lang", other.0);
        let switch = switch.class("switch").text(other.1);
        let kind = node("p").class("kind").text(self.text(Key::Title));
        node("div").class("bar").child(kind).child(self.out()).child(switch)
    }

    /// What leaves the page: on paper, as files, as a copy with what was entered.
    fn out(&self) -> Node {
        let wishes = [
            ("print", Word::Print),
            ("copy", Word::Copy),
            ("xlsx", Word::Workbook),
            ("csv", Word::IndicatorsCsv),
            ("json", Word::IndicatorsJson),
            ("events", Word::Events),
        ];
        let button = |(wish, word): (&'static str, Word)| {
            let button = node("button").with("type", "button").with("data-wish", wish);
            let button = button.text(self.text(word));
            match wish {
                "copy" => button.with("data-name", export::named(self, "html")),
                "events" if self.choice.edits().next().is_none() => button.with("disabled", ""),
                _ => button,
            }
        };
        let inside = node("div").class("menu").children(wishes.map(button));
        let summary = node("summary").text(self.text(Word::Out));
        let inside = inside.child(self.add_site());
        node("details").class("out").child(summary).child(inside)
    }

    fn period_line(&self) -> String {
        let mut told = format!("{} · {}", self.period_dates(), self.period_length());
        if self.choice.by_shift && self.has_shift_days() {
            told.push_str(" · ");
            told.push_str(&self.fill(Word::DaysFrom, &[&self.first_hour()]));
        }
        format!("{told} · {}", self.model.site.zone)
    }

    /// Site, period and the state of the log, for the foot of every printed page.
    fn foot(&self) -> String {
        let stamp = self.archive.newest();
        let figures = [u64::from(stamp.epoch), stamp.sequence, self.log.len() as u64];
        let [epoch, sequence, bytes] =
            figures.map(|figure| self.exact(Decimal::new(figure.into(), 0)));
        let log = self.fill(Word::LogUpTo, &[&epoch, &sequence, &bytes]);
        format!("{} · {} · {log}", self.model.site.name, self.period_dates())
    }

    fn button(&self, act: &'static str, text: &str) -> Node {
        node("button").with("type", "button").with("data-act", act).text(text)
    }

    /// The periods with a button.
    fn presets(&self) -> Node {
        let preset = |(preset, act): (Preset, &'static str)| {
            let is_chosen = self.choice.preset == preset;
            self.button(act, self.text(preset_word(preset))).with("aria-pressed", is_chosen)
        };
        node("div")
            .class("picker")
            .with("role", "group")
            .with("aria-label", self.text(Key::Period))
            .children(Preset::BUTTONS.map(preset))
    }

    /// A period by its dates, the way to the one before and behind, and how days are counted.
    fn free(&self) -> Node {
        let (zone, record) = (self.model.site.zone_rules(), self.model.record);
        let iso = |at| format::iso(zone.local(at).date);
        let (least, most) = (iso(record.from), iso(record.to - dates::TICK));
        let input = |act: &'static str, key: Key, date| {
            let input = node("input").with("type", "date").with("data-act", act);
            let input = input.with("value", format::iso(date));
            let input = input.with("min", &least).with("max", &most);
            node("label").text(self.text(key)).text(" ").child(input)
        };
        let (first, last) = self.dates();
        let by_shift = self.has_shift_days().then(|| {
            let text = self.fill(Word::ByShift, &[&self.first_hour()]);
            self.button("by-shift", &text).with("aria-pressed", self.choice.by_shift)
        });
        let period = self.model.period;
        node("div")
            .class("picker dates")
            .child(input("from", Key::From, first))
            .child(input("to", Key::To, last))
            .child(self.step("earlier", Word::Earlier, period.from > record.from))
            .child(self.step("later", Word::Later, period.to < record.to))
            .children(by_shift)
    }

    fn step(&self, act: &'static str, word: Word, is_there: bool) -> Node {
        let button = self.button(act, self.text(word));
        if is_there { button } else { button.with("disabled", "") }
    }

    /// The way to each chapter.
    fn chapters(&self) -> Node {
        let has_sites = !self.beside.others.is_empty();
        let shown = Part::ALL.into_iter().filter(|part| *part != Part::Sites || has_sites);
        let links = shown.filter_map(|part| {
            let link = node("a").with("href", format!("#part-{}", part.name()));
            Some(link.text(self.text(chapter_word(part)?)))
        });
        let label = self.text(Word::Chapters);
        node("nav").class("chapters").with("aria-label", label).children(links)
    }
}
