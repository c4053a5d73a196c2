//! Checking a newcomer: the statement at the claimed address must be the one that was sent here.

mod limits;
mod rekeying;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_protocol::message::{Code, Fault, VouchAnswer};
use courseglue_protocol::{
    Address, CheckedEntry, DAY_MS, Day, Entry, Millis, PublicKey, Scheme, Voucher, day_of,
};
use courseglue_table::Peer;

use super::answer::read_answer;
use super::calls::Calls;
use super::contact::DescribeAnswer;
use super::trouble::Trouble;
use super::turn::{Queue, Turn};
use super::{Failure, Request, Response, Task};
use crate::change::{Change, CheckRow, NOWHERE};
use crate::reply::Reply;
use crate::site::Site;
use limits::{Allowed, allowed};
pub(crate) use rekeying::Rekeying;

/// The answer to a request for a voucher, or the check that has to come first.
#[derive(Debug)]
pub enum Vouching {
    /// A refusal at once.
    Reply(Reply),
    /// An earlier check answers it: a voucher is to be signed.
    Grant(Box<Grant>),
    /// The address has to be asked first.
    Check(Box<VouchTask>),
}

/// A voucher that is to be signed.
#[derive(Debug)]
pub struct Grant {
    newcomer: CheckedEntry,
    /// The day with which it is dated.
    day: Day,
    /// The day since which the newcomer is known.
    since: Day,
}

/// What is known of a newcomer's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is known with the newcomer's key.
    Known,
    /// It is known with another key.
    Rekeyed,
    /// It is not known.
    Stranger,
}

/// Checks a newcomer's address by asking it for `describe`, and vouches if the key matches.
#[derive(Debug)]
pub struct VouchTask {
    site: Arc<Site>,
    newcomer: CheckedEntry,
    standing: Standing,
    address: Address,
    /// The turn that this check takes.
    turn: Option<(Queue, Turn)>,
    calls: Calls<()>,
    /// The key under which the address describes itself.
    outcome: Option<Result<PublicKey, Trouble>>,
}

impl VouchTask {
    /// Answers a request for a voucher: from an earlier check of the same address, or by asking the address. Only a
    /// neighbour does that, and no host is asked more than once an hour. An address that is known with its key comes
    /// first; where strangers are being kept waiting, one of them is checked, whichever site asks.
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
        let standing = standing(site, &newcomer, now);
        let (id, domain, key) = (&newcomer.id, &newcomer.domain, &newcomer.descriptor.key);
        let followed = match standing {
            Standing::Rekeyed => Rekeying::of(site, id, domain, key, now),
            _ => None,
        };
        if let Some(followed) = followed.filter(|followed| followed.is_of(day_of(now))) {
            let day = Voucher::day_given(now);
            let grant = Grant { day, since: day, newcomer };
            return Ok(if followed.is_settled(now) {
                Vouching::Grant(Box::new(grant))
            } else {
                Vouching::Reply(other_key(now))
            });
        }
        let turned_away = |queue, why, after| {
            let turns = match standing {
                Standing::Known => Vec::new(),
                _ => Turn::turned_away(site, queue, &newcomer, now),
            };
            Ok(Vouching::Reply(rate_limited(why, after).with_changes(turns)))
        };
        let turn = match allowed(site, &newcomer, &key_text(key), standing == Standing::Known, now) {
            Allowed::Found(check) if standing != Standing::Rekeyed => {
                let day = Voucher::day_given(check.at.saturating_mul(1000));
                let since = known_since(site, &newcomer, day);
                return Ok(Vouching::Grant(Box::new(Grant { day, since, newcomer })));
            }
            // It was found before the clock struck twelve.
            Allowed::Found(_) => return Ok(Vouching::Reply(other_key(now))),
            Allowed::Later(after) => return turned_away(Queue::Host, HOST_WAS_CHECKED, after),
            Allowed::Crowded(after) => return turned_away(Queue::Check, CROWDED, after),
            Allowed::Check(turn) => turn,
        };
        let (scheme, address) = match &turn {
            Some((_, turn)) => (turn.scheme, turn.address.clone()),
            None => (newcomer.descriptor.scheme, newcomer.address.clone()),
        };
        let mut calls = Calls::new(&settings.network);
        calls.get(&format!("{}/{}", address.url(scheme), courseglue_protocol::ENDPOINT), "describe", ());
        let site = site.clone();
        Ok(Vouching::Check(Box::new(Self { site, newcomer, standing, address, turn, calls, outcome: None })))
    }

    /// The host that is asked.
    #[must_use]
    pub fn host(&self) -> &str {
        self.address.host()
    }

    /// The change to store where a known address described itself with another key than was claimed: where it is the
    /// known one, no other counts.
    fn found_another(&self, key: PublicKey, now: Millis) -> Option<Change> {
        let Self { site, newcomer: CheckedEntry { id, domain, .. }, .. } = self;
        if site.table.get(id)?.key() == key {
            return Rekeying::refuted(site, id, domain);
        }
        Rekeying::found(site, *id, domain, key, now).map(|(_, change)| change)
    }

    /// The answer about the newcomer, whose address described itself with its own key.
    fn found_it(&self, now: Millis) -> (Reply, Option<Change>) {
        let Self { site, newcomer, .. } = self;
        let day = Voucher::day_given(now);
        let grant = || {
            let since = known_since(site, newcomer, day);
            Grant { newcomer: newcomer.clone(), day, since }.reply(site)
        };
        if self.standing != Standing::Rekeyed {
            return (grant(), Rekeying::refuted(site, &newcomer.id, &newcomer.domain));
        }
        let found = Rekeying::found(site, newcomer.id, &newcomer.domain, newcomer.descriptor.key, now);
        match found {
            Some((followed, change)) if followed.is_settled(now) => (grant(), Some(change)),
            Some((_, change)) => (other_key(now), Some(change)),
            None => (rate_limited(CROWDED, 3600), None),
        }
    }
}

impl Grant {
    /// The voucher, signed; a fault where this site cannot sign.
    pub fn reply(&self, site: &Site) -> Reply {
        let settings = &site.settings;
        let Some(secret) = &settings.secret else {
            return Fault::new(Code::Unavailable, "this site cannot sign at the moment").into();
        };
        let Self { newcomer, day, since } = self;
        let (network, by) = (&settings.network, settings.node);
        let voucher = Voucher::sign_since(secret, network, by, &newcomer.descriptor, *day, *since);
        Reply::ok(&VouchAnswer { voucher })
    }
}

/// The day since which a site is known with this key; `day` where it is not.
pub(super) fn known_since(site: &Site, of: &CheckedEntry, day: Day) -> Day {
    let known = site.table.get(&of.id).filter(|known| known.key() == of.descriptor.key);
    known.map_or(day, |known| known.known_since().min(day))
}

fn standing(site: &Site, newcomer: &CheckedEntry, now: Millis) -> Standing {
    let holds = |known: &Peer<'_>| known.holds_on(day_of(now));
    match site.table.get(&newcomer.id).filter(holds).map(|known| known.key() == newcomer.descriptor.key) {
        Some(true) => Standing::Known,
        Some(false) => Standing::Rekeyed,
        None => Standing::Stranger,
    }
}

const HOST_WAS_CHECKED: &str = "this host was checked within the last hour: ask again later";
const CROWDED: &str = "this site makes as many checks at the moment as it does: ask again later";

fn rate_limited(why: &str, after: u32) -> Reply {
    Reply::from(Fault::new(Code::RateLimited, why)).retry_after(after)
}

/// The answer while another key has not been at the address for long enough: to be asked again tomorrow.
fn other_key(now: Millis) -> Reply {
    let why =
        "this address is known with another key: a new one counts when it was found there for three days";
    let tomorrow = (DAY_MS - now % DAY_MS) / 1000 + 1;
    Reply::from(Fault::new(Code::OtherKey, why)).retry_after(u32::try_from(tomorrow).unwrap_or(3600))
}

/// The answer where an address is not as it was claimed to be. What was found there is told to nobody: anybody may name
/// an address.
fn not_as_claimed() -> Reply {
    Fault::new(Code::NotAdmitted, "the address does not describe itself as it was described here").into()
}

fn key_text(key: &PublicKey) -> String {
    STANDARD.encode(key.0)
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
        let outcome = match &self.outcome {
            Some(outcome) => outcome.clone(),
            None => Err(Trouble::Silent),
        };
        let check = CheckRow {
            host: self.address.host().to_owned(),
            address: self.address.to_string(),
            // The key that was found, whatever was claimed: it is known the next time that the address is named.
            key: match &outcome {
                Ok(key) => key_text(key),
                Err(Trouble::NoSuchName) => NOWHERE.to_owned(),
                Err(_) => String::new(),
            },
            at: now / 1000,
            ok: outcome.is_ok(),
        };
        let turned_away = self.address != self.newcomer.address;
        let (reply, change) = match outcome {
            _ if turned_away => (rate_limited(HOST_WAS_CHECKED, 3600), None),
            Ok(key) if key == self.newcomer.descriptor.key => self.found_it(now),
            Ok(key) => (not_as_claimed(), self.found_another(key, now)),
            Err(_) => (not_as_claimed(), None),
        };
        let instead_of = turned_away.then_some(&self.newcomer);
        let turns =
            self.turn.iter().flat_map(|(queue, turn)| turn.taken(&self.site, *queue, instead_of, now));
        reply.with_changes(turns.chain(change).chain([Change::Checked(check)]).collect())
    }
}
