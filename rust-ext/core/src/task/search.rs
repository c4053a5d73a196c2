//! Searching: one round, a home of each of the query's two rarest words; each evaluates the whole query.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::calls::{Calls, Seen, read_answer};
use super::{Failure, Request, Response, Task, TaskError};
use crate::change::Change;
use crate::id::Id;
use crate::message::Search;
use crate::query::{MAX_LIMIT, Query};
use crate::record::Record;
use crate::search::{self, Answer, BlockList, Context, Facets, Hit};
use crate::sign::{ItemType, Sig};
use crate::site::Site;
use crate::table::REPLICAS;
use crate::time::{Millis, day_of};

/// Words of a query whose homes are asked.
const ASKED_WORDS: usize = 2;
/// Homes of one word that are tried, one after the other.
const TRIES: usize = 3;

/// A home's answer to `search`: what was found, with the signed texts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HomeAnswer {
    /// Matches in all.
    pub total: u64,
    /// Whether this site holds everything that it should.
    pub complete: bool,
    /// Whether only the best matches were looked at.
    pub cut: bool,
    /// One page of matches.
    pub hits: Vec<SignedHit>,
    /// Counts over all matches.
    pub facets: Facets,
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

/// What a search found, ready to be shown.
#[derive(Debug, Serialize)]
pub struct Found {
    /// Matches in all.
    pub total: u64,
    /// Whether every site that was asked holds everything that it should.
    pub complete: bool,
    /// Whether only the best matches were looked at.
    pub cut: bool,
    /// The addresses that the query was sent to; none where this site holds everything itself.
    pub asked: Vec<String>,
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

/// Evaluates a query over the records held here, with the signed text of every match.
#[must_use]
pub fn local_answer(site: &Site, query: &Query, now: Millis) -> HomeAnswer {
    let today = day_of(now);
    let publisher = |node: &Id| {
        site.table
            .get(node)
            .map(|p| &**p.site)
            .filter(|s| s.descriptor.holds_on(today))
            .filter(|s| !site.shuns(s))
    };
    let context = Context {
        country: &|node: &Id| publisher(node).and_then(|s| s.descriptor.country.clone()),
        visible: &|node: &Id| publisher(node).is_some(),
        blocked_words: &site.settings.blocked.words,
    };
    let Answer { total, cut, hits, facets, .. } = site.index.search(query, &context);
    let complete = site.is_complete(now);
    let cut = cut || query.terms().iter().any(|term| site.is_cut(&Id(crate::text::term_key(term))));
    let hits = hits
        .into_iter()
        .filter_map(|hit| {
            let held = site.held.get(&hit.recordid)?;
            Some(SignedHit { body: held.body.clone(), sig: held.sig, hit })
        })
        .collect();
    HomeAnswer { total, complete, cut, hits, facets }
}

/// Keeps the matches of a home's answer whose publisher, signature and text hold, that the admin does not block,
/// and of which this site holds nothing newer. Score and matched contents are worked out again: a home cannot put a record where it does not belong.
#[must_use]
pub fn verified(site: &Site, query: &Query, mut answer: HomeAnswer, now: Millis) -> HomeAnswer {
    let blocked = BlockList::new(&site.settings.blocked.words);
    answer.hits.truncate(MAX_LIMIT);
    answer.total = search::bounded(answer.total);
    answer.facets = std::mem::take(&mut answer.facets).sane();
    answer.hits.retain_mut(|found| {
        let Ok(record) = Record::parse(&found.body) else { return false };
        let Some(peer) = site.table.get(&found.hit.nodeid) else { return false };
        let publisher = &peer.site.descriptor;
        let outdone = site.held.get(&found.hit.recordid);
        let outdone = outdone.is_some_and(|held| held.seq > found.hit.seq);
        let holds = !outdone
            && !site.shuns(peer.site)
            && peer.site.address.as_str() == record.site
            && record.record_id() == found.hit.recordid
            && record.seq == found.hit.seq
            && publisher.holds_on(day_of(now))
            && !blocked.blocks(&record)
            && publisher
                .key
                .verify(&site.settings.network, ItemType::Record, &found.body, &found.sig)
                .is_ok();
        if !holds {
            return false;
        }
        let country = publisher.country.as_deref();
        let Some((score, matched)) = search::rate(query, record, found.hit.nodeid, country) else {
            return false;
        };
        found.hit.score = score;
        found.hit.matched = matched;
        true
    });
    answer
}

#[derive(Debug)]
struct Note {
    node: Id,
    word: usize,
}

/// Which part of its own ranking every home is asked for, and where the page begins in what all of them found.
#[derive(Clone, Debug)]
struct Page {
    asked: Query,
    skip: usize,
}

impl Page {
    /// The beginning up to the page's end, so that what one home lacks moves nothing; further down than one answer
    /// reaches, the page itself.
    fn of(query: &Query) -> Self {
        let end = query.offset + query.limit;
        if end > MAX_LIMIT {
            return Self { asked: query.clone(), skip: 0 };
        }
        Self { asked: Query { offset: 0, limit: end, ..query.clone() }, skip: query.offset }
    }
}

/// One search.
#[derive(Debug)]
pub struct SearchTask {
    site: Arc<Site>,
    query: Query,
    page: Page,
    /// The homes still to be tried, for each word asked for, the best last.
    homes: Vec<Vec<Id>>,
    answers: Vec<HomeAnswer>,
    asked: Vec<String>,
    calls: Calls<Note>,
    seen: Seen,
}

impl SearchTask {
    /// Starts a search. Where every site holds everything, no request is made.
    ///
    /// # Errors
    /// A sentence on what is wrong with the query.
    pub fn start(site: &Arc<Site>, query: &str, now: Millis) -> Result<Self, TaskError> {
        let query: Query =
            serde_json::from_str(query).map_err(|e| TaskError(format!("the query cannot be read: {e}")))?;
        query.validate().map_err(|e| TaskError(e.to_string()))?;
        let today = day_of(now);
        let mut task = Self {
            site: site.clone(),
            homes: Vec::new(),
            answers: Vec::new(),
            asked: Vec::new(),
            calls: Calls::new(&site.settings.network),
            seen: Seen::default(),
            page: Page::of(&query),
            query,
        };
        let terms = task.query.terms();
        if terms.is_empty() || site.holds_everything(today) {
            task.answers.push(local_answer(site, &task.page.asked, now));
            return Ok(task);
        }
        let mut by_rarity: Vec<(u64, &String)> = terms.iter().map(|t| (site.index.df(t), t)).collect();
        by_rarity.sort();
        // Two homes of the one term, where there is only one.
        let chosen: Vec<&String> = by_rarity.iter().map(|(_, t)| *t).cycle().take(ASKED_WORDS).collect();
        let mut here = false;
        let mut first = HashSet::new();
        for term in chosen {
            let key = Id(crate::text::term_key(term));
            let mut homes = site.table.homes(&key, REPLICAS, now);
            here |= homes.iter().any(|p| p.site.id == site.settings.node);
            homes.retain(|p| p.site.id != site.settings.node && !site.shuns(p.site));
            homes.sort_by_key(|p| (!p.is_usable(now), first.contains(&p.site.id)));
            first.extend(homes.first().map(|p| p.site.id));
            task.homes.push(homes.iter().take(TRIES).rev().map(|p| p.site.id).collect());
        }
        if here {
            task.answers.push(local_answer(site, &task.page.asked, now));
        }
        for word in 0..task.homes.len() {
            task.ask_next(word);
        }
        Ok(task)
    }

    fn ask_next(&mut self, word: usize) {
        let Some(peer) = self.homes[word].pop().and_then(|node| self.site.table.get(&node)) else { return };
        let (node, address) = (peer.site.id, peer.site.address.to_string());
        if self.asked.contains(&address) {
            return self.ask_next(word);
        }
        self.asked.push(address);
        let query = self.page.asked.clone();
        self.calls.post(&peer.site.endpoint(), "search", &Search { query }, Note { node, word });
    }

    fn shown(&self, hit: SignedHit) -> Option<FoundHit> {
        let site = &self.site.table.get(&hit.hit.nodeid)?.site;
        Some(FoundHit {
            record: serde_json::from_str(&hit.body).ok()?,
            site: FoundSite {
                name: site.descriptor.name.clone(),
                address: site.address.to_string(),
                url: site.url(),
                country: site.descriptor.country.clone(),
                lang: site.descriptor.lang.clone(),
            },
            hit,
        })
    }
}

impl Task for SearchTask {
    type Output = Found;

    fn poll(&mut self, _now: Millis) -> Vec<Request> {
        self.calls.take()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        let Some(note) = self.calls.answered(id) else { return };
        let answer = read_answer::<HomeAnswer>(answer);
        self.seen.note(note.node, &answer);
        match answer {
            Ok(answer) => {
                let answer = verified(&self.site, &self.query, answer, now);
                let complete = answer.complete;
                self.answers.push(answer);
                // A home that says it is incomplete is doubled by another.
                if !complete {
                    self.ask_next(note.word);
                }
            }
            Err(_) => self.ask_next(note.word),
        }
    }

    fn finish(self, now: Millis) -> Found {
        let mut texts: BTreeMap<(Id, Millis), SignedHit> = BTreeMap::new();
        let mut answers = Vec::new();
        for answer in &self.answers {
            let HomeAnswer { total, complete, cut, hits, facets } = answer.clone();
            for hit in &hits {
                texts.insert((hit.hit.recordid, hit.hit.seq), hit.clone());
            }
            let hits = hits.into_iter().map(|h| h.hit).collect();
            answers.push(Answer { total, complete, cut, hits, facets });
        }
        let merged = search::merge(answers);
        let hits = merged
            .hits
            .iter()
            .skip(self.page.skip)
            .take(self.query.limit)
            .filter_map(|hit| texts.remove(&(hit.recordid, hit.seq)))
            .filter_map(|hit| self.shown(hit))
            .collect();
        let changes = self.seen.changes(&self.site.table, now);
        Found {
            total: merged.total,
            complete: merged.complete && !self.answers.is_empty(),
            cut: merged.cut,
            asked: self.asked,
            hits,
            facets: merged.facets,
            changes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_cut_from_something_that_a_home_answers_with() {
        for (offset, asked_offset, asked_limit, skip) in [(0, 0, 20, 0), (80, 0, 100, 80), (100, 100, 20, 0)]
        {
            let query = Query { offset, limit: 20, ..Query::default() };
            let page = Page::of(&query);
            assert_eq!((page.asked.offset, page.asked.limit, page.skip), (asked_offset, asked_limit, skip));
            assert!(page.asked.validate().is_ok());
        }
    }
}
