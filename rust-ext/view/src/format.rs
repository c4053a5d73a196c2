//! The first and the last line of a view.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The number of this form of the file.
pub const FORMAT: u32 = 1;

/// What a view's first line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always `courseglue`.
    pub view: String,
    /// [`FORMAT`] when it was written.
    pub format: u32,
    /// The ABI of the extension that wrote it.
    pub abi: i64,
    /// The database's revision that it shows.
    pub revision: i64,
}

/// What a view's last line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The number of rows before it.
    pub end: u64,
}

impl Header {
    /// The header of a view that is written now.
    #[must_use]
    pub fn new(abi: i64, revision: i64) -> Self {
        Self { view: "courseglue".into(), format: FORMAT, abi, revision }
    }

    /// Whether an extension of this ABI can read what follows.
    #[must_use]
    pub fn is_ours(&self, abi: i64) -> bool {
        self.view == "courseglue" && self.format == FORMAT && self.abi == abi
    }
}

/// Where the view of a directory lies.
#[must_use]
pub fn path(directory: &Path) -> PathBuf {
    directory.join("courseglue.view")
}
