//! What goes over the wire beside bodies.

/// The headers of one request and of its answer, as the transport and a web server write them.
pub const HEADER_BYTES: usize = 700;
/// One TLS connection: handshake, certificates, closing.
pub const TLS_BYTES: usize = 6 * 1024;
