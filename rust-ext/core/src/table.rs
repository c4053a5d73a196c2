//! The peer table: every known site, sorted by node id.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::entry::CheckedEntry;
use crate::id::Id;
use crate::time::{DAY_MS, Day, Millis, day_of};

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
    /// When the first of these failures was seen, Unix ms; 0 where the last request was answered.
    pub failing_since: Millis,
}

impl Liveness {
    /// Whether it has been silent for so long that another site takes its place as a home: a day, asked at least twice.
    #[must_use]
    pub fn is_gone(&self, now: Millis) -> bool {
        self.failures >= 2 && now >= self.failing_since.saturating_add(DAY_MS)
    }
}

/// A known site.
#[derive(Clone, Copy, Debug)]
pub struct Peer<'t> {
    /// Its entry.
    pub site: &'t Arc<CheckedEntry>,
    /// What was seen of it.
    pub liveness: Liveness,
    /// Whether random checks found nobody there, so that it is not used.
    pub dropped: bool,
}

impl Peer<'_> {
    /// Whether the site is where it says: it did not move, and was not dropped.
    #[must_use]
    pub fn stands(&self) -> bool {
        !self.dropped && self.site.descriptor.moved_to.is_none()
    }

    /// Whether a request to it is worth making now: it answered last time, or failed fewer than three times
    /// in a row, or its pause (doubling, at most six hours) is over.
    #[must_use]
    pub fn is_usable(&self, now: Millis) -> bool {
        if !self.stands() {
            return false;
        }
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
    sites: Vec<Arc<CheckedEntry>>,
    /// Of those whose last request failed.
    liveness: HashMap<Id, Liveness>,
    dropped: HashSet<Id>,
}

impl PeerTable {
    /// Adds a site, or replaces its entry; what was seen of it is kept.
    pub fn put(&mut self, site: impl Into<Arc<CheckedEntry>>) {
        let site = site.into();
        match self.sites.binary_search_by_key(&site.id, |s| s.id) {
            Ok(at) => self.sites[at] = site,
            Err(at) => self.sites.insert(at, site),
        }
    }

    /// Removes a site.
    pub fn remove(&mut self, id: &Id) {
        if let Ok(at) = self.sites.binary_search_by_key(id, |s| s.id) {
            self.sites.remove(at);
            self.liveness.remove(id);
            self.dropped.remove(id);
        }
    }

    /// The site with this id.
    #[must_use]
    pub fn get(&self, id: &Id) -> Option<Peer<'_>> {
        self.sites.binary_search_by_key(id, |s| s.id).ok().map(|at| self.peer(&self.sites[at]))
    }

    fn peer<'t>(&'t self, site: &'t Arc<CheckedEntry>) -> Peer<'t> {
        let liveness = self.liveness.get(&site.id).copied().unwrap_or_default();
        Peer { site, liveness, dropped: self.dropped.contains(&site.id) }
    }

    /// Drops a site, or takes it back. It stays in the table, but is no home and no neighbour.
    pub fn set_dropped(&mut self, id: &Id, dropped: bool) {
        if dropped {
            self.dropped.insert(*id);
        } else {
            self.dropped.remove(id);
        }
    }

    /// The site at this place in the order of node ids.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<Peer<'_>> {
        self.sites.get(place).map(|site| self.peer(site))
    }

    /// The sites behind `id`, by node id.
    pub fn after(&self, id: &Id) -> impl Iterator<Item = Peer<'_>> {
        let from = self.sites.partition_point(|site| site.id <= *id);
        self.sites.get(from..).into_iter().flatten().map(|site| self.peer(site))
    }

    /// Notes what a request has shown.
    pub fn set_liveness(&mut self, id: &Id, liveness: Liveness) {
        if liveness.failures == 0 {
            self.liveness.remove(id);
        } else if self.sites.binary_search_by_key(id, |s| s.id).is_ok() {
            self.liveness.insert(*id, liveness);
        }
    }

    /// Every site whose descriptor holds on this day, by node id.
    pub fn holding(&self, day: Day) -> impl Iterator<Item = Peer<'_>> {
        self.iter().filter(move |p| p.site.descriptor.holds_on(day))
    }

    /// Every site, by node id.
    pub fn iter(&self) -> impl Iterator<Item = Peer<'_>> {
        self.sites.iter().map(|site| self.peer(site))
    }

    /// How many sites are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sites.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// The homes of a key, nearest first: the nearest site of each of the `k` nearest domains; where fewer
    /// domains exist, filled with the nearest other sites. Sites that are gone ([`Liveness::is_gone`]) or do not
    /// stand are passed over.
    #[must_use]
    pub fn homes(&self, key: &Id, k: usize, now: Millis) -> Vec<Peer<'_>> {
        self.nearest_by_domain(key, k, day_of(now), |p| p.stands() && !p.liveness.is_gone(now))
    }

    /// Whether `node` is a home of `key`.
    #[must_use]
    pub fn is_home(&self, node: &Id, key: &Id, k: usize, now: Millis) -> bool {
        self.homes(key, k, now).iter().any(|p| p.site.id == *node)
    }

    /// The nearest site of each of the `count` nearest domains, then the nearest others, whatever was seen of them.
    #[must_use]
    pub fn nearest(&self, key: &Id, count: usize, day: Day) -> Vec<Peer<'_>> {
        self.nearest_by_domain(key, count, day, |_| true)
    }

    /// The sites that vouch for a newcomer: the nearest other site of each of the 16 domains nearest to its host. Sites
    /// of its own domain count only where there is no other, so that nobody vouches for themselves.
    #[must_use]
    pub fn neighbours(&self, subject: &CheckedEntry, day: Day) -> Vec<Peer<'_>> {
        let CheckedEntry { id, domain, .. } = subject;
        let key = subject.address.host_key();
        let counts = |p: &Peer<'_>| p.stands() && p.site.id != *id;
        let others =
            self.nearest_by_domain(&key, NEIGHBOURHOOD, day, |p| counts(p) && p.site.domain != *domain);
        // Only sites of distinct domains are neighbours, unless the whole network is one domain.
        let mut domains = HashSet::new();
        let distinct: Vec<_> =
            others.into_iter().filter(|p| domains.insert(p.site.domain.as_str())).collect();
        if distinct.is_empty() {
            return self.nearest_by_domain(&key, NEIGHBOURHOOD, day, counts);
        }
        distinct
    }

    fn nearest_by_domain(
        &self,
        key: &Id,
        count: usize,
        day: Day,
        counts: impl Fn(&Peer<'_>) -> bool,
    ) -> Vec<Peer<'_>> {
        let mut sorted: Vec<Peer<'_>> = self.holding(day).filter(|p| counts(p)).collect();
        sorted.sort_unstable_by_key(|p| p.site.id.distance(key));
        let mut domains = BTreeSet::new();
        let (mut chosen, rest): (Vec<Peer<'_>>, Vec<Peer<'_>>) =
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
            let homes = table.homes(&Id::digest(&[word]), REPLICAS, NOW);
            let domains: HashSet<_> = homes.iter().map(|p| &p.site.domain).collect();
            assert_eq!((homes.len(), domains.len()), (REPLICAS, REPLICAS));
        }
    }

    #[test]
    fn where_domains_are_few_other_sites_fill_in() {
        let table = table(&["a.x.example", "b.x.example", "c.x.example", "a.y.example"]);
        assert_eq!(table.homes(&Id::digest(b"w"), REPLICAS, NOW).len(), 4);
        assert_eq!(table.homes(&Id::digest(b"w"), 3, NOW).len(), 3);
    }

    #[test]
    fn nobody_of_its_own_domain_is_a_neighbour_where_others_exist() {
        let table = table(&["a.x.example", "b.x.example", "a.y.example"]);
        let subject = site("c.x.example");
        let neighbours = table.neighbours(&subject, TODAY);
        assert_eq!(neighbours.iter().map(|p| p.site.address.as_str()).collect::<Vec<_>>(), ["a.y.example"]);
    }

    #[test]
    fn an_expired_site_is_no_home() {
        let table = table(&["a.x.example"]);
        assert_eq!(table.homes(&Id::digest(b"w"), 5, NOW + 47 * DAY_MS).len(), 1);
        assert_eq!(table.homes(&Id::digest(b"w"), 5, NOW + 48 * DAY_MS).len(), 0);
    }

    #[test]
    fn what_is_dropped_or_moved_is_in_the_table_and_no_home_or_neighbour() {
        let mut table = table(&["a.x.example", "a.y.example", "a.z.example"]);
        let dropped = site("a.x.example").id;
        table.set_dropped(&dropped, true);
        table.set_liveness(&dropped, Liveness::default());
        let moved = body("a.y.example", PublicKey([1; 32]), NOW + 1);
        let moved = moved.replacen('{', "{\"moved_to\":\"https://b.example\",", 1);
        table.put(Entry { body: moved, sig: Sig([0; 64]), vouchers: vec![] }.read().unwrap());
        let left =
            |peers: Vec<Peer<'_>>| peers.iter().map(|p| p.site.address.to_string()).collect::<Vec<_>>();
        assert_eq!(left(table.homes(&Id::digest(b"w"), 5, NOW)), ["a.z.example"]);
        assert_eq!(left(table.neighbours(&site("new.example"), TODAY)), ["a.z.example"]);
        assert_eq!(table.nearest(&Id::digest(b"w"), 5, TODAY).len(), 3);
        assert!(!table.get(&dropped).unwrap().is_usable(NOW));
        table.set_dropped(&dropped, false);
        assert_eq!(table.homes(&Id::digest(b"w"), 5, NOW).len(), 2);
    }

    #[test]
    fn the_table_is_read_from_any_place() {
        let table = table(&["a.x.example", "a.y.example", "a.z.example"]);
        let ids: Vec<Id> = table.iter().map(|p| p.site.id).collect();
        assert_eq!((table.at(1).unwrap().site.id, table.at(3).is_none()), (ids[1], true));
        assert_eq!(table.after(&ids[0]).map(|p| p.site.id).collect::<Vec<_>>(), ids[1..]);
        assert_eq!(table.after(&ids[2]).count(), 0);
    }

    #[test]
    fn a_silent_site_is_passed_over_for_a_doubling_while() {
        let site = Arc::new(site("a.example"));
        for (failures, after, usable) in [
            (2, 0, true),
            (3, 59_999, false),
            (3, 60_000, true),
            (5, 239_999, false),
            (200, 21_600_000, true),
        ] {
            let liveness = Liveness { failures, last_try: NOW, failing_since: NOW };
            assert_eq!(
                Peer { site: &site, liveness, dropped: false }.is_usable(NOW + after),
                usable,
                "{failures} failures, {after} ms"
            );
        }
    }
}
