#![no_std]
#![no_main]
#![deny(unsafe_code)]
#![warn(missing_docs)]
//! The agent on a Cortex-M microcontroller: a node that polls meters on a serial line and keeps what they say.
//!
//! Everything that thinks is [`Node`] in `agent/core`. Here bytes and levels are moved between it and the board: `mps2` is QEMU's,
//! `stm32f411` (feature of that name) a small board one can buy. Each has its drivers in a folder, with one signature, and
//! all that is unsafe in `registers`.
//!
//! At the console `s` shows figures and what of the stack was used, `p` fails on purpose, `h` hangs on purpose.

#[cfg_attr(feature = "stm32f411", path = "stm32f411/mod.rs")]
#[cfg_attr(not(feature = "stm32f411"), path = "mps2/mod.rs")]
mod board;
mod clock;
mod failure;
mod key;
mod page;
mod plan;

use board::{BLOCK, Board, FlashError, Part, Parts};
use cortex_m::asm;
use cortex_m_rt::entry;
use embedded_hal::digital::OutputPin as _;
use embedded_io::Write as _;
use millwatt::time::Instant;
use millwatt_agent::alarm::Turn;
use millwatt_agent::node::{Event, MOST_PACKET, Node};
use millwatt_agent::ring::RingError;
use page::{MOST_RECORD, Page};
use plan::{CHANNELS, PLAN, ROWS};
use static_cell::{ConstStaticCell, StaticCell};

const PROGRAM: &str = concat!("millwatt-node ", env!("CARGO_PKG_VERSION"));

type ThisNode = Node<'static, Part, Part, CHANNELS, ROWS>;
type Scratch = [u8; 2 * BLOCK];

#[entry]
fn main() -> ! {
    static KEY: StaticCell<[u8; 32]> = StaticCell::new();
    static SCRATCH: ConstStaticCell<Scratch> = ConstStaticCell::new([0; 2 * BLOCK]);
    let painted = board::paint_stack();
    let Some((mut board, mut flash)) = Board::take(PLAN.baud) else { sleep_for_ever() };
    let _ = writeln!(board.console, "{PROGRAM}");
    let secret = match key::key(&mut flash.key, &mut flash.seed) {
        Ok(Some(secret)) => KEY.init(secret),
        Ok(None) => wait_for_seed(&mut board),
        Err(_) => failure::start_again(format_args!("the key's page: the flash failed")),
    };
    let scratch = SCRATCH.take();
    let Parts { ring, journal, panic: mut failures, .. } = flash;
    let node = start(secret, (ring, journal), scratch);
    if let Err(error) = node.begin(scratch) {
        failure::start_again(format_args!("at the start: {}", cause(&error)));
    }
    let mut panic = [0; MOST_RECORD];
    let panic = failures.read(&mut panic);
    let mut running = Running { board, node, scratch, failures, panic, painted };
    let _ = writeln!(running.board.console, "started");
    loop {
        if let Err(error) = running.turn() {
            failure::start_again(format_args!("the log: {}", cause(&error)));
        }
    }
}

/// Opens the log. A function of its own, so that what it needs of the stack is given back.
#[inline(never)]
fn start(
    secret: &'static [u8; 32],
    flash: (Part, Part),
    scratch: &mut Scratch,
) -> &'static mut ThisNode {
    static OUTGOING: ConstStaticCell<[u8; MOST_PACKET]> = ConstStaticCell::new([0; MOST_PACKET]);
    static NODE: StaticCell<ThisNode> = StaticCell::new();
    match ThisNode::start(&PLAN, secret, PROGRAM, flash, OUTGOING.take(), scratch) {
        Ok(node) => NODE.init(node),
        Err(error) => failure::start_again(format_args!("the log: {}", cause(&error))),
    }
}

/// The program at work.
struct Running<'a> {
    board: Board,
    node: &'static mut ThisNode,
    scratch: &'static mut Scratch,
    failures: Page,
    /// What the program said when it failed, while nobody has heard of it.
    panic: Option<&'a [u8]>,
    painted: usize,
}

type Failure = RingError<FlashError>;

impl Running<'_> {
    /// Once around; sleeps until the next millisecond where nothing was to be done.
    fn turn(&mut self) -> Result<(), Failure> {
        let now = self.board.clock.now();
        self.board.watchdog.kick();
        self.node.inputs(now, self.board.front.inputs());
        let (mut is_busy, mut buffer) = (false, [0; 64]);
        let heard = self.board.meters.take(&mut buffer);
        is_busy |= !heard.is_empty();
        self.node.meters_say(now, heard);
        is_busy |= self.ask_meters(now);
        let heard = self.board.gateway.take(&mut buffer);
        is_busy |= !heard.is_empty();
        let told = self.node.gateway_says(now, heard, self.scratch)?;
        told.into_iter().for_each(|event| self.told(&event));
        let told = self.node.run(now, self.panic, self.scratch)?;
        is_busy |= told.is_some();
        told.into_iter().for_each(|event| self.told(&event));
        let sent = self.board.gateway.give(self.node.to_gateway());
        self.node.sent_to_gateway(sent);
        let heard = self.board.console.take(&mut buffer);
        heard.iter().for_each(|byte| self.asked(*byte));
        if !is_busy && sent == 0 {
            asm::wfi();
        }
        Ok(())
    }

    /// Drives the meters' line while a request goes out.
    fn ask_meters(&mut self, now: Instant) -> bool {
        let Some(request) = self.node.to_meters(now) else { return false };
        let Board { meters, front, .. } = &mut self.board;
        let _ = front.direction().set_high();
        let _ = meters.write_all(request);
        let _ = meters.flush();
        let _ = front.direction().set_low();
        true
    }

    #[inline(never)]
    fn told(&mut self, event: &Event<CHANNELS>) {
        let console = &mut self.board.console;
        let _ = match event {
            Event::Kept(row, kept) => {
                let first = row.cells.first().copied().flatten().map(|(value, _)| value);
                let at = row.at.unix_milliseconds();
                let (epoch, rows) = (kept.stamp.epoch, kept.rows);
                writeln!(
                    console,
                    "kept {epoch} {} {rows} {at} {}",
                    kept.stamp.sequence,
                    first.unwrap_or(-1)
                )
            }
            Event::Alarm(change) => {
                let is_raised = change.turn == Turn::Raised;
                let mut lamp = self.board.front.alarm();
                let _ = if is_raised { lamp.set_high() } else { lamp.set_low() };
                writeln!(console, "alarm {}", change.turn.name())
            }
            Event::Heard => {
                self.panic = None;
                let erased = self.failures.erase();
                writeln!(console, "the gateway has heard of the failure {}", erased.is_ok())
            }
            Event::Receipted(stamp) => {
                writeln!(console, "receipted {} {}", stamp.epoch, stamp.sequence)
            }
        };
    }

    fn asked(&mut self, byte: u8) {
        match byte {
            b's' => self.show(),
            b'p' => failed_on_purpose(),
            b'h' => sleep_for_ever(),
            _ => {}
        }
    }

    #[inline(never)]
    fn show(&mut self) {
        let console = &mut self.board.console;
        let used = board::stack_used(self.painted);
        let _ = writeln!(console, "stack {used}");
        let _ = writeln!(
            console,
            "memory node {} buffers {}",
            size_of::<ThisNode>(),
            size_of::<Scratch>() + MOST_PACKET
        );
        let _ =
            writeln!(console, "clock {} faults {}", self.node.is_clock_set(), self.node.faults());
        let Some(figures) = self.node.figures() else { return };
        for (name, window) in [("shift", figures.shift()), ("month", figures.month())] {
            let Some(window) = window else { continue };
            let from = window.period.from.unix_milliseconds();
            let energy = window.energy.total().and_then(|it| i64::try_from(it).ok());
            let (energy, known) = (energy.unwrap_or(-1), window.time.known().milliseconds());
            let _ = writeln!(console, "{name} {from} energy {energy} known {known}");
        }
    }
}

/// A failure in a word: whole sentences would take a kilobyte and a half of flash.
const fn cause(failure: &Failure) -> &'static str {
    match failure {
        RingError::Flash(FlashError::OutOfBounds) => "beyond the flash",
        RingError::Flash(FlashError::NotAligned) => "not aligned",
        RingError::Flash(FlashError::NotErased) => "not erased",
        RingError::Unusable => "unusable",
        RingError::TooLarge => "too large",
        RingError::Full => "full",
        RingError::Geometry => "geometry",
        RingError::BufferTooSmall => "buffer",
        RingError::Row => "row",
        RingError::Channels { .. } => "channels of another plan",
        RingError::Version { .. } => "version",
    }
}

/// For a test of what comes after.
fn failed_on_purpose() -> ! {
    panic!("asked to fail at the console")
}

/// Without a key nothing can be kept that others could believe.
fn wait_for_seed(board: &mut Board) -> ! {
    let _ = writeln!(board.console, "no key and no seed: write 32 random bytes to the seed's page");
    loop {
        board.watchdog.kick();
        asm::wfi();
    }
}

fn sleep_for_ever() -> ! {
    loop {
        asm::wfi();
    }
}
