//! The state at one moment, as a flat file: who wrote it, and then the rows.

use std::fs::File;
use std::io::{self, BufRead, BufWriter, Write};

use courseglue_core::change::Change;
use courseglue_core::settings::Settings;
use courseglue_core::site::Site;
use memmap2::Mmap;

use crate::place::Place;
use crate::state::{FORMAT, State};

/// The first bytes.
const MAGIC: &[u8; 8] = b"CGLUBASE";
/// Magic, format, ABI, generation.
const HEAD: usize = 8 + 4 + 8 + 8;

fn head(abi: i64, generation: u64) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    let parts: [&[u8]; 4] = [MAGIC, &FORMAT.to_le_bytes(), &abi.to_le_bytes(), &generation.to_le_bytes()];
    for (to, from) in head.iter_mut().zip(parts.concat()) {
        *to = from;
    }
    head
}

/// Writes the base of a generation, and says how long it is.
///
/// # Errors
/// What the disk says.
pub fn write(place: &Place, abi: i64, generation: u64, site: &Site) -> io::Result<u64> {
    let mut length = 0;
    place.replace(&place.base(generation), |file| {
        let mut out = BufWriter::with_capacity(1 << 20, &mut *file);
        out.write_all(&head(abi, generation))?;
        freeze(site, &mut out)?;
        out.flush()?;
        drop(out);
        length = file.metadata()?.len();
        Ok(())
    })?;
    Ok(length)
}

/// Reads the base that counts; `None` where it is not there, or is another.
#[must_use]
pub fn read(place: &Place, state: &State, settings: Settings) -> Option<Site> {
    let file = File::open(place.base(state.generation)).ok()?;
    // SAFETY: nobody writes to a base: it is made under another name, and only ever unlinked.
    let bytes = unsafe { Mmap::map(&file) }.ok()?;
    if bytes.len() as u64 != state.base {
        return None;
    }
    let (begin, rest) = bytes.split_at_checked(HEAD)?;
    if begin != head(state.abi, state.generation) {
        return None;
    }
    thaw(settings, rest)
}

fn freeze(site: &Site, out: &mut impl Write) -> io::Result<()> {
    for row in rows(site) {
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn thaw(settings: Settings, bytes: &[u8]) -> Option<Site> {
    let mut site = Site::new(settings);
    for line in bytes.lines() {
        site.apply(serde_json::from_str(&line.ok()?).ok()?);
    }
    Some(site)
}

/// The rows that make this state.
pub fn rows(site: &Site) -> impl Iterator<Item = Change> {
    let sites = site.table.iter().map(|peer| Change::from(&**peer.site));
    let silent = site.table.iter().filter(|peer| peer.liveness.failures > 0).map(|peer| Change::Alive {
        nodeid: peer.site.id,
        ok: false,
        at: peer.liveness.last_try / 1000,
        failures: peer.liveness.failures,
        since: peer.liveness.failing_since / 1000,
        error: None,
    });
    let records = site.held.iter().filter_map(|item| item.held().row(item.recordid)).map(Change::Record);
    let checks = site.checks.values().cloned().map(Change::Checked);
    let spots = site.spots.values().cloned().map(Change::Spot);
    let frequencies = site.frequencies.values().cloned().map(Change::Frequency);
    let marks = site
        .marks
        .iter()
        .map(|(name, value)| Change::Mark { name: name.clone(), value: Some(value.clone()) });
    sites.chain(silent).chain(records).chain(checks).chain(spots).chain(frequencies).chain(marks)
}
