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
//! | [`record`], [`Tombstone`], [`Loss`] | a course, its withdrawal, and the terms it lost |
//! | [`terms`], [`Query`] | the terms a record is placed under, and those a search asks for |
//! | [`message`] | requests, answers, and the faults that have names |
//! | [`sharing`] | many sites in one process read and verify each entry once |
#![deny(missing_docs)]

mod address;
mod descriptor;
mod entry;
mod id;
mod loss;
pub mod message;
mod query;
pub mod record;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod sharing;
mod sign;
pub mod terms;
mod time;
mod tombstone;
mod visible;
mod voucher;

pub use address::{Address, AddressError, MAX_ADDRESS, Scheme, domain_of_host, v4_inside};
pub use descriptor::{Descriptor, DescriptorError, GRACE_DAYS, LEASE_DAYS};
pub use entry::{CheckedEntry, Entry, EntryError, KEPT_VOUCHERS, MAX_VOUCHERS, one_copy};
pub use id::Id;
pub use loss::Loss;
pub use query::{ASKED_TERMS, AskedTerm, Filters, MAX_LIMIT, Query, QueryError, query_terms};
pub use sign::{ItemType, PublicKey, Secret, Sig, SignError};
pub use time::{DAY_MS, Day, HOUR_MS, MAX_AHEAD_MS, Millis, day_of};
pub use tombstone::{Tombstone, TombstoneError};
pub use voucher::{VOUCHER_DAYS, Voucher};

/// The version of the protocol that this crate speaks.
pub const PROTOCOL: u32 = 1;
/// The path at which a site answers its peers, below its URL.
pub const ENDPOINT: &str = "local/courseglue/peer.php";
