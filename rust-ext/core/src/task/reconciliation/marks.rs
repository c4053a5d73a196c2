//! Marks: what a site remembers of its reconciliations from run to run.

use std::collections::BTreeMap;
use std::sync::Arc;

use courseglue_protocol::{Id, Millis};

use crate::change::Change;
use crate::site::Site;

/// The UTC day on which this site looked for its co-homes, and the co-homes that it found.
pub(super) const COHOMES: &str = "cohomes";
/// When this site last began an exchange with this co-home, Unix ms.
pub(super) const TRIED: &str = "tried/";
/// When it last got to the end of an exchange with this co-home and nothing was left to pull, Unix ms.
pub(super) const COHOME: &str = "cohome/";
/// The record after which the next page of this co-home's records begins.
pub(super) const LISTING: &str = "listing/";
/// The marks of single co-homes.
const OF_COHOMES: [&str; 3] = [TRIED, COHOME, LISTING];

/// The marks of a site, with what this run changes of them.
#[derive(Debug)]
pub(super) struct Marks {
    site: Arc<Site>,
    changed: BTreeMap<String, Option<String>>,
}

impl Marks {
    /// The marks of before this run.
    pub fn of(site: &Arc<Site>) -> Self {
        Self { site: site.clone(), changed: BTreeMap::new() }
    }

    /// The value of a mark.
    pub fn get(&self, name: &str) -> Option<&String> {
        match self.changed.get(name) {
            Some(value) => value.as_ref(),
            None => self.site.marks.get(name),
        }
    }

    /// The value of a mark of one co-home.
    pub fn get_of(&self, what: &str, cohome: &Id) -> Option<&String> {
        self.get(&format!("{what}{cohome}"))
    }

    /// The moment that a mark tells; none where that is still to come, as with [`Site::noted`].
    pub fn time(&self, name: &str, now: Millis) -> Option<Millis> {
        self.get(name)?.parse().ok().filter(|at| *at <= now)
    }

    /// The moment that a mark of one co-home tells.
    pub fn time_of(&self, what: &str, cohome: &Id, now: Millis) -> Option<Millis> {
        self.time(&format!("{what}{cohome}"), now)
    }

    /// Sets a mark, or forgets it.
    pub fn set(&mut self, name: impl Into<String>, value: Option<String>) {
        self.changed.insert(name.into(), value);
    }

    /// Sets a mark of one co-home, or forgets it.
    pub fn set_of(&mut self, what: &str, cohome: &Id, value: Option<String>) {
        self.set(format!("{what}{cohome}"), value);
    }

    /// Forgets all marks of single co-homes of which this holds.
    pub fn forget_cohomes(&mut self, is_over: impl Fn(&str) -> bool) {
        let cohome = |name: &str| OF_COHOMES.iter().find_map(|what| name.strip_prefix(what)).map(&is_over);
        let over = self.site.marks.keys().filter(|name| cohome(name) == Some(true));
        let over: Vec<String> = over.cloned().collect();
        over.into_iter().for_each(|name| self.set(name, None));
    }

    /// The changes to store.
    pub fn changes(self) -> impl Iterator<Item = Change> {
        let Self { site, changed } = self;
        let news = changed.into_iter().filter(move |(name, value)| site.marks.get(name) != value.as_ref());
        news.map(|(name, value)| Change::Mark { name, value })
    }
}
