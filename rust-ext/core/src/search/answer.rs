//! What a search finds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::Id;

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
    /// Which version of it.
    pub seq: u64,
    /// How well it matches; 0 where nothing was searched for.
    pub score: f64,
    /// The contents whose names hold words of the query, best first, at most five: their places in the record.
    pub matched: Vec<usize>,
}

/// How many matches have each value. A course in two languages counts in both; a site without a country in none. Of the
/// sites, the 100 with the most matches are named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facets {
    /// By language.
    pub lang: BTreeMap<String, u64>,
    /// By access.
    pub access: BTreeMap<String, u64>,
    /// By the publisher's country.
    pub country: BTreeMap<String, u64>,
    /// By publisher, node id in hex.
    pub site: BTreeMap<String, u64>,
}
