//! CourseGlue without web servers: a deterministic simulator of a whole network, and a small network in one process.
//!
//! Both run the engine of `courseglue-core` unchanged, with its encoded messages.
//!
//! | module | concept |
//! |---|---|
//! | [`world`], [`queue`], [`links`] | virtual time, what happens in it, and the network between the sites |
//! | [`node`], [`course`], [`population`] | a site and what its plugin does, what it publishes, a network that exists already |
//! | [`young`] | networks that are only being set up |
//! | [`manner`], [`attack`] | sites that answer falsely, and attacks from outside |
//! | [`network`], [`cli`] | the network in one process, and the command line |
//! | [`scenario`], [`simulate`](mod@simulate), [`invariant`], [`report`], [`trace`] | what befalls a network, what has to hold, and what came of it |
#![deny(missing_docs)]

pub mod attack;
pub mod cli;
pub mod course;
pub mod invariant;
pub mod links;
pub mod manner;
pub mod network;
pub mod node;
pub mod population;
pub mod queue;
pub mod report;
pub mod scenario;
pub mod simulate;
pub mod trace;
pub mod words;
pub mod world;
pub mod young;
