//! The operating system's random bytes.

use ext_php_rs::exception::PhpResult;

use crate::exceptions::failed;

/// 32 bytes for a secret key.
///
/// # Errors
/// A `CourseGlue\Exception` when the operating system has none to give.
pub fn secret() -> PhpResult<[u8; 32]> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// A number for choices that outsiders must not foresee.
///
/// # Errors
/// The error of [`secret`].
pub fn seed() -> PhpResult<u64> {
    let mut bytes = [0; 8];
    fill(&mut bytes)?;
    Ok(u64::from_ne_bytes(bytes))
}

fn fill(bytes: &mut [u8]) -> PhpResult<()> {
    getrandom::fill(bytes).map_err(|error| failed(format!("no random bytes from the system: {error}")))
}
