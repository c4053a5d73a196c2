//! Symbols and items as they travel.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::walk::{Walk, checksum};
use super::{Item, MAX_SYMBOLS, SYMBOL_BYTES};

/// The exclusive or of some items, and of their checksums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Symbol {
    items: u128,
    checks: u64,
}

impl Symbol {
    /// The symbol of one item.
    pub(super) fn of(item: &Item) -> Self {
        Self { items: u128::from_be_bytes(*item), checks: checksum(item) }
    }

    /// Puts the items of another in; what both have cancels out.
    pub(super) fn toggle(&mut self, other: Self) {
        self.items ^= other.items;
        self.checks ^= other.checks;
    }

    /// Whether it holds no item.
    pub(super) fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Its only item, where it has just one.
    pub(super) fn only(self) -> Option<Item> {
        let item = self.items.to_be_bytes();
        (!self.is_empty() && checksum(&item) == self.checks).then_some(item)
    }
}

/// A run of symbols of a sketch. On the wire base64 of 24 bytes each: the items' 16, then the checksums' 8, big-endian.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbols(pub(super) Vec<Symbol>);

impl Symbols {
    /// The number of symbols.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A run of the symbols; `None` where it goes beyond their end.
    #[must_use]
    pub fn run(&self, from: usize, count: usize) -> Option<Self> {
        self.0.get(from..from.checked_add(count)?).map(|run| Self(run.to_vec()))
    }

    /// Puts an item into the set of which these are the first symbols, or takes it out.
    pub fn toggle(&mut self, item: &Item) {
        self.toggle_from(0, item);
    }

    /// Toggles an item as [`Symbols::toggle`] does, where the first of these symbols is number `from` of the set.
    pub fn toggle_from(&mut self, from: usize, item: &Item) {
        let (symbol, mut walk, end) = (Symbol::of(item), Walk::of(item), from.saturating_add(self.0.len()));
        while let Some(at) = walk.next_below(end) {
            if let Some(own) = at.checked_sub(from).and_then(|at| self.0.get_mut(at)) {
                own.toggle(symbol);
            }
        }
    }

    /// The bytes that travel.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes = |symbol: &Symbol| {
            symbol.items.to_be_bytes().into_iter().chain(symbol.checks.to_be_bytes()).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(bytes).collect()
    }

    /// Reads the bytes that travel; `None` where they are no whole symbols, or more than [`MAX_SYMBOLS`].
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() % SYMBOL_BYTES != 0 || bytes.len() > MAX_SYMBOLS * SYMBOL_BYTES {
            return None;
        }
        let symbol = |bytes: &[u8]| {
            Some(Symbol {
                items: u128::from_be_bytes(*bytes.first_chunk()?),
                checks: u64::from_be_bytes(*bytes.last_chunk()?),
            })
        };
        bytes.chunks_exact(SYMBOL_BYTES).map(symbol).collect::<Option<_>>().map(Self)
    }
}

impl Serialize for Symbols {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.to_bytes()))
    }
}

impl<'de> Deserialize<'de> for Symbols {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = bytes_of(deserializer)?;
        Self::from_bytes(&bytes).ok_or_else(|| {
            de::Error::custom(format_args!("symbols are {SYMBOL_BYTES} bytes each, {MAX_SYMBOLS} at most"))
        })
    }
}

/// Items of a set. On the wire base64 of 16 bytes each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Items(pub Vec<Item>);

impl Serialize for Items {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0.as_flattened()))
    }
}

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = bytes_of(deserializer)?;
        if bytes.len() % size_of::<Item>() != 0 {
            return Err(de::Error::custom("items are 16 bytes each"));
        }
        let items = bytes.chunks_exact(size_of::<Item>());
        Ok(Self(items.filter_map(|item| item.first_chunk().copied()).collect()))
    }
}

fn bytes_of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map_err(|_| de::Error::custom("symbols and items must be base64"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_symbol_of_one_item_gives_it_back() {
        let item = [9; 16];
        assert_eq!(Symbol::of(&item).only(), Some(item));
        assert_eq!(Symbol::of(&[0; 16]).only(), Some([0; 16]));
        assert_eq!(Symbol::default().only(), None);
    }

    #[test]
    fn a_symbol_of_several_items_gives_none() {
        for n in 2_u8..40 {
            let mut symbol = Symbol::default();
            (0..n).for_each(|item| symbol.toggle(Symbol::of(&[item; 16])));
            assert_eq!(symbol.only(), None, "{n} items");
        }
    }

    #[test]
    fn more_symbols_than_a_sketch_has_are_refused() {
        let text = |symbols: usize| format!("\"{}\"", STANDARD.encode(vec![0; symbols * SYMBOL_BYTES]));
        assert_eq!(serde_json::from_str::<Symbols>(&text(MAX_SYMBOLS)).unwrap().len(), MAX_SYMBOLS);
        assert!(serde_json::from_str::<Symbols>(&text(MAX_SYMBOLS + 1)).is_err());
    }

    #[test]
    fn half_a_symbol_or_item_is_refused() {
        for text in ["\"AAAA\"", "\"!\"", "7"] {
            assert!(serde_json::from_str::<Symbols>(text).is_err(), "{text}");
            assert!(serde_json::from_str::<Items>(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_set_that_changes_has_the_symbols_of_what_it_became(
            old in prop::collection::hash_set(any::<[u8; 16]>(), 0..30),
            new in prop::collection::hash_set(any::<[u8; 16]>(), 0..30),
        ) {
            let mut symbols = crate::symbols(old.clone(), 0, 40).unwrap();
            old.symmetric_difference(&new).for_each(|item| symbols.toggle(item));
            prop_assert_eq!(&symbols, &crate::symbols(new.clone(), 0, 40).unwrap());
            prop_assert_eq!(symbols.run(10, 30), crate::symbols(new, 10, 30).ok());
            prop_assert_eq!(symbols.run(10, 31), None);
        }

        #[test]
        fn symbols_and_items_come_back_as_they_were(sets in prop::collection::vec(any::<[u8; 16]>(), 0..20)) {
            let symbols = Symbols(sets.iter().map(Symbol::of).collect());
            let json = serde_json::to_string(&symbols).unwrap();
            prop_assert_eq!(serde_json::from_str::<Symbols>(&json).unwrap(), symbols);
            let json = serde_json::to_string(&Items(sets.clone())).unwrap();
            prop_assert_eq!(serde_json::from_str::<Items>(&json).unwrap(), Items(sets));
        }
    }
}
