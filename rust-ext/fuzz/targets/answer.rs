//! Whatever peers answer: every request of a task gets the next line of the input.
#![no_main]

use std::sync::{Arc, LazyLock};

use courseglue_core::{Handling, JoinTask, PublishTask, Response, SearchTask, Site, SyncTask, Task};
use courseglue_fuzz::{NOW, batch, own_entry, site, vouch};
use libfuzzer_sys::fuzz_target;

static SITE: LazyLock<Arc<Site>> = LazyLock::new(site);
static BATCH: LazyLock<String> = LazyLock::new(|| batch(&SITE));
/// Far more than any task may ask for.
const REQUESTS: usize = 10_000;

fn drive<T: Task>(mut task: T, lines: &[&[u8]]) -> T::Output {
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
            let content_type = Some("application/json".into());
            let answer = Response { status: 200, content_type, body, ..Response::default() };
            task.receive(NOW, request.id, Ok(answer));
        }
    }
    assert!(asked > 0, "a task that asks nobody");
    task.finish(NOW)
}

fuzz_target!(|input: &[u8]| {
    let Some((kind, rest)) = input.split_first() else { return };
    let lines: Vec<&[u8]> = rest.split(|byte| *byte == b'\n').collect();
    match kind % 5 {
        0 => drop(drive(SyncTask::start(&SITE, &own_entry(), NOW, 1).unwrap(), &lines)),
        1 => drop(drive(JoinTask::start(&SITE, "https://b.example", &own_entry(), NOW).unwrap(), &lines)),
        2 => {
            let query = r#"{"words":"marine biology","lang":"en"}"#;
            drop(drive(SearchTask::start(&SITE, query, NOW).unwrap(), &lines));
        }
        3 => drop(drive(PublishTask::start(&SITE, &BATCH, NOW).unwrap(), &lines)),
        _ => {
            let Handling::Task(check) = SITE.handle("POST", "", &vouch(), NOW) else {
                panic!("this site is among the newcomer's neighbours")
            };
            // Nobody else can say that under the newcomer's key.
            assert_ne!(drive(*check, &lines).status, 200);
        }
    }
});
