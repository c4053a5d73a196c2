//! Measures CourseGlue beside what somebody would otherwise pick, on the same job in the same run.
//!
//! `courseglue-bench [NAME…] [--json]` runs the benches named, or all of them. Each figure is one row: a JSON object a
//! line with `--json`, a table without. The status is 0 when every bench ran, whatever it measured, and 1 when one could
//! not run.

mod counting;
mod data;
mod drive;
mod endpoint;
mod lookup;
mod membership;
mod publish;
mod recall;
mod report;
mod routing;
mod scenarios;
mod search;
mod simulate;
mod simulator;
mod sites;
mod sweep;
mod sync;
mod wire;
mod world;

use std::process::ExitCode;

use report::{Report, Style};

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

/// Why a bench could not run, in a sentence for a person.
type Failed = Box<dyn std::error::Error>;

/// A bench: its name, and what runs it.
type Bench = (&'static str, fn(&mut Report) -> Result<(), Failed>);

/// Every bench, in the order in which they run when none is named.
const BENCHES: &[Bench] = &[
    ("routing", routing::run),
    ("lookup", lookup::run),
    ("recall", recall::run),
    ("sync", sync::run),
    ("membership", membership::run),
    ("publish", publish::run),
    ("search", search::run),
    ("simulate", simulate::run),
    ("scenarios", scenarios::run),
    ("endpoint", endpoint::run),
    ("sweep", sweep::run),
];

fn main() -> ExitCode {
    let (flags, names): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
    if let Some(unknown) = flags.iter().find(|flag| *flag != "--json") {
        return refuse(&format!("unknown argument \"{unknown}\": only --json is known"));
    }
    if let Some(unknown) = names.iter().find(|name| BENCHES.iter().all(|(known, _)| known != *name)) {
        let known: Vec<&str> = BENCHES.iter().map(|(name, _)| *name).collect();
        return refuse(&format!("there is no bench \"{unknown}\"; there are: {}", known.join(", ")));
    }
    let mut report = Report::new(if flags.is_empty() { Style::Table } else { Style::Json });
    let mut status = ExitCode::SUCCESS;
    for (name, run) in BENCHES {
        if !names.is_empty() && !names.iter().any(|wanted| wanted == name) {
            continue;
        }
        report.begin(name);
        if let Err(reason) = run(&mut report) {
            eprintln!("ERROR: the bench \"{name}\" could not run: {reason}");
            status = ExitCode::FAILURE;
        }
    }
    status
}

fn refuse(reason: &str) -> ExitCode {
    eprintln!("ERROR: {reason}");
    ExitCode::FAILURE
}
