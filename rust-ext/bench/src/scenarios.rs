//! `scenarios`: what befalls a network, each at its full size, two at a time: the table of `docs/protocol.md`.

use std::process::Child;

use crate::Failed;
use crate::report::{Report, Target};
use crate::simulator::{command, finish, start};

/// Two that take about as long, side by side. `churn` is the bench `simulate`.
const PAIRS: [&[&str]; 9] = [
    &["colluders", "hostile-sync"],
    &["partition-heal", "skewed-clocks"],
    &["mass-failure", "lying-home"],
    &["victim-flood", "domain-flood"],
    &["home-returns", "restored-backup"],
    &["popular-term", "young-network"],
    &["replay"],
    &["key-takeover", "key-lost"],
    &["starved-newcomer", "ground-homes"],
];

/// Runs the bench.
///
/// # Errors
/// Where the simulator is not built, or ends without a report.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let command = command()?;
    for names in PAIRS {
        let begin = |name: &&str| start(&command, &["--scenario", name]);
        let running: Vec<Child> = names.iter().map(begin).collect::<Result<_, _>>()?;
        for (name, child) in names.iter().zip(running) {
            let one = finish(name, child)?;
            report.figure(name, one.violations as f64, "", Target::AtMost(0.0));
            let hours = one.invariants.iter().filter_map(|invariant| invariant.held_after_hours).max();
            report.figure(&format!("hours_{name}"), hours.unwrap_or(0) as f64, "h", Target::None);
            report.figure(&format!("minutes_{name}"), one.seconds / 60.0, "min", Target::None);
        }
    }
    Ok(())
}
