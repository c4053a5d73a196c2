//! The `store` requests of tasks: how many items one carries, and how its answer is read.

use courseglue_protocol::json::{self, MESSAGE_DEPTH};
use courseglue_protocol::message::{MAX_ITEM_BYTES, MAX_ITEMS, StoreAnswer};

use super::answer::{CallError, read_answer};
use super::{Failure, Response};

/// Reads the answer to a `store`. Where nothing was stored its status is not 200, and the refusals are in it all the same.
pub(super) fn read_stored(answer: Result<Response, Failure>) -> Result<StoreAnswer, CallError> {
    if let Ok(response) = &answer {
        let refused =
            json::read::<StoreAnswer>(&response.body, MESSAGE_DEPTH).ok().filter(|a| !a.refused.is_empty());
        if let Some(refused) = refused {
            return Ok(refused);
        }
    }
    read_answer(answer)
}

/// Cuts a list into parts, none of which has more items or bytes than one request may carry.
pub(super) fn chunks<T>(items: &[T], bytes: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let mut parts = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, item) in items.iter().enumerate() {
        let more = bytes(item);
        if at > start && (at - start == MAX_ITEMS || size + more > MAX_ITEM_BYTES) {
            parts.push(&items[start..at]);
            (start, size) = (at, 0);
        }
        size += more;
    }
    if start < items.len() {
        parts.push(&items[start..]);
    }
    parts
}
