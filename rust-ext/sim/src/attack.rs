//! Attacks from outside: addresses without number, of one domain, of one victim, or of sites that do not exist; a victim's
//! address under another key; and domains that were ground for a place.

use std::collections::HashSet;

use courseglue_protocol::{CheckedEntry, HOUR_MS, Id, Millis};
use serde_json::json;

use crate::node::NETWORK;

/// The kind of an attack, with its number of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Addresses under one registrable domain, all of which answer as they should.
    Domain(usize),
    /// Addresses that name one victim's host, which knows nothing of it.
    Victim(usize),
    /// Addresses of sites that do not exist, for which three colluding domains vouch.
    Colluders(usize),
    /// This many of a site's neighbours vouch for another key at its address, whatever day it is, and tell everybody.
    Takeover(usize),
    /// Made-up names, this many an hour, whose neighbours are asked for vouchers, and with them names and paths beside a
    /// newcomer's.
    Names(usize),
    /// This many sites whose domains were ground to be the homes of one publisher's words, which they deny.
    Ground(usize),
}

/// The host of the victim.
pub(crate) const VICTIM: &str = "victim.example";

/// An address of an attack.
pub(crate) struct ForgedSite {
    /// Its statement, with the vouchers that it got.
    pub entry: CheckedEntry,
    /// The number of sites that were asked for a voucher and have not answered yet.
    pub waiting: usize,
}

/// An attack under way.
pub struct Attack {
    pub(crate) kind: Kind,
    pub(crate) forged: Vec<ForgedSite>,
    ids: HashSet<Id>,
    pub(crate) next: usize,
    begun: Millis,
    /// Requests that reached the victim, by the hour.
    pub reached: Vec<u64>,
}

impl Attack {
    /// An attack by these addresses.
    pub(crate) fn new(kind: Kind, entries: Vec<CheckedEntry>, now: Millis) -> Self {
        let ids = entries.iter().map(|entry| entry.id).collect();
        let forged = entries.into_iter().map(|entry| ForgedSite { entry, waiting: 0 }).collect();
        Self { kind, forged, ids, next: 0, begun: now, reached: Vec::new() }
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
            // Every second name is a server that has nothing to do with it.
            Kind::Names(_) if host.starts_with("real") => Some((404, b"Not Found".to_vec())),
            Kind::Domain(_) => {
                let number =
                    address.strip_prefix('m')?.strip_suffix(".flood.example")?.parse::<usize>().ok()?;
                let entry = &self.forged.get(number)?.entry.entry;
                let body = json!({"network": NETWORK, "version": courseglue_protocol::PROTOCOL, "site": entry, "time": now});
                Some((200, body.to_string().into_bytes()))
            }
            _ => None,
        }
    }
}
