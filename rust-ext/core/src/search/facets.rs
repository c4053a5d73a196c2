//! Counting matches by language, access, country and site.

use std::collections::BTreeMap;

use super::Context;
use super::answer::Facets;
use super::filter::languages;
use super::index::{Document, Index};
use crate::record::Access;

/// Values of one facet that are named in an answer.
pub(super) const MAX_VALUES: usize = 100;

pub(super) struct FacetCounter<'a> {
    index: &'a Index,
    lang: BTreeMap<&'a str, u64>,
    access: BTreeMap<Access, u64>,
    /// By the publisher's place in the index.
    publishers: Vec<u64>,
}

impl<'a> FacetCounter<'a> {
    pub fn new(index: &'a Index) -> Self {
        Self { index, lang: BTreeMap::new(), access: BTreeMap::new(), publishers: vec![0; index.nodes.len()] }
    }

    pub fn count(&mut self, document: &'a Document) {
        for lang in languages(&document.record) {
            *self.lang.entry(lang).or_default() += 1;
        }
        *self.access.entry(document.record.access).or_default() += 1;
        if let Some(count) = self.publishers.get_mut(document.node as usize) {
            *count += 1;
        }
    }

    pub fn finish(self, context: &Context<'_>) -> Facets {
        let counted = self.index.nodes.iter().zip(&self.publishers).filter(|(_, count)| **count > 0);
        let mut country: BTreeMap<String, u64> = BTreeMap::new();
        let mut site = BTreeMap::new();
        for (node, count) in counted {
            if let Some(code) = (context.country)(node) {
                *country.entry(code).or_default() += count;
            }
            site.insert(node.to_string(), *count);
        }
        Facets {
            lang: most(
                self.lang.into_iter().map(|(lang, count)| (lang.to_owned(), count)).collect(),
                MAX_VALUES,
            ),
            access: self
                .access
                .into_iter()
                .map(|(access, count)| (access.as_str().to_owned(), count))
                .collect(),
            country: most(country, MAX_VALUES),
            site: most(site, MAX_VALUES),
        }
    }
}

/// The `max` values with the highest counts.
pub(super) fn most(counts: BTreeMap<String, u64>, max: usize) -> BTreeMap<String, u64> {
    if counts.len() <= max {
        return counts;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(max);
    counts.into_iter().collect()
}
