//! Attacks in the world, step by step.

use std::sync::Arc;

use courseglue_core::{Failure, Method, Request, Response};
use courseglue_protocol::message::{Announce, Vouch, VouchAnswer, envelope};
use courseglue_protocol::{CheckedEntry, Entry, HOUR_MS, Millis, Secret, Voucher, day_of};
use fastrand::Rng;

use super::{Asker, Event, World};
use crate::attack::{Attack, Kind, VICTIM};
use crate::node::{NETWORK, describe};
use crate::population::secret;

/// The time over which an attack spreads.
const OVER: Millis = 10 * HOUR_MS;

impl World {
    /// Makes an attack on this world.
    pub(crate) fn plan_attack(&mut self, kind: Kind) -> Option<Attack> {
        let key = Secret::from_base64(&secret(&mut self.rng)).ok()?;
        let now = self.now;
        let forge = |address: &str, rng: &mut Rng| describe(&key, address, now, rng).read().ok();
        let entries: Vec<CheckedEntry> = match kind {
            Kind::Domain(count) => {
                (0..count).filter_map(|n| forge(&format!("m{n}.flood.example"), &mut self.rng)).collect()
            }
            Kind::Victim(count) => {
                (0..count).filter_map(|n| forge(&format!("{VICTIM}/m{n}"), &mut self.rng)).collect()
            }
            Kind::Colluders(count) => collude(count, self, &key)?,
            Kind::Takeover(_) | Kind::Names(_) | Kind::Ground(_) => {
                self.lay_siege(kind);
                Vec::new()
            }
        };
        Some(Attack::new(kind, entries, now))
    }

    /// The next address of the attack: asks its neighbours for vouchers, or announces it to random sites.
    pub(crate) fn attack_goes_on(&mut self) {
        if let Some(kind) = self.attack.as_ref().map(|attack| attack.kind) {
            if matches!(kind, Kind::Takeover(_) | Kind::Names(_) | Kind::Ground(_)) {
                return self.siege_goes_on(kind);
            }
        }
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

    /// Uses a voucher that was given; once all sites that were asked have answered, announces the address to the
    /// neighbours.
    pub(crate) fn attack_answered(&mut self, at: usize, answer: &Result<Response, Failure>) {
        let Some(mut attack) = self.attack.take() else { return };
        if let Some(forged) = attack.forged.get_mut(at).filter(|forged| forged.waiting > 0) {
            forged.waiting -= 1;
            let vouched =
                answer.as_ref().ok().and_then(|r| serde_json::from_slice::<VouchAnswer>(&r.body).ok());
            if let Some(VouchAnswer { voucher }) = vouched {
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
            urls.push(format!("https://{}/{}", self.nodes[stranger].address, courseglue_protocol::ENDPOINT));
        }
        urls
    }

    pub(super) fn ask_for_attack(&mut self, at: usize, url: String, body: Vec<u8>) {
        let request =
            Request { id: 0, method: Method::Post, url, body, timeout_ms: 30_000, max_bytes: 1 << 20 };
        self.send(Asker::Attack(at), 0, request);
    }
}

/// Three neighbouring sites of three domains vouch for sites that do not exist. Names are tried until all three are
/// neighbours.
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
            let vouchers: Vec<Voucher> = colluders
                .iter()
                .map(|(colluder, key)| Voucher::sign(key, NETWORK, colluder.id, &entry.descriptor, today))
                .collect();
            entry.add_vouchers(&vouchers);
            forged.push(entry);
        }
    }
    Some(forged)
}
