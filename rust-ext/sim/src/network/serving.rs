//! Answering over HTTP, for a site of a network in one process.

use std::io::{Read, Write};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use courseglue_core::Handling;
use courseglue_protocol::message::MAX_REQUEST;
use courseglue_transport::drive::now;
use tiny_http::{Request, StatusCode};

use super::asking;
use super::host::{Host, Manner};

/// The time that a slow site takes: longer than any search waits for a home.
const SLOW: Duration = Duration::from_secs(6);

impl Host {
    /// Answers one request.
    pub(super) fn answer(&self, mut request: Request) {
        let url = request.url().to_owned();
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        if let Some(question) = path.strip_prefix(asking::PATH) {
            let (status, body) = asking::answer(self, question, query);
            return respond(request, status, &body, None);
        }
        if path.trim_start_matches('/') != courseglue_protocol::ENDPOINT {
            return respond(request, 404, "nothing is here", None);
        }
        match self.manner.load(Ordering::Relaxed) {
            manner if manner == Manner::Dead as u8 => return drop(request.into_writer()),
            manner if manner == Manner::Slow as u8 => thread::sleep(SLOW),
            _ => {}
        }
        let mut body = Vec::new();
        // One byte more than allowed is enough for the engine to refuse it by name.
        let limit = MAX_REQUEST as u64 + 1;
        if request.as_reader().take(limit).read_to_end(&mut body).is_err() {
            return;
        }
        let method = request.method().to_string();
        let reply = match self.site().handle(&method, query, &body, now()) {
            Handling::Reply(reply) => reply,
            Handling::Task(task) => self.drive(*task),
        };
        self.apply(reply.changes);
        respond(request, reply.status, &reply.body, reply.retry_after);
    }
}

/// Writes the whole answer at once: in parts, each would wait until the part before was acknowledged. The connection is
/// not kept: it would keep one of the server's few threads.
fn respond(request: Request, status: u16, body: &str, retry_after: Option<u32>) {
    let reason = StatusCode(status).default_reason_phrase();
    let retry = retry_after.map_or(String::new(), |seconds| format!("Retry-After: {seconds}\r\n"));
    let answer = format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n{retry}\r\n{body}",
        body.len()
    );
    let mut writer = request.into_writer();
    // The client may have gone.
    let _ = writer.write_all(answer.as_bytes()).and_then(|()| writer.flush());
}
