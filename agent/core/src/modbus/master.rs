//! One transaction at a time over one connection: send, wait, retry, give up.

use heapless::Vec;
use millwatt::time::{Instant, Span};

use super::line::{Line, Listener, drop_first};
use super::pdu::{Fault, Request};
use super::{rtu, tcp};

/// How a transaction is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Modbus TCP.
    Tcp,
    /// Modbus RTU, on a serial line or tunnelled through TCP.
    Rtu(Line),
}

/// How long a master waits and how often it asks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For one answer, beside the time that the frames take on a serial line.
    pub timeout: Span,
    /// Further tries after the first.
    pub retries: u8,
}

#[derive(Debug, Clone, Copy)]
struct Pending {
    unit: u8,
    request: Request,
    timeout: Span,
    tries_left: u8,
    /// When the try under way went out; none while it has not.
    sent: Option<Instant>,
    /// Since when the line holds it back.
    held: Option<Instant>,
}

/// Fewer bytes than the shortest answer are a glitch, and the answer may still come.
const SHORTEST: usize = 5;

/// A master on one connection. The edge moves the bytes:
///
/// 1. [`start`](Self::start) a request;
/// 2. send what [`transmit`](Self::transmit) gives;
/// 3. hand received bytes to [`receive`](Self::receive);
/// 4. call [`outcome`](Self::outcome), then `transmit`, after either and at [`poll_at`](Self::poll_at); being late
///    there only makes a silence or a timeout longer.
///
/// A late answer is dropped: by its transaction number over TCP; over RTU by its shape, see [`line`](super::line).
#[derive(Debug)]
pub struct Master {
    framing: Framing,
    transaction: u16,
    pending: Option<Pending>,
    sent: Vec<u8, 12>,
    received: Vec<u8, { tcp::LONGEST }>,
    listener: Listener,
    late: u32,
}

impl Master {
    /// An idle master.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        let (sent, received) = (Vec::new(), Vec::new());
        let (transaction, pending, listener, late) = (0, None, Listener::default(), 0);
        Self { framing, transaction, pending, sent, received, listener, late }
    }

    /// Answers that came too late or were not asked for, so far.
    #[must_use]
    pub const fn late(&self) -> u32 {
        self.late
    }

    /// Whether so much of what comes over the line is noise that a wrong value may pass for a right one.
    #[must_use]
    pub const fn is_noisy(&self) -> bool {
        self.listener.is_noisy()
    }

    /// Begins a transaction; one still pending is forgotten.
    pub fn start(&mut self, unit: u8, request: Request, patience: Patience) {
        let Patience { timeout, retries: tries_left } = patience;
        let (sent, held) = (None, None);
        self.pending = Some(Pending { unit, request, timeout, tries_left, sent, held });
    }

    /// Bytes to send now, if a request is due.
    pub fn transmit(&mut self, now: Instant) -> Option<&[u8]> {
        let pending = self.pending.filter(|pending| pending.sent.is_none())?;
        if now < self.free_at(&pending) {
            let held = pending.held.or(Some(now));
            self.pending = Some(Pending { held, ..pending });
            return None;
        }
        self.pending = Some(Pending { sent: Some(now), ..pending });
        self.transaction = self.transaction.wrapping_add(1);
        self.sent.clear();
        let pdu = pending.request.emit();
        let fits = match self.framing {
            Framing::Tcp => {
                self.sent.extend_from_slice(&tcp::emit(self.transaction, pending.unit, &pdu))
            }
            Framing::Rtu(_) => {
                self.received.clear();
                self.sent.extend_from_slice(&rtu::emit(pending.unit, &pdu))
            }
        };
        fits.ok().map(|()| self.sent.as_slice())
    }

    fn free_at(&self, pending: &Pending) -> Instant {
        match &self.framing {
            Framing::Tcp => Instant::MIN,
            Framing::Rtu(line) => self.listener.free_at(line, pending.unit, &pending.request),
        }
    }

    /// Takes bytes from the connection; of more than a frame the oldest go.
    pub fn receive(&mut self, now: Instant, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.listener.hears(now);
        }
        for byte in bytes {
            if self.received.is_full() {
                drop_first(&mut self.received, 1);
            }
            // There is room: the oldest made it.
            let _ = self.received.push(*byte);
        }
    }

    /// The connection was closed: what was received over it and the pending transaction are
    /// forgotten.
    pub fn disconnect(&mut self) {
        self.received.clear();
        self.listener.forgets();
        self.pending = None;
    }

    /// When [`outcome`](Self::outcome) and [`transmit`](Self::transmit) must be called even if nothing is received.
    #[must_use]
    pub fn poll_at(&self) -> Option<Instant> {
        let pending = self.pending?;
        let Some(sent) = pending.sent else {
            let free = self.free_at(&pending);
            return Some(self.given_up_at(&pending).map_or(free, |end| end.min(free)));
        };
        let deadline = self.deadline(&pending, sent);
        Some(self.pause_at().map_or(deadline, |pause| pause.min(deadline)))
    }

    /// When an answer is overdue: the patience is for the meter, what the frames take on the line is beside it.
    fn deadline(&self, pending: &Pending, sent: Instant) -> Instant {
        let transfer = match &self.framing {
            Framing::Tcp => Span::ZERO,
            Framing::Rtu(line) => line.transfer(&pending.request),
        };
        sent + pending.timeout + transfer
    }

    /// When a line that does not fall silent is no line: twice as long as the latest answer may take.
    fn given_up_at(&self, pending: &Pending) -> Option<Instant> {
        let Framing::Rtu(line) = &self.framing else { return None };
        pending.held.filter(|_| pending.sent.is_none()).map(|held| held + line.turnaround.times(2))
    }

    /// When the bytes received are known to be all, though they are no answer.
    fn pause_at(&self) -> Option<Instant> {
        let is_serial = matches!(self.framing, Framing::Rtu(_));
        let is_glitch = self.received.len() < SHORTEST;
        self.listener.pause_at(is_glitch).filter(|_| is_serial)
    }

    /// The end of the transaction, once: register bytes into `registers`, whose count is given, or
    /// the fault. `None` while it goes on; then call [`transmit`](Self::transmit) again.
    pub fn outcome(
        &mut self,
        now: Instant,
        registers: &mut [u8; 250],
    ) -> Option<Result<usize, Fault>> {
        let pending = self.pending?;
        while let Some(answer) = self.answer(now, &pending, registers) {
            match answer {
                Answer::Ours(result) => {
                    self.pending = None;
                    return Some(result);
                }
                Answer::Foreign => self.late = self.late.saturating_add(1),
            }
        }
        if self.given_up_at(&pending).is_some_and(|end| now >= end) {
            self.received.clear();
            self.pending = None;
            return Some(Err(Fault::Noise));
        }
        let sent = pending.sent?;
        let is_noise = self.pause_at().is_some_and(|pause| now >= pause);
        if now < self.deadline(&pending, sent) && !is_noise {
            return None;
        }
        if let Framing::Rtu(line) = &self.framing {
            self.listener.awaits(line, pending.unit, pending.request, sent);
            if self.received.len() >= SHORTEST {
                self.listener.judges(true);
            }
        }
        self.received.clear();
        if let Some(tries_left) = pending.tries_left.checked_sub(1) {
            self.pending = Some(Pending { tries_left, sent: None, ..pending });
            return None;
        }
        self.pending = None;
        Some(Err(if is_noise { Fault::Noise } else { Fault::Timeout }))
    }

    /// The next whole answer among the bytes received.
    fn answer(
        &mut self,
        now: Instant,
        pending: &Pending,
        registers: &mut [u8; 250],
    ) -> Option<Answer> {
        match self.framing {
            Framing::Tcp => self.tcp_answer(pending, registers),
            Framing::Rtu(line) => self.rtu_answer(now, &line, pending, registers),
        }
    }

    fn rtu_answer(
        &mut self,
        now: Instant,
        line: &Line,
        pending: &Pending,
        registers: &mut [u8; 250],
    ) -> Option<Answer> {
        if self.received.starts_with(&self.sent) && !self.sent.is_empty() {
            // An adapter that hears itself.
            drop_first(&mut self.received, self.sent.len());
        }
        let found = rtu::find(&self.received, pending.unit, &pending.request);
        if let Some((frame, sent)) = found.zip(pending.sent) {
            let pdu = self.received.get(frame.start + 1..frame.end - 2).unwrap_or_default();
            let result = take(&pending.request, pdu, registers);
            self.listener.has(line, pending.unit, &pending.request, sent);
            self.received.clear();
            return Some(Answer::Ours(result));
        }
        let is_late = self.listener.takes_late(now, &mut self.received);
        is_late.then_some(Answer::Foreign)
    }

    fn tcp_answer(&mut self, pending: &Pending, registers: &mut [u8; 250]) -> Option<Answer> {
        let (transaction, unit, length) = match tcp::look(&self.received) {
            tcp::Received::Partial => return None,
            tcp::Received::Broken => {
                self.received.clear();
                return Some(Answer::Foreign);
            }
            tcp::Received::Whole { transaction, unit, length } => (transaction, unit, length),
        };
        let ours =
            pending.sent.is_some() && transaction == self.transaction && unit == pending.unit;
        let pdu = self.received.get(tcp::HEADER..length).unwrap_or_default();
        let answer = if ours {
            Answer::Ours(take(&pending.request, pdu, registers))
        } else {
            Answer::Foreign
        };
        drop_first(&mut self.received, length);
        Some(answer)
    }
}

enum Answer {
    Ours(Result<usize, Fault>),
    Foreign,
}

fn take(request: &Request, pdu: &[u8], registers: &mut [u8; 250]) -> Result<usize, Fault> {
    let data = request.parse(pdu)?;
    registers[..data.len()].copy_from_slice(data);
    Ok(data.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modbus::{Exception, Table};

    const REQUEST: Request = Request { table: Table::Input, address: 0, count: 1 };
    const PATIENCE: Patience = Patience { timeout: Span::from_seconds(1), retries: 1 };

    fn at(milliseconds: i64) -> Instant {
        Instant::from_unix_milliseconds(milliseconds)
    }

    fn outcome(master: &mut Master, now: i64) -> Option<Result<[u8; 2], Fault>> {
        let mut registers = [0; 250];
        let outcome = master.outcome(at(now), &mut registers)?;
        Some(outcome.map(|_| [registers[0], registers[1]]))
    }

    #[test]
    fn a_late_answer_is_dropped_by_its_transaction_number() {
        let mut master = Master::new(Framing::Tcp);
        master.start(7, REQUEST, PATIENCE);
        assert!(master.transmit(at(0)).is_some());
        assert_eq!(outcome(&mut master, 1_000), None, "the first try timed out");
        assert!(master.transmit(at(1_000)).is_some(), "asked again");
        master.receive(at(1_100), &[0, 1, 0, 0, 0, 5, 7, 4, 2, 0xaa, 0xaa]);
        assert_eq!(outcome(&mut master, 1_100), None, "the answer to the first try is late");
        assert_eq!(master.late(), 1);
        master.receive(at(1_200), &[0, 2, 0, 0, 0, 5, 7]);
        assert_eq!(outcome(&mut master, 1_200), None, "half an answer");
        master.receive(at(1_300), &[4, 2, 0xbb, 0xcc]);
        assert_eq!(outcome(&mut master, 1_300), Some(Ok([0xbb, 0xcc])));
        assert_eq!(outcome(&mut master, 1_400), None, "said once");
    }

    #[test]
    fn gives_up_after_the_last_try() {
        let mut master = Master::new(Framing::Tcp);
        master.start(7, REQUEST, PATIENCE);
        assert_eq!(master.poll_at(), Some(Instant::MIN));
        master.transmit(at(0));
        assert_eq!(master.poll_at(), Some(at(1_000)));
        assert_eq!(outcome(&mut master, 1_000), None);
        master.transmit(at(1_000));
        assert_eq!(outcome(&mut master, 2_000), Some(Err(Fault::Timeout)));
    }

    #[test]
    fn an_exception_is_an_answer() {
        let mut master = Master::new(Framing::Tcp);
        master.start(7, REQUEST, PATIENCE);
        master.transmit(at(0));
        master.receive(at(1), &[0, 1, 0, 0, 0, 3, 7, 0x84, 2]);
        let exception = Fault::Exception(Exception(2));
        assert_eq!(outcome(&mut master, 1), Some(Err(exception)));
    }

    #[test]
    fn noise_on_the_line_does_not_hide_the_answer_to_the_retry() {
        let mut master = Master::new(Framing::Rtu(Line::at(9_600)));
        master.start(1, Request { table: Table::Holding, address: 0, count: 1 }, PATIENCE);
        assert_eq!(master.transmit(at(0)).map(<[u8]>::len), Some(8));
        master.receive(at(10), &[0xff, 0x00, 0x3c]);
        assert_eq!(outcome(&mut master, 10), None);
        assert_eq!((outcome(&mut master, 1_000), master.poll_at()), (None, Some(at(1_018))));
        assert_eq!(outcome(&mut master, 1_018), None);
        master.transmit(at(1_018));
        let mut answer = [1, 3, 2, 0x12, 0x34, 0, 0];
        let crc = rtu::checksum(&answer[..5]).to_le_bytes();
        answer[5..].copy_from_slice(&crc);
        master.receive(at(1_028), &answer);
        assert_eq!(outcome(&mut master, 1_028), Some(Ok([0x12, 0x34])));
    }

    fn framed(body: &[u8]) -> Vec<u8, 16> {
        let mut frame: Vec<u8, 16> = Vec::from_slice(body).expect("fits");
        frame.extend_from_slice(&rtu::checksum(body).to_le_bytes()).expect("fits");
        frame
    }

    #[test]
    fn a_late_answer_over_a_serial_line_is_not_taken_for_the_next_one() {
        let mut master = Master::new(Framing::Rtu(Line::at(9_600)));
        let patience = Patience { retries: 0, ..PATIENCE };
        master.start(7, REQUEST, patience);
        assert!(master.transmit(at(0)).is_some());
        assert_eq!(outcome(&mut master, 1_018), Some(Err(Fault::Timeout)));
        let next = Request { address: 9, ..REQUEST };
        master.start(7, next, patience);
        assert_eq!(master.transmit(at(1_018)), None, "its answer would look the same");
        assert_eq!(master.poll_at(), Some(at(5_000)));
        let longer = Request { count: 2, ..next };
        master.start(7, longer, patience);
        assert!(master.transmit(at(1_028)).is_some(), "its answer looks otherwise");
        master.receive(at(1_038), &framed(&[7, 4, 2, 0xaa, 0xaa]));
        assert_eq!(outcome(&mut master, 1_038), None);
        assert_eq!(master.late(), 1);
        master.receive(at(1_048), &framed(&[7, 4, 4, 1, 2, 3, 4]));
        assert_eq!(outcome(&mut master, 1_048), Some(Ok([1, 2])));
        master.start(7, next, patience);
        assert_eq!(master.transmit(at(1_052)), None, "the line is silent for 5 ms first");
        assert!(master.transmit(at(1_053)).is_some(), "nothing more is awaited");
    }

    #[test]
    fn noise_is_asked_again_after_a_pause_not_a_timeout() {
        let mut master = Master::new(Framing::Rtu(Line::at(9_600)));
        master.start(7, REQUEST, PATIENCE);
        master.transmit(at(0));
        master.receive(at(20), &[7, 4, 2, 0xaa, 0xab, 0, 0]);
        assert_eq!((outcome(&mut master, 20), master.poll_at()), (None, Some(at(120))));
        assert_eq!(outcome(&mut master, 120), None);
        assert!(master.transmit(at(120)).is_some());
        master.receive(at(150), &[1, 2, 3, 4, 5, 6]);
        assert_eq!(outcome(&mut master, 250), Some(Err(Fault::Noise)));
    }

    #[test]
    fn an_adapter_that_hears_itself_is_borne_however_slow_the_meter() {
        let mut master = Master::new(Framing::Rtu(Line::at(9_600)));
        master.start(7, REQUEST, PATIENCE);
        let echo: Vec<u8, 12> =
            Vec::from_slice(master.transmit(at(0)).expect("due")).expect("fits");
        master.receive(at(9), &echo);
        assert_eq!((outcome(&mut master, 9), outcome(&mut master, 800)), (None, None));
        master.receive(at(900), &framed(&[7, 4, 2, 3, 4]));
        assert_eq!(outcome(&mut master, 900), Some(Ok([3, 4])));
    }

    #[test]
    fn a_line_that_never_falls_silent_is_told() {
        let mut master = Master::new(Framing::Rtu(Line::at(9_600)));
        master.receive(at(0), &[0x55]);
        master.start(7, REQUEST, PATIENCE);
        for now in (1..10_000).step_by(3) {
            assert_eq!(master.transmit(at(now)), None, "{now}");
            assert_eq!(outcome(&mut master, now), None, "{now}");
            master.receive(at(now), &[0x55; 3]);
        }
        master.transmit(at(10_001));
        assert_eq!(outcome(&mut master, 10_001), Some(Err(Fault::Noise)));
    }
}
