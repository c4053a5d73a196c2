//! CourseGlue's outgoing HTTP, without PHP: what the engine asks to be sent is sent in parallel, within limits of
//! time and size, and only to addresses that the admin allows.
//!
//! | module | concept |
//! |---|---|
//! | [`host_rule`] | one entry of the admin's list of blocked hosts, as Moodle writes it |
//! | [`guard`] | which URLs and addresses may be dialled |
//! | [`lookup`] | a name's addresses, within a time |
//! | `connector` | a connection: to which kind of address, and what kept it from coming about |
//! | `certificate` | a certificate that is not to be trusted: whose it is, and why |
//! | [`client`] | one request: TLS, proxy, limits, and what went wrong in the engine's words |
//! | [`clients`] | the clients that a process keeps, with their open connections |
//! | [`drive()`] | a task of the engine, from its first request to its output |
#![deny(missing_docs)]

mod certificate;
pub mod client;
pub mod clients;
mod connector;
pub mod drive;
pub mod guard;
pub mod host_rule;
pub mod lookup;
mod resolver;
mod signals;

pub use client::{Client, ClientError, Policy};
pub use drive::{Limits, drive};
