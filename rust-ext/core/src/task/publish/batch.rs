//! A batch to publish, as the plugin hands it over.

use std::collections::BTreeSet;

use courseglue_protocol::message::{MAX_ITEM_TERMS, SignedItem, StoredItem};
use courseglue_protocol::record::Record;
use courseglue_protocol::{Id, ItemType, Millis, PublicKey, Sig, Term, Tombstone};
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
    /// The terms that it signs.
    pub terms: BTreeSet<Term>,
    /// Further terms whose homes may hold a former version.
    #[serde(default)]
    pub lost: BTreeSet<Term>,
}

impl OutgoingItem {
    /// The item as it is sent to a home, for these of its terms.
    pub(super) fn stored(&self, terms: &BTreeSet<Term>) -> StoredItem {
        let terms = terms.intersection(&self.terms).take(MAX_ITEM_TERMS).copied().collect();
        StoredItem { item: self.item, body: self.body.clone(), sig: self.sig, terms }
    }

    /// What the homes of lost terms are sent: a tombstone that ends every version before this one, signed then and there.
    /// None where nothing was lost, or the item cannot be read.
    pub(super) fn farewell(&self, settings: &Settings) -> Option<StoredItem> {
        let secret = settings.secret.as_ref().filter(|_| !self.lost.is_empty())?;
        let ItemVersion { item: kind, site, local, seq } = ItemVersion::of(&self.body)?;
        let item = ItemType::Tombstone;
        let terms = self.lost.iter().take(MAX_ITEM_TERMS).copied().collect();
        // Whoever holds a version that goes on keeps it, whatever comes first.
        let seq = if kind == ItemType::Record { seq.saturating_sub(1) } else { seq };
        let body = Tombstone::build(&site, &local, seq, &terms);
        Some(StoredItem { item, sig: secret.sign(&settings.network, item, &body), body, terms })
    }
}

/// Whether `newer`, which a home says that it holds, is newer than `item` and signed by this site. Without that check any
/// home could keep a record from being published, and drive up its sequence number.
pub(super) fn outdoes(newer: &SignedItem, item: &OutgoingItem, own: &PublicKey, network: &str) -> bool {
    let versions = (ItemVersion::of(&newer.body), ItemVersion::of(&item.body));
    let (Some(theirs), Some(ours)) = versions else { return false };
    newer.body != item.body
        && theirs.recordid() == ours.recordid()
        && theirs.seq >= ours.seq
        && own.verify(network, theirs.item, &newer.body, &newer.sig).is_ok()
}

/// The version of an item, as its text states it.
struct ItemVersion {
    item: ItemType,
    site: String,
    local: String,
    seq: Millis,
}

impl ItemVersion {
    /// Reads the text of a record or a tombstone; none for any other text.
    fn of(body: &str) -> Option<Self> {
        if let Ok(Record { site, id, seq, .. }) = Record::parse(body) {
            return Some(Self { item: ItemType::Record, site, local: id, seq });
        }
        let Tombstone { site, id, seq, .. } = Tombstone::parse(body).ok()?;
        Some(Self { item: ItemType::Tombstone, site, local: id, seq })
    }

    fn recordid(&self) -> Id {
        Id::of_record(&self.site, &self.local)
    }
}
