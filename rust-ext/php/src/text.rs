//! PHP's strings are bytes; everything that crosses here is UTF-8 text.

use ext_php_rs::binary_slice::BinarySlice;
use ext_php_rs::exception::PhpResult;

use crate::exceptions::bad_settings;

/// A string argument as PHP hands it over.
pub type Bytes<'a> = BinarySlice<'a, u8>;

/// The argument as text.
///
/// # Errors
/// A `CourseGlue\SettingsException` that names the argument, when it is not UTF-8.
pub fn utf8<'a>(argument: &str, bytes: Bytes<'a>) -> PhpResult<&'a str> {
    let bytes: &'a [u8] = bytes.into();
    std::str::from_utf8(bytes).map_err(|error| {
        bad_settings(format!("${argument} is not valid UTF-8 at byte {}", error.valid_up_to()))
    })
}
