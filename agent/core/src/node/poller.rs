//! One round over the meters of a line: every read of the plan, then a row.

use millwatt::reading::Quality;
use millwatt::time::{Instant, Span};
use millwatt::wire::row::{Cell, Row};

use super::Plan;
use crate::modbus::{Framing, Line, Master};
use crate::schedule::{BackOff, Grid};

/// Meters of one line whose silence is borne in mind.
const MOST_UNITS: usize = 8;

/// Polls the meters of a node. The edge moves the bytes, as for [`Master`].
#[derive(Debug)]
pub struct Poller<'p, const CHANNELS: usize> {
    plan: &'p Plan<'p>,
    master: Master,
    round: Option<Round<CHANNELS>>,
    units: heapless::Vec<(u8, BackOff), MOST_UNITS>,
    last: Option<Instant>,
    faults: u32,
}

#[derive(Debug)]
struct Round<const CHANNELS: usize> {
    at: Instant,
    read: usize,
    is_asked: bool,
    /// The clock was set meanwhile: its instant is none any more.
    is_stale: bool,
    cells: [Cell; CHANNELS],
}

impl<'p, const CHANNELS: usize> Poller<'p, CHANNELS> {
    /// Over the reads of a plan.
    #[must_use]
    pub fn new(plan: &'p Plan<'p>) -> Self {
        let mut units = heapless::Vec::new();
        for read in plan.reads {
            if !units.iter().any(|(unit, _)| *unit == read.unit) {
                // Those beyond are asked every time.
                let _ = units.push((read.unit, BackOff::default()));
            }
        }
        let master = Master::new(Framing::Rtu(Line::at(plan.baud)));
        Self { plan, master, round: None, units, last: None, faults: 0 }
    }

    /// Reads that failed since the start.
    #[must_use]
    pub const fn faults(&self) -> u32 {
        self.faults
    }

    /// Begins a round when the grid says so, by an instant that readings taken now have. A point that was past when the node
    /// started, or its clock was set, is left out: another start may have a row for it, and what is read now is of later.
    pub fn tick(&mut self, instant: Instant) {
        let point = Grid::new(self.plan.every).floor(instant);
        if self.last.is_none() && point != instant {
            self.last = Some(point);
        }
        if self.round.is_some() || !Grid::new(self.plan.every).is_due(point, self.last) {
            return;
        }
        self.last = Some(point);
        let cells = [None; CHANNELS];
        self.round = Some(Round { at: point, read: 0, is_asked: false, is_stale: false, cells });
    }

    /// The clock was set: the round under way has no instant.
    pub const fn clock_was_set(&mut self) {
        self.last = None;
        if let Some(round) = &mut self.round {
            round.is_stale = true;
        }
    }

    /// Bytes to send now.
    pub fn transmit(&mut self, now: Instant) -> Option<&[u8]> {
        self.master.transmit(now)
    }

    /// Takes bytes from the line.
    pub fn receive(&mut self, now: Instant, bytes: &[u8]) {
        self.master.receive(now, bytes);
    }

    /// Goes on with the round; gives its row at its end. A row of a stale round is not given.
    pub fn outcome(&mut self, now: Instant) -> Option<Row<CHANNELS>> {
        loop {
            let round = self.round.as_mut()?;
            let Some(read) = self.plan.reads.get(round.read) else {
                let round = self.round.take()?;
                let row = Row { at: round.at, cells: round.cells };
                return (!round.is_stale).then_some(row);
            };
            let unit = self.units.iter_mut().find(|(unit, _)| *unit == read.unit);
            let unit = unit.map(|(_, unit)| unit);
            if !round.is_asked {
                let is_first = !self.plan.reads[..round.read].iter().any(|it| it.unit == read.unit);
                if is_first && unit.is_some_and(|unit| !unit.is_due()) {
                    round.read += self.plan.reads[round.read..]
                        .iter()
                        .take_while(|it| it.unit == read.unit)
                        .count();
                    continue;
                }
                self.master.start(read.unit, read.request, self.plan.patience);
                round.is_asked = true;
                return None;
            }
            let mut registers = [0; 250];
            let outcome = self.master.outcome(now, &mut registers)?;
            let shares_line = self.units.len() > 1;
            let unit = self.units.iter_mut().find(|(unit, _)| *unit == read.unit);
            (round.read, round.is_asked) = (round.read + 1, false);
            match outcome {
                Ok(count) => {
                    unit.into_iter().for_each(|(_, unit)| unit.answered());
                    let is_noisy = self.master.is_noisy();
                    let quality = if is_noisy { Quality::Suspect } else { Quality::Good };
                    let registers = registers.get(..count).unwrap_or_default();
                    for point in read.points {
                        let value = point.decode(&read.request, registers);
                        if let Some(cell) = round.cells.get_mut(usize::from(point.channel.0)) {
                            *cell = value.map(|value| (value, quality));
                        }
                    }
                }
                Err(_) => {
                    unit.into_iter().for_each(|(_, unit)| unit.failed(shares_line));
                    self.faults = self.faults.saturating_add(1);
                }
            }
        }
    }

    /// When [`tick`](Self::tick), [`outcome`](Self::outcome) and [`transmit`](Self::transmit) must be called though
    /// nothing is received, by the node's own clock; `instant` is what readings taken now have.
    #[must_use]
    pub fn poll_at(&self, now: Instant, instant: Instant) -> Instant {
        if self.round.is_some() {
            return self.master.poll_at().unwrap_or(now);
        }
        now + (Grid::new(self.plan.every).after(instant) - instant).max(Span::ZERO)
    }
}
