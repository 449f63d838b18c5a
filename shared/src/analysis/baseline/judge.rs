//! What stands against a study's model and against its use.

use alloc::vec::Vec;

use super::account::counts;
use super::{Finding, LeftOut, Model, Origin, Role, Row, Study};
use crate::energy::uncertainty::{LEAST_INDEPENDENT_ROWS, independent_rows};
use crate::finding::Severity;
use crate::time::Span;

impl Study {
    /// Whether a finding leaves the study without a claim.
    #[must_use]
    pub fn disqualified(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity() == Severity::Disqualifies)
    }

    /// What stands against the model and against its use in the reporting period.
    pub(super) fn judge(&mut self) {
        let mut findings = core::mem::take(&mut self.findings);
        if let Some(model) = &self.model {
            self.judge_model(model, &mut findings);
        }
        let reporting = || self.rows.iter().filter(|row| row.role == Role::Reporting);
        if !reporting().any(counts) {
            findings.push(Finding::NothingReported { rows: reporting().count() });
        }
        if self.origin == Origin::Provisional {
            let rows = self.baseline_rows().count();
            findings.push(Finding::Provisional { rows });
        }
        let days = self
            .baseline
            .map_or(0, |period| period.span().milliseconds() / Span::DAY.milliseconds());
        if days < 365 {
            findings.push(Finding::ShortBaseline { days });
        }
        self.count_left_out(&mut findings);
        self.findings = findings;
    }

    fn judge_model(&self, model: &Model, findings: &mut Vec<Finding>) {
        let limits = model.refusals().count();
        if limits > 0 {
            findings.push(Finding::Refused { limits });
        }
        for driver in &model.drivers {
            let Some(column) = self.columns.get(driver.column) else { continue };
            let name = column.name.clone();
            if column.is_work() && driver.coefficient.value < 0.0 {
                findings.push(Finding::Falls { name: name.clone() });
            }
            if let (Some(mean), Some(false)) = (driver.reported, driver.is_within()) {
                let (least, most) = (driver.range.least, driver.range.most);
                findings.push(Finding::OutOfRange { name, mean, least, most });
            }
        }
        let lag_1 = model.panel.lag_1.unwrap_or(0.0).clamp(-0.999, 0.999);
        let rows = independent_rows(model.panel.rows, lag_1);
        if rows < LEAST_INDEPENDENT_ROWS {
            findings.push(Finding::FewIndependentRows { rows });
        }
    }

    fn count_left_out(&self, findings: &mut Vec<Finding>) {
        let drivers = (0..self.columns.len()).map(|column| LeftOut::Driver { column });
        let causes: Vec<LeftOut> = [LeftOut::LowCoverage].into_iter().chain(drivers).collect();
        for role in [Role::Baseline, Role::Reporting] {
            for cause in &causes {
                let is_such = |row: &&Row| row.role == role && row.left_out == Some(*cause);
                let rows = self.rows.iter().filter(is_such).count();
                if rows > 0 {
                    findings.push(Finding::LeftOut { role, cause: *cause, rows });
                }
            }
        }
    }
}
