//! The resolvers that the HTTP client dials through.

use std::sync::Arc;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use ureq::{Error, http};

use crate::guard::Guard;
use crate::lookup::{self, Lookup};

/// Resolves once, checks every address, and hands on only what was checked.
#[derive(Debug)]
pub struct GuardedResolver {
    pub guard: Arc<Guard>,
    pub lookup: Lookup,
}

impl Resolver for GuardedResolver {
    fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let target = match self.guard.check_uri(uri) {
            Some(Ok(target)) => target,
            Some(Err(refusal)) => return Err(Error::Other(Box::new(refusal))),
            None => return Err(Error::BadUri(uri.to_string())),
        };
        let found =
            lookup::within(self.lookup, &target.host, target.port, *timeout.after).map_err(Error::Io)?;
        self.guard
            .check_addresses(&target.host, found.iter().map(std::net::SocketAddr::ip))
            .map_err(|refusal| Error::Other(Box::new(refusal)))?;
        Ok(first_of(self, found))
    }
}

/// Resolves the proxy alone: the admin named it, so it is not checked. The sites behind it are, before the
/// client is asked to send anything through it.
#[derive(Debug)]
pub struct ProxyResolver {
    pub lookup: Lookup,
}

impl Resolver for ProxyResolver {
    fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let port =
            uri.port_u16().unwrap_or(if uri.scheme() == Some(&http::uri::Scheme::HTTPS) { 443 } else { 80 });
        let found = lookup::within(self.lookup, host, port, *timeout.after).map_err(Error::Io)?;
        Ok(first_of(self, found))
    }
}

fn first_of(resolver: &impl Resolver, found: Vec<std::net::SocketAddr>) -> ResolvedSocketAddrs {
    let mut addresses = resolver.empty();
    found.into_iter().take(16).for_each(|address| addresses.push(address));
    addresses
}
