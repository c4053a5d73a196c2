//! Questions of a person to a site of their own: not part of the protocol between sites, and answered on loopback only.

use serde_json::{Value, json};

use super::host::{Host, Manner};
use courseglue_transport::drive::now;

/// The path of these questions.
pub const PATH: &str = "/ask/";

/// Answers `search` or `stats`, or lets the site behave in another way; with the status and a JSON body.
pub(crate) fn answer(host: &Host, question: &str, query: &str) -> (u16, String) {
    let fault = |status, why: String| (status, json!({"error": {"message": why}}).to_string());
    match question {
        "search" => {
            let (words, lang) = (parameter(query, "words"), parameter(query, "lang"));
            let lang = if lang.is_empty() { "en".to_owned() } else { lang };
            let query = json!({"words": words, "lang": lang, "filters": {}, "offset": 0, "limit": 20});
            match host.search(&query.to_string()) {
                Ok(found) => (200, serde_json::to_string(&found).unwrap_or_default()),
                Err(error) => fault(400, error.to_string()),
            }
        }
        "behave" => match Manner::named(&parameter(query, "as")) {
            Some(manner) => {
                host.behave(manner);
                (200, json!({"url": host.url()}).to_string())
            }
            None => fault(400, "a site can behave as 'well', 'dead' or 'slow'".into()),
        },
        "stats" => (200, serde_json::to_string(&host.site().statistics(now())).unwrap_or_default()),
        _ => fault(404, "only 'search', 'stats' and 'behave' can be asked".into()),
    }
}

/// A parameter of a query string, decoded.
fn parameter(query: &str, name: &str) -> String {
    let value = query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).unwrap_or("");
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let digits = (byte == b'%').then(|| [rest.next(), rest.next()]);
        match digits {
            Some([Some(high), Some(low)]) => {
                let text = [high, low].map(char::from).iter().collect::<String>();
                bytes.extend(u8::from_str_radix(&text, 16).ok());
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A text as a query string holds it.
#[must_use]
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

/// The sentence of a refusal.
#[must_use]
pub fn refusal(body: &Value) -> Option<&str> {
    body["error"]["message"].as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_script_survive_a_query_string() {
        for words in ["marine biology", "日本語 & 100%", "a=b&c"] {
            let query = format!("lang=ja&words={}", encoded(words));
            assert_eq!(parameter(&query, "words"), words);
            assert_eq!(parameter(&query, "lang"), "ja");
        }
    }
}
