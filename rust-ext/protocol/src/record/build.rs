//! Building a record's body from what the publisher extracted of a course.

use std::collections::BTreeMap;

use courseglue_text::{self as text, UNDETERMINED};
use serde::Deserialize;
use serde_json::Value;

use super::bounds;
use super::fit::fit;
use super::limits::{
    MAX_BODY_BYTES, MAX_CATEGORIES, MAX_CONTENTS, MAX_LABEL_CHARS, MAX_LANGUAGES, MAX_NAME_CHARS, MAX_TAGS,
    UNTIL_DAYS,
};
use super::plain::{cut_chars, plain};
use super::vocabulary::{is_audience, is_level, is_licence, is_subject};
use super::{Access, Content, Copy, Place, Record, RecordError, Texts};
use crate::term::Terms;
use crate::time::day_of;

/// Texts as they come in: a map, PHP's empty array for an empty map, or one text in the course's language.
#[derive(Deserialize)]
#[serde(untagged)]
enum RawTexts {
    Map(BTreeMap<String, String>),
    One(String),
    None([(); 0]),
}

impl Default for RawTexts {
    fn default() -> Self {
        Self::None([])
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContent {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    name: RawTexts,
    link: String,
}

/// A record's body without `site`, `seq`, `until` and `terms`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRecord {
    id: String,
    #[serde(default)]
    lang: Option<String>,
    fullname: RawTexts,
    #[serde(default)]
    shortname: RawTexts,
    #[serde(default)]
    summary: RawTexts,
    #[serde(default)]
    category: Vec<RawTexts>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    level: Option<String>,
    #[serde(default)]
    audience: Option<String>,
    #[serde(default)]
    licence: Option<String>,
    #[serde(default)]
    workload: Option<u32>,
    #[serde(default)]
    place: Option<Place>,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    start: Option<i64>,
    #[serde(default)]
    end: Option<i64>,
    access: Access,
    #[serde(default)]
    modified: Option<i64>,
    #[serde(default)]
    backup: bool,
    #[serde(default)]
    copy: Option<Copy>,
    #[serde(default)]
    contact: Option<String>,
    link: String,
    #[serde(default)]
    contents: Vec<RawContent>,
    #[serde(default)]
    keys: Vec<String>,
}

/// Builds the body of a record: the JSON text to sign.
///
/// `content` has every field of a record but `site`, `seq`, `until` and `terms`; `choose` says under which words the record
/// that came of it is placed. A subject, level, audience or licence that is no code of its vocabulary becomes a tag, and so
/// is found as a word. Keys follow from subject and place, and are added to those named. Texts without a language (key "") are in the course's
/// language: `lang`, or where that is missing the language that the text seems to be in, or else `und`. White space is
/// normalised and long names are cut; then the record is cut until 4096 bytes hold it and its terms (see `fit`).
///
/// # Errors
/// A [`RecordError`] that names the field: unknown or missing fields, or a link that leaves the site.
pub fn build(
    content: &Value,
    site_address: &str,
    seq: u64,
    choose: &dyn Fn(&Record) -> Terms,
) -> Result<String, RecordError> {
    let raw = RawRecord::deserialize(content).map_err(|e| RecordError::Malformed(e.to_string()))?;
    let lang = language(&raw);
    let named = |texts, max| resolve(texts, &lang, max);
    let label = |text: Option<String>| text.map(|t| cut(&t, MAX_LABEL_CHARS)).filter(|t| !t.is_empty());
    let contents = raw.contents.into_iter().map(|content| Content {
        kind: content.kind,
        name: named(content.name, MAX_LABEL_CHARS),
        link: content.link,
    });
    let mut tags: Vec<String> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut coded = |value: Option<String>, is: fn(&str) -> bool| {
        let value = label(value)?;
        if is(&value) {
            return Some(value);
        }
        words.push(value);
        None
    };
    let subject = coded(raw.subject, is_subject);
    let level = coded(raw.level, is_level);
    let audience = coded(raw.audience, is_audience);
    let licence = coded(raw.licence, is_licence);
    let all_tags = raw.tags.iter().map(|tag| cut(tag, MAX_LABEL_CHARS)).filter(|tag| !tag.is_empty());
    for tag in all_tags.chain(words) {
        if tags.len() < MAX_TAGS && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let record = Record {
        site: site_address.to_owned(),
        id: raw.id,
        seq,
        fullname: named(raw.fullname, MAX_NAME_CHARS),
        shortname: named(raw.shortname, MAX_LABEL_CHARS),
        summary: named(raw.summary, MAX_BODY_BYTES),
        category: raw
            .category
            .into_iter()
            .map(|level| named(level, MAX_LABEL_CHARS))
            .filter(|level| !level.is_empty())
            .take(MAX_CATEGORIES)
            .collect(),
        tags,
        keys: keys(raw.keys, subject.as_deref(), raw.place),
        subject,
        level,
        audience,
        licence,
        workload: raw.workload,
        place: raw.place,
        modified: raw.modified.filter(|&time| time > 0),
        copy: raw.copy,
        until: day_of(seq) + UNTIL_DAYS,
        terms: Terms::default(),
        format: raw.format.unwrap_or_default(),
        start: raw.start.filter(|&time| time > 0),
        end: raw.end.filter(|&time| time > 0),
        access: raw.access,
        backup: raw.backup,
        contact: label(raw.contact),
        link: raw.link,
        contents: contents.filter(|content| !content.name.is_empty()).take(MAX_CONTENTS).collect(),
        lang,
    };
    bounds::check(&record)?;
    let mut record = fit(record)?;
    record.terms = choose(&record);
    serde_json::to_string(&record).map_err(|e| RecordError::Malformed(e.to_string()))
}

/// The keys that a record is placed under: those named, its subject, and the square of the map that it lies in.
fn keys(mut keys: Vec<String>, subject: Option<&str>, place: Option<Place>) -> Vec<String> {
    keys.extend(subject.map(|code| format!("subject:{code}")));
    keys.extend(place.map(|place| format!("geo:{}", place.geohash())));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The course's own language, else what its texts without a language look like. Where that is unsure, a language of
/// its full name: the one that most looks like the texts without.
fn language(raw: &RawRecord) -> String {
    let declared = raw.lang.as_deref().map_or_else(|| UNDETERMINED.to_owned(), text::primary);
    if declared != UNDETERMINED {
        return declared;
    }
    let of_course = [&raw.fullname, &raw.shortname, &raw.summary];
    let mut unlabelled: Vec<&str> = of_course.into_iter().filter_map(unlabelled_text).collect();
    if let Some(detected) = text::detect(&unlabelled.join(". ")) {
        return detected.to_owned();
    }
    let RawTexts::Map(titles) = &raw.fullname else { return declared };
    let languages: Vec<String> =
        titles.keys().filter(|lang| !lang.is_empty()).map(|lang| text::primary(lang)).collect();
    unlabelled
        .extend(raw.category.iter().chain(raw.contents.iter().map(|c| &c.name)).filter_map(unlabelled_text));
    unlabelled.extend(raw.tags.iter().map(String::as_str));
    text::detect_among(&unlabelled.join(". "), &languages)
        .map(str::to_owned)
        .or_else(|| languages.into_iter().next())
        .unwrap_or(declared)
}

fn unlabelled_text(texts: &RawTexts) -> Option<&str> {
    match texts {
        RawTexts::Map(texts) => texts.get("").map(String::as_str),
        RawTexts::One(text) => Some(text),
        RawTexts::None(_) => None,
    }
}

/// Texts by language, plain, none empty. A text without a language beside one in the course's is text that all languages
/// share: it is put before it.
fn resolve(texts: RawTexts, lang: &str, max_chars: usize) -> Texts {
    let entries = match texts {
        RawTexts::Map(texts) => texts,
        RawTexts::One(text) => BTreeMap::from([(String::new(), text)]),
        RawTexts::None(_) => BTreeMap::new(),
    };
    let mut resolved = Texts::new();
    for (code, text) in entries {
        let text = plain(&text);
        if text.is_empty() {
            continue;
        }
        let code = if code.is_empty() { lang.to_owned() } else { text::primary(&code) };
        let known = resolved.entry(code).or_default();
        if known.is_empty() {
            *known = text;
        } else if !known.contains(&text) {
            *known = if text.contains(known.as_str()) { text } else { format!("{known} {text}") };
        }
    }
    resolved.values_mut().for_each(|text| *text = cut_chars(text, max_chars));
    resolved.retain(|_, text| !text.is_empty());
    while resolved.len() > MAX_LANGUAGES {
        let surplus = resolved.keys().rev().find(|code| *code != lang).cloned();
        surplus.map(|code| resolved.remove(&code));
    }
    resolved
}

fn cut(text: &str, max_chars: usize) -> String {
    cut_chars(&plain(text), max_chars)
}
