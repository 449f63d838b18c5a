//! A study's figures by name, exact as they are printed.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Account, Column, Model, Ratio, Role, Study};
use crate::decimal::Decimal;
use crate::energy::regression::Coefficient;
use crate::units::{Carbon, Energy, Money};

/// A figure with its name and unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The stable name; figures of a driver end in a colon and its name.
    pub name: String,
    /// What it is; `None` where it cannot be known.
    pub value: Option<Decimal>,
    /// Its unit; `1` for a plain number, `currency` for the site's.
    pub unit: &'static str,
}

fn figure(name: impl Into<String>, value: Option<Decimal>, unit: &'static str) -> Figure {
    Figure { name: name.into(), value, unit }
}

/// Places of what a model computes.
const PLACES: u8 = 9;
/// Places of probabilities, which are small.
const FINE: u8 = 12;

fn plain(name: impl Into<String>, value: f64, places: u8) -> Figure {
    figure(name, Decimal::from_f64(value, places), "1")
}

impl Study {
    /// Every figure, in an order that does not change.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        if let Some(model) = &self.model {
            self.of_model(model, &mut figures);
        }
        if let Some(account) = &self.account {
            of_account(account, &mut figures);
        }
        if let Some(ratio) = &self.ratio {
            figures.push(figure("ratio_baseline", ratio.baseline, "kWh"));
            figures.push(figure("ratio_reporting", ratio.reporting, "kWh"));
        }
        figures
    }

    /// A figure by its name.
    #[must_use]
    pub fn figure(&self, name: &str) -> Option<Decimal> {
        self.figures().into_iter().find(|figure| figure.name == name)?.value
    }

    pub(super) fn ratio(&self) -> Option<Ratio> {
        let column = self.columns.iter().position(Column::is_amount)?;
        let of = |role| self.ratio_of(role, self.columns.get(column)?);
        let (baseline, reporting) = (of(Role::Baseline), of(Role::Reporting));
        Some(Ratio { column, baseline, reporting })
    }

    /// Energy over an amount, the ratio of the sums.
    fn ratio_of(&self, role: Role, column: &Column) -> Option<Decimal> {
        let (mut used, mut amount) = (Energy::ZERO, 0_i128);
        for (place, row) in self.rows.iter().enumerate() {
            let counts = row.role == role && row.left_out.is_none();
            if let (true, Some(energy), Some(made)) = (counts, row.used, column.value(place)) {
                used += energy;
                amount = amount.saturating_add(made.rounded(3).units());
            }
        }
        // mWh by thousandths of a unit is Wh by unit; kWh is three places further.
        let wide = Decimal::quotient(used.milliwatt_hours(), amount, 6)?;
        Some(Decimal::new(wide.units(), 9).rounded(6))
    }

    fn of_model(&self, model: &Model, figures: &mut Vec<Figure>) {
        let panel = &model.panel;
        let count = |count: usize| i128::try_from(count).ok().map(|count| Decimal::new(count, 0));
        figures.push(figure("rows", count(panel.rows), "1"));
        figures.push(figure("parameters", count(panel.parameters), "1"));
        figures.push(plain("r2", panel.r2, PLACES));
        figures.push(plain("adjusted_r2", panel.adjusted_r2, PLACES));
        figures.push(plain("f", panel.f, PLACES));
        figures.push(plain("model_p", panel.f_p, FINE));
        let maybe = |name: &str, value: Option<f64>| {
            figure(name.to_owned(), value.and_then(|value| Decimal::from_f64(value, PLACES)), "1")
        };
        figures.push(maybe("cv_rmse", panel.cv_rmse));
        figures.push(maybe("nmbe", panel.nmbe));
        figures.push(maybe("durbin_watson", panel.durbin_watson));
        figures.push(maybe("lag_1", panel.lag_1));
        figures.push(maybe("influence", panel.most_influence.map(|most| most.value)));
        let deviation = Decimal::from_f64(panel.residual_deviation, PLACES);
        figures.push(figure("residual_deviation", deviation, "kWh"));
        of_coefficient("intercept", &model.intercept, figures);
        for driver in &model.drivers {
            let name = self.columns.get(driver.column).map_or("", |column| column.name.as_str());
            of_coefficient(&format!("coefficient:{name}"), &driver.coefficient, figures);
            figures.push(plain(format!("vif:{name}"), driver.coefficient.vif, PLACES));
            figures.push(plain(format!("least:{name}"), driver.range.least, PLACES));
            figures.push(plain(format!("most:{name}"), driver.range.most, PLACES));
            figures.push(maybe(&format!("reported_mean:{name}"), driver.reported));
        }
    }
}

/// A coefficient, its standard error, t and p, under names that tell them apart: `p:intercept`.
fn of_coefficient(name: &str, coefficient: &Coefficient, figures: &mut Vec<Figure>) {
    figures.push(figure(name, Decimal::from_f64(coefficient.value, PLACES), "kWh"));
    let error = Decimal::from_f64(coefficient.standard_error, PLACES);
    figures.push(figure(format!("standard_error:{name}"), error, "kWh"));
    figures.push(plain(format!("t:{name}"), coefficient.t, PLACES));
    figures.push(plain(format!("p:{name}"), coefficient.p, FINE));
}

fn of_account(account: &Account, figures: &mut Vec<Figure>) {
    let (saving, worth) = (account.saving(), &account.worth);
    let rows = i128::try_from(account.rows).ok().map(|rows| Decimal::new(rows, 0));
    figures.push(figure("reported_rows", rows, "1"));
    for (name, energy) in [
        ("used", Some(account.used)),
        ("expected", Some(account.expected)),
        ("adjustment", Some(account.adjustment)),
        ("saving", Some(saving)),
        ("saving_band", account.band),
    ] {
        figures.push(figure(name, energy.map(Energy::kwh), "kWh"));
    }
    figures.push(figure("saving_fraction", account.fraction, "1"));
    figures.push(figure("senpi", account.senpi, "1"));
    figures.push(figure("improvement", account.improvement, "1"));
    let money = |energy: Energy| worth.money(energy).map(Money::units);
    figures.push(figure("saving_money", money(saving), "currency"));
    figures.push(figure("saving_money_band", account.band.and_then(money), "currency"));
    let carbon = |energy: Energy| worth.carbon(energy).map(Carbon::tonnes);
    figures.push(figure("saving_carbon", carbon(saving), "t CO₂e"));
    figures.push(figure("saving_carbon_band", account.band.and_then(carbon), "t CO₂e"));
}
