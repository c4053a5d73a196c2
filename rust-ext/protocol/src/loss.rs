//! Losses: a publisher's signed statement that one version of its record is not held for some terms any more.

use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::sign::{ItemType, PublicKey, Secret, Sig, SignError};
use crate::time::Millis;

/// A loss of terms as it travels with the record. The signed text holds the record, its version and the terms; it is
/// rebuilt from the record, as a voucher is from a descriptor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// Term keys.
    pub terms: Vec<Id>,
    /// The publisher's signature.
    pub sig: Sig,
}

#[derive(Serialize)]
struct Body<'a> {
    record: Id,
    seq: Millis,
    terms: &'a [Id],
}

fn body(record: Id, seq: Millis, terms: &[Id]) -> String {
    // A struct of ids and a number always serialises.
    serde_json::to_string(&Body { record, seq, terms }).unwrap_or_default()
}

impl Loss {
    /// States that version `seq` of a record lost these terms.
    #[must_use]
    pub fn sign(secret: &Secret, network: &str, record: Id, seq: Millis, terms: Vec<Id>) -> Self {
        let sig = secret.sign(network, ItemType::Loss, &body(record, seq, &terms));
        Self { terms, sig }
    }

    /// Checks the signature with the publisher's key.
    ///
    /// # Errors
    /// [`SignError::Signature`] or [`SignError::Key`].
    pub fn verify(&self, key: &PublicKey, network: &str, record: Id, seq: Millis) -> Result<(), SignError> {
        key.verify(network, ItemType::Loss, &body(record, seq, &self.terms), &self.sig)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_signed_text_is_frozen() {
        let (record, term) = (Id([1; 20]), Id([2; 20]));
        let expected = format!(r#"{{"record":"{record}","seq":7,"terms":["{term}"]}}"#);
        assert_eq!(body(record, 7, &[term]), expected);
    }

    #[test]
    fn it_holds_for_one_version_of_one_record_alone() {
        let secret = Secret::from_base64("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=").unwrap();
        let (record, terms) = (Id([1; 20]), vec![Id([2; 20])]);
        let loss = Loss::sign(&secret, "net", record, 7, terms);
        let holds = |loss: &Loss, record, seq| loss.verify(&secret.public(), "net", record, seq).is_ok();
        assert!(holds(&loss, record, 7));
        assert!(!holds(&loss, record, 8) && !holds(&loss, Id([3; 20]), 7));
        assert!(!holds(&Loss { terms: vec![Id([3; 20])], ..loss }, record, 7));
    }
}
