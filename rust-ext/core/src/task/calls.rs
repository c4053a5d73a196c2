//! The requests of a task that are waiting to be sent or answered, each with what it was for.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::problems::plain;
use super::{Failure, Method, Request, Response};
use crate::change::Change;
use crate::id::Id;
use crate::message::{Code, envelope};
use crate::table::{Peer, PeerTable};
use crate::time::Millis;

/// How long a person is kept waiting for one home, and how long any other request may take.
const SEARCH_TIMEOUT_MS: u32 = 4_000;
const TIMEOUT_MS: u32 = 10_000;

/// The longest answer to an operation, in bytes: what its bounds allow.
fn max_answer(operation: &str) -> usize {
    match operation {
        "describe" | "vouch" => 64 << 10,
        "neighbours" => 1 << 20,
        "records" => 8 << 20,
        "entries" => 5 << 20,
        _ => 2 << 20,
    }
}

/// Requests under way, each with a note of type `T` on what it is for.
#[derive(Debug)]
pub(crate) struct Calls<T> {
    network: String,
    next: u64,
    queue: Vec<Request>,
    waiting: HashMap<u64, T>,
}

impl<T> Calls<T> {
    pub fn new(network: &str) -> Self {
        Self { network: network.to_owned(), next: 0, queue: Vec::new(), waiting: HashMap::new() }
    }

    /// `question` is the operation, with what goes with it in the query string.
    pub fn get(&mut self, endpoint: &str, question: &str, note: T) {
        let url = format!("{endpoint}?operation={question}");
        let operation = question.split('&').next().unwrap_or_default();
        self.send(Method::Get, url, Vec::new(), operation, note);
    }

    pub fn post(&mut self, endpoint: &str, operation: &str, body: &impl Serialize, note: T) {
        let body = envelope(&self.network, operation, body);
        self.send(Method::Post, endpoint.to_owned(), body, operation, note);
    }

    fn send(&mut self, method: Method, url: String, body: Vec<u8>, operation: &str, note: T) {
        let timeout_ms = if operation == "search" { SEARCH_TIMEOUT_MS } else { TIMEOUT_MS };
        let max_bytes = max_answer(operation);
        let id = self.next;
        self.next += 1;
        self.queue.push(Request { id, method, url, body, timeout_ms, max_bytes });
        self.waiting.insert(id, note);
    }

    /// What is to be sent now.
    pub fn take(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.queue)
    }

    /// What the answered request was for.
    pub fn answered(&mut self, id: u64) -> Option<T> {
        self.waiting.remove(&id)
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty()
    }

    /// What is still unanswered.
    pub fn unanswered(self) -> impl Iterator<Item = T> {
        self.waiting.into_values()
    }
}

/// Why a request did not bring what it was for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct CallError {
    /// Whether the site is there all the same; none where this site did not try to find out.
    pub alive: Option<bool>,
    /// The fault it named.
    pub code: Option<Code>,
    /// A sentence that goes on from the site's name.
    pub message: String,
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        // What this site's own rules refused, or its own lack of time, says nothing about the peer.
        let untried = matches!(failure, Failure::Refused(_) | Failure::NoTimeLeft);
        Self { alive: (!untried).then_some(false), code: None, message: plain(&failure.to_string()) }
    }
}

/// Reads an answer.
pub(crate) fn read_answer<A: DeserializeOwned>(answer: Result<Response, Failure>) -> Result<A, CallError> {
    let response = answer?;
    let broken = |alive, message: String| CallError { alive: Some(alive), code: None, message };
    if response.status == 200 {
        // Read straight into what is expected: a tree of anything would take many times the answer's size.
        return serde_json::from_slice(&response.body).map_err(|e| match (e.is_data(), is_html(&response)) {
            (true, _) => broken(true, plain(&format!("answers what cannot be read: {e}"))),
            (false, true) => broken(false, "answers with a web page instead of data: is CourseGlue installed there, or is a bot wall before it?".into()),
            (false, false) => broken(false, "answers with something that is not JSON".into()),
        });
    }
    let told = serde_json::from_slice::<Told>(&response.body).ok().map(|told| told.error);
    match (told, response.status) {
        (Some(ToldFault { code, message }), _) => Err(CallError {
            alive: Some(true),
            code: serde_json::from_value(code.into()).ok(),
            message: format!("answers: {}", plain(&message)),
        }),
        (None, 503) => Err(broken(true, "is in maintenance or not taking part (503)".into())),
        (None, 403) => {
            Err(broken(false, "refuses access (403): a bot wall or firewall may stand before it".into()))
        }
        (None, 404) => Err(broken(false, "has no CourseGlue at this address (404)".into())),
        (None, 301..=308) => {
            Err(broken(false, "redirects to another address: give the site's own, final address".into()))
        }
        (None, status) => Err(broken(false, format!("answers with status {status}"))),
    }
}

#[derive(Deserialize)]
struct Told {
    error: ToldFault,
}

/// A fault as a peer names it, which may be one that this version does not know.
#[derive(Deserialize)]
struct ToldFault {
    code: String,
    message: String,
}

fn is_html(response: &Response) -> bool {
    response.content_type.as_deref().is_some_and(|kind| kind.contains("html"))
        || response.body.starts_with(b"<")
}

/// Who was seen to answer and who was not, as one change a site.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashMap<Id, Option<String>>);

impl Seen {
    /// Notes the outcome of a request. An answer counts for more than a failure beside it.
    pub fn note<A>(&mut self, node: Id, outcome: &Result<A, CallError>) {
        match outcome {
            Err(CallError { alive: None, .. }) => {}
            Err(CallError { alive: Some(false), message, .. }) => {
                self.0.entry(node).or_insert_with(|| Some(message.clone()));
            }
            _ => {
                self.0.insert(node, None);
            }
        }
    }

    /// Takes in what other requests have shown.
    pub fn unite(&mut self, other: Self) {
        for (node, error) in other.0 {
            match error {
                Some(_) => drop(self.0.entry(node).or_insert(error)),
                None => drop(self.0.insert(node, None)),
            }
        }
    }

    /// Whether anybody answered.
    pub fn any_answer(&self) -> bool {
        self.0.values().any(Option::is_none)
    }

    /// The changes. Where several sites were asked and all failed, this site suspects itself and blames none.
    pub fn changes(self, table: &PeerTable, now: Millis) -> Vec<Change> {
        let suspect_self = self.0.len() >= 3 && self.0.values().all(Option::is_some);
        if suspect_self {
            return Vec::new();
        }
        let liveness_of = |node: &Id| table.get(node).map(|p: Peer<'_>| p.liveness);
        self.0
            .into_iter()
            .filter_map(|(nodeid, error)| {
                let before = liveness_of(&nodeid)?;
                let at = now / 1000;
                let since = Some(before.failing_since / 1000).filter(|since| *since <= at);
                let (failures, since) = match (&error, before.failures) {
                    (None, _) => (0, 0),
                    (Some(_), 0) => (1, at),
                    (Some(_), failures) => (failures.saturating_add(1), since.unwrap_or(at)),
                };
                Some(Change::Alive { nodeid, ok: error.is_none(), at, failures, since, error })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Announce, MAX_ITEM_TERMS, PAGE_BYTES, PAGE_RECORDS, RecordsAnswer, StoredItem};
    use crate::sign::{ItemType, Sig};

    fn answer(status: u16, body: &str) -> Result<Response, Failure> {
        Ok(Response { status, content_type: None, body: body.into() })
    }

    #[test]
    fn what_was_never_asked_is_neither_alive_nor_dead() {
        let node = Id::digest(b"node");
        for failure in [Failure::Refused("port".into()), Failure::NoTimeLeft] {
            let mut seen = Seen::default();
            seen.note(node, &read_answer::<Announce>(Err(failure)));
            assert!(seen.0.is_empty());
        }
        let mut seen = Seen::default();
        seen.note(node, &read_answer::<Announce>(Err(Failure::TimedOut)));
        assert!(seen.0[&node].is_some());
    }

    #[test]
    fn the_longest_page_of_records_that_can_be_is_read() {
        let (body, terms) = ("\"".repeat(PAGE_BYTES / PAGE_RECORDS), vec![Id([0; 20]); MAX_ITEM_TERMS]);
        let item = StoredItem { item: ItemType::Tombstone, body, sig: Sig([0; 64]), terms, lost: None };
        let page = RecordsAnswer { records: vec![item; PAGE_RECORDS], next: Some(Id([0; 20])) };
        assert!(serde_json::to_string(&page).unwrap().len() <= max_answer("records"));
    }

    #[test]
    fn a_fault_is_read_whatever_its_name_and_any_503_is_alive() {
        let fault = r#"{"error":{"code":"of_a_later_version","message":"no\u0007t now"}}"#;
        let error = read_answer::<Announce>(answer(400, fault)).unwrap_err();
        assert_eq!((error.alive, error.code), (Some(true), None));
        assert_eq!(error.message, "answers: not now");
        assert_eq!(read_answer::<Announce>(answer(503, "<html>")).unwrap_err().alive, Some(true));
        assert_eq!(read_answer::<Announce>(answer(200, "<html>")).unwrap_err().alive, Some(false));
        assert_eq!(read_answer::<Announce>(answer(200, "{\"sites\":1}")).unwrap_err().alive, Some(true));
    }
}
