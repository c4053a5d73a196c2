//! Filtering matches by a query's filters and by this site's view of their publishers, and counting them by language,
//! access, country and site.

use std::collections::{BTreeMap, HashSet};

use courseglue_protocol::record::Access;
use courseglue_protocol::{Filters, Id};
use courseglue_text::primary;

use super::answer::Facets;
use super::facets::{MAX_VALUES, most};
use super::segment::Segment;
use super::{Context, Country, Publisher};

/// A query's filters, ready to be compared with.
pub(super) struct PreparedFilters<'a> {
    filters: &'a Filters,
    langs: HashSet<String>,
    countries: HashSet<Country>,
}

impl<'a> PreparedFilters<'a> {
    pub fn new(filters: &'a Filters) -> Self {
        let countries = filters.country.iter().filter_map(|code| Country::read(&code.to_ascii_uppercase()));
        Self {
            filters,
            langs: filters.lang.iter().map(|lang| primary(lang)).collect(),
            countries: countries.collect(),
        }
    }

    fn publisher(&self, node: &Id, publisher: Publisher) -> bool {
        let Filters { site, country, .. } = self.filters;
        (site.is_empty() || site.contains(node))
            && (country.is_empty() || publisher.country.is_some_and(|c| self.countries.contains(&c)))
    }

    fn langs(&self, set: &str) -> bool {
        self.langs.is_empty() || set.split(' ').any(|lang| self.langs.contains(lang))
    }

    fn kinds(&self, set: &str) -> bool {
        let kinds = &self.filters.kind;
        kinds.is_empty() || set.split(' ').any(|kind| kinds.iter().any(|wanted| wanted == kind))
    }

    fn access(&self, access: Access) -> bool {
        self.filters.access.is_empty() || self.filters.access.contains(&access)
    }
}

/// What is known of a publisher's matches.
#[derive(Clone, Copy)]
enum PublisherState {
    /// No match of it was seen yet.
    Unknown,
    /// Its matches do not pass.
    Hidden,
    /// Its matches pass: how many did, and its country.
    Shown(u64, Option<Country>),
}

/// For every value, how many matches that pass have it, and whether the value passes itself.
type Counts = Vec<(Option<bool>, u64)>;

/// The matches of one segment that are shown.
pub(super) struct MatchFilter<'a, S> {
    segment: &'a S,
    wanted: &'a PreparedFilters<'a>,
    context: &'a Context<'a>,
    publishers: Vec<PublisherState>,
    langs: Counts,
    kinds: Counts,
    access: [u64; Access::ALL.len()],
}

impl<'a, S: Segment> MatchFilter<'a, S> {
    pub fn new(segment: &'a S, wanted: &'a PreparedFilters<'a>, context: &'a Context<'a>) -> Self {
        Self {
            segment,
            wanted,
            context,
            publishers: vec![PublisherState::Unknown; segment.nodes()],
            langs: vec![(None, 0); segment.lang_sets()],
            kinds: vec![(None, 0); segment.kind_sets()],
            access: [0; Access::ALL.len()],
        }
    }

    /// Counts a match in the facets if it passes the filters, and says whether it does.
    pub fn take(&mut self, slot: u32) -> bool {
        self.counted(slot).is_some()
    }

    fn counted(&mut self, slot: u32) -> Option<()> {
        let (segment, wanted) = (self.segment, self.wanted);
        let row = segment.row(slot)?;
        let publisher = self.publishers.get_mut(row.node as usize)?;
        if let PublisherState::Unknown = publisher {
            let node = segment.node(row.node)?;
            let known = (self.context.publisher)(&node);
            let known = known.filter(|known| wanted.publisher(&node, *known));
            *publisher =
                known.map_or(PublisherState::Hidden, |known| PublisherState::Shown(0, known.country));
        }
        let PublisherState::Shown(of_publisher, _) = publisher else { return None };
        let (lang_passes, of_langs) = self.langs.get_mut(row.langs as usize)?;
        let (kind_passes, _) = self.kinds.get_mut(row.kinds as usize)?;
        let passes = wanted.access(row.access)
            && *lang_passes.get_or_insert_with(|| wanted.langs(segment.lang_set(row.langs)))
            && *kind_passes.get_or_insert_with(|| wanted.kinds(segment.kind_set(row.kinds)));
        if !passes {
            return None;
        }
        *of_publisher += 1;
        *of_langs += 1;
        self.access.get_mut(row.access as usize).into_iter().for_each(|count| *count += 1);
        Some(())
    }

    /// Adds what was counted.
    pub fn add_to(&self, tally: &mut Tally) {
        for (number, (_, count)) in (0..).zip(&self.langs) {
            for lang in self.segment.lang_set(number).split(' ').filter(|_| *count > 0) {
                match tally.lang.get_mut(lang) {
                    Some(sum) => *sum += count,
                    None => _ = tally.lang.insert(lang.to_owned(), *count),
                }
            }
        }
        tally.access.iter_mut().zip(&self.access).for_each(|(sum, count)| *sum += count);
        let counted = (0..).zip(&self.publishers).filter_map(|(number, seen)| match seen {
            PublisherState::Shown(count, country) if *count > 0 => {
                Some((self.segment.node(number)?, *count, *country))
            }
            _ => None,
        });
        tally.publishers.extend(counted);
    }
}

/// The counts over all segments.
#[derive(Default)]
pub(super) struct Tally {
    lang: BTreeMap<String, u64>,
    access: [u64; Access::ALL.len()],
    /// One publisher may be in several places.
    publishers: Vec<(Id, u64, Option<Country>)>,
}

impl Tally {
    pub fn facets(mut self) -> Facets {
        self.publishers.sort_unstable_by_key(|(node, ..)| *node);
        self.publishers.dedup_by(|next, first| {
            let same = next.0 == first.0;
            first.1 += if same { next.1 } else { 0 };
            same
        });
        let mut countries: BTreeMap<Country, u64> = BTreeMap::new();
        for (_, count, country) in &self.publishers {
            country.iter().for_each(|country| *countries.entry(*country).or_default() += count);
        }
        let country = countries.into_iter().map(|(country, count)| (country.to_string(), count)).collect();
        if self.publishers.len() > MAX_VALUES {
            self.publishers.select_nth_unstable_by_key(MAX_VALUES, |(node, count, _)| {
                (std::cmp::Reverse(*count), *node)
            });
            self.publishers.truncate(MAX_VALUES);
        }
        let access = Access::ALL.into_iter().zip(self.access).filter(|(_, count)| *count > 0);
        Facets {
            lang: most(self.lang, MAX_VALUES),
            access: access.map(|(access, count)| (access.as_str().to_owned(), count)).collect(),
            country: most(country, MAX_VALUES),
            site: self.publishers.into_iter().map(|(node, count, _)| (node.to_string(), count)).collect(),
        }
    }
}
