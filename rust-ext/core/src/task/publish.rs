//! Publishing: each record goes to two homes of each of its terms, each withdrawal to all of them, and a change to the homes of
//! the terms that it lost. Where a home is full, far or silent, the next one is asked, up to the tenth.

mod batch;
mod delivery;
mod report;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use courseglue_protocol::message::{Code, Store, StoreAnswer};
use courseglue_protocol::{CheckedEntry, Entry, Id, Millis, Term};
use courseglue_table::PeerTable;

use super::answer::CallError;
use super::calls::Calls;
use super::own_entry::own_entry_with_vouchers;
use super::sightings::Sightings;
use super::store::{chunks, read_stored};
use super::trouble::Trouble;
use super::{Failure, Request, Response, Task, TaskError};
use crate::change::Change;
use crate::frequency::Frequencies;
use crate::intake::Intake;
use crate::placement::MAX_CLOSER;
use crate::site::{ItemError, Site};
use batch::{Batch, outdoes};
pub use delivery::COPIES;
use delivery::{Delivery, HomeFinder};
pub use report::{PublishReport, PublishState, RecordReport};

/// The most times that a record is offered to further homes when the first do not take it: up to the tenth, two at a
/// time.
const WAVES: u32 = 6;
/// The most sites that one run learns of from the homes it publishes to.
const MAX_LEARNT: usize = 200;

/// The contents of a request: the numbers of items in the batch, each with the terms that it is sent for.
type SentItems = Vec<(usize, BTreeSet<Term>)>;

/// Publishing one batch.
#[derive(Debug)]
pub struct PublishTask {
    site: Arc<Site>,
    own: CheckedEntry,
    /// The site's table, with the sites learnt on the way.
    table: Arc<PeerTable>,
    learnt: BTreeMap<Id, Arc<CheckedEntry>>,
    deliveries: Vec<Delivery>,
    calls: Calls<(Id, SentItems)>,
    sightings: Sightings,
    frequencies: Frequencies,
    waves: u32,
}

impl PublishTask {
    /// Starts to publish a batch, JSON.
    ///
    /// # Errors
    /// A [`TaskError`] that says what cannot be read or signed.
    pub fn start(site: &Arc<Site>, batch: &str, now: Millis) -> Result<Self, TaskError> {
        let batch: Batch = serde_json::from_str(batch).map_err(TaskError::BatchUnreadable)?;
        let own = own_entry_with_vouchers(site, &batch.entry.to_string(), now)?;
        if site.settings.secret.is_none() && batch.records.iter().any(|item| !item.lost.is_empty()) {
            return Err(ItemError::NoSecret.into());
        }
        let table = site.table.clone();
        let mut homes = HomeFinder::new(site, &table, now);
        let deliveries =
            batch.records.into_iter().map(|item| Delivery::new(item, &site.settings, &mut homes)).collect();
        Ok(Self {
            site: site.clone(),
            own,
            table,
            learnt: BTreeMap::new(),
            deliveries,
            calls: Calls::new(&site.settings.network),
            sightings: Sightings::default(),
            frequencies: Frequencies::default(),
            waves: 0,
        })
    }

    /// Offers each item to the homes that are next.
    fn send_wave(&mut self) {
        let mut by_home: BTreeMap<Id, SentItems> = BTreeMap::new();
        for (at, delivery) in self.deliveries.iter_mut().enumerate() {
            for (home, terms) in delivery.next_requests() {
                by_home.entry(home).or_default().push((at, terms));
            }
        }
        for (home, items) in by_home {
            let Some(endpoint) = self.table.get(&home).map(|p| p.site().endpoint()) else { continue };
            for chunk in chunks(&items, |(at, terms)| self.deliveries[*at].item.body.len() + 8 * terms.len())
            {
                let records = chunk.iter().map(|(at, terms)| self.deliveries[*at].sent(terms)).collect();
                let body = Store { site: self.own.entry.clone(), records };
                self.calls.post(&endpoint, "store", &body, (home, chunk.to_vec()));
            }
        }
    }

    /// Takes in a home's answer to a `store`.
    fn stored(&mut self, home: Id, sent: &SentItems, answer: Result<StoreAnswer, CallError>, now: Millis) {
        self.sightings.note(home, &answer);
        let url = self.table.get(&home).map(|p| p.site().url()).unwrap_or_default();
        let answer = match answer {
            Ok(answer) => answer,
            Err(e) => {
                for (at, _) in sent {
                    self.deliveries[*at].problem = Some(format!("{url} {e}"));
                }
                return;
            }
        };
        let stored: HashSet<Id> = answer.stored.into_iter().collect();
        let (own, network) = (&self.own.descriptor.key, &self.site.settings.network);
        for (at, terms) in sent {
            let delivery = &mut self.deliveries[*at];
            let recordid = delivery.item.recordid;
            if stored.contains(&recordid) {
                delivery.settle(home, terms);
            }
            for refused in answer.refused.iter().filter(|refused| refused.recordid == Some(recordid)) {
                if delivery.note_refusal(home, terms, refused) {
                    delivery.problem = Some(format!("{url} {}", Trouble::of_fault(Some(refused.code), None)));
                }
                let newer =
                    refused.newer.clone().filter(|newer| outdoes(newer, &delivery.item, own, network));
                delivery.newer = newer.or(delivery.newer.take());
            }
        }
        let asked: BTreeSet<&Term> = sent.iter().flat_map(|(_, terms)| terms).collect();
        let told: BTreeMap<Term, u64> = answer.frequencies.into_iter().collect();
        told.into_iter()
            .filter(|(term, _)| asked.contains(term))
            .for_each(|(term, n)| self.frequencies.note(term, n));
        if answer.refused.iter().any(|refused| refused.code == Code::NotHome) {
            self.learn(answer.closer, now);
        }
    }

    /// Takes in the sites that a home named as closer, checked like any other, and finds the homes anew.
    fn learn(&mut self, closer: Vec<Entry>, now: Millis) {
        let judge = self.site.judge(now);
        let told = closer.into_iter().take(MAX_CLOSER);
        let statements: Vec<_> = told.filter_map(|entry| judge.statement(&self.table, entry).ok()).collect();
        let mut news = judge.beside(&self.table, &statements).news;
        news.retain(|node, _| self.learnt.len() < MAX_LEARNT && *node != self.own.id);
        if !news.is_empty() {
            let table = Arc::make_mut(&mut self.table);
            news.values().for_each(|site| table.put(site.clone()));
            self.learnt.append(&mut news);
            let mut homes = HomeFinder::new(&self.site, &self.table, now);
            self.deliveries.iter_mut().for_each(|delivery| delivery.find_homes(&mut homes));
        }
    }
}

impl Task for PublishTask {
    type Output = PublishReport;

    fn poll(&mut self, _now: Millis) -> Vec<Request> {
        if self.calls.is_idle() && self.waves < WAVES {
            self.waves += 1;
            self.send_wave();
        }
        self.calls.take()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        if let Some((home, sent)) = self.calls.answered(id) {
            self.stored(home, &sent, read_stored(answer), now);
        }
    }

    fn finish(mut self, now: Millis) -> PublishReport {
        let calls = std::mem::replace(&mut self.calls, Calls::new(""));
        for (_, sent) in calls.unanswered() {
            for (at, _) in sent {
                self.deliveries[at].problem = Some("there was no time left to send it".into());
            }
        }
        let mut changes: Vec<Change> = self.learnt.values().flat_map(|site| self.site.learn(site)).collect();
        changes.extend(self.site.grown_by(self.learnt.keys(), now));
        let mut intake = Intake::new(&self.site, self.site.holdings.clone(), now);
        let mut results = Vec::new();
        for mut delivery in self.deliveries {
            // The publisher keeps those of its own items that it is a home of.
            match intake.take(Some(&self.own), delivery.item.stored(&delivery.item.terms)) {
                Err(refused) if refused.code != Code::NotHome => {
                    delivery.problem = delivery.problem.or(Some(refused.message));
                    delivery.newer = delivery.newer.or(refused.newer);
                }
                _ => {}
            }
            results.push(delivery.report());
        }
        changes.extend(intake.changes());
        changes.extend(self.frequencies.changes(&self.site, now));
        changes.extend(self.sightings.changes(&self.table, now));
        PublishReport { results, changes }
    }
}
