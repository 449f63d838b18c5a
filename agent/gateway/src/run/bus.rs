//! One connection and the meters behind it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::link::{Dial, Link};
use crate::site_file::{Bus, MeterPlan, Protocol};
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt_agent::meter::{Factor, Place};
use millwatt_agent::modbus::{Fault, Framing, Line, Master, Patience, Request};
use millwatt_agent::schedule::{BackOff, Grid};
use tokio::time::Instant as Ticks;

/// What one round on a bus gave.
#[derive(Debug, Default)]
pub struct Polled {
    /// What the meters said.
    pub readings: Vec<Reading>,
    /// Each meter asked: its asset, and what went wrong.
    pub outcomes: Vec<(String, Result<(), String>)>,
}

struct Unit {
    meter: MeterPlan,
    grid: Grid,
    back_off: BackOff,
    /// The last grid point that it was asked for.
    asked: Option<Instant>,
    /// When its model code was last the right one; none since it was silent.
    identified: Option<Instant>,
    /// The last values of counters whose rise has a limit.
    believed: BTreeMap<ChannelId, Sample>,
    /// When a read was first parted; none while all are whole.
    parted: Option<Instant>,
}

/// A meter may be exchanged while nobody looks: its model code is read again this often.
const IDENTIFY_EVERY: Span = Span::from_minutes(5);
/// A read that was refused whole is tried whole again after this: a meter that starts up refuses what it has.
const WHOLE_AGAIN: Span = Span::from_minutes(60);
/// Silent answers in a row after which a converter's connection is opened anew: it may be dead without saying so.
const MOST_SILENT: u8 = 3;

/// Polls the meters of a bus one after the other.
pub struct BusPoller {
    bus: Bus,
    master: Master,
    units: Vec<Unit>,
    dial: Option<Dial>,
    link: Option<Link>,
    silent: u8,
    started: Ticks,
}

impl std::fmt::Debug for BusPoller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BusPoller").field("address", &self.bus.address).finish_non_exhaustive()
    }
}

impl BusPoller {
    /// Not yet connected.
    #[must_use]
    pub fn new(bus: &Bus) -> Self {
        Self::over(bus, None)
    }

    /// Not yet connected; in a simulated plant, where there is one.
    #[must_use]
    pub fn over(bus: &Bus, dial: Option<Dial>) -> Self {
        let framing = match (bus.protocol, bus.line) {
            (Protocol::Tcp, _) => Framing::Tcp,
            (_, Some(line)) => Framing::Rtu(Line::at(line.baud)),
            (_, None) => Framing::Rtu(Line::tunnelled()),
        };
        let units = bus.meters.iter().map(Unit::new).collect();
        let (master, started) = (Master::new(framing), Ticks::now());
        Self { bus: bus.clone(), master, units, dial, link: None, silent: 0, started }
    }

    /// The first grid point after `now` at which one of its meters is due.
    #[must_use]
    pub fn next_due(&self, now: Instant) -> Instant {
        self.units.iter().map(|unit| unit.grid.after(now)).min().unwrap_or(Instant::MAX)
    }

    /// Goes on with a bus that was described anew, over the same connection. A meter that stayed is asked when it
    /// would have been; what was believed of its counters is forgotten if its registers are others now.
    pub fn follow(&mut self, bus: &Bus) {
        let units = std::mem::take(&mut self.units);
        let mut before: Vec<_> = self.bus.meters.drain(..).zip(units).collect();
        for meter in &bus.meters {
            let is_same =
                |(old, _): &(MeterPlan, Unit)| (old.unit, &old.asset) == (meter.unit, &meter.asset);
            let known = before.iter().position(is_same).map(|place| before.swap_remove(place));
            self.units.push(match known {
                Some((old, unit)) if old == *meter => unit,
                Some((_, Unit { asked, back_off, .. })) => {
                    Unit { asked, back_off, ..Unit::new(meter) }
                }
                None => Unit::new(meter),
            });
        }
        self.bus = bus.clone();
    }

    /// Asks every meter that is due at a grid point, or was while the round before it went on; those that were silent
    /// before come last.
    pub async fn poll(&mut self, at: Instant) -> Polled {
        self.poll_while(at, || true).await.0
    }

    /// As [`poll`](Self::poll), but asks no further meter once it is told not to. Tells whether the round was gone
    /// through; if not, the same again asks the others.
    pub async fn poll_while(&mut self, at: Instant, goes_on: impl Fn() -> bool) -> (Polled, bool) {
        let mut polled = Polled::default();
        let mut places: Vec<usize> = (0..self.units.len()).collect();
        places.sort_by_key(|place| self.units[*place].back_off.failures());
        for place in places {
            if !goes_on() {
                return (polled, false);
            }
            if let Some(at) = self.due(place, at) {
                self.ask_and_judge(place, at, &mut polled).await;
            }
        }
        (polled, true)
    }

    async fn ask_and_judge(&mut self, place: usize, at: Instant, polled: &mut Polled) {
        let shares_line = self.units.len() > 1;
        let before = polled.readings.len();
        let outcome = match self.identify(place, at).await {
            Ok(()) => self.ask_meter(place, at, &mut polled.readings).await,
            stranger => stranger,
        };
        let was_silent = self.units[place].back_off.is_left_out();
        let unit = &mut self.units[place];
        match &outcome {
            // Nothing is known of the meter while its line is not there.
            Err(Asked::Fault(Fault::Disconnected)) => polled.readings.truncate(before),
            Err(Asked::Fault(fault)) => {
                unit.back_off.failed(shares_line);
                unit.identified = None;
                if *fault == Fault::Timeout {
                    polled.readings.truncate(before);
                }
            }
            _ => unit.back_off.answered(),
        }
        if was_silent && !self.units[place].back_off.is_left_out() {
            self.units.iter_mut().for_each(|unit| unit.back_off.hope());
        }
        let unit = &self.units[place];
        let outcome = outcome.map_err(|asked| asked.sentence(&self.bus.address, &unit.meter));
        polled.outcomes.push((unit.meter.asset.clone(), outcome));
    }

    /// The grid point that a meter is to be asked for at an instant; none while it is not.
    fn due(&mut self, place: usize, at: Instant) -> Option<Instant> {
        let unit = &mut self.units[place];
        let point = unit.grid.floor(at);
        let is_first = unit.asked.is_none();
        if !unit.grid.is_due(point, unit.asked) || (is_first && point != at) {
            return None;
        }
        unit.asked = Some(point);
        unit.back_off.is_due().then_some(point)
    }

    /// Whether the meter is of the model that its profile is for: asked at first, after a silence, and now and then.
    async fn identify(&mut self, place: usize, at: Instant) -> Result<(), Asked> {
        let unit = &self.units[place];
        let is_known =
            unit.identified.is_some_and(|known| at - known < IDENTIFY_EVERY && at >= known);
        let Some(identity) = unit.meter.identity.clone().filter(|_| !is_known) else {
            return Ok(());
        };
        match self.number(place, identity.number().place()).await? {
            Some(code) if identity.equals.contains(&code) => {
                self.units[place].identified = Some(at);
                Ok(())
            }
            code => Err(Asked::Stranger(code, identity.equals)),
        }
    }

    /// One number of a meter by itself.
    pub(super) async fn number(
        &mut self,
        meter: usize,
        place: Place,
    ) -> Result<Option<i64>, Asked> {
        let mut registers = [0; 250];
        let length = self.ask_read(meter, place.request(), &mut registers).await?;
        Ok(place.decode(&registers[..length], 0))
    }

    /// Asks all reads of a meter; a read that the meter refuses does not hold up the others. One of several numbers
    /// is parted, for an hour: some meters refuse whole what crosses a register that they lack.
    async fn ask_meter(
        &mut self,
        place: usize,
        at: Instant,
        readings: &mut Vec<Reading>,
    ) -> Result<(), Asked> {
        self.whole_again(place, at);
        let factors = self.factors(place).await?;
        let (mut refused, mut number) = (Ok(()), 0);
        while let Some(read) = self.units[place].meter.plan.reads().get(number) {
            let request = read.request;
            let asked = self.ask_values(place, number, at, &factors).await;
            number += 1;
            match asked {
                Ok(values) => {
                    for (channel, value) in values {
                        match value {
                            Some(sample) => readings.push(Reading { channel, sample }),
                            None => refused = Err(Asked::NoNumber(channel)),
                        }
                    }
                }
                Err(Asked::Refused(fault, _)) => {
                    let is_whole =
                        matches!(fault, Fault::Exception(reason) if reason.is_of_place());
                    if is_whole && self.units[place].meter.plan.part(number - 1) {
                        self.units[place].parted.get_or_insert(at);
                        number -= 1;
                    } else {
                        refused = Err(Asked::Refused(fault, request));
                    }
                }
                Err(other) => return Err(other),
            }
        }
        refused
    }

    /// Takes reads that were parted long ago for whole ones.
    fn whole_again(&mut self, place: usize, at: Instant) {
        let whole = self.bus.meters.get(place).map(|meter| &meter.plan);
        let unit = &mut self.units[place];
        let is_long_ago =
            unit.parted.is_some_and(|parted| at < parted || at - parted >= WHOLE_AGAIN);
        if let Some(whole) = whole.filter(|_| is_long_ago) {
            unit.meter.plan = whole.clone();
            unit.parted = None;
        }
    }

    /// The registers that scale others, read first.
    async fn factors(&mut self, place: usize) -> Result<Vec<(Factor, Option<i64>)>, Asked> {
        let mut factors = Vec::new();
        for factor in self.units[place].meter.plan.factors().to_vec() {
            factors.push((factor, self.number(place, factor.place).await?));
        }
        Ok(factors)
    }

    /// The samples of one read. Counters that fall, or rise faster than the machine can draw, are read once more: what
    /// only the first answer said is kept as suspect, a millisecond later, if the second is to be believed.
    async fn ask_values(
        &mut self,
        place: usize,
        number: usize,
        at: Instant,
        factors: &[(Factor, Option<i64>)],
    ) -> Result<Vec<(ChannelId, Option<Sample>)>, Asked> {
        let first = self.ask_once(place, number, at, factors).await?;
        let odd = self.units[place].odd(&first);
        if odd.is_empty() {
            self.units[place].believe(&first);
            return Ok(first);
        }
        let mut values = self.ask_once(place, number, at, factors).await?;
        let still_odd = self.units[place].odd(&values);
        self.units[place].believe(&values);
        let mended = odd
            .into_iter()
            .filter(|(channel, _)| still_odd.iter().all(|(other, _)| other != channel));
        let at = at + Span::from_milliseconds(1);
        values.extend(mended.map(|(channel, sample)| {
            (channel, Some(Sample { at, quality: Quality::Suspect, ..sample }))
        }));
        Ok(values)
    }

    async fn ask_once(
        &mut self,
        place: usize,
        number: usize,
        at: Instant,
        factors: &[(Factor, Option<i64>)],
    ) -> Result<Vec<(ChannelId, Option<Sample>)>, Asked> {
        let request = self.units[place].meter.plan.reads()[number].request;
        let mut registers = [0; 250];
        let length = self.ask_read(place, request, &mut registers).await?;
        // A checksum of 16 bits lets a wrong value pass now and then.
        let quality = if self.master.is_noisy() { Quality::Suspect } else { Quality::Good };
        let plan = &self.units[place].meter.plan;
        let values = plan.values(&plan.reads()[number], &registers[..length], factors);
        let sample = |value| Sample { at, value, quality };
        Ok(values.map(|(channel, value)| (channel, value.map(sample))).collect())
    }

    async fn ask_read(
        &mut self,
        place: usize,
        request: Request,
        registers: &mut [u8; 250],
    ) -> Result<usize, Asked> {
        self.ask(place, request, registers).await.map_err(|fault| match fault {
            Fault::Timeout | Fault::Disconnected | Fault::Noise => Asked::Fault(fault),
            Fault::Exception(reason) if reason.is_of_gateway() => Asked::Fault(fault),
            fault => Asked::Refused(fault, request),
        })
    }

    async fn ask(
        &mut self,
        place: usize,
        request: Request,
        registers: &mut [u8; 250],
    ) -> Result<usize, Fault> {
        let Unit { meter, back_off, .. } = &self.units[place];
        let retries = if back_off.is_left_out() { 0 } else { meter.patience.retries };
        let (unit, patience) = (meter.unit, Patience { retries, ..meter.patience });
        let timeout = Duration::from_millis(patience.timeout.milliseconds().max(1).unsigned_abs());
        let fresh = self.link.is_none();
        self.connect(timeout).await?;
        self.master.start(unit, request, patience);
        match self.converse(registers).await {
            // The other side may have closed an idle connection: once more on a fresh one.
            Err(Fault::Disconnected) if !fresh => {
                self.connect(timeout).await?;
                self.master.start(unit, request, patience);
                self.converse(registers).await
            }
            outcome => outcome,
        }
    }

    async fn connect(&mut self, timeout: Duration) -> Result<(), Fault> {
        if self.link.is_none() {
            let link = Link::dial(self.dial.as_ref(), &self.bus, timeout).await;
            self.link = Some(link.map_err(|_| Fault::Disconnected)?);
        }
        Ok(())
    }

    /// Moves bytes between the master and the connection until the transaction ends.
    async fn converse(&mut self, registers: &mut [u8; 250]) -> Result<usize, Fault> {
        let mut buffer = [0; 512];
        loop {
            let now = self.now();
            if let Some(outcome) = self.master.outcome(now, registers) {
                self.listen(outcome);
                return outcome;
            }
            let Some(link) = self.link.as_mut() else {
                return Err(Fault::Disconnected);
            };
            if let Some(bytes) = self.master.transmit(now) {
                if link.write(bytes).await.is_err() {
                    return Err(self.hang_up());
                }
                continue;
            }
            let left = self.master.poll_at().map_or(0, |at| (at - now).milliseconds());
            let left = Duration::from_millis(left.max(1).unsigned_abs());
            match tokio::time::timeout(left, link.read(&mut buffer)).await {
                Err(_) => {}
                Ok(Ok(0) | Err(_)) => {
                    return Err(self.hang_up());
                }
                Ok(Ok(length)) => self.master.receive(self.now(), &buffer[..length]),
            }
        }
    }

    /// Takes in how a transaction ended. Over TCP nothing that is late comes through a fresh connection; a serial line
    /// stays what it is.
    fn listen(&mut self, outcome: Result<usize, Fault>) {
        self.silent =
            if outcome == Err(Fault::Timeout) { self.silent.saturating_add(1) } else { 0 };
        let is_dead = match self.bus.protocol {
            Protocol::Tcp => self.silent > 0,
            Protocol::RtuOverTcp => self.silent >= MOST_SILENT,
            Protocol::Rtu => false,
        };
        if is_dead {
            self.silent = 0;
            self.hang_up();
        }
    }

    /// Forgets the connection and what was received over it.
    fn hang_up(&mut self) -> Fault {
        self.link = None;
        self.master.disconnect();
        Fault::Disconnected
    }

    fn now(&self) -> Instant {
        let elapsed = self.started.elapsed().as_millis();
        Instant::from_unix_milliseconds(i64::try_from(elapsed).unwrap_or(i64::MAX))
    }
}

impl Unit {
    fn new(meter: &MeterPlan) -> Self {
        Self {
            meter: meter.clone(),
            grid: Grid::new(meter.every),
            back_off: BackOff::default(),
            asked: None,
            identified: None,
            believed: BTreeMap::new(),
            parted: None,
        }
    }

    /// The counters of a read that cannot have come to their values.
    fn odd(&self, values: &[(ChannelId, Option<Sample>)]) -> Vec<(ChannelId, Sample)> {
        let values = values.iter().filter_map(|(channel, sample)| Some((*channel, (*sample)?)));
        values.filter(|(channel, sample)| !self.can_be(*channel, *sample)).collect()
    }

    /// Whether a counter can have come to a value since the last one believed: it has not fallen, nor risen faster than
    /// its machine's rated power and a tenth.
    fn can_be(&self, channel: ChannelId, sample: Sample) -> bool {
        let Some(most) = self.meter.most_a_second.get(&channel) else { return true };
        let Some(last) = self.believed.get(&channel) else { return true };
        let (risen, seconds) = (
            sample.value as f64 - last.value as f64,
            (sample.at - last.at).milliseconds() as f64 / 1e3,
        );
        risen >= 0.0 && risen <= most * seconds.max(1.0) * 1.1 + 1.0
    }

    /// Takes in what the last read of counters came to.
    fn believe(&mut self, values: &[(ChannelId, Option<Sample>)]) {
        let good = values.iter().filter_map(|(channel, sample)| Some((*channel, (*sample)?)));
        let good = good.filter(|(_, sample)| sample.quality == Quality::Good);
        let limited = good.filter(|(channel, _)| self.meter.most_a_second.contains_key(channel));
        self.believed.extend(limited);
    }
}

/// How asking a meter failed.
#[derive(Debug)]
pub(super) enum Asked {
    Fault(Fault),
    Refused(Fault, Request),
    NoNumber(ChannelId),
    /// The model code found, and those of the profile.
    Stranger(Option<i64>, Vec<i64>),
}

impl Asked {
    fn sentence(&self, address: &str, meter: &MeterPlan) -> String {
        let (unit, asset) = (meter.unit, &meter.asset);
        match self {
            Self::Fault(Fault::Disconnected) if address.starts_with('/') => format!(
                "meter of `{asset}` at {address}, unit {unit}: the serial port cannot be opened: is the adapter plugged in \
                 and under this name (names in /dev/serial/by-id stay), may this user use it, does another program hold it?"
            ),
            Self::Fault(fault) => format!("meter of `{asset}` at {address}, unit {unit}: {fault}"),
            Self::Refused(fault, request) => format!(
                "meter of `{asset}` at {address}, unit {unit}, {} registers {} to {}: {fault}",
                if request.table == millwatt_agent::modbus::Table::Input {
                    "input"
                } else {
                    "holding"
                },
                request.address,
                request.address.saturating_add(request.count.saturating_sub(1)),
            ),
            Self::NoNumber(channel) => format!(
                "meter of `{asset}` at {address}, unit {unit}: channel {} gives no number; check \
                 type, word order and, for a state, its codes",
                channel.0
            ),
            Self::Stranger(found, expected) => {
                let found = found.map_or("no number".to_owned(), |code| code.to_string());
                let expected: Vec<_> = expected.iter().map(i64::to_string).collect();
                format!(
                    "meter of `{asset}` at {address}, unit {unit}: the model code is {found}, of this profile it is {}; \
                     nothing of it is kept: is it another meter, or another unit number?",
                    expected.join(" or ")
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site_file::parse;

    #[test]
    fn a_read_that_a_starting_meter_refused_is_tried_whole_again_after_an_hour() {
        let site = include_str!("../../../../tests/src/one_meter.toml");
        let site = parse("site.toml", site).expect("sound");
        let mut poller = BusPoller::new(&site.buses[0]);
        let reads = |poller: &BusPoller| poller.units[0].meter.plan.reads().len();
        let (whole, refused) = (reads(&poller), Instant::from_unix_milliseconds(0));
        assert!(poller.units[0].meter.plan.part(0));
        poller.units[0].parted = Some(refused);
        poller.whole_again(0, refused + Span::from_minutes(59));
        assert_eq!(reads(&poller), whole + 1);
        poller.whole_again(0, refused + WHOLE_AGAIN);
        assert_eq!((reads(&poller), poller.units[0].parted), (whole, None));
    }
}
