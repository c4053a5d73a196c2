//! Turns: which address is checked next, where more strangers ask for a check than there are checks. Whoever was turned
//! away draws a lot, and the lowest lot is checked next. So it does not help to be first again and again; and as a
//! registrable domain draws one lot, whatever names in it are told, to name many helps only as much as many domains do.
//!
//! The turns that wait are few: each is in one of 64 boxes, which is chosen by what this site alone knows, and in a box
//! the lowest lot stays.

use courseglue_protocol::{Address, CheckedEntry, HOUR_MS, Id, Millis, Scheme, domain_of_host};

use crate::change::Change;
use crate::site::Site;

/// The address that is checked next of those in a box.
const TURN: &str = "turn/";
/// The number of boxes for each kind of turn.
const BOXES: u8 = 64;
/// The time for which a turn waits: a site that still wants one asks every hour, and draws anew.
const WAIT_MS: Millis = 2 * HOUR_MS;

/// What a turn waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    /// That its host may be asked again.
    Host,
    /// That this site makes more checks, or more of this domain.
    Check,
}

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

/// The name of the mark under which a box is kept that a host's turns fall into.
fn mark(site: &Site, queue: Queue, host: &str) -> String {
    let (kind, of) = match queue {
        Queue::Host => ("host", host.into()),
        Queue::Check => ("check", domain_of_host(host)),
    };
    let drawn = Id::digest(format!("box\0{}\0{of}", site.settings.seed).as_bytes());
    format!("{TURN}{kind}/{}", drawn.0[0] % BOXES)
}

impl Turn {
    /// The turn that a newcomer draws. It is the same for all of its requests of one hour, and outsiders cannot foresee
    /// it.
    fn draw(site: &Site, newcomer: &CheckedEntry, now: Millis) -> Self {
        let drawn = now / HOUR_MS * HOUR_MS;
        let lot = |of: &str| {
            let lot = Id::digest(format!("turn\0{}\0{drawn}\0{of}", site.settings.seed).as_bytes());
            lot.to_string()[..20].to_owned()
        };
        let (scheme, address) = (newcomer.descriptor.scheme, newcomer.address.clone());
        let lot = lot(&domain_of_host(address.host())) + &lot(address.as_str());
        Self { drawn, lot, scheme, address }
    }

    fn read(value: &str, now: Millis) -> Option<Self> {
        let (drawn, rest) = value.split_once(' ')?;
        let (lot, url) = rest.split_once(' ')?;
        let drawn =
            drawn.parse().ok().filter(|drawn: &Millis| *drawn <= now && now < drawn + HOUR_MS + WAIT_MS)?;
        let (scheme, address) = Address::from_url(url).ok()?;
        Some(Self { drawn, lot: lot.to_owned(), scheme, address })
    }

    /// The turn that waits in the box of a host.
    pub fn next(site: &Site, queue: Queue, host: &str, now: Millis) -> Option<Self> {
        Self::read(site.marks.get(&mark(site, queue, host))?, now)
    }

    /// The changes to store when a newcomer is turned away: its turn, where it drew a lower lot than the one that waits
    /// in its box so far.
    pub fn turned_away(site: &Site, queue: Queue, newcomer: &CheckedEntry, now: Millis) -> Vec<Change> {
        let turn = Self::draw(site, newcomer, now);
        let next = Self::next(site, queue, newcomer.address.host(), now);
        let is_next = next.is_none_or(|next| turn.lot < next.lot);
        is_next.then(|| turn.kept(site, queue)).into_iter().collect()
    }

    fn kept(&self, site: &Site, queue: Queue) -> Change {
        let value = format!("{} {} {}", self.drawn, self.lot, self.address.url(self.scheme));
        Change::Mark { name: mark(site, queue, self.address.host()), value: Some(value) }
    }

    /// A turn was taken: what to store, where a newcomer was turned away for it.
    pub fn taken(
        &self,
        site: &Site,
        queue: Queue,
        instead_of: Option<&CheckedEntry>,
        now: Millis,
    ) -> Vec<Change> {
        let over = Change::Mark { name: mark(site, queue, self.address.host()), value: None };
        let waits = instead_of.map(|newcomer| Self::draw(site, newcomer, now).kept(site, queue));
        std::iter::once(over).chain(waits).collect()
    }

    /// The changes that forget turns for which no site waits any more.
    pub fn forget(site: &Site, now: Millis) -> impl Iterator<Item = Change> {
        let turns = site.marks.range(TURN.to_owned()..).take_while(|(name, _)| name.starts_with(TURN));
        let over = turns.filter(move |(_, value)| Self::read(value, now).is_none());
        over.map(|(name, _)| Change::Mark { name: name.clone(), value: None })
    }
}
