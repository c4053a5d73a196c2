//! Pages: which part of all matches the homes are asked for.

use courseglue_protocol::{MAX_LIMIT, Query};

/// The part of its own ranking that every home is asked for, and the place in the merged matches at which the page
/// begins.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub asked: Query,
    pub skip: usize,
}

impl Page {
    /// Chooses what each home is asked for: all matches up to the page's end, so that a match that one home lacks moves no
    /// other to another page; or only the page, where that is more than one answer may have.
    pub fn of(query: &Query) -> Self {
        let end = query.offset + query.limit;
        if end > MAX_LIMIT {
            return Self { asked: query.clone(), skip: 0 };
        }
        Self { asked: Query { offset: 0, limit: end, ..query.clone() }, skip: query.offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_cut_from_something_that_a_home_answers_with() {
        for (offset, asked_offset, asked_limit, skip) in [(0, 0, 20, 0), (80, 0, 100, 80), (100, 100, 20, 0)]
        {
            let query = Query { offset, limit: 20, ..Query::default() };
            let page = Page::of(&query);
            assert_eq!((page.asked.offset, page.asked.limit, page.skip), (asked_offset, asked_limit, skip));
            assert!(page.asked.validate().is_ok());
        }
    }
}
