//! Taking in records and tombstones: each is checked here, whatever way it came.

mod cut;
mod incoming_item;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use courseglue_index::{Holding, Holdings, MAX_OF_ONE_SITE, MAX_POSTINGS};
use courseglue_protocol::message::{Code, Fault, MAX_ITEM_TERMS, RefusedItem, SignedItem, StoredItem};
use courseglue_protocol::{CheckedEntry, Id, Millis, Term, Terms, day_of};

use crate::change::{self, Change};
use crate::site::Site;
use cut::Rank;
use incoming_item::IncomingItem;

/// The divisor of the quota that gives the part kept free for new versions and withdrawals of what is held: a twentieth.
const KEPT_FREE: u64 = 20;
/// The divisor of the quota that gives one publisher's share: an eighth. It does not apply where every site holds everything.
pub const OF_ONE_SITE: u64 = 8;

/// An item was stored, for some or all of its terms.
#[derive(Debug)]
pub struct Acceptance {
    /// Its record id.
    pub recordid: Id,
    /// Terms that it was sent for and is not held for.
    pub refused: Vec<RefusedItem>,
}

/// Takes in items, one after the other: each sees the room that those before it took up.
#[derive(Debug)]
pub struct Intake<'s> {
    site: &'s Site,
    now: Millis,
    /// Whether every site holds everything.
    everything: bool,
    holdings: Holdings,
    touched: BTreeSet<Id>,
    /// The most postings of one term.
    limit: usize,
    /// The rank below which no posting of a term is kept.
    thresholds: BTreeMap<Term, Rank>,
}

/// Terms that an item was sent for, sorted by what becomes of them.
#[derive(Default)]
struct SortedTerms {
    /// It is held for these.
    kept: BTreeSet<Term>,
    /// This site is no home of these.
    far: Terms,
    /// Of these there are enough postings.
    surplus: Terms,
}

impl<'s> Intake<'s> {
    /// An intake into `holdings`, those of the site with what was taken in before.
    #[must_use]
    pub fn new(site: &'s Site, holdings: Holdings, now: Millis) -> Self {
        let everything = site.holds_everything(day_of(now));
        let (touched, thresholds) = (BTreeSet::new(), BTreeMap::new());
        Self { site, now, everything, holdings, touched, limit: MAX_POSTINGS, thresholds }
    }

    /// Everything held now, the items that were changed, and the marks of terms that were cut.
    #[must_use]
    pub fn into_parts(self) -> (Holdings, BTreeSet<Id>, Vec<Change>) {
        let marks = self.thresholds.iter().map(|(term, least)| cut::mark(term, *least)).collect();
        (self.holdings, self.touched, marks)
    }

    /// The changes to store, of all that was taken in.
    #[must_use]
    pub fn changes(self) -> Vec<Change> {
        let before = &self.site.holdings;
        let (holdings, touched, marks) = self.into_parts();
        change::between(before, &holdings, &touched).into_iter().chain(marks).collect()
    }

    /// The number of records that are held for a term.
    #[must_use]
    pub fn postings(&self, term: &Term) -> usize {
        self.holdings.postings(term)
    }

    /// Checks a record or tombstone and takes it in.
    ///
    /// `sender` is the entry that came with the write, for a publisher that the table does not have yet.
    ///
    /// # Errors
    /// The refusal to send back; where something newer is held already, that comes with it.
    pub fn take(
        &mut self,
        sender: Option<&CheckedEntry>,
        item: StoredItem,
    ) -> Result<Acceptance, Box<RefusedItem>> {
        if item.terms.0.len() > MAX_ITEM_TERMS {
            let fault = Fault::new(Code::TooLarge, format!("an item has at most {MAX_ITEM_TERMS} terms"));
            return Err(refusal(None, fault));
        }
        let incoming = IncomingItem::read(&item).map_err(|fault| refusal(None, fault))?;
        let recordid = incoming.recordid;
        let refuse = |fault| refusal(Some(recordid), fault);
        let node = incoming.verify(self.site, sender, &item, self.now).map_err(refuse)?;
        let old = self.holdings.get(&recordid).map(|old| old.holding());
        if let Some(outdone) = refusal_of_older(old.as_deref(), &incoming, &item) {
            return Err(outdone);
        }
        let own = node == self.site.settings.node;
        let is_held = old.as_ref().is_some_and(|old| old.seq == incoming.seq);
        // A publisher's own site is no exception: it may have forgotten what it withdrew.
        if sender.is_some() && !is_held && !incoming.is_fresh(self.now) {
            let why = "the record was signed more than seven days ago: its publisher has to sign it again";
            return Err(refuse(Fault::new(Code::TooOld, why)));
        }
        let terms = self.sort_terms(&node, old.as_deref(), &incoming, &item);
        let refused = refusals_of_terms(recordid, terms.far, terms.surplus);
        if terms.kept.is_empty() && old.is_none() && !(self.everything && refused.is_empty()) {
            return Err(refusal_of_all(recordid, refused));
        }
        if old.is_none() && !own && self.holdings.items_of(&node) >= MAX_OF_ONE_SITE {
            let why = "this site holds as much of that publisher as it takes";
            return Err(refuse(Fault::new(Code::Full, why)));
        }
        let (seq, withdrawn) = (incoming.seq, incoming.record.is_none());
        let held = Holding { node, seq, withdrawn, body: item.body, sig: item.sig, terms: terms.kept };
        if !own && !self.fits(&held, old.as_deref()) {
            return Err(refuse(Fault::new(Code::Full, "this site has no room for more records")));
        }
        if held.row(recordid).is_none() {
            return Err(refuse(Fault::new(Code::BadRequest, "the item cannot be kept")));
        }
        if old.as_deref() != Some(&held) {
            self.holdings.put(recordid, Arc::new(held));
            self.touched.insert(recordid);
        }
        Ok(Acceptance { recordid, refused })
    }

    /// The terms that an item is held for from now on, those included that it was held for before, and the terms that it is
    /// refused for.
    fn sort_terms(
        &mut self,
        node: &Id,
        old: Option<&Holding>,
        incoming: &IncomingItem,
        item: &StoredItem,
    ) -> SortedTerms {
        let before = old.into_iter().flat_map(|held| held.terms.iter().copied());
        let mut terms = SortedTerms {
            kept: before.filter(|term| incoming.terms.contains(term)).collect(),
            ..SortedTerms::default()
        };
        let own = *node == self.site.settings.node;
        for term in &item.terms.0 {
            if terms.kept.contains(term) || terms.kept.len() >= MAX_ITEM_TERMS {
                continue;
            }
            let kind = if !self.everything && !self.site.accepts(*term, self.now) {
                &mut terms.far.0
            } else if !own && !self.has_room(node, term, incoming) {
                &mut terms.surplus.0
            } else {
                &mut terms.kept
            };
            kind.insert(*term);
        }
        terms
    }

    /// Whether an item fits into the quota, and into one publisher's part of it. A part of the quota is left to withdrawals
    /// and to new versions of what is held.
    fn fits(&self, held: &Holding, old: Option<&Holding>) -> bool {
        let before = old.map_or(0, Holding::bytes);
        if held.bytes() <= before {
            return true;
        }
        let quota = self.site.settings.quota;
        let more = held.bytes() - before;
        if !self.everything && self.holdings.bytes_of(&held.node) + more > quota / OF_ONE_SITE {
            return false;
        }
        let free = if old.is_none() { quota / KEPT_FREE } else { 0 };
        self.holdings.bytes_of_others(&self.site.settings.node) + more <= quota - free
    }
}

fn refusal(recordid: Option<Id>, fault: Fault) -> Box<RefusedItem> {
    let Fault { code, message } = fault;
    Box::new(RefusedItem { recordid, code, message, terms: Terms::default(), newer: None })
}

/// The refusal of an item of which something newer is held, which comes with it.
fn refusal_of_older(
    old: Option<&Holding>,
    incoming: &IncomingItem,
    item: &StoredItem,
) -> Option<Box<RefusedItem>> {
    // Of two texts with the same seq the first stays; otherwise sites would keep exchanging them.
    let is_newer =
        |held: &&Holding| held.seq > incoming.seq || held.seq == incoming.seq && held.body != item.body;
    let newer = old.filter(is_newer)?;
    let fault = Fault::new(Code::Older, "something newer is stored already");
    let newer = Some(SignedItem { body: newer.body.clone(), sig: newer.sig });
    Some(Box::new(RefusedItem { newer, ..*refusal(Some(incoming.recordid), fault) }))
}

/// The refusals of an item for some of its terms: those of which this site is no home, and those of which it has enough.
fn refusals_of_terms(recordid: Id, far: Terms, surplus: Terms) -> Vec<RefusedItem> {
    let why_surplus =
        "these terms have as many postings as are kept, here or of that publisher, and better ranked ones";
    let refused = |code, message: &str, terms: Terms| {
        let refused =
            RefusedItem { recordid: Some(recordid), code, message: message.into(), terms, newer: None };
        (!refused.terms.is_empty()).then_some(refused)
    };
    let far = refused(Code::NotHome, "this site is not a home of these terms", far);
    far.into_iter().chain(refused(Code::Surplus, why_surplus, surplus)).collect()
}

/// The refusal of an item that is held for none of its terms, which were `refused` one by one.
fn refusal_of_all(recordid: Id, refused: Vec<RefusedItem>) -> Box<RefusedItem> {
    let surplus = refused.into_iter().find(|refused| refused.code == Code::Surplus);
    let why = "this site is not a home of any of the item's terms";
    surplus.map_or_else(
        || refusal(Some(recordid), Fault::new(Code::NotHome, why)),
        |surplus| Box::new(RefusedItem { terms: Terms::default(), ..surplus }),
    )
}
