//! Upkeep: what a site drops of its own accord, because its signature cannot be checked any more, because it is long
//! over, or because this site is no home of it any more.

use std::collections::{BTreeSet, HashMap};

use courseglue_index::{HoldingRef, Holdings};
use courseglue_protocol::record::{Record, UNTIL_DAYS};
use courseglue_protocol::{Day, GRACE_DAYS, Id, LEASE_DAYS, Millis, Term, day_of};
use courseglue_table::PeerTable;

use crate::site::Site;

/// The number of days that a tombstone is kept: two days more than the longest lease. A site that was away for longer
/// has dropped the records that it withdraws.
pub const TOMBSTONE_DAYS: Day = LEASE_DAYS + GRACE_DAYS;

/// The number of days in which every record's last day is looked at once.
const READ_EVERY: Day = 16;

/// Whether most sites of a table have a lease that is over: then this site's clock is wrong, or it was away for long,
/// and nothing is dropped for its age.
#[must_use]
pub fn most_expired(table: &PeerTable, own: &Id, today: Day) -> bool {
    table.iter().filter(|peer| peer.id() != *own && !peer.holds_on(today)).count() * 2 > table.len()
}

/// Drops the items of publishers that `table` does not have, that moved, or whose lease is over. Returns the record
/// ids.
pub fn drop_orphans(held: &mut Holdings, table: &PeerTable, own: &Id, today: Day) -> BTreeSet<Id> {
    let lives = |node: &Id| table.get(node).is_some_and(|peer| peer.holds_on(today) && !peer.moved());
    let gone: BTreeSet<Id> = held.publishers().filter(|node| node != own && !lives(node)).collect();
    if gone.is_empty() {
        return BTreeSet::new();
    }
    forget(held, |item| gone.contains(&item.node))
}

/// Drops records whose last day is over, tombstones that have expired, items without terms that are as old, and postings of
/// terms to which this site is no longer near enough. Returns the record ids.
pub fn drop_outdated(held: &mut Holdings, site: &Site, now: Millis) -> BTreeSet<Id> {
    let today = day_of(now);
    let is_over = |item: &HoldingRef<'_>| {
        let age = today.saturating_sub(day_of(item.seq));
        let is_memory = item.withdrawn || item.term_count() == 0;
        // Texts are read in turns: what is over is shown by no searcher anyway.
        let has_ended = || Record::parse(item.body()).is_ok_and(|record| !record.holds_on(today));
        let is_its_turn = (u32::from(item.recordid.0[0]) + today) % READ_EVERY == 0;
        is_memory && age > TOMBSTONE_DAYS || age > UNTIL_DAYS || !item.withdrawn && is_its_turn && has_ended()
    };
    let mut dropped = forget(held, is_over);
    if site.table.len() <= crate::placement::ACCEPTING {
        return dropped;
    }
    let mut accepted: HashMap<Term, bool> = HashMap::new();
    let mut far: Vec<(Id, Vec<Term>)> = Vec::new();
    for item in held.iter() {
        let is_far = |term: &Term| !*accepted.entry(*term).or_insert_with(|| site.accepts(*term, now));
        let terms: Vec<Term> = item.terms().filter(is_far).collect();
        if !terms.is_empty() {
            far.push((item.recordid, terms));
        }
    }
    for (recordid, terms) in far {
        held.drop_terms(&recordid, &terms);
        dropped.insert(recordid);
    }
    dropped
}

/// Drops every item of other publishers. Gives the record ids.
pub fn drop_others(held: &mut Holdings, own: &Id) -> BTreeSet<Id> {
    forget(held, |item| item.node != *own)
}

fn forget(held: &mut Holdings, is_over: impl Fn(&HoldingRef<'_>) -> bool) -> BTreeSet<Id> {
    let over: BTreeSet<Id> = held.iter().filter(is_over).map(|item| item.recordid).collect();
    over.iter().for_each(|recordid| held.remove(recordid));
    over
}
