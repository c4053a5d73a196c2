//! Messages about records: storing them, comparing holdings, and fetching them.

use courseglue_sketch::{Items, Salt, Symbols};
use serde::{Deserialize, Serialize};

use super::Code;
use crate::entry::Entry;
use crate::id::Id;
use crate::sign::{ItemType, Sig};
use crate::term::{Term, Terms};

/// The most items in one `store`.
pub const MAX_ITEMS: usize = 100;
/// The most bytes of items in one `store`.
pub const MAX_ITEM_BYTES: usize = 512 * 1024;
/// The most terms of one item, sent or held.
pub const MAX_ITEM_TERMS: usize = 128;
/// The most postings asked for in one `records`.
pub const MAX_POSTINGS_ASKED: usize = 500;
/// The most records on one page of `records`.
pub const PAGE_RECORDS: usize = 500;
/// The most bytes of items on one page of `records`.
pub const PAGE_BYTES: usize = 1 << 20;

/// The body of `store`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Store {
    /// The sender's entry, so that a stranger's write can be judged.
    pub site: Entry,
    /// The items.
    pub records: Vec<StoredItem>,
}

/// A record or tombstone, and the terms for which it is meant to be held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredItem {
    /// [`ItemType::Record`] or [`ItemType::Tombstone`].
    #[serde(rename = "type")]
    pub item: ItemType,
    /// The exact signed text.
    pub body: String,
    /// The publisher's signature.
    pub sig: Sig,
    /// Those of the terms that its text signs for which it is sent or held here.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
}

/// A signed text, as a refused write gets it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedItem {
    /// The exact signed text.
    pub body: String,
    /// The signature.
    pub sig: Sig,
}

/// The answer to `store`. Where nothing was stored, it comes with the status of a refusal: of a signature that does not fit,
/// where there is one, else of the last.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct StoreAnswer {
    /// Records that are stored now.
    pub stored: Vec<Id>,
    /// Records that are not, or not for all of their terms.
    pub refused: Vec<RefusedItem>,
    /// Homes of terms for which this site is too far away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closer: Vec<Entry>,
    /// The number of records that are held here for each of the terms sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frequencies: Vec<(Term, u64)>,
}

/// An item that was not stored.
#[derive(Debug, Serialize, Deserialize)]
pub struct RefusedItem {
    /// Its record id, where it could be read.
    pub recordid: Option<Id>,
    /// The fault's name.
    pub code: Code,
    /// The fault's sentence.
    pub message: String,
    /// The terms that it is not held for; none where the item is not held at all.
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    pub terms: Terms,
    /// The version that is stored already, where it is newer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<SignedItem>,
}

/// The body of `inventory`, which asks for sketch symbols of the postings that both sites should hold.
#[derive(Debug, Serialize, Deserialize)]
pub struct Inventory {
    /// The node that asks.
    pub node: Id,
    /// The salt of the items, chosen at random by the site that asks.
    pub salt: Salt,
    /// The first symbol's number.
    pub from: usize,
    /// The number of symbols.
    pub count: usize,
}

/// The answer to `inventory`.
#[derive(Debug, Serialize, Deserialize)]
pub struct InventoryAnswer {
    /// The symbols.
    pub symbols: Symbols,
    /// The number of postings in the set.
    pub items: usize,
}

/// The body of `records`: single postings by their salted hashes, or one page of everything that both should hold.
#[derive(Debug, Serialize, Deserialize)]
pub struct Records {
    /// The node that asks.
    pub node: Id,
    /// The salt of the items; none asks for a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<Salt>,
    /// The postings.
    #[serde(default)]
    pub items: Items,
    /// The page after this record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Id>,
}

/// The answer to `records`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RecordsAnswer {
    /// The items, each with those of its terms that were asked for.
    pub records: Vec<StoredItem>,
    /// The record after which the next page begins; none where this page is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Id>,
}
