//! The requests of a task that are waiting to be sent or answered, each with what it was for.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Failure, Method, Request, Response};
use crate::change::Change;
use crate::id::Id;
use crate::message::{Code, envelope};
use crate::table::{Peer, PeerTable};
use crate::time::Millis;

const TIMEOUT_MS: u32 = 10_000;
const MAX_ANSWER: usize = 16 << 20;

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

    pub fn get(&mut self, endpoint: &str, operation: &str, note: T) {
        self.send(Method::Get, format!("{endpoint}?operation={operation}"), Vec::new(), note);
    }

    pub fn post(&mut self, endpoint: &str, operation: &str, body: &impl Serialize, note: T) {
        let body = envelope(&self.network, operation, body);
        self.send(Method::Post, endpoint.to_owned(), body, note);
    }

    fn send(&mut self, method: Method, url: String, body: Vec<u8>, note: T) {
        let id = self.next;
        self.next += 1;
        self.queue.push(Request { id, method, url, body, timeout_ms: TIMEOUT_MS, max_bytes: MAX_ANSWER });
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
    /// Whether the site is there all the same.
    pub alive: bool,
    /// The fault it named.
    pub code: Option<Code>,
    /// A sentence that goes on from the site's name.
    pub message: String,
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        // What this site's own rules refused says nothing about the peer.
        Self { alive: matches!(failure, Failure::Refused(_)), code: None, message: failure.to_string() }
    }
}

/// Reads an answer.
pub(crate) fn read_answer<A: DeserializeOwned>(answer: Result<Response, Failure>) -> Result<A, CallError> {
    let response = answer?;
    let broken = |alive, message: String| CallError { alive, code: None, message };
    let json = serde_json::from_slice::<Value>(&response.body);
    if response.status == 200 {
        let value = json.map_err(|_| match is_html(&response) {
            true => broken(false, "answers with a web page instead of data: is CourseGlue installed there, or is a bot wall before it?".into()),
            false => broken(false, "answers with something that is not JSON".into()),
        })?;
        return serde_json::from_value(value)
            .map_err(|e| broken(true, format!("answers what cannot be read: {e}")));
    }
    let told = json.ok().and_then(|value| {
        let error = value.get("error")?.clone();
        Some((
            serde_json::from_value::<Code>(error.get("code")?.clone()).ok(),
            error.get("message")?.as_str()?.chars().filter(|c| !c.is_control()).take(300).collect::<String>(),
        ))
    });
    match (told, response.status) {
        (Some((code, message)), _) => {
            Err(CallError { alive: true, code, message: format!("answers: {message}") })
        }
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
            Err(e) if !e.alive => {
                self.0.entry(node).or_insert_with(|| Some(e.message.clone()));
            }
            _ => {
                self.0.insert(node, None);
            }
        }
    }

    /// The changes. Where several sites were asked and all failed, this site suspects itself and blames none.
    pub fn changes(self, table: &PeerTable, now: Millis) -> Vec<Change> {
        let suspect_self = self.0.len() >= 3 && self.0.values().all(Option::is_some);
        if suspect_self {
            return Vec::new();
        }
        let failures_of = |node: &Id| table.get(node).map(|p: &Peer| p.liveness.failures);
        self.0
            .into_iter()
            .filter_map(|(nodeid, error)| {
                let before = failures_of(&nodeid)?;
                let failures = if error.is_some() { before.saturating_add(1) } else { 0 };
                Some(Change::Alive { nodeid, ok: error.is_none(), at: now / 1000, failures, error })
            })
            .collect()
    }
}
