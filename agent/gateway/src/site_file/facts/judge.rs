//! What these tables may say but must not mean.

use super::super::words::Day;
use super::super::{SiteFile, Wrong};
use super::{
    AdjustmentTable, BaselineTable, ELECTRICITY, FactorTable, FuelPriceTable, ReactiveTable,
};
use millwatt::site::Driver;
use millwatt::time::Date;
use std::collections::BTreeSet;
use toml::Spanned;

/// The name of the rule that comes with the program.
const RULE: &str = "circular-15-2014";

/// The first thing that is wrong.
pub(in crate::site_file) fn judge(site: &SiteFile) -> Result<(), Wrong> {
    factors(&site.factors)?;
    fuel_prices(&site.fuel_prices)?;
    let limit = site.site.demand_limit_kw.as_ref();
    let is_limit = |limit: f64| limit > 0.0 && is_amount(limit);
    if let Some(limit) = limit.filter(|limit| !is_limit(*limit.get_ref())) {
        let kilowatts = limit.get_ref();
        let message = format!("`demand_limit_kw` = {kilowatts}: expected a number above 0");
        return Err(Wrong::at(limit, message));
    }
    if let Some(table) = &site.reactive {
        reactive(table).map_err(|message| Wrong::at(table, message))?;
        if limit.is_none() {
            let message = "[reactive] depends on the demand: write the registered one to [site], \
                           such as demand_limit_kw = 45";
            return Err(Wrong::at(table, message));
        }
    }
    site.baselines.iter().try_for_each(|table| baseline(table, site))?;
    site.adjustments.iter().try_for_each(adjustment)
}

fn is_amount(figure: f64) -> bool {
    (0.0..=1e9).contains(&figure)
}

/// A table without its document: what would make it one.
fn source(source: Option<&String>, place: &Spanned<Day>, way_out: &str) -> Result<(), Wrong> {
    if source.is_some_and(|source| !source.trim().is_empty()) {
        return Ok(());
    }
    Err(Wrong::at(place, format!("`source` is missing: {way_out}")))
}

/// What both tables of fuels have: a name, a unit, and a date that only one row may have.
fn dated<'a>(
    known: &mut BTreeSet<(&'a str, &'a str, Date)>,
    fuel: &'a Spanned<String>,
    unit: &'a str,
    from: &Spanned<Day>,
) -> Result<(), Wrong> {
    let name = fuel.get_ref().as_str();
    if name.trim().is_empty() || unit.trim().is_empty() {
        let message = "`fuel` and `unit`: write both as they are reported, such as firewood in kg";
        return Err(Wrong::at(fuel, message));
    }
    if !known.insert((name, unit, from.get_ref().0)) {
        let message = format!("`from`: `{name}` has two rows from this day on; keep one");
        return Err(Wrong::at(from, message));
    }
    Ok(())
}

fn factors(tables: &[FactorTable]) -> Result<(), Wrong> {
    let mut known = BTreeSet::new();
    for table in tables {
        dated(&mut known, &table.fuel, &table.unit, &table.from)?;
        let name = table.fuel.get_ref().as_str();
        if name == ELECTRICITY.0 && table.unit != ELECTRICITY.1 {
            let message = format!("`unit` = `{}`: electricity is counted in kWh", table.unit);
            return Err(Wrong::at(&table.fuel, message));
        }
        let figures = [
            ("toe", table.toe),
            ("heat_mj", table.heat_mj),
            ("co2_kg", table.co2_kg),
            ("biogenic_co2_kg", table.biogenic_co2_kg),
        ];
        for (key, figure) in figures {
            if figure.is_some_and(|figure| !is_amount(figure)) {
                let message = format!("`{key}` of `{name}`: expected a number from 0 up");
                return Err(Wrong::at(&table.fuel, message));
            }
        }
        if figures.iter().all(|(_, figure)| figure.is_none()) {
            let message = format!(
                "this factor of `{name}` says nothing; give some of toe, heat_mj, co2_kg, \
                 biogenic_co2_kg for one {}",
                table.unit
            );
            return Err(Wrong::at(&table.fuel, message));
        }
        source(
            table.source.as_ref(),
            &table.from,
            "name the document that gives the factor, or say that it is an estimate and whose",
        )?;
    }
    Ok(())
}

fn fuel_prices(tables: &[FuelPriceTable]) -> Result<(), Wrong> {
    let mut known = BTreeSet::new();
    for table in tables {
        dated(&mut known, &table.fuel, &table.unit, &table.from)?;
        if table.fuel.get_ref() == ELECTRICITY.0 {
            let message = "`fuel` = `electricity`: its prices stand in [[tariff]]";
            return Err(Wrong::at(&table.fuel, message));
        }
        if !(0.0..=1e12).contains(&table.price) {
            return Err(Wrong::at(&table.fuel, "`price`: expected a number from 0 up"));
        }
        source(table.source.as_ref(), &table.from, "name the contract or the invoice")?;
    }
    Ok(())
}

fn reactive(table: &Spanned<ReactiveTable>) -> Result<(), String> {
    let table = table.get_ref();
    let own = table.steps.is_some()
        || table.below_percent.is_some()
        || table.from_kw.is_some()
        || table.source.is_some();
    match &table.rule {
        Some(rule) if rule.get_ref() != RULE => {
            let rule = rule.get_ref();
            Err(format!("`rule` = `{rule}` is unknown; expected {RULE}, or own `steps` without it"))
        }
        Some(_) if own => {
            Err(format!("`rule` = `{RULE}` has steps of its own; drop the other keys"))
        }
        Some(_) => Ok(()),
        None => own_steps(table),
    }
}

fn own_steps(table: &ReactiveTable) -> Result<(), String> {
    let (Some(steps), Some(below)) = (&table.steps, table.below_percent) else {
        return Err(format!(
            "[reactive] needs rule = \"{RULE}\", or `steps`, `below_percent` and `source`"
        ));
    };
    let is_percent = |percent: f64| (0.0..=600.0).contains(&percent);
    let is_step = |[factor, percent]: &[f64; 2]| {
        let hundredths = factor * 100.0;
        (1.0..=100.0).contains(&hundredths)
            && (hundredths - hundredths.round()).abs() < 1e-6
            && is_percent(*percent)
    };
    if steps.is_empty() || !steps.iter().all(is_step) || !is_percent(below) {
        return Err(
            "`steps`: expected pairs of a power factor with two digits and a surcharge in \
                    percent, such as [[0.90, 0], [0.89, 1.12]]"
                .to_owned(),
        );
    }
    if !steps.is_sorted_by(|one, next| one[0] > next[0]) {
        return Err("`steps`: the highest power factor stands first, each once".to_owned());
    }
    if !table.from_kw.is_none_or(is_amount) {
        return Err("`from_kw`: expected a number from 0 up".to_owned());
    }
    if table.source.as_ref().is_none_or(|source| source.trim().is_empty()) {
        return Err("`source` is missing: name the document that sets the steps".to_owned());
    }
    Ok(())
}

/// A period whose last day is written as the first after it.
fn order(from: &Spanned<Day>, to: &Spanned<Day>) -> Result<(), Wrong> {
    if from.get_ref().0 < to.get_ref().0 {
        return Ok(());
    }
    let message = "`to` is not after `from`; write the first day that no longer belongs to it";
    Err(Wrong::at(to, message))
}

fn baseline(table: &BaselineTable, site: &SiteFile) -> Result<(), Wrong> {
    order(&table.from, &table.to)?;
    let wrong = |message: String| Err(Wrong::at(&table.drivers, message));
    let drivers = table.drivers.get_ref();
    if drivers.is_empty() {
        return wrong(format!("`drivers` names none; expected some of: {}", Driver::FORMS));
    }
    let mut known = BTreeSet::new();
    for name in drivers {
        driver(name, site).or_else(&wrong)?;
        if !known.insert(name) {
            return wrong(format!("`drivers` has `{name}` twice"));
        }
    }
    match table.target_percent {
        Some(percent) if !(0.0..=100.0).contains(&percent) => {
            wrong(format!("`target_percent` = {percent}: expected a number from 0 to 100"))
        }
        _ => Ok(()),
    }
}

/// Whether a driver is one, and its asset is there.
fn driver(name: &str, site: &SiteFile) -> Result<(), String> {
    if name.contains(char::is_whitespace) {
        return Err(format!(
            "`drivers`: `{name}` has a space in it; report the product under a name \
                            without one"
        ));
    }
    let driver = Driver::named(name).ok_or_else(|| {
        format!("`drivers`: `{name}` is none; expected some of: {}", Driver::FORMS)
    })?;
    let Some(id) = driver.asset() else { return Ok(()) };
    let Some(asset) = site.assets.iter().find(|asset| asset.id.get_ref() == id) else {
        let known: Vec<&str> =
            site.assets.iter().map(|asset| asset.id.get_ref().as_str()).collect();
        let known = known.join(", ");
        return Err(format!("`drivers`: `{name}` names no asset; expected one of: {known}"));
    };
    if matches!(driver, Driver::Runtime(_)) && !asset.machine {
        return Err(format!("`drivers`: `{name}`: asset `{id}` has no states; set machine = true"));
    }
    Ok(())
}

fn adjustment(table: &AdjustmentTable) -> Result<(), Wrong> {
    table.to.as_ref().map_or(Ok(()), |to| order(&table.from, to))?;
    if table.kwh_a_day == 0.0 || !is_amount(table.kwh_a_day.abs()) {
        let message = "`kwh_a_day`: expected what the change adds to each day, negative for less";
        return Err(Wrong::at(&table.from, message));
    }
    if table.note.trim().is_empty() {
        return Err(Wrong::at(&table.from, "`note` is empty: say what changed"));
    }
    source(
        table.source.as_ref(),
        &table.from,
        "say how the size is known: a meter of its own, a rating times hours",
    )
}

#[cfg(test)]
mod tests {
    use crate::site_file::parse;

    const SITE: &str = "[site]\nname = \"Mill\"\nzone = \"UTC\"\ncurrency = \"EUR\"\n\
                        demand_limit_kw = 45\n\
                        [[asset]]\nid = \"mill\"\nname = \"Mill\"\n\
                        [[asset]]\nid = \"saw\"\nname = \"Saw\"\nmachine = true\n";

    /// Line 13 on is what is added.
    fn told(more: &str) -> String {
        parse("site.toml", &format!("{SITE}{more}"))
            .map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn what_is_stated_with_its_source_is_taken() {
        let fine = [
            "[[factor]]\nfuel = \"wood\"\nunit = \"kg\"\nfrom = 2026-01-01\ntoe = 0.3\nsource = \"a\"",
            "[[fuel_price]]\nfuel = \"wood\"\nunit = \"kg\"\nfrom = 2026-01-01\nprice = 7\nsource = \"a\"",
            "[reactive]\nrule = \"circular-15-2014\"",
            "[reactive]\nsteps = [[0.9, 0], [0.8, 12.5]]\nbelow_percent = 20\nsource = \"a\"",
            "[[baseline]]\nfrom = 2026-01-01\nto = 2026-02-01\nevery = \"day\"\n\
             drivers = [\"output\", \"runtime:saw\", \"cooling:mill:26\"]\ntarget_percent = 3",
            "[[adjustment]]\nfrom = 2026-01-01\nkwh_a_day = -2.5\nnote = \"b\"\nsource = \"a\"",
        ];
        fine.iter().for_each(|text| assert_eq!(told(text), "", "{text}"));
    }

    #[test]
    fn each_mistake_is_told_with_its_line_and_the_way_out() {
        let factor = "[[factor]]\nfuel = \"wood\"\nunit = \"kg\"\nfrom = 2026-01-01\n";
        let baseline = "[[baseline]]\nfrom = 2026-02-01\nevery = \"day\"\n";
        let wrong = [
            (format!("{factor}toe = 0.3"), "line 16: `source` is missing: name the document"),
            (format!("{factor}source = \"a\""), "line 14: this factor of `wood` says nothing"),
            (format!("{factor}toe = -1\nsource = \"a\""), "`toe` of `wood`: expected a number"),
            (
                factor.replace("wood", "electricity") + "toe = 1\nsource = \"a\"",
                "electricity is counted in kWh",
            ),
            (
                format!("{factor}toe = 1\nsource = \"a\"\n{factor}toe = 1\nsource = \"a\""),
                "line 22: `from`: `wood` has two rows",
            ),
            (
                "[reactive]\nrule = \"mine\"".to_owned(),
                "`rule` = `mine` is unknown; expected circular",
            ),
            ("[reactive]\nsteps = [[0.8, 5], [0.9, 0]]\nbelow_percent = 9".to_owned(), "highest"),
            (
                format!("{baseline}to = 2026-01-01\ndrivers = [\"output\"]"),
                "line 16: `to` is not after `from`",
            ),
            (
                format!("{baseline}to = 2026-03-01\ndrivers = [\"rain\"]"),
                "line 17: `drivers`: `rain` is none; expected some of: output, output:PRODUCT",
            ),
            (
                format!("{baseline}to = 2026-03-01\ndrivers = [\"temperature:hall\"]"),
                "names no asset; expected one of: mill, saw",
            ),
            (
                format!("{baseline}to = 2026-03-01\ndrivers = [\"runtime:mill\"]"),
                "asset `mill` has no states; set machine = true",
            ),
            (
                "[[adjustment]]\nfrom = 2026-01-01\nkwh_a_day = 0\nnote = \"b\"".to_owned(),
                "line 14: `kwh_a_day`",
            ),
        ];
        for (text, expected) in wrong {
            assert!(told(&text).contains(expected), "{text}: {}", told(&text));
        }
    }

    #[test]
    fn a_reactive_charge_needs_the_demand() {
        let text =
            SITE.replace("demand_limit_kw = 45\n", "") + "[reactive]\nrule = \"circular-15-2014\"";
        let told = parse("site.toml", &text).expect_err("no demand").to_string();
        assert!(told.contains("such as demand_limit_kw = 45"), "{told}");
        let text = SITE.replace("= 45", "= 0");
        let told = parse("site.toml", &text).expect_err("no demand").to_string();
        assert!(
            told.contains("line 5: `demand_limit_kw` = 0: expected a number above 0"),
            "{told}"
        );
    }
}
