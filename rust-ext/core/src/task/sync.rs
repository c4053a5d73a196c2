//! Anti-entropy with one random peer: the table, the words of the neighbours, and the records that both hold.

use std::sync::Arc;

use serde::Serialize;

use super::calls::{CallError, Calls, Seen, read_answer};
use super::join::own_entry;
use super::{Failure, Request, Response, Task, TaskError};
use crate::admission;
use crate::change::{Change, RecordRow};
use crate::entry::CheckedEntry;
use crate::handle::merge_entries;
use crate::id::Id;
use crate::intake;
use crate::message::{
    Announce, Announced, Inventory, InventoryAnswer, MAX_ENTRIES, MAX_IDS, Records, RecordsAnswer, Vouch,
    Vouched,
};
use crate::site::Site;
use crate::table::{Peer, PeerTable};
use crate::time::{Day, Millis, day_of};

/// The most records pulled in one run; the next run goes on.
const MAX_PULLED: usize = 5_000;
/// Tombstones outlive the longest lease by two days.
const TOMBSTONE_DAYS: Day = crate::descriptor::LEASE_DAYS + crate::descriptor::GRACE_DAYS;
/// Own vouchers are renewed when they have fewer days left than a lease.
const RENEW_DAYS: Day = crate::voucher::VOUCHER_DAYS - 30;

/// What came of one exchange.
#[derive(Debug, Serialize)]
pub struct Synced {
    /// Whom this site talked to.
    pub peer: Option<String>,
    /// What went wrong.
    pub problems: Vec<String>,
    /// What to store.
    pub changes: Vec<Change>,
}

#[derive(Debug)]
enum Note {
    Sites,
    Announce,
    Vouch(Id, String),
    Inventory,
    Records,
}

/// One exchange with one peer.
#[derive(Debug)]
pub struct SyncTask {
    site: Arc<Site>,
    own: CheckedEntry,
    peer: Option<Arc<CheckedEntry>>,
    table: PeerTable,
    news: Vec<Id>,
    records: Vec<RecordRow>,
    calls: Calls<Note>,
    seen: Seen,
    problems: Vec<String>,
}

impl SyncTask {
    /// Starts an exchange with a random site that is worth asking. `entry` is this site's own entry, JSON.
    ///
    /// # Errors
    /// A sentence on what is wrong with the entry.
    pub fn start(site: &Arc<Site>, entry: &str, now: Millis, random: u64) -> Result<Self, TaskError> {
        let mut own = own_entry(site, entry, now)?;
        if let Some(known) = site.own().filter(|k| k.descriptor.key == own.descriptor.key) {
            own.add_vouchers(&known.entry.vouchers);
        }
        let mut table = site.table.clone();
        table.put(own.clone());
        let today = day_of(now);
        let others: Vec<&Peer> = site.table.holding(today).filter(|p| p.site.id != own.id).collect();
        let usable: Vec<&&Peer> = others.iter().filter(|p| p.is_usable(now)).collect();
        let mut rng = fastrand::Rng::with_seed(random);
        let pick = |list: &[&&Peer], rng: &mut fastrand::Rng| {
            (!list.is_empty()).then(|| list[rng.usize(..list.len())].site.clone())
        };
        let peer = pick(&usable, &mut rng).or_else(|| pick(&others.iter().collect::<Vec<_>>(), &mut rng));
        let mut task = Self {
            site: site.clone(),
            own,
            peer,
            table,
            news: Vec::new(),
            records: Vec::new(),
            calls: Calls::new(&site.settings.network),
            seen: Seen::default(),
            problems: Vec::new(),
        };
        if let Some(peer) = &task.peer {
            task.calls.get(&peer.endpoint(), "sites", Note::Sites);
            let body = Inventory { node: task.own.id };
            task.calls.post(&peer.endpoint(), "inventory", &body, Note::Inventory);
        }
        task.ask_neighbours(now);
        Ok(task)
    }

    /// Asks for vouchers while there are fewer than needed, or they grow old.
    fn ask_neighbours(&mut self, now: Millis) {
        let today = day_of(now);
        let network = &self.site.settings.network;
        let neighbours = self.table.neighbours(&self.own.id, &self.own.domain, today);
        let fresh: Vec<Id> = admission::valid_vouchers(&self.own, &neighbours, network, today)
            .iter()
            .filter(|v| today < v.day + RENEW_DAYS)
            .map(|v| v.by)
            .collect();
        // One more than needed, so that one neighbour may leave.
        let wanted = (admission::needed(neighbours.len()) + 1).min(neighbours.len());
        if fresh.len() >= wanted {
            return;
        }
        let body = Vouch { site: self.own.entry.clone() };
        let ask: Vec<(String, Note)> = neighbours
            .iter()
            .filter(|p| !fresh.contains(&p.site.id) && p.is_usable(now))
            .map(|p| (p.site.endpoint(), Note::Vouch(p.site.id, p.site.url())))
            .collect();
        for (endpoint, note) in ask {
            self.calls.post(&endpoint, "vouch", &body, note);
        }
    }

    fn problem(&mut self, e: &CallError) {
        if let Some(peer) = &self.peer {
            self.problems.push(format!("{} {e}", peer.url()));
        }
    }

    fn note_peer<A>(&mut self, outcome: &Result<A, CallError>) {
        if let Some(peer) = &self.peer {
            self.seen.note(peer.id, outcome);
        }
    }

    fn sites(&mut self, now: Millis, answer: Result<Announce, CallError>) {
        self.note_peer(&answer);
        let list = match answer {
            Ok(list) => list,
            Err(e) => return self.problem(&e),
        };
        let theirs: Vec<(Id, Millis, usize)> = list
            .sites
            .iter()
            .filter_map(|e| Some((e.clone().read().ok()?, e.vouchers.len())))
            .map(|(e, vouchers)| (e.id, e.descriptor.seq, vouchers))
            .collect();
        let news = &mut self.news;
        self.table = merge_entries(&self.site, std::mem::take(&mut self.table), list.sites, now, |outcome| {
            if let Ok((entry, true)) = outcome {
                news.push(entry.id);
            }
        });
        // What the peer lacks goes back to it.
        let lacks: Vec<_> = self
            .table
            .holding(day_of(now))
            .map(|p| &p.site)
            .filter(|ours| {
                !theirs.iter().any(|(id, seq, vouchers)| {
                    *id == ours.id
                        && (*seq > ours.descriptor.seq
                            || *seq == ours.descriptor.seq && *vouchers >= ours.entry.vouchers.len())
                })
            })
            .take(MAX_ENTRIES)
            .map(|ours| ours.entry.clone())
            .collect();
        if let Some(peer) = self.peer.as_ref().filter(|_| !lacks.is_empty()) {
            self.calls.post(&peer.endpoint(), "announce", &Announce { sites: lacks }, Note::Announce);
        }
    }

    fn vouched(&mut self, now: Millis, node: Id, url: &str, answer: Result<Vouched, CallError>) {
        self.seen.note(node, &answer);
        let key = self.table.get(&node).map(|p| p.site.descriptor.key);
        match answer {
            Ok(Vouched { voucher }) => {
                let network = &self.site.settings.network;
                let holds = voucher.by == node && voucher.counts_on(day_of(now));
                if holds && key.is_some_and(|k| voucher.verify(&k, network, &self.own.descriptor).is_ok()) {
                    self.own.add_vouchers(&[voucher]);
                    self.table.put(self.own.clone());
                }
            }
            // Asked too often is no problem of anybody's: an earlier word still counts.
            Err(e) if e.code == Some(crate::message::Code::RateLimited) => {}
            Err(e) => self.problems.push(format!("{url} {e}")),
        }
    }

    fn inventory(&mut self, answer: Result<InventoryAnswer, CallError>) {
        self.note_peer(&answer);
        let list = match answer {
            Ok(list) => list.records,
            Err(e) => return self.problem(&e),
        };
        let missing: Vec<Id> = list
            .into_iter()
            .filter(|(id, seq, _)| self.site.held.get(id).is_none_or(|held| held.seq < *seq))
            .map(|(id, _, _)| id)
            .take(MAX_PULLED)
            .collect();
        if let Some(peer) = &self.peer {
            for ids in missing.chunks(MAX_IDS) {
                let body = Records { node: self.own.id, ids: ids.to_vec() };
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
                        Ok(Change::Record(row)) => self.records.push(row),
                        Ok(_) => {}
                        // A publisher that this site does not know yet comes with a later exchange.
                        Err(refused) if refused.code == crate::message::Code::NotAdmitted => {}
                        Err(refused) => self.problems.push(refused.message),
                    }
                }
            }
            Err(e) => self.problem(&e),
        }
    }

    /// Forgets sites whose lease is over, and what lived with them.
    fn expired(&self, today: Day) -> Vec<Change> {
        let gone: Vec<Id> = self
            .site
            .table
            .iter()
            .filter(|p| !p.site.descriptor.holds_on(today) && p.site.id != self.own.id)
            .map(|p| p.site.id)
            .collect();
        let old_tombstone =
            |held: &crate::site::Held| held.withdrawn && day_of(held.seq) + TOMBSTONE_DAYS < today;
        let records = self
            .site
            .held
            .iter()
            .filter(|(_, held)| gone.contains(&held.node) || old_tombstone(held))
            .map(|(recordid, _)| Change::RecordGone { recordid: *recordid });
        gone.iter().map(|nodeid| Change::SiteGone { nodeid: *nodeid }).chain(records).collect()
    }
}

impl Task for SyncTask {
    type Output = Synced;

    fn poll(&mut self, _now: Millis) -> Vec<Request> {
        self.calls.take()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        match self.calls.answered(id) {
            Some(Note::Sites) => self.sites(now, read_answer(answer)),
            Some(Note::Announce) => {
                let answer = read_answer::<Announced>(answer);
                self.note_peer(&answer);
                if let Err(e) = answer {
                    self.problem(&e);
                }
            }
            Some(Note::Vouch(node, url)) => self.vouched(now, node, &url, read_answer(answer)),
            Some(Note::Inventory) => self.inventory(read_answer(answer)),
            Some(Note::Records) => self.pulled(now, read_answer(answer)),
            None => {}
        }
    }

    fn finish(mut self, now: Millis) -> Synced {
        let mut changes = self.expired(day_of(now));
        if intake::is_news(&self.site.table, &self.own) {
            changes.push(Change::from(&self.own));
        }
        self.news.sort_unstable();
        self.news.dedup();
        let learnt = self.news.iter().filter(|id| **id != self.own.id).filter_map(|id| self.table.get(id));
        changes.extend(learnt.map(|peer| Change::from(&*peer.site)));
        changes.extend(self.records.into_iter().map(Change::Record));
        changes.extend(self.seen.changes(&self.table, now));
        self.problems.dedup();
        Synced { peer: self.peer.map(|p| p.url()), problems: self.problems, changes }
    }
}
