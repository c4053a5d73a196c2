//! The place of a view: where its files lie, which user owns them, and how one replaces another.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// Unfinished files that are older than this belong to processes that died.
const ABANDONED: Duration = Duration::from_secs(3600);
const UNFINISHED: &str = ".courseglue-";
const BASE: &str = "base-";
const LOG: &str = "log-";

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// The directory of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    directory: PathBuf,
}

impl Place {
    /// The view in this directory, which need not be there yet.
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// One of the files.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// The base of this generation.
    #[must_use]
    pub fn base(&self, generation: u64) -> PathBuf {
        self.file(&format!("{BASE}{generation}"))
    }

    /// The log of this generation.
    #[must_use]
    pub fn log(&self, generation: u64) -> PathBuf {
        self.file(&format!("{LOG}{generation}"))
    }

    /// Makes the directory where it is missing; others cannot read it then.
    ///
    /// # Errors
    /// Errors of the disk.
    pub fn prepare(&self) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)
    }

    /// Opens a file for reading and writing, and makes it where it is missing. Users who may read and write the
    /// directory may do so with the file.
    ///
    /// # Errors
    /// Errors of the disk.
    pub fn open(&self, path: &Path) -> io::Result<File> {
        match OpenOptions::new().read(true).write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
        match self.create(path) {
            // Another process was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                OpenOptions::new().read(true).write(true).open(path)
            }
            created => created,
        }
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        let directory = fs::metadata(&self.directory)?;
        let mode = directory.mode() & 0o666;
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(mode).open(path)?;
        let made = file.metadata()?;
        if made.mode() & 0o777 != mode {
            file.set_permissions(Permissions::from_mode(mode))?;
        }
        if made.uid() != directory.uid() {
            // Only root can, and only from root it is needed: cron may run as root, the web server does not.
            let _ = fchown(&file, Some(directory.uid()), Some(directory.gid()));
        }
        Ok(file)
    }

    /// Puts what `write` writes in the place of a file, as a whole or not at all.
    ///
    /// # Errors
    /// Errors of the disk; the former file then stays.
    pub fn replace(&self, path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.file(&format!("{UNFINISHED}{}-{number}", process::id()));
        // A former process of this number may have left its file.
        let _ = fs::remove_file(&unfinished);
        let done = self.create(&unfinished).and_then(|mut file| {
            write(&mut file)?;
            file.flush()?;
            // Without this the name could outlive a power failure, and the bytes not.
            file.sync_data()?;
            fs::rename(&unfinished, path)
        });
        if done.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        done
    }

    /// Removes the bases and logs of all other generations, and files that were left unfinished. The caller has to hold
    /// the lock. Processes that have the files open go on with them.
    pub fn tidy(&self, generation: u64) {
        let Ok(entries) = fs::read_dir(&self.directory) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let number = name.strip_prefix(BASE).or_else(|| name.strip_prefix(LOG));
            let other =
                number.and_then(|number| number.parse().ok()).is_some_and(|number: u64| number != generation);
            let abandoned = name.starts_with(UNFINISHED) && is_old(&entry);
            // One file of an earlier form, and its lock.
            let former = ["courseglue.view", "courseglue.lock"].contains(&name);
            if other || abandoned || former {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn is_old(entry: &fs::DirEntry) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    let age = modified.map(|at| SystemTime::now().duration_since(at));
    matches!(age, Ok(Ok(age)) if age > ABANDONED)
}
