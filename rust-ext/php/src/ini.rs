//! The extension's INI entries, which `ini_set()` and FPM pools may change.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::time::Duration;

use ext_php_rs::ffi::{zend_ini_entry, zend_string};
use ext_php_rs::flags::IniEntryPermission;
use ext_php_rs::zend::{IniEntryDef, IniEntryDefs};

const TIMEOUT: &CStr = c"courseglue.timeout";
const PARALLEL: &CStr = c"courseglue.parallel";
const MAX_RESPONSE_BYTES: &CStr = c"courseglue.max_response_bytes";

static ENTRIES: IniEntryDefs<4> = IniEntryDefs::new([
    entry(TIMEOUT, c"10"),
    entry(PARALLEL, c"32"),
    entry(MAX_RESPONSE_BYTES, c"16777216"),
    IniEntryDef::end(),
]);

const fn entry(name: &'static CStr, value: &'static CStr) -> IniEntryDef {
    let mut entry = IniEntryDef::new(name, value, IniEntryPermission::All);
    // Without this, `ini_restore()` restores nothing.
    entry.on_modify = Some(accept);
    entry
}

/// Lets every change happen: values are bounded where they are read.
unsafe extern "C" fn accept(
    _: *mut zend_ini_entry,
    _: *mut zend_string,
    _: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
    _: c_int,
) -> c_int {
    0
}

// `ExecutorGlobals::ini_values()` copies every entry of PHP at each call.
unsafe extern "C" {
    fn zend_ini_long(name: *const c_char, length: usize, original: c_int) -> i64;
}

/// Registers the entries; to be called while the module starts.
pub fn register(module: i32) {
    IniEntryDef::register(ENTRIES.as_slice(), module);
}

/// `courseglue.timeout`: the longest that one request to another site may take, 1 to 300 seconds.
pub fn timeout() -> Duration {
    Duration::from_secs(bounded(TIMEOUT, 1, 300))
}

/// `courseglue.parallel`: how many requests may be under way at once, 1 to 256.
pub fn parallel() -> usize {
    usize::try_from(bounded(PARALLEL, 1, 256)).unwrap_or(1)
}

/// `courseglue.max_response_bytes`: the longest answer, after decompression, that is read: 64 KiB to 256 MiB.
pub fn max_response_bytes() -> usize {
    usize::try_from(bounded(MAX_RESPONSE_BYTES, 64 << 10, 256 << 20)).unwrap_or(64 << 10)
}

/// PHP's own `max_execution_time`; none when it is unlimited, as on the command line.
pub fn max_execution_time() -> Option<Duration> {
    u64::try_from(long(c"max_execution_time")).ok().filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

/// Name and present value of every entry.
pub fn values() -> [(&'static CStr, i64); 3] {
    [TIMEOUT, PARALLEL, MAX_RESPONSE_BYTES].map(|name| (name, long(name)))
}

fn bounded(name: &CStr, least: u64, most: u64) -> u64 {
    u64::try_from(long(name)).unwrap_or(least).clamp(least, most)
}

fn long(name: &CStr) -> i64 {
    // SAFETY: the name and its length are those of a C string; PHP answers 0 for what it does not know.
    unsafe { zend_ini_long(name.as_ptr(), name.count_bytes(), 0) }
}
