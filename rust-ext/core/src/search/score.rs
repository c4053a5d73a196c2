//! How well a record matches: BM25F (Robertson, Zaragoza and Taylor, 2004) without its document frequencies.
//!
//! A term's occurrences are summed over the fields, each weighted and divided by the field's length beside a usual length;
//! the sum saturates, and a record's score is the mean over the query's words. Inverse document frequency is left out on
//! purpose: each home of a term holds another part of all records, so that frequencies, and with them scores, would
//! differ between homes. Because every word has to match anyway, little is lost.

use std::collections::HashMap;

use crate::record::{Field, Record};
use crate::text::{Stemming, terms};

/// What a field's word is worth, how strongly length counts (BM25's b), and a usual length in words.
struct Weight {
    weight: f32,
    length_share: f32,
    usual_length: f32,
}

const fn weight(field: Field) -> Weight {
    let (weight, length_share, usual_length) = match field {
        Field::Title => (5.0, 0.4, 5.0),
        Field::Tags => (3.0, 0.0, 5.0),
        Field::Subject => (2.0, 0.0, 3.0),
        Field::Contents => (2.0, 0.3, 40.0),
        Field::Category => (1.5, 0.0, 4.0),
        Field::Summary => (1.0, 0.4, 60.0),
    };
    Weight { weight, length_share, usual_length }
}

/// BM25's k1: the weighted frequency that is worth half of what any can be.
const SATURATION: f32 = 3.0;
/// Added where the course or its name is in the searcher's language.
pub(super) const LANGUAGE_BONUS: f32 = 0.05;
/// Added where the query is the course's full name.
pub(super) const EXACT_TITLE_BONUS: f32 = 0.5;
/// Steps of a stored weighted frequency in one.
const STEPS: f32 = 256.0;

/// The weighted frequency of every term of `record`, apart for texts stemmed in different ways; in steps of 1/256.
pub(super) fn impacts(record: &Record) -> HashMap<(String, Stemming), u16> {
    let mut occurrences: HashMap<(String, Stemming, Field), u32> = HashMap::new();
    let mut lengths: HashMap<(Stemming, Field), u32> = HashMap::new();
    for (field, lang, text) in record.texts() {
        let stemming = Stemming::of(lang);
        for token in terms(text, lang) {
            *lengths.entry((stemming, field)).or_default() += 1;
            *occurrences.entry((token.term, stemming, field)).or_default() += 1;
        }
    }
    let mut sums: HashMap<(String, Stemming), [f32; 6]> = HashMap::new();
    for ((term, stemming, field), count) in occurrences {
        let Weight { weight, length_share, usual_length } = weight(field);
        let length = lengths.get(&(stemming, field)).copied().unwrap_or(1);
        let normal = 1.0 - length_share + length_share * float(length) / usual_length;
        sums.entry((term, stemming)).or_default()[field as usize] = weight * float(count) / normal;
    }
    // Each field has a place of its own, so that rounding does not depend on the order of addition.
    sums.into_iter().map(|(key, fields)| (key, steps(fields.iter().sum()))).collect()
}

/// What one word adds to a score before the mean is taken: from 0 to 1.
pub(super) fn saturated(impact: u16) -> f32 {
    let frequency = f32::from(impact) / STEPS;
    frequency / (frequency + SATURATION)
}

#[allow(clippy::cast_precision_loss, reason = "a record has far fewer than 2^24 words")]
fn float(count: u32) -> f32 {
    count as f32
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of u16")]
fn steps(frequency: f32) -> u16 {
    (frequency * STEPS).round().clamp(1.0, f32::from(u16::MAX)) as u16
}
