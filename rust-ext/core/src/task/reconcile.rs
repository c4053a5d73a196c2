//! Daily reconciliation with co-homes: what both of two homes should hold is compared by a sketch, and what this one lacks is
//! pulled. A site that holds next to nothing yet, or differs in more than a sketch can tell, is given everything in pages.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use courseglue_index::Holdings;
use courseglue_protocol::Id;
use courseglue_protocol::message::{
    Code, Inventory, InventoryAnswer, MAX_POSTINGS_ASKED, PAGE_RECORDS, Records, RecordsAnswer, Store,
};
use courseglue_protocol::{CheckedEntry, DAY_MS, Entry, HOUR_MS, Millis, day_of};
use courseglue_sketch::{Decoder, Item, Items, MAX_SYMBOLS, Salt};
use courseglue_table::{PeerTable, REPLICAS};

use super::calls::{CallError, Calls, read_answer};
use super::completeness::{AWAY_MS, COMPLETE, RECONCILED, REFUSED};
use super::outcome::Outcome;
use super::publish::{chunks, read_stored};
use super::{Failure, Request, Response};
use crate::change::{self, Change};
use crate::handle::storage::stored_item;
use crate::intake::Intake;
use crate::placement::{Posting, Shared};
use crate::site::Site;
use crate::upkeep::{TOMBSTONE_DAYS, drop_orphans, drop_others, drop_outdated, most_expired};

/// The most co-homes that a site keeps up with: each about once a day, one an hour.
const MAX_COHOMES: usize = 24;
/// How long an exchange with a co-home is good for at the longest.
const MAX_INTERVAL_MS: Millis = 22 * HOUR_MS;
/// The most co-homes of one run that are due: of a site that was not run for hours, or knows that it lacks something.
const MAX_EXCHANGES: u64 = 6;
/// The most postings or records pulled in one run, shared out among its co-homes; the next run goes on.
const MAX_PULLED: usize = 5_000;
/// The most pages read of one co-home in one run, however little is on them.
const MAX_PAGES: usize = 24;
/// How many of the held terms tell who the co-homes are.
const SAMPLE: usize = 2_048;
/// How many of the nearest sites are co-homes before anything is held.
const NEAREST: usize = 16;
/// More differences than a whole sketch can tell.
const TOO_MANY: usize = MAX_SYMBOLS / 20 * 13;

/// The UTC day on which this site looked for its co-homes, and which it found.
const COHOMES: &str = "cohomes";
/// When it last began an exchange with this co-home, Unix ms.
const TRIED: &str = "tried/";
/// When it last got to the end of an exchange with this co-home and nothing was left to pull, Unix ms.
const COHOME: &str = "cohome/";
/// The record after which the next page of this co-home's records begins.
const LISTING: &str = "listing/";
/// What is noted of single co-homes.
const OF_COHOMES: [&str; 3] = [TRIED, COHOME, LISTING];
/// The UTC day of the last upkeep.
const UPKEEP: &str = "upkeep";

/// The sites that share most terms with this one, and the nearest.
fn find_cohomes(site: &Site, own: &CheckedEntry, now: Millis, random: u64) -> Vec<Id> {
    let mut shares: HashMap<Id, usize> = HashMap::new();
    // Whatever was seen of them: who was silent for long may be back.
    for near in site.table.nearest(&own.id, NEAREST, day_of(now)) {
        shares.insert(near.id(), 0);
    }
    for term in site.held.some_terms(SAMPLE, random) {
        let homes = site.table.homes(&term, REPLICAS, now);
        if homes.iter().any(|home| home.id() == own.id) {
            homes.iter().for_each(|home| *shares.entry(home.id()).or_default() += 1);
        }
    }
    shares.remove(&own.id);
    let mut cohomes: Vec<(usize, Id)> = shares.into_iter().map(|(node, shared)| (shared, node)).collect();
    cohomes.sort_by_key(|(shared, node)| (Reverse(*shared), node.distance(&own.id)));
    cohomes.into_iter().map(|(_, node)| node).take(MAX_COHOMES).collect()
}

#[derive(Debug)]
enum Step {
    Symbols,
    /// So many postings.
    Postings(usize),
    Page(Option<Id>),
    Repair,
}

/// One exchange under way.
#[derive(Debug)]
struct Exchange {
    peer: Arc<CheckedEntry>,
    salt: Salt,
    decoder: Decoder,
    /// How many postings the own set has.
    shared: usize,
    /// What the peer holds an older version of.
    outdated: BTreeSet<Id>,
    /// How many postings or records may still be asked for.
    room: usize,
    /// How many pages were read.
    pages: usize,
    /// Whether something is left for the next run.
    left: bool,
}

/// The exchanges of one run, one co-home after the other.
#[derive(Debug)]
pub(crate) struct Reconcile {
    site: Arc<Site>,
    own: Entry,
    held: Holdings,
    touched: BTreeSet<Id>,
    marks: BTreeMap<String, Option<String>>,
    cohomes: Vec<Arc<CheckedEntry>>,
    queue: VecDeque<Arc<CheckedEntry>>,
    exchange: Option<Exchange>,
    calls: Calls<Step>,
    outcome: Outcome,
    pulled: usize,
    full: bool,
    rng: fastrand::Rng,
}

impl Reconcile {
    /// Finds the co-homes to exchange with now: those that are due, and `peer`, if it is one.
    pub fn start(
        site: &Arc<Site>,
        own: &CheckedEntry,
        peer: Option<&Arc<CheckedEntry>>,
        now: Millis,
        random: u64,
    ) -> Self {
        let mut task = Self {
            site: site.clone(),
            own: own.entry.clone(),
            held: site.held.clone(),
            touched: BTreeSet::new(),
            marks: BTreeMap::new(),
            cohomes: Vec::new(),
            queue: VecDeque::new(),
            exchange: None,
            calls: Calls::new(&site.settings.network),
            outcome: Outcome::default(),
            pulled: 0,
            full: false,
            rng: fastrand::Rng::with_seed(random),
        };
        task.look_back(now);
        task.find(own, now, random);
        task.choose(peer, now);
        task
    }

    /// After a longer absence what was known of the others holds no more; after a very long one, what is held either:
    /// withdrawals that came meanwhile are forgotten.
    fn look_back(&mut self, now: Millis) {
        let Some(last) = self.time(RECONCILED, now).filter(|last| now > last + AWAY_MS) else { return };
        let of_others = |name: &&String| {
            *name == COMPLETE || OF_COHOMES.iter().any(|of_cohome| name.starts_with(of_cohome))
        };
        let void: Vec<String> = self.site.marks.keys().filter(of_others).cloned().collect();
        void.into_iter().for_each(|name| drop(self.marks.insert(name, None)));
        if now > last + Millis::from(TOMBSTONE_DAYS) * DAY_MS {
            self.touched = drop_others(&mut self.held, &self.site.settings.node);
        }
    }

    /// Finds the co-homes that are worth asking. Once this site is complete, it looks for new ones once a day.
    fn find(&mut self, own: &CheckedEntry, now: Millis, random: u64) {
        let today = day_of(now).to_string();
        let lasts = self.mark(COMPLETE).is_some() && !self.site.is_settling(now);
        let known = self.mark(COHOMES).filter(|_| lasts);
        let of_today = known.and_then(|known| known.strip_prefix(&today)?.strip_prefix(' '));
        let nodes: Vec<Id> = match of_today {
            Some(nodes) => nodes.split(' ').filter_map(|node| node.parse().ok()).collect(),
            None => find_cohomes(&self.site, own, now, random),
        };
        if of_today.is_none() {
            let list: String = nodes.iter().map(|node| format!(" {node}")).collect();
            self.marks.insert(COHOMES.into(), Some(today + &list));
        }
        let peers = nodes.iter().filter_map(|node| self.site.table.get(node));
        self.cohomes = peers
            .filter(|peer| peer.is_usable(now) && peer.stands() && !self.site.shuns(&peer.id()))
            .map(|peer| peer.site().into_arc())
            .collect();
    }

    fn choose(&mut self, peer: Option<&Arc<CheckedEntry>>, now: Millis) {
        // Where sites join one after the other, what is whose changes from run to run.
        let interval = if self.site.is_settling(now) {
            0
        } else {
            (self.cohomes.len() as u64 * HOUR_MS).min(MAX_INTERVAL_MS)
        };
        let at =
            |what: &str, cohome: &CheckedEntry| self.time(&format!("{what}{}", cohome.id), now).unwrap_or(0);
        let mut due: Vec<(Millis, &Arc<CheckedEntry>)> = self
            .cohomes
            .iter()
            .filter(|cohome| {
                now >= at(COHOME, cohome) + interval && peer.is_none_or(|peer| peer.id != cohome.id)
            })
            .map(|cohome| (at(TRIED, cohome), cohome))
            .collect();
        // Whoever fails, or always has something left, waits for its turn like the others.
        due.sort_by_key(|(tried, _)| *tried);
        let hours =
            self.time(RECONCILED, now).map_or(MAX_EXCHANGES, |last| now.saturating_sub(last) / HOUR_MS);
        let most = match self.mark(COMPLETE) {
            Some(_) if !self.site.is_settling(now) => hours.clamp(1, MAX_EXCHANGES),
            _ => MAX_EXCHANGES,
        };
        let first = peer.filter(|peer| self.cohomes.iter().any(|cohome| cohome.id == peer.id));
        let due = due.into_iter().map(|(_, cohome)| cohome).take(usize::try_from(most).unwrap_or(1));
        self.queue = first.into_iter().chain(due).cloned().collect();
    }

    fn mark(&self, name: &str) -> Option<&String> {
        match self.marks.get(name) {
            Some(value) => value.as_ref(),
            None => self.site.marks.get(name),
        }
    }

    fn time(&self, name: &str, now: Millis) -> Option<Millis> {
        // As [`Site::noted`]: what is still to come tells nothing.
        self.mark(name)?.parse().ok().filter(|at| *at <= now)
    }

    /// The requests to send now.
    pub fn poll(&mut self, now: Millis) -> Vec<Request> {
        self.advance(now);
        if self.exchange.is_none() && self.calls.is_idle() && self.pulled < MAX_PULLED {
            if let Some(peer) = self.queue.pop_front() {
                self.begin(peer, now);
            }
        }
        self.calls.take()
    }

    fn begin(&mut self, peer: Arc<CheckedEntry>, now: Millis) {
        let salt = Salt(self.rng.u128(..).to_be_bytes());
        let mut shared = Shared::new(&self.site, peer.id, now);
        let mut count = 0;
        let own = shared.postings(&self.held, &salt).inspect(|_| count += 1);
        let decoder = Decoder::new(own.map(|posting| posting.item));
        let listing = self.mark(&format!("{LISTING}{}", peer.id)).and_then(|after| after.parse().ok());
        let by_page = count == 0 || listing.is_some();
        self.marks.insert(format!("{TRIED}{}", peer.id), Some(now.to_string()));
        let room = MAX_PULLED.saturating_sub(self.pulled).div_ceil(self.queue.len() + 1);
        let (outdated, pages, left) = (BTreeSet::new(), 0, false);
        self.exchange = Some(Exchange { peer, salt, decoder, shared: count, outdated, room, pages, left });
        if by_page {
            self.ask_page(listing);
        } else {
            self.ask_symbols();
        }
    }

    fn ask_symbols(&mut self) {
        let Some(exchange) = &self.exchange else { return };
        let Some(count) = exchange.decoder.step() else { return self.ask_page(None) };
        let (node, salt, from) = (self.site.settings.node, exchange.salt, exchange.decoder.position());
        let asked = Inventory { node, salt, from, count };
        self.calls.post(&exchange.peer.endpoint(), "inventory", &asked, Step::Symbols);
    }

    fn ask_page(&mut self, after: Option<Id>) {
        let Some(exchange) = &self.exchange else { return };
        let asked = Records { node: self.site.settings.node, salt: None, items: Items::default(), after };
        self.calls.post(&exchange.peer.endpoint(), "records", &asked, Step::Page(after));
    }

    /// Takes the answer to one of the requests.
    pub fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        let peer = self.exchange.as_ref().map(|exchange| exchange.peer.clone());
        let (Some(step), Some(peer)) = (self.calls.answered(id), peer) else { return };
        let outcome = match step {
            Step::Symbols => self.noted(&peer, read_answer(answer)).and_then(|answer| self.symbols(answer)),
            Step::Postings(asked) => {
                self.noted(&peer, read_answer(answer)).map(|answer| self.postings(answer, asked, now))
            }
            Step::Page(after) => {
                self.noted(&peer, read_answer(answer)).and_then(|answer| self.page(answer, after, now))
            }
            // The peer keeps what it thinks right; the exchange has served its purpose either way.
            Step::Repair => self.noted(&peer, read_stored(answer)).map(|_| self.end(now)),
        };
        if let Err(e) = outcome {
            self.outcome.problems.push(&format!("{} {e}", peer.url()));
            self.exchange = None;
        }
    }

    fn noted<A>(&mut self, peer: &CheckedEntry, answer: Result<A, CallError>) -> Result<A, CallError> {
        self.outcome.seen.note(peer.id, &answer);
        answer
    }

    fn symbols(&mut self, answer: InventoryAnswer) -> Result<(), CallError> {
        let InventoryAnswer { symbols, items } = answer;
        let Some(exchange) = &mut self.exchange else { return Ok(()) };
        if items > exchange.shared + TOO_MANY {
            self.ask_page(None);
            return Ok(());
        }
        let difference = exchange.decoder.add(&symbols).map_err(|e| broken(&e))?;
        let Some(difference) = difference else {
            self.ask_symbols();
            return Ok(());
        };
        // What is held here, whether this site thinks that it should or not, is not missing.
        let mut missing = difference.missing;
        if !missing.is_empty() {
            let mut lacking: HashSet<Item> = missing.iter().copied().collect();
            Posting::all(&self.held, &exchange.salt).for_each(|posting| {
                lacking.remove(&posting.item);
            });
            missing.retain(|item| lacking.contains(item));
        }
        // In another order every time: what this site has to refuse must not stand before the rest for ever.
        self.rng.shuffle(&mut missing);
        exchange.left = missing.len() > exchange.room;
        missing.truncate(exchange.room);
        let (node, salt) = (self.site.settings.node, Some(exchange.salt));
        for items in missing.chunks(MAX_POSTINGS_ASKED) {
            let asked = Records { node, salt, items: Items(items.to_vec()), after: None };
            self.calls.post(&exchange.peer.endpoint(), "records", &asked, Step::Postings(items.len()));
        }
        Ok(())
    }

    /// Takes in what was asked for by item. What does not come is left: the peer said that it has it.
    fn postings(&mut self, answer: RecordsAnswer, asked: usize, now: Millis) {
        let came: usize = answer.records.iter().map(|item| item.terms.len()).sum();
        self.pulled += came.min(asked);
        if let Some(exchange) = &mut self.exchange {
            exchange.left |= came < asked;
        }
        self.take_in(answer, now);
    }

    fn page(&mut self, answer: RecordsAnswer, after: Option<Id>, now: Millis) -> Result<(), CallError> {
        let (next, count) = (answer.next, answer.records.len());
        self.pulled += count;
        self.take_in(answer, now);
        if next.is_some_and(|next| count == 0 || after.is_some_and(|after| next <= after)) {
            return Err(broken(&"answers with pages that lead nowhere"));
        }
        let Some(exchange) = &mut self.exchange else { return Ok(()) };
        self.marks.insert(format!("{LISTING}{}", exchange.peer.id), next.map(|next| next.to_string()));
        exchange.left = next.is_some();
        exchange.room = exchange.room.saturating_sub(count);
        exchange.pages += 1;
        if next.is_some() && exchange.room > 0 && exchange.pages < MAX_PAGES {
            self.ask_page(next);
        }
        Ok(())
    }

    fn take_in(&mut self, answer: RecordsAnswer, now: Millis) {
        let Some(exchange) = &mut self.exchange else { return };
        let mut intake = Intake::new(&self.site, std::mem::take(&mut self.held), now);
        for item in answer.records.into_iter().take(MAX_POSTINGS_ASKED.max(PAGE_RECORDS)) {
            let Err(refused) = intake.take(None, item) else { continue };
            match refused.code {
                // A publisher that this site does not know yet comes with a later exchange; the two sites may see
                // homes in a different way; of a term that is cut each home keeps what it finds best.
                Code::NotAdmitted | Code::NotHome | Code::Surplus => {}
                Code::Older => exchange.outdated.extend(refused.recordid),
                Code::Full => self.full = true,
                _ => self.outcome.problems.push(&refused.message),
            }
        }
        let (held, touched, cuts) = intake.into_held();
        self.held = held;
        self.touched.extend(touched);
        for cut in cuts {
            if let Change::Mark { name, value } = cut {
                self.marks.insert(name, value);
            }
        }
    }

    /// When nothing is under way: tells the peer of newer versions, or comes to the end.
    fn advance(&mut self, now: Millis) {
        if !self.calls.is_idle() {
            return;
        }
        let Some(exchange) = &mut self.exchange else { return };
        let outdated = std::mem::take(&mut exchange.outdated);
        let mut shared = Shared::new(&self.site, exchange.peer.id, now);
        let records: Vec<_> = outdated
            .iter()
            .filter_map(|recordid| self.held.get(recordid))
            .map(|held| {
                let terms = held.terms().filter(|term| shared.has(term)).collect();
                stored_item(&held, terms)
            })
            .collect();
        // As many as one request may have; the next exchange tells of the rest.
        let records = chunks(&records, |item| item.body.len() + 44 * item.terms.len());
        let records = records.first().map_or_else(Vec::new, |first| first.to_vec());
        if records.is_empty() {
            return self.end(now);
        }
        let body = Store { site: self.own.clone(), records };
        self.calls.post(&exchange.peer.endpoint(), "store", &body, Step::Repair);
    }

    fn end(&mut self, now: Millis) {
        let Some(exchange) = self.exchange.take() else { return };
        self.marks.insert(RECONCILED.into(), Some(now.to_string()));
        if !exchange.left {
            self.marks.insert(format!("{COHOME}{}", exchange.peer.id), Some(now.to_string()));
        }
    }

    /// Who was seen and what went wrong.
    pub fn seen(&mut self) -> Outcome {
        std::mem::take(&mut self.outcome)
    }

    /// What to store: what was pulled, what is dropped, and how far this came. `table` is the one of after the exchange.
    pub fn finish(mut self, table: &PeerTable, now: Millis) -> Vec<Change> {
        let (site, today) = (self.site.clone(), day_of(now));
        let own = site.settings.node;
        let mut changes = Vec::new();
        let certain = !most_expired(table, &own, today);
        if certain {
            self.touched.extend(drop_orphans(&mut self.held, table, &own, today));
        }
        if certain && self.mark(UPKEEP) != Some(&today.to_string()) {
            self.touched.extend(drop_outdated(&mut self.held, &site, now));
            self.marks.insert(UPKEEP.into(), Some(today.to_string()));
            changes.extend(site.mended_cuts(&self.held));
        }
        // What was pulled was checked with the keys of before.
        let key = |table: &PeerTable, node: &Id| table.get(node).map(|peer| peer.key());
        let rekeyed = |recordid: &Id| {
            self.held.get(recordid).is_some_and(|held| key(table, &held.node) != key(&site.table, &held.node))
        };
        let touched = self.touched.iter().filter(|recordid| !rekeyed(recordid)).copied().collect();
        changes.extend(change::between(&site.held, &self.held, &touched));
        self.mark_complete(now);
        self.forget_marks();
        let news = self.marks.into_iter().filter(|(name, value)| site.marks.get(name) != value.as_ref());
        changes.extend(news.map(|(name, value)| Change::Mark { name, value }));
        changes
    }

    /// Complete is who tried all co-homes and has nothing left to pull from three in four: every posting is at several of
    /// them, and one that always promises more must not keep its neighbours incomplete.
    fn mark_complete(&mut self, now: Millis) {
        let noted = |what: &str| {
            self.cohomes.iter().filter(|cohome| self.mark(&format!("{what}{}", cohome.id)).is_some()).count()
        };
        // When this site became complete is not believed of a clock that went ahead.
        let is_known = |at: &String| at.parse().is_ok_and(|at: Millis| at <= now);
        let all = self.cohomes.len();
        // In a day it meets every co-home again, and has to refuse again what it still has no room for.
        let has_room = self.time(REFUSED, now).is_none_or(|at| now > at + AWAY_MS);
        if self.full {
            self.marks.insert(COMPLETE.into(), None);
            self.marks.insert(REFUSED.into(), Some(now.to_string()));
        } else if has_room
            && !self.mark(COMPLETE).is_some_and(is_known)
            && all > 0
            && noted(TRIED) == all
            && noted(COHOME) * 4 >= all * 3
        {
            self.marks.insert(COMPLETE.into(), Some(now.to_string()));
            self.marks.insert(REFUSED.into(), None);
        }
    }

    /// Forgets what was noted of sites that are gone from the table.
    fn forget_marks(&mut self) {
        let of_none = |name: &&String| {
            let node = OF_COHOMES.iter().find_map(|of_cohome| name.strip_prefix(of_cohome));
            node.is_some_and(|node| node.parse().is_ok_and(|node| self.site.table.get(&node).is_none()))
        };
        let gone: Vec<String> = self.site.marks.keys().filter(of_none).cloned().collect();
        gone.into_iter().for_each(|name| drop(self.marks.insert(name, None)));
    }
}

fn broken(what: &dyn std::fmt::Display) -> CallError {
    CallError::of_sense(what.to_string())
}
