//! Comparing two tables by a sketch: symbols first, then exactly the missing entries.

use courseglue_protocol::message::{Entries, EntriesAnswer, MAX_ASKED, SketchAnswer};
use courseglue_protocol::{Millis, day_of};
use courseglue_sketch::{Decoder, Item, Items, Salt};

use super::expectation::MOST;
use super::{AntiEntropy, ExchangeCall, Stage};
use crate::daily_sketch::{items, worth_fetching};
use crate::task::answer::CallError;

impl AntiEntropy {
    /// Asks the peer for a run of symbols.
    pub(super) fn ask_symbols(&mut self, from: usize, count: usize) {
        if let Some(peer) = &self.peer {
            let recent = if self.recent { "&recent=1" } else { "" };
            let question = format!("sketch&from={from}&count={count}{recent}");
            self.calls.get(&peer.endpoint(), &question, ExchangeCall::Sketch { from, count });
        }
    }

    /// Takes in symbols: asks for more, or for the entries that this site lacks.
    pub(super) fn sketched(
        &mut self,
        now: Millis,
        from: usize,
        count: usize,
        answer: Result<SketchAnswer, CallError>,
    ) {
        if let Some(peer) = &self.peer {
            self.outcome.sightings.note(peer.id, &answer);
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
            // A new day began at the peer: the next exchange will find one salt.
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
                // The runs may be of two states of the other table: one run of as many symbols is of one.
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

    /// Whether the two tables differ so much in size that a sketch cannot tell what differs: a table that is far larger
    /// is read in pages, from one that is far smaller there is little to learn.
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
            self.calls.post(&peer.endpoint(), "entries", &body, ExchangeCall::Entries(items.len()));
        }
    }

    /// Takes in entries, `asked` of which were asked for.
    pub(super) fn entries(&mut self, now: Millis, asked: usize, answer: Result<EntriesAnswer, CallError>) {
        if let Some(peer) = &self.peer {
            self.outcome.sightings.note(peer.id, &answer);
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
                Ok(statement) => self.arrivals.keep([statement]),
                Err(fault) => faulty = Some(fault),
            }
        }
        if let Some(fault) = faulty {
            self.problem(&format!("sent descriptions of sites that do not hold: {fault}"));
        }
    }
}
