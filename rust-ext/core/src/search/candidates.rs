//! The records that hold every required word of a query, with their scores.

use super::index::Index;
use super::score::{EXACT_TITLE_BONUS, LANGUAGE_BONUS, saturated};
use crate::text::{QueryWord, primary};

/// Points in a score of 1.
const POINTS: f32 = 10_000.0;

/// A record that matches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub slot: u32,
    /// The score in ten-thousandths, at least 1 for a match: whole numbers tie and sort alike everywhere.
    pub points: u32,
}

impl Candidate {
    pub fn score(self) -> f64 {
        f64::from(self.points) / f64::from(POINTS)
    }
}

/// Finds them: one pass over the postings of each word, whatever the number of its alternatives.
pub(super) fn candidates(index: &Index, words: &[QueryWord], lang: &str, title: u64) -> Vec<Candidate> {
    let required = words.iter().filter(|word| word.required).count();
    if required == 0 {
        return Vec::new();
    }
    let mut best = vec![0_u16; index.slot_count()];
    let mut held = vec![0_u8; index.slot_count()];
    let mut sums = vec![0_f32; index.slot_count()];
    let mut touched = Vec::new();
    for word in words {
        for alternative in &word.alternatives {
            for posting in index.best_postings(&alternative.term) {
                let Some(best) = best.get_mut(posting.slot as usize) else { continue };
                if alternative.stemmings.contains(posting.stemming) {
                    if *best == 0 {
                        touched.push(posting.slot);
                    }
                    *best = posting.impact.max(*best);
                }
            }
        }
        for slot in touched.drain(..) {
            let slot = slot as usize;
            sums[slot] += saturated(std::mem::take(&mut best[slot]));
            held[slot] += u8::from(word.required);
        }
    }
    let lang = primary(lang);
    let mean = 1.0 / u16::try_from(words.len()).map_or(f32::MAX, f32::from);
    held.iter()
        .enumerate()
        .filter(|(_, held)| usize::from(**held) == required)
        .filter_map(|(slot, _)| Some((u32::try_from(slot).ok()?, sums[slot] * mean)))
        .filter_map(|(slot, mut score)| {
            let document = index.document(slot)?;
            if document.record.lang == lang || document.record.fullname.contains_key(&lang) {
                score += LANGUAGE_BONUS;
            }
            if document.is_titled(title) {
                score += EXACT_TITLE_BONUS;
            }
            Some(Candidate { slot, points: points(score) })
        })
        .collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score lies between 0 and 2")]
fn points(score: f32) -> u32 {
    (score * POINTS).round().max(1.0) as u32
}
