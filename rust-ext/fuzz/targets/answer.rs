//! Whatever peers answer: every request of a task gets the next line of the input.
#![no_main]

use std::sync::{Arc, LazyLock};

use courseglue_core::site::Site;
use courseglue_core::task::join::JoinTask;
use courseglue_core::task::search::SearchTask;
use courseglue_core::task::sync::SyncTask;
use courseglue_core::task::{Response, Task};
use courseglue_fuzz::{NOW, own_entry, site};
use libfuzzer_sys::fuzz_target;

static SITE: LazyLock<Arc<Site>> = LazyLock::new(site);
/// Far more than any task may ask for.
const REQUESTS: usize = 10_000;

fn drive<T: Task>(mut task: T, lines: &[&[u8]]) {
    let mut asked = 0;
    loop {
        let requests = task.poll(NOW);
        if requests.is_empty() {
            break;
        }
        for request in requests {
            let body = lines[asked % lines.len()].to_vec();
            asked += 1;
            assert!(asked < REQUESTS, "a task that never ends");
            let answer = Response { status: 200, content_type: Some("application/json".into()), body };
            task.receive(NOW, request.id, Ok(answer));
        }
    }
    task.finish(NOW);
}

fuzz_target!(|input: &[u8]| {
    let Some((kind, rest)) = input.split_first() else { return };
    let lines: Vec<&[u8]> = rest.split(|byte| *byte == b'\n').collect();
    match kind % 3 {
        0 => drive(SyncTask::start(&SITE, &own_entry(), NOW, 1).unwrap(), &lines),
        1 => drive(JoinTask::start(&SITE, "https://b.example", &own_entry(), NOW).unwrap(), &lines),
        _ => {
            drive(SearchTask::start(&SITE, r#"{"words":"marine biology","lang":"en"}"#, NOW).unwrap(), &lines)
        }
    }
});
