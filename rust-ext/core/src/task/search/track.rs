//! The homes of one term that are asked in the course of a search, one after the other until enough have answered.

use std::collections::HashSet;

use courseglue_protocol::{Id, Millis, Term};
use courseglue_table::REPLICAS;

use crate::placement::ACCEPTING;
use crate::site::Site;

/// A home that has not answered for so long is not waited for: another one is asked beside it.
const SLOW_MS: Millis = 1_000;

/// One term's homes.
#[derive(Debug)]
pub(super) struct Track {
    /// The term.
    pub term: Term,
    /// Every home, this site included.
    all: Vec<Id>,
    /// The homes still to be tried, the best last.
    homes: Vec<Id>,
    /// Answers that are wanted, as long as they are of homes that hold everything.
    wanted: usize,
    /// Answers that came.
    answered: usize,
    /// The number of these answers that were of homes that do not hold everything.
    incomplete: usize,
    /// Whether a home that holds everything has answered.
    complete: bool,
    /// When each request that is under way counts as slow; `None` for those that already do.
    under_way: Vec<(Id, Option<Millis>)>,
}

impl Track {
    /// The homes of `term` that can be asked: those that answered last time first, then the nearest, to which
    /// publishers send. `wanted` answers are enough. Behind them come those that take postings in for them.
    pub fn new(site: &Site, term: &str, wanted: usize, now: Millis) -> Self {
        let term = Term::of_word(term);
        let mut homes = site.table.homes(&term.place(), ACCEPTING, now);
        // These are not the first few of `homes`: where fewer domains exist, further sites of one domain may be nearer
        // than a home.
        let all: Vec<Id> =
            site.table.homes(&term.place(), REPLICAS, now).iter().map(courseglue_table::Peer::id).collect();
        homes.retain(|peer| peer.id() != site.settings.node && !site.shuns(&peer.id()));
        homes.sort_by_key(|peer| !all.contains(&peer.id()));
        // Half of all searchers begin with the second nearest, so that no single site bears a popular word alone.
        if site.settings.node.0[19] % 2 == 1 && homes.len() > 1 {
            homes.swap(0, 1);
        }
        let is_home = |id: &Id| all.contains(id);
        homes.sort_by_key(|p| (!is_home(&p.id()), !p.is_usable(now), p.liveness.failures > 0));
        let homes = homes.iter().rev().map(courseglue_table::Peer::id).collect();
        Self { term, all, homes, wanted, answered: 0, incomplete: 0, complete: false, under_way: Vec::new() }
    }

    /// The number of answers that are enough. A home that does not hold everything is doubled by another. Where that
    /// one does not either, and no home of the other word does, the homes have changed lately: all are asked, and then
    /// the sites in whose place they are.
    fn enough(&self, complete_elsewhere: bool) -> usize {
        match self.incomplete {
            0 => self.wanted,
            1 => self.wanted + 1,
            _ if self.complete || complete_elsewhere => self.wanted + 1,
            2..REPLICAS => REPLICAS,
            _ => ACCEPTING,
        }
    }

    /// The next home to ask, if one is needed; never one of those `asked` already. `complete_elsewhere`: whether a home of
    /// another word holds everything.
    pub fn next(&mut self, asked: &HashSet<Id>, complete_elsewhere: bool, now: Millis) -> Option<Id> {
        let waited_for = self.under_way.iter().filter(|(_, slow)| slow.is_some()).count();
        if self.answered + waited_for >= self.enough(complete_elsewhere) {
            return None;
        }
        let home_is_asked = self.under_way.iter().any(|(node, slow)| slow.is_some() && self.has_home(node));
        while let Some(home) = self.homes.pop() {
            let is_needed = self.incomplete > 0 || self.answered == 0;
            if !self.has_home(&home) && (self.complete || home_is_asked || !is_needed) {
                self.homes.push(home);
                return None;
            }
            if !asked.contains(&home) {
                self.under_way.push((home, Some(now + SLOW_MS)));
                return Some(home);
            }
        }
        None
    }

    /// Records that the request to `home` ended, whether it answered, and whether its holdings are complete.
    pub fn closed(&mut self, home: &Id, answered: bool, complete: bool) {
        self.under_way.retain(|(node, _)| node != home);
        self.answered += usize::from(answered);
        self.incomplete += usize::from(answered && !(complete && self.has_home(home)));
    }

    /// Whether `node` is one of the homes.
    pub fn has_home(&self, node: &Id) -> bool {
        self.all.contains(node)
    }

    /// Notes that a complete site answered, for this term or another. It counts only if it is a home of this term.
    pub fn answered_completely(&mut self, node: &Id) {
        self.complete |= self.has_home(node);
    }

    /// Whether a home that holds everything has answered.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// When the next request becomes slow.
    pub fn wake(&self) -> Option<Millis> {
        if self.homes.is_empty() {
            return None;
        }
        self.under_way.iter().filter_map(|(_, slow)| *slow).min()
    }

    /// Stops waiting for slow homes. Returns whether there were any.
    pub fn give_up_on_slow(&mut self, now: Millis) -> bool {
        let mut slow = false;
        for (_, at) in &mut self.under_way {
            if at.is_some_and(|at| at <= now) {
                *at = None;
                slow = true;
            }
        }
        slow
    }
}
