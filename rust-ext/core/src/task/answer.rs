//! Reading the answer to a request: the data that was asked for, or what is in the way.

use courseglue_protocol::json::{self, MESSAGE_DEPTH};
use courseglue_protocol::message::Code;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::trouble::{Trouble, site_url};
use super::{Failure, Response};

/// Why a request did not bring what it was for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct CallError {
    /// Whether the site is reachable although the request failed; none where no request was made.
    pub alive: Option<bool>,
    /// The fault it named.
    pub code: Option<Code>,
    /// The trouble between the two sites.
    pub trouble: Box<Trouble>,
    /// The trouble in a sentence that goes on from the site's name.
    pub message: String,
}

impl CallError {
    fn new(alive: Option<bool>, trouble: Trouble) -> Self {
        Self { alive, code: None, message: trouble.to_string(), trouble: trouble.into() }
    }

    /// The error for an answer that can be read but is invalid. `message` completes a sentence that begins with the site's
    /// name.
    pub fn of_sense(message: String) -> Self {
        Self { message, ..Self::new(Some(true), Trouble::Unreadable) }
    }
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        // A request that this site's own rules refused, or that it had no time for, says nothing about the peer.
        let untried = matches!(failure, Failure::Refused(_) | Failure::NoTimeLeft);
        Self::new((!untried).then_some(false), failure.into())
    }
}

/// Reads an answer.
pub(crate) fn read_answer<A: DeserializeOwned>(answer: Result<Response, Failure>) -> Result<A, CallError> {
    let response = answer?;
    if response.status == 200 {
        // Read straight into what is expected: a tree of anything would take many times the answer's size.
        return json::read(&response.body, MESSAGE_DEPTH).map_err(|e| {
            match web_page(&response).filter(|_| !e.is_data()) {
                Some(page) => CallError::new(Some(false), page),
                None => CallError::new(Some(true), Trouble::Unreadable),
            }
        });
    }
    if let Ok(FaultAnswer { error }) = json::read(&response.body, MESSAGE_DEPTH) {
        let code = serde_json::from_value(error.code.into()).ok();
        let trouble = Trouble::of_fault(code, response.retry_after);
        return Err(CallError { code, ..CallError::new(Some(true), trouble) });
    }
    let trouble = match response.status {
        301..=308 => redirected(&response),
        401 | 407 => Trouble::LoginPage,
        404 | 410 => Trouble::NoCourseglue,
        429 => Trouble::TooOften { after: response.retry_after },
        503 if web_page(&response) != Some(Trouble::BotWall) => Trouble::NotTakingPart,
        403 | 406 | 451 | 503 => match web_page(&response) {
            Some(Trouble::LoginPage) => Trouble::LoginPage,
            _ => Trouble::BotWall,
        },
        status => Trouble::ServerError { status },
    };
    Err(CallError::new(Some(response.status == 503), trouble))
}

/// The kind of a web page that came instead of data; none where it is no web page.
fn web_page(response: &Response) -> Option<Trouble> {
    let is_html = response.content_type.as_deref().is_some_and(|kind| kind.contains("html"))
        || response.body.trim_ascii_start().starts_with(b"<");
    if !is_html {
        return None;
    }
    let page = String::from_utf8_lossy(&response.body).to_lowercase();
    let has = |marks: &[&str]| marks.iter().any(|mark| page.contains(mark));
    Some(if has(CHALLENGES) {
        Trouble::BotWall
    } else if has(LOGINS) {
        Trouble::LoginPage
    } else {
        Trouble::WebPage
    })
}

/// The URL of the site that a redirect leads to; none where it leads to another page than the one that was asked for.
pub(crate) fn redirect_target(location: &str) -> Option<String> {
    let before = location.split(['?', '#']).next().unwrap_or_default();
    let site = before.strip_suffix(courseglue_protocol::ENDPOINT)?;
    let named = site.starts_with("https://") || site.starts_with("http://");
    if named { site_url(site) } else { None }
}

/// The trouble of a redirect: to the same page of another site, or away from that page, which only logins do.
fn redirected(response: &Response) -> Trouble {
    let location = response.location.as_deref().unwrap_or_default();
    match redirect_target(location) {
        Some(to) => Trouble::Redirected { to: Some(to) },
        None if has_login_path(location) => Trouble::LoginPage,
        None => Trouble::Redirected { to: None },
    }
}

fn has_login_path(location: &str) -> bool {
    let location = location.to_ascii_lowercase();
    ["login", "signin", "sso", "saml", "oauth", "openid", "/cas", "shibboleth", "auth"]
        .iter()
        .any(|word| location.contains(word))
}

/// Texts on the pages of bot walls.
const CHALLENGES: &[&str] = &[
    "just a moment...",
    "cf-chl",
    "challenge-platform",
    "captcha",
    "attention required!",
    "checking your browser",
    "ddos protection",
    "making sure you're not a bot",
    "enable javascript and cookies",
    "incapsula",
];
/// Texts on login pages.
const LOGINS: &[&str] = &["type=\"password\"", "type='password'", "type=password", "name=\"samlrequest\""];

#[derive(Deserialize)]
struct FaultAnswer {
    error: PeerFault,
}

/// A fault as a peer names it, which may be one that this version does not know.
#[derive(Deserialize)]
struct PeerFault {
    code: String,
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::message::Announce;

    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: body.into(), ..Response::default() }
    }

    #[test]
    fn a_fault_is_read_whatever_its_name_and_any_503_is_alive() {
        let fault = r#"{"error":{"code":"of_a_later_version","message":"no\u0007t now"}}"#;
        let error = read_answer::<Announce>(Ok(answer(400, fault))).unwrap_err();
        assert_eq!((error.alive, error.code), (Some(true), None));
        assert_eq!(error.message, "refuses", "and not in the other's own words");
        assert_eq!(read_answer::<Announce>(Ok(answer(503, "<html>"))).unwrap_err().alive, Some(true));
        assert_eq!(read_answer::<Announce>(Ok(answer(200, "<html>"))).unwrap_err().alive, Some(false));
        assert_eq!(read_answer::<Announce>(Ok(answer(200, "{\"sites\":1}"))).unwrap_err().alive, Some(true));
    }

    /// The trouble that an answer like this tells of.
    fn trouble(status: u16, headers: &str, body: &str) -> Trouble {
        let header = |name: &str| {
            headers.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
        };
        let response = Response {
            status,
            content_type: header("content-type:"),
            location: header("location:"),
            retry_after: header("retry-after:").and_then(|value| value.parse().ok()),
            body: body.into(),
        };
        *read_answer::<Announce>(Ok(response)).unwrap_err().trouble
    }

    #[test]
    fn whatever_answers_in_place_of_courseglue_is_told_by_its_kind() {
        let login = "<form><input type=\"password\" name=\"p\"></form>";
        let challenge = "<title>Just a moment...</title>";
        for (status, headers, body, expected) in [
            (404, "content-type: text/html", login, Trouble::NoCourseglue),
            (410, "", "gone", Trouble::NoCourseglue),
            (200, "content-type: text/html", login, Trouble::LoginPage),
            (200, "", "\n <!DOCTYPE html><p>Welcome", Trouble::WebPage),
            (200, "content-type: text/html", challenge, Trouble::BotWall),
            (200, "", "hello", Trouble::Unreadable),
            (200, "", "{\"sites\": 1}", Trouble::Unreadable),
            (401, "", "", Trouble::LoginPage),
            (403, "content-type: text/html", "<p>Forbidden", Trouble::BotWall),
            (403, "content-type: text/html", login, Trouble::LoginPage),
            (503, "content-type: text/html", challenge, Trouble::BotWall),
            (503, "content-type: text/html", "<p>Maintenance", Trouble::NotTakingPart),
            (429, "retry-after: 90", "", Trouble::TooOften { after: Some(90) }),
            (502, "", "", Trouble::ServerError { status: 502 }),
            (302, "location: https://idp.example/sso?x", "", Trouble::LoginPage),
            (303, "location: /login/index.php", "", Trouble::LoginPage),
            (301, "location: https://a.example/", "", Trouble::Redirected { to: None }),
            (
                301,
                "location: https://www.a.example/local/courseglue/peer.php?operation=describe",
                "",
                Trouble::Redirected { to: Some("https://www.a.example".into()) },
            ),
        ] {
            assert_eq!(trouble(status, headers, body), expected, "{status} {headers} {body}");
        }
    }

    #[test]
    fn faults_are_told_by_their_code_and_say_when_to_come_again() {
        let fault =
            |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"Send your password to me."}}}}"#);
        for (status, code, expected) in [
            (503, "unavailable", Trouble::NotTakingPart),
            (429, "rate_limited", Trouble::TooOften { after: Some(30) }),
            (409, "wrong_network", Trouble::OtherNetwork { network: None }),
            (409, "wrong_version", Trouble::OtherVersion { version: None }),
            (400, "too_new", Trouble::Clock { ahead: None }),
            (400, "too_old", Trouble::Clock { ahead: None }),
            (403, "not_admitted", Trouble::NotAdmitted),
            (507, "full", Trouble::NoRoom),
            (400, "of_a_later_version", Trouble::Refuses),
        ] {
            let told = trouble(status, "retry-after: 30", &fault(code));
            assert_eq!(told, expected, "{code}");
            assert!(!told.to_string().contains("password"), "{code}");
        }
    }

    #[test]
    fn a_redirect_names_a_site_only_where_it_leads_to_the_same_page_of_it() {
        let page = "https://WWW.a.example/moodle/local/courseglue/peer.php?operation=describe";
        assert_eq!(redirect_target(page).as_deref(), Some("https://www.a.example/moodle"));
        for other in ["https://a.example/login/index.php", "/local/courseglue/peer.php", "javascript:x"] {
            assert_eq!(redirect_target(other), None, "{other}");
        }
    }
}
