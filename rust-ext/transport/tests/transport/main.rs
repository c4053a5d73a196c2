//! The transport over real sockets on loopback.
//!
//! | module | what it claims |
//! |---|---|
//! | `sending` | one request: its headers, its limits, what is refused, proxies, kept connections |
//! | `certificates` | whose a certificate is that cannot be trusted, and why |
//! | `driving` | a task's requests: in parallel, in rounds, within its time |
//! | `server` | the web server that both talk to |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod certificates;
mod driving;
mod sending;
mod server;
