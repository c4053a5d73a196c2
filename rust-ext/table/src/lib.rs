//! Who is there: every site that is known, who is let in, and which sites are the homes of a key.
//!
//! | part | concepts |
//! |---|---|
//! | [`PeerTable`], [`Peer`], [`Liveness`] | the known sites by distance and domain, and what requests to them have shown |
//! | [`Judge`], [`needed`] | who is let in: a site whose neighbours vouch for it |
#![deny(missing_docs)]

mod admission;
mod table;

pub use admission::{Admissions, Judge, News, SMALL, needed};
pub use table::{Liveness, NEIGHBOURHOOD, Peer, PeerTable, REPLICAS, SiteRef};
