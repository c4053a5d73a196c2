//! One entry of a list of hosts, as Moodle's settings `curlsecurityblockedhosts` and `proxybypass` write it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use courseglue_protocol::Address;

/// Hosts that one entry of the list means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum HostRule {
    /// Exactly this name.
    Name(String),
    /// `*.example.org`: every name below this one, but not itself.
    Below(String),
    /// IPv4 addresses from the first to the last: one, a block (`10.0.0.0/8`, `192.168.`) or a range in the last
    /// group (`10.0.0.1-20`).
    V4(Ipv4Addr, Ipv4Addr),
    /// IPv6 addresses from the first to the last, written in the same ways.
    V6(Ipv6Addr, Ipv6Addr),
}

impl HostRule {
    /// Reads an entry. What is no address, block, range or pattern counts as a name.
    #[must_use]
    pub fn parse(entry: &str) -> Self {
        let entry = entry.trim().trim_matches(['[', ']']);
        v4(entry)
            .map(|(first, last)| Self::V4(first, last))
            .or_else(|| v6(entry).map(|(first, last)| Self::V6(first, last)))
            .unwrap_or_else(|| match entry.strip_prefix("*.") {
                Some(parent) => Self::Below(name_on_the_wire(parent)),
                None => Self::Name(name_on_the_wire(entry)),
            })
    }

    /// Whether a host of this name is meant. An address written as text is no name.
    #[must_use]
    pub fn matches_name(&self, host: &str) -> bool {
        match self {
            Self::Name(name) => plain_name(host) == *name,
            Self::Below(parent) => plain_name(host)
                .strip_suffix(parent)
                .is_some_and(|below| below.len() > 1 && below.ends_with('.')),
            Self::V4(..) | Self::V6(..) => false,
        }
    }

    /// Whether this address is meant. Addresses of IPv4 inside those of IPv6 are not looked for here.
    #[must_use]
    pub fn matches_address(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::V4(first, last), IpAddr::V4(address)) => (*first..=*last).contains(&address),
            (Self::V6(first, last), IpAddr::V6(address)) => (*first..=*last).contains(&address),
            _ => false,
        }
    }
}

/// A name as URLs and lookups have it: in letters beyond ASCII an admin's entry would never match.
fn name_on_the_wire(name: &str) -> String {
    match Address::from_url(name) {
        Ok((_, address)) if !name.is_ascii() => address.host().to_owned(),
        _ => plain_name(name),
    }
}

/// A name in lower case, without the dot of the root.
pub(crate) fn plain_name(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

fn v4(entry: &str) -> Option<(Ipv4Addr, Ipv4Addr)> {
    if let Some((base, length)) = entry.split_once('/') {
        return v4_block(base.parse().ok()?, length.trim().parse().ok()?);
    }
    if let Some((first, last)) = entry.split_once('-') {
        let first: Ipv4Addr = first.trim().parse().ok()?;
        let [a, b, c, _] = first.octets();
        let last = Ipv4Addr::new(a, b, c, last.trim().parse().ok()?);
        return (first <= last).then_some((first, last));
    }
    if let Ok(address) = entry.parse() {
        return Some((address, address));
    }
    v4_prefix(entry)
}

/// `192.168.` or `192.168`: whole groups from the left.
fn v4_prefix(entry: &str) -> Option<(Ipv4Addr, Ipv4Addr)> {
    let groups: Vec<u8> =
        entry.strip_suffix('.').unwrap_or(entry).split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    let mut octets = [0; 4];
    octets.get_mut(..groups.len())?.copy_from_slice(&groups);
    v4_block(octets.into(), u32::try_from(groups.len()).ok()? * 8)
}

fn v4_block(base: Ipv4Addr, length: u32) -> Option<(Ipv4Addr, Ipv4Addr)> {
    let free = u32::MAX.checked_shr(length).unwrap_or(0);
    let first = base.to_bits() & !free;
    (length <= 32).then(|| (first.into(), (first | free).into()))
}

fn v6(entry: &str) -> Option<(Ipv6Addr, Ipv6Addr)> {
    if let Some((base, length)) = entry.split_once('/') {
        let (base, length): (Ipv6Addr, u32) = (base.trim().parse().ok()?, length.trim().parse().ok()?);
        let free = u128::MAX.checked_shr(length).unwrap_or(0);
        let first = base.to_bits() & !free;
        return (length <= 128).then(|| (first.into(), (first | free).into()));
    }
    if let Some((first, last)) = entry.split_once('-') {
        let first: Ipv6Addr = first.trim().parse().ok()?;
        let mut groups = first.segments();
        groups[7] = u16::from_str_radix(last.trim(), 16).ok()?;
        let last = Ipv6Addr::from(groups);
        return (first <= last).then_some((first, last));
    }
    entry.parse().ok().map(|address| (address, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(entry: &str, address: &str) -> bool {
        HostRule::parse(entry).matches_address(address.parse().unwrap())
    }

    #[test]
    fn a_single_address_means_itself_only() {
        assert!(meant("169.254.169.254", "169.254.169.254"));
        assert!(!meant("169.254.169.254", "169.254.169.253"));
        assert!(meant("0000::1", "::1"));
        assert!(meant("[::1]", "::1"));
        assert!(!meant("::1", "::2"));
    }

    #[test]
    fn a_block_means_its_whole_extent() {
        assert!(meant("127.0.0.0/8", "127.0.0.1") && meant("127.0.0.0/8", "127.255.255.255"));
        assert!(!meant("127.0.0.0/8", "128.0.0.0") && !meant("127.0.0.0/8", "126.255.255.255"));
        assert!(meant("172.16.0.0/12", "172.31.255.255") && !meant("172.16.0.0/12", "172.32.0.0"));
        assert!(meant("10.1.2.3/8", "10.200.0.0"), "the bits behind the mask do not count");
        assert!(meant("0.0.0.0/0", "203.0.113.7"));
        assert!(meant("192.0.2.1/32", "192.0.2.1") && !meant("192.0.2.1/32", "192.0.2.2"));
        assert!(meant("fe80::/10", "febf::1") && !meant("fe80::/10", "fec0::1"));
        assert!(meant("::/0", "2001:db8::1") && meant("2001:db8::1/128", "2001:db8::1"));
    }

    #[test]
    fn a_range_covers_the_last_group() {
        assert!(meant("10.0.0.1-20", "10.0.0.1") && meant("10.0.0.1-20", "10.0.0.20"));
        assert!(!meant("10.0.0.1-20", "10.0.0.21") && !meant("10.0.0.1-20", "10.0.0.0"));
        assert!(meant("2001:db8::1-ff", "2001:db8::fe") && !meant("2001:db8::1-ff", "2001:db8::100"));
    }

    #[test]
    fn a_prefix_of_whole_groups_is_a_block() {
        assert!(meant("192.168.", "192.168.4.5") && meant("192.168", "192.168.4.5"));
        assert!(!meant("192.168.", "192.169.0.1"));
    }

    #[test]
    fn a_name_matches_whatever_its_case_and_last_dot() {
        let rule = HostRule::parse("LocalHost");
        assert!(rule.matches_name("localhost") && rule.matches_name("LOCALHOST."));
        assert!(!rule.matches_name("localhost.example.org"));
    }

    #[test]
    fn a_wildcard_means_the_names_below_and_not_the_name() {
        let rule = HostRule::parse("*.Example.org");
        assert!(rule.matches_name("a.example.org") && rule.matches_name("a.b.example.org."));
        assert!(!rule.matches_name("example.org") && !rule.matches_name(".example.org"));
        assert!(!rule.matches_name("badexample.org"));
    }

    #[test]
    fn a_name_in_its_own_letters_means_the_encoded_one() {
        assert!(HostRule::parse("Bücher.example").matches_name("xn--bcher-kva.example"));
        assert!(HostRule::parse("*.bücher.example").matches_name("wiki.xn--bcher-kva.example"));
    }

    #[test]
    fn nonsense_is_a_name_that_matches_no_address() {
        for entry in ["", "10.0.0.0/33", "10.0.0.20-1", "300.1.1.1", "fe80::/129", "1.2.3.4.5", "::ff-1"] {
            assert!(matches!(HostRule::parse(entry), HostRule::Name(_)), "{entry}");
        }
    }
}
