//! Writing a view.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use courseglue_core::change::Change;
use serde::Serialize;

use crate::format::{End, Header, path};

/// Unfinished files that are older than this belong to writers that died.
const ABANDONED: Duration = Duration::from_secs(3600);
const UNFINISHED: &str = ".courseglue.view.";

static NUMBER: AtomicU64 = AtomicU64::new(0);

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
}

/// A view that is being written, beside the one in use. Dropped without [`Writer::commit`], it leaves nothing.
#[derive(Debug)]
pub struct Writer {
    directory: PathBuf,
    unfinished: PathBuf,
    file: BufWriter<File>,
    rows: u64,
}

impl Writer {
    /// Starts a view of this revision in `directory`, which is made when it is missing.
    ///
    /// # Errors
    /// [`ViewError::Disk`].
    pub fn create(directory: &Path, abi: i64, revision: i64) -> Result<Self, ViewError> {
        let failed = |error| ViewError::Disk(directory.to_owned(), error);
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
        remove_abandoned(directory);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let unfinished = directory.join(format!("{UNFINISHED}{}.{number}", process::id()));
        // A former process of this number may have left its file.
        let _ = fs::remove_file(&unfinished);
        let file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished).map_err(failed)?;
        let mut writer =
            Self { directory: directory.to_owned(), unfinished, file: BufWriter::new(file), rows: 0 };
        writer.line(&Header::new(abi, revision))?;
        Ok(writer)
    }

    /// Adds a row: the JSON of a change.
    ///
    /// # Errors
    /// [`ViewError::Row`] or [`ViewError::Disk`].
    pub fn row(&mut self, change: &str) -> Result<(), ViewError> {
        let change: Change =
            serde_json::from_str(change).map_err(|error| ViewError::Row(self.rows + 1, error))?;
        self.line(&change)?;
        self.rows += 1;
        Ok(())
    }

    /// Puts the view in place of the former one.
    ///
    /// # Errors
    /// [`ViewError::Disk`]; the former view then stays.
    pub fn commit(mut self) -> Result<(), ViewError> {
        self.line(&End { end: self.rows })?;
        self.file
            .flush()
            .and_then(|()| self.file.get_ref().sync_all())
            .and_then(|()| fs::rename(&self.unfinished, path(&self.directory)))
            .map_err(|error| self.failed(error))
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), ViewError> {
        serde_json::to_writer(&mut self.file, value)
            .map_err(io::Error::from)
            .and_then(|()| self.file.write_all(b"\n"))
            .map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> ViewError {
        ViewError::Disk(self.directory.clone(), error)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // After a commit there is no file of this name any more.
        let _ = fs::remove_file(&self.unfinished);
    }
}

fn remove_abandoned(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let unfinished = entry.file_name().to_str().is_some_and(|name| name.starts_with(UNFINISHED));
        let age =
            entry.metadata().and_then(|data| data.modified()).map(|at| SystemTime::now().duration_since(at));
        if unfinished && matches!(age, Ok(Ok(age)) if age > ABANDONED) {
            // Another writer may have been faster.
            let _ = fs::remove_file(entry.path());
        }
    }
}
