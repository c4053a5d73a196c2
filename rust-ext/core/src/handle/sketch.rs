//! Answers from which a peer finds out what it lacks: symbols of this site's table, and the entries behind their items.

use std::collections::HashSet;

use courseglue_protocol::Day;
use courseglue_protocol::message::{
    Code, ENTRIES_BYTES, Entries, EntriesAnswer, Fault, Sketch, SketchAnswer,
};
use courseglue_sketch::Item;

use crate::daily_sketch::{item_of, salt, seconds, tag, u32_at};
use crate::site::Site;

/// The answer to `sketch`.
pub fn sketch(site: &Site, asked: Sketch, today: Day) -> Result<SketchAnswer, Fault> {
    let answer = site.sketch.answer(&site.settings, &site.table, asked, today);
    answer.map_err(|e| Fault::new(Code::BadRequest, e.to_string()))
}

/// The answer to `entries`.
pub fn entries(site: &Site, asked: &Entries, today: Day) -> Result<EntriesAnswer, Fault> {
    let known = [today, today.saturating_sub(1)].map(|day| salt(&site.settings, day));
    if !known.contains(&asked.salt) {
        return Err(Fault::new(Code::BadRequest, "that is not this site's salt of today or yesterday"));
    }
    // Tag and seconds tell nearly all others apart without a hash.
    let mut wanted: HashSet<&Item> = asked.items.0.iter().collect();
    let marks: HashSet<(u32, u32)> = wanted.iter().map(|item| (u32_at(item, 8), u32_at(item, 12))).collect();
    let seconds_asked = marks.iter().map(|(_, seconds)| *seconds);
    let range = seconds_asked.clone().min().unwrap_or(0)..=seconds_asked.max().unwrap_or(0);
    let (mut sites, mut bytes) = (Vec::new(), 0);
    for peer in site.table.holding(today) {
        let seconds = seconds(peer.seq());
        if !range.contains(&seconds) || !marks.contains(&(tag(asked.salt, &peer.id(), &peer.key()), seconds))
        {
            continue;
        }
        if wanted.remove(&item_of(asked.salt, &peer.id(), &peer.key(), peer.rank())) {
            bytes += peer.json().len() + 1;
            if bytes > ENTRIES_BYTES {
                break;
            }
            sites.push(peer.site().entry.clone());
        }
        if wanted.is_empty() {
            break;
        }
    }
    Ok(EntriesAnswer { sites })
}
