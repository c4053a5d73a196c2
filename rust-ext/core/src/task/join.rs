//! Joining: this site asks one contact for the sites near it and for all others, has its neighbours check its address, and
//! tells them its statement.
//!
//! All sites that it learns of are judged together: the admin chose the contact, and no other site is known yet. Where the
//! time ends before all pages of the table came, the hourly exchange goes on with them.

use std::sync::Arc;

use courseglue_protocol::message::{Announce, NEAREST};
use courseglue_protocol::{CheckedEntry, Millis};
use courseglue_table::{News, PeerTable};
use serde::Serialize;

use super::answer::{CallError, read_answer};
use super::anti_entropy::{COMPARED, EXCHANGED, SNAPSHOT};
use super::calls::Calls;
use super::contact::{DescribeAnswer, contact};
use super::membership::{Membership, MembershipOutcome};
use super::outcome::Outcome;
use super::own_entry::own_entry;
use super::pages::{End, Pages};
use super::setback::{Setback, read_url};
use super::trouble::Trouble;
use super::{Failure, Request, Response, Task, TaskError};
use crate::change::Change;
use crate::site::{JOINED, Site};

/// The outcome of joining.
#[derive(Debug, Serialize)]
pub struct JoinReport {
    /// Always true: a join that failed is an error.
    pub joined: bool,
    /// The seq of this site's newest description that is known: the next one to be signed has a higher one.
    pub own_seq: Millis,
    /// The problems on the way that did not stop it.
    pub problems: Vec<String>,
    /// The changes to store.
    pub changes: Vec<Change>,
}

/// The question of a request to the contact.
#[derive(Debug)]
enum JoinCall {
    /// Its description.
    Describe,
    /// The sites near this one.
    Neighbours,
    /// What neighbours meet at this site's own address, as far as this site can tell.
    Own,
}

/// The number of parts of a joining; their requests are numbered in turn.
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
    membership: Option<Membership>,
    calls: Calls<JoinCall>,
    /// What this site met at its own address, where neighbours could not check that.
    looked: Option<Result<(), Trouble>>,
    failed: Option<Trouble>,
}

impl JoinTask {
    /// Starts to join through the site at `url`. `entry` is this site's own signed entry, JSON.
    ///
    /// # Errors
    /// A [`Setback`] that says what is wrong with the URL or the entry.
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
        calls.get(&endpoint, "describe", JoinCall::Describe);
        Ok(Self {
            site: site.clone(),
            own,
            url,
            endpoint,
            contact: None,
            near: Vec::new(),
            pages: None,
            membership: None,
            calls,
            looked: None,
            failed: None,
        })
    }

    fn described(&mut self, now: Millis, answer: Result<DescribeAnswer, CallError>) {
        match contact(answer, &self.url, &self.site.settings.network, now) {
            Ok(contact) => {
                let contact = Arc::new(contact);
                let question = format!("neighbours&node={}", self.own.id);
                self.calls.get(&self.endpoint, &question, JoinCall::Neighbours);
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
                // Their vouchers are judged when the whole table is there: the neighbours of many of these sites are not
                // among them. A contact that names other sites than there are keeps only this one out.
                let mut table = base.clone();
                self.near.iter().for_each(|site| table.put(site.clone()));
                let known = table.get(&self.own.id).map(|known| known.site().into_arc());
                let disputed =
                    known.as_ref().is_some_and(|known| known.descriptor.key != self.own.descriptor.key);
                // A restored site learns from others what it signed since the backup.
                if let Some(known) = known.filter(|known| !disputed && known.rank() > self.own.rank()) {
                    self.own = Arc::unwrap_or_clone(known);
                }
                table.put(self.own.clone());
                let own = self.own.clone();
                let membership = Membership::join(&self.site, own, &table, &contact, disputed, now);
                self.membership = Some(membership);
            }
            Err(e) => self.failed = Some(*e.trouble),
        }
    }

    /// Ends joining, as too few neighbours could check this site's address. They tell nobody what they met there, since
    /// anybody may name an address; so this site looks itself first.
    fn give_up(&mut self, lack: Trouble) {
        match (&self.looked, lack) {
            (None, _) => {
                self.looked = Some(Err(Trouble::Silent));
                self.calls.get(&self.own.endpoint(), "describe", JoinCall::Own);
            }
            (Some(looked), Trouble::Unchecked { have, needed, sites, .. }) if self.calls.is_idle() => {
                let own = looked.clone().err().map(Box::new);
                self.failed = Some(Trouble::Unchecked { have, needed, sites, own });
            }
            _ => {}
        }
    }

    /// Takes in what came from this site's own address.
    fn looked(&mut self, now: Millis, answer: Result<DescribeAnswer, CallError>) {
        let own = contact(answer, &self.own.url(), &self.site.settings.network, now);
        let same = |found: CheckedEntry| found.descriptor.key == self.own.descriptor.key;
        self.looked = Some(own.and_then(|found| same(found).then_some(()).ok_or(Trouble::WrongKey)));
    }

    /// The table that this site takes for granted: itself, and the contact. The contact described itself at its own address,
    /// which the admin named: that is a check like a neighbour's.
    fn base(&self, contact: &Arc<CheckedEntry>) -> PeerTable {
        let mut table = PeerTable::default();
        table.put(contact.clone());
        table.put(self.own.clone());
        table
    }
}

impl Task for JoinTask {
    type Output = Result<JoinReport, Setback>;

    fn poll(&mut self, now: Millis) -> Vec<Request> {
        if self.failed.is_some() {
            return Vec::new();
        }
        let mut of_membership = self.membership.as_mut().map(|m| m.poll(now)).unwrap_or_default();
        let lack = self.membership.as_ref().filter(|m| m.is_told()).and_then(Membership::lack);
        if let Some(lack) = lack {
            of_membership.clear();
            self.give_up(lack);
        }
        let pages = self.pages.as_mut().map(Pages::poll).unwrap_or_default();
        let parts = [self.calls.take(), pages, of_membership];
        let numbered = |part: u64| move |r: Request| Request { id: r.id * PARTS + part, ..r };
        (0..).zip(parts).flat_map(|(part, requests)| requests.into_iter().map(numbered(part))).collect()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        match (id % PARTS, &mut self.pages, &mut self.membership) {
            (0, ..) => match self.calls.answered(id / PARTS) {
                Some(JoinCall::Describe) => self.described(now, read_answer(answer)),
                Some(JoinCall::Neighbours) => self.neighbours(now, read_answer(answer)),
                Some(JoinCall::Own) => self.looked(now, read_answer(answer)),
                None => {}
            },
            (1, Some(pages), _) => pages.receive(now, id / PARTS, answer),
            (2, _, Some(membership)) => membership.receive(now, id / PARTS, answer),
            _ => {}
        }
    }

    fn finish(mut self, now: Millis) -> Self::Output {
        let setback = |trouble| Setback::new(self.url.clone(), trouble);
        if let Some(trouble) = self.failed {
            return Err(setback(trouble));
        }
        let (Some(contact), Some(membership), Some(mut pages)) =
            (self.contact.take(), self.membership.take(), self.pages.take())
        else {
            return Err(setback(Trouble::Silent));
        };
        if let Some(lack) = membership.lack() {
            return Err(setback(lack));
        }
        let MembershipOutcome { own, vouched_for, mut outcome } = membership.finish(now);
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
        outcome.changes.extend(outcome.sightings.changes(&table, now));
        // A site that joins again has been there all the time.
        if self.site.table.len() <= 1 {
            outcome.changes.push(joined_at(now));
        }
        Ok(JoinReport {
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
        outcome.sightings.unite(pages.sightings);
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
pub fn start_network(site: &Site, entry: &str, now: Millis) -> Result<JoinReport, TaskError> {
    let own = own_entry(site, entry, now)?;
    let own_seq = own.descriptor.seq;
    let mut changes = site.learn(&own);
    changes.push(joined_at(now));
    Ok(JoinReport { joined: true, own_seq, problems: Vec::new(), changes })
}

fn joined_at(now: Millis) -> Change {
    Change::Mark { name: JOINED.to_owned(), value: Some(now.to_string()) }
}
