//! Several sites compared: the same figures of each, over the same choice of period.

mod other;
mod summary;
mod words;

pub use other::{Beside, Other, remove_wanted};
pub use summary::{All, Summary};

use super::quality::say;
use super::{Cell, Section, Table, View};
use crate::chart::bars::{Part, stacked};
use crate::chart::clipped;
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use millwatt::Decimal;
use millwatt::finding::REPORTABLE_COVERAGE;
use words::Word;

/// Room for a site's name in a title.
const TITLE_ROOM: f64 = 260.0;

/// What is compared, the page's own site first.
struct Sites<'v> {
    view: &'v View<'v>,
    rows: Vec<Summary>,
}

impl View<'_> {
    /// Nothing where no other site was dropped on the page.
    pub(super) fn sites(&self) -> Node {
        if self.beside.others.is_empty() {
            return node("div");
        }
        let sites = Sites::of(self);
        let title = match sites.rows.len() {
            0 | 1 => self.text(Word::HeadlineNone).to_owned(),
            count => self.fill(Word::Headline, &[&say::count(self, count as u64)]),
        };
        let mut sections = vec![sites.files()];
        if sites.rows.len() > 1 {
            sections.extend([sites.compared(), sites.specific(), sites.effectiveness()]);
        }
        self.chapter(&title, sections)
    }

    /// The control that takes further files.
    pub(super) fn add_site(&self) -> Node {
        let input = node("input").with("type", "file").with("id", "add-site").with("multiple", "");
        let input = input.with("accept", ".html,.mwlog");
        let label = node("label").class("button").text(self.text(Word::Add)).child(input);
        let aid = node("span").class("note").text(self.text(Word::AddAid));
        node("p").class("add-site").child(label).text(" ").child(aid)
    }

    /// What is wrong with the page's own file, if anything is.
    pub(super) fn opened(&self) -> Option<Node> {
        let opening = self.beside.opening;
        let said = node("p").class("missing").with("role", "status");
        (!opening.is_whole()).then(|| said.text(opening.sentence(self.choice.language)))
    }
}

impl<'v> Sites<'v> {
    fn of(view: &'v View<'v>) -> Self {
        let model = view.model;
        let own = Summary::of(&model.site, &model.indicators, model.period, model.record);
        let others = view.beside.others.iter().filter_map(|other| {
            let mut summary = other.summary(view.choice)?;
            if summary.name == own.name {
                summary.name = format!("{} · {}", summary.name, other.name);
            }
            Some(summary)
        });
        let others: Vec<Summary> = others.collect();
        Self { view, rows: [vec![own], others].concat() }
    }

    /// Every file with what is wrong with it and the button that removes it.
    fn files(&self) -> Node {
        let view = self.view;
        let rows = view.beside.others.iter().enumerate().map(|(place, other)| {
            let name = node("bdi").text(clipped(&other.name, 400.0));
            let shown = match other.summary(view.choice) {
                Some(summary) => {
                    let site = clipped(&summary.name, TITLE_ROOM);
                    node("span").text(view.fill(Word::FileOf, &[&site])).child(name)
                }
                None => node("span").child(name),
            };
            let said = (!other.opening.is_whole()).then(|| {
                let sentence = other.opening.sentence(view.choice.language);
                node("span").class("missing").text(format!(" {sentence}"))
            });
            let label = view.fill(Word::RemoveNamed, &[&clipped(&other.name, 400.0)]);
            let button = node("button").with("type", "button").with("aria-label", label);
            let button = button.with("data-act", format!("set:sites.remove={place}"));
            let button = button.text(view.text(Word::Remove));
            node("li").child(shown).children(said).text(" ").child(button)
        });
        let list = node("ul").class("facts").children(rows);
        let title = node("h3").text(view.text(Word::Files));
        node("section").with("data-section", "sites.files").child(title).child(list)
    }

    fn short(&self, value: Option<Decimal>, unit: &str) -> Cell {
        match value {
            Some(value) => {
                let shown = format::short(value, self.view.choice.language);
                Cell::figure(value, format::with_unit(&shown, unit))
            }
            None => self.view.text(Key::Unknown).into(),
        }
    }

    fn share(&self, value: Option<Decimal>) -> Cell {
        match value {
            Some(value) => Cell::figure(value, self.view.percent(value)),
            None => self.view.text(Key::Unknown).into(),
        }
    }

    fn money(&self, value: Option<Decimal>, currency: &str) -> Cell {
        match value {
            Some(value) => {
                Cell::figure(value, format::money(value, currency, self.view.choice.language))
            }
            None => self.view.text(Key::Unknown).into(),
        }
    }

    /// Every figure of every site, and bars of what each uses a day.
    fn compared(&self) -> Node {
        let view = self.view;
        let figures = self.ranked(Summary::energy_a_day);
        let daily = |value: Decimal| view.kwh(value);
        let title = match (figures.first(), figures.last()) {
            (None, _) | (_, None) => view.text(Word::TableTitleNone).to_owned(),
            (Some((name, _)), _) if figures.len() == 1 => {
                view.fill(Word::TableTitleOne, &[&clipped(name, TITLE_ROOM)])
            }
            (Some((least, few)), Some((most, many))) => {
                let (least, most) = (clipped(least, TITLE_ROOM), clipped(most, TITLE_ROOM));
                view.fill(Word::TableTitle, &[&most, &daily(*many), &least, &daily(*few)])
            }
        };
        let bars = self.bars(&figures, &title, daily);
        let notes = say::list(self.notes());
        let table = node("div").class("scroll").with("tabindex", "0").child(self.table().shown());
        let drawing = node("div").child(bars).child(notes).child(table);
        let aid = view.text(Word::TableAid).to_owned();
        let section = Section::new("sites.compared", title, aid, drawing);
        view.section(section.method(view.text(Word::TableMethod).to_owned()))
    }

    /// What must be known before sums are compared.
    fn notes(&self) -> Vec<String> {
        let view = self.view;
        let mut notes = Vec::new();
        let first = self.rows.first();
        let differs = |is_same: fn(&Summary, &Summary) -> bool| {
            first.is_some_and(|first| !self.rows.iter().all(|row| is_same(first, row)))
        };
        if differs(|one, other| one.dates == other.dates) {
            notes.push(view.text(Word::PeriodsDiffer).to_owned());
        }
        if differs(|one, other| one.currency == other.currency) {
            notes.push(view.text(Word::CurrenciesDiffer).to_owned());
        }
        let low = self.rows.iter().filter_map(|row| {
            let coverage = row.coverage?;
            let is_low = coverage.to_f64() < REPORTABLE_COVERAGE.to_f64();
            let name = clipped(&row.name, TITLE_ROOM);
            is_low.then(|| format!("{name} ({})", view.percent(coverage)))
        });
        let low: Vec<String> = low.collect();
        if !low.is_empty() {
            notes.push(view.fill(Word::LowCoverage, &[&low.join(", ")]));
        }
        notes
    }

    fn table(&self) -> Table {
        let heads = [
            Word::Site,
            Word::Dates,
            Word::Days,
            Word::Energy,
            Word::EnergyDay,
            Word::Output,
            Word::Specific,
            Word::Oil,
            Word::Carbon,
            Word::Oee,
            Word::Coverage,
            Word::Lost,
        ];
        let table = Table::new(heads.map(|head| self.view.text(head)));
        table.rows(self.rows.iter().map(|row| self.row(row))).rows([self.all_row()])
    }

    fn row(&self, row: &Summary) -> Vec<Cell> {
        let [from, to] = row.dates.map(|date| format::full_day(date, self.view.choice.language));
        let days = Decimal::from_f64(row.days, 1);
        vec![
            clipped(&row.name, TITLE_ROOM).into(),
            format!("{from} – {to}").into(),
            self.short(days, ""),
            self.short(row.energy, "kWh"),
            self.short(row.energy_a_day(), "kWh"),
            self.short(row.output, &row.unit),
            self.short(row.specific, &per(&row.unit)),
            self.short(row.oil, "TOE"),
            self.short(row.carbon, "tCO₂e"),
            self.share(row.oee()),
            self.share(row.coverage),
            self.money(row.lost, &row.currency),
        ]
    }

    fn all_row(&self) -> Vec<Cell> {
        let all = All::of(&self.rows);
        let first = self.rows.first();
        let unit = first.map_or("", |row| row.unit.as_str());
        let currency = first.map_or("", |row| row.currency.as_str());
        vec![
            self.view.text(Word::All).into(),
            "".into(),
            "".into(),
            self.short(all.energy, "kWh"),
            self.short(all.energy_a_day, "kWh"),
            self.short(all.output, unit),
            self.short(all.specific, &per(unit)),
            self.short(all.oil, "TOE"),
            self.short(all.carbon, "tCO₂e"),
            self.share(all.oee),
            self.share(all.coverage),
            self.money(all.lost, currency),
        ]
    }

    /// Names with a figure, the least first; sites without it are left out.
    fn ranked(&self, of: impl Fn(&Summary) -> Option<Decimal>) -> Vec<(String, Decimal)> {
        let known = self.rows.iter().filter_map(|row| Some((row.name.clone(), of(row)?)));
        let mut known: Vec<_> = known.collect();
        known.sort_by(|(_, one), (_, other)| one.to_f64().total_cmp(&other.to_f64()));
        known
    }

    fn bars(
        &self,
        figures: &[(String, Decimal)],
        label: &str,
        shown: impl Fn(Decimal) -> String,
    ) -> Node {
        let room = self.view.room();
        let rows = figures.iter().rev().map(|(name, value)| {
            let told = shown(*value);
            let hint = format!("{name} · {told}");
            let part = Part { value: value.to_f64(), class: "energy", hint };
            (clipped(name, room.names - 12.0), vec![part], told)
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() { node("div") } else { stacked(room, &rows, label) }
    }

    /// Electricity for a unit of output, of the sites that count in the page's own unit.
    fn specific(&self) -> Node {
        const NAME: &str = "sites.specific";
        let view = self.view;
        let unit = self.rows.first().map_or("", |row| row.unit.as_str());
        let figures = self.ranked(|row| row.specific.filter(|_| row.unit == unit));
        let shown =
            |value| format::with_unit(&format::short(value, view.choice.language), &per(unit));
        let (Some((least, few)), Some((most, many))) = (figures.first(), figures.last()) else {
            return view.missing(NAME, &view.fill(Word::SpecificMissing, &[unit]));
        };
        if figures.len() < 2 {
            return view.missing(NAME, &view.fill(Word::SpecificMissing, &[unit]));
        }
        let ratio = Decimal::from_f64(many.to_f64() / few.to_f64(), 2);
        let ratio = ratio.map_or_else(|| view.text(Key::Unknown).to_owned(), |it| view.exact(it));
        let (least, most) = (clipped(least, TITLE_ROOM), clipped(most, TITLE_ROOM));
        let (few, many) = (shown(*few), shown(*many));
        let told: [&str; 6] = [&least, unit, &few, &most, &many, &ratio];
        let title = view.fill(Word::SpecificTitle, &told);
        let drawing = self.bars(&figures, &title, shown);
        let aid = view.fill(Word::SpecificAid, &[unit]);
        let others = self.rows.iter().filter(|row| row.unit != unit).map(|row| {
            format!("{} ({})", clipped(&row.name, TITLE_ROOM), clipped(&row.unit, 80.0))
        });
        let others = others.collect::<Vec<_>>().join(", ");
        let section = Section::new(NAME, title, aid, drawing);
        let section = section.method(view.text(Word::TableMethod).to_owned());
        if others.is_empty() {
            return view.section(section);
        }
        view.section(section.coverage(view.fill(Word::OtherUnits, &[&others])))
    }

    fn effectiveness(&self) -> Node {
        const NAME: &str = "sites.oee";
        let view = self.view;
        let figures = self.ranked(Summary::oee);
        let (Some((low, least)), Some((high, most))) = (figures.first(), figures.last()) else {
            return view.missing(NAME, view.text(Word::OeeMissing));
        };
        if figures.len() < 2 {
            return view.missing(NAME, view.text(Word::OeeMissing));
        }
        let (low, high) = (clipped(low, TITLE_ROOM), clipped(high, TITLE_ROOM));
        let (most, least) = (view.percent(*most), view.percent(*least));
        let title = view.fill(Word::OeeTitle, &[&high, &most, &low, &least]);
        let drawing = self.bars(&figures, &title, |value| view.percent(value));
        let section = Section::new(NAME, title, view.text(Word::OeeAid).to_owned(), drawing);
        view.section(section.method(view.text(Word::TableMethod).to_owned()))
    }
}

/// The unit of what is used for one of another.
fn per(unit: &str) -> String {
    format!("kWh/{}", clipped(unit, 80.0))
}
