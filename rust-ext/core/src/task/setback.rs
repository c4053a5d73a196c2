//! A trouble with one site, as a sentence about it.

use courseglue_protocol::{Address, Scheme};
use serde::Serialize;

use super::failure::Rule;
use super::problems::plain;
use super::trouble::Trouble;

/// A trouble with one site. Its text is a sentence for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Setback {
    /// The URL of the site, or what was given for one.
    pub site: String,
    /// The trouble with it.
    pub trouble: Box<Trouble>,
}

impl Setback {
    /// A trouble with that site.
    pub fn new(site: impl Into<String>, trouble: Trouble) -> Self {
        Self { site: site.into(), trouble: trouble.into() }
    }

    fn sentence(&self) -> String {
        match &*self.trouble {
            Trouble::Unchecked { .. } | Trouble::Own { .. } => self.trouble.to_string(),
            trouble => format!("{} {trouble}", plain(&self.site)),
        }
    }
}

/// Reads the URL of a site that a person typed.
pub(crate) fn read_url(url: &str, plain_http: bool) -> Result<(Scheme, Address), Setback> {
    let given = || plain(url.trim());
    let (scheme, address) = Address::from_url(url).map_err(|_| Setback::new(given(), Trouble::NoAddress))?;
    if scheme == Scheme::Http && !plain_http {
        return Err(Setback::new(address.url(scheme), Trouble::BlockedHere { rule: Rule::Scheme }));
    }
    Ok((scheme, address))
}

#[cfg(test)]
mod tests {
    use super::super::Failure;
    use super::super::failure::{Barrier, Families};
    use super::*;

    #[test]
    fn no_sentence_speaks_of_what_the_system_said() {
        let closed = Failure::Unreachable(Barrier::Closed(Families { ipv4: true, ipv6: true }));
        let told = Setback::new("https://a.example", closed.into()).to_string();
        assert_eq!(
            told,
            "https://a.example cannot be reached: nothing listens there at its IPv4 and IPv6 addresses"
        );
    }
}
