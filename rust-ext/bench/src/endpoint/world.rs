//! The sites that the measured site knows: 180,000, signed, with the words of their true neighbours.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_protocol::{CheckedEntry, KEPT_VOUCHERS, Secret};
use courseglue_protocol::{DAY_MS, Millis, Voucher, day_of};
use courseglue_table::PeerTable;
use serde_json::json;

use crate::Failed;
use crate::sites;
use crate::world::{self, DOMAINS, NETWORK, Place, SITES};

/// Of this many sites one was asked lately, and answered.
const HEARD: usize = 20;

/// Who is who, and the moment at which everything was signed.
pub struct World {
    /// Where the sites are.
    pub places: Vec<Place>,
    /// Their entries, in the same order.
    pub entries: Vec<Arc<CheckedEntry>>,
    /// By node id.
    pub table: PeerTable,
    /// Unix ms.
    pub now: Millis,
}

impl World {
    /// Signs everything.
    ///
    /// # Errors
    /// Where the data is missing, or a descriptor breaks a bound.
    pub fn new() -> Result<Self, Failed> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let now = Millis::try_from(now.as_millis())?;
        let places = world::places(SITES, DOMAINS)?;
        let mut table = PeerTable::default();
        let mut secrets = std::collections::HashMap::new();
        let mut random = fastrand::Rng::with_seed(25);
        let mut entries = Vec::with_capacity(SITES);
        for place in &places {
            let secret = sites::secret(place)?;
            let entry = place.signed(&secret, now - random.u64(0..25 * DAY_MS))?;
            secrets.insert(entry.id, secret);
            table.put(entry.clone());
            entries.push(entry);
        }
        let vouch = |entry: &mut CheckedEntry| {
            let neighbours = table.neighbours(entry, day_of(now));
            let words = neighbours.iter().take(KEPT_VOUCHERS).filter_map(|giver| {
                let secret: &Secret = secrets.get(&giver.id())?;
                let day = day_of(entry.descriptor.seq);
                Some(Voucher::sign_since(secret, NETWORK, giver.id(), &entry.descriptor, day, day - 100))
            });
            let words: Vec<Voucher> = words.collect();
            entry.add_vouchers(&words);
        };
        let cores = std::thread::available_parallelism()?.get();
        std::thread::scope(|scope| {
            for part in entries.chunks_mut(SITES.div_ceil(cores)) {
                scope.spawn(|| part.iter_mut().for_each(&vouch));
            }
        });
        let entries = entries.into_iter().map(Arc::new).collect();
        Ok(Self { places, entries, table, now })
    }

    /// Writes their rows as the database has them, one JSON object a line.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn write(&self, folder: &Path) -> Result<(), Failed> {
        let mut out = BufWriter::new(File::create(folder.join("local_courseglue_sites"))?);
        for (n, entry) in self.entries.iter().enumerate() {
            let heard = if n % HEARD == 0 { self.now / 1000 - 7_200 } else { 0 };
            let row = json!({"nodeid": entry.id, "address": entry.address.as_str(), "domain": entry.domain,
                "seq": entry.descriptor.seq, "lease": entry.descriptor.lease,
                "body": STANDARD.encode(&entry.entry.body), "sig": entry.entry.sig,
                "vouchers": serde_json::to_string(&entry.entry.vouchers)?, "lasttry": heard, "lastok": heard});
            writeln!(out, "{row}")?;
        }
        Ok(out.flush()?)
    }
}
