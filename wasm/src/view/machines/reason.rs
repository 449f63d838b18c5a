//! Why a machine stood: by its state, by how long, by what people reported.

use millwatt::event::Event;
use millwatt::production::sixteen::SixteenLoss;
use millwatt::production::{Loss, StateSpan};
use millwatt::time::{Instant, Period, Span};

/// The reason that a stop goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason<'a> {
    /// One of the sixteen, by its state and length or because somebody said so.
    Known(SixteenLoss),
    /// In people's own words.
    Said(&'a str),
    /// Nobody said anything.
    Unqualified,
}

impl<'a> Reason<'a> {
    /// What a report of a stop says: its reason where that is one of the sixteen, else its words.
    pub fn given(event: &Event<'a>) -> Self {
        if let Some(known) = SixteenLoss::named(event.product) {
            return Self::Known(known);
        }
        let words = [event.note.trim(), event.product.trim()];
        let words = words.into_iter().find(|text| !text.is_empty());
        words.map_or(Self::Unqualified, Self::Said)
    }
}

/// What a stretch without product counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause<'a> {
    /// Of the big losses, as the indicators count it.
    pub loss: Loss,
    /// Of the sixteen; `None` while it is unqualified.
    pub sixteen: Option<SixteenLoss>,
    /// What it goes by.
    pub reason: Reason<'a>,
}

/// The stops that people reported of one machine, asked for stretches that come in time order.
#[derive(Debug, Clone)]
pub(super) struct Reported<'a> {
    stops: Vec<Event<'a>>,
    first: usize,
}

/// What the reports that meet a stretch say, the last word counting.
#[derive(Debug, Default)]
struct Told<'a> {
    of_six: Option<Loss>,
    named: Option<SixteenLoss>,
    reason: Option<Reason<'a>>,
}

impl<'a> Told<'a> {
    fn take(&mut self, event: &Event<'a>) {
        match Reason::given(event) {
            // A planned stop is no loss: its time is taken out of the plan.
            Reason::Known(SixteenLoss::Shutdown) | Reason::Unqualified => {}
            Reason::Known(one) => {
                self.of_six = one.of_six().or(self.of_six);
                self.named = Some(one);
                self.reason = Some(Reason::Known(one));
            }
            said @ Reason::Said(_) => self.reason = Some(said),
        }
    }
}

fn ended(event: &Event<'_>, before: Instant) -> bool {
    event.until.unwrap_or(event.at) < before
}

impl<'a> Reported<'a> {
    /// Those of one asset among all reported stops, which are in time order.
    pub fn of(asset: &str, stops: &[Event<'a>]) -> Self {
        let stops = stops.iter().filter(|event| event.asset == asset).copied().collect();
        Self { stops, first: 0 }
    }

    fn told(&mut self, stretch: Period) -> Told<'a> {
        while self.stops.get(self.first).is_some_and(|event| ended(event, stretch.from)) {
            self.first += 1;
        }
        let mut told = Told::default();
        let begun = self.stops.iter().skip(self.first).take_while(|event| event.at < stretch.to);
        begun.filter(|event| !ended(event, stretch.from)).for_each(|event| told.take(event));
        told
    }

    /// What a stretch counts as; `None` for running. State and length decide, and people where
    /// those say nothing: as the indicators do it.
    pub fn judge(&mut self, stretch: &StateSpan, minor_stop: Span) -> Option<Cause<'a>> {
        let by_state = Loss::of(stretch.state, stretch.period.span(), minor_stop)?;
        let told = self.told(stretch.period);
        let loss = match by_state {
            Loss::Unqualified => told.of_six.unwrap_or(by_state),
            known => known,
        };
        let known = (loss != Loss::Unqualified).then_some(loss);
        let named = told.named.filter(|one| one.of_six() == known);
        let sixteen = named.or(known.and_then(|loss| SixteenLoss::named(loss.name())));
        let reason = told.reason.or(sixteen.map(Reason::Known)).unwrap_or(Reason::Unqualified);
        Some(Cause { loss, sixteen, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::event::EventKind;
    use millwatt::production::State;

    fn at(minute: i64) -> Instant {
        Instant::from_unix_milliseconds(minute * 60_000)
    }

    fn report(
        from: i64,
        to: Option<i64>,
        product: &'static str,
        note: &'static str,
    ) -> Event<'static> {
        let (at, until) = (at(from), to.map(at));
        let (kind, asset) = (EventKind::Stop, "mill");
        Event { at, until, kind, asset, product, thousandths: 0, unit: "", note }
    }

    fn judged(state: State, minutes: (i64, i64), events: &[Event<'static>]) -> Cause<'static> {
        let stretch = StateSpan { period: Period::new(at(minutes.0), at(minutes.1)), state };
        let mut reported = Reported::of("mill", events);
        reported.judge(&stretch, Span::from_minutes(5)).expect("it stood")
    }

    #[test]
    fn a_long_stop_is_unqualified_until_somebody_says_why() {
        let silent = judged(State::Idle, (10, 50), &[]);
        assert_eq!((silent.loss, silent.sixteen), (Loss::Unqualified, None));
        assert_eq!(silent.reason, Reason::Unqualified);
        let changed = judged(State::Idle, (10, 50), &[report(12, Some(48), "tool_change", "")]);
        assert_eq!((changed.loss, changed.sixteen), (Loss::Setup, Some(SixteenLoss::ToolChange)));
        let waited = judged(State::Idle, (10, 50), &[report(12, Some(48), "management", "")]);
        assert_eq!(waited.loss, Loss::Unqualified, "the six leave it out");
        assert_eq!(waited.sixteen, Some(SixteenLoss::Management));
    }

    #[test]
    fn words_name_a_stop_and_state_and_length_class_it() {
        let broken = judged(State::Down, (10, 50), &[report(10, None, "", " đứt dây đai ")]);
        assert_eq!((broken.loss, broken.reason), (Loss::Breakdown, Reason::Said("đứt dây đai")));
        let short = judged(State::Idle, (10, 13), &[report(10, Some(13), "management", "")]);
        assert_eq!((short.loss, short.sixteen), (Loss::MinorStop, Some(SixteenLoss::MinorStop)));
        assert_eq!(short.reason, Reason::Known(SixteenLoss::Management));
        let over = judged(State::Idle, (10, 50), &[report(1, Some(9), "breakdown", "")]);
        assert_eq!(over.reason, Reason::Unqualified, "a report that ended before says nothing");
    }
}
