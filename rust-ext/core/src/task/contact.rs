//! The contact: the site that answers at an address that the admin named, through which joining goes.

use courseglue_protocol::{CheckedEntry, DAY_MS, Entry, EntryError, HOUR_MS, Millis};
use serde::Deserialize;

use super::answer::CallError;
use super::trouble::Trouble;
use crate::settings::is_network;

/// The answer to `describe`.
#[derive(Debug, Deserialize)]
pub(crate) struct DescribeAnswer {
    /// The site's entry.
    pub site: Entry,
    /// The name of its network.
    #[serde(default)]
    pub network: Option<String>,
    /// The version of the protocol that it speaks.
    #[serde(default)]
    pub version: Option<u64>,
    /// Its time.
    #[serde(default)]
    pub time: Option<Millis>,
}

/// The most that two clocks may differ where one site joins through the other: vouchers are dated by the day, and one day
/// of difference is forgiven.
const MAX_DIFFERENCE_MS: Millis = DAY_MS + HOUR_MS;

impl DescribeAnswer {
    /// The site that describes itself, if it is one with which this site can be in a network.
    pub fn check(self, network: &str, now: Millis) -> Result<CheckedEntry, Trouble> {
        self.is_of(network)?;
        let ahead = self.ahead(now);
        self.site.check(network, now).map_err(|e| match e {
            EntryError::Protocol(version) => Trouble::OtherVersion { version: Some(version.into()) },
            EntryError::TooNew => Trouble::Clock { ahead },
            // It says so itself: its cron does not run, or it left today.
            EntryError::Expired => Trouble::NotTakingPart,
            _ => Trouble::Forged,
        })
    }

    /// Whether it is of this network and version.
    fn is_of(&self, network: &str) -> Result<(), Trouble> {
        if let Some(other) = self.network.as_ref().filter(|other| *other != network) {
            let network = Some(other.clone()).filter(|name| is_network(name));
            return Err(Trouble::OtherNetwork { network });
        }
        if self.version.is_some_and(|version| version != u64::from(courseglue_protocol::PROTOCOL)) {
            return Err(Trouble::OtherVersion { version: self.version });
        }
        Ok(())
    }

    /// The number of seconds by which this site's clock is ahead of the other's.
    fn ahead(&self, now: Millis) -> Option<i64> {
        let theirs = self.time?;
        let seconds = i64::try_from(now.abs_diff(theirs) / 1000).ok()?;
        Some(if now < theirs { -seconds } else { seconds })
    }
}

/// The site that answered at `url`.
pub(crate) fn contact(
    answer: Result<DescribeAnswer, CallError>,
    url: &str,
    network: &str,
    now: Millis,
) -> Result<CheckedEntry, Trouble> {
    let described = answer.map_err(|e| *e.trouble)?;
    described.is_of(network)?;
    if described.time.is_some_and(|theirs| now.abs_diff(theirs) > MAX_DIFFERENCE_MS) {
        return Err(Trouble::Clock { ahead: described.ahead(now) });
    }
    let contact = described.check(network, now)?;
    if contact.url() == url { Ok(contact) } else { Err(Trouble::OtherAddress { url: contact.url() }) }
}
