//! Learning from one random site what this one lacks: a sketch, then exactly the missing entries; pages of the whole
//! table where a sketch does not do.
//!
//! Nothing is pushed: every site pulls. What a site answers can only add to the table, never shrink it.

use std::collections::BTreeMap;
use std::sync::Arc;

use courseglue_protocol::message::{Entries, EntriesAnswer, MAX_ASKED, SketchAnswer};
use courseglue_protocol::{CheckedEntry, DAY_MS, Id, Millis, day_of};
use courseglue_sketch::{Decoder, Item, Items, MAX_SYMBOLS, Salt};
use courseglue_table::{Peer, PeerTable};

use super::calls::{CallError, Calls, read_answer};
use super::outcome::Outcome;
use super::pages::{End, Pages};
use super::{Failure, Request, Response};
use crate::change::Change;
use crate::daily_sketch::{items, worth_fetching};
use crate::site::Site;

/// When the last exchange succeeded.
pub(crate) const EXCHANGED: &str = "exchanged";
/// When the whole table was last compared with another's.
pub(crate) const COMPARED: &str = "compared";
/// How often it is; between, what was signed in the last days is.
const COMPARE_MS: Millis = DAY_MS;
/// Whose pages a joining that was cut off goes on with, and after which node id; [`PAGES`] instead of a node id where it
/// was no joining.
pub(crate) const SNAPSHOT: &str = "snapshot";
/// Written in place of a node id: any site can continue the listing, since all sites list in the same order.
const PAGES: &str = "pages";
/// How many sites are tried in one run.
const TRIES: usize = 3;
/// How many of what was read in pages and cannot be let in yet wait for the words of those on the next page: the pages are
/// in the order of node ids, and who vouches for a site is near it.
const WAITING: usize = 2_000;
/// The fewest differences that are expected.
const FEWEST: u64 = 100;
/// Of how many differences a sketch tells, about; beyond, pages are read.
const MOST: u64 = MAX_SYMBOLS as u64 * 2 / 3;

#[derive(Debug)]
enum Note {
    Sketch { from: usize, count: usize },
    Entries(usize),
}

/// Where an exchange stands.
#[derive(Debug)]
enum Stage {
    Sketch(Option<(Salt, Decoder)>),
    Pages(Box<Pages>),
    Over,
}

/// One exchange with one peer.
#[derive(Debug)]
pub(crate) struct Exchange {
    site: Arc<Site>,
    rng: fastrand::Rng,
    peer: Option<Arc<CheckedEntry>>,
    tried: Vec<Id>,
    stage: Stage,
    /// Whether this goes on with a joining: the table is still being taken over.
    joins: bool,
    /// Whether it begins at the first page.
    from_start: bool,
    received: Vec<Arc<CheckedEntry>>,
    /// The table with what pages showed so far, and that alone.
    table: Arc<PeerTable>,
    news: BTreeMap<Id, Arc<CheckedEntry>>,
    /// Whether only what is recent is compared.
    recent: bool,
    complete: bool,
    calls: Calls<Note>,
    outcome: Outcome,
}

impl Exchange {
    pub fn start(site: &Arc<Site>, now: Millis, random: u64) -> Self {
        let compared_for =
            |mark: &str| site.noted(mark, now).is_some_and(|at| now < at.saturating_add(COMPARE_MS));
        // What was signed long ago may be let in now, with the words of those who joined since.
        let is_young = site.is_in_small_network() && site.is_settling(now);
        let mut exchange = Self {
            site: site.clone(),
            recent: compared_for(COMPARED) && compared_for(EXCHANGED) && !is_young,
            rng: fastrand::Rng::with_seed(random),
            peer: None,
            tried: Vec::new(),
            stage: Stage::Over,
            joins: false,
            from_start: false,
            received: Vec::new(),
            table: site.table.clone(),
            news: BTreeMap::new(),
            complete: false,
            calls: Calls::new(&site.settings.network),
            outcome: Outcome::default(),
        };
        match exchange.cut_off(now) {
            Some((contact, after)) => {
                exchange.recent = false;
                exchange.from_start = after.is_none();
                exchange.stage = Stage::Pages(Box::new(Pages::start(site, &contact, after)));
                exchange.peer = Some(contact);
            }
            None => exchange.try_another(now),
        }
        exchange
    }

    /// Where the reading of pages goes on that was cut off: with the contact of a joining, or else with anybody, whom the
    /// admin did not choose.
    fn cut_off(&mut self, now: Millis) -> Option<(Arc<CheckedEntry>, Option<Id>)> {
        let mark = self.site.marks.get(SNAPSHOT)?;
        let (node, after) = mark.split_once(' ')?;
        let after = after.parse().ok();
        let known = node.parse().ok().and_then(|id| self.site.table.get(&id));
        let usable = |p: &Peer<'_>| p.is_usable(now) && !self.site.shuns(&p.id());
        let contact = known.filter(usable).map(|p| p.site().into_arc());
        self.joins = contact.is_some();
        contact.or_else(|| self.pick(now)).map(|contact| (contact, after))
    }

    /// A random site that is worth asking; a silent one, where there is no other; one whose lease is over, where there
    /// is nobody else at all.
    fn pick(&mut self, now: Millis) -> Option<Arc<CheckedEntry>> {
        let (site, today) = (self.site.clone(), day_of(now));
        let count = site.table.len();
        let others = |p: &Peer<'_>| {
            let other = p.id() != site.settings.node && !self.tried.contains(&p.id());
            other && p.stands() && !site.shuns(&p.id())
        };
        let holds = |p: &Peer<'_>| p.holds_on(today);
        // Nearly every draw is a hit; only where most are silent all are looked at.
        for _ in 0..32_usize.min(count * 4) {
            let drawn = site.table.at(self.rng.usize(..count));
            if let Some(peer) = drawn.filter(|p| others(p) && holds(p) && p.is_usable(now)) {
                return Some(peer.site().into_arc());
            }
        }
        let mut all: Vec<Peer<'_>> = site.table.iter().filter(|p| others(p)).collect();
        if all.iter().any(holds) {
            all.retain(holds);
        }
        let usable: Vec<&Peer<'_>> = all.iter().filter(|p| p.is_usable(now)).collect();
        let from = if usable.is_empty() { all.iter().collect() } else { usable };
        (!from.is_empty()).then(|| from[self.rng.usize(..from.len())].site().into_arc())
    }

    fn try_another(&mut self, now: Millis) {
        let next = if self.tried.len() < TRIES { self.pick(now) } else { None };
        self.stage = Stage::Over;
        let Some(peer) = next else { return };
        self.tried.push(peer.id);
        self.peer = Some(peer);
        if self.expected(now) > MOST {
            self.read_pages();
        } else {
            self.stage = Stage::Sketch(None);
            let count = Decoder::new([]).expecting(self.expecting(now)).step().unwrap_or(1);
            self.ask_symbols(0, count);
        }
    }

    fn expected(&self, now: Millis) -> u64 {
        let since = self.site.noted(EXCHANGED, now).map_or(0, |last| now.saturating_sub(last));
        let sites = u64::try_from(self.site.table.len()).unwrap_or(u64::MAX);
        differences(sites, since, self.recent)
    }

    fn expecting(&self, now: Millis) -> usize {
        usize::try_from(self.expected(now)).unwrap_or(usize::MAX)
    }

    fn ask_symbols(&mut self, from: usize, count: usize) {
        if let Some(peer) = &self.peer {
            let recent = if self.recent { "&recent=1" } else { "" };
            let question = format!("sketch&from={from}&count={count}{recent}");
            self.calls.get(&peer.endpoint(), &question, Note::Sketch { from, count });
        }
    }

    fn read_pages(&mut self) {
        self.recent = false;
        if let Some(peer) = &self.peer {
            self.stage = Stage::Pages(Box::new(Pages::start(&self.site, peer, None)));
        }
    }

    fn problem(&mut self, what: &str) {
        if let Some(peer) = &self.peer {
            self.outcome.problems.push(&format!("{} {what}", peer.url()));
        }
    }

    fn sketched(&mut self, now: Millis, from: usize, count: usize, answer: Result<SketchAnswer, CallError>) {
        if let Some(peer) = &self.peer {
            self.outcome.seen.note(peer.id, &answer);
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(e) => {
                self.problem(&e.message);
                return self.try_another(now);
            }
        };
        let Stage::Sketch(stage) = std::mem::replace(&mut self.stage, Stage::Over) else { return };
        if answer.from != from || answer.symbols.len() != count || (answer.since > 0) != self.recent {
            return self.problem("answers with other symbols than were asked for");
        }
        let (salt, mut decoder) = match stage {
            Some((salt, decoder)) if salt == answer.salt => (salt, decoder),
            // A new day began there: the next exchange will find one salt.
            Some(_) => return,
            None => {
                let own: Vec<Item> =
                    items(&self.site.table, answer.salt, answer.since, day_of(now)).collect();
                if self.is_beyond_a_sketch(&answer, own.len()) {
                    return;
                }
                (answer.salt, Decoder::new(own).asking_first(count))
            }
        };
        match decoder.add(&answer.symbols) {
            Ok(Some(difference)) => self.ask_entries(salt, &worth_fetching(difference)),
            Ok(None) => match decoder.step() {
                // The runs may tell of two states of the other table: one run of as many tells of one.
                Some(more) if from > 0 => {
                    self.stage = Stage::Sketch(None);
                    self.ask_symbols(0, decoder.position() + more);
                }
                Some(count) => {
                    let from = decoder.position();
                    self.stage = Stage::Sketch(Some((salt, decoder)));
                    self.ask_symbols(from, count);
                }
                None => self.read_pages(),
            },
            Err(e) => self.problem(&format!("answers with symbols that are of no use: {e}")),
        }
    }

    /// Where the two tables differ so much in size that a sketch cannot tell: one that is far larger is read in pages,
    /// from one that is far smaller there is little to learn.
    fn is_beyond_a_sketch(&mut self, answer: &SketchAnswer, own: usize) -> bool {
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        if answer.sites == 0 && !self.recent {
            self.problem("says that it knows no site at all");
        } else if answer.sites > own.saturating_add(most) {
            self.read_pages();
        } else if answer.sites.saturating_add(most) >= own {
            return false;
        }
        true
    }

    fn ask_entries(&mut self, salt: Salt, missing: &[[u8; 16]]) {
        self.complete = true;
        let Some(peer) = &self.peer else { return };
        for items in missing.chunks(MAX_ASKED) {
            let body = Entries { salt, items: Items(items.to_vec()) };
            self.calls.post(&peer.endpoint(), "entries", &body, Note::Entries(items.len()));
        }
    }

    fn entries(&mut self, now: Millis, asked: usize, answer: Result<EntriesAnswer, CallError>) {
        if let Some(peer) = &self.peer {
            self.outcome.seen.note(peer.id, &answer);
        }
        let entries = match answer {
            Ok(answer) => answer.sites,
            Err(e) => {
                self.complete = false;
                return self.problem(&e.message);
            }
        };
        self.complete &= entries.len() >= asked;
        let judge = self.site.judge(now);
        let mut faulty = None;
        for entry in entries.into_iter().take(asked) {
            match judge.statement(&self.site.table, entry) {
                Ok(statement) => self.received.push(statement),
                Err(fault) => faulty = Some(fault),
            }
        }
        if let Some(fault) = faulty {
            self.problem(&format!("sent descriptions of sites that do not hold: {fault}"));
        }
    }

    pub fn poll(&mut self) -> Vec<Request> {
        let mut requests = self.calls.take();
        if let Stage::Pages(pages) = &mut self.stage {
            requests.extend(pages.poll().into_iter().map(|r| Request { id: r.id * 2 + 1, ..r }));
        }
        requests
    }

    pub fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        if let (Stage::Pages(pages), 1) = (&mut self.stage, id % 2) {
            pages.receive(now, id / 2, answer);
            if !self.joins {
                let page = pages.take();
                self.judge_page(page, now);
            }
            return;
        }
        match self.calls.answered(id) {
            Some(Note::Sketch { from, count }) => self.sketched(now, from, count, read_answer(answer)),
            Some(Note::Entries(asked)) => self.entries(now, asked, read_answer(answer)),
            None => {}
        }
    }

    /// Takes in what a page showed, and keeps no more than a few of those that nobody known vouches for.
    fn judge_page(&mut self, page: Vec<Arc<CheckedEntry>>, now: Millis) {
        if page.is_empty() {
            return;
        }
        self.received.extend(page);
        let site = self.site.clone();
        let taken = site.judge(now).beside(&self.table, &self.received).news;
        let table = Arc::make_mut(&mut self.table);
        taken.values().for_each(|site| table.put(site.clone()));
        self.news.extend(taken);
        self.received.retain(|s| table.get(&s.id).is_none_or(|known| known.rank() < s.rank()));
        self.received.drain(..self.received.len().saturating_sub(WAITING));
    }

    /// What is news, and what came of the exchange.
    pub fn finish(mut self, now: Millis) -> (BTreeMap<Id, Arc<CheckedEntry>>, Outcome) {
        let mut complete = self.complete && self.calls.is_idle();
        if let Stage::Pages(pages) = std::mem::replace(&mut self.stage, Stage::Over) {
            complete = pages.end == Some(End::All);
            self.read(*pages);
        }
        let site = self.site.clone();
        let judge = site.judge(now);
        let received = std::mem::take(&mut self.received);
        let news = if self.joins {
            let mut table = judge.together(&site.table, received.clone());
            if self.from_start && complete {
                judge.take_over(&mut table, &received);
            }
            let taken = received.iter().filter_map(|s| table.get(&s.id)).map(|p| p.site().into_arc());
            taken.map(|site| (site.id, site)).collect()
        } else {
            let mut news = std::mem::take(&mut self.news);
            news.extend(judge.beside(&self.table, &received).news);
            news
        };
        if complete {
            let names = if self.recent { &[EXCHANGED][..] } else { &[EXCHANGED, COMPARED] };
            let mark = |name: &&str| Change::Mark { name: (*name).to_owned(), value: Some(now.to_string()) };
            self.outcome.changes.extend(names.iter().map(mark));
        }
        (news, self.outcome)
    }

    fn read(&mut self, mut pages: Pages) {
        self.received.extend(pages.take());
        self.outcome.seen.unite(std::mem::take(&mut pages.seen));
        if pages.faulty > 0 {
            self.problem("sent descriptions of sites that do not hold");
        }
        if let Some(End::Failed(e)) = &pages.end {
            self.problem(&e.message);
        }
        // Where no page came, what was noted before stands.
        let rest = pages.after().filter(|_| pages.end != Some(End::All));
        if pages.has_read() {
            let contact = self.peer.as_ref().filter(|_| self.joins).map(|peer| peer.id.to_string());
            let value = rest.map(|after| format!("{} {after}", contact.as_deref().unwrap_or(PAGES)));
            self.outcome.changes.push(Change::Mark { name: SNAPSHOT.to_owned(), value });
        }
    }

    /// The site that was asked.
    pub fn peer(&self) -> Option<&Arc<CheckedEntry>> {
        self.peer.as_ref()
    }
}

/// How many differences there hardly ever are more of, if every site signs its description every 25 days and the network
/// is as large as known: twice as many as were signed since the last exchange, as each of the two knows some that the
/// other does not; in whole tables twice that, an old and a new statement for each.
fn differences(sites: u64, since: Millis, recent: bool) -> u64 {
    let signed = sites.saturating_mul(since) / (25 * DAY_MS);
    signed.saturating_mul(if recent { 2 } else { 4 }).max(FEWEST)
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::HOUR_MS;

    use super::*;

    #[test]
    fn a_million_sites_differ_by_what_was_signed_in_an_hour() {
        assert_eq!(differences(1_000_000, HOUR_MS, true), 3_332);
        assert_eq!(differences(1_000_000, HOUR_MS, false), 6_664);
        assert_eq!(differences(1_000_000, 0, true), FEWEST);
    }

    #[test]
    fn an_exchange_that_begins_a_moment_early_expects_no_fewer_differences() {
        let (sooner, later) =
            (differences(1_000_000, HOUR_MS - 1, true), differences(1_000_000, HOUR_MS, true));
        assert!(sooner + 10 > later, "{sooner} {later}");
    }

    #[test]
    fn of_pages_full_of_strangers_few_are_kept() {
        use crate::settings::Settings;
        use courseglue_protocol::{ItemType, Secret};
        let settings = r#"{"network":"test","address":"a.example","scheme":"https","viewdir":"","blockedhosts":[],
            "allowedports":[]}"#;
        let site = Arc::new(Site::new(Settings::from_json(settings).unwrap()));
        let secret = Secret::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        let now = 20_000 * DAY_MS;
        let body =
            serde_json::json!({"address": "s.example", "scheme": "https", "key": secret.public(), "seq": now,
            "lease": day_of(now) + 45, "name": "S", "software": "Moodle", "release": "5", "plugin": "1",
            "protocol": 1, "country": null, "lang": "en", "figures": {}})
            .to_string();
        let sig = secret.sign("test", ItemType::Descriptor, &body);
        let stranger =
            Arc::new(courseglue_protocol::Entry { body, sig, vouchers: Vec::new() }.read().unwrap());
        let mut exchange = Exchange::start(&site, now, 1);
        for _ in 0..3 {
            exchange.judge_page(vec![stranger.clone(); WAITING], now);
            assert!(exchange.received.len() <= WAITING && exchange.news.is_empty());
        }
    }
}
