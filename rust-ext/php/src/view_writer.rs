//! `CourseGlue\ViewWriter`.

use std::path::{Path, PathBuf};

use courseglue_core::SettingsError;
use courseglue_view::cache::{self, CachedView};
use courseglue_view::place::Place;
use courseglue_view::{Reader, State, ViewError, Writer, serving};
use ext_php_rs::exception::{PhpException, PhpResult};
use ext_php_rs::flags::ClassFlags;
use ext_php_rs::prelude::{php_class, php_impl};
use serde_json::json;

use crate::exceptions::{bad_settings, bad_view, gone_view};
use crate::text::{Bytes, utf8};
use crate::version::ABI;

/// The settings of no site, where no others are known: a view can be written whatever site it is of.
const NOBODY: &str = r#"{"network":"none","address":"nobody.invalid","scheme":"https","viewdir":"","blockedhosts":[],"allowedports":[]}"#;

/// A writer of a view: it holds the writers' lock until `release()`, or as long as it lives. Without `commit()` nothing
/// changes.
#[php_class]
#[php(name = "CourseGlue\\ViewWriter")]
#[php(flags = ClassFlags::Final)]
pub struct ViewWriter {
    directory: PathBuf,
    writer: Option<Writer>,
}

#[php_impl]
impl ViewWriter {
    /// Takes the lock of the view in a directory on the local disk, which is made when it is missing; null when another
    /// process writes.
    ///
    /// Throws `CourseGlue\ViewException` when the directory cannot be written.
    pub fn lock(dir: Bytes) -> PhpResult<Option<Self>> {
        let directory = PathBuf::from(utf8("dir", dir)?);
        let writer = Writer::lock(&directory, ABI).map_err(exception)?;
        Ok(writer.map(|writer| Self { directory, writer: Some(writer) }))
    }

    /// The state of the view: `{"revision","caughtup","rows","bytes"}`, rows and bytes being those of the log; null
    /// when there is nothing that this extension can use, and the view has to be rebuilt.
    ///
    /// Throws `CourseGlue\ViewException` after `release()`.
    pub fn state(&mut self) -> PhpResult<Option<String>> {
        Ok(self.writer()?.state().map(summary))
    }

    /// Begins from nothing: the rows that follow are the whole state. Without this call they are changes.
    ///
    /// Throws `CourseGlue\ViewException` after `release()`.
    pub fn rebuild(&mut self) -> PhpResult<()> {
        let settings = cache::with(&self.directory, settings);
        self.writer()?.rebuild(&settings).map_err(bad_settings)
    }

    /// Adds a row: the JSON of one change. Deletions come before the rows that say what is there.
    ///
    /// Throws `CourseGlue\SettingsException` for what is no change.
    /// Throws `CourseGlue\ViewException` after `release()`.
    pub fn row(&mut self, change: Bytes) -> PhpResult<()> {
        self.writer()?.row(utf8("change", change)?).map_err(exception)
    }

    /// Makes the rows visible to every process at its next call, all of them at once. True when the log has grown so long
    /// that `compact()` is due.
    ///
    /// `$revision` is the database's; `$caughtup` the moment, Unix seconds, before which everything is in.
    ///
    /// Throws `CourseGlue\ViewException` when that cannot be; the view then stays as it was.
    pub fn commit(&mut self, revision: i64, caughtup: i64) -> PhpResult<bool> {
        let due = self.with_reader(|writer, reader| writer.commit(reader, revision, caughtup));
        give_back();
        due
    }

    /// Folds the log into a new base, if that is due. It takes about a second where much is held.
    ///
    /// Throws `CourseGlue\ViewException` when that cannot be; the view then stays as it was.
    pub fn compact(&mut self) -> PhpResult<()> {
        self.with_reader(Writer::compact)?;
        give_back();
        Ok(())
    }

    /// Lets other processes write.
    pub fn release(&mut self) {
        self.writer = None;
    }

    /// Writes how peers are answered without Moodle, JSON:
    /// `{"node": settings without the secret, "gate": "open"|"joining"|"closed"|"boot", "limit": {"requests","seconds"},
    /// "forced": string, "notes": string}`. Takes no lock.
    ///
    /// Throws `CourseGlue\SettingsException` that names the fault.
    /// Throws `CourseGlue\ViewException` when the directory cannot be written.
    pub fn settings(dir: Bytes, json: Bytes) -> PhpResult<()> {
        let place = Place::new(Path::new(utf8("dir", dir)?));
        serving::write(&place, utf8("json", json)?).map_err(exception)
    }
}

impl ViewWriter {
    fn writer(&mut self) -> PhpResult<&mut Writer> {
        self.writer.as_mut().ok_or_else(released)
    }

    fn with_reader<R>(
        &mut self,
        work: impl FnOnce(&mut Writer, &mut Reader) -> Result<R, ViewError>,
    ) -> PhpResult<R> {
        let Self { directory, writer } = self;
        let writer = writer.as_mut().ok_or_else(released)?;
        cache::with(directory, |view| {
            let settings = settings(view);
            let reader = view.reader(ABI, &settings).map_err(|error: SettingsError| bad_settings(error))?;
            work(writer, reader).map_err(exception)
        })
    }
}

/// Gives freed memory back to the system: a worker that has once written a whole view would otherwise keep what that took.
fn give_back() {
    #[cfg(target_env = "gnu")]
    // SAFETY: it takes no memory that is in use, and may be called at any time.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// The part of a state that concerns PHP, JSON.
pub fn summary(state: &State) -> String {
    let State { revision, caughtup, rows, bytes, .. } = state;
    json!({"revision": revision, "caughtup": caughtup, "rows": rows, "bytes": bytes}).to_string()
}

fn settings(view: &mut CachedView) -> String {
    view.serving().map_or_else(|| NOBODY.to_owned(), |serving| serving.node.clone())
}

fn released() -> PhpException {
    bad_view("this writer has given its lock back: take another with ViewWriter::lock()")
}

fn exception(error: ViewError) -> PhpException {
    match error {
        ViewError::Row(..) | ViewError::Settings(_) => bad_settings(error),
        ViewError::Gone(_) => gone_view(error),
        _ => bad_view(error),
    }
}
