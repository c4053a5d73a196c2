//! One site's state: the peer table, the records it holds, and what its admin decided.
//!
//! A `Site` does not change while it is in use: replies and tasks say what to change, the owner stores that,
//! and applies it to the next `Site`.

pub(crate) mod distrust;
mod frozen;
mod settling;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use courseglue_index::{Held, Holdings, Index, Indexed, Publishers};
use courseglue_protocol::Id;
use courseglue_protocol::record::{self, Record};
use courseglue_protocol::{
    CheckedEntry, Day, ItemType, KEPT_VOUCHERS, Millis, Sig, SignError, Tombstone, day_of, terms,
};
use courseglue_table::{Judge, Liveness, Peer, PeerTable, REPLICAS, SiteRef};
use courseglue_text as text;
use serde::Serialize;
use serde_json::Value;

use crate::change::{Change, CheckRow, FrequencyRow, RecordRow, SiteRow, SpotRow};
use crate::daily_sketch::DailySketch;
use crate::settings::Settings;
use crate::statistics::{self, Statistics};
use distrust::distrusted;

pub(crate) use settling::JOINED;
pub use settling::SETTLING_MS;

/// Checks older than an hour count for nothing; they are forgotten when there are so many.
const MAX_CHECKS: usize = 4_096;
/// On how many days a random check of a site fails before it is dropped.
pub const DROPPED_DAYS: u32 = 3;

/// One site's state.
#[derive(Clone, Debug)]
pub struct Site {
    /// What the admin decided.
    pub settings: Arc<Settings>,
    /// Every known site.
    pub table: Arc<PeerTable>,
    /// Everything held, tombstones included, by record id.
    pub held: Holdings,
    /// The searchable records.
    pub index: Arc<Index>,
    /// The last check of each host that asked for a voucher.
    pub checks: HashMap<String, CheckRow>,
    /// What random checks of known sites have shown.
    pub spots: HashMap<Id, SpotRow>,
    /// How frequent terms are, as their homes say.
    pub frequencies: HashMap<Id, FrequencyRow>,
    /// What this site remembers of its own work, by name.
    pub marks: BTreeMap<String, String>,
    /// What peers are told to find out what they lack.
    pub sketch: DailySketch,
    distrusted: OnceLock<Arc<HashSet<Id>>>,
    /// The publishers of what searches found.
    pub(crate) publishers: Publishers,
}

/// What cannot be signed or built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ItemError {
    /// The settings hold no secret key.
    #[error("this call needs the site's secret key in the settings")]
    NoSecret,
    /// The type of item, or the key.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The content is not JSON.
    #[error("the content is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The content makes no record.
    #[error(transparent)]
    Record(#[from] record::RecordError),
}

/// A signed text.
#[derive(Debug, Serialize)]
pub struct Signed {
    /// The exact signed text.
    pub body: String,
    /// The signature.
    pub sig: Sig,
}

/// A record or tombstone, signed and ready to be published.
#[derive(Debug, Serialize)]
pub struct BuiltItem {
    /// Its id.
    pub recordid: Id,
    /// Its sequence number.
    pub seq: Millis,
    /// The exact signed text.
    pub body: String,
    /// The signature.
    pub sig: Sig,
    /// The terms to publish it under; a tombstone goes to where its record went.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<Id>,
}

/// A site as lists show it.
#[derive(Debug, Serialize)]
pub struct SiteSummary {
    /// Its node id.
    pub nodeid: Id,
    /// Its address.
    pub address: String,
    /// Its URL.
    pub url: String,
    /// Its full name.
    pub name: String,
    /// Its country.
    pub country: Option<String>,
    /// Its default language.
    pub lang: String,
    /// Its platform's release.
    pub release: String,
    /// When it last signed its descriptor, Unix ms.
    pub seq: Millis,
    /// The figures it shares.
    pub figures: std::collections::BTreeMap<String, u64>,
}

impl Site {
    /// A site that knows nobody yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            table: Arc::default(),
            held: Holdings::default(),
            index: Arc::default(),
            checks: HashMap::new(),
            spots: HashMap::new(),
            frequencies: HashMap::new(),
            marks: BTreeMap::new(),
            sketch: DailySketch::default(),
            distrusted: OnceLock::new(),
            publishers: Publishers::default(),
        }
    }

    /// The same state under other settings. Copying costs little, as both share what neither changes.
    #[must_use]
    pub fn under(&self, settings: Settings) -> Self {
        let same_sketch = (&settings.seed, settings.node) == (&self.settings.seed, self.settings.node);
        let mut site = self.clone();
        site.settings = Arc::new(settings);
        if !same_sketch {
            site.sketch = DailySketch::default();
        }
        site
    }

    /// Takes one change in. Rows were checked when they were made; one that cannot be read is left out.
    pub fn apply(&mut self, change: Change) {
        let of_givers = |name: &str| name.starts_with(distrust::FOUND);
        match &change {
            Change::Site(_) | Change::SiteGone { .. } => {
                self.distrusted.take();
                self.publishers = Publishers::default();
            }
            Change::Spot(_) => drop(self.distrusted.take()),
            Change::Mark { name, .. } if of_givers(name) => drop(self.distrusted.take()),
            _ => {}
        }
        match change {
            Change::Site(row) => self.put_site(row),
            Change::SiteGone { nodeid, seq } => {
                if is_outdone(self.table.get(&nodeid).map(|p| p.seq()), seq) {
                    return;
                }
                self.sketch.change(self.table.get(&nodeid), None);
                Arc::make_mut(&mut self.table).remove(&nodeid);
                self.spots.remove(&nodeid);
            }
            Change::Record(row) => self.put_record(row),
            Change::RecordGone { recordid, seq } => {
                if is_outdone(self.held.get(&recordid).map(|held| held.seq), seq) {
                    return;
                }
                self.held.remove(&recordid);
                Arc::make_mut(&mut self.index).remove(&recordid);
            }
            Change::TermsGone { recordid, seq, terms } => self.drop_terms(recordid, seq, &terms),
            Change::Alive { nodeid, at, failures, since, .. } => {
                let liveness = Liveness { failures, last_try: at * 1000, failing_since: since * 1000 };
                Arc::make_mut(&mut self.table).set_liveness(&nodeid, liveness);
            }
            Change::Checked(row) => {
                if self.checks.len() >= MAX_CHECKS {
                    self.checks.retain(|_, check| check.at.saturating_add(3600) > row.at);
                }
                self.checks.insert(row.host.clone(), row);
            }
            Change::Spot(row) => self.put_spot(row),
            Change::Frequency(row) if row.count == 0 => {
                self.frequencies.remove(&row.term);
            }
            Change::Frequency(row) => {
                self.frequencies.insert(row.term, row);
            }
            Change::Mark { name, value: Some(value) } => {
                self.marks.insert(name, value);
            }
            Change::Mark { name, value: None } => {
                self.marks.remove(&name);
            }
        }
    }

    fn put_site(&mut self, row: SiteRow) {
        let Ok(mut site) = row.into_entry().read() else { return };
        if let Some(old) = self.table.get(&site.id) {
            if old.rank() > site.rank() {
                return;
            }
            let room = site.entry.vouchers.len() < KEPT_VOUCHERS;
            if old.key() == site.descriptor.key && (room || old.digest() == site.digest) {
                site.add_vouchers(&old.site().entry.vouchers);
            }
        }
        self.sketch.change(self.table.get(&site.id), Some(&site));
        Arc::make_mut(&mut self.table).put(site);
    }

    fn put_spot(&mut self, row: SpotRow) {
        let drops = row.days >= DROPPED_DAYS;
        if drops != self.spots.get(&row.nodeid).is_some_and(|old| old.days >= DROPPED_DAYS) {
            Arc::make_mut(&mut self.table).set_dropped(&row.nodeid, drops);
        }
        if row.days == 0 {
            self.spots.remove(&row.nodeid);
        } else {
            self.spots.insert(row.nodeid, row);
        }
    }

    fn put_record(&mut self, mut row: RecordRow) {
        let (recordid, indexed) = (row.recordid, row.indexed.take());
        let mut held = Held::from(row);
        let mut known = false;
        if let Some(old) = self.held.get(&recordid) {
            if old.seq > held.seq {
                return;
            }
            if old.seq == held.seq {
                held.terms.extend(old.terms());
            }
            known = old.seq == held.seq && old.body() == held.body && old.term_count() > 0;
        }
        if !known || held.withdrawn {
            let index = Arc::make_mut(&mut self.index);
            index.remove(&recordid);
            if !held.withdrawn && !held.terms.is_empty() {
                let indexed = indexed.map(|indexed| *indexed).or_else(|| Indexed::read(&held.body));
                let put = |indexed| index.put_indexed(recordid, held.node, held.seq, &indexed);
                indexed.into_iter().for_each(put);
            }
        }
        self.held.put(recordid, Arc::new(held));
    }

    fn drop_terms(&mut self, recordid: Id, seq: Millis, terms: &[Id]) {
        let Some(held) = self.held.get(&recordid).filter(|held| held.seq == seq) else { return };
        if held.terms().all(|term| terms.contains(&term)) {
            self.held.remove(&recordid);
            Arc::make_mut(&mut self.index).remove(&recordid);
        } else {
            self.held.drop_terms(&recordid, terms);
        }
    }

    /// The moment, Unix ms, that this mark tells. One that is still to come was noted when the clock was wrong, and
    /// tells nothing.
    #[must_use]
    pub fn noted(&self, mark: &str, now: Millis) -> Option<Millis> {
        self.marks.get(mark)?.parse().ok().filter(|at| *at <= now)
    }

    /// What this site takes from others at this moment.
    pub(crate) fn judge(&self, now: Millis) -> Judge<'_> {
        let Settings { network, node, allowhttp, .. } = &*self.settings;
        Judge { network, node: *node, allow_http: *allowhttp, distrusted: self.distrusted(), now }
    }

    /// Whose words for newcomers do not count ([`distrusted`]); found once for each state of the table.
    pub(crate) fn distrusted(&self) -> Arc<HashSet<Id>> {
        self.distrusted
            .get_or_init(|| Arc::new(distrusted(&self.settings.node, &self.table, &self.spots, &self.marks)))
            .clone()
    }

    /// This site's own entry, as the table has it.
    #[must_use]
    pub fn own(&self) -> Option<SiteRef<'_>> {
        self.table.get(&self.settings.node).map(|p| p.site())
    }

    /// What to store when `entry` is news. What another key signed is forgotten, since nobody
    /// could check it any more, and so is what a site published that has moved.
    #[must_use]
    pub fn learn(&self, entry: &CheckedEntry) -> Vec<Change> {
        let known = self.table.get(&entry.id).map(|p| p.key());
        let rekeyed = known.is_some_and(|key| key != entry.descriptor.key);
        let orphans = rekeyed || entry.descriptor.moved_to.is_some();
        if !orphans || self.held.items_of(&entry.id) == 0 {
            return vec![Change::from(entry)];
        }
        let of_it = self.held.iter().filter(|item| item.node == entry.id);
        let mut gone: Vec<(Id, Millis)> = of_it.map(|item| (item.recordid, item.seq)).collect();
        gone.sort_unstable();
        let gone = gone.into_iter().map(|(recordid, seq)| Change::RecordGone { recordid, seq: Some(seq) });
        std::iter::once(Change::from(entry)).chain(gone).collect()
    }

    /// Whether the admin blocks this site: it is asked nothing and sent nothing.
    #[must_use]
    pub fn shuns(&self, node: &Id) -> bool {
        self.settings.shuns(node)
    }

    /// Whether every site holds everything: no more sites than a key has homes.
    #[must_use]
    pub fn holds_everything(&self, today: Day) -> bool {
        self.table.holding(today).take(REPLICAS + 1).count() <= REPLICAS
    }

    /// Signs a text as this site.
    ///
    /// # Errors
    /// [`ItemError::NoSecret`], or [`ItemError::Sign`] for an unknown type.
    pub fn sign(&self, item: &str, body: String) -> Result<Signed, ItemError> {
        self.sign_as(item.parse()?, body)
    }

    fn sign_as(&self, item: ItemType, body: String) -> Result<Signed, ItemError> {
        let secret = self.settings.secret.as_ref().ok_or(ItemError::NoSecret)?;
        let sig = secret.sign(&self.settings.network, item, &body);
        Ok(Signed { body, sig })
    }

    /// Builds and signs the record of a course.
    ///
    /// `content` is the JSON object of a record's body without `site` and `seq`.
    ///
    /// # Errors
    /// An [`ItemError`] that names what is missing or out of bounds.
    pub fn record(&self, content: &str, seq: Millis) -> Result<BuiltItem, ItemError> {
        let content: Value = serde_json::from_str(content)?;
        let body = record::build(&content, self.settings.address.as_str(), seq)?;
        let record = Record::parse(&body)?;
        let document_frequency = |term: &str| self.document_frequency(term);
        let chosen = terms::select(&record, &document_frequency, terms::MAX_TERMS);
        let recordid = record.record_id();
        let Signed { body, sig } = self.sign_as(ItemType::Record, body)?;
        let terms = chosen.iter().map(|term| Id(text::term_key(term))).collect();
        Ok(BuiltItem { recordid, seq, body, sig, terms })
    }

    /// In how many records a word is: as its homes said, or else as far as this site sees.
    #[must_use]
    pub fn document_frequency(&self, word: &str) -> u64 {
        let told = self.frequencies.get(&Id(text::term_key(word))).map_or(0, |row| row.count);
        told.max(self.index.df(word))
    }

    /// Builds and signs the withdrawal of this site's record `local`.
    ///
    /// # Errors
    /// [`ItemError::NoSecret`].
    pub fn tombstone(&self, local: &str, seq: Millis) -> Result<BuiltItem, ItemError> {
        let address = self.settings.address.as_str();
        let body = Tombstone::build(address, local, seq);
        let Signed { body, sig } = self.sign_as(ItemType::Tombstone, body)?;
        Ok(BuiltItem { recordid: Id::of_record(address, local), seq, body, sig, terms: Vec::new() })
    }

    /// Usage around the world, folded from the table alone.
    #[must_use]
    pub fn statistics(&self, now: Millis) -> Statistics {
        statistics::fold(self.shown_sites(now).map(|site| statistics::SiteFigures {
            domain: site.domain.clone(),
            country: site.descriptor.country.clone(),
            lang: site.descriptor.lang.clone(),
            release: site.descriptor.release.clone(),
            figures: site.descriptor.figures.clone(),
        }))
    }

    /// Every known site whose descriptor holds, that is where it says, and that the admin does not block.
    #[must_use]
    pub fn sites(&self, now: Millis) -> Vec<SiteSummary> {
        self.shown_sites(now)
            .map(|site| SiteSummary {
                nodeid: site.id,
                address: site.address.to_string(),
                url: site.url(),
                name: site.descriptor.name.clone(),
                country: site.descriptor.country.clone(),
                lang: site.descriptor.lang.clone(),
                release: site.descriptor.release.clone(),
                seq: site.descriptor.seq,
                figures: site.descriptor.figures.clone(),
            })
            .collect()
    }

    fn shown_sites(&self, now: Millis) -> impl Iterator<Item = SiteRef<'_>> {
        let stands = |p: &Peer<'_>| p.stands() && !self.shuns(&p.id());
        self.table.holding(day_of(now)).filter(stands).map(|p| p.site())
    }
}

/// Whether what is there is newer than the version that is to be forgotten.
fn is_outdone(there: Option<Millis>, gone: Option<Millis>) -> bool {
    there > gone && gone.is_some()
}
