//! News: the rows of a catch-up that change anything.
//!
//! A catch-up reads more than it must, since rows of the database become visible in another order than they were written
//! in. What is the same as before costs the log nothing.

use std::collections::{HashMap, HashSet};

use courseglue_core::{Change, RecordRow, Site, SiteRow};
use courseglue_protocol::Id;
use courseglue_table::Liveness;

/// The rows that change this site, in their order. A record's row holds its present version: of several rows of one
/// record the last counts, and of several requests to one site.
#[must_use]
pub fn of(rows: Vec<Change>, site: &Site) -> Vec<Change> {
    let mut last: HashMap<Id, usize> = HashMap::new();
    let mut asked: HashMap<Id, usize> = HashMap::new();
    let (mut gone, mut back, mut told) = (HashSet::new(), HashSet::new(), HashSet::new());
    for (at, row) in rows.iter().enumerate() {
        match row {
            Change::Record(RecordRow { recordid, .. }) | Change::RecordGone { recordid, .. } => {
                last.insert(*recordid, at);
            }
            Change::TermsGone { recordid, .. } => {
                told.insert(*recordid);
            }
            Change::SiteGone { nodeid, .. } => {
                gone.insert(*nodeid);
            }
            Change::Alive { nodeid, .. } => {
                asked.insert(*nodeid, at);
            }
            Change::Site(row) if gone.contains(&row.nodeid) && is_known(row, site) => {
                back.insert(row.nodeid);
            }
            _ => {}
        }
    }
    let is_news = |(at, row): &(usize, Change)| match row {
        Change::Record(RecordRow { recordid, .. }) | Change::RecordGone { recordid, .. }
            if told.contains(recordid) =>
        {
            true
        }
        Change::Record(row) => last.get(&row.recordid) == Some(at) && !is_held(row, site),
        Change::RecordGone { recordid, .. } => {
            last.get(recordid) == Some(at) && site.holdings.get(recordid).is_some()
        }
        Change::TermsGone { .. } => true,
        Change::Site(row) => {
            (gone.contains(&row.nodeid) && !back.contains(&row.nodeid)) || !is_known(row, site)
        }
        Change::SiteGone { nodeid, .. } => !back.contains(nodeid) && site.table.get(nodeid).is_some(),
        Change::Alive { nodeid, .. } if asked.get(nodeid) != Some(at) => false,
        Change::Alive { nodeid, at, failures, since, .. } => {
            let seen = match failures {
                0 => Liveness::default(),
                _ => Liveness { failures: *failures, last_try: at * 1000, failing_since: since * 1000 },
            };
            let known = site.table.get(nodeid).map_or(Liveness::default(), |peer| peer.liveness);
            known != seen || (gone.contains(nodeid) && !back.contains(nodeid))
        }
        Change::Checked(row) => site.checks.get(&row.host) != Some(row),
        Change::Spot(row) if row.days == 0 => site.spots.contains_key(&row.nodeid),
        Change::Spot(row) => site.spots.get(&row.nodeid) != Some(row),
        Change::Frequency(row) if row.count == 0 => site.frequencies.contains_key(&row.term),
        Change::Frequency(row) => site.frequencies.get(&row.term) != Some(row),
        Change::Mark { name, value } => site.marks.get(name) != value.as_ref(),
    };
    rows.into_iter().enumerate().filter(is_news).map(|(_, row)| row).collect()
}

/// Applies a row of a log: a record's row says how it is now, whatever was there before.
pub fn apply(site: &mut Site, row: Change) {
    if let Change::Record(row) = &row {
        // The newer of two wins by itself.
        if site.holdings.get(&row.recordid).is_some_and(|held| held.seq >= row.seq) {
            site.apply(Change::RecordGone { recordid: row.recordid, seq: None });
        }
    }
    site.apply(row);
}

fn is_known(row: &SiteRow, site: &Site) -> bool {
    site.table.get(&row.nodeid).is_some_and(|peer| {
        let site = peer.site();
        let entry = &site.entry;
        entry.body == row.body
            && entry.sig == row.sig
            && row.vouchers.iter().all(|v| entry.vouchers.contains(v))
    })
}

fn is_held(row: &RecordRow, site: &Site) -> bool {
    site.holdings.get(&row.recordid).is_some_and(|held| {
        (held.node, held.seq, held.withdrawn, held.sig()) == (row.nodeid, row.seq, row.withdrawn, row.sig)
            && held.body() == row.body
            && held.terms().eq(row.terms.iter().copied().collect::<std::collections::BTreeSet<_>>())
    })
}
