//! Cutting a record to the size that the protocol allows.

use super::limits::{MAX_BODY_BYTES, MAX_TERMS};
use super::plain::cut_bytes;
use super::{Record, RecordError};

/// While there are contents to keep, summaries together keep no more than this: a long description would
/// otherwise push out every section and activity, and with them what a search finds inside courses. In bytes.
const SUMMARY_BESIDE_CONTENTS: usize = 1536;

/// What a record may take before its terms are chosen: eight characters of each are still to come.
const BEFORE_TERMS: usize = MAX_BODY_BYTES - 8 * MAX_TERMS;

/// Cuts a record without terms to the size that leaves room for them: contents from the end, then summaries at a word.
pub(super) fn fit(mut record: Record) -> Result<Record, RecordError> {
    let mut body = json(&record)?;
    if body.len() > BEFORE_TERMS && !record.contents.is_empty() {
        shorten_summaries(&mut record, SUMMARY_BESIDE_CONTENTS);
        drop_contents(&mut record)?;
        body = json(&record)?;
    }
    while body.len() > BEFORE_TERMS {
        let overflow = body.len() - BEFORE_TERMS;
        let summaries: usize = record.summary.values().map(String::len).sum();
        if summaries == 0 {
            return Err(RecordError::TooLarge(body.len()));
        }
        shorten_summaries(&mut record, summaries.saturating_sub(overflow));
        body = json(&record)?;
    }
    Ok(record)
}

/// Drops contents from the end until the body fits or none is left.
fn drop_contents(record: &mut Record) -> Result<(), RecordError> {
    let mut size = json(record)?.len();
    while size > BEFORE_TERMS {
        let Some(last) = record.contents.pop() else { break };
        let comma = usize::from(!record.contents.is_empty());
        size -=
            serde_json::to_string(&last).map_err(|e| RecordError::Malformed(e.to_string()))?.len() + comma;
    }
    Ok(())
}

/// Cuts the longest summaries until all together have at most `max` bytes.
fn shorten_summaries(record: &mut Record, max: usize) {
    loop {
        let total: usize = record.summary.values().map(String::len).sum();
        if total <= max {
            return;
        }
        let second = record.summary.values().map(String::len).collect::<Vec<_>>();
        let longest = second.iter().copied().max().unwrap_or(0);
        let next = second.iter().copied().filter(|&len| len < longest).max().unwrap_or(0);
        let ties = second.iter().filter(|&&len| len == longest).count().max(1);
        let target = next.max(longest.saturating_sub((total - max).div_ceil(ties)));
        for text in record.summary.values_mut().filter(|text| text.len() == longest) {
            *text = cut_bytes(text, target.min(longest - 1));
        }
        record.summary.retain(|_, text| !text.is_empty());
    }
}

fn json(record: &Record) -> Result<String, RecordError> {
    serde_json::to_string(record).map_err(|e| RecordError::Malformed(e.to_string()))
}
