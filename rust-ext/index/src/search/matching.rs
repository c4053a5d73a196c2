//! The records that hold every required word of a query, with their scores.

use courseglue_text::{QueryWord, primary};

use super::bar::{Bar, Bars};
use super::score::{EXACT_TITLE_BONUS, LANGUAGE_BONUS, saturated};
use super::segment::{Postings, Segment};

/// Points in a score of 1.
const POINTS: f32 = 10_000.0;
/// The number of postings that can be seen in the time of looking for one record in a list.
const SEARCHED: usize = 60;

/// A record that matches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    pub slot: u32,
    /// The score in ten-thousandths, at least 1 for a match: whole numbers tie and sort alike everywhere.
    pub points: u32,
}

/// The score of this many points.
pub(super) fn score(points: u32) -> f64 {
    f64::from(points) / f64::from(POINTS)
}

/// The postings of all forms of one word.
struct Lists<'s, S: Segment + 's> {
    segment: &'s S,
    lists: Vec<(S::Postings<'s>, Option<Bar>)>,
    len: usize,
}

impl<'s, S: Segment> Lists<'s, S> {
    fn of(segment: &'s S, word: &QueryWord, bars: &Bars) -> Self {
        let mut lists = Vec::new();
        for alternative in &word.alternatives {
            let Some(term) = segment.term(&alternative.term) else { continue };
            let bar = bars.get(&alternative.term).copied();
            lists.extend(segment.postings(term, alternative.stemmings).into_iter().map(|list| (list, bar)));
        }
        let len = lists.iter().map(|(list, _)| list.len()).sum();
        Self { segment, lists, len }
    }

    fn each(&self, mut take: impl FnMut(u32, u16)) {
        for (list, bar) in &self.lists {
            match bar {
                None => list.each(&mut take),
                Some(bar) => list.each(|slot, impact| {
                    if bar.lets(self.segment, slot, impact) {
                        take(slot, impact);
                    }
                }),
            }
        }
    }

    fn get(&self, slot: u32) -> u16 {
        let impact = |(list, bar): &(S::Postings<'s>, Option<Bar>)| {
            list.get(slot).filter(|impact| bar.is_none_or(|bar| bar.lets(self.segment, slot, *impact)))
        };
        self.lists.iter().filter_map(impact).max().unwrap_or(0)
    }

    /// Every record that holds the word, once, and the word's highest impact in it.
    fn all(&self) -> (Vec<u32>, Vec<u16>) {
        let mut slots: Vec<u32> = Vec::with_capacity(self.len);
        if let [_] = self.lists.as_slice() {
            let mut impacts: Vec<u16> = Vec::with_capacity(self.len);
            self.each(|slot, impact| match slots.last() {
                // One record's postings stand side by side.
                Some(last) if *last == slot => {
                    impacts.last_mut().into_iter().for_each(|before| *before = impact.max(*before));
                }
                _ => {
                    slots.push(slot);
                    impacts.push(impact);
                }
            });
            return (slots, impacts);
        }
        let mut best = vec![0_u16; self.segment.slots()];
        self.each(|slot, impact| {
            if let Some(best) = best.get_mut(slot as usize) {
                if *best == 0 {
                    slots.push(slot);
                }
                *best = impact.max(*best);
            }
        });
        let impacts = slots.iter().filter_map(|slot| best.get(*slot as usize)).copied().collect();
        (slots, impacts)
    }

    /// The word's highest impact in each of these records; 0 in those without it.
    fn in_each(&self, slots: &[u32]) -> Vec<u16> {
        if slots.len().saturating_mul(SEARCHED * self.lists.len()) < self.len + self.segment.slots() / 8 {
            return slots.iter().map(|slot| self.get(*slot)).collect();
        }
        let mut best = vec![0_u16; self.segment.slots()];
        self.each(|slot, impact| {
            if let Some(best) = best.get_mut(slot as usize) {
                *best = impact.max(*best);
            }
        });
        slots.iter().map(|slot| best.get(*slot as usize).copied().unwrap_or(0)).collect()
    }
}

/// Finds them. `title` is the [hash](super::indexed_record::title_hash) of the query.
pub(super) fn find_matches<S: Segment>(
    segment: &S,
    words: &[QueryWord],
    bars: &Bars,
    lang: &str,
    title: u64,
) -> Vec<Match> {
    let lists: Vec<Lists<'_, S>> = words.iter().map(|word| Lists::of(segment, word, bars)).collect();
    let mut required: Vec<usize> = (0..words.len()).filter(|word| words[*word].required).collect();
    required.sort_by_key(|word| lists[*word].len);
    let Some((rarest, others)) = required.split_first() else { return Vec::new() };
    let mut impacts: Vec<Vec<u16>> = vec![Vec::new(); words.len()];
    let mut slots;
    (slots, impacts[*rarest]) = lists[*rarest].all();
    for word in others {
        if slots.is_empty() {
            return Vec::new();
        }
        impacts[*word] = lists[*word].in_each(&slots);
        let held: Vec<bool> = impacts[*word].iter().map(|impact| *impact > 0).collect();
        keep(&mut slots, &held);
        impacts.iter_mut().filter(|impacts| !impacts.is_empty()).for_each(|impacts| keep(impacts, &held));
    }
    let mut sums = vec![0_f32; slots.len()];
    // In the order of the words, whatever was looked at first: so the same record has the same sum everywhere.
    for (word, impacts) in impacts.iter_mut().enumerate() {
        if !words[word].required {
            *impacts = lists[word].in_each(&slots);
        }
        sums.iter_mut().zip(&*impacts).for_each(|(sum, impact)| *sum += saturated(*impact));
    }
    let own = primary(lang);
    let is_own = |set: &str| set.split(' ').any(|lang| lang == own);
    let mut own_sets: Vec<Option<bool>> = vec![None; segment.lang_sets()];
    let mut titled = segment.titled(title, &slots);
    titled.sort_unstable();
    let mean = 1.0 / u16::try_from(words.len()).map_or(f32::MAX, f32::from);
    let scored = slots.iter().zip(sums).filter_map(|(slot, sum)| {
        let row = segment.row(*slot).filter(|_| segment.is_live(*slot))?;
        let mut score = sum * mean;
        let known = own_sets.get_mut(row.langs as usize)?;
        if *known.get_or_insert_with(|| is_own(segment.lang_set(row.langs))) {
            score += LANGUAGE_BONUS;
        }
        if titled.binary_search(slot).is_ok() {
            score += EXACT_TITLE_BONUS;
        }
        Some(Match { slot: *slot, points: points(score) })
    });
    scored.collect()
}

/// Those of these records that hold all of these words.
pub(super) fn holding<S: Segment>(segment: &S, words: &[QueryWord], slots: &[u32]) -> Vec<u32> {
    let mut slots = slots.to_vec();
    for word in words {
        let impacts = Lists::of(segment, word, &Bars::new()).in_each(&slots);
        let held: Vec<bool> = impacts.iter().map(|impact| *impact > 0).collect();
        keep(&mut slots, &held);
    }
    slots
}

fn keep<T>(values: &mut Vec<T>, which: &[bool]) {
    let mut which = which.iter();
    values.retain(|_| which.next().is_some_and(|kept| *kept));
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score lies between 0 and 2")]
fn points(score: f32) -> u32 {
    (score * POINTS).round().max(1.0) as u32
}
