//! The copies of views that a process keeps, so that at each call one `stat` is all there is to do.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use courseglue_core::Site;
use courseglue_core::{Settings, SettingsError};

use crate::endpoint::Packed;
use crate::place::Place;
use crate::rates::Rates;
use crate::reader::Reader;
use crate::serving::{Known, Serving};
use crate::turn::Turn;

/// One worker serves few sites.
const KEPT: usize = 8;
/// The same state is kept under the settings with and without the secret, and under those for the fast path.
const SETTINGS: usize = 4;

static VIEWS: Mutex<Vec<Kept>> = Mutex::new(Vec::new());

/// What a process keeps of one view.
#[derive(Debug)]
pub struct Kept {
    directory: PathBuf,
    reader: Option<Reader>,
    sites: Vec<(String, Arc<Site>)>,
    pub(crate) known: Known,
    pub(crate) turn: Turn,
    pub(crate) rates: Rates,
    pub(crate) packed: Packed,
}

/// Works with what this process keeps of the view in this directory. Other threads wait meanwhile.
pub fn with<R>(directory: &Path, work: impl FnOnce(&mut Kept) -> R) -> R {
    let mut views = VIEWS.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = match views.iter().position(|kept| kept.directory == directory) {
        Some(at) => views.remove(at),
        None => Kept::new(directory),
    };
    if views.len() >= KEPT {
        views.remove(0);
    }
    views.push(kept);
    // The one that was pushed.
    let last = views.len() - 1;
    work(&mut views[last])
}

/// Gives up what this process has taken upon itself for the length of a request.
pub fn end_of_request() {
    let mut views = VIEWS.lock().unwrap_or_else(PoisonError::into_inner);
    views.iter_mut().for_each(|kept| kept.turn.end());
}

impl Kept {
    fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            reader: None,
            sites: Vec::new(),
            known: Known::default(),
            turn: Turn::default(),
            rates: Rates::default(),
            packed: Packed::default(),
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
            // Nobody but the reader may have the state, or it would have to be copied to be changed.
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
        if self.sites.len() >= SETTINGS {
            self.sites.remove(0);
        }
        self.sites.push((settings.to_owned(), site.clone()));
        Ok(site)
    }
}
