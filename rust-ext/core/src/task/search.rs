//! Searching: one round, a home of each of the query's two rarest words; each evaluates the whole query.
//!
//! A home that does not answer is replaced by the next one at once, one that is slow is not waited for, and one that says
//! it does not hold everything is doubled by another. Where nothing is found in the searcher's own language, the homes of
//! the same word as other languages inflect it are asked in a further round.

mod answer;
mod page;
mod report;
mod track;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

pub use answer::{HomeAnswer, SignedHit, local_answer, verified};
pub use report::{HitPublisher, ReportedHit, SearchReport};

use courseglue_index::{Answer, merge};
use courseglue_protocol::Id;
use courseglue_protocol::message::Search;
use courseglue_protocol::{ASKED_TERMS, AskedTerm, Millis, Query, day_of};

use super::answer::read_answer;
use super::calls::Calls;
use super::sightings::Sightings;
use super::{Failure, Request, Response, Task, TaskError};
use crate::frequency::Frequencies;
use crate::placement::ACCEPTING;
use crate::site::Site;
use page::Page;
use track::Track;

/// Forms of a word in other languages that are asked for.
const OTHER_LANGUAGES: usize = 6;

/// The purpose of a request: the answer of one home.
#[derive(Debug)]
struct SearchCall {
    node: Id,
    track: usize,
    round: u32,
}

/// One search.
#[derive(Debug)]
pub struct SearchTask {
    site: Arc<Site>,
    query: Query,
    page: Page,
    /// The terms whose homes are asked.
    tracks: Vec<Track>,
    /// The words asked for that other languages inflect in another way; none once their homes were asked.
    words: Vec<AskedTerm>,
    answers: Vec<HomeAnswer>,
    /// Whether this site holds everything that it should; none where it has not answered itself.
    here: Option<bool>,
    /// Whether this site holds every course of the network.
    everything: bool,
    asked: HashSet<Id>,
    addresses: Vec<String>,
    rounds: u32,
    calls: Calls<SearchCall>,
    sightings: Sightings,
    frequencies: Frequencies,
}

impl SearchTask {
    /// Starts a search. Where every site holds everything, and this one has it all, no request is made.
    ///
    /// # Errors
    /// A [`TaskError`] that says what is wrong with the query.
    pub fn start(site: &Arc<Site>, query: &str, now: Millis) -> Result<Self, TaskError> {
        let query: Query = serde_json::from_str(query).map_err(TaskError::QueryUnreadable)?;
        query.validate()?;
        let mut task = Self {
            site: site.clone(),
            tracks: Vec::new(),
            words: Vec::new(),
            answers: Vec::new(),
            here: None,
            everything: false,
            asked: HashSet::new(),
            addresses: Vec::new(),
            rounds: 0,
            calls: Calls::new(&site.settings.network),
            sightings: Sightings::default(),
            frequencies: Frequencies::default(),
            page: Page::of(&query),
            query,
        };
        let words = task.query.asked(&|term| site.document_frequency(term));
        task.everything = site.holds_everything(day_of(now)) && site.complete_since(now).is_some();
        if words.is_empty() || task.everything {
            task.answer_here(now);
            return Ok(task);
        }
        // Two homes of the one term, where there is only one.
        let wanted = ASKED_TERMS + 1 - words.len();
        words.iter().for_each(|word| task.add(&word.term, wanted, now));
        task.words = words;
        (0..task.tracks.len()).for_each(|track| task.ask(track, 1, now));
        Ok(task)
    }

    /// Asks as many homes of a term as are wanted.
    fn ask(&mut self, track: usize, round: u32, now: Millis) {
        let is_other = |(number, other): (usize, &Track)| number != track && other.is_complete();
        let elsewhere = self.tracks.iter().enumerate().any(is_other);
        let next = |task: &mut Self| task.tracks.get_mut(track)?.next(&task.asked, elsewhere, now);
        while let Some(node) = next(self) {
            self.asked.insert(node);
            let Some(peer) = self.site.table.get(&node) else { continue };
            let home = peer.site();
            self.addresses.push(home.address.to_string());
            self.rounds = self.rounds.max(round);
            let query = self.page.asked.clone();
            self.calls.post(&home.endpoint(), "search", &Search { query }, SearchCall { node, track, round });
        }
    }

    /// Asks for one of the words as other languages inflect it: the one with the fewest forms. In a text of another
    /// language the others are different, too, but one of its words is enough to find a record.
    fn ask_in_other_languages(&mut self, now: Millis) {
        let mut words = std::mem::take(&mut self.words);
        words.retain(|word| !word.others.is_empty());
        words.sort_by_key(|word| word.others.len());
        let Some(mut forms) = words.into_iter().next().map(|word| word.others) else { return };
        // At the same frequency, forms of more widespread languages come first.
        forms.sort_by_key(|form| Reverse(self.site.document_frequency(form)));
        let round = self.rounds + 1;
        let first = self.tracks.len();
        forms.iter().take(OTHER_LANGUAGES).for_each(|form| self.add(form, 1, now));
        (first..self.tracks.len()).for_each(|track| self.ask(track, round, now));
    }

    /// The homes of `term` are to be asked. Where this site is one of them, it answers as any other does.
    fn add(&mut self, term: &str, wanted: usize, now: Millis) {
        let mut track = Track::new(&self.site, term, wanted, now);
        let own = self.site.settings.node;
        if track.has_home(&own) || self.site.table.len() <= ACCEPTING + 1 {
            self.answer_here(now);
            if self.here == Some(true) {
                track.answered_completely(&own);
            }
        }
        self.tracks.push(track);
    }

    fn answer_here(&mut self, now: Millis) {
        if self.here.is_some() {
            return;
        }
        let answer = local_answer(&self.site, &self.page.asked, now);
        self.here = Some(answer.complete_since.is_some());
        self.answers.push(answer);
    }

    /// Whether every other site was asked, and answered.
    fn has_asked_everybody(&self) -> bool {
        let answered = self.answers.len() - usize::from(self.here.is_some());
        self.here.is_some() && answered == self.asked.len() && self.asked.len() + 1 == self.site.table.len()
    }

    /// Whether homes have answered, and none of them with a match.
    fn has_found_nothing(&self) -> bool {
        let answered = !self.answers.is_empty() && self.page.asked.offset == 0;
        answered && self.answers.iter().all(|answer| answer.hits.is_empty())
    }
}

impl Task for SearchTask {
    type Output = SearchReport;

    fn poll(&mut self, now: Millis) -> Vec<Request> {
        for track in 0..self.tracks.len() {
            if self.tracks[track].give_up_on_slow(now) {
                self.ask(track, self.rounds + 1, now);
            }
        }
        self.calls.take()
    }

    fn wake(&self) -> Option<Millis> {
        self.tracks.iter().filter_map(Track::wake).min()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        let Some(SearchCall { node, track: number, round }) = self.calls.answered(id) else { return };
        let answer = read_answer::<HomeAnswer>(answer);
        self.sightings.note(node, &answer);
        let complete = answer.as_ref().is_ok_and(|answer| answer.complete_since.is_some());
        if complete {
            self.tracks.iter_mut().for_each(|track| track.answered_completely(&node));
        }
        let Some(track) = self.tracks.get_mut(number) else { return };
        track.closed(&node, answer.is_ok(), complete);
        if let Ok(answer) = answer {
            let told = answer.frequencies.iter().find(|(term, _)| *term == track.term);
            told.into_iter().for_each(|(term, count)| self.frequencies.note(*term, *count));
            self.answers.push(verified(&self.site, &self.query, answer, now));
        }
        self.ask(number, round + 1, now);
        if self.calls.is_idle() && self.has_found_nothing() {
            self.ask_in_other_languages(now);
        }
    }

    fn finish(self, now: Millis) -> SearchReport {
        let mut texts: BTreeMap<(Id, Millis), SignedHit> = BTreeMap::new();
        let mut answers = Vec::new();
        let complete = match self.tracks.as_slice() {
            [] => self.here == Some(true),
            tracks => tracks.iter().all(Track::is_complete) || self.has_asked_everybody(),
        };
        for answer in self.answers {
            let HomeAnswer { total, complete_since, cut, hits, facets, .. } = answer;
            for hit in &hits {
                texts.insert((hit.hit.recordid, hit.hit.seq), hit.clone());
            }
            let hits = hits.into_iter().map(|h| h.hit).collect();
            answers.push(Answer { total, complete: complete_since.is_some(), cut, hits, facets });
        }
        let merged = merge(answers);
        let hits = merged
            .hits
            .iter()
            .skip(self.page.skip)
            .take(self.query.limit)
            .filter_map(|hit| texts.remove(&(hit.recordid, hit.seq)))
            .filter_map(|hit| ReportedHit::new(&self.site, hit))
            .collect();
        let mut changes = self.sightings.changes(&self.site.table, now);
        changes.extend(self.frequencies.changes(&self.site, now));
        SearchReport {
            total: merged.total,
            complete,
            everything: self.everything,
            looked_up: !self.tracks.is_empty(),
            cut: merged.cut,
            asked: self.addresses,
            rounds: self.rounds,
            hits,
            facets: merged.facets,
            changes,
        }
    }
}
