//! Rebuilding a view, catching it up, and folding its log into a new base.

use std::io;
use std::path::Path;
use std::time::SystemTime;

use courseglue_core::{Change, Settings, SettingsError, Site};
use courseglue_protocol::day_of;

use crate::error::ViewError;
use crate::lock::Lock;
use crate::place::Place;
use crate::prepare::prepare;
use crate::reader::Reader;
use crate::state::{FORMAT, State};
use crate::{base, log, news};

/// The number of rows, or of bytes, from which a log is worth being folded into a new base.
const LONG_ROWS: u64 = 2_000;
const LONG_BYTES: u64 = 8 << 20;
/// The factor of those lengths above which no log is written: a new base is written at once.
const TOO_LONG: u64 = 4;
/// The age in seconds at which checks of newcomers are dropped: they count for nothing, and no row says that they are
/// gone.
const OLD_CHECK: u64 = 2 * 86_400;

/// The number of rows of a rebuild that are taken in at once.
const AT_ONCE: usize = 1_024;

/// A writer of a view: it holds the lock.
#[derive(Debug)]
pub struct Writer {
    place: Place,
    abi: i64,
    lock: Lock,
    state: Option<State>,
    rows: Rows,
    count: u64,
}

#[derive(Debug)]
enum Rows {
    News(Vec<Change>),
    Rebuild(Box<Rebuild>),
}

/// A state that is rebuilt, and rows that it has still to take in.
#[derive(Debug)]
struct Rebuild {
    site: Site,
    rows: Vec<Change>,
}

impl Rebuild {
    fn take_in(&mut self) {
        prepare(&mut self.rows);
        self.rows.drain(..).for_each(|row| self.site.apply(row));
    }
}

impl Writer {
    /// Takes the lock of the view in this directory, which is made when it is missing; `None` where another process
    /// writes.
    ///
    /// # Errors
    /// [`ViewError::Disk`], or [`ViewError::Gone`] where the directory was deleted again.
    pub fn lock(directory: &Path, abi: i64) -> Result<Option<Self>, ViewError> {
        let place = Place::new(directory);
        place.prepare().map_err(|error| ViewError::Disk(directory.to_owned(), error))?;
        let Some(lock) = Lock::take(&place).map_err(ViewError::disk(directory))? else {
            return Ok(None);
        };
        let state = State::read(&place, abi);
        Ok(Some(Self { place, abi, lock, state, rows: Rows::News(Vec::new()), count: 0 }))
    }

    /// The present state; `None` when there is no view that can be used.
    #[must_use]
    pub fn state(&self) -> Option<&State> {
        self.state.as_ref()
    }

    /// Begins from nothing: the rows that follow are the whole state, of a site with these settings (JSON).
    ///
    /// # Errors
    /// When the settings are no settings.
    pub fn rebuild(&mut self, settings: &str) -> Result<(), SettingsError> {
        let site = Site::new(Settings::from_json(settings)?);
        self.rows = Rows::Rebuild(Box::new(Rebuild { site, rows: Vec::new() }));
        self.count = 0;
        Ok(())
    }

    /// Adds a row: the JSON of a change.
    ///
    /// # Errors
    /// [`ViewError::Row`].
    pub fn row(&mut self, change: &str) -> Result<(), ViewError> {
        self.count += 1;
        let change = serde_json::from_str(change).map_err(|error| ViewError::Row(self.count, error))?;
        match &mut self.rows {
            Rows::News(rows) => rows.push(change),
            Rows::Rebuild(whole) => {
                whole.rows.push(change);
                if whole.rows.len() >= AT_ONCE {
                    whole.take_in();
                }
            }
        }
        Ok(())
    }

    /// Makes the rows visible to all processes, all at once; `reader` is this process's copy of the same view. Returns
    /// whether [`Writer::compact`] is due.
    ///
    /// # Errors
    /// [`ViewError::Disk`], or [`ViewError::Gone`]; the view then stays as it was.
    pub fn commit(&mut self, reader: &mut Reader, revision: i64, caughtup: i64) -> Result<bool, ViewError> {
        self.count = 0;
        let state = match std::mem::replace(&mut self.rows, Rows::News(Vec::new())) {
            Rows::Rebuild(mut whole) => {
                whole.take_in();
                self.base(whole.site, revision, caughtup)?
            }
            Rows::News(rows) => self.append(rows, reader, revision, caughtup)?,
        };
        self.switch(state)?;
        Ok(self.is_due())
    }

    /// Folds the log into a new base, where it is long enough for that, or the base has the sketches of a day that is
    /// over.
    ///
    /// # Errors
    /// The errors of [`Writer::commit`].
    pub fn compact(&mut self, reader: &mut Reader) -> Result<(), ViewError> {
        if !self.is_due() {
            return Ok(());
        }
        let State { revision, caughtup, .. } = self.newest(reader)?;
        let state = self.base(Site::clone(reader.site()), revision, caughtup)?;
        self.switch(state)
    }

    fn is_due(&self) -> bool {
        let is_former = |state: &State| state.day() < day_of(micros() / 1_000);
        self.state().is_some_and(|state| is_long(state, 1) || is_former(state))
    }

    fn base(&self, mut site: Site, revision: i64, caughtup: i64) -> Result<State, ViewError> {
        let old = u64::try_from(caughtup).unwrap_or_default().saturating_sub(OLD_CHECK);
        site.checks.retain(|_, check| check.at >= old);
        let now = micros();
        let generation = self.state().map_or(now, |state| now.max(state.generation.saturating_add(1)));
        let length = base::write(&self.place, self.abi, generation, &site).map_err(|e| self.failed(e))?;
        Ok(State {
            format: FORMAT,
            abi: self.abi,
            generation,
            base: length,
            revision,
            caughtup,
            rows: 0,
            bytes: 0,
        })
    }

    fn append(
        &self,
        rows: Vec<Change>,
        reader: &mut Reader,
        revision: i64,
        caughtup: i64,
    ) -> Result<State, ViewError> {
        let mut state = self.newest(reader)?;
        let mut rows = news::of(rows, reader.site());
        // Readers of the log take over the words that are found here.
        prepare(&mut rows);
        (state.revision, state.caughtup) = (revision, caughtup);
        if !rows.is_empty() {
            let (bytes, before) = (log::frame(&rows).map_err(|e| self.failed(e))?, state.clone());
            state.rows += rows.len() as u64;
            state.bytes += bytes.len() as u64;
            if is_long(&state, TOO_LONG) {
                // Every process would read it, and none would need it for long.
                let mut site = Site::clone(reader.site());
                rows.into_iter().for_each(|row| news::apply(&mut site, row));
                return self.base(site, revision, caughtup);
            }
            log::append(&self.place, &before, &bytes).map_err(|e| self.failed(e))?;
        }
        Ok(state)
    }

    /// The present state, which the reader shows then.
    fn newest(&self, reader: &mut Reader) -> Result<State, ViewError> {
        reader.refresh();
        match (self.state(), reader.state()) {
            (Some(own), Some(read)) if own == read => Ok(own.clone()),
            _ => Err(self.gone()),
        }
    }

    fn switch(&mut self, state: State) -> Result<(), ViewError> {
        if !self.lock.holds() {
            return Err(self.gone());
        }
        state.write(&self.place).map_err(|e| self.failed(e))?;
        if self.state.as_ref().map(|former| former.generation) != Some(state.generation) {
            self.place.tidy(state.generation);
        }
        self.state = Some(state);
        Ok(())
    }

    fn gone(&self) -> ViewError {
        ViewError::Gone(self.place.directory().to_owned())
    }

    fn failed(&self, error: io::Error) -> ViewError {
        ViewError::disk(self.place.directory())(error)
    }
}

/// Whether a log is more than this many times as long as one that is worth being folded.
fn is_long(state: &State, times: u64) -> bool {
    state.rows > times * LONG_ROWS || state.bytes > times * LONG_BYTES
}

/// The clock, Unix µs.
fn micros() -> u64 {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_micros();
    u64::try_from(now).unwrap_or_default()
}
