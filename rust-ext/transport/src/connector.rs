//! Connecting, as the HTTP client's own connectors do it, with what went wrong in kinds: before a connection, or while it was
//! being encrypted.

use std::io;

use courseglue_core::{Barrier, Families, TlsFault};
use ureq::Error;
use ureq::unversioned::transport::{
    ConnectProxyConnector, ConnectionDetails, Connector, RustlsConnector, SocksConnector, TcpConnector,
    Transport,
};

use crate::certificate;

/// No connection came about.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct ConnectionError(pub Barrier);

/// A connection came about, and no trusted encryption.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct EncryptionError(pub TlsFault);

/// The connectors of the HTTP client in their usual order: proxies, TCP, TLS.
pub(crate) fn chain() -> impl Connector {
    ().chain(SocksConnector::default())
        .chain(ConnectProxyConnector::default())
        .chain(TcpDialler(TcpConnector::default()))
        .chain(TlsDialler(RustlsConnector::default()))
}

/// TCP.
#[derive(Debug)]
struct TcpDialler(TcpConnector);

impl<In: Transport> Connector<In> for TcpDialler {
    type Out = <TcpConnector as Connector<In>>::Out;

    fn connect(&self, to: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let through_proxy = chained.is_some();
        self.0.connect(to, chained).map_err(|error| match barrier(&error, families(to)) {
            Some(barrier) if !through_proxy => Error::Other(Box::new(ConnectionError(barrier))),
            _ => error,
        })
    }
}

fn families(to: &ConnectionDetails<'_>) -> Families {
    let ipv6 = to.addrs.iter().any(std::net::SocketAddr::is_ipv6);
    Families { ipv4: to.addrs.iter().any(std::net::SocketAddr::is_ipv4), ipv6 }
}

fn barrier(error: &Error, families: Families) -> Option<Barrier> {
    match error {
        Error::Timeout(_) => Some(Barrier::Silent(families)),
        Error::Io(error) => Some(match error.kind() {
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Barrier::Silent(families),
            io::ErrorKind::ConnectionRefused => Barrier::Closed(families),
            _ => Barrier::NoRoute(families),
        }),
        _ => None,
    }
}

/// TLS.
#[derive(Debug)]
struct TlsDialler(RustlsConnector);

impl<In: Transport> Connector<In> for TlsDialler {
    type Out = <RustlsConnector as Connector<In>>::Out;

    fn connect(&self, to: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let is_encrypted = to.needs_tls();
        self.0.connect(to, chained).map_err(|error| match fault(&error, to) {
            Some(fault) if is_encrypted => Error::Other(Box::new(EncryptionError(fault))),
            _ => error,
        })
    }
}

fn fault(error: &Error, to: &ConnectionDetails<'_>) -> Option<TlsFault> {
    let reason = match error {
        Error::Rustls(reason) => reason,
        Error::Tls(_) | Error::Pem(_) | Error::TlsRequired => return Some(TlsFault::Handshake),
        Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(reason) => reason,
            // A server that speaks TLS does not hang up on a greeting.
            None => {
                let hung_up = [
                    io::ErrorKind::UnexpectedEof,
                    io::ErrorKind::ConnectionReset,
                    io::ErrorKind::ConnectionAborted,
                    io::ErrorKind::BrokenPipe,
                ];
                return hung_up.contains(&error.kind()).then_some(TlsFault::NotTls);
            }
        },
        _ => return None,
    };
    Some(match reason {
        rustls::Error::InvalidCertificate(why) => {
            // A proxy dials in our place: the other end is not ours to ask again.
            let address = to.addrs.iter().next().copied().filter(|_| to.config.proxy().is_none());
            TlsFault::Certificate(certificate::describe(why, to.uri.host().unwrap_or_default(), address))
        }
        rustls::Error::InvalidMessage(_) => TlsFault::NotTls,
        _ => TlsFault::Handshake,
    })
}
