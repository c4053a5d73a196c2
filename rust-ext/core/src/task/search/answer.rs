//! A home's answer to a search: making it, and checking it.

use courseglue_index::{Answer, Context, Country, Facets, Hit, Publisher, bounded, rate};
use courseglue_protocol::Id;
use courseglue_protocol::record::Record;
use courseglue_protocol::{ItemType, MAX_LIMIT, Millis, Query, Sig, Term, day_of, query_terms};
use courseglue_table::REPLICAS;
use serde::{Deserialize, Serialize};

use crate::site::Site;

/// A home's answer to `search`: what was found, with the signed texts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HomeAnswer {
    /// Matches in all.
    pub total: u64,
    /// Since when this site holds everything that it should, Unix ms; none where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complete_since: Option<Millis>,
    /// Whether only the best matches were looked at.
    pub cut: bool,
    /// One page of matches.
    pub hits: Vec<SignedHit>,
    /// Counts over all matches.
    pub facets: Facets,
    /// The document frequency of each of the query's terms of which the answering site is a home.
    #[serde(default)]
    pub frequencies: Vec<(Term, u64)>,
}

/// A match with its signed record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignedHit {
    /// The match.
    #[serde(flatten)]
    pub hit: Hit,
    /// The record, exactly as signed.
    pub body: String,
    /// The publisher's signature.
    pub sig: Sig,
}

/// Evaluates a query over the records held here, with the signed text of every match.
#[must_use]
pub fn local_answer(site: &Site, query: &Query, now: Millis) -> HomeAnswer {
    let today = day_of(now);
    let find = |node: &Id| {
        let shown = site.table.get(node).filter(|p| p.holds_on(today) && !site.shuns(&p.id()))?;
        Some(Publisher { country: shown.country().and_then(Country::read) })
    };
    let publisher = |node: &Id| site.publishers.get(node, today, || find(node));
    let context = Context { publisher: &publisher, blocked: site.settings.block_list() };
    let words = query.parsed_words();
    let Answer { total, cut, hits, facets, .. } = site.index.search_for(query, &words, &context);
    let terms: Vec<Term> = query_terms(&words).iter().map(|term| Term::of_word(term)).collect();
    let cut = cut || terms.iter().any(|term| site.is_cut(term));
    // This site sees only a part of a term that belongs elsewhere.
    let counted = terms
        .into_iter()
        .filter(|term| site.table.is_home(&site.settings.node, &term.place(), REPLICAS, now));
    let frequencies = counted.map(|term| (term, site.holdings.postings(&term) as u64)).collect();
    let hits = hits
        .into_iter()
        .filter_map(|hit| {
            let held = site.holdings.get(&hit.recordid)?;
            Some(SignedHit { body: held.body().to_owned(), sig: held.sig(), hit })
        })
        .collect();
    HomeAnswer { total, complete_since: site.complete_since(now), cut, hits, facets, frequencies }
}

/// Keeps the matches of a home's answer whose publisher, signature and text hold, that the admin does not block, and
/// that this site holds nothing newer of. Score and matched contents are computed again: a home cannot put a record
/// where it does not belong.
#[must_use]
pub fn verified(site: &Site, query: &Query, mut answer: HomeAnswer, now: Millis) -> HomeAnswer {
    let blocked = site.settings.block_list();
    answer.hits.truncate(MAX_LIMIT);
    answer.total = bounded(answer.total);
    answer.facets = std::mem::take(&mut answer.facets).sane();
    answer.hits.retain_mut(|found| {
        let Ok(record) = Record::parse(&found.body) else { return false };
        let Some(peer) = site.table.get(&found.hit.nodeid) else { return false };
        let known = peer.site();
        let publisher = &known.descriptor;
        let outdone = site.holdings.get(&found.hit.recordid);
        let outdone = outdone.is_some_and(|held| held.seq > found.hit.seq);
        let holds = !outdone
            && !site.shuns(&known.id)
            && known.address.as_str() == record.site
            && record.record_id() == found.hit.recordid
            && record.seq == found.hit.seq
            && publisher.holds_on(day_of(now))
            && record.holds_on(day_of(now))
            && !blocked.blocks(&record)
            && publisher
                .key
                .verify(&site.settings.network, ItemType::Record, &found.body, &found.sig)
                .is_ok();
        if !holds {
            return false;
        }
        let country = publisher.country.as_deref().and_then(Country::read);
        let Some((score, matched)) = rate(query, &record, found.hit.nodeid, country) else {
            return false;
        };
        found.hit.score = score;
        found.hit.matched = matched;
        true
    });
    answer
}
