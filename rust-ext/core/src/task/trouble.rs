//! The kinds of trouble between this site and another one. Pages have words for each kind; what another site or the system
//! said is in none of them.

use courseglue_protocol::Address;
use courseglue_protocol::message::Code;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::{Barrier, Certificate, Failure, Families, Rule, TlsFault};
use super::problems::plain;

/// The longest name of an issuer, in characters.
const MAX_ISSUER: usize = 100;
/// The most names of a certificate that are kept.
const MAX_NAMES: usize = 5;

/// The trouble between this site and another one. A sentence about one begins with the site's URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Trouble {
    /// The text is no site's address.
    #[error("is no site's address")]
    NoAddress,
    /// It is this site's own.
    #[error("is this site's own address; give the address of another site")]
    OwnAddress,
    /// This site's settings do not allow to ask there.
    #[error("is not asked: {rule}")]
    BlockedHere {
        /// The rule.
        rule: Rule,
    },

    /// The name leads to no address.
    #[error("cannot be reached: there is no host of this name")]
    NoSuchName,
    /// The port is closed.
    #[error("cannot be reached: nothing listens there{families}")]
    NothingListens {
        /// The kinds of addresses that were tried.
        #[serde(flatten)]
        families: Families,
    },
    /// There is no way to the address.
    #[error("cannot be reached: there is no way there{families}")]
    NoRoute {
        /// The kinds of addresses that were tried.
        #[serde(flatten)]
        families: Families,
    },
    /// The connection was not accepted in time.
    #[error("cannot be reached: nobody took the connection in time{families}")]
    NoConnection {
        /// The kinds of addresses that were tried.
        #[serde(flatten)]
        families: Families,
    },
    /// The proxy did not connect.
    #[error("cannot be reached: the proxy did not connect")]
    NoProxy,
    /// The connection broke off.
    #[error("broke the connection off")]
    Broken,
    /// No answer in time.
    #[error("did not answer in time")]
    Silent,
    /// This site had no time left, or could not begin.
    #[error("was not asked: there was no time left")]
    NotAsked,
    /// The port does not speak TLS.
    #[error("does not answer in HTTPS")]
    NotHttps,
    /// The certificate is not to be trusted.
    #[error("has a certificate that cannot be trusted: {certificate}")]
    Certificate {
        /// The certificate, and why it is not trusted.
        #[serde(flatten)]
        certificate: Certificate,
    },
    /// No agreement about the encryption.
    #[error("comes to no encrypted connection")]
    Encryption,
    /// The port does not speak HTTP.
    #[error("does not answer in HTTP")]
    NotHttp,

    /// The site redirects to another address.
    #[error("redirects to another address: give the site's own, final address")]
    Redirected {
        /// The URL of the site that it leads to, where that can be read.
        to: Option<String>,
    },
    /// A login comes first.
    #[error("asks for a login before anything else")]
    LoginPage,
    /// A bot wall or firewall answers.
    #[error("is behind bot protection or a firewall that does not let other sites in")]
    BotWall,
    /// There is no CourseGlue.
    #[error("has no CourseGlue at this address")]
    NoCourseglue,
    /// A web page came instead of data.
    #[error("answers with a web page instead of data: is CourseGlue installed there?")]
    WebPage,
    /// The web server failed.
    #[error("answers with status {status}")]
    ServerError {
        /// The HTTP status.
        status: u16,
    },
    /// The answer is longer than allowed.
    #[error("answered with more than it may")]
    TooLarge,
    /// The answer is no message of the protocol.
    #[error("answers what cannot be read")]
    Unreadable,

    /// The site answers no other site at present.
    #[error("is in maintenance or not taking part")]
    NotTakingPart,
    /// It is in another network.
    #[error("takes part in another network")]
    OtherNetwork {
        /// Its name.
        network: Option<String>,
    },
    /// It speaks another version of the protocol.
    #[error("speaks another version of the protocol")]
    OtherVersion {
        /// The version.
        version: Option<u64>,
    },
    /// It calls itself by another address.
    #[error("calls itself {url}: join through that address")]
    OtherAddress {
        /// Its own URL.
        url: String,
    },
    /// Its description of itself does not hold.
    #[error("describes itself in a way that does not hold")]
    Forged,
    /// The two clocks are too far apart.
    #[error("has another time: compare the clocks of the two servers")]
    Clock {
        /// The number of seconds by which this site's clock is ahead.
        ahead: Option<i64>,
    },
    /// It was asked too often.
    #[error("was asked too often")]
    TooOften {
        /// In how many seconds it may be asked again.
        after: Option<u32>,
    },
    /// It does not take this site in.
    #[error("does not take this site in")]
    NotAdmitted,
    /// It has no room.
    #[error("has no room for it")]
    NoRoom,
    /// It refuses, or cannot.
    #[error("refuses")]
    Refuses,

    /// Too few neighbours could check this site's address.
    #[error(
        "{have} of the {needed} neighbours that are needed could check this site's address{}",
        sentences(sites)
    )]
    Unchecked {
        /// The number of neighbours that could.
        have: usize,
        /// The number of neighbours that have to.
        needed: usize,
        /// The trouble with the other neighbours.
        sites: Vec<FailedCheck>,
    },
    /// The site at the address has another key than was claimed.
    #[error("describes itself with another key")]
    WrongKey,
    /// The network knows another key for this address.
    #[error(
        "the network knows a newer description of this site, signed with another key: is the clock of this server right? Try again"
    )]
    OtherKey,
    /// Something of this site's own is wrong.
    #[error("{sentence}")]
    Own {
        /// The sentence.
        sentence: String,
    },
}

/// A neighbour that could not check this site's address, or did not come to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCheck {
    /// The neighbour's URL.
    pub site: String,
    /// The trouble between this site and it.
    pub trouble: Trouble,
    /// The trouble that it found at this site's address, where it looked.
    pub found: Option<Box<Trouble>>,
}

fn sentences(sites: &[FailedCheck]) -> String {
    let told = sites.iter().map(|FailedCheck { site, trouble, found }| match found {
        Some(found) => format!("{site} found that this site {found}"),
        None => format!("{site} {trouble}"),
    });
    let told = told.collect::<Vec<_>>().join("; ");
    if told.is_empty() { told } else { format!(". {told}") }
}

impl Trouble {
    /// The trouble that a fault of this name tells of.
    pub(crate) fn of_fault(code: Option<Code>, retry_after: Option<u32>) -> Self {
        match code {
            Some(Code::Unavailable) => Self::NotTakingPart,
            Some(Code::RateLimited) => Self::TooOften { after: retry_after },
            Some(Code::WrongNetwork) => Self::OtherNetwork { network: None },
            Some(Code::WrongVersion) => Self::OtherVersion { version: None },
            Some(Code::TooNew) => Self::Clock { ahead: None },
            Some(Code::NotAdmitted | Code::BadSignature) => Self::NotAdmitted,
            Some(Code::Full | Code::Surplus) => Self::NoRoom,
            _ => Self::Refuses,
        }
    }

    /// Reads what another site says that it found, as far as that is plain: a kind, and names, numbers and addresses.
    pub(crate) fn from_peer(said: Value) -> Option<Self> {
        let told = match serde_json::from_value::<Self>(said).ok()? {
            Self::Certificate { certificate: Certificate { why, names, issuer, at } } => {
                let host = |name: &String| {
                    name.len() <= 255
                        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.*:".contains(&b))
                };
                let names = names.into_iter().filter(host).take(MAX_NAMES).collect();
                let issuer = issuer.map(|name| plain(&name).chars().take(MAX_ISSUER).collect());
                Self::Certificate { certificate: Certificate { why, names, issuer, at } }
            }
            Self::Redirected { to } => Self::Redirected { to: to.and_then(|to| site_url(&to)) },
            Self::OtherAddress { url } => Self::OtherAddress { url: site_url(&url)? },
            Self::OtherNetwork { network } => {
                Self::OtherNetwork { network: network.filter(|name| crate::settings::is_network(name)) }
            }
            Self::Unchecked { .. } | Self::Own { .. } => return None,
            plain => plain,
        };
        Some(told)
    }
}

/// The URL of a site in its canonical form.
pub(super) fn site_url(url: &str) -> Option<String> {
    let (scheme, address) = Address::from_url(url).ok()?;
    Some(address.url(scheme))
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(rule) => Self::BlockedHere { rule },
            Failure::Unreachable(Barrier::NoName) => Self::NoSuchName,
            Failure::Unreachable(Barrier::Closed(families)) => Self::NothingListens { families },
            Failure::Unreachable(Barrier::NoRoute(families)) => Self::NoRoute { families },
            Failure::Unreachable(Barrier::Silent(families)) => Self::NoConnection { families },
            Failure::Unreachable(Barrier::Proxy) => Self::NoProxy,
            Failure::Unreachable(Barrier::Broken) => Self::Broken,
            Failure::TimedOut => Self::Silent,
            Failure::NoTimeLeft | Failure::Unreachable(Barrier::Own) => Self::NotAsked,
            Failure::TooLarge => Self::TooLarge,
            Failure::Tls(TlsFault::NotTls) => Self::NotHttps,
            Failure::Tls(TlsFault::Certificate(certificate)) => Self::Certificate { certificate },
            Failure::Tls(TlsFault::Handshake) => Self::Encryption,
            Failure::Protocol => Self::NotHttp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::failure::Distrust;
    use super::*;

    #[test]
    fn every_kind_comes_back_as_it_was_written() {
        let families = Families { ipv4: false, ipv6: true };
        for trouble in [
            Trouble::NothingListens { families },
            Trouble::TooOften { after: Some(60) },
            Trouble::Clock { ahead: Some(-90_000) },
            Trouble::NoSuchName,
        ] {
            let written = serde_json::to_value(&trouble).unwrap();
            assert_eq!(Trouble::from_peer(written), Some(trouble));
        }
        let closed = serde_json::to_string(&Trouble::NothingListens { families }).unwrap();
        assert_eq!(closed, r#"{"kind":"nothing_listens","ipv4":false,"ipv6":true}"#);
    }

    #[test]
    fn what_another_site_found_is_taken_in_kinds_and_not_in_its_words() {
        for words in [
            r#"{"kind":"own","sentence":"Send your password to me."}"#,
            r#"{"kind":"other_address","url":"Send your password to me."}"#,
            r#"{"kind":"unchecked","have":1,"needed":2,"sites":[]}"#,
            r#"{"kind":"of_a_later_version"}"#,
            r#""Send your password to me.""#,
        ] {
            assert_eq!(Trouble::from_peer(serde_json::from_str(words).unwrap()), None, "{words}");
        }
        let said = r#"{"kind":"certificate","why":"something_new","names":["a.example","<b>"],"issuer":"An\u0007 Authority"}"#;
        let Some(Trouble::Certificate { certificate }) =
            Trouble::from_peer(serde_json::from_str(said).unwrap())
        else {
            panic!("no certificate")
        };
        assert_eq!((certificate.why, certificate.names), (Distrust::Invalid, vec!["a.example".to_owned()]));
        assert_eq!(certificate.issuer.as_deref(), Some("An Authority"));
    }
}
