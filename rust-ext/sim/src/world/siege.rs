//! Attacks on one place: a victim's address under another key, the neighbours of a newcomer, the homes of a word.

use courseglue_core::{Change, Site};
use courseglue_protocol::message::{Announce, Vouch, envelope};
use courseglue_protocol::{Address, CheckedEntry, DAY_MS, HOUR_MS, Id, Millis, Secret, Voucher, day_of};
use courseglue_table::{REPLICAS, needed};
use courseglue_text as text;

use super::Event;
use super::World;
use crate::attack::Kind;
use crate::course::{Course, Stage};
use crate::manner::Manner;
use crate::node::{NETWORK, Node, Presence, describe, settings};
use crate::population::{self, QUOTA};
use crate::words::word;

/// The time within which a newcomer is let in, whatever others ask.
const ADMITTED_MS: Millis = 6 * HOUR_MS;
/// The time within which lost vouchers are given again: a run, and one more in which one that was asked may be silent.
const RENEWED_MS: Millis = 3 * HOUR_MS;
/// The period at which a newcomer comes, and at which a known site loses its vouchers.
const EVERY_MS: Millis = 2 * HOUR_MS;

/// A site that waits for vouchers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    pub node: usize,
    pub since: Millis,
    /// Whether it is new.
    pub is_new: bool,
}

impl World {
    /// Prepares an attack on one place.
    pub(super) fn lay_siege(&mut self, kind: Kind) {
        match kind {
            Kind::Takeover(_) => self.victims = vec![2],
            Kind::Names(_) => self.own_domains = true,
            Kind::Ground(count) => {
                self.victims = vec![2];
                for address in self.ground(count) {
                    let (node, victim) = (self.nodes.len(), self.nodes[2].site.settings.node);
                    self.newcomer_at(address);
                    self.nodes[node].manner = Manner::Denies(victim);
                }
            }
            _ => {}
        }
    }

    /// The next step of such an attack.
    pub(super) fn siege_goes_on(&mut self, kind: Kind) {
        let hours = self.attack.as_mut().map_or(0, |attack| {
            attack.next += 1;
            attack.next
        });
        match kind {
            Kind::Takeover(colluders) => {
                self.claim(colluders, hours);
                // While the victim is away, nobody contradicts.
                if hours == 24 {
                    self.go_down(self.victims[0], Some(self.now + DAY_MS));
                }
                self.queue.push(self.now + HOUR_MS, Event::Attack);
            }
            Kind::Names(an_hour) => {
                let pace = (HOUR_MS / an_hour.max(1) as u64).max(1);
                self.make_up(hours, an_hour);
                if (hours as u64 * pace) % EVERY_MS < pace {
                    self.come_and_forget();
                }
                self.queue.push(self.now + pace, Event::Attack);
            }
            _ => {}
        }
    }

    /// Tells every site that the victim has another key now, with the vouchers of some of its neighbours.
    fn claim(&mut self, colluders: usize, hours: usize) {
        let Some(victim) = self.nodes.get(self.victims[0]) else { return };
        let (address, known) = (victim.address.clone(), victim.site.own().map(|own| own.into_arc()));
        let table = victim.site.table.clone();
        let Some(known) = known else { return };
        let Ok(key) = Secret::from_base64(&population::secret(&mut self.rng)) else { return };
        let ahead = [47 * HOUR_MS, 0, HOUR_MS][hours % 3];
        let Ok(mut entry) = describe(&key, &address, self.now + ahead, &mut self.rng).read() else { return };
        let today = day_of(self.now);
        let dated = [today + 1, today, today - 1][hours / 3 % 3];
        let neighbours = table.neighbours(&known, today);
        let secret = |id: &Id| self.find(id).and_then(|node| node.site.settings.secret.as_ref());
        let mut vouchers: Vec<Voucher> = neighbours
            .iter()
            .filter_map(|peer| Some((peer.id(), secret(&peer.id())?)))
            .take(colluders)
            .map(|(by, secret)| Voucher::sign(secret, NETWORK, by, &entry.descriptor, dated))
            .collect();
        // As if the former key had handed over.
        vouchers.push(Voucher::sign(&key, NETWORK, entry.id, &entry.descriptor, dated));
        entry.entry.vouchers = vouchers;
        let body = envelope(NETWORK, "announce", &Announce { sites: vec![entry.entry] });
        let urls: Vec<String> = self.nodes.iter().map(|node| endpoint(&node.address)).collect();
        urls.into_iter().for_each(|url| self.ask_for_attack(0, url, body.clone()));
    }

    /// Asks for vouchers for made-up names, and for names and paths beside the next newcomer's.
    fn make_up(&mut self, count: usize, an_hour: usize) {
        let next = format!("moodle{}.school{}.example", self.nodes.len(), self.domains);
        let last = self.nodes.last().map(|node| node.address.clone()).unwrap_or_default();
        let mut names =
            vec![format!("{}{count}.made-up{count}.example", if count % 2 == 0 { "real" } else { "m" })];
        if count % an_hour.div_ceil(4).max(1) == 0 {
            for host in [next, last] {
                names.push(format!("{host}/p{count}"));
                let domain = host.split_once('.').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
                names.push(format!("no{count}.{domain}"));
            }
        }
        let Ok(key) = Secret::from_base64(&population::secret(&mut self.rng)) else { return };
        let Some(table) = self.nodes.first().map(|node| node.site.table.clone()) else { return };
        for name in names {
            let Ok(entry) = describe(&key, &name, self.now, &mut self.rng).read() else { continue };
            let neighbours = table.neighbours(&entry, day_of(self.now));
            let urls: Vec<String> = neighbours.iter().map(|peer| peer.site().endpoint()).collect();
            let body = envelope(NETWORK, "vouch", &Vouch { site: entry.entry });
            urls.into_iter().for_each(|url| self.ask_for_attack(0, url, body.clone()));
        }
    }

    /// A newcomer comes, and a known site loses its vouchers.
    fn come_and_forget(&mut self) {
        let (node, since) = (self.nodes.len(), self.now);
        self.newcomer();
        self.waiting.push(Waiting { node, since, is_new: true });
        let Some(known) = self.somebody() else { return };
        let site = &self.nodes[known].site;
        let Some(mut own) = site.own().map(|own| CheckedEntry::clone(&own)) else { return };
        own.entry.vouchers.clear();
        let gone = Change::SiteGone { nodeid: own.id, seq: None };
        self.nodes[known].apply(vec![gone, Change::from(&own)]);
        self.waiting.push(Waiting { node: known, since, is_new: false });
    }

    /// The sites that waited for as long as they may, each with whether they got what they need in time.
    pub(crate) fn late(&mut self) -> Vec<(String, bool)> {
        let (now, nodes) = (self.now, &self.nodes);
        let mut over = Vec::new();
        self.waiting.retain(|Waiting { node, since, is_new }| {
            let (within, site) = (if *is_new { ADMITTED_MS } else { RENEWED_MS }, &nodes[*node]);
            if now < since + within {
                return true;
            }
            let vouchers = site.site.own().map_or(0, |own| own.entry.vouchers.len());
            let known = site.site.table.len().saturating_sub(1);
            over.push((site.address.clone(), site.joined && (*is_new || vouchers >= needed(known))));
            false
        });
        over
    }

    /// Addresses of domains that are nearer to the first word of the victim's course than any other.
    fn ground(&mut self, count: usize) -> Vec<String> {
        let Some(course) = self.nodes[2].courses.first() else { return Vec::new() };
        let terms = text::terms(&word(course.number), "en");
        let Some(term) = terms.first().map(|term| Id(text::term_key(&term.term))) else { return Vec::new() };
        let homes = self.nodes[0].site.table.homes(&term, REPLICAS, self.now);
        let Some(nearest) = homes.first().map(|home| home.id().distance(&term)) else { return Vec::new() };
        let ground = (0_u32..).map(|n| format!("moodle.ground{n}.example"));
        let is_nearer = |address: &String| {
            let id = Address::from_url(address).map(|(_, address)| address.node_id());
            id.is_ok_and(|id| id.distance(&term) < nearest)
        };
        ground.filter(is_nearer).take(count).collect()
    }

    /// A site loses its key and all that it knows: its admin sets it up anew at the same address.
    pub(super) fn lose_key(&mut self, at: usize) {
        let text = population::secret(&mut self.rng);
        let node = &mut self.nodes[at];
        let Ok(settings) = settings(&node.address, &text, QUOTA) else { return };
        if !node.is_up() {
            return;
        }
        let Ok(secret) = Secret::from_base64(&text) else { return };
        let Ok(own) = describe(&secret, &node.address, self.now, &mut self.rng).read() else { return };
        let fresh = Node::new(node.address.clone(), Site::new(settings), self.now);
        let courses: Vec<Course> = std::mem::take(&mut node.courses);
        let life = node.life + 1;
        *node = Node { life, joined: false, presence: Presence::Up, ..fresh };
        node.apply(vec![Change::from(&own)]);
        let anew = |course: Course| {
            let mut anew = Course::new(course.number, course.topics, self.now);
            anew.enter(Stage::Waiting, self.now);
            anew
        };
        node.courses = courses.into_iter().map(anew).collect();
        self.victims.push(at);
        self.join(at);
        self.publish_next(at, false);
    }
}

fn endpoint(address: &str) -> String {
    format!("https://{address}/{}", courseglue_protocol::ENDPOINT)
}
