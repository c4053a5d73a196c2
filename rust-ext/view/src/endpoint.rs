//! Answering peers from the view alone, as HTTP wants it.

mod gzip;
mod http;
mod packed_answers;
mod request;

use std::path::Path;
use std::sync::Arc;

use courseglue_core::{Reply, Site};
use courseglue_protocol::message::{Code, Fault, MAX_REQUEST};
use courseglue_protocol::{Millis, day_of};

pub use http::Answer;
use http::{Form, Kind};
use packed_answers::Key;
pub use packed_answers::PackedAnswers;
pub use request::Request;

use crate::cache::{self, CachedView};
use crate::place::Place;
use crate::serving::{Gate, Serving};
use crate::state::State;

/// A view that is older than this is to be caught up, in seconds.
const BEHIND: i64 = 60;
/// One that is older than this is not answered from any more.
const TOO_OLD: i64 = 86_400;
/// Seconds after which to ask a site again that does not take part now.
const RETRY: u32 = 600;
/// The query string that asks a site for its description.
const WHO: &str = "operation=describe";

/// Answers a request; `None` where only Moodle can: it is a newcomer's, or would change something and the view is behind, or
/// there is none of the last day, or config.php decides other than it did. What a request changes is to be stored before its
/// answer is sent.
#[must_use]
pub fn answer(directory: &Path, abi: i64, request: Request<'_>, now: Millis) -> Option<Answer> {
    let form = Form::of(&request);
    if !matches!(request.method, "GET" | "HEAD" | "POST") {
        let fault = Fault::new(Code::MethodNotAllowed, "peers ask by GET or POST");
        return Some(form.answer(fault.into(), Kind::Fresh));
    }
    let place = Place::new(directory);
    let take_turn = || cache::with(directory, |view| view.turn.take(&place, seconds(now)));
    let found = cache::with(directory, |view| find(view, &place, abi, &request, now))?;
    let (site, state, catchup) = match found {
        Lookup::Reply { reply, catchup } => {
            return Some(Answer { catchup: catchup && take_turn(), ..form.answer(reply, Kind::Fresh) });
        }
        Lookup::Site { site, state, catchup } => (site, state, catchup),
    };
    let key = Key::of(&request, &state, day_of(now));
    let known = key.as_ref().and_then(|key| cache::with(directory, |view| view.packed.get(key)));
    let mut answer = match known {
        Some(blob) => form.blob(&blob),
        None => {
            let Request { method, query, body, .. } = request;
            // A write is judged by the present state, which may be a minute old.
            let reply = if catchup {
                site.read(method, query, body, now)
            } else {
                site.handle_alone(method, query, body, now)
            }?;
            match key.filter(|_| reply.status == 200) {
                Some(key) => {
                    let blob = packed_answers::pack(reply.body);
                    cache::with(directory, |view| view.packed.put(key, blob.clone()));
                    form.blob(&blob)
                }
                None => form.answer(reply, Kind::Fresh),
            }
        }
    };
    answer.catchup = catchup && take_turn();
    Some(answer)
}

enum Lookup {
    Reply { reply: Reply, catchup: bool },
    Site { site: Arc<Site>, state: State, catchup: bool },
}

fn find(
    view: &mut CachedView,
    place: &Place,
    abi: i64,
    request: &Request<'_>,
    now: Millis,
) -> Option<Lookup> {
    let Serving { node, gate, limit, forced, .. } = view.serving()?.clone();
    // The view may be another Moodle's, or of a time when other rules held.
    if forced != request.forced {
        return None;
    }
    if let Some(limit) = limit.filter(|_| !request.source.is_empty()) {
        if let Err(after) = view.rates.count(place, limit, request.source, now) {
            let fault = Fault::new(Code::RateLimited, "This address asks too often: ask again later.");
            return Some(Lookup::Reply { reply: Reply::from(fault).retry_after(after), catchup: false });
        }
    }
    let asks_who = request.method != "POST" && request.query == WHO;
    match gate {
        Gate::Boot => return None,
        Gate::Open => {}
        Gate::Joining if asks_who => {}
        Gate::Joining | Gate::Closed => {
            let fault = Fault::new(Code::Unavailable, "This site does not answer now.");
            // No other request would notice that the gate is to be opened again.
            return Some(Lookup::Reply { reply: Reply::from(fault).retry_after(RETRY), catchup: true });
        }
    }
    if request.body.len() > MAX_REQUEST {
        let fault = Fault::new(Code::TooLarge, format!("a request has at most {MAX_REQUEST} bytes"));
        return Some(Lookup::Reply { reply: fault.into(), catchup: false });
    }
    let site = view.site(abi, &node).ok()?;
    let reader = view.last()?;
    let state = reader.seen()?.clone();
    let age = seconds(now).saturating_sub(state.caughtup);
    // A moment that is still to come was noted when the clock was wrong.
    let catchup = reader.state().is_none() || !(-BEHIND..=BEHIND).contains(&age);
    (age <= TOO_OLD).then_some(Lookup::Site { site, state, catchup })
}

fn seconds(now: Millis) -> i64 {
    i64::try_from(now / 1000).unwrap_or(i64::MAX)
}
