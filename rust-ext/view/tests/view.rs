//! A view, from its writers to its readers and the peers that are answered from it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "view/crash.rs"]
mod crash;
#[path = "view/endpoint.rs"]
mod endpoint;
#[path = "view/files.rs"]
mod files;
#[path = "view/follow.rs"]
mod follow;
#[path = "view/limits.rs"]
mod limits;
#[path = "view/made.rs"]
mod made;
