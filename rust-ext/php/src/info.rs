//! The section that `phpinfo()` and `php --ri courseglue` show.

use std::ffi::{CStr, CString};

use ext_php_rs::ffi::{php_info_print_table_end, php_info_print_table_row, php_info_print_table_start};
use ext_php_rs::zend::ModuleEntry;

use crate::ini;
use crate::version::{ABI, VERSION};

/// Prints the section; called by PHP.
pub extern "C" fn print(_module: *mut ModuleEntry) {
    // SAFETY: PHP is printing its information; these functions open and close a table around the rows.
    unsafe { php_info_print_table_start() };
    row(c"CourseGlue", "enabled");
    row(c"Version", VERSION);
    row(c"ABI", &ABI.to_string());
    row(c"Protocol", &courseglue_protocol::PROTOCOL.to_string());
    for (name, value) in ini::values() {
        row(name, &value.to_string());
    }
    // SAFETY: as above.
    unsafe { php_info_print_table_end() };
}

fn row(name: &CStr, value: &str) {
    let value = CString::new(value).unwrap_or_default();
    // SAFETY: two columns announced, two C strings given.
    unsafe { php_info_print_table_row(2, name.as_ptr(), value.as_ptr()) };
}
