//! Answers to searches: hits and facets.

use std::collections::BTreeMap;

use courseglue_protocol::Id;
use courseglue_protocol::record::Access;
use serde::{Deserialize, Serialize};

use super::facets::{MAX_VALUES, most};

/// Matches on one page, and counts over all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Matches in all.
    pub total: u64,
    /// Whether the site holds everything that it should for the query's words.
    pub complete: bool,
    /// Whether only the best ranked postings of a word were looked at.
    pub cut: bool,
    /// One page of matches, best first.
    pub hits: Vec<Hit>,
    /// Counts over all matches.
    pub facets: Facets,
}

/// One match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// The record.
    pub recordid: Id,
    /// Its publisher.
    pub nodeid: Id,
    /// The sequence number of the record's version.
    pub seq: u64,
    /// The score of the match; 0 where the query has no words.
    pub score: f64,
    /// The contents whose names hold words of the query, best first, at most five: their places in the record.
    pub matched: Vec<usize>,
}

/// Counts of matches by value. A course in two languages counts in both; a site without a country in none. Only the 100
/// values with the most matches are there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facets {
    /// Counts by language.
    pub lang: BTreeMap<String, u64>,
    /// Counts by access.
    pub access: BTreeMap<String, u64>,
    /// Counts by the publisher's country.
    pub country: BTreeMap<String, u64>,
    /// Counts by publisher, whose node id is in hex.
    pub site: BTreeMap<String, u64>,
}

/// More matches than there can be.
const MAX_COUNT: u64 = 1_000_000_000;

/// Limits a count that another site stated to `MAX_COUNT`.
#[must_use]
pub fn bounded(count: u64) -> u64 {
    count.min(MAX_COUNT)
}

impl Facets {
    /// Removes counts of impossible values from another site's facets, and those beyond the number that a home may send.
    #[must_use]
    pub fn sane(self) -> Self {
        let code = |max: usize| {
            move |text: &str| {
                (2..=max).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
            }
        };
        Self {
            lang: kept(self.lang, code(20)),
            access: kept(self.access, |access| Access::named(access).is_some()),
            country: kept(self.country, code(2)),
            site: kept(self.site, |site| site.parse::<Id>().is_ok()),
        }
    }
}

fn kept(mut counts: BTreeMap<String, u64>, can_be: impl Fn(&str) -> bool) -> BTreeMap<String, u64> {
    counts.retain(|value, _| can_be(value));
    counts.values_mut().for_each(|count| *count = bounded(*count));
    most(counts, MAX_VALUES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_strangers_facets_only_possible_values_are_kept() {
        let counts = |values: &[&str]| values.iter().map(|v| ((*v).to_owned(), u64::MAX)).collect();
        let many: Vec<String> =
            (0..5_000).map(|n| Id::digest(format!("{n}").as_bytes()).to_string()).collect();
        let facets = Facets {
            lang: counts(&["en", "<b>", ""]),
            access: counts(&["guest", "anybody"]),
            country: counts(&["ES", "Spain"]),
            site: counts(&many.iter().map(String::as_str).collect::<Vec<_>>()),
        };
        let sane = facets.sane();
        assert_eq!((sane.lang.len(), sane.access.len(), sane.country.len()), (1, 1, 1));
        assert_eq!((sane.site.len(), sane.lang["en"]), (MAX_VALUES, MAX_COUNT));
    }
}
