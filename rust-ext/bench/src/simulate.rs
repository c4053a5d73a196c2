//! `simulate`: 1,000 sites for 30 virtual days and, beside it, 10,000 sites for 2, with the usual coming and going, by the
//! command that anybody can run: `courseglue simulate`.

use std::process::Child;
use std::time::Instant;

use crate::Failed;
use crate::report::{Report, Target};
use crate::simulator::{Simulated, command, finish, start};

/// Sites, virtual days.
const RUNS: [(u32, u32); 2] = [(1_000, 30), (10_000, 2)];

/// Runs the bench.
///
/// # Errors
/// Where the simulator is not built, or ends without a report.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let command = command()?;
    let began = Instant::now();
    let begin = |(sites, days): &(u32, u32)| {
        let (sites, days) = (sites.to_string(), days.to_string());
        start(&command, &["--scenario", "churn", "--sites", &sites, "--days", &days])
    };
    let running: Vec<Child> = RUNS.iter().map(begin).collect::<Result<_, _>>()?;
    let all: Vec<Simulated> = RUNS
        .iter()
        .zip(running)
        .map(|((sites, days), child)| finish(&format!("{sites} sites for {days} days"), child))
        .collect::<Result<_, _>>()?;
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    report.figure("minutes", minutes, "min", Target::AtMost(25.0));
    let peak = all.iter().map(|one| one.peak_megabytes as f64).sum::<f64>() / 1024.0;
    report.figure("peak_gb", peak, "GB", Target::AtMost(8.0));
    let violations = all.iter().map(|one| one.violations as f64).sum();
    report.figure("violations", violations, "", Target::AtMost(0.0));
    for ((sites, _), one) in RUNS.iter().zip(&all) {
        report.figure(&format!("minutes_{sites}"), one.seconds / 60.0, "min", Target::None);
        report.figure(&format!("peak_gb_{sites}"), one.peak_megabytes as f64 / 1024.0, "GB", Target::None);
    }
    Ok(())
}
