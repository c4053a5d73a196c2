//! This engine: the real search task, answered by real sites, all in one process.

use std::collections::HashMap;
use std::sync::Arc;

use courseglue_core::{Change, Failure, RecordRow, SearchTask, Site};
use courseglue_protocol::{Id, Query, Term};
use courseglue_table::{PeerTable, REPLICAS};
use serde_json::json;

use super::{NODES, Outcome, Tally};
use crate::Failed;
use crate::data::{self, Course};
use crate::drive::{Answered, drive};
use crate::sites;
use crate::world::{self, NOW};

const DOMAINS: usize = 700;
const RECORDS: usize = 2_000;
const LOOK_UPS: usize = 4_000;
const ANSWER_MS: u64 = 100;

/// A record that can be looked for.
struct Wanted {
    recordid: Id,
    query: String,
    terms: Vec<Term>,
}

/// 1,000 sites that know each other, and the records that they hold.
pub struct Network {
    sites: Vec<Arc<Site>>,
    by_endpoint: HashMap<String, usize>,
    wanted: Vec<Wanted>,
}

impl Network {
    /// Sets the network up as it is a day after publishing: all homes of a term hold its records, and
    /// know that they do.
    ///
    /// # Errors
    /// Where the data is missing.
    pub fn new() -> Result<Self, Failed> {
        let mut random = fastrand::Rng::with_seed(1);
        let mut sites = Vec::with_capacity(NODES);
        let mut table = PeerTable::default();
        for place in world::places(NODES, DOMAINS)? {
            let secret = sites::secret(&place)?;
            table.put(place.signed(&secret, NOW)?);
            sites.push(sites::site(&place)?);
        }
        let table = Arc::new(table);
        sites.iter_mut().for_each(|site| site.table = table.clone());
        let mut at: HashMap<Id, usize> = HashMap::new();
        at.extend(sites.iter().enumerate().map(|(at, site)| (site.settings.node, at)));
        let mut courses = data::courses()?;
        random.shuffle(&mut courses);
        let mut wanted = Vec::new();
        for course in courses {
            if wanted.len() == RECORDS {
                break;
            }
            let publisher = &sites[random.usize(..NODES)];
            let Ok(built) = publisher.record(&sites::content(&course), NOW) else { continue };
            let Some((query, terms)) = two_words(&course, &built.terms, &mut random) else { continue };
            let row = RecordRow {
                recordid: built.recordid,
                nodeid: publisher.settings.node,
                localid: course.id.clone(),
                seq: built.seq,
                withdrawn: false,
                body: built.body,
                sig: built.sig,
                terms: Vec::new(),
                indexed: None,
            };
            let mut held: HashMap<usize, Vec<Id>> = HashMap::new();
            for term in &built.terms {
                for home in table.homes(term, REPLICAS, NOW) {
                    held.entry(at[&home.id()]).or_default().push(*term);
                }
            }
            for (home, terms) in held {
                sites[home].apply(Change::Record(RecordRow { terms, ..row.clone() }));
            }
            wanted.push(Wanted { recordid: built.recordid, query, terms });
        }
        for site in &mut sites {
            for mark in ["complete", "reconciled"] {
                site.marks.insert(mark.to_owned(), NOW.to_string());
            }
        }
        let sites: Vec<Arc<Site>> = sites.into_iter().map(Arc::new).collect();
        let by_endpoint = table.iter().map(|p| (p.site().endpoint(), at[&p.id()])).collect();
        Ok(Self { sites, by_endpoint, wanted })
    }

    /// Looks records up while `dead` percent of all sites, others each time, do not answer. Nobody has noticed.
    ///
    /// # Errors
    /// Where a search cannot start.
    pub fn look_up(&self, dead: usize) -> Result<Outcome, Failed> {
        let mut random = fastrand::Rng::with_seed(2);
        let mut tally = Tally::default();
        let mut order: Vec<usize> = (0..NODES).collect();
        for at in 0..LOOK_UPS {
            let wanted = &self.wanted[at % self.wanted.len()];
            random.shuffle(&mut order);
            let (down, up) = order.split_at(NODES * dead / 100);
            let stranger = |at: &&usize| {
                let Site { table, settings, .. } = &*self.sites[**at];
                wanted.terms.iter().all(|term| !table.is_home(&settings.node, &term.place(), REPLICAS, NOW))
            };
            let Some(searcher) = up.iter().find(stranger) else { continue };
            let task = SearchTask::start(&self.sites[*searcher], &wanted.query, NOW)?;
            let recordid = wanted.recordid.to_string();
            let mut found_in = None;
            let driven = drive(task, NOW, usize::MAX, |request, round, now| {
                let home = request.url.split('?').next().and_then(|endpoint| self.by_endpoint.get(endpoint));
                let Some(home) = home.filter(|home| !down.contains(home)) else {
                    return Answered { answer: Err(Failure::TimedOut), after: request.timeout_ms.into() };
                };
                let answer = sites::answer(&self.sites[*home], request, now).response();
                let holds = String::from_utf8_lossy(&answer.body).contains(&recordid);
                if holds {
                    found_in = Some(found_in.unwrap_or(round).min(round));
                }
                Answered { answer: Ok(answer), after: ANSWER_MS }
            });
            let found = driven.output.hits.iter().any(|hit| hit.hit.hit.recordid == wanted.recordid);
            tally.add(found_in.filter(|_| found), u32::try_from(driven.requests)?);
        }
        Ok(tally.outcome())
    }
}

/// A query of two words of the course's title, both among the terms that it is published under, and their terms. What
/// words lead to is for `recall` to say; this bench is about reaching the homes.
fn two_words(course: &Course, published: &[Term], random: &mut fastrand::Rng) -> Option<(String, Vec<Term>)> {
    let mut words: Vec<&str> =
        course.title.split_whitespace().filter(|word| word.chars().count() > 2).collect();
    random.shuffle(&mut words);
    let mut chosen: Vec<(&str, Term)> = Vec::new();
    for word in words {
        let query = Query { words: word.to_owned(), lang: course.lang.clone(), ..Query::default() };
        let [term] = query.terms().iter().map(|term| Term::of_word(term)).collect::<Vec<_>>()[..] else {
            continue;
        };
        if published.contains(&term) && chosen.iter().all(|(_, known)| *known != term) {
            chosen.push((word, term));
        }
    }
    let [(first, one), (second, other), ..] = chosen[..] else { return None };
    let query = json!({"words": format!("{first} {second}"), "lang": course.lang, "limit": 100}).to_string();
    Some((query, vec![one, other]))
}
