//! Certificates that are not to be trusted: for which names they are, and why they are not trusted.
//!
//! The TLS library says why, but shows the certificate only to the code that judges it. So the server is asked for it
//! once more, and nothing is sent on that connection.

use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use courseglue_core::{Certificate, Distrust};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme};

/// The time that the second look may take.
const LOOK: Duration = Duration::from_secs(2);
/// The most names that are reported, and the longest name of an issuer in characters.
const MAX_NAMES: usize = 5;
const MAX_ISSUER: usize = 100;

/// Describes the fault of the certificate that `host` showed; with `address`, the server is asked for it once more.
pub(crate) fn describe(error: &CertificateError, host: &str, address: Option<SocketAddr>) -> Certificate {
    let mut told = Certificate { why: Distrust::Invalid, names: Vec::new(), issuer: None, at: None };
    told.why = match error {
        CertificateError::ExpiredContext { not_after, .. } => {
            told.at = Some(not_after.as_secs());
            Distrust::Expired
        }
        CertificateError::Expired => Distrust::Expired,
        CertificateError::NotValidYetContext { not_before, .. } => {
            told.at = Some(not_before.as_secs());
            Distrust::NotYet
        }
        CertificateError::NotValidYet => Distrust::NotYet,
        CertificateError::NotValidForNameContext { presented, .. } => {
            // The library writes a name as `DnsName("a.example")`.
            let bare = |name: &String| name.split('"').nth(1).unwrap_or(name).to_owned();
            told.names = presented.iter().map(bare).take(MAX_NAMES).collect();
            Distrust::OtherName
        }
        CertificateError::NotValidForName => Distrust::OtherName,
        CertificateError::Revoked => Distrust::Revoked,
        _ => Distrust::UnknownIssuer,
    };
    let is_unknown = told.why == Distrust::UnknownIssuer;
    let shown = address.and_then(|address| presented(address, host));
    if let Some(Names { issuer, subject }) = shown.as_deref().and_then(names) {
        told.why = if is_unknown && issuer == subject { Distrust::SelfSigned } else { told.why };
        told.issuer = name_of(issuer);
    }
    told
}

/// The certificate that a server shows.
fn presented(address: SocketAddr, host: &str) -> Option<CertificateDer<'static>> {
    let seen = Arc::new(RecordingVerifier::default());
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(seen.clone())
        .with_no_client_auth();
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).ok()?;
    let mut connection = ClientConnection::new(Arc::new(config), name).ok()?;
    let mut stream = TcpStream::connect_timeout(&address, LOOK).ok()?;
    stream.set_read_timeout(Some(LOOK)).ok()?;
    stream.set_write_timeout(Some(LOOK)).ok()?;
    // It ends with the refusal of the certificate.
    let _ = connection.complete_io(&mut stream);
    seen.0.get().cloned()
}

/// Keeps the certificate that it judges, and trusts none.
#[derive(Debug, Default)]
struct RecordingVerifier(OnceLock<CertificateDer<'static>>);

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let _ = self.0.set(certificate.clone().into_owned());
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// The issuer and the subject of a certificate, as DER (RFC 5280, 4.1).
struct Names<'a> {
    issuer: &'a [u8],
    subject: &'a [u8],
}

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANISATION: &[u8] = &[0x55, 0x04, 0x0a];

fn names(certificate: &[u8]) -> Option<Names<'_>> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut rest, _) = element(certificate)?;
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    // The serial number, and the algorithm of the signature.
    rest = element(element(rest)?.2)?.2;
    let (_, issuer, rest) = element(rest)?;
    // The period of validity.
    let (_, _, rest) = element(rest)?;
    let (_, subject, _) = element(rest)?;
    Some(Names { issuer, subject })
}

/// A distinguished name's common name, else its organisation.
fn name_of(name: &[u8]) -> Option<String> {
    [COMMON_NAME, ORGANISATION].iter().find_map(|kind| {
        let mut rest = name;
        while let Some((_, set, after)) = element(rest) {
            rest = after;
            let Some((SEQUENCE, pair, _)) = element(set) else { continue };
            let Some((_, of, value)) = element(pair) else { continue };
            if of == *kind {
                let text = String::from_utf8_lossy(element(value)?.1);
                return Some(text.chars().filter(|c| !c.is_control()).take(MAX_ISSUER).collect());
            }
        }
        None
    })
}

/// The first element of some DER: its tag, its content, and what comes after it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match usize::from(*first) {
        short @ 0..0x80 => (short, rest),
        long => {
            let (digits, rest) = rest.split_at_checked(long & 0x7f)?;
            let value = |length: usize, digit: &u8| length.checked_mul(256)?.checked_add(usize::from(*digit));
            (digits.iter().try_fold(0, value)?, rest)
        }
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((*tag, content, after))
}
