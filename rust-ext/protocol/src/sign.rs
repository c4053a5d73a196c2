//! Ed25519 signatures over exactly the bytes that travel (RFC 8032).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::sharing;

/// The kind of a signed item. The signature covers it, so that no item can pass for another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemType {
    /// A site's statement about itself.
    Descriptor,
    /// A neighbour's statement that an address and a key belong together.
    Voucher,
    /// A course.
    Record,
    /// A withdrawal.
    Tombstone,
    /// A saved search: reserved, no version stores one yet.
    Subscription,
}

impl ItemType {
    /// The name, as signed and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Descriptor => "descriptor",
            Self::Voucher => "voucher",
            Self::Record => "record",
            Self::Tombstone => "tombstone",
            Self::Subscription => "subscription",
        }
    }
}

impl std::str::FromStr for ItemType {
    type Err = SignError;

    fn from_str(name: &str) -> Result<Self, SignError> {
        [Self::Descriptor, Self::Voucher, Self::Record, Self::Tombstone, Self::Subscription]
            .into_iter()
            .find(|item| item.as_str() == name)
            .ok_or(SignError::Type)
    }
}

/// Why a key cannot be used, or a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The secret is not 32 bytes of base64.
    #[error("the secret key is not 32 bytes in base64")]
    Secret,
    /// The public key is not a point of the curve, in base64.
    #[error("the public key is not an Ed25519 key in base64")]
    Key,
    /// The signature was not made by that key over these bytes, this type, this network and this version.
    #[error(
        "the signature does not fit: it was made with another key, for another network, or the text was changed"
    )]
    Signature,
    /// An unknown type of item.
    #[error("an item is a descriptor, a voucher, a record, a tombstone or a subscription")]
    Type,
}

/// A site's secret key.
pub struct Secret(SigningKey);

impl Secret {
    /// Reads 32 random bytes in base64.
    ///
    /// # Errors
    /// [`SignError::Secret`].
    pub fn from_base64(text: &str) -> Result<Self, SignError> {
        let bytes = STANDARD.decode(text).map_err(|_| SignError::Secret)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| SignError::Secret)?;
        Ok(Self(SigningKey::from_bytes(&bytes)))
    }

    /// The key that others verify with.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs `body` as an item of this type in this network.
    #[must_use]
    pub fn sign(&self, network: &str, item: ItemType, body: &str) -> Sig {
        Sig(self.0.sign(&signed_bytes(network, item, body)).to_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A site's public key, 32 bytes, in base64 on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    /// Checks that `sig` is this key's over exactly these bytes.
    ///
    /// # Errors
    /// [`SignError::Key`] or [`SignError::Signature`].
    pub fn verify(&self, network: &str, item: ItemType, body: &str, sig: &Sig) -> Result<(), SignError> {
        let signed = signed_bytes(network, item, body);
        sharing::once(&self.0, &signed, &sig.0, || {
            let key = VerifyingKey::from_bytes(&self.0).map_err(|_| SignError::Key)?;
            key.verify_strict(&signed, &Signature::from_bytes(&sig.0)).map_err(|_| SignError::Signature)
        })
    }
}

/// A signature, 64 bytes, in base64 on the wire.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sig(pub [u8; 64]);

impl fmt::Debug for Sig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sig({})", STANDARD.encode(self.0))
    }
}

fn signed_bytes(network: &str, item: ItemType, body: &str) -> Vec<u8> {
    format!("courseglue/{}\0{network}\0{}\0{body}", crate::PROTOCOL, item.as_str()).into_bytes()
}

macro_rules! base64_serde {
    ($type:ident, $length:literal, $what:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&STANDARD.encode(self.0))
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                let bytes = STANDARD
                    .decode(text)
                    .map_err(|_| de::Error::custom(concat!($what, " must be base64")))?;
                let bytes: [u8; $length] =
                    bytes.try_into().map_err(|_| de::Error::custom(concat!($what, " has another length")))?;
                Ok(Self(bytes))
            }
        }
    };
}
base64_serde!(PublicKey, 32, "a key");
base64_serde!(Sig, 64, "a signature");

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::from_base64(&STANDARD.encode([7; 32])).unwrap()
    }

    #[test]
    fn a_signature_that_held_once_holds_for_nothing_else() {
        sharing::share();
        let secret = Secret::from_base64("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=").unwrap();
        let sig = secret.sign("net", ItemType::Record, "{}");
        for _ in 0..2 {
            assert_eq!(secret.public().verify("net", ItemType::Record, "{}", &sig), Ok(()));
            for (network, item, body) in [
                ("net", ItemType::Record, "{ }"),
                ("net", ItemType::Tombstone, "{}"),
                ("x", ItemType::Record, "{}"),
            ] {
                assert_eq!(secret.public().verify(network, item, body, &sig), Err(SignError::Signature));
            }
        }
    }

    #[test]
    fn a_signature_holds_for_its_type_network_and_text_alone() {
        let sig = secret().sign("net", ItemType::Record, "{}");
        let key = secret().public();
        assert_eq!(key.verify("net", ItemType::Record, "{}", &sig), Ok(()));
        assert_eq!(key.verify("net", ItemType::Tombstone, "{}", &sig), Err(SignError::Signature));
        assert_eq!(key.verify("other", ItemType::Record, "{}", &sig), Err(SignError::Signature));
        assert_eq!(key.verify("net", ItemType::Record, "{ }", &sig), Err(SignError::Signature));
    }

    #[test]
    fn keys_of_another_length_are_refused() {
        assert!(Secret::from_base64("AAAA").is_err());
        assert!(serde_json::from_str::<PublicKey>("\"AAAA\"").is_err());
        assert!(serde_json::from_str::<Sig>("\"!\"").is_err());
    }

    #[test]
    fn debug_never_shows_a_secret() {
        assert_eq!(format!("{:?}", secret()), "Secret(…)");
    }
}
