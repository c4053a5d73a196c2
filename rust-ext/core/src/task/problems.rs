//! Problems on the way, as sentences for a person. Peers have a say in them, so they are short, plain and few.

use std::collections::BTreeSet;

/// The most problems of one task.
const MAX_PROBLEMS: usize = 20;
const MAX_CHARS: usize = 300;

/// Sentences, each once, in the order in which they came up.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    told: Vec<String>,
    seen: BTreeSet<String>,
}

impl Problems {
    /// Notes a problem, unless there are enough.
    pub fn push(&mut self, problem: &str) {
        let problem = plain(problem);
        if self.told.len() < MAX_PROBLEMS && self.seen.insert(problem.clone()) {
            self.told.push(problem);
        }
    }

    /// Adds other problems.
    pub fn unite(&mut self, others: Self) {
        others.told.iter().for_each(|problem| self.push(problem));
    }
}

impl From<Problems> for Vec<String> {
    fn from(problems: Problems) -> Self {
        problems.told
    }
}

/// A peer's sentence without control characters, cut.
pub(crate) fn plain(sentence: &str) -> String {
    sentence.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_peers_say_stays_short_plain_and_little() {
        let mut problems = Problems::default();
        problems.push("a\u{1b}[31m");
        problems.push("a\u{1b}[31m");
        (0..100).for_each(|n| problems.push(&format!("{n} {}", "x".repeat(1_000_000))));
        let told = Vec::from(problems);
        assert_eq!((told.len(), told[0].as_str()), (MAX_PROBLEMS, "a[31m"));
        assert!(told.iter().all(|problem| problem.len() <= MAX_CHARS));
    }
}
