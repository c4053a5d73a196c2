//! A stranger who keeps the signed texts of courses, and stores them again when their publishers have ended them.

use std::collections::BTreeSet;
use std::sync::Arc;

use courseglue_core::Handling;
use courseglue_protocol::message::{Store, StoreAnswer, StoredItem, envelope};
use courseglue_protocol::{HOUR_MS, Id, ItemType, Millis, Terms, record::Record};

use super::{Purpose, World};
use crate::course::Stage;
use crate::node::{NETWORK, Presence};

/// A new version goes to two homes of each term; the others pull it within this time.
const PULLED_MS: Millis = 30 * HOUR_MS;

/// A text that the stranger keeps.
#[derive(Clone, Debug)]
pub(crate) struct KeptText {
    /// The publisher, and which of its courses this is.
    course: (usize, usize),
    item: StoredItem,
    record: Id,
    seq: Millis,
    /// Words that are in this text.
    words: String,
}

/// The stranger, and what came of it.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    pub(crate) kept: Vec<KeptText>,
    /// Stores that were tried.
    pub tried: u64,
    /// Stores that a site acknowledged.
    pub taken: u64,
}

impl World {
    /// Keeps the texts of up to so many courses, one a publisher.
    pub(crate) fn keep_texts(&mut self, count: usize) {
        let mut placed = self.placed();
        self.rng.shuffle(&mut placed);
        let mut publishers = BTreeSet::new();
        placed.retain(|(node, _)| publishers.insert(*node));
        for (node, course) in placed.into_iter().take(count) {
            let (publisher, wanted) = (&self.nodes[node], &self.nodes[node].courses[course]);
            let record = Id::of_record(&publisher.address, &wanted.local());
            let Some(held) = self.nodes.iter().find_map(|holder| holder.site.holdings.get(&record)) else {
                continue;
            };
            let Ok(text) = Record::parse(held.body()) else { continue };
            let terms: Terms = text.placed_under().into_iter().collect();
            let item =
                StoredItem { item: ItemType::Record, body: held.body().to_owned(), sig: held.sig(), terms };
            let kept =
                KeptText { course: (node, course), item, record, seq: held.seq, words: wanted.words() };
            self.replay.kept.push(kept);
        }
    }

    /// The publishers withdraw every second one of the texts that were kept, and change the others.
    pub(crate) fn end_texts(&mut self) {
        let courses: Vec<(usize, usize)> = self.replay.kept.iter().map(|kept| kept.course).collect();
        for (at, (node, course)) in courses.into_iter().enumerate() {
            self.touch(node, course, if at % 2 == 0 { Stage::Leaving } else { Stage::Waiting });
        }
    }

    /// The texts that were ended at all of their homes an hour ago or longer, by publishers that are still there.
    fn ended_texts(&self) -> Vec<KeptText> {
        let is_over = |kept: &&KeptText| {
            let publisher = &self.nodes[kept.course.0];
            let course = &publisher.courses[kept.course.1];
            let reached = match course.stage {
                Stage::Withdrawn => 0,
                Stage::Placed => PULLED_MS,
                Stage::Waiting | Stage::Leaving => return false,
            };
            publisher.presence != Presence::Left
                && course.seq > kept.seq
                && course.since + reached + HOUR_MS <= self.now
        };
        self.replay.kept.iter().filter(is_over).cloned().collect()
    }

    /// The stranger sends every text that was ended to every site that is there, under all of its terms that the site takes
    /// in, in the name of a site that everybody knows.
    pub(crate) fn replay_texts(&mut self) {
        let Some(by) = self.somebody() else { return };
        let Some(site) = self.nodes[by].site.own().map(|own| own.entry.clone()) else { return };
        for KeptText { item, .. } in self.ended_texts() {
            for at in 0..self.nodes.len() {
                let (now, node) = (self.now, &mut self.nodes[at]);
                if !node.is_up() || !node.joined {
                    continue;
                }
                let clock = node.clock(now);
                let terms = item.terms.0.iter().filter(|term| node.site.accepts(**term, clock));
                let item = StoredItem { terms: terms.copied().collect(), ..item.clone() };
                if item.terms.is_empty() {
                    continue;
                }
                self.replay.tried += 1;
                let body = envelope(NETWORK, "store", &Store { site: site.clone(), records: vec![item] });
                let handling = Arc::clone(&node.site).handle("POST", "", &body, clock);
                let Handling::Reply(reply) = handling else { continue };
                let answer: StoreAnswer = serde_json::from_str(&reply.body).unwrap_or_default();
                self.replay.taken += answer.stored.len() as u64;
                node.apply(reply.changes);
            }
        }
    }

    /// Lets random sites search for every text that was ended.
    pub(crate) fn look_for_ended(&mut self) {
        for KeptText { record, seq, words, .. } in self.ended_texts() {
            let Some(by) = self.somebody() else { return };
            self.search(by, &words, Purpose::Ended { record, seq });
        }
    }
}
