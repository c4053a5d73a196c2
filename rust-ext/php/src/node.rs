//! `CourseGlue\Node`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_core::address::Address;
use courseglue_core::sign::Secret;
use ext_php_rs::exception::PhpResult;
use ext_php_rs::flags::ClassFlags;
use ext_php_rs::prelude::{php_class, php_impl};
use serde_json::json;

use crate::exceptions::bad_settings;
use crate::random;
use crate::text::{Bytes, utf8};

/// One site of the network.
#[php_class]
#[php(name = "CourseGlue\\Node")]
#[php(flags = ClassFlags::Final)]
pub struct Node {}

#[php_impl]
impl Node {
    /// The number of the interface between extension and plugin.
    pub const ABI: i64 = crate::ABI;

    /// A new secret key: 32 random bytes, in base64.
    pub fn generate_secret() -> PhpResult<String> {
        Ok(STANDARD.encode(random::secret()?))
    }

    /// The public key of a secret key, in base64.
    pub fn public_key(secret: Bytes) -> PhpResult<String> {
        let secret = Secret::from_base64(utf8("secret", secret)?).map_err(bad_settings)?;
        Ok(STANDARD.encode(secret.public().0))
    }

    /// What a URL says about a site, as JSON: canonical address, scheme, registrable domain and node id.
    pub fn identify(url: Bytes) -> PhpResult<String> {
        let (scheme, address) = Address::from_url(utf8("url", url)?).map_err(bad_settings)?;
        let domain = address.domain();
        Ok(json!({
            "address": address.as_str(),
            "scheme": scheme.to_string(),
            "domain": domain,
            "nodeid": address.node_id().to_string(),
        })
        .to_string())
    }
}
