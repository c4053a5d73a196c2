//! A table that lies ready in a file, by node id: what look-ups need in rows, and the entries as they travel.

use courseglue_frozen::{Rows, Sections, Texts, id_at, u32_at, u64_at};
use courseglue_protocol::{CheckedEntry, Entry, Id, Millis, PublicKey};

use super::glance::{GLANCE, Glance};
use super::liveness::Liveness;

/// Sequence number, digest, key, country.
const FACTS: usize = 8 + 20 + 32 + 2;
/// Node id, failures, last try, first failure.
const SEEN: usize = 20 + 4 + 8 + 8;

/// The frozen rows. Their order is not checked, since a wrong order only makes wrong answers.
#[derive(Debug)]
pub(super) struct Base {
    glances: Rows,
    facts: Rows,
    entries: Texts,
    /// The node ids of the sites that vouch for each.
    givers: Texts,
    /// The liveness of the sites whose last request failed.
    seen: Rows,
    /// The row in which each bucket ends.
    ends: Rows,
}

impl Base {
    /// Finds the sections; `None` where one is missing, or they do not fit together.
    pub fn read(sections: &Sections) -> Option<Self> {
        let rows = |name: &str, width: usize| Rows::read(sections.get(name)?, width);
        let texts = |name: &str| Texts::read(sections.get(name)?);
        let base = Self {
            glances: rows("table.glances", GLANCE)?,
            facts: rows("table.facts", FACTS)?,
            entries: texts("table.entries")?,
            givers: texts("table.givers")?,
            seen: rows("table.seen", SEEN)?,
            ends: rows("table.ends", 4)?,
        };
        let alike = [base.facts.len(), base.entries.len(), base.givers.len()];
        (base.ends.len().is_power_of_two() && alike.iter().all(|len| *len == base.len())).then_some(base)
    }

    pub fn len(&self) -> usize {
        self.glances.len()
    }

    /// The rows of each bucket.
    pub fn buckets(&self) -> impl Iterator<Item = (usize, usize)> {
        let mut from = 0;
        self.ends.iter(0..self.ends.len()).map(move |end| {
            let to = (u32_at(end, 0) as usize).clamp(from, self.len());
            (std::mem::replace(&mut from, to), to)
        })
    }

    pub fn find(&self, from: usize, to: usize, id: &Id) -> Result<usize, usize> {
        self.glances.find_in(from..to, &id.0)
    }

    pub fn glance(&self, row: usize) -> Glance {
        Glance::from_bytes(self.glances.get(row))
    }

    pub fn glances(&self, from: usize, to: usize) -> impl Iterator<Item = Glance> {
        self.glances.iter(from..to).map(Glance::from_bytes)
    }

    /// The row of a site, where only its id is known.
    pub fn row_of(&self, id: &Id) -> usize {
        self.glances.find(&id.0).unwrap_or(usize::MAX)
    }

    pub fn seq(&self, row: usize) -> Millis {
        u64_at(self.facts.get(row), 0)
    }

    pub fn digest(&self, row: usize) -> [u8; 20] {
        id_at(self.facts.get(row), 8).0
    }

    pub fn key(&self, row: usize) -> PublicKey {
        let key = self.facts.get(row).get(28..60).and_then(|key| key.first_chunk());
        PublicKey(key.copied().unwrap_or([0; 32]))
    }

    pub fn country(&self, row: usize) -> Option<&str> {
        let country = self.facts.get(row).get(60..62).filter(|country| country[0] != 0)?;
        std::str::from_utf8(country).ok()
    }

    /// The entry as it travels.
    pub fn json(&self, row: usize) -> &str {
        self.entries.text(row)
    }

    /// Parses the entry of a row. Returns an empty placeholder if the file is damaged there.
    pub fn site(&self, row: usize, id: &Id) -> CheckedEntry {
        let entry = serde_json::from_str::<Entry>(self.json(row)).ok().and_then(|entry| entry.read().ok());
        entry.filter(|site| site.id == *id).unwrap_or_else(|| CheckedEntry::unreadable(*id))
    }

    pub fn givers(&self, row: usize) -> impl Iterator<Item = Id> {
        self.givers.get(row).chunks_exact(20).map(|id| id_at(id, 0))
    }

    /// The liveness of a site whose last request failed.
    pub fn seen(&self, id: &Id) -> Option<Liveness> {
        let seen = self.seen.get(self.seen.find(&id.0).ok()?);
        let (last_try, failing_since) = (u64_at(seen, 24), u64_at(seen, 32));
        Some(Liveness { failures: u32_at(seen, 20), last_try, failing_since })
    }
}
