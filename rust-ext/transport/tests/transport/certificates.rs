//! Certificates that cannot be trusted, and what is said of each. All but the self-signed ones are of the authority in
//! `certificates/authority.pem`; each file holds the certificate and its key.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use courseglue_core::{Certificate, Distrust, Failure, Method, Request, Response, TlsFault};
use courseglue_transport::{Client, Policy};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::server::answer;

/// A server with the certificate of a file.
struct Server {
    port: u16,
    /// Requests that were heard.
    requests: Arc<AtomicUsize>,
}

fn file(name: &str) -> String {
    format!("{}/tests/transport/certificates/{name}.pem", env!("CARGO_MANIFEST_DIR"))
}

impl Server {
    fn with(certificate: &str) -> Self {
        let (certificates, key) = (
            vec![CertificateDer::from_pem_file(file(certificate)).unwrap()],
            PrivateKeyDer::from_pem_file(file(certificate)).unwrap(),
        );
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .unwrap();
        let (config, requests) = (Arc::new(config), Arc::new(AtomicUsize::new(0)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), requests: Arc::clone(&requests) };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (config, requests) = (Arc::clone(&config), Arc::clone(&requests));
                thread::spawn(move || {
                    use std::io::{Read, Write};
                    let connection = ServerConnection::new(config).unwrap();
                    let mut stream = StreamOwned::new(connection, stream.unwrap());
                    // Whoever does not trust this server says no more.
                    if stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {
                        requests.fetch_add(1, Ordering::SeqCst);
                        let _ = stream.write_all(&answer("200 OK", "", b"{}"));
                    }
                });
            }
        });
        server
    }

    fn ask(&self, roots: Option<String>) -> Result<Response, Failure> {
        let policy = Policy {
            url: "https://moodle.example".into(),
            plain_http: false,
            blocked: Vec::new(),
            ports: Vec::new(),
            proxy: None,
            roots,
        };
        let request = Request {
            id: 1,
            method: Method::Get,
            url: format!("https://loop.example:{}/", self.port),
            body: Vec::new(),
            timeout_ms: 5_000,
            max_bytes: 1 << 20,
        };
        let lookup = |_: &str, port: u16| Ok(vec![([127, 0, 0, 1], port).into()]);
        Client::with_lookup(&policy, lookup).unwrap().send(&request, Duration::from_secs(5), 1 << 20)
    }
}

/// What is said of a certificate, where the authority is trusted.
fn told(certificate: &str) -> Certificate {
    let server = Server::with(certificate);
    let result = server.ask(Some(file("authority")));
    assert_eq!(server.requests.load(Ordering::SeqCst), 0, "nothing is sent to whom nobody trusts");
    match result {
        Err(Failure::Tls(TlsFault::Certificate(told))) => told,
        other => panic!("{other:?}"),
    }
}

const AUTHORITY: &str = "School Filter CA";

#[test]
fn what_the_authority_issued_is_trusted_where_it_is() {
    assert_eq!(Server::with("good").ask(Some(file("authority"))).unwrap().status, 200);
}

#[test]
fn an_issuer_that_is_not_known_is_named() {
    let result = Server::with("good").ask(None);
    let expected = Certificate {
        why: Distrust::UnknownIssuer,
        names: Vec::new(),
        issuer: Some(AUTHORITY.to_owned()),
        at: None,
    };
    assert_eq!(result, Err(Failure::Tls(TlsFault::Certificate(expected))));
}

#[test]
fn a_certificate_for_others_names_them() {
    let told = told("other_name");
    assert_eq!(
        (told.why, told.names),
        (Distrust::OtherName, vec!["www.loop.example".to_owned(), "other.example".to_owned()])
    );
}

#[test]
fn a_certificate_out_of_its_time_says_when_it_held() {
    let expired = told("expired");
    assert_eq!(
        (expired.why, expired.at, expired.issuer),
        (Distrust::Expired, Some(1_609_459_200), Some(AUTHORITY.to_owned()))
    );
    let early = told("not_yet");
    assert_eq!((early.why, early.at), (Distrust::NotYet, Some(4_701_974_400)));
}

#[test]
fn what_a_server_signed_for_itself_is_told_apart() {
    for certificate in ["self_signed", "self_signed_authority"] {
        let told = told(certificate);
        assert_eq!((told.why, told.issuer.as_deref()), (Distrust::SelfSigned, Some("loop.example")));
    }
}
