//! This site's own entry, which the plugin keeps and hands over.

use courseglue_protocol::{CheckedEntry, Entry, ItemType, Millis, day_of};
use serde_json::Value;

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

/// This site's statement, signed again with a higher seq; none where the secret is not at hand. `rekeyed`: it says that the
/// site took its key today, where it does not say since when it has it.
pub(crate) fn sign_again(
    site: &Site,
    own: &CheckedEntry,
    rekeyed: bool,
    now: Millis,
) -> Option<CheckedEntry> {
    let secret = site.settings.secret.as_ref()?;
    let mut body: Value = serde_json::from_str(&own.entry.body).ok()?;
    body["seq"] = own.descriptor.seq.saturating_add(1).max(now).into();
    if rekeyed && own.descriptor.rekeyed.is_none() {
        body["rekeyed"] = day_of(now).into();
    }
    let body = body.to_string();
    let sig = secret.sign(&site.settings.network, ItemType::Descriptor, &body);
    let own = Entry { body, sig, vouchers: own.entry.vouchers.clone() }.read().ok()?;
    (own.descriptor.key == secret.public()).then_some(own)
}
