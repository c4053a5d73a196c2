//! Turns: which address is checked next, where more sites ask for a check than there are checks. A site that was turned
//! away draws a lot, and the lowest lot is checked next. So it does not help to be first again and again, and to name
//! many addresses helps only as much as many lots do.

use courseglue_protocol::{Address, CheckedEntry, HOUR_MS, Id, Millis, Scheme};

use crate::change::Change;
use crate::site::Site;

/// The address that is checked next at a host, or in a domain.
const TURN: &str = "turn/";
/// The time for which a turn waits: a site that still wants one asks every hour, and draws anew.
const WAIT_MS: Millis = 2 * HOUR_MS;

/// One lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    drawn: Millis,
    lot: String,
    /// The scheme by which the address is reached.
    pub scheme: Scheme,
    /// The address.
    pub address: Address,
}

/// The name of the mark under which the next turn of a host or domain is kept.
fn mark(of: &str) -> String {
    format!("{TURN}{}", Id::digest(of.as_bytes()))
}

impl Turn {
    /// The turn that a newcomer draws. It is the same for all of its requests of one hour, and outsiders cannot foresee
    /// it.
    fn draw(site: &Site, newcomer: &CheckedEntry, now: Millis) -> Self {
        let drawn = now / HOUR_MS * HOUR_MS;
        let lot =
            Id::digest(format!("turn\0{}\0{drawn}\0{}", site.settings.seed, newcomer.address).as_bytes());
        let (scheme, address) = (newcomer.descriptor.scheme, newcomer.address.clone());
        Self { drawn, lot: lot.to_string(), scheme, address }
    }

    fn read(value: &str, now: Millis) -> Option<Self> {
        let (drawn, rest) = value.split_once(' ')?;
        let (lot, url) = rest.split_once(' ')?;
        let drawn =
            drawn.parse().ok().filter(|drawn: &Millis| *drawn <= now && now < drawn + HOUR_MS + WAIT_MS)?;
        let (scheme, address) = Address::from_url(url).ok()?;
        Some(Self { drawn, lot: lot.to_owned(), scheme, address })
    }

    /// The turn that is next at a host, or in a domain.
    pub fn next(site: &Site, of: &str, now: Millis) -> Option<Self> {
        Self::read(site.marks.get(&mark(of))?, now)
    }

    /// The changes to store when a newcomer is turned away: its turn, where it drew a lower lot than the one that is
    /// next so far.
    pub fn turned_away(site: &Site, newcomer: &CheckedEntry, of: &str, now: Millis) -> Vec<Change> {
        let turn = Self::draw(site, newcomer, now);
        let lower = Self::next(site, of, now).is_none_or(|next| turn.lot < next.lot);
        lower.then(|| turn.kept(of)).into_iter().collect()
    }

    fn kept(&self, of: &str) -> Change {
        let value = format!("{} {} {}", self.drawn, self.lot, self.address.url(self.scheme));
        Change::Mark { name: mark(of), value: Some(value) }
    }

    /// The turn of a host or domain was taken: what to store, where a newcomer was turned away for it.
    pub fn taken(site: &Site, instead_of: Option<&CheckedEntry>, of: &str, now: Millis) -> Change {
        match instead_of {
            Some(newcomer) => Self::draw(site, newcomer, now).kept(of),
            None => Change::Mark { name: mark(of), value: None },
        }
    }

    /// The changes that forget turns for which no site waits any more.
    pub fn forget(site: &Site, now: Millis) -> impl Iterator<Item = Change> {
        let turns = site.marks.range(TURN.to_owned()..).take_while(|(name, _)| name.starts_with(TURN));
        let over = turns.filter(move |(_, value)| Self::read(value, now).is_none());
        over.map(|(name, _)| Change::Mark { name: name.clone(), value: None })
    }
}
