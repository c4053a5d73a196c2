//! Sightings: which sites answered the requests of a task, and which did not.

use std::collections::HashMap;

use courseglue_protocol::{Id, Millis};
use courseglue_table::{Peer, PeerTable};

use super::answer::CallError;
use crate::change::Change;

/// The sites that answered and those that did not: one change a site.
#[derive(Debug, Default)]
pub(crate) struct Sightings(HashMap<Id, Option<String>>);

impl Sightings {
    /// Notes the outcome of a request. A site that answered any of several requests is there.
    pub fn note<A>(&mut self, node: Id, outcome: &Result<A, CallError>) {
        match outcome {
            Err(CallError { alive: None, .. }) => {}
            Err(CallError { alive: Some(false), message, .. }) => {
                self.0.entry(node).or_insert_with(|| Some(message.clone()));
            }
            _ => {
                self.0.insert(node, None);
            }
        }
    }

    /// Adds what other requests have shown.
    pub fn unite(&mut self, other: Self) {
        for (node, error) in other.0 {
            match error {
                Some(_) => drop(self.0.entry(node).or_insert(error)),
                None => drop(self.0.insert(node, None)),
            }
        }
    }

    /// Whether any site answered.
    pub fn any_answer(&self) -> bool {
        self.0.values().any(Option::is_none)
    }

    /// The changes to store. Where three sites or more were asked and none answered, there are none: the fault is likely
    /// this site's own.
    pub fn changes(self, table: &PeerTable, now: Millis) -> Vec<Change> {
        let suspect_self = self.0.len() >= 3 && self.0.values().all(Option::is_some);
        if suspect_self {
            return Vec::new();
        }
        let liveness_of = |node: &Id| table.get(node).map(|p: Peer<'_>| p.liveness);
        self.0
            .into_iter()
            .filter_map(|(nodeid, error)| {
                let before = liveness_of(&nodeid)?;
                let at = now / 1000;
                let since = Some(before.failing_since / 1000).filter(|since| *since <= at);
                let (failures, since) = match (&error, before.failures) {
                    (None, _) => (0, 0),
                    (Some(_), 0) => (1, at),
                    (Some(_), failures) => (failures.saturating_add(1), since.unwrap_or(at)),
                };
                Some(Change::Alive { nodeid, ok: error.is_none(), at, failures, since, error })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::message::Announce;

    use super::super::Failure;
    use super::super::answer::read_answer;
    use super::super::failure::Rule;
    use super::*;

    #[test]
    fn what_was_never_asked_is_neither_alive_nor_dead() {
        let node = Id::digest(b"node");
        for failure in [Failure::Refused(Rule::Port), Failure::NoTimeLeft] {
            let mut seen = Sightings::default();
            seen.note(node, &read_answer::<Announce>(Err(failure)));
            assert!(seen.0.is_empty());
        }
        let mut seen = Sightings::default();
        seen.note(node, &read_answer::<Announce>(Err(Failure::TimedOut)));
        assert!(seen.0[&node].is_some());
    }
}
