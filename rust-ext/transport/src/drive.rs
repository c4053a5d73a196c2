//! A task of the engine, from its first request to its output.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, Scope};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use courseglue_core::{Barrier, Failure, Request, Response, Task};
use courseglue_protocol::Millis;

use crate::client::Client;
use crate::signals;

/// The longest pause between two polls of a task while answers are awaited: time alone may make it want more.
const BEAT: Duration = Duration::from_millis(50);

/// Bounds on what a task may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For one request, the longest time.
    pub request: Duration,
    /// For the whole task, the longest time: requests under way then are given up, waiting ones are not sent.
    pub task: Duration,
    /// The most requests that may be under way at once.
    pub parallel: usize,
    /// The longest answer.
    pub max_bytes: usize,
}

/// The time in Unix milliseconds.
#[must_use]
pub fn now() -> Millis {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| Millis::try_from(since.as_millis()).unwrap_or(0))
}

/// Runs a task to its end: sends what it asks for, in parallel, and hands it the answers as they come.
pub fn drive<T: Task>(mut task: T, client: &Client, limits: &Limits) -> T::Output {
    let end = Instant::now() + limits.task;
    thread::scope(|scope| {
        let (sender, answers) = mpsc::channel::<Answer>();
        let mut waiting: VecDeque<Request> = VecDeque::new();
        let mut under_way = 0_usize;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                waiting
                    .drain(..)
                    .for_each(|request| task.receive(now(), request.id, Err(Failure::NoTimeLeft)));
            } else {
                waiting.extend(task.poll(now()));
            }
            while under_way < limits.parallel.max(1) {
                let Some(request) = waiting.pop_front() else { break };
                under_way += 1;
                start(scope, client, request, limits, left, sender.clone());
            }
            if under_way == 0 {
                break;
            }
            let pause =
                task.wake().map_or(BEAT, |at| Duration::from_millis(at.saturating_sub(now())).min(BEAT));
            match answers.recv_timeout(pause) {
                Ok(answer) => {
                    under_way -= 1;
                    task.receive(now(), answer.id, answer.result);
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
    });
    task.finish(now())
}

struct Answer {
    id: u64,
    result: Result<Response, Failure>,
}

fn start<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    client: &'env Client,
    request: Request,
    limits: &Limits,
    left: Duration,
    sender: Sender<Answer>,
) {
    let id = request.id;
    let (limit, max_bytes) = (limits.request.min(left), limits.max_bytes);
    // A request that this site cut short is no fault of the other site.
    let cut = left < limits.request && left < Duration::from_millis(request.timeout_ms.into());
    let answered = sender.clone();
    let send = move || {
        // A fault in one request must not take the others with it.
        let result = catch_unwind(AssertUnwindSafe(|| client.send(&request, limit, max_bytes)))
            .unwrap_or(Err(Failure::Unreachable(Barrier::Own)));
        let result = result.map_err(|failure| match failure {
            Failure::TimedOut | Failure::Unreachable(Barrier::Silent(_)) if cut => Failure::NoTimeLeft,
            other => other,
        });
        // The receiver lives until every answer is there.
        let _ = answered.send(Answer { id, result });
    };
    let held = signals::HeldSignals::new();
    let started = thread::Builder::new().name("courseglue-request".into()).spawn_scoped(scope, send);
    drop(held);
    if started.is_err() {
        let _ = sender.send(Answer { id, result: Err(Failure::Unreachable(Barrier::Own)) });
    }
}
