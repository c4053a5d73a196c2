//! A site's standing in the network: its neighbours' vouchers, and its own statement, told to those near it.
//!
//! Whoever vouches for this site answers at its own address with its own key, and so gets this site's voucher in return. That
//! is what makes the first sites of a network known to all: when they joined nobody was there to vouch for them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use courseglue_protocol::message::{Announce, Announced, Code, MAX_ENTRIES, NEAREST, Vouch, Vouched};
use courseglue_protocol::{
    CheckedEntry, DAY_MS, Day, Entry, HOUR_MS, Id, ItemType, KEPT_VOUCHERS, Millis, VOUCHER_DAYS, Voucher,
    day_of,
};
use courseglue_table::{Peer, PeerTable};
use serde_json::Value;

use super::calls::{CallError, Calls, read_answer};
use super::outcome::Outcome;
use super::trouble::{Checked, Trouble};
use super::{Failure, Request, Response};
use crate::change::Change;
use crate::site::Site;

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
/// How many of those who did not hear of it are told again in one run, others in the next minute.
const TOLD_AGAIN: usize = 8;
const TURN_MS: Millis = 60_000;
/// Who did not hear of it, or could not judge it: node ids.
const UNTOLD: &str = "untold";

#[derive(Debug)]
enum Note {
    Vouch(Arc<CheckedEntry>),
    Announce {
        peer: Arc<CheckedEntry>,
        /// Whether the entries of those who vouch for this site went with its own.
        supported: bool,
    },
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Stood {
    /// This site's own statement.
    pub own: CheckedEntry,
    /// Those who vouched for this site, each with this site's voucher and no other.
    pub vouched_for: BTreeMap<Id, Arc<CheckedEntry>>,
    /// What to store, who was seen, what went wrong.
    pub outcome: Outcome,
}

/// Asking for words, then telling the neighbours.
#[derive(Debug)]
pub(crate) struct Standing {
    site: Arc<Site>,
    own: CheckedEntry,
    neighbours: Vec<Arc<CheckedEntry>>,
    /// Those whose vouchers count.
    givers: HashSet<Id>,
    /// The nearest sites, which are told of this one's statement.
    near: Vec<Arc<CheckedEntry>>,
    contact: Option<Arc<CheckedEntry>>,
    needed: usize,
    told: bool,
    /// Those who did not hear of the statement the last time.
    untold: BTreeSet<Id>,
    /// Those for whom this site vouches since they vouched for it.
    vouched_for: BTreeMap<Id, Arc<CheckedEntry>>,
    /// Those who could not judge this site, and were asked to look for themselves.
    doubted_by: HashSet<Id>,
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
        let judge = site.judge(now);
        let neighbours = table.neighbours(&own, day_of(now));
        let givers = table.givers(&own, day_of(now));
        let needed = judge.needed(&neighbours);
        own.entry.vouchers = judge.valid(&own, &givers, 0);
        let givers = givers.iter().map(Peer::id).collect();
        let neighbours = neighbours.into_iter().map(|p| p.site().into_arc()).collect();
        let near = table.nearest(&own.id, NEAREST + 1, day_of(now)).into_iter().filter(|p| p.id() != own.id);
        let near = near.take(NEAREST).map(|p| p.site().into_arc()).collect();
        let untold = site.marks.get(UNTOLD).filter(|_| site.is_settling(now));
        let untold = untold.map(|ids| ids.split(' ').filter_map(|id| id.parse().ok()).collect());
        Self {
            site: site.clone(),
            own,
            neighbours,
            givers,
            near,
            contact: None,
            needed,
            told: false,
            untold: untold.unwrap_or_default(),
            vouched_for: BTreeMap::new(),
            lacking: Vec::new(),
            doubted_by: HashSet::new(),
            calls: Calls::new(&site.settings.network),
            outcome: Outcome::default(),
        }
    }

    fn ask(&mut self, whom: &[Arc<CheckedEntry>], now: Millis) {
        whom.iter().for_each(|neighbour| self.ask_one(neighbour));
        if !whom.is_empty() {
            self.mark(ASKED, now.to_string());
        }
    }

    fn ask_one(&mut self, neighbour: &Arc<CheckedEntry>) {
        let body = Vouch { site: self.own.entry.clone() };
        self.calls.post(&neighbour.endpoint(), "vouch", &body, Note::Vouch(neighbour.clone()));
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
                let counting = self.givers.intersection(&givers).count();
                // What others have of this site no longer convinces a newcomer: state the same anew, with new words.
                if counting >= self.needed || !enough || !self.sign_again(now) {
                    return self.tell_the_rest(now);
                }
            }
            // Hourly exchanges compare what was signed lately: an old statement, told now, would spread by the daily ones.
            _ if self.own.descriptor.seq.saturating_add(DAY_MS) < now => {
                self.sign_again(now);
            }
            _ => {}
        }
        let mut whom: BTreeMap<Id, Arc<CheckedEntry>> = BTreeMap::new();
        let all = self.near.iter().chain(&self.neighbours).chain(&self.contact);
        whom.extend(all.map(|peer| (peer.id, peer.clone())));
        whom.retain(|id, _| !self.site.shuns(id));
        self.untold.clear();
        for peer in whom.into_values() {
            if self.site.table.get(&peer.id).is_none_or(|p| p.is_usable(now)) {
                self.announce(&peer, false);
            } else {
                self.untold.insert(peer.id);
            }
        }
        let givers = self.own.entry.vouchers.iter().map(|v| format!(" {}", v.by)).collect::<String>();
        self.mark(ANNOUNCED, format!("{}{givers}", self.own.descriptor.seq));
    }

    /// Tells those who did not hear of the statement when it was announced. They are tried in each run, however often they
    /// were silent, for as long as it is news.
    fn tell_the_rest(&mut self, now: Millis) {
        let site = self.site.clone();
        self.untold.retain(|id| site.table.get(id).is_some_and(|p| p.stands()) && !site.shuns(id));
        let first = usize::try_from(now / TURN_MS).unwrap_or(0) % self.untold.len().max(1);
        let turn: Vec<Id> = self.untold.iter().cycle().skip(first).take(self.untold.len()).copied().collect();
        for id in turn.into_iter().take(TOLD_AGAIN) {
            self.untold.remove(&id);
            if let Some(peer) = site.table.get(&id) {
                self.announce(&peer.site().into_arc(), true);
            }
        }
    }

    /// Sends this site's entry, and with it this site's voucher for the receiver, where there is one. `supported`: with the
    /// entries of those who vouch for this site, for a receiver who may not know them.
    fn announce(&mut self, peer: &Arc<CheckedEntry>, supported: bool) {
        let mut sites = vec![self.own.entry.clone()];
        sites.extend(self.vouched_for.get(&peer.id).map(|peer| peer.entry.clone()));
        if supported {
            let vouches = |n: &&Arc<CheckedEntry>| {
                n.id != peer.id && self.own.entry.vouchers.iter().any(|voucher| voucher.by == n.id)
            };
            let room = MAX_ENTRIES - sites.len();
            sites.extend(self.neighbours.iter().filter(vouches).take(room).map(|n| n.entry.clone()));
        }
        self.send(peer, sites, supported);
    }

    fn send(&mut self, peer: &Arc<CheckedEntry>, sites: Vec<Entry>, supported: bool) {
        let note = Note::Announce { peer: peer.clone(), supported };
        self.calls.post(&peer.endpoint(), "announce", &Announce { sites }, note);
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

    fn vouched(&mut self, now: Millis, giver: &Arc<CheckedEntry>, answer: Result<Vouched, CallError>) {
        self.outcome.seen.note(giver.id, &answer);
        match answer {
            Ok(Vouched { voucher }) => {
                if self.site.judge(now).voucher_holds(&voucher, giver, &self.own) {
                    // An old voucher may be held out by somebody else.
                    if voucher.day + 1 >= day_of(now) {
                        self.vouch_in_return(giver, now);
                    }
                    if self.doubted_by.contains(&giver.id) {
                        return self.announce_with(giver, voucher);
                    }
                    self.own.add_vouchers(&[voucher]);
                } else {
                    self.lacks(giver, Trouble::Forged, None);
                    self.problem(giver, "sent a voucher that does not hold");
                }
            }
            Err(_) if self.doubted_by.contains(&giver.id) => drop(self.untold.insert(giver.id)),
            // Asked too often is no problem of anybody's: an earlier word still counts.
            Err(e) if e.code == Some(Code::RateLimited) && self.contact.is_none() => {}
            Err(e) => {
                self.problem(giver, &e.message);
                self.lacks(giver, *e.trouble, e.found);
            }
        }
    }

    /// Tells a site that has looked for itself: its own voucher is enough for it.
    fn announce_with(&mut self, giver: &Arc<CheckedEntry>, voucher: Voucher) {
        let own = Entry { vouchers: vec![voucher], ..self.own.entry.clone() };
        self.send(giver, vec![own], true);
    }

    /// Whether a site that cannot judge this one, as it knows too few of those who vouch, can look for itself.
    fn may_be_checked_by(&self, peer: &CheckedEntry) -> bool {
        !self.doubted_by.contains(&peer.id) && self.neighbours.iter().any(|n| n.id == peer.id)
    }

    /// A site that vouched answered at its address with its key: that is what a check finds out.
    fn vouch_in_return(&mut self, giver: &CheckedEntry, now: Millis) {
        let settings = &self.site.settings;
        let Some(secret) = &settings.secret else { return };
        let voucher = Voucher::sign(secret, &settings.network, self.own.id, &giver.descriptor, day_of(now));
        let mut giver = giver.clone();
        giver.entry.vouchers = vec![voucher];
        self.vouched_for.insert(giver.id, Arc::new(giver));
    }

    fn lacks(&mut self, giver: &CheckedEntry, trouble: Trouble, found: Option<Box<Trouble>>) {
        self.lacking.push(Checked { site: giver.url(), trouble, found });
    }

    fn heard(&mut self, peer: &Arc<CheckedEntry>, supported: bool, answer: Result<Announced, CallError>) {
        self.outcome.seen.note(peer.id, &answer);
        let why = match answer {
            Ok(Announced { refused, .. }) => {
                let Some(refused) = refused.into_iter().find(|site| site.nodeid == Some(self.own.id)) else {
                    return;
                };
                if refused.code == Code::NotAdmitted && !supported {
                    return self.announce(peer, true);
                }
                if refused.code == Code::NotAdmitted && self.may_be_checked_by(peer) {
                    self.doubted_by.insert(peer.id);
                    return self.ask_one(peer);
                }
                format!("did not take this site in: it {}", Trouble::of_fault(Some(refused.code), None))
            }
            Err(e) => e.message,
        };
        self.untold.insert(peer.id);
        self.problem(peer, &why);
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
            Some(Note::Announce { peer, supported }) => self.heard(&peer, supported, read_answer(answer)),
            None => {}
        }
    }

    /// What came of it.
    pub fn finish(mut self) -> Stood {
        for note in std::mem::replace(&mut self.calls, Calls::new("")).unanswered() {
            match note {
                Note::Announce { peer, .. } => drop(self.untold.insert(peer.id)),
                Note::Vouch(giver) if self.doubted_by.contains(&giver.id) => {
                    self.untold.insert(giver.id);
                }
                Note::Vouch(_) => {}
            }
        }
        let untold: Vec<String> = self.untold.iter().map(Id::to_string).collect();
        let value = Some(untold.join(" ")).filter(|ids| !ids.is_empty());
        if self.site.marks.get(UNTOLD) != value.as_ref() {
            self.outcome.changes.push(Change::Mark { name: UNTOLD.to_owned(), value });
        }
        Stood { own: self.own, vouched_for: self.vouched_for, outcome: self.outcome }
    }
}
