//! Reading another site's table, page by page.

use std::sync::Arc;

use courseglue_protocol::message::{SNAPSHOT_ENTRIES, Snapshot};
use courseglue_protocol::{CheckedEntry, Id, Millis, Voucher};
use courseglue_table::Peer;

use super::answer::{CallError, read_answer};
use super::calls::Calls;
use super::sightings::Sightings;
use super::{Failure, Request, Response};
use crate::site::Site;

/// The most pages of one run; a later one goes on.
const MAX_PAGES: usize = 100;
/// The most bytes of statements that are held at a time; a later run goes on.
const MAX_HELD: usize = 64 << 20;
/// The number of pages in a row without anything new after which no more are read of a site that sent invalid entries.
const BARREN: usize = 3;

/// The way in which reading ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Everything was read.
    All,
    /// This was the last page for now: pages follow the one that ended with the last node id read.
    Enough,
    /// The site did not answer as it should.
    Failed(CallError),
}

/// The pages of one site's table, from one node id on.
#[derive(Debug)]
pub(crate) struct Pages {
    site: Arc<Site>,
    peer: Arc<CheckedEntry>,
    after: Option<Id>,
    read: usize,
    barren: usize,
    /// The new statements that were read, each with its own signature verified.
    statements: Vec<Arc<CheckedEntry>>,
    /// The bytes that these take.
    held: usize,
    /// The number of invalid entries.
    pub faulty: usize,
    pub end: Option<End>,
    pub sightings: Sightings,
    calls: Calls<()>,
}

impl Pages {
    pub fn start(site: &Arc<Site>, peer: &Arc<CheckedEntry>, after: Option<Id>) -> Self {
        let mut pages = Self {
            site: site.clone(),
            peer: peer.clone(),
            after,
            read: 0,
            barren: 0,
            statements: Vec::new(),
            held: 0,
            faulty: 0,
            end: None,
            sightings: Sightings::default(),
            calls: Calls::new(&site.settings.network),
        };
        pages.ask();
        pages
    }

    /// The node id after which the next page begins.
    pub fn after(&self) -> Option<Id> {
        self.after
    }

    /// Whether any page came.
    pub fn has_read(&self) -> bool {
        self.read > 0
    }

    /// Takes out the new statements that were read.
    pub fn take(&mut self) -> Vec<Arc<CheckedEntry>> {
        self.held = 0;
        std::mem::take(&mut self.statements)
    }

    fn ask(&mut self) {
        let question = match self.after {
            Some(after) => format!("snapshot&after={after}"),
            None => "snapshot".to_owned(),
        };
        self.calls.get(&self.peer.endpoint(), &question, ());
    }

    pub fn poll(&mut self) -> Vec<Request> {
        self.calls.take()
    }

    pub fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        if self.calls.answered(id).is_none() {
            return;
        }
        let answer = read_answer::<Snapshot>(answer);
        self.sightings.note(self.peer.id, &answer);
        match answer {
            Ok(page) => self.page(page, now),
            Err(e) => self.end = Some(End::Failed(e)),
        }
    }

    fn page(&mut self, page: Snapshot, now: Millis) {
        let judge = self.site.judge(now);
        let before = self.statements.len();
        for entry in page.sites.into_iter().take(SNAPSHOT_ENTRIES) {
            match judge.statement(&self.site.table, entry) {
                Ok(statement) => {
                    let known = self.site.table.get(&statement.id);
                    let is_news = |known: Peer<'_>| {
                        known.rank() < statement.rank() || known.key() != statement.descriptor.key
                    };
                    if known.is_none_or(is_news) {
                        self.held += bytes(&statement);
                        self.statements.push(statement);
                    }
                }
                Err(_) => self.faulty += 1,
            }
        }
        self.read += 1;
        self.barren = if self.statements.len() > before { 0 } else { self.barren + 1 };
        match page.next {
            None => self.end = Some(End::All),
            // A site that names the same page again would be asked without end.
            Some(next) if self.after.is_some_and(|after| next <= after) => {
                let message = "answers with the same page again and again".to_owned();
                self.end = Some(End::Failed(CallError::of_sense(message)));
            }
            Some(next) => {
                self.after = Some(next);
                if self.read >= MAX_PAGES || self.held >= MAX_HELD || self.barren >= BARREN && self.faulty > 0
                {
                    self.end = Some(End::Enough);
                } else {
                    self.ask();
                }
            }
        }
    }
}

/// About how much memory a statement takes.
fn bytes(site: &CheckedEntry) -> usize {
    size_of::<CheckedEntry>() + site.entry.body.len() * 2 + site.entry.vouchers.len() * size_of::<Voucher>()
}
