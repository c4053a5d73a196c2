//! Why a view cannot be written.

use std::io;
use std::path::{Path, PathBuf};

/// Why a view cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ViewError {
    /// The disk.
    #[error("the view cannot be written to {0}: {1}")]
    Disk(PathBuf, #[source] io::Error),
    /// A row that is no change.
    #[error("row {0} of the view is no change: {1}")]
    Row(u64, #[source] serde_json::Error),
    /// The settings for answering peers.
    #[error("the settings of the view cannot be read: {0}")]
    Settings(String),
    /// The files were deleted meanwhile, or there were none to begin with.
    #[error("there is no view in {0} to catch up, or it was deleted meanwhile: write it anew")]
    Gone(PathBuf),
}

impl ViewError {
    /// Turns an I/O error into one that names this path. A file that is missing was deleted meanwhile.
    pub(crate) fn disk(path: &Path) -> impl Fn(io::Error) -> Self {
        move |error| match error.kind() {
            io::ErrorKind::NotFound => Self::Gone(path.to_owned()),
            _ => Self::Disk(path.to_owned(), error),
        }
    }
}
