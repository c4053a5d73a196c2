//! `routing`: the homes of a key among all sites of the world, beside what Kademlia's table and a linear scan do with the
//! same ids.
//!
//! libp2p's table hashes whatever names a peer, so its ids are SHA-256 of ours; and it keeps 20 peers a bucket, so that it
//! answers from the few hundred peers that it can hold. Its answer is the start of a lookup, ours is its end.

use std::hint::black_box;
use std::time::{Duration, Instant};

use courseglue_protocol::Id;
use courseglue_table::{PeerTable, REPLICAS};
use libp2p::PeerId;
use libp2p::kad::store::MemoryStore;
use libp2p::kad::{Behaviour, KBucketKey, RecordKey};
use libp2p::multihash::Multihash;

use crate::Failed;
use crate::counting::measured;
use crate::report::{Baseline, Report, Target};
use crate::world::{self, DOMAINS, NOW, SITES};

/// Keys that are looked up, unless the time is over before.
const KEYS: u32 = 50_000;
/// The longest that one contestant is measured.
const LONGEST: Duration = Duration::from_secs(8);

/// Runs the bench.
///
/// # Errors
/// Where the data is missing.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let entries = world::entries(&world::places(SITES, DOMAINS)?)?;
    let ids: Vec<Id> = entries.iter().map(|entry| entry.id).collect();
    let (table, bytes) = measured(|| {
        let mut table = PeerTable::default();
        entries.iter().for_each(|entry| table.put(entry.clone()));
        table
    });
    // The first look builds whatever the table keeps ready.
    black_box(table.homes(&Id::digest(b"first"), REPLICAS, NOW));
    let ours = median_us(|key| {
        black_box(table.homes(key, REPLICAS, NOW));
    });
    let scan = median_us(|key| {
        black_box(nearest_of_all(&ids, key));
    });
    let ((mut kad, held), kad_bytes) = measured(|| kad_table(&ids));
    let kademlia = median_us(|key| {
        let key = KBucketKey::new(RecordKey::new(&key.0));
        black_box(kad.get_closest_local_peers(&key).take(REPLICAS).count());
    });
    let at_most = Target::AtMost(3.0);
    report.beside("closest_us", ours, "µs", at_most, Baseline { name: "libp2p k-buckets", value: kademlia });
    report.beside("closest_us", ours, "µs", at_most, Baseline { name: "linear scan", value: scan });
    let per_site = bytes as f64 / entries.len() as f64;
    let of_kad = Baseline { name: "libp2p k-buckets", value: kad_bytes as f64 / held as f64 };
    report.beside("bytes_per_site", per_site, "B", Target::AtMost(120.0), of_kad);
    let known = Baseline { name: "libp2p k-buckets", value: held as f64 };
    report.beside("sites_known", entries.len() as f64, "", Target::None, known);
    Ok(())
}

/// The median time of one look-up, in microseconds.
fn median_us(mut look_up: impl FnMut(&Id)) -> f64 {
    let began = Instant::now();
    let mut times = Vec::new();
    for word in 0..KEYS {
        let key = Id::digest(&word.to_be_bytes());
        let start = Instant::now();
        look_up(&key);
        times.push(start.elapsed());
        if began.elapsed() > LONGEST {
            break;
        }
    }
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

/// The nearest site of each of the nearest domains, by looking at every id. Sites of one domain share the first 64 bits.
fn nearest_of_all(ids: &[Id], key: &Id) -> Vec<Id> {
    let mut nearest: Vec<Id> = Vec::with_capacity(REPLICAS + 1);
    for id in ids {
        let distance = id.distance(key);
        if nearest.len() == REPLICAS && nearest.last().is_some_and(|last| last.distance(key) <= distance) {
            continue;
        }
        match nearest.iter_mut().find(|known| known.0[..8] == id.0[..8]) {
            Some(known) if distance < known.distance(key) => *known = *id,
            Some(_) => continue,
            None => nearest.push(*id),
        }
        nearest.sort_unstable_by_key(|known| known.distance(key));
        nearest.truncate(REPLICAS);
    }
    nearest
}

/// libp2p's k-bucket table, offered every id, and how many it keeps.
fn kad_table(ids: &[Id]) -> (Behaviour<MemoryStore>, usize) {
    // Code 0 is the identity: the bytes themselves are the name.
    let peer = |id: &Id| PeerId::from_multihash(Multihash::wrap(0, &id.0).ok()?).ok();
    let local = peer(&Id::digest(b"asker")).unwrap_or_else(PeerId::random);
    let mut kad = Behaviour::new(local, MemoryStore::new(local));
    for (at, peer) in ids.iter().filter_map(peer).enumerate() {
        kad.add_address(&peer, libp2p::multiaddr::Protocol::Memory(at as u64 + 1).into());
    }
    let held = kad.kbuckets().map(|bucket| bucket.num_entries()).sum();
    (kad, held)
}
