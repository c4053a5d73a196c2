//! This site's own entry, which the plugin keeps and hands over.

use courseglue_protocol::{CheckedEntry, Entry, Millis, day_of};

use super::TaskError;
use crate::site::Site;

/// Reads and checks this site's own entry, JSON.
pub(crate) fn own_entry(site: &Site, entry: &str, now: Millis) -> Result<CheckedEntry, TaskError> {
    let entry: Entry = serde_json::from_str(entry).map_err(TaskError::EntryUnreadable)?;
    let own = match site.own() {
        // An entry in the table was verified when it was stored.
        Some(known) if known.entry.body == entry.body && known.descriptor.holds_on(day_of(now)) => {
            entry.read().map_err(TaskError::EntryInvalid)?
        }
        _ => entry.check(&site.settings.network, now).map_err(TaskError::EntryInvalid)?,
    };
    if own.id != site.settings.node {
        return Err(TaskError::EntryOfAnotherSite);
    }
    Ok(own)
}

/// Reads this site's own entry as [`own_entry`] does, and adds the vouchers for it that this site stored. Where the table
/// has a newer statement by the same key, it gives that one.
pub(crate) fn own_entry_with_vouchers(
    site: &Site,
    entry: &str,
    now: Millis,
) -> Result<CheckedEntry, TaskError> {
    let mut own = own_entry(site, entry, now)?;
    if let Some(known) = site.own().filter(|k| k.descriptor.key == own.descriptor.key) {
        if known.rank() > own.rank() {
            return Ok(CheckedEntry::clone(&known));
        }
        own.add_vouchers(&known.entry.vouchers);
    }
    Ok(own)
}
