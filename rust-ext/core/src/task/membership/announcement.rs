//! Telling the nearest sites of this site's statement.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use courseglue_protocol::message::{Announce, AnnounceAnswer, Code, MAX_ENTRIES};
use courseglue_protocol::{CheckedEntry, DAY_MS, Entry, Id, Millis, Voucher};

use super::{Membership, MembershipCall};
use crate::task::answer::CallError;
use crate::task::own_entry::sign_again;
use crate::task::trouble::Trouble;

/// The statement that was announced last, by its seq, and the givers of the vouchers with it.
const ANNOUNCED: &str = "announced";
/// The most sites that are told again in one run, of those that did not hear of the statement.
const TOLD_AGAIN: usize = 8;
/// The time after which another run tells others of them.
const TURN_MS: Millis = 60_000;

impl Membership {
    /// Announces this site's statement where it is news, or else tells the sites that did not hear of it.
    pub(super) fn tell(&mut self, now: Millis) {
        self.told = true;
        let enough = self.own.entry.vouchers.len() >= self.needed;
        let joins = self.contact.is_some();
        if (joins || self.disputed) && !enough {
            return;
        }
        match self.announced() {
            Some((seq, givers)) if seq == self.own.descriptor.seq && !joins => {
                let counting = self.givers.intersection(&givers).count();
                // The statement that others have of this site no longer convinces a newcomer: state the same anew, with
                // new vouchers.
                if counting >= self.needed || !enough || !self.sign_again(now) {
                    return self.tell_the_rest(now);
                }
            }
            // Hourly exchanges compare what was signed lately: an old statement, told now, would spread by the daily ones.
            _ if self.own.descriptor.seq.saturating_add(DAY_MS) < now => {
                self.sign_again(now);
            }
            _ => {}
        }
        let mut receivers: BTreeMap<Id, Arc<CheckedEntry>> = BTreeMap::new();
        let all = self.near.iter().chain(&self.neighbours).chain(&self.contact);
        receivers.extend(all.map(|peer| (peer.id, peer.clone())));
        receivers.retain(|id, _| !self.site.shuns(id));
        self.untold.clear();
        for peer in receivers.into_values() {
            if self.site.table.get(&peer.id).is_none_or(|p| p.is_usable(now)) {
                self.announce(&peer, false);
            } else {
                self.untold.insert(peer.id);
            }
        }
        let givers = self.own.entry.vouchers.iter().map(|v| format!(" {}", v.by)).collect::<String>();
        self.mark(ANNOUNCED, format!("{}{givers}", self.own.descriptor.seq));
    }

    /// Tells the sites that did not hear of the statement when it was announced. They are tried in each run, however often
    /// they were silent, for as long as the statement is news.
    fn tell_the_rest(&mut self, now: Millis) {
        let site = self.site.clone();
        self.untold.retain(|id| site.table.get(id).is_some_and(|p| p.stands()) && !site.shuns(id));
        let first = usize::try_from(now / TURN_MS).unwrap_or(0) % self.untold.len().max(1);
        let turn: Vec<Id> = self.untold.iter().cycle().skip(first).take(self.untold.len()).copied().collect();
        for id in turn.into_iter().take(TOLD_AGAIN) {
            self.untold.remove(&id);
            if let Some(peer) = site.table.get(&id) {
                self.announce(&peer.site().into_arc(), true);
            }
        }
    }

    /// Sends this site's entry, and with it this site's voucher for the receiver, where there is one. `supported`: with the
    /// entries of the sites that vouch for this one, as the receiver may not know them.
    fn announce(&mut self, peer: &Arc<CheckedEntry>, supported: bool) {
        let mut sites = vec![self.own.entry.clone()];
        sites.extend(self.vouched_for.get(&peer.id).map(|peer| peer.entry.clone()));
        if supported {
            let vouches = |n: &&Arc<CheckedEntry>| {
                n.id != peer.id && self.own.entry.vouchers.iter().any(|voucher| voucher.by == n.id)
            };
            let room = MAX_ENTRIES - sites.len();
            sites.extend(self.neighbours.iter().filter(vouches).take(room).map(|n| n.entry.clone()));
        }
        self.send(peer, sites, supported);
    }

    fn send(&mut self, peer: &Arc<CheckedEntry>, sites: Vec<Entry>, supported: bool) {
        let call = MembershipCall::Announce { peer: peer.clone(), supported };
        self.calls.post(&peer.endpoint(), "announce", &Announce { sites }, call);
    }

    /// The seq of the statement that was announced last, and the givers of the vouchers with it.
    pub(super) fn announced(&self) -> Option<(Millis, HashSet<Id>)> {
        let mut parts = self.site.marks.get(ANNOUNCED)?.split(' ');
        let seq = parts.next()?.parse().ok()?;
        Some((seq, parts.filter_map(|id| id.parse().ok()).collect()))
    }

    /// Signs the same statement with a higher seq, where the secret is at hand.
    fn sign_again(&mut self, now: Millis) -> bool {
        let again = sign_again(&self.site, &self.own, self.disputed, now);
        let signed = again.is_some();
        again.into_iter().for_each(|own| self.own = own);
        signed
    }

    /// Announces this site to one that has checked it: its own voucher is enough for it.
    pub(super) fn announce_with(&mut self, giver: &Arc<CheckedEntry>, voucher: Voucher) {
        let own = Entry { vouchers: vec![voucher], ..self.own.entry.clone() };
        self.send(giver, vec![own], true);
    }

    /// Whether a site that cannot judge this one, as it knows too few of the givers, can check this one itself.
    fn may_be_checked_by(&self, peer: &CheckedEntry) -> bool {
        !self.doubted_by.contains(&peer.id) && self.neighbours.iter().any(|n| n.id == peer.id)
    }

    /// Takes in the answer to an announcement.
    pub(super) fn heard(
        &mut self,
        peer: &Arc<CheckedEntry>,
        supported: bool,
        answer: Result<AnnounceAnswer, CallError>,
    ) {
        self.outcome.sightings.note(peer.id, &answer);
        let why = match answer {
            Ok(AnnounceAnswer { refused, .. }) => {
                let Some(refused) = refused.into_iter().find(|site| site.nodeid == Some(self.own.id)) else {
                    return;
                };
                self.contradicted |= refused.code == Code::OtherKey;
                if refused.code == Code::NotAdmitted && !supported {
                    return self.announce(peer, true);
                }
                if refused.code == Code::NotAdmitted && self.may_be_checked_by(peer) {
                    self.doubted_by.insert(peer.id);
                    return self.ask_one(peer);
                }
                format!("did not take this site in: it {}", Trouble::of_fault(Some(refused.code), None))
            }
            Err(e) => e.message,
        };
        self.untold.insert(peer.id);
        self.problem(peer, &why);
    }
}
