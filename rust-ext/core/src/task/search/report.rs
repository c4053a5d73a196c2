//! The report of a search, ready to be shown.

use courseglue_index::Facets;
use serde::Serialize;
use serde_json::Value;

use super::SignedHit;
use crate::change::Change;
use crate::site::Site;

/// The report of a search, ready to be shown.
#[derive(Debug, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "the plugin reads each as a field of its own")]
pub struct SearchReport {
    /// Matches in all.
    pub total: u64,
    /// Whether every site that was asked holds everything that it should.
    pub complete: bool,
    /// Whether this site holds every course of the network, so that no other had to be asked.
    pub everything: bool,
    /// Whether homes of the query's words were sought: false if this site holds everything, or if every word is too common to
    /// be looked up.
    pub looked_up: bool,
    /// Whether only the best matches were looked at.
    pub cut: bool,
    /// The addresses that the query was sent to.
    pub asked: Vec<String>,
    /// The number of rounds of requests, each of them because of the answers to the one before it.
    pub rounds: u32,
    /// One page of matches.
    pub hits: Vec<ReportedHit>,
    /// Counts over all matches.
    pub facets: Facets,
    /// The changes to store: which sites answered, and how frequent terms are.
    pub changes: Vec<Change>,
}

/// A match, its record and its publisher.
#[derive(Debug, Serialize)]
pub struct ReportedHit {
    /// The match, with the signed record.
    #[serde(flatten)]
    pub hit: SignedHit,
    /// The record's body, parsed.
    pub record: Value,
    /// Its publisher.
    pub site: HitPublisher,
}

/// The publisher of a match.
#[derive(Debug, Serialize)]
pub struct HitPublisher {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Its URL, without a trailing slash.
    pub url: String,
    /// Its country.
    pub country: Option<String>,
    /// Its default language.
    pub lang: String,
}

impl ReportedHit {
    /// The match with its publisher, where that is known here.
    pub(super) fn new(site: &Site, hit: SignedHit) -> Option<Self> {
        let publisher = site.table.get(&hit.hit.nodeid)?.site();
        Some(Self {
            record: serde_json::from_str(&hit.body).ok()?,
            site: HitPublisher {
                name: publisher.descriptor.name.clone(),
                address: publisher.address.to_string(),
                url: publisher.url(),
                country: publisher.descriptor.country.clone(),
                lang: publisher.descriptor.lang.clone(),
            },
            hit,
        })
    }
}
