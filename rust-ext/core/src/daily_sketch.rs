//! The sketch of a site's table: the items of its sites under the salt of a day, and their first symbols.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use courseglue_frozen::{Bytes, SectionWriter, Sections, u32_at as number_at, u64_at};
use courseglue_protocol::message::{RECENT_DAYS, Sketch, SketchAnswer};
use courseglue_protocol::{CheckedEntry, Day, Id, Millis, PublicKey, day_of};
use courseglue_sketch::{
    Difference, FIRST_SYMBOLS, Item, MAX_SYMBOLS, RangeError, SYMBOL_BYTES, Salt, Symbols, symbols,
};
use courseglue_table::{Peer, PeerTable};

use crate::settings::Settings;

/// A site's salt of this day.
pub(crate) fn salt(settings: &Settings, today: Day) -> Salt {
    Salt::of_day(&settings.seed, &settings.node.0, today)
}

/// The sites of a sketch, as items: all whose lease holds and that described themselves on this day or later.
pub(crate) fn items(table: &PeerTable, salt: Salt, since: Day, today: Day) -> impl Iterator<Item = Item> {
    let sites = table.holding(today).filter(move |peer| day_of(peer.seq()) >= since);
    sites.map(move |peer| item_of(salt, &peer.id(), &peer.key(), peer.rank()))
}

/// The item of a site in a sketch: 8 bytes of its digest under the salt, 4 that are the same for all statements of one
/// site with one key, and the seconds of its seq. So the older of two statements of one site is recognised, and not asked for.
#[must_use]
pub fn sketch_item(salt: Salt, site: &CheckedEntry) -> Item {
    item_of(salt, &site.id, &site.descriptor.key, site.rank())
}

/// The item of a site's statement, given by its seq and digest.
pub(crate) fn item_of(salt: Salt, id: &Id, key: &PublicKey, (seq, digest): (Millis, [u8; 20])) -> Item {
    let mut item = salt.item(&[&digest]);
    item[8..12].copy_from_slice(&tag(salt, id, key).to_be_bytes());
    item[12..].copy_from_slice(&seconds(seq).to_be_bytes());
    item
}

/// A fixed mixing of a node id, a key and a salt.
pub(crate) fn tag(salt: Salt, id: &Id, key: &PublicKey) -> u32 {
    let word = |bytes: &[u8]| bytes.iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
    let domain = word(&id.0[..8]) ^ word(&salt.0[..8]);
    let address = word(&id.0[12..]) ^ word(&salt.0[8..]) ^ word(&key.0[..8]);
    let mixed = (domain.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ address).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 32) as u32
}

/// The seconds of a seq. After 2106 all are the same: such a statement counts as no older than any other.
pub(crate) fn seconds(seq: Millis) -> u32 {
    u32::try_from(seq / 1000).unwrap_or(u32::MAX)
}

/// The items worth asking another site for: those that this one lacks, but for older statements of sites that this one
/// has newer statements of.
pub(crate) fn worth_fetching(Difference { mut missing, extra }: Difference) -> Vec<Item> {
    let parts = |item: &Item| (u32_at(item, 8), u32_at(item, 12));
    let own: HashMap<u32, u32> = extra.iter().map(parts).collect();
    missing.retain(|item| {
        let (tag, theirs) = parts(item);
        own.get(&tag).is_none_or(|own| theirs >= *own)
    });
    missing
}

pub(crate) fn u32_at(item: &Item, at: usize) -> u32 {
    item[at..at + 4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// A cache of one day's sketch symbols, of the whole table and of its recent statements. It holds as many symbols as were
/// asked for, and up to twice that. They are made once and then follow the table.
#[derive(Debug, Default)]
pub struct DailySketch(Mutex<[Option<PreparedSymbols>; 2]>);

#[derive(Clone, Debug)]
struct PreparedSymbols {
    day: Day,
    salt: Salt,
    since: Day,
    sites: usize,
    symbols: SymbolSource,
}

/// The place of the symbols.
#[derive(Clone, Debug)]
enum SymbolSource {
    Heap(Symbols),
    /// In a file, and the items that came or went since.
    Frozen(Bytes, Vec<Item>),
}

impl SymbolSource {
    /// A run of symbols; `None` where it goes beyond their end.
    fn run(&self, from: usize, count: usize) -> Option<Symbols> {
        match self {
            Self::Heap(symbols) => symbols.run(from, count),
            Self::Frozen(bytes, changed) => {
                let place = |symbol: usize| symbol.checked_mul(SYMBOL_BYTES);
                let range = place(from)?..place(from.checked_add(count)?)?;
                let mut run = Symbols::from_bytes(bytes.get().get(range)?)?;
                changed.iter().for_each(|item| run.toggle_from(from, item));
                Some(run)
            }
        }
    }

    fn toggle(&mut self, item: Item) {
        match self {
            Self::Heap(symbols) => symbols.toggle(&item),
            Self::Frozen(_, changed) => changed.push(item),
        }
    }
}

impl PreparedSymbols {
    fn new(
        settings: &Settings,
        table: &PeerTable,
        today: Day,
        recent: bool,
        count: usize,
    ) -> Result<Self, RangeError> {
        let since = if recent { (today + 1).saturating_sub(RECENT_DAYS) } else { 0 };
        let salt = salt(settings, today);
        let items: Vec<Item> = items(table, salt, since, today).collect();
        let sites = items.len();
        let symbols = SymbolSource::Heap(symbols(items, 0, count)?);
        Ok(Self { day: today, salt, since, sites, symbols })
    }

    fn write(&self, count: usize, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.day.to_le_bytes())?;
        out.write_all(&self.since.to_le_bytes())?;
        out.write_all(&(self.sites as u64).to_le_bytes())?;
        out.write_all(&self.salt.0)?;
        out.write_all(&self.symbols.run(0, count).unwrap_or_default().to_bytes())
    }

    fn read(bytes: &Bytes) -> Option<Self> {
        let head = bytes.get().get(..HEAD)?;
        let symbols = bytes.slice(HEAD..bytes.len())?;
        Some(Self {
            day: number_at(head, 0),
            since: number_at(head, 4),
            sites: usize::try_from(u64_at(head, 8)).ok()?,
            salt: Salt(*head.last_chunk()?),
            symbols: SymbolSource::Frozen(symbols, Vec::new()),
        })
    }

    fn toggle(&mut self, id: &Id, key: &PublicKey, rank: (Millis, [u8; 20])) {
        self.symbols.toggle(item_of(self.salt, id, key, rank));
    }
}

/// The bytes before frozen symbols: two days, how many sites, the salt.
const HEAD: usize = 4 + 4 + 8 + 16;
/// The sections of the whole table's symbols, and of those of what is recent.
const SECTIONS: [&str; 2] = ["sketch.whole", "sketch.recent"];

impl Clone for DailySketch {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

impl DailySketch {
    /// Writes the symbols of `today`, ready to be asked for: as many as a sketch has, or where the sites are few, as many
    /// as solve any difference. More of so few are quickly made.
    pub(crate) fn freeze(
        settings: &Settings,
        table: &PeerTable,
        today: Day,
        out: &mut SectionWriter<impl Write>,
    ) -> io::Result<()> {
        let count = (2 * table.len()).clamp(FIRST_SYMBOLS, MAX_SYMBOLS);
        for (recent, name) in [false, true].into_iter().zip(SECTIONS) {
            let made =
                PreparedSymbols::new(settings, table, today, recent, count).map_err(io::Error::other)?;
            out.begin(name)?;
            made.write(count, out)?;
        }
        Ok(())
    }

    /// Reads the frozen symbols; `None` where they are not there.
    pub(crate) fn thaw(sections: &Sections) -> Option<Self> {
        let [whole, recent] = SECTIONS.map(|name| sections.get(name));
        Some(Self(Mutex::new([PreparedSymbols::read(&whole?), PreparedSymbols::read(&recent?)])))
    }

    pub(crate) fn answer(
        &self,
        settings: &Settings,
        table: &PeerTable,
        asked: Sketch,
        today: Day,
    ) -> Result<SketchAnswer, RangeError> {
        let Sketch { from, count, recent } = asked;
        let inside = |all: &usize| count > 0 && *all <= MAX_SYMBOLS;
        let all = from.checked_add(count).filter(inside).ok_or(RangeError::Outside)?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = &mut kept[usize::from(recent)];
        let fits = |made: &PreparedSymbols| made.day == today && made.salt == salt(settings, today);
        if let Some(made) = kept.as_ref().filter(|made| fits(made)) {
            if let Some(symbols) = made.symbols.run(from, count) {
                let PreparedSymbols { salt, since, sites, .. } = *made;
                return Ok(SketchAnswer { salt, since, sites, from, symbols });
            }
        }
        let made = kept.insert(PreparedSymbols::new(settings, table, today, recent, beyond(all))?);
        let symbols = made.symbols.run(from, count).ok_or(RangeError::Outside)?;
        let PreparedSymbols { salt, since, sites, .. } = *made;
        Ok(SketchAnswer { salt, since, sites, from, symbols })
    }

    /// Follows a change of the table.
    pub(crate) fn change(&mut self, old: Option<Peer<'_>>, new: Option<&CheckedEntry>) {
        if old.map(|site| site.digest()) == new.map(|site| site.digest) {
            return;
        }
        let kept = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        for made in kept.iter_mut().flatten() {
            let (day, since) = (made.day, made.since);
            let was_in = |site: &Peer<'_>| site.holds_on(day) && day_of(site.seq()) >= since;
            if let Some(old) = old.filter(was_in) {
                made.toggle(&old.id(), &old.key(), old.rank());
                made.sites = made.sites.saturating_sub(1);
            }
            let is_in =
                |site: &&CheckedEntry| site.descriptor.holds_on(day) && day_of(site.descriptor.seq) >= since;
            if let Some(new) = new.filter(is_in) {
                made.toggle(&new.id, &new.descriptor.key, new.rank());
                made.sites = made.sites.saturating_add(1);
            }
        }
    }
}

/// The number of symbols that are made where `asked` are asked for: a peer that asks for one more each time has them
/// made anew only a few times.
fn beyond(asked: usize) -> usize {
    (asked.div_ceil(FIRST_SYMBOLS).next_power_of_two() * FIRST_SYMBOLS).min(MAX_SYMBOLS)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::site::Site;

    #[test]
    fn whoever_asks_for_one_symbol_more_each_time_has_few_made_anew() {
        let settings = r#"{"network": "test", "address": "a.example", "scheme": "https", "viewdir": "",
            "blockedhosts": [], "allowedports": []}"#;
        let site = Site::new(Settings::from_json(settings).unwrap());
        let mut made = HashSet::new();
        for count in (1..=MAX_SYMBOLS).step_by(100).chain([MAX_SYMBOLS]) {
            let answer = site
                .sketch
                .answer(&site.settings, &site.table, Sketch { from: 0, count, recent: false }, 20_000)
                .unwrap();
            assert_eq!(answer.symbols.len(), count);
            let kept = site.sketch.0.lock().unwrap();
            made.extend(kept[0].as_ref().map(|made| match &made.symbols {
                SymbolSource::Heap(symbols) => symbols.len(),
                SymbolSource::Frozen(..) => 0,
            }));
        }
        assert_eq!((made.len(), made.iter().max()), (8, Some(&MAX_SYMBOLS)));
    }
}
