//! What changes a site's state: rows to store, and the rows that a view is made of.

use serde::{Deserialize, Serialize};

use crate::entry::{CheckedEntry, Entry};
use crate::id::Id;
use crate::search::Indexed;
use crate::sign::Sig;
use crate::time::{Day, Millis};
use crate::voucher::Voucher;

/// One change. Applying the same change twice is applying it once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A site's entry: the higher `seq` wins; with the same, vouchers are united.
    Site(SiteRow),
    /// A site is forgotten.
    SiteGone {
        /// Its node id.
        nodeid: Id,
        /// The version that was looked at: where a newer one was stored meanwhile, the site stays. None for any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seq: Option<Millis>,
    },
    /// A record or a tombstone: the higher `seq` wins; with the same, terms are united.
    Record(RecordRow),
    /// A record is forgotten.
    RecordGone {
        /// Its record id.
        recordid: Id,
        /// The version that was looked at: where a newer one was stored meanwhile, the record stays. None for any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seq: Option<Millis>,
    },
    /// One version of a record is not held for these terms any more, and forgotten where it is left with none. Another
    /// version, stored meanwhile, stays.
    TermsGone {
        /// Its record id.
        recordid: Id,
        /// The version's sequence number.
        seq: Millis,
        /// The terms.
        terms: Vec<Id>,
    },
    /// A request to a site was answered, or was not.
    Alive {
        /// The site.
        nodeid: Id,
        /// Whether it answered.
        ok: bool,
        /// When, Unix seconds.
        at: u64,
        /// Failures in a row, this one included.
        failures: u32,
        /// When the first of these failures was seen, Unix seconds; 0 where it answered.
        #[serde(default)]
        since: u64,
        /// What went wrong.
        error: Option<String>,
    },
    /// A newcomer's address was checked.
    Checked(CheckRow),
    /// A random check of a known site failed, or was made good.
    Spot(SpotRow),
    /// How frequent a term is in the network.
    Frequency(FrequencyRow),
    /// Something that this site remembers of its own work.
    Mark {
        /// Its name.
        name: String,
        /// Its value; none forgets it.
        value: Option<String>,
    },
}

/// What random checks of a known site have shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpotRow {
    /// The site.
    pub nodeid: Id,
    /// On how many different days a check failed since one succeeded; 0 where the last succeeded.
    pub days: u32,
    /// The UTC day of the last check.
    pub last: Day,
}

/// How many records the homes of a term say that they hold for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrequencyRow {
    /// The term.
    pub term: Id,
    /// Records: the median of what homes said; 0 forgets the term.
    pub count: u64,
    /// The UTC day on which this was learnt.
    pub day: Day,
}

/// A site as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteRow {
    /// Its node id.
    pub nodeid: Id,
    /// Its address.
    pub address: String,
    /// Its registrable domain.
    pub domain: String,
    /// The descriptor's sequence number.
    pub seq: Millis,
    /// The descriptor's last day.
    pub lease: Day,
    /// The descriptor, exactly as signed.
    pub body: String,
    /// Its signature.
    pub sig: Sig,
    /// The vouchers for it.
    pub vouchers: Vec<Voucher>,
}

/// A record or tombstone as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRow {
    /// The record's id.
    pub recordid: Id,
    /// Its publisher.
    pub nodeid: Id,
    /// The publisher's own id for it.
    pub localid: String,
    /// Its sequence number.
    pub seq: Millis,
    /// Whether this is a tombstone.
    pub withdrawn: bool,
    /// The record or tombstone, exactly as signed.
    pub body: String,
    /// Its signature.
    pub sig: Sig,
    /// The terms it is held for here.
    pub terms: Vec<Id>,
    /// What the index needs of a record, see [`RecordRow::prepare`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indexed: Option<Box<Indexed>>,
}

/// A check of a newcomer's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRow {
    /// The host that was asked.
    pub host: String,
    /// The address that was checked.
    pub address: String,
    /// The key that was claimed, in base64.
    pub key: String,
    /// When, Unix seconds.
    pub at: u64,
    /// Whether address and key belong together.
    pub ok: bool,
}

impl RecordRow {
    /// Adds what the index needs of a record that can be found here, so that nobody who takes the row in has to look for
    /// the words of its text.
    pub fn prepare(&mut self) {
        if self.indexed.is_none() && !self.withdrawn && !self.terms.is_empty() {
            self.indexed = Indexed::read(&self.body).map(Box::new);
        }
    }
}

impl SiteRow {
    /// The entry, as it travels.
    #[must_use]
    pub fn into_entry(self) -> Entry {
        Entry { body: self.body, sig: self.sig, vouchers: self.vouchers }
    }
}

impl From<&CheckedEntry> for Change {
    fn from(site: &CheckedEntry) -> Self {
        Self::Site(SiteRow {
            nodeid: site.id,
            address: site.address.to_string(),
            domain: site.domain.clone(),
            seq: site.descriptor.seq,
            lease: site.descriptor.lease,
            body: site.entry.body.clone(),
            sig: site.entry.sig,
            vouchers: site.entry.vouchers.clone(),
        })
    }
}
