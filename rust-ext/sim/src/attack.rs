//! Attacks from outside: addresses without number, of one domain, of one victim, or of nobody at all.

use std::collections::HashSet;
use std::sync::Arc;

use courseglue_core::entry::{CheckedEntry, Entry};
use courseglue_core::id::Id;
use courseglue_core::message::{Announce, Vouch, Vouched, envelope};
use courseglue_core::sign::Secret;
use courseglue_core::task::{Failure, Method, Request, Response};
use courseglue_core::time::{HOUR_MS, Millis, day_of};
use courseglue_core::voucher::Voucher;
use fastrand::Rng;
use serde_json::json;

use crate::node::{NETWORK, describe};
use crate::population::secret;
use crate::world::{Asker, Event, World};

/// What is attacked, and with how many addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Addresses under one registrable domain, all of which answer as they should.
    Domain(usize),
    /// Addresses that name one victim's host, which knows nothing of it.
    Victim(usize),
    /// Addresses of sites that do not exist, for which three colluding domains vouch.
    Colluders(usize),
}

/// The time over which an attack spreads.
const OVER: Millis = 10 * HOUR_MS;
/// The host of the victim.
const VICTIM: &str = "victim.example";

struct Forged {
    entry: CheckedEntry,
    waiting: usize,
}

/// An attack under way.
pub struct Attack {
    kind: Kind,
    forged: Vec<Forged>,
    ids: HashSet<Id>,
    next: usize,
    begun: Millis,
    /// Requests that reached the victim, by the hour.
    pub reached: Vec<u64>,
}

impl Attack {
    /// Makes an attack on this world.
    pub(crate) fn plan(kind: Kind, world: &mut World) -> Option<Self> {
        let key = Secret::from_base64(&secret(&mut world.rng)).ok()?;
        let now = world.now;
        let forge = |address: &str, rng: &mut Rng| describe(&key, address, now, rng).read().ok();
        let entries: Vec<CheckedEntry> = match kind {
            Kind::Domain(count) => {
                (0..count).filter_map(|n| forge(&format!("m{n}.flood.example"), &mut world.rng)).collect()
            }
            Kind::Victim(count) => {
                (0..count).filter_map(|n| forge(&format!("{VICTIM}/m{n}"), &mut world.rng)).collect()
            }
            Kind::Colluders(count) => collude(count, world, &key)?,
        };
        let ids = entries.iter().map(|entry| entry.id).collect();
        let forged = entries.into_iter().map(|entry| Forged { entry, waiting: 0 }).collect();
        Some(Self { kind, forged, ids, next: 0, begun: now, reached: Vec::new() })
    }

    /// The forged entries.
    pub fn entries(&self) -> impl Iterator<Item = &CheckedEntry> {
        self.forged.iter().map(|forged| &forged.entry)
    }

    /// Whether this is the node id of one of them.
    #[must_use]
    pub fn forged(&self, node: &Id) -> bool {
        self.ids.contains(node)
    }

    /// A request at an address that is no site's: what the attacker, or the victim, answers.
    pub(crate) fn asked(&mut self, address: &str, host: &str, now: Millis) -> Option<(u16, Vec<u8>)> {
        match self.kind {
            Kind::Victim(_) if host == VICTIM => {
                let hour = usize::try_from((now - self.begun) / HOUR_MS).unwrap_or(0);
                self.reached.resize(self.reached.len().max(hour + 1), 0);
                self.reached[hour] += 1;
                Some((404, b"<html><body>Not Found</body></html>".to_vec()))
            }
            Kind::Domain(_) => {
                let number =
                    address.strip_prefix('m')?.strip_suffix(".flood.example")?.parse::<usize>().ok()?;
                let entry = &self.forged.get(number)?.entry.entry;
                let body = json!({"network": NETWORK, "version": courseglue_core::PROTOCOL, "site": entry, "time": now});
                Some((200, body.to_string().into_bytes()))
            }
            _ => None,
        }
    }
}

/// Three neighbouring sites of three domains vouch for sites that do not exist, whose names were tried until all
/// three are their neighbours.
fn collude(count: usize, world: &mut World, key: &Secret) -> Option<Vec<CheckedEntry>> {
    let (now, today) = (world.now, day_of(world.now));
    let table = world.nodes.first()?.site.table.clone();
    let mut nearby: Vec<Arc<CheckedEntry>> = Vec::new();
    for peer in table.iter() {
        if nearby.len() < 3 && nearby.iter().all(|known| known.domain != peer.site().domain) {
            nearby.push(peer.site().into_arc());
        }
    }
    let colluders: Vec<(&CheckedEntry, &Secret)> = nearby
        .iter()
        .filter_map(|entry| {
            let node = world.nodes.iter().find(|node| node.site.settings.node == entry.id)?;
            Some((&**entry, node.site.settings.secret.as_ref()?))
        })
        .collect();
    let mut forged = Vec::new();
    for n in 0..count * 400 {
        if forged.len() == count {
            break;
        }
        let mut entry =
            describe(key, &format!("moodle.ghost{n}.example"), now, &mut world.rng).read().ok()?;
        let neighbours = table.neighbours(&entry, today);
        if colluders.iter().all(|(colluder, _)| neighbours.iter().any(|p| p.id() == colluder.id)) {
            let words: Vec<Voucher> = colluders
                .iter()
                .map(|(colluder, key)| Voucher::sign(key, NETWORK, colluder.id, &entry.descriptor, today))
                .collect();
            entry.add_vouchers(&words);
            forged.push(entry);
        }
    }
    Some(forged)
}

impl World {
    /// The next address of the attack: asks its neighbours for their word, or tells it to random sites.
    pub(crate) fn attack_goes_on(&mut self) {
        let Some(mut attack) = self.attack.take() else { return };
        let at = attack.next;
        let pace = OVER / (attack.forged.len() as u64).max(1);
        if let Some(forged) = attack.forged.get_mut(at) {
            attack.next += 1;
            if matches!(attack.kind, Kind::Colluders(_)) {
                self.tell(at, &forged.entry, 10);
            } else {
                let strangers = if matches!(attack.kind, Kind::Victim(_)) { 4 } else { 0 };
                let body = envelope(NETWORK, "vouch", &Vouch { site: forged.entry.entry.clone() });
                for url in self.neighbours_of(&forged.entry, strangers) {
                    forged.waiting += 1;
                    self.ask_for_attack(at, url, body.clone());
                }
            }
            self.queue.push(self.now + pace.max(1), Event::Attack);
        }
        self.attack = Some(attack);
    }

    /// A word that was given is used; when the last of those asked has answered, the neighbours are told.
    pub(crate) fn attack_answered(&mut self, at: usize, answer: &Result<Response, Failure>) {
        let Some(mut attack) = self.attack.take() else { return };
        if let Some(forged) = attack.forged.get_mut(at).filter(|forged| forged.waiting > 0) {
            forged.waiting -= 1;
            let vouched = answer.as_ref().ok().and_then(|r| serde_json::from_slice::<Vouched>(&r.body).ok());
            if let Some(Vouched { voucher }) = vouched {
                forged.entry.add_vouchers(&[voucher]);
            }
            if forged.waiting == 0 && !forged.entry.entry.vouchers.is_empty() {
                self.tell(at, &forged.entry, 0);
            }
        }
        self.attack = Some(attack);
    }

    fn tell(&mut self, at: usize, entry: &CheckedEntry, strangers: usize) {
        let sites: Vec<Entry> = vec![entry.entry.clone()];
        let body = envelope(NETWORK, "announce", &Announce { sites });
        for url in self.neighbours_of(entry, strangers) {
            self.ask_for_attack(at, url, body.clone());
        }
    }

    fn neighbours_of(&mut self, entry: &CheckedEntry, strangers: usize) -> Vec<String> {
        let Some(by) = self.somebody() else { return Vec::new() };
        let table = self.nodes[by].site.table.clone();
        let mut urls: Vec<String> =
            table.neighbours(entry, day_of(self.now)).iter().map(|peer| peer.site().endpoint()).collect();
        for _ in 0..strangers {
            let stranger = self.rng.usize(..self.nodes.len());
            urls.push(format!("https://{}/{}", self.nodes[stranger].address, courseglue_core::ENDPOINT));
        }
        urls
    }

    fn ask_for_attack(&mut self, at: usize, url: String, body: Vec<u8>) {
        let request =
            Request { id: 0, method: Method::Post, url, body, timeout_ms: 30_000, max_bytes: 1 << 20 };
        self.send(Asker::Attack(at), 0, request);
    }
}
