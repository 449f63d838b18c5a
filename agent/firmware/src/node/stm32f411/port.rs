//! A serial port: an interrupt takes each byte as it comes, so that none is lost while the program signs or the flash works.

use core::cell::RefCell;
use core::convert::Infallible;

use cortex_m::interrupt::{Mutex, free};
use embedded_io::ErrorType;
use heapless::Deque;
use stm32f4xx_hal::pac::{self, interrupt};
use stm32f4xx_hal::prelude::*;
use stm32f4xx_hal::serial::{Instance, Rx, Serial, Tx};

/// Bytes that wait to be taken at most: what comes in a tenth of a second.
const WAITING: usize = 1_024;

/// A port's receiving half, and what it has received.
pub struct Half<U: Instance>(Mutex<RefCell<Option<(Rx<U>, Deque<u8, WAITING>)>>>);

impl<U: Instance> Half<U> {
    const fn new() -> Self {
        Self(Mutex::new(RefCell::new(None)))
    }

    /// Takes what has come; of more than there is room for the newest go.
    fn hear(&self) {
        free(|section| {
            if let Some((port, waiting)) = self.0.borrow(section).borrow_mut().as_mut() {
                while let Ok(byte) = port.read() {
                    let _ = waiting.push_back(byte);
                }
            }
        });
    }
}

/// The meters' line.
pub static METERS: Half<pac::USART2> = Half::new();
/// The gateway's line.
pub static GATEWAY: Half<pac::USART1> = Half::new();
/// The console.
pub static CONSOLE: Half<pac::USART6> = Half::new();

#[interrupt]
fn USART1() {
    GATEWAY.hear();
}

#[interrupt]
fn USART2() {
    METERS.hear();
}

#[interrupt]
fn USART6() {
    CONSOLE.hear();
}

/// A port.
pub struct Port<U: Instance + 'static> {
    sends: Tx<U>,
    hears: &'static Half<U>,
}

impl<U: Instance> Port<U> {
    /// With the half that its interrupt fills.
    pub fn new(serial: Serial<U>, hears: &'static Half<U>) -> Self {
        let (sends, mut receives) = serial.split();
        receives.listen();
        free(|section| {
            *hears.0.borrow(section).borrow_mut() = Some((receives, Deque::new()));
        });
        Self { sends, hears }
    }

    /// What has been received, as much as there is and fits.
    pub fn take<'b>(&mut self, buffer: &'b mut [u8]) -> &'b [u8] {
        let count = free(|section| {
            let mut half = self.hears.0.borrow(section).borrow_mut();
            let Some((_, waiting)) = half.as_mut() else { return 0 };
            let places = buffer.iter_mut();
            places.map_while(|place| Some(*place = waiting.pop_front()?)).count()
        });
        buffer.get(..count).unwrap_or_default()
    }

    /// Sends as much as goes without waiting; gives how much.
    pub fn give(&mut self, bytes: &[u8]) -> usize {
        bytes.iter().take_while(|byte| self.sends.write(**byte).is_ok()).count()
    }
}

impl<U: Instance> ErrorType for Port<U> {
    type Error = Infallible;
}

impl<U: Instance> embedded_io::Write for Port<U> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        loop {
            match self.give(bytes) {
                0 if !bytes.is_empty() => {}
                count => return Ok(count),
            }
        }
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while self.sends.flush().is_err() {}
        Ok(())
    }
}
