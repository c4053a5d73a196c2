//! Messages between peers: JSON over HTTP, and the faults that have names.

mod fault;
mod membership;
mod query_string;
mod storage;

pub use fault::{Code, Fault};
pub use membership::{
    Announce, AnnounceAnswer, ENTRIES_BYTES, Entries, EntriesAnswer, MAX_ASKED, MAX_ENTRIES, NEAREST,
    RECENT_DAYS, RefusedSite, SNAPSHOT_BYTES, SNAPSHOT_ENTRIES, Sketch, SketchAnswer, Snapshot, Vouch,
    VouchAnswer,
};
pub use storage::{
    Inventory, InventoryAnswer, MAX_ITEM_BYTES, MAX_ITEM_TERMS, MAX_ITEMS, MAX_POSTINGS_ASKED, PAGE_BYTES,
    PAGE_RECORDS, Records, RecordsAnswer, RefusedItem, SignedItem, Store, StoreAnswer, StoredItem,
};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::id::Id;
use crate::json::{self, MESSAGE_DEPTH};
use crate::query::Query;
use query_string::QueryString;

/// The longest request body, in bytes.
pub const MAX_REQUEST: usize = 1 << 20;
/// Operations that a later version has, with a meaning of its own: nobody else may use their names.
pub const RESERVED: [&str; 4] = ["live", "lexicon", "notify", "message"];

/// A request that was read.
#[derive(Debug)]
pub enum Message {
    /// Asks which site this is.
    Describe,
    /// Asks for symbols of the table.
    Sketch(Sketch),
    /// Asks for the entries behind these items of the sketch.
    Entries(Entries),
    /// Asks for one page of all known sites, of the nodes after this one.
    Snapshot(Option<Id>),
    /// Asks for the sites near this node.
    Neighbours(Id),
    /// Asks for a voucher.
    Vouch(Vouch),
    /// Announces sites.
    Announce(Announce),
    /// Asks to keep records.
    Store(Store),
    /// Asks for symbols of the postings that both sites should hold.
    Inventory(Inventory),
    /// Asks for records.
    Records(Records),
    /// Asks for the records that match a query.
    Search(Search),
}

/// The body of `search`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Search {
    /// The query.
    pub query: Query,
}

/// Puts an operation's body into the envelope that every POST has.
#[must_use]
pub fn envelope(network: &str, operation: &str, body: &impl Serialize) -> Vec<u8> {
    let mut message = json!({"network": network, "version": crate::PROTOCOL, "operation": operation});
    if let (Some(message), Ok(Value::Object(fields))) = (message.as_object_mut(), serde_json::to_value(body))
    {
        message.extend(fields);
    }
    message.to_string().into_bytes()
}

/// Reads a request. `query` is the raw query string, which says what a GET asks for; a POST says that in its body.
///
/// # Errors
/// The [`Fault`] to answer with.
pub fn read(method: &str, query: &str, body: &[u8], network: &str) -> Result<Message, Fault> {
    match method {
        "GET" | "HEAD" => read_get(QueryString::read(query)?),
        "POST" => read_post(body, network),
        _ => Err(Fault::new(Code::MethodNotAllowed, "peers ask by GET or POST")),
    }
}

fn read_get(query: QueryString<'_>) -> Result<Message, Fault> {
    match query.get("operation").unwrap_or_default() {
        "describe" => Ok(Message::Describe),
        "sketch" => match (query.parse("from")?, query.parse("count")?) {
            (Some(from), Some(count)) => {
                let recent = query.get("recent") == Some("1");
                Ok(Message::Sketch(Sketch { from, count, recent }))
            }
            _ => Err(Fault::new(Code::BadRequest, "the query string's 'from' or 'count' is missing")),
        },
        "snapshot" => query.parse("after").map(Message::Snapshot),
        "neighbours" => match query.parse("node")? {
            Some(node) => Ok(Message::Neighbours(node)),
            None => Err(Fault::new(Code::BadRequest, "the query string's 'node' is missing")),
        },
        operation @ ("entries" | "vouch" | "announce" | "store" | "inventory" | "records" | "search") => Err(
            Fault::new(Code::MethodNotAllowed, format!("'{operation}' is asked by POST, with a JSON body")),
        ),
        operation if RESERVED.contains(&operation) => Err(reserved(operation)),
        operation => Err(unknown(operation)),
    }
}

fn read_post(body: &[u8], network: &str) -> Result<Message, Fault> {
    if body.len() > MAX_REQUEST {
        return Err(Fault::new(Code::TooLarge, format!("a request has at most {MAX_REQUEST} bytes")));
    }
    let head: Head = json::read(body, MESSAGE_DEPTH).map_err(|e| {
        let code = if e.is_data() { Code::BadRequest } else { Code::NotJson };
        Fault::new(code, format!("the body cannot be read: {e}"))
    })?;
    match head.network {
        Some(name) if name == network => {}
        Some(_) => {
            return Err(Fault::new(Code::WrongNetwork, format!("this site is in the network '{network}'")));
        }
        None => return Err(Fault::new(Code::BadRequest, "the field 'network' is missing")),
    }
    match head.version {
        Some(version) if version == u64::from(crate::PROTOCOL) => {}
        Some(_) => {
            return Err(Fault::new(
                Code::WrongVersion,
                format!("this site speaks protocol version {}", crate::PROTOCOL),
            ));
        }
        None => return Err(Fault::new(Code::BadRequest, "the field 'version' is missing")),
    }
    let Some(operation) = head.operation else {
        return Err(Fault::new(Code::BadRequest, "the field 'operation' is missing"));
    };
    match operation.as_str() {
        "describe" => Ok(Message::Describe),
        "sketch" | "snapshot" | "neighbours" => Err(Fault::new(
            Code::MethodNotAllowed,
            format!("'{operation}' is asked by GET, with a query string"),
        )),
        "entries" => {
            let entries: Entries = parse(body)?;
            at_most(entries.items.0.len(), MAX_ASKED, "items")?;
            Ok(Message::Entries(entries))
        }
        "vouch" => parse(body).map(Message::Vouch),
        "announce" => {
            let announce: Announce = parse(body)?;
            at_most(announce.sites.len(), MAX_ENTRIES, "entries")?;
            Ok(Message::Announce(announce))
        }
        "store" => {
            let store: Store = parse(body)?;
            at_most(store.records.len(), MAX_ITEMS, "items")?;
            at_most(store.records.iter().map(|r| r.body.len()).sum(), MAX_ITEM_BYTES, "bytes of items")?;
            Ok(Message::Store(store))
        }
        "inventory" => parse(body).map(Message::Inventory),
        "records" => {
            let records: Records = parse(body)?;
            at_most(records.items.0.len(), MAX_POSTINGS_ASKED, "items")?;
            Ok(Message::Records(records))
        }
        "search" => {
            let search: Search = parse(body)?;
            search.query.validate().map_err(|e| Fault::new(Code::BadRequest, e.to_string()))?;
            Ok(Message::Search(search))
        }
        operation if RESERVED.contains(&operation) => Err(reserved(operation)),
        _ => Err(unknown(&operation)),
    }
}

fn reserved(operation: &str) -> Fault {
    Fault::new(Code::UnknownOperation, format!("'{operation}' is reserved for a later version"))
}

fn unknown(operation: &str) -> Fault {
    let shown: String = operation.chars().filter(|c| !c.is_control()).take(40).collect();
    Fault::new(Code::UnknownOperation, format!("there is no operation '{shown}'"))
}

fn at_most(count: usize, most: usize, what: &str) -> Result<(), Fault> {
    if count > most {
        return Err(Fault::new(Code::TooLarge, format!("a request has at most {most} {what}")));
    }
    Ok(())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    json::read_checked(body).map_err(|e| Fault::new(Code::BadRequest, e.to_string()))
}

/// What every POST says, whatever it asks for.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    network: Option<String>,
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    operation: Option<String>,
}

#[cfg(test)]
mod tests {
    use courseglue_sketch::{Items, Salt};
    use proptest::prelude::*;

    use super::*;

    fn code(method: &str, query: &str, body: &str) -> Code {
        read(method, query, body.as_bytes(), "net").unwrap_err().code
    }

    #[test]
    fn every_fault_has_its_name() {
        let deep = "[".repeat(100_000);
        for (body, expected) in [
            ("", Code::NotJson),
            ("nonsense", Code::NotJson),
            (deep.as_str(), Code::BadRequest),
            ("[]", Code::BadRequest),
            (r#"{"network":"net","version":1,"operation":"describe","new":{"a":1,"a":1}}"#, Code::BadRequest),
            (r#"{"network":"net","version":1,"operation":"describe","new":"\ud800"}"#, Code::NotJson),
            (
                r#"{"network":"net","version":1,"operation":"store","site":["{}",""],"records":[]}"#,
                Code::BadRequest,
            ),
            (r#"{"network":"net","version":1,"operation":"lexicon"}"#, Code::UnknownOperation),
            ("{}", Code::BadRequest),
            (r#"{"network":"other","version":1,"operation":"describe"}"#, Code::WrongNetwork),
            (r#"{"network":"net","version":2,"operation":"describe"}"#, Code::WrongVersion),
            (r#"{"network":"net","version":1}"#, Code::BadRequest),
            (r#"{"network":"net","version":1,"operation":"nope"}"#, Code::UnknownOperation),
            (r#"{"network":"net","version":1,"operation":"store"}"#, Code::BadRequest),
        ] {
            assert_eq!(code("POST", "", body), expected, "{body:.60}");
        }
        assert_eq!(code("GET", "operation=nope", ""), Code::UnknownOperation);
        assert_eq!(code("GET", "operation=store", ""), Code::MethodNotAllowed);
        assert_eq!(code("PUT", "operation=store", ""), Code::MethodNotAllowed);
        assert_eq!(code("POST", "", &" ".repeat(MAX_REQUEST + 1)), Code::TooLarge);
    }

    #[test]
    fn lists_are_bounded() {
        let items = Items(vec![[0; 16]; MAX_POSTINGS_ASKED + 1]);
        let asked = Records { node: Id([0; 20]), salt: Some(Salt([0; 16])), items, after: None };
        let body = envelope("net", "records", &asked);
        assert_eq!(read("POST", "", &body, "net").unwrap_err().code, Code::TooLarge);
    }

    proptest! {
        #[test]
        fn nothing_panics(body: Vec<u8>, query in "(operation=)?[a-z&=%]{0,12}") {
            let _ = read("POST", &query, &body, "net");
            let _ = read("GET", &query, &body, "net");
        }
    }
}
