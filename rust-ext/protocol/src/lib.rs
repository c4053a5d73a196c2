//! The protocol between sites: identities, signed items, requests and answers.
//!
//! Whatever a stranger sends is read here first. Reading is strict: sizes, counts, characters and dates are checked
//! before anything else looks at them, and a signature is verified before what it covers is believed.
//!
//! | part | concepts |
//! |---|---|
//! | [`Id`], [`Address`], [`Day`], [`Millis`] | the key space, where a site is, and when something was said |
//! | [`Secret`], [`PublicKey`], [`Sig`], [`ItemType`] | keys, signatures, and the kinds of signed items |
//! | [`Descriptor`], [`Voucher`], [`Entry`] | a site's statement about itself, its neighbours' vouchers, and both as they travel |
//! | [`record`], [`Tombstone`] | a course, and its withdrawal |
//! | [`Term`], [`terms`], [`Query`] | what a record is placed under, how its terms are chosen, and what a search asks for |
//! | [`json`] | the one reader of what others send |
//! | [`message`] | requests, answers, and the faults that have names |
//! | [`sharing`] | many sites in one process read and verify each entry once |
#![deny(missing_docs)]

mod address;
mod descriptor;
mod entry;
mod id;
pub mod json;
pub mod message;
mod query;
pub mod record;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod sharing;
mod sign;
mod term;
pub mod terms;
mod time;
mod tombstone;
mod visible;
mod voucher;

pub use address::{Address, AddressError, MAX_ADDRESS, Scheme, domain_of_host, v4_inside};
pub use descriptor::{Descriptor, DescriptorError, GRACE_DAYS, LEASE_DAYS, MAX_VIA, Role};
pub use entry::{CheckedEntry, Entry, EntryError, KEPT_VOUCHERS, MAX_VOUCHERS, one_copy};
pub use id::Id;
pub use query::{ASKED_TERMS, AskedTerm, Filters, MAX_LIMIT, Query, QueryError, query_terms};
pub use sign::{ItemType, PublicKey, Secret, Sig, SignError};
pub use term::{Term, TermError, Terms};
pub use time::{DAY_MS, Day, HOUR_MS, MAX_AHEAD_MS, Millis, day_of, next_seq};
pub use tombstone::{MAX_TOMBSTONE_TERMS, Tombstone, TombstoneError};
pub use voucher::{VOUCHER_DAYS, Voucher};

/// The version of the protocol that this crate speaks.
pub const PROTOCOL: u32 = 1;
/// The path at which a site answers its peers, below its URL.
pub const ENDPOINT: &str = "local/courseglue/peer.php";
