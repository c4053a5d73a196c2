//! The tasks that are under way: the engine's state machines, each of one site.

use std::sync::Arc;

use courseglue_core::{
    Barrier, Failure, JoinTask, PublishTask, Request, Response, SearchTask, SyncTask, Task, VouchTask,
};
use courseglue_protocol::{Id, Millis};
use serde_json::json;

use super::{Asker, Event, RequestUnderWay, World};
use crate::course::Stage;

/// Why a search was made.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// It was for one course.
    Course {
        /// Its record.
        record: Id,
        /// The publisher, and which of its courses this is.
        course: (usize, usize),
        /// Whether it should be found.
        expected: bool,
        /// The course's stage when it was asked for, and since when: what changed meanwhile proves nothing.
        stage: (Stage, Millis),
    },
    /// It was for one course by one word alone.
    Alone {
        /// Its record.
        record: Id,
        /// The publisher, and which of its courses this is.
        course: (usize, usize),
        /// The course's stage when it was asked for, and since when.
        stage: (Stage, Millis),
    },
    /// It was for a popular word alone.
    Popular,
    /// It was for a text that its publisher had ended.
    Ended {
        /// The record.
        record: Id,
        /// The version, and with it all before it.
        seq: Millis,
    },
}

/// The outcome of a search that a check asked for.
#[derive(Clone, Debug)]
pub struct SearchOutcome {
    /// The purpose of the search.
    pub purpose: Purpose,
    /// The number of the site that searched.
    pub by: usize,
    /// The records on the page, each with its version.
    pub hits: Vec<(Id, Millis)>,
    /// Matches in all.
    pub total: u64,
    /// Whether the answer says that only the best matches were looked at.
    pub cut: bool,
    /// The number of sites that were asked.
    pub asked: usize,
    /// Whether the searcher went away, so that nothing came of it.
    pub lost: bool,
}

impl SearchOutcome {
    fn nothing(purpose: Purpose, by: usize, lost: bool) -> Self {
        Self { purpose, by, hits: Vec::new(), total: 0, cut: false, asked: 0, lost }
    }
}

pub(crate) enum Work {
    Join(Box<JoinTask>),
    Sync(Box<SyncTask>),
    Publish(Box<PublishTask>),
    Search(Box<SearchTask>, Purpose),
    Vouch(Box<VouchTask>, Box<RequestUnderWay>, String),
}

pub(crate) struct Run {
    node: usize,
    life: u32,
    waiting: usize,
    /// When it is polled although no answer came, by the site's clock.
    wakes: Option<Millis>,
    work: Work,
}

impl Run {
    fn poll(&mut self, now: Millis) -> Vec<Request> {
        match &mut self.work {
            Work::Join(task) => task.poll(now),
            Work::Sync(task) => task.poll(now),
            Work::Publish(task) => task.poll(now),
            Work::Search(task, _) => task.poll(now),
            Work::Vouch(task, ..) => task.poll(now),
        }
    }

    fn wake(&self) -> Option<Millis> {
        match &self.work {
            Work::Join(task) => task.wake(),
            Work::Sync(task) => task.wake(),
            Work::Publish(task) => task.wake(),
            Work::Search(task, _) => task.wake(),
            Work::Vouch(task, ..) => task.wake(),
        }
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        match &mut self.work {
            Work::Join(task) => task.receive(now, id, answer),
            Work::Sync(task) => task.receive(now, id, answer),
            Work::Publish(task) => task.receive(now, id, answer),
            Work::Search(task, _) => task.receive(now, id, answer),
            Work::Vouch(task, ..) => task.receive(now, id, answer),
        }
    }
}

impl World {
    pub(crate) fn start(&mut self, node: usize, work: Work) {
        let run = self.next_run;
        self.next_run += 1;
        let life = self.nodes[node].life;
        self.runs.insert(run, Run { node, life, waiting: 0, wakes: None, work });
        self.go_on(run);
    }

    /// Sends what a task wants to send now; where nothing is under way any more, it is over.
    pub(crate) fn go_on(&mut self, id: u64) {
        let Some(run) = self.runs.get_mut(&id) else { return };
        let node = &self.nodes[run.node];
        if node.life != run.life {
            self.give_up(id);
            return;
        }
        let requests = run.poll(node.clock(self.now));
        run.waiting += requests.len();
        let clock = node.clock(self.now);
        let wake = run
            .wake()
            .filter(|at| *at > clock && run.wakes.is_none_or(|planned| planned <= clock || *at < planned));
        if let Some(at) = wake {
            run.wakes = Some(at);
            self.queue.push(self.now + (at - clock), Event::Wake { run: id });
        }
        let (waiting, half) = (run.waiting, node.half);
        for request in requests {
            self.send(Asker::Run(id), half, request);
        }
        if waiting == 0 {
            self.finish(id);
        }
    }

    pub(crate) fn answered(&mut self, id: u64, request: u64, answer: Result<Response, Failure>) {
        let Some(run) = self.runs.get_mut(&id) else { return };
        let node = &self.nodes[run.node];
        if node.life == run.life {
            if let Ok(response) = &answer {
                self.trace.add(self.now, run.node, &response.body);
                self.traffic.bytes += response.body.len() as u64;
            }
            run.waiting -= 1;
            run.receive(node.clock(self.now), request, answer);
        }
        self.go_on(id);
    }

    /// Gives up a task of a site that went down.
    fn give_up(&mut self, id: u64) {
        match self.runs.remove(&id) {
            Some(Run { work: Work::Search(_, purpose), node, .. }) => {
                self.looked.push(SearchOutcome::nothing(purpose, node, true));
            }
            Some(Run { work: Work::Vouch(_, sent, _), .. }) => {
                self.fail(&sent, Failure::Unreachable(Barrier::Broken));
            }
            _ => {}
        }
    }

    fn finish(&mut self, id: u64) {
        let Some(Run { node: at, work, .. }) = self.runs.remove(&id) else { return };
        let now = self.now;
        let clock = self.nodes[at].clock(now);
        match work {
            Work::Join(task) => match task.finish(clock) {
                Ok(joined) => self.joined(at, joined.changes),
                Err(why) => {
                    self.troubles.push(format!("{}: {why}", self.nodes[at].address));
                    self.join_later(at);
                }
            },
            Work::Sync(task) => {
                let changes = task.finish(clock).changes;
                self.traffic.exchanges += 1;
                self.nodes[at].syncing = false;
                self.nodes[at].apply(changes);
            }
            Work::Publish(task) => {
                let published = task.finish(clock);
                let node = &mut self.nodes[at];
                node.apply(published.changes);
                let again = node.sent(&published.results, now);
                self.publish_next(at, again);
            }
            Work::Search(task, purpose) => {
                let found = task.finish(clock);
                self.traffic.searches += 1;
                self.nodes[at].apply(found.changes);
                self.looked.push(SearchOutcome {
                    purpose,
                    by: at,
                    hits: found.hits.iter().map(|hit| (hit.hit.hit.recordid, hit.hit.hit.seq)).collect(),
                    total: found.total,
                    cut: found.cut,
                    asked: found.asked.len(),
                    lost: false,
                });
            }
            Work::Vouch(task, sent, host) => {
                self.nodes[at].checking.remove(&host);
                let reply = task.finish(clock);
                self.replied(at, &sent, "vouch", reply);
            }
        }
    }

    /// Searches from a site for words, for a check.
    pub fn search(&mut self, by: usize, words: &str, purpose: Purpose) {
        let query =
            json!({"words": words, "lang": "en", "filters": {}, "offset": 0, "limit": 20}).to_string();
        let node = &self.nodes[by];
        match SearchTask::start(&Arc::clone(&node.site), &query, node.clock(self.now)) {
            Ok(task) => self.start(by, Work::Search(Box::new(task), purpose)),
            Err(_) => self.looked.push(SearchOutcome::nothing(purpose, by, false)),
        }
    }

    pub(crate) fn send(&mut self, asker: Asker, half: crate::links::Half, request: Request) {
        self.traffic.requests += 1;
        self.traffic.bytes += (request.url.len() + request.body.len()) as u64;
        let sent = RequestUnderWay { asker, half, request, at: self.now };
        match self.delay_to(&sent) {
            Some(delay) => self.queue.push(self.now + delay, Event::Arrive(Box::new(sent))),
            None => self.time_out(&sent),
        }
    }
}
