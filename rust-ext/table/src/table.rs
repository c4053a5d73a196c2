//! The peer table: every known site, sorted by node id, and the homes of any key among them.

mod base;
mod buckets;
mod freeze;
mod glance;
mod liveness;
mod peer;
mod slot;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::sync::Arc;

use courseglue_frozen::{Rows, SectionWriter, Sections, id_at};
use courseglue_protocol::{CheckedEntry, Day, Id, Millis, day_of, one_copy};

use base::Base;
use buckets::Buckets;
use glance::{Glance, domain_of};
pub use liveness::Liveness;
pub use peer::{Peer, SiteRef};
use slot::{KnownSite, Slot};

/// The number of homes that a key has.
pub const REPLICAS: usize = 5;
/// The number of nearest domains that make up a site's neighbourhood.
pub const NEIGHBOURHOOD: usize = 16;
/// The number of nearest domains from which vouchers count: twice the neighbourhood, because a giver was a neighbour when it
/// gave the voucher, and others may have come nearer since or be known to one site and not to another.
pub const GIVERS: usize = 2 * NEIGHBOURHOOD;

/// Among how many nearest domains those are looked for that have a home which is not new.
const HOMES_AMONG: usize = 32;
/// Among how many nearest domains those are looked for that have a neighbour which is not new.
const NEIGHBOURS_AMONG: usize = 128;

/// All known sites, this one included. A copy costs little: it shares what neither side changed since.
///
/// It may lie over a frozen one, of which it then holds no more than what changed since.
#[derive(Clone, Debug, Default)]
pub struct PeerTable {
    sites: Buckets,
    /// The liveness of sites whose last request failed, where the base does not tell it.
    liveness: HashMap<Id, Liveness>,
    dropped: HashSet<Id>,
}

impl PeerTable {
    /// Writes the table so that [`PeerTable::thaw`] finds it.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn freeze(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        let mut dropped: Vec<&Id> = self.dropped.iter().collect();
        dropped.sort_unstable();
        out.section("table.dropped", &dropped.iter().flat_map(|id| id.0).collect::<Vec<u8>>())?;
        freeze::write(out, self.len(), || self.iter())
    }

    /// A frozen table; `None` where it is damaged.
    #[must_use]
    pub fn thaw(sections: &Sections) -> Option<Self> {
        let dropped = Rows::read(sections.get("table.dropped")?, size_of::<Id>())?;
        let dropped = dropped.iter(0..dropped.len()).map(|id| id_at(id, 0)).collect();
        Some(Self { sites: Buckets::over(Base::read(sections)?), liveness: HashMap::new(), dropped })
    }

    /// Adds a site, or replaces its entry; what was seen of it is kept.
    pub fn put(&mut self, site: impl Into<Arc<CheckedEntry>>) {
        let site = one_copy(site.into());
        let same_key = self.get(&site.id).is_some_and(|known| known.key() == site.descriptor.key);
        match self.sites.get_mut(&site.id) {
            Some(slot) => slot.renew(site, same_key),
            None => {
                let dropped = self.dropped.contains(&site.id);
                self.sites.insert(Slot::new(site, dropped));
            }
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
        self.sites.get(id).map(|found| self.peer(found))
    }

    fn peer<'t>(&'t self, found: KnownSite<'t>) -> Peer<'t> {
        Peer { glance: found.glance, place: found.place, liveness: self.liveness_of(&found.glance) }
    }

    fn liveness_of(&self, glance: &Glance) -> Liveness {
        if !glance.failing() {
            return Liveness::default();
        }
        let since = self.liveness.get(&glance.id).copied();
        since.or_else(|| self.sites.base()?.seen(&glance.id)).unwrap_or_default()
    }

    /// Notes what a request has shown.
    pub fn set_liveness(&mut self, id: &Id, liveness: Liveness) {
        let failing = liveness.failures > 0;
        let Some(found) = self.sites.get(id) else { return };
        if found.glance.failing() != failing {
            self.sites.get_mut(id).into_iter().for_each(|slot| slot.glance.set_failing(failing));
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
        if changed {
            self.sites.get_mut(id).into_iter().for_each(|slot| slot.glance.set_dropped(dropped));
        }
    }

    /// Iterates over the sites whose descriptor holds on this day, by node id.
    pub fn holding(&self, day: Day) -> impl Iterator<Item = Peer<'_>> {
        self.sites.iter().filter(move |found| found.glance.holds_on(day)).map(|found| self.peer(found))
    }

    /// Every site, by node id.
    pub fn iter(&self) -> impl Iterator<Item = Peer<'_>> {
        self.sites.iter().map(|found| self.peer(found))
    }

    /// The site at this place in the order of node ids.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<Peer<'_>> {
        self.sites.at(place).map(|found| self.peer(found))
    }

    /// The sites behind `id`, by node id.
    pub fn after(&self, id: &Id) -> impl Iterator<Item = Peer<'_>> {
        self.sites.after(id).map(|found| self.peer(found))
    }

    /// The sites of the domain of this node id.
    pub fn of_domain(&self, id: &Id) -> impl Iterator<Item = Peer<'_>> {
        let domain = domain_of(id);
        self.sites
            .of_domain(domain)
            .filter(move |found| found.glance.domain() == domain)
            .map(|found| self.peer(found))
    }

    /// The number of known sites.
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
    /// stand are passed over, and so are sites that are new, where enough of the 32 nearest domains have others.
    #[must_use]
    pub fn homes(&self, key: &Id, k: usize, now: Millis) -> Vec<Peer<'_>> {
        let today = day_of(now);
        let gone = |site: &Glance| site.failing() && self.liveness_of(site).is_gone(now);
        let counts = |site: &Glance| site.takes_part(today) && !gone(site);
        let chosen = self.old_first(key, k, HOMES_AMONG, today, counts);
        self.filled(key, k, chosen, counts)
    }

    /// Whether `node` is a home of `key`.
    #[must_use]
    pub fn is_home(&self, node: &Id, key: &Id, k: usize, now: Millis) -> bool {
        self.homes(key, k, now).iter().any(|p| p.id() == *node)
    }

    /// The nearest site of each of the `count` nearest domains, then the nearest others, whatever was seen of them.
    #[must_use]
    pub fn nearest(&self, key: &Id, count: usize, day: Day) -> Vec<Peer<'_>> {
        self.nearest_by_domain(key, count, |site| site.holds_on(day))
    }

    /// The sites that vouch for a newcomer: the nearest other site of each of the 16 domains nearest to its host. Sites
    /// of its own domain count only where there is no other, so that no domain vouches for itself.
    #[must_use]
    pub fn neighbours(&self, subject: &CheckedEntry, day: Day) -> Vec<Peer<'_>> {
        self.near(subject, NEIGHBOURHOOD, day)
    }

    /// The sites whose vouchers for a newcomer count: its neighbours, and as many sites beyond them.
    #[must_use]
    pub fn givers(&self, subject: &CheckedEntry, day: Day) -> Vec<Peer<'_>> {
        self.near(subject, GIVERS, day)
    }

    fn near(&self, subject: &CheckedEntry, domains: usize, day: Day) -> Vec<Peer<'_>> {
        let key = subject.address.host_key();
        let own = domain_of(&subject.id);
        let others = |site: &Glance| site.takes_part(day) && site.domain() != own;
        let of_distinct_domains = self.old_first(&key, domains, NEIGHBOURS_AMONG, day, others);
        if of_distinct_domains.is_empty() {
            let all = |site: &Glance| site.takes_part(day) && site.id != subject.id;
            return self.nearest_by_domain(&key, domains, all);
        }
        of_distinct_domains.into_iter().map(|found| self.peer(found)).collect()
    }

    /// The nearest site that counts of each of the `count` nearest domains, and then the nearest others, by distance.
    fn nearest_by_domain(&self, key: &Id, count: usize, counts: impl Fn(&Glance) -> bool) -> Vec<Peer<'_>> {
        let chosen = self.one_a_domain(key, &counts).take(count).collect();
        self.filled(key, count, chosen, counts)
    }

    /// The nearest site of each of `count` domains, by distance: of the nearest domains with a site that is not new, as far
    /// as the `among` nearest have one, and then of the nearest others.
    fn old_first(
        &self,
        key: &Id,
        count: usize,
        among: usize,
        day: Day,
        counts: impl Fn(&Glance) -> bool,
    ) -> Vec<KnownSite<'_>> {
        let (mut old, mut new): (Vec<KnownSite<'_>>, Vec<KnownSite<'_>>) = (Vec::new(), Vec::new());
        let nearest = self.sites.domains_by_distance(key).filter_map(|sites| {
            let of_old = sites.nearest(key, |site| site.is_old(day) && counts(site));
            of_old.or_else(|| sites.nearest(key, &counts))
        });
        for site in nearest.take(among.max(count)) {
            if old.len() == count {
                break;
            }
            if site.glance.is_old(day) { old.push(site) } else { new.push(site) }
        }
        new.truncate(count - old.len());
        old.append(&mut new);
        old.sort_unstable_by_key(|found| found.glance.id.distance(key));
        old
    }

    /// These sites and, where they are fewer than `count`, the nearest others that count, by distance.
    fn filled<'t>(
        &'t self,
        key: &Id,
        count: usize,
        mut chosen: Vec<KnownSite<'t>>,
        counts: impl Fn(&Glance) -> bool,
    ) -> Vec<Peer<'t>> {
        let missing = count - chosen.len();
        if missing > 0 {
            let taken: HashSet<Id> = chosen.iter().map(|found| found.glance.id).collect();
            let others = |found: &KnownSite<'_>| counts(&found.glance) && !taken.contains(&found.glance.id);
            let mut rest: Vec<KnownSite<'_>> = self.sites.iter().filter(others).collect();
            if rest.len() > missing {
                rest.select_nth_unstable_by_key(missing, |found| found.glance.id.distance(key));
                rest.truncate(missing);
            }
            chosen.append(&mut rest);
            chosen.sort_unstable_by_key(|found| found.glance.id.distance(key));
        }
        chosen.into_iter().map(|found| self.peer(found)).collect()
    }

    /// The nearest site that counts of each domain that has one, by distance.
    fn one_a_domain(
        &self,
        key: &Id,
        counts: impl Fn(&Glance) -> bool,
    ) -> impl Iterator<Item = KnownSite<'_>> {
        self.sites.domains_by_distance(key).filter_map(move |sites| sites.nearest(key, &counts))
    }
}
