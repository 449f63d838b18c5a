//! One transaction at a time over one connection: send, wait, retry, give up.

use heapless::Vec;
use millwatt::time::{Instant, Span};

use super::pdu::{Fault, Request};
use super::{rtu, tcp};

/// How a transaction is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Modbus TCP.
    Tcp,
    /// Modbus RTU, on a serial line or tunnelled through TCP.
    Rtu,
}

/// How long a master waits and how often it asks again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For one answer.
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
    unsent: bool,
    deadline: Instant,
}

/// A master on one connection. The edge moves the bytes:
///
/// 1. [`start`](Self::start) a request;
/// 2. send what [`transmit`](Self::transmit) gives;
/// 3. hand received bytes to [`receive`](Self::receive);
/// 4. call [`outcome`](Self::outcome) after either and at [`poll_at`](Self::poll_at); being late
///    there only makes a timeout longer.
///
/// A late answer is dropped: by its transaction number over TCP, by flushing before each request
/// over RTU.
#[derive(Debug)]
pub struct Master {
    framing: Framing,
    transaction: u16,
    pending: Option<Pending>,
    sent: Vec<u8, 12>,
    received: Vec<u8, { tcp::LONGEST }>,
    late: u32,
}

impl Master {
    /// An idle master.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        let (sent, received) = (Vec::new(), Vec::new());
        Self { framing, transaction: 0, pending: None, sent, received, late: 0 }
    }

    /// Answers that came too late or were not asked for, so far.
    #[must_use]
    pub const fn late(&self) -> u32 {
        self.late
    }

    /// Begins a transaction; one still pending is forgotten.
    pub fn start(&mut self, unit: u8, request: Request, patience: Patience) {
        let Patience { timeout, retries: tries_left } = patience;
        let (unsent, deadline) = (true, Instant::MAX);
        self.pending = Some(Pending { unit, request, timeout, tries_left, unsent, deadline });
    }

    /// Bytes to send now, if a request is due.
    pub fn transmit(&mut self, now: Instant) -> Option<&[u8]> {
        let pending = self.pending.as_mut().filter(|pending| pending.unsent)?;
        pending.unsent = false;
        pending.deadline = now + pending.timeout;
        self.transaction = self.transaction.wrapping_add(1);
        self.sent.clear();
        let pdu = pending.request.emit();
        let fits = match self.framing {
            Framing::Tcp => {
                self.sent.extend_from_slice(&tcp::emit(self.transaction, pending.unit, &pdu))
            }
            Framing::Rtu => {
                self.received.clear();
                self.sent.extend_from_slice(&rtu::emit(pending.unit, &pdu))
            }
        };
        fits.ok().map(|()| self.sent.as_slice())
    }

    /// Takes bytes from the connection.
    pub fn receive(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.received.push(*byte).is_err() {
                self.received.clear();
                self.late = self.late.saturating_add(1);
            }
        }
    }

    /// The connection was closed: what was received over it and the pending transaction are
    /// forgotten.
    pub fn disconnect(&mut self) {
        self.received.clear();
        self.pending = None;
    }

    /// When [`outcome`](Self::outcome) must be called even if nothing is received.
    #[must_use]
    pub fn poll_at(&self) -> Option<Instant> {
        self.pending.map(|pending| pending.deadline)
    }

    /// The end of the transaction, once: register bytes into `registers`, whose count is given, or
    /// the fault. `None` while it goes on; then call [`transmit`](Self::transmit) again.
    pub fn outcome(
        &mut self,
        now: Instant,
        registers: &mut [u8; 250],
    ) -> Option<Result<usize, Fault>> {
        let pending = self.pending?;
        while let Some(answer) = self.answer(&pending, registers) {
            match answer {
                Answer::Ours(result) => {
                    self.pending = None;
                    return Some(result);
                }
                Answer::Foreign => self.late = self.late.saturating_add(1),
            }
        }
        if now < pending.deadline {
            return None;
        }
        self.received.clear();
        if let Some(tries_left) = pending.tries_left.checked_sub(1) {
            let deadline = Instant::MAX;
            self.pending = Some(Pending { tries_left, unsent: true, deadline, ..pending });
            return None;
        }
        self.pending = None;
        Some(Err(Fault::Timeout))
    }

    /// The next whole answer among the bytes received.
    fn answer(&mut self, pending: &Pending, registers: &mut [u8; 250]) -> Option<Answer> {
        match self.framing {
            Framing::Tcp => self.tcp_answer(pending, registers),
            Framing::Rtu => match rtu::look(&self.received, pending.unit) {
                Ok(None) => None,
                Ok(Some(pdu)) => {
                    let result = take(&pending.request, pdu, registers);
                    self.received.clear();
                    Some(Answer::Ours(result))
                }
                Err(rtu::Noise) => {
                    self.received.clear();
                    Some(Answer::Foreign)
                }
            },
        }
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
        let ours = !pending.unsent && transaction == self.transaction && unit == pending.unit;
        let pdu = self.received.get(tcp::HEADER..length).unwrap_or_default();
        let answer = if ours {
            Answer::Ours(take(&pending.request, pdu, registers))
        } else {
            Answer::Foreign
        };
        let left = self.received.len().saturating_sub(length);
        let length = self.received.len() - left;
        self.received.rotate_left(length);
        self.received.truncate(left);
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
        master.receive(&[0, 1, 0, 0, 0, 5, 7, 4, 2, 0xaa, 0xaa]);
        assert_eq!(outcome(&mut master, 1_100), None, "the answer to the first try is late");
        assert_eq!(master.late(), 1);
        master.receive(&[0, 2, 0, 0, 0, 5, 7]);
        assert_eq!(outcome(&mut master, 1_200), None, "half an answer");
        master.receive(&[4, 2, 0xbb, 0xcc]);
        assert_eq!(outcome(&mut master, 1_300), Some(Ok([0xbb, 0xcc])));
        assert_eq!(outcome(&mut master, 1_400), None, "said once");
    }

    #[test]
    fn gives_up_after_the_last_try() {
        let mut master = Master::new(Framing::Tcp);
        master.start(7, REQUEST, PATIENCE);
        assert_eq!(master.poll_at(), Some(Instant::MAX));
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
        master.receive(&[0, 1, 0, 0, 0, 3, 7, 0x84, 2]);
        let exception = Fault::Exception(Exception(2));
        assert_eq!(outcome(&mut master, 1), Some(Err(exception)));
    }

    #[test]
    fn noise_on_the_line_does_not_hide_the_answer_to_the_retry() {
        let mut master = Master::new(Framing::Rtu);
        master.start(1, Request { table: Table::Holding, address: 0, count: 1 }, PATIENCE);
        assert_eq!(master.transmit(at(0)).map(<[u8]>::len), Some(8));
        master.receive(&[0xff, 0x00, 0x3c]);
        assert_eq!(outcome(&mut master, 10), None);
        assert_eq!(outcome(&mut master, 1_000), None);
        master.transmit(at(1_000));
        let mut answer = [1, 3, 2, 0x12, 0x34, 0, 0];
        let crc = rtu::checksum(&answer[..5]).to_le_bytes();
        answer[5..].copy_from_slice(&crc);
        master.receive(&answer);
        assert_eq!(outcome(&mut master, 1_010), Some(Ok([0x12, 0x34])));
    }
}
