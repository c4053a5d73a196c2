//! CourseGlue's view: a local copy of the state, made for reading. The truth is in Moodle's database.
//!
//! A view is a directory on a web server's local disk. Every process of the server maps its `base-<n>`, a flat file
//! that never changes, and applies the rows of `log-<n>` on top. The file `current` says which base and how much of its
//! log count, and is replaced by a rename. So a change is seen as a whole or not at all, a process that is killed at
//! any point leaves the former state, and one `stat` tells at every call whether there is anything new. Any of the
//! files can be deleted at any moment: processes that have read them go on with their copies, until the plugin has
//! written the files again.
//!
//! | file | module | concept |
//! |---|---|---|
//! | | [`place`] | the place of the files, their owner, and how one replaces another |
//! | `current` | [`state`] | the state: which base and log count, and how fresh they are |
//! | `base-<n>` | [`base`] | the state at one moment, as a flat file |
//! | `log-<n>` | [`log`] | the rows that changed since |
//! | | [`news`] | the rows of a catch-up that change anything |
//! | `lock` | [`lock`] | one writer at a time |
//! | | [`prepare`] | finding the words of many records at once |
//! | | [`writer`] | rebuilding, catching up, folding the log into a new base |
//! | | [`reader`] | one process's copy, and how it follows |
//! | | [`cache`] | the copies that a process keeps |
//! | `settings` | [`serving`] | the settings for answering peers without Moodle |
//! | `turn` | [`turn`] | the turn to catch up the view |
//! | `rates` | [`rates`] | rate limits of sources |
//! | | [`endpoint`] | answering peers from the view alone |
#![deny(missing_docs)]

pub mod base;
pub mod cache;
pub mod endpoint;
mod error;
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
