//! The node's end: what to send next, and what the gateway's words mean.

use heapless::Vec;
use millwatt::time::{Instant, Span};
use millwatt::wire::{ClockQuality, Stamp};

use super::{Message, RECEIPT};

/// Frames on their way without a receipt at most.
const WINDOW: usize = 8;
/// From one hello to the next while nobody answers.
const HELLO_EVERY: Span = Span::from_seconds(5);
/// After so long without a receipt frames are sent again.
const RESEND_AFTER: Span = Span::from_seconds(5);
/// A gateway tells the time more often than this; one that does not is gone.
const GONE_AFTER: Span = Span::from_seconds(40);

/// What the node should send now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// [`Message::Hello`].
    Hello,
    /// [`Message::Panic`].
    Panic,
    /// [`Message::Frame`]: the first above a stamp; then call [`Sender::sent`].
    FrameAbove(Stamp),
}

/// What the node should do about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// The gateway has the log up to a stamp: what was receipted above it is needed again.
    Has(Stamp),
    /// A receipt: call [`Sender::believed`] or [`Sender::doubted`].
    Receipt(&'a [u8; RECEIPT]),
    /// The time of day.
    Time(Instant, ClockQuality),
    /// A panic whose text has this checksum was written down.
    Heard(u32),
}

/// The node's end of a link.
///
/// Instants are those of the node's own clock, which nothing sets: milliseconds since its start.
#[derive(Debug, Clone)]
pub struct Sender {
    is_welcome: bool,
    hello_at: Instant,
    panic_at: Instant,
    resend_at: Instant,
    heard: Instant,
    /// What the gateway has on its disk, by its own word.
    has: Stamp,
    sent: Stamp,
    /// The log's newest frame when nothing more was found to send.
    looked: Stamp,
    flying: Vec<Stamp, WINDOW>,
    repeats: u32,
}

impl Sender {
    /// After a start, at an instant.
    #[must_use]
    pub const fn new(now: Instant) -> Self {
        let none = Stamp { epoch: 0, sequence: 0 };
        Self {
            is_welcome: false,
            hello_at: now,
            panic_at: now,
            resend_at: now,
            heard: now,
            has: none,
            sent: none,
            looked: none,
            flying: Vec::new(),
            repeats: 0,
        }
    }

    /// Whether the gateway has answered.
    #[must_use]
    pub const fn is_welcome(&self) -> bool {
        self.is_welcome
    }

    /// How often frames were sent again for want of a receipt.
    #[must_use]
    pub const fn repeats(&self) -> u32 {
        self.repeats
    }

    /// What to send now, with the line free, the log's newest frame, and whether a panic is to be told.
    pub fn wish(&mut self, now: Instant, newest: Stamp, has_panic: bool) -> Option<Wish> {
        if self.is_welcome && now - self.heard > GONE_AFTER {
            self.part(now);
        }
        if !self.is_welcome {
            let is_due = now >= self.hello_at;
            self.hello_at = if is_due { now + HELLO_EVERY } else { self.hello_at };
            return is_due.then_some(Wish::Hello);
        }
        if has_panic && now >= self.panic_at {
            self.panic_at = now + RESEND_AFTER;
            return Some(Wish::Panic);
        }
        if !self.flying.is_empty() && now >= self.resend_at {
            self.repeats = self.repeats.saturating_add(1);
            self.begin(self.has);
        }
        let is_more = newest > self.looked && newest > self.sent;
        (is_more && !self.flying.is_full()).then_some(Wish::FrameAbove(self.sent))
    }

    /// When [`wish`](Self::wish) may wish something that it does not wish now, though nothing is received or appended.
    #[must_use]
    pub fn poll_at(&self) -> Instant {
        match (self.is_welcome, self.flying.is_empty()) {
            (false, _) => self.hello_at,
            (true, true) => self.heard + GONE_AFTER,
            (true, false) => self.resend_at,
        }
    }

    /// Takes in which frame was sent; none where the log, whose newest frame is given, has no more.
    pub fn sent(&mut self, now: Instant, frame: Option<Stamp>, newest: Stamp) {
        match frame {
            Some(stamp) => {
                if self.flying.is_empty() {
                    self.resend_at = now + RESEND_AFTER;
                }
                // There is room: nothing is wished for while there is none.
                let _ = self.flying.push(stamp);
                self.sent = stamp;
            }
            None => self.looked = newest,
        }
    }

    /// Takes a message from the gateway.
    pub fn take<'a>(&mut self, now: Instant, message: &Message<'a>) -> Option<Word<'a>> {
        self.heard = now;
        match *message {
            Message::Who => {
                self.part(now);
                None
            }
            Message::Go { after } => {
                self.is_welcome = true;
                self.begin(after);
                Some(Word::Has(after))
            }
            Message::Receipt(receipt) => Some(Word::Receipt(receipt)),
            Message::Time { wall, quality } => Some(Word::Time(wall, quality)),
            Message::Heard { sum } => Some(Word::Heard(sum)),
            Message::Hello(_) | Message::Frame { .. } | Message::Panic { .. } => None,
        }
    }

    /// A receipt up to a stamp was for what stands in the log.
    pub fn believed(&mut self, now: Instant, up_to: Stamp) {
        self.has = self.has.max(up_to);
        self.sent = self.sent.max(up_to);
        self.flying.retain(|stamp| *stamp > up_to);
        self.resend_at = now + RESEND_AFTER;
    }

    /// A receipt was not: both ends have to agree anew where they are.
    pub fn doubted(&mut self, now: Instant) {
        self.part(now);
    }

    fn part(&mut self, now: Instant) {
        (self.is_welcome, self.hello_at) = (false, now);
        self.flying.clear();
    }

    fn begin(&mut self, after: Stamp) {
        (self.has, self.sent, self.looked) = (after, after, Stamp::default());
        self.flying.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Instant {
        Instant::from_unix_milliseconds(seconds * 1_000)
    }

    const fn stamp(sequence: u64) -> Stamp {
        Stamp { epoch: 1, sequence }
    }

    fn welcome() -> Sender {
        let mut sender = Sender::new(at(0));
        assert_eq!(sender.wish(at(0), stamp(20), true), Some(Wish::Hello));
        assert_eq!(sender.wish(at(1), stamp(20), true), None);
        assert_eq!(sender.wish(at(5), stamp(20), true), Some(Wish::Hello), "nobody answered");
        let word = sender.take(at(6), &Message::Go { after: stamp(7) });
        assert_eq!(word, Some(Word::Has(stamp(7))));
        sender
    }

    #[test]
    fn it_begins_above_what_the_gateway_has_and_waits_for_receipts() {
        let mut sender = welcome();
        for next in 8..16 {
            let wish = sender.wish(at(6), stamp(20), false);
            assert_eq!(wish, Some(Wish::FrameAbove(stamp(next - 1))));
            sender.sent(at(6), Some(stamp(next)), stamp(20));
        }
        assert_eq!(sender.wish(at(6), stamp(20), false), None, "eight are on their way");
        sender.believed(at(7), stamp(12));
        assert_eq!(sender.wish(at(7), stamp(20), false), Some(Wish::FrameAbove(stamp(15))));
        assert_eq!(sender.poll_at(), at(12));
        let again = sender.wish(at(12), stamp(20), false);
        assert_eq!(again, Some(Wish::FrameAbove(stamp(12))), "five seconds without a receipt");
        assert_eq!(sender.repeats(), 1);
    }

    #[test]
    fn where_nothing_is_left_it_is_quiet_until_something_comes() {
        let mut sender = welcome();
        assert_eq!(sender.wish(at(6), stamp(9), false), Some(Wish::FrameAbove(stamp(7))));
        sender.sent(at(6), None, stamp(9));
        assert_eq!(sender.wish(at(6), stamp(9), false), None, "only receipts of its own were left");
        assert_eq!(sender.wish(at(6), stamp(10), false), Some(Wish::FrameAbove(stamp(7))));
    }

    #[test]
    fn a_panic_is_told_first_and_again_until_it_is_heard() {
        let mut sender = welcome();
        assert_eq!(sender.wish(at(6), stamp(9), true), Some(Wish::Panic));
        assert_eq!(sender.wish(at(6), stamp(9), true), Some(Wish::FrameAbove(stamp(7))));
        sender.sent(at(6), None, stamp(9));
        assert_eq!(sender.wish(at(10), stamp(9), true), None);
        assert_eq!(sender.wish(at(11), stamp(9), true), Some(Wish::Panic));
    }

    #[test]
    fn a_gateway_that_is_gone_or_asks_is_greeted_again() {
        let mut sender = welcome();
        assert_eq!(sender.wish(at(46), stamp(7), false), None);
        assert_eq!(sender.wish(at(47), stamp(7), false), Some(Wish::Hello));
        let mut sender = welcome();
        assert_eq!(sender.take(at(7), &Message::Who), None);
        assert_eq!(sender.wish(at(7), stamp(7), false), Some(Wish::Hello));
    }
}
