//! Real sites for a bench: keys, settings, courses, and answers as they would come over HTTP.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_core::{Change, Handling, Method, Reply, Request, Response, Settings, Site};
use courseglue_protocol::Millis;
use courseglue_protocol::Secret;
use courseglue_protocol::message::{Code, Fault};
use serde_json::json;
use sha1::{Digest, Sha1};

use crate::Failed;
use crate::data::Course;
use crate::world::{NETWORK, Place};

/// The secret key of a place, in base64: the same every time.
fn secret_text(place: &Place) -> String {
    let digest = Sha1::digest(place.address.as_str());
    let mut seed = [0; 32];
    seed[..20].copy_from_slice(&digest);
    STANDARD.encode(seed)
}

/// The secret key of a place.
///
/// # Errors
/// Never for a place of this world.
pub fn secret(place: &Place) -> Result<Secret, Failed> {
    Ok(Secret::from_base64(&secret_text(place))?)
}

/// The site at a place, knowing nobody yet.
///
/// # Errors
/// Where the settings break a rule.
pub fn site(place: &Place) -> Result<Site, Failed> {
    let settings = json!({"network": NETWORK, "address": place.address.as_str(), "scheme": "https",
        "secret": secret_text(place), "viewdir": "", "serving": true, "blockedhosts": [], "allowedports": [],
        "seed": place.address.as_str()});
    Ok(Site::new(Settings::from_json(&settings.to_string())?))
}

/// What PHP would say of a course.
#[must_use]
pub fn content(course: &Course) -> String {
    let lang = if course.lang.is_empty() { "en" } else { course.lang.as_str() };
    let mut content = json!({"id": course.id, "lang": lang, "fullname": {lang: course.title},
        "shortname": {lang: course.id}, "tags": [], "format": "topics", "access": "guest", "backup": false,
        "link": "course/view.php?id=1", "contents": []});
    if !course.summary.is_empty() {
        content["summary"] = json!({lang: course.summary});
    }
    if !course.subject.is_empty() {
        content["category"] = json!([{lang: course.subject}]);
    }
    content.to_string()
}

/// An answer as a site gives it, before HTTP.
pub struct Given {
    reply: Reply,
}

impl Given {
    /// What the site stores before it answers.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.reply.changes
    }

    /// The answer as it comes over HTTP.
    #[must_use]
    pub fn response(self) -> Response {
        let content_type = Some("application/json".to_owned());
        let (status, body) = (self.reply.status, self.reply.body.into_bytes());
        Response { status, content_type, body, ..Response::default() }
    }
}

/// Asks a site over its one entry point.
#[must_use]
pub fn answer(site: &Arc<Site>, request: &Request, now: Millis) -> Given {
    let method = if request.method == Method::Get { "GET" } else { "POST" };
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let reply = match site.handle(method, query, &request.body, now) {
        Handling::Reply(reply) => reply,
        // Only a voucher is checked outside first; whoever benches that checks it there.
        Handling::Task(_) => Fault::new(Code::Unavailable, "no addresses are checked here").into(),
    };
    Given { reply }
}
