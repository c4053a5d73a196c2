//! Drives the engine's tasks in virtual time, as a transport does in real time: a bounded number of requests at
//! once, each answered after a while.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use courseglue_core::{Failure, Request, Response, Task};
use courseglue_protocol::Millis;

/// What came back for a request, and how long that took.
pub struct Answered {
    /// The answer.
    pub answer: Result<Response, Failure>,
    /// After how many milliseconds it was there.
    pub after: Millis,
}

/// What a task came to, and what it took.
pub struct Driven<O> {
    /// What it came to.
    pub output: O,
    /// Its requests.
    pub requests: usize,
    /// From beginning to end, in milliseconds.
    pub took: Millis,
}

/// Drives `task` from `began` on with at most `parallel` requests under way. `answer` is asked once for each request, and
/// told in which round it is: one more than the request whose answer led to it.
pub fn drive<T: Task>(
    mut task: T,
    began: Millis,
    parallel: usize,
    mut answer: impl FnMut(&Request, u32, Millis) -> Answered,
) -> Driven<T::Output> {
    let mut now = began;
    let mut requests = 0;
    let mut round = 0;
    let mut waiting: VecDeque<(Request, u32)> = VecDeque::new();
    let mut under_way: BTreeMap<Reverse<(Millis, usize)>, (u64, u32, Answered)> = BTreeMap::new();
    loop {
        waiting.extend(task.poll(now).into_iter().map(|request| (request, round + 1)));
        while under_way.len() < parallel {
            let Some((request, round)) = waiting.pop_front() else { break };
            let answered = answer(&request, round, now);
            under_way.insert(Reverse((now + answered.after, requests)), (request.id, round, answered));
            requests += 1;
        }
        let Some((Reverse((at, _)), _)) = under_way.last_key_value() else { break };
        if let Some(wake) = task.wake().filter(|wake| *wake < *at && *wake > now) {
            // It asks somebody else because an answer is slow: that follows upon what is under way.
            now = wake;
            round = under_way.values().map(|(_, round, _)| *round).max().unwrap_or(round);
            continue;
        }
        let Some((Reverse((at, _)), (id, of, answered))) = under_way.pop_last() else { break };
        now = at;
        round = of;
        task.receive(now, id, answered.answer);
    }
    Driven { output: task.finish(now), requests, took: now - began }
}
