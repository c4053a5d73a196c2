//! Questions to a network that runs.

use std::time::Duration;

use courseglue_core::{Method, Request};
use courseglue_transport::{Client, Policy};
use serde_json::Value;

use super::arguments::Arguments;
use super::tables;
use crate::network::asking::{PATH, encoded, refusal};
use crate::network::state;

const NONE_RUNS: &str = "no network runs here: start one with 'courseglue network' in another terminal, or name a site of one with --at URL";

/// Searches, and prints what was found.
pub(crate) fn search(arguments: &Arguments) -> Result<(), String> {
    if arguments.words.is_empty() {
        return Err("what is to be searched? For example: courseglue search marine biology".into());
    }
    let lang = arguments.lang.as_deref().unwrap_or("en");
    let question = format!("search?lang={}&words={}", encoded(lang), encoded(&arguments.words.join(" ")));
    tables::found(&ask(arguments, &question)?);
    Ok(())
}

/// Prints the statistics.
pub(crate) fn stats(arguments: &Arguments) -> Result<(), String> {
    tables::statistics(&ask(arguments, "stats")?);
    Ok(())
}

fn ask(arguments: &Arguments, question: &str) -> Result<Value, String> {
    let url = arguments.at.clone().or_else(|| state::read().map(|state| state.url)).ok_or(NONE_RUNS)?;
    let client = Client::new(&Policy::of_anybody(&url)).map_err(|e| e.to_string())?;
    let request = Request {
        id: 0,
        method: Method::Get,
        url: format!("{}{PATH}{question}", url.trim_end_matches('/')),
        body: Vec::new(),
        timeout_ms: 30_000,
        max_bytes: 16 << 20,
    };
    let answer = client.send(&request, Duration::from_secs(30), 16 << 20).map_err(|e| {
        if arguments.at.is_some() { format!("{url} {e}") } else { format!("{NONE_RUNS} ({url} {e})") }
    })?;
    let body: Value = serde_json::from_slice(&answer.body).map_err(|_| {
        format!("{url} is no site of 'courseglue network'; it prints its addresses when it starts")
    })?;
    match refusal(&body) {
        Some(why) => Err(why.to_owned()),
        None => Ok(body),
    }
}
