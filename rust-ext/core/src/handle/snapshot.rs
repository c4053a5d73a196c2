//! What a newcomer takes over: all known sites, page by page, and those near it.

use crate::entry::Entry;
use crate::id::Id;
use crate::message::{NEAREST, SNAPSHOT_BYTES, SNAPSHOT_ENTRIES, Snapshot};
use crate::site::Site;
use crate::time::Day;

/// The page of the sites after `after`. Sites that this one blocks or cannot reach are on it: what the network knows
/// does not depend on that.
pub fn page(site: &Site, after: Option<Id>, today: Day) -> Snapshot {
    let first = after.is_none().then(|| site.table.iter()).into_iter().flatten();
    let later = after.iter().flat_map(|after| site.table.after(after));
    let holding = first.chain(later).map(|p| p.site).filter(|s| s.descriptor.holds_on(today));
    let mut rest = holding.peekable();
    let (mut sites, mut bytes, mut last) = (Vec::new(), 0, None);
    while let Some(next) = rest.peek().filter(|_| sites.len() < SNAPSHOT_ENTRIES) {
        bytes += json_bytes(&next.entry);
        if bytes > SNAPSHOT_BYTES {
            break;
        }
        last = Some(next.id);
        sites.push(next.entry.clone());
        rest.next();
    }
    let next = last.filter(|_| rest.peek().is_some());
    Snapshot { sites, next, total: site.table.len() }
}

/// Entries near `node`: of the nearest site of each of the nearest domains, then of others.
pub fn nearest(site: &Site, node: &Id, today: Day) -> Vec<Entry> {
    site.table.nearest(node, NEAREST, today).into_iter().map(|p| p.site.entry.clone()).collect()
}

/// How long an entry is on the wire, with the comma after it.
pub(super) fn json_bytes(entry: &Entry) -> usize {
    serde_json::to_string(entry).map_or(0, |json| json.len() + 1)
}
