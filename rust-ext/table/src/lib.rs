//! The table of known sites: which sites there are, which are let in, and which are the homes of a key.
//!
//! | part | concepts |
//! |---|---|
//! | [`PeerTable`], [`Peer`], [`Liveness`] | the known sites by distance and domain, and what requests to them have shown |
//! | [`Judge`], [`needed`] | admission: a site is let in whose neighbours vouch for it |
#![deny(missing_docs)]

mod admission;
mod table;

pub use admission::{Admissions, Judge, News, SMALL, most, needed};
pub use table::{Liveness, NEIGHBOURHOOD, Peer, PeerTable, REPLICAS, SiteRef};
