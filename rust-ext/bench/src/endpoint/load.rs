//! Load by `wrk`, and what it measured.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::site::output;
use crate::Failed;

/// As many as php-fpm has workers.
const CONNECTIONS: u32 = 8;

/// What a page is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its URL.
    pub url: String,
    /// A file whose lines are posted, one after the other; where there is none, GET.
    pub posts: Option<PathBuf>,
}

/// What `wrk` measured.
#[derive(Debug, Deserialize)]
pub struct Rate {
    /// Answered requests a second.
    pub rate: f64,
    /// In milliseconds.
    pub p99: f64,
    failed: u64,
}

impl Asked {
    /// Asks for the given number of seconds.
    ///
    /// # Errors
    /// Where `wrk` is missing, or an error is answered.
    pub fn load(&self, seconds: u32) -> Result<Rate, Failed> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/lib/load.lua");
        let mut command = Command::new("wrk");
        command.args([
            "--threads=1",
            "--timeout=60s",
            &format!("--connections={CONNECTIONS}"),
            &format!("--duration={seconds}s"),
        ]);
        command.arg("--script").arg(script).arg(&self.url).arg("--").args(&self.posts);
        let printed = output(&mut command)?;
        let rate: Rate = serde_json::from_str(printed.lines().last().unwrap_or_default())
            .map_err(|e| format!("wrk printed something else than its script says: {e}: {printed}"))?;
        if rate.failed > 0 {
            let (url, count) = (&self.url, rate.failed);
            return Err(format!("{url} failed {count} times under load").into());
        }
        Ok(rate)
    }
}
