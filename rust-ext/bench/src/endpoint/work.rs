//! What takes a moment: making the view, catching it up, and storing what another site sends.

use std::process::Command;

use courseglue_protocol::message::MAX_ITEMS;
use courseglue_protocol::{Entry, ItemType, Term, Terms};
use courseglue_table::REPLICAS;
use serde::Deserialize;
use serde_json::{Value, json};

use super::content::{CHANGES, Signed, publisher};
use super::rates::median;
use super::site::{Site, folder, output};
use super::world::World;
use crate::Failed;
use crate::data::{self, Course};
use crate::report::{Report, Target};
use crate::world::NETWORK;

const RUNS: usize = 3;
const CHANGED: usize = 1_000;
const BATCH: usize = 500;

/// The first request that finds no view, with the whole of Moodle and the rebuilding in it.
///
/// # Errors
/// Where it is not answered.
pub fn rebuild(report: &mut Report, site: &Site) -> Result<(), Failed> {
    let mut took = Vec::new();
    for _ in 0..RUNS {
        site.delete_view()?;
        took.push(ask(site, "?operation=describe", None)?.0);
    }
    report.figure("rebuild_s", median(took.into_iter()), "s", Target::AtMost(15.0));
    Ok(())
}

#[derive(Deserialize)]
struct CaughtUp {
    seconds: f64,
}

/// The catching up alone, after 1,000 records were stored anew.
///
/// # Errors
/// Where the plugin fails.
pub fn catch_up(report: &mut Report, site: &Site) -> Result<(), Failed> {
    let changes = folder()?.join(CHANGES);
    let mut took = Vec::new();
    for run in 0..RUNS {
        let from = (run * CHANGED).to_string();
        let printed = site.php(
            "bench_change.php",
            &[changes.as_os_str(), from.as_ref(), CHANGED.to_string().as_ref(), "0".as_ref()],
        )?;
        let caught_up: CaughtUp = serde_json::from_str(printed.lines().last().unwrap_or_default())?;
        took.push(caught_up.seconds);
    }
    report.figure("catchup_1000_s", median(took.into_iter()), "s", Target::AtMost(0.5));
    Ok(())
}

#[derive(Deserialize)]
struct Described {
    site: Entry,
}

/// Batches, each of another publisher, under a term that the site is home of, in as few requests as may be, one after the other.
///
/// # Errors
/// Where not everything is stored.
pub fn store(report: &mut Report, site: &Site, world: &World, database: &str) -> Result<(), Failed> {
    let described: Described = serde_json::from_str(&ask(site, "?operation=describe", None)?.1)?;
    let receiver = described.site.read()?;
    let mut table = world.table.clone();
    table.put(receiver.clone());
    let word = (0_u32..)
        .map(|n| format!("bench{n}"))
        .find(|word| table.is_home(&receiver.id, &Term::of_word(word).place(), REPLICAS, world.now))
        .ok_or("no word falls to the site")?;
    let mut courses = data::courses()?.into_iter().cycle();
    let mut took = Vec::new();
    for run in 0..RUNS + 2 {
        let mut seconds = 0.0;
        for records in batch(world, &mut courses, &word, run)?.chunks(MAX_ITEMS) {
            seconds += send(site, &world.entries[publisher(world, run)].entry, records)?;
        }
        took.push(seconds);
    }
    report.figure(&format!("store_500_s_{database}"), median(took.into_iter()), "s", Target::AtMost(1.0));
    Ok(())
}

/// The next courses, each with the word in its title, as they are sent.
fn batch(
    world: &World,
    courses: &mut impl Iterator<Item = Course>,
    word: &str,
    run: usize,
) -> Result<Vec<Value>, Failed> {
    let terms = Terms::from_iter([Term::of_word(word)]);
    let mut records = Vec::with_capacity(BATCH);
    for course in courses {
        let (id, title) = (format!("{}-new{run}", course.id), format!("{} {word}", course.title));
        let course = Course { id, title, ..course };
        if let Some(Signed { body, sig, .. }) = Signed::new(world, run, &course, world.now)? {
            records.push(json!({"type": ItemType::Record, "body": body, "sig": sig, "terms": terms}));
        }
        if records.len() == BATCH {
            break;
        }
    }
    Ok(records)
}

/// Sends records: the seconds until the site says that all are stored.
fn send(site: &Site, entry: &Entry, records: &[Value]) -> Result<f64, Failed> {
    let message =
        json!({"network": NETWORK, "version": 1, "operation": "store", "site": entry, "records": records});
    let file = folder()?.join("batch");
    std::fs::write(&file, message.to_string())?;
    let (seconds, answer) = ask(site, "", Some(&format!("@{}", file.display())))?;
    let answer: Value = serde_json::from_str(&answer)?;
    let stored = answer["stored"].as_array().map_or(0, Vec::len);
    if stored != records.len() || answer["refused"].as_array().is_none_or(|refused| !refused.is_empty()) {
        let said: String = answer.to_string().chars().take(500).collect();
        return Err(format!("of {} records {stored} were stored: {said}", records.len()).into());
    }
    Ok(seconds)
}

/// Asks a site by `curl`: the seconds until the answer was there, and the answer, which has to be 200.
pub fn ask(site: &Site, query: &str, body: Option<&str>) -> Result<(f64, String), Failed> {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--fail-with-body", "--max-time", "120", "--compressed"]);
    command.args(["--write-out", "\n%{time_total}"]).arg(format!("{}{query}", site.peer()));
    if let Some(body) = body {
        command.args([
            "--header",
            "Content-Type: application/json",
            "--header",
            "Expect:",
            "--data-binary",
            body,
        ]);
    }
    let printed = output(&mut command)?;
    let (answer, seconds) = printed.rsplit_once('\n').ok_or("curl printed nothing")?;
    Ok((seconds.parse()?, answer.to_owned()))
}
