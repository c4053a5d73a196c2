//! Words for made-up courses: one that no other course has, and topics that many share.

const CONSONANTS: &[u8] = b"bdfgklmnprtvz";
const VOWELS: &[u8] = b"aou";
const SYLLABLES: usize = CONSONANTS.len() * VOWELS.len();

/// The word number `n`: no two are the same, and no stemmer changes them.
#[must_use]
pub fn word(mut n: usize) -> String {
    let mut word = String::from("q");
    for _ in 0..5 {
        let syllable = n % SYLLABLES;
        n /= SYLLABLES;
        word.push(char::from(VOWELS[syllable % VOWELS.len()]));
        word.push(char::from(CONSONANTS[syllable / VOWELS.len()]));
    }
    word.push('o');
    word
}

/// The topic number `n`.
#[must_use]
pub fn topic(n: usize) -> String {
    format!("topic{}", word(n))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_words_are_one_word_to_the_engine() {
        let keys: HashSet<_> =
            (0..20_000).map(|n| courseglue_text::terms(&word(n), "en")[0].term.clone()).collect();
        assert_eq!(keys.len(), 20_000);
    }
}
