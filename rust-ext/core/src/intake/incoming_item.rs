//! A record or tombstone on its way in: read, and verified with its publisher's key.

use std::collections::BTreeSet;

use courseglue_protocol::message::{Code, Fault, StoredItem};
use courseglue_protocol::record::Record;
use courseglue_protocol::{
    Address, CheckedEntry, DAY_MS, Day, Id, ItemType, MAX_AHEAD_MS, Millis, PublicKey, Scheme, Term,
    Tombstone, day_of,
};

use crate::site::Site;

/// The time within which a record that was signed reaches its homes, whoever brings it. An older one comes from co-homes
/// alone: a stranger who kept the text of something withdrawn, or of a former version, finds no home for it.
const FRESH_MS: Millis = 7 * DAY_MS;

/// The contents of an item.
pub(super) struct IncomingItem {
    pub recordid: Id,
    /// The publisher's address.
    address: String,
    pub seq: Millis,
    /// None for a tombstone.
    pub record: Option<Record>,
    /// What its text says that it is placed under.
    pub terms: BTreeSet<Term>,
}

impl IncomingItem {
    /// Reads the text of an item.
    pub fn read(item: &StoredItem) -> Result<Self, Fault> {
        let bad = |e: &dyn std::fmt::Display| Fault::new(Code::BadRequest, e.to_string());
        let read = match item.item {
            ItemType::Record => {
                let record = Record::parse(&item.body).map_err(|e| bad(&e))?;
                Self {
                    recordid: record.record_id(),
                    address: record.site.clone(),
                    seq: record.seq,
                    terms: record.placed_under(),
                    record: Some(record),
                }
            }
            ItemType::Tombstone => {
                let tombstone = Tombstone::parse(&item.body).map_err(|e| bad(&e))?;
                Self {
                    recordid: tombstone.record_id(),
                    address: tombstone.site,
                    seq: tombstone.seq,
                    terms: tombstone.terms.0,
                    record: None,
                }
            }
            _ => return Err(Fault::new(Code::BadRequest, "only records and tombstones are stored")),
        };
        if !item.terms.0.is_subset(&read.terms) {
            return Err(Fault::new(Code::BadRequest, "the item is sent for terms that it does not sign"));
        }
        Ok(read)
    }

    /// Checks dates and signatures, and gives the node id of the publisher. `sender` is the entry that came with the write,
    /// for a publisher that the table does not have yet.
    pub fn verify(
        &self,
        site: &Site,
        sender: Option<&CheckedEntry>,
        item: &StoredItem,
        now: Millis,
    ) -> Result<Id, Fault> {
        if self.seq > now + MAX_AHEAD_MS {
            return Err(Fault::new(Code::TooNew, "the item is dated more than 48 hours ahead"));
        }
        if self.record.as_ref().is_some_and(|record| !record.holds_on(day_of(now))) {
            return Err(Fault::new(Code::TooOld, "the record's last day is over"));
        }
        let (nodeid, key) = publisher(site, sender, &self.address, day_of(now))
            .ok_or_else(|| Fault::new(Code::NotAdmitted, "the item's publisher is not known here"))?;
        if site.shuns(&nodeid) {
            return Err(Fault::new(Code::NotAdmitted, "this site does not take part with that publisher"));
        }
        key.verify(&site.settings.network, item.item, &item.body, &item.sig)
            .map_err(|e| Fault::new(Code::BadSignature, e.to_string()))?;
        Ok(nodeid)
    }

    /// Whether it is a record that was signed so lately that anybody may bring it.
    pub fn is_fresh(&self, now: Millis) -> bool {
        self.record.is_none() || now <= self.seq.saturating_add(FRESH_MS)
    }
}

/// The node id and the key of the publisher at an address, where it is there on this day.
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
