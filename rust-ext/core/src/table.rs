//! The peer table: every known site, sorted by node id, and the homes of any key among them.

mod buckets;
mod peer;
mod slot;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::entry::CheckedEntry;
use crate::id::Id;
use crate::interner;
use crate::time::{Day, Millis, day_of};
use buckets::Buckets;
pub use peer::{Liveness, Peer};
use slot::{Slot, domain_of};

/// How many homes a key has.
pub const REPLICAS: usize = 5;
/// How many nearest domains are a site's neighbourhood.
pub const NEIGHBOURHOOD: usize = 16;
/// All known sites, this one included. A copy costs little: it shares what neither side changed since.
#[derive(Clone, Debug, Default)]
pub struct PeerTable {
    sites: Buckets,
    /// Of those whose last request failed.
    liveness: HashMap<Id, Liveness>,
    dropped: HashSet<Id>,
}

impl PeerTable {
    /// Adds a site, or replaces its entry; what was seen of it is kept.
    pub fn put(&mut self, site: impl Into<Arc<CheckedEntry>>) {
        let site = interner::one_copy(site.into());
        let dropped = self.dropped.contains(&site.id);
        match self.sites.get_mut(&site.id) {
            Some(slot) => slot.renew(site, dropped),
            None => self.sites.insert(Slot::new(site, dropped)),
        }
    }

    /// Removes a site.
    pub fn remove(&mut self, id: &Id) {
        self.sites.remove(id);
        self.liveness.remove(id);
        self.dropped.remove(id);
    }

    /// The site with this id.
    #[must_use]
    pub fn get(&self, id: &Id) -> Option<Peer<'_>> {
        self.sites.get(id).map(|slot| self.peer(slot))
    }

    fn peer<'t>(&'t self, slot: &'t Slot) -> Peer<'t> {
        let dropped = !slot.stands && self.dropped.contains(&slot.id);
        Peer { site: &slot.site, liveness: self.liveness_of(slot), dropped }
    }

    fn liveness_of(&self, slot: &Slot) -> Liveness {
        let seen = if slot.failing { self.liveness.get(&slot.id) } else { None };
        seen.copied().unwrap_or_default()
    }

    /// Notes what a request has shown.
    pub fn set_liveness(&mut self, id: &Id, liveness: Liveness) {
        let failing = liveness.failures > 0;
        let Some(slot) = self.sites.get(id) else { return };
        if slot.failing != failing {
            self.sites.get_mut(id).into_iter().for_each(|slot| slot.failing = failing);
        }
        if failing {
            self.liveness.insert(*id, liveness);
        } else {
            self.liveness.remove(id);
        }
    }

    /// Drops a site, or takes it back. It stays in the table, but is no home and no neighbour.
    pub fn set_dropped(&mut self, id: &Id, dropped: bool) {
        let changed = if dropped { self.dropped.insert(*id) } else { self.dropped.remove(id) };
        if !changed {
            return;
        }
        if let Some(slot) = self.sites.get_mut(id) {
            slot.renew(slot.site.clone(), dropped);
        }
    }

    /// Every site whose descriptor holds on this day, by node id.
    pub fn holding(&self, day: Day) -> impl Iterator<Item = Peer<'_>> {
        self.iter().filter(move |p| p.site.descriptor.holds_on(day))
    }

    /// Every site, by node id.
    pub fn iter(&self) -> impl Iterator<Item = Peer<'_>> {
        self.sites.iter().map(|slot| self.peer(slot))
    }

    /// The site at this place in the order of node ids.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<Peer<'_>> {
        self.sites.at(place).map(|slot| self.peer(slot))
    }

    /// The sites behind `id`, by node id.
    pub fn after(&self, id: &Id) -> impl Iterator<Item = Peer<'_>> {
        self.sites.after(id).map(|slot| self.peer(slot))
    }

    /// How many sites are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sites.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The homes of a key, nearest first: the nearest site of each of the `k` nearest domains; where fewer
    /// domains exist, filled with the nearest other sites. Sites that are gone ([`Liveness::is_gone`]) or do not
    /// stand are passed over.
    #[must_use]
    pub fn homes(&self, key: &Id, k: usize, now: Millis) -> Vec<Peer<'_>> {
        let today = day_of(now);
        let gone = |slot: &Slot| slot.failing && self.liveness_of(slot).is_gone(now);
        self.nearest_by_domain(key, k, |slot| slot.takes_part(today) && !gone(slot))
    }

    /// Whether `node` is a home of `key`.
    #[must_use]
    pub fn is_home(&self, node: &Id, key: &Id, k: usize, now: Millis) -> bool {
        self.homes(key, k, now).iter().any(|p| p.site.id == *node)
    }

    /// The nearest site of each of the `count` nearest domains, then the nearest others, whatever was seen of them.
    #[must_use]
    pub fn nearest(&self, key: &Id, count: usize, day: Day) -> Vec<Peer<'_>> {
        self.nearest_by_domain(key, count, |slot| slot.holds_on(day))
    }

    /// The sites that vouch for a newcomer: the nearest other site of each of the 16 domains nearest to its host. Sites
    /// of its own domain count only where there is no other, so that nobody vouches for themselves.
    #[must_use]
    pub fn neighbours(&self, subject: &CheckedEntry, day: Day) -> Vec<Peer<'_>> {
        let key = subject.address.host_key();
        let own = domain_of(&subject.id);
        let others = |slot: &Slot| slot.takes_part(day) && slot.domain() != own;
        let of_distinct_domains: Vec<_> = self.one_a_domain(&key, others).take(NEIGHBOURHOOD).collect();
        if of_distinct_domains.is_empty() {
            let all = |slot: &Slot| slot.takes_part(day) && slot.id != subject.id;
            return self.nearest_by_domain(&key, NEIGHBOURHOOD, all);
        }
        of_distinct_domains.into_iter().map(|slot| self.peer(slot)).collect()
    }

    /// The nearest site that counts of each of the `count` nearest domains, and then the nearest others, by distance.
    fn nearest_by_domain(&self, key: &Id, count: usize, counts: impl Fn(&Slot) -> bool) -> Vec<Peer<'_>> {
        let mut chosen: Vec<&Slot> = self.one_a_domain(key, &counts).take(count).collect();
        let missing = count - chosen.len();
        if missing > 0 {
            let taken: HashSet<Id> = chosen.iter().map(|slot| slot.id).collect();
            let mut rest: Vec<&Slot> =
                self.sites.iter().filter(|slot| counts(slot) && !taken.contains(&slot.id)).collect();
            if rest.len() > missing {
                rest.select_nth_unstable_by_key(missing, |slot| slot.id.distance(key));
                rest.truncate(missing);
            }
            chosen.append(&mut rest);
            chosen.sort_unstable_by_key(|slot| slot.id.distance(key));
        }
        chosen.into_iter().map(|slot| self.peer(slot)).collect()
    }

    /// The nearest site that counts of each domain that has one, by distance.
    fn one_a_domain(&self, key: &Id, counts: impl Fn(&Slot) -> bool) -> impl Iterator<Item = &Slot> {
        self.sites.domains_by_distance(key).filter_map(move |sites| {
            sites.iter().filter(|slot| counts(slot)).min_by_key(|slot| slot.id.distance(key))
        })
    }
}
