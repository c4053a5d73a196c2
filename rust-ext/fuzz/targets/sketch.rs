//! Symbols of a sketch: whatever they are, a difference that is found explains them all.
#![no_main]

use courseglue_sketch::{Decoder, Item, SYMBOL_BYTES, Salt, Symbols, symbols};
use libfuzzer_sys::fuzz_target;

const COUNT: usize = 300;

fn own() -> Vec<Item> {
    (0..20_u8).map(|n| Salt([0; 16]).item(&[&[n]])).collect()
}

// The first byte says how many items of the own set the other has; 24 bytes each after that change a symbol, at the
// place that the two bytes before say.
fuzz_target!(|input: &[u8]| {
    let _ = serde_json::from_slice::<Symbols>(input);
    let Some((shared, edits)) = input.split_first() else { return };
    let theirs = own().into_iter().take(usize::from(*shared));
    let mut bytes = symbols(theirs, 0, COUNT).unwrap().to_bytes();
    for edit in edits.chunks_exact(2 + SYMBOL_BYTES) {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % COUNT;
        let symbol = &mut bytes[at * SYMBOL_BYTES..][..SYMBOL_BYTES];
        symbol.iter_mut().zip(&edit[2..]).for_each(|(byte, change)| *byte ^= change);
    }
    let theirs = Symbols::from_bytes(&bytes).unwrap();
    if let Some(found) = Decoder::new(own()).add(&theirs).unwrap() {
        let kept = own().into_iter().filter(|item| !found.extra.contains(item));
        assert_eq!(symbols(kept.chain(found.missing), 0, COUNT).unwrap(), theirs);
    }
});
