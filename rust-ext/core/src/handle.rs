//! Answering the requests of peers.

pub mod sketch;
mod snapshot;
pub(crate) mod storage;

use std::sync::Arc;

use courseglue_protocol::message::{
    self, Announce, AnnounceAnswer, Code, Fault, Message, RefusedSite, Store, Vouch,
};
use courseglue_protocol::{Millis, day_of};
use courseglue_table::Admissions;
use serde_json::json;

use crate::reply::Reply;
use crate::site::Site;
use crate::task::{VouchTask, Vouching, local_answer};

/// The way in which a request is answered.
#[derive(Debug)]
pub enum Handling {
    /// At once.
    Reply(Reply),
    /// A task has to check the newcomer's address first.
    Task(Box<VouchTask>),
}

/// The way in which a request has to be handled: one that only reads is answered, one that may change something is not,
/// yet.
enum Dispatch {
    Reply(Reply),
    Write(Write),
    Vouch(Vouch),
}

enum Write {
    Announce(Announce),
    Store(Store),
}

fn refusal(fault: Fault) -> Reply {
    match fault.code {
        Code::Unavailable => Reply::from(fault).retry_after(3600),
        _ => fault.into(),
    }
}

impl Site {
    /// Answers one request of a peer.
    ///
    /// `query` is the raw query string of its URL, such as `operation=describe`; a POST names its operation in the
    /// body.
    #[must_use]
    pub fn handle(self: &Arc<Self>, method: &str, query: &str, body: &[u8], now: Millis) -> Handling {
        match self.try_handle(method, query, body, now) {
            Ok(handling) => handling,
            Err(fault) => Handling::Reply(refusal(fault)),
        }
    }

    /// The host that would have to be asked before this request is answered; `None` where it is answered without.
    #[must_use]
    pub fn host_to_check(
        self: &Arc<Self>,
        method: &str,
        query: &str,
        body: &[u8],
        now: Millis,
    ) -> Option<String> {
        let Ok(Message::Vouch(vouch)) = self.message(method, query, body) else { return None };
        match VouchTask::start(self, vouch.site, now) {
            Ok(Vouching::Check(task)) => Some(task.host().to_owned()),
            Ok(Vouching::Reply(_) | Vouching::Grant(_)) | Err(_) => None,
        }
    }

    /// The answer to a request for a voucher, where that is known without asking anybody.
    fn refused(self: &Arc<Self>, vouch: Vouch, now: Millis) -> Result<Option<Reply>, Fault> {
        Ok(match VouchTask::start(self, vouch.site, now)? {
            Vouching::Reply(reply) => Some(reply),
            Vouching::Grant(grant) => self.settings.secret.as_ref().map(|_| grant.reply(self)),
            Vouching::Check(_) => None,
        })
    }

    /// Answers a request that only reads, as [`Site::handle`] does; `None` for one that may change something.
    #[must_use]
    pub fn read(&self, method: &str, query: &str, body: &[u8], now: Millis) -> Option<Reply> {
        let message = self.message(method, query, body);
        match message.and_then(|message| self.answer(message, now)) {
            Ok(Dispatch::Reply(reply)) => Some(reply),
            Ok(Dispatch::Write(_) | Dispatch::Vouch(_)) => None,
            Err(fault) => Some(refusal(fault)),
        }
    }

    /// Answers a request as [`Site::handle`] does, where no other site has to be asked, and nothing to be signed that
    /// cannot be signed here; `None` otherwise.
    #[must_use]
    pub fn handle_alone(
        self: &Arc<Self>,
        method: &str,
        query: &str,
        body: &[u8],
        now: Millis,
    ) -> Option<Reply> {
        let message = self.message(method, query, body);
        let answered = message.and_then(|message| match self.answer(message, now)? {
            Dispatch::Reply(reply) => Ok(Some(reply)),
            Dispatch::Write(write) => self.written(write, now).map(Some),
            Dispatch::Vouch(vouch) => self.refused(vouch, now),
        });
        answered.unwrap_or_else(|fault| Some(refusal(fault)))
    }

    fn try_handle(
        self: &Arc<Self>,
        method: &str,
        query: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<Handling, Fault> {
        let reply = match self.answer(self.message(method, query, body)?, now)? {
            Dispatch::Reply(reply) => reply,
            Dispatch::Write(write) => self.written(write, now)?,
            Dispatch::Vouch(vouch) => match VouchTask::start(self, vouch.site, now)? {
                Vouching::Reply(reply) => reply,
                Vouching::Grant(grant) => grant.reply(self),
                Vouching::Check(task) => return Ok(Handling::Task(task)),
            },
        };
        Ok(Handling::Reply(reply))
    }

    fn message(&self, method: &str, query: &str, body: &[u8]) -> Result<Message, Fault> {
        if !self.settings.serving {
            return Err(Fault::new(Code::Unavailable, "this site does not take part in the network"));
        }
        message::read(method, query, body, &self.settings.network)
    }

    fn answer(&self, message: Message, now: Millis) -> Result<Dispatch, Fault> {
        let today = day_of(now);
        Ok(Dispatch::Reply(match message {
            Message::Describe => self.describe(now)?,
            Message::Sketch(asked) => Reply::ok(&sketch::sketch(self, asked, today)?),
            Message::Entries(asked) => Reply::ok(&sketch::entries(self, &asked, today)?),
            Message::Snapshot(after) => Reply::json(snapshot::page(self, after, today)),
            Message::Neighbours(node) => {
                Reply::ok(&Announce { sites: snapshot::nearest(self, &node, today) })
            }
            Message::Inventory(asked) => Reply::ok(&self.inventory(&asked, now)?),
            Message::Records(asked) => Reply::ok(&self.records(&asked, now)),
            Message::Search(search) => Reply::ok(&local_answer(self, &search.query, now)),
            Message::Vouch(vouch) => return Ok(Dispatch::Vouch(vouch)),
            Message::Announce(announce) => return Ok(Dispatch::Write(Write::Announce(announce))),
            Message::Store(store) => return Ok(Dispatch::Write(Write::Store(store))),
        }))
    }

    fn written(&self, write: Write, now: Millis) -> Result<Reply, Fault> {
        match write {
            Write::Announce(announce) => Ok(self.announced(announce, now)),
            Write::Store(store) => self.store(store, now),
        }
    }

    fn describe(&self, now: Millis) -> Result<Reply, Fault> {
        let own = self
            .table
            .get(&self.settings.node)
            .ok_or_else(|| Fault::new(Code::Unavailable, "this site has not described itself yet"))?;
        // The entry is as it was stored, so that it need not be read: most requests ask for this.
        let (network, version) = (json!(self.settings.network), courseglue_protocol::PROTOCOL);
        let site = own.json();
        Ok(Reply::json(format!(r#"{{"network":{network},"version":{version},"site":{site},"time":{now}}}"#)))
    }

    /// Takes in announced entries. They may come with the entries of the sites that vouch for them, so that all are judged
    /// together.
    fn announced(&self, announce: Announce, now: Millis) -> Reply {
        let judge = self.judge(now);
        let mut answer = AnnounceAnswer::default();
        let refused = |nodeid, Fault { code, message }| RefusedSite { nodeid, code, message };
        let mut statements = Vec::new();
        for entry in announce.sites {
            match judge.statement(&self.table, entry) {
                Ok(statement) => statements.push(statement),
                Err(fault) => answer.refused.push(refused(None, fault)),
            }
        }
        let Admissions { news, faults } = judge.beside(&self.table, &statements);
        for (statement, fault) in statements.iter().zip(faults) {
            match fault {
                None => answer.accepted.push(statement.id),
                Some(fault) => answer.refused.push(refused(Some(statement.id), fault)),
            }
        }
        let learnt = news.values().flat_map(|site| self.learn(site));
        Reply::changed(&answer, learnt.chain(self.grown_by(news.keys(), now)).collect())
    }
}
