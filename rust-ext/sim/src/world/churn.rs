//! Sites that go down and come back, leave for good, or join.

use courseglue_protocol::{DAY_MS, HOUR_MS, Millis};

use super::{Event, World};
use crate::course::Stage;
use crate::node::Presence;

/// Shares of all sites, or of all courses, a day.
#[derive(Clone, Copy, Debug, Default)]
pub struct Churn {
    /// Sites that go down, for one to 24 hours.
    pub down: f64,
    /// Sites that leave for good without a word, and as many that join.
    pub leave: f64,
    /// Courses that change.
    pub change: f64,
    /// Courses that are withdrawn.
    pub withdraw: f64,
}

impl World {
    /// A share of `count`, in whole numbers; the fraction is decided by chance.
    fn share(&mut self, count: usize, share: f64) -> usize {
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "counts of sites and records are far below 2^52"
        )]
        let (expected, chance) = (count as f64 * share, self.rng.f64());
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "counts of sites and records are far below 2^52"
        )]
        let whole = (expected + chance).floor() as usize;
        whole
    }

    /// Plans what comes and goes within the next day.
    pub fn plan_day(&mut self) {
        let count = self.nodes.len();
        for _ in 0..self.share(count, self.churn.down) {
            let node = self.rng.usize(..count);
            let at = self.now + self.rng.u64(..DAY_MS);
            let until = at + self.rng.u64(HOUR_MS..24 * HOUR_MS);
            self.queue.push(at, Event::Down { node, until: Some(until) });
        }
        for _ in 0..self.share(count, self.churn.leave) {
            let node = self.rng.usize(..count);
            let at = self.now + self.rng.u64(..DAY_MS);
            self.queue.push(at, Event::Down { node, until: None });
            let at = self.now + self.rng.u64(..DAY_MS);
            self.queue.push(at, Event::Newcomer);
        }
    }

    /// Changes and withdraws as many courses as teachers do in an hour.
    pub fn touch_some(&mut self) {
        let courses: Vec<(usize, usize)> = self.placed();
        for (share, stage) in [(self.churn.change, Stage::Waiting), (self.churn.withdraw, Stage::Leaving)] {
            for _ in 0..self.share(courses.len(), share / 24.0) {
                let (node, course) = courses[self.rng.usize(..courses.len())];
                self.touch(node, course, stage);
            }
        }
    }

    /// The courses that are published, each as its site and its place there.
    #[must_use]
    pub fn placed(&self) -> Vec<(usize, usize)> {
        let of = |(node, n): (usize, &crate::node::Node)| {
            let placed = n.courses.iter().enumerate().filter(|(_, course)| course.stage == Stage::Placed);
            placed.map(|(course, _)| (node, course)).collect::<Vec<_>>()
        };
        self.nodes.iter().enumerate().flat_map(of).collect()
    }

    /// A teacher changes a course, or withdraws it.
    pub fn touch(&mut self, node: usize, course: usize, stage: Stage) {
        let topic = self.rng.usize(..self.topics.max(1));
        let (now, site) = (self.now, &mut self.nodes[node]);
        if !site.is_up() || site.courses[course].stage != Stage::Placed || site.sending.contains(&course) {
            return;
        }
        site.courses[course].enter(stage, now);
        if stage == Stage::Waiting {
            site.courses[course].topics[0] = topic;
        }
        self.publish_next(node, true);
    }

    pub(crate) fn go_down(&mut self, at: usize, until: Option<Millis>) {
        let silent = self.rng.bool();
        let node = &mut self.nodes[at];
        if !node.is_up() {
            return;
        }
        node.presence = if until.is_some() { Presence::Down { silent } } else { Presence::Left };
        node.since = self.now;
        node.life += 1;
        node.syncing = false;
        node.sending.clear();
        node.checking.clear();
        if let Some(until) = until {
            self.queue.push(until, Event::Up { node: at });
        }
    }

    /// Lets this many random sites go down, until [`World::come_up`] is called for them.
    pub fn leave_for_a_while(&mut self, count: usize) -> Vec<usize> {
        let mut up: Vec<usize> = (0..self.nodes.len()).filter(|at| self.nodes[*at].is_up()).collect();
        self.rng.shuffle(&mut up);
        up.truncate(count);
        up.iter().for_each(|node| self.go_down(*node, Some(Millis::MAX)));
        up
    }

    /// A random number of this range.
    pub fn random(&mut self, range: std::ops::Range<u64>) -> u64 {
        self.rng.u64(range)
    }

    /// A site that was down is back.
    pub fn come_up(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        if !matches!(node.presence, Presence::Down { .. }) {
            return;
        }
        node.presence = Presence::Up;
        node.since = self.now;
        let life = node.life;
        let phase = self.rng.u64(..self.cron);
        self.queue.push(self.now + phase, Event::Cron { node: at, life });
        self.publish_next(at, false);
    }
}
