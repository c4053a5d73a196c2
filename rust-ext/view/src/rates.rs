//! Rate limits of sources, counted by all processes of a server together: the file `rates`.
//!
//! By the generic cell rate algorithm (ITU-T I.371) each source has one number: the moment at which it will have used
//! up nothing. The file has room for a fixed number of sources, in sets of four; when a set is full, the source that
//! has used up least is forgotten. Nothing is locked: two requests of one source at the same moment may count as one.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::os::unix::fs::{FileExt, MetadataExt};

use courseglue_protocol::v4_inside;

use crate::place::Place;
use crate::serving::Limit;

const RATES: &str = "rates";
const SETS: u64 = 4_096;
const WAYS: usize = 4;
/// A source's hash and its moment.
const SLOT: usize = 16;
const SET: usize = WAYS * SLOT;

/// The counters, as one process has them open.
#[derive(Debug, Default)]
pub struct Rates {
    file: Option<File>,
}

impl Rates {
    /// Counts a request. `now` is in Unix milliseconds.
    ///
    /// # Errors
    /// The number of seconds after which the source may ask again.
    pub fn count(&mut self, place: &Place, limit: Limit, source: &str, now: u64) -> Result<(), u32> {
        let is_deleted = |file: &File| file.metadata().map_or(true, |file| file.nlink() == 0);
        if self.file.as_ref().is_none_or(is_deleted) {
            self.file = place.open(&place.file(RATES)).ok();
        }
        // Where nothing can be counted, answering is better than refusing.
        let Some(file) = &self.file else { return Ok(()) };
        let key = key(source);
        let at = (key % SETS) * SET as u64;
        let mut set = [0; SET];
        let _ = file.read_exact_at(&mut set, at);
        let slots: Vec<(u64, u64)> = set
            .chunks_exact(SLOT)
            .map(|slot| (number(slot), number(slot.get(8..).unwrap_or_default())))
            .collect();
        let own = slots.iter().position(|(other, _)| *other == key);
        let least = || (0..WAYS).min_by_key(|slot| slots.get(*slot).map(|(_, until)| *until));
        let Some(slot) = own.or_else(least) else { return Ok(()) };
        let window = u64::from(limit.seconds.get()) * 1000;
        let until = match own.and_then(|own| slots.get(own)) {
            // A moment further ahead than a window was counted when the clock was wrong, or under another limit.
            Some((_, until)) => (*until).clamp(now, now.saturating_add(window)),
            None => now,
        };
        let next = until + window.div_ceil(u64::from(limit.requests.get()));
        if next - now > window {
            return Err(u32::try_from((next - now - window).div_ceil(1000)).unwrap_or(u32::MAX).max(1));
        }
        let written: Vec<u8> = [key.to_le_bytes(), next.to_le_bytes()].concat();
        let _ = file.write_all_at(&written, at + (slot * SLOT) as u64);
        Ok(())
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.first_chunk().copied().map_or(0, u64::from_le_bytes)
}

/// The key of a source; for an IPv6 address its first half, as the owner of one address has all of them. Never 0.
fn key(source: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    match source.trim_end_matches("/64").parse::<IpAddr>() {
        Ok(IpAddr::V6(address)) if v4_inside(address).is_some() => {
            v4_inside(address).map(|v4| v4.octets()).hash(&mut hasher);
        }
        Ok(IpAddr::V6(address)) => address.segments().get(..4).hash(&mut hasher),
        Ok(IpAddr::V4(address)) => Some(address.octets()).hash(&mut hasher),
        Err(_) => source.hash(&mut hasher),
    }
    hasher.finish().max(1)
}
