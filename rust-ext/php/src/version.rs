//! The numbers of this extension and of its interface.

/// The number of the interface between this extension and the plugin: raised with every change that an older
/// plugin would stumble over.
///
/// Tests build extensions of other numbers with `COURSEGLUE_ABI` in cargo's environment.
pub const ABI: i64 = match option_env!("COURSEGLUE_ABI") {
    Some(number) => decimal(number.as_bytes()),
    None => 8,
};

/// The version of this extension.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const fn decimal(digits: &[u8]) -> i64 {
    match digits {
        [] => 0,
        [rest @ .., digit] => decimal(rest) * 10 + (*digit as i64 - b'0' as i64),
    }
}
