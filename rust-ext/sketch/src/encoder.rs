//! Encoding: from a set to its symbols.

use super::symbol::{Symbol, Symbols};
use super::walk::Walk;
use super::{Item, MAX_SYMBOLS, RangeError};

/// Makes the symbols of a set, a run at a time. The items must be distinct: two alike cancel out.
#[derive(Clone, Debug)]
pub struct Encoder {
    items: Vec<Walk>,
    position: usize,
}

impl Encoder {
    /// An encoder of these items.
    #[must_use]
    pub fn new(items: impl IntoIterator<Item = Item>) -> Self {
        Self { items: items.into_iter().map(|item| Walk::of(&item)).collect(), position: 0 }
    }

    /// The number of the symbol that comes next.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    /// The set.
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().map(|walk| &walk.item)
    }

    /// The next `count` symbols.
    ///
    /// # Errors
    /// [`RangeError::Outside`] for none, or for some beyond [`MAX_SYMBOLS`].
    pub fn next(&mut self, count: usize) -> Result<Symbols, RangeError> {
        if count == 0 || count > MAX_SYMBOLS - self.position {
            return Err(RangeError::Outside);
        }
        let (from, end) = (self.position, self.position + count);
        let mut symbols = vec![Symbol::default(); count];
        for walk in &mut self.items {
            let symbol = Symbol::of(&walk.item);
            while let Some(at) = walk.next_below(end) {
                symbols[at - from].toggle(symbol);
            }
        }
        self.position = end;
        Ok(Symbols(symbols))
    }
}

/// The symbols `from` to `from + count` of a set of distinct items.
///
/// # Errors
/// [`RangeError::Outside`] for none, or for some beyond [`MAX_SYMBOLS`].
pub fn symbols(
    items: impl IntoIterator<Item = Item>,
    from: usize,
    count: usize,
) -> Result<Symbols, RangeError> {
    if count == 0 || from.saturating_add(count) > MAX_SYMBOLS {
        return Err(RangeError::Outside);
    }
    let mut symbols = vec![Symbol::default(); count];
    for item in items {
        let (mut walk, symbol) = (Walk::of(&item), Symbol::of(&item));
        while let Some(at) = walk.next_below(from + count) {
            if let Some(at) = at.checked_sub(from) {
                symbols[at].toggle(symbol);
            }
        }
    }
    Ok(Symbols(symbols))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn items(count: u64) -> impl Iterator<Item = Item> {
        (0..count).map(|n| crate::Salt([3; 16]).item(&[&n.to_be_bytes()]))
    }

    #[test]
    fn a_range_outside_the_sketch_is_refused() {
        for (from, count) in [(0, 0), (0, MAX_SYMBOLS + 1), (MAX_SYMBOLS, 1), (usize::MAX, usize::MAX)] {
            assert_eq!(symbols(items(3), from, count), Err(RangeError::Outside), "{from} {count}");
        }
        assert_eq!(symbols(items(3), MAX_SYMBOLS - 1, 1).unwrap().len(), 1);
    }

    #[test]
    fn an_encoder_ends_with_the_sketch() {
        let mut encoder = Encoder::new(items(3));
        assert_eq!(encoder.next(MAX_SYMBOLS).unwrap().len(), MAX_SYMBOLS);
        assert_eq!(encoder.next(1), Err(RangeError::Outside));
    }

    proptest! {
        #[test]
        fn symbols_are_the_same_in_any_runs(cuts in prop::collection::vec(1..200_usize, 1..8)) {
            let whole = symbols(items(50), 0, cuts.iter().sum()).unwrap();
            let mut encoder = Encoder::new(items(50));
            let mut from = 0;
            for count in cuts {
                let run = encoder.next(count).unwrap();
                prop_assert_eq!(&run.0, &whole.0[from..from + count]);
                prop_assert_eq!(run, symbols(items(50), from, count).unwrap());
                from += count;
            }
        }
    }
}
