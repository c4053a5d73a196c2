//! What a search found, ready to be shown.

use courseglue_index::Facets;
use serde::Serialize;
use serde_json::Value;

use super::SignedHit;
use crate::change::Change;
use crate::site::Site;

/// What a search found, ready to be shown.
#[derive(Debug, Serialize)]
pub struct Found {
    /// Matches in all.
    pub total: u64,
    /// Whether every site that was asked holds everything that it should.
    pub complete: bool,
    /// Whether this site holds every course of the network, so that nobody had to be asked.
    pub everything: bool,
    /// Whether homes of the query's words were looked for: not where this site holds everything, nor where no word is rare
    /// enough to be looked up.
    pub looked_up: bool,
    /// Whether only the best matches were looked at.
    pub cut: bool,
    /// The addresses that the query was sent to.
    pub asked: Vec<String>,
    /// How many rounds of requests there were, each of them because of what the one before it brought or did not bring.
    pub rounds: u32,
    /// One page of matches.
    pub hits: Vec<FoundHit>,
    /// Counts over all matches.
    pub facets: Facets,
    /// What was seen of the sites asked.
    pub changes: Vec<Change>,
}

/// A match, its record and its publisher.
#[derive(Debug, Serialize)]
pub struct FoundHit {
    /// The match, with the signed record.
    #[serde(flatten)]
    pub hit: SignedHit,
    /// The record's body, parsed.
    pub record: Value,
    /// Who publishes it.
    pub site: FoundSite,
}

/// The publisher of a match.
#[derive(Debug, Serialize)]
pub struct FoundSite {
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

impl FoundHit {
    /// The match with its publisher, where that is known here.
    pub(super) fn new(site: &Site, hit: SignedHit) -> Option<Self> {
        let publisher = site.table.get(&hit.hit.nodeid)?.site();
        Some(Self {
            record: serde_json::from_str(&hit.body).ok()?,
            site: FoundSite {
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
