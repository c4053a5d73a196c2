//! A record or tombstone on its way in: read, and verified with its publisher's key.

use std::collections::BTreeMap;

use courseglue_protocol::message::{Code, Fault, StoredItem};
use courseglue_protocol::record::Record;
use courseglue_protocol::{
    Address, CheckedEntry, Day, Id, ItemType, MAX_AHEAD_MS, Millis, PublicKey, Scheme, Tombstone, day_of,
};
use courseglue_text as text;

use crate::site::Site;

/// The contents of an item.
pub(super) struct IncomingItem {
    pub recordid: Id,
    /// The publisher's address.
    address: String,
    pub seq: Millis,
    /// None for a tombstone.
    pub record: Option<Record>,
    /// The terms in the record's own text by their keys; none in a tombstone.
    pub own_terms: BTreeMap<Id, String>,
}

impl IncomingItem {
    /// Reads the text of an item.
    pub fn read(item: &StoredItem) -> Result<Self, Fault> {
        let bad = |e: &dyn std::fmt::Display| Fault::new(Code::BadRequest, e.to_string());
        match item.item {
            ItemType::Record => {
                let record = Record::parse(&item.body).map_err(|e| bad(&e))?;
                let own_terms =
                    record.terms().into_iter().map(|term| (Id(text::term_key(&term)), term)).collect();
                Ok(Self {
                    recordid: record.record_id(),
                    address: record.site.clone(),
                    seq: record.seq,
                    record: Some(record),
                    own_terms,
                })
            }
            ItemType::Tombstone => {
                let tombstone = Tombstone::parse(&item.body).map_err(|e| bad(&e))?;
                Ok(Self {
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

    /// Whether the item may be held for a term: a record for the terms in its text.
    pub fn may_have(&self, term: &Id) -> bool {
        self.record.is_none() || self.own_terms.contains_key(term)
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
        let (nodeid, key) = publisher(site, sender, &self.address, day_of(now))
            .ok_or_else(|| Fault::new(Code::NotAdmitted, "the item's publisher is not known here"))?;
        if site.shuns(&nodeid) {
            return Err(Fault::new(Code::NotAdmitted, "this site does not take part with that publisher"));
        }
        let network = &site.settings.network;
        // Any site can send what others signed, their entries too: what a record lost needs a signature of its own.
        let lost = item.lost.as_ref().map(|loss| loss.verify(&key, network, self.recordid, self.seq));
        key.verify(network, item.item, &item.body, &item.sig)
            .and(lost.unwrap_or(Ok(())))
            .map_err(|e| Fault::new(Code::BadSignature, e.to_string()))?;
        Ok(nodeid)
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
