//! Set reconciliation by sketches: rateless invertible Bloom lookup tables (Yang, Gilad and Alizadeh, "Practical
//! Rateless Set Reconciliation", arXiv 2402.02668).
//!
//! Two sites hold sets that are nearly the same. One sends coded [`Symbols`] of its set, the other subtracts those of
//! its own and solves the rest for the [`Difference`]. About 1.4 symbols a difference are enough, whatever the size of
//! the sets, and more can always be asked for: symbols do not depend on how many there will be.
//!
//! Items are hashes under a [`Salt`] that outsiders cannot choose, so that no attacker can make items that collide. A
//! symbol is the exclusive or of its items and of their checksums. It holds no count: the decoder knows which side has
//! an item by looking into its own set.

mod decoder;
mod encoder;
mod salt;
mod symbol;
mod walk;

pub use decoder::{Decoder, Difference};
pub use encoder::{Encoder, symbols};
pub use salt::{Salt, SaltError};
pub use symbol::{Items, Symbol, Symbols};

/// An element of a set: 16 bytes of a salted hash.
pub type Item = [u8; 16];

/// The bytes of one symbol on the wire.
pub const SYMBOL_BYTES: usize = 24;
/// The most symbols of one sketch: enough for about 27,000 differences.
pub const MAX_SYMBOLS: usize = 38_400;
/// The number of symbols to ask for first, where nothing says how many will be needed.
pub const FIRST_SYMBOLS: usize = 300;

/// Why a range of symbols is not given or taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RangeError {
    /// None, or some beyond [`MAX_SYMBOLS`].
    #[error("a sketch has {MAX_SYMBOLS} symbols at most, and one is the least to ask for")]
    Outside,
    /// Another number of symbols than was asked for.
    #[error("{asked} symbols of a sketch were asked for and {got} came")]
    Count {
        /// The number of symbols that were asked for.
        asked: usize,
        /// The number of symbols that came.
        got: usize,
    },
}
