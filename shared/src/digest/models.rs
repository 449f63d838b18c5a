//! Models and figures over the year's days.

use super::Digest;
use super::year::{DAYS, Year};
use crate::Decimal;
use crate::energy::action::trend;
use crate::energy::change_point::{ChangePoint, Days, Shape, search};
use crate::energy::cusum::{Tabular, change};
use crate::energy::fuel::{Burnt, VIETNAM};
use crate::energy::panel::Panel;
use crate::energy::reactive::{ReactiveCharge, compensation};
use crate::energy::regression::{Coefficient, Design, Fit, Moments, Term};
use crate::energy::rules::Rules;
use crate::energy::subsets::best;
use crate::energy::uncertainty::{Polynomial, Reported, saving};
use crate::management::productivity::tfp_growth;
use crate::management::quality::{Capability, Step, rolled_throughput_yield};
use crate::numeric::{FisherF, StudentT};
use crate::time::Date;
use crate::units::{Amount, Money};

impl Digest {
    pub(super) fn models(&mut self, year: &Year) {
        let mut used = [0.0; DAYS];
        let mut columns = [[0.0; DAYS]; 4];
        for day in 0..DAYS {
            let (energy, drivers) = year.day(day);
            used[day] = energy;
            columns.iter_mut().zip(drivers).for_each(|(column, value)| column[day] = value);
        }
        let terms = columns.each_ref().map(|column| Term::Value(column));
        if let Ok(moments) = Moments::of(&used, Design::new(&terms)) {
            best(&moments, &Rules::SEP, |candidate| {
                self.float(candidate.accepted().unwrap_or(-1.0))
            });
            moments.fit().iter().for_each(|fit| self.fit(fit));
        }
        // Three months of days are enough for the searches, which a microcontroller walks slowly.
        let days = Days { temperatures: &columns[1][..90], ends: &[] };
        for shape in Shape::ALL {
            search(shape, &used[..90], days, &[]).iter().for_each(|found| self.change_point(found));
        }
        self.distributions();
        self.series(&used);
        self.tables();
    }

    fn fit(&mut self, fit: &Fit<'_>) {
        let slopes = (0..fit.terms()).filter_map(|term| fit.coefficient(term));
        slopes.chain(fit.intercept()).for_each(|one| self.coefficient(&one));
        let panel = Panel::of(fit);
        [panel.r2, panel.adjusted_r2, panel.f, panel.f_p, panel.residual_deviation]
            .into_iter()
            .for_each(|value| self.float(value));
        [panel.cv_rmse, panel.nmbe, panel.durbin_watson, panel.lag_1]
            .into_iter()
            .for_each(|value| self.float(value.unwrap_or(-1.0)));
        (0..9).for_each(|row| self.float(fit.influence(row * 40)));
        let reported = Reported { expected: 9_000.0, used: 8_500.0, rows: 30, months: 1.0 };
        let saved = saving(&panel, &reported, &Polynomial::DAILY, 0.9);
        self.float(saved.map_or(-1.0, |saved| saved.band));
    }

    fn coefficient(&mut self, one: &Coefficient) {
        [one.value, one.standard_error, one.t, one.p, one.vif]
            .into_iter()
            .for_each(|value| self.float(value));
    }

    fn change_point(&mut self, found: &ChangePoint) {
        [found.below, found.above, found.error].into_iter().for_each(|value| self.float(value));
    }

    fn distributions(&mut self) {
        for freedom in [1, 2, 10, 353, 8_758] {
            let student = StudentT::new(freedom);
            for t in [0.01, 0.7, 1.9, 6.5, 40.0] {
                self.float(student.two_sided(t));
                self.float(FisherF::new(3, freedom).upper(t * t));
            }
            self.float(student.quantile(0.9));
        }
    }

    fn series(&mut self, used: &[f64; DAYS]) {
        let mean = used.iter().sum::<f64>() / DAYS as f64;
        let mut watch = Tabular::new(1.0, 10.0);
        let alarms = used.iter().filter(|used| watch.fold(**used - mean).is_some()).count();
        self.float(alarms as f64);
        self.float(watch.sums().0);
        let trend = trend(&used[..24]);
        self.float(trend.map_or(-1.0, |trend| trend.p));
        self.float(change(used).map_or(-1.0, |change| change.explains));
        let mut capability = Capability::default();
        used.iter().for_each(|used| capability.fold((*used * 10.0) as i64));
        self.figure(capability.actual(0, 90_000));
        self.figure(capability.potential(0, 90_000));
    }

    fn tables(&mut self) {
        let mut burnt = Burnt::default();
        VIETNAM.iter().for_each(|row| burnt.fold(Amount::from_thousandths(1_234_567), row));
        [burnt.oil.toe(), burnt.heat.gigajoules(), burnt.fossil.tonnes(), burnt.biogenic.tonnes()]
            .into_iter()
            .for_each(|figure| self.figure(Some(figure)));
        for hundredths in 50..=95 {
            let charge = ReactiveCharge::CIRCULAR_15_2014
                .charge(Decimal::new(hundredths, 2), Money::from_thousandths(987_654_321));
            self.figure(Some(charge.units()));
        }
        self.float(compensation(80.0, 0.71, 0.95).unwrap_or(-1.0));
        self.float(tfp_growth(0.07, 0.11, 0.02, 0.61).tfp);
        let steps = [Step { entered: 97, passed: 91 }, Step { entered: 91, passed: 83 }];
        self.figure(rolled_throughput_yield(&steps));
        self.figure(Some(Decimal::new(Date::from_day_number(20_000).day_number().into(), 0)));
    }
}
