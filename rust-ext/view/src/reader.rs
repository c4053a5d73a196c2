//! One process's copy of the state, and how it follows the files.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use courseglue_core::{Settings, SettingsError, Site};

use crate::place::Place;
use crate::state::{CURRENT, Stamp, State};
use crate::{base, log, news};

/// The most times that a view is replaced while it is being read.
const TRIES: usize = 10;

/// A copy of the state, which follows the files at each [`Reader::refresh`].
#[derive(Debug)]
pub struct Reader {
    place: Place,
    abi: i64,
    settings: String,
    /// The file that was read last. As long as it is open, no other can be given its inode number.
    seen: Option<(Stamp, File)>,
    /// Whether what it said could be used.
    present: bool,
    applied: Option<State>,
    site: Arc<Site>,
}

impl Reader {
    /// A copy of the view in this directory, for a site with these settings (JSON). Nothing is read yet.
    ///
    /// # Errors
    /// When the settings are no settings.
    pub fn new(directory: &Path, abi: i64, settings: &str) -> Result<Self, SettingsError> {
        Ok(Self {
            place: Place::new(directory),
            abi,
            site: Arc::new(Site::new(Settings::from_json(settings)?)),
            settings: settings.to_owned(),
            seen: None,
            present: false,
            applied: None,
        })
    }

    /// The present state; `None` when there is no view that can be used.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.seen().filter(|_| self.present)
    }

    /// The state that [`Reader::site`] shows: the last one that was read, even if the files are gone by now.
    #[must_use]
    pub fn seen(&self) -> Option<&State> {
        self.applied.as_ref()
    }

    /// The site as it was last read. Copies that are kept while the view changes make [`Reader::refresh`] slow.
    #[must_use]
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// Whether the files may have changed since the last [`Reader::refresh`].
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.seen.as_ref().map(|(stamp, _)| *stamp) != Stamp::of(&self.place.file(CURRENT))
    }

    /// Follows the files.
    pub fn refresh(&mut self) {
        if !self.is_behind() {
            return;
        }
        for _ in 0..TRIES {
            let Ok(file) = File::open(self.place.file(CURRENT)) else {
                (self.seen, self.present) = (None, false);
                return;
            };
            let stamp = file.metadata().ok().map(|metadata| Stamp::from(&metadata));
            let state = State::parse(&file, self.abi);
            self.seen = stamp.map(|stamp| (stamp, file));
            self.present = state.is_some_and(|state| self.follow(state));
            // Between reading the one file and the others, a writer may have put a new view there.
            if self.present || !self.is_behind() {
                return;
            }
        }
    }

    fn follow(&mut self, state: State) -> bool {
        let same = self.applied.as_ref().filter(|applied| {
            (applied.generation, applied.base) == (state.generation, state.base)
                && applied.bytes <= state.bytes
        });
        let from = same.map(|applied| applied.bytes);
        let Some(rows) =
            log::read(&self.place, &state, from.unwrap_or(0)).and_then(|bytes| log::rows(&bytes))
        else {
            return false;
        };
        if from.is_none() {
            let Ok(settings) = Settings::from_json(&self.settings) else { return false };
            let Some(site) = base::read(&self.place, &state, settings) else { return false };
            self.site = Arc::new(site);
        }
        if !rows.is_empty() {
            let site = Arc::make_mut(&mut self.site);
            rows.into_iter().for_each(|row| news::apply(site, row));
        }
        self.applied = Some(state);
        true
    }
}
