//! Requests that arrive, and answers on their way back.

use std::sync::Arc;

use courseglue_core::{Barrier, Failure, Families, Handling, Method, Reply, Response};
use courseglue_protocol::message::{Code, Fault, Vouch};
use courseglue_protocol::{Address, Millis};

use super::run::Work;
use super::{Event, RequestUnderWay, World};
use crate::manner::{Body, Manner};
use crate::node::Presence;

/// A URL as the address of a site and the query string.
pub(crate) fn split(url: &str) -> Option<(&str, &str)> {
    let (base, query) = url.split_once(&format!("/{}", courseglue_protocol::ENDPOINT)).unwrap_or((url, ""));
    let address = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"))?;
    Some((address, query.strip_prefix('?').unwrap_or("")))
}

/// The operation of a request.
pub(crate) fn operation<'r>(query: &'r str, body: &'r [u8]) -> &'r str {
    let named = query.split('&').find_map(|part| part.strip_prefix("operation="));
    named.or_else(|| operation_in(body)).unwrap_or("")
}

fn operation_in(body: &[u8]) -> Option<&str> {
    const FIELD: &[u8] = br#""operation":""#;
    let from = memchr::memmem::find(body, FIELD)? + FIELD.len();
    let length = memchr::memchr(b'"', body.get(from..)?)?;
    std::str::from_utf8(body.get(from..from + length)?).ok()
}

/// The host of the newcomer that asks for a voucher.
fn newcomer_host(body: &[u8]) -> String {
    let vouch = serde_json::from_slice::<Vouch>(body).ok();
    let newcomer = vouch.and_then(|vouch| vouch.site.read().ok());
    newcomer.map(|newcomer| newcomer.address.host().to_owned()).unwrap_or_default()
}

impl World {
    pub(crate) fn delay_to(&mut self, sent: &RequestUnderWay) -> Option<Millis> {
        let to = split(&sent.request.url).and_then(|(address, _)| self.places.get(address));
        let half = to.map_or(sent.half, |at| self.nodes[*at].half);
        self.links.delay(sent.half, half)
    }

    /// The sender of a request that gets no answer waits until the request's time is over.
    pub(crate) fn time_out(&mut self, sent: &RequestUnderWay) {
        let at = self.now.max(sent.at + Millis::from(sent.request.timeout_ms));
        let (asker, id) = (sent.asker, sent.request.id);
        self.queue.push(at, Event::Answer { asker, id, answer: Err(Failure::TimedOut) });
    }

    pub(crate) fn fail(&mut self, sent: &RequestUnderWay, failure: Failure) {
        match self.delay_to(sent) {
            Some(delay) => {
                let (asker, id) = (sent.asker, sent.request.id);
                self.queue.push(self.now + delay, Event::Answer { asker, id, answer: Err(failure) });
            }
            None => self.time_out(sent),
        }
    }

    fn respond(&mut self, sent: &RequestUnderWay, status: u16, body: Body) {
        let body = match body {
            Body::Bytes(bytes) if bytes.len() <= sent.request.max_bytes => bytes,
            _ => return self.fail(sent, Failure::TooLarge),
        };
        let due = sent.at + Millis::from(sent.request.timeout_ms);
        match self.delay_to(sent) {
            Some(delay) if self.now + delay <= due => {
                let content_type = Some("application/json".into());
                let response = Response { status, content_type, body, ..Response::default() };
                let (asker, id) = (sent.asker, sent.request.id);
                self.queue.push(self.now + delay, Event::Answer { asker, id, answer: Ok(response) });
            }
            _ => self.time_out(sent),
        }
    }

    pub(crate) fn arrive(&mut self, sent: RequestUnderWay) {
        let url = sent.request.url.clone();
        let Some((address, query)) = split(&url) else {
            return self.fail(&sent, Failure::Unreachable(Barrier::NoName));
        };
        let Some(at) = self.places.get(address).copied() else {
            return self.arrive_elsewhere(&sent, address);
        };
        match self.nodes[at].presence {
            Presence::Down { silent: true } | Presence::Left => return self.time_out(&sent),
            Presence::Down { silent: false } => {
                return self.fail(&sent, Failure::Unreachable(Barrier::Closed(Families::default())));
            }
            Presence::Up => {}
        }
        self.trace.add(self.now, at, &sent.request.body);
        self.trace.add(self.now, at, sent.request.url.as_bytes());
        let node = &mut self.nodes[at];
        node.asked += 1;
        let method = if sent.request.method == Method::Get { "GET" } else { "POST" };
        let site = Arc::clone(&node.site);
        let handling = site.handle(method, query, &sent.request.body, node.clock(self.now));
        drop(site);
        match handling {
            Handling::Reply(reply) => {
                let honest = self.nodes[at].manner == Manner::Honest;
                let operation = if honest { "" } else { operation(query, &sent.request.body) }.to_owned();
                self.replied(at, &sent, &operation, reply);
            }
            Handling::Task(task) => {
                // The plugin also makes one check of a host at a time.
                let host = newcomer_host(&sent.request.body);
                if self.nodes[at].checking.insert(host.clone()) {
                    self.start(at, Work::Vouch(task, Box::new(sent), host));
                } else {
                    let fault = Fault::new(Code::RateLimited, "this host is being checked: ask again later");
                    self.replied(at, &sent, "vouch", fault.into());
                }
            }
        }
    }

    /// Stores the changes of a site's answer, then sends the answer.
    pub(crate) fn replied(&mut self, at: usize, sent: &RequestUnderWay, operation: &str, reply: Reply) {
        let Reply { mut status, body, changes, .. } = reply;
        self.nodes[at].apply(changes);
        let body = self.nodes[at].manner.answer(operation, &mut status, body.into_bytes(), &mut self.rng);
        self.respond(sent, status, body);
    }

    /// At an address that is no site's, an attack may answer; else there is no server.
    fn arrive_elsewhere(&mut self, sent: &RequestUnderWay, address: &str) {
        let host = Address::from_url(&format!("https://{address}")).map(|(_, a)| a.host().to_owned());
        if host.as_ref().is_ok_and(|host| self.places.contains_key(host)) {
            return self.respond(sent, 404, Body::Bytes(b"Not Found".to_vec()));
        }
        let answer = match (self.attack.as_mut(), host) {
            (Some(attack), Ok(host)) => attack.asked(address, &host, self.now),
            _ => None,
        };
        match answer {
            Some((status, body)) => self.respond(sent, status, Body::Bytes(body)),
            None => self.fail(sent, Failure::Unreachable(Barrier::NoName)),
        }
    }
}
