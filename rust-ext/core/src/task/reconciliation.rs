//! Daily reconciliation with co-homes: a sketch tells what differs of the records that both should hold, and this site pulls
//! what it lacks. A site that holds next to nothing yet, or differs in more than a sketch can tell, is given everything in pages.

mod completeness;
mod exchange;
mod marks;
mod schedule;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use courseglue_index::Holdings;
use courseglue_protocol::message::{Code, MAX_POSTINGS_ASKED, PAGE_RECORDS, RecordsAnswer};
use courseglue_protocol::{CheckedEntry, DAY_MS, Entry, Id, Millis, day_of};
use courseglue_sketch::Salt;
use courseglue_table::PeerTable;

use super::answer::{CallError, read_answer};
use super::calls::Calls;
use super::outcome::Outcome;
use super::store::read_stored;
use super::{Failure, Request, Response};
use crate::change::{self, Change};
use crate::intake::Intake;
use crate::site::Site;
use crate::upkeep::{TOMBSTONE_DAYS, drop_orphans, drop_others, drop_outdated, most_expired};
pub(crate) use completeness::refused_for_room;
use completeness::{AWAY_MS, COMPLETE, RECONCILED};
use exchange::{HomeExchange, ReconciliationCall};
use marks::{COHOME, LISTING, Marks, TRIED};

/// The most postings or records pulled in one run, shared out among its co-homes; the next run goes on.
const MAX_PULLED: usize = 5_000;
/// The UTC day of the last upkeep.
const UPKEEP: &str = "upkeep";

/// The reconciliation of one run: with one co-home after the other.
#[derive(Debug)]
pub(crate) struct Reconciliation {
    site: Arc<Site>,
    own: Entry,
    holdings: Holdings,
    touched: BTreeSet<Id>,
    marks: Marks,
    cohomes: Vec<Arc<CheckedEntry>>,
    queue: VecDeque<Arc<CheckedEntry>>,
    exchange: Option<HomeExchange>,
    calls: Calls<ReconciliationCall>,
    outcome: Outcome,
    /// The number of postings or records that this run has pulled.
    pulled: usize,
    /// Whether something had to be refused for want of room.
    full: bool,
    rng: fastrand::Rng,
}

impl Reconciliation {
    /// Finds the co-homes to exchange with now: those that are due, and `peer`, if it is one.
    pub fn start(
        site: &Arc<Site>,
        own: &CheckedEntry,
        peer: Option<&Arc<CheckedEntry>>,
        now: Millis,
        random: u64,
    ) -> Self {
        let mut task = Self {
            site: site.clone(),
            own: own.entry.clone(),
            holdings: site.holdings.clone(),
            touched: BTreeSet::new(),
            marks: Marks::of(site),
            cohomes: Vec::new(),
            queue: VecDeque::new(),
            exchange: None,
            calls: Calls::new(&site.settings.network),
            outcome: Outcome::default(),
            pulled: 0,
            full: false,
            rng: fastrand::Rng::with_seed(random),
        };
        task.look_back(now);
        task.cohomes = schedule::cohomes(site, own, &mut task.marks, now, random);
        task.queue = schedule::due(site, &task.cohomes, &task.marks, peer, now);
        task
    }

    /// After a longer absence the marks of co-homes hold no more; after a very long one, the holdings neither:
    /// withdrawals that came meanwhile are forgotten everywhere.
    fn look_back(&mut self, now: Millis) {
        let Some(last) = self.marks.time(RECONCILED, now).filter(|last| now > last + AWAY_MS) else { return };
        if self.marks.get(COMPLETE).is_some() {
            self.marks.set(COMPLETE, None);
        }
        self.marks.forget_cohomes(|_| true);
        if now > last + Millis::from(TOMBSTONE_DAYS) * DAY_MS {
            self.touched = drop_others(&mut self.holdings, &self.site.settings.node);
        }
    }

    /// The requests to send now.
    pub fn poll(&mut self, now: Millis) -> Vec<Request> {
        self.advance(now);
        if self.exchange.is_none() && self.calls.is_idle() && self.pulled < MAX_PULLED {
            if let Some(peer) = self.queue.pop_front() {
                self.begin(peer, now);
            }
        }
        self.calls.take()
    }

    fn begin(&mut self, peer: Arc<CheckedEntry>, now: Millis) {
        let salt = Salt(self.rng.u128(..).to_be_bytes());
        let listing = self.marks.get_of(LISTING, &peer.id).and_then(|after| after.parse().ok());
        self.marks.set_of(TRIED, &peer.id, Some(now.to_string()));
        let room = MAX_PULLED.saturating_sub(self.pulled).div_ceil(self.queue.len() + 1);
        let (own, asked) = ((&self.holdings, salt), (listing, room));
        self.exchange = Some(HomeExchange::begin(&self.site, peer, own, asked, now, &mut self.calls));
    }

    /// Takes in the answer to one of the requests.
    pub fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        let peer = self.exchange.as_ref().map(|exchange| exchange.peer.clone());
        let (Some(call), Some(peer)) = (self.calls.answered(id), peer) else { return };
        let outcome = match call {
            ReconciliationCall::Symbols => self.noted(&peer, read_answer(answer)).and_then(|answer| {
                let Some(exchange) = &mut self.exchange else { return Ok(()) };
                exchange.symbols(answer, &self.holdings, &mut self.rng, &mut self.calls)
            }),
            ReconciliationCall::Postings(asked) => {
                self.noted(&peer, read_answer(answer)).map(|answer| self.postings(answer, asked, now))
            }
            ReconciliationCall::Page(after) => {
                self.noted(&peer, read_answer(answer)).and_then(|answer| self.page(answer, after, now))
            }
            // The co-home keeps what it thinks right; the exchange has served its purpose either way.
            ReconciliationCall::Repair => self.noted(&peer, read_stored(answer)).map(|_| self.end(now)),
        };
        if let Err(e) = outcome {
            self.outcome.problems.push(&format!("{} {e}", peer.url()));
            self.exchange = None;
        }
    }

    /// Notes whether the co-home answered.
    fn noted<A>(&mut self, peer: &CheckedEntry, answer: Result<A, CallError>) -> Result<A, CallError> {
        self.outcome.sightings.note(peer.id, &answer);
        answer
    }

    fn postings(&mut self, answer: RecordsAnswer, asked: usize, now: Millis) {
        let came: usize = answer.records.iter().map(|item| item.terms.0.len()).sum();
        self.pulled += came.min(asked);
        if let Some(exchange) = &mut self.exchange {
            exchange.postings(came, asked);
        }
        self.take_in(answer, now);
    }

    fn page(&mut self, answer: RecordsAnswer, after: Option<Id>, now: Millis) -> Result<(), CallError> {
        let (next, count) = (answer.next, answer.records.len());
        self.pulled += count;
        self.take_in(answer, now);
        let Some(exchange) = &mut self.exchange else { return Ok(()) };
        exchange.page(count, after, next, &mut self.calls)?;
        self.marks.set_of(LISTING, &exchange.peer.id, next.map(|next| next.to_string()));
        Ok(())
    }

    fn take_in(&mut self, answer: RecordsAnswer, now: Millis) {
        let Some(exchange) = &mut self.exchange else { return };
        let mut intake = Intake::new(&self.site, std::mem::take(&mut self.holdings), now);
        for item in answer.records.into_iter().take(MAX_POSTINGS_ASKED.max(PAGE_RECORDS)) {
            let Err(refused) = intake.take(None, item) else { continue };
            match refused.code {
                // A publisher that this site does not know yet comes with a later exchange; the two sites may see
                // homes in a different way; of a term that is cut each home keeps what it finds best.
                Code::NotAdmitted | Code::NotHome | Code::Surplus => {}
                Code::Older => exchange.outdated.extend(refused.recordid),
                Code::Full => self.full = true,
                _ => self.outcome.problems.push(&refused.message),
            }
        }
        let (holdings, touched, cuts) = intake.into_parts();
        self.holdings = holdings;
        self.touched.extend(touched);
        for cut in cuts {
            if let Change::Mark { name, value } = cut {
                self.marks.set(name, value);
            }
        }
    }

    /// When nothing is under way: tells the co-home of newer versions, or ends the exchange.
    fn advance(&mut self, now: Millis) {
        if !self.calls.is_idle() {
            return;
        }
        let Some(exchange) = &mut self.exchange else { return };
        if !exchange.repair(&self.own, &self.holdings, now, &mut self.calls) {
            self.end(now);
        }
    }

    fn end(&mut self, now: Millis) {
        let Some(exchange) = self.exchange.take() else { return };
        self.marks.set(RECONCILED, Some(now.to_string()));
        if !exchange.left {
            self.marks.set_of(COHOME, &exchange.peer.id, Some(now.to_string()));
        }
    }

    /// Takes out which co-homes answered and what went wrong.
    pub fn take_outcome(&mut self) -> Outcome {
        std::mem::take(&mut self.outcome)
    }

    /// The changes to store: what was pulled, what is dropped, and how far this came. `table` is the table of after the
    /// exchange with a random site.
    pub fn finish(mut self, table: &PeerTable, now: Millis) -> Vec<Change> {
        let (site, today) = (self.site.clone(), day_of(now));
        let own = site.settings.node;
        let mut changes = Vec::new();
        let certain = !most_expired(table, &own, today);
        if certain {
            self.touched.extend(drop_orphans(&mut self.holdings, table, &own, today));
        }
        if certain && self.marks.get(UPKEEP) != Some(&today.to_string()) {
            self.touched.extend(drop_outdated(&mut self.holdings, &site, now));
            self.marks.set(UPKEEP, Some(today.to_string()));
            changes.extend(site.mended_cuts(&self.holdings));
        }
        // The pulled records were checked with the keys of before.
        let key = |table: &PeerTable, node: &Id| table.get(node).map(|peer| peer.key());
        let rekeyed = |recordid: &Id| {
            self.holdings
                .get(recordid)
                .is_some_and(|item| key(table, &item.node) != key(&site.table, &item.node))
        };
        let touched = self.touched.iter().filter(|recordid| !rekeyed(recordid)).copied().collect();
        changes.extend(change::between(&site.holdings, &self.holdings, &touched));
        completeness::note(&mut self.marks, &self.cohomes, self.full, now);
        // Sites that are gone from the table leave no marks.
        let is_gone = |node: &str| node.parse().is_ok_and(|node| site.table.get(&node).is_none());
        self.marks.forget_cohomes(is_gone);
        changes.extend(self.marks.changes());
        changes
    }
}
