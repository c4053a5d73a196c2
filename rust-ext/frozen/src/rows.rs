//! Rows of one width.

use std::cmp::Ordering;
use std::ops::Range;

use super::Bytes;

/// Rows of one width, one behind the other. Where they are sorted by their first bytes, they are found by them.
#[derive(Clone, Debug)]
pub struct Rows {
    bytes: Bytes,
    width: usize,
    len: usize,
}

impl Rows {
    /// Rows of `width` bytes; `None` where the bytes are no whole number of rows.
    #[must_use]
    pub fn read(bytes: Bytes, width: usize) -> Option<Self> {
        let len = bytes.len().checked_div(width)?;
        (len * width == bytes.len()).then_some(Self { bytes, width, len })
    }

    /// No rows.
    #[must_use]
    pub fn none(width: usize) -> Self {
        Self { bytes: Bytes::default(), width, len: 0 }
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One row; empty where there is none.
    #[must_use]
    pub fn get(&self, row: usize) -> &[u8] {
        self.run(row..row.saturating_add(1))
    }

    /// The bytes of these rows; empty where not all of them are there.
    #[must_use]
    pub fn run(&self, rows: Range<usize>) -> &[u8] {
        let place = |row: usize| row.checked_mul(self.width);
        let range = place(rows.start).zip(place(rows.end));
        range.and_then(|(from, to)| self.bytes.get().get(from..to)).unwrap_or_default()
    }

    /// Every row of a range, in their order.
    #[must_use]
    pub fn iter(&self, rows: Range<usize>) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.run(rows).chunks_exact(self.width)
    }

    /// Finds the row that begins with these bytes, among rows that are sorted by as many first bytes.
    ///
    /// # Errors
    /// The place where such a row would be.
    pub fn find(&self, key: &[u8]) -> Result<usize, usize> {
        self.find_in(0..self.len, key)
    }

    /// Finds a row as [`Rows::find`] does, among keys that are spread evenly, as digests are: it looks first where the
    /// row is to be expected, and touches a fourth of the memory.
    ///
    /// # Errors
    /// The place where such a row would be.
    pub fn find_even(&self, key: &[u8]) -> Result<usize, usize> {
        let first = key.first_chunk().copied().map_or(0, u32::from_be_bytes);
        let expected = usize::try_from((u64::from(first) * self.len as u64) >> 32).unwrap_or(0);
        let is_before = |row: usize| self.get(row).get(..key.len()).is_some_and(|row| row < key);
        let mut reach = self.len.isqrt() + 1;
        let (mut low, mut high) = (expected.saturating_sub(reach), self.len.min(expected + reach));
        while low > 0 && !is_before(low) {
            reach *= 2;
            (low, high) = (low.saturating_sub(reach), low + 1);
        }
        while high < self.len && is_before(high) {
            reach *= 2;
            (low, high) = (high, self.len.min(high + reach));
        }
        self.find_in(low..high + 1, key)
    }

    /// Finds a row as [`Rows::find`] does, in a range of the rows.
    ///
    /// # Errors
    /// The place where such a row would be.
    pub fn find_in(&self, rows: Range<usize>, key: &[u8]) -> Result<usize, usize> {
        let all = self.bytes.get();
        let (mut low, mut high) = (rows.start, rows.end.min(self.len));
        while low < high {
            let middle = low + (high - low) / 2;
            let row = all.get(middle * self.width..).and_then(|rest| rest.get(..key.len()));
            match row.map_or(Ordering::Greater, |row| row.cmp(key)) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }
}
