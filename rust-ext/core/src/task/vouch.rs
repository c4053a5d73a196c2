//! Checking a newcomer: the statement at the claimed address must be the one that was sent here.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_protocol::message::{Code, Fault, VouchAnswer};
use courseglue_protocol::{
    Address, CheckedEntry, Entry, HOUR_MS, Millis, PublicKey, Scheme, Voucher, day_of, domain_of_host,
};

use super::answer::read_answer;
use super::calls::Calls;
use super::contact::DescribeAnswer;
use super::trouble::Trouble;
use super::turn::Turn;
use super::{Failure, Request, Response, Task};
use crate::change::{Change, CheckRow};
use crate::reply::Reply;
use crate::site::Site;

/// The most hosts that are checked in an hour.
const MAX_CHECKS: usize = 600;
/// The most of them that belong to one registrable domain.
const MAX_OF_DOMAIN: usize = 30;
/// The most of these that may turn out to be no site: an attacker may make up names, and have one server asked for all
/// of them.
const MAX_FAILED_OF_DOMAIN: usize = 4;

/// The pause before an address of the same host is asked again: a minute more than an hour, so that no hour holds two
/// checks by one site, however long the first was on its way.
const CHECK_PAUSE_MS: Millis = HOUR_MS + 60_000;

/// The answer to a request for a voucher, or the check that has to come first.
#[derive(Debug)]
pub enum Vouching {
    /// An answer at once, from an earlier check.
    Reply(Reply),
    /// The address has to be asked first.
    Check(Box<VouchTask>),
}

/// One check, of a newcomer or of one that was turned away before.
#[derive(Debug)]
pub struct VouchTask {
    site: Arc<Site>,
    newcomer: CheckedEntry,
    address: Address,
    /// The host or domain whose turn this check takes.
    turn: Option<String>,
    calls: Calls<()>,
    /// The key under which the address describes itself.
    outcome: Option<Result<PublicKey, Trouble>>,
}

impl VouchTask {
    /// Answers a request for a voucher: from an earlier check of the same address, or by asking the address. Only a
    /// neighbour does that, and no host is asked more than once an hour. Where an address is being kept waiting, it is
    /// checked first, whichever site asks.
    ///
    /// # Errors
    /// The [`Fault`] to answer with.
    pub fn start(site: &Arc<Site>, entry: Entry, now: Millis) -> Result<Vouching, Fault> {
        let settings = &site.settings;
        let newcomer = entry.check(&settings.network, now)?;
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
        let host = newcomer.address.host();
        if let Some(check) = site.checks.get(host).filter(|check| is_recent(check, now)) {
            let found = check.address == newcomer.address.as_str() && check.key == key_text(&newcomer);
            if found && check.ok {
                return Ok(Vouching::Reply(voucher(site, &newcomer, now)?));
            }
            let turn = Turn::turned_away(site, &newcomer, host, now);
            return Ok(Vouching::Reply(host_was_checked(check, now).with_changes(turn)));
        }
        let mut last_hour: Vec<&CheckRow> =
            site.checks.values().filter(|check| is_recent(check, now)).collect();
        let all = last_hour.len();
        let domain = domain_of_host(host);
        last_hour.retain(|check| domain_of_host(&check.host) == domain);
        let failed = last_hour.iter().filter(|check| !check.ok).count();
        let left =
            (MAX_OF_DOMAIN.saturating_sub(last_hour.len())).min(MAX_FAILED_OF_DOMAIN.saturating_sub(failed));
        if all >= MAX_CHECKS || left == 0 {
            let why = "this site has made as many checks within the last hour as it does: ask again later";
            let turn = Turn::turned_away(site, &newcomer, &domain, now);
            return Ok(Vouching::Reply(
                Reply::from(Fault::new(Code::RateLimited, why)).retry_after(3600).with_changes(turn),
            ));
        }
        let free =
            |turn: &Turn| !site.checks.get(turn.address.host()).is_some_and(|check| is_recent(check, now));
        let next = |of: &str| Turn::next(site, of, now).filter(free).map(|turn| (of.to_owned(), turn));
        // The last check of a domain is for the address that waits for one there.
        let turn = next(host).or_else(|| next(&domain).filter(|_| left == 1));
        let (turn, scheme, address) = match turn {
            Some((of, turn)) => (Some(of), turn.scheme, turn.address),
            None => (None, newcomer.descriptor.scheme, newcomer.address.clone()),
        };
        let mut calls = Calls::new(&settings.network);
        calls.get(&format!("{}/{}", address.url(scheme), courseglue_protocol::ENDPOINT), "describe", ());
        Ok(Vouching::Check(Box::new(Self {
            site: site.clone(),
            newcomer,
            address,
            turn,
            calls,
            outcome: None,
        })))
    }

    /// The host that is asked.
    #[must_use]
    pub fn host(&self) -> &str {
        self.address.host()
    }
}

fn is_recent(check: &CheckRow, now: Millis) -> bool {
    now < check.at.saturating_mul(1000).saturating_add(CHECK_PAUSE_MS)
}

fn host_was_checked(check: &CheckRow, now: Millis) -> Reply {
    let wait = (check.at.saturating_mul(1000).saturating_add(CHECK_PAUSE_MS)).saturating_sub(now) / 1000 + 1;
    let why = "this host was checked within the last hour: ask again later";
    Reply::from(Fault::new(Code::RateLimited, why)).retry_after(u32::try_from(wait).unwrap_or(3600))
}

/// The answer where an address is not as it was claimed to be. The trouble that was found travels beside the sentence,
/// so that the newcomer's admin reads it in words of their own.
fn not_as_claimed(newcomer: &CheckedEntry, found: &Trouble) -> Reply {
    Reply::found(&Fault::new(Code::NotAdmitted, format!("{} {found}", newcomer.url())), found)
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
    Ok(Reply::ok(&VouchAnswer { voucher }))
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
        let found = read_answer::<DescribeAnswer>(answer)
            .map_err(|e| *e.trouble)
            .and_then(|described| described.check(&self.site.settings.network, now));
        self.outcome = Some(found.and_then(|found| {
            let same = found.address == self.address;
            if same { Ok(found.descriptor.key) } else { Err(Trouble::OtherAddress { url: found.url() }) }
        }));
    }

    fn finish(self, now: Millis) -> Reply {
        let outcome = self.outcome.unwrap_or(Err(Trouble::Silent));
        let check = CheckRow {
            host: self.address.host().to_owned(),
            address: self.address.to_string(),
            // The key that was found, whatever was claimed: it is known the next time that the address is named.
            key: outcome.as_ref().map(|key| STANDARD.encode(key.0)).unwrap_or_default(),
            at: now / 1000,
            ok: outcome.is_ok(),
        };
        let turned_away = self.address != self.newcomer.address;
        let reply = if turned_away {
            Ok(host_was_checked(&check, now))
        } else {
            match outcome {
                Ok(key) if key == self.newcomer.descriptor.key => voucher(&self.site, &self.newcomer, now),
                Ok(_) => Ok(not_as_claimed(&self.newcomer, &Trouble::WrongKey)),
                Err(trouble) => Ok(not_as_claimed(&self.newcomer, &trouble)),
            }
        };
        let taken = |of: &String| Turn::taken(&self.site, turned_away.then_some(&self.newcomer), of, now);
        let turn = self.turn.as_ref().map(taken);
        reply
            .unwrap_or_else(Reply::from)
            .with_changes(turn.into_iter().chain([Change::Checked(check)]).collect())
    }
}
