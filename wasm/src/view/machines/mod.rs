//! What the machines did: states along time, OEE and its factors, energy by state.

use super::View;
use crate::chart::bars::Part;
use crate::chart::ribbon::Stretch;
use crate::chart::{bars, ribbon};
use crate::format;
use crate::model::{Ribbon, STACK};
use crate::node::{Node, node};
use crate::strings::Key;
use millwatt::production::State;
use millwatt::time::{Every, Instant, Period};
use millwatt::{Decimal, Name};

/// The class that gives a state its colour.
const fn class(state: State) -> &'static str {
    match state {
        State::Off => "off",
        State::Idle => "idle",
        State::Setup => "setup",
        State::Running => "running",
        State::Down => "down",
    }
}

impl View<'_> {
    pub(super) fn machine_sections(&self) -> Vec<Node> {
        if self.model.ribbons.is_empty() {
            return vec![self.missing(Key::NoMachines)];
        }
        let oee = self.oee().unwrap_or_else(|| self.missing(Key::NoOee));
        [self.ribbon(), Some(oee), self.by_state()].into_iter().flatten().collect()
    }

    fn legend(&self) -> Node {
        node("p").class("legend").children(STACK.map(|state| {
            let mark = node("span").class(class(state)).text("■");
            node("span").child(mark).text(" ").text(self.text(Key::state(state)))
        }))
    }

    fn hours(&self, value: Decimal) -> String {
        format::with_unit(&format::short(value, self.language), "h")
    }

    fn ribbon(&self) -> Option<Node> {
        let idle = self.model.by_asset(Name::StateTime, "idle");
        let (asset, hours) = idle.max_by_key(|(_, hours)| hours.rounded(6).units())?;
        let name = self.model.asset_name(asset);
        let title = self.fill(Key::RibbonTitle, &[name, &self.hours(hours)]);
        let shown = self.model.ribbon_period;
        let rows: Vec<_> = self.model.ribbons.iter().map(|row| self.ribbon_row(row)).collect();
        let zone = self.model.site.zone_rules();
        let marks: Vec<_> = shown
            .every(Every::Day, zone)
            .map(|day| {
                let date = zone.local(day.from).date;
                (share_of(shown, day).0, format::day(date, self.language))
            })
            .collect();
        let drawing = ribbon::ribbon(self.room, &rows, &marks, &title);
        let from = self.date(shown.from);
        let stretch = format!("{from} – {}", self.date(self.last_date()));
        let aid = self.fill(Key::RibbonAid, &[&stretch]);
        Some(self.section(title, aid, drawing, None).child(self.legend()))
    }

    fn ribbon_row(&self, row: &Ribbon) -> (String, Vec<Stretch>) {
        let name = self.model.site.asset(row.asset).map_or("", |asset| asset.name);
        let zone = self.model.site.zone_rules();
        let stretches = row.spans.iter().map(|span| {
            let (from, to) = share_of(self.model.ribbon_period, span.period);
            let begins = format::moment(zone.local(span.period.from), self.language);
            let minutes = span.period.span().milliseconds() / 60_000;
            let state = self.text(Key::state(span.state));
            let hint = format!("{name} · {state} · {begins} · {minutes} min");
            Stretch { from, to, class: class(span.state), hint }
        });
        (name.to_owned(), stretches.collect())
    }

    fn oee(&self) -> Option<Node> {
        let oees: Vec<_> = self.model.by_asset(Name::Oee, "").collect();
        let (worst, value) = oees.iter().min_by_key(|(_, oee)| oee.rounded(6).units())?;
        let name = self.model.asset_name(worst);
        let title = self.fill(Key::OeeTitle, &[name, &self.percent(*value)]);
        let factors = [
            (Name::Oee, "OEE"),
            (Name::Availability, self.text(Key::Availability)),
            (Name::Performance, self.text(Key::Performance)),
            (Name::Quality, self.text(Key::Quality)),
        ];
        let heads: Vec<String> = [self.text(Key::Asset)]
            .into_iter()
            .chain(factors.map(|(_, word)| word))
            .map(str::to_owned)
            .collect();
        let head = |text: &String| node("th").with("scope", "col").text(text);
        let head = node("tr").children(heads.iter().map(head));
        let rows = oees.iter().map(|(asset, _)| {
            let name = node("th").with("scope", "row").text(self.model.asset_name(asset));
            let cells = factors.map(|(name, _)| self.factor(name, asset));
            node("tr").child(name).children(cells)
        });
        let table = node("table").class("factors");
        let table = table.child(node("thead").child(head)).child(node("tbody").children(rows));
        let scroll = node("div").class("scroll").child(table);
        let aid = self.text(Key::OeeAid).to_owned();
        Some(self.section(title, aid, scroll, None))
    }

    /// A share as a number with a bar under it.
    fn factor(&self, name: Name, asset: &str) -> Node {
        let figure = self.model.figure(name, asset, "");
        let Some(value) = figure.and_then(|figure| figure.value) else {
            return node("td").text(self.text(Key::Unknown));
        };
        let width = crate::chart::at((value.to_f64() * 100.0).clamp(0.0, 100.0));
        let bar = node("rect").with("width", width).with("height", "6");
        let bar = bar.class(if name == Name::Oee { "ink" } else { "energy" });
        let track = node("rect").with("width", "100").with("height", "6").class("track");
        let svg = node("svg").with("viewBox", "0 0 100 6").with("preserveAspectRatio", "none");
        let svg = svg.with("aria-hidden", "true").class("meter").child(track).child(bar);
        node("td").child(node("span").text(self.percent(value))).child(svg)
    }

    fn by_state(&self) -> Option<Node> {
        let machines = self.model.by_asset(Name::EnergyByState, State::Running.name());
        let mut rows: Vec<_> = machines
            .map(|(asset, _)| {
                let total = self.model.value(Name::Energy, asset, "");
                (asset, total.unwrap_or(Decimal::new(0, 0)))
            })
            .collect();
        rows.sort_by_key(|(_, total)| std::cmp::Reverse(total.rounded(6).units()));
        let (top, energy) = *rows.first()?;
        let figures = [self.model.asset_name(top), &self.kwh(energy)];
        let title = self.fill(Key::MachinesTitle, &figures);
        let bars: Vec<_> = rows
            .iter()
            .map(|(asset, total)| {
                let parts = STACK.iter().map(|state| self.state_part(asset, *state));
                (self.model.asset_name(asset).to_owned(), parts.collect(), self.kwh(*total))
            })
            .collect();
        let aid = self.text(Key::MachinesAid).to_owned();
        let section =
            self.section(title.clone(), aid, bars::stacked(self.room, &bars, &title), None);
        Some(section.child(self.legend()))
    }

    fn state_part(&self, asset: &str, state: State) -> Part {
        let energy = self.model.value(Name::EnergyByState, asset, state.name());
        let shown = energy.map_or_else(String::new, |energy| self.kwh(energy));
        let hint = format!("{} · {shown}", self.text(Key::state(state)));
        Part { value: energy.map_or(0.0, Decimal::to_f64), class: class(state), hint }
    }
}

/// Where a stretch lies in a longer one, as shares of its length.
fn share_of(whole: Period, part: Period) -> (f64, f64) {
    let length = whole.span().milliseconds().max(1) as f64;
    let share = |at: Instant| ((at - whole.from).milliseconds() as f64 / length).clamp(0.0, 1.0);
    let from: f64 = share(part.from);
    (from, share(part.to))
}
