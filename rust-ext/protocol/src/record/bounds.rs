//! The bounds of a record, checked before anything else looks at it.

use super::limits::{
    MAX_BODY_BYTES, MAX_CATEGORIES, MAX_CONTENTS, MAX_ID_CHARS, MAX_LABEL_CHARS, MAX_LANGUAGES,
    MAX_NAME_CHARS, MAX_TAGS,
};
use super::link::check_link;
use super::plain::is_plain;
use super::{Record, RecordError, Texts};

const MAX_ADDRESS_CHARS: usize = 255;
const MAX_KIND_CHARS: usize = 40;
const MAX_DEPTH: usize = 8;
/// The last second of the year 9999.
const MAX_TIME: i64 = 253_402_300_799;
/// The largest integer that every JSON reader keeps exactly.
const MAX_SEQ: u64 = (1 << 53) - 1;

/// Size and depth, before the text is parsed.
pub(super) fn check_shape(body: &str) -> Result<(), RecordError> {
    if body.len() > MAX_BODY_BYTES {
        return Err(RecordError::TooLarge(body.len()));
    }
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in body.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(RecordError::TooDeep);
        }
    }
    Ok(())
}

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
    optional("subject", record.subject.as_deref())?;
    optional("level", record.level.as_deref())?;
    optional("audience", record.audience.as_deref())?;
    optional("licence", record.licence.as_deref())?;
    optional("contact", record.contact.as_deref())?;
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
    Ok(())
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

fn optional(field: &'static str, text: Option<&str>) -> Result<(), RecordError> {
    text.map_or(Ok(()), |text| line(field, text, MAX_LABEL_CHARS))
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
        check_shape(body)?;
        let record: Self = serde_json::from_str(body).map_err(|e| RecordError::Malformed(e.to_string()))?;
        check(&record)?;
        Ok(record)
    }
}
