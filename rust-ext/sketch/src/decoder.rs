//! Decoding: from the symbols of two sites to the difference of their sets.

use std::collections::HashSet;

use super::symbol::{Symbol, Symbols};
use super::walk::Walk;
use super::{Encoder, FIRST_SYMBOLS, Item, MAX_SYMBOLS, RangeError};

/// The most places that solving looks at, for each symbol: four times what honest symbols need.
const STEPS_A_SYMBOL: usize = 64;

/// The difference of two sets: the items that only one of them has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The other has these.
    pub missing: Vec<Item>,
    /// Only this site has these.
    pub extra: Vec<Item>,
}

/// Finds what another set has and the own one has not, from symbols that are asked for until they are enough.
///
/// Nothing that the other sends makes it fail or work long: each symbol gives one item at most, and each item once. A
/// difference is given only where it explains every symbol.
#[derive(Clone, Debug)]
pub struct Decoder {
    own: Encoder,
    /// Both sets' symbols: items that both have are gone.
    rest: Vec<Symbol>,
    first: usize,
}

impl Decoder {
    /// A decoder for a site with this set; the items must be distinct.
    #[must_use]
    pub fn new(own: impl IntoIterator<Item = Item>) -> Self {
        Self { own: Encoder::new(own), rest: Vec::new(), first: FIRST_SYMBOLS }
    }

    /// Asks for as many symbols at first as this number of differences needs in 19 of 20 cases: 1.45 each and 20 more, in
    /// whole [`FIRST_SYMBOLS`].
    #[must_use]
    pub fn expecting(self, differences: usize) -> Self {
        let needed =
            differences.saturating_mul(29).div_ceil(20).saturating_add(20).div_ceil(FIRST_SYMBOLS).max(1);
        Self { first: needed.saturating_mul(FIRST_SYMBOLS).min(MAX_SYMBOLS), ..self }
    }

    /// Asks for this many symbols at first.
    #[must_use]
    pub fn asking_first(self, count: usize) -> Self {
        Self { first: count.clamp(1, MAX_SYMBOLS), ..self }
    }

    /// The number of the symbol to ask for next.
    #[must_use]
    pub fn position(&self) -> usize {
        self.own.position()
    }

    /// The number of symbols to ask for next: as many again as there are. `None` where a sketch has no more.
    #[must_use]
    pub fn step(&self) -> Option<usize> {
        let wanted = if self.position() == 0 { self.first } else { self.position() };
        Some(wanted.min(MAX_SYMBOLS - self.position())).filter(|count| *count > 0)
    }

    /// Takes in the symbols that were asked for, [`Decoder::step`] of them. Returns the difference once they are
    /// enough.
    ///
    /// # Errors
    /// A [`RangeError`] where another number of symbols came.
    pub fn add(&mut self, theirs: &Symbols) -> Result<Option<Difference>, RangeError> {
        let asked = self.step().ok_or(RangeError::Outside)?;
        if theirs.len() != asked {
            return Err(RangeError::Count { asked, got: theirs.len() });
        }
        let mut run = self.own.next(asked)?.0;
        run.iter_mut().zip(&theirs.0).for_each(|(own, other)| own.toggle(*other));
        self.rest.append(&mut run);
        let Some(items) = solve(self.rest.clone()) else { return Ok(None) };
        let differing: HashSet<&Item> = items.iter().collect();
        let extra: HashSet<Item> =
            self.own.items().filter(|item| differing.contains(item)).copied().collect();
        let (extra, missing) = items.into_iter().partition(|item| extra.contains(item));
        Ok(Some(Difference { missing, extra }))
    }
}

/// Peels items off symbols that have just one, until every symbol is empty.
fn solve(mut symbols: Vec<Symbol>) -> Option<Vec<Item>> {
    let mut steps = symbols.len() * STEPS_A_SYMBOL;
    let mut items = Vec::new();
    let mut seen = HashSet::new();
    let mut queue: Vec<usize> = (0..symbols.len()).collect();
    while let Some(at) = queue.pop() {
        let Some(item) = symbols[at].only() else { continue };
        // The item stays in a symbol that it does not belong to: no set has such symbols.
        if items.len() == symbols.len() || !seen.insert(item) {
            return None;
        }
        items.push(item);
        let mut walk = Walk::of(&item);
        while let Some(at) = walk.next_below(symbols.len()) {
            steps = steps.checked_sub(1)?;
            symbols[at].toggle(Symbol::of(&item));
            queue.push(at);
        }
    }
    symbols.iter().all(|symbol| symbol.is_empty()).then_some(items)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{SYMBOL_BYTES, Salt, symbols};

    fn items(salt: u8, numbers: impl IntoIterator<Item = u64>) -> Vec<Item> {
        numbers.into_iter().map(|n| Salt([salt; 16]).item(&[&n.to_be_bytes()])).collect()
    }

    fn sorted(mut items: Vec<Item>) -> Vec<Item> {
        items.sort_unstable();
        items
    }

    /// The difference, and how many symbols it took.
    fn reconcile(mut decoder: Decoder, theirs: &[Item]) -> (Difference, usize) {
        while let Some(count) = decoder.step() {
            let run = symbols(theirs.iter().copied(), decoder.position(), count).unwrap();
            if let Some(difference) = decoder.add(&run).unwrap() {
                return (difference, decoder.position());
            }
        }
        panic!("{} symbols were not enough", decoder.position());
    }

    #[test]
    fn a_hundred_differences_are_found_by_the_first_300_symbols() {
        for salt in 0..40 {
            let (own, theirs) = (items(salt, 0..2_050), items(salt, 50..2_100));
            let (difference, taken) = reconcile(Decoder::new(own), &theirs);
            assert_eq!(
                (difference.missing.len(), difference.extra.len(), taken),
                (50, 50, 300),
                "salt {salt}"
            );
        }
    }

    #[test]
    fn a_thousand_differences_are_found_by_2400_symbols() {
        for salt in 0..10 {
            let (own, theirs) = (items(salt, 0..3_000), items(salt, 0..4_000));
            let (difference, taken) = reconcile(Decoder::new(own), &theirs);
            assert_eq!((difference.missing.len(), difference.extra.len()), (1_000, 0));
            assert!(taken <= 2_400, "{taken} symbols");
        }
    }

    #[test]
    fn an_expected_number_of_differences_takes_one_run() {
        for (expected, step) in
            [(0, 300), (100, 300), (193, 300), (194, 600), (1_000, 1_500), (usize::MAX, MAX_SYMBOLS)]
        {
            assert_eq!(Decoder::new([]).expecting(expected).step(), Some(step), "{expected} differences");
        }
        let decoder = Decoder::new([]).expecting(1_000);
        assert_eq!(reconcile(decoder, &items(1, 0..1_000)).1, 1_500);
    }

    #[test]
    fn the_first_run_is_enough_in_19_of_20_sets_of_as_many_as_were_expected() {
        for expected in [193, 399, 813] {
            let enough = |salt: &u8| {
                let mut decoder = Decoder::new([]).expecting(usize::try_from(expected).unwrap());
                let run = symbols(items(*salt, 0..expected), 0, decoder.step().unwrap()).unwrap();
                decoder.add(&run).unwrap().is_some()
            };
            let sets = (0..200).filter(enough).count();
            assert!(sets >= 190, "{sets} of 200 sets of {expected}");
        }
    }

    #[test]
    fn runs_double_until_the_sketch_ends() {
        let mut decoder = Decoder::new([]);
        let mut steps = Vec::new();
        let theirs = items(1, 0..40_000);
        let mut encoder = Encoder::new(theirs);
        while let Some(step) = decoder.step() {
            steps.push(step);
            assert_eq!(decoder.add(&encoder.next(step).unwrap()), Ok(None));
        }
        assert_eq!(steps, [300, 300, 600, 1_200, 2_400, 4_800, 9_600, 19_200]);
        assert_eq!(decoder.add(&Symbols::default()), Err(RangeError::Outside));
    }

    #[test]
    fn another_number_of_symbols_than_asked_is_refused() {
        let mut decoder = Decoder::new([]);
        let run = symbols([], 0, 299).unwrap();
        assert_eq!(decoder.add(&run), Err(RangeError::Count { asked: 300, got: 299 }));
        assert_eq!(decoder.position(), 0);
    }

    #[test]
    fn items_that_share_their_first_half_are_told_apart() {
        let [mut one, mut other] = [[5; 16], [5; 16]];
        (one[15], other[15]) = (1, 2);
        let (difference, taken) =
            reconcile(Decoder::new(items(1, 0..50)), &[&items(1, 0..50)[..], &[one, other]].concat());
        assert_eq!((sorted(difference.missing), taken), (vec![one, other], FIRST_SYMBOLS));
    }

    #[test]
    fn symbols_of_no_set_give_no_difference() {
        // The one item is everywhere, whether it belongs there or not.
        let everywhere = Symbols(vec![Symbol::of(&[5; 16]); FIRST_SYMBOLS]);
        // Every symbol has an item of its own.
        let own_items = Symbols(items(1, 0..300).iter().map(Symbol::of).collect());
        for symbols in [everywhere, own_items] {
            assert_eq!(Decoder::new([]).add(&symbols), Ok(None));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn the_difference_of_any_two_sets_is_found(shared in 0..300_u64, own in 0..200_u64, theirs in 0..200_u64, salt: u8) {
            let ours = items(salt, (0..shared).chain(1_000..1_000 + own));
            let others = items(salt, (0..shared).chain(2_000..2_000 + theirs));
            let (difference, _) = reconcile(Decoder::new(ours), &others);
            prop_assert_eq!(sorted(difference.extra), sorted(items(salt, 1_000..1_000 + own)));
            prop_assert_eq!(sorted(difference.missing), sorted(items(salt, 2_000..2_000 + theirs)));
        }

        #[test]
        fn any_bytes_are_solved_or_not_in_bounded_work(bytes in prop::collection::vec(any::<u8>(), FIRST_SYMBOLS * SYMBOL_BYTES)) {
            let symbols = Symbols::from_bytes(&bytes).unwrap();
            prop_assert_eq!(Decoder::new(items(1, 0..20)).add(&symbols), Ok(None));
        }

        /// Symbols of a set with some exchanged for those of single items: much is peeled, and nothing wrong comes out.
        #[test]
        fn forged_symbols_are_never_taken_for_a_set(forged in prop::collection::vec((0..FIRST_SYMBOLS, 0..40_u64), 1..60)) {
            let theirs = items(1, 0..40);
            let honest = symbols(theirs.iter().copied(), 0, FIRST_SYMBOLS).unwrap();
            let mut run = honest.clone();
            for (at, item) in forged {
                run.0[at] = Symbol::of(&theirs[usize::try_from(item).unwrap()]);
            }
            let found = Decoder::new([]).add(&run).unwrap();
            prop_assert_eq!(found.is_some(), run == honest);
        }
    }
}
