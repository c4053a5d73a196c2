//! The one reader of what others send: JSON that every parser understands alike.
//!
//! A body is an object. Names that come twice, halves of surrogate pairs, and brackets within brackets without end are
//! refused in every field, whether somebody reads it or not; a list never stands for an object. So no two readers can
//! take one signed text for two different things.

mod shape;
mod strict;

use serde::de::DeserializeOwned;

use strict::Strict;

/// The deepest nesting of a signed text.
pub const SIGNED_DEPTH: usize = 8;
/// The deepest nesting of a message.
pub const MESSAGE_DEPTH: usize = 16;

/// Reads an object, nested at most `depth` deep.
///
/// # Errors
/// What is wrong, and where: text that is no JSON, or not of this shape. [`serde_json::Error::is_data`] tells the latter.
pub fn read<T: DeserializeOwned>(text: &[u8], depth: usize) -> Result<T, serde_json::Error> {
    shape::check(text, depth)?;
    read_checked(text)
}

/// Reads an object whose shape was checked before, when another part of it was read.
pub(crate) fn read_checked<T: DeserializeOwned>(text: &[u8]) -> Result<T, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = T::deserialize(Strict(&mut reader))?;
    reader.end()?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        a: u64,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        #[serde(default)]
        one: Option<Inner>,
        #[serde(default)]
        many: Vec<Inner>,
        #[serde(default)]
        map: BTreeMap<String, String>,
        #[serde(default)]
        pair: Option<(u64, String)>,
    }

    fn outer(text: &str) -> Result<Outer, serde_json::Error> {
        read(text.as_bytes(), SIGNED_DEPTH)
    }

    #[test]
    fn what_is_plain_is_read() {
        let text = r#" {"one":{"a":1},"many":[{"a":2}],"map":{"x":"\ud83d\ude00"},"pair":[3,"y"],"new":[[{"a":null}]]} "#;
        let read = outer(text).unwrap();
        assert_eq!((read.one, read.many), (Some(Inner { a: 1 }), vec![Inner { a: 2 }]));
        assert_eq!((read.map["x"].as_str(), read.pair), ("😀", Some((3, "y".to_owned()))));
    }

    #[test]
    fn a_list_is_no_object_wherever_it_stands() {
        for text in
            [r#"[{"a":1}]"#, r#"{"one":[1]}"#, r#"{"many":[[1]]}"#, r#"{"map":["x"]}"#, "[]", "1", "null"]
        {
            assert!(outer(text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Inner>("[1]").is_ok(), "this is what it guards against");
    }

    #[test]
    fn what_two_parsers_may_take_for_two_things_is_refused_in_fields_that_are_read_and_in_others() {
        for text in [
            r#"{"one":{"a":1},"one":{"a":1}}"#,
            r#"{"one":{"a":1,"\u0061":1}}"#,
            r#"{"map":{"x":"1","x":"2"}}"#,
            r#"{"new":1,"new":1}"#,
            r#"{"new":[{"y":1,"y":2}]}"#,
            r#"{"map":{"x":"\ud800"}}"#,
            r#"{"new":"\udc00"}"#,
            r#"{"\ud800":1}"#,
            r#"{"new":[[[[[[[[1]]]]]]]]}"#,
            r#"{"new":1e999}"#,
            r#"{} {}"#,
            "{\"new\":\"\u{1}\"}",
        ] {
            assert!(outer(text).is_err(), "{text}");
        }
        assert!(outer(&format!("{}{}", r#"{"new":"#, "[".repeat(100_000))).is_err());
        assert!(outer(r#"{"new":[[[[[[[1]]]]]]]}"#).is_ok());
    }
}
