//! The form of an answer in HTTP (RFC 9110).

use courseglue_core::{Change, Reply};

use super::gzip;
use super::packed_answers::Blob;
use super::request::Request;

/// The most bytes of an answer that is not worth being packed.
const UNPACKED: usize = 1024;

/// An answer, ready to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Every header, as `Name: value`.
    pub headers: Vec<String>,
    /// The body, packed where the headers say so.
    pub body: Vec<u8>,
    /// The changes to store before it is sent.
    pub changes: Vec<Change>,
    /// Whether the process that sends this has taken the turn to catch up the view afterwards.
    pub catchup: bool,
}

/// The way in which a client may cache an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It may not be cached.
    Fresh,
    /// It may be cached, if the client asks again each time whether its tag still fits.
    Tagged,
}

/// The form in which a request wants its answer.
#[derive(Clone, Copy, Debug)]
pub struct Form<'r> {
    head: bool,
    gzip: bool,
    tags: &'r str,
}

impl<'r> Form<'r> {
    pub fn of(request: &Request<'r>) -> Self {
        Self {
            head: request.method == "HEAD",
            gzip: takes_gzip(request.accept_encoding),
            tags: request.if_none_match,
        }
    }

    /// An answer that was made for this request.
    pub fn answer(self, reply: Reply, kind: Kind) -> Answer {
        let Reply { status, body, retry_after, changes } = reply;
        let body = body.into_bytes();
        let packed = if self.gzip && body.len() > UNPACKED { gzip::fast(&body) } else { None };
        let mut answer = Answer { changes, ..Self::head(status, kind) };
        if status == 405 {
            answer.headers.push("Allow: GET, HEAD, POST".into());
        }
        if let Some(seconds) = retry_after {
            answer.headers.push(format!("Retry-After: {seconds}"));
        }
        if packed.is_some() {
            answer.headers.push("Content-Encoding: gzip".into());
        }
        self.finish(answer, packed.unwrap_or(body))
    }

    /// An answer that was made before.
    pub fn blob(self, blob: &Blob) -> Answer {
        let tag = format!("ETag: {}", blob.tag);
        if matches(self.tags, &blob.tag) {
            let mut answer = Self::head(304, Kind::Tagged);
            answer.headers.push(tag);
            return answer;
        }
        let mut answer = Self::head(200, Kind::Tagged);
        answer.headers.push(tag);
        if self.gzip {
            answer.headers.push("Content-Encoding: gzip".into());
            self.finish(answer, blob.gzip.to_vec())
        } else {
            self.finish(answer, blob.plain())
        }
    }

    fn head(status: u16, kind: Kind) -> Answer {
        let keep = match kind {
            Kind::Fresh => "Cache-Control: no-store",
            Kind::Tagged => "Cache-Control: no-cache",
        };
        let mut headers: Vec<String> = vec![keep.into(), "Vary: Accept-Encoding".into()];
        if status != 304 {
            headers.push("Content-Type: application/json".into());
            headers.push("X-Content-Type-Options: nosniff".into());
        }
        Answer { status, headers, ..Answer::default() }
    }

    fn finish(self, mut answer: Answer, body: Vec<u8>) -> Answer {
        answer.headers.push(format!("Content-Length: {}", body.len()));
        if !self.head {
            answer.body = body;
        }
        answer
    }
}

/// Whether an asker takes gzip: names, each maybe with a weight, 0 meaning no.
fn takes_gzip(accepted: &str) -> bool {
    let named = |name: &str| {
        accepted.split(',').find_map(|encoding| {
            let (encoding, weight) = encoding.split_once(';').unwrap_or((encoding, ""));
            encoding.trim().eq_ignore_ascii_case(name).then(|| !is_never(weight))
        })
    };
    named("gzip").or_else(|| named("*")).unwrap_or(false)
}

/// Whether a weight is zero, such as `q=0.0`.
fn is_never(weight: &str) -> bool {
    let weight = weight.trim().split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    weight.is_some_and(|(_, value)| value.trim().parse::<f32>() == Ok(0.0))
}

/// Whether a tag is among those that an asker has; compared weakly, as is right for GET.
fn matches(tags: &str, tag: &str) -> bool {
    let opaque = |tag: &'_ str| tag.trim().trim_start_matches("W/").to_owned();
    tags.trim() == "*" || tags.split(',').any(|other| opaque(other) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_where_it_is_named_or_everything_is_and_its_weight_is_not_nought() {
        for takes in
            ["gzip", "deflate, GZIP", "br;q=1.0, gzip;q=0.8", "*", "gzip ; q=0.001", "identity, *;q=0.1"]
        {
            assert!(takes_gzip(takes), "{takes}");
        }
        for not in ["", "br", "gzip;q=0", "gzip; q=0.000", "x-gzip2", "gzip;q=0, *", "*;q=0"] {
            assert!(!takes_gzip(not), "{not}");
        }
    }

    #[test]
    fn a_tag_is_found_among_others_weak_or_not() {
        assert!(matches("\"x\", W/\"abc\"", "W/\"abc\""));
        assert!(matches("\"abc\"", "W/\"abc\"") && matches("*", "W/\"abc\""));
        assert!(!matches("", "W/\"abc\"") && !matches("W/\"abcd\"", "W/\"abc\""));
    }
}
