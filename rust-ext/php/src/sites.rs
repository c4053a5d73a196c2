//! The sites that a process keeps in memory, as their views show them.
//!
//! A view is read once and kept until its file is replaced, which one `stat` tells at every call. What an FPM
//! worker inherits by a fork is as good as its own: nothing is read from the open files any more.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use courseglue_core::settings::{Settings, SettingsError};
use courseglue_core::site::Site;
use courseglue_view::{Stamp, load};
use once_cell::sync::Lazy;
use parking_lot::RwLock;

use crate::ABI;

/// The revision of what is no view.
pub const NO_VIEW: i64 = -1;

/// One worker serves few sites; each is kept under the settings with and without its secret.
const KEPT: usize = 8;

static SITES: Lazy<RwLock<Vec<Kept>>> = Lazy::new(RwLock::default);

struct Kept {
    settings: String,
    loaded: Option<(Stamp, File)>,
    revision: i64,
    site: Arc<Site>,
}

impl Kept {
    fn shows(&self, settings: &str, stamp: Option<Stamp>) -> bool {
        self.settings == settings && self.loaded.as_ref().map(|(stamp, _)| *stamp) == stamp
    }
}

/// The site with these settings (JSON) as its view in `directory` shows it, and the view's revision.
///
/// A view that is missing or unusable has revision [`NO_VIEW`]; the site then stays as it was last seen.
///
/// # Errors
/// When the settings are no settings.
pub fn current(settings: &str, directory: &Path) -> Result<(i64, Arc<Site>), SettingsError> {
    let stamp = Stamp::of(directory);
    if let Some(kept) = SITES.read().iter().find(|kept| kept.shows(settings, stamp)) {
        return Ok((kept.revision, Arc::clone(&kept.site)));
    }
    let (loaded, view) = match load(directory, ABI) {
        Some(loaded) => (Some((loaded.stamp, loaded.file)), loaded.view),
        None => (None, None),
    };
    let mut sites = SITES.write();
    let former = sites.iter().position(|kept| kept.settings == settings).map(|at| sites.remove(at));
    let (revision, site) = match (view, former) {
        (None, Some(former)) => (NO_VIEW, former.site),
        (None, None) => (NO_VIEW, Arc::new(Site::new(Settings::from_json(settings)?))),
        (Some(view), _) => {
            let mut site = Site::new(Settings::from_json(settings)?);
            view.rows.into_iter().for_each(|row| site.apply(row));
            (view.revision, Arc::new(site))
        }
    };
    if sites.len() >= KEPT {
        sites.remove(0);
    }
    sites.push(Kept { settings: settings.to_owned(), loaded, revision, site: Arc::clone(&site) });
    Ok((revision, site))
}
