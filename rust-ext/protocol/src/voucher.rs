//! Vouchers: a neighbour's signed statement that an address and a key belong together.

use serde::{Deserialize, Serialize};

use crate::descriptor::Descriptor;
use crate::id::Id;
use crate::sign::{ItemType, PublicKey, Secret, Sig, SignError};
use crate::time::{Day, Millis, day_of};

/// The time for which a voucher counts, in days.
pub const VOUCHER_DAYS: Day = 60;

/// A voucher as it travels with the entry it speaks for. The signed text holds the address, the key and the
/// two days; it is rebuilt from the descriptor, so a voucher costs little more than its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    /// The node that vouches.
    pub by: Id,
    /// The UTC day before the one on which it checked ([`Voucher::day_given`]).
    pub day: Day,
    /// The UTC day since which its giver, or those before it, know the address with this key.
    pub since: Day,
    /// Its signature.
    pub sig: Sig,
}

#[derive(Serialize)]
struct Body<'a> {
    address: &'a str,
    key: PublicKey,
    day: Day,
    since: Day,
}

fn body(subject: &Descriptor, day: Day, since: Day) -> String {
    let body = Body { address: &subject.address, key: subject.key, day, since };
    // A struct of a string, a key and numbers always serialises.
    serde_json::to_string(&body).unwrap_or_default()
}

impl Voucher {
    /// The day with which a voucher given now is dated: the last one that is over. It is over, too, for everybody whose
    /// clock is a day behind the giver's, so that no voucher has to count that is dated in the future.
    #[must_use]
    pub fn day_given(now: Millis) -> Day {
        day_of(now).saturating_sub(1)
    }

    /// Vouches on `day` for a `subject` that is known since then.
    #[must_use]
    pub fn sign(secret: &Secret, network: &str, by: Id, subject: &Descriptor, day: Day) -> Self {
        Self::sign_since(secret, network, by, subject, day, day)
    }

    /// Vouches on `day` for a `subject` that is known since the day `since`, or since `day` where that was before.
    #[must_use]
    pub fn sign_since(
        secret: &Secret,
        network: &str,
        by: Id,
        subject: &Descriptor,
        day: Day,
        since: Day,
    ) -> Self {
        let since = since.min(day);
        Self { by, day, since, sig: secret.sign(network, ItemType::Voucher, &body(subject, day, since)) }
    }

    /// Checks the signature with the voucher's key.
    ///
    /// # Errors
    /// [`SignError::Signature`] or [`SignError::Key`].
    pub fn verify(&self, key: &PublicKey, network: &str, subject: &Descriptor) -> Result<(), SignError> {
        key.verify(network, ItemType::Voucher, &body(subject, self.day, self.since), &self.sig)
    }

    /// Whether it counts on this day: not before the day that it names, nor for longer than [`VOUCHER_DAYS`].
    #[must_use]
    pub fn counts_on(&self, day: Day) -> bool {
        self.since <= self.day && self.day <= day && day - self.day <= VOUCHER_DAYS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voucher_counts_from_its_day_on_and_for_sixty_days() {
        let dated = |day| Voucher { by: Id([0; 20]), day, since: 1, sig: Sig([0; 64]) };
        let counting = [939, 940, 1_000, 1_001, Day::MAX].map(|day| dated(day).counts_on(1_000));
        assert_eq!(counting, [false, true, true, false, false]);
    }
}
