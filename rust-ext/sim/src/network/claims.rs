//! The claims of a network, tried on one that runs.

use courseglue_table::SMALL;
use serde_json::{Value, json};

use super::Network;
use super::host::Host;

/// The number of courses that are looked for.
const COURSES: usize = 10;

/// Tries every claim; `tell` is called with each, and whether it held. Returns whether all did.
pub fn check(network: &Network, mut tell: impl FnMut(&str, bool)) -> bool {
    let mut all = true;
    let mut claim = |sentence: String, held: bool| {
        all &= held;
        tell(&sentence, held);
    };
    let hosts = &network.hosts;
    let runs = network.runs;
    let settled = network.is_settled() && (runs <= 2 || hosts.len() > SMALL);
    let later = if runs == 1 { "one run".to_owned() } else { format!("{runs} runs") };
    let count = hosts.len();
    claim(format!("all {count} sites joined, and {later} of cron later each knows all of them"), settled);
    let Some(searcher) = hosts.first() else { return false };
    let published = hosts.iter().zip(&network.courses).skip(1);
    let firsts: Vec<_> =
        published.filter_map(|(host, courses)| Some((host, courses.first()?))).take(COURSES).collect();
    for (host, course) in &firsts {
        let found = finds(searcher, course, host.url());
        claim(format!("{} finds \"{}\" of {}", searcher.url(), title(course).0, host.url()), found);
    }
    if let Some((host, course)) = firsts.last() {
        let withdrawn = host.withdraw(course).is_ok();
        let gone = hosts.iter().all(|by| !finds(by, course, host.url()));
        claim(
            format!("\"{}\" is withdrawn and found by no site any more", title(course).0),
            withdrawn && gone,
        );
    }
    let statistics = searcher.site().statistics(courseglue_transport::drive::now());
    let courses: usize = network.courses.iter().map(Vec::len).sum();
    let counted = statistics.figures.get("courses").map_or(0, |figure| figure.sum);
    let right = statistics.sites == hosts.len() as u64 && counted == courses as u64;
    claim(format!("the statistics count {} sites with {counted} courses", statistics.sites), right);
    all
}

/// A name of a course, with its language.
fn title(course: &Value) -> (&str, &str) {
    let names = course["fullname"].as_object();
    let first = names.and_then(|names| names.iter().next());
    first.map_or(("", "en"), |(lang, name)| (name.as_str().unwrap_or_default(), lang))
}

fn finds(by: &Host, course: &Value, publisher: &str) -> bool {
    let (title, lang) = title(course);
    let query = json!({"words": title, "lang": lang, "filters": {}, "offset": 0, "limit": 20});
    by.search(&query.to_string()).is_ok_and(|found| {
        found.hits.iter().any(|hit| hit.site.url == publisher && hit.record["id"] == course["id"])
    })
}
