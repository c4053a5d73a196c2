//! The log of a view: the rows that changed since the base was written, one behind the other, each with its length and
//! its checksum.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

use courseglue_core::Change;

use crate::place::Place;
use crate::state::State;

/// The bytes before a row: its length and its checksum.
const HEAD: usize = 8;

/// Rows as they lie in a log.
///
/// # Errors
/// A row of 4 GiB or more.
pub fn frame(rows: &[Change]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for row in rows {
        let row = serde_json::to_vec(row)?;
        let length = u32::try_from(row.len()).map_err(io::Error::other)?;
        bytes.extend(length.to_le_bytes());
        bytes.extend(crc32fast::hash(&row).to_le_bytes());
        bytes.extend(row);
    }
    Ok(bytes)
}

/// The rows in these bytes; `None` where they are damaged.
#[must_use]
pub fn rows(mut bytes: &[u8]) -> Option<Vec<Change>> {
    let mut rows = Vec::new();
    while let Some((head, rest)) = bytes.split_at_checked(HEAD) {
        let number = |at: usize| head.get(at..)?.first_chunk().copied().map(u32::from_le_bytes);
        let (row, rest) = rest.split_at_checked(usize::try_from(number(0)?).ok()?)?;
        if crc32fast::hash(row) != number(4)? {
            return None;
        }
        rows.push(serde_json::from_slice(row).ok()?);
        bytes = rest;
    }
    bytes.is_empty().then_some(rows)
}

/// Appends after the last complete row of a log. Bytes behind that row are of a write that was cut off: they are
/// overwritten, and no reader looks at them.
///
/// # Errors
/// Errors of the disk, and an error where the log is not there any more; what counted before still counts then.
pub fn append(place: &Place, state: &State, bytes: &[u8]) -> io::Result<()> {
    let path = place.log(state.generation);
    let mut file = match state.bytes {
        0 => place.open(&path)?,
        _ => OpenOptions::new().write(true).open(&path)?,
    };
    if file.metadata()?.len() < state.bytes {
        return Err(io::Error::from(io::ErrorKind::NotFound));
    }
    file.set_len(state.bytes)?;
    io::Seek::seek(&mut file, io::SeekFrom::Start(state.bytes))?;
    file.write_all(bytes)?;
    file.sync_data()
}

/// Reads the part of a log that counts, from an offset on; `None` where it is not there.
#[must_use]
pub fn read(place: &Place, state: &State, from: u64) -> Option<Vec<u8>> {
    let length = state.bytes.checked_sub(from)?;
    if length == 0 {
        return Some(Vec::new());
    }
    let file = std::fs::File::open(place.log(state.generation)).ok()?;
    if file.metadata().ok()?.len() < state.bytes {
        return None;
    }
    let mut bytes = vec![0; usize::try_from(length).ok()?];
    file.read_exact_at(&mut bytes, from).ok()?;
    Some(bytes)
}
