//! Temperatures as means and degree-days, in whole thousandths of a degree.

use alloc::vec;
use alloc::vec::Vec;

use super::rows::{Walk, hull, suffices};
use crate::decimal::{Decimal, div_round};
use crate::reading::{ChannelId, Quality};
use crate::series::Series;
use crate::site::Site;
use crate::time::{Every, Period, Span, Zone};
use crate::usage::share;

/// The mean of a gauge over each of some stretches, weighted by time; `None` where less than 95 % of a stretch was
/// measured. A value holds until the next, if that is at most one and a half grid steps away.
pub(super) fn means<S: Series>(
    site: &Site<'_>,
    series: &S,
    gauge: ChannelId,
    cuts: &[Period],
) -> Vec<Option<Decimal>> {
    let Some(channel) = site.channel(gauge) else { return vec![None; cuts.len()] };
    let longest = Span::from_milliseconds(channel.every.milliseconds().saturating_mul(3) / 2);
    let mut sums = vec![(0_i128, Span::ZERO); cuts.len()];
    let mut walk = Walk::new(cuts);
    let mut last = None;
    for sample in series.samples(gauge, hull(cuts)) {
        let Some(held) = last.replace(sample) else { continue };
        let stretch = Period::new(held.at, sample.at);
        if held.quality == Quality::Suspect || stretch.span() > longest {
            continue;
        }
        let value = channel.scale.thousandths(i128::from(held.value));
        walk.cut(stretch, |cut, part| {
            let Some((sum, time)) = sums.get_mut(cut) else { return };
            let weighted = value.saturating_mul(part.span().milliseconds().into());
            *sum = sum.saturating_add(weighted);
            *time = *time + part.span();
        });
    }
    let mean = |(cut, (sum, time)): (&Period, &(i128, Span))| {
        let known = suffices(share(*time, cut.span()));
        known.then(|| Decimal::new(div_round(*sum, time.milliseconds().into()), 3))
    };
    cuts.iter().zip(&sums).map(mean).collect()
}

/// Degree-days of each row over or under a base, from the daily means that `means_of` gives; `None` where they are
/// known for less than 95 % of a row's days. The days that are lacking count as the mean of the others.
pub(super) fn degree_days(
    rows: &[Period],
    zone: Zone<'_>,
    base: f64,
    is_cooling: bool,
    means_of: impl Fn(&[Period]) -> Vec<Option<Decimal>>,
) -> Vec<Option<Decimal>> {
    let days: Vec<Period> = hull(rows).every(Every::Day, zone).collect();
    let base = libm::rint(base * 1_000.0) as i128;
    let beyond = |mean: Decimal| {
        let above = mean.rounded(3).units() - base;
        if is_cooling { above.max(0) } else { (-above).max(0) }
    };
    let degrees: Vec<Option<i128>> =
        means_of(&days).into_iter().map(|mean| mean.map(beyond)).collect();
    let of_row = |row: &Period| {
        let first = days.partition_point(|day| day.from < row.from);
        let last = days.partition_point(|day| day.from < row.to);
        let own = degrees.get(first..last)?;
        let (sum, known) = own
            .iter()
            .flatten()
            .fold((0_i128, 0_i128), |(sum, known), one| (sum + *one, known + 1));
        let count = i128::try_from(own.len()).ok()?;
        (known > 0 && known * 100 >= count * 95)
            .then(|| Decimal::new(div_round(sum * count, known), 3))
    };
    rows.iter().map(of_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    #[test]
    fn a_day_that_is_lacking_counts_as_the_mean_of_the_others() {
        let day = |count: i64| Instant::from_unix_milliseconds(count * 86_400_000);
        let rows = [Period::new(day(0), day(20)), Period::new(day(20), day(40))];
        // 30 °C but for one day that is lacking in the first stretch, two in the second.
        let lacking = [3, 25, 26];
        let means = |cuts: &[Period]| -> Vec<Option<Decimal>> {
            let known = |place: usize| (!lacking.contains(&place)).then(|| Decimal::new(30_000, 3));
            (0..cuts.len()).map(known).collect()
        };
        let days = degree_days(&rows, Zone::new(&[]), 24.5, true, means);
        assert_eq!(days, [Some(Decimal::new(110_000, 3)), None]);
    }
}
