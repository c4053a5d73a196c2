//! `sweep`: what publishing costs a real Moodle with 20,000 courses of 12 activities each, behind nginx and php-fpm.
//!
//! `scripts/lib/bench_sweep.sh` makes the site before, with another one that it publishes to, and removes both after it. Each step
//! is a process of its own, as cron starts them; what Moodle itself takes is measured in a process that does nothing else. Pages
//! are read by few people who look at each for a moment, with and without a sweep or a publication beside them, in rounds that
//! follow one upon the other; the median of the rounds' ratios counts.

mod people;

use serde::Deserialize;

use crate::Failed;
use crate::endpoint::site::Site;
use crate::report::{Report, Target};

/// Courses of the site, as `scripts/lib/bench_sweep.sh` makes them.
const COURSES: u64 = 20_000;

/// Of this many courses one changes from one day to the next.
const CHANGED: u64 = 100;

/// Runs of the publisher after which it does not come to an end.
const RUNS: usize = 60;

/// What a step took.
#[derive(Debug, Deserialize)]
struct Step {
    seconds: f64,
    queries: f64,
    memory_mb: f64,
    courses: u64,
    marked: u64,
    published: u64,
    pending: u64,
    modinfo: u64,
}

/// Runs the bench.
///
/// # Errors
/// Where the site is not there, or a step does not do what it should.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let site = Site::open("bench-sweep")?;
    let moodle = step(&site, &["boot"])?.memory_mb;
    let first = cut_off_sweep(&site)?;
    let publication = publish_all(&site)?;

    // Whoever loads the structure of a course has to make it again.
    step(&site, &["forget"])?;
    let unchanged = step(&site, &["sweep"])?;
    let (marked, built) = (unchanged.marked, unchanged.modinfo);
    require(unchanged.courses == COURSES && marked == 0, || {
        format!("{marked} courses changed though nothing did")
    })?;
    require(built == 0, || format!("the structure of {built} courses was loaded though nothing changed"))?;

    let nothing = step(&site, &["publish"])?;

    step(&site, &["change", &CHANGED.to_string()])?;
    let changed = step(&site, &["sweep"])?;
    let update = step(&site, &["publish"])?;
    let (marked, published) = (changed.marked, update.published);
    require(marked == COURSES / CHANGED && published == marked, || {
        format!("{} courses changed; {marked} were marked and {published} published", COURSES / CHANGED)
    })?;

    let queries = [&first, &unchanged, &changed].map(|step| step.queries / COURSES as f64);
    let memory = [&first, &unchanged, &changed].map(|step| step.memory_mb - moodle);
    // The view, which is mapped into memory and holds what was published, is counted here.
    let publishing = [&publication, &nothing, &update].map(|step| step.memory_mb - moodle);
    report.figure("queries_a_course", most(&queries), "queries", Target::AtMost(3.0));
    report.figure("memory_mb", most(&memory), "MB", Target::AtMost(64.0));
    report.figure("publication_memory_mb", most(&publishing), "MB", Target::None);
    report.figure("first_sweep_s", first.seconds, "s", Target::None);
    report.figure("first_publication_s", publication.seconds, "s", Target::None);
    report.figure("unchanged_s", unchanged.seconds + nothing.seconds, "s", Target::AtMost(20.0));
    report.figure("changed_s", changed.seconds + update.seconds, "s", Target::None);
    let sweeping = people::slower(&site, "sweeping")?;
    report.figure("page_p95_sweeping", sweeping, "×", Target::None);
    let publishing = people::slower(&site, "publishing")?;
    report.figure("page_p95_publishing", publishing, "×", Target::None);
    report.figure("page_p95_over_without", sweeping.max(publishing), "×", Target::AtMost(1.1));
    Ok(())
}

/// The first sweep of all, cut off in the middle: another process goes on where the first one was.
fn cut_off_sweep(site: &Site) -> Result<Step, Failed> {
    let half = step(site, &["sweep", &(COURSES / 2).to_string()])?;
    let rest = step(site, &["sweep"])?;
    let courses = half.courses + rest.courses;
    require(half.courses == COURSES / 2 && courses == COURSES && rest.pending == COURSES, || {
        format!("a sweep in two parts looked at {courses} courses of {COURSES}, and {} wait", rest.pending)
    })?;
    Ok(half.and(rest))
}

/// Publishes all that waits, in as many runs as it takes.
fn publish_all(site: &Site) -> Result<Step, Failed> {
    let mut all = step(site, &["publish"])?;
    for _ in 1..RUNS {
        if all.pending == 0 {
            break;
        }
        all = all.and(step(site, &["publish"])?);
    }
    let published = all.published;
    require(all.pending == 0 && published == COURSES, || {
        format!("{published} courses of {COURSES} were published")
    })?;
    Ok(all)
}

impl Step {
    /// This step and the next one, as one.
    fn and(self, next: Self) -> Self {
        Self {
            seconds: self.seconds + next.seconds,
            queries: self.queries + next.queries,
            memory_mb: self.memory_mb.max(next.memory_mb),
            courses: self.courses + next.courses,
            marked: self.marked + next.marked,
            published: self.published + next.published,
            ..next
        }
    }
}

fn step(site: &Site, arguments: &[&str]) -> Result<Step, Failed> {
    let printed = site.php("bench_sweep.php", arguments)?;
    serde_json::from_str(&printed)
        .map_err(|e| format!("bench_sweep.php printed something else: {e}: {printed}").into())
}

fn require(holds: bool, why: impl FnOnce() -> String) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(why().into()) }
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::MIN, f64::max)
}
