//! Cutting a record to the size that the protocol allows.

use super::limits::{MAX_BODY_BYTES, MAX_TERMS};
use super::plain::cut_bytes;
use super::{Record, RecordError, Texts};

/// While there are contents to keep, summaries together keep no more than this: a long description would
/// otherwise push out every section and activity, and with them what a search finds inside courses. In bytes.
const SUMMARY_BESIDE_CONTENTS: usize = 1536;

/// What a record may take before its terms are chosen: eight characters of each are still to come.
const BEFORE_TERMS: usize = MAX_BODY_BYTES - 8 * MAX_TERMS;

/// Cuts a record without terms to the size that leaves room for them, in this order until it fits: contents from the end,
/// summaries at a word, tags from the end, categories from the outermost, short names and full names in other languages
/// than the course's, its short name, and its full name at a word. So a record always fits, in scripts of four bytes a
/// letter as well.
///
/// # Errors
/// [`RecordError::TooLarge`] where the rest is too large by itself, as an endless link.
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
        if summaries > 0 {
            shorten_summaries(&mut record, summaries.saturating_sub(overflow));
        } else if !cut_labels(&mut record, overflow) {
            return Err(RecordError::TooLarge(body.len()));
        }
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

/// Cuts a tag, a category or a name, in the order of [`fit`]; says whether there was anything to cut.
fn cut_labels(record: &mut Record, overflow: usize) -> bool {
    if record.tags.pop().is_some() {
        return true;
    }
    if !record.category.is_empty() {
        record.category.remove(0);
        return true;
    }
    let own = record.lang.clone();
    drop_language(&mut record.shortname, &own)
        || drop_language(&mut record.fullname, &own)
        || record.shortname.pop_first().is_some()
        || record.fullname.values_mut().any(|name| shorten_name(name, overflow))
}

/// Drops the last text that is in another language than `own`, unless it is the only one.
fn drop_language(texts: &mut Texts, own: &str) -> bool {
    let other = texts.keys().rev().find(|lang| *lang != own).filter(|_| texts.len() > 1).cloned();
    other.is_some_and(|lang| texts.remove(&lang).is_some())
}

/// Cuts a name by `overflow` bytes or more: at a word, or at a letter where words are long. Says whether anything is left.
fn shorten_name(name: &mut String, overflow: usize) -> bool {
    let max = name.len().saturating_sub(overflow);
    let mut cut = cut_bytes(name, max);
    if cut.len() < max / 2 {
        let letters = name.char_indices().map(|(at, _)| at);
        let end = letters.take_while(|at| at + '…'.len_utf8() <= max).last().unwrap_or(0);
        cut = format!("{}…", &name[..end]);
    }
    let is_shorter = cut.len() < name.len() && cut.chars().count() > 1;
    if is_shorter {
        *name = cut;
    }
    is_shorter
}

fn json(record: &Record) -> Result<String, RecordError> {
    serde_json::to_string(record).map_err(|e| RecordError::Malformed(e.to_string()))
}
