//! How many checks a site makes: for each host, for each registrable domain, and in all.

use courseglue_protocol::{CheckedEntry, DAY_MS, HOUR_MS, Millis, domain_of_host};

use crate::change::CheckRow;
use crate::site::Site;
use crate::task::turn::{Queue, Turn};

/// The most hosts that are checked in an hour.
const MAX_CHECKS: usize = 600;
/// The most of them that belong to one registrable domain.
const MAX_OF_DOMAIN: usize = 30;
/// The most of these that may turn out to be no site: an attacker may make up names, and have one server asked for all
/// of them. A name that leads nowhere asks no server.
const MAX_FAILED_OF_DOMAIN: usize = 4;
/// The time within which a part of an hour's checks is made.
const PART_MS: Millis = HOUR_MS / 6;
/// The most checks in such a part. Half of them are for whoever asks first, and half for those who waited.
const MAX_OF_PART: usize = MAX_CHECKS / 6;

/// The pause before an address of the same host is asked again: a minute more than an hour, so that no hour holds two
/// checks by one site, however long the first was on its way.
const CHECK_PAUSE_MS: Millis = HOUR_MS + 60_000;
/// The pause before strangers have the host of a known site asked again, so that they do not keep that one from it.
const STRANGERS_PAUSE_MS: Millis = 3 * HOUR_MS;
/// The time for which a check of a known address with its known key counts: to repeat its question keeps nobody else from
/// its host.
const KNOWN_MS: Millis = DAY_MS;

/// What a site's earlier checks allow.
#[derive(Debug)]
pub(super) enum Allowed {
    /// An earlier check answers the question.
    Found(CheckRow),
    /// The host has to be left alone for so many seconds.
    Later(u32),
    /// No more checks for whoever asks first, for so many seconds.
    Crowded(u32),
    /// This address is checked; the turn that this takes.
    Check(Option<(Queue, Turn)>),
}

/// Whether a check was made within this time. One that is still to come was noted when the clock was wrong.
fn within(check: &CheckRow, time: Millis, now: Millis) -> bool {
    let at = check.at.saturating_mul(1000);
    at <= now && now < at.saturating_add(time)
}

/// What may be done about a newcomer's question. `known`: whether its address is known with its key.
pub(super) fn allowed(site: &Site, newcomer: &CheckedEntry, key: &str, known: bool, now: Millis) -> Allowed {
    let host = newcomer.address.host();
    let last = site.checks.get(host);
    let same = |check: &&CheckRow| check.ok && check.address == newcomer.address.as_str() && check.key == key;
    let counts = if known { KNOWN_MS } else { CHECK_PAUSE_MS };
    if let Some(found) = last.filter(same).filter(|check| within(check, counts, now)) {
        return Allowed::Found(found.clone());
    }
    if let Some(check) = last.filter(|check| within(check, STRANGERS_PAUSE_MS, now)) {
        let pause = if known || within(check, CHECK_PAUSE_MS, now) || !is_anybodys(site, newcomer) {
            CHECK_PAUSE_MS
        } else {
            STRANGERS_PAUSE_MS
        };
        if within(check, pause, now) {
            let wait = check.at.saturating_mul(1000).saturating_add(pause).saturating_sub(now) / 1000 + 1;
            return Allowed::Later(u32::try_from(wait).unwrap_or(3600));
        }
    }
    if known {
        return Allowed::Check(None);
    }
    among_strangers(site, host, newcomer, now)
}

/// Whether another site is known at a newcomer's host.
fn is_anybodys(site: &Site, newcomer: &CheckedEntry) -> bool {
    let others = site.table.of_domain(&newcomer.id).take(MAX_CHECKS);
    others.filter(|other| other.stands()).any(|other| other.site().address.host() == newcomer.address.host())
}

fn among_strangers(site: &Site, host: &str, newcomer: &CheckedEntry, now: Millis) -> Allowed {
    let last_hour: Vec<&CheckRow> =
        site.checks.values().filter(|check| within(check, CHECK_PAUSE_MS, now)).collect();
    let of_part = last_hour.iter().filter(|check| within(check, PART_MS, now)).count();
    let left_of = |domain: &str| {
        let of_domain = || last_hour.iter().filter(|check| domain_of_host(&check.host) == domain);
        let failed = of_domain().filter(|check| check.is_failed()).count();
        MAX_OF_DOMAIN.saturating_sub(of_domain().count()).min(MAX_FAILED_OF_DOMAIN.saturating_sub(failed))
    };
    let left = left_of(&domain_of_host(host));
    let free = |turn: &Turn| {
        let host = turn.address.host();
        !site.checks.get(host).is_some_and(|check| within(check, CHECK_PAUSE_MS, now))
    };
    let is_own = |turn: &Turn| turn.address == newcomer.address;
    let at_host = Turn::next(site, Queue::Host, host, now).filter(free);
    let at_host = at_host.filter(|turn| turn.address.host() == host);
    let waiting = Turn::next(site, Queue::Check, host, now).filter(free);
    let waiting = waiting.filter(|turn| left_of(&domain_of_host(turn.address.host())) > 0);
    let full = last_hour.len() >= MAX_CHECKS || of_part >= MAX_OF_PART;
    // The last check of a domain, and half of all, are for those who wait.
    let crowded = of_part >= MAX_OF_PART / 2 || last_hour.len() >= MAX_CHECKS;
    let turn = match at_host {
        Some(turn) if left > 0 && !crowded => Some((Queue::Host, turn)),
        _ => waiting.filter(|turn| crowded || left <= 1 || is_own(turn)).map(|turn| (Queue::Check, turn)),
    };
    match turn {
        Some(turn) if !full => Allowed::Check(Some(turn)),
        None if left > 0 && !crowded => Allowed::Check(None),
        _ if left == 0 || last_hour.len() >= MAX_CHECKS => Allowed::Crowded(3600),
        _ => Allowed::Crowded(u32::try_from(PART_MS / 1000).unwrap_or(3600)),
    }
}
