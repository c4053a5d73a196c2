//! A request, before anything is read of it.

/// A request as the web server has it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'r> {
    /// A digest of what config.php decides now.
    pub forced: &'r str,
    /// Its method.
    pub method: &'r str,
    /// Its raw query string.
    pub query: &'r str,
    /// Its body.
    pub body: &'r [u8],
    /// Its `Accept-Encoding`.
    pub accept_encoding: &'r str,
    /// Its `If-None-Match`.
    pub if_none_match: &'r str,
    /// The address that asks; empty where requests of it are not counted.
    pub source: &'r str,
}
