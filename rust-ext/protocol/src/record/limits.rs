//! Limits on the size of a record's parts.

/// The largest body, in bytes.
pub const MAX_BODY_BYTES: usize = 4096;
/// The most sections and activities.
pub const MAX_CONTENTS: usize = 300;

pub(super) const MAX_ID_CHARS: usize = 100;
pub(super) const MAX_NAME_CHARS: usize = 1333;
pub(super) const MAX_LABEL_CHARS: usize = 255;
pub(super) const MAX_LANGUAGES: usize = 24;
pub(super) const MAX_CATEGORIES: usize = 16;
pub(super) const MAX_TAGS: usize = 64;
/// The most words that a record is placed under. Everything else in it still filters and ranks.
pub const MAX_TERMS: usize = 64;
/// The most keys that it is placed under beside words.
pub const MAX_KEYS: usize = 32;
/// The most days that a version holds: a year and a day.
pub const UNTIL_DAYS: crate::time::Day = 366;

/// The most hours of work.
pub(super) const MAX_WORKLOAD: u32 = 10_000;
