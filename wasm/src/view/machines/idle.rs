//! What idling took, and what switching off after a wait would save.

use super::account::Account;
use super::saving::{AFTER, ENOUGH, a_year};
use super::slot::{Slot, sum};
use super::words::Word;
use super::{Chapter, MOST_ROWS, millionths};
use crate::chart::bars::{Part, stacked};
use crate::chart::{Room, clipped};
use crate::format;
use crate::node::Node;
use crate::strings::Key;
use crate::view::{Cell, Section, Table};
use millwatt::time::Span;
use millwatt::units::{Energy, Money};
use millwatt::{Decimal, Name};

const NAME: &str = "machines.idle";
/// The wait that is looked at where the reader has not chosen.
const USUAL: i64 = 5;
/// The part of the greenhouse gas that the main meter's electricity stands for.
const ELECTRICITY: &str = "electricity";

/// What one wait leaves of a machine's idling.
struct Left<'r> {
    account: &'r Account<'r>,
    beyond: &'r Slot,
}

impl Chapter<'_> {
    pub(super) fn idle(&self) -> Node {
        let (place, minutes) = self.wait();
        let metered = self.accounts.iter().filter(|account| account.is_metered);
        let mut rows: Vec<Left<'_>> = metered
            .filter_map(|account| Some(Left { account, beyond: account.idle.beyond.get(place)? }))
            .collect();
        if rows.is_empty() {
            return self.view.missing(NAME, self.view.text(Word::NoMachineMeter));
        }
        rows.sort_by_key(|row| std::cmp::Reverse((row.beyond.energy, row.account.idle.all.energy)));
        let all = sum(rows.iter().map(|row| &row.account.idle.all));
        if all.energy == Energy::ZERO {
            return self.view.missing(NAME, self.view.text(Word::NoIdleEnergy));
        }
        let title = self.idle_title(minutes, &rows);
        let drawing = self.idle_bars(&rows, &title);
        let aid = self.view.fill(Word::IdleAid, &[&minutes.to_string()]);
        let section = Section::new(NAME, title, aid, drawing).controls(self.wait_controls(minutes));
        let section = section.half().table(self.idle_table(place, &rows));
        let section = section.coverage(self.idle_coverage(&rows));
        self.view.section(section.method(self.view.text(Word::IdleMethod).to_owned()))
    }

    /// The wait that the reader chose, by its place, and in minutes.
    fn wait(&self) -> (usize, i64) {
        let chosen = self.view.choice.option("machines.after").and_then(|text| text.parse().ok());
        let place = |wanted: i64| AFTER.iter().position(|minutes| *minutes == wanted);
        let place = chosen.and_then(place).or_else(|| place(USUAL)).unwrap_or(0);
        (place, AFTER.get(place).copied().unwrap_or(USUAL))
    }

    fn wait_controls(&self, chosen: i64) -> Node {
        let values = AFTER.map(|minutes| minutes.to_string());
        let shown = |value: &String| self.view.fill(Word::Minutes, &[value]);
        let options: Vec<_> = values.iter().map(|value| (value.as_str(), shown(value))).collect();
        self.buttons("after", Word::AfterLabel, &options, &chosen.to_string())
    }

    fn idle_title(&self, minutes: i64, rows: &[Left<'_>]) -> String {
        let minutes = minutes.to_string();
        let saved = sum(rows.iter().map(|row| row.beyond));
        if saved.energy <= Energy::ZERO {
            let all = sum(rows.iter().map(|row| &row.account.idle.all));
            return self.view.fill(Word::IdleShort, &[&minutes, &self.energy(all.energy)]);
        }
        let energy = self.energy(saved.energy);
        let known = rows.iter().map(|row| self.yearly(row.account, row.beyond.energy));
        let of_year: Option<Energy> = known.sum();
        let money = saved.cost(&self.shop.site);
        let Some(of_year) = of_year else {
            return self.view.fill(Word::IdleOfPeriod, &[&minutes, &energy, &self.money(money)]);
        };
        let of_year = self.energy(of_year);
        let money = rows.iter().map(|row| self.yearly_money(row));
        match money.sum::<Option<Money>>() {
            Some(money) => {
                let figures = [&minutes, &energy, &of_year, &self.view.money(money.units())];
                self.view.fill(Word::IdleTitle, &figures.map(String::as_str))
            }
            None => self.view.fill(Word::IdleNoPrice, &[&minutes, &energy, &of_year]),
        }
    }

    /// Energy of a year, by the time of this machine that was measured.
    fn yearly(&self, account: &Account<'_>, energy: Energy) -> Option<Energy> {
        let year = a_year(energy.milliwatt_hours(), account.measured)?;
        Some(Energy::from_milliwatt_hours(year))
    }

    fn yearly_money(&self, row: &Left<'_>) -> Option<Money> {
        let cost = row.beyond.cost(&self.shop.site)?;
        a_year(cost.thousandths(), row.account.measured).map(Money::from_thousandths)
    }

    /// Tonnes of greenhouse gas of an amount of electricity, by the period's mean factor.
    fn tonnes(&self, energy: Energy) -> Option<Decimal> {
        let main = self.view.model.main();
        let emitted = millionths(self.value(Name::Emission, "", ELECTRICITY)?);
        let used = millionths(self.value(Name::Energy, main, "")?);
        let product = emitted.checked_mul(energy.milliwatt_hours())?;
        // Millionths of a kilogram by mWh, times mWh; a thousand kilograms are a tonne.
        let kilograms = Decimal::quotient(product, used.checked_mul(1_000_000)?, 6)?;
        Some(Decimal::new(kilograms.units(), 9))
    }

    fn idle_bars(&self, rows: &[Left<'_>], title: &str) -> Node {
        let room = Room::NARROW;
        let bars: Vec<_> = rows
            .iter()
            .take(MOST_ROWS)
            .map(|row| {
                let all = row.account.idle.all.energy;
                let kept = all - row.beyond.energy;
                let part = |key: Word, energy: Energy, class| {
                    let hint = format!(
                        "{} · {} · {}",
                        row.account.asset.name,
                        self.view.text(key),
                        self.energy(energy)
                    );
                    Part { value: energy.kwh().to_f64(), class, hint }
                };
                let parts = vec![
                    part(Word::SavedPart, row.beyond.energy, "good"),
                    part(Word::KeptPart, kept, "idle"),
                ];
                let name = clipped(row.account.asset.name, room.names - 8.0);
                (name, parts, self.energy(all))
            })
            .collect();
        stacked(room, &bars, title)
    }

    fn idle_table(&self, place: usize, rows: &[Left<'_>]) -> Table {
        let text = |word: Word| self.view.text(word).to_owned();
        let saved = AFTER.iter().enumerate().map(|(at, minutes)| {
            let mark = if at == place { " *" } else { "" };
            format!("{}{mark}", self.view.fill(Word::SavedAfter, &[&minutes.to_string()]))
        });
        let first =
            [self.view.text(Key::Asset).to_owned(), text(Word::IdleTime), text(Word::IdleEnergy)];
        let last = [
            format!("{} *", self.currency()),
            text(Word::YearEnergy),
            text(Word::YearMoney),
            text(Word::YearCarbon),
        ];
        let heads: Vec<String> = first.into_iter().chain(saved).chain(last).collect();
        Table::new(heads).rows(rows.iter().map(|row| self.idle_row(row)))
    }

    fn idle_row(&self, row: &Left<'_>) -> Vec<Cell> {
        let idle = &row.account.idle;
        let first = [
            Cell::from(row.account.asset.name),
            self.span_cell(idle.all.time),
            self.energy_cell(idle.all.energy, true),
        ];
        let saved = idle.beyond.each_ref().map(|slot| self.energy_cell(slot.energy, true));
        let year = self.yearly(row.account, row.beyond.energy);
        let last = [
            self.money_cell(row.beyond.cost(&self.shop.site)),
            self.energy_cell(year.unwrap_or(Energy::ZERO), year.is_some()),
            self.money_cell(self.yearly_money(row)),
            self.tonnes_cell(year.and_then(|year| self.tonnes(year))),
        ];
        first.into_iter().chain(saved).chain(last).collect()
    }

    fn tonnes_cell(&self, tonnes: Option<Decimal>) -> Cell {
        match tonnes {
            Some(tonnes) => {
                let short = format::short(tonnes, self.view.choice.language);
                Cell::figure(tonnes, format::with_unit(&short, "tCO₂e"))
            }
            None => self.unknown().into(),
        }
    }

    /// How many days the year is told from, and whether a factor is known.
    fn idle_coverage(&self, rows: &[Left<'_>]) -> String {
        let measured = rows.iter().map(|row| row.account.measured).min().unwrap_or(Span::ZERO);
        let days =
            Decimal::quotient(measured.milliseconds().into(), Span::DAY.milliseconds().into(), 1);
        let days = days.map_or_else(String::new, |days| self.view.exact(days));
        let key = if measured < ENOUGH { Word::YearTooFew } else { Word::YearFrom };
        let mut said = vec![self.view.fill(key, &[&days])];
        if self.value(Name::Emission, "", ELECTRICITY).is_none() {
            said.push(self.view.text(Word::NoFactor).to_owned());
        }
        said.join(" ")
    }
}
