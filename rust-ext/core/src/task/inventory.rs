//! Pulling the records that another site holds and this one should hold too.

use std::sync::Arc;

use super::calls::{CallError, Calls, read_answer};
use super::outcome::Outcome;
use super::{Failure, Request, Response};
use crate::change::Change;
use crate::entry::CheckedEntry;
use crate::id::Id;
use crate::intake;
use crate::message::{Code, Inventory, InventoryAnswer, MAX_IDS, Records, RecordsAnswer};
use crate::site::Site;
use crate::time::Millis;

/// The most records pulled in one run; the next run goes on.
const MAX_PULLED: usize = 5_000;

#[derive(Debug)]
enum Note {
    Inventory,
    Records,
}

/// One pull from one peer.
#[derive(Debug)]
pub(crate) struct Pull {
    site: Arc<Site>,
    peer: Option<Arc<CheckedEntry>>,
    random: u64,
    calls: Calls<Note>,
    outcome: Outcome,
}

impl Pull {
    pub fn start(site: &Arc<Site>, peer: Option<&Arc<CheckedEntry>>, random: u64) -> Self {
        let mut calls = Calls::new(&site.settings.network);
        if let Some(peer) = peer {
            let body = Inventory { node: site.settings.node };
            calls.post(&peer.endpoint(), "inventory", &body, Note::Inventory);
        }
        Self { site: site.clone(), peer: peer.cloned(), random, calls, outcome: Outcome::default() }
    }

    fn problem(&mut self, e: &CallError) {
        if let Some(peer) = &self.peer {
            self.outcome.problems.push(&format!("{} {e}", peer.url()));
        }
    }

    fn note_peer<A>(&mut self, outcome: &Result<A, CallError>) {
        if let Some(peer) = &self.peer {
            self.outcome.seen.note(peer.id, outcome);
        }
    }

    fn inventory(&mut self, answer: Result<InventoryAnswer, CallError>) {
        self.note_peer(&answer);
        let list = match answer {
            Ok(list) => list.records,
            Err(e) => return self.problem(&e),
        };
        let mut missing: Vec<Id> = list
            .into_iter()
            .filter(|(id, seq, _)| self.site.held.get(id).is_none_or(|held| held.seq < *seq))
            .map(|(id, _, _)| id)
            .collect();
        // From another place every time: what this site has to refuse must not stand before the rest for ever.
        let first = usize::try_from(self.random).unwrap_or(0) % missing.len().max(1);
        missing.rotate_left(first);
        missing.truncate(MAX_PULLED);
        if let Some(peer) = &self.peer {
            for ids in missing.chunks(MAX_IDS) {
                let body = Records { node: self.site.settings.node, ids: ids.to_vec() };
                self.calls.post(&peer.endpoint(), "records", &body, Note::Records);
            }
        }
    }

    fn pulled(&mut self, now: Millis, answer: Result<RecordsAnswer, CallError>) {
        self.note_peer(&answer);
        match answer {
            Ok(answer) => {
                for item in answer.records.into_iter().take(MAX_IDS) {
                    match intake::item(&self.site, None, item, now) {
                        Ok(change @ Change::Record(_)) => self.outcome.changes.push(change),
                        Ok(_) => {}
                        // A publisher that this site does not know yet comes with a later exchange.
                        Err(refused) if refused.code == Code::NotAdmitted => {}
                        Err(refused) => self.outcome.problems.push(&refused.message),
                    }
                }
            }
            Err(e) => self.problem(&e),
        }
    }

    pub fn poll(&mut self) -> Vec<Request> {
        self.calls.take()
    }

    pub fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        match self.calls.answered(id) {
            Some(Note::Inventory) => self.inventory(read_answer(answer)),
            Some(Note::Records) => self.pulled(now, read_answer(answer)),
            None => {}
        }
    }

    pub fn finish(self) -> Outcome {
        self.outcome
    }
}
