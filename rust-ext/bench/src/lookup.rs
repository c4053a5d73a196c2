//! `lookup`: 1,000 nodes, and a record found by two of its terms while some nodes are dead and nobody has noticed yet.
//!
//! Both contestants are asked by nodes that do not hold the record themselves. *Rounds* are those until the record is
//! there: requests of which each follows upon the answer to another. *Requests* are all that were sent by then or
//! afterwards. *Success* is the share of look-ups that found the record.

mod engine;
mod kad;

use crate::Failed;
use crate::report::{Baseline, Report, Target};

/// How many nodes there are.
pub const NODES: usize = 1_000;

/// What look-ups came to, in the mean.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Rounds until the record was there, where it was found.
    pub rounds: f64,
    /// Requests of one look-up.
    pub requests: f64,
    /// The share of look-ups that found the record.
    pub success: f64,
}

/// Adds up look-ups.
#[derive(Debug, Default)]
pub struct Tally {
    tried: u32,
    found: u32,
    rounds: u32,
    requests: u32,
}

impl Tally {
    /// Takes one look-up in: the round in which the record was there, if it was, and how many requests it took.
    pub fn add(&mut self, found: Option<u32>, requests: u32) {
        self.tried += 1;
        self.requests += requests;
        if let Some(rounds) = found {
            self.found += 1;
            self.rounds += rounds;
        }
    }

    /// The means.
    pub fn outcome(&self) -> Outcome {
        Outcome {
            rounds: f64::from(self.rounds) / f64::from(self.found.max(1)),
            requests: f64::from(self.requests) / f64::from(self.tried.max(1)),
            success: f64::from(self.found) / f64::from(self.tried.max(1)),
        }
    }
}

/// Runs the bench.
///
/// # Errors
/// Where the data is missing or the rival's network cannot be set up.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let network = engine::Network::new()?;
    let mut rival = kad::Network::new()?;
    let levels = [(0, 1.0, 1.0), (10, 1.1, 0.999), (30, 1.4, 0.995)];
    for (dead, rounds, success) in levels {
        let ours = network.look_up(dead)?;
        let theirs = rival.look_up(dead)?;
        let beside = |value| Baseline { name: "libp2p-kad", value };
        let metric = |name: &str| format!("{name}_{dead}");
        report.beside(&metric("rounds"), ours.rounds, "", Target::AtMost(rounds), beside(theirs.rounds));
        report.beside(&metric("requests"), ours.requests, "", Target::None, beside(theirs.requests));
        let at_least = Target::AtLeast(success);
        report.beside(&metric("success"), ours.success, "", at_least, beside(theirs.success));
    }
    Ok(())
}
