//! Signed statements of many sites with true vouchers of their neighbours, each in two versions: before and after it is signed
//! anew.

use std::collections::HashMap;
use std::sync::Arc;

use courseglue_protocol::{CheckedEntry, Id, KEPT_VOUCHERS, Secret};
use courseglue_protocol::{DAY_MS, HOUR_MS, Millis, Voucher, day_of};
use courseglue_table::PeerTable;

use crate::Failed;
use crate::sites;
use crate::world::{NETWORK, NOW, Place};

/// Hours in which a site may sign anew; later nothing is looked at.
pub const HOURS: u64 = 48;

/// The sites of a network and what they say.
pub struct Statements {
    /// Where they are.
    pub places: Vec<Place>,
    /// The two versions of each.
    pub versions: Vec<[Arc<CheckedEntry>; 2]>,
    /// The hour in which each signs anew, where it does.
    pub renewed: Vec<Option<u64>>,
}

impl Statements {
    /// Signs everything.
    ///
    /// # Errors
    /// Where a statement breaks a bound.
    pub fn new(places: Vec<Place>) -> Result<Self, Failed> {
        let mut random = fastrand::Rng::with_seed(8);
        let mut secrets: HashMap<Id, Secret> = HashMap::new();
        let mut table = PeerTable::default();
        for place in &places {
            secrets.insert(place.address.node_id(), sites::secret(place)?);
            table.put(place.unsigned(NOW)?);
        }
        let (mut versions, mut renewed) = (Vec::new(), Vec::new());
        for place in &places {
            let secret = sites::secret(place)?;
            let hour = random.u64(0..25 * 24);
            let hour = (hour < HOURS).then_some(hour);
            let old: Millis = NOW - random.u64(1..25) * DAY_MS;
            let new = NOW + hour.unwrap_or_default() * HOUR_MS;
            let signed = [old, new].map(|seq| -> Result<Arc<CheckedEntry>, Failed> {
                let mut entry = place.signed(&secret, seq)?;
                let today = day_of(NOW);
                let neighbours = table.neighbours(&entry, today);
                let vouchers = neighbours.iter().take(KEPT_VOUCHERS).filter_map(|giver| {
                    let secret = secrets.get(&giver.id())?;
                    let since = today - 100;
                    Some(Voucher::sign_since(secret, NETWORK, giver.id(), &entry.descriptor, today, since))
                });
                let vouchers: Vec<Voucher> = vouchers.collect();
                entry.add_vouchers(&vouchers);
                Ok(Arc::new(entry))
            });
            let [old, new] = signed;
            versions.push([old?, new?]);
            renewed.push(hour);
        }
        Ok(Self { places, versions, renewed })
    }
}
