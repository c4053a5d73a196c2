//! The network between the sites: how long a message takes, which are lost, which sites cannot reach each other.

use courseglue_protocol::Millis;
use fastrand::Rng;

/// The half of a divided network that a site is in; every site is in half 0 of an undivided one.
pub type Half = u8;

/// The model of all links.
#[derive(Debug)]
pub struct Links {
    rng: Rng,
    /// The share of messages that are lost; the sender of a request waits until its time is over.
    pub loss: f64,
    /// Whether the halves are cut off from each other.
    pub divided: bool,
}

impl Links {
    /// Links that lose one message in a thousand.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::with_seed(seed), loss: 0.001, divided: false }
    }

    /// The time that one message takes: 10 to 160 ms, one in fifty up to two seconds. None where it is lost.
    pub fn delay(&mut self, from: Half, to: Half) -> Option<Millis> {
        let lost = self.rng.f64() < self.loss;
        let slow = self.rng.u8(..50) == 0;
        let delay = if slow { self.rng.u64(160..2_000) } else { self.rng.u64(10..160) };
        (!(lost || self.divided && from != to)).then_some(delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_passes_between_the_halves_of_a_divided_network() {
        let mut links = Links { loss: 0.0, ..Links::new(1) };
        assert!(links.delay(0, 1).is_some());
        links.divided = true;
        assert!(links.delay(0, 1).is_none());
        assert!(links.delay(1, 1).is_some());
    }
}
