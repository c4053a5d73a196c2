//! The parts of a file, by name.

use std::collections::HashMap;
use std::io::{self, Write};

use sha1::{Digest, Sha1};

use super::{Bytes, chunk, u16_at, u64_at};

/// The bytes at the end: how long the directory is, and its hash.
const TRAILER: usize = 8 + HASH;
const HASH: usize = 20;

/// Writes sections one after the other; the last bytes tell where they are.
#[derive(Debug)]
pub struct SectionWriter<W> {
    out: W,
    written: u64,
    /// Each section's name, and where it begins.
    sections: Vec<(String, u64)>,
}

impl<W: Write> SectionWriter<W> {
    /// Begins with nothing written. What lies before in the file does not count.
    pub fn new(out: W) -> Self {
        Self { out, written: 0, sections: Vec::new() }
    }

    /// Ends the section before, and begins another: all that is written now is in it.
    ///
    /// # Errors
    /// A name of more than 65,535 bytes, or one that was used.
    pub fn begin(&mut self, name: &str) -> io::Result<()> {
        if u16::try_from(name.len()).is_err() || self.sections.iter().any(|(used, _)| used == name) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the name of a section is long or used"));
        }
        self.sections.push((name.to_owned(), self.written));
        Ok(())
    }

    /// Writes a whole section.
    ///
    /// # Errors
    /// As with [`SectionWriter::begin`], and errors of the writer.
    pub fn section(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin(name)?;
        self.write_all(bytes)
    }

    /// Writes the directory, and gives back what was written to.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        let mut directory = Vec::new();
        let ends = self.sections.iter().skip(1).map(|(_, from)| *from).chain([self.written]);
        for ((name, from), to) in self.sections.iter().zip(ends) {
            let length = u16::try_from(name.len()).map_err(io::Error::other)?;
            directory.extend(length.to_le_bytes());
            directory.extend(name.as_bytes());
            directory.extend(from.to_le_bytes());
            directory.extend(to.to_le_bytes());
        }
        self.out.write_all(&directory)?;
        self.out.write_all(&(directory.len() as u64).to_le_bytes())?;
        self.out.write_all(&Sha1::digest(&directory))?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl<W: Write> Write for SectionWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The sections of a file that a [`SectionWriter`] has written.
#[derive(Clone, Debug, Default)]
pub struct Sections {
    by_name: HashMap<String, Bytes>,
}

impl Sections {
    /// Reads the directory; `None` where it does not fit its hash, or names what is not there.
    #[must_use]
    pub fn read(bytes: &Bytes) -> Option<Self> {
        let all = bytes.get();
        let trailer = all.len().checked_sub(TRAILER)?;
        let length = usize::try_from(u64_at(all, trailer)).ok()?;
        let end = trailer.checked_sub(length)?;
        let mut directory = all.get(end..trailer)?;
        if <[u8; HASH]>::from(Sha1::digest(directory)) != chunk::<HASH>(all, trailer + 8) {
            return None;
        }
        let mut by_name = HashMap::new();
        while !directory.is_empty() {
            let name_end = 2 + usize::from(u16_at(directory, 0));
            let name = std::str::from_utf8(directory.get(2..name_end)?).ok()?;
            let place = directory.get(name_end..name_end + 16)?;
            let (from, to) =
                (usize::try_from(u64_at(place, 0)).ok()?, usize::try_from(u64_at(place, 8)).ok()?);
            let section = bytes.slice(from..to).filter(|_| to <= end)?;
            by_name.insert(name.to_owned(), section);
            directory = directory.get(name_end + 16..)?;
        }
        Some(Self { by_name })
    }

    /// A section's bytes.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Bytes> {
        self.by_name.get(name).cloned()
    }
}
