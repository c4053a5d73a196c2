//! The bounds of a record, checked before anything else looks at it.

use super::limits::{
    MAX_BODY_BYTES, MAX_CATEGORIES, MAX_CONTENTS, MAX_ID_CHARS, MAX_KEYS, MAX_LABEL_CHARS, MAX_LANGUAGES,
    MAX_NAME_CHARS, MAX_TAGS, MAX_TERMS, MAX_WORKLOAD, UNTIL_DAYS,
};
use super::link::check_link;
use super::plain::is_plain;
use super::vocabulary::{is_audience, is_key, is_level, is_licence, is_sha256, is_subject, is_version};
use super::{Record, RecordError, Texts};
use crate::json::{self, SIGNED_DEPTH};
use crate::time::day_of;

const MAX_ADDRESS_CHARS: usize = 255;
const MAX_KIND_CHARS: usize = 40;
/// The last second of the year 9999.
const MAX_TIME: i64 = 253_402_300_799;
/// The largest integer that every JSON reader keeps exactly.
const MAX_SEQ: u64 = (1 << 53) - 1;

/// Every field of a parsed record.
pub(super) fn check(record: &Record) -> Result<(), RecordError> {
    line("site", &record.site, MAX_ADDRESS_CHARS)?;
    line("id", &record.id, MAX_ID_CHARS)?;
    ensure(record.seq <= MAX_SEQ, "seq", "has to be a time in milliseconds")?;
    language("lang", &record.lang)?;
    ensure(!record.fullname.is_empty(), "fullname", "has to be there in one language at least")?;
    texts("fullname", &record.fullname, MAX_NAME_CHARS)?;
    texts("shortname", &record.shortname, MAX_LABEL_CHARS)?;
    texts("summary", &record.summary, MAX_BODY_BYTES)?;
    ensure(record.category.len() <= MAX_CATEGORIES, "category", "has too many levels")?;
    record.category.iter().try_for_each(|level| texts("category", level, MAX_LABEL_CHARS))?;
    ensure(record.tags.len() <= MAX_TAGS, "tags", "are too many")?;
    record.tags.iter().try_for_each(|tag| line("tags", tag, MAX_LABEL_CHARS))?;
    check_vocabularies(record)?;
    record.contact.as_deref().map_or(Ok(()), |contact| line("contact", contact, MAX_LABEL_CHARS))?;
    ensure(record.format.is_empty() || is_kind(&record.format), "format", KIND_REASON)?;
    time("start", record.start)?;
    time("end", record.end)?;
    link(&record.link)?;
    ensure(record.contents.len() <= MAX_CONTENTS, "contents", "are too many")?;
    for content in &record.contents {
        ensure(is_kind(&content.kind), "contents", "have a type of lower-case letters, digits and '_'")?;
        texts("contents", &content.name, MAX_NAME_CHARS)?;
        link(&content.link)?;
    }
    check_placement(record)
}

fn check_vocabularies(record: &Record) -> Result<(), RecordError> {
    let coded = |field, code: &Option<String>, is: fn(&str) -> bool, reason| {
        ensure(code.as_deref().is_none_or(is), field, reason)
    };
    coded("subject", &record.subject, is_subject, "has to be a code of ISCED-F 2013")?;
    coded("level", &record.level, is_level, "has to be \"isced:\" or \"cefr:\" and a level")?;
    coded("audience", &record.audience, is_audience, "has to be a name of lower-case letters")?;
    coded("licence", &record.licence, is_licence, "has to be an identifier of SPDX")?;
    let hours = record.workload.is_none_or(|hours| (1..=MAX_WORKLOAD).contains(&hours));
    ensure(hours, "workload", "has to be a number of hours")?;
    ensure(record.place.is_none_or(super::Place::is_on_earth), "place", "has to be on Earth")?;
    time("modified", record.modified)?;
    let copy =
        |copy: &super::Copy| is_version(&copy.version) && is_sha256(&copy.sha256) && copy.size <= MAX_SEQ;
    ensure(record.copy.as_ref().is_none_or(copy), "copy", "needs a size, a version and a SHA-256")
}

/// Where it is placed, and for how long.
fn check_placement(record: &Record) -> Result<(), RecordError> {
    let signed = day_of(record.seq);
    let holds = (signed..=signed + UNTIL_DAYS).contains(&record.until);
    ensure(holds, "until", "has to be a day within a year of its signature")?;
    ensure(record.terms.0.len() <= MAX_TERMS, "terms", "are too many")?;
    ensure(record.keys.len() <= MAX_KEYS, "keys", "are too many")?;
    ensure(record.keys.iter().all(|key| is_key(key)), "keys", "have the form \"namespace:value\"")
}

const KIND_REASON: &str = "has to be a name of lower-case letters, digits and '_'";

pub(super) fn ensure(holds: bool, field: &'static str, reason: &'static str) -> Result<(), RecordError> {
    if holds { Ok(()) } else { Err(RecordError::Field { field, reason }) }
}

pub(super) fn is_kind(kind: &str) -> bool {
    (1..=MAX_KIND_CHARS).contains(&kind.len())
        && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn line(field: &'static str, text: &str, max: usize) -> Result<(), RecordError> {
    ensure(!text.is_empty(), field, "must not be empty")?;
    ensure(text.chars().take(max + 1).count() <= max, field, "is too long")?;
    ensure(is_plain(text), field, "holds control characters")
}

fn texts(field: &'static str, texts: &Texts, max: usize) -> Result<(), RecordError> {
    ensure(texts.len() <= MAX_LANGUAGES, field, "has too many languages")?;
    texts.iter().try_for_each(|(lang, text)| {
        language(field, lang)?;
        line(field, text, max)
    })
}

fn language(field: &'static str, lang: &str) -> Result<(), RecordError> {
    let code = (2..=20).contains(&lang.len())
        && lang.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
    ensure(code, field, "needs a language code such as \"en\"")
}

fn time(field: &'static str, time: Option<i64>) -> Result<(), RecordError> {
    ensure(time.is_none_or(|t| (0..=MAX_TIME).contains(&t)), field, "has to be a time in seconds")
}

fn link(link: &str) -> Result<(), RecordError> {
    check_link(link).map_err(|fault| RecordError::Link { link: link.chars().take(80).collect(), fault })
}

impl Record {
    /// Reads the body of a record.
    ///
    /// # Errors
    /// The first [`RecordError`] found.
    pub fn parse(body: &str) -> Result<Self, RecordError> {
        if body.len() > MAX_BODY_BYTES {
            return Err(RecordError::TooLarge(body.len()));
        }
        let record: Self =
            json::read(body.as_bytes(), SIGNED_DEPTH).map_err(|e| RecordError::Malformed(e.to_string()))?;
        check(&record)?;
        Ok(record)
    }
}
