//! Writing an index into a file: what it was made of, without what was removed, and with what came since.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io::{self, Write};

use courseglue_frozen::{SectionWriter, Texts};
use courseglue_protocol::Id;
use courseglue_text::{Stemming, Stemmings};

use super::frozen::{View, bucket, section};
use super::index::Index;
use super::names::Names;
use super::overlay::Overlay;
use super::segment::{Postings, Segment};

/// No number.
const NONE: u32 = u32::MAX;

impl Index {
    /// Writes the sections that [`super::FrozenIndex::read`] reads.
    ///
    /// # Errors
    /// Errors of the writer, and an error where there is more than a file can hold.
    pub fn write(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        let documents = Documents::of(self.view(), &self.overlay)?;
        let mut kinds = Names::default();
        documents.write_rows(&mut kinds, out)?;
        documents.write_titles(out)?;
        let lists = Lists::write(&documents, out)?;
        documents.write_contents(&lists, &mut kinds, out)?;
        Texts::write(out, section::KINDS, kinds.iter())
    }
}

/// The segment that a record comes from, and its slot there.
#[derive(Clone, Copy)]
enum Source {
    Base(u32),
    Overlay(u32),
}

/// All records.
struct Documents<'i> {
    base: Option<View<'i>>,
    overlay: &'i Overlay,
    /// In the order of their ids: the place of each is its new slot.
    sources: Vec<(Id, Source)>,
    /// New slots by the old ones.
    of_base: Vec<u32>,
    of_overlay: Vec<u32>,
}

/// The facts about a record that filters, facets and ranking need: [`super::segment::Row`] with its numbers resolved.
struct Columns<'i> {
    node: Id,
    seq: u64,
    langs: &'i str,
    kinds: &'i str,
    access: u8,
}

fn columns<S: Segment>(segment: &S, slot: u32) -> Option<Columns<'_>> {
    let row = segment.row(slot)?;
    let (langs, kinds) = (segment.lang_set(row.langs), segment.kind_set(row.kinds));
    Some(Columns { node: segment.node(row.node)?, seq: row.seq, langs, kinds, access: row.access as u8 })
}

impl<'i> Documents<'i> {
    fn of(base: Option<View<'i>>, overlay: &'i Overlay) -> io::Result<Self> {
        let of_base = base.iter().flat_map(|base| {
            let whole = |slot: &u32| columns(base, *slot).is_some();
            base.live().filter(whole).filter_map(|slot| Some((base.id(slot)?, Source::Base(slot))))
        });
        let fresh = overlay.live().filter_map(|slot| Some((overlay.id(slot)?, Source::Overlay(slot))));
        let mut sources: Vec<(Id, Source)> = of_base.chain(fresh).collect();
        sources.sort_unstable_by_key(|(id, _)| *id);
        sources.dedup_by_key(|(id, _)| *id);
        let mut of_base = vec![NONE; base.map_or(0, |base| base.slots())];
        let mut of_overlay = vec![NONE; overlay.slots()];
        for (new, (_, source)) in sources.iter().enumerate() {
            let slot = match source {
                Source::Base(old) => of_base.get_mut(*old as usize),
                Source::Overlay(old) => of_overlay.get_mut(*old as usize),
            };
            let new = number(new)?;
            slot.into_iter().for_each(|slot| *slot = new);
        }
        Ok(Self { base, overlay, sources, of_base, of_overlay })
    }

    fn columns(&self) -> impl Iterator<Item = Columns<'_>> {
        self.sources.iter().filter_map(|(_, source)| match source {
            Source::Base(slot) => columns(self.base.as_ref()?, *slot),
            Source::Overlay(slot) => columns(self.overlay, *slot),
        })
    }

    fn write_rows(&self, kinds: &mut Names, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        out.begin(section::IDS)?;
        self.sources.iter().try_for_each(|(id, _)| out.write_all(&id.0))?;
        let mut nodes: Vec<Id> = self.columns().map(|columns| columns.node).collect();
        nodes.sort_unstable();
        nodes.dedup();
        out.begin(section::NODES)?;
        nodes.iter().try_for_each(|node| out.write_all(&node.0))?;
        let mut langs = Names::default();
        out.begin(section::ROWS)?;
        for columns in self.columns() {
            let (Ok(node) | Err(node)) = nodes.binary_search(&columns.node);
            out.write_all(&number(node)?.to_le_bytes())?;
            out.write_all(&columns.seq.to_le_bytes())?;
            out.write_all(&langs.number(columns.langs).to_le_bytes())?;
            out.write_all(&kinds.number(columns.kinds).to_le_bytes())?;
            out.write_all(&[columns.access])?;
        }
        Texts::write(out, section::LANGS, langs.iter())
    }

    fn write_titles(&self, out: &mut SectionWriter<impl Write>) -> io::Result<()> {
        let of_base = self.base.iter().flat_map(View::titles);
        let of_base = of_base.map(|(title, slot)| (title, found(&self.of_base, slot)));
        let fresh = self.overlay.live().filter_map(|slot| Some((slot, self.overlay.document(slot)?)));
        let fresh = fresh.flat_map(|(slot, document)| {
            document.titles.iter().map(move |title| (*title, found(&self.of_overlay, slot)))
        });
        let mut titles: Vec<(u64, u32)> = of_base.chain(fresh).filter(|(_, slot)| *slot != NONE).collect();
        titles.sort_unstable();
        titles.dedup();
        out.begin(section::TITLES)?;
        titles.iter().try_for_each(|(title, slot)| {
            out.write_all(&title.to_be_bytes())?;
            out.write_all(&slot.to_be_bytes())
        })
    }

    fn write_contents(
        &self,
        lists: &Lists,
        kinds: &mut Names,
        out: &mut SectionWriter<impl Write>,
    ) -> io::Result<()> {
        let contents = self.sources.iter().map(|(_, source)| match (source, &self.base) {
            (Source::Base(slot), Some(base)) => {
                let list = |key| usize::try_from(key).ok().and_then(|list| lists.of_base.get(list).copied());
                contents(base, *slot, list, kinds)
            }
            (Source::Base(_), None) => Vec::new(),
            (Source::Overlay(slot), _) => {
                contents(self.overlay, *slot, |key| lists.of_overlay.get(&key).copied(), kinds)
            }
        });
        Texts::write(out, section::CONTENTS, contents)
    }
}

/// The contents of a record as [`View::each_name`] reads them.
fn contents<S: Segment>(
    segment: &S,
    slot: u32,
    list: impl Fn(u64) -> Option<u32>,
    kinds: &mut Names,
) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new();
    // The offset of the number of names of the present content, and that content's place.
    let mut open: Option<(usize, usize)> = None;
    segment.each_name(slot, |name| {
        let count_at = match open {
            Some((at, place)) if place == name.place => at,
            _ => {
                bytes.extend(kinds.number(name.kind).to_le_bytes());
                bytes.extend(name.length.to_le_bytes());
                bytes.extend(0_u32.to_le_bytes());
                bytes.len() - size_of::<u32>()
            }
        };
        open = Some((count_at, name.place));
        let words: Vec<u32> = name.words.filter_map(&list).collect();
        bytes.extend(u32::try_from(words.len()).unwrap_or(0).to_le_bytes());
        words.iter().for_each(|word| bytes.extend(word.to_le_bytes()));
        if let Some(count) = bytes.get_mut(count_at..).and_then(|rest| rest.first_chunk_mut()) {
            *count = (u32::from_le_bytes(*count) + 1).to_le_bytes();
        }
    });
    bytes
}

/// The new numbers of lists.
struct Lists {
    /// The new numbers by the old ones.
    of_base: Vec<u32>,
    /// The numbers by [keys](Segment::keys).
    of_overlay: HashMap<u64, u32>,
}

/// One term, by its numbers.
struct Term<'i> {
    text: &'i str,
    of_base: Option<u32>,
    of_overlay: Option<u32>,
}

impl Lists {
    fn write(documents: &Documents<'_>, out: &mut SectionWriter<impl Write>) -> io::Result<Self> {
        let all = merged(documents.base, documents.overlay);
        let mut lists = Self {
            of_base: vec![NONE; documents.base.map_or(0, |base| base.list_count())],
            of_overlay: HashMap::new(),
        };
        let (mut texts, mut counts, mut rows): (Vec<&str>, Vec<u8>, Vec<u8>) = Default::default();
        let (mut list, mut at) = (0_u32, 0_u64);
        let mut postings: Vec<(Stemming, u32, u16)> = Vec::new();
        out.begin(section::POSTINGS)?;
        for term in &all {
            postings.clear();
            term.collect(documents, &mut postings);
            if postings.is_empty() {
                continue;
            }
            for postings in postings.chunk_by(|a, b| a.0 == b.0) {
                let stemming = postings[0].0;
                lists.name(documents, term, stemming, list);
                rows.push(stemming.into());
                rows.extend(number(postings.len())?.to_le_bytes());
                rows.extend(at.to_le_bytes());
                let slots = postings.iter().flat_map(|(_, slot, _)| slot.to_le_bytes());
                let impacts = postings.iter().flat_map(|(.., impact)| impact.to_le_bytes());
                let bytes: Vec<u8> = slots.chain(impacts).collect();
                out.write_all(&bytes)?;
                at += bytes.len() as u64;
                list = list.checked_add(1).ok_or_else(too_much)?;
            }
            postings.sort_unstable_by_key(|(_, slot, _)| *slot);
            postings.dedup_by_key(|(_, slot, _)| *slot);
            texts.push(term.text);
            counts.extend(list.to_le_bytes());
            counts.extend(number(postings.len())?.to_le_bytes());
        }
        out.section(section::COUNTS, &counts)?;
        out.section(section::LISTS, &rows)?;
        write_buckets(&texts, out)?;
        Texts::write(out, section::TERMS, texts)?;
        Ok(lists)
    }

    /// Notes the new number of a list.
    fn name(&mut self, documents: &Documents<'_>, term: &Term<'_>, stemming: Stemming, list: u32) {
        let stemmings: Stemmings = std::iter::once(stemming).collect();
        let old = documents.base.zip(term.of_base).map(|(base, term)| base.keys(term, stemmings));
        for old in old.into_iter().flatten().filter_map(|old| usize::try_from(old).ok()) {
            self.of_base.get_mut(old).into_iter().for_each(|number| *number = list);
        }
        let keys = term.of_overlay.map(|term| documents.overlay.keys(term, stemmings));
        self.of_overlay.extend(keys.into_iter().flatten().map(|key| (key, list)));
    }
}

impl Term<'_> {
    /// The term's postings with their new slots, in the order in which they are written.
    fn collect(&self, documents: &Documents<'_>, postings: &mut Vec<(Stemming, u32, u16)>) {
        let base = documents.base.zip(self.of_base);
        for list in base.iter().flat_map(|(base, term)| base.lists(*term)) {
            list.each(|old, impact| postings.push((list.stemming, found(&documents.of_base, old), impact)));
        }
        let fresh = self.of_overlay.map(|term| documents.overlay.list(term));
        for posting in fresh.into_iter().flatten() {
            let slot = found(&documents.of_overlay, posting.slot);
            postings.push((posting.stemming, slot, posting.impact));
        }
        postings.retain(|(_, slot, _)| *slot != NONE);
        postings.sort_unstable();
        postings.dedup_by_key(|(stemming, slot, _)| (*stemming, *slot));
    }
}

/// The terms of both, sorted.
fn merged<'i>(base: Option<View<'i>>, overlay: &'i Overlay) -> Vec<Term<'i>> {
    let of_base = base.into_iter().flat_map(|base| {
        let term = move |number| Term { text: base.text(number), of_base: Some(number), of_overlay: None };
        (0..base.terms()).map(term)
    });
    let fresh = overlay.terms().map(|(text, number)| Term { text, of_base: None, of_overlay: Some(number) });
    let mut all: Vec<Term<'i>> = of_base.chain(fresh).collect();
    all.sort_by_key(|term| term.text);
    all.dedup_by(|next, first| {
        let same = next.text == first.text;
        if same {
            first.of_base = first.of_base.or(next.of_base);
            first.of_overlay = first.of_overlay.or(next.of_overlay);
        }
        same
    });
    all
}

fn write_buckets(texts: &[&str], out: &mut SectionWriter<impl Write>) -> io::Result<()> {
    let buckets = texts.len().next_power_of_two();
    let mut bucketed: Vec<(usize, usize)> =
        texts.iter().enumerate().map(|(term, text)| (bucket(text, buckets), term)).collect();
    bucketed.sort_unstable();
    out.begin(section::BUCKETS)?;
    let mut end = 0;
    for bucket in 0..buckets {
        end += bucketed.get(end..).unwrap_or_default().iter().take_while(|(of, _)| *of == bucket).count();
        out.write_all(&number(end)?.to_le_bytes())?;
    }
    out.begin(section::BUCKETED)?;
    bucketed.iter().try_for_each(|(_, term)| out.write_all(&number(*term)?.to_le_bytes()))
}

/// The new number of an old one.
fn found(numbers: &[u32], old: u32) -> u32 {
    numbers.get(old as usize).copied().unwrap_or(NONE)
}

fn number(count: usize) -> io::Result<u32> {
    u32::try_from(count).ok().filter(|number| *number != NONE).ok_or_else(too_much)
}

fn too_much() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "the view cannot hold so many records")
}
