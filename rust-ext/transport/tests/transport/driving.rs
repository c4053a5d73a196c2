//! Tasks of the engine over real sockets: rounds, how many at once, and the end of time.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use courseglue_core::{Failure, Method, Request, Response, Task};
use courseglue_protocol::Millis;
use courseglue_transport::{Client, Limits, Policy, drive};

use crate::server::{Seen, Server, answer};

const LIMITS: Limits = Limits {
    request: Duration::from_secs(5),
    task: Duration::from_secs(20),
    parallel: 32,
    max_bytes: 1 << 20,
};

fn client() -> Client {
    Client::new(&Policy {
        url: "https://moodle.example".into(),
        plain_http: true,
        blocked: Vec::new(),
        ports: Vec::new(),
        proxy: None,
        roots: None,
    })
    .unwrap()
}

/// Asks a server in rounds, the next when all of the last have been answered.
struct Rounds {
    url: String,
    each: u64,
    left: u64,
    sent: u64,
    answers: Vec<Result<u16, Failure>>,
}

impl Rounds {
    fn new(server: &Server, rounds: u64, each: u64) -> Self {
        Self { url: server.url(), each, left: rounds, sent: 0, answers: Vec::new() }
    }
}

impl Task for Rounds {
    type Output = Vec<Result<u16, Failure>>;

    fn poll(&mut self, _: Millis) -> Vec<Request> {
        if self.left == 0 || (self.answers.len() as u64) < self.sent {
            return Vec::new();
        }
        self.left -= 1;
        let first = self.sent;
        self.sent += self.each;
        (first..self.sent)
            .map(|id| Request {
                id,
                method: Method::Get,
                url: format!("{}?{id}", self.url),
                body: Vec::new(),
                timeout_ms: 5_000,
                max_bytes: 1_000,
            })
            .collect()
    }

    fn receive(&mut self, _: Millis, _: u64, answer: Result<Response, Failure>) {
        self.answers.push(answer.map(|response| response.status));
    }

    fn finish(self, _: Millis) -> Self::Output {
        self.answers
    }
}

/// A server that takes 100 ms, and the most requests it had at once.
fn slow() -> (Server, Arc<AtomicUsize>) {
    let (now, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let record = Arc::clone(&most);
    let server = Server::start(move |_: &Seen, stream: &mut TcpStream| {
        record.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(100));
        now.fetch_sub(1, Ordering::SeqCst);
        stream.write_all(&answer("200 OK", "", b"{}")).unwrap();
    });
    (server, most)
}

#[test]
fn requests_go_out_in_parallel() {
    let (server, _) = slow();
    let start = Instant::now();
    let answers = drive(Rounds::new(&server, 1, 32), &client(), &LIMITS);
    assert_eq!(answers, vec![Ok(200); 32]);
    assert!(start.elapsed() < Duration::from_millis(1_600), "32 × 100 ms one by one would be 3.2 s");
}

#[test]
fn no_more_are_under_way_than_allowed() {
    let (server, most) = slow();
    let limits = Limits { parallel: 4, ..LIMITS };
    assert_eq!(drive(Rounds::new(&server, 1, 12), &client(), &limits).len(), 12);
    assert_eq!(most.load(Ordering::SeqCst), 4);
}

#[test]
fn a_task_may_ask_again_after_the_answers() {
    let server = Server::saying(answer("200 OK", "", b"{}"));
    assert_eq!(drive(Rounds::new(&server, 3, 2), &client(), &LIMITS).len(), 6);
    assert_eq!(server.seen().len(), 6);
}

#[test]
fn a_task_without_requests_finishes_at_once() {
    let server = Server::saying("");
    assert_eq!(drive(Rounds::new(&server, 0, 0), &client(), &LIMITS), Vec::new());
}

#[test]
fn time_that_is_up_ends_the_task_and_unsent_requests_are_not_sent() {
    let server = Server::start(|_, _| {});
    let limits = Limits { task: Duration::from_millis(300), parallel: 2, ..LIMITS };
    let start = Instant::now();
    let answers = drive(Rounds::new(&server, 5, 6), &client(), &limits);
    assert_eq!(answers, vec![Err(Failure::NoTimeLeft); 6], "the others may be alive and well");
    assert!(start.elapsed() < Duration::from_secs(2));
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn failures_reach_the_task_beside_answers() {
    let refusing = Server::saying("nonsense\r\n");
    let answers = drive(Rounds::new(&refusing, 1, 2), &client(), &LIMITS);
    assert!(answers.iter().all(|answer| matches!(answer, Err(Failure::Protocol))), "{answers:?}");
}
