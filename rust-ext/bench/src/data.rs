//! The real data that benches read at run time: universities with their domains, and courses.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Failed;

/// A real university.
#[derive(Debug, Deserialize)]
pub struct University {
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country_code: String,
    /// A domain of its own.
    pub domain: String,
}

/// A real course.
#[derive(Clone, Debug, Deserialize)]
pub struct Course {
    /// The publisher's id of it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is about; often empty.
    pub summary: String,
    /// Its language, ISO 639.
    pub lang: String,
    /// Its subject; often empty.
    pub subject: String,
}

/// Where the data is: `COURSEGLUE_DATA`, else `shared/data` beside the repository.
fn directory() -> Result<PathBuf, Failed> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let directory = std::env::var_os("COURSEGLUE_DATA").map_or_else(beside, PathBuf::from);
    if directory.is_dir() {
        return Ok(directory);
    }
    let shown = directory.display();
    Err(format!(
        "there is no folder {shown}. Set COURSEGLUE_DATA to the folder with universities.jsonl and courses/"
    )
    .into())
}

fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Failed> {
    let text = fs::read_to_string(path).map_err(|e| format!("{} cannot be read: {e}", path.display()))?;
    let read = |line: &str| {
        serde_json::from_str(line).map_err(|e| format!("{} holds a bad line: {e}", path.display()).into())
    };
    text.lines().map(read).collect()
}

/// Every university.
///
/// # Errors
/// Where the file is missing or cannot be read.
pub fn universities() -> Result<Vec<University>, Failed> {
    lines(&directory()?.join("universities.jsonl"))
}

/// Every course, file after file in the order of their names.
///
/// # Errors
/// Where a file is missing or cannot be read.
pub fn courses() -> Result<Vec<Course>, Failed> {
    let folder = directory()?.join("courses");
    let listed = fs::read_dir(&folder).map_err(|e| format!("{} cannot be read: {e}", folder.display()))?;
    let mut paths: Vec<PathBuf> = listed.map(|file| file.map(|f| f.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let mut courses = Vec::new();
    for path in paths {
        courses.extend(lines::<Course>(&path)?);
    }
    Ok(courses)
}
