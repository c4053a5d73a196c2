//! Identifiers in the 160-bit key space: nodes, records and terms, with the XOR metric of Kademlia
//! (Maymounkov and Mazières, 2002).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha1::{Digest, Sha1};

/// A point in the 160-bit key space: a node id, a record id or a term key. Written as 40 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub [u8; 20]);

/// The XOR distance between two ids, comparable as a big-endian number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Distance([u8; 20]);

/// Text that is not 40 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is written as 40 hexadecimal digits")]
pub struct IdError;

impl Id {
    /// The SHA-1 of `bytes`.
    #[must_use]
    pub fn digest(bytes: &[u8]) -> Self {
        Self(Sha1::digest(bytes).into())
    }

    /// A node's id: the first 64 bits of SHA-1(registrable domain), then the first 96 bits of SHA-1(address).
    /// All sites of one registrable domain share their first 64 bits, so that a position in the key space
    /// costs a registered domain and not a subdomain or a path.
    #[must_use]
    pub fn of_node(domain: &str, address: &str) -> Self {
        let mut id = [0; 20];
        id[..8].copy_from_slice(&Sha1::digest(domain.as_bytes())[..8]);
        id[8..].copy_from_slice(&Sha1::digest(address.as_bytes())[..12]);
        Self(id)
    }

    /// A record's id: SHA-1(publisher's address, NUL, the publisher's own id for it).
    #[must_use]
    pub fn of_record(address: &str, local: &str) -> Self {
        Self::digest(format!("{address}\0{local}").as_bytes())
    }

    /// The XOR distance to `other`.
    #[must_use]
    pub fn distance(&self, other: &Self) -> Distance {
        let mut distance = [0; 20];
        for (byte, (a, b)) in distance.iter_mut().zip(self.0.iter().zip(other.0.iter())) {
            *byte = a ^ b;
        }
        Distance(distance)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        let mut text = [0; 40];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({self})")
    }
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = text.as_bytes();
        if digits.len() != 40 || !digits.iter().all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(IdError);
        }
        let nibble = |d: u8| if d <= b'9' { d - b'0' } else { d - b'a' + 10 };
        let mut id = [0; 20];
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0]) << 4 | nibble(pair[1]);
        }
        Ok(Self(id))
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sites_of_one_domain_share_their_first_64_bits() {
        let a = Id::of_node("urv.cat", "moodle.urv.cat");
        let b = Id::of_node("urv.cat", "campus.urv.cat/moodle");
        assert_eq!(a.0[..8], b.0[..8]);
        assert_ne!(a.0[8..], b.0[8..]);
    }

    #[test]
    fn only_forty_lower_case_digits_are_an_id() {
        for text in ["", "00", &"A".repeat(40), &"g".repeat(40), &"0".repeat(41), "é".repeat(20).as_str()] {
            assert_eq!(text.parse::<Id>(), Err(IdError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn hex_goes_both_ways(bytes: [u8; 20]) {
            prop_assert_eq!(Id(bytes).to_string().parse::<Id>(), Ok(Id(bytes)));
        }

        #[test]
        fn distance_is_a_metric(a: [u8; 20], b: [u8; 20]) {
            let (a, b) = (Id(a), Id(b));
            prop_assert_eq!(a.distance(&b), b.distance(&a));
            prop_assert_eq!(a.distance(&b) == Distance([0; 20]), a == b);
        }
    }
}
