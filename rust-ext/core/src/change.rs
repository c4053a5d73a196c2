//! Changes of a site's state: the rows to store, of which a view is made as well.

use std::collections::BTreeSet;
use std::sync::Arc;

pub use courseglue_index::RecordRow;
use courseglue_index::{Holding, Holdings};
use courseglue_protocol::{CheckedEntry, Day, Entry, Id, KEPT_VOUCHERS, Millis, Sig, Term, Voucher};
use serde::{Deserialize, Serialize};

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
        terms: Vec<Term>,
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
        /// The reason why it did not answer.
        error: Option<String>,
    },
    /// A newcomer's address was checked.
    Checked(CheckRow),
    /// A random check of a known site failed, or was made good.
    Spot(SpotRow),
    /// The frequency of a term in the network was learnt.
    Frequency(FrequencyRow),
    /// Something that this site remembers of its own work.
    Mark {
        /// Its name.
        name: String,
        /// Its value; none forgets it.
        value: Option<String>,
    },
}

/// The results of random checks of a known site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpotRow {
    /// The site.
    pub nodeid: Id,
    /// The number of different days on which a check failed since one succeeded; 0 where the last succeeded.
    pub days: u32,
    /// The UTC day of the last check.
    pub last: Day,
}

/// The frequency of a term, as its homes say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrequencyRow {
    /// The term.
    pub term: Term,
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
    /// How many vouchers are kept where others are added.
    #[serde(default = "keeps")]
    pub keeps: usize,
}

fn keeps() -> usize {
    KEPT_VOUCHERS
}

/// The key of a check whose name led nowhere.
pub(crate) const NOWHERE: &str = "-";

/// A check of a newcomer's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRow {
    /// The host that was asked.
    pub host: String,
    /// The address that was checked.
    pub address: String,
    /// The key that was found, in base64; empty where none was, `-` where the name leads nowhere.
    pub key: String,
    /// When, Unix seconds.
    pub at: u64,
    /// Whether address and key belong together.
    pub ok: bool,
}

impl CheckRow {
    /// Whether a server was asked, and did not describe itself.
    pub(crate) fn is_failed(&self) -> bool {
        !self.ok && self.key != NOWHERE
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
            keeps: site.kept_vouchers(),
        })
    }
}

/// The changes that turn the holdings `before` into `after`, for the items named. Each names the version that it is
/// about, so that versions stay which were stored meanwhile.
pub(crate) fn between(before: &Holdings, after: &Holdings, recordids: &BTreeSet<Id>) -> Vec<Change> {
    let mut changes = Vec::new();
    for recordid in recordids {
        let held = |holdings: &Holdings| holdings.get(recordid).map(|item| item.holding());
        let (old, new) = (held(before), held(after));
        if old == new {
            continue;
        }
        if let Some(old) = &old {
            let stays =
                |term: &Term| new.as_ref().is_some_and(|new| new.seq > old.seq || new.terms.contains(term));
            let lost: Vec<Term> = old.terms.iter().filter(|term| !stays(term)).copied().collect();
            if new.is_none() || !lost.is_empty() {
                changes.push(Change::TermsGone { recordid: *recordid, seq: old.seq, terms: lost });
            }
        }
        let is_news = |new: &Arc<Holding>| {
            old.as_ref().is_none_or(|old| new.seq > old.seq || !new.terms.is_subset(&old.terms))
        };
        if let Some(new) = new.filter(is_news) {
            changes.extend(new.row(*recordid).map(Change::Record));
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::Sig;

    use super::*;

    fn id(kind: &str, n: u8) -> Id {
        Id::digest(format!("{kind} {n}").as_bytes())
    }

    fn term(n: u8) -> Term {
        Term([n; 6])
    }

    fn held(seq: Millis, terms: &[u8]) -> Arc<Holding> {
        let terms = terms.iter().map(|n| term(*n)).collect();
        let body = r#"{"id":"course/1"}"#.to_owned();
        Arc::new(Holding { node: id("node", 1), seq, withdrawn: false, body, sig: Sig([0; 64]), terms })
    }

    #[test]
    fn what_changed_is_told_so_that_another_version_stays() {
        let mut before = Holdings::default();
        (1..=4).for_each(|n| before.put(id("record", n), held(5, &[1, 2])));
        let mut after = before.clone();
        after.remove(&id("record", 1));
        after.drop_terms(&id("record", 2), &[term(1)]);
        after.put(id("record", 3), held(6, &[2]));
        let all: BTreeSet<Id> = (1..=4).map(|n| id("record", n)).collect();
        let changes = between(&before, &after, &all);
        let gone = |n: u8| {
            changes.iter().find_map(|change| match change {
                Change::TermsGone { recordid, seq: 5, terms } if *recordid == id("record", n) => {
                    Some(terms.len())
                }
                _ => None,
            })
        };
        assert_eq!([gone(1), gone(2), gone(3), gone(4)], [Some(2), Some(1), None, None]);
        let written: Vec<Id> = changes
            .iter()
            .filter_map(|change| if let Change::Record(row) = change { Some(row.recordid) } else { None })
            .collect();
        assert_eq!(written, [id("record", 3)]);
    }
}
