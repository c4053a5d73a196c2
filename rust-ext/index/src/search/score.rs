//! The score of a match: BM25F (Robertson, Zaragoza and Taylor, 2004) without its document frequencies.
//!
//! A term's occurrences are summed over the fields, each weighted and divided by the field's length beside a usual length;
//! the sum saturates, and a record's score is the mean over the query's words. Inverse document frequency is left out on
//! purpose: each home of a term holds another part of all records, so that frequencies, and with them scores, would
//! differ between homes. Because every word has to match anyway, little is lost.

use std::collections::HashMap;

use courseglue_protocol::record::{Field, Record};
use courseglue_text::{Stemming, Token, terms};

/// The weight of a field's words, how strongly its length counts (BM25's b), and a usual length in words.
struct Weight {
    weight: f32,
    length_share: f32,
    usual_length: f32,
}

const FIELDS: usize = 6;

/// In the order of [`courseglue_protocol::record::Field`].
const WEIGHTS: [Weight; FIELDS] = [
    // Title
    Weight { weight: 5.0, length_share: 0.4, usual_length: 5.0 },
    // Tags
    Weight { weight: 3.0, length_share: 0.0, usual_length: 5.0 },
    // Contents
    Weight { weight: 2.0, length_share: 0.3, usual_length: 40.0 },
    // Category
    Weight { weight: 1.5, length_share: 0.0, usual_length: 4.0 },
    // Subject
    Weight { weight: 2.0, length_share: 0.0, usual_length: 3.0 },
    // Summary
    Weight { weight: 1.0, length_share: 0.4, usual_length: 60.0 },
];

/// More occurrences of a term in one field do not count: a text is not about mathematics because it says so 30 times.
const MAX_OCCURRENCES: u16 = 3;
/// BM25's k1: the weighted frequency that is worth half of the highest score.
const SATURATION: f32 = 3.0;
/// Added where the course or its name is in the searcher's language.
pub(super) const LANGUAGE_BONUS: f32 = 0.05;
/// Added where the query is the course's full name.
pub(super) const EXACT_TITLE_BONUS: f32 = 0.5;
/// Steps of a stored weighted frequency in one.
const STEPS: f32 = 256.0;

/// The terms of one text of a record.
pub(super) struct Tokens {
    pub field: Field,
    pub stemming: Stemming,
    pub tokens: Vec<Token>,
}

/// The terms of every text of a record, in reading order.
pub(super) fn tokens(record: &Record) -> Vec<Tokens> {
    let of = |(field, lang, text)| Tokens { field, stemming: Stemming::of(lang), tokens: terms(text, lang) };
    record.texts().map(of).collect()
}

/// The weighted frequency of every term, apart for texts stemmed in different ways; in steps of 1/256. Sorted.
pub(super) fn impacts(texts: &[Tokens]) -> Vec<(String, Stemming, u16)> {
    let mut occurrences: HashMap<(&str, Stemming), [u16; FIELDS]> = HashMap::new();
    let mut lengths: HashMap<Stemming, [u16; FIELDS]> = HashMap::new();
    for Tokens { field, stemming, tokens } in texts {
        let length = &mut lengths.entry(*stemming).or_default()[*field as usize];
        *length = length.saturating_add(u16::try_from(tokens.len()).unwrap_or(u16::MAX));
        for token in tokens {
            let count = &mut occurrences.entry((&token.term, *stemming)).or_default()[*field as usize];
            *count = MAX_OCCURRENCES.min(*count + 1);
        }
    }
    let impact = |stemming: Stemming, counts: [u16; FIELDS]| {
        let lengths = lengths.get(&stemming).copied().unwrap_or([1; FIELDS]);
        let field = |((weight, count), length): ((&Weight, u16), u16)| {
            let normal =
                1.0 - weight.length_share + weight.length_share * f32::from(length) / weight.usual_length;
            weight.weight * f32::from(count) / normal
        };
        steps(WEIGHTS.iter().zip(counts).zip(lengths).map(field).sum())
    };
    let mut impacts: Vec<(String, Stemming, u16)> = occurrences
        .into_iter()
        .map(|((term, stemming), counts)| (term.to_owned(), stemming, impact(stemming, counts)))
        .collect();
    impacts.sort_unstable();
    impacts
}

/// The share of one word in a score, before the mean is taken: from 0 to 1.
pub(super) fn saturated(impact: u16) -> f32 {
    let frequency = f32::from(impact) / STEPS;
    frequency / (frequency + SATURATION)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of u16")]
fn steps(frequency: f32) -> u16 {
    (frequency * STEPS).round().clamp(1.0, f32::from(u16::MAX)) as u16
}
