//! Anti-entropy with one random peer: the table, the words of the neighbours, and the records that both hold.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use super::calls::{CallError, Calls, Seen, read_answer};
use super::join::own_entry_with_vouchers;
use super::problems::Problems;
use super::{Failure, Request, Response, Task, TaskError};
use crate::admission;
use crate::change::{Change, RecordRow};
use crate::entry::{CheckedEntry, Entry};
use crate::handle::merge_entries;
use crate::id::Id;
use crate::intake;
use crate::message::{
    Announce, Announced, Inventory, InventoryAnswer, MAX_ENTRIES, MAX_IDS, MAX_REQUEST, Records,
    RecordsAnswer, Vouch, Vouched,
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

/// Room for what surrounds the entries of an `announce`.
const ENVELOPE_BYTES: usize = 1024;

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
    random: u64,
    news: Vec<Id>,
    records: Vec<RecordRow>,
    calls: Calls<Note>,
    seen: Seen,
    problems: Problems,
}

impl SyncTask {
    /// Starts an exchange with a random site that is worth asking. `entry` is this site's own entry, JSON.
    ///
    /// # Errors
    /// A sentence on what is wrong with the entry.
    pub fn start(site: &Arc<Site>, entry: &str, now: Millis, random: u64) -> Result<Self, TaskError> {
        let own = own_entry_with_vouchers(site, entry, now)?;
        let mut table = PeerTable::clone(&site.table);
        table.put(own.clone());
        let today = day_of(now);
        let asked = |p: &Peer<'_>| p.site.id != own.id && !site.shuns(p.site);
        let others: Vec<Peer<'_>> = site.table.holding(today).filter(asked).collect();
        let usable: Vec<&Peer<'_>> = others.iter().filter(|p| p.is_usable(now)).collect();
        let mut rng = fastrand::Rng::with_seed(random);
        let pick = |list: &[&Peer<'_>], rng: &mut fastrand::Rng| {
            (!list.is_empty()).then(|| list[rng.usize(..list.len())].site.clone())
        };
        let peer = pick(&usable, &mut rng).or_else(|| pick(&others.iter().collect::<Vec<_>>(), &mut rng));
        let mut task = Self {
            site: site.clone(),
            own,
            peer,
            table,
            random: rng.u64(..),
            news: Vec::new(),
            records: Vec::new(),
            calls: Calls::new(&site.settings.network),
            seen: Seen::default(),
            problems: Problems::default(),
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
        let neighbours = self.table.neighbours(&self.own, today);
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
            .filter(|p| !fresh.contains(&p.site.id) && p.is_usable(now) && !self.site.shuns(p.site))
            .map(|p| (p.site.endpoint(), Note::Vouch(p.site.id, p.site.url())))
            .collect();
        for (endpoint, note) in ask {
            self.calls.post(&endpoint, "vouch", &body, note);
        }
    }

    fn problem(&mut self, e: &CallError) {
        if let Some(peer) = &self.peer {
            self.problems.push(&format!("{} {e}", peer.url()));
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
        let theirs: HashMap<Id, (Millis, usize)> = list
            .sites
            .iter()
            .filter_map(|e| Some((e.clone().read().ok()?, e.vouchers.len())))
            .map(|(e, vouchers)| (e.id, (e.descriptor.seq, vouchers)))
            .collect();
        let news = &mut self.news;
        self.table = merge_entries(&self.site, std::mem::take(&mut self.table), list.sites, now, |outcome| {
            if let Ok((entry, true)) = outcome {
                news.push(entry.id);
            }
        });
        // What the peer lacks goes back to it.
        let lacks = self
            .table
            .holding(day_of(now))
            .map(|p| p.site)
            .filter(|ours| {
                let known = (ours.descriptor.seq, ours.entry.vouchers.len());
                theirs.get(&ours.id).is_none_or(|theirs| *theirs < known)
            })
            .map(|ours| ours.entry.clone());
        let lacks = fitting(lacks);
        if let Some(peer) = self.peer.as_ref().filter(|_| !lacks.is_empty()) {
            self.calls.post(&peer.endpoint(), "announce", &Announce { sites: lacks }, Note::Announce);
        }
    }

    fn vouched(&mut self, now: Millis, node: Id, url: &str, answer: Result<Vouched, CallError>) {
        self.seen.note(node, &answer);
        match answer {
            Ok(Vouched { voucher }) => {
                let (own, network) = (&self.own.descriptor, &self.site.settings.network);
                let peer = self.table.get(&node);
                if peer.is_some_and(|p| admission::holds(&voucher, &p, own, network, day_of(now))) {
                    self.own.add_vouchers(&[voucher]);
                    self.table.put(self.own.clone());
                }
            }
            // Asked too often is no problem of anybody's: an earlier word still counts.
            Err(e) if e.code == Some(crate::message::Code::RateLimited) => {}
            Err(e) => self.problems.push(&format!("{url} {e}")),
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
                        Err(refused) => self.problems.push(&refused.message),
                    }
                }
            }
            Err(e) => self.problem(&e),
        }
    }

    /// Forgets sites whose lease is over, and what lived with them.
    fn expired(&self, today: Day) -> Vec<Change> {
        let gone: HashSet<Id> = self
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

/// As many entries as one `announce` holds; the next exchange goes on.
fn fitting(entries: impl Iterator<Item = Entry>) -> Vec<Entry> {
    let mut bytes = 0;
    let fits = |entry: &Entry| {
        bytes += serde_json::to_string(entry).map_or(0, |json| json.len() + 1);
        bytes <= MAX_REQUEST - ENVELOPE_BYTES
    };
    entries.take(MAX_ENTRIES).take_while(fits).collect()
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
            changes.extend(self.site.learn(&self.own));
        }
        self.news.sort_unstable();
        self.news.dedup();
        let learnt = self.news.iter().filter(|id| **id != self.own.id).filter_map(|id| self.table.get(id));
        changes.extend(learnt.flat_map(|peer| self.site.learn(peer.site)));
        // What was pulled was checked with the keys of before.
        let key = |table: &PeerTable, node: &Id| table.get(node).map(|p| p.site.descriptor.key);
        self.records.retain(|row| key(&self.table, &row.nodeid) == key(&self.site.table, &row.nodeid));
        changes.extend(self.records.into_iter().map(Change::Record));
        changes.extend(self.seen.changes(&self.table, now));
        Synced { peer: self.peer.map(|p| p.url()), problems: self.problems.into(), changes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::envelope;
    use crate::sign::Sig;
    use crate::voucher::Voucher;

    #[test]
    fn what_a_peer_lacks_fits_into_one_request() {
        let voucher = Voucher { by: Id([7; 20]), day: 20_000, sig: Sig([255; 64]) };
        let entry = Entry { body: "\"".repeat(400), sig: Sig([255; 64]), vouchers: vec![voucher; 16] };
        let sites = fitting(std::iter::repeat_n(entry, 10_000));
        assert!(sites.len() > 100, "{}", sites.len());
        let body = envelope(&"n".repeat(60), "announce", &Announce { sites });
        assert!(body.len() <= MAX_REQUEST, "{}", body.len());
        assert_eq!(fitting(std::iter::repeat_n(small(), 10_000)).len(), MAX_ENTRIES);
    }

    fn small() -> Entry {
        Entry { body: "{}".into(), sig: Sig([0; 64]), vouchers: Vec::new() }
    }
}
