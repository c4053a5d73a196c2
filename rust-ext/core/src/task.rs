//! What a site does of its own accord, as state machines that say which requests to send and are told what
//! came back. Whoever drives them owns the sockets and the clock.

pub mod calls;
mod completeness;
mod contact;
mod error;
mod exchange;
pub mod failure;
mod handover;
pub mod join;
mod outcome;
mod pages;
pub mod probe;
mod problems;
pub mod publish;
mod reconcile;
pub mod search;
mod spot;
mod standing;
pub mod sync;
pub mod trouble;
mod turn;
pub mod vouch;

pub(crate) use completeness::refused_for_room;
pub(crate) use exchange::EXCHANGED;
pub use error::TaskError;
pub use failure::Failure;

use courseglue_protocol::Millis;

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST with a JSON body.
    Post,
}

/// A request to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Names the request within its task.
    pub id: u64,
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// The body, empty for GET.
    pub body: Vec<u8>,
    /// How long to wait for the whole answer.
    pub timeout_ms: u32,
    /// The longest body to read, uncompressed.
    pub max_bytes: usize,
}

/// An HTTP answer, whatever its status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The `Content-Type`.
    pub content_type: Option<String>,
    /// The `Location`, where the answer leads elsewhere.
    pub location: Option<String>,
    /// The `Retry-After`, in seconds.
    pub retry_after: Option<u32>,
    /// The body.
    pub body: Vec<u8>,
}

/// A state machine of requests and answers.
pub trait Task {
    /// What it comes to.
    type Output;

    /// The requests to send now. When there are none, and none is under way, the task is over.
    fn poll(&mut self, now: Millis) -> Vec<Request>;

    /// When to be polled at the latest, although no answer came; in Unix ms. None where only an answer matters.
    fn wake(&self) -> Option<Millis> {
        None
    }

    /// Takes an answer, or the reason why none came.
    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>);

    /// What came of it; requests still under way count as unanswered.
    fn finish(self, now: Millis) -> Self::Output;
}
