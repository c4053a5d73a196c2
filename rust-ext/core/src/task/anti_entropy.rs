//! Anti-entropy: learning from one random site what this one lacks of the table of sites. A sketch tells what differs, then
//! exactly the missing entries are fetched; where a sketch is not enough, pages of the whole table are read.
//!
//! Nothing is pushed: every site pulls. What a site answers can only add to the table, never shrink it.

mod arrivals;
mod expectation;
mod partner;
mod sketch;

use std::collections::BTreeMap;
use std::sync::Arc;

use courseglue_protocol::{CheckedEntry, DAY_MS, Id, Millis};
use courseglue_sketch::{Decoder, Salt};
use courseglue_table::Peer;

use super::answer::read_answer;
use super::calls::Calls;
use super::outcome::Outcome;
use super::pages::{End, Pages};
use super::{Failure, Request, Response};
use crate::change::Change;
use crate::site::Site;
use arrivals::Arrivals;
use expectation::{MOST, differences};

/// When the last exchange succeeded.
pub(crate) const EXCHANGED: &str = "exchanged";
/// When the whole table was last compared with another's.
pub(crate) const COMPARED: &str = "compared";
/// The period between comparisons of whole tables. In between, only what was signed in the last days is compared.
const COMPARE_MS: Millis = DAY_MS;
/// The mark of a reading of pages that was cut off: its contact, where it belongs to a joining, or else [`PAGES`], and
/// the node id after which it goes on.
pub(crate) const SNAPSHOT: &str = "snapshot";
/// Written in place of a node id: any site can continue the listing, since all sites list in the same order.
const PAGES: &str = "pages";
/// The most sites that are tried in one run.
const TRIES: usize = 3;

/// The purpose of a request.
#[derive(Debug)]
enum ExchangeCall {
    /// A run of symbols.
    Sketch { from: usize, count: usize },
    /// This many entries.
    Entries(usize),
}

/// The stage of an exchange.
#[derive(Debug)]
enum Stage {
    /// Symbols are under way; with the decoder of those before, under the salt that the peer named.
    Sketch(Option<(Salt, Decoder)>),
    /// The table is read page by page.
    Pages(Box<Pages>),
    /// Entries may be under way, and nothing follows.
    Over,
}

/// One exchange with one random site.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own about the exchange")]
pub(crate) struct AntiEntropy {
    site: Arc<Site>,
    rng: fastrand::Rng,
    peer: Option<Arc<CheckedEntry>>,
    tried: Vec<Id>,
    stage: Stage,
    /// Whether this goes on with a joining: the table is still being taken over.
    joins: bool,
    /// Whether it begins at the first page.
    from_start: bool,
    arrivals: Arrivals,
    /// Whether only what is recent is compared.
    recent: bool,
    complete: bool,
    calls: Calls<ExchangeCall>,
    outcome: Outcome,
}

impl AntiEntropy {
    /// Starts an exchange with a random site, or goes on with pages that were cut off.
    pub fn start(site: &Arc<Site>, now: Millis, random: u64) -> Self {
        let compared_for =
            |mark: &str| site.noted(mark, now).is_some_and(|at| now < at.saturating_add(COMPARE_MS));
        // What was signed long ago may be let in now, with the vouchers of sites that joined since.
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
            arrivals: Arrivals::new(site),
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

    /// The site with which the reading of pages goes on that was cut off, and after which node id: the contact of a joining,
    /// or else any site, which the admin did not choose.
    fn cut_off(&mut self, now: Millis) -> Option<(Arc<CheckedEntry>, Option<Id>)> {
        let mark = self.site.marks.get(SNAPSHOT)?;
        let (node, after) = mark.split_once(' ')?;
        let after = after.parse().ok();
        let known = node.parse().ok().and_then(|id| self.site.table.get(&id));
        let usable = |p: &Peer<'_>| p.is_usable(now) && !self.site.shuns(&p.id());
        let contact = known.filter(usable).map(|p| p.site().into_arc());
        self.joins = contact.is_some();
        contact.or_else(|| self.choose(now)).map(|contact| (contact, after))
    }

    fn choose(&mut self, now: Millis) -> Option<Arc<CheckedEntry>> {
        partner::choose(&self.site, &self.tried, now, &mut self.rng)
    }

    fn try_another(&mut self, now: Millis) {
        let next = if self.tried.len() < TRIES { self.choose(now) } else { None };
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

    /// The requests to send now.
    pub fn poll(&mut self) -> Vec<Request> {
        let mut requests = self.calls.take();
        if let Stage::Pages(pages) = &mut self.stage {
            requests.extend(pages.poll().into_iter().map(|r| Request { id: r.id * 2 + 1, ..r }));
        }
        requests
    }

    /// Takes in the answer to a request.
    pub fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        if let (Stage::Pages(pages), 1) = (&mut self.stage, id % 2) {
            pages.receive(now, id / 2, answer);
            if !self.joins {
                let page = pages.take();
                self.arrivals.judge_page(page, now);
            }
            return;
        }
        match self.calls.answered(id) {
            Some(ExchangeCall::Sketch { from, count }) => {
                self.sketched(now, from, count, read_answer(answer));
            }
            Some(ExchangeCall::Entries(asked)) => self.entries(now, asked, read_answer(answer)),
            None => {}
        }
    }

    /// Ends the exchange: the news, and the outcome.
    pub fn finish(mut self, now: Millis) -> (BTreeMap<Id, Arc<CheckedEntry>>, Outcome) {
        let mut complete = self.complete && self.calls.is_idle();
        if let Stage::Pages(pages) = std::mem::replace(&mut self.stage, Stage::Over) {
            complete = pages.end == Some(End::All);
            self.read(*pages);
        }
        let news = if self.joins {
            self.arrivals.news_together(self.from_start && complete, now)
        } else {
            self.arrivals.news_beside(now)
        };
        if complete {
            let names = if self.recent { &[EXCHANGED][..] } else { &[EXCHANGED, COMPARED] };
            let mark = |name: &&str| Change::Mark { name: (*name).to_owned(), value: Some(now.to_string()) };
            self.outcome.changes.extend(names.iter().map(mark));
        }
        (news, self.outcome)
    }

    fn read(&mut self, mut pages: Pages) {
        self.arrivals.keep(pages.take());
        self.outcome.sightings.unite(std::mem::take(&mut pages.sightings));
        if pages.faulty > 0 {
            self.problem("sent descriptions of sites that do not hold");
        }
        if let Some(End::Failed(e)) = &pages.end {
            self.problem(&e.message);
        }
        // Where no page came, the mark stays as it is.
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
