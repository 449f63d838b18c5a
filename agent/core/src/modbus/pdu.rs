//! Requests to read registers, and what may come back.

use core::fmt;

/// Most registers that one request may ask for.
pub const MOST_REGISTERS: u16 = 125;

/// Which of a device's two register tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// Holding registers, function 3.
    Holding,
    /// Input registers, function 4.
    Input,
}

impl Table {
    /// The function code that reads it.
    #[must_use]
    pub const fn function(self) -> u8 {
        match self {
            Self::Holding => 3,
            Self::Input => 4,
        }
    }
}

/// A read of successive registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The table.
    pub table: Table,
    /// The first register, counted from 0 as on the wire.
    pub address: u16,
    /// How many, 1 to [`MOST_REGISTERS`].
    pub count: u16,
}

impl Request {
    /// The request's five bytes.
    #[must_use]
    pub const fn emit(&self) -> [u8; 5] {
        let [address_high, address_low] = self.address.to_be_bytes();
        let [count_high, count_low] = self.count.to_be_bytes();
        [self.table.function(), address_high, address_low, count_high, count_low]
    }

    /// The register bytes of the answer to this request.
    ///
    /// # Errors
    /// What the device refused, or how the answer does not fit.
    pub fn parse<'a>(&self, answer: &'a [u8]) -> Result<&'a [u8], Fault> {
        let (&function, rest) = answer.split_first().ok_or(Fault::Empty)?;
        if function == self.table.function() | 0x80 {
            let code = rest.first().copied().unwrap_or_default();
            return Err(Fault::Exception(Exception(code)));
        }
        if function != self.table.function() {
            return Err(Fault::WrongFunction { asked: self.table.function(), answered: function });
        }
        let (&length, data) = rest.split_first().ok_or(Fault::Empty)?;
        let expected = self.count.saturating_mul(2);
        if u16::from(length) != expected || data.len() != usize::from(length) {
            let received = u16::try_from(data.len()).unwrap_or(u16::MAX);
            return Err(Fault::Truncated { expected, received });
        }
        Ok(data)
    }
}

/// A device's own reason for not answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exception(pub u8);

impl Exception {
    /// Whether a gateway says it for a device that does not answer.
    #[must_use]
    pub const fn is_of_gateway(self) -> bool {
        matches!(self.0, 10 | 11)
    }

    /// Whether the device refuses the registers asked for, not the request as such: fewer may be there.
    #[must_use]
    pub const fn is_of_place(self) -> bool {
        matches!(self.0, 2 | 3)
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let meaning = match self.0 {
            1 => "it does not know this function: try the other register table",
            2 => "it has no such register: check address and count against its manual",
            3 => "it refuses this count of registers: ask for fewer at once",
            4 => "it failed inside",
            5 | 6 => "it is busy",
            10 => "the gateway has no path to it: check the gateway's routes",
            11 => "the gateway got no answer from it: check wiring, unit id and baud rate",
            _ => "its manual must tell the meaning",
        };
        write!(f, "exception {}: {meaning}", self.0)
    }
}

/// Why a poll has no registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No answer in time, after all retries.
    Timeout,
    /// Something came that was no answer, at every try.
    Noise,
    /// The connection is down.
    Disconnected,
    /// The device refused.
    Exception(Exception),
    /// The answer has another length than was asked for.
    Truncated {
        /// Register bytes asked for.
        expected: u16,
        /// Register bytes that came.
        received: u16,
    },
    /// The answer is to another function.
    WrongFunction {
        /// The function asked.
        asked: u8,
        /// The function answered.
        answered: u8,
    },
    /// The answer holds nothing.
    Empty,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("no answer in time: check power, wiring and unit id"),
            Self::Noise => f.write_str(
                "what comes over the line is no answer: check baud rate and parity, shield, both ends' resistors, and \
                 that no two units have one number",
            ),
            Self::Disconnected => {
                f.write_str("cannot connect: check address, port and network cable")
            }
            Self::Exception(exception) => exception.fmt(f),
            Self::Truncated { expected, received } => {
                write!(f, "answer has {received} register bytes, {expected} were asked for")
            }
            Self::WrongFunction { asked, answered } => {
                write!(f, "asked function {asked}, answered function {answered}")
            }
            Self::Empty => f.write_str("the answer is empty"),
        }
    }
}

impl core::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Request = Request { table: Table::Input, address: 0x0156, count: 2 };

    #[test]
    fn literal_bytes() {
        assert_eq!(REQUEST.emit(), [4, 0x01, 0x56, 0, 2]);
        assert_eq!(REQUEST.parse(&[4, 4, 1, 2, 3, 4]), Ok(&[1, 2, 3, 4][..]));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert_eq!(REQUEST.parse(&[0x84, 2]), Err(Fault::Exception(Exception(2))));
        let short = Fault::Truncated { expected: 4, received: 2 };
        assert_eq!(REQUEST.parse(&[4, 2, 1, 2]), Err(short));
        assert_eq!(REQUEST.parse(&[4, 4, 1, 2]), Err(short));
        let wrong = Fault::WrongFunction { asked: 4, answered: 3 };
        assert_eq!(REQUEST.parse(&[3, 4, 1, 2, 3, 4]), Err(wrong));
        assert_eq!(REQUEST.parse(&[]), Err(Fault::Empty));
    }
}
