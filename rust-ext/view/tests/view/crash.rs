//! Processes that are killed while they write, and disks that are full.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::tempdir;

use super::made::*;

/// What a child of a test does, and where.
const WORK: &str = "COURSEGLUE_TEST_WORK";
const PLACE: &str = "COURSEGLUE_TEST_PLACE";

/// Every revision has marks that say so, and nothing else.
fn rows_of(revision: i64) -> Vec<serde_json::Value> {
    (0..40).map(|number| mark(number, revision)).collect()
}

/// Not a test of its own: what the children of the tests below do.
#[test]
fn child() {
    let (Ok(work), Ok(place)) = (env::var(WORK), env::var(PLACE)) else { return };
    let place = Path::new(&place);
    let first = shown(place).map_or(0, |(revision, _)| revision);
    for revision in first + 1.. {
        let Ok(mut writer) = waiting(place) else { return };
        if work == "rebuild" || writer.state().is_none() || revision % 50 == 0 {
            writer.rebuild(&settings().to_string()).unwrap();
        }
        rows_of(revision).iter().for_each(|row| writer.row(&row.to_string()).unwrap());
        match writer.commit(&mut reader(place), revision, NOW) {
            Ok(true) => writer.compact(&mut reader(place)).unwrap(),
            Ok(false) => {}
            Err(_) if work == "full" => return,
            Err(error) => panic!("{error}"),
        }
    }
}

fn start(work: &str, place: &Path, shell: &str) -> Child {
    Command::new("sh")
        .args([
            "-c",
            &format!("{shell} exec \"$0\" --exact crash::child"),
            env::current_exe().unwrap().to_str().unwrap(),
        ])
        .envs([(WORK, work), (PLACE, place.to_str().unwrap())])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn who_is_killed_at_any_point_leaves_a_whole_view() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &rows_of(1));
    let mut last = 1;
    for round in 0..20_u64 {
        let work = if round % 4 == 0 { "rebuild" } else { "catch up" };
        let mut children: Vec<Child> = (0..2).map(|_| start(work, directory.path(), "")).collect();
        // From seed 7: so long that some are killed before they write, and most while they do.
        thread::sleep(Duration::from_millis(20 + (7 + round * 37) % 90));
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let (revision, state) = shown(directory.path()).expect("a view");
        assert!(revision >= last, "nothing that was committed is lost");
        assert_eq!(state, expected(&rows_of(revision)), "round {round}");
        last = revision;
    }
    assert!(last > 1, "somebody wrote");
    rebuild(directory.path(), last + 1, &[]);
    let unfinished = |name: &String| name.starts_with(".courseglue-");
    let names: Vec<String> = files(directory.path()).into_iter().filter(|name| !unfinished(name)).collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn a_disk_that_is_full_leaves_the_view_as_it_was() {
    // A limit of the length of files has the same effect: the write fails in the middle.
    let shell = "trap '' XFSZ; ulimit -f 24;";
    for work in ["full", "rebuild"] {
        let directory = tempdir().unwrap();
        rebuild(directory.path(), 1, &rows_of(1));
        let long = mark("long", "x".repeat(1 << 20));
        let whole = [rows_of(1), vec![long.clone()]].concat();
        if work == "rebuild" {
            // A rebuild of what does not fit.
            rebuild(directory.path(), 1, &whole);
        }
        let before = shown(directory.path());
        let status = start("full", directory.path(), shell).wait().unwrap();
        assert!(status.success(), "{status}");
        let after = shown(directory.path()).unwrap();
        if work == "rebuild" {
            assert_eq!(after.1.len(), before.unwrap().1.len());
        } else {
            assert!(after.0 > 1);
            assert_eq!(after.1, expected(&rows_of(after.0)));
        }
        assert!(
            files(directory.path()).iter().all(|name| !name.starts_with('.')),
            "nothing unfinished is left"
        );
        catch_up(directory.path(), 1000, &rows_of(1000));
        assert_eq!(shown(directory.path()).unwrap().0, 1000, "with room again, it goes on");
        fs::remove_dir_all(directory.path()).unwrap();
    }
}

#[test]
fn readers_see_one_revision_or_another_while_it_is_written() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &rows_of(1));
    let mut child = start("catch up", directory.path(), "");
    let mut copy = reader(directory.path());
    let mut seen = 1;
    while seen < 60 {
        copy.refresh();
        let revision = copy.state().expect("a view").revision;
        assert!(revision >= seen);
        assert_eq!(state(copy.site()), expected(&rows_of(revision)));
        assert!(child.try_wait().unwrap().is_none(), "the writer ended");
        seen = revision;
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
