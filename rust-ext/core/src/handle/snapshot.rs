//! Answers for newcomers: all known sites, page by page, and those near it.

use courseglue_protocol::message::{NEAREST, SNAPSHOT_BYTES, SNAPSHOT_ENTRIES};
use courseglue_protocol::{Day, Entry, Id};

use crate::site::Site;

/// The page of the sites after `after`, as JSON ([`Snapshot`](courseglue_protocol::message::Snapshot)): the entries are as they
/// were stored, so that none has to be read. Sites that this one blocks or cannot reach are on it: what the network knows
/// does not depend on that.
pub fn page(site: &Site, after: Option<Id>, today: Day) -> String {
    let first = after.is_none().then(|| site.table.iter()).into_iter().flatten();
    let later = after.iter().flat_map(|after| site.table.after(after));
    let mut rest = first.chain(later).filter(|p| p.holds_on(today)).peekable();
    let (mut sites, mut bytes, mut last) = (Vec::new(), 0, None);
    while let Some(next) = rest.peek().filter(|_| sites.len() < SNAPSHOT_ENTRIES) {
        let json = next.json();
        // One more for the comma.
        bytes += json.len() + 1;
        if bytes > SNAPSHOT_BYTES {
            break;
        }
        last = Some(next.id());
        sites.push(json);
        rest.next();
    }
    let next = last.filter(|_| rest.peek().is_some());
    let next = next.map_or_else(|| "null".to_owned(), |next| format!("\"{next}\""));
    format!(r#"{{"sites":[{}],"next":{next},"total":{}}}"#, sites.join(","), site.table.len())
}

/// Entries near `node`: of the nearest site of each of the nearest domains, then of others.
pub fn nearest(site: &Site, node: &Id, today: Day) -> Vec<Entry> {
    site.table.nearest(node, NEAREST, today).into_iter().map(|p| p.site().entry.clone()).collect()
}
