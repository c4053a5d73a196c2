//! Records and tombstones on their way in.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use courseglue_index::{Held, Holdings, MAX_OF_ONE_SITE, MAX_POSTINGS, weight};
use courseglue_protocol::message::{Code, Fault, MAX_ITEM_TERMS, RefusedItem, SignedItem, StoredItem};
use courseglue_protocol::record::Record;
use courseglue_protocol::{
    Address, CheckedEntry, Day, Id, ItemType, MAX_AHEAD_MS, Millis, PublicKey, Scheme, Tombstone, day_of,
};
use courseglue_text as text;

use crate::change::{self, Change};
use crate::site::Site;

/// What of the quota is kept free for new versions and withdrawals of what is held: one part in so many.
const KEPT_FREE: u64 = 20;
/// What of the quota one publisher takes up at the most, where not every site holds everything: one part in so many.
pub const OF_ONE_SITE: u64 = 8;

/// How many postings stay of a term that had as many as there may be: not each new one has to be weighed against all.
fn kept_of_cut(limit: usize) -> usize {
    limit - limit / 20
}

/// What of an item is held now.
#[derive(Debug)]
pub struct Taken {
    /// Its record id.
    pub recordid: Id,
    /// Terms that it was sent for and is not held for.
    pub refused: Vec<RefusedItem>,
}

/// Takes items in, one after the other: each sees what those before it took up.
#[derive(Debug)]
pub struct Intake<'s> {
    site: &'s Site,
    now: Millis,
    everything: bool,
    held: Holdings,
    touched: BTreeSet<Id>,
    /// The most postings of one term.
    pub(super) limit: usize,
    /// The weight and the seq below which no posting of a term is kept.
    thresholds: BTreeMap<Id, (u16, Millis)>,
}

struct Parsed {
    recordid: Id,
    address: String,
    seq: Millis,
    record: Option<Record>,
    /// The terms in the record's own text by their keys; none in a tombstone.
    own_terms: BTreeMap<Id, String>,
}

impl Parsed {
    /// Whether the item may be held for a term: a record for those in its text.
    fn has(&self, term: &Id) -> bool {
        self.record.is_none() || self.own_terms.contains_key(term)
    }
}

impl<'s> Intake<'s> {
    /// An intake into what `held` says that the site holds.
    #[must_use]
    pub fn new(site: &'s Site, held: Holdings, now: Millis) -> Self {
        let everything = site.holds_everything(day_of(now));
        let (touched, thresholds) = (BTreeSet::new(), BTreeMap::new());
        Self { site, now, everything, held, touched, limit: MAX_POSTINGS, thresholds }
    }

    /// Everything held now, and which items were changed.
    #[must_use]
    pub fn into_held(self) -> (Holdings, BTreeSet<Id>, Vec<Change>) {
        let marks = self.thresholds.into_iter().map(|(term, (weight, seq))| Change::Mark {
            name: cut_mark(&term),
            value: Some(format!("{weight} {seq}")),
        });
        (self.held, self.touched, marks.collect())
    }

    /// What to store, of all that was taken in.
    #[must_use]
    pub fn changes(self) -> Vec<Change> {
        let before = &self.site.held;
        let (held, touched, marks) = self.into_held();
        change::between(before, &held, &touched).into_iter().chain(marks).collect()
    }

    /// How many records are held for a term.
    #[must_use]
    pub fn postings(&self, term: &Id) -> usize {
        self.held.postings(term)
    }

    /// Checks a record or tombstone and takes it in.
    ///
    /// `sender` is the entry that came with the write, for a publisher that the table does not have yet.
    ///
    /// # Errors
    /// What to tell the sender; where something newer is held already, that comes with it.
    pub fn take(
        &mut self,
        sender: Option<&CheckedEntry>,
        item: StoredItem,
    ) -> Result<Taken, Box<RefusedItem>> {
        let lost: &[Id] = item.lost.as_ref().map_or(&[], |loss| &loss.terms);
        if item.terms.len().max(lost.len()) > MAX_ITEM_TERMS {
            let fault = Fault::new(Code::TooLarge, format!("an item has at most {MAX_ITEM_TERMS} terms"));
            return Err(refusal(None, fault));
        }
        let parsed = parse(&item).map_err(|fault| refusal(None, fault))?;
        let recordid = parsed.recordid;
        let refuse = |fault| refusal(Some(recordid), fault);
        let node = verify(self.site, sender, &item, &parsed, self.now).map_err(refuse)?;
        let old = self.held.get(&recordid).map(|item| item.held());
        // Of two texts with one seq the first stays; otherwise sites would swap them for ever.
        let outdone =
            |held: &&Arc<Held>| held.seq > parsed.seq || held.seq == parsed.seq && held.body != item.body;
        if let Some(held) = old.as_ref().filter(outdone) {
            let newer = Some(SignedItem { body: held.body.clone(), sig: held.sig });
            let fault = Fault::new(Code::Older, "something newer is stored already");
            return Err(Box::new(RefusedItem { newer, ..*refuse(fault) }));
        }
        let own = node == self.site.settings.node;
        let mut terms: BTreeSet<Id> =
            old.iter().flat_map(|held| held.terms.iter().copied()).filter(|term| parsed.has(term)).collect();
        if parsed.record.is_some() {
            terms.retain(|term| !lost.contains(term));
        }
        let (mut far, mut surplus) = (Vec::new(), Vec::new());
        for term in item.terms.iter().filter(|term| parsed.has(term)) {
            if terms.contains(term) || terms.len() >= MAX_ITEM_TERMS {
                continue;
            }
            if !self.everything && !self.site.accepts(term, self.now) {
                far.push(*term);
            } else if !own && !self.has_room(&node, term, &parsed) {
                surplus.push(*term);
            } else {
                terms.insert(*term);
            }
        }
        let refused: Vec<RefusedItem> = [(Code::NotHome, far), (Code::Surplus, surplus)]
            .into_iter()
            .filter_map(|(code, terms)| for_terms(recordid, code, terms))
            .collect();
        if terms.is_empty() && old.is_none() && !(self.everything && refused.is_empty()) {
            let surplus = refused.into_iter().find(|refused| refused.code == Code::Surplus);
            let fault = Fault::new(Code::NotHome, "this site is not a home of any of the item's terms");
            return Err(surplus.map_or_else(
                || refuse(fault),
                |surplus| Box::new(RefusedItem { terms: Vec::new(), ..surplus }),
            ));
        }
        if old.is_none() && !own && self.held.items_of(&node) >= MAX_OF_ONE_SITE {
            return Err(refuse(Fault::new(
                Code::Full,
                "this site holds as much of that publisher as it takes",
            )));
        }
        let StoredItem { body, sig, .. } = item;
        let held = Held { node, seq: parsed.seq, withdrawn: parsed.record.is_none(), body, sig, terms };
        if !own && !self.fits(&held, old.as_deref()) {
            return Err(refuse(Fault::new(Code::Full, "this site has no room for more records")));
        }
        if old.as_deref() != Some(&held) {
            self.held.put(recordid, Arc::new(held));
            self.touched.insert(recordid);
        }
        Ok(Taken { recordid, refused })
    }

    /// Whether an item fits into the quota, and into one publisher's part of it. A part is left to withdrawals and to new
    /// versions of what is held.
    fn fits(&self, held: &Held, old: Option<&Held>) -> bool {
        let before = old.map_or(0, Held::bytes);
        if held.bytes() <= before {
            return true;
        }
        let quota = self.site.settings.quota;
        let more = held.bytes() - before;
        if !self.everything && self.held.bytes_of(&held.node) + more > quota / OF_ONE_SITE {
            return false;
        }
        let free = if old.is_none() { quota / KEPT_FREE } else { 0 };
        self.held.bytes_of_others(&self.site.settings.node) + more <= quota - free
    }

    /// Whether one more posting of a term is taken; where the term has its fill, whether this one is among the best.
    fn has_room(&mut self, node: &Id, term: &Id, parsed: &Parsed) -> bool {
        let (Some(record), Some(word)) = (&parsed.record, parsed.own_terms.get(term)) else { return true };
        if self.held.has_enough_of(node, term) {
            return false;
        }
        if self.held.postings(term) >= self.limit {
            self.cut(term, word);
            if self.held.postings(term) >= self.limit {
                return false;
            }
        }
        let known = || self.site.cut_below(term);
        self.thresholds
            .get(term)
            .copied()
            .or_else(known)
            .is_none_or(|least| (weight(record, word), parsed.seq) > least)
    }

    /// Drops the postings of a term that rank lowest.
    fn cut(&mut self, term: &Id, word: &str) {
        let mut best: HashMap<Id, (u16, Millis)> = HashMap::new();
        for (recordid, seq, weight) in self.site.index.ranked(word) {
            if self.held.get(&recordid).is_some_and(|held| held.seq == seq && held.has(term)) {
                let rank = best.entry(recordid).or_default();
                *rank = (weight, seq).max(*rank);
            }
        }
        let mut ranked: Vec<((u16, Millis), Id)> = best.into_iter().map(|(id, rank)| (rank, id)).collect();
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        let kept = kept_of_cut(self.limit);
        let Some((least, _)) = ranked.get(kept.saturating_sub(1)) else { return };
        self.thresholds.insert(*term, *least);
        for (_, recordid) in ranked.iter().skip(kept) {
            self.held.drop_terms(recordid, &[*term]);
            self.touched.insert(*recordid);
        }
    }
}

fn cut_mark(term: &Id) -> String {
    format!("cut/{term}")
}

impl Site {
    /// The weight and seq of the lowest ranked posting that was kept when there were too many of a term.
    fn cut_below(&self, term: &Id) -> Option<(u16, Millis)> {
        let (weight, seq) = self.marks.get(&cut_mark(term))?.split_once(' ')?;
        Some((weight.parse().ok()?, seq.parse().ok()?))
    }

    /// Whether there were too many postings of a term, so that only the best ranked are held.
    #[must_use]
    pub fn is_cut(&self, term: &Id) -> bool {
        self.cut_below(term).is_some()
    }

    /// Forgets that terms were cut of which few enough postings are left since: there is room for any again.
    #[must_use]
    pub fn mended_cuts(&self, held: &Holdings) -> Vec<Change> {
        let mended = |name: &&String| {
            let term = name.strip_prefix("cut/").and_then(|term| term.parse::<Id>().ok());
            term.is_some_and(|term| held.postings(&term) < MAX_POSTINGS / 2)
        };
        self.marks
            .keys()
            .filter(mended)
            .map(|name| Change::Mark { name: name.clone(), value: None })
            .collect()
    }
}

fn refusal(recordid: Option<Id>, fault: Fault) -> Box<RefusedItem> {
    let Fault { code, message } = fault;
    Box::new(RefusedItem { recordid, code, message, terms: Vec::new(), newer: None })
}

fn for_terms(recordid: Id, code: Code, terms: Vec<Id>) -> Option<RefusedItem> {
    let message = match code {
        Code::NotHome => "this site is not a home of these terms",
        _ => {
            "these terms have as many postings as are kept, here or of that publisher, and better ranked ones"
        }
    };
    let refused = RefusedItem { recordid: Some(recordid), code, message: message.into(), terms, newer: None };
    (!refused.terms.is_empty()).then_some(refused)
}

fn parse(item: &StoredItem) -> Result<Parsed, Fault> {
    let bad = |e: &dyn std::fmt::Display| Fault::new(Code::BadRequest, e.to_string());
    match item.item {
        ItemType::Record => {
            let record = Record::parse(&item.body).map_err(|e| bad(&e))?;
            let own_terms =
                record.terms().into_iter().map(|term| (Id(text::term_key(&term)), term)).collect();
            Ok(Parsed {
                recordid: record.record_id(),
                address: record.site.clone(),
                seq: record.seq,
                record: Some(record),
                own_terms,
            })
        }
        ItemType::Tombstone => {
            let tombstone = Tombstone::parse(&item.body).map_err(|e| bad(&e))?;
            Ok(Parsed {
                recordid: tombstone.record_id(),
                address: tombstone.site,
                seq: tombstone.seq,
                record: None,
                own_terms: BTreeMap::new(),
            })
        }
        _ => Err(Fault::new(Code::BadRequest, "only records and tombstones are stored")),
    }
}

fn verify(
    site: &Site,
    sender: Option<&CheckedEntry>,
    item: &StoredItem,
    parsed: &Parsed,
    now: Millis,
) -> Result<Id, Fault> {
    if parsed.seq > now + MAX_AHEAD_MS {
        return Err(Fault::new(Code::TooNew, "the item is dated more than 48 hours ahead"));
    }
    let (nodeid, key) = publisher(site, sender, &parsed.address, day_of(now))
        .ok_or_else(|| Fault::new(Code::NotAdmitted, "the item's publisher is not known here"))?;
    if site.shuns(&nodeid) {
        return Err(Fault::new(Code::NotAdmitted, "this site does not take part with that publisher"));
    }
    let network = &site.settings.network;
    // Anybody can send what others signed, their entries too: what a record lost needs a signature of its own.
    let lost = item.lost.as_ref().map(|loss| loss.verify(&key, network, parsed.recordid, parsed.seq));
    key.verify(network, item.item, &item.body, &item.sig)
        .and(lost.unwrap_or(Ok(())))
        .map_err(|e| Fault::new(Code::BadSignature, e.to_string()))?;
    Ok(nodeid)
}

/// The publisher at an address that is there on this day, with its key.
fn publisher(
    site: &Site,
    sender: Option<&CheckedEntry>,
    address: &str,
    today: Day,
) -> Option<(Id, PublicKey)> {
    if let Some(sender) = sender.filter(|s| s.address.as_str() == address) {
        let descriptor = &sender.descriptor;
        let is_there = descriptor.holds_on(today) && descriptor.moved_to.is_none();
        return is_there.then_some((sender.id, descriptor.key));
    }
    [Scheme::Https, Scheme::Http]
        .into_iter()
        .filter_map(|scheme| Address::parse(scheme, address).ok())
        .find_map(|parsed| site.table.get(&parsed.node_id()))
        .filter(|peer| peer.holds_on(today) && !peer.moved())
        .map(|peer| (peer.id(), peer.key()))
}
