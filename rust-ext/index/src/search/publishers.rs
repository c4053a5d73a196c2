//! The publishers that searches have looked up.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use courseglue_protocol::{Day, Id};

use super::Publisher;

/// The most publishers that are remembered: others are looked up each time.
const MOST: usize = 10_000;

/// A cache of publishers that searches looked up, valid for one day and one state of the table. The records of a search have
/// many publishers, and looking each up in the table of all sites takes longer than finding the records.
#[derive(Debug, Default)]
pub struct Publishers(Mutex<(Day, HashMap<Id, Option<Publisher>>)>);

impl Publishers {
    /// Returns a publisher whose records may be shown: from the cache, or else looked up with `find`.
    pub fn get(&self, node: &Id, today: Day, find: impl FnOnce() -> Option<Publisher>) -> Option<Publisher> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (day, publishers) = &mut *known;
        if *day != today {
            *day = today;
            publishers.clear();
        }
        if let Some(publisher) = publishers.get(node) {
            return *publisher;
        }
        let publisher = find();
        if publishers.len() < MOST {
            publishers.insert(*node, publisher);
        }
        publisher
    }
}

/// A copied state is about to change, or to have other settings: nothing is remembered.
impl Clone for Publishers {
    fn clone(&self) -> Self {
        Self::default()
    }
}
