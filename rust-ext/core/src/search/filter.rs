//! Which matches pass a query's filters and this site's view of their publishers.

use std::collections::HashSet;

use super::Context;
use super::index::{Document, Index};
use crate::query::Filters;
use crate::record::Record;
use crate::text::primary;

/// A query's filters, with what they say of each publisher worked out once.
pub(super) struct Filter<'a> {
    filters: &'a Filters,
    langs: HashSet<String>,
    /// By the publisher's place in the index.
    publishers: Vec<bool>,
}

impl<'a> Filter<'a> {
    pub fn new(index: &Index, filters: &'a Filters, context: &Context<'_>) -> Self {
        let countries: HashSet<String> = filters.country.iter().map(|c| c.to_ascii_uppercase()).collect();
        let publishers = index.nodes.iter().map(|node| {
            (filters.site.is_empty() || filters.site.contains(node))
                && (context.visible)(node)
                && (countries.is_empty()
                    || (context.country)(node).is_some_and(|country| countries.contains(&country)))
        });
        let langs = filters.lang.iter().map(|lang| primary(lang)).collect();
        Self { filters, langs, publishers: publishers.collect() }
    }

    pub fn passes(&self, document: &Document) -> bool {
        let Filters { access, kind, .. } = self.filters;
        let record = &document.record;
        self.publishers.get(document.node as usize).copied().unwrap_or(false)
            && (access.is_empty() || access.contains(&record.access))
            && (self.langs.is_empty() || languages(record).any(|lang| self.langs.contains(lang)))
            && (kind.is_empty() || record.contents.iter().any(|content| kind.contains(&content.kind)))
    }
}

/// The languages that a course is in: its own and those of its names, each once.
pub(super) fn languages(record: &Record) -> impl Iterator<Item = &str> {
    let others = record.fullname.keys().filter(|lang| **lang != record.lang);
    std::iter::once(record.lang.as_str()).chain(others.map(String::as_str))
}
