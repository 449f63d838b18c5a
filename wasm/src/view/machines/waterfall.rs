//! From planned time down through the losses to good product: of one machine, in three measures.

use super::account::Account;
use super::fall::{Fall, Measure};
use super::words::Word;
use super::{Chapter, class_of, lower};
use crate::chart::waterfall::{Step, waterfall};
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::{Cell, Section, Table};
use millwatt::Decimal;
use millwatt::production::Loss;
use millwatt::units::Energy;

const NAME: &str = "machines.waterfall";

impl Chapter<'_> {
    pub(super) fn waterfall(&self) -> Node {
        let Some(account) = self.chosen_machine() else {
            return self.view.missing(NAME, self.view.text(Word::NoPlan));
        };
        let measure = Measure::named(self.view.choice.option("machines.unit"));
        let controls = self.waterfall_controls(account, measure);
        let Some(fall) = self.fall(account, measure) else {
            let key = match measure {
                Measure::Hours => Word::NoPlan,
                Measure::Energy => Word::NoMeterOf,
                Measure::Money => Word::NoPriceOf,
            };
            let said = self.view.fill(key, &[account.asset.name]);
            return self.view.missing(NAME, &said).child(controls);
        };
        let title = self.waterfall_title(account, measure, &fall);
        let steps = self.steps(account, measure, &fall);
        let drawing = waterfall(self.view.room(), &steps, &title);
        let aid = self.view.text(Word::WaterfallAid).to_owned();
        let section = Section::new(NAME, title, aid, drawing).controls(controls);
        let section = section.table(self.waterfall_table(account));
        let section = section.coverage(self.waterfall_coverage(account, measure, &fall));
        self.view.section(section.method(self.view.text(Word::WaterfallMethod).to_owned()))
    }

    /// The machine that the reader chose, or the one that loses most time.
    fn chosen_machine(&self) -> Option<&Account<'_>> {
        let chosen = self.view.choice.option("machines.machine");
        let falls = || {
            let all = self.accounts.iter();
            all.filter_map(move |account| Some((account, self.fall(account, Measure::Hours)?)))
        };
        let chosen = falls().find(|(account, _)| Some(account.asset.id) == chosen);
        let most = || falls().max_by_key(|(_, fall)| fall.lost());
        chosen.or_else(most).map(|(account, _)| account)
    }

    fn waterfall_controls(&self, account: &Account<'_>, measure: Measure) -> Node {
        let machines: Vec<_> = self
            .accounts
            .iter()
            .map(|one| (one.asset.id.to_owned(), one.asset.name.to_owned()))
            .collect();
        let select = self.select("machine", Word::MachineLabel, &machines, account.asset.id);
        node("div").class("picker").child(select).child(self.measures("unit", measure))
    }

    fn waterfall_title(&self, account: &Account<'_>, measure: Measure, fall: &Fall) -> String {
        let shown = |units| self.measured(measure, units);
        let (whole, rest) = (shown(fall.whole), shown(fall.rest));
        let Some((loss, lost)) = fall.largest() else {
            let figures = [account.asset.name, &whole];
            return self.view.fill(Word::NothingLost, &figures);
        };
        let key = if fall.is_divided { Word::WaterfallTitle } else { Word::WaterfallRunning };
        let loss = lower(self.view.text(Word::loss(loss)));
        let figures = [account.asset.name, &whole, &rest, &loss, &shown(lost)];
        self.view.fill(key, &figures)
    }

    fn whole_word(&self, measure: Measure) -> &'static str {
        self.view.text(match measure {
            Measure::Hours => Word::PlannedTime,
            Measure::Energy => Word::PlannedEnergy,
            Measure::Money => Word::PlannedMoney,
        })
    }

    fn rest_word(&self, fall: &Fall) -> &'static str {
        self.view.text(if fall.is_divided { Word::GoodProduct } else { Word::RunningWhole })
    }

    /// The rows of the drawing; losses of nothing are left to the table.
    fn steps(&self, account: &Account<'_>, measure: Measure, fall: &Fall) -> Vec<Step> {
        let whole = measure.decimal(fall.whole).to_f64();
        let step = |name: &str, from: f64, to: f64, class, units| {
            let shown = self.measured(measure, units);
            let share = Decimal::quotient(units, fall.whole, 4);
            let share = share.map_or_else(String::new, |share| self.view.percent(share));
            let hint = format!("{} · {name} · {shown} · {share}", account.asset.name);
            Step { name: name.to_owned(), from, to, class, shown, hint }
        };
        let mut steps =
            vec![step(self.whole_word(measure), 0.0, whole, Some("energy"), fall.whole)];
        let mut left = fall.whole;
        let parts = fall.losses.iter().filter_map(|(loss, lost)| {
            let word = self.view.text(Word::loss(*loss));
            Some((word, Some(class_of(*loss)), (*lost)?))
        });
        let unmeasured = [(self.view.text(Key::NotMeasured), None, fall.unmeasured)];
        for (name, class, lost) in unmeasured.into_iter().chain(parts).filter(|part| part.2 != 0) {
            let from = measure.decimal(left).to_f64();
            left -= lost;
            steps.push(step(name, from, measure.decimal(left).to_f64(), class, lost));
        }
        let class = Some(if fall.is_divided { "good" } else { "running" });
        let rest = measure.decimal(fall.rest).to_f64();
        steps.push(step(self.rest_word(fall), 0.0, rest, class, fall.rest));
        steps
    }

    fn waterfall_table(&self, account: &Account<'_>) -> Table {
        let falls = Measure::ALL.map(|(measure, _)| (measure, self.fall(account, measure)));
        let cell = |pick: &dyn Fn(&Fall) -> Option<i128>| {
            falls.each_ref().map(|(measure, fall)| match fall.as_ref().and_then(pick) {
                Some(units) => Cell::figure(measure.decimal(units), self.measured(*measure, units)),
                None => self.unknown().into(),
            })
        };
        let row = |name: &str, pick: &dyn Fn(&Fall) -> Option<i128>| {
            [Cell::from(name)].into_iter().chain(cell(pick)).collect::<Vec<_>>()
        };
        let heads = [self.view.text(Key::Part), self.view.text(Word::InHours), "kWh"];
        let heads = heads.map(str::to_owned).into_iter().chain([self.currency()]);
        let mut rows = vec![
            row(self.view.text(Word::Planned), &|fall: &Fall| Some(fall.whole)),
            row(self.view.text(Key::NotMeasured), &|fall: &Fall| Some(fall.unmeasured)),
        ];
        for loss in Loss::ALL {
            rows.push(row(self.view.text(Word::loss(loss)), &|fall: &Fall| fall.of_loss(loss)));
        }
        let rest = falls.iter().find_map(|(_, fall)| fall.as_ref());
        let rest = rest.map_or("", |fall| self.rest_word(fall));
        rows.push(row(rest, &|fall: &Fall| Some(fall.rest)));
        Table::new(heads).rows(rows)
    }

    fn waterfall_coverage(&self, account: &Account<'_>, measure: Measure, fall: &Fall) -> String {
        let all = account.all();
        let share = millwatt::usage::share(all.time, account.planned);
        let share = self.view.percent(share);
        let mut said = vec![self.view.fill(Word::StatesKnown, &[account.asset.name, &share])];
        if !fall.is_divided {
            said.push(self.view.text(Word::NotDivided).to_owned());
        }
        if measure == Measure::Money && all.unpriced() > Energy::ZERO {
            let energy = self.energy(all.unpriced());
            said.push(self.view.fill(Word::PartlyUnpriced, &[&energy]));
        }
        said.join(" ")
    }
}
