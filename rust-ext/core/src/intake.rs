//! What this site takes from others: every entry and item is checked here, whatever way it came.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::address::{Address, Scheme};
use crate::change::{Change, RecordRow};
use crate::descriptor::Descriptor;
use crate::entry::{CheckedEntry, EntryError};
use crate::id::Id;
use crate::message::{Code, Fault, MAX_ITEM_TERMS, RefusedItem, SignedItem, StoredItem};
use crate::record::Record;
use crate::sign::ItemType;
use crate::site::{Held, Site};
use crate::text;
use crate::time::{MAX_AHEAD_MS, Millis, day_of};
use crate::tombstone::Tombstone;

impl From<EntryError> for Fault {
    fn from(error: EntryError) -> Self {
        let code = match error {
            EntryError::Signature(_) => Code::BadSignature,
            EntryError::TooNew => Code::TooNew,
            EntryError::Protocol(_) => Code::WrongVersion,
            EntryError::TooManyVouchers => Code::TooLarge,
            _ => Code::BadRequest,
        };
        Self::new(code, error.to_string())
    }
}

struct Parsed {
    address: String,
    local: String,
    seq: Millis,
    /// The keys of all terms in the record's own text; `None` for a tombstone.
    own_terms: Option<BTreeSet<Id>>,
}

fn parse(item: &StoredItem) -> Result<Parsed, Fault> {
    let bad = |e: &dyn std::fmt::Display| Fault::new(Code::BadRequest, e.to_string());
    match item.item {
        ItemType::Record => {
            let record = Record::parse(&item.body).map_err(|e| bad(&e))?;
            let own_terms = record.terms().iter().map(|t| Id(text::term_key(t))).collect();
            Ok(Parsed {
                address: record.site.clone(),
                local: record.id.clone(),
                seq: record.seq,
                own_terms: Some(own_terms),
            })
        }
        ItemType::Tombstone => {
            let tombstone = Tombstone::parse(&item.body).map_err(|e| bad(&e))?;
            Ok(Parsed { address: tombstone.site, local: tombstone.id, seq: tombstone.seq, own_terms: None })
        }
        _ => Err(Fault::new(Code::BadRequest, "only records and tombstones are stored")),
    }
}

/// Checks a record or tombstone and says what to store.
///
/// `sender` is the entry that came with the write, for a publisher that the table does not have yet.
///
/// # Errors
/// What to tell the sender; where something newer is held already, that comes with it.
pub fn item(
    site: &Site,
    sender: Option<&CheckedEntry>,
    item: StoredItem,
    now: Millis,
) -> Result<Change, Box<RefusedItem>> {
    let refuse = |recordid, fault: Fault| {
        Box::new(RefusedItem { recordid, code: fault.code, message: fault.message, newer: None })
    };
    if item.terms.len() > MAX_ITEM_TERMS {
        let fault = Fault::new(Code::TooLarge, format!("an item has at most {MAX_ITEM_TERMS} terms"));
        return Err(refuse(None, fault));
    }
    let parsed = parse(&item).map_err(|fault| refuse(None, fault))?;
    let recordid = Id::of_record(&parsed.address, &parsed.local);
    let nodeid = verify(site, sender, &item, &parsed, now).map_err(|fault| refuse(Some(recordid), fault))?;
    let held = site.held.get(&recordid);
    // Of two texts with one seq the first stays; otherwise sites would swap them for ever.
    let outdone =
        |held: &&Arc<Held>| held.seq > parsed.seq || held.seq == parsed.seq && held.body != item.body;
    if let Some(held) = held.filter(outdone) {
        return Err(Box::new(RefusedItem {
            recordid: Some(recordid),
            code: Code::Older,
            message: "something newer is stored already".into(),
            newer: Some(SignedItem { body: held.body.clone(), sig: held.sig }),
        }));
    }
    let today = day_of(now);
    let in_text = |term: &Id| parsed.own_terms.as_ref().is_none_or(|own_terms| own_terms.contains(term));
    let sent = item.terms.into_iter().filter(|term| in_text(term) && site.is_home(term, now));
    let mut terms: BTreeSet<Id> = sent.collect();
    let before = held.iter().flat_map(|h| h.terms.iter().copied()).filter(in_text);
    for term in before.filter(|term| !terms.contains(term)).collect::<Vec<_>>() {
        if terms.len() < MAX_ITEM_TERMS {
            terms.insert(term);
        }
    }
    if held.is_none() && nodeid != site.settings.node && site.is_full_for(&nodeid) {
        let fault = Fault::new(Code::Full, "this site holds as much of that publisher as it takes");
        return Err(refuse(Some(recordid), fault));
    }
    if terms.is_empty() && held.is_none() && !site.holds_everything(today) {
        let fault = Fault::new(Code::NotHome, "this site is not a home of any of the record's terms");
        return Err(refuse(Some(recordid), fault));
    }
    Ok(Change::Record(RecordRow {
        recordid,
        nodeid,
        localid: parsed.local,
        seq: parsed.seq,
        withdrawn: parsed.own_terms.is_none(),
        body: item.body,
        sig: item.sig,
        terms: terms.into_iter().collect(),
    }))
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
    let publisher = publisher(site, sender, &parsed.address)
        .filter(|d| d.1.holds_on(day_of(now)) && d.1.moved_to.is_none())
        .ok_or_else(|| Fault::new(Code::NotAdmitted, "the item's publisher is not known here"))?;
    let (nodeid, descriptor, domain) = publisher;
    if site.settings.blocks(&parsed.address, domain) {
        return Err(Fault::new(Code::NotAdmitted, "this site does not take part with that publisher"));
    }
    descriptor
        .key
        .verify(&site.settings.network, item.item, &item.body, &item.sig)
        .map_err(|e| Fault::new(Code::BadSignature, e.to_string()))?;
    Ok(nodeid)
}

fn publisher<'s>(
    site: &'s Site,
    sender: Option<&'s CheckedEntry>,
    address: &str,
) -> Option<(Id, &'s Descriptor, &'s str)> {
    let of = |entry: &'s CheckedEntry| (entry.id, &entry.descriptor, entry.domain.as_str());
    if let Some(sender) = sender.filter(|s| s.address.as_str() == address) {
        return Some(of(sender));
    }
    [Scheme::Https, Scheme::Http]
        .into_iter()
        .filter_map(|scheme| Address::parse(scheme, address).ok())
        .find_map(|parsed| site.table.get(&parsed.node_id()))
        .map(|peer| of(peer.site))
}
