//! The place where a network runs, for the commands that ask it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::{Deserialize, Serialize};

/// A running network.
#[derive(Debug, Serialize, Deserialize)]
pub struct State {
    /// The URL of its first site.
    pub url: String,
    /// The URLs of all sites of this process.
    pub sites: Vec<String>,
}

/// The file that says it: of this user, until the machine starts anew.
#[must_use]
pub fn file() -> PathBuf {
    let directory = env::var_os("XDG_RUNTIME_DIR").map_or_else(env::temp_dir, PathBuf::from);
    directory.join("courseglue-network.json")
}

/// Says in this file that a network runs.
///
/// # Errors
/// An error where the file cannot be written.
pub fn write(state: &State, file: &Path) -> io::Result<()> {
    let text = serde_json::to_string(state)?;
    let part = file.with_extension(format!("{}.part", std::process::id()));
    fs::write(&part, text)?;
    fs::rename(part, file)
}

/// The network that ran last, if any.
#[must_use]
pub fn read() -> Option<State> {
    serde_json::from_str(&fs::read_to_string(file()).ok()?).ok()
}
