//! An STM32F411CEU6 on the small board that is sold as "Black Pill", with a W25Q32 soldered to its back. Written after the
//! data sheets; it compiles, and has not been tried on hardware.
//!
//! | what | where |
//! |---|---|
//! | meters' line | USART2: PA2 sends, PA3 receives, PA1 is the direction pin of the RS-485 driver |
//! | gateway's line | USART1: PA9, PA10, 115,200 baud |
//! | console | USART6: PA11, PA12, 115,200 baud |
//! | flash | SPI1: PA5 clock, PA6 in, PA7 out, PA4 select |
//! | inputs | PB0, PB1, pulled up: a closed contact reads low and counts as one |
//! | alarm | PC13, the board's lamp, lit when low |

mod flash;
mod port;
mod registers;

pub use flash::{BLOCK, FlashError, Part, Parts};
pub use registers::{paint_stack, stack_used};

use core::convert::Infallible;

use cortex_m::Peripherals;
use embedded_hal::digital::{ErrorType, OutputPin};
use stm32f4xx_hal::gpio::{Input, Output, Pin};
use stm32f4xx_hal::pac;
use stm32f4xx_hal::prelude::*;
use stm32f4xx_hal::rcc::Config;
use stm32f4xx_hal::watchdog::IndependentWatchdog;

use crate::clock::Clock;
use flash::Chip;
use port::Port;

/// The core's clock, Hz.
pub const CLOCK: u32 = 84_000_000;
/// The gateway's line and the console, bits a second.
const BAUD: u32 = 115_200;
/// Seconds without a kick until the reset.
const PATIENCE: u32 = 16;

/// What the program moves, beside the flash.
pub struct Board {
    /// The meters' line.
    pub meters: Port<pac::USART2>,
    /// The gateway's line.
    pub gateway: Port<pac::USART1>,
    /// For people.
    pub console: Port<pac::USART6>,
    /// What starts the program again when it hangs.
    pub watchdog: Watchdog,
    /// Milliseconds since the start.
    pub clock: Clock,
    /// Lamp, direction pin and inputs.
    pub front: Front,
}

impl Board {
    /// Switches everything on; `None` the second time, and where the crystal or a port does not do.
    pub fn take(meters_baud: u32) -> Option<(Self, Parts)> {
        let (chip, core) = (pac::Peripherals::take()?, Peripherals::take()?);
        let mut rcc = chip.RCC.freeze(Config::hse(25.MHz()).sysclk(CLOCK.Hz()));
        let (a, b) = (chip.GPIOA.split(&mut rcc), chip.GPIOB.split(&mut rcc));
        let c = chip.GPIOC.split(&mut rcc);
        let meters = chip.USART2.serial((a.pa2, a.pa3), meters_baud.bps(), &mut rcc).ok()?;
        let gateway = chip.USART1.serial((a.pa9, a.pa10), BAUD.bps(), &mut rcc).ok()?;
        let console = chip.USART6.serial((a.pa11, a.pa12), BAUD.bps(), &mut rcc).ok()?;
        let pins = (Some(a.pa5), Some(a.pa6), Some(a.pa7));
        let spi = chip.SPI1.spi(pins, embedded_hal::spi::MODE_0, 21.MHz(), &mut rcc);
        let parts = Parts::of(Chip::new(spi, a.pa4.into_push_pull_output()));
        let board = Self {
            meters: Port::new(meters, &port::METERS),
            gateway: Port::new(gateway, &port::GATEWAY),
            console: Port::new(console, &port::CONSOLE),
            watchdog: Watchdog::start(chip.IWDG),
            clock: Clock::start(core.SYST),
            front: Front {
                direction: a.pa1.into_push_pull_output(),
                alarm: c.pc13.into_push_pull_output(),
                inputs: (b.pb0.into_pull_up_input(), b.pb1.into_pull_up_input()),
            },
        };
        registers::unmask();
        Some((board, parts))
    }
}

/// Keeps what the program says when it fails where a reset does not reach; the next start moves it into the flash.
pub fn keep_failure(text: &str) {
    registers::keep(text.as_bytes());
}

/// The independent watchdog.
pub struct Watchdog(IndependentWatchdog);

impl Watchdog {
    fn start(block: pac::IWDG) -> Self {
        let mut watchdog = IndependentWatchdog::new(block);
        watchdog.start(PATIENCE.secs());
        Self(watchdog)
    }

    /// Begins anew.
    pub fn kick(&mut self) {
        self.0.feed();
    }
}

/// Lamp, direction pin and inputs.
pub struct Front {
    direction: Pin<'A', 1, Output>,
    alarm: Pin<'C', 13, Output>,
    inputs: (Pin<'B', 0, Input>, Pin<'B', 1, Input>),
}

impl Front {
    /// The digital inputs, a bit each.
    pub fn inputs(&self) -> u32 {
        u32::from(self.inputs.0.is_low()) | u32::from(self.inputs.1.is_low()) << 1
    }

    /// The direction pin of the meters' line.
    pub fn direction(&mut self) -> Lamp<'_> {
        Lamp::Direction(&mut self.direction)
    }

    /// The lamp of the alarm.
    pub fn alarm(&mut self) -> Lamp<'_> {
        Lamp::Alarm(&mut self.alarm)
    }
}

/// A pin that is driven; high means driving the line, or the alarm.
pub enum Lamp<'f> {
    /// Of the RS-485 driver.
    Direction(&'f mut Pin<'A', 1, Output>),
    /// Lit when low.
    Alarm(&'f mut Pin<'C', 13, Output>),
}

impl ErrorType for Lamp<'_> {
    type Error = Infallible;
}

impl OutputPin for Lamp<'_> {
    fn set_low(&mut self) -> Result<(), Infallible> {
        match self {
            Self::Direction(pin) => pin.set_low(),
            Self::Alarm(pin) => pin.set_high(),
        }
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        match self {
            Self::Direction(pin) => pin.set_high(),
            Self::Alarm(pin) => pin.set_low(),
        }
    }
}
