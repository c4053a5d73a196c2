//! CourseGlue's view: the read-optimised local copy of the state whose truth is Moodle's database.
//!
//! The view is one file, `courseglue.view`, in a directory on a web server's local disk. Its first line says what
//! it is (format, ABI, revision), then comes one [`Change`](courseglue_core::change::Change) a line, and the last
//! line says how many there were. It is replaced as a whole, by a rename, and can be deleted at any moment. What
//! is cut off, foreign, or of another format or ABI is no view: whoever owns the truth writes a new one.
//!
//! | module | concept |
//! |---|---|
//! | [`format`] | the first and the last line |
//! | [`reader`] | reading a view, and noticing that it was replaced |
//! | [`writer`] | writing one |
#![deny(missing_docs)]

pub mod format;
pub mod reader;
pub mod writer;

pub use reader::{Loaded, Stamp, View, load};
pub use writer::{ViewError, Writer};
