//! The peer table: every known site, sorted by node id.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::entry::CheckedEntry;
use crate::id::Id;
use crate::time::{Day, Millis};

/// How many homes a key has.
pub const REPLICAS: usize = 5;
/// How many nearest domains are a site's neighbourhood.
pub const NEIGHBOURHOOD: usize = 16;
/// Failures in a row after which a site is passed over for a while.
const FAILURES: u32 = 3;
const LONGEST_PAUSE_MS: Millis = 6 * crate::time::HOUR_MS;

/// What this site's own requests to a peer have shown. Never told to others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Liveness {
    /// Failed requests since the last answer.
    pub failures: u32,
    /// When the last request was made, Unix ms.
    pub last_try: Millis,
}

/// A known site.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its entry.
    pub site: Arc<CheckedEntry>,
    /// What was seen of it.
    pub liveness: Liveness,
}

impl Peer {
    /// Whether a request to it is worth making now: it answered last time, or failed fewer than three times
    /// in a row, or its pause (doubling, at most six hours) is over.
    #[must_use]
    pub fn is_usable(&self, now: Millis) -> bool {
        let failures = self.liveness.failures;
        if failures < FAILURES {
            return true;
        }
        let pause = (60_000 << (failures - FAILURES).min(20)).min(LONGEST_PAUSE_MS);
        now >= self.liveness.last_try + pause
    }
}

/// All known sites, this one included.
#[derive(Clone, Debug, Default)]
pub struct PeerTable {
    peers: Vec<Peer>,
}

impl PeerTable {
    /// Adds a site, or replaces its entry; what was seen of it is kept.
    pub fn put(&mut self, site: CheckedEntry) {
        match self.peers.binary_search_by_key(&site.id, |p| p.site.id) {
            Ok(at) => self.peers[at].site = Arc::new(site),
            Err(at) => {
                self.peers.insert(at, Peer { site: Arc::new(site), liveness: Liveness::default() });
            }
        }
    }

    /// Removes a site.
    pub fn remove(&mut self, id: &Id) {
        self.peers.retain(|p| p.site.id != *id);
    }

    /// The site with this id.
    #[must_use]
    pub fn get(&self, id: &Id) -> Option<&Peer> {
        self.peers.binary_search_by_key(id, |p| p.site.id).ok().map(|at| &self.peers[at])
    }

    /// Notes what a request has shown.
    pub fn set_liveness(&mut self, id: &Id, liveness: Liveness) {
        if let Ok(at) = self.peers.binary_search_by_key(id, |p| p.site.id) {
            self.peers[at].liveness = liveness;
        }
    }

    /// Every site whose descriptor holds on this day, by node id.
    pub fn holding(&self, day: Day) -> impl Iterator<Item = &Peer> {
        self.peers.iter().filter(move |p| p.site.descriptor.holds_on(day))
    }

    /// Every site, by node id.
    pub fn iter(&self) -> impl Iterator<Item = &Peer> {
        self.peers.iter()
    }

    /// How many sites are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.peers.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.peers.is_empty()
    }

    /// The homes of a key, nearest first: the nearest site of each of the `k` nearest domains; where fewer
    /// domains exist, filled with the nearest other sites.
    #[must_use]
    pub fn homes(&self, key: &Id, k: usize, day: Day) -> Vec<&Peer> {
        self.nearest_by_domain(key, k, day, |_| true)
    }

    /// Whether `node` is a home of `key`.
    #[must_use]
    pub fn is_home(&self, node: &Id, key: &Id, k: usize, day: Day) -> bool {
        self.homes(key, k, day).iter().any(|p| p.site.id == *node)
    }

    /// A site's neighbours: the nearest other site of each of the 16 domains nearest to it. Sites of its own
    /// domain count only where there is no other, so that nobody vouches for themselves.
    #[must_use]
    pub fn neighbours(&self, id: &Id, domain: &str, day: Day) -> Vec<&Peer> {
        let others =
            self.nearest_by_domain(id, NEIGHBOURHOOD, day, |p| p.site.id != *id && p.site.domain != domain);
        // Only sites of distinct domains are neighbours, unless the whole network is one domain.
        let mut domains = HashSet::new();
        let distinct: Vec<_> =
            others.into_iter().filter(|p| domains.insert(p.site.domain.as_str())).collect();
        if distinct.is_empty() {
            return self.nearest_by_domain(id, NEIGHBOURHOOD, day, |p| p.site.id != *id);
        }
        distinct
    }

    fn nearest_by_domain(
        &self,
        key: &Id,
        count: usize,
        day: Day,
        counts: impl Fn(&Peer) -> bool,
    ) -> Vec<&Peer> {
        let mut sorted: Vec<&Peer> = self.holding(day).filter(|p| counts(p)).collect();
        sorted.sort_unstable_by_key(|p| p.site.id.distance(key));
        let mut domains = BTreeSet::new();
        let (mut chosen, rest): (Vec<&Peer>, Vec<&Peer>) =
            sorted.into_iter().partition(|p| domains.insert(p.site.domain.as_str()));
        chosen.truncate(count);
        let missing = count - chosen.len();
        chosen.extend(rest.into_iter().take(missing));
        chosen.sort_unstable_by_key(|p| p.site.id.distance(key));
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::tests::body;
    use crate::entry::Entry;
    use crate::sign::{PublicKey, Sig};

    const NOW: Millis = 1_000 * crate::time::DAY_MS;
    const TODAY: Day = 1_000;

    fn site(address: &str) -> CheckedEntry {
        Entry { body: body(address, PublicKey([1; 32]), NOW), sig: Sig([0; 64]), vouchers: vec![] }
            .read()
            .unwrap()
    }

    fn table(addresses: &[&str]) -> PeerTable {
        let mut table = PeerTable::default();
        addresses.iter().for_each(|a| table.put(site(a)));
        table
    }

    #[test]
    fn homes_are_of_distinct_domains_while_there_are_enough() {
        let addresses: Vec<String> =
            (0..40).flat_map(|d| [format!("a.d{d}.example"), format!("b.d{d}.example")]).collect();
        let table = table(&addresses.iter().map(String::as_str).collect::<Vec<_>>());
        for word in 0..50 {
            let homes = table.homes(&Id::digest(&[word]), REPLICAS, TODAY);
            let domains: HashSet<_> = homes.iter().map(|p| &p.site.domain).collect();
            assert_eq!((homes.len(), domains.len()), (REPLICAS, REPLICAS));
        }
    }

    #[test]
    fn where_domains_are_few_other_sites_fill_in() {
        let table = table(&["a.x.example", "b.x.example", "c.x.example", "a.y.example"]);
        assert_eq!(table.homes(&Id::digest(b"w"), REPLICAS, TODAY).len(), 4);
        assert_eq!(table.homes(&Id::digest(b"w"), 3, TODAY).len(), 3);
    }

    #[test]
    fn nobody_of_its_own_domain_is_a_neighbour_where_others_exist() {
        let table = table(&["a.x.example", "b.x.example", "a.y.example"]);
        let subject = site("c.x.example");
        let neighbours = table.neighbours(&subject.id, &subject.domain, TODAY);
        assert_eq!(neighbours.iter().map(|p| p.site.address.as_str()).collect::<Vec<_>>(), ["a.y.example"]);
    }

    #[test]
    fn an_expired_site_is_no_home() {
        let table = table(&["a.x.example"]);
        assert_eq!(table.homes(&Id::digest(b"w"), 5, TODAY + 47).len(), 1);
        assert_eq!(table.homes(&Id::digest(b"w"), 5, TODAY + 48).len(), 0);
    }

    #[test]
    fn a_silent_site_is_passed_over_for_a_doubling_while() {
        let mut peer = Peer { site: Arc::new(site("a.example")), liveness: Liveness::default() };
        for (failures, after, usable) in [
            (2, 0, true),
            (3, 59_999, false),
            (3, 60_000, true),
            (5, 239_999, false),
            (200, 21_600_000, true),
        ] {
            peer.liveness = Liveness { failures, last_try: NOW };
            assert_eq!(peer.is_usable(NOW + after), usable, "{failures} failures, {after} ms");
        }
    }
}
