//! A descriptor as it travels: the exact signed text, its signature, and the vouchers for it.

use std::sync::{Arc, LazyLock, Mutex};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use crate::address::Address;
use crate::descriptor::{Descriptor, DescriptorError};
use crate::id::Id;
use crate::sharing::{self, Copies};
use crate::sign::{ItemType, Sig, SignError};
use crate::time::{Day, MAX_AHEAD_MS, Millis, day_of};
use crate::voucher::Voucher;

/// The most vouchers of an entry that are read.
pub const MAX_VOUCHERS: usize = 16;
/// The number of vouchers that are kept and passed on, the newest: one more than is needed. Of a site that took another
/// key ([`Descriptor::rekeyed`]) all are kept, as most of its neighbours have to vouch for it.
pub const KEPT_VOUCHERS: usize = 4;

/// A site entry on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The descriptor, exactly as signed.
    pub body: String,
    /// The site's own signature over it.
    pub sig: Sig,
    /// Its neighbours' vouchers.
    #[serde(default)]
    pub vouchers: Vec<Voucher>,
}

/// An entry whose signature, bounds and dates hold. Whether it is admitted is for the table to judge.
#[derive(Clone, Debug)]
pub struct CheckedEntry {
    /// The node id that the address gives.
    pub id: Id,
    /// The address.
    pub address: Address,
    /// The registrable domain.
    pub domain: String,
    /// The site's statement about itself.
    pub descriptor: Descriptor,
    /// SHA-1(node id, seq as 64 bits, big-endian, body): sketches are made of it. Vouchers are no part of it.
    pub digest: [u8; 20],
    /// The entry as it came.
    pub entry: Entry,
}

/// Why an entry does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// The descriptor cannot be read.
    #[error(transparent)]
    Descriptor(#[from] DescriptorError),
    /// The signature does not fit.
    #[error("the descriptor's signature: {0}")]
    Signature(#[from] SignError),
    /// Dated more than 48 hours ahead.
    #[error("the descriptor is dated more than 48 hours ahead: compare the two sites' clocks")]
    TooNew,
    /// Its lease ran out.
    #[error("the descriptor's lease has ended")]
    Expired,
    /// Another protocol version.
    #[error("the site speaks protocol version {0}, this one speaks {version}", version = crate::PROTOCOL)]
    Protocol(u32),
    /// More than [`MAX_VOUCHERS`].
    #[error("an entry carries at most {MAX_VOUCHERS} vouchers")]
    TooManyVouchers,
}

impl Entry {
    /// Reads the entry without checking its signature: for what this site stored itself.
    ///
    /// # Errors
    /// [`EntryError::Descriptor`].
    pub fn read(self) -> Result<CheckedEntry, EntryError> {
        if let Some(known) = read_before(&self) {
            let CheckedEntry { id, address, domain, descriptor, digest, .. } = &*known;
            let (address, domain, descriptor) = (address.clone(), domain.clone(), descriptor.clone());
            return Ok(CheckedEntry { id: *id, address, domain, descriptor, digest: *digest, entry: self });
        }
        let (descriptor, address) = Descriptor::parse(&self.body)?;
        let id = address.node_id();
        let digest = Sha1::new_with_prefix(id.0)
            .chain_update(descriptor.seq.to_be_bytes())
            .chain_update(&self.body)
            .finalize()
            .into();
        Ok(CheckedEntry { id, domain: address.domain(), address, descriptor, digest, entry: self })
    }

    /// Reads and verifies an entry that another site sent.
    ///
    /// # Errors
    /// An [`EntryError`] that names the fault.
    pub fn check(self, network: &str, now: Millis) -> Result<CheckedEntry, EntryError> {
        if self.vouchers.len() > MAX_VOUCHERS {
            return Err(EntryError::TooManyVouchers);
        }
        self.read()?.verified(network, now)
    }
}

/// The entries of this process, where its sites share them.
static COPIES: LazyLock<Mutex<Copies<CheckedEntry>>> = LazyLock::new(Mutex::default);

/// The same text as it was read before.
fn read_before(entry: &Entry) -> Option<Arc<CheckedEntry>> {
    sharing::is_shared().then(|| sharing::lock(&COPIES).of_text(&entry.body))?
}

/// The one copy of an entry, where the sites of this process share them.
#[must_use]
pub fn one_copy(entry: Arc<CheckedEntry>) -> Arc<CheckedEntry> {
    if !sharing::is_shared() {
        return entry;
    }
    let is_same = |known: &CheckedEntry, entry: &CheckedEntry| known.entry == entry.entry;
    sharing::lock(&COPIES).one_copy(&entry.entry.body, &entry, is_same)
}

impl CheckedEntry {
    /// The placeholder for a site of which only the id is known: an entry that says nothing, holds on no day and counts
    /// less than any other.
    #[must_use]
    pub fn unreadable(id: Id) -> Self {
        let address = Address::nowhere();
        let descriptor = Descriptor::unreadable();
        let entry = Entry { body: String::new(), sig: Sig([0; 64]), vouchers: Vec::new() };
        Self { id, address, domain: String::new(), descriptor, digest: [0; 20], entry }
    }

    /// Verifies an entry that was only read: protocol, dates, signature.
    ///
    /// # Errors
    /// An [`EntryError`] that names the fault.
    pub fn verified(self, network: &str, now: Millis) -> Result<Self, EntryError> {
        let descriptor = &self.descriptor;
        if descriptor.protocol != crate::PROTOCOL {
            return Err(EntryError::Protocol(descriptor.protocol));
        }
        if descriptor.seq > now + MAX_AHEAD_MS {
            return Err(EntryError::TooNew);
        }
        if !descriptor.holds_on(day_of(now)) {
            return Err(EntryError::Expired);
        }
        descriptor.key.verify(network, ItemType::Descriptor, &self.entry.body, &self.entry.sig)?;
        Ok(self)
    }

    /// The rank of the statement: of two statements of one site the one of higher rank counts. It is the one signed
    /// later; with the same seq, the one with the higher digest, so that all sites keep the same.
    #[must_use]
    pub fn rank(&self) -> (Millis, [u8; 20]) {
        (self.descriptor.seq, self.digest)
    }

    /// The UTC day since which its neighbours know it with its key: the median of what they say, the earlier of two. None
    /// where nobody vouches for it.
    #[must_use]
    pub fn known_since(&self) -> Option<Day> {
        let mut days: Vec<Day> = self.entry.vouchers.iter().map(|voucher| voucher.since).collect();
        days.sort_unstable();
        days.get(days.len().saturating_sub(1) / 2).copied()
    }

    /// The number of its vouchers that are kept and passed on.
    #[must_use]
    pub fn kept_vouchers(&self) -> usize {
        if self.descriptor.rekeyed.is_some() { MAX_VOUCHERS } else { KEPT_VOUCHERS }
    }

    /// The site's URL, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> String {
        self.address.url(self.descriptor.scheme)
    }

    /// The URL at which the site answers its peers.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("{}/{}", self.url(), crate::ENDPOINT)
    }

    /// Adds vouchers by others that are not here yet; a newer one by the same node replaces the older. The newest are
    /// kept; of the same day, those with the lowest SHA-1(subject, giver). So all sites keep the same, and each subject
    /// keeps those of other givers: if a few sites were the givers of all newcomers, a site that does not know these
    /// few could let in no newcomer.
    pub fn add_vouchers(&mut self, more: &[Voucher]) {
        let kept = self.kept_vouchers();
        let vouchers = &mut self.entry.vouchers;
        for voucher in more {
            match vouchers.iter_mut().find(|v| v.by == voucher.by) {
                Some(old) if old.day < voucher.day => *old = voucher.clone(),
                Some(_) => {}
                None => vouchers.push(voucher.clone()),
            }
        }
        let id = self.id;
        vouchers.sort_by_cached_key(|v| (std::cmp::Reverse(v.day), Id::digest(&[id.0, v.by.0].concat())));
        vouchers.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_vouchers_of_one_day_the_same_are_kept_as_by_the_plugin() {
        let voucher = |n: u8| Voucher {
            by: Id::digest(format!("b{n}").as_bytes()),
            day: 3,
            since: 3,
            sig: Sig([n; 64]),
        };
        for [first, then] in [[[0, 1, 2], [3, 4, 5]], [[5, 1, 3], [4, 0, 2]]] {
            let mut site = CheckedEntry::unreadable(Id::digest(b"a"));
            site.add_vouchers(&first.map(voucher));
            site.add_vouchers(&then.map(voucher));
            let kept: Vec<u8> = site.entry.vouchers.iter().map(|v| v.sig.0[0]).collect();
            assert_eq!(kept, [3, 0, 1, 4]);
        }
    }
}
