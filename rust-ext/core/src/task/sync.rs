//! The hourly run of a site: it learns from one random site what it lacks, keeps up its membership, checks a few sites at
//! random, pulls the records that became its own to hold, and forgets what has expired.

use std::sync::Arc;

use courseglue_protocol::{CheckedEntry, Day, HOUR_MS, Millis, day_of};
use courseglue_table::{Peer, PeerTable};
use serde::Serialize;

use super::anti_entropy::AntiEntropy;
use super::handover::Handover;
use super::membership::{Membership, MembershipOutcome};
use super::outcome::Outcome;
use super::own_entry::own_entry_with_vouchers;
use super::reconciliation::Reconciliation;
use super::spot_checks::SpotChecks;
use super::turn::Turn;
use super::vouch::Rekeying;
use super::{Failure, Request, Response, Task, TaskError};
use crate::change::Change;
use crate::site::Site;
use crate::upkeep::most_expired;

/// The time between two hourly runs.
pub const SYNC_PERIOD_MS: Millis = HOUR_MS;
/// The last UTC day on which this site looked for what had expired.
const EXPIRED: &str = "expired";
/// The number of parts of a run; their requests are numbered in turn.
const PARTS: u64 = 5;

/// The report of one run.
#[derive(Debug, Serialize)]
pub struct SyncReport {
    /// The URL of the site that this one learnt from.
    pub peer: Option<String>,
    /// The seq of this site's newest description that is known: the next one to be signed has a higher one. Where this
    /// site was restored from a backup, the others know a newer one than it does.
    pub own_seq: Millis,
    /// The problems on the way.
    pub problems: Vec<String>,
    /// The changes to store.
    pub changes: Vec<Change>,
}

/// One run.
#[derive(Debug)]
pub struct SyncTask {
    site: Arc<Site>,
    exchange: AntiEntropy,
    membership: Membership,
    checks: SpotChecks,
    reconciliation: Reconciliation,
    handover: Handover,
}

impl SyncTask {
    /// Starts an exchange with a random site that is worth asking, and whatever else is due. `entry` is this site's own
    /// entry, JSON.
    ///
    /// # Errors
    /// A [`TaskError`] that says what is wrong with the entry.
    pub fn start(site: &Arc<Site>, entry: &str, now: Millis, random: u64) -> Result<Self, TaskError> {
        let own = own_entry_with_vouchers(site, entry, now)?;
        let mut rng = fastrand::Rng::with_seed(random);
        let exchange = AntiEntropy::start(site, now, rng.u64(..));
        let reconciliation = Reconciliation::start(site, &own, exchange.peer(), now, rng.u64(..));
        let handover = Handover::start(site, &own, now, rng.u64(..));
        let membership = Membership::keep(site, own, now, rng.u64(..));
        let checks = SpotChecks::start(site, now, rng.u64(..));
        Ok(Self { site: site.clone(), exchange, membership, checks, reconciliation, handover })
    }

    /// Forgets sites whose lease is over, and of which nothing was heard just now; once a day. Where that would be most
    /// of the table, this site suspects itself, and keeps them: no site would be left to ask.
    fn expired(site: &Site, table: &PeerTable, today: Day, outcome: &mut Outcome) -> Vec<Change> {
        if site.marks.get(EXPIRED).is_some_and(|day| *day == today.to_string()) {
            return Vec::new();
        }
        let own = site.settings.node;
        if most_expired(table, &own, today) {
            outcome.problems.push("most sites that this one knows seem to have expired, so none is forgotten: is the clock of this server right? Otherwise join again through a site that is there");
            return Vec::new();
        }
        let is_over = |p: &Peer<'_>| !p.holds_on(today) && p.id() != own;
        let sites =
            table.iter().filter(is_over).map(|p| Change::SiteGone { nodeid: p.id(), seq: Some(p.seq()) });
        let mark = Change::Mark { name: EXPIRED.to_owned(), value: Some(today.to_string()) };
        sites.chain([mark]).collect()
    }
}

/// Numbers a part's requests within the run.
fn numbered(requests: Vec<Request>, part: u64) -> impl Iterator<Item = Request> {
    requests.into_iter().map(move |request| Request { id: request.id * PARTS + part, ..request })
}

impl Task for SyncTask {
    type Output = SyncReport;

    fn poll(&mut self, now: Millis) -> Vec<Request> {
        let parts = [
            self.exchange.poll(),
            self.membership.poll(now),
            self.checks.poll(),
            self.reconciliation.poll(now),
            self.handover.poll(),
        ];
        (0..).zip(parts).flat_map(|(part, requests)| numbered(requests, part)).collect()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        match id % PARTS {
            0 => self.exchange.receive(now, id / PARTS, answer),
            1 => self.membership.receive(now, id / PARTS, answer),
            2 => self.checks.receive(now, id / PARTS, answer),
            3 => self.reconciliation.receive(now, id / PARTS, answer),
            _ => self.handover.receive(id / PARTS, answer),
        }
    }

    fn finish(mut self, now: Millis) -> SyncReport {
        let peer = self.exchange.peer().map(|peer| peer.url());
        let (mut news, mut outcome) = self.exchange.finish(now);
        let mut table = PeerTable::clone(&self.site.table);
        news.values().for_each(|site| table.put(site.clone()));
        let expired = Self::expired(&self.site, &table, day_of(now), &mut outcome);
        let MembershipOutcome { mut own, vouched_for, outcome: standing } = self.membership.finish(now);
        outcome.unite(standing);
        outcome.unite(self.reconciliation.take_outcome());
        outcome.unite(self.handover.finish(now));
        // A restored site learns from others what it signed since the backup.
        let outdoes = |newer: &Arc<CheckedEntry>| {
            newer.descriptor.key == own.descriptor.key && newer.rank() > own.rank()
        };
        if let Some(newer) = news.remove(&own.id).filter(outdoes) {
            let mut newer = Arc::unwrap_or_clone(newer);
            newer.add_vouchers(&own.entry.vouchers);
            own = newer;
        }
        let online = outcome.sightings.any_answer();
        outcome.unite(self.checks.finish(now, online));
        let known = self.site.own();
        if known.is_none_or(|k| k.digest != own.digest || k.entry.vouchers != own.entry.vouchers) {
            outcome.changes.extend(self.site.learn(&own));
        }
        outcome.changes.extend(self.site.grown_by(news.keys(), now));
        outcome.changes.extend(news.values().flat_map(|site| self.site.learn(site)));
        outcome.changes.extend(vouched_for.values().flat_map(|giver| self.site.learn(giver)));
        outcome.changes.extend(expired);
        outcome.changes.extend(Turn::forget(&self.site, now).chain(Rekeying::forget(&self.site, now)));
        outcome.changes.extend(self.reconciliation.finish(&table, now));
        outcome.changes.extend(outcome.sightings.changes(&self.site.table, now));
        SyncReport {
            peer,
            own_seq: own.descriptor.seq,
            problems: outcome.problems.into(),
            changes: outcome.changes,
        }
    }
}
