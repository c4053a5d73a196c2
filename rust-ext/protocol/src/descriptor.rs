//! Descriptors: a site's signed statement about itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::address::{Address, AddressError, Scheme};
use crate::id::Id;
use crate::json::{self, SIGNED_DEPTH};
use crate::sign::PublicKey;
use crate::time::{Day, Millis, day_of};
use crate::visible::is_visible;

/// The longest descriptor, in bytes.
pub const MAX_DESCRIPTOR: usize = 2048;
/// The time for which a descriptor holds, in days.
pub const LEASE_DAYS: Day = 45;
/// The time for which an expired descriptor is still honoured, in days.
pub const GRACE_DAYS: Day = 2;
/// The most sites that serve a leaf.
pub const MAX_VIA: usize = 4;
/// The largest figure: the largest integer that every JSON reader keeps exactly.
pub const MAX_FIGURE: u64 = (1 << 53) - 1;

/// The parsed body of a descriptor. Fields that this version does not know are kept in the signed text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    /// The canonical address.
    pub address: String,
    /// The scheme by which it is reached.
    pub scheme: Scheme,
    /// The key its items are signed with.
    pub key: PublicKey,
    /// When it was signed, Unix ms; the higher one wins.
    pub seq: Millis,
    /// The last UTC day on which it holds.
    pub lease: Day,
    /// The site's full name.
    pub name: String,
    /// The learning platform.
    pub software: String,
    /// The branch of the platform's release, such as `4.5`: the patch release would tell which holes are open.
    pub release: String,
    /// The release of the software that speaks the protocol.
    pub plugin: String,
    /// The protocol version it speaks.
    pub protocol: u32,
    /// ISO 3166-1 alpha-2, upper case.
    #[serde(default)]
    pub country: Option<String>,
    /// The site's default language.
    pub lang: String,
    /// The figures its admin shares.
    #[serde(default)]
    pub figures: BTreeMap<String, u64>,
    /// What the site is in the network, where it is no full node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The addresses of the sites that place and search for a leaf.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
    /// The UTC day on which it took its key, where others know its address with another one: then more vouchers are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rekeyed: Option<Day>,
    /// The URL to which the site moved: then this is the last statement of the old address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
}

/// What a site is in the network, where it is no full node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A site that others serve: it publishes and searches through them.
    Leaf,
}

/// Why a text is no descriptor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DescriptorError {
    /// Longer than `MAX_DESCRIPTOR`, 2048 bytes.
    #[error("the descriptor is longer than {MAX_DESCRIPTOR} bytes")]
    TooLong,
    /// The text is not JSON, or a field is missing or of another kind.
    #[error("the descriptor cannot be read: {0}")]
    Malformed(String),
    /// A field is out of its bounds.
    #[error("the descriptor's {0} is out of bounds")]
    Bounds(&'static str),
    /// The address is not canonical.
    #[error("the descriptor's address: {0}")]
    Address(#[from] AddressError),
}

impl Descriptor {
    /// The descriptor of a site that nothing is known of. It held until the third day of 1970.
    pub(crate) fn unreadable() -> Self {
        Self {
            address: String::new(),
            scheme: Scheme::Https,
            key: PublicKey([0; 32]),
            seq: 0,
            lease: 0,
            name: String::new(),
            software: String::new(),
            release: String::new(),
            plugin: String::new(),
            protocol: crate::PROTOCOL,
            country: None,
            lang: String::new(),
            figures: BTreeMap::new(),
            role: None,
            via: Vec::new(),
            rekeyed: None,
            moved_to: None,
        }
    }

    /// Reads and checks the body of a descriptor. Its signature is checked elsewhere, with the key it names.
    ///
    /// # Errors
    /// A [`DescriptorError`].
    pub fn parse(body: &str) -> Result<(Self, Address), DescriptorError> {
        if body.len() > MAX_DESCRIPTOR {
            return Err(DescriptorError::TooLong);
        }
        let descriptor: Self = json::read(body.as_bytes(), SIGNED_DEPTH)
            .map_err(|e| DescriptorError::Malformed(e.to_string()))?;
        let address = Address::parse(descriptor.scheme, &descriptor.address)?;
        descriptor.check_bounds()?;
        Ok((descriptor, address))
    }

    fn check_bounds(&self) -> Result<(), DescriptorError> {
        let word = |text: &str, max: usize| {
            !text.is_empty()
                && text.len() <= max
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+ ()".contains(&b))
        };
        let bound = |holds: bool, field| if holds { Ok(()) } else { Err(DescriptorError::Bounds(field)) };
        bound(self.name.len() <= 500 && is_visible(&self.name), "name")?;
        bound(word(&self.software, 40), "software")?;
        bound(is_branch(&self.release), "release")?;
        bound(word(&self.plugin, 40), "plugin")?;
        bound(word(&self.lang, 20), "lang")?;
        bound(
            self.country.as_ref().is_none_or(|c| c.len() == 2 && c.bytes().all(|b| b.is_ascii_uppercase())),
            "country",
        )?;
        let figure = |(name, value): (&String, &u64)| word(name, 40) && *value <= MAX_FIGURE;
        bound(self.figures.len() <= 32 && self.figures.iter().all(figure), "figures")?;
        bound(self.rekeyed.is_none_or(|day| day <= day_of(self.seq)), "rekeyed")?;
        bound(self.moved_to.as_deref().is_none_or(|url| self.is_elsewhere(url)), "moved_to")?;
        let is_address = |text: &String| Address::parse(Scheme::Https, text).is_ok() && *text != self.address;
        let served = if self.role.is_some() { 1..=MAX_VIA } else { 0..=0 };
        bound(served.contains(&self.via.len()) && self.via.iter().all(is_address), "via")?;
        bound(self.lease <= day_of(self.seq) + LEASE_DAYS, "lease")
    }

    /// Whether a text is another site's URL in canonical form.
    fn is_elsewhere(&self, url: &str) -> bool {
        Address::from_url(url).is_ok_and(|(scheme, to)| to.url(scheme) == url && to.as_str() != self.address)
    }

    /// Whether it still holds on this day, grace included.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        day <= self.lease + GRACE_DAYS
    }

    /// The site's node id, from its address.
    ///
    /// # Errors
    /// An error where the address is not canonical; never for a parsed descriptor.
    pub fn node_id(&self) -> Result<Id, AddressError> {
        Ok(Address::parse(self.scheme, &self.address)?.node_id())
    }
}

/// Whether a text is the branch of a release: one number or two, each of three digits at most.
fn is_branch(text: &str) -> bool {
    let number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    text.split('.').all(number) && text.split('.').count() <= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::descriptor as body;

    #[test]
    fn fields_of_a_later_version_do_no_harm() {
        let text = body("a.example", PublicKey([1; 32]), 1_000_000).replacen('{', "{\"new\":[1],", 1);
        assert!(Descriptor::parse(&text).is_ok());
    }

    #[test]
    fn a_descriptor_of_the_last_days_of_time_is_read_without_harm() {
        for seq in [u64::MAX, u64::from(Day::MAX) * crate::time::DAY_MS] {
            let text = body("a.example", PublicKey([1; 32]), 1_000_000);
            let text = text.replace("1000000", &seq.to_string());
            assert!(Descriptor::parse(&text).is_ok_and(|(descriptor, _)| descriptor.seq == seq), "{seq}");
        }
    }

    #[test]
    fn a_site_moves_to_another_canonical_url() {
        let moved = |to: &str| {
            let text = body("a.example", PublicKey([1; 32]), 1_000_000);
            Descriptor::parse(&text.replacen('{', &format!("{{\"moved_to\":\"{to}\","), 1)).map(|_| ())
        };
        assert_eq!(moved("https://b.example/moodle"), Ok(()));
        for to in
            ["", "b.example", "https://B.example", "https://b.example/", "http://a.example", "javascript:1"]
        {
            assert_eq!(moved(to), Err(DescriptorError::Bounds("moved_to")), "{to}");
        }
    }

    #[test]
    fn a_leaf_says_which_sites_serve_it() {
        let with = |more: &str| {
            let text = body("a.example", PublicKey([1; 32]), 1_000_000);
            Descriptor::parse(&text.replacen('{', &format!("{{{more},"), 1)).map(|(descriptor, _)| descriptor)
        };
        let leaf = with(r#""role":"leaf","via":["b.example","c.example/moodle"]"#).unwrap();
        assert_eq!((leaf.role, leaf.via.len()), (Some(Role::Leaf), 2));
        assert_eq!(with(r#""role":null"#).unwrap().role, None);
        for wrong in [
            r#""role":"leaf""#,
            r#""via":["b.example"]"#,
            r#""role":"leaf","via":["a.example"]"#,
            r#""role":"leaf","via":["B.example"]"#,
            r#""role":"leaf","via":["b.example","c.example","d.example","e.example","f.example"]"#,
        ] {
            assert_eq!(with(wrong).map(|_| ()), Err(DescriptorError::Bounds("via")), "{wrong}");
        }
        assert!(matches!(with(r#""role":"moon""#), Err(DescriptorError::Malformed(_))));
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        let good = body("a.example", PublicKey([1; 32]), 1_000_000);
        for (from, to, field) in [
            ("\"ES\"", "\"Spain\"", "country"),
            ("A site", "A\\u0000site", "name"),
            ("A site", "A\u{202e}site", "name"),
            ("A site", "A\u{e0041}site", "name"),
            ("A site", " \u{200b}\u{3164}", "name"),
            ("4.5", "4.5.6", "release"),
            ("4.5", "4.5+", "release"),
            ("\"lease\":45", "\"lease\":400", "lease"),
            ("\"courses\":3", "\"courses\":18446744073709551615", "figures"),
        ] {
            let text = good.replace(from, to);
            assert_ne!(text, good, "{field}");
            assert_eq!(Descriptor::parse(&text).map(|_| ()), Err(DescriptorError::Bounds(field)));
        }
        assert!(matches!(
            Descriptor::parse(&good.replace("a.example", "A.example")),
            Err(DescriptorError::Address(_))
        ));
    }
}
