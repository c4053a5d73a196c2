//! Texts of any language: the terms of a text, and those of a query. The first line is the language's code.
#![no_main]

use courseglue_protocol::Query;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (lang, words) = input.split_once('\n').unwrap_or(("en", input));
    let query = Query { words: words.to_owned(), lang: lang.to_owned(), ..Query::default() };
    if query.validate().is_ok() {
        assert_eq!(query.terms(), query.terms());
        let _ = query.parsed_words();
    }
    if let Ok(query) = serde_json::from_str::<Query>(input) {
        let _ = query.validate().map(|()| query.terms());
    }
});
