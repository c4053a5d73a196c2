//! What a site answers its peers.

pub mod sketch;
mod snapshot;
pub(crate) mod storage;

use std::sync::Arc;

use serde_json::json;

use crate::admission::{Judge, News};
use crate::message::{self, Announce, Announced, Code, Fault, Message, RefusedSite, Reply};
use crate::site::Site;
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
            Message::Inventory(asked) => Reply::ok(&self.inventory(&asked, now)?),
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
}
