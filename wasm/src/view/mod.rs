//! The page as trees, a part at a time, from a model and the reader's choices.

mod actions;
mod baseline;
mod compliance;
mod energy;
mod figures;
mod head;
mod machines;
mod method;
mod owner;
mod quality;
mod review;
mod section;
mod sites;
mod systems;
mod table;
mod trust;

use crate::chart::Room;
use crate::choice::Choice;
use crate::format::{self, full_day};
use crate::model::Model;
use crate::node::Node;
use crate::words::Text;
pub(crate) use compliance::entry;
use millwatt::Decimal;
use millwatt::archive::Archive;
use millwatt::time::{Instant, Span};
pub use section::Section;
pub use sites::{All, Beside, Other, Summary, remove_wanted};
pub use table::{Cell, Table};
pub use trust::{Broken, Checked, Proof, Verdict};

/// The parts of the page in its order; each is computed, drawn and replaced by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Site, period and what to choose.
    Head,
    /// The owner's page: three sentences and the cards.
    Owner,
    /// Several sites beside each other.
    Sites,
    /// What the machines did.
    Machines,
    /// Where the energy went.
    Energy,
    /// Use against what the baseline expects.
    Baseline,
    /// What saves most, and who does it.
    Actions,
    /// What the management looks at.
    Review,
    /// What law and standards ask for.
    Compliance,
    /// What the other management systems look at.
    Systems,
    /// How good the data is.
    Quality,
    /// What was verified, and what is not proved.
    Trust,
    /// Every figure of the period.
    Figures,
    /// How it was computed, and from what.
    Method,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Head,
        Self::Owner,
        Self::Sites,
        Self::Machines,
        Self::Energy,
        Self::Baseline,
        Self::Actions,
        Self::Review,
        Self::Compliance,
        Self::Systems,
        Self::Quality,
        Self::Trust,
        Self::Figures,
        Self::Method,
    ];

    /// Its short name, which begins the names of its sections and acts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Owner => "owner",
            Self::Machines => "machines",
            Self::Energy => "energy",
            Self::Sites => "sites",
            Self::Baseline => "baseline",
            Self::Actions => "actions",
            Self::Review => "review",
            Self::Quality => "quality",
            Self::Compliance => "compliance",
            Self::Systems => "systems",
            Self::Trust => "trust",
            Self::Figures => "figures",
            Self::Method => "method",
        }
    }
}

/// What every part of the page needs to know.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What is shown.
    pub model: &'a Model<'a>,
    /// What it was computed from.
    pub archive: &'a Archive,
    /// The log's bytes as they came.
    pub log: &'a [u8],
    /// What the reader chose and entered.
    pub choice: &'a Choice,
    /// What is known beside the log.
    pub beside: Beside<'a>,
}

impl View<'_> {
    /// One part of the page.
    #[must_use]
    pub fn part(&self, part: Part) -> Node {
        match part {
            Part::Head => self.head(),
            Part::Owner => self.owner(),
            Part::Sites => self.sites(),
            Part::Machines => self.machines(),
            Part::Energy => self.energy(),
            Part::Baseline => self.baseline(),
            Part::Actions => self.actions(),
            Part::Review => self.review(),
            Part::Compliance => self.compliance(),
            Part::Systems => self.systems(),
            Part::Trust => self.trust(),
            Part::Quality => self.quality(),
            Part::Figures => self.figures(),
            Part::Method => self.method(),
        }
    }

    /// How much room charts have.
    pub(crate) const fn room(&self) -> Room {
        if self.choice.narrow { Room::NARROW } else { Room::WIDE }
    }

    pub(crate) fn text(&self, key: impl Text) -> &'static str {
        key.text(self.choice.language)
    }

    pub(crate) fn fill(&self, key: impl Text, figures: &[&str]) -> String {
        key.fill(self.choice.language, figures)
    }

    #[inline(never)]
    pub(crate) fn kwh(&self, value: Decimal) -> String {
        format::with_unit(&format::short(value, self.choice.language), "kWh")
    }

    #[inline(never)]
    pub(crate) fn kw(&self, value: Decimal) -> String {
        format::with_unit(&format::short(value, self.choice.language), "kW")
    }

    #[inline(never)]
    pub(crate) fn money(&self, value: Decimal) -> String {
        format::money(value, self.model.site.currency, self.choice.language)
    }

    #[inline(never)]
    pub(crate) fn percent(&self, value: Decimal) -> String {
        format::percent(value, self.choice.language)
    }

    /// Every digit of a figure.
    #[inline(never)]
    pub(crate) fn exact(&self, value: Decimal) -> String {
        format::exact(value, self.choice.language)
    }

    #[inline(never)]
    pub(crate) fn number(&self, value: f64) -> String {
        Decimal::from_f64(value, 3).map_or_else(String::new, |value| self.exact(value))
    }

    #[inline(never)]
    pub(crate) fn date(&self, at: Instant) -> String {
        full_day(self.model.site.zone_rules().local(at).date, self.choice.language)
    }

    pub(crate) fn last_date(&self) -> Instant {
        self.model.period.to - Span::from_milliseconds(1)
    }
}
