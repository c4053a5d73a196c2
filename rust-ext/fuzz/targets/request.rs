//! Whatever a peer asks: the first line is the query string of a GET, or empty for a POST with the rest as its body.
#![no_main]

use std::sync::{Arc, LazyLock};

use courseglue_core::{Handling, Site, Task};
use courseglue_fuzz::{NOW, site};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static SITE: LazyLock<Arc<Site>> = LazyLock::new(site);

fuzz_target!(|input: &[u8]| {
    let line = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (query, body) = (String::from_utf8_lossy(&input[..line]), input.get(line + 1..).unwrap_or_default());
    let method = if query.is_empty() { "POST" } else { "GET" };
    let reply = match SITE.handle(method, &query, body, NOW) {
        Handling::Reply(reply) => reply,
        Handling::Task(task) => task.finish(NOW),
    };
    let answer: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(reply.status == 200, answer.get("error").is_none(), "{answer}");
});
