//! The guard: which URLs and addresses may be dialled.
//!
//! The rules are Moodle's (`\core\files\curl_security_helper`) with its gaps closed: IPv6 addresses are checked as
//! IPv4 ones are, and addresses of IPv4 that travel inside those of IPv6 are looked for. One blocked address
//! among several refuses the host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use courseglue_core::Rule;
use courseglue_protocol::v4_inside;
use ureq::http::Uri;

use crate::host_rule::{HostRule, plain_name};

/// Why a URL is not dialled. The sentences name no address: they may reach the person who named the host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The text is not a URL with a host.
    #[error("'{0}' is not the URL of a site")]
    Url(String),
    /// A user name or password in the URL.
    #[error("the URL holds a user name or password")]
    UserInfo,
    /// Plain HTTP where only HTTPS is allowed, or another scheme.
    #[error("{0}:// is not allowed here")]
    Scheme(String),
    /// The port is none of the allowed ones.
    #[error("this site's settings do not allow requests to port {0}")]
    Port(u16),
    /// The host or one of its addresses is blocked.
    #[error("this site's settings block requests to {0}")]
    Host(String),
}

impl From<&Refusal> for Rule {
    fn from(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Url(_) | Refusal::UserInfo => Self::Url,
            Refusal::Scheme(_) => Self::Scheme,
            Refusal::Port(_) => Self::Port,
            Refusal::Host(_) => Self::Host,
        }
    }
}

/// A URL's host and port, after the check of what can be checked without looking the name up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The name in lower case, or the address, without brackets.
    pub host: String,
    /// The port, the scheme's where the URL has none.
    pub port: u16,
}

/// The admin's blocked hosts and allowed ports.
#[derive(Clone, Debug)]
pub struct Guard {
    blocked: Vec<HostRule>,
    ports: Vec<u16>,
    plain_http: bool,
}

impl Guard {
    /// A guard over these blocked hosts and allowed ports (none given: every port).
    #[must_use]
    pub fn new(blocked: &[String], ports: &[u16], plain_http: bool) -> Self {
        let blocked = blocked
            .iter()
            .filter(|entry| !entry.trim().is_empty())
            .map(|entry| HostRule::parse(entry))
            .collect();
        Self { blocked, ports: ports.to_vec(), plain_http }
    }

    /// Checks everything about a URL but the addresses of its host.
    ///
    /// # Errors
    /// The [`Refusal`] that applies.
    pub fn check_url(&self, url: &str) -> Result<Target, Refusal> {
        let malformed = || Refusal::Url(url.chars().take(200).collect());
        let uri: Uri = url.parse().map_err(|_| malformed())?;
        self.check_uri(&uri).ok_or_else(malformed)?
    }

    /// Checks a URL as [`Guard::check_url`] does; none where it has no host.
    pub(crate) fn check_uri(&self, uri: &Uri) -> Option<Result<Target, Refusal>> {
        let authority = uri.authority()?;
        let default_port = match uri.scheme_str()? {
            "https" => 443,
            "http" if self.plain_http => 80,
            other => return Some(Err(Refusal::Scheme(other.to_owned()))),
        };
        if authority.as_str().contains('@') {
            return Some(Err(Refusal::UserInfo));
        }
        let host = plain_name(authority.host().trim_matches(['[', ']']));
        if host.is_empty() {
            return None;
        }
        let port = match authority.port() {
            Some(port) => port.as_u16(),
            None if authority.as_str().len() > authority.host().len() => return None,
            None => default_port,
        };
        if port == 0 || !(self.ports.is_empty() || self.ports.contains(&port)) {
            return Some(Err(Refusal::Port(port)));
        }
        if self.blocked.iter().any(|rule| rule.matches_name(&host)) {
            return Some(Err(Refusal::Host(host)));
        }
        Some(Ok(Target { host, port }))
    }

    /// Checks all addresses of a host: one that is blocked refuses it.
    ///
    /// # Errors
    /// [`Refusal::Host`].
    pub fn check_addresses(
        &self,
        host: &str,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) -> Result<(), Refusal> {
        if addresses.into_iter().any(|address| self.is_blocked(address)) {
            return Err(Refusal::Host(host.to_owned()));
        }
        Ok(())
    }

    fn is_blocked(&self, address: IpAddr) -> bool {
        let inner: Vec<Ipv4Addr> = match address {
            IpAddr::V4(_) => Vec::new(),
            IpAddr::V6(address) => {
                embedded(address).into_iter().chain([counterpart(address)]).flatten().collect()
            }
        };
        std::iter::once(address).chain(inner.into_iter().map(IpAddr::V4)).any(|address| {
            is_no_server(address) || self.blocked.iter().any(|rule| rule.matches_address(address))
        })
    }
}

/// Addresses where no other site can be, but a request may arrive: "this host" and groups.
fn is_no_server(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.octets()[0] == 0 || v4.is_multicast() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unspecified() || v6.is_multicast(),
    }
}

/// The IPv4 addresses that an IPv6 address leads to or may be translated to.
#[allow(clippy::match_same_arms, reason = "each arm is a form of address with a specification of its own")]
fn embedded(address: Ipv6Addr) -> [Option<Ipv4Addr>; 2] {
    let v4 = |high: u16, low: u16| Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    match address.segments() {
        // ::1 is the loopback of IPv6, not 0.0.0.1.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => [None, None],
        _ if v4_inside(address).is_some() => [v4_inside(address), None],
        // IPv4-compatible (RFC 4291, 2.5.5.1), IPv4-translated (RFC 2765, 2.1).
        [0, 0, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => [v4(high, low), None],
        // NAT64 for local use (RFC 8215).
        [0x64, 0xff9b, 1, _, _, _, high, low] => [v4(high, low), None],
        // 6to4 (RFC 3056, 2).
        [0x2002, high, low, ..] => [v4(high, low), None],
        // Teredo (RFC 4380, 4): the server, and the client with its bits turned over.
        [0x2001, 0, server_high, server_low, _, _, high, low] => {
            [v4(server_high, server_low), v4(!high, !low)]
        }
        // ISATAP (RFC 5214, 6.1).
        [_, _, _, _, 0 | 0x200, 0x5efe, high, low] => [v4(high, low), None],
        _ => [None, None],
    }
}

/// An address of the same reach in IPv4. The lists that admins have, Moodle's own among them, name only these.
fn counterpart(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments()[0] {
        // Unique local (RFC 4193) and, before it, site-local addresses.
        0xfc00..=0xfdff | 0xfec0..=0xfeff => Some(Ipv4Addr::new(10, 0, 0, 0)),
        // Link-local (RFC 4291, 2.5.6): in IPv4 the place of clouds' metadata.
        0xfe80..=0xfebf => Some(Ipv4Addr::new(169, 254, 169, 254)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hosts that Moodle blocks unless the admin decides otherwise.
    const MOODLE: [&str; 8] = [
        "127.0.0.0/8",
        "192.168.0.0/16",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "0.0.0.0",
        "localhost",
        "169.254.169.254",
        "0000::1",
    ];

    fn moodle() -> Guard {
        Guard::new(&MOODLE.map(str::to_owned), &[443, 80], true)
    }

    fn refuses(guard: &Guard, address: &str) -> bool {
        guard.check_addresses("site.example", [address.parse().unwrap()]).is_err()
    }

    #[test]
    fn the_open_internet_is_allowed() {
        for address in ["203.0.113.9", "2a00:1450:4001::200e", "64:ff9b::cb00:7109", "2002:cb00:7109::1"] {
            assert!(!refuses(&moodle(), address), "{address}");
        }
    }

    #[test]
    fn every_spelling_of_a_blocked_v4_address_inside_v6_is_refused() {
        for address in [
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::",
            "2002:c0a8:101::5",
            "2001:0:a9fe:a9fe::cb00:7109",
            "2001:0:cb00:7109:0:0:80ff:fffe",
            "fe80::5efe:192.168.0.1",
            "fe80::200:5efe:192.168.0.1",
        ] {
            assert!(refuses(&moodle(), address), "{address}");
        }
    }

    #[test]
    fn inner_addresses_of_v6_are_refused_where_those_of_v4_are() {
        let open = Guard::new(&[], &[], false);
        for address in
            ["fd00:ec2::254", "fc00::1", "fdff:ffff::1", "fec0::1", "fe80::1", "fd00::5efe:808:808"]
        {
            assert!(refuses(&moodle(), address), "{address}");
            assert!(!refuses(&open, address), "{address}");
        }
    }

    #[test]
    fn addresses_that_are_no_servers_are_refused_whatever_the_settings() {
        let open = Guard::new(&[], &[], false);
        for address in
            ["0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0", "224.0.0.1", "255.255.255.255", "ff02::1"]
        {
            assert!(refuses(&open, address), "{address}");
        }
        assert!(
            !refuses(&open, "127.0.0.1") && !refuses(&open, "::1"),
            "the admin's list decides about these"
        );
    }

    #[test]
    fn one_blocked_address_among_several_refuses_the_host() {
        let mixed = ["203.0.113.9", "2001:db8::1", "10.1.1.1"].map(|text| text.parse::<IpAddr>().unwrap());
        assert_eq!(
            moodle().check_addresses("site.example", mixed),
            Err(Refusal::Host("site.example".into()))
        );
        assert_eq!(moodle().check_addresses("site.example", mixed[..2].iter().copied()), Ok(()));
    }

    #[test]
    fn a_refusal_does_not_tell_the_address() {
        let refusal = moodle().check_addresses("inside.example", ["10.1.1.1".parse().unwrap()]).unwrap_err();
        assert_eq!(refusal.to_string(), "this site's settings block requests to inside.example");
    }

    #[test]
    fn ports_outside_the_list_are_refused_and_an_empty_list_allows_all() {
        assert_eq!(moodle().check_url("https://site.example:8443/x"), Err(Refusal::Port(8443)));
        assert_eq!(
            moodle().check_url("https://Site.Example./x"),
            Ok(Target { host: "site.example".into(), port: 443 })
        );
        let any = Guard::new(&[], &[], true);
        assert_eq!(any.check_url("http://a.example:8080").map(|target| target.port), Ok(8080));
        assert_eq!(any.check_url("http://a.example:0"), Err(Refusal::Port(0)));
    }

    #[test]
    fn user_names_schemes_and_malformed_urls_are_refused() {
        let guard = moodle();
        assert_eq!(guard.check_url("https://user@site.example/"), Err(Refusal::UserInfo));
        assert_eq!(guard.check_url("https://site.example@127.0.0.1/"), Err(Refusal::UserInfo));
        assert_eq!(guard.check_url("ftp://site.example/"), Err(Refusal::Scheme("ftp".into())));
        for url in
            ["", "site.example", "/peer.php", "https://", "https://site.example:99999/", "https://a b/"]
        {
            assert!(matches!(guard.check_url(url), Err(Refusal::Url(_))), "{url}");
        }
    }

    #[test]
    fn plain_http_needs_to_be_allowed() {
        let guard = Guard::new(&[], &[], false);
        assert_eq!(guard.check_url("http://site.example/"), Err(Refusal::Scheme("http".into())));
        assert!(guard.check_url("https://site.example/").is_ok());
    }

    #[test]
    fn blocked_names_are_refused_before_any_lookup() {
        assert_eq!(moodle().check_url("http://LOCALHOST./"), Err(Refusal::Host("localhost".into())));
        let guard = Guard::new(&["*.corp.example".to_owned()], &[], false);
        assert!(guard.check_url("https://wiki.corp.example/").is_err());
        assert!(guard.check_url("https://corp.example/").is_ok());
    }
}
