//! A batch to publish, as the plugin hands it over.

use std::collections::BTreeSet;

use courseglue_protocol::message::{MAX_ITEM_TERMS, SignedItem, StoredItem};
use courseglue_protocol::record::Record;
use courseglue_protocol::{Id, ItemType, Loss, Millis, PublicKey, Sig, Tombstone};
use serde::Deserialize;

use crate::settings::Settings;

/// Items to publish in one run, as the plugin hands them over.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// This site's own entry.
    pub entry: serde_json::Value,
    /// The items to publish.
    pub records: Vec<OutgoingItem>,
}

/// A record or tombstone to publish.
#[derive(Clone, Debug, Deserialize)]
pub struct OutgoingItem {
    /// Record or tombstone.
    #[serde(rename = "type")]
    pub item: ItemType,
    /// Its id.
    pub recordid: Id,
    /// The exact signed text.
    pub body: String,
    /// The signature.
    pub sig: Sig,
    /// The keys of the terms to publish it under.
    pub terms: BTreeSet<Id>,
    /// The keys of terms that it was published under before and has lost.
    #[serde(default)]
    pub lost: BTreeSet<Id>,
}

impl OutgoingItem {
    /// The item as it is sent to a home, for these of its terms. What it lost is signed then and there.
    pub(super) fn stored(&self, terms: &BTreeSet<Id>, settings: &Settings) -> StoredItem {
        let is_lost = |term: &&Id| self.item == ItemType::Record && self.lost.contains(term);
        let (lost, kept): (Vec<&Id>, Vec<&Id>) = terms.iter().partition(is_lost);
        let most = |terms: Vec<&Id>| terms.into_iter().take(MAX_ITEM_TERMS).copied().collect::<Vec<Id>>();
        let (terms, lost) = (most(kept), most(lost));
        let secret = settings.secret.as_ref().filter(|_| !lost.is_empty());
        let lost =
            secret.zip(ItemVersion::of(&self.body)).map(|(secret, ItemVersion { recordid, seq, .. })| {
                Loss::sign(secret, &settings.network, recordid, seq, lost)
            });
        StoredItem { item: self.item, body: self.body.clone(), sig: self.sig, terms, lost }
    }
}

/// Whether `newer`, which a home says that it holds, is newer than `item` and signed by this site. Without that check any
/// home could keep a record from being published, and drive up its sequence number.
pub(super) fn outdoes(newer: &SignedItem, item: &OutgoingItem, own: &PublicKey, network: &str) -> bool {
    let versions = (ItemVersion::of(&newer.body), ItemVersion::of(&item.body));
    let (Some(theirs), Some(ours)) = versions else { return false };
    newer.body != item.body
        && theirs.recordid == ours.recordid
        && theirs.seq >= ours.seq
        && own.verify(network, theirs.item, &newer.body, &newer.sig).is_ok()
}

/// The version of an item, as its text states it.
struct ItemVersion {
    item: ItemType,
    recordid: Id,
    seq: Millis,
}

impl ItemVersion {
    /// Reads the text of a record or a tombstone; none for any other text.
    fn of(body: &str) -> Option<Self> {
        if let Ok(record) = Record::parse(body) {
            return Some(Self { item: ItemType::Record, recordid: record.record_id(), seq: record.seq });
        }
        let tombstone = Tombstone::parse(body).ok()?;
        Some(Self { item: ItemType::Tombstone, recordid: tombstone.record_id(), seq: tombstone.seq })
    }
}
