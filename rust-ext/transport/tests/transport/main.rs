//! The transport over real sockets on loopback.
//!
//! | module | what it claims |
//! |---|---|
//! | `sending` | one request: its headers, its limits, what is refused, proxies, kept connections |
//! | `driving` | a task's requests: in parallel, in rounds, within its time |
//! | `server` | the web server that both talk to |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod driving;
mod sending;
mod server;
