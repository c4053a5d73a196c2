//! Checking a newcomer: the statement at the claimed address must be the one that was sent here.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::calls::{Calls, read_answer};
use super::{Failure, Request, Response, Task};
use crate::address::Scheme;
use crate::change::{Change, CheckRow};
use crate::entry::{CheckedEntry, Entry};
use crate::handle::Handling;
use crate::message::{Code, Fault, Reply, Vouched};
use crate::site::Site;
use crate::time::{HOUR_MS, Millis, day_of};
use crate::voucher::Voucher;

/// The most hosts that are checked in an hour.
const MAX_CHECKS: usize = 600;
/// The most of them that belong to one registrable domain.
const MAX_OF_DOMAIN: usize = 30;

/// The answer to `describe`.
#[derive(Debug, Deserialize)]
pub struct Described {
    /// The site's entry.
    pub site: Entry,
}

/// How long no address of a host is asked again: a minute more than an hour, so that no hour holds two checks by one
/// site, however long the first was on its way.
const CHECK_PAUSE_MS: Millis = HOUR_MS + 60_000;

/// One check of one newcomer.
#[derive(Debug)]
pub struct VouchTask {
    site: Arc<Site>,
    newcomer: CheckedEntry,
    calls: Calls<()>,
    outcome: Option<Result<(), String>>,
}

impl VouchTask {
    /// Answers a request for a voucher: from an earlier check of the same address and key, or by asking the
    /// address. Nobody but a neighbour does that, and no host is asked more than once an hour.
    ///
    /// # Errors
    /// The [`Fault`] to answer with.
    pub fn start(site: &Arc<Site>, entry: Entry, now: Millis) -> Result<Handling, Fault> {
        let settings = &site.settings;
        let newcomer = entry.check(&settings.network, now)?;
        let address = newcomer.address.as_str();
        if newcomer.id == settings.node {
            return Err(Fault::new(Code::BadRequest, "a site does not vouch for itself"));
        }
        if settings.shuns(&newcomer.id) {
            return Err(Fault::new(Code::NotAdmitted, "this site does not take part with that one"));
        }
        if newcomer.descriptor.scheme == Scheme::Http && !settings.allowhttp {
            return Err(Fault::new(Code::NotAdmitted, "this site vouches for https addresses only"));
        }
        let neighbours = site.table.neighbours(&newcomer, day_of(now));
        if !neighbours.iter().any(|p| p.id() == settings.node) {
            return Err(Fault::new(Code::NotHome, "this site is not among the newcomer's neighbours"));
        }
        let recent = |check: &&CheckRow| now < check.at.saturating_mul(1000).saturating_add(CHECK_PAUSE_MS);
        let checked = site.checks.get(newcomer.address.host());
        if let Some(check) = checked.filter(recent) {
            let same = check.address == address && check.key == key_text(&newcomer);
            if same && check.ok {
                return Ok(Handling::Reply(voucher(site, &newcomer, now)?));
            }
            let wait = u32::try_from((check.at * 1000 + CHECK_PAUSE_MS - now) / 1000 + 1).unwrap_or(3600);
            let fault =
                Fault::new(Code::RateLimited, "this host was checked within the last hour: ask again later");
            return Ok(Handling::Reply(Reply::from(fault).retry_after(wait)));
        }
        let of_domain = |check: &&CheckRow| is_host_of(&check.host, &newcomer.domain);
        let last_hour = || site.checks.values().filter(recent);
        if last_hour().count() >= MAX_CHECKS || last_hour().filter(of_domain).count() >= MAX_OF_DOMAIN {
            let why = "this site has made as many checks within the last hour as it does: ask again later";
            return Ok(Handling::Reply(Reply::from(Fault::new(Code::RateLimited, why)).retry_after(3600)));
        }
        let mut calls = Calls::new(&settings.network);
        calls.get(&newcomer.endpoint(), "describe", ());
        Ok(Handling::Task(Box::new(Self { site: site.clone(), newcomer, calls, outcome: None })))
    }
}

/// Whether a host is a domain, or below it.
fn is_host_of(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn key_text(site: &CheckedEntry) -> String {
    STANDARD.encode(site.descriptor.key.0)
}

fn voucher(site: &Site, newcomer: &CheckedEntry, now: Millis) -> Result<Reply, Fault> {
    let settings = &site.settings;
    let secret = settings
        .secret
        .as_ref()
        .ok_or_else(|| Fault::new(Code::Unavailable, "this site cannot sign at the moment"))?;
    let voucher = Voucher::sign(secret, &settings.network, settings.node, &newcomer.descriptor, day_of(now));
    Ok(Reply::ok(&Vouched { voucher }))
}

impl Task for VouchTask {
    type Output = Reply;

    fn poll(&mut self, _now: Millis) -> Vec<Request> {
        self.calls.take()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        if self.calls.answered(id).is_none() {
            return;
        }
        let found = read_answer::<Described>(answer)
            .map_err(|e| e.message)
            .and_then(|d| d.site.check(&self.site.settings.network, now).map_err(|e| e.to_string()));
        self.outcome = Some(found.and_then(|found| {
            let same = found.id == self.newcomer.id && found.descriptor.key == self.newcomer.descriptor.key;
            if same { Ok(()) } else { Err("describes itself with another address or key".into()) }
        }));
    }

    fn finish(self, now: Millis) -> Reply {
        let outcome = self.outcome.unwrap_or_else(|| Err("did not answer in time".into()));
        let check = Change::Checked(CheckRow {
            host: self.newcomer.address.host().to_owned(),
            address: self.newcomer.address.to_string(),
            key: key_text(&self.newcomer),
            at: now / 1000,
            ok: outcome.is_ok(),
        });
        let reply = outcome
            .map_err(|why| Fault::new(Code::NotAdmitted, format!("{} {why}", self.newcomer.url())))
            .and_then(|()| voucher(&self.site, &self.newcomer, now));
        reply.unwrap_or_else(Reply::from).with_changes(vec![check])
    }
}
