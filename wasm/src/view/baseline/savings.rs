//! What was saved, how sure that is, and what it is worth.

use super::is_of_account;
use super::told::Told;
use super::words::Word;
use crate::format;
use crate::node::{Node, node};
use crate::view::Section;
use millwatt::Decimal;
use millwatt::analysis::baseline::{Account, Model, Ratio, Verdict};
use millwatt::energy::uncertainty::Polynomial;
use millwatt::time::Every;
use millwatt::units::{Carbon, Energy, Money};

const NAME: &str = "baseline.savings";

/// A line of the account: what it is, its exact figure under its name, and how it is shown.
struct Line {
    word: String,
    figure: &'static str,
    exact: String,
    shown: String,
}

pub(super) fn section(told: &Told<'_>, model: &Model) -> Node {
    let Some(account) = &told.study.account else {
        return told.view.missing(NAME, &told.fill(Word::NoClaim, &[&told.gravest()]));
    };
    let mut lines = energies(told, account);
    lines.extend(worths(told, account));
    lines.extend(told.study.ratio.and_then(|ratio| ratio_line(told, &ratio)));
    lines.push(verdict(told, account));
    let body = node("tbody").children(lines.into_iter().map(shown));
    let table = node("div").class("scroll").with("tabindex", "0").child(node("table").child(body));
    let aid = told.fill(Word::SavingsAid, &[told.one()]);
    let section = Section::new(NAME, title(told, account), aid, table).coverage(told.coverage());
    let source = match told.study.every {
        Every::Day => Polynomial::DAILY.source,
        Every::Month => Polynomial::MONTHLY.source,
        Every::Week | Every::Year => Polynomial::CONSTANT.source,
    };
    let method = told.fill(Word::SavingsMethod, &[source, told.one()]);
    let method = format!("{method} {}: {}", told.text(Word::ModelHead), told.model(model.chosen));
    let section = told.view.section(section.half().method(method));
    section.child(told.figures(is_of_account))
}

/// The saving in money, as the chapter's own title tells it in kWh.
fn title(told: &Told<'_>, account: &Account) -> String {
    let money = |energy: Energy| account.worth.money(energy).map(Money::units);
    if money(account.saving()).is_none() {
        return told.verdict(account);
    }
    let shown = |energy: Energy| money(energy).map(|money| told.view.money(money));
    let worth = with_band(told, account.saving(), account.band, shown);
    told.fill(Word::SavingsTitle, &[&worth, verdict_word(told, account)])
}

fn shown(line: Line) -> Node {
    let cell = node("td").with("data-figure", line.figure).with("data-value", line.exact);
    let name = node("th").with("scope", "row").text(line.word);
    node("tr").child(name).child(cell.text(line.shown))
}

fn energies(told: &Told<'_>, account: &Account) -> Vec<Line> {
    let line = |word: Word, figure, energy: Energy, shown| {
        let word = told.text(word).to_owned();
        Line { word, figure, exact: exact(Some(energy.kwh())), shown }
    };
    let saving = account.saving();
    let mut lines = vec![
        line(Word::UsedRow, "used", account.used, told.kwh(account.used)),
        line(Word::ExpectedRow, "expected", account.expected, told.kwh(account.expected)),
        line(
            Word::SavingRow,
            "saving",
            saving,
            with_band(told, saving, account.band, |one| Some(told.kwh(one))),
        ),
    ];
    let share = |word: Word, figure, share: Option<Decimal>| {
        let shown = share.map_or_else(|| unknown(told), |share| told.view.percent(share));
        Line { word: told.text(word).to_owned(), figure, exact: exact(share), shown }
    };
    lines.push(share(Word::FractionRow, "saving_fraction", account.fraction));
    lines.push(share(Word::ImprovementRow, "improvement", account.improvement));
    let target = Decimal::new(told.study.target_per_mille.into(), 3);
    if target.units() > 0 {
        lines.push(share(Word::TargetRow, "target", Some(target)));
    }
    lines
}

/// Every digit of a figure; empty where it is not known.
fn exact(figure: Option<Decimal>) -> String {
    figure.map(|figure| figure.to_string()).unwrap_or_default()
}

fn unknown(told: &Told<'_>) -> String {
    told.text(crate::strings::Key::Unknown).to_owned()
}

/// A figure of the saving and of its band, as people write both.
fn with_band(
    told: &Told<'_>,
    saving: Energy,
    band: Option<Energy>,
    shown: impl Fn(Energy) -> Option<String>,
) -> String {
    let Some(value) = shown(saving) else { return unknown(told) };
    let band = band.and_then(shown).unwrap_or_else(|| unknown(told));
    told.fill(Word::WithBand, &[&value, &band])
}

/// The saving in money and in greenhouse gas; a line without price or factor says which key is missing.
fn worths(told: &Told<'_>, account: &Account) -> [Line; 2] {
    let (saving, band, worth) = (account.saving(), account.band, account.worth);
    let money = |energy: Energy| worth.money(energy).map(Money::units);
    let carbon = |energy: Energy| worth.carbon(energy).map(Carbon::tonnes);
    let language = told.view.choice.language;
    let in_money = |energy: Energy| money(energy).map(|money| told.view.money(money));
    let in_carbon = |energy: Energy| {
        carbon(energy).map(|mass| format::with_unit(&format::short(mass, language), "t CO₂e"))
    };
    [
        Line {
            word: told.text(Word::MoneyRow).to_owned(),
            figure: "saving_money",
            exact: exact(money(saving)),
            shown: match money(saving) {
                Some(_) => with_band(told, saving, band, in_money),
                None => told.text(crate::strings::Key::NoTariff).to_owned(),
            },
        },
        Line {
            word: told.text(Word::CarbonRow).to_owned(),
            figure: "saving_carbon",
            exact: exact(carbon(saving)),
            shown: with_band(told, saving, band, in_carbon),
        },
    ]
}

fn ratio_line(told: &Told<'_>, ratio: &Ratio) -> Option<Line> {
    let column = told.study.columns.get(ratio.column)?;
    let language = told.view.choice.language;
    let one = |figure: Option<Decimal>| {
        figure.map_or_else(|| unknown(told), |figure| format::short(figure, language))
    };
    let shown = told.fill(Word::RatioBoth, &[&one(ratio.baseline), &one(ratio.reporting)]);
    let word = told.fill(Word::RatioRow, &[&column.unit, &told.driver(ratio.column)]);
    Some(Line { word, figure: "ratio_reporting", exact: exact(ratio.reporting), shown })
}

fn verdict_word(told: &Told<'_>, account: &Account) -> &'static str {
    told.text(match account.verdict {
        Verdict::Verified => Word::VerdictVerified,
        Verdict::NotProved => Word::VerdictNotProved,
        Verdict::Worse => Word::VerdictWorse,
        Verdict::NoClaim => Word::VerdictNoClaim,
    })
}

fn verdict(told: &Told<'_>, account: &Account) -> Line {
    let said = verdict_word(told, account);
    let word = told.text(Word::VerdictRow).to_owned();
    let exact = account.verdict.name().to_owned();
    Line { word, figure: "verdict", exact, shown: said.to_owned() }
}
