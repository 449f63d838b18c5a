//! What the data answer of a management review's inputs.

use super::words::Word;
use crate::format;
use crate::strings::Key;
use crate::view::View;
use crate::view::actions::{Row, Status, about, sums};
use millwatt::analysis::baseline::{Account, Study, Verdict};
use millwatt::energy::balance::{reconcile, significant};
use millwatt::evaluate::usage_of;
use millwatt::event::{Event, EventKind};
use millwatt::finding::{Cause, REPORTABLE_COVERAGE};
use millwatt::series::Series;
use millwatt::site::Quantity;
use millwatt::time::{Instant, Period};
use millwatt::units::{Energy, Money};
use millwatt::{Decimal, Indicator, Name, Unit};

/// Auditors' usual tolerance between bill and meter.
const TOLERANCE: Decimal = Decimal::new(2, 2);
/// Uses that make up this share are significant.
const SIGNIFICANT: Decimal = Decimal::new(8, 1);
/// How many significant uses, and how many causes, are named.
const NAMED: usize = 6;

/// One line of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its name among entries.
    pub name: &'static str,
    /// What it is about.
    pub topic: Word,
    /// What the data say; `None` where a person must.
    pub figure: Option<String>,
}

impl View<'_> {
    /// Every input in the order of the sheet.
    pub(super) fn review_inputs(&self) -> Vec<Line> {
        let rows = self.opportunities();
        let study = self.study();
        let account = study.account;
        let line = |name, topic, figure| Line { name, topic, figure };
        vec![
            line("earlier", Word::Earlier, None),
            line("actions", Word::ActionsStatus, Some(self.status_of_actions(&rows))),
            line("performance", Word::Performance, Some(self.performance(account.as_ref()))),
            line("targets", Word::Targets, self.target(&study)),
            line("use", Word::Use, self.used_and_made()),
            line("intensity", Word::Intensity, self.shown(Name::SpecificEnergy, "")),
            line("emission", Word::Emission, self.shown(Name::Emission, "")),
            line("significant", Word::Significant, self.significant_uses()),
            line("opportunities", Word::Opportunities, self.worthwhile(&rows)),
            line("quality", Word::DataQuality, self.measured_meters()),
            line("bills", Word::Bills, Some(self.bills())),
            line("nonconformities", Word::Nonconformities, Some(self.causes())),
            line("resources", Word::Resources, self.invested(&rows)),
            line("issues", Word::Issues, None),
            line("compliance", Word::Compliance, None),
            line("audits", Word::Audits, None),
            line("policy", Word::Policy, None),
        ]
    }

    fn status_of_actions(&self, rows: &[Row<'_>]) -> String {
        let actions: Vec<&Row<'_>> = rows.iter().filter(|row| row.is_action()).collect();
        if actions.is_empty() {
            return self.text(Word::NoActions).to_owned();
        }
        let count =
            |status: Status| actions.iter().filter(|row| row.entry.status == status).count();
        let today = self.model.site.zone_rules().local(self.last_date()).date;
        let is_open = |row: &Row<'_>| !matches!(row.entry.status, Status::Done | Status::Dropped);
        let overdue = actions
            .iter()
            .filter(|row| is_open(row) && row.entry.due_on().is_some_and(|due| due < today));
        let mut figures = vec![actions.len().to_string()];
        figures.extend(Status::ALL.map(|status| count(status).to_string()));
        figures.push(overdue.count().to_string());
        let figures: Vec<&str> = figures.iter().map(String::as_str).collect();
        self.fill(Word::Actions, &figures)
    }

    fn performance(&self, account: Option<&Account>) -> String {
        let told = account.and_then(|account| {
            let saving = account.saving().kwh();
            let size = self.kwh(Decimal::new(saving.units().abs(), saving.places()));
            let band = self.kwh(account.band?.kwh());
            let share = account.improvement.map(|share| self.percent(share)).unwrap_or_default();
            match account.verdict {
                Verdict::Verified => Some(self.fill(Word::Better, &[&size, &band, &share])),
                Verdict::Worse => Some(self.fill(Word::Worse, &[&size, &band, &share])),
                Verdict::NotProved => Some(self.fill(Word::NotProved, &[&self.kwh(saving), &band])),
                Verdict::NoClaim => None,
            }
        });
        told.unwrap_or_else(|| self.text(Word::NoClaim).to_owned())
    }

    fn target(&self, study: &Study) -> Option<String> {
        let wanted = Decimal::new(study.target_per_mille.into(), 3);
        let account = study.account.filter(|account| account.verdict != Verdict::NoClaim);
        let now = account.and_then(|account| account.improvement);
        let now = now.map_or(self.text(Word::UnknownNow).to_owned(), |now| self.percent(now));
        (wanted.units() > 0).then(|| self.fill(Word::Target, &[&self.percent(wanted), &now]))
    }

    /// A figure with its unit.
    fn shown(&self, name: Name, asset: &str) -> Option<String> {
        let figure = self.model.figure(name, asset, "")?;
        let value = figure.value?;
        if matches!(name, Name::Cost) {
            return Some(self.money(value));
        }
        let language = self.choice.language;
        if figure.unit == Unit::KilogramOfCarbon {
            let tonnes = Decimal::new(value.units(), value.places().saturating_add(3));
            return Some(format::with_unit(&format::short(tonnes, language), "tCO₂e"));
        }
        let number = format::short(value, language);
        Some(format::with_unit(&number, &figure.unit.to_string()))
    }

    fn used_and_made(&self) -> Option<String> {
        let main = self.model.main();
        let figures = [(Name::Energy, main), (Name::Cost, main), (Name::Output, "")];
        let shown: Vec<String> =
            figures.iter().filter_map(|(name, asset)| self.shown(*name, asset)).collect();
        (!shown.is_empty()).then(|| shown.join(" · "))
    }

    fn significant_uses(&self) -> Option<String> {
        let main = self.model.main();
        let uses = self.model.by_asset(Name::Energy, "").filter(|(asset, _)| *asset != main);
        let mut uses: Vec<_> =
            uses.map(|(asset, kwh)| (self.model.asset_name(asset), kwh)).collect();
        uses.extend(self.unmetered().map(|kwh| (self.text(Word::Unmetered), kwh)));
        let energies: Vec<Energy> = uses
            .iter()
            .map(|(_, kwh)| Energy::from_milliwatt_hours(kwh.rounded(6).units()))
            .collect();
        let mut order = vec![0; energies.len()];
        let count = significant(&energies, SIGNIFICANT, &mut order);
        let all: Energy = energies.iter().copied().sum();
        let largest = || order.iter().take(count);
        let taken: Energy = largest().filter_map(|place| energies.get(*place)).copied().sum();
        let share = Decimal::quotient(taken.milliwatt_hours(), all.milliwatt_hours(), 4)?;
        let names = largest().take(NAMED).filter_map(|place| uses.get(*place));
        let names: Vec<&str> = names.map(|(name, _)| *name).collect();
        let more = if count > NAMED { "…" } else { "" };
        let named = format!("{}{more}", names.join(", "));
        Some(self.fill(Word::SignificantUses, &[&named, &self.percent(share)]))
    }

    /// What the main meter counted and no sub-meter saw, kWh.
    fn unmetered(&self) -> Option<Decimal> {
        let whole = self.model.value(Name::Energy, self.model.main(), "")?;
        let share = self.model.value(Name::Unmetered, "", "")?;
        let rest = Decimal::from_f64(whole.to_f64() * share.to_f64(), 6)?;
        (rest.units() > 0).then_some(rest)
    }

    fn worthwhile(&self, rows: &[Row<'_>]) -> Option<String> {
        let count = rows.iter().filter(|row| self.worth(row).is_some()).count();
        let (energy, money) = sums(rows);
        let total = match money {
            Money::ZERO => self.kwh(about(energy.kwh())),
            money => self.money(about(money.units())),
        };
        (count > 0).then(|| self.fill(Word::Saving, &[&count.to_string(), &total]))
    }

    fn measured_meters(&self) -> Option<String> {
        let meters = || self.model.indicators.iter().filter(|figure| figure.name == Name::Energy);
        let limit = REPORTABLE_COVERAGE.to_f64();
        let whole = meters().filter(|figure| figure.coverage.to_f64() >= limit).count();
        let main = self.model.figure(Name::Energy, self.model.main(), "")?;
        let figures =
            [self.percent(main.coverage), whole.to_string(), meters().count().to_string()];
        Some(self.fill(Word::Measured, &figures.each_ref().map(String::as_str)))
    }

    /// Bills in kWh that meet the period, each over its own time.
    fn bills(&self) -> String {
        let before = Period::new(Instant::MIN, self.model.period.to);
        let bills = self.archive.events(before).filter(|event| event.kind == EventKind::Bill);
        let judged: Vec<bool> = bills.filter_map(|bill| self.agrees(&bill)).collect();
        if judged.is_empty() {
            return self.text(Word::NoBills).to_owned();
        }
        let agree = judged.iter().filter(|agrees| **agrees).count();
        self.fill(Word::BillsAgree, &[&agree.to_string(), &judged.len().to_string()])
    }

    fn agrees(&self, bill: &Event<'_>) -> Option<bool> {
        let site = &self.model.site;
        let period = Period::new(bill.at, bill.until.filter(|_| bill.unit == "kWh")?);
        period.overlap(self.model.period)?;
        let channel = site.channel_of(site.main?, Quantity::ActiveEnergy)?;
        let measured = usage_of(site, self.archive, channel, period).total()?;
        let billed = i128::from(bill.thousandths) * 1_000;
        let [measured, billed] = [measured, billed].map(Energy::from_milliwatt_hours);
        Some(reconcile(measured, billed, TOLERANCE)?.agrees)
    }

    /// What stands against figures of the period, the commonest first.
    fn causes(&self) -> String {
        let mut counts: Vec<(Cause, usize)> = Vec::new();
        let of = |figure: &Indicator<'_>| figure.findings.iter().collect::<Vec<_>>();
        for finding in self.model.indicators.iter().flat_map(of) {
            match counts.iter_mut().find(|(cause, _)| *cause == finding.cause) {
                Some((_, count)) => *count += 1,
                None => counts.push((finding.cause, 1)),
            }
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let named = counts
            .iter()
            .take(NAMED)
            .map(|(cause, count)| format!("{} ({count})", self.text(Key::cause(*cause))));
        let named: Vec<String> = named.collect();
        if named.is_empty() { self.text(Word::NoFindings).to_owned() } else { named.join(", ") }
    }

    fn invested(&self, rows: &[Row<'_>]) -> Option<String> {
        let entered: Vec<Money> = rows.iter().filter_map(|row| row.entry.money()).collect();
        let sum: Money = entered.iter().copied().sum();
        let count = entered.len().to_string();
        let shown = || self.fill(Word::Invested, &[&self.money(sum.units()), &count]);
        (!entered.is_empty()).then(shown)
    }
}
