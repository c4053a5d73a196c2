//! Asking neighbours for their vouchers, and vouching for them in return.

use std::sync::Arc;

use courseglue_protocol::message::{Code, Vouch, VouchAnswer};
use courseglue_protocol::{CheckedEntry, DAY_MS, Day, HOUR_MS, Id, Millis, VOUCHER_DAYS, Voucher, day_of};

use super::{Membership, MembershipCall};
use crate::task::answer::CallError;
use crate::task::trouble::{FailedCheck, Trouble};
use crate::task::vouch::known_since;

/// Vouchers are renewed when they have fewer days left than others keep a statement with them.
const RENEW_DAYS: Day = VOUCHER_DAYS - 30;
/// The number of neighbours that are asked beyond the vouchers that are wanted: some may not answer.
const SPARE: usize = 2;
/// The period at which a voucher beyond those that are needed is asked for.
const SPARE_MS: Millis = DAY_MS - HOUR_MS;
/// A voucher this old was given just now, by the day with which it is dated and a day of difference of the clocks.
const FRESH_DAYS: Day = 2;
/// A site that asked within this time and lacks vouchers all the same asks every neighbour.
const AGAIN_MS: Millis = 2 * HOUR_MS;
/// When neighbours were last asked for vouchers.
const ASKED: &str = "asked";

impl Membership {
    /// Asks neighbours for vouchers, where some are missing or grow old.
    pub(super) fn renew_vouchers(&mut self, now: Millis, random: u64) {
        let today = day_of(now);
        let vouchers = &self.own.entry.vouchers;
        let is_fresh = |by: &Id| vouchers.iter().any(|v| v.by == *by && today < v.day + RENEW_DAYS);
        let fresh = self.neighbours.iter().filter(|n| is_fresh(&n.id)).count();
        let wanted = (self.needed + 1).min(self.neighbours.len()).min(self.own.kept_vouchers());
        let asked = self.site.noted(ASKED, now);
        let pressing = fresh < self.needed.min(self.neighbours.len());
        let due = pressing || asked.is_none_or(|asked| now >= asked.saturating_add(SPARE_MS));
        if fresh >= wanted || !due || self.own.descriptor.moved_to.is_some() {
            return;
        }
        let worth = |n: &&Arc<CheckedEntry>| {
            let usable = self.site.table.get(&n.id).is_some_and(|p| p.is_usable(now));
            usable && !self.site.shuns(&n.id) && !is_fresh(&n.id)
        };
        let mut worth: Vec<_> = self.neighbours.iter().filter(worth).cloned().collect();
        fastrand::Rng::with_seed(random).shuffle(&mut worth);
        // A site that asked an hour ago and still lacks vouchers goes back to the neighbours that could not look at once.
        if !pressing || !self.disputed && asked.is_none_or(|asked| now >= asked.saturating_add(AGAIN_MS)) {
            worth.truncate(wanted - fresh + SPARE);
        }
        self.ask(&worth, now);
    }

    /// Asks neighbours for their vouchers.
    pub(super) fn ask(&mut self, neighbours: &[Arc<CheckedEntry>], now: Millis) {
        neighbours.iter().for_each(|neighbour| self.ask_one(neighbour));
        if !neighbours.is_empty() {
            self.mark(ASKED, now.to_string());
        }
    }

    /// Asks one neighbour for its voucher.
    pub(super) fn ask_one(&mut self, neighbour: &Arc<CheckedEntry>) {
        let body = Vouch { site: self.own.entry.clone() };
        self.calls.post(&neighbour.endpoint(), "vouch", &body, MembershipCall::Vouch(neighbour.clone()));
    }

    /// Takes in a voucher, or the reason why none came.
    pub(super) fn vouched(
        &mut self,
        now: Millis,
        giver: &Arc<CheckedEntry>,
        answer: Result<VouchAnswer, CallError>,
    ) {
        self.outcome.sightings.note(giver.id, &answer);
        match answer {
            Ok(VouchAnswer { voucher }) => {
                if self.site.judge(now).voucher_holds(&voucher, giver, &self.own) {
                    // An old voucher may be held out by some other site.
                    if day_of(now) <= voucher.day.saturating_add(FRESH_DAYS) {
                        self.vouch_in_return(giver, now);
                    }
                    if self.doubted_by.contains(&giver.id) {
                        return self.announce_with(giver, voucher);
                    }
                    self.own.add_vouchers(&[voucher]);
                } else {
                    self.note_lack(giver, Trouble::Forged);
                    self.problem(giver, "sent a voucher that does not hold");
                }
            }
            Err(_) if self.doubted_by.contains(&giver.id) => drop(self.untold.insert(giver.id)),
            // To be asked too often is no trouble: an earlier voucher still counts.
            Err(e) if e.code == Some(Code::RateLimited) && self.contact.is_none() => {}
            Err(e) if e.code == Some(Code::OtherKey) => self.contradicted = true,
            Err(e) => {
                self.problem(giver, &e.message);
                self.note_lack(giver, *e.trouble);
            }
        }
    }

    /// A site that vouched answered at its address with its key: that is what a check finds out.
    fn vouch_in_return(&mut self, giver: &CheckedEntry, now: Millis) {
        let settings = &self.site.settings;
        let Some(secret) = &settings.secret else { return };
        let voucher = {
            let day = Voucher::day_given(now);
            let since = known_since(&self.site, giver, day);
            Voucher::sign_since(secret, &settings.network, self.own.id, &giver.descriptor, day, since)
        };
        let mut giver = giver.clone();
        giver.entry.vouchers = vec![voucher];
        self.vouched_for.insert(giver.id, Arc::new(giver));
    }

    fn note_lack(&mut self, giver: &CheckedEntry, trouble: Trouble) {
        self.lacking.push(FailedCheck { site: giver.url(), trouble });
    }
}
