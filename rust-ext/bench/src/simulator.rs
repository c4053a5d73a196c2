//! The command that plays simulations: `courseglue simulate`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

use crate::Failed;

/// What the simulator says in the end.
#[derive(Debug, Deserialize)]
pub struct Simulated {
    /// Cases that did not hold.
    pub violations: u64,
    /// Seconds that it took.
    pub seconds: f64,
    /// The most memory that it had.
    pub peak_megabytes: u64,
    /// The first cases that did not hold.
    pub examples: Vec<String>,
    /// What had to hold.
    pub invariants: Vec<Outcome>,
}

/// What came of one invariant.
#[derive(Debug, Deserialize)]
pub struct Outcome {
    /// Hours after the disturbance until it held for good; none where it never failed after that.
    pub held_after_hours: Option<u64>,
}

/// The simulator: `COURSEGLUE_COMMAND`, else the one built beside the repository's other crates.
///
/// # Errors
/// Where there is none.
pub fn command() -> Result<PathBuf, Failed> {
    let built = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/release/courseglue");
    let command = std::env::var_os("COURSEGLUE_COMMAND").map_or_else(built, PathBuf::from);
    if command.is_file() {
        return Ok(command);
    }
    let shown = command.display();
    Err(format!("there is no {shown}: run scripts/bench, which builds it, or name it in COURSEGLUE_COMMAND")
        .into())
}

/// Begins a simulation with these arguments.
///
/// # Errors
/// Where it cannot be started.
pub fn start(command: &Path, arguments: &[&str]) -> Result<Child, Failed> {
    let mut simulation = Command::new(command);
    simulation.args(["simulate", "--seed", "1", "--json"]).args(arguments);
    let child = simulation.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    child.map_err(|e| format!("{} cannot be started: {e}", command.display()).into())
}

/// Waits for what a simulation says; `name` tells a person which one, and goes before what did not hold in it.
///
/// # Errors
/// Where it ends without a report.
pub fn finish(name: &str, child: Child) -> Result<Simulated, Failed> {
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().unwrap_or_default();
    let one: Simulated =
        serde_json::from_str(line).map_err(|e| format!("the simulation of {name} gave no report: {e}"))?;
    one.examples.iter().for_each(|example| eprintln!("    {name}: {example}"));
    Ok(one)
}
