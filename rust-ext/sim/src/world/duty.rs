//! The duties of a Moodle's plugin: exchanges, publication, renewal, joining.

use std::sync::Arc;

use courseglue_core::{Change, JoinTask, PublishTask, Site, SyncTask, start_network};
use courseglue_protocol::{HOUR_MS, Secret};

use super::run::Work;
use super::{Event, World};
use crate::node::{Node, Presence, describe, settings};
use crate::population::{self, QUOTA};

impl World {
    /// A run of cron: the tasks that are due, in any order.
    pub(crate) fn cron(&mut self, at: usize, life: u32) {
        let node = &mut self.nodes[at];
        if !node.is_up() || node.life != life {
            return;
        }
        self.queue.push(self.now + self.cron, Event::Cron { node: at, life });
        if self.prompt {
            return self.sync(at);
        }
        let syncs_first = self.rng.bool();
        if syncs_first {
            self.sync(at);
        }
        self.publish(at, life);
        if !syncs_first {
            self.sync(at);
        }
    }

    fn sync(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        if !node.is_due(self.now) || std::mem::replace(&mut node.syncing, true) {
            return;
        }
        node.synced = self.now;
        if node.must_renew(self.now) {
            node.renew(self.now, &mut self.rng);
        }
        let random = self.rng.u64(..);
        let node = &self.nodes[at];
        match SyncTask::start(&node.site, &node.entry(), node.clock(self.now), random) {
            Ok(task) => self.start(at, Work::Sync(Box::new(task))),
            Err(_) => self.nodes[at].syncing = false,
        }
    }

    pub(crate) fn publish(&mut self, at: usize, life: u32) {
        let node = &mut self.nodes[at];
        if !node.is_up() || node.life != life {
            return;
        }
        let Some(batch) = node.batch(self.now) else { return };
        match PublishTask::start(&node.site, &batch, node.clock(self.now)) {
            Ok(task) => self.start(at, Work::Publish(Box::new(task))),
            Err(_) => {
                node.sending.clear();
                self.publish_next(at, false);
            }
        }
    }

    /// Plans the next batch: at once where something is to be sent above what is stored, else when the first course is due.
    pub(crate) fn publish_next(&mut self, at: usize, again: bool) {
        let node = &self.nodes[at];
        let due = node.courses.iter().filter(|course| course.waits()).map(|course| course.not_before).min();
        if let Some(due) = due.filter(|_| self.prompt) {
            let wait = if again { 1_000 } else { 60_000 };
            self.queue.push(due.max(self.now + wait), Event::Publish { node: at, life: node.life });
        }
    }

    pub(crate) fn renew(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        if node.presence == Presence::Left {
            return;
        }
        if node.is_up() && node.renewal <= self.now {
            node.renew(self.now, &mut self.rng);
        }
        // A site that is down signs when it is back.
        self.queue.push(node.renewal.max(self.now + HOUR_MS), Event::Renew { node: at });
    }

    /// A new site comes and joins through a random other; the first of all begins the network.
    pub fn newcomer(&mut self) {
        let n = self.nodes.len();
        let address = population::address(n, &mut self.domains, self.own_domains, &mut self.rng);
        self.newcomer_at(address);
    }

    /// A new site comes at this address.
    pub(crate) fn newcomer_at(&mut self, address: String) {
        let n = self.nodes.len();
        let text = population::secret(&mut self.rng);
        let Ok(secret) = Secret::from_base64(&text) else { return };
        let Ok(settings) = settings(&address, &text, QUOTA) else { return };
        let mut node = Node::new(address.clone(), Site::new(settings), self.now);
        node.joined = false;
        let Ok(own) = describe(&secret, &address, self.now, &mut self.rng).read() else { return };
        node.apply(vec![Change::from(&own)]);
        self.places.insert(address, n);
        self.nodes.push(node);
        if n > 0 {
            return self.join(n);
        }
        if let Ok(joined) = start_network(&self.nodes[n].site, &self.nodes[n].entry(), self.now) {
            self.joined(n, joined.changes);
        }
    }

    pub(crate) fn join(&mut self, at: usize) {
        let Some(contact) = self.somebody().filter(|contact| *contact != at) else {
            return self.join_later(at);
        };
        let url = format!("https://{}", self.nodes[contact].address);
        // Every attempt begins with a fresh statement.
        self.nodes[at].renew(self.now, &mut self.rng);
        let node = &self.nodes[at];
        match JoinTask::start(&Arc::clone(&node.site), &url, &node.entry(), node.clock(self.now)) {
            Ok(task) => self.start(at, Work::Join(Box::new(task))),
            Err(_) => self.join_later(at),
        }
    }

    pub(crate) fn joined(&mut self, at: usize, changes: Vec<Change>) {
        let node = &mut self.nodes[at];
        node.apply(changes);
        node.joined = true;
        node.since = self.now;
        self.begin(at);
        self.add_courses(at, 1, self.topics, if self.prompt { HOUR_MS } else { 1 });
    }

    /// An admin whose joining failed tries again in an hour; in a minute, where the network is only being set up.
    pub(crate) fn join_later(&mut self, at: usize) {
        let node = &self.nodes[at];
        if node.is_up() {
            let pause = if self.prompt { HOUR_MS } else { 60_000 };
            self.queue.push(self.now + pause, Event::Join { node: at, life: node.life });
        }
    }
}
