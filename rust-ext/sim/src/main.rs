//! The `courseglue` command: a simulator, a network in one process, and questions to it.

use std::process::ExitCode;

fn main() -> ExitCode {
    courseglue_sim::cli::run()
}
