//! A site's membership of the network: its neighbours vouch for it, and the sites near it are told its statement.
//!
//! A site that vouches for this one answers at its own address with its own key, and so gets this site's voucher in return.
//! That makes the first sites of a network known to all: when they joined, no other site was there to vouch for them.

mod announcement;
mod vouchers;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use courseglue_protocol::message::NEAREST;
use courseglue_protocol::{CheckedEntry, Id, Millis, day_of};
use courseglue_table::{Peer, PeerTable, most};

use super::answer::read_answer;
use super::calls::Calls;
use super::outcome::Outcome;
use super::own_entry::sign_again;
use super::trouble::{FailedCheck, Trouble};
use super::{Failure, Request, Response};
use crate::change::Change;
use crate::site::Site;

/// The UTC day since which others know this address with another key, as far as this site was told.
const DISPUTED: &str = "disputed";
/// The sites that did not hear of the announced statement, or could not judge it: node ids.
const UNTOLD: &str = "untold";

/// The problem of a disputed address, in a sentence.
const OTHER_KEY: &str = "the network knows this site's address with another key. It believes the new one once most of this site's neighbours have found it at the address for three days; until then other sites do not take its courses";

/// The purpose of a request.
#[derive(Debug)]
enum MembershipCall {
    /// The voucher of this neighbour.
    Vouch(Arc<CheckedEntry>),
    /// The site is to take this one in.
    Announce {
        peer: Arc<CheckedEntry>,
        /// Whether the entries of the sites that vouch for this one went with its own.
        supported: bool,
    },
}

/// The outcome of keeping up a membership.
#[derive(Debug)]
pub(crate) struct MembershipOutcome {
    /// This site's own statement.
    pub own: CheckedEntry,
    /// The entries of the sites that vouched for this one. Each carries only the voucher that this site gave it in return.
    pub vouched_for: BTreeMap<Id, Arc<CheckedEntry>>,
    /// Which sites answered, what went wrong and what to store.
    pub outcome: Outcome,
}

/// The membership of this site, kept up: it asks for vouchers, then tells the nearest sites of its statement.
#[derive(Debug)]
pub(crate) struct Membership {
    site: Arc<Site>,
    own: CheckedEntry,
    neighbours: Vec<Arc<CheckedEntry>>,
    /// The sites whose vouchers count.
    givers: HashSet<Id>,
    /// The nearest sites, which are told of this one's statement.
    near: Vec<Arc<CheckedEntry>>,
    contact: Option<Arc<CheckedEntry>>,
    needed: usize,
    /// Whether others know this site's address with another key: then most of its neighbours have to vouch.
    disputed: bool,
    /// Whether any site said so in this run.
    contradicted: bool,
    told: bool,
    /// The sites that did not hear of the statement the last time.
    untold: BTreeSet<Id>,
    /// The sites for which this one vouches since they vouched for it.
    vouched_for: BTreeMap<Id, Arc<CheckedEntry>>,
    /// The sites that could not judge this one, and were asked to check it themselves.
    doubted_by: HashSet<Id>,
    calls: Calls<MembershipCall>,
    /// The neighbours that gave no voucher, and why.
    lacking: Vec<FailedCheck>,
    outcome: Outcome,
}

impl Membership {
    /// Starts the membership of a newcomer: every neighbour in `table` is asked, and the site through which it joins is told
    /// too. `disputed`: whether that one knows this address with another key.
    pub fn join(
        site: &Arc<Site>,
        own: CheckedEntry,
        table: &PeerTable,
        contact: &Arc<CheckedEntry>,
        disputed: bool,
        now: Millis,
    ) -> Self {
        let mut membership = Self::new(site, own, table, disputed, now);
        membership.contact = Some(contact.clone());
        let all = membership.neighbours.clone();
        membership.ask(&all, now);
        membership
    }

    /// Keeps up the membership of a site that has joined: vouchers are asked for where some are missing or grow old.
    pub fn keep(site: &Arc<Site>, own: CheckedEntry, now: Millis, random: u64) -> Self {
        let disputed = site.marks.contains_key(DISPUTED);
        let mut membership = Self::new(site, own, &site.table, disputed, now);
        membership.renew_vouchers(now, random);
        membership
    }

    fn new(site: &Arc<Site>, mut own: CheckedEntry, table: &PeerTable, disputed: bool, now: Millis) -> Self {
        if disputed && own.descriptor.rekeyed.is_none() {
            own = sign_again(site, &own, true, now).unwrap_or(own);
        }
        let judge = site.judge(now);
        let neighbours = table.neighbours(&own, day_of(now));
        let givers = table.givers(&own, day_of(now));
        let needed = if disputed { most(neighbours.len()) } else { judge.needed(&neighbours) };
        own.entry.vouchers =
            if disputed { judge.against_another(&own, &neighbours) } else { judge.valid(&own, &givers, 0) };
        let givers = givers.iter().map(Peer::id).collect();
        let neighbours = neighbours.into_iter().map(|p| p.site().into_arc()).collect();
        let near = table.nearest(&own.id, NEAREST + 1, day_of(now)).into_iter().filter(|p| p.id() != own.id);
        let near = near.take(NEAREST).map(|p| p.site().into_arc()).collect();
        let untold = site.marks.get(UNTOLD).filter(|_| disputed || site.is_settling(now));
        let untold = untold.map(|ids| ids.split(' ').filter_map(|id| id.parse().ok()).collect());
        Self {
            site: site.clone(),
            own,
            neighbours,
            givers,
            near,
            contact: None,
            needed,
            disputed,
            contradicted: false,
            told: false,
            untold: untold.unwrap_or_default(),
            vouched_for: BTreeMap::new(),
            lacking: Vec::new(),
            doubted_by: HashSet::new(),
            calls: Calls::new(&site.settings.network),
            outcome: Outcome::default(),
        }
    }

    fn mark(&mut self, name: &str, value: String) {
        self.outcome.changes.push(Change::Mark { name: name.to_owned(), value: Some(value) });
    }

    /// The trouble, where there are too few vouchers for this site. Where its address is known with another key, it joins all
    /// the same: its neighbours have to find the new one for days.
    pub fn lack(&self) -> Option<Trouble> {
        let (have, needed) = (self.own.entry.vouchers.len(), self.needed);
        (have < needed && !self.disputed && !self.contradicted).then(|| Trouble::Unchecked {
            have,
            needed,
            sites: self.lacking.clone(),
            own: None,
        })
    }

    /// Whether the nearest sites were told, or did not need to be.
    pub fn is_told(&self) -> bool {
        self.told
    }

    fn problem(&mut self, peer: &CheckedEntry, what: &str) {
        self.outcome.problems.push(&format!("{} {what}", peer.url()));
    }

    /// The requests to send now.
    pub fn poll(&mut self, now: Millis) -> Vec<Request> {
        if !self.told && self.calls.is_idle() {
            self.tell(now);
        }
        self.calls.take()
    }

    /// Takes in the answer to a request.
    pub fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        match self.calls.answered(id) {
            Some(MembershipCall::Vouch(giver)) => self.vouched(now, &giver, read_answer(answer)),
            Some(MembershipCall::Announce { peer, supported }) => {
                self.heard(&peer, supported, read_answer(answer));
            }
            None => {}
        }
    }

    /// Ends the work on the membership.
    pub fn finish(mut self, now: Millis) -> MembershipOutcome {
        for call in std::mem::replace(&mut self.calls, Calls::new("")).unanswered() {
            match call {
                MembershipCall::Announce { peer, .. } => drop(self.untold.insert(peer.id)),
                MembershipCall::Vouch(giver) if self.doubted_by.contains(&giver.id) => {
                    self.untold.insert(giver.id);
                }
                MembershipCall::Vouch(_) => {}
            }
        }
        let untold: Vec<String> = self.untold.iter().map(Id::to_string).collect();
        let value = Some(untold.join(" ")).filter(|ids| !ids.is_empty());
        if self.site.marks.get(UNTOLD) != value.as_ref() {
            self.outcome.changes.push(Change::Mark { name: UNTOLD.to_owned(), value });
        }
        self.note_dispute(now);
        MembershipOutcome { own: self.own, vouched_for: self.vouched_for, outcome: self.outcome }
    }

    /// Notes whether others know this site's address with another key: where one said so, until nobody does any more who
    /// was told of this site's.
    fn note_dispute(&mut self, now: Millis) {
        let value = if self.contradicted {
            let known = self.site.marks.get(DISPUTED).cloned();
            Some(known.unwrap_or_else(|| day_of(now).to_string()))
        } else if self.announced().is_some_and(|(seq, _)| seq == self.own.descriptor.seq) {
            None
        } else {
            self.disputed.then(|| day_of(now).to_string())
        };
        if self.contradicted || self.disputed && value.is_some() {
            self.outcome.problems.push(OTHER_KEY);
        }
        if self.site.marks.get(DISPUTED).is_some() != value.is_some() {
            self.outcome.changes.push(Change::Mark { name: DISPUTED.to_owned(), value });
        }
    }
}
