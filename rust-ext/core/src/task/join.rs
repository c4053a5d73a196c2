//! Joining: ask any one site who is near and who else there is, let the neighbours check this address, tell them.
//!
//! Whom this site learns of is judged together: the admin chose the contact, and nobody else is known yet. Where time
//! ends before all pages of the table came, the hourly exchange goes on with them.

use std::sync::Arc;

use courseglue_protocol::message::{Announce, NEAREST};
use courseglue_protocol::{CheckedEntry, Entry, Millis, day_of};
use courseglue_table::{News, PeerTable};
use serde::Serialize;

use super::calls::{CallError, Calls, read_answer};
use super::contact::{Described, contact};
use super::exchange::{COMPARED, EXCHANGED, SNAPSHOT};
use super::outcome::Outcome;
use super::pages::{End, Pages};
use super::standing::{Standing, Stood};
use super::trouble::{Setback, Trouble, read_url};
use super::{Failure, Request, Response, Task, TaskError};
use crate::change::Change;
use crate::site::{JOINED, Site};

/// What came of joining.
#[derive(Debug, Serialize)]
pub struct Joined {
    /// Always true: a join that failed is an error.
    pub joined: bool,
    /// The seq of this site's newest description that is known: the next one to be signed has a higher one.
    pub own_seq: Millis,
    /// What went wrong on the way without stopping it.
    pub problems: Vec<String>,
    /// What to store.
    pub changes: Vec<Change>,
}

#[derive(Debug)]
enum Note {
    Describe,
    Neighbours,
}

/// How many parts joining has; their requests are numbered in turn.
const PARTS: u64 = 3;

/// Joining through one known site.
#[derive(Debug)]
pub struct JoinTask {
    site: Arc<Site>,
    own: CheckedEntry,
    url: String,
    endpoint: String,
    contact: Option<Arc<CheckedEntry>>,
    near: Vec<Arc<CheckedEntry>>,
    pages: Option<Pages>,
    standing: Option<Standing>,
    calls: Calls<Note>,
    failed: Option<Trouble>,
}

/// Reads this site's own entry, which PHP keeps as text.
pub(crate) fn own_entry(site: &Site, entry: &str, now: Millis) -> Result<CheckedEntry, TaskError> {
    let entry: Entry = serde_json::from_str(entry).map_err(TaskError::EntryUnreadable)?;
    let own = match site.own() {
        // What the table has was verified when it was stored.
        Some(known) if known.entry.body == entry.body && known.descriptor.holds_on(day_of(now)) => {
            entry.read().map_err(TaskError::EntryInvalid)?
        }
        _ => entry.check(&site.settings.network, now).map_err(TaskError::EntryInvalid)?,
    };
    if own.id != site.settings.node {
        return Err(TaskError::EntryOfAnotherSite);
    }
    Ok(own)
}

/// The same, with the words that others gave for it and that this site stored; a newer statement that it stored, where
/// there is one.
pub(crate) fn own_entry_with_vouchers(
    site: &Site,
    entry: &str,
    now: Millis,
) -> Result<CheckedEntry, TaskError> {
    let mut own = own_entry(site, entry, now)?;
    if let Some(known) = site.own().filter(|k| k.descriptor.key == own.descriptor.key) {
        if known.rank() > own.rank() {
            return Ok(CheckedEntry::clone(&known));
        }
        own.add_vouchers(&known.entry.vouchers);
    }
    Ok(own)
}

impl JoinTask {
    /// Starts to join through the site at `url`. `entry` is this site's own signed entry, JSON.
    ///
    /// # Errors
    /// What is wrong with the URL or the entry.
    pub fn start(site: &Arc<Site>, url: &str, entry: &str, now: Millis) -> Result<Self, Setback> {
        let own = own_entry(site, entry, now)
            .map_err(|e| Setback::new(url, Trouble::Own { sentence: e.to_string() }))?;
        let (scheme, address) = read_url(url, site.settings.allowhttp)?;
        let url = address.url(scheme);
        if address.node_id() == own.id {
            return Err(Setback::new(url, Trouble::OwnAddress));
        }
        let endpoint = format!("{url}/{}", courseglue_protocol::ENDPOINT);
        let mut calls = Calls::new(&site.settings.network);
        calls.get(&endpoint, "describe", Note::Describe);
        Ok(Self {
            site: site.clone(),
            own,
            url,
            endpoint,
            contact: None,
            near: Vec::new(),
            pages: None,
            standing: None,
            calls,
            failed: None,
        })
    }

    fn described(&mut self, now: Millis, answer: Result<Described, CallError>) {
        match contact(answer, &self.url, &self.site.settings.network, now) {
            Ok(contact) => {
                let contact = Arc::new(contact);
                let question = format!("neighbours&node={}", self.own.id);
                self.calls.get(&self.endpoint, &question, Note::Neighbours);
                self.pages = Some(Pages::start(&self.site, &contact, None));
                self.contact = Some(contact);
            }
            Err(trouble) => self.failed = Some(trouble),
        }
    }

    fn neighbours(&mut self, now: Millis, answer: Result<Announce, CallError>) {
        let Some(contact) = self.contact.clone() else { return };
        match answer {
            Ok(list) => {
                let judge = self.site.judge(now);
                let entries = list.sites.into_iter().take(NEAREST);
                let base = self.base(&contact);
                self.near = entries.filter_map(|entry| judge.statement(&base, entry).ok()).collect();
                // Whose words they have is judged when the whole table is there: the neighbours of many of these are
                // not among them. A contact that names others than there are keeps nobody out but this site.
                let mut table = base.clone();
                self.near.iter().for_each(|site| table.put(site.clone()));
                if let Some(known) = table.get(&self.own.id).filter(|k| k.rank() > self.own.rank()) {
                    if known.key() != self.own.descriptor.key {
                        self.failed = Some(Trouble::OtherKey);
                        return;
                    }
                    // A restored site learns from others what it signed since the backup.
                    self.own = CheckedEntry::clone(&known.site());
                }
                self.standing = Some(Standing::join(&self.site, self.own.clone(), &table, &contact, now));
            }
            Err(e) => self.failed = Some(*e.trouble),
        }
    }

    /// What this site takes for granted: itself, and the contact, whose word at its own address, asked for by this
    /// admin, is a check like a neighbour's.
    fn base(&self, contact: &Arc<CheckedEntry>) -> PeerTable {
        let mut table = PeerTable::default();
        table.put(contact.clone());
        table.put(self.own.clone());
        table
    }
}

impl Task for JoinTask {
    type Output = Result<Joined, Setback>;

    fn poll(&mut self, now: Millis) -> Vec<Request> {
        if self.failed.is_some() {
            return Vec::new();
        }
        let mut standing = self.standing.as_mut().map(|s| s.poll(now)).unwrap_or_default();
        let lack = self.standing.as_ref().filter(|s| s.is_told()).and_then(Standing::lack);
        if lack.is_some() {
            self.failed = lack;
            standing.clear();
        }
        let pages = self.pages.as_mut().map(Pages::poll).unwrap_or_default();
        let parts = [self.calls.take(), pages, standing];
        let numbered = |part: u64| move |r: Request| Request { id: r.id * PARTS + part, ..r };
        (0..).zip(parts).flat_map(|(part, requests)| requests.into_iter().map(numbered(part))).collect()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        match (id % PARTS, &mut self.pages, &mut self.standing) {
            (0, ..) => match self.calls.answered(id / PARTS) {
                Some(Note::Describe) => self.described(now, read_answer(answer)),
                Some(Note::Neighbours) => self.neighbours(now, read_answer(answer)),
                None => {}
            },
            (1, Some(pages), _) => pages.receive(now, id / PARTS, answer),
            (2, _, Some(standing)) => standing.receive(now, id / PARTS, answer),
            _ => {}
        }
    }

    fn finish(mut self, now: Millis) -> Self::Output {
        let setback = |trouble| Setback::new(self.url.clone(), trouble);
        if let Some(trouble) = self.failed {
            return Err(setback(trouble));
        }
        let (Some(contact), Some(standing), Some(mut pages)) =
            (self.contact.take(), self.standing.take(), self.pages.take())
        else {
            return Err(setback(Trouble::Silent));
        };
        if let Some(trouble) = standing.lack() {
            return Err(setback(trouble));
        }
        let Stood { own, vouched_for, mut outcome } = standing.finish();
        self.own = own;
        let judge = self.site.judge(now);
        let mut statements = pages.take();
        statements.append(&mut self.near);
        let mut base = self.base(&contact);
        vouched_for.values().for_each(|giver| base.put(giver.clone()));
        let mut table = judge.together(&base, statements.clone());
        if pages.end == Some(End::All) {
            judge.take_over(&mut table, &statements);
        }
        for statement in statements.iter().filter(|statement| vouched_for.contains_key(&statement.id)) {
            if let Ok(News { site, is_new: true }) = judge.admit(&table, statement) {
                table.put(site);
            }
        }
        outcome.changes.extend(self.site.learn(&self.own));
        let others = table.iter().filter(|p| p.id() != self.own.id);
        outcome.changes.extend(others.flat_map(|p| self.site.learn(&p.site())));
        self.note_pages(&contact, pages, now, &mut outcome);
        outcome.changes.extend(outcome.seen.changes(&table, now));
        // Who only joins again has been there all the time.
        if self.site.table.len() <= 1 {
            outcome.changes.push(joined_at(now));
        }
        Ok(Joined {
            joined: true,
            own_seq: self.own.descriptor.seq,
            problems: outcome.problems.into(),
            changes: outcome.changes,
        })
    }
}

impl JoinTask {
    /// Notes where the hourly exchange has to go on, if it has.
    fn note_pages(&self, contact: &CheckedEntry, pages: Pages, now: Millis, outcome: &mut Outcome) {
        let rest = pages.after().filter(|_| pages.end != Some(End::All));
        let value = match (&pages.end, rest) {
            (Some(End::All), _) => None,
            (_, Some(after)) => Some(format!("{} {after}", contact.id)),
            (_, None) => Some(format!("{} start", contact.id)),
        };
        if let Some(End::Failed(e)) = &pages.end {
            outcome.problems.push(&format!("{} {e}", self.url));
        }
        outcome.seen.unite(pages.seen);
        if value.is_none() {
            let done = |name: &str| Change::Mark { name: name.to_owned(), value: Some(now.to_string()) };
            outcome.changes.extend([EXCHANGED, COMPARED].map(done));
        }
        outcome.changes.push(Change::Mark { name: SNAPSHOT.to_owned(), value });
    }
}

/// Starts a network of one: this site alone. Others join through its address.
///
/// # Errors
/// A [`TaskError`] that says what is wrong with the entry.
pub fn first(site: &Site, entry: &str, now: Millis) -> Result<Joined, TaskError> {
    let own = own_entry(site, entry, now)?;
    let own_seq = own.descriptor.seq;
    let mut changes = site.learn(&own);
    changes.push(joined_at(now));
    Ok(Joined { joined: true, own_seq, problems: Vec::new(), changes })
}

fn joined_at(now: Millis) -> Change {
    Change::Mark { name: JOINED.to_owned(), value: Some(now.to_string()) }
}
