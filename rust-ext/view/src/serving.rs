//! The settings for answering peers without Moodle: the file `settings`, which the plugin writes.

use std::fs::{self, File};
use std::io::Write;
use std::num::NonZeroU32;

use courseglue_core::Settings;
use serde::Deserialize;
use serde_json::Value;

use crate::error::ViewError;
use crate::place::Place;
use crate::state::Stamp;

const SETTINGS: &str = "settings";

/// The requests that a site answers at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gate {
    /// Everything.
    Open,
    /// Only the request for its description.
    Joining,
    /// No request: it says that it does not take part now.
    Closed,
    /// Nothing without Moodle, which decides.
    Boot,
}

/// The rate at which one source may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Limit {
    /// The number of requests in [`Limit::seconds`], and at once.
    pub requests: NonZeroU32,
    /// The length of the window.
    pub seconds: NonZeroU32,
}

/// The contents of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serving {
    /// The settings of the site, JSON, without its secret.
    pub node: String,
    /// The requests that it answers.
    pub gate: Gate,
    /// The rate at which one source may ask.
    pub limit: Option<Limit>,
    /// A digest of what Moodle's config.php decided when this was written.
    pub forced: String,
    /// The plugin's own notes.
    pub notes: String,
}

#[derive(Deserialize)]
struct RawServing {
    node: Value,
    gate: Gate,
    #[serde(default)]
    limit: Option<Limit>,
    #[serde(default)]
    forced: String,
    #[serde(default)]
    notes: String,
}

impl Serving {
    fn parse(json: &str) -> Result<Self, ViewError> {
        let failed = |error: &dyn ToString| ViewError::Settings(error.to_string());
        let RawServing { node, gate, limit, forced, notes } =
            serde_json::from_str(json).map_err(|e| failed(&e))?;
        let node = node.to_string();
        Settings::from_json(&node).map_err(|e| failed(&e))?;
        Ok(Self { node, gate, limit, forced, notes })
    }
}

/// Replaces the file.
///
/// # Errors
/// [`ViewError::Settings`] where the text is no settings, [`ViewError::Disk`], or [`ViewError::Gone`] where files are
/// deleted meanwhile.
pub fn write(place: &Place, json: &str) -> Result<(), ViewError> {
    Serving::parse(json)?;
    let failed = ViewError::disk(place.directory());
    place.prepare().map_err(&failed)?;
    place.replace(&place.file(SETTINGS), |file| file.write_all(json.as_bytes())).map_err(&failed)
}

/// The file as this process has read it last.
#[derive(Debug, Default)]
pub struct ServingFile {
    seen: Option<(Stamp, File)>,
    serving: Option<Serving>,
}

impl ServingFile {
    /// The present contents of the file. When it is gone, or cannot be used, its former contents; `None` when there
    /// were none.
    pub fn get(&mut self, place: &Place) -> Option<&Serving> {
        let path = place.file(SETTINGS);
        if self.seen.as_ref().map(|(stamp, _)| *stamp) != Stamp::of(&path) {
            self.seen = File::open(&path).ok().and_then(|file| {
                let stamp = Stamp::from(&file.metadata().ok()?);
                Some((stamp, file))
            });
            let text = self.seen.as_ref().and_then(|_| fs::read_to_string(&path).ok());
            if let Some(serving) = text.and_then(|text| Serving::parse(&text).ok()) {
                self.serving = Some(serving);
            }
        }
        self.serving.as_ref()
    }
}
