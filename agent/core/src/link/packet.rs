//! Packets on a row of bytes: consistent overhead byte stuffing (COBS), a CRC-32C, a zero at the end.
//!
//! # Source
//! S. Cheshire, M. Baker: Consistent Overhead Byte Stuffing, IEEE/ACM Transactions on Networking 7 (1999) 2. The encoded
//! bytes are those of the crate `cobs`, against which a test holds them; written anew because the content comes in parts and goes out
//! byte by byte, so that no second buffer is needed.

use millwatt::wire::frame::checksum;

/// Bytes of the checksum behind the content.
const SUM: usize = 4;
/// Bytes without a zero between two code bytes at most.
const LONGEST_RUN: usize = 254;

/// What a content of so many bytes takes on the line at most, checksum and end counted.
#[must_use]
pub const fn encoded_length(content: usize) -> usize {
    let stuffed = content + SUM;
    stuffed + stuffed / LONGEST_RUN + 2
}

/// The bytes of a packet whose content is two parts, one behind the other.
///
/// # Example
/// ```
/// use millwatt_agent::link::{Decoder, Packet};
/// let bytes: Vec<u8> = Packet::new(&[1, 0], b"kg").collect();
/// assert_eq!(bytes.last(), Some(&0));
/// let mut decoder = Decoder::<16>::new();
/// let mut whole = bytes.iter().filter_map(|byte| decoder.take(*byte).map(<[u8]>::to_vec));
/// assert_eq!(whole.next(), Some(b"\x01\0kg".to_vec()));
/// ```
#[derive(Debug, Clone)]
pub struct Packet<'a> {
    parts: [&'a [u8]; 2],
    sum: [u8; SUM],
    /// The next byte of the content, checksum counted.
    next: usize,
    /// Bytes that follow before the next code byte.
    run: usize,
    /// Whether the run ends in a zero of the content, which is not sent.
    ends_in_zero: bool,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    Run,
    End,
    Done,
}

impl<'a> Packet<'a> {
    /// Of a content in two parts.
    #[must_use]
    pub fn new(head: &'a [u8], body: &'a [u8]) -> Self {
        let sum = checksum(head, body).to_le_bytes();
        let (next, run, ends_in_zero, state) = (0, 0, false, State::Code);
        Self { parts: [head, body], sum, next, run, ends_in_zero, state }
    }

    fn length(&self) -> usize {
        self.parts[0].len() + self.parts[1].len() + SUM
    }

    fn byte(&self, place: usize) -> Option<u8> {
        let [head, body] = self.parts;
        let of_body = place.checked_sub(head.len());
        let of_sum = of_body.and_then(|place| place.checked_sub(body.len()));
        let found =
            head.get(place).or_else(|| body.get(of_body?)).or_else(|| self.sum.get(of_sum?));
        found.copied()
    }

    /// Begins a run: its code byte.
    fn code(&mut self) -> u8 {
        let rest = self.next..self.length();
        let run = rest.take(LONGEST_RUN).take_while(|place| self.byte(*place) != Some(0)).count();
        (self.run, self.ends_in_zero) = (run, run < LONGEST_RUN);
        self.state = State::Run;
        run as u8 + 1
    }
}

impl Iterator for Packet<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            match self.state {
                State::Code => return Some(self.code()),
                State::Run if self.run > 0 => {
                    let byte = self.byte(self.next)?;
                    (self.next, self.run) = (self.next + 1, self.run - 1);
                    return Some(byte);
                }
                State::Run => {
                    let is_over = self.next >= self.length();
                    self.next += usize::from(self.ends_in_zero);
                    self.state = if is_over { State::End } else { State::Code };
                }
                State::End => {
                    self.state = State::Done;
                    return Some(0);
                }
                State::Done => return None,
            }
        }
    }
}

/// Finds packets of at most `N` bytes, checksum counted, in what comes over a line; never holds more.
#[derive(Debug, Clone)]
pub struct Decoder<const N: usize> {
    bytes: [u8; N],
    length: usize,
    /// Bytes that follow before the next code byte.
    run: usize,
    /// Whether a zero stands behind the run, if anything does.
    owes_zero: bool,
    is_spoilt: bool,
    dropped: u32,
}

impl<const N: usize> Decoder<N> {
    /// Before the first byte.
    #[must_use]
    pub const fn new() -> Self {
        let (bytes, length, run, dropped) = ([0; N], 0, 0, 0);
        Self { bytes, length, run, owes_zero: false, is_spoilt: false, dropped }
    }

    /// Rows of bytes that were no packet: noise, the rest of one, one that is too long.
    #[must_use]
    pub const fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Takes the next byte; gives the content of the packet that it ends.
    pub fn take(&mut self, byte: u8) -> Option<&[u8]> {
        if byte == 0 {
            return self.end();
        }
        if self.run == 0 {
            if self.owes_zero {
                self.push(0);
            }
            (self.run, self.owes_zero) = (usize::from(byte) - 1, byte != u8::MAX);
        } else {
            self.push(byte);
            self.run -= 1;
        }
        None
    }

    fn push(&mut self, byte: u8) {
        match self.bytes.get_mut(self.length) {
            Some(place) => (*place, self.length) = (byte, self.length + 1),
            None => self.is_spoilt = true,
        }
    }

    fn end(&mut self) -> Option<&[u8]> {
        let (is_sound, length) = (!self.is_spoilt && self.run == 0, self.length);
        let is_nothing = length == 0 && is_sound && !self.owes_zero;
        (self.length, self.run, self.owes_zero, self.is_spoilt) = (0, 0, false, false);
        let packet = self.bytes.get(..length).unwrap_or_default();
        let content = packet.split_last_chunk::<SUM>();
        let is_right = |(content, sum): &(&[u8], &[u8; SUM])| {
            is_sound && !content.is_empty() && checksum(content, &[]).to_le_bytes() == **sum
        };
        match content.filter(is_right) {
            Some((content, _)) => Some(content),
            None => {
                self.dropped = self.dropped.saturating_add(u32::from(!is_nothing));
                None
            }
        }
    }
}

impl<const N: usize> Default for Decoder<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn packets<const N: usize>(decoder: &mut Decoder<N>, bytes: &[u8]) -> Vec<Vec<u8>> {
        bytes.iter().filter_map(|byte| decoder.take(*byte).map(<[u8]>::to_vec)).collect()
    }

    fn packet(head: &[u8], body: &[u8]) -> Vec<u8> {
        Packet::new(head, body).collect()
    }

    #[test]
    fn literal_bytes() {
        // CRC-32C of 01 00 6b 67.
        let sum = checksum(&[1, 0, b'k', b'g'], &[]).to_le_bytes();
        let expected = [&[2, 1, 7, b'k', b'g'][..], &sum, &[0]].concat();
        assert!(!sum.contains(&0));
        assert_eq!(packet(&[1, 0], b"kg"), expected);
    }

    #[test]
    fn long_runs_are_stuffed_as_elsewhere() {
        for length in [0, 1, 249, 250, 251, 253, 254, 255, 507, 508, 509, 4_000] {
            let content: Vec<u8> = (0..length).map(|n| (n % 255) as u8 + 1).collect();
            let plain = [&content[..], &checksum(&content, &[]).to_le_bytes()].concat();
            let ours = packet(&content, &[]);
            let theirs = cobs::encode_vec(&plain);
            assert_eq!(ours.strip_suffix(&[0]), Some(&theirs[..]), "{length}");
            assert!(ours.len() <= encoded_length(length), "{length}");
        }
    }

    #[test]
    fn a_packet_that_is_too_long_is_dropped_and_the_next_one_found() {
        let mut decoder = Decoder::<16>::new();
        let line = [packet(&[7; 13], &[]), packet(&[7; 12], &[])].concat();
        assert_eq!(packets(&mut decoder, &line), [[7; 12]]);
        assert_eq!(decoder.dropped(), 1);
    }

    #[test]
    fn zeros_between_packets_are_no_noise() {
        let mut decoder = Decoder::<16>::new();
        let line = [vec_of(0, 5), packet(&[1], &[]), vec_of(0, 3)].concat();
        assert_eq!(packets(&mut decoder, &line), [[1]]);
        assert_eq!(decoder.dropped(), 0);
    }

    fn vec_of(byte: u8, count: usize) -> Vec<u8> {
        std::iter::repeat_n(byte, count).collect()
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(
            head in prop::collection::vec(any::<u8>(), 1..20),
            body in prop::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..600),
        ) {
            let line = packet(&head, &body);
            let plain = [&head[..], &body, &checksum(&head, &body).to_le_bytes()].concat();
            prop_assert_eq!(line.strip_suffix(&[0]), Some(&cobs::encode_vec(&plain)[..]));
            prop_assert!(line.len() <= encoded_length(head.len() + body.len()));
            let mut decoder = Decoder::<700>::new();
            prop_assert_eq!(packets(&mut decoder, &line), [[head, body].concat()]);
        }

        /// However noisy the line: no panic, and the first packet behind a zero is found.
        #[test]
        fn noise_costs_no_more_than_what_it_hits(
            noise in prop::collection::vec(any::<u8>(), 0..300),
            body in prop::collection::vec(any::<u8>(), 1..60),
        ) {
            let mut decoder = Decoder::<64>::new();
            packets(&mut decoder, &noise);
            packets(&mut decoder, &[0]);
            prop_assert_eq!(packets(&mut decoder, &packet(&body, &[])), [body]);
        }

        /// A turned bit is noticed.
        #[test]
        fn a_turned_bit_is_noticed(
            body in prop::collection::vec(any::<u8>(), 1..60), place in any::<prop::sample::Index>(), bit in 0..8,
        ) {
            let mut line = packet(&body, &[]);
            let at = place.index(line.len());
            line[at] ^= 1_u8 << bit;
            line.push(0);
            let mut decoder = Decoder::<64>::new();
            let got = packets(&mut decoder, &line);
            // The last zero's own bit may only join the packet with what follows.
            prop_assert!(got.is_empty() || got == [body]);
        }
    }
}
