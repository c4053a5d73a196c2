//! What a PHP worker holds for itself: the private dirty pages of its memory (`Private_Dirty` in `/proc/PID/smaps_rollup`,
//! which counts all that is anonymous). Pages of the view's files are the kernel's cache, which all workers share.

use std::collections::HashMap;
use std::fs;

use super::content::QUERIES;
use super::load::Asked;
use super::site::{Site, folder};
use super::work::ask;
use crate::Failed;
use crate::report::{Baseline, Report, Target};

/// Runs the bench: the same workers before and after, the one that grew most counts.
///
/// # Errors
/// Where a page does not answer.
pub fn run(report: &mut Report, site: &Site) -> Result<(), Failed> {
    let page = |name: &str| Asked { url: format!("{}/{name}", site.url), posts: None };
    let search = Asked { url: site.peer(), posts: Some(folder()?.join(QUERIES)) };
    let full = added(site, || page("bench_full.php").load(2).map(drop))?;
    let answered = added(site, || {
        for query in ["describe", "sketch&from=0&count=100", "snapshot"] {
            Asked { url: format!("{}?operation={query}", site.peer()), posts: None }.load(1)?;
        }
        search.load(3).map(drop)
    })?;
    let beside = Baseline { name: "full boot", value: full };
    report.beside("private_mb", answered, "MB", Target::AtMost(10.0), beside);
    let rebuilt = added(site, || {
        site.delete_view()?;
        ask(site, "?operation=describe", None).map(drop)
    })?;
    let beside = Baseline { name: "full boot", value: full };
    report.beside("private_mb_rebuilt", rebuilt, "MB", Target::None, beside);
    Ok(())
}

/// The megabytes by which the worker grew most that has only answered the bare page before.
fn added(site: &Site, work: impl FnOnce() -> Result<(), Failed>) -> Result<f64, Failed> {
    site.restart()?;
    Asked { url: format!("{}/bench_bare.php", site.url), posts: None }.load(2)?;
    let before = private(site)?;
    work()?;
    let after = private(site)?;
    let grown = after.iter().filter_map(|(worker, kb)| Some(kb - before.get(worker)?));
    grown.max_by(f64::total_cmp).map(|kb| kb / 1024.0).ok_or_else(|| "no worker lived on".into())
}

/// The kilobytes of each worker.
fn private(site: &Site) -> Result<HashMap<u32, f64>, Failed> {
    let mut workers = HashMap::new();
    for worker in site.workers()? {
        // One that ended meanwhile does not count.
        let Ok(smaps) = fs::read_to_string(format!("/proc/{worker}/smaps_rollup")) else { continue };
        let kilobytes =
            smaps.lines().find_map(|line| line.strip_prefix("Private_Dirty:")?.trim().split(' ').next());
        workers.insert(worker, kilobytes.unwrap_or_default().parse()?);
    }
    Ok(workers)
}
