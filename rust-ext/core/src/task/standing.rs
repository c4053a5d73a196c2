//! A site's standing in the network: its neighbours' words for it, and its own statement, told to them.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::calls::{CallError, Calls, read_answer};
use super::outcome::Outcome;
use super::trouble::{Checked, Trouble};
use super::{Failure, Request, Response};
use crate::admission::Judge;
use crate::change::Change;
use crate::entry::{CheckedEntry, Entry, KEPT_VOUCHERS};
use crate::id::Id;
use crate::message::{Announce, Announced, Code, Vouch, Vouched};
use crate::sign::ItemType;
use crate::site::Site;
use crate::table::PeerTable;
use crate::time::{DAY_MS, Day, HOUR_MS, Millis, day_of};
use crate::voucher::VOUCHER_DAYS;

/// Words are renewed when they have fewer days left than others keep a statement with them.
const RENEW_DAYS: Day = VOUCHER_DAYS - 30;
/// So many more neighbours are asked than words are wanted: some may not answer.
const SPARE: usize = 2;
/// A word beyond those that are needed is asked for once in this time.
const SPARE_MS: Millis = DAY_MS - HOUR_MS;
/// Who asked within this time and lacks words all the same asks every neighbour.
const AGAIN_MS: Millis = 2 * HOUR_MS;
/// When neighbours were last asked for words.
const ASKED: &str = "asked";
/// Which statement was announced, with whose words.
const ANNOUNCED: &str = "announced";

#[derive(Debug)]
enum Note {
    Vouch(Arc<CheckedEntry>),
    Announce(Arc<CheckedEntry>),
}

/// Asking for words, then telling the neighbours.
#[derive(Debug)]
pub(crate) struct Standing {
    site: Arc<Site>,
    own: CheckedEntry,
    neighbours: Vec<Arc<CheckedEntry>>,
    contact: Option<Arc<CheckedEntry>>,
    needed: usize,
    told: bool,
    calls: Calls<Note>,
    /// Who gave no word, and why.
    lacking: Vec<Checked>,
    outcome: Outcome,
}

impl Standing {
    /// For a newcomer: every neighbour in `table` is asked, and the site through which it joins is told too.
    pub fn join(
        site: &Arc<Site>,
        own: CheckedEntry,
        table: &PeerTable,
        contact: &Arc<CheckedEntry>,
        now: Millis,
    ) -> Self {
        let mut standing = Self::new(site, own, table, now);
        standing.contact = Some(contact.clone());
        let all = standing.neighbours.clone();
        standing.ask(&all, now);
        standing
    }

    /// For a site that has joined: words are asked for where some are missing or grow old.
    pub fn keep(site: &Arc<Site>, own: CheckedEntry, now: Millis, random: u64) -> Self {
        let mut standing = Self::new(site, own, &site.table, now);
        let today = day_of(now);
        let is_fresh = |standing: &Self, by: &Id| {
            standing.own.entry.vouchers.iter().any(|v| v.by == *by && today < v.day + RENEW_DAYS)
        };
        let fresh = standing.neighbours.iter().filter(|n| is_fresh(&standing, &n.id)).count();
        let wanted = (standing.needed + 1).min(standing.neighbours.len()).min(KEPT_VOUCHERS);
        let asked = site.noted(ASKED, now);
        let pressing = fresh < standing.needed.min(standing.neighbours.len());
        let due = pressing || asked.is_none_or(|asked| now >= asked.saturating_add(SPARE_MS));
        if fresh < wanted && due && standing.own.descriptor.moved_to.is_none() {
            let worth = |n: &&Arc<CheckedEntry>| {
                let usable = site.table.get(&n.id).is_some_and(|p| p.is_usable(now));
                usable && !site.shuns(&n.id) && !is_fresh(&standing, &n.id)
            };
            let mut worth: Vec<_> = standing.neighbours.iter().filter(worth).cloned().collect();
            fastrand::Rng::with_seed(random).shuffle(&mut worth);
            // Who was asked an hour ago and still lacks words goes back to whoever could not look at once.
            if !pressing || asked.is_none_or(|asked| now >= asked.saturating_add(AGAIN_MS)) {
                worth.truncate(wanted - fresh + SPARE);
            }
            standing.ask(&worth, now);
        }
        standing
    }

    fn new(site: &Arc<Site>, mut own: CheckedEntry, table: &PeerTable, now: Millis) -> Self {
        let judge = Judge::new(site, now);
        let neighbours = table.neighbours(&own, day_of(now));
        let needed = judge.needed(&neighbours);
        own.entry.vouchers = judge.valid(&own, &neighbours, 0);
        let neighbours = neighbours.into_iter().map(|p| p.site().into_arc()).collect();
        let calls = Calls::new(&site.settings.network);
        let outcome = Outcome::default();
        let (contact, told, lacking) = (None, false, Vec::new());
        Self { site: site.clone(), own, neighbours, contact, needed, told, calls, lacking, outcome }
    }

    fn ask(&mut self, whom: &[Arc<CheckedEntry>], now: Millis) {
        let body = Vouch { site: self.own.entry.clone() };
        for neighbour in whom {
            self.calls.post(&neighbour.endpoint(), "vouch", &body, Note::Vouch(neighbour.clone()));
        }
        if !whom.is_empty() {
            self.mark(ASKED, now.to_string());
        }
    }

    fn mark(&mut self, name: &str, value: String) {
        self.outcome.changes.push(Change::Mark { name: name.to_owned(), value: Some(value) });
    }

    /// What is missing, where the words for this site are too few.
    pub fn lack(&self) -> Option<Trouble> {
        let (have, needed) = (self.own.entry.vouchers.len(), self.needed);
        (have < needed).then(|| Trouble::Unchecked { have, needed, sites: self.lacking.clone() })
    }

    /// Whether the neighbours were told, or needed not be.
    pub fn is_told(&self) -> bool {
        self.told
    }

    fn tell(&mut self, now: Millis) {
        self.told = true;
        let enough = self.own.entry.vouchers.len() >= self.needed;
        let joins = self.contact.is_some();
        if joins && !enough {
            return;
        }
        match self.announced() {
            Some((seq, givers)) if seq == self.own.descriptor.seq && !joins => {
                let counting = self.neighbours.iter().filter(|n| givers.contains(&n.id)).count();
                // What others have of this site no longer convinces a newcomer: state the same anew, with new words.
                if counting >= self.needed || !enough || !self.sign_again(now) {
                    return;
                }
            }
            // Hourly exchanges compare what was signed lately: an old statement, told now, would spread by the daily ones.
            _ if self.own.descriptor.seq.saturating_add(DAY_MS) < now => {
                self.sign_again(now);
            }
            _ => {}
        }
        let body = Announce { sites: vec![self.own.entry.clone()] };
        let mut whom = self.neighbours.clone();
        let extra = self.contact.iter().filter(|c| whom.iter().all(|n| n.id != c.id));
        whom.extend(extra.cloned().collect::<Vec<_>>());
        for peer in whom {
            let usable = self.site.table.get(&peer.id).is_none_or(|p| p.is_usable(now));
            if usable && !self.site.shuns(&peer.id) {
                self.calls.post(&peer.endpoint(), "announce", &body, Note::Announce(peer.clone()));
            }
        }
        let givers = self.own.entry.vouchers.iter().map(|v| format!(" {}", v.by)).collect::<String>();
        self.mark(ANNOUNCED, format!("{}{givers}", self.own.descriptor.seq));
    }

    fn announced(&self) -> Option<(Millis, HashSet<Id>)> {
        let mut words = self.site.marks.get(ANNOUNCED)?.split(' ');
        let seq = words.next()?.parse().ok()?;
        Some((seq, words.filter_map(|id| id.parse().ok()).collect()))
    }

    /// Signs the same statement with a higher seq, where the secret is at hand.
    fn sign_again(&mut self, now: Millis) -> bool {
        let settings = &self.site.settings;
        let Some(secret) = &settings.secret else { return false };
        let Ok(mut body) = serde_json::from_str::<Value>(&self.own.entry.body) else { return false };
        body["seq"] = self.own.descriptor.seq.saturating_add(1).max(now).into();
        let body = body.to_string();
        let sig = secret.sign(&settings.network, ItemType::Descriptor, &body);
        match (Entry { body, sig, vouchers: self.own.entry.vouchers.clone() }).read() {
            Ok(own) if own.descriptor.key == secret.public() => {
                self.own = own;
                true
            }
            _ => false,
        }
    }

    fn vouched(&mut self, now: Millis, giver: &CheckedEntry, answer: Result<Vouched, CallError>) {
        self.outcome.seen.note(giver.id, &answer);
        match answer {
            Ok(Vouched { voucher }) => {
                if Judge::new(&self.site, now).voucher_holds(&voucher, giver, &self.own) {
                    self.own.add_vouchers(&[voucher]);
                } else {
                    self.lacks(giver, Trouble::Forged, None);
                    self.problem(giver, "sent a voucher that does not hold");
                }
            }
            // Asked too often is no problem of anybody's: an earlier word still counts.
            Err(e) if e.code == Some(Code::RateLimited) && self.contact.is_none() => {}
            Err(e) => {
                self.problem(giver, &e.message);
                self.lacks(giver, *e.trouble, e.found);
            }
        }
    }

    fn lacks(&mut self, giver: &CheckedEntry, trouble: Trouble, found: Option<Box<Trouble>>) {
        self.lacking.push(Checked { site: giver.url(), trouble, found });
    }

    fn heard(&mut self, peer: &CheckedEntry, answer: Result<Announced, CallError>) {
        self.outcome.seen.note(peer.id, &answer);
        match answer {
            Ok(Announced { refused, .. }) => {
                for refused in refused {
                    let trouble = Trouble::of_fault(Some(refused.code), None);
                    self.problem(peer, &format!("did not take this site in: it {trouble}"));
                }
            }
            Err(e) => self.problem(peer, &e.message),
        }
    }

    fn problem(&mut self, peer: &CheckedEntry, what: &str) {
        self.outcome.problems.push(&format!("{} {what}", peer.url()));
    }

    pub fn poll(&mut self, now: Millis) -> Vec<Request> {
        if !self.told && self.calls.is_idle() {
            self.tell(now);
        }
        self.calls.take()
    }

    pub fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        match self.calls.answered(id) {
            Some(Note::Vouch(giver)) => self.vouched(now, &giver, read_answer(answer)),
            Some(Note::Announce(peer)) => self.heard(&peer, read_answer(answer)),
            None => {}
        }
    }

    /// This site's own statement, and what came of it.
    pub fn finish(self) -> (CheckedEntry, Outcome) {
        (self.own, self.outcome)
    }
}
