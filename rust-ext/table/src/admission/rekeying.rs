//! Rekeying: a known address with another key.
//!
//! Whoever can have a few neighbours vouch must not become somebody else. So a new key needs the word of the former one, or
//! that of most neighbours. An honest neighbour gives it only after it found the new key at the address for days. What was
//! signed later decides nothing between two keys, as anybody can sign later; what counts is which key most neighbours
//! spoke for last. So whoever lost an address to another key, by whatever means, gets it back in the same way.

use std::cmp::Reverse;
use std::sync::Arc;

use courseglue_protocol::message::{Code, Fault};
use courseglue_protocol::{CheckedEntry, Day, Voucher};

use super::Judge;
use super::judge::{News, with_vouchers};
use crate::table::{Peer, PeerTable};

/// The time for which a voucher counts against a known key, in days. A key that was given up is stated anew, as every
/// key, before vouchers for it that are older than this are all that could speak against the new one.
const AGAINST_ANOTHER: Day = 15;

/// The number of sites that are most of a site's neighbours.
#[must_use]
pub fn most(neighbours: usize) -> usize {
    neighbours / 2 + 1
}

impl Judge<'_> {
    /// Judges a statement of a site that is known with another key.
    pub(super) fn rekeyed(
        &self,
        table: &PeerTable,
        known: &CheckedEntry,
        statement: &Arc<CheckedEntry>,
    ) -> Result<News, Fault> {
        let today = self.today();
        let refused = |why: &str| Err(Fault::new(Code::OtherKey, why));
        if statement.descriptor.seq > self.now {
            return refused(
                "this address is known with another key, and the statement is dated in the future",
            );
        }
        let neighbours = table.neighbours(statement, today);
        let since = today.saturating_sub(AGAINST_ANOTHER);
        let mut vouchers = self.against_another(statement, &neighbours);
        let told = self.told_by_most(&vouchers, &neighbours);
        let handed_over = handed_over(statement);
        let by_former = handed_over.filter(|voucher| {
            let signed = voucher.verify(&known.descriptor.key, self.network, &statement.descriptor);
            voucher.day >= since && voucher.counts_on(today) && signed.is_ok()
        });
        let Some(told) = told.max(by_former.map(|voucher| voucher.day)) else {
            return refused("this address is known with another key, which most of its neighbours vouch for");
        };
        // What speaks for the known key: most neighbours, or the key before it.
        let theirs = self.valid(known, &neighbours, 0);
        let theirs = self.told_by_most(&theirs, &neighbours).max(handed_over_day(known));
        if by_former.is_none() && theirs.is_some_and(|theirs| theirs >= told) {
            return refused("this address is known with another key, for which its neighbours vouched later");
        }
        vouchers.extend(by_former.cloned());
        Ok(News { site: with_vouchers(statement, &vouchers), is_new: true })
    }

    /// The vouchers for a site that count where its address is known with another key: those of its very neighbours, of the
    /// last days.
    #[must_use]
    pub fn against_another(&self, site: &CheckedEntry, neighbours: &[Peer<'_>]) -> Vec<Voucher> {
        self.valid(site, neighbours, self.today().saturating_sub(AGAINST_ANOTHER))
    }

    /// The day by which most of a site's neighbours had vouched for it; none where they did not.
    fn told_by_most(&self, vouchers: &[Voucher], neighbours: &[Peer<'_>]) -> Option<Day> {
        let mut days: Vec<Day> = self.trusted(vouchers).map(|voucher| voucher.day).collect();
        days.sort_unstable_by_key(|day| Reverse(*day));
        days.get(most(neighbours.len()) - 1).copied()
    }
}

/// The voucher that a site's former key gave for its present one: it is given by the site itself.
fn handed_over(site: &CheckedEntry) -> Option<&Voucher> {
    site.entry.vouchers.iter().find(|voucher| voucher.by == site.id)
}

/// The day of that voucher. Nothing but a statement that was judged here has one among the vouchers that are kept.
fn handed_over_day(site: &CheckedEntry) -> Option<Day> {
    handed_over(site).map(|voucher| voucher.day)
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::{DAY_MS, Entry, Id, ItemType, Millis, Secret, day_of};

    use super::*;

    const NOW: Millis = 1_000 * DAY_MS + 7;
    const TODAY: Day = 1_000;

    fn secret(n: u8) -> Secret {
        use base64::Engine;
        Secret::from_base64(&base64::engine::general_purpose::STANDARD.encode([n; 32])).unwrap()
    }

    fn site(address: &str, key: u8, seq: Millis) -> CheckedEntry {
        let body = courseglue_protocol::samples::descriptor(address, secret(key).public(), seq);
        let body = body.replacen('{', &format!("{{\"rekeyed\":{},", day_of(seq)), 1);
        let sig = secret(key).sign("test", ItemType::Descriptor, &body);
        Entry { body, sig, vouchers: Vec::new() }.read().unwrap()
    }

    /// Ten neighbours of ten domains with their secrets, and the receiver, which is the eleventh.
    struct Place {
        table: PeerTable,
        receiver: Id,
    }

    fn place(victim: &CheckedEntry) -> Place {
        let mut table = PeerTable::default();
        for n in 0..11 {
            table.put(site(&format!("moodle.n{n}.example"), n, NOW));
        }
        table.put(victim.clone());
        Place { table, receiver: site("moodle.n10.example", 10, NOW).id }
    }

    impl Place {
        fn judge(&self) -> Judge<'_> {
            let distrusted = Arc::default();
            Judge { network: "test", node: self.receiver, allow_http: true, distrusted, now: NOW }
        }

        /// The statement with the vouchers of these neighbours, given on these days.
        fn vouched(&self, site: &CheckedEntry, given: &[(u8, Day)]) -> Arc<CheckedEntry> {
            let mut site = site.clone();
            site.entry.vouchers.extend(given.iter().map(|(n, day)| {
                let by = super::tests::site(&format!("moodle.n{n}.example"), *n, NOW).id;
                Voucher::sign(&secret(*n), "test", by, &site.descriptor, *day)
            }));
            Arc::new(site)
        }

        fn takes(&mut self, statement: &Arc<CheckedEntry>) -> bool {
            match self.judge().admit(&self.table, statement) {
                Ok(News { site, is_new }) => {
                    self.table.put(site);
                    is_new
                }
                Err(fault) => {
                    assert_eq!(fault.code, Code::OtherKey);
                    false
                }
            }
        }
    }

    fn given(by: std::ops::Range<u8>, day: Day) -> Vec<(u8, Day)> {
        by.map(|n| (n, day)).collect()
    }

    #[test]
    fn another_key_takes_most_neighbours_and_none_of_their_words_is_of_tomorrow() {
        let mut place = place(&site("moodle.victim.example", 100, NOW - DAY_MS));
        let other = site("moodle.victim.example", 101, NOW);
        for too_few in [given(0..5, TODAY), given(0..10, TODAY + 1), given(0..10, TODAY - 16)] {
            assert!(!place.takes(&place.vouched(&other, &too_few)), "{too_few:?}");
        }
        let ahead = site("moodle.victim.example", 101, NOW + DAY_MS);
        assert!(!place.takes(&place.vouched(&ahead, &given(0..10, TODAY))));
        assert!(place.takes(&place.vouched(&other, &given(0..6, TODAY))));
    }

    #[test]
    fn whoever_lost_an_address_gets_it_back_although_the_thief_signs_later() {
        let victim = site("moodle.victim.example", 100, NOW - DAY_MS);
        let mut place = place(&victim);
        let thief = site("moodle.victim.example", 101, NOW - 5);
        assert!(place.takes(&place.vouched(&thief, &given(0..6, TODAY - 4))));
        assert!(
            !place.takes(&place.vouched(&victim, &given(0..6, TODAY - 5))),
            "words of before say nothing"
        );
        assert!(place.takes(&place.vouched(&victim, &given(0..6, TODAY - 1))));
        assert!(
            !place.takes(&place.vouched(&thief, &given(0..6, TODAY - 4))),
            "nor do those that counted once"
        );
    }

    #[test]
    fn the_known_key_hands_over_and_no_other_does() {
        let mut place = place(&site("moodle.victim.example", 100, NOW - DAY_MS));
        let heir = site("moodle.victim.example", 101, NOW);
        let by = |key: u8, day: Day| {
            let mut heir = heir.clone();
            heir.entry.vouchers = vec![Voucher::sign(&secret(key), "test", heir.id, &heir.descriptor, day)];
            Arc::new(heir)
        };
        assert!(!place.takes(&by(101, TODAY)) && !place.takes(&by(100, TODAY + 1)));
        assert!(place.takes(&by(100, TODAY)));
        let former = site("moodle.victim.example", 100, NOW - 1);
        assert!(!place.takes(&place.vouched(&former, &given(0..6, TODAY - 1))), "vouchers of before");
    }
}
