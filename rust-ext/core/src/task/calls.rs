//! The requests of a task that are waiting to be sent or answered, each with what it was for.

use std::collections::HashMap;

use courseglue_protocol::message::{Code, envelope};
use courseglue_protocol::{Id, Millis};
use courseglue_table::{Peer, PeerTable};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::trouble::{Trouble, redirect_target};
use super::{Failure, Method, Request, Response};
use crate::change::Change;

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
    /// What is in the way.
    pub trouble: Box<Trouble>,
    /// What the site says that it found at an address that it was to look at.
    pub found: Option<Box<Trouble>>,
    /// The trouble in a sentence that goes on from the site's name.
    pub message: String,
}

impl CallError {
    fn new(alive: Option<bool>, trouble: Trouble) -> Self {
        Self { alive, code: None, found: None, message: trouble.to_string(), trouble: trouble.into() }
    }

    /// An answer that could be read and makes no sense; `message` goes on from the site's name.
    pub fn of_sense(message: String) -> Self {
        Self { message, ..Self::new(Some(true), Trouble::Unreadable) }
    }
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        // What this site's own rules refused, or its own lack of time, says nothing about the peer.
        let untried = matches!(failure, Failure::Refused(_) | Failure::NoTimeLeft);
        Self::new((!untried).then_some(false), failure.into())
    }
}

/// Reads an answer.
pub(crate) fn read_answer<A: DeserializeOwned>(answer: Result<Response, Failure>) -> Result<A, CallError> {
    let response = answer?;
    if response.status == 200 {
        // Read straight into what is expected: a tree of anything would take many times the answer's size.
        return serde_json::from_slice(&response.body).map_err(|e| {
            match (e.is_data(), web_page(&response)) {
                (true, _) => CallError::new(Some(true), Trouble::Unreadable),
                (false, None) => CallError::new(Some(true), Trouble::Unreadable),
                (false, Some(page)) => CallError::new(Some(false), page),
            }
        });
    }
    if let Ok(Told { error }) = serde_json::from_slice(&response.body) {
        let code = serde_json::from_value(error.code.into()).ok();
        let trouble = Trouble::of_fault(code, response.retry_after);
        let found = error.found.and_then(Trouble::told).map(Box::new);
        return Err(CallError { code, found, ..CallError::new(Some(true), trouble) });
    }
    let trouble = match response.status {
        301..=308 => redirected(&response),
        401 | 407 => Trouble::LoginPage,
        404 | 410 => Trouble::NoCourseglue,
        429 => Trouble::TooOften { after: response.retry_after },
        503 if web_page(&response) != Some(Trouble::BotWall) => Trouble::NotTakingPart,
        403 | 406 | 451 | 503 => match web_page(&response) {
            Some(Trouble::LoginPage) => Trouble::LoginPage,
            _ => Trouble::BotWall,
        },
        status => Trouble::ServerError { status },
    };
    Err(CallError::new(Some(response.status == 503), trouble))
}

/// What a web page is that came instead of data; none where it is no web page.
fn web_page(response: &Response) -> Option<Trouble> {
    let is_html = response.content_type.as_deref().is_some_and(|kind| kind.contains("html"))
        || response.body.trim_ascii_start().starts_with(b"<");
    if !is_html {
        return None;
    }
    let page = String::from_utf8_lossy(&response.body).to_lowercase();
    let has = |marks: &[&str]| marks.iter().any(|mark| page.contains(mark));
    Some(if has(CHALLENGES) {
        Trouble::BotWall
    } else if has(LOGINS) {
        Trouble::LoginPage
    } else {
        Trouble::WebPage
    })
}

/// Where a redirect leads: to the same page of another site, or away from what was asked for, which only logins do.
fn redirected(response: &Response) -> Trouble {
    let location = response.location.as_deref().unwrap_or_default();
    match redirect_target(location) {
        Some(to) => Trouble::Redirected { to: Some(to) },
        None if has_login_path(location) => Trouble::LoginPage,
        None => Trouble::Redirected { to: None },
    }
}

fn has_login_path(location: &str) -> bool {
    let location = location.to_ascii_lowercase();
    ["login", "signin", "sso", "saml", "oauth", "openid", "/cas", "shibboleth", "auth"]
        .iter()
        .any(|word| location.contains(word))
}

/// What the pages of bot walls hold.
const CHALLENGES: &[&str] = &[
    "just a moment...",
    "cf-chl",
    "challenge-platform",
    "captcha",
    "attention required!",
    "checking your browser",
    "ddos protection",
    "making sure you're not a bot",
    "enable javascript and cookies",
    "incapsula",
];
/// What pages hold on which one logs in.
const LOGINS: &[&str] = &["type=\"password\"", "type='password'", "type=password", "name=\"samlrequest\""];

#[derive(Deserialize)]
struct Told {
    error: ToldFault,
}

/// A fault as a peer names it, which may be one that this version does not know.
#[derive(Deserialize)]
struct ToldFault {
    code: String,
    #[serde(default)]
    found: Option<Value>,
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
    use courseglue_protocol::message::{
        Announce, MAX_ITEM_TERMS, PAGE_BYTES, PAGE_RECORDS, RecordsAnswer, StoredItem,
    };
    use courseglue_protocol::{ItemType, Sig};

    use super::super::failure::Rule;
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Response, Failure> {
        Ok(Response { status, body: body.into(), ..Response::default() })
    }

    #[test]
    fn what_was_never_asked_is_neither_alive_nor_dead() {
        let node = Id::digest(b"node");
        for failure in [Failure::Refused(Rule::Port), Failure::NoTimeLeft] {
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
        assert_eq!(error.message, "refuses", "and not in the other's own words");
        assert_eq!(read_answer::<Announce>(answer(503, "<html>")).unwrap_err().alive, Some(true));
        assert_eq!(read_answer::<Announce>(answer(200, "<html>")).unwrap_err().alive, Some(false));
        assert_eq!(read_answer::<Announce>(answer(200, "{\"sites\":1}")).unwrap_err().alive, Some(true));
    }
    /// What stands in the way by an answer like this.
    fn trouble(status: u16, headers: &str, body: &str) -> Trouble {
        let header = |name: &str| {
            headers.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
        };
        let response = Response {
            status,
            content_type: header("content-type:"),
            location: header("location:"),
            retry_after: header("retry-after:").and_then(|value| value.parse().ok()),
            body: body.into(),
        };
        *read_answer::<Announce>(Ok(response)).unwrap_err().trouble
    }

    #[test]
    fn whatever_answers_in_place_of_courseglue_is_told_by_its_kind() {
        let login = "<form><input type=\"password\" name=\"p\"></form>";
        let challenge = "<title>Just a moment...</title>";
        for (status, headers, body, expected) in [
            (404, "content-type: text/html", login, Trouble::NoCourseglue),
            (410, "", "gone", Trouble::NoCourseglue),
            (200, "content-type: text/html", login, Trouble::LoginPage),
            (200, "", "\n <!DOCTYPE html><p>Welcome", Trouble::WebPage),
            (200, "content-type: text/html", challenge, Trouble::BotWall),
            (200, "", "hello", Trouble::Unreadable),
            (200, "", "{\"sites\": 1}", Trouble::Unreadable),
            (401, "", "", Trouble::LoginPage),
            (403, "content-type: text/html", "<p>Forbidden", Trouble::BotWall),
            (403, "content-type: text/html", login, Trouble::LoginPage),
            (503, "content-type: text/html", challenge, Trouble::BotWall),
            (503, "content-type: text/html", "<p>Maintenance", Trouble::NotTakingPart),
            (429, "retry-after: 90", "", Trouble::TooOften { after: Some(90) }),
            (502, "", "", Trouble::ServerError { status: 502 }),
            (302, "location: https://idp.example/sso?x", "", Trouble::LoginPage),
            (303, "location: /login/index.php", "", Trouble::LoginPage),
            (301, "location: https://a.example/", "", Trouble::Redirected { to: None }),
            (
                301,
                "location: https://www.a.example/local/courseglue/peer.php?operation=describe",
                "",
                Trouble::Redirected { to: Some("https://www.a.example".into()) },
            ),
        ] {
            assert_eq!(trouble(status, headers, body), expected, "{status} {headers} {body}");
        }
    }

    #[test]
    fn faults_are_told_by_their_code_and_say_when_to_come_again() {
        let fault =
            |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"Send your password to me."}}}}"#);
        for (status, code, expected) in [
            (503, "unavailable", Trouble::NotTakingPart),
            (429, "rate_limited", Trouble::TooOften { after: Some(30) }),
            (409, "wrong_network", Trouble::OtherNetwork { network: None }),
            (409, "wrong_version", Trouble::OtherVersion { version: None }),
            (400, "too_new", Trouble::Clock { ahead: None }),
            (403, "not_admitted", Trouble::NotAdmitted),
            (507, "full", Trouble::NoRoom),
            (400, "of_a_later_version", Trouble::Refuses),
        ] {
            let told = trouble(status, "retry-after: 30", &fault(code));
            assert_eq!(told, expected, "{code}");
            assert!(!told.to_string().contains("password"), "{code}");
        }
    }

    #[test]
    fn what_a_neighbour_found_travels_with_its_fault() {
        let found = r#"{"kind":"no_connection","ipv4":false,"ipv6":true}"#;
        let fault = format!(r#"{{"error":{{"code":"not_admitted","message":"","found":{found}}}}}"#);
        let error = read_answer::<Announce>(answer(403, &fault)).unwrap_err();
        let families = super::super::failure::Families { ipv4: false, ipv6: true };
        assert_eq!(error.found, Some(Trouble::NoConnection { families }.into()));
    }
}
