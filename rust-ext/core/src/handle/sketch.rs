//! What a peer needs to find out what it lacks: symbols of this site's table, and the entries behind their items.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::entry::CheckedEntry;
use crate::id::Id;
use crate::message::{Code, ENTRIES_BYTES, Entries, EntriesAnswer, Fault, Sketch, SketchAnswer};
use crate::settings::Settings;
use crate::site::Site;
use crate::sketch::{Difference, Item, MAX_SYMBOLS, RangeError, Salt, Symbols, symbols};
use crate::table::PeerTable;
use crate::time::{Day, Millis};

/// A site's salt of this day.
pub(crate) fn salt(settings: &Settings, today: Day) -> Salt {
    Salt::of_day(&settings.seed, &settings.node, today)
}

/// The sites in a sketch, as items: all whose lease holds.
pub(crate) fn items(table: &PeerTable, salt: Salt, today: Day) -> impl Iterator<Item = Item> {
    table.holding(today).map(move |p| item(salt, p.site))
}

/// What stands for a site in a sketch: 8 bytes of its digest under the salt, 4 that are the same for all statements of
/// one site, and the seconds of its seq. So the older of two statements of one site is known for what it is, and nobody
/// asks for it.
#[must_use]
pub fn item(salt: Salt, site: &CheckedEntry) -> Item {
    let mut item = salt.item(&[&site.digest]);
    item[8..12].copy_from_slice(&tag(salt, &site.id).to_be_bytes());
    item[12..].copy_from_slice(&seconds(site.descriptor.seq).to_be_bytes());
    item
}

/// A fixed mixing of a node id and a salt.
fn tag(salt: Salt, id: &Id) -> u32 {
    let word = |bytes: &[u8]| bytes.iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
    let domain = word(&id.0[..8]) ^ word(&salt.0[..8]);
    let address = word(&id.0[12..]) ^ word(&salt.0[8..]);
    let mixed = (domain.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ address).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 32) as u32
}

/// Until 2106; what is dated later counts as no older than anything.
fn seconds(seq: Millis) -> u32 {
    u32::try_from(seq / 1000).unwrap_or(u32::MAX)
}

/// Of the items that another site has and this one has not, those that are not older statements of sites that this one
/// has newer ones of.
pub(crate) fn worth_fetching(Difference { mut missing, extra }: Difference) -> Vec<Item> {
    let parts = |item: &Item| (u32_at(item, 8), u32_at(item, 12));
    let own: HashMap<u32, u32> = extra.iter().map(parts).collect();
    missing.retain(|item| {
        let (tag, theirs) = parts(item);
        own.get(&tag).is_none_or(|own| theirs >= *own)
    });
    missing
}

fn u32_at(item: &Item, at: usize) -> u32 {
    item[at..at + 4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// The first symbols of this site's table under its salt of one day, as many as were asked for. They are made once and
/// then follow the table.
#[derive(Debug, Default)]
pub struct DailySketch(Mutex<Option<Made>>);

#[derive(Clone, Debug)]
struct Made {
    day: Day,
    salt: Salt,
    sites: usize,
    symbols: Symbols,
}

impl Clone for DailySketch {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

impl DailySketch {
    fn answer(&self, site: &Site, asked: Sketch, today: Day) -> Result<SketchAnswer, RangeError> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let salt = salt(&site.settings, today);
        let Sketch { from, count } = asked;
        if let Some(made) = made.as_ref().filter(|made| made.day == today && count > 0) {
            if let Some(symbols) = made.symbols.run(from, count) {
                return Ok(SketchAnswer { salt, sites: made.sites, from, symbols });
            }
        }
        let inside = |all: &usize| count > 0 && *all <= MAX_SYMBOLS;
        let all = from.checked_add(count).filter(inside).ok_or(RangeError::Outside)?;
        let items: Vec<Item> = items(&site.table, salt, today).collect();
        let sites = items.len();
        let symbols = symbols(items, 0, all)?;
        let run = symbols.run(from, count).ok_or(RangeError::Outside)?;
        *made = Some(Made { day: today, salt, sites, symbols });
        Ok(SketchAnswer { salt, sites, from, symbols: run })
    }

    /// Follows a change of the table.
    pub(crate) fn change(&mut self, old: Option<&CheckedEntry>, new: Option<&CheckedEntry>) {
        let Some(made) = self.0.get_mut().unwrap_or_else(PoisonError::into_inner) else { return };
        if old.map(|site| site.digest) == new.map(|site| site.digest) {
            return;
        }
        if let Some(old) = old.filter(|site| site.descriptor.holds_on(made.day)) {
            made.symbols.toggle(&item(made.salt, old));
            made.sites -= 1;
        }
        if let Some(new) = new.filter(|site| site.descriptor.holds_on(made.day)) {
            made.symbols.toggle(&item(made.salt, new));
            made.sites += 1;
        }
    }
}

/// The answer to `sketch`.
pub fn sketch(site: &Site, asked: Sketch, today: Day) -> Result<SketchAnswer, Fault> {
    let answer = site.sketch.answer(site, asked, today);
    answer.map_err(|e| Fault::new(Code::BadRequest, e.to_string()))
}

/// The answer to `entries`.
pub fn entries(site: &Site, asked: &Entries, today: Day) -> Result<EntriesAnswer, Fault> {
    let known = [today, today.saturating_sub(1)].map(|day| salt(&site.settings, day));
    if !known.contains(&asked.salt) {
        return Err(Fault::new(Code::BadRequest, "that is not this site's salt of today or yesterday"));
    }
    let mut wanted: HashSet<&Item> = asked.items.0.iter().collect();
    let (mut sites, mut bytes) = (Vec::new(), 0);
    for peer in site.table.holding(today) {
        if wanted.is_empty() {
            break;
        }
        if wanted.remove(&item(asked.salt, peer.site)) {
            bytes += super::snapshot::json_bytes(&peer.site.entry);
            if bytes > ENTRIES_BYTES {
                break;
            }
            sites.push(peer.site.entry.clone());
        }
    }
    Ok(EntriesAnswer { sites })
}
