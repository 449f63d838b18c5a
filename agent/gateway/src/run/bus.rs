//! One connection and the meters behind it.

use std::time::{Duration, Instant as Ticks};

use crate::site_file::{Bus, MeterPlan, Protocol};
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt_agent::modbus::{Fault, Framing, Master, Request};
use millwatt_agent::schedule::{BackOff, Grid};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

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
    /// When its model code was last the right one; none since it was silent.
    identified: Option<Instant>,
}

/// A meter may be exchanged while nobody looks: its model code is read again this often.
const IDENTIFY_EVERY: Span = Span::from_minutes(5);

/// Polls the meters of a bus one after the other.
pub struct BusPoller {
    address: String,
    master: Master,
    units: Vec<Unit>,
    stream: Option<TcpStream>,
    started: Ticks,
}

impl std::fmt::Debug for BusPoller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BusPoller").field("address", &self.address).finish_non_exhaustive()
    }
}

impl BusPoller {
    /// Not yet connected.
    #[must_use]
    pub fn new(bus: &Bus) -> Self {
        let framing = match bus.protocol {
            Protocol::Tcp => Framing::Tcp,
            Protocol::RtuOverTcp => Framing::Rtu,
        };
        let unit = |meter: &MeterPlan| Unit {
            meter: meter.clone(),
            grid: Grid::new(meter.every),
            back_off: BackOff::default(),
            identified: None,
        };
        let units = bus.meters.iter().map(unit).collect();
        let address = bus.address.clone();
        let master = Master::new(framing);
        Self { address, master, units, stream: None, started: Ticks::now() }
    }

    /// The first grid point after `now` at which one of its meters is due.
    #[must_use]
    pub fn next_due(&self, now: Instant) -> Instant {
        self.units.iter().map(|unit| unit.grid.after(now)).min().unwrap_or(Instant::MAX)
    }

    /// Asks every meter that is due at a grid point.
    pub async fn poll(&mut self, at: Instant) -> Polled {
        let mut polled = Polled::default();
        let shares_line = self.units.len() > 1;
        for place in 0..self.units.len() {
            let unit = &mut self.units[place];
            if !unit.grid.holds(at) || !unit.back_off.is_due() {
                continue;
            }
            let before = polled.readings.len();
            let outcome = match self.identify(place, at).await {
                Ok(()) => self.ask_meter(place, at, &mut polled.readings).await,
                stranger => stranger,
            };
            let unit = &mut self.units[place];
            match &outcome {
                Err(Asked::Fault(Fault::Timeout | Fault::Disconnected)) => {
                    unit.back_off.failed(shares_line);
                    unit.identified = None;
                    polled.readings.truncate(before);
                }
                _ => unit.back_off.answered(),
            }
            let outcome = outcome.map_err(|asked| asked.sentence(&self.address, &unit.meter));
            polled.outcomes.push((unit.meter.asset.clone(), outcome));
        }
        polled
    }

    /// Whether the meter is of the model that its profile is for: asked at first, after a silence, and now and then.
    async fn identify(&mut self, place: usize, at: Instant) -> Result<(), Asked> {
        let unit = &self.units[place];
        let is_known =
            unit.identified.is_some_and(|known| at - known < IDENTIFY_EVERY && at >= known);
        let Some(identity) = unit.meter.identity.clone().filter(|_| !is_known) else {
            return Ok(());
        };
        let point = identity.number().point();
        let count = point.encoding.registers();
        let request = Request { table: point.table, address: point.address, count };
        let mut registers = [0; 250];
        let length = match self.ask(place, request, &mut registers).await {
            Ok(length) => length,
            Err(fault @ (Fault::Timeout | Fault::Disconnected)) => return Err(Asked::Fault(fault)),
            Err(fault) => return Err(Asked::Refused(fault, request)),
        };
        match point.decode(&registers[..length]) {
            Some(code) if identity.equals.contains(&code) => {
                self.units[place].identified = Some(at);
                Ok(())
            }
            code => Err(Asked::Stranger(code, identity.equals)),
        }
    }

    /// Asks all reads of a meter; a read that the meter refuses does not hold up the others.
    async fn ask_meter(
        &mut self,
        place: usize,
        at: Instant,
        readings: &mut Vec<Reading>,
    ) -> Result<(), Asked> {
        let mut refused = Ok(());
        for number in 0..self.units[place].meter.plan.reads().len() {
            let request = self.units[place].meter.plan.reads()[number].request;
            let mut registers = [0; 250];
            let length = match self.ask(place, request, &mut registers).await {
                Ok(length) => length,
                Err(fault @ (Fault::Timeout | Fault::Disconnected)) => {
                    return Err(Asked::Fault(fault));
                }
                Err(fault) => {
                    refused = Err(Asked::Refused(fault, request));
                    continue;
                }
            };
            let plan = &self.units[place].meter.plan;
            for (channel, value) in plan.values(&plan.reads()[number], &registers[..length]) {
                match value {
                    Some(value) => {
                        let sample = Sample { at, value, quality: Quality::Good };
                        readings.push(Reading { channel, sample });
                    }
                    None => refused = Err(Asked::NoNumber(channel)),
                }
            }
        }
        refused
    }

    async fn ask(
        &mut self,
        place: usize,
        request: Request,
        registers: &mut [u8; 250],
    ) -> Result<usize, Fault> {
        let (unit, patience) = (self.units[place].meter.unit, self.units[place].meter.patience);
        let timeout = Duration::from_millis(patience.timeout.milliseconds().max(1).unsigned_abs());
        let fresh = self.stream.is_none();
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
        if self.stream.is_some() {
            return Ok(());
        }
        let connecting = tokio::time::timeout(timeout, TcpStream::connect(&self.address)).await;
        let stream = connecting.map_err(|_| Fault::Disconnected)?;
        let stream = stream.map_err(|_| Fault::Disconnected)?;
        // Only speed suffers where this is refused.
        let _ = stream.set_nodelay(true);
        self.stream = Some(stream);
        Ok(())
    }

    /// Moves bytes between the master and the connection until the transaction ends.
    async fn converse(&mut self, registers: &mut [u8; 250]) -> Result<usize, Fault> {
        let mut buffer = [0; 512];
        loop {
            let now = self.now();
            if let Some(outcome) = self.master.outcome(now, registers) {
                if outcome == Err(Fault::Timeout) {
                    // What may still come belongs to nobody; a fresh connection cannot carry it.
                    self.hang_up();
                }
                return outcome;
            }
            let Some(stream) = self.stream.as_mut() else {
                return Err(Fault::Disconnected);
            };
            if let Some(bytes) = self.master.transmit(now) {
                if stream.write_all(bytes).await.is_err() {
                    return Err(self.hang_up());
                }
                continue;
            }
            let left = self.master.poll_at().map_or(0, |at| (at - now).milliseconds());
            let left = Duration::from_millis(left.max(1).unsigned_abs());
            match tokio::time::timeout(left, stream.read(&mut buffer)).await {
                Err(_) => {}
                Ok(Ok(0) | Err(_)) => {
                    return Err(self.hang_up());
                }
                Ok(Ok(length)) => self.master.receive(&buffer[..length]),
            }
        }
    }

    /// Forgets the connection and what was received over it.
    fn hang_up(&mut self) -> Fault {
        self.stream = None;
        self.master.disconnect();
        Fault::Disconnected
    }

    fn now(&self) -> Instant {
        let elapsed = self.started.elapsed().as_millis();
        Instant::from_unix_milliseconds(i64::try_from(elapsed).unwrap_or(i64::MAX))
    }
}

/// How asking a meter failed.
enum Asked {
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
