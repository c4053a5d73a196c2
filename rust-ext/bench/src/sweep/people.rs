//! People who read pages while the site works on its courses, and while it does not.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::Failed;
use crate::endpoint::site::{Site, output};

const ROUNDS: usize = 5;

/// Seconds of reading, in each half of a round.
const SECONDS: u32 = 20;

/// Seconds until the work beside is under way, and past the seconds that it does at once.
const AHEAD: u32 = 4;

/// People who read at the same moment.
const PEOPLE: u32 = 2;

/// What they read, in turn.
const PAGES: [&str; 3] = ["/login/index.php", "/course/index.php", "/course/index.php?categoryid=2"];

/// What `wrk` measured.
#[derive(Deserialize)]
struct Read {
    pages: u64,
    p95: f64,
    failed: u64,
}

/// How much longer the slowest pages take while the site does this work: the ratio of the 95th percentiles.
///
/// # Errors
/// Where `wrk` is missing, a page fails, or the work does.
pub fn slower(site: &Site, work: &str) -> Result<f64, Failed> {
    read(site)?;
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        // Whatever gets slower in the course of a round does so for either in turn.
        let (with, without) = if round % 2 == 0 {
            let with = read_beside(site, work)?;
            (with, read(site)?)
        } else {
            let without = read(site)?;
            (read_beside(site, work)?, without)
        };
        ratios.push(with / without);
    }
    ratios.sort_by(f64::total_cmp);
    Ok(ratios[ROUNDS / 2])
}

/// The 95th percentile beside the work, in milliseconds. The work goes on for as long as somebody reads, and is then ended.
fn read_beside(site: &Site, work: &str) -> Result<f64, Failed> {
    let mut command = site.command("bench_sweep.php", &["keep", work]);
    let mut beside = command.stdout(Stdio::null()).spawn()?;
    std::thread::sleep(std::time::Duration::from_secs(AHEAD.into()));
    let p95 = read(site);
    let ended = beside.try_wait()?;
    beside.kill()?;
    beside.wait()?;
    match ended {
        Some(status) => Err(format!("the site stopped {work}: {status}").into()),
        None => p95,
    }
}

/// The 95th percentile, in milliseconds.
fn read(site: &Site) -> Result<f64, Failed> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/lib/people.lua");
    let mut command = Command::new("wrk");
    command.args([
        "--threads=1",
        "--timeout=60s",
        &format!("--connections={PEOPLE}"),
        &format!("--duration={SECONDS}s"),
    ]);
    command.arg("--script").arg(script).arg(&site.url).arg("--").args(PAGES);
    let printed = output(&mut command)?;
    let read: Read = serde_json::from_str(printed.lines().last().unwrap_or_default())
        .map_err(|e| format!("wrk printed something else than its script says: {e}: {printed}"))?;
    let (pages, failed) = (read.pages, read.failed);
    if pages == 0 || failed > 0 {
        return Err(format!("of {pages} pages {failed} failed").into());
    }
    Ok(read.p95)
}
