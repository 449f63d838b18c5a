//! How long the load stood how high.

use super::{Cell, Chapter, Section, Table, Word};
use crate::chart::Room;
use crate::chart::axis::Axis;
use crate::chart::plot::Plot;
use crate::format;
use crate::node::Node;
use millwatt::Decimal;
use millwatt::energy::LoadHistogram;
use millwatt::time::Span;
use millwatt::units::Power;

/// Points of the curve: the share of the time, in hundredths, and the load that was exceeded for it.
fn curve(loads: &LoadHistogram) -> Vec<(f64, f64)> {
    let whole = loads.time().milliseconds() as f64;
    if whole <= 0.0 {
        return Vec::new();
    }
    let (mut above, mut points) = (Span::ZERO, Vec::new());
    for (bin, span) in loads.bins().iter().enumerate().rev() {
        if *span > Span::ZERO {
            let load = loads.load_of(bin).kw().to_f64();
            points.push((above.milliseconds() as f64 / whole * 100.0, load));
            above = above + *span;
            points.push((above.milliseconds() as f64 / whole * 100.0, load));
        }
    }
    points
}

impl Chapter<'_> {
    pub(super) fn duration(&self) -> Node {
        let loads = &self.load.histogram;
        let (Some(half), Some(base)) = (loads.quantile(50), loads.quantile(5)) else {
            return self.missing("energy.duration", self.text(Word::DurationMissing));
        };
        let high = loads.quantile(95).unwrap_or(half);
        let limit = self.model.site.facts.demand_limit;
        let title = self.duration_title([half, high, base], limit);
        let points = curve(loads);
        let limit_kw = limit.map(|limit| limit.kw().to_f64());
        let most = points.iter().map(|(_, load)| *load).chain(limit_kw).fold(0.0, f64::max);
        let across = [0.0, 25.0, 50.0, 75.0, 100.0];
        let ticks = across.map(|hundredths| (hundredths, self.hundredths(hundredths)));
        let across = Axis::exact(0.0, 100.0, ticks.to_vec());
        let up = Axis::linear(0.0, most.max(1e-6), "kW", |value| self.number(value));
        let mut plot = Plot::new(Room::NARROW, 220.0, across, up, &title);
        plot = plot.line("line energy", points.iter().map(|(time, load)| (*time, Some(*load))));
        let told = self.fill(Word::BaseLevel, &[&self.power(base)]);
        plot = plot.level("level", base.kw().to_f64(), &told);
        if let Some(limit) = limit {
            let told = self.fill(Word::LimitLevel, &[&self.power(limit)]);
            plot = plot.level("limit", limit.kw().to_f64(), &told);
        }
        let aid = self.text(Word::DurationAid).to_owned();
        let section = Section::new("energy.duration", title, aid, plot.finish());
        let section = section.half().coverage(self.coverage()).table(self.duration_table(limit));
        let bin = self.power(loads.load_of(1));
        self.section(section.method(self.fill(Word::DurationMethod, &[&bin])))
    }

    fn hundredths(&self, value: f64) -> String {
        format::with_unit(&self.number(value), "%")
    }

    fn hours(&self, span: Span) -> String {
        format::with_unit(&format::short(span.hours(), self.choice.language), "h")
    }

    fn duration_title(&self, [half, high, base]: [Power; 3], limit: Option<Power>) -> String {
        let figures = [self.power(half), self.power(high), self.power(base)];
        let mut told = self.fill(Word::DurationTitle, &figures.each_ref().map(String::as_str));
        if let Some(limit) = limit {
            let near = Power::from_milliwatts(limit.milliwatts() * 4 / 5);
            let hours = self.hours(self.load.histogram.exceeded_for(near));
            told.push_str("; ");
            told.push_str(&self.fill(Word::DurationNear, &[&hours, &self.power(limit)]));
        }
        told
    }

    fn duration_table(&self, limit: Option<Power>) -> Table {
        let loads = &self.load.histogram;
        let heads =
            [self.text(Word::ShareOfTime), self.text(Word::AtLeast), self.text(Word::Hours)];
        let row = |name: String, load: Power| {
            let (load, hours) = (load.kw().rounded(3), loads.exceeded_for(load).hours().rounded(2));
            vec![
                Cell::from(name),
                Cell::figure(load, self.kw(load)),
                Cell::figure(hours, self.exact(hours)),
            ]
        };
        let shares = [1, 5, 10, 25, 50, 75, 90, 95, 99].into_iter().filter_map(|percent: u8| {
            let name = format::percent(Decimal::new(percent.into(), 2), self.choice.language);
            Some(row(name, loads.quantile(100 - percent)?))
        });
        let near = limit.map(|limit| {
            let near = Power::from_milliwatts(limit.milliwatts() * 4 / 5);
            row(self.text(Word::NearLimit).to_owned(), near)
        });
        Table::new(heads).rows(shares.chain(near))
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::tests::interval;
    use super::*;
    use millwatt::interval::Rule;

    #[test]
    fn the_curve_falls_from_the_highest_load_to_the_lowest() {
        let mut loads = LoadHistogram::new(Power::from_milliwatts(1_000_000));
        for (hour, kwh) in (0..).zip([5, 42, 5, 5]) {
            loads.fold(&interval(hour * 60, hour * 60 + 60, kwh * 1_000, Rule::Measured));
        }
        let expected = [(0.0, 42.0), (25.0, 42.0), (25.0, 5.0), (100.0, 5.0)];
        assert_eq!(curve(&loads), expected);
        assert!(curve(&LoadHistogram::new(Power::ZERO)).is_empty());
    }
}
