//! CourseGlue's view: the read-optimised local copy of the state whose truth is Moodle's database.
//!
//! A view is a directory on a web server's local disk. Every process of the server maps its `base-<n>`, a flat file that
//! never changes, and applies what `log-<n>` has on top; `current` says which base and how much of its log count, and is
//! replaced by a rename. So a change is seen as a whole or not at all, a process that is killed at any point leaves what
//! was there, and one `stat` tells at every call whether there is anything new. Any of the files can be deleted at any
//! moment: who has read them goes on with what it holds, until whoever owns the truth has written them again.
//!
//! | file | module | concept |
//! |---|---|---|
//! | | [`place`] | where the files lie, whose they are, and how one replaces another |
//! | `current` | [`state`] | which base and log count, and how fresh they are |
//! | `base-<n>` | [`base`] | the state at one moment, as a flat file |
//! | `log-<n>` | [`log`] | what has changed since |
//! | | [`news`] | which rows of a catch-up say anything new |
//! | `lock` | [`lock`] | one writer at a time |
//! | | [`prepare`] | finding the words of many records at once |
//! | | [`writer`] | rebuilding, catching up, folding the log into a new base |
//! | | [`reader`] | one process's copy, and how it follows |
//! | | [`kept`] | the copies that a process keeps |
//! | `settings` | [`serving`] | how peers are answered without Moodle |
//! | `turn` | [`turn`] | who sees to it that the view is caught up |
//! | `rates` | [`rates`] | how often a source may ask |
//! | | [`endpoint`] | answering peers from the view alone |
#![deny(missing_docs)]

pub mod base;
pub mod endpoint;
mod error;
pub mod kept;
pub mod lock;
pub mod log;
pub mod news;
pub mod place;
pub mod prepare;
pub mod rates;
pub mod reader;
pub mod serving;
pub mod state;
pub mod turn;
pub mod writer;

pub use error::ViewError;
pub use reader::Reader;
pub use state::State;
pub use writer::Writer;
