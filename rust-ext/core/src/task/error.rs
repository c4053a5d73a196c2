//! Why a task cannot start.

use courseglue_protocol::{EntryError, QueryError};

use crate::site::ItemError;

/// Why a task cannot start. Each case reads as a sentence for a person.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaskError {
    /// The text of this site's own entry is not the JSON of an entry.
    #[error("this site's own entry cannot be read: {0}")]
    EntryUnreadable(#[source] serde_json::Error),
    /// This site's own entry is forged, expired or out of bounds.
    #[error("this site's own entry does not hold: {0}")]
    EntryInvalid(#[source] EntryError),
    /// The entry describes another address than the settings name.
    #[error("this site's own entry is for another address than its settings")]
    EntryOfAnotherSite,
    /// The text of the batch is not the JSON of a batch.
    #[error("the batch to publish cannot be read: {0}")]
    BatchUnreadable(#[source] serde_json::Error),
    /// An item of the batch cannot be signed.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// The text of the query is not the JSON of a query.
    #[error("the query cannot be read: {0}")]
    QueryUnreadable(#[source] serde_json::Error),
    /// The query asks for what no search may ask.
    #[error(transparent)]
    Query(#[from] QueryError),
}
