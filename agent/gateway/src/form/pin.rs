//! PINs: which are taken, and the slow hash that stands for one in the file.

use argon2::{Algorithm, Argon2, Params, Version};

/// Bytes of a salt.
const SALT: usize = 16;

/// A PIN as it is kept: a salt and an Argon2id hash, 19 MiB and two passes.
///
/// The hash slows a thief of the file down and no more: four digits are ten thousand tries. What guards the
/// form itself is the lock after five wrong ones.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hashed {
    pub salt: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Hashed {
    /// Of a PIN, with a fresh salt.
    pub(super) fn of(pin: &str) -> Result<Self, String> {
        let mut salt = vec![0; SALT];
        fill(&mut salt)?;
        let hash = hash(pin, &salt)?;
        Ok(Self { salt, hash })
    }

    /// Whether it is this PIN's; takes the same time wherever they differ.
    pub(super) fn is_of(&self, pin: &str) -> Result<bool, String> {
        let other = hash(pin, &self.salt)?;
        let apart = other.iter().zip(&self.hash).fold(0, |apart, (a, b)| apart | (a ^ b));
        Ok(apart == 0 && other.len() == self.hash.len())
    }
}

fn hash(pin: &str, salt: &[u8]) -> Result<Vec<u8>, String> {
    let mut hash = vec![0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
        .hash_password_into(pin.as_bytes(), salt, &mut hash)
        .map_err(|error| format!("the PIN cannot be hashed: {error}"))?;
    Ok(hash)
}

/// Random bytes from the system.
pub(super) fn fill(bytes: &mut [u8]) -> Result<(), String> {
    getrandom::fill(bytes).map_err(|error| format!("the system gives no random bytes: {error}"))
}

/// Bytes as hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is wrong with a PIN that somebody chose; `None` when nothing is.
pub(super) fn fault(pin: &str) -> Option<&'static str> {
    let digits = pin.as_bytes();
    if !(4..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
        return Some("a PIN is 4 to 8 digits");
    }
    let steps =
        |step: i16| digits.windows(2).all(|two| i16::from(two[1]) - i16::from(two[0]) == step);
    let is_plain = [-1, 0, 1].into_iter().any(steps);
    is_plain.then_some("digits in a row or all the same are guessed first; choose others")
}

/// A PIN of six digits that nobody chose.
pub(super) fn made_up() -> Result<String, String> {
    loop {
        let mut bytes = [0; 8];
        fill(&mut bytes)?;
        let pin = format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000);
        if fault(&pin).is_none() {
            return Ok(pin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_known_again_and_no_other() {
        let hashed = Hashed::of("7391").expect("hashed");
        assert!(hashed.is_of("7391").expect("compared"));
        assert!(!hashed.is_of("7392").expect("compared"));
        assert!(Hashed::of("7391").expect("hashed") != hashed, "each has a salt of its own");
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        let refused = ["123", "123456789", "12a4", "", "0000", "1234", "87654"];
        assert_eq!(refused.map(|pin| fault(pin).is_some()), [true; 7]);
        assert_eq!(["7391", "1212", "0908"].map(fault), [None; 3]);
        assert_eq!(fault(&made_up().expect("random")), None);
    }
}
