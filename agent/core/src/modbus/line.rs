//! A serial line: the silence it needs, answers that may still come, and how far it can be believed.
//!
//! Over RTU nothing in an answer tells which request it answers. So an answer that comes late could pass for that to
//! the next request to the same unit, if both have one length. A line remembers what may still come, for as long as
//! it may, and until then lets no other request of that shape go out.
//!
//! CRC-16 lets one in 65,536 of badly spoilt frames pass. A line on which more than two of the last 32 answers
//! were noise is not believed: what is read over it is kept as suspect.

use heapless::Vec;
use millwatt::time::{Instant, Span};

use super::pdu::Request;
use super::rtu;

/// Silence after which the bytes received are all that comes: no adapter holds back more.
const PAUSE: Span = Span::from_milliseconds(100);
/// How many answers may be under way at once, over all units.
const MOST_AWAITED: usize = 8;
/// Characters of a request, and of an answer around its registers.
const AROUND: i64 = 8 + 5;
/// Noise among the last 32 answers that is borne.
const MOST_NOISE: u32 = 2;

/// What a serial line asks of its master.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Silence before each request: three and a half characters.
    pub silence: Span,
    /// After how long an answer can no longer come.
    pub turnaround: Span,
    /// What a character takes, in microseconds; 0 where a converter hides it.
    pub character: u32,
}

impl Line {
    /// The slowest answers that meters and converters are known for.
    const TURNAROUND: Span = Span::from_seconds(5);

    /// A line at a number of bits a second, characters of eleven bits; above 19,200 the silence is 1.75 ms. In
    /// whole milliseconds, rounded up.
    ///
    /// # Source
    /// MODBUS over Serial Line V1.02, 2.5.1.1.
    #[must_use]
    pub const fn at(baud: u32) -> Self {
        let baud = if baud == 0 { 1 } else { baud };
        let silence = if baud > 19_200 { 2 } else { 38_500_u32.div_ceil(baud) };
        let silence = Span::from_milliseconds(silence as i64);
        Self { silence, turnaround: Self::TURNAROUND, character: 11_000_000_u32.div_ceil(baud) }
    }

    /// A line behind a converter, which keeps the silence itself.
    #[must_use]
    pub const fn tunnelled() -> Self {
        Self { silence: Span::ZERO, turnaround: Self::TURNAROUND, character: 0 }
    }

    /// How long a request and its answer are on the line, in whole milliseconds, rounded up: of 125 registers at
    /// 2,400 baud over a second.
    #[must_use]
    pub fn transfer(&self, request: &Request) -> Span {
        let characters = AROUND + 2 * i64::from(request.count);
        Span::from_milliseconds((characters * i64::from(self.character) + 999) / 1_000)
    }
}

/// An answer that has not come yet, and may.
#[derive(Debug, Clone, Copy)]
struct Awaited {
    unit: u8,
    request: Request,
    until: Instant,
}

impl Awaited {
    /// Whether its answer would pass for that to another request.
    fn passes_for(&self, unit: u8, request: &Request) -> bool {
        let shape = |request: &Request| (request.table, request.count);
        self.unit == unit && self.request != *request && shape(&self.request) == shape(request)
    }
}

/// What a master knows of its line.
#[derive(Debug, Default)]
pub(super) struct Listener {
    awaited: Vec<Awaited, MOST_AWAITED>,
    heard: Option<Instant>,
    /// One bit for each of the last answers, set where it was noise.
    noise: u32,
}

impl Listener {
    pub(super) const fn hears(&mut self, now: Instant) {
        self.heard = Some(now);
    }

    /// When a request may go out; long past where nothing holds it back.
    pub(super) fn free_at(&self, line: &Line, unit: u8, request: &Request) -> Instant {
        let silent = self.heard.map_or(Instant::MIN, |heard| heard + line.silence);
        let is_full = self.awaited.is_full();
        let oldest = self.awaited.first().filter(|_| is_full);
        let clashes = self.awaited.iter().filter(|awaited| awaited.passes_for(unit, request));
        clashes.chain(oldest).map(|awaited| awaited.until).fold(silent, Instant::max)
    }

    /// A request that went out at `sent` has no answer yet.
    pub(super) fn awaits(&mut self, line: &Line, unit: u8, request: Request, sent: Instant) {
        if self.awaited.is_full() {
            self.awaited.remove(0);
        }
        let awaited = Awaited { unit, request, until: sent + line.turnaround };
        // There is room: the oldest made it, which can come no longer.
        let _ = self.awaited.push(awaited);
    }

    /// A request that went out at `sent` has an answer: perhaps that to an earlier try, and its own is still to come.
    pub(super) fn has(&mut self, line: &Line, unit: u8, request: &Request, sent: Instant) {
        let of_this = |awaited: &&mut Awaited| awaited.unit == unit && awaited.request == *request;
        for awaited in self.awaited.iter_mut().filter(of_this) {
            awaited.until = sent + line.turnaround;
        }
        self.judges(false);
    }

    /// Forgets what can come no longer, and takes a late answer off the bytes received; tells whether there was one.
    pub(super) fn takes_late<const N: usize>(
        &mut self,
        now: Instant,
        received: &mut Vec<u8, N>,
    ) -> bool {
        self.awaited.retain(|awaited| awaited.until > now);
        let found = self.awaited.iter().enumerate().find_map(|(place, awaited)| {
            rtu::find(received, awaited.unit, &awaited.request).map(|frame| (place, frame))
        });
        let Some((place, frame)) = found else { return false };
        self.awaited.remove(place);
        drop_first(received, frame.end);
        true
    }

    /// When the bytes received are known to be all; none while nothing came since the request.
    pub(super) fn pause_at(&self, is_empty: bool) -> Option<Instant> {
        self.heard.filter(|_| !is_empty).map(|heard| heard + PAUSE)
    }

    /// Takes in what an answer was.
    pub(super) const fn judges(&mut self, is_noise: bool) {
        self.noise = self.noise << 1 | is_noise as u32;
    }

    pub(super) const fn is_noisy(&self) -> bool {
        self.noise.count_ones() > MOST_NOISE
    }

    /// The connection is a new one; what is awaited may come through it, if a converter holds it back.
    pub(super) const fn forgets(&mut self) {
        self.heard = None;
    }
}

/// Takes bytes off the front.
pub(super) fn drop_first<const N: usize>(bytes: &mut Vec<u8, N>, count: usize) {
    let count = count.min(bytes.len());
    bytes.rotate_left(count);
    bytes.truncate(bytes.len() - count);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_follows_from_the_rate() {
        let silence = |baud| Line::at(baud).silence.milliseconds();
        assert_eq!([1_200, 9_600, 19_200, 38_400, 115_200].map(silence), [33, 5, 3, 2, 2]);
    }

    #[test]
    fn frames_take_their_time() {
        let whole = Request { table: crate::modbus::Table::Input, address: 0, count: 125 };
        let transfer = |line: Line| line.transfer(&whole).milliseconds();
        assert_eq!(transfer(Line::at(9_600)), 302, "263 characters of 11 bits: 301.4 ms");
        assert_eq!(transfer(Line::at(2_400)), 1_206);
        assert_eq!(transfer(Line::tunnelled()), 0);
    }

    #[test]
    fn three_spoilt_answers_of_32_make_a_noisy_line_until_they_are_long_past() {
        let mut listener = Listener::default();
        (0..3).for_each(|_| listener.judges(true));
        assert!(listener.is_noisy());
        (0..29).for_each(|_| listener.judges(false));
        assert!(listener.is_noisy());
        listener.judges(false);
        assert!(!listener.is_noisy());
    }
}
