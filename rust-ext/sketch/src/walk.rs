//! The symbols that an item is in: symbol i with probability 1 / (1 + i / 2).

use super::Item;

/// The increment and the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[allow(clippy::cast_possible_truncation, reason = "each half is what it is cut to")]
fn halves(item: &Item) -> (u64, u64) {
    let whole = u128::from_be_bytes(*item);
    ((whole >> 64) as u64, whole as u64)
}

/// The checksum that tells a symbol of one item from a symbol of several.
pub(super) fn checksum(item: &Item) -> u64 {
    let (first, second) = halves(item);
    mix(mix(first ^ STEP).wrapping_add(second))
}

/// The numbers of the symbols that an item is in, ascending, symbol 0 first.
///
/// All 16 bytes of the item count. Were it only the first 8, an attacker who knows the salt could make two items that
/// are in the same symbols throughout, and a site that lacks both could never tell them apart.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    /// The item.
    pub(super) item: Item,
    steps: u32,
    at: u32,
}

impl Walk {
    pub(super) fn of(item: &Item) -> Self {
        Self { item: *item, steps: 0, at: 0 }
    }

    /// The next symbol below `end`; beyond it, the walk stays where it is.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "53 bits fit into a double, and a reach is positive; beyond 32 bits it saturates"
    )]
    pub(super) fn next_below(&mut self, end: usize) -> Option<usize> {
        let at = self.at as usize;
        if at >= end {
            return None;
        }
        let (first, second) = halves(&self.item);
        self.steps = self.steps.wrapping_add(1);
        let drawn = mix(mix(first.wrapping_add(STEP.wrapping_mul(self.steps.into()))) ^ second);
        // The chance that none of the symbols up to j is next falls as (i + 1)(i + 2) / (j + 1)(j + 2): its inverse,
        // as the paper simplifies it. Every operation is exact or rounded once, as IEEE 754 says, so all agree.
        let share = ((drawn >> 11) + 1) as f64 / (1_u64 << 53) as f64;
        let reach = (f64::from(self.at) + 1.5) * (1.0 / share.sqrt() - 1.0);
        // Rounded up by hand: `ceil` is a call into the system's library on most processors.
        let whole = reach as u32;
        let jump = whole.saturating_add(u32::from(f64::from(whole) < reach));
        self.at = self.at.saturating_add(jump.max(1));
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use sha1::Digest;

    use super::*;

    #[test]
    fn an_item_is_in_symbol_i_with_the_papers_probability() {
        const ITEMS: usize = 20_000;
        let mut hits = [0_u32; 64];
        for n in 0..ITEMS {
            let mut walk = Walk::of(&sha1::Sha1::digest(n.to_be_bytes())[..16].try_into().unwrap());
            while let Some(at) = walk.next_below(hits.len()) {
                hits[at] += 1;
            }
        }
        for (i, hit) in hits.iter().enumerate() {
            let [items, i] = [ITEMS, i].map(|n| f64::from(u32::try_from(n).unwrap()));
            let expected = items / (1.0 + i / 2.0);
            let error = (f64::from(*hit) - expected).abs() / expected;
            assert!(error < 0.2, "symbol {i} has {hit} items, {expected} were expected");
        }
    }

    #[test]
    fn every_byte_of_an_item_decides_where_it_is() {
        let places = |item: Item| {
            let mut walk = Walk::of(&item);
            std::iter::from_fn(move || walk.next_below(5_000)).collect::<Vec<_>>()
        };
        for at in 0..16 {
            let mut other = [7; 16];
            other[at] = 8;
            assert_ne!(places([7; 16]), places(other), "byte {at}");
        }
    }

    #[test]
    fn a_walk_is_the_same_in_one_go_and_in_parts() {
        for n in 0_u8..100 {
            let (mut whole, mut parts) = (Walk::of(&[n; 16]), Walk::of(&[n; 16]));
            let all: Vec<_> = std::iter::from_fn(|| whole.next_below(5_000)).collect();
            let pieces = [10, 300, 4_999, 5_000];
            let joined: Vec<_> = pieces
                .iter()
                .flat_map(|end| std::iter::from_fn(|| parts.next_below(*end)).collect::<Vec<_>>())
                .collect();
            assert_eq!(all, joined);
            assert!(all[0] == 0 && all.is_sorted_by(|a, b| a < b));
        }
    }
}
