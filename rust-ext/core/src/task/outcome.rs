//! The outcome of one part of a task.

use super::problems::Problems;
use super::sightings::Sightings;
use crate::change::Change;

/// Which sites answered, what went wrong and what to store.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub sightings: Sightings,
    pub problems: Problems,
    pub changes: Vec<Change>,
}

impl Outcome {
    /// Adds the outcome of another part.
    pub fn unite(&mut self, other: Self) {
        self.sightings.unite(other.sightings);
        self.problems.unite(other.problems);
        self.changes.extend(other.changes);
    }
}
