//! The requests of a task that are waiting to be sent or answered, each with what it was for.

use std::collections::HashMap;

use courseglue_protocol::message::envelope;
use serde::Serialize;

use super::{Method, Request};

/// The longest time that a home may take to answer a search: a person is waiting.
const SEARCH_TIMEOUT_MS: u32 = 4_000;
/// The longest time that any other request may take.
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

    /// Takes out the requests to send now.
    pub fn take(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.queue)
    }

    /// Takes out the note of a request that was answered.
    pub fn answered(&mut self, id: u64) -> Option<T> {
        self.waiting.remove(&id)
    }

    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The notes of the requests that are still unanswered.
    pub fn unanswered(self) -> impl Iterator<Item = T> {
        self.waiting.into_values()
    }
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::message::{MAX_ITEM_TERMS, PAGE_BYTES, PAGE_RECORDS, RecordsAnswer, StoredItem};
    use courseglue_protocol::{Id, ItemType, Sig, Term};

    use super::*;

    #[test]
    fn the_longest_page_of_records_that_can_be_is_read() {
        let numbered = |n: usize| Term::of_word(&n.to_string());
        let (body, terms) =
            ("\"".repeat(PAGE_BYTES / PAGE_RECORDS), (0..MAX_ITEM_TERMS).map(numbered).collect());
        let item = StoredItem { item: ItemType::Tombstone, body, sig: Sig([0; 64]), terms };
        let page = RecordsAnswer { records: vec![item; PAGE_RECORDS], next: Some(Id([0; 20])) };
        assert!(serde_json::to_string(&page).unwrap().len() <= max_answer("records"));
    }
}
