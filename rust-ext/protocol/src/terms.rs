//! Choosing the terms that a record is published under: enough to be found, few enough to be cheap.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use courseglue_text::{self as text, GramRank, Token, count_stretches, gram_rank};

use crate::record::{Field, MAX_TERMS, Record};
use crate::term::{Term, Terms};

/// Selects up to `max` terms under which a record is published ([`MAX_TERMS`] on the network):
///
/// 1. the terms of its names, in their order;
/// 2. the rarest words of the rest, as `document_frequency` counts them, and of scripts without spaces the bigrams that are
///    the lowest in the most stretches of text (see [`gram_rank`]), in proportion to the number of each.
///
/// Words without a known frequency follow the order of their fields: tags, contents, category, subject, summary.
pub fn select(record: &Record, document_frequency: &dyn Fn(&str) -> u64, max: usize) -> Vec<String> {
    let texts: Vec<(Field, Vec<Token>)> =
        record.texts().map(|(field, lang, content)| (field, text::terms(content, lang))).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut chosen: Vec<&str> = Vec::new();
    let mut words: Vec<(u64, Field, &str)> = Vec::new();
    for (field, tokens) in &texts {
        for token in tokens.iter().filter(|token| *field == Field::Title || token.gram.is_none()) {
            if !seen.insert(&token.term) {
                continue;
            }
            if *field == Field::Title {
                chosen.push(&token.term);
            } else {
                words.push((document_frequency(&token.term), *field, &token.term));
            }
        }
    }
    // The sort is stable: within a field the order of the text remains.
    words.sort_by_key(|(frequency, field, _)| (*frequency, *field));
    let mut grams: Vec<&str> = grams_by_worth(&texts);
    grams.retain(|term| !seen.contains(term));
    chosen.truncate(max);
    let left = max - chosen.len();
    let for_words = (left * words.len()).div_ceil((words.len() + grams.len()).max(1));
    chosen.extend(words.iter().take(for_words).map(|(_, _, term)| *term));
    let left = max - chosen.len();
    chosen.extend(grams.into_iter().take(left));
    chosen.into_iter().map(str::to_owned).collect()
}

/// The terms of the words that [`select`] chooses for the network, where nothing is known of their frequencies.
#[must_use]
pub fn chosen(record: &Record) -> Terms {
    select(record, &|_| 0, MAX_TERMS).iter().map(|word| Term::of_word(word)).collect()
}

/// The bigrams of all texts but names, those first that are the lowest of the most stretches.
fn grams_by_worth(texts: &[(Field, Vec<Token>)]) -> Vec<&str> {
    let mut counts: HashMap<&str, (usize, GramRank)> = HashMap::new();
    for (_, tokens) in texts.iter().filter(|(field, _)| *field != Field::Title) {
        let grams = tokens.iter().filter_map(|token| Some((token.gram?, token.term.as_str())));
        let grams: Vec<_> = grams.map(|(gram, term)| (gram.run, (term, gram_rank(term, gram)))).collect();
        for run in grams.chunk_by(|(run, _), (next, _)| run == next) {
            let run: Vec<(&str, GramRank)> = run.iter().map(|(_, gram)| *gram).collect();
            count_stretches(&run, &mut counts);
        }
    }
    let mut grams: Vec<_> = counts.into_iter().collect();
    grams.sort_unstable_by_key(|(_, (count, rank))| (Reverse(*count), *rank));
    grams.into_iter().map(|(term, _)| term).collect()
}

#[cfg(test)]
mod tests {
    use super::{chosen, select};
    use crate::query::Query;
    use crate::record::{MAX_TERMS, Record, build};
    use proptest::prelude::*;
    use serde_json::json;

    fn record(summary: &str) -> Record {
        let content = json!({
            "id": "course/1", "lang": "en", "fullname": {"en": "Marine Biology"}, "shortname": {"en": "MB101"},
            "summary": {"en": summary}, "category": [{"en": "Science"}], "tags": ["ocean"],
            "access": "guest", "link": "course/view.php?id=1",
            "contents": [{"type": "page", "name": {"en": "Plankton"}, "link": "mod/page/view.php?id=3"}],
        });
        Record::parse(&build(&content, "a.example", 1, &chosen).unwrap()).unwrap()
    }

    #[test]
    fn names_come_first_then_fields_by_their_worth() {
        let terms = select(&record("Whales and seals"), &|_| 0, MAX_TERMS);
        assert_eq!(terms, ["marin", "biolog", "mb101", "ocean", "plankton", "scienc", "whale", "seal"]);
    }

    #[test]
    fn rare_terms_go_before_frequent_ones_but_never_before_the_names() {
        let terms =
            select(&record("Whales and seals"), &|term| if term == "whale" { 1 } else { 9 }, MAX_TERMS);
        assert_eq!(terms[..4], ["marin", "biolog", "mb101", "whale"]);
    }

    #[test]
    fn a_long_record_is_published_under_a_bounded_number_of_terms() {
        let words: Vec<String> = (0..300).map(|n| format!("word{n}")).collect();
        assert_eq!(select(&record(&words.join(" ")), &|_| 0, MAX_TERMS).len(), MAX_TERMS);
    }

    fn japanese(title: &str, summary: &str) -> Record {
        let content = json!({"id": "course/2", "lang": "ja", "fullname": {"ja": title}, "summary": {"ja": summary},
            "access": "guest", "link": "course/view.php?id=2"});
        Record::parse(&build(&content, "a.example", 1, &chosen).unwrap()).unwrap()
    }

    fn is_reached(piece: &[char], terms: &[String]) -> bool {
        let query = Query { words: piece.iter().collect(), lang: "ja".into(), ..Query::default() };
        query.asked(&|_| 0).iter().any(|asked| terms.contains(&asked.term))
    }

    #[test]
    fn every_piece_of_a_japanese_name_leads_to_its_record() {
        let title = "機械学習のための線形代数入門";
        let terms = select(&japanese(title, ""), &|_| 0, MAX_TERMS);
        let chars: Vec<char> = title.chars().collect();
        for length in 2..=6 {
            assert!(chars.windows(length).all(|piece| is_reached(piece, &terms)), "{length}");
        }
    }

    #[test]
    fn pieces_of_a_long_japanese_text_lead_to_its_record_more_often_than_its_beginning_would() {
        let mut random = fastrand::Rng::with_seed(1);
        let letter = |random: &mut fastrand::Rng| match random.u8(0..3) {
            0 => random.char('ぁ'..='ん'),
            _ => random.char('\u{4E00}'..='\u{4FFF}'),
        };
        let text: Vec<Vec<char>> = (0..15).map(|_| (0..20).map(|_| letter(&mut random)).collect()).collect();
        let summary: Vec<String> = text.iter().map(|sentence| sentence.iter().collect()).collect();
        let record = japanese("題名", &summary.join("。"));
        let chosen = select(&record, &|_| 0, MAX_TERMS);
        let first: Vec<String> = record.words().into_iter().take(MAX_TERMS).collect();
        let pieces = || text.iter().flat_map(|sentence| sentence.windows(5));
        let reached = |terms: &[String]| pieces().filter(|piece| is_reached(piece, terms)).count();
        let all = pieces().count();
        assert!(reached(&chosen) * 10 > all * 8, "{} of {all}", reached(&chosen));
        assert!(reached(&first) * 10 < all * 4, "{} of {all}", reached(&first));
    }

    #[test]
    fn words_and_bigrams_share_what_the_names_leave() {
        let words: Vec<String> = (0..100).map(|n| format!("word{n}")).collect();
        let kanji: String = ('\u{4E00}'..='\u{4E64}').collect();
        let terms = select(&japanese("題名", &format!("{} {kanji}", words.join(" "))), &|_| 0, MAX_TERMS);
        let bigrams = terms.iter().filter(|term| !term.starts_with("word")).count();
        assert_eq!((terms.len(), bigrams), (MAX_TERMS, 1 + 31));
    }

    proptest! {
        #[test]
        fn every_selected_term_is_one_of_the_record(summary in "\\PC{0,200}") {
            let record = record(&summary);
            let all = record.words();
            for term in select(&record, &|term| term.len() as u64, MAX_TERMS) {
                prop_assert!(all.contains(&term));
            }
        }
    }
}
