//! Tasks: the work of a site of its own accord. A task is a state machine that says which requests to send and is given
//! the answers. The program that drives it owns the sockets and the clock.

mod answer;
mod anti_entropy;
mod calls;
mod contact;
mod error;
mod failure;
mod handover;
mod join;
mod membership;
mod outcome;
mod own_entry;
mod pages;
mod probe;
mod problems;
mod publish;
mod reconciliation;
mod search;
mod setback;
mod sightings;
mod spot_checks;
mod store;
mod sync;
mod trouble;
mod turn;
mod vouch;

pub(crate) use anti_entropy::EXCHANGED;
pub use error::TaskError;
pub use failure::{Barrier, Certificate, Distrust, Failure, Families, Rule, TlsFault};
pub use join::{JoinReport, JoinTask, start_network};
pub use probe::{ProbeTask, ProbedSite};
pub use publish::{COPIES, PublishReport, PublishState, PublishTask, RecordReport};
pub(crate) use reconciliation::refused_for_room;
pub(crate) use search::local_answer;
pub use search::{HitPublisher, HomeAnswer, ReportedHit, SearchReport, SearchTask, SignedHit, verified};
pub use setback::Setback;
pub use sync::{SYNC_PERIOD_MS, SyncReport, SyncTask};
pub use trouble::{FailedCheck, Trouble};
pub use vouch::VouchTask;
pub(crate) use vouch::Vouching;

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
    /// The number of the request within its task.
    pub id: u64,
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// The body, empty for GET.
    pub body: Vec<u8>,
    /// The time to wait for the whole answer, in ms.
    pub timeout_ms: u32,
    /// The longest body to read, in bytes when uncompressed.
    pub max_bytes: usize,
}

/// An HTTP answer, whatever its status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The `Location` header, where the answer redirects.
    pub location: Option<String>,
    /// The `Retry-After` header, in seconds.
    pub retry_after: Option<u32>,
    /// The body.
    pub body: Vec<u8>,
}

/// Work of a site, as a state machine of requests and answers.
pub trait Task {
    /// The outcome of the task.
    type Output;

    /// The requests to send now. When there are none, and none is under way, the task is over.
    fn poll(&mut self, now: Millis) -> Vec<Request>;

    /// The time at which the task has to be polled again even if no answer came, Unix ms. None where only an answer matters.
    fn wake(&self) -> Option<Millis> {
        None
    }

    /// Takes in the answer to a request, or the reason why none came.
    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>);

    /// Ends the task. Requests that are still under way count as unanswered.
    fn finish(self, now: Millis) -> Self::Output;
}
