//! The paths that energy takes: from a source, over an area or line, to where it ends.

use super::tree::Meter;
use millwatt::site::AssetId;

/// Less is what rounding leaves.
const NOTHING: f64 = 1e-9;

/// Where energy comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// The grid.
    Electricity,
    /// A fuel by its name.
    Fuel(String),
}

/// Where a path ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// An asset with a meter or weighings of its own.
    Asset(AssetId),
    /// What no meter below an asset, or below the main meter, saw.
    Rest(Option<AssetId>),
    /// The smaller ends together.
    Others,
    /// The site as a whole: nobody said where.
    Site,
}

/// One path.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    /// From where.
    pub source: Source,
    /// Over which area or line.
    pub over: Option<AssetId>,
    /// To where.
    pub end: End,
    /// How much, in the unit that was chosen.
    pub amount: f64,
}

/// Where electricity went.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Electricity {
    /// By which paths.
    pub paths: Vec<Path>,
    /// By how much meters saw more than the one above them.
    pub excess: f64,
}

/// Where the electricity of a whole went, by what each meter saw.
///
/// A meter without a figure is passed over: what is below it hangs below the next one.
pub(super) fn electricity(
    meters: &[Meter],
    whole: f64,
    used: impl Fn(AssetId) -> Option<f64>,
) -> Electricity {
    let known: Vec<(&Meter, f64)> =
        meters.iter().filter_map(|meter| Some((meter, used(meter.asset)?))).collect();
    let is_known = |id: AssetId| known.iter().any(|(meter, _)| meter.asset == id);
    let above = |meter: &Meter| {
        let next = |id: &AssetId| meters.iter().find(|row| row.asset == *id)?.above;
        let mut chain = std::iter::successors(meter.above, next).take(meters.len());
        chain.find(|id| is_known(*id))
    };
    let hung: Vec<(&Meter, f64, Option<AssetId>)> =
        known.iter().map(|(meter, amount)| (*meter, *amount, above(meter))).collect();
    let below = |id: Option<AssetId>| {
        let parts = hung.iter().filter(move |(_, _, above)| *above == id);
        parts.fold((0, 0.0), |(count, sum), (_, amount, _)| (count + 1, sum + amount))
    };
    let mut found = Electricity { paths: Vec::new(), excess: 0.0 };
    for (meter, amount, _) in &hung {
        let asset = meter.asset;
        match below(Some(asset)) {
            (0, _) => found.add(meter.top, End::Asset(asset), *amount),
            (_, parts) => {
                let over = meter.top.or(Some(asset));
                found.add(over, End::Rest(Some(asset)), amount - parts);
            }
        }
    }
    found.add(None, End::Rest(None), whole - below(None).1);
    found
}

impl Electricity {
    fn add(&mut self, over: Option<AssetId>, end: End, amount: f64) {
        if amount > NOTHING {
            self.paths.push(Path { source: Source::Electricity, over, end, amount });
        } else if amount < -NOTHING {
            self.excess -= amount;
        }
    }
}

/// The largest paths, the others of each source as one; in the order in which they are drawn.
pub(super) fn largest(mut paths: Vec<Path>, most: usize) -> Vec<Path> {
    paths.sort_by(|one, other| other.amount.total_cmp(&one.amount));
    if paths.len() > most {
        let mut sources: Vec<Source> = Vec::new();
        for path in &paths {
            if !sources.contains(&path.source) {
                sources.push(path.source.clone());
            }
        }
        let rest = paths.split_off(most.saturating_sub(sources.len()).min(paths.len()));
        paths.extend(sources.into_iter().filter_map(|source| others(&rest, source)));
    }
    let of_use: Vec<f64> = paths.iter().map(|path| over_sum(&paths, path.over)).collect();
    let mut ranked: Vec<(Path, f64)> = paths.into_iter().zip(of_use).collect();
    ranked.sort_by(|(one, of_one), (other, of_other)| {
        let rank = |path: &Path| (path.over.is_none(), !matches!(path.end, End::Asset(_)));
        let by_use = rank(one).0.cmp(&rank(other).0).then(of_other.total_cmp(of_one));
        let by_use = by_use.then(one.over.cmp(&other.over)).then(rank(one).1.cmp(&rank(other).1));
        by_use.then(other.amount.total_cmp(&one.amount))
    });
    ranked.into_iter().map(|(path, _)| path).collect()
}

fn over_sum(paths: &[Path], over: Option<AssetId>) -> f64 {
    paths.iter().filter(|path| path.over == over).map(|path| path.amount).sum()
}

fn others(rest: &[Path], source: Source) -> Option<Path> {
    let same = rest.iter().filter(|path| path.source == source);
    let amount: f64 = same.map(|path| path.amount).sum();
    (amount > 0.0).then_some(Path { source, over: None, end: End::Others, amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: AssetId = AssetId(1);

    fn meter(asset: u16, above: Option<u16>, top: Option<u16>) -> Meter {
        Meter { asset: AssetId(asset), above: above.map(AssetId), top: top.map(AssetId) }
    }

    fn sum(paths: &[Path]) -> f64 {
        paths.iter().map(|path| path.amount).sum()
    }

    #[test]
    fn what_goes_in_comes_out() {
        // A line of 80 with 50 and 20 below it, an office of 10, of 100 in all.
        let meters = [
            meter(1, None, None),
            meter(2, Some(1), Some(1)),
            meter(3, Some(1), Some(1)),
            meter(4, None, None),
        ];
        let amounts = [0.0, 80.0, 50.0, 20.0, 10.0];
        let found = electricity(&meters, 100.0, |id| amounts.get(usize::from(id.0)).copied());
        assert_eq!((sum(&found.paths), found.excess), (100.0, 0.0));
        let rest = |end| found.paths.iter().find(|path| path.end == end).map(|path| path.amount);
        assert_eq!(rest(End::Rest(Some(LINE))), Some(10.0));
        assert_eq!(rest(End::Rest(None)), Some(10.0));
        assert_eq!(rest(End::Asset(LINE)), None);
    }

    #[test]
    fn a_meter_that_saw_nothing_hands_on_what_is_below() {
        let meters = [meter(1, None, None), meter(2, Some(1), Some(1))];
        let found = electricity(&meters, 100.0, |id| (id.0 == 2).then_some(30.0));
        assert_eq!(sum(&found.paths), 100.0);
        assert_eq!(found.paths[0].over, Some(LINE));
    }

    #[test]
    fn meters_that_see_too_much_are_told() {
        let found = electricity(&[meter(1, None, None)], 100.0, |_| Some(108.0));
        assert_eq!((found.paths.len(), found.excess), (1, 8.0));
    }

    #[test]
    fn the_smallest_become_one_and_nothing_is_lost() {
        let path = |asset: u16, amount| Path {
            source: Source::Electricity,
            over: asset.is_multiple_of(2).then_some(LINE),
            end: End::Asset(AssetId(asset)),
            amount,
        };
        let paths: Vec<Path> = (2..202).map(|asset| path(asset, f64::from(asset))).collect();
        let all = sum(&paths);
        let shown = largest(paths, 12);
        assert_eq!((shown.len(), sum(&shown)), (12, all));
        assert!(shown.last().is_some_and(|path| path.end == End::Others));
        assert!(shown[0].over == Some(LINE) && shown[0].amount == 200.0);
    }
}
