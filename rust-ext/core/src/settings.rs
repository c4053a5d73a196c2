//! The settings of a site, as its admin decided them.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::OnceLock;

use courseglue_index::BlockList;
use courseglue_protocol::{Address, AddressError, Id, Scheme, Secret, SignError};
use serde::Deserialize;

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The text is not JSON, or a field is missing or of another kind.
    #[error("the settings cannot be read: {0}")]
    Malformed(String),
    /// The site's address.
    #[error("the site's address: {0}")]
    Address(#[from] AddressError),
    /// The secret key.
    #[error(transparent)]
    Secret(#[from] SignError),
    /// The network's name.
    #[error("a network's name has 1 to 60 letters, digits, '.', '-' or '_'")]
    Network,
}

/// A proxy for outgoing requests.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Proxy {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// `HTTP` or `SOCKS5`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// A user name, where it wants one.
    #[serde(default)]
    pub user: Option<String>,
    /// The password to it.
    #[serde(default)]
    pub password: Option<String>,
    /// Hosts that are dialled directly.
    #[serde(default)]
    pub bypass: Vec<String>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// Sites, domains and words that the admin does not want.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct BlockSettings {
    /// Addresses of sites.
    #[serde(default)]
    pub sites: BTreeSet<String>,
    /// Registrable domains.
    #[serde(default)]
    pub domains: BTreeSet<String>,
    /// Words: a record that holds one is not shown.
    #[serde(default)]
    pub words: BTreeSet<String>,
}

/// The blocked sites and domains, as the parts of node ids ([`Id::of_node`]).
#[derive(Debug)]
struct BlockedNodes {
    domains: HashSet<Box<[u8]>>,
    addresses: HashSet<Box<[u8]>>,
}

impl BlockedNodes {
    fn by(blocked: &BlockSettings) -> Self {
        let domain = |domain: &String| Id::of_node(domain, "").0[..8].into();
        let address = |address: &String| Id::of_node("", address).0[8..].into();
        let domains = blocked.domains.iter().map(domain).collect();
        Self { domains, addresses: blocked.sites.iter().map(address).collect() }
    }
}

#[derive(Deserialize)]
struct RawSettings {
    network: String,
    address: String,
    scheme: Scheme,
    #[serde(default)]
    secret: Option<String>,
    viewdir: String,
    #[serde(default)]
    serving: bool,
    #[serde(default)]
    allowhttp: bool,
    // No default: an empty list allows everything, and must not come about by leaving the field out.
    blockedhosts: Vec<String>,
    allowedports: Vec<u16>,
    #[serde(default)]
    proxy: Option<Proxy>,
    #[serde(default)]
    cafile: Option<String>,
    #[serde(default)]
    blocked: BlockSettings,
    #[serde(default)]
    seed: String,
    #[serde(default = "default_quota")]
    quota: u64,
}

/// 256 MiB: nine times the mean of a network in which every site publishes 250 courses.
fn default_quota() -> u64 {
    256 << 20
}

/// The settings of one site.
#[derive(Debug)]
pub struct Settings {
    /// The network's name; messages of other networks are refused.
    pub network: String,
    /// This site's address.
    pub address: Address,
    /// The scheme by which this site is reached.
    pub scheme: Scheme,
    /// This site's node id.
    pub node: Id,
    /// The key to sign with, where this call may need it.
    pub secret: Option<Secret>,
    /// The directory of the view.
    pub viewdir: String,
    /// Whether this site has joined and answers peers.
    pub serving: bool,
    /// Whether plain HTTP is allowed.
    pub allowhttp: bool,
    /// Hosts and address ranges that must not be dialled.
    pub blockedhosts: Vec<String>,
    /// Ports that may be dialled; empty for all.
    pub allowedports: Vec<u16>,
    /// The proxy for outgoing requests.
    pub proxy: Option<Proxy>,
    /// A file of root certificates, in PEM.
    pub cafile: Option<String>,
    /// The sites, domains and words that the admin blocks.
    pub blocked: BlockSettings,
    /// The node ids that this comes to.
    shunned: BlockedNodes,
    block_list: OnceLock<BlockList>,
    /// A random text that is kept secret: the salts of this site's sketches follow from it.
    pub seed: String,
    /// The most bytes that this site holds for others, counted as [`courseglue_index::Holding::bytes`].
    pub quota: u64,
}

/// Whether a network may have this name.
pub(crate) fn is_network(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    !name.is_empty() && name.len() <= 60 && name.bytes().all(plain)
}

impl Settings {
    /// Reads settings from JSON.
    ///
    /// # Errors
    /// A [`SettingsError`] that names the fault.
    pub fn from_json(json: &str) -> Result<Self, SettingsError> {
        let raw: RawSettings =
            serde_json::from_str(json).map_err(|e| SettingsError::Malformed(e.to_string()))?;
        if !is_network(&raw.network) {
            return Err(SettingsError::Network);
        }
        let address = Address::parse(raw.scheme, &raw.address)?;
        Ok(Self {
            network: raw.network,
            node: address.node_id(),
            address,
            scheme: raw.scheme,
            secret: raw.secret.as_deref().map(Secret::from_base64).transpose()?,
            viewdir: raw.viewdir,
            serving: raw.serving,
            allowhttp: raw.allowhttp,
            blockedhosts: raw.blockedhosts,
            allowedports: raw.allowedports,
            proxy: raw.proxy,
            cafile: raw.cafile,
            shunned: BlockedNodes::by(&raw.blocked),
            blocked: raw.blocked,
            block_list: OnceLock::new(),
            seed: raw.seed,
            quota: raw.quota,
        })
    }

    /// The blocked words, ready to be compared with.
    #[must_use]
    pub fn block_list(&self) -> &BlockList {
        self.block_list.get_or_init(|| BlockList::new(&self.blocked.words))
    }

    /// Whether the admin blocks this site or its domain.
    #[must_use]
    pub fn blocks(&self, address: &str, domain: &str) -> bool {
        self.blocked.sites.contains(address) || self.blocked.domains.contains(domain)
    }

    /// Whether the admin blocks the site with this node id, or its domain, which is a part of the id.
    #[must_use]
    pub fn shuns(&self, node: &Id) -> bool {
        let (domain, address) = node.0.split_at(8);
        self.shunned.domains.contains(domain) || self.shunned.addresses.contains(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_a_password() {
        let json = r#"{"host":"p.example","port":3128,"user":"me","password":"hunter2"}"#;
        let shown = format!("{:?}", serde_json::from_str::<Proxy>(json).unwrap());
        assert!(shown.contains("p.example") && !shown.contains("hunter2"), "{shown}");
    }
}
