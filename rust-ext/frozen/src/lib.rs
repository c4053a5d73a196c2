//! State that lies ready in a flat file: written once, and then read straight out of the bytes, without parsing.
//!
//! All numbers are little-endian and of fixed width, nothing is aligned, and every access is checked: bytes that are
//! damaged give wrong answers or none, and never stop the program. A file is written section by section with
//! [`SectionWriter`] and found again with [`Sections`]; in a section lie [`Rows`] of one width or [`Texts`] of any.

mod rows;
mod sections;
#[cfg(test)]
mod tests;
mod texts;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use courseglue_protocol::Id;

pub use rows::Rows;
pub use sections::{SectionWriter, Sections};
pub use texts::Texts;

/// A range of bytes that others may hold too: of a mapped file, or of the heap. Copies are cheap.
#[derive(Clone)]
pub struct Bytes {
    all: Arc<dyn AsRef<[u8]> + Send + Sync>,
    from: usize,
    to: usize,
}

impl Bytes {
    /// All bytes of something.
    #[must_use]
    pub fn new(all: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        let to = all.as_ref().len();
        Self { all: Arc::new(all), from: 0, to }
    }

    /// The bytes themselves.
    #[must_use]
    pub fn get(&self) -> &[u8] {
        (*self.all).as_ref().get(self.from..self.to).unwrap_or_default()
    }

    /// A part of them; `None` where they end before it does.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Option<Self> {
        let (from, to) = (self.from.checked_add(range.start)?, self.from.checked_add(range.end)?);
        (from <= to && to <= self.to).then(|| Self { all: self.all.clone(), from, to })
    }

    /// The number of bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.to - self.from
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for Bytes {
    fn default() -> Self {
        Self::new([])
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", self.len())
    }
}

/// The `N` bytes at this place; zeros where there are no such bytes.
fn chunk<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}

/// The number in 2 bytes at this place, little-endian; 0 where the bytes end before.
#[must_use]
pub fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(chunk(bytes, at))
}

/// The number in 4 bytes at this place, little-endian; 0 where the bytes end before.
#[must_use]
pub fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(chunk(bytes, at))
}

/// The number in 8 bytes at this place, little-endian; 0 where the bytes end before.
#[must_use]
pub fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(chunk(bytes, at))
}

/// The id in 20 bytes at this place; all zeros where the bytes end before.
#[must_use]
pub fn id_at(bytes: &[u8], at: usize) -> Id {
    Id(chunk(bytes, at))
}
