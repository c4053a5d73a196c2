//! The PHP extension `courseglue`: registers its classes, exceptions, INI entries and phpinfo section.
//!
//! | file | concept |
//! |---|---|
//! | `node` | `CourseGlue\Node`, one site: answering peers and working of its own accord |
//! | `view_writer` | `CourseGlue\ViewWriter`, which brings the view to what the database has |
//! | `endpoint` | `CourseGlue\Endpoint`, answering peers without Moodle |
//! | `exceptions` | `CourseGlue\Exception` and its children |
//! | `time_budget` | how long a call of PHP may take |
//! | `ini`, `info` | `courseglue.*` and the section in `phpinfo()` |
//! | `version` | the numbers of the extension and of its interface |
//! | `text`, `random` | PHP's byte strings as text, the operating system's random bytes |
#![allow(missing_docs, reason = "the macro that exports the module to PHP writes an item without them")]

mod endpoint;
mod exceptions;
mod info;
mod ini;
mod node;
mod random;
mod text;
mod time_budget;
mod version;
mod view_writer;

use courseglue_view::cache;
use ext_php_rs::ffi::ZEND_RESULT_CODE_SUCCESS;
use ext_php_rs::prelude::{ModuleBuilder, php_module};
use version::VERSION;

fn startup(_type: i32, module: i32) -> i32 {
    ini::register(module);
    exceptions::register()
}

extern "C" fn request_shutdown(_type: i32, _module: i32) -> i32 {
    cache::end_of_request();
    ZEND_RESULT_CODE_SUCCESS
}

/// Called by PHP when it loads the extension.
#[php_module]
#[php(startup = "startup")]
pub fn get_module(module: ModuleBuilder) -> ModuleBuilder {
    module
        .name("courseglue")
        .version(VERSION)
        .request_shutdown_function(request_shutdown)
        .info_function(info::print)
        .class::<node::Node>()
        .class::<view_writer::ViewWriter>()
        .class::<endpoint::Endpoint>()
}
