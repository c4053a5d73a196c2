//! How long another key was found at a known address. A neighbour vouches for it only after it found it there on three
//! different days, of which the first is three days ago: whoever holds an address for an hour, by its name's servers or on
//! its way, gets no word.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_protocol::{DAY_MS, Day, Id, Millis, PublicKey, day_of};

use crate::change::Change;
use crate::site::Site;

/// The address that is known with another key, and what was found there.
const REKEYED: &str = "rekeyed/";
/// The number of such addresses that are followed. Which one a domain is followed under is known to this site alone.
const FOLLOWED: u8 = 64;
/// The number of days on which the key has to be found.
const DAYS: u32 = 3;
/// The time for which it has to be there.
const LONG_MS: Millis = 3 * DAY_MS;
/// The time after which a key that was not found again is forgotten.
const FORGOTTEN_MS: Millis = 3 * DAY_MS;

/// Another key at a known address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rekeying {
    node: Id,
    key: PublicKey,
    first: Millis,
    last: Millis,
    days: u32,
}

impl Rekeying {
    fn mark(site: &Site, domain: &str) -> String {
        let drawn = Id::digest(format!("rekeyed\0{}\0{domain}", site.settings.seed).as_bytes());
        format!("{REKEYED}{}", drawn.0[0] % FOLLOWED)
    }

    fn read(value: &str, now: Millis) -> Option<Self> {
        let mut parts = value.split(' ');
        let node = parts.next()?.parse().ok()?;
        let key = STANDARD.decode(parts.next()?).ok()?.try_into().ok()?;
        let mut number = || parts.next()?.parse::<Millis>().ok();
        let (first, last, days) = (number()?, number()?, u32::try_from(number()?).ok()?);
        let counts = first <= last && last <= now && now < last.saturating_add(FORGOTTEN_MS);
        counts.then_some(Self { node, key: PublicKey(key), first, last, days })
    }

    /// What this site found at an address so far; none where it found no such key there of late.
    pub fn of(site: &Site, node: &Id, domain: &str, key: &PublicKey, now: Millis) -> Option<Self> {
        let followed = Self::read(site.marks.get(&Self::mark(site, domain))?, now)?;
        (followed.node == *node && followed.key == *key).then_some(followed)
    }

    /// Whether the key was looked for today.
    pub fn is_of(&self, today: Day) -> bool {
        day_of(self.last) == today
    }

    /// Whether the key has been there long enough.
    pub fn is_settled(&self, now: Millis) -> bool {
        self.days >= DAYS && now >= self.first.saturating_add(LONG_MS)
    }

    /// The changes to store when this key was found at the address. While another address of the box is followed, there
    /// are none.
    pub fn found(site: &Site, node: Id, domain: &str, key: PublicKey, now: Millis) -> Option<(Self, Change)> {
        let name = Self::mark(site, domain);
        let before = site.marks.get(&name).and_then(|value| Self::read(value, now));
        let followed = match before {
            Some(other) if other.node != node => return None,
            Some(same) if same.key == key => {
                let days = same.days + u32::from(day_of(same.last) < day_of(now));
                Self { last: now, days, ..same }
            }
            _ => Self { node, key, first: now, last: now, days: 1 },
        };
        let Self { first, last, days, .. } = followed;
        let value = format!("{node} {} {first} {last} {days}", STANDARD.encode(key.0));
        Some((followed, Change::Mark { name, value: Some(value) }))
    }

    /// The change to store when the known key was found at an address: no other one is followed there.
    pub fn refuted(site: &Site, node: &Id, domain: &str) -> Option<Change> {
        let name = Self::mark(site, domain);
        let of_node = site.marks.get(&name)?.starts_with(&node.to_string());
        of_node.then_some(Change::Mark { name, value: None })
    }

    /// The changes that forget what nobody follows any more.
    pub fn forget(site: &Site, now: Millis) -> impl Iterator<Item = Change> {
        let marks = site.marks.range(REKEYED.to_owned()..).take_while(|(name, _)| name.starts_with(REKEYED));
        let over = marks.filter(move |(_, value)| Self::read(value, now).is_none());
        over.map(|(name, _)| Change::Mark { name: name.clone(), value: None })
    }
}
