//! Texts of any length, by their number.

use std::io::{self, Write};

use super::{Bytes, SectionWriter, u64_at};

/// Texts one behind the other, then where each of them ends, then how many they are.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    bytes: Bytes,
    /// The offset at which the table of ends begins.
    ends: usize,
    len: usize,
}

/// The bytes of an end, and of the number of texts.
const END: usize = 8;

impl Texts {
    /// Writes a section of texts.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn write<T: AsRef<[u8]>>(
        out: &mut SectionWriter<impl Write>,
        name: &str,
        texts: impl IntoIterator<Item = T>,
    ) -> io::Result<()> {
        out.begin(name)?;
        let mut ends: Vec<u8> = Vec::new();
        let mut end = 0_u64;
        for text in texts {
            out.write_all(text.as_ref())?;
            end += text.as_ref().len() as u64;
            ends.extend(end.to_le_bytes());
        }
        out.write_all(&ends)?;
        out.write_all(&((ends.len() / END) as u64).to_le_bytes())
    }

    /// The texts of a section; `None` where it has not that form.
    #[must_use]
    pub fn read(bytes: Bytes) -> Option<Self> {
        let tail = bytes.len().checked_sub(END)?;
        let len = usize::try_from(u64_at(bytes.get(), tail)).ok()?;
        let ends = tail.checked_sub(len.checked_mul(END)?)?;
        Some(Self { bytes, ends, len })
    }

    /// The number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes of a text; empty where there is none of this number.
    #[must_use]
    pub fn get(&self, number: usize) -> &[u8] {
        if number >= self.len {
            return &[];
        }
        let all = self.bytes.get();
        let from = if number == 0 { 0 } else { self.end(all, number - 1) };
        let to = self.end(all, number).min(self.ends);
        all.get(from..to).unwrap_or_default()
    }

    /// A text; empty where there is none of this number, or its bytes are no text.
    #[must_use]
    pub fn text(&self, number: usize) -> &str {
        std::str::from_utf8(self.get(number)).unwrap_or_default()
    }

    fn end(&self, all: &[u8], number: usize) -> usize {
        usize::try_from(u64_at(all, self.ends + number * END)).unwrap_or(usize::MAX)
    }

    /// The number of this text among sorted ones, or which it would have.
    ///
    /// # Errors
    /// The number that such a text would have.
    pub fn find(&self, text: &[u8]) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle).cmp(text) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Ok(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }
}
