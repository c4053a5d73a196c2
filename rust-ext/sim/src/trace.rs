//! A hash of everything that happened: two runs that differ anywhere differ here.

use courseglue_protocol::Millis;

/// The hash so far. It is not cryptographic: it tells runs apart, it guards nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trace(u64);

impl Trace {
    /// Adds that `node` got a message with these bytes at this moment.
    pub fn add(&mut self, at: Millis, node: usize, bytes: &[u8]) {
        self.word(at);
        self.word(node as u64);
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.word(u64::from_le_bytes(word.try_into().unwrap_or_default()));
        }
        for byte in words.remainder() {
            self.word(u64::from(*byte));
        }
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    /// The hash, as reports show it.
    #[must_use]
    pub fn hex(self) -> String {
        format!("{:016x}", self.0 ^ self.0 >> 29)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_receiver_and_every_byte_count() {
        let of = |at, node, bytes: &[u8]| {
            let mut trace = Trace::default();
            trace.add(at, node, bytes);
            trace.hex()
        };
        let one = of(1, 2, b"0123456789");
        assert_eq!(one, of(1, 2, b"0123456789"));
        for other in
            [of(2, 2, b"0123456789"), of(1, 3, b"0123456789"), of(1, 2, b"0123456788"), of(1, 2, b"")]
        {
            assert_ne!(one, other);
        }
    }
}
