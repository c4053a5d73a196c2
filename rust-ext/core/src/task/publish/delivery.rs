//! Delivering one item: which homes of its terms it is offered to, and which have it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use courseglue_protocol::message::{Code, RefusedItem, SignedItem, StoredItem};
use courseglue_protocol::{Id, ItemType, Millis, Term};
use courseglue_table::{Peer, PeerTable, REPLICAS};

use super::batch::OutgoingItem;
use super::report::{PublishState, RecordReport};
use crate::placement::ACCEPTING;
use crate::settings::Settings;
use crate::site::Site;

/// The number of copies of a posting that its publisher sees to; the homes see to the rest.
pub const COPIES: usize = 2;

/// The delivery of one item to the homes of its terms.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) item: OutgoingItem,
    /// What goes to the homes of the terms that it lost, where these are homes of none that it has.
    farewell: Option<StoredItem>,
    /// The other sites that take in each term, the best to ask first.
    homes: Homes,
    /// The pairs of a site and a term that are settled: stored there, or nothing there to withdraw.
    stored: HashSet<(Id, Term)>,
    /// The pairs of a site and a term that the site was asked for.
    asked: HashSet<(Id, Term)>,
    /// For each term, the homes that say that no home takes more of it.
    surplus: HashMap<Term, HashSet<Id>>,
    /// The problem that stands in the way, in a sentence.
    pub(super) problem: Option<String>,
    /// A newer version of the item, which a home holds.
    pub(super) newer: Option<SignedItem>,
}

/// The homes of each term of an item.
type Homes = BTreeMap<Term, Vec<Home>>;

/// A site that takes in a term.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home {
    node: Id,
    /// Whether it is one of the nearest, and not one that stands in for them.
    strict: bool,
}

impl Delivery {
    /// The delivery of an item that no home has been asked for yet.
    pub(super) fn new(item: OutgoingItem, settings: &Settings, homes: &mut HomeFinder<'_>) -> Self {
        Self {
            homes: homes.of_item(&item),
            farewell: item.farewell(settings),
            item,
            stored: HashSet::new(),
            asked: HashSet::new(),
            surplus: HashMap::new(),
            problem: None,
            newer: None,
        }
    }

    /// Finds the homes anew, as the table has other sites now.
    pub(super) fn find_homes(&mut self, homes: &mut HomeFinder<'_>) {
        self.homes = homes.of_item(&self.item);
    }

    /// Whether the item withdraws something from the homes of a term.
    fn withdraws(&self, term: &Term) -> bool {
        self.item.item != ItemType::Record || self.item.lost.contains(term)
    }

    /// The item as it is sent to a home for these terms. A version shows by itself what it lost.
    pub(super) fn sent(&self, terms: &BTreeSet<Term>) -> StoredItem {
        let farewell = self.farewell.as_ref().filter(|_| terms.is_disjoint(&self.item.terms));
        let farewell = farewell.map(|farewell| {
            let terms = farewell.terms.0.intersection(terms).copied().collect();
            StoredItem { terms, ..farewell.clone() }
        });
        farewell.unwrap_or_else(|| self.item.stored(terms))
    }

    /// The number of homes that the item is sent to for a term. Every site that may hold a former version hears of a
    /// withdrawal, and every home of a term that a change lost; where there are no more sites than a term has homes, each
    /// searches its own records, so that all of them get the item.
    fn wanted(&self, term: &Term, homes: &[Home]) -> usize {
        let is_change = self.item.item == ItemType::Record;
        match self.withdraws(term) {
            true if is_change => homes.iter().filter(|home| home.strict).count(),
            false if homes.len() >= REPLICAS => COPIES,
            _ => homes.len(),
        }
    }

    /// The number of these homes that have the term settled.
    fn stored_of<'h>(&self, term: &Term, homes: impl IntoIterator<Item = &'h Home>) -> usize {
        homes.into_iter().filter(|home| self.stored.contains(&(home.node, *term))).count()
    }

    /// Whether as many homes as there are to be copies say that there is no room for a term: one alone may be wrong.
    fn is_surplus(&self, term: &Term, homes: &[Home]) -> bool {
        self.surplus.get(term).is_some_and(|said| said.len() >= homes.len().min(COPIES))
    }

    /// The sites to ask next, each with the terms that it is asked for.
    fn next(&self) -> BTreeMap<Id, BTreeSet<Term>> {
        let mut asks: BTreeMap<Id, BTreeSet<Term>> = BTreeMap::new();
        for (term, homes) in self.homes.iter().filter(|(term, homes)| !self.is_surplus(term, homes)) {
            let missing = self.wanted(term, homes).saturating_sub(self.stored_of(term, homes));
            // Nobody but a home can have a former version; what stands in for one passes on what it took in.
            let is_asked = |home: &&Home| self.asked.contains(&(home.node, *term));
            let tells = |home: &&Home| home.strict || !self.item.lost.contains(term);
            for home in homes.iter().filter(|home| !is_asked(home) && tells(home)).take(missing) {
                asks.entry(home.node).or_default().insert(*term);
            }
        }
        asks
    }

    /// Whether every term has its copies.
    fn is_complete(&self) -> bool {
        let settled = |(term, homes): (&Term, &Vec<Home>)| {
            let strict = || homes.iter().filter(|home| home.strict);
            // Homes pass a tombstone on to each other.
            let enough = if self.withdraws(term) { strict().count() } else { homes.len() }.min(COPIES);
            let stored = self.stored_of(term, homes);
            self.is_surplus(term, homes) || enough > 0 && stored >= enough
        };
        !self.homes.is_empty() && self.homes.iter().all(settled)
    }

    /// The sites to ask next, each with the terms that it is asked for. From now on these count as asked.
    pub(super) fn next_requests(&mut self) -> BTreeMap<Id, BTreeSet<Term>> {
        let requests = self.next();
        for (home, terms) in &requests {
            self.asked.extend(terms.iter().map(|term| (*home, *term)));
        }
        requests
    }

    /// Notes that a home has these terms settled.
    pub(super) fn settle(&mut self, home: Id, terms: &BTreeSet<Term>) {
        self.stored.extend(terms.iter().map(|term| (home, *term)));
    }

    /// Takes in a refusal, and tells whether it stands in the way of publishing.
    pub(super) fn note_refusal(&mut self, home: Id, asked: &BTreeSet<Term>, refused: &RefusedItem) -> bool {
        if refused.newer.as_ref().is_some_and(|newer| newer.body == self.item.body) {
            // It had the version that ends the former one before it was told so.
            self.settle(home, asked);
            return false;
        }
        let mut terms: BTreeSet<Term> = if refused.terms.is_empty() {
            asked.iter().filter(|term| !self.stored.contains(&(home, **term))).copied().collect()
        } else {
            refused.terms.0.iter().filter(|term| asked.contains(term)).copied().collect()
        };
        for term in &terms {
            self.stored.remove(&(home, *term));
        }
        if refused.code == Code::Surplus {
            for term in terms {
                self.surplus.entry(term).or_default().insert(home);
            }
            return false;
        }
        if matches!(refused.code, Code::NotHome | Code::Full) {
            // Nothing is there to be withdrawn. Of a tombstone the homes that keep it count.
            let tells = self.item.item == ItemType::Record || refused.code == Code::Full;
            let nothing: BTreeSet<Term> =
                terms.iter().filter(|term| tells && self.withdraws(term)).copied().collect();
            self.settle(home, &nothing);
            terms.retain(|term| !nothing.contains(term));
        }
        !terms.is_empty()
    }

    /// The outcome of the delivery.
    pub(super) fn report(self) -> RecordReport {
        let placed = self.is_complete() && self.newer.is_none();
        let sites: HashSet<Id> = self.stored.iter().map(|(home, _)| *home).collect();
        let problem = if self.homes.is_empty() {
            Some("it has no terms to be published under".into())
        } else if self.homes.values().all(Vec::is_empty) && self.problem.is_none() {
            Some("no other site is known yet".into())
        } else {
            self.problem
        };
        RecordReport {
            recordid: self.item.recordid,
            state: if placed { PublishState::Published } else { PublishState::Pending },
            homes: sites.len(),
            problem: problem.filter(|_| !placed),
            newer: self.newer,
        }
    }
}

/// Finds the homes of terms in a table, each term once.
#[derive(Debug)]
pub(super) struct HomeFinder<'s> {
    site: &'s Site,
    table: &'s PeerTable,
    now: Millis,
    known: HashMap<Term, Vec<Home>>,
}

impl<'s> HomeFinder<'s> {
    /// A finder of homes in `table`, which may have more sites than the table of `site`.
    pub(super) fn new(site: &'s Site, table: &'s PeerTable, now: Millis) -> Self {
        Self { site, table, now, known: HashMap::new() }
    }

    /// The sites that take in each term of an item, those worth asking first, nearer before farther.
    fn of_item(&mut self, item: &OutgoingItem) -> Homes {
        let Self { site, table, now, known } = self;
        let of_term = |term: &Term| {
            let accepting = table.homes(&term.place(), ACCEPTING, *now);
            let strict: HashSet<Id> =
                table.homes(&term.place(), REPLICAS, *now).iter().map(Peer::id).collect();
            let is_other = |peer: &Peer<'_>| peer.id() != site.settings.node && !site.shuns(&peer.id());
            let mut others: Vec<Peer<'_>> = accepting.into_iter().filter(is_other).collect();
            others.sort_by_key(|peer| (!peer.is_usable(*now), !strict.contains(&peer.id())));
            let home = |peer: &Peer<'_>| Home { node: peer.id(), strict: strict.contains(&peer.id()) };
            others.iter().map(home).collect::<Vec<_>>()
        };
        let terms = item.terms.union(&item.lost);
        terms.map(|term| (*term, known.entry(*term).or_insert_with(|| of_term(term)).clone())).collect()
    }
}
