//! What came of one part of a task.

use super::calls::Seen;
use super::problems::Problems;
use crate::change::Change;

/// Who was seen, what went wrong and what to store.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub seen: Seen,
    pub problems: Problems,
    pub changes: Vec<Change>,
}

impl Outcome {
    /// Takes in what came of another part.
    pub fn unite(&mut self, other: Self) {
        self.seen.unite(other.seen);
        self.problems.unite(other.problems);
        self.changes.extend(other.changes);
    }
}
