//! A node: an agent on a microcontroller, without clock, pins or ports of its own.
//!
//! It polls meters on a serial line, counts pulses, reads contacts, keeps a row a minute in flash, signs what it keeps, folds the figures of
//! its shift, tells when a machine idles for too long, and sends its log to a gateway when there is one. The edge
//! (`agent/firmware`) moves bytes and levels and calls [`Node::run`].
//!
//! - **When is a reading safe?** When [`Event::Kept`] tells its row: it is programmed then. At most one row is ever on its way.
//! - **What without a gateway?** All of it but the time of day: rows then count from the start, and get their date from
//!   the first anchor behind them, even weeks later.
//! - **What when the flash is full?** The oldest page is given up, which the log states and hello tells.
//! - **What when the flash fails?** [`Node::run`] says so, and the edge starts the node again.

mod clock;
mod figures;
mod input;
mod outgoing;
mod plan;
mod poller;

pub use clock::NodeClock;
pub use figures::{Figures, Window};
pub use input::{Debounced, Pulses};
pub use outgoing::{MOST_PACKET, Outgoing};
pub use plan::{LevelInput, Plan, Point, PulseInput, Read};
pub use poller::Poller;

use embedded_storage::nor_flash::NorFlash;
use heapless::Vec;
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::Instant;
use millwatt::trust::{Receipt, Signer};
use millwatt::wire::bytes::Writer;
use millwatt::wire::row::Row;
use millwatt::wire::{FrameKind, Stamp};

use crate::alarm::{Calendar, Change, IdleAlarm};
use crate::link::{Decoder, Hello, MOST_HEAD, Message, PROTOCOL, Sender, Wish, Word};
use crate::recorder::{Acknowledged, Recorder};
use crate::ring::{RingError, WhenFull};
use crate::sealer::Sealer;

/// Pulse inputs and contacts of a node at most.
pub const MOST_INPUTS: usize = 8;
/// Bytes of a text that tells of a failure at most.
pub const MOST_PANIC: usize = 256;

/// What a node tells its edge.
#[derive(Debug, Clone, Copy)]
pub enum Event<const CHANNELS: usize> {
    /// A row is durable.
    Kept(Row<CHANNELS>, Acknowledged),
    /// The machine idles for too long, or does so no longer.
    Alarm(Change),
    /// The gateway has written down the text of a failure: it need not be kept.
    Heard,
    /// The gateway gave a receipt up to a stamp, and it is believed.
    Receipted(Stamp),
}

/// A node; made by [`Node::start`].
#[derive(Debug)]
pub struct Node<'p, F, J, const CHANNELS: usize, const ROWS: usize> {
    plan: &'p Plan<'p>,
    program: &'p str,
    key: [u8; 32],
    log: Recorder<F, J, CHANNELS, ROWS>,
    sealer: Sealer<'p>,
    sealed_at: Instant,
    poller: Poller<'p, CHANNELS>,
    pulses: Vec<Pulses, MOST_INPUTS>,
    levels: Vec<Debounced, MOST_INPUTS>,
    clock: NodeClock,
    figures: Option<Figures<'p>>,
    alarm: Option<IdleAlarm>,
    alarmed: Option<Change>,
    sender: Sender,
    decoder: Decoder<{ MOST_HEAD + 4 }>,
    outgoing: Outgoing<'p>,
    receipted: Stamp,
}

impl<'p, F, J, const CHANNELS: usize, const ROWS: usize> Node<'p, F, J, CHANNELS, ROWS>
where
    F: NorFlash,
    J: NorFlash<Error = F::Error>,
{
    /// Opens the log; writes nothing. `secret` is the device key's secret half, `program` the name and version to say hello
    /// with, `outgoing` the memory of the packet that is on its way. Then call [`begin`](Self::begin).
    ///
    /// `scratch` must hold two pages, here and in all that follows.
    ///
    /// # Errors
    /// See [`RingError`].
    pub fn start(
        plan: &'p Plan<'p>,
        secret: &'p [u8; 32],
        program: &'p str,
        flash: (F, J),
        outgoing: &'p mut [u8; MOST_PACKET],
        scratch: &mut [u8],
    ) -> Result<Self, RingError<F::Error>> {
        let channels = plan.site.channels.len();
        let log = Recorder::recover(flash.0, flash.1, channels, WhenFull::GiveUpOldest, scratch)?;
        let sealer = Sealer::new(secret, plan.manifest, plan.leaf);
        let start = Instant::from_unix_milliseconds(0);
        let machine = plan.machine;
        let pulses = plan.pulses.iter().map(|it| Pulses::new(it.debounce, false));
        let levels = plan.levels.iter().map(|it| Debounced::new(it.debounce, false));
        let epoch = log.ring().watermark().epoch;
        Ok(Self {
            plan,
            program,
            key: *Signer::new("", secret).verifier().bytes(),
            log,
            sealer,
            sealed_at: start,
            poller: Poller::new(plan),
            pulses: pulses.take(MOST_INPUTS).collect(),
            levels: levels.take(MOST_INPUTS).collect(),
            clock: NodeClock::new(epoch),
            figures: machine.and_then(|(asset, _)| Figures::new(plan.site, asset)),
            alarm: machine.and_then(|(id, most)| IdleAlarm::new(&plan.site, id, most).ok()),
            alarmed: None,
            sender: Sender::new(start),
            decoder: Decoder::new(),
            outgoing: Outgoing::new(outgoing),
            receipted: Stamp::default(),
        })
    }

    /// Settles and signs what the last start left, and states the manifest where it is new: once, before anything else.
    ///
    /// # Errors
    /// See [`RingError`].
    #[inline(never)]
    pub fn begin(&mut self, scratch: &mut [u8]) -> Result<(), RingError<F::Error>> {
        self.log.hold(&self.sealer, scratch)?;
        self.log.settle(scratch)?;
        self.log.seal(&mut self.sealer, scratch).map(drop)
    }

    /// The figures of the shift and the month, of a node that has a machine.
    #[must_use]
    pub const fn figures(&self) -> Option<&Figures<'p>> {
        self.figures.as_ref()
    }

    /// Whether the time of day is known.
    #[must_use]
    pub const fn is_clock_set(&self) -> bool {
        self.clock.is_set()
    }

    /// Reads of meters that failed since the start.
    #[must_use]
    pub const fn faults(&self) -> u32 {
        self.poller.faults()
    }

    /// Takes the levels of the digital inputs, a bit each; at least every five milliseconds where there are pulses.
    pub fn inputs(&mut self, now: Instant, bits: u32) {
        let level = |input: u8| bits >> (input & 31) & 1 == 1;
        for (pulses, plan) in self.pulses.iter_mut().zip(self.plan.pulses) {
            pulses.take(now, level(plan.input));
        }
        for (input, plan) in self.levels.iter_mut().zip(self.plan.levels) {
            input.take(now, level(plan.input));
        }
    }

    /// Takes bytes from the meters' line.
    pub fn meters_say(&mut self, now: Instant, bytes: &[u8]) {
        self.poller.receive(now, bytes);
    }

    /// Bytes for the meters' line, to be sent whole.
    pub fn to_meters(&mut self, now: Instant) -> Option<&[u8]> {
        self.poller.transmit(now)
    }

    /// Bytes for the gateway; say how many of them went with [`sent_to_gateway`](Self::sent_to_gateway).
    #[must_use]
    pub fn to_gateway(&self) -> &[u8] {
        self.outgoing.waiting()
    }

    /// So many bytes went to the gateway.
    pub fn sent_to_gateway(&mut self, count: usize) {
        self.outgoing.sent(count);
    }

    /// Takes bytes from the gateway.
    ///
    /// # Errors
    /// See [`RingError`]: a receipt is compared with what the flash holds.
    #[inline(never)]
    pub fn gateway_says(
        &mut self,
        now: Instant,
        bytes: &[u8],
        scratch: &mut [u8],
    ) -> Result<Option<Event<CHANNELS>>, RingError<F::Error>> {
        let mut told = None;
        for byte in bytes {
            let Some(content) = self.decoder.take(*byte) else { continue };
            let Ok(message) = Message::parse(content) else { continue };
            match self.sender.take(now, &message) {
                Some(Word::Has(stamp)) if stamp < self.log.ring().receipted() => {
                    self.log.recall(stamp, scratch)?;
                }
                Some(Word::Receipt(bytes)) => {
                    if let Ok(receipt) = Receipt::parse(bytes) {
                        told = self.believe(now, &receipt, scratch)?.or(told);
                    }
                }
                Some(Word::Time(wall, quality)) => {
                    if self.clock.set(now, wall, quality) {
                        self.poller.clock_was_set();
                    }
                }
                Some(Word::Heard(_)) => told = Some(Event::Heard),
                Some(Word::Has(_)) | None => {}
            }
        }
        Ok(told)
    }

    fn believe(
        &mut self,
        now: Instant,
        receipt: &Receipt,
        scratch: &mut [u8],
    ) -> Result<Option<Event<CHANNELS>>, RingError<F::Error>> {
        if self.log.accept(receipt, self.sealer.device(), scratch)?.is_some() {
            self.sender.doubted(now);
            return Ok(None);
        }
        self.sender.believed(now, receipt.up_to);
        self.receipted = self.receipted.max(receipt.up_to);
        Ok(Some(Event::Receipted(receipt.up_to)))
    }

    /// Does what is due, one thing at a time: to be called again at once when it told something. `panic` is the text of a failure
    /// that the gateway has not heard of.
    ///
    /// # Errors
    /// See [`RingError`]. After one of the flash the node must be started again.
    #[inline(never)]
    pub fn run(
        &mut self,
        now: Instant,
        panic: Option<&[u8]>,
        scratch: &mut [u8],
    ) -> Result<Option<Event<CHANNELS>>, RingError<F::Error>> {
        self.poller.tick(self.clock.instant(now));
        if let Some(row) = self.poller.outcome(now) {
            return self.keep(now, row, scratch).map(Some);
        }
        if let Some(change) = self.alarmed.take() {
            return Ok(Some(Event::Alarm(change)));
        }
        self.log.set_clock(self.clock.clock(now));
        if let Some(anchor) = self.clock.anchor(now) {
            let mut bytes = [0; 17];
            let mut out = Writer::new(&mut bytes);
            // An anchor takes seventeen bytes.
            if anchor.emit(&mut out).is_ok() {
                self.log.append(FrameKind::Anchor, out.written(), scratch)?;
            }
            self.clock.stated();
        }
        if now - self.sealed_at >= self.plan.seal_every {
            self.sealed_at = now;
            self.log.seal(&mut self.sealer, scratch)?;
            // What was receipted before it was signed counts from now on.
            self.log.receipt(self.receipted);
        }
        if self.outgoing.waiting().is_empty() {
            self.send(now, panic, scratch)?;
        }
        Ok(None)
    }

    #[inline(never)]
    fn keep(
        &mut self,
        now: Instant,
        mut row: Row<CHANNELS>,
        scratch: &mut [u8],
    ) -> Result<Event<CHANNELS>, RingError<F::Error>> {
        self.fill_inputs(&mut row);
        self.log.set_clock(self.clock.clock(now));
        self.log.push(&row, scratch)?;
        let kept = self.log.commit(scratch)?;
        if self.clock.is_set() {
            self.fold(&row);
        }
        Ok(Event::Kept(row, kept))
    }

    fn fill_inputs(&mut self, row: &mut Row<CHANNELS>) {
        let mut put = |channel: ChannelId, value: i64| {
            if let Some(cell) = row.cells.get_mut(usize::from(channel.0)) {
                *cell = Some((value, Quality::Good));
            }
        };
        for (pulses, plan) in self.pulses.iter_mut().zip(self.plan.pulses) {
            put(plan.channel, pulses.taken().into());
        }
        for (input, plan) in self.levels.iter().zip(self.plan.levels) {
            let [low, high] = plan.codes;
            put(plan.channel, if input.level() { high } else { low });
        }
    }

    fn fold(&mut self, row: &Row<CHANNELS>) {
        let calendar = Calendar::of(&self.plan.site);
        for (channel, cell) in (0..).map(ChannelId).zip(&row.cells) {
            let Some((value, quality)) = *cell else { continue };
            let reading = Reading { channel, sample: Sample { at: row.at, value, quality } };
            if let Some(figures) = &mut self.figures {
                figures.fold(&reading);
            }
            if let Some(alarm) = &mut self.alarm {
                self.alarmed = alarm.fold(&reading, calendar).or(self.alarmed);
            }
        }
    }

    /// Puts the packet that is due on its way.
    fn send(
        &mut self,
        now: Instant,
        panic: Option<&[u8]>,
        scratch: &mut [u8],
    ) -> Result<(), RingError<F::Error>> {
        let newest = self.log.ring().kept();
        match self.sender.wish(now, newest, panic.is_some()) {
            Some(Wish::Hello) => {
                let (receipted, given_up) =
                    (self.log.ring().receipted(), self.log.ring().given_up());
                let (protocol, key, program) = (PROTOCOL, self.key, self.program);
                let hello = Hello { protocol, key, newest, receipted, given_up, program };
                self.outgoing.put(&Message::Hello(hello));
            }
            Some(Wish::Panic) => {
                let text = panic.unwrap_or_default();
                let text = text.get(..MOST_PANIC).unwrap_or(text);
                self.outgoing.put(&Message::Panic { text });
            }
            Some(Wish::FrameAbove(before)) => {
                let (outgoing, mut found) = (&mut self.outgoing, None);
                self.log.read_while(before, scratch, |frame| {
                    found = Some(frame.stamp);
                    outgoing.put_frame(before, frame);
                    false
                })?;
                self.sender.sent(now, found, newest);
            }
            None => {}
        }
        Ok(())
    }

    /// When [`run`](Self::run) must be called though nothing is received and no level changes.
    #[must_use]
    pub fn poll_at(&self, now: Instant) -> Instant {
        let poll = self.poller.poll_at(now, self.clock.instant(now));
        poll.min(self.sender.poll_at()).min(self.sealed_at + self.plan.seal_every)
    }
}
