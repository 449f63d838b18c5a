//! The sixteen losses of TPM, as far as states, counts, meters and reports can tell them.

use super::slot::sum;
use super::words::Word;
use super::{Chapter, lower, millionths};
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table};
use millwatt::production::Loss;
use millwatt::production::sixteen::{Group, SixteenLoss};
use millwatt::site::Quantity;
use millwatt::time::Span;
use millwatt::units::Money;
use millwatt::{Decimal, Name};

const NAME: &str = "machines.sixteen";

/// What is known of one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    /// Millionths of an hour; `None` where time is not what it takes.
    hours: Option<i128>,
    /// mWh.
    energy: Option<i128>,
    money: Option<Money>,
    /// Stops.
    count: Option<u32>,
}

impl Chapter<'_> {
    pub(super) fn sixteen(&self) -> Node {
        let rows = SixteenLoss::ALL.map(|loss| (loss, self.known(loss)));
        let known = rows.iter().filter(|(_, known)| known.is_some()).count();
        if known == 0 {
            return self.view.missing(NAME, self.view.text(Word::NoPlan));
        }
        let title = self.sixteen_title(known, &rows);
        let table = self.sixteen_table(&rows).shown();
        let scroll = node("div").class("scroll").with("tabindex", "0").child(table);
        let aid = self.view.text(Word::SixteenAid).to_owned();
        let section = Section::new(NAME, title, aid, scroll).coverage(self.plan_known());
        self.view.section(section.method(self.view.text(Word::SixteenMethod).to_owned()))
    }

    /// What is known of one; `None` when no data of the period tells it.
    fn known(&self, loss: SixteenLoss) -> Option<Known> {
        use SixteenLoss::{Breakdown, Defect, Energy, MinorStop, Setup, Shutdown, Speed, StartUp};
        match loss {
            Energy => self.idle_energy(),
            Shutdown => self.shutdown(),
            Speed => self.while_running(Loss::Speed),
            Defect => self.while_running(Loss::Defect),
            StartUp => self.stood(loss).filter(|known| known.count > Some(0)),
            MinorStop => self.stood(loss),
            Breakdown | Setup if self.has_codes() => self.stood(loss),
            _ => self.stood(loss).filter(|known| known.count > Some(0)),
        }
    }

    /// Whether a machine tells breakdowns and set-up by itself, which its power cannot.
    fn has_codes(&self) -> bool {
        let coded = |id| self.shop.site.channel_of(id, Quantity::MachineState).is_some();
        self.accounts.iter().any(|account| coded(account.id))
    }

    fn stood(&self, loss: SixteenLoss) -> Option<Known> {
        let is_planned = self.accounts.iter().any(|account| account.planned > Span::ZERO);
        let slots: Vec<_> =
            self.accounts.iter().map(|account| account.of_sixteen(Some(loss))).collect();
        let all = sum(&slots);
        let is_metered = self.accounts.iter().any(|account| account.is_metered);
        is_planned.then(|| Known {
            hours: Some(super::fall::hours(all.time)),
            energy: is_metered.then(|| all.energy.milliwatt_hours()),
            money: all.cost(&self.shop.site).filter(|_| is_metered),
            count: Some(all.count),
        })
    }

    /// A loss that counts and an ideal cycle tell, over the machines that have both.
    fn while_running(&self, loss: Loss) -> Option<Known> {
        let of = |name| {
            let each = self.accounts.iter();
            let each = each.filter_map(|account| self.value(name, account.asset.id, loss.name()));
            let known: Vec<i128> = each.map(millionths).collect();
            (!known.is_empty()).then(|| known.into_iter().sum::<i128>())
        };
        let hours = of(Name::LossTime)?;
        let energy = of(Name::EnergyByLoss);
        let falls =
            self.accounts.iter().filter_map(|account| self.fall(account, super::Measure::Money));
        let money: Vec<i128> = falls.filter_map(|fall| fall.of_loss(loss)).collect();
        let money = (!money.is_empty()).then(|| Money::from_thousandths(money.into_iter().sum()));
        Some(Known { hours: Some(hours), energy, money, count: None })
    }

    fn shutdown(&self) -> Option<Known> {
        let time: Span = self.accounts.iter().map(|account| account.shutdown).sum();
        let hours = Some(super::fall::hours(time));
        (time > Span::ZERO).then_some(Known { hours, energy: None, money: None, count: None })
    }

    fn idle_energy(&self) -> Option<Known> {
        let metered = self.accounts.iter().filter(|account| account.is_metered);
        let slots: Vec<_> = metered.map(|account| account.idle.all.clone()).collect();
        let all = sum(&slots);
        (!slots.is_empty()).then(|| Known {
            hours: None,
            energy: Some(all.energy.milliwatt_hours()),
            money: all.cost(&self.shop.site),
            count: None,
        })
    }

    fn sixteen_title(&self, known: usize, rows: &[(SixteenLoss, Option<Known>)]) -> String {
        let hours = rows.iter().filter_map(|(loss, known)| Some((*loss, (*known)?.hours?)));
        // Planned stops are nobody's loss of planned time.
        let hours = hours.filter(|(loss, hours)| *loss != SixteenLoss::Shutdown && *hours > 0);
        let count = known.to_string();
        match hours.max_by_key(|(_, hours)| *hours) {
            Some((loss, hours)) => {
                let word = lower(self.view.text(Word::sixteen(loss)));
                let shown = self.hours(Decimal::new(hours, 6));
                self.view.fill(Word::SixteenTitle, &[&count, &word, &shown])
            }
            None => self.view.fill(Word::SixteenNothing, &[&count]),
        }
    }

    fn sixteen_table(&self, rows: &[(SixteenLoss, Option<Known>)]) -> Table {
        let heads = [
            self.view.text(Word::LossHead).to_owned(),
            self.view.text(Word::GroupHead).to_owned(),
            self.view.text(Word::InHours).to_owned(),
            "kWh".to_owned(),
            self.currency(),
            self.view.text(Word::InCounts).to_owned(),
        ];
        let rows = rows.iter().map(|(loss, known)| self.sixteen_row(*loss, *known));
        let silent = self.accounts.iter().map(|account| account.of_sixteen(None));
        let silent: Vec<_> = silent.collect();
        let silent = sum(&silent);
        let energy = Some(silent.energy.milliwatt_hours());
        let money = silent.cost(&self.shop.site);
        let hours = Some(super::fall::hours(silent.time));
        let silent = Known { hours, energy, money, count: Some(silent.count) };
        let name = self.view.text(Word::loss(Loss::Unqualified));
        let last = self.known_row(name, self.view.text(Word::NobodySaid), silent);
        Table::new(heads).rows(rows).rows([last])
    }

    fn sixteen_row(&self, loss: SixteenLoss, known: Option<Known>) -> Vec<Cell> {
        let name = self.view.text(Word::sixteen(loss));
        let group = self.view.text(match loss.group() {
            Group::Equipment => Word::OfEquipment,
            Group::Labour => Word::OfLabour,
            Group::Cost => Word::OfCost,
        });
        match known {
            Some(known) => self.known_row(name, group, known),
            None => {
                let why = self.view.text(why_unknown(loss));
                let dashes = ["–"; 3].map(Cell::from);
                [Cell::from(name), group.into(), why.into()].into_iter().chain(dashes).collect()
            }
        }
    }

    fn known_row(&self, name: &str, group: &str, known: Known) -> Vec<Cell> {
        let dash = || Cell::from("–");
        let hours = known.hours.map(|hours| self.hours_cell(Some(Decimal::new(hours, 6))));
        let energy = known.energy.map(|energy| {
            let energy = millwatt::units::Energy::from_milliwatt_hours(energy);
            self.energy_cell(energy, true)
        });
        let money = known.energy.map(|_| self.money_cell(known.money));
        let count =
            known.count.map(|count| Cell::figure(Decimal::new(count.into(), 0), count.to_string()));
        let cells = [hours, energy, money, count].map(|cell| cell.unwrap_or_else(dash));
        [Cell::from(name), group.into()].into_iter().chain(cells).collect()
    }
}

/// Why no data tells a loss, and what would.
const fn why_unknown(loss: SixteenLoss) -> Word {
    use SixteenLoss as L;
    match loss {
        L::Breakdown | L::Setup => Word::NeedsStateOrReport,
        L::Speed | L::Defect => Word::NeedsCounts,
        L::Motion | L::Measurement => Word::NeedsStudy,
        L::Energy => Word::NeedsMeters,
        L::Tooling => Word::NeedsToolBook,
        L::Yield => Word::NeedsNorm,
        L::ToolChange
        | L::StartUp
        | L::MinorStop
        | L::Shutdown
        | L::Management
        | L::LineOrganisation
        | L::Logistics => Word::NeedsReport,
    }
}
