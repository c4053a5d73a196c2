//! A network that exists already: sites that know each other, with vouchers that hold, signed at different times.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_core::{Change, Site};
use courseglue_protocol::{CheckedEntry, DAY_MS, Day, HOUR_MS, Millis, Secret, Voucher, day_of};
use courseglue_table::{PeerTable, needed};
use fastrand::Rng;

use crate::node::{NETWORK, Node, describe, settings};

/// The share of sites with a registrable domain of their own: of nine sites, five share theirs with another, as 180,000
/// sites have 80,000 domains.
const OWN_DOMAIN: f64 = 80_000.0 / 180_000.0;

/// The age of a network that exists already, in days.
const AGE: Day = 100;

/// The make-up of a network.
#[derive(Clone, Copy, Debug)]
pub struct Population {
    /// The number of sites.
    pub sites: usize,
    /// One site in this many has a small quota, [`SMALL_QUOTA`].
    pub small: usize,
}

/// The quota of a small site, in bytes.
pub const SMALL_QUOTA: u64 = 12_000;
/// The quota of any other site, in bytes.
pub const QUOTA: u64 = 256 << 20;

/// A random secret key, in base64.
pub fn secret(rng: &mut Rng) -> String {
    let bytes: [u8; 32] = std::array::from_fn(|_| rng.u8(..));
    STANDARD.encode(bytes)
}

/// An address for the site number `n`: of a new domain, or of one that exists, where it need not have one of its own.
pub fn address(n: usize, domains: &mut usize, own_domain: bool, rng: &mut Rng) -> String {
    if n < 2 || rng.f64() < OWN_DOMAIN || own_domain {
        *domains += 1;
        return format!("moodle{n}.school{}.example", *domains - 1);
    }
    format!("moodle{n}.school{}.example", rng.usize(..*domains))
}

impl Population {
    /// Makes the sites.
    ///
    /// # Errors
    /// An error where an address is no site's.
    pub fn form(&self, now: Millis, rng: &mut Rng) -> Result<Vec<Node>, String> {
        let mut domains = 0;
        let mut table = PeerTable::default();
        let mut secrets = Vec::new();
        for n in 0..self.sites {
            let address = address(n, &mut domains, false, rng);
            let text = secret(rng);
            let secret = Secret::from_base64(&text).map_err(|e| e.to_string())?;
            // Each was signed when its turn came; the oldest is due any day now.
            let seq = now - rng.u64(..25 * DAY_MS);
            let entry = describe(&secret, &address, seq, rng).read().map_err(|e| e.to_string())?;
            secrets.push((entry.id, address, text));
            table.put(entry);
        }
        let table = Arc::new(vouched(&table, &secrets, now)?);
        let mut nodes = Vec::new();
        for (n, (id, address, text)) in secrets.into_iter().enumerate() {
            let quota = if n % self.small.max(1) == 1 { SMALL_QUOTA } else { QUOTA };
            let mut site = Site::new(settings(&address, &text, quota)?);
            site.table = table.clone();
            // They have exchanged every hour, compared their whole tables every day, and announced themselves to their
            // neighbours.
            for (name, ago) in [("exchanged", HOUR_MS), ("compared", DAY_MS)] {
                let at = now - rng.u64(..ago);
                site.apply(Change::Mark { name: name.to_owned(), value: Some(at.to_string()) });
            }
            let seq = table.get(&id).map_or(now, |peer| peer.seq());
            let givers = table.get(&id).into_iter().flat_map(courseglue_table::Peer::givers);
            let announced = givers.fold(seq.to_string(), |told, giver| format!("{told} {giver}"));
            site.apply(Change::Mark { name: "announced".to_owned(), value: Some(announced) });
            let mut node = Node::new(address, site, now);
            node.since = now - 30 * DAY_MS;
            node.described = seq;
            node.renewal = now.max(seq + rng.u64(20 * DAY_MS..30 * DAY_MS)) + rng.u64(..DAY_MS);
            nodes.push(node);
        }
        Ok(nodes)
    }
}

/// The same sites, each with the vouchers of as many neighbours as it needs, and one more.
fn vouched(
    table: &PeerTable,
    secrets: &[(courseglue_protocol::Id, String, String)],
    now: Millis,
) -> Result<PeerTable, String> {
    let today = day_of(now);
    let mut keys = std::collections::HashMap::new();
    for (id, _, text) in secrets {
        keys.insert(*id, Secret::from_base64(text).map_err(|e| e.to_string())?);
    }
    let mut out = PeerTable::default();
    for peer in table.iter() {
        let mut entry: CheckedEntry = CheckedEntry::clone(&peer.site());
        let neighbours = table.neighbours(&entry, today);
        let wanted = (needed(neighbours.len()) + 1).min(neighbours.len());
        let day = day_of(entry.descriptor.seq).max(today - 20);
        let vouchers: Vec<Voucher> = neighbours
            .iter()
            .take(wanted)
            .filter_map(|n| keys.get(&n.id()).map(|key| (n.id(), key)))
            .map(|(by, key)| Voucher::sign_since(key, NETWORK, by, &entry.descriptor, day, day - AGE))
            .collect();
        entry.add_vouchers(&vouchers);
        out.put(entry);
    }
    Ok(out)
}
