//! Links inside a record: always relative to the publisher's own address, so that no link to somewhere else can be
//! published under a site's name.

/// The longest link, in bytes.
const MAX_LINK_BYTES: usize = 1024;

/// Why a link is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkFault {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Longer than any page's.
    #[error("is longer than {MAX_LINK_BYTES} bytes")]
    TooLong,
    /// `https:`, `javascript:` …
    #[error("must be relative to the site, without a scheme")]
    Scheme,
    /// `/x`, `//host`.
    #[error("must not begin with a slash")]
    LeadingSlash,
    /// `../x`, also percent-encoded.
    #[error("must not lead upwards (..)")]
    Upwards,
    /// Spaces, control characters, quotes, backslashes, or anything that a URL has to encode.
    #[error("holds a character that a URL has to encode")]
    Character,
}

/// Checks that `link` stays below the publisher's address whatever a browser makes of it.
///
/// # Errors
/// The first [`LinkFault`] found.
pub fn check_link(link: &str) -> Result<(), LinkFault> {
    if link.is_empty() {
        return Err(LinkFault::Empty);
    }
    if link.len() > MAX_LINK_BYTES {
        return Err(LinkFault::TooLong);
    }
    let unsafe_byte = |b: u8| !b.is_ascii_graphic() || b"\"'<>\\^`{|}".contains(&b);
    if link.bytes().any(unsafe_byte) {
        return Err(LinkFault::Character);
    }
    if link.starts_with('/') {
        return Err(LinkFault::LeadingSlash);
    }
    let path = link.split(['?', '#']).next().unwrap_or_default();
    if path.split('/').next().is_some_and(|segment| segment.contains(':')) {
        return Err(LinkFault::Scheme);
    }
    let decoded = link.to_ascii_lowercase().replace("%2e", ".");
    if decoded.contains("..") {
        return Err(LinkFault::Upwards);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{LinkFault, check_link};

    #[test]
    fn links_below_the_site_are_fine() {
        for link in
            ["course/view.php?id=12", "course/view.php?id=12#section-1", "a?u=http://b", "mod/page/view.php"]
        {
            assert_eq!(check_link(link), Ok(()), "{link}");
        }
    }

    #[test]
    fn a_link_cannot_leave_the_site() {
        for (link, fault) in [
            ("", LinkFault::Empty),
            ("https://evil.example/", LinkFault::Scheme),
            ("javascript:alert(1)", LinkFault::Scheme),
            ("JaVaScRiPt:alert(1)", LinkFault::Scheme),
            ("//evil.example", LinkFault::LeadingSlash),
            ("/admin", LinkFault::LeadingSlash),
            ("\\\\evil.example", LinkFault::Character),
            ("../other", LinkFault::Upwards),
            ("a/%2E%2e/b", LinkFault::Upwards),
            ("a/.%2e/b", LinkFault::Upwards),
            ("a b", LinkFault::Character),
            ("a\u{0}b", LinkFault::Character),
            ("a\"onclick=", LinkFault::Character),
            ("café", LinkFault::Character),
        ] {
            assert_eq!(check_link(link), Err(fault), "{link}");
        }
        assert_eq!(check_link(&"a".repeat(1025)), Err(LinkFault::TooLong));
    }
}
