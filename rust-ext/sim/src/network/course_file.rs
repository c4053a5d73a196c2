//! A file of courses, one JSON object a line, as content of records.

use std::fs;

use serde::Deserialize;
use serde_json::{Value, json};

use super::multilang::texts;

#[derive(Deserialize)]
struct Line {
    id: String,
    title: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    category: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    access: Option<String>,
    #[serde(default)]
    sections: Vec<Section>,
    #[serde(default)]
    never: Value,
}

#[derive(Deserialize)]
struct Section {
    name: String,
    #[serde(default)]
    activities: Vec<Activity>,
}

#[derive(Deserialize)]
struct Activity {
    #[serde(rename = "type")]
    kind: String,
    name: String,
}

/// The courses that come with the project; for sites that take part in a network of others, other courses than those may have.
///
/// # Errors
/// Never, as long as the project's own files hold courses.
pub fn own(joins: bool) -> Result<Vec<Value>, String> {
    if joins {
        let others = include_str!("../../../../tests/fixtures/other_courses.jsonl");
        return parse(others, "tests/fixtures/other_courses.jsonl");
    }
    parse(include_str!("../../../../tests/fixtures/courses.jsonl"), "tests/fixtures/courses.jsonl")
}

/// The courses of a file. Those of an institution only are left out, and those of which a Moodle would take out what must
/// not leave it: there is no Moodle here.
///
/// # Errors
/// A sentence that names the file and the line.
pub fn read(file: &str) -> Result<Vec<Value>, String> {
    let text =
        fs::read_to_string(file).map_err(|e| format!("the file of courses {file} cannot be read: {e}"))?;
    parse(&text, file)
}

fn parse(text: &str, file: &str) -> Result<Vec<Value>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut courses = Vec::new();
    for (at, line) in lines {
        let line: Line = serde_json::from_str(line).map_err(|e| {
            format!(
                "line {} of {file} is no course: {e}. tests/fixtures/courses.jsonl shows the form.",
                at + 1
            )
        })?;
        if line.access.as_deref() != Some("institution") && line.never.is_null() {
            courses.push(content(&line, at + 1));
        }
    }
    if courses.is_empty() {
        return Err(format!("the file of courses {file} holds no course that can be published"));
    }
    Ok(courses)
}

fn content(line: &Line, number: usize) -> Value {
    let lang = line.lang.as_deref().unwrap_or("");
    let mut contents = Vec::new();
    for (at, section) in line.sections.iter().enumerate() {
        let link = format!("course/view.php?id={number}#section-{}", at + 1);
        contents.push(json!({"type": "section", "name": texts(&section.name, lang), "link": link}));
        for activity in &section.activities {
            let link = format!("mod/{}/view.php?id={}", activity.kind, number * 1_000 + contents.len());
            contents.push(json!({"type": activity.kind, "name": texts(&activity.name, lang), "link": link}));
        }
    }
    let category: Vec<_> = line.category.iter().map(|name| texts(name, lang)).collect();
    json!({
        "id": format!("course/{number}"), "lang": line.lang, "fullname": texts(&line.title, lang),
        "shortname": {"": line.id}, "summary": texts(&line.summary, lang), "category": category, "tags": line.tags,
        "subject": line.subject, "format": "topics", "access": line.access.as_deref().unwrap_or("open"),
        "backup": false, "link": format!("course/view.php?id={number}"), "contents": contents,
    })
}
