//! A site's canonical address: the name under which the network knows it.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Serialize;

use crate::id::Id;

/// The longest address, in bytes.
pub const MAX_ADDRESS: usize = 255;

/// The scheme by which a site is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// HTTP over TLS, the rule.
    Https,
    /// Plain HTTP, for closed networks where the admin allows it.
    Http,
}

impl Scheme {
    fn default_port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Https => "https",
            Self::Http => "http",
        })
    }
}

/// A site's place: host, port where it is not the scheme's, path. No scheme, no trailing slash, IDNA host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    host_len: usize,
    port: Option<u16>,
}

/// Why a text is no site's address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Longer than [`MAX_ADDRESS`].
    #[error("the address is longer than {MAX_ADDRESS} bytes")]
    TooLong,
    /// A scheme that is neither http nor https.
    #[error("the address must start with https:// or http://, not {0}://")]
    Scheme(String),
    /// A user name or password before the host.
    #[error("the address must not hold a user name or password")]
    UserInfo,
    /// A query or fragment.
    #[error("the address must end before any '?' or '#'")]
    Query,
    /// The text is not a host name or IP address.
    #[error("'{0}' is not a host name")]
    Host(String),
    /// The text is not a port.
    #[error("'{0}' is not a port between 1 and 65535")]
    Port(String),
    /// A path with empty, dot or odd parts.
    #[error("the path '{0}' of the address is not plain")]
    Path(String),
    /// Right, but not in canonical form.
    #[error("the address is written '{given}' where its canonical form is '{canonical}'")]
    NotCanonical {
        /// The address as it came.
        given: String,
        /// The address as it must be.
        canonical: String,
    },
}

impl Address {
    /// An empty address, at which no site is reached.
    pub(crate) fn nowhere() -> Self {
        Self { text: String::new(), host_len: 0, port: None }
    }

    /// Reads a URL, or an address without a scheme (then https is meant), and brings it into canonical form.
    ///
    /// # Errors
    /// An [`AddressError`] that says what is wrong with the text.
    pub fn from_url(url: &str) -> Result<(Scheme, Self), AddressError> {
        let url = url.trim();
        let (scheme, rest) = match url.split_once("://") {
            None => (Scheme::Https, url),
            Some((s, rest)) if s.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
            Some((s, rest)) if s.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
            Some((s, _)) => return Err(AddressError::Scheme(s.chars().take(20).collect())),
        };
        Ok((scheme, Self::from_parts(scheme, rest)?))
    }

    /// Reads an address that must be in canonical form already, as in a signed descriptor.
    ///
    /// # Errors
    /// The errors of [`Address::from_url`], and [`AddressError::NotCanonical`].
    pub fn parse(scheme: Scheme, text: &str) -> Result<Self, AddressError> {
        let address = Self::from_parts(scheme, text)?;
        if address.text != text {
            return Err(AddressError::NotCanonical { given: text.to_owned(), canonical: address.text });
        }
        Ok(address)
    }

    fn from_parts(scheme: Scheme, rest: &str) -> Result<Self, AddressError> {
        if rest.len() > MAX_ADDRESS {
            return Err(AddressError::TooLong);
        }
        if rest.contains(['?', '#']) {
            return Err(AddressError::Query);
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return Err(AddressError::UserInfo);
        }
        let (host, port) = split_port(authority)?;
        let host = canonical_host(host)?;
        let port = port.filter(|port| *port != scheme.default_port());
        let path = path.trim_end_matches('/');
        let mut text = host;
        let host_len = text.len();
        if let Some(port) = port {
            text.push(':');
            text.push_str(&port.to_string());
        }
        if !path.is_empty() {
            let plain = |part: &str| {
                !part.is_empty()
                    && !matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
                    && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%+@=".contains(&b))
            };
            if !path.split('/').all(plain) {
                return Err(AddressError::Path(path.to_owned()));
            }
            text.push('/');
            text.push_str(path);
        }
        if text.len() > MAX_ADDRESS {
            return Err(AddressError::TooLong);
        }
        Ok(Self { text, host_len, port })
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, an IPv6 literal in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.text[..self.host_len]
    }

    /// The site's URL, without a trailing slash.
    #[must_use]
    pub fn url(&self, scheme: Scheme) -> String {
        format!("{scheme}://{}", self.text)
    }

    /// The registrable domain by the ICANN section of the public-suffix list; of a public IP address, the block that it is
    /// of. Private IP addresses, single-label hosts and hosts that are themselves a suffix count whole, with their port.
    #[must_use]
    pub fn domain(&self) -> String {
        let host = self.host();
        let whole = || match self.port {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        owner(host).map_or_else(whole, Cow::into_owned)
    }

    /// The node id that the host alone would have. The sites near this key vouch for all addresses at the host, so that
    /// one host has one neighbourhood, whatever ports and paths are named.
    #[must_use]
    pub fn host_key(&self) -> Id {
        let host = self.host();
        Id::of_node(&domain_of_host(host), host)
    }

    /// The node id of a site at this address.
    #[must_use]
    pub fn node_id(&self) -> Id {
        Id::of_node(&self.domain(), &self.text)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), AddressError> {
    let colon = match authority.rfind(']') {
        Some(bracket) => authority[bracket..].find(':').map(|at| bracket + at),
        None => authority.find(':'),
    };
    let Some(colon) = colon else { return Ok((authority, None)) };
    let digits = &authority[colon + 1..];
    match digits.parse::<u16>() {
        Ok(port) if port != 0 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            Ok((&authority[..colon], Some(port)))
        }
        _ => Err(AddressError::Port(digits.to_owned())),
    }
}

/// The IPv4 address that an IPv6 address only writes in another way: IPv4-mapped (RFC 4291, 2.5.5.2), or behind the
/// well-known prefix of NAT64 (RFC 6052, 2.1).
#[must_use]
pub fn v4_inside(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    }
}

fn canonical_host(host: &str) -> Result<String, AddressError> {
    let bad = || AddressError::Host(host.to_owned());
    if let Some(literal) = host.strip_prefix('[') {
        let address: Ipv6Addr = literal.strip_suffix(']').ok_or_else(bad)?.parse().map_err(|_| bad())?;
        return Ok(v4_inside(address).map_or_else(|| format!("[{address}]"), |v4| v4.to_string()));
    }
    let ascii = idna::domain_to_ascii_strict(host.trim_end_matches('.')).map_err(|_| bad())?;
    if ascii.is_empty() || ascii.len() > 253 {
        return Err(bad());
    }
    // A last label of digits makes a host an IPv4 address in every browser; only the dotted quad is one here.
    let numeric = ascii.rsplit('.').next().is_some_and(|last| {
        last.bytes().all(|b| b.is_ascii_digit())
            || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))
    });
    if numeric && ascii.parse::<IpAddr>().is_err() {
        return Err(bad());
    }
    Ok(ascii)
}

/// The domain that the host alone would have.
#[must_use]
pub fn domain_of_host(host: &str) -> Cow<'_, str> {
    owner(host).unwrap_or(Cow::Borrowed(host))
}

/// The owner of a host: its registrable domain, or the block of its public IP address; none for private IP addresses,
/// single labels and hosts that are themselves a suffix.
fn owner(host: &str) -> Option<Cow<'_, str>> {
    if let Some(literal) = host.strip_prefix('[') {
        let address: Ipv6Addr = literal.strip_suffix(']')?.parse().ok()?;
        let private = address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local();
        let block = Ipv6Addr::from_bits(address.to_bits() & !(u128::MAX >> 32));
        return (!private).then(|| Cow::Owned(format!("[{block}]/32")));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        let private = address.is_loopback() || address.is_private() || address.is_link_local();
        let block = Ipv4Addr::from_bits(address.to_bits() & !0xff);
        return (!private).then(|| Cow::Owned(format!("{block}/24")));
    }
    if host.contains('.') { icann_registrable(host).map(Cow::Borrowed) } else { None }
}

/// The registrable domain of a host name with at least one dot, by ICANN suffixes only: a private suffix (`github.io`)
/// is a registered domain like any other.
fn icann_registrable(host: &str) -> Option<&str> {
    let mut candidate = host;
    let suffix = loop {
        let suffix = psl::suffix(candidate.as_bytes())?;
        let text = std::str::from_utf8(suffix.as_bytes()).ok()?;
        if suffix.typ() == Some(psl::Type::Icann) || !suffix.is_known() {
            break text;
        }
        candidate = text.split_once('.')?.1;
    };
    let before = host.strip_suffix(suffix)?.strip_suffix('.')?;
    let label = before.rfind('.').map_or(0, |dot| dot + 1);
    Some(&host[label..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(url: &str) -> String {
        Address::from_url(url).unwrap().1.to_string()
    }

    #[test]
    fn one_site_has_one_address() {
        for url in [
            "https://Moodle.URV.cat/",
            "moodle.urv.cat",
            "https://moodle.urv.cat:443",
            "http://moodle.urv.cat:80//",
            " https://moodle.urv.cat. ",
        ] {
            assert_eq!(canonical(url), "moodle.urv.cat", "{url}");
        }
        assert_eq!(canonical("http://127.0.0.2:8080/moodle/"), "127.0.0.2:8080/moodle");
        assert_eq!(canonical("https://München.example/a/b"), "xn--mnchen-3ya.example/a/b");
        assert_eq!(canonical("https://[2001:DB8::1]:8443/x"), "[2001:db8::1]:8443/x");
        for url in
            ["https://[::ffff:203.0.113.7]/x", "https://[64:ff9b::cb00:7107]/x", "https://203.0.113.7/x"]
        {
            assert_eq!(canonical(url), "203.0.113.7/x", "{url}");
        }
        assert!(Address::parse(Scheme::Https, "[::ffff:203.0.113.7]").is_err());
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_reason() {
        for url in [
            "",
            "ftp://a.example",
            "https://user@a.example",
            "https://a.example?x",
            "https://a.example/#x",
            "https://a.example:0",
            "https://a.example:99999",
            "https://a.example:+80",
            "https://a.example/../b",
            "https://a.example/%2E%2e/b",
            "https://a.example//b/c",
            "https://a b.example",
            "https://2130706433",
            "https://0x7f.1",
            "https://127.1",
            "https://[::1",
        ] {
            assert!(Address::from_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_private_suffix_is_one_registered_domain() {
        let domain = |url| Address::from_url(url).unwrap().1.domain();
        assert_eq!(domain("https://campus.moodle.urv.cat"), "urv.cat");
        assert_eq!(domain("https://moodle.ox.ac.uk/x"), "ox.ac.uk");
        assert_eq!(domain("https://school.github.io"), "github.io");
        assert_eq!(domain("https://a.s3.amazonaws.com"), "amazonaws.com");
        assert_eq!(domain("https://ac.uk"), "ac.uk");
        assert_eq!(domain("http://localhost:8080"), "localhost:8080");
        assert_eq!(domain("http://127.0.0.1:8080/m"), "127.0.0.1:8080");
        assert_eq!(domain("http://[::1]/m"), "[::1]");
    }

    #[test]
    fn public_ip_addresses_count_by_the_block_and_private_ones_whole() {
        let domain = |url: &str| Address::from_url(url).unwrap().1.domain();
        assert_eq!(domain("https://203.0.113.7"), domain("https://203.0.113.250:8443/m"));
        assert_eq!(domain("https://203.0.113.7"), "203.0.113.0/24");
        assert_ne!(domain("https://203.0.113.7"), domain("https://203.0.114.7"));
        assert_eq!(domain("https://[2001:db8:1::5]"), domain("https://[2001:db8:ffff:1::2]:8443/m"));
        assert_eq!(domain("https://[2001:db8:1::5]"), "[2001:db8::]/32");
        assert_ne!(domain("https://[2001:db8::5]"), domain("https://[2001:db9::5]"));
        for own in [
            "127.1.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.0.1",
            "[::1]",
            "[fd00::1]",
            "[fe80::1]",
        ] {
            assert_eq!(domain(&format!("http://{own}:80/m")), own);
            assert_eq!(domain(&format!("http://{own}:8080/m")), format!("{own}:8080"));
        }
        let key = |url| Address::from_url(url).unwrap().1.host_key();
        assert_eq!(key("https://203.0.113.7").0[..8], key("https://203.0.113.8:8443/m").0[..8]);
        assert_ne!(key("https://203.0.113.7"), key("https://203.0.113.8"));
    }

    #[test]
    fn all_addresses_at_one_host_have_one_key() {
        let key = |url| Address::from_url(url).unwrap().1.host_key();
        for urls in [
            ["https://moodle.urv.cat", "http://moodle.urv.cat:8080/a/b"],
            ["http://127.0.0.1:8080/m", "http://127.0.0.1/n"],
            ["http://localhost:1", "http://localhost:2"],
            ["http://[::1]:1/m", "http://[::1]"],
        ] {
            assert_eq!(key(urls[0]), key(urls[1]), "{urls:?}");
        }
        assert_ne!(key("https://a.urv.cat"), key("https://b.urv.cat"));
        assert_eq!(key("https://a.urv.cat").0[..8], key("https://b.urv.cat").0[..8]);
    }

    proptest! {
        #[test]
        fn the_canonical_form_is_stable(url in "(https?://)?[a-zA-Zé0-9.-]{1,30}(:[0-9]{1,5})?(/[a-z.%]{0,5}){0,3}") {
            if let Ok((scheme, address)) = Address::from_url(&url) {
                prop_assert_eq!(Address::parse(scheme, address.as_str()), Ok(address.clone()));
                prop_assert!(!address.domain().is_empty());
            }
        }

        #[test]
        fn no_text_panics(url in any::<String>()) {
            let _ = Address::from_url(&url);
        }
    }
}
