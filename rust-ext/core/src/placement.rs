//! Placement of postings. The homes of a term are the k sites nearest to it; twice as many take it in, because a
//! publisher may know that nearer ones are gone or full.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use courseglue_index::{HoldingRef, Holdings};
use courseglue_protocol::{Entry, Id, Millis, Term, day_of};
use courseglue_sketch::{Item, Salt};
use courseglue_table::{Liveness, Peer, PeerTable, REPLICAS};

use crate::site::Site;

/// A site accepts a posting if it is among this many sites nearest to the term.
pub const ACCEPTING: usize = 2 * REPLICAS;
/// The most entries that a refused publisher is sent.
pub const MAX_CLOSER: usize = 20;

impl Site {
    /// Whether this site takes in postings of `term`.
    #[must_use]
    pub fn accepts(&self, term: Term, now: Millis) -> bool {
        self.table.is_home(&self.settings.node, &term.place(), ACCEPTING, now)
    }

    /// The entries of the homes of terms, for a publisher that knows none so near; for each term the nearest first.
    #[must_use]
    pub fn closer(&self, terms: impl IntoIterator<Item = Term>, now: Millis) -> Vec<Entry> {
        let mut told = BTreeSet::new();
        let homes = terms.into_iter().flat_map(|term| self.table.homes(&term.place(), REPLICAS, now));
        let mut closer: Vec<Peer<'_>> =
            homes.filter(|home| told.insert(home.id())).take(MAX_CLOSER).collect();
        // A sender that does not know the homes may not know the sites that vouch for them either.
        let givers: Vec<Id> =
            closer.iter().flat_map(|home| home.givers()).filter(|giver| told.insert(*giver)).collect();
        let room = MAX_CLOSER - closer.len();
        closer.extend(givers.iter().filter_map(|giver| self.table.get(giver)).take(room));
        closer.into_iter().map(|peer| peer.site().entry.clone()).collect()
    }
}

/// A posting as sketches know it.
#[derive(Clone, Copy, Debug)]
pub struct Posting {
    /// Its salted hash.
    pub item: Item,
    /// The record.
    pub recordid: Id,
    /// The term.
    pub term: Term,
}

impl Posting {
    fn new(salt: &Salt, held: &HoldingRef<'_>, term: Term) -> Self {
        let recordid = held.recordid;
        let parts: [&[u8]; 4] = [&recordid.0, &held.seq.to_be_bytes(), &[u8::from(held.withdrawn)], &term.0];
        Self { item: salt.item(&parts), recordid, term }
    }

    /// Every posting held, in no order.
    pub fn all<'h>(held: &'h Holdings, salt: &'h Salt) -> impl Iterator<Item = Self> + 'h {
        held.iter().flat_map(move |item| item.terms().map(move |term| Self::new(salt, &item, term)))
    }
}

/// The terms of which this site and another are both homes. Each is looked up once.
#[derive(Debug)]
pub struct SharedTerms<'s> {
    table: Cow<'s, PeerTable>,
    own: Id,
    other: Id,
    now: Millis,
    known: bool,
    everything: bool,
    terms: HashMap<Term, bool>,
}

impl<'s> SharedTerms<'s> {
    /// The terms that this site shares with `other`, which is up: it asks, or is asked.
    #[must_use]
    pub fn new(site: &'s Site, other: Id, now: Millis) -> Self {
        let mut table = Cow::Borrowed(&*site.table);
        // Whatever this site found out about it while it was away does not count: a site that was silent for long has
        // to hear what was withdrawn, or else searchers that have not noticed its absence would find it there.
        if table.get(&other).is_some_and(|peer| peer.liveness.is_gone(now) || peer.dropped()) {
            table.to_mut().set_liveness(&other, Liveness::default());
            table.to_mut().set_dropped(&other, false);
        }
        let today = day_of(now);
        let known = table.get(&other).is_some_and(|peer| peer.holds_on(today));
        let everything = site.holds_everything(today);
        Self { table, own: site.settings.node, other, now, known, everything, terms: HashMap::new() }
    }

    /// Whether both are homes of `term`.
    pub fn has(&mut self, term: &Term) -> bool {
        if !self.known || self.everything {
            return self.known;
        }
        let Self { table, own, other, now, .. } = self;
        let both_are_homes = || {
            let homes = table.homes(&term.place(), REPLICAS, *now);
            [own, other].iter().all(|node| homes.iter().any(|home| home.id() == **node))
        };
        *self.terms.entry(*term).or_insert_with(both_are_homes)
    }

    /// The postings of which both are homes.
    pub fn postings<'h>(
        &mut self,
        held: &'h Holdings,
        salt: &'h Salt,
    ) -> impl Iterator<Item = Posting> + use<'_, 'h, 's> {
        // Only these are hashed.
        let pairs = held.iter().flat_map(|item| item.terms().map(move |term| (item, term)));
        pairs.filter(|(_, term)| self.has(term)).map(|(item, term)| Posting::new(salt, &item, term))
    }
}
