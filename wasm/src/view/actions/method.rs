//! How each opportunity was computed.

use super::model::Row;
use super::words::Word;
use crate::view::View;
use millwatt::Decimal;
use millwatt::analysis::opportunity::{Evidence, Factor, Kind, Leaks};

impl View<'_> {
    pub(super) fn method_of(&self, row: &Row<'_>) -> String {
        match &row.found.evidence {
            Evidence::Stops(_) if row.found.kind == Kind::MinorStops => {
                self.text(Word::MethodMinor).to_owned()
            }
            Evidence::Stops(_) => self.fill(Word::MethodIdle, &[&self.grace()]),
            Evidence::Nights(_) => self.text(Word::MethodNight).to_owned(),
            Evidence::Bands(bands) => {
                let price = Decimal::new(bands.cheaper_thousandths.into(), 3);
                self.fill(Word::MethodShift, &[&self.money(price)])
            }
            Evidence::Factor(factor) => self.method_of_factor(factor),
            Evidence::Leaks(leaks) => self.method_of_leaks(leaks),
            Evidence::Unmetered(..) => self.text(Word::MethodUnmetered).to_owned(),
            Evidence::Demand(_) => self.text(Word::MethodDemand).to_owned(),
            Evidence::Missing(..) => String::new(),
        }
    }

    fn method_of_factor(&self, factor: &Factor) -> String {
        let unknown = || self.text(crate::strings::Key::Unknown).to_owned();
        let shown = |kvar: Option<Decimal>| kvar.map_or_else(unknown, |kvar| self.kvar(kvar));
        let source = self.model.site.facts.reactive.map(|rule| rule.source.to_owned());
        let figures = [shown(factor.kvar_mean), shown(factor.kvar_peak)];
        let [mean, peak] = figures.each_ref().map(String::as_str);
        self.fill(Word::MethodFactor, &[mean, peak, &source.unwrap_or_else(unknown)])
    }

    fn method_of_leaks(&self, leaks: &Leaks) -> String {
        let time = self.hours_of(leaks.under_pressure);
        self.fill(Word::MethodLeaks, &[&self.kw(leaks.loaded.kw()), &time])
    }
}
