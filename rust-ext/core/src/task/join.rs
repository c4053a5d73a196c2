//! Joining: ask any one site for all others, let the neighbours check this address, tell them.

use std::sync::Arc;

use serde::Serialize;

use super::calls::{CallError, Calls, Seen, read_answer};
use super::problems::Problems;
use super::vouch::Described;
use super::{Failure, Request, Response, Task, TaskError};
use crate::address::{Address, Scheme};
use crate::admission;
use crate::change::Change;
use crate::entry::{CheckedEntry, Entry};
use crate::handle::merge_entries;
use crate::id::Id;
use crate::message::{Announce, Announced, Vouch, Vouched};
use crate::site::Site;
use crate::table::PeerTable;
use crate::time::{Millis, day_of};

/// What came of joining.
#[derive(Debug, Serialize)]
pub struct Joined {
    /// Always true: a join that failed is an error.
    pub joined: bool,
    /// What went wrong on the way without stopping it.
    pub problems: Vec<String>,
    /// What to store.
    pub changes: Vec<Change>,
}

#[derive(Debug)]
enum Note {
    Describe,
    Sites,
    Vouch(Id, String),
    Announce(Id, String),
}

/// Joining through one known site.
#[derive(Debug)]
pub struct JoinTask {
    site: Arc<Site>,
    own: CheckedEntry,
    url: String,
    endpoint: String,
    contact: Option<CheckedEntry>,
    table: PeerTable,
    learnt: Vec<Id>,
    calls: Calls<Note>,
    seen: Seen,
    vouched: bool,
    problems: Problems,
    failed: Option<String>,
}

/// Reads this site's own entry, which PHP keeps as text.
pub(crate) fn own_entry(site: &Site, entry: &str, now: Millis) -> Result<CheckedEntry, TaskError> {
    let entry: Entry = serde_json::from_str(entry)
        .map_err(|e| TaskError(format!("this site's own entry cannot be read: {e}")))?;
    let own = entry
        .check(&site.settings.network, now)
        .map_err(|e| TaskError(format!("this site's own entry does not hold: {e}")))?;
    if own.id != site.settings.node {
        return Err(TaskError("this site's own entry is for another address than its settings".into()));
    }
    Ok(own)
}

/// The same, with the words that others gave for it and that this site stored.
pub(crate) fn own_entry_with_vouchers(
    site: &Site,
    entry: &str,
    now: Millis,
) -> Result<CheckedEntry, TaskError> {
    let mut own = own_entry(site, entry, now)?;
    if let Some(known) = site.own().filter(|k| k.descriptor.key == own.descriptor.key) {
        own.add_vouchers(&known.entry.vouchers);
    }
    Ok(own)
}

impl JoinTask {
    /// Starts to join through the site at `url`. `entry` is this site's own signed entry, JSON.
    ///
    /// # Errors
    /// A sentence on what is wrong with the URL or the entry.
    pub fn start(site: &Arc<Site>, url: &str, entry: &str, now: Millis) -> Result<Self, TaskError> {
        let own = own_entry(site, entry, now)?;
        let (scheme, address) = Address::from_url(url)
            .map_err(|e| TaskError(format!("'{}' is no site's address: {e}", url.trim())))?;
        if scheme == Scheme::Http && !site.settings.allowhttp {
            return Err(TaskError(
                "this site's settings allow https only; give the other site's https address".into(),
            ));
        }
        if address.node_id() == own.id {
            return Err(TaskError(
                "this is this site's own address; give the address of another site".into(),
            ));
        }
        let url = address.url(scheme);
        let endpoint = format!("{url}/{}", crate::ENDPOINT);
        let mut table = PeerTable::default();
        table.put(own.clone());
        let mut calls = Calls::new(&site.settings.network);
        calls.get(&endpoint, "describe", Note::Describe);
        Ok(Self {
            site: site.clone(),
            own,
            url,
            endpoint,
            contact: None,
            table,
            learnt: Vec::new(),
            calls,
            seen: Seen::default(),
            vouched: false,
            problems: Problems::default(),
            failed: None,
        })
    }

    fn described(&mut self, now: Millis, answer: Result<Described, CallError>) {
        let found = answer.map_err(|e| e.message).and_then(|d| {
            d.site
                .check(&self.site.settings.network, now)
                .map_err(|e| format!("describes itself in a way that does not hold: {e}"))
        });
        match found {
            Ok(contact) if contact.url() != self.url => {
                self.failed =
                    Some(format!("{} calls itself {}: join through that address", self.url, contact.url()));
            }
            Ok(contact) => {
                // Its own word at its own address, asked for by this admin, is a check like a neighbour's.
                self.table.put(contact.clone());
                self.learnt.push(contact.id);
                self.contact = Some(contact);
                self.calls.get(&self.endpoint, "sites", Note::Sites);
            }
            Err(why) => self.failed = Some(format!("{} {why}", self.url)),
        }
    }

    fn sites(&mut self, now: Millis, answer: Result<Announce, CallError>) {
        match answer {
            Ok(list) => {
                let (learnt, problems) = (&mut self.learnt, &mut self.problems);
                let own = self.own.id;
                self.table =
                    merge_entries(&self.site, std::mem::take(&mut self.table), list.sites, now, |outcome| {
                        match outcome {
                            Ok((entry, _)) if entry.id != own => learnt.push(entry.id),
                            // A newcomer's former self is no problem.
                            Err((Some(node), fault)) if node != own => {
                                problems.push(&format!("{node} was left out: {fault}"));
                            }
                            Ok(_) | Err(_) => {}
                        }
                    });
                // A restored site learns from others what it signed before.
                if let Some(known) = self.table.get(&self.own.id) {
                    if known.site.descriptor.seq > self.own.descriptor.seq {
                        self.failed = Some("the network knows a newer description of this site: was this site restored from a backup? Try again".into());
                        return;
                    }
                }
                self.ask_neighbours(now);
            }
            Err(e) => self.failed = Some(format!("{} {e}", self.url)),
        }
    }

    fn ask_neighbours(&mut self, now: Millis) {
        let body = Vouch { site: self.own.entry.clone() };
        for peer in self.table.neighbours(&self.own, day_of(now)) {
            let note = Note::Vouch(peer.site.id, peer.site.url());
            self.calls.post(&peer.site.endpoint(), "vouch", &body, note);
        }
    }

    fn vouched(&mut self, now: Millis, node: Id, url: &str, answer: Result<Vouched, CallError>) {
        self.seen.note(node, &answer);
        let valid = answer.map_err(|e| e.message).and_then(|vouched| {
            let peer = self.table.get(&node).ok_or_else(|| "is not known".to_owned())?;
            let voucher = vouched.voucher;
            let network = &self.site.settings.network;
            if !admission::holds(&voucher, &peer, &self.own.descriptor, network, day_of(now)) {
                return Err("sent a voucher that does not hold".to_owned());
            }
            Ok(voucher)
        });
        match valid {
            Ok(voucher) => self.own.add_vouchers(&[voucher]),
            Err(why) => self.problems.push(&format!("{url} {why}")),
        }
    }

    fn announce(&mut self, now: Millis) {
        self.vouched = true;
        let neighbours = self.table.neighbours(&self.own, day_of(now));
        let needed = admission::needed(neighbours.len()).max(1);
        let have = self.own.entry.vouchers.len();
        if have < needed {
            let why = self.problems.joined();
            self.failed = Some(format!(
                "{have} of the {needed} neighbours that are needed could check this site's address. {why}"
            ));
            return;
        }
        let body = Announce { sites: vec![self.own.entry.clone()] };
        let contact = self.contact.as_ref().and_then(|c| self.table.get(&c.id));
        let mut told: Vec<_> = neighbours;
        if let Some(contact) = contact.filter(|c| !told.iter().any(|p| p.site.id == c.site.id)) {
            told.push(contact);
        }
        for peer in told {
            let note = Note::Announce(peer.site.id, peer.site.url());
            self.calls.post(&peer.site.endpoint(), "announce", &body, note);
        }
    }

    fn announced(&mut self, node: Id, url: &str, answer: Result<Announced, CallError>) {
        self.seen.note(node, &answer);
        match answer {
            Ok(Announced { refused, .. }) => {
                for refused in refused {
                    self.problems.push(&format!("{url} did not take this site in: {}", refused.message));
                }
            }
            Err(e) => self.problems.push(&format!("{url} {e}")),
        }
    }
}

impl Task for JoinTask {
    type Output = Result<Joined, TaskError>;

    fn poll(&mut self, now: Millis) -> Vec<Request> {
        if self.failed.is_some() {
            return Vec::new();
        }
        let asked_all = self.contact.is_some() && self.calls.is_idle();
        if asked_all && !self.vouched {
            self.announce(now);
        }
        self.calls.take()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        match self.calls.answered(id) {
            Some(Note::Describe) => self.described(now, read_answer(answer)),
            Some(Note::Sites) => self.sites(now, read_answer(answer)),
            Some(Note::Vouch(node, url)) => self.vouched(now, node, &url, read_answer(answer)),
            Some(Note::Announce(node, url)) => self.announced(node, &url, read_answer(answer)),
            None => {}
        }
    }

    fn finish(mut self, now: Millis) -> Self::Output {
        if let Some(why) = self.failed {
            return Err(TaskError(why));
        }
        if !self.vouched {
            return Err(TaskError(format!("{} did not answer in time", self.url)));
        }
        self.table.put(self.own.clone());
        self.learnt.sort_unstable();
        self.learnt.dedup();
        let mut changes = self.site.learn(&self.own);
        let learnt = self.learnt.iter().filter_map(|id| self.table.get(id));
        changes.extend(learnt.flat_map(|peer| self.site.learn(peer.site)));
        changes.extend(self.seen.changes(&self.table, now));
        Ok(Joined { joined: true, problems: self.problems.into(), changes })
    }
}

/// Starts a network of one: this site alone. Others join through its address.
///
/// # Errors
/// A sentence on what is wrong with the entry.
pub fn first(site: &Site, entry: &str, now: Millis) -> Result<Joined, TaskError> {
    let own = own_entry(site, entry, now)?;
    Ok(Joined { joined: true, problems: Vec::new(), changes: site.learn(&own) })
}
