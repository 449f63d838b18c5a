//! What every machine's account needs to know: site, log, period, and reported stops.

use millwatt::Series;
use millwatt::archive::Archive;
use millwatt::calendar::{Planned, Stops};
use millwatt::event::{Event, EventKind};
use millwatt::production::losses::MINOR_STOP;
use millwatt::site::{Asset, Site};
use millwatt::time::{Every, Instant, Period, Span};

/// The longest period whose trend is told by the week.
const BY_WEEK: Span = Span::from_minutes(120 * 1_440);

/// A site and a period, with the stops that people reported up to its end.
#[derive(Debug)]
pub(super) struct Shop<'a> {
    /// The site.
    pub site: Site<'a>,
    /// Where its samples are.
    pub archive: &'a Archive,
    /// What is looked at.
    pub period: Period,
    /// Reported stops in time order, those before the period too: one may last into it.
    pub stops: Vec<Event<'a>>,
    /// Weeks of the period, or months where it is long.
    pub buckets: Vec<Period>,
}

impl<'a> Shop<'a> {
    /// Collects them.
    pub fn new(site: Site<'a>, archive: &'a Archive, period: Period) -> Self {
        let until = archive.events(Period::new(Instant::MIN, period.to));
        let stops = until.filter(|event| event.kind == EventKind::Stop).collect();
        let zone = site.zone_rules();
        let shop = Self { site, archive, period, stops, buckets: Vec::new() };
        let every = if shop.is_by_month() { Every::Month } else { Every::Week };
        Self { buckets: period.every(every, zone).collect(), ..shop }
    }

    /// Whether a trend is told by the month instead of the week.
    pub fn is_by_month(&self) -> bool {
        self.period.span() > BY_WEEK
    }

    /// All shifts of the period.
    pub fn open(&self) -> Planned<'a> {
        Planned::new(self.site.zone_rules(), self.site.shifts, self.period)
    }

    /// The planned stops of a machine.
    pub fn shutdowns(&self, asset: &Asset<'_>) -> Stops {
        Stops::of(asset.id, self.stops.iter().copied(), self.period)
    }

    /// The shifts of the period less the planned stops of a machine.
    pub fn planned(&self, asset: &Asset<'_>) -> Planned<'a> {
        self.open().without(self.shutdowns(asset))
    }

    /// The same for each shift by itself.
    pub fn planned_by_shift(
        &self,
        asset: &Asset<'_>,
    ) -> impl Iterator<Item = Planned<'a>> + use<'a> {
        let (zone, period, stops) = (self.site.zone_rules(), self.period, self.shutdowns(asset));
        let one_by_one = self.site.shifts.chunks(1);
        one_by_one.map(move |shift| Planned::new(zone, shift, period).without(stops))
    }
}

/// The longest stop of a machine that counts as minor.
pub(super) fn minor_stop(asset: &Asset<'_>) -> Span {
    if asset.minor_stop > Span::ZERO { asset.minor_stop } else { MINOR_STOP }
}
