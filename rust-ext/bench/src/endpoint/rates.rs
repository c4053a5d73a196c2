//! Requests a second and the slowest hundredth, beside a bare page and one of the whole of Moodle.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use super::content::{CHANGES, QUERIES};
use super::load::{Asked, Rate};
use super::site::{Site, folder};
use crate::Failed;
use crate::report::{Baseline, Report, Target};

const ROUNDS: usize = 7;
const SECONDS: u32 = 3;
/// Of the rows that [`CHANGES`] holds, the first are for the catching up that is timed.
const FIRST_CHANGE: usize = 3_000;
/// How many rows change at a time while the view is being caught up.
const CHANGED: usize = 50;

/// Runs the rounds.
///
/// # Errors
/// Where a page does not answer.
pub fn run(report: &mut Report, site: &Site) -> Result<(), Failed> {
    let page = |name: &str| Asked { url: format!("{}/{name}", site.url), posts: None };
    let (bare, full) = (page("bench_bare.php"), page("bench_full.php"));
    let describe = Asked { url: format!("{}?operation=describe", site.peer()), posts: None };
    let search = Asked { url: site.peer(), posts: Some(folder()?.join(QUERIES)) };
    for asked in [&bare, &full, &describe, &search] {
        asked.load(SECONDS)?;
    }
    let mut rounds = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        let full = full.load(SECONDS)?;
        // What comes next would find the processor's caches full of Moodle.
        bare.load(1)?;
        let describe = describe.load(SECONDS)?;
        let bare = bare.load(SECONDS)?;
        let quiet = search.load(SECONDS)?;
        let changer = Changer::start(site, FIRST_CHANGE + round * CHANGED * SECONDS as usize)?;
        let catching_up = search.load(SECONDS)?;
        changer.end()?;
        rounds.push(Round { bare, describe, full, search: quiet, catching_up });
    }
    let bare = median(rounds.iter().map(|round| round.bare.rate));
    let full = median(rounds.iter().map(|round| round.full.rate));
    let mut over = |metric: &str, of: fn(&Round) -> f64, least: f64| {
        report.figure(metric, median(rounds.iter().map(of)), "×", Target::AtLeast(least));
    };
    over("describe_over_bare", |round| round.describe.rate / round.bare.rate, 0.7);
    over("search_over_bare", |round| round.search.rate / round.bare.rate, 0.4);
    over("search_over_bare_catching_up", |round| round.catching_up.rate / round.bare.rate, 0.3);
    over("search_over_full_boot", |round| round.search.rate / round.full.rate, 25.0);
    let p99 = median(rounds.iter().map(|round| round.search.p99 / round.bare.p99));
    report.figure("search_p99_over_bare", p99, "×", Target::AtMost(4.0));
    let mut each = |metric: &str, of: fn(&Round) -> f64, unit: &str, name: &str, beside: f64| {
        let baseline = Baseline { name, value: beside };
        report.beside(metric, median(rounds.iter().map(of)), unit, Target::None, baseline);
    };
    each("describe_per_s", |round| round.describe.rate, "1/s", "bare page", bare);
    each("search_per_s", |round| round.search.rate, "1/s", "full boot", full);
    let bare = median(rounds.iter().map(|round| round.bare.p99));
    each("search_p99_ms", |round| round.search.p99, "ms", "bare page", bare);
    Ok(())
}

struct Round {
    bare: Rate,
    describe: Rate,
    full: Rate,
    search: Rate,
    catching_up: Rate,
}

/// The middle one of some figures.
pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A process that changes rows in the database, and catches the view up, once a second.
struct Changer(Child);

impl Changer {
    fn start(site: &Site, from: usize) -> Result<Self, Failed> {
        let changes = folder()?.join(CHANGES);
        let arguments = [
            changes.as_os_str().to_owned(),
            from.to_string().into(),
            CHANGED.to_string().into(),
            SECONDS.to_string().into(),
        ];
        let mut child = site.command("bench_change.php", &arguments).stdout(Stdio::piped()).spawn()?;
        let mut said = String::new();
        if let Some(out) = child.stdout.take() {
            let mut out = BufReader::new(out);
            out.read_line(&mut said)?;
            child.stdout = Some(out.into_inner());
        }
        let changer = Self(child);
        if said.trim() == "ready" {
            Ok(changer)
        } else {
            Err(format!("the changing of rows began with \"{said}\"").into())
        }
    }

    fn end(mut self) -> Result<(), Failed> {
        let status = self.0.wait()?;
        if status.success() { Ok(()) } else { Err("the changing of rows failed".into()) }
    }
}
