//! Answers that are the same for all that ask: parts of the table. They are packed once, and kept with a tag.

use std::io::Read;
use std::sync::Arc;

use courseglue_protocol::Day;
use flate2::read::GzDecoder;

use super::gzip;
use super::request::Request;
use crate::state::State;

/// The most bytes of packed answers and what they follow from that a process keeps.
const MOST: usize = 2 << 20;

/// The key of a packed answer: the request and the state that it follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    query: String,
    generation: u64,
    bytes: u64,
    day: Day,
}

impl Key {
    /// The key of the answer to this request; `None` where the answer is for one asker alone.
    pub fn of(request: &Request<'_>, state: &State, day: Day) -> Option<Self> {
        let shared = ["operation=sketch&", "operation=snapshot"];
        if request.method == "POST" || !shared.iter().any(|start| request.query.starts_with(start)) {
            return None;
        }
        let State { generation, bytes, .. } = *state;
        Some(Self { query: request.query.to_owned(), generation, bytes, day })
    }

    /// The number of bytes that an entry takes, without its packed answer.
    fn bytes(&self) -> usize {
        size_of::<(Self, Blob)>() + self.query.len()
    }
}

/// A packed answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its tag, weak: the same for the packed and the plain form.
    pub tag: String,
    /// Its bytes, packed.
    pub gzip: Arc<[u8]>,
}

impl Blob {
    /// Its bytes, not packed.
    pub fn plain(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        // Bytes that were packed here can be unpacked.
        let _ = GzDecoder::new(&*self.gzip).read_to_end(&mut plain);
        plain
    }
}

/// Packs an answer.
pub fn pack(body: String) -> Blob {
    let gzip: Arc<[u8]> = gzip::well(body.as_bytes()).unwrap_or_default().into();
    let crc = crc32fast::hash(body.as_bytes());
    Blob { tag: format!("W/\"{:x}-{crc:08x}\"", body.len()), gzip }
}

/// The packed answers that a process keeps, the newest last.
#[derive(Debug, Default)]
pub struct PackedAnswers {
    kept: Vec<(Key, Blob)>,
}

impl PackedAnswers {
    pub(super) fn get(&self, key: &Key) -> Option<Blob> {
        self.kept.iter().find(|(of, _)| of == key).map(|(_, blob)| blob.clone())
    }

    pub(super) fn put(&mut self, key: Key, blob: Blob) {
        // Answers from a former state are not asked for again.
        self.kept.retain(|(of, _)| (of.generation, of.bytes, of.day) == (key.generation, key.bytes, key.day));
        self.kept.push((key, blob));
        while self.kept.iter().map(|(of, blob)| of.bytes() + blob.gzip.len()).sum::<usize>() > MOST {
            self.kept.remove(0);
        }
    }
}
