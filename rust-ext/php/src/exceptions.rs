//! `CourseGlue\Exception`, `CourseGlue\SettingsException` and `CourseGlue\ViewException`.
//!
//! They are registered as plain child classes of PHP's `Exception`, without a Rust object inside: only then
//! does the engine fill in file and line.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use ext_php_rs::builders::ClassBuilder;
use ext_php_rs::exception::PhpException;
use ext_php_rs::zend::{ClassEntry, ce};

static BASE: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());
static SETTINGS: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());
static VIEW: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());

/// Registers the three classes; to be called while the module starts. Returns 0, or -1 when PHP refuses.
pub fn register() -> i32 {
    let base = ClassBuilder::new("CourseGlue\\Exception")
        .extends((ce::exception, "\\Exception"))
        .registration(|class, _| BASE.store(class, Ordering::Release));
    let settings = ClassBuilder::new("CourseGlue\\SettingsException")
        .extends((base_class, "\\CourseGlue\\Exception"))
        .registration(|class, _| SETTINGS.store(class, Ordering::Release));
    let view = ClassBuilder::new("CourseGlue\\ViewException")
        .extends((base_class, "\\CourseGlue\\Exception"))
        .registration(|class, _| VIEW.store(class, Ordering::Release));
    let registered = base.register().and_then(|()| settings.register()).and_then(|()| view.register());
    if registered.is_ok() { 0 } else { -1 }
}

/// The code of a [`gone_view`].
const GONE: i32 = 1;

/// The site could not do what it was asked to.
pub fn failed(message: impl ToString) -> PhpException {
    exception(&BASE, 0, &message)
}

/// Settings or arguments are bad.
pub fn bad_settings(message: impl ToString) -> PhpException {
    exception(&SETTINGS, 0, &message)
}

/// The view cannot be written. The code is 1 where it was deleted meanwhile: begin again.
pub fn bad_view(message: impl ToString) -> PhpException {
    exception(&VIEW, 0, &message)
}

/// The view was deleted while it was written: beginning again can succeed.
pub fn gone_view(message: impl ToString) -> PhpException {
    exception(&VIEW, GONE, &message)
}

fn exception(class: &AtomicPtr<ClassEntry>, code: i32, message: &impl ToString) -> PhpException {
    // PHP's own constructor of exceptions stops at a NUL.
    PhpException::new(message.to_string().replace('\0', "\\0"), code, entry(class))
}

fn base_class() -> &'static ClassEntry {
    entry(&BASE)
}

fn entry(class: &AtomicPtr<ClassEntry>) -> &'static ClassEntry {
    // SAFETY: the pointer is null or what PHP handed over at registration, which lives as long as the process.
    unsafe { class.load(Ordering::Acquire).as_ref() }.unwrap_or_else(ce::exception)
}
