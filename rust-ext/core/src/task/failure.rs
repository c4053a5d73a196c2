//! The kinds of failure of a request without an HTTP answer. The pages that show them to a person have words for each.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why no HTTP answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The admin's rules do not allow this address.
    #[error("is not asked: {0}")]
    Refused(Rule),
    /// No connection, or one that broke.
    #[error("cannot be reached: {0}")]
    Unreachable(Barrier),
    /// No answer in time.
    #[error("did not answer in time")]
    TimedOut,
    /// This site had no time left to ask, or to wait for the answer.
    #[error("was not asked: there was no time left")]
    NoTimeLeft,
    /// The answer is larger than it may be.
    #[error("answered with more than it may")]
    TooLarge,
    /// No trusted TLS connection.
    #[error("{0}")]
    Tls(TlsFault),
    /// The answer was not HTTP.
    #[error("does not answer in HTTP")]
    Protocol,
}

/// The rule of this site's own that keeps a request from being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// The host, or one of its addresses, is blocked.
    #[error("this site's settings block requests to it")]
    Host,
    /// The port is none of the allowed ones.
    #[error("this site's settings do not allow requests to its port")]
    Port,
    /// Another scheme than HTTPS.
    #[error("this site's settings allow HTTPS only")]
    Scheme,
    /// The text is not the URL of a site.
    #[error("this is no site's URL")]
    Url,
}

/// The kinds of addresses that a name leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Families {
    /// IPv4.
    #[serde(default)]
    pub ipv4: bool,
    /// IPv6.
    #[serde(default)]
    pub ipv6: bool,
}

impl fmt::Display for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.ipv4, self.ipv6) {
            (true, true) => " at its IPv4 and IPv6 addresses",
            (false, true) => " at its IPv6 address",
            _ => "",
        })
    }
}

/// The reason why no connection came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Barrier {
    /// The name leads to no address.
    #[error("there is no host of this name")]
    NoName,
    /// The port is closed.
    #[error("nothing listens there{0}")]
    Closed(Families),
    /// There is no way to the address from here.
    #[error("there is no way there{0}")]
    NoRoute(Families),
    /// The connection was not accepted in time.
    #[error("nobody took the connection in time{0}")]
    Silent(Families),
    /// The proxy did not connect.
    #[error("the proxy did not connect")]
    Proxy,
    /// The connection was taken, and broke.
    #[error("the connection broke off")]
    Broken,
    /// This machine could not begin.
    #[error("this machine could not begin")]
    Own,
}

/// Why there is no trusted TLS connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsFault {
    /// The port does not speak TLS.
    #[error("does not answer in HTTPS")]
    NotTls,
    /// The certificate is not to be trusted.
    #[error("has a certificate that cannot be trusted: {0}")]
    Certificate(Certificate),
    /// Both speak TLS, but come to no agreement.
    #[error("comes to no encrypted connection")]
    Handshake,
}

/// A certificate that is not to be trusted, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Why.
    pub why: Distrust,
    /// The host names that it is for, where it is for others than the one that was asked.
    #[serde(default)]
    pub names: Vec<String>,
    /// The name of its issuer, as it says.
    #[serde(default)]
    pub issuer: Option<String>,
    /// When it began to hold, or ceased to, in Unix seconds.
    #[serde(default)]
    pub at: Option<u64>,
}

/// Why a certificate is not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Distrust {
    /// It has expired.
    #[error("it has expired")]
    Expired,
    /// It does not hold yet.
    #[error("it does not hold yet")]
    NotYet,
    /// It is for other names.
    #[error("it is for another name")]
    OtherName,
    /// No trusted authority issued it, or the server does not send the certificate in between.
    #[error("its issuer is not known here")]
    UnknownIssuer,
    /// Its owner issued it.
    #[error("its owner issued it")]
    SelfSigned,
    /// It was revoked.
    #[error("it was revoked")]
    Revoked,
    /// Anything else.
    #[error("it does not hold")]
    #[serde(other)]
    Invalid,
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}
