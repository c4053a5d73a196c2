//! `CourseGlue\ViewWriter`.

use std::path::Path;

use courseglue_view::{ViewError, Writer};
use ext_php_rs::exception::{PhpException, PhpResult};
use ext_php_rs::flags::ClassFlags;
use ext_php_rs::prelude::{php_class, php_impl};

use crate::ABI;
use crate::exceptions::{bad_settings, bad_view};
use crate::text::{Bytes, utf8};

/// Writes a new view beside the one in use, and puts it in its place when it is whole. Without `commit()` nothing
/// changes.
#[php_class]
#[php(name = "CourseGlue\\ViewWriter")]
#[php(flags = ClassFlags::Final)]
pub struct ViewWriter {
    writer: Option<Writer>,
}

#[php_impl]
impl ViewWriter {
    /// Starts a view in a directory on the local disk, which is made when it is missing.
    ///
    /// `$revision` is the database's revision that the rows show.
    ///
    /// Throws `CourseGlue\ViewException` when the directory cannot be written.
    pub fn __construct(dir: Bytes, revision: i64) -> PhpResult<Self> {
        let writer = Writer::create(Path::new(utf8("dir", dir)?), ABI, revision).map_err(exception)?;
        Ok(Self { writer: Some(writer) })
    }

    /// Adds a row: the JSON of one change.
    ///
    /// Throws `CourseGlue\SettingsException` for what is no change.
    /// Throws `CourseGlue\ViewException` when the disk is full or the view has been committed.
    pub fn row(&mut self, change: Bytes) -> PhpResult<()> {
        let writer = self.writer.as_mut().ok_or_else(committed)?;
        writer.row(utf8("change", change)?).map_err(exception)
    }

    /// Puts the view in place of the former one, which every process notices at its next call.
    ///
    /// Throws `CourseGlue\ViewException` when it cannot be put there; the former view then stays.
    pub fn commit(&mut self) -> PhpResult<()> {
        self.writer.take().ok_or_else(committed)?.commit().map_err(exception)
    }
}

fn committed() -> PhpException {
    bad_view("this view has been committed: make another ViewWriter for the next")
}

fn exception(error: ViewError) -> PhpException {
    match error {
        ViewError::Row(..) => bad_settings(error),
        _ => bad_view(error),
    }
}
