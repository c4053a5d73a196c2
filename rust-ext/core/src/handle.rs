//! What a site answers its peers.

pub mod sketch;
mod snapshot;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::json;

use crate::admission::{Judge, News};
use crate::change::{Change, RecordRow};
use crate::id::Id;
use crate::intake;
use crate::message::{
    self, Announce, Announced, Code, Fault, Inventory, InventoryAnswer, MAX_ITEM_TERMS, Message, Records,
    RecordsAnswer, RefusedSite, Reply, Store, StoreAnswer, StoredItem,
};
use crate::sign::ItemType;
use crate::site::{Held, Site};
use crate::table::REPLICAS;
use crate::task::search::local_answer;
use crate::task::vouch::VouchTask;
use crate::time::{Millis, day_of};

/// How a request is answered.
#[derive(Debug)]
pub enum Handling {
    /// At once.
    Reply(Reply),
    /// After the newcomer's address was checked.
    Task(Box<VouchTask>),
}

impl Site {
    /// Answers one request of a peer.
    ///
    /// `query` is the raw query string of its URL, such as `operation=describe`; a POST says in its body what it asks.
    #[must_use]
    pub fn handle(self: &Arc<Self>, method: &str, query: &str, body: &[u8], now: Millis) -> Handling {
        match self.try_handle(method, query, body, now) {
            Ok(handling) => handling,
            Err(fault) if fault.code == Code::Unavailable => {
                Handling::Reply(Reply::from(fault).retry_after(3600))
            }
            Err(fault) => Handling::Reply(fault.into()),
        }
    }

    fn try_handle(
        self: &Arc<Self>,
        method: &str,
        query: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<Handling, Fault> {
        if !self.settings.serving {
            return Err(Fault::new(Code::Unavailable, "this site does not take part in the network"));
        }
        let today = day_of(now);
        let reply = match message::read(method, query, body, &self.settings.network)? {
            Message::Describe => self.describe(now)?,
            Message::Sketch(asked) => Reply::ok(&sketch::sketch(self, asked, today)?),
            Message::Entries(asked) => Reply::ok(&sketch::entries(self, &asked, today)?),
            Message::Snapshot(after) => Reply::ok(&snapshot::page(self, after, today)),
            Message::Neighbours(node) => {
                Reply::ok(&Announce { sites: snapshot::nearest(self, &node, today) })
            }
            Message::Vouch(vouch) => return VouchTask::start(self, vouch.site, now),
            Message::Announce(announce) => self.announced(announce, now),
            Message::Store(store) => self.store(store, now)?,
            Message::Inventory(asked) => Reply::ok(&self.inventory(&asked, now)),
            Message::Records(asked) => Reply::ok(&self.records(&asked, now)),
            Message::Search(search) => Reply::ok(&local_answer(self, &search.query, now)),
        };
        Ok(Handling::Reply(reply))
    }

    fn describe(&self, now: Millis) -> Result<Reply, Fault> {
        let own = self
            .own()
            .ok_or_else(|| Fault::new(Code::Unavailable, "this site has not described itself yet"))?;
        Ok(Reply::ok(&json!({
            "network": self.settings.network, "version": crate::PROTOCOL, "site": own.entry, "time": now,
        })))
    }

    fn announced(&self, announce: Announce, now: Millis) -> Reply {
        let judge = Judge::new(self, now);
        let mut answer = Announced::default();
        let mut changes = Vec::new();
        for entry in announce.sites {
            let statement = judge.statement(&self.table, entry);
            let nodeid = statement.as_ref().ok().map(|site| site.id);
            match statement.and_then(|statement| judge.admit(&self.table, &statement)) {
                Ok(News { site, is_new }) => {
                    answer.accepted.push(site.id);
                    if is_new {
                        changes.extend(self.learn(&site));
                    }
                }
                Err(Fault { code, message }) => answer.refused.push(RefusedSite { nodeid, code, message }),
            }
        }
        Reply::changed(&answer, changes)
    }

    fn store(&self, store: Store, now: Millis) -> Result<Reply, Fault> {
        let judge = Judge::new(self, now);
        let statement = judge.statement(&self.table, store.site)?;
        if self.shuns(&statement) {
            return Err(Fault::new(Code::NotAdmitted, "this site does not take part with that one"));
        }
        let News { site: sender, is_new } = judge.admit(&self.table, &statement)?;
        let mut changes = Vec::new();
        if is_new {
            changes.extend(self.learn(&sender));
        }
        let mut answer = StoreAnswer::default();
        // One request may hold the same record twice: the highest seq counts; with the same, terms are united.
        let mut rows: BTreeMap<Id, RecordRow> = BTreeMap::new();
        for stored in store.records {
            match intake::item(self, Some(&sender), stored, now) {
                Ok(Change::Record(row)) => {
                    answer.stored.push(row.recordid);
                    let newest = rows.entry(row.recordid).or_insert_with(|| row.clone());
                    match newest.seq.cmp(&row.seq) {
                        Ordering::Less => *newest = row,
                        Ordering::Equal => newest.terms.extend(row.terms),
                        Ordering::Greater => {}
                    }
                }
                Ok(_) => {}
                Err(refused) => answer.refused.push(*refused),
            }
        }
        let forged = answer.refused.iter().find(|r| r.code == Code::BadSignature);
        if let Some(forged) = forged.filter(|_| answer.stored.is_empty()) {
            return Err(Fault::new(Code::BadSignature, forged.message.clone()));
        }
        changes.extend(rows.into_values().filter(|row| !self.has(row)).map(Change::Record));
        Ok(Reply::changed(&answer, changes))
    }

    fn has(&self, row: &RecordRow) -> bool {
        self.held
            .get(&row.recordid)
            .is_some_and(|held| held.seq == row.seq && row.terms.iter().all(|term| held.terms.contains(term)))
    }

    fn inventory(&self, asked: &Inventory, now: Millis) -> InventoryAnswer {
        let mut share = Share::new(self, asked.node, now);
        let mut records: Vec<_> = self
            .held
            .iter()
            .filter(|(_, held)| share.holds(held))
            .map(|(id, held)| (*id, held.seq, u8::from(held.withdrawn)))
            .collect();
        records.sort_unstable();
        InventoryAnswer { records }
    }

    fn records(&self, asked: &Records, now: Millis) -> RecordsAnswer {
        let mut share = Share::new(self, asked.node, now);
        let item = |held: &Arc<Held>| StoredItem {
            item: if held.withdrawn { ItemType::Tombstone } else { ItemType::Record },
            body: held.body.clone(),
            sig: held.sig,
            terms: held.terms.iter().filter(|term| share.has(term)).take(MAX_ITEM_TERMS).copied().collect(),
        };
        RecordsAnswer { records: asked.ids.iter().filter_map(|id| self.held.get(id)).map(item).collect() }
    }
}

/// The terms of which a node is a home. Each is looked up once: one small request asks about all that is held.
struct Share<'s> {
    site: &'s Site,
    node: Id,
    now: Millis,
    everything: bool,
    known: bool,
    terms: HashMap<Id, bool>,
}

impl<'s> Share<'s> {
    fn new(site: &'s Site, node: Id, now: Millis) -> Self {
        let known = site.table.get(&node).is_some();
        Self { site, node, now, everything: site.holds_everything(day_of(now)), known, terms: HashMap::new() }
    }

    fn has(&mut self, term: &Id) -> bool {
        let Self { site, node, now, .. } = *self;
        let is_home = || site.table.is_home(&node, term, REPLICAS, now);
        self.everything || self.known && *self.terms.entry(*term).or_insert_with(is_home)
    }

    fn holds(&mut self, held: &Held) -> bool {
        self.everything || held.terms.iter().any(|term| self.has(term))
    }
}
