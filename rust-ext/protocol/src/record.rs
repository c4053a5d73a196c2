//! A record: what one site says about one of its courses, as its signed body holds it.
//!
//! Reading is strict, because a record comes from a stranger: every size, count and character is checked before
//! anything uses it. Fields that this version does not know are allowed; they survive because the signed text itself
//! is kept and passed on.

mod bounds;
mod build;
mod details;
mod fit;
mod limits;
mod link;
mod plain;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use build::build;
pub use details::{Copy, Degrees, Place};
pub use limits::{MAX_BODY_BYTES, MAX_CONTENTS, MAX_KEYS, MAX_TERMS, UNTIL_DAYS};
pub use link::{LinkFault, check_link};

use courseglue_text as text;

use crate::id::Id;
use crate::term::{Term, Terms};
use crate::time::Day;

/// Texts by language: ISO 639 code → plain text. Never the empty code, never an empty text.
pub type Texts = BTreeMap<String, String>;

/// Why a text is no record.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Larger than the protocol allows.
    #[error("a record has at most {MAX_BODY_BYTES} bytes, this one has {0}")]
    TooLarge(usize),
    /// The text is not JSON, or a field is missing or of another kind.
    #[error("the record cannot be read: {0}")]
    Malformed(String),
    /// A field breaks its bounds.
    #[error("the record's {field}: {reason}")]
    Field {
        /// The field's name.
        field: &'static str,
        /// The requirement that it breaks, as the end of a sentence.
        reason: &'static str,
    },
    /// A link that could lead elsewhere than to the publisher's site.
    #[error("the link \"{link}\" in the record {fault}")]
    Link {
        /// The link, shortened.
        link: String,
        /// The fault of the link.
        fault: LinkFault,
    },
}

/// The way in which a person from outside gets into the course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// A guest enters.
    Guest,
    /// A guest enters with a password.
    GuestPassword,
    /// Everybody can register and enrol.
    Open,
    /// Everybody can register, and enrol with a key.
    Key,
    /// People of the institution only.
    Institution,
    /// Enrolment costs money.
    Paid,
}

impl Access {
    /// Every way in. Stored indexes number them by their place here: append only.
    pub const ALL: [Self; 6] =
        [Self::Guest, Self::GuestPassword, Self::Open, Self::Key, Self::Institution, Self::Paid];

    /// The one with this name on the wire.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.as_str() == name)
    }

    /// The one at this place among all.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::GuestPassword => "guestpassword",
            Self::Open => "open",
            Self::Key => "key",
            Self::Institution => "institution",
            Self::Paid => "paid",
        }
    }
}

/// A visible section or activity of the course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// `section`, or the kind of activity (`page`, `quiz`, …).
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub name: Texts,
    /// Its place, relative to the publisher's address.
    pub link: String,
}

/// A record's body. The order of the fields is the order in which the builder writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The publisher's address.
    pub site: String,
    /// The publisher's own id for the course.
    pub id: String,
    /// Unix time in ms of this version; the higher one wins.
    pub seq: u64,
    /// The course's language.
    pub lang: String,
    /// Full names.
    pub fullname: Texts,
    /// Short names.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub shortname: Texts,
    /// Summaries, plain text.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub summary: Texts,
    /// Category path, the outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<Texts>,
    /// Tags, in the course's language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Subject: a code of ISCED-F 2013, such as `0511`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Level: one of ISCED 2011, such as `isced:6`, or of CEFR, such as `cefr:b2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Audience: a role of LRMI, such as `student`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The licence's identifier of SPDX, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Hours of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workload: Option<u32>,
    /// Where it takes place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Course format.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub format: String,
    /// First day, Unix time in s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    /// Last day, Unix time in s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<i64>,
    /// The way in which a person from outside gets in.
    pub access: Access,
    /// When the course was last changed, Unix time in s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<i64>,
    /// Whether a backup is offered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backup: bool,
    /// The backup that is offered, where one is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Copy>,
    /// A contact, where admin and teacher chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The course's place, relative to `site`.
    pub link: String,
    /// Visible sections and activities, in the order of the course page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<Content>,
    /// The last UTC day on which this version holds; the publisher signs again before it.
    pub until: Day,
    /// Keys that it is placed under beside words, such as `subject:0511`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// The words that it is placed under.
    pub terms: Terms,
}

/// A part of a record's text, in the order of its worth for finding the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Full and short names.
    Title,
    /// Tags.
    Tags,
    /// Names of sections and activities.
    Contents,
    /// Category path.
    Category,
    /// Subject, level and audience.
    Subject,
    /// Summaries.
    Summary,
}

impl Record {
    /// The record's id: the same for every version of it.
    #[must_use]
    pub fn record_id(&self) -> Id {
        Id::of_record(&self.site, &self.id)
    }

    /// The full name in `preferred`, else in the course's language, else in English, else in any.
    #[must_use]
    pub fn title(&self, preferred: &str) -> &str {
        let preferred = text::primary(preferred);
        [preferred.as_str(), self.lang.as_str(), "en"]
            .iter()
            .find_map(|lang| self.fullname.get(*lang))
            .or_else(|| self.fullname.values().next())
            .map_or("", String::as_str)
    }

    /// Every text of the record with its field and language, in reading order.
    pub fn texts(&self) -> impl Iterator<Item = (Field, &str, &str)> {
        let own = |text| (self.lang.as_str(), text);
        let titles = each(&self.fullname).chain(each(&self.shortname));
        let tags = self.tags.iter().map(String::as_str).map(own);
        let contents = self.contents.iter().flat_map(|content| each(&content.name));
        let categories = self.category.iter().flat_map(each);
        let subjects = [&self.subject, &self.level, &self.audience];
        let subjects = subjects.into_iter().flatten().map(String::as_str).map(own);
        let with = |field: Field| move |(lang, text)| (field, lang, text);
        titles
            .map(with(Field::Title))
            .chain(tags.map(with(Field::Tags)))
            .chain(contents.map(with(Field::Contents)))
            .chain(categories.map(with(Field::Category)))
            .chain(subjects.map(with(Field::Subject)))
            .chain(each(&self.summary).map(with(Field::Summary)))
    }

    /// Everything that it is placed under: its terms and its keys. A home holds it for these and for nothing else.
    #[must_use]
    pub fn placed_under(&self) -> BTreeSet<Term> {
        self.terms.0.iter().copied().chain(self.keys.iter().map(|key| Term::of_key(key))).collect()
    }

    /// Whether it holds on this day.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        day <= self.until
    }

    /// Every term of the record's own text, each once, in order of field and text.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut terms = Vec::new();
        for (_, lang, text) in self.texts() {
            for token in text::terms(text, lang) {
                if seen.insert(token.term.clone()) {
                    terms.push(token.term);
                }
            }
        }
        terms
    }
}

fn each(texts: &Texts) -> impl Iterator<Item = (&str, &str)> {
    texts.iter().map(|(lang, text)| (lang.as_str(), text.as_str()))
}
