//! The steps by which a scenario changes the world.

use courseglue_protocol::Millis;

use super::{Event, World};
use crate::attack::Kind;
use crate::course::Stage;
use crate::manner::Manner;
use crate::node::{Node, Presence};

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    /// The network falls into two halves.
    Divide,
    /// The halves reach each other again.
    Heal,
    /// A share of all sites is gone at once, for good or for a time.
    Fail {
        /// The share.
        share: f64,
        /// The time after which they are back; none where they never are.
        back_after: Option<Millis>,
    },
    /// A share of all sites answers in this manner from now on.
    Behave {
        /// The share.
        share: f64,
        /// The manner.
        manner: Manner,
    },
    /// The clocks of a share of all sites go wrong, every second one the other way.
    Skew {
        /// The share.
        share: f64,
        /// The difference, in ms.
        by: i64,
    },
    /// The states of some sites are kept as a backup.
    Backup {
        /// One site in this many.
        every: usize,
    },
    /// The backups are put back.
    Restore,
    /// An attack begins.
    Attack(Kind),
    /// A stranger keeps the texts of so many courses.
    KeepTexts(usize),
    /// Their publishers withdraw or change these courses.
    EndTexts,
    /// The stranger stores them everywhere.
    Replay,
    /// Random sites search for them.
    LookForEnded,
    /// Some sites lose their keys and all that they know, and join anew.
    LoseKeys {
        /// One site in this many.
        every: usize,
    },
    /// Many courses of one topic are published.
    Popular {
        /// Courses.
        courses: usize,
        /// Publishers.
        publishers: usize,
    },
}

/// The backup of a site.
pub(crate) struct Backup {
    node: usize,
    site: std::sync::Arc<courseglue_core::Site>,
    courses: Vec<crate::course::Course>,
    renewal: Millis,
}

impl World {
    /// A random share of all sites that are there, in random order.
    fn some(&mut self, share: f64) -> Vec<usize> {
        let mut up: Vec<usize> = (0..self.nodes.len()).filter(|at| self.nodes[*at].is_up()).collect();
        self.rng.shuffle(&mut up);
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "counts of sites and records are far below 2^52"
        )]
        let count = (up.len() as f64 * share).ceil() as usize;
        up.truncate(count);
        up
    }

    pub(crate) fn take_step(&mut self, step: usize) {
        match self.steps[step].clone() {
            Step::Divide => {
                for node in &mut self.nodes {
                    node.half = self.rng.u8(..2);
                }
                self.links.divided = true;
            }
            Step::Heal => self.links.divided = false,
            Step::Fail { share, back_after } => {
                for node in self.some(share) {
                    self.go_down(node, back_after.map(|after| self.now + after));
                }
            }
            Step::Behave { share, manner } => {
                for node in self.some(share) {
                    self.nodes[node].manner = manner;
                }
            }
            Step::Skew { share, by } => {
                for (at, node) in self.some(share).into_iter().enumerate() {
                    self.nodes[node].skew = if at % 2 == 0 { by } else { -by };
                }
            }
            Step::Backup { every } => {
                let kept = self.nodes.iter().enumerate().step_by(every.max(1));
                self.backups = kept
                    .map(|(node, n)| Backup {
                        node,
                        site: n.site.clone(),
                        courses: n.courses.clone(),
                        renewal: n.renewal,
                    })
                    .collect();
            }
            Step::Restore => self.restore(),
            Step::KeepTexts(count) => self.keep_texts(count),
            Step::EndTexts => self.end_texts(),
            Step::Replay => self.replay_texts(),
            Step::LookForEnded => self.look_for_ended(),
            Step::LoseKeys { every } => {
                for node in (1..self.nodes.len()).step_by(every.max(1)) {
                    self.lose_key(node);
                }
            }
            Step::Attack(kind) => {
                self.attack = self.plan_attack(kind);
                self.queue.push(self.now, Event::Attack);
            }
            Step::Popular { courses, publishers } => {
                let (first, count) = (self.topics, publishers.clamp(1, self.nodes.len()));
                self.popular = Some(first);
                for node in 0..count {
                    self.add_popular(node, courses / count, first);
                }
            }
        }
    }

    /// Adds courses whose first topic is this one.
    fn add_popular(&mut self, node: usize, count: usize, topic: usize) {
        let before = self.nodes[node].courses.len();
        self.add_courses(node, count, 1, courseglue_protocol::HOUR_MS);
        for course in self.nodes[node].courses.iter_mut().skip(before) {
            course.topics = vec![topic];
        }
    }

    fn restore(&mut self) {
        for backup in std::mem::take(&mut self.backups) {
            let (now, node) = (self.now, &mut self.nodes[backup.node]);
            if !node.is_up() {
                continue;
            }
            let Node { life, .. } = node;
            *life += 1;
            (node.site, node.courses) = (backup.site, backup.courses);
            node.renewal = backup.renewal;
            node.syncing = false;
            node.sending.clear();
            node.checking.clear();
            node.presence = Presence::Up;
            node.since = now;
            // The daily sweep sends what differs from what was sent; after a restore that is everything.
            for course in &mut node.courses {
                let stage = match course.stage {
                    Stage::Placed => Stage::Waiting,
                    Stage::Withdrawn => Stage::Leaving,
                    stage => stage,
                };
                course.enter(stage, now);
            }
            let life = node.life;
            let phase = self.rng.u64(..self.cron);
            // Cron does first what has been due for long.
            self.queue.push(now + 60_000, Event::Renew { node: backup.node });
            self.queue.push(now + phase.max(120_000), Event::Cron { node: backup.node, life });
            self.publish_next(backup.node, false);
        }
    }
}
