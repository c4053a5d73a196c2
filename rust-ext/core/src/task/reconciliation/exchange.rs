//! One exchange with a co-home: a sketch of the postings that both should hold, then the postings that this site lacks, or the
//! records page by page.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use courseglue_index::Holdings;
use courseglue_protocol::message::{Inventory, InventoryAnswer, MAX_POSTINGS_ASKED, Records, Store};
use courseglue_protocol::{CheckedEntry, Entry, Id, Millis};
use courseglue_sketch::{Decoder, Item, Items, MAX_SYMBOLS, Salt};

use crate::handle::storage::stored_item;
use crate::placement::{Posting, SharedTerms};
use crate::site::Site;
use crate::task::answer::CallError;
use crate::task::calls::Calls;
use crate::task::store::chunks;

/// The most pages read of one co-home in one run, however little is on them.
const MAX_PAGES: usize = 24;
/// More differences than a whole sketch can tell.
const TOO_MANY: usize = MAX_SYMBOLS / 20 * 13;

/// The purpose of a request in an exchange.
#[derive(Debug)]
pub(super) enum ReconciliationCall {
    /// A run of symbols.
    Symbols,
    /// This many postings.
    Postings(usize),
    /// The page of records after this one.
    Page(Option<Id>),
    /// The co-home is to store newer versions.
    Repair,
}

/// One exchange with a co-home, under way.
#[derive(Debug)]
pub(super) struct HomeExchange {
    site: Arc<Site>,
    pub peer: Arc<CheckedEntry>,
    salt: Salt,
    decoder: Decoder,
    /// The number of postings that this site holds of the terms that both are homes of.
    shared: usize,
    /// The records of which the co-home holds an older version.
    pub outdated: BTreeSet<Id>,
    /// The number of postings or records that may still be asked for.
    room: usize,
    /// The number of pages that were read.
    pages: usize,
    /// Whether something is left for the next run.
    pub left: bool,
}

impl HomeExchange {
    /// Begins with a sketch. Begins with the page of records after `listing` instead, if the last exchange was cut off there
    /// or this site holds nothing yet that both should hold. `room`: the most postings or records to ask for.
    pub fn begin(
        site: &Arc<Site>,
        peer: Arc<CheckedEntry>,
        (holdings, salt): (&Holdings, Salt),
        (listing, room): (Option<Id>, usize),
        now: Millis,
        calls: &mut Calls<ReconciliationCall>,
    ) -> Self {
        let mut terms = SharedTerms::new(site, peer.id, now);
        let mut shared = 0;
        let own = terms.postings(holdings, &salt).inspect(|_| shared += 1);
        let decoder = Decoder::new(own.map(|posting| posting.item));
        let (site, outdated) = (site.clone(), BTreeSet::new());
        let exchange = Self { site, peer, salt, decoder, shared, outdated, room, pages: 0, left: false };
        if shared == 0 || listing.is_some() {
            exchange.ask_page(listing, calls);
        } else {
            exchange.ask_symbols(calls);
        }
        exchange
    }

    fn ask_symbols(&self, calls: &mut Calls<ReconciliationCall>) {
        let Some(count) = self.decoder.step() else { return self.ask_page(None, calls) };
        let (node, salt, from) = (self.site.settings.node, self.salt, self.decoder.position());
        let asked = Inventory { node, salt, from, count };
        calls.post(&self.peer.endpoint(), "inventory", &asked, ReconciliationCall::Symbols);
    }

    fn ask_page(&self, after: Option<Id>, calls: &mut Calls<ReconciliationCall>) {
        let asked = Records { node: self.site.settings.node, salt: None, items: Items::default(), after };
        calls.post(&self.peer.endpoint(), "records", &asked, ReconciliationCall::Page(after));
    }

    /// Takes in symbols: asks for more, or for the postings that this site lacks.
    pub fn symbols(
        &mut self,
        answer: InventoryAnswer,
        holdings: &Holdings,
        rng: &mut fastrand::Rng,
        calls: &mut Calls<ReconciliationCall>,
    ) -> Result<(), CallError> {
        let InventoryAnswer { symbols, items } = answer;
        if items > self.shared + TOO_MANY {
            self.ask_page(None, calls);
            return Ok(());
        }
        let difference = self.decoder.add(&symbols).map_err(|e| CallError::of_sense(e.to_string()))?;
        let Some(difference) = difference else {
            self.ask_symbols(calls);
            return Ok(());
        };
        // A posting that this site holds, whether it should or not, is not missing.
        let mut missing = difference.missing;
        if !missing.is_empty() {
            let mut lacking: HashSet<Item> = missing.iter().copied().collect();
            Posting::all(holdings, &self.salt).for_each(|posting| {
                lacking.remove(&posting.item);
            });
            missing.retain(|item| lacking.contains(item));
        }
        // In another order every time: postings that this site has to refuse must not always stand before the rest.
        rng.shuffle(&mut missing);
        self.left = missing.len() > self.room;
        missing.truncate(self.room);
        let (node, salt) = (self.site.settings.node, Some(self.salt));
        for items in missing.chunks(MAX_POSTINGS_ASKED) {
            let asked = Records { node, salt, items: Items(items.to_vec()), after: None };
            calls.post(&self.peer.endpoint(), "records", &asked, ReconciliationCall::Postings(items.len()));
        }
        Ok(())
    }

    /// Notes how many of the postings that were asked for came. The rest is left: the co-home said that it has them.
    pub fn postings(&mut self, came: usize, asked: usize) {
        self.left |= came < asked;
    }

    /// Takes in a page of `count` records that came after the record `after`: asks for the next one, `next`, if there is
    /// one and there is room for it.
    pub fn page(
        &mut self,
        count: usize,
        after: Option<Id>,
        next: Option<Id>,
        calls: &mut Calls<ReconciliationCall>,
    ) -> Result<(), CallError> {
        if next.is_some_and(|next| count == 0 || after.is_some_and(|after| next <= after)) {
            return Err(CallError::of_sense("answers with pages that lead nowhere".to_owned()));
        }
        self.left = next.is_some();
        self.room = self.room.saturating_sub(count);
        self.pages += 1;
        if next.is_some() && self.room > 0 && self.pages < MAX_PAGES {
            self.ask_page(next, calls);
        }
        Ok(())
    }

    /// Sends the co-home the newer versions of what it holds, once. Returns whether there was anything to send.
    pub fn repair(
        &mut self,
        own: &Entry,
        holdings: &Holdings,
        now: Millis,
        calls: &mut Calls<ReconciliationCall>,
    ) -> bool {
        let outdated = std::mem::take(&mut self.outdated);
        let mut shared = SharedTerms::new(&self.site, self.peer.id, now);
        let records: Vec<_> = outdated
            .iter()
            .filter_map(|recordid| holdings.get(recordid))
            .map(|item| {
                let terms = item.terms().filter(|term| shared.has(term)).collect();
                stored_item(&item, terms)
            })
            .collect();
        // At most as many as one request may have; the next exchange tells of the rest.
        let records = chunks(&records, |item| item.body.len() + 8 * item.terms.0.len());
        let records = records.first().map_or_else(Vec::new, |first| first.to_vec());
        if records.is_empty() {
            return false;
        }
        let body = Store { site: own.clone(), records };
        calls.post(&self.peer.endpoint(), "store", &body, ReconciliationCall::Repair);
        true
    }
}
