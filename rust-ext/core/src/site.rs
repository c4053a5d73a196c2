//! One site's state: the peer table, the records it holds, and what its admin decided.
//!
//! A `Site` does not change while it is in use: replies and tasks say what to change, the owner stores that,
//! and applies it to the next `Site`.

pub(crate) mod distrust;
mod frozen;
mod listing;
mod settling;
mod signing;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use courseglue_index::{Holding, Holdings, Index, IndexedRecord, Publishers};
use courseglue_protocol::{CheckedEntry, Day, Id, KEPT_VOUCHERS, Millis, Term};
use courseglue_table::{Judge, Liveness, PeerTable, REPLICAS, SiteRef};

use crate::change::{Change, CheckRow, FrequencyRow, RecordRow, SiteRow, SpotRow};
use crate::daily_sketch::DailySketch;
use crate::settings::Settings;
use distrust::distrusted;

pub use listing::SiteSummary;
pub(crate) use settling::JOINED;
pub use settling::SETTLING_MS;
pub use signing::{BuiltItem, ItemError, SignedText};

/// The number of checks at which old ones are forgotten. No site makes as many in the time for which they count.
const MAX_CHECKS: usize = 4_096;
/// The time for which a check counts that was not found again, in seconds.
const CHECKED_FOR: u64 = 3 * 3600;
/// The number of days on which a random check of a site has to fail before the site is dropped.
pub const DROPPED_DAYS: u32 = 3;

/// The state of one site: its settings, the sites that it knows, and the records that it holds.
#[derive(Clone, Debug)]
pub struct Site {
    /// The admin's decisions.
    pub settings: Arc<Settings>,
    /// Every known site.
    pub table: Arc<PeerTable>,
    /// Every record and tombstone held, by record id.
    pub holdings: Holdings,
    /// The searchable records.
    pub index: Arc<Index>,
    /// The last check of each host that asked for a voucher.
    pub checks: HashMap<String, CheckRow>,
    /// The results of random checks of known sites.
    pub spots: HashMap<Id, SpotRow>,
    /// The frequencies of terms, as their homes say.
    pub frequencies: HashMap<Term, FrequencyRow>,
    /// Marks: notes that this site keeps about its own work, by name.
    pub marks: BTreeMap<String, String>,
    /// The sketch of the table, from which peers find out what they lack.
    pub sketch: DailySketch,
    distrusted: OnceLock<Arc<HashSet<Id>>>,
    /// The publishers of records that searches found.
    pub(crate) publishers: Publishers,
}

impl Site {
    /// A site that knows no site yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            table: Arc::default(),
            holdings: Holdings::default(),
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

    /// Applies one change. Rows were checked when they were made; one that cannot be read is left out.
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
                if is_outdone(self.holdings.get(&recordid).map(|held| held.seq), seq) {
                    return;
                }
                self.holdings.remove(&recordid);
                Arc::make_mut(&mut self.index).remove(&recordid);
            }
            Change::TermsGone { recordid, seq, terms } => self.drop_terms(recordid, seq, &terms),
            Change::Alive { nodeid, at, failures, since, .. } => {
                let liveness = Liveness { failures, last_try: at * 1000, failing_since: since * 1000 };
                Arc::make_mut(&mut self.table).set_liveness(&nodeid, liveness);
            }
            Change::Checked(row) => {
                if self.checks.len() >= MAX_CHECKS {
                    let counts = |check: &CheckRow| check.at.abs_diff(row.at) < CHECKED_FOR;
                    self.checks.retain(|_, check| counts(check));
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
        let mut held = Holding::from(row);
        let mut known = false;
        if let Some(old) = self.holdings.get(&recordid) {
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
                let indexed = indexed.map(|indexed| *indexed).or_else(|| IndexedRecord::read(&held.body));
                let put = |indexed| index.put_indexed(recordid, held.node, held.seq, &indexed);
                indexed.into_iter().for_each(put);
            }
        }
        self.holdings.put(recordid, Arc::new(held));
    }

    fn drop_terms(&mut self, recordid: Id, seq: Millis, terms: &[Term]) {
        let Some(held) = self.holdings.get(&recordid).filter(|held| held.seq == seq) else { return };
        if held.terms().all(|term| terms.contains(&term)) {
            self.holdings.remove(&recordid);
            Arc::make_mut(&mut self.index).remove(&recordid);
        } else {
            self.holdings.drop_terms(&recordid, terms);
        }
    }

    /// Parses a mark as a time in Unix ms. None if it lies in the future: it was noted while the clock was wrong.
    #[must_use]
    pub fn noted(&self, mark: &str, now: Millis) -> Option<Millis> {
        self.marks.get(mark)?.parse().ok().filter(|at| *at <= now)
    }

    /// The judge of what this site takes from others at this moment.
    pub(crate) fn judge(&self, now: Millis) -> Judge<'_> {
        let Settings { network, node, allowhttp, .. } = &*self.settings;
        Judge { network, node: *node, allow_http: *allowhttp, distrusted: self.distrusted(), now }
    }

    /// The givers whose vouchers do not count ([`distrusted`]); found once for each state of the table.
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

    /// The changes to store when `entry` is news. What was signed with another key is forgotten, since its signature could
    /// not be checked any more, and so are the records of a site that has moved.
    #[must_use]
    pub fn learn(&self, entry: &CheckedEntry) -> Vec<Change> {
        let known = self.table.get(&entry.id);
        let former = known.filter(|known| known.key() != entry.descriptor.key);
        let mut changes = Vec::new();
        // Between two keys it does not count which was stated later, as it does where changes are stored.
        if let Some(former) = former.filter(|former| former.rank() > entry.rank()) {
            changes.push(Change::SiteGone { nodeid: entry.id, seq: Some(former.seq()) });
        }
        changes.push(Change::from(entry));
        // What checks found is about the former key.
        if let Some(spot) = self.spots.get(&entry.id).filter(|_| former.is_some()) {
            changes.push(Change::Spot(SpotRow { days: 0, ..spot.clone() }));
        }
        let orphans = former.is_some() || entry.descriptor.moved_to.is_some();
        if !orphans || self.holdings.items_of(&entry.id) == 0 {
            return changes;
        }
        let of_it = self.holdings.iter().filter(|item| item.node == entry.id);
        let mut gone: Vec<(Id, Millis)> = of_it.map(|item| (item.recordid, item.seq)).collect();
        gone.sort_unstable();
        changes
            .extend(gone.into_iter().map(|(recordid, seq)| Change::RecordGone { recordid, seq: Some(seq) }));
        changes
    }

    /// Whether the admin blocks a site: it is asked nothing and sent nothing.
    #[must_use]
    pub fn shuns(&self, node: &Id) -> bool {
        self.settings.shuns(node)
    }

    /// Whether every site holds everything: no more sites than a key has homes.
    #[must_use]
    pub fn holds_everything(&self, today: Day) -> bool {
        self.table.holding(today).take(REPLICAS + 1).count() <= REPLICAS
    }
}

/// Whether a newer version is there than the one that is to be forgotten.
fn is_outdone(there: Option<Millis>, gone: Option<Millis>) -> bool {
    there > gone && gone.is_some()
}
