//! Salts, which make the items of a sketch unpredictable.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha1::{Digest, Sha1};

use super::Item;

/// A salt, written as 32 lower-case hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Salt(pub [u8; 16]);

/// Text that is not 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a salt is written as 32 lower-case hexadecimal digits")]
pub struct SaltError;

impl Salt {
    /// The salt of a node's sketch of its table on one day: the first 16 bytes of SHA-1("sketch", seed, node id, day as
    /// 32 bits, big-endian). The seed is known to that node alone.
    #[must_use]
    pub fn of_day(seed: &str, node: &[u8; 20], day: u32) -> Self {
        Self(first_16(&[b"sketch", seed.as_bytes(), node, &day.to_be_bytes()]))
    }

    /// Makes the item of some data, `parts`, under this salt: the first 16 bytes of SHA-1(salt, parts).
    #[must_use]
    pub fn item(&self, parts: &[&[u8]]) -> Item {
        let mut hash = Sha1::new_with_prefix(self.0);
        parts.iter().for_each(|part| hash.update(part));
        cut(&hash.finalize().into())
    }
}

fn first_16(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha1::new();
    parts.iter().for_each(|part| hash.update(part));
    cut(&hash.finalize().into())
}

fn cut(hash: &[u8; 20]) -> [u8; 16] {
    std::array::from_fn(|at| hash[at])
}

impl fmt::Display for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl FromStr for Salt {
    type Err = SaltError;

    fn from_str(text: &str) -> Result<Self, SaltError> {
        if text.len() != 32 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(SaltError);
        }
        u128::from_str_radix(text, 16).map(|salt| Self(salt.to_be_bytes())).map_err(|_| SaltError)
    }
}

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_salt_is_of_one_site_and_one_day() {
        let (a, b) = ([1; 20], [2; 20]);
        let salts =
            [("s", &a, 1), ("s", &a, 2), ("s", &b, 1), ("t", &a, 1)].map(|(s, n, d)| Salt::of_day(s, n, d));
        assert!((0..4).all(|i| (0..i).all(|j| salts[i] != salts[j])));
    }

    #[test]
    fn only_32_lower_case_digits_are_a_salt() {
        for text in
            ["", "00", &"A".repeat(32), &"g".repeat(32), &"0".repeat(33), &format!("+{}", "0".repeat(31))]
        {
            assert_eq!(text.parse::<Salt>(), Err(SaltError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn hex_goes_both_ways(bytes: [u8; 16]) {
            prop_assert_eq!(Salt(bytes).to_string().parse::<Salt>(), Ok(Salt(bytes)));
        }

        #[test]
        fn parts_are_hashed_as_one_text(bytes in prop::collection::vec(any::<u8>(), 0..60), at in 0..60_usize) {
            let (a, b) = bytes.split_at(at.min(bytes.len()));
            let salt = Salt([7; 16]);
            prop_assert_eq!(salt.item(&[a, b]), salt.item(&[&bytes]));
        }
    }
}
