//! The copies of views that a process keeps, so that at each call one `stat` is all there is to do.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use courseglue_core::{Settings, SettingsError, Site};

use crate::endpoint::PackedAnswers;
use crate::place::Place;
use crate::rates::Rates;
use crate::reader::Reader;
use crate::serving::{Serving, ServingFile};
use crate::turn::Turn;

/// The most views that a process keeps: one worker serves few sites.
const MAX_VIEWS: usize = 8;
/// The most settings under which a state is kept: those with and without the secret, and those for the fast path.
const MAX_SETTINGS: usize = 4;

static VIEWS: Mutex<Vec<CachedView>> = Mutex::new(Vec::new());

/// The parts of one view that a process keeps in memory.
#[derive(Debug)]
pub struct CachedView {
    directory: PathBuf,
    reader: Option<Reader>,
    sites: Vec<(String, Arc<Site>)>,
    pub(crate) known: ServingFile,
    pub(crate) turn: Turn,
    pub(crate) rates: Rates,
    pub(crate) packed: PackedAnswers,
}

/// Works with what this process keeps of the view in this directory. Other threads wait meanwhile.
pub fn with<R>(directory: &Path, work: impl FnOnce(&mut CachedView) -> R) -> R {
    let mut views = VIEWS.lock().unwrap_or_else(PoisonError::into_inner);
    let view = match views.iter().position(|view| view.directory == directory) {
        Some(at) => views.remove(at),
        None => CachedView::new(directory),
    };
    if views.len() >= MAX_VIEWS {
        views.remove(0);
    }
    views.push(view);
    // The one that was pushed.
    let last = views.len() - 1;
    work(&mut views[last])
}

/// Gives up what this process has taken upon itself for the length of a request.
pub fn end_of_request() {
    let mut views = VIEWS.lock().unwrap_or_else(PoisonError::into_inner);
    views.iter_mut().for_each(|view| view.turn.end());
}

impl CachedView {
    fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            reader: None,
            sites: Vec::new(),
            known: ServingFile::default(),
            turn: Turn::default(),
            rates: Rates::default(),
            packed: PackedAnswers::default(),
        }
    }

    /// The copy of the view, up to date; these settings (JSON) are used where it was not read before.
    ///
    /// # Errors
    /// When the settings are no settings.
    pub fn reader(&mut self, abi: i64, settings: &str) -> Result<&mut Reader, SettingsError> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(Reader::new(&self.directory, abi, settings)?),
        };
        if reader.is_behind() {
            // Only the reader may have the state, or it would have to be copied to be changed.
            self.sites.clear();
            reader.refresh();
        }
        Ok(reader)
    }

    /// The copy of the view as it was last brought up to date.
    #[must_use]
    pub fn last(&self) -> Option<&Reader> {
        self.reader.as_ref()
    }

    /// The settings for answering peers, as the file says now or said last.
    pub fn serving(&mut self) -> Option<&Serving> {
        self.known.get(&Place::new(&self.directory))
    }

    /// The site with these settings (JSON) as its view shows it.
    ///
    /// # Errors
    /// When the settings are no settings.
    pub fn site(&mut self, abi: i64, settings: &str) -> Result<Arc<Site>, SettingsError> {
        let seen = self.reader(abi, settings)?.site().clone();
        if let Some((_, site)) = self.sites.iter().find(|(of, _)| of == settings) {
            return Ok(site.clone());
        }
        let site = Arc::new(seen.under(Settings::from_json(settings)?));
        if self.sites.len() >= MAX_SETTINGS {
            self.sites.remove(0);
        }
        self.sites.push((settings.to_owned(), site.clone()));
        Ok(site)
    }
}
