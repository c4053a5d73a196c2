//! Manners: a site answers its peers honestly, or in one of the ways that the protocol has to bear.

use courseglue_protocol::Id;
use fastrand::Rng;
use serde_json::Value;

/// A way to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It answers as the engine says.
    Honest,
    /// Noise instead of every answer to an exchange: bytes, a web page, JSON of another shape, false symbols.
    Garbage,
    /// It answers as if it knew no site and held nothing.
    Empty,
    /// 100 MB, or as much nonsense as an answer may have.
    Huge,
    /// Finds nothing, whatever is searched.
    FindsNothing,
    /// Finds half of what it holds.
    FindsHalf,
    /// Finds nothing of one publisher.
    Denies(Id),
}

/// An answer as it leaves: its bytes, or only how many there would be.
pub enum Body {
    /// These bytes.
    Bytes(Vec<u8>),
    /// More bytes than any reader reads to their end.
    Endless,
}

impl Manner {
    /// Turns the engine's answer into this site's.
    pub fn answer(self, operation: &str, status: &mut u16, body: Vec<u8>, rng: &mut Rng) -> Body {
        let exchange =
            matches!(operation, "sketch" | "entries" | "snapshot" | "neighbours" | "inventory" | "records");
        match self {
            Self::Garbage if exchange => Body::Bytes(garbage(operation, status, &body, rng)),
            Self::Empty if exchange => Body::Bytes(emptied(&body)),
            Self::Huge if exchange && rng.bool() => Body::Endless,
            Self::Huge if exchange => {
                Body::Bytes(br#"{"sites":["#.iter().copied().cycle().take(1 << 20).collect())
            }
            Self::FindsNothing if operation == "search" => Body::Bytes(fewer_hits(&body, 0)),
            Self::FindsHalf if operation == "search" => Body::Bytes(fewer_hits(&body, 2)),
            Self::Denies(publisher) if operation == "search" => Body::Bytes(without(&body, &publisher)),
            _ => Body::Bytes(body),
        }
    }
}

/// A search's answer without the hits of one publisher.
fn without(body: &[u8], publisher: &Id) -> Vec<u8> {
    let Ok(mut answer) = serde_json::from_slice::<Value>(body) else { return body.to_vec() };
    if let Some(hits) = answer["hits"].as_array_mut() {
        hits.retain(|hit| hit["nodeid"].as_str() != Some(&publisher.to_string()));
        answer["total"] = hits.len().into();
    }
    answer.to_string().into_bytes()
}

fn garbage(operation: &str, status: &mut u16, body: &[u8], rng: &mut Rng) -> Vec<u8> {
    match rng.u8(..4) {
        0 => (0..rng.usize(..4_000)).map(|_| rng.u8(..)).collect(),
        1 => {
            *status = 500;
            b"<html><body>Error establishing a database connection</body></html>".to_vec()
        }
        2 => br#"{"sites":{"a":[1,2,3]},"symbols":7,"records":"none","salt":null}"#.to_vec(),
        _ if operation == "sketch" || operation == "inventory" => scrambled_symbols(body, rng),
        _ => br#"{"sites":[{"body":"{}","sig":""}],"records":[{}]}"#.to_vec(),
    }
}

/// The answer in its true shape, with symbols that mean nothing.
fn scrambled_symbols(body: &[u8], rng: &mut Rng) -> Vec<u8> {
    let Ok(mut answer) = serde_json::from_slice::<Value>(body) else { return body.to_vec() };
    if let Some(symbols) = answer["symbols"].as_str() {
        const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let noise: String = symbols
            .chars()
            .map(|c| if c == '=' { c } else { char::from(DIGITS[rng.usize(..DIGITS.len())]) })
            .collect();
        answer["symbols"] = Value::String(noise);
    }
    answer.to_string().into_bytes()
}

/// The answer with every list emptied and every number zero; symbols are those of an empty set.
fn emptied(body: &[u8]) -> Vec<u8> {
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(body) else { return body.to_vec() };
    for (name, value) in &mut answer {
        match (name.as_str(), &*value) {
            ("symbols", Value::String(symbols)) => {
                let digits: String = symbols.chars().map(|c| if c == '=' { c } else { 'A' }).collect();
                *value = Value::String(digits);
            }
            ("sites" | "items" | "total" | "records", Value::Number(_)) => *value = 0.into(),
            (_, Value::Array(_)) => *value = Value::Array(Vec::new()),
            _ => {}
        }
    }
    Value::Object(answer).to_string().into_bytes()
}

/// A search's answer with every `keep`-th hit only; with none where `keep` is 0.
fn fewer_hits(body: &[u8], keep: usize) -> Vec<u8> {
    let Ok(mut answer) = serde_json::from_slice::<Value>(body) else { return body.to_vec() };
    if let Some(hits) = answer["hits"].as_array_mut() {
        let mut at = 0;
        hits.retain(|_| {
            at += 1;
            keep > 0 && at % keep == 0
        });
        answer["total"] = hits.len().into();
    }
    answer.to_string().into_bytes()
}
