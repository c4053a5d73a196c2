//! Which of a record's terms it is published under: enough to be found, few enough to be cheap.

use std::collections::HashSet;

use crate::record::{Field, Record};
use crate::text;

/// The most terms a record is published under. Everything else in it still filters and ranks.
pub const MAX_TERMS: usize = 48;

/// The terms to publish `record` under, at most [`MAX_TERMS`]: those of its names in their order, then the rarest, as
/// `document_frequency` counts them; where that says nothing, tags, contents, category, subject and summary in this order.
pub fn select(record: &Record, document_frequency: &dyn Fn(&str) -> u64) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut titles = Vec::new();
    let mut others = Vec::new();
    for (field, lang, content) in record.texts() {
        for token in text::terms(content, lang) {
            if !seen.insert(token.term.clone()) {
                continue;
            }
            if field == Field::Title {
                titles.push(token.term);
            } else {
                others.push((document_frequency(&token.term), field, token.term));
            }
        }
    }
    // The sort is stable: within a field the order of the text remains.
    others.sort_by_key(|(frequency, field, _)| (*frequency, *field));
    titles.into_iter().chain(others.into_iter().map(|(_, _, term)| term)).take(MAX_TERMS).collect()
}

#[cfg(test)]
mod tests {
    use super::{MAX_TERMS, select};
    use crate::record::{Record, build};
    use proptest::prelude::*;
    use serde_json::json;

    fn record(summary: &str) -> Record {
        let content = json!({
            "id": "course/1", "lang": "en", "fullname": {"en": "Marine Biology"}, "shortname": {"en": "MB101"},
            "summary": {"en": summary}, "category": [{"en": "Science"}], "tags": ["ocean"],
            "access": "guest", "link": "course/view.php?id=1",
            "contents": [{"type": "page", "name": {"en": "Plankton"}, "link": "mod/page/view.php?id=3"}],
        });
        Record::parse(&build(&content, "a.example", 1).unwrap()).unwrap()
    }

    #[test]
    fn names_come_first_then_fields_by_their_worth() {
        let terms = select(&record("Whales and seals"), &|_| 0);
        assert_eq!(terms, ["marin", "biolog", "mb101", "ocean", "plankton", "scienc", "whale", "seal"]);
    }

    #[test]
    fn rare_terms_go_before_frequent_ones_but_never_before_the_names() {
        let terms = select(&record("Whales and seals"), &|term| if term == "whale" { 1 } else { 9 });
        assert_eq!(terms[..4], ["marin", "biolog", "mb101", "whale"]);
    }

    #[test]
    fn a_long_record_is_published_under_a_bounded_number_of_terms() {
        let words: Vec<String> = (0..300).map(|n| format!("word{n}")).collect();
        assert_eq!(select(&record(&words.join(" ")), &|_| 0).len(), MAX_TERMS);
    }

    proptest! {
        #[test]
        fn every_selected_term_is_one_of_the_record(summary in "\\PC{0,200}") {
            let record = record(&summary);
            let all = record.terms();
            for term in select(&record, &|term| term.len() as u64) {
                prop_assert!(all.contains(&term));
            }
        }
    }
}
