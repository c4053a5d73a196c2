//! What is held of one publisher.

use std::collections::HashMap;
use std::sync::Arc;

use super::{HeldRef, MAX_POSTINGS_OF_ONE_SITE};
use crate::id::Id;

/// How what is held of one publisher differs from what lies in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub items: isize,
    pub bytes: i64,
    /// Postings by term, those in the file included: counted once there are so many items that one term could have too
    /// many.
    pub terms: Option<Arc<HashMap<Id, usize>>>,
}

impl Share {
    /// Counts an item that came, or with `by` as -1 one that went. So many `items` are left.
    pub fn count(&mut self, item: &HeldRef<'_>, by: isize, items: usize) {
        if items < MAX_POSTINGS_OF_ONE_SITE / 2 {
            self.terms = None;
        }
        let Some(counts) = self.terms.as_mut().filter(|_| !item.withdrawn) else { return };
        let counts = Arc::make_mut(counts);
        for term in item.terms() {
            let count = counts.get(&term).copied().unwrap_or(0).saturating_add_signed(by);
            if count == 0 {
                counts.remove(&term);
            } else {
                counts.insert(term, count);
            }
        }
    }
}
