//! How good the data is: what was measured, what is missing, what the registers and clocks did.

mod clock;
mod coverage;
mod incidents;
pub mod model;
pub(super) mod say;
pub(super) mod strip;
mod words;

use super::View;
use crate::node::Node;
use clock::Clocks;
use millwatt::reading::ChannelId;
use millwatt::site::AssetId;
use model::{Health, Meter, Outage};
use words::Word;

/// What is known of a period's data.
struct Found {
    health: Vec<Health>,
    outages: Vec<Outage>,
    meters: Vec<Meter>,
    clocks: Clocks,
}

impl View<'_> {
    pub(super) fn quality(&self) -> Node {
        let found = Found::of(self);
        let sections = [
            coverage::calendar(self, &found),
            coverage::gaps(self, &found),
            incidents::registers(self, &found),
            incidents::believed(self, &found),
            incidents::clock(self, &found),
        ];
        self.chapter(&headline(self, &found), sections)
    }
}

impl Found {
    fn of(view: &View<'_>) -> Self {
        let (site, model) = (&view.model.site, view.model);
        let channels = (0..).map(ChannelId).zip(site.channels);
        let health = channels.filter_map(|(channel, _)| {
            Health::of(site, view.archive, channel, model.period, model.record)
        });
        let health: Vec<Health> = health.collect();
        let outages = model::outages(&health);
        let meters = model::meters(&health, &outages, model.period);
        Self { health, outages, meters, clocks: Clocks::of(view.log) }
    }
}

/// The name that people read of an asset.
fn asset_name<'a>(view: &View<'a>, asset: AssetId) -> &'a str {
    view.model.site.asset(asset).map_or("", |asset| asset.name)
}

fn headline(view: &View<'_>, found: &Found) -> String {
    let Some((whole, days)) = coverage::whole_days(view) else {
        return view.text(crate::strings::Key::Coverage).to_owned();
    };
    let [whole, days] = [whole, days].map(|count| say::count(view, count as u64));
    match found.outages.first() {
        Some(longest) => {
            let lasted = say::lasted(view, longest.period.span());
            let name = crate::chart::clipped(asset_name(view, longest.asset), 260.0);
            view.fill(Word::Headline, &[&whole, &days, &lasted, &name])
        }
        None => view.fill(Word::HeadlineWhole, &[&whole, &days]),
    }
}
