//! A made-up course of a site, and how far its publication has come.

use std::collections::BTreeSet;

use courseglue_protocol::{Millis, Term};
use serde_json::{Value, json};

use crate::words::{topic, word};

/// The stage of a course's publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is to be sent, for the first time or anew.
    Waiting,
    /// Every term has its copies.
    Placed,
    /// It is to be withdrawn.
    Leaving,
    /// Withdrawn, as its homes confirmed.
    Withdrawn,
}

/// A course.
#[derive(Clone, Debug)]
pub struct Course {
    /// Its number, over all sites: its name begins with a word that no other has.
    pub number: usize,
    /// The topics in its name and summary.
    pub topics: Vec<usize>,
    /// The stage of its publication.
    pub stage: Stage,
    /// Since when, in true time.
    pub since: Millis,
    /// The sequence number used last.
    pub seq: Millis,
    /// The terms under which some home may have it.
    pub terms: BTreeSet<Term>,
    /// The terms of the version that is being sent.
    pub fresh: BTreeSet<Term>,
    /// The time before which it is not tried again, in true time.
    pub not_before: Millis,
}

impl Course {
    /// A course that waits to be published.
    #[must_use]
    pub fn new(number: usize, topics: Vec<usize>, now: Millis) -> Self {
        Self {
            number,
            topics,
            stage: Stage::Waiting,
            since: now,
            seq: 0,
            terms: BTreeSet::new(),
            fresh: BTreeSet::new(),
            not_before: now,
        }
    }

    /// The site's own id for it.
    #[must_use]
    pub fn local(&self) -> String {
        format!("course/{}", self.number)
    }

    /// Words that find it.
    #[must_use]
    pub fn words(&self) -> String {
        let first = self.topics.first().map(|t| topic(*t)).unwrap_or_default();
        format!("{} {first}", word(self.number))
    }

    /// Whether it has something to send.
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(self.stage, Stage::Waiting | Stage::Leaving)
    }

    /// Moves on to a stage.
    pub fn enter(&mut self, stage: Stage, now: Millis) {
        self.stage = stage;
        self.since = now;
        self.not_before = now;
    }

    /// The content from which the engine makes a record.
    #[must_use]
    pub fn content(&self) -> Value {
        let name = self.words();
        let rest: Vec<String> = self.topics.iter().skip(1).map(|t| topic(*t)).collect();
        json!({
            "id": self.local(), "lang": "en", "fullname": {"en": name}, "shortname": {"en": word(self.number)},
            "summary": {"en": rest.join(" ")}, "category": [], "tags": [], "format": "topics",
            "access": "guest", "backup": false, "link": format!("course/view.php?id={}", self.number),
            "contents": [],
        })
    }
}
