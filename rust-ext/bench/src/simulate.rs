//! `simulate`: 1,000 sites for 30 virtual days and, beside it, 10,000 sites for 2, with the usual coming and going, by the
//! command that anybody can run: `courseglue simulate`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use serde::Deserialize;

use crate::Failed;
use crate::report::{Report, Target};

/// Sites, virtual days.
const RUNS: [(u32, u32); 2] = [(1_000, 30), (10_000, 2)];

/// What the simulator says in the end.
#[derive(Debug, Deserialize)]
struct Simulated {
    violations: u64,
    seconds: f64,
    peak_megabytes: u64,
    examples: Vec<String>,
}

/// Runs the bench.
///
/// # Errors
/// Where the simulator is not built, or ends without a report.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let command = command()?;
    let began = Instant::now();
    let running: Vec<Child> =
        RUNS.iter().map(|(sites, days)| start(&command, *sites, *days)).collect::<Result<_, _>>()?;
    let mut all: Vec<Simulated> = Vec::new();
    for ((sites, days), child) in RUNS.iter().zip(running) {
        let output = child.wait_with_output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().last().unwrap_or_default();
        let one: Simulated = serde_json::from_str(line)
            .map_err(|e| format!("the simulation of {sites} sites for {days} days gave no report: {e}"))?;
        one.examples.iter().for_each(|example| eprintln!("    {sites} sites: {example}"));
        all.push(one);
    }
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

/// The simulator: `COURSEGLUE_COMMAND`, else the one built beside the repository's other crates.
fn command() -> Result<PathBuf, Failed> {
    let built = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/release/courseglue");
    let command = std::env::var_os("COURSEGLUE_COMMAND").map_or_else(built, PathBuf::from);
    if command.is_file() {
        return Ok(command);
    }
    let shown = command.display();
    Err(format!("there is no {shown}: run scripts/bench, which builds it, or name it in COURSEGLUE_COMMAND")
        .into())
}

fn start(command: &Path, sites: u32, days: u32) -> Result<Child, Failed> {
    let sites = sites.to_string();
    let days = days.to_string();
    let arguments =
        ["simulate", "--sites", &sites, "--days", &days, "--scenario", "churn", "--seed", "1", "--json"];
    let child = Command::new(command).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    child.map_err(|e| format!("{} cannot be started: {e}", command.display()).into())
}
