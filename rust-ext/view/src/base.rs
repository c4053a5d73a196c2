//! The base of a view: the state at one moment, as a flat file, with a header that names the writer.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::time::SystemTime;

use courseglue_core::{Settings, Site};
use courseglue_frozen::Bytes;
use courseglue_protocol::day_of;
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

/// Writes the base of a generation, with the sketches of today, and says how long it is.
///
/// # Errors
/// Errors of the disk.
pub fn write(place: &Place, abi: i64, generation: u64, site: &Site) -> io::Result<u64> {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
    let today = day_of(now.try_into().unwrap_or_default());
    let mut length = 0;
    place.replace(&place.base(generation), |file| {
        let mut out = BufWriter::with_capacity(1 << 20, &mut *file);
        out.write_all(&head(abi, generation))?;
        site.freeze(today, &mut out)?;
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
    // SAFETY: no process writes to a base: it is made under another name, and only ever unlinked.
    let bytes = unsafe { Mmap::map(&file) }.ok()?;
    if bytes.len() as u64 != state.base {
        return None;
    }
    if *bytes.first_chunk::<HEAD>()? != head(state.abi, state.generation) {
        return None;
    }
    let bytes = Bytes::new(bytes);
    Site::thaw(settings, &bytes.slice(HEAD..bytes.len())?)
}
