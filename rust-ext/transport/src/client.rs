//! One request at a time: TLS, proxy, limits, and what went wrong in the engine's words.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use courseglue_core::{Barrier, Failure, Method, Proxy, Request, Response, Rule, Settings, TlsFault};
use ureq::http;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::Resolver;
use ureq::{Agent, Error, ProxyProtocol};

use crate::connector::{self, ConnectionError, EncryptionError};
use crate::guard::{Guard, Refusal, Target};
use crate::host_rule::HostRule;
use crate::lookup::{self, Lookup};
use crate::resolver::{GuardedResolver, ProxyResolver};

/// The version in the User-Agent: only the branch, since a patch release would tell which holes are open.
const BRANCH: &str = concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));

/// The admin's settings for outgoing requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The site's own URL, for the User-Agent.
    pub url: String,
    /// Whether plain HTTP is allowed.
    pub plain_http: bool,
    /// Hosts and addresses that must not be dialled; see [`HostRule`].
    pub blocked: Vec<String>,
    /// Ports that may be dialled; empty for all.
    pub ports: Vec<u16>,
    /// The proxy to go through.
    pub proxy: Option<Proxy>,
    /// A PEM file of the root certificates to trust instead of Mozilla's.
    pub roots: Option<String>,
}

impl Policy {
    /// The policy of a program without settings, which asks the site at this URL, wherever it is.
    #[must_use]
    pub fn of_anybody(url: &str) -> Self {
        let url = url.to_owned();
        Self { url, plain_http: true, blocked: Vec::new(), ports: Vec::new(), proxy: None, roots: None }
    }
}

impl From<&Settings> for Policy {
    fn from(settings: &Settings) -> Self {
        Self {
            url: settings.address.url(settings.scheme),
            plain_http: settings.allowhttp,
            blocked: settings.blockedhosts.clone(),
            ports: settings.allowedports.clone(),
            proxy: settings.proxy.clone(),
            roots: settings.cafile.clone(),
        }
    }
}

/// Why a policy cannot be followed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The file of root certificates cannot be read.
    #[error("the file of root certificates {0} cannot be read: {1}")]
    Roots(String, io::Error),
    /// It holds no certificate.
    #[error("the file of root certificates {0} holds no certificate in PEM form")]
    NoRoots(String),
    /// The proxy's settings make no sense.
    #[error("the proxy {0} cannot be used: {1}")]
    Proxy(String, Error),
    /// A type of proxy that is neither HTTP nor SOCKS5.
    #[error("a proxy of type {0} is not supported: use HTTP or SOCKS5")]
    ProxyType(String),
}

/// Sends requests for one site. Open connections are kept for later ones.
#[derive(Debug)]
pub struct Client {
    guard: Arc<Guard>,
    lookup: Lookup,
    direct: Agent,
    proxied: Option<ProxyRoute>,
}

#[derive(Debug)]
struct ProxyRoute {
    agent: Agent,
    bypass: Vec<HostRule>,
}

impl Client {
    /// A client that follows this policy.
    ///
    /// # Errors
    /// A [`ClientError`] that names what the admin has to change.
    pub fn new(policy: &Policy) -> Result<Self, ClientError> {
        Self::with_lookup(policy, lookup::system)
    }

    /// Makes a client as [`Client::new`] does, which looks names up in another way.
    ///
    /// # Errors
    /// The errors of [`Client::new`].
    pub fn with_lookup(policy: &Policy, lookup: Lookup) -> Result<Self, ClientError> {
        let guard = Arc::new(Guard::new(&policy.blocked, &policy.ports, policy.plain_http));
        let roots = roots(policy.roots.as_deref())?;
        let agent_name = name(&policy.url);
        let direct = agent(&agent_name, &roots, None, GuardedResolver { guard: Arc::clone(&guard), lookup });
        let proxied = match &policy.proxy {
            None => None,
            Some(settings) => Some(ProxyRoute {
                agent: agent(&agent_name, &roots, Some(proxy(settings)?), ProxyResolver { lookup }),
                bypass: settings.bypass.iter().map(|entry| HostRule::parse(entry)).collect(),
            }),
        };
        Ok(Self { guard, lookup, direct, proxied })
    }

    /// Sends a request and reads the answer, whatever its status, within `limit` and `max_bytes` and the
    /// request's own limits.
    ///
    /// # Errors
    /// The [`Failure`] that kept the answer from coming.
    pub fn send(&self, request: &Request, limit: Duration, max_bytes: usize) -> Result<Response, Failure> {
        let start = Instant::now();
        let limit = limit.min(Duration::from_millis(request.timeout_ms.into()));
        let max_bytes = max_bytes.min(request.max_bytes);
        let target = self.guard.check_url(&request.url).map_err(refused)?;
        let (agent, is_proxied) = match &self.proxied {
            Some(proxied) if !bypasses(&proxied.bypass, &target.host) => {
                self.check_behind_proxy(&target, limit)?;
                (&proxied.agent, true)
            }
            _ => (&self.direct, false),
        };
        let left = limit.saturating_sub(start.elapsed());
        if left.is_zero() {
            return Err(Failure::TimedOut);
        }
        // A site that has not even taken the connection by then is not going to answer in time.
        let connect = left / 2;
        let sent = match request.method {
            Method::Get => agent
                .get(&request.url)
                .config()
                .timeout_global(Some(left))
                .timeout_connect(Some(connect))
                .build()
                .call(),
            Method::Post => agent
                .post(&request.url)
                .content_type("application/json")
                .config()
                .timeout_global(Some(left))
                .timeout_connect(Some(connect))
                .build()
                .send(request.body.as_slice()),
        };
        sent.and_then(|answer| read(answer, max_bytes)).map_err(|error| match failure(&error) {
            // The proxy was dialled.
            Failure::Unreachable(_) if is_proxied => Failure::Unreachable(Barrier::Proxy),
            other => other,
        })
    }

    /// A proxy dials in our place: what it would dial has to be allowed as well, as in Moodle.
    fn check_behind_proxy(&self, target: &Target, limit: Duration) -> Result<(), Failure> {
        let found = lookup::within(self.lookup, &target.host, target.port, limit)
            .map_err(|error| failure(&Error::Io(error)))?;
        self.guard.check_addresses(&target.host, found.iter().map(SocketAddr::ip)).map_err(refused)
    }
}

fn read(mut answer: http::Response<ureq::Body>, max_bytes: usize) -> Result<Response, Error> {
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX);
    if answer.body().content_length().is_some_and(|announced| announced > limit) {
        return Err(Error::BodyExceedsLimit(limit));
    }
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (content_type, location) = (header(http::header::CONTENT_TYPE), header(http::header::LOCATION));
    let retry_after = header(http::header::RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
    // The limit counts what comes out of the decompression.
    let body = answer.body_mut().with_config().limit(limit).read_to_vec()?;
    Ok(Response { status: answer.status().as_u16(), content_type, location, retry_after, body })
}

fn bypasses(rules: &[HostRule], host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => rules.iter().any(|rule| rule.matches_address(address)),
        Err(_) => rules.iter().any(|rule| rule.matches_name(host)),
    }
}

#[allow(clippy::needless_pass_by_value)]
fn refused(refusal: Refusal) -> Failure {
    Failure::Refused(Rule::from(&refusal))
}

/// The User-Agent of a site; one that has not joined tells only its software.
fn name(url: &str) -> String {
    let name =
        if url.is_empty() { format!("CourseGlue/{BRANCH}") } else { format!("CourseGlue/{BRANCH} (+{url})") };
    name.replace(char::is_control, "")
}

fn failure(error: &Error) -> Failure {
    match error {
        Error::Timeout(_) => Failure::TimedOut,
        Error::BodyExceedsLimit(_) => Failure::TooLarge,
        Error::Other(other) => other_failure(other.as_ref()),
        Error::HostNotFound => Failure::Unreachable(Barrier::NoName),
        Error::ConnectProxyFailed(_) => Failure::Unreachable(Barrier::Proxy),
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired => {
            Failure::Tls(TlsFault::Handshake)
        }
        Error::Io(error) => match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Failure::TimedOut,
            io::ErrorKind::NotFound => Failure::Unreachable(Barrier::NoName),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Failure::Protocol,
            _ => Failure::Unreachable(Barrier::Broken),
        },
        _ => Failure::Protocol,
    }
}

/// Reads the errors of the guard, of the connector and of the TLS connector.
fn other_failure(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Failure {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        Failure::Refused(Rule::from(refusal))
    } else if let Some(ConnectionError(barrier)) = error.downcast_ref() {
        Failure::Unreachable(*barrier)
    } else if let Some(EncryptionError(fault)) = error.downcast_ref() {
        Failure::Tls(fault.clone())
    } else {
        Failure::Protocol
    }
}

fn agent(name: &str, roots: &RootCerts, proxy: Option<ureq::Proxy>, resolver: impl Resolver) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // Without this the environment's proxy variables would count.
        .proxy(proxy)
        .user_agent(name)
        .accept("application/json")
        .max_idle_connections(64)
        .max_idle_connections_per_host(4)
        .tls_config(TlsConfig::builder().root_certs(roots.clone()).build())
        .build();
    Agent::with_parts(config, connector::chain(), resolver)
}

fn proxy(settings: &Proxy) -> Result<ureq::Proxy, ClientError> {
    let protocol = match settings.kind.to_ascii_uppercase().as_str() {
        "" | "HTTP" => ProxyProtocol::Http,
        // The names of sites are looked up by the proxy.
        "SOCKS5" => ProxyProtocol::Socks5h,
        other => return Err(ClientError::ProxyType(other.to_owned())),
    };
    let mut builder = ureq::Proxy::builder(protocol).host(&settings.host).port(settings.port);
    if let Some(user) = settings.user.as_deref().filter(|user| !user.is_empty()) {
        builder = builder.username(user).password(settings.password.as_deref().unwrap_or_default());
    }
    builder.build().map_err(|error| ClientError::Proxy(format!("{}:{}", settings.host, settings.port), error))
}

fn roots(file: Option<&str>) -> Result<RootCerts, ClientError> {
    let Some(file) = file.filter(|file| !file.is_empty()) else {
        return Ok(RootCerts::WebPki);
    };
    let pem = std::fs::read(file).map_err(|error| ClientError::Roots(file.to_owned(), error))?;
    let certificates: Vec<Certificate<'static>> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(ClientError::NoRoots(file.to_owned()));
    }
    Ok(RootCerts::from(certificates))
}
