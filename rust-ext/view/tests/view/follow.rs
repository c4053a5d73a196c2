//! What is written is what is read, at once and as it goes on.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use courseglue_core::Change;
use courseglue_view::{ViewError, Writer, log};
use tempfile::tempdir;

use super::made::*;

#[test]
fn what_was_rebuilt_is_read() {
    let directory = tempdir().unwrap();
    let rows = [mark("a", 1), record(1, 5, &[1, 2]), site("b.example", 1_720_000_000_000)];
    rebuild(directory.path(), 7, &rows);
    assert_eq!(shown(directory.path()), Some((7, expected(&rows))));
}

#[test]
fn an_empty_view_is_a_view() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 0, &[]);
    assert_eq!(shown(directory.path()), Some((0, expected(&[]))));
}

#[test]
fn what_was_caught_up_is_read_by_who_had_the_view_and_by_who_comes_later() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[mark("a", 1), record(1, 5, &[1])]);
    let mut old = reader(directory.path());
    catch_up(directory.path(), 2, &[mark("a", 2), record(2, 6, &[1])]);
    catch_up(directory.path(), 3, &[record_gone(1)]);
    assert_eq!(old.state().unwrap().revision, 1, "until it looks");
    old.refresh();
    let all = expected(&[mark("a", 2), record(2, 6, &[1])]);
    assert_eq!((old.state().unwrap().revision, state(old.site())), (3, all.clone()));
    assert_eq!(shown(directory.path()), Some((3, all)));
}

/// How many records the index finds for a word that all of them have.
fn found(directory: &Path) -> u64 {
    let term = courseglue_text::terms("biology", "en").remove(0).term;
    reader(directory).site().index.df(&term)
}

#[test]
fn what_a_log_says_of_records_is_found_without_reading_their_text() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[]);
    catch_up(directory.path(), 2, &[record(1, 5, &[1])]);
    let rows = log::rows(&fs::read(file(directory.path(), "log-")).unwrap()).unwrap();
    assert!(matches!(&rows[..], [Change::Record(row)] if row.indexed.is_some()));
    assert_eq!(found(directory.path()), 1);
}

#[test]
fn many_records_are_all_found() {
    let directory = tempdir().unwrap();
    let rows: Vec<_> = (0..3_000).map(|number| record(number, 5, &[1])).collect();
    rebuild(directory.path(), 1, &rows[..2_900]);
    catch_up(directory.path(), 2, &rows[2_900..]);
    assert_eq!(found(directory.path()), 3_000);
}

#[test]
fn following_applies_only_what_is_new() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[mark("a", 1)]);
    let mut reader = reader(directory.path());
    let before = Arc::as_ptr(reader.site());
    catch_up(directory.path(), 2, &[mark("b", 1)]);
    reader.refresh();
    assert_eq!(Arc::as_ptr(reader.site()), before, "the copy was changed and not made anew");
    assert_eq!(state(reader.site()), expected(&[mark("a", 1), mark("b", 1)]));
}

#[test]
fn a_copy_in_use_stays_as_it_is() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[mark("a", 1)]);
    let mut reader = reader(directory.path());
    let used = reader.site().clone();
    catch_up(directory.path(), 2, &[mark("b", 1)]);
    reader.refresh();
    assert_eq!(state(&used), expected(&[mark("a", 1)]));
}

#[test]
fn a_records_row_says_how_it_is_now() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[record(1, 5, &[1, 2, 3])]);
    catch_up(directory.path(), 2, &[record(1, 5, &[2])]);
    assert_eq!(shown(directory.path()).unwrap().1, expected(&[record(1, 5, &[2])]));
    catch_up(directory.path(), 3, &[record(1, 4, &[1])]);
    assert_eq!(shown(directory.path()).unwrap().1, expected(&[record(1, 4, &[1])]), "the database is right");
}

#[test]
fn what_was_deleted_and_came_back_is_there() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[record(1, 5, &[1])]);
    catch_up(directory.path(), 2, &[record_gone(1), record(1, 6, &[2])]);
    assert_eq!(shown(directory.path()).unwrap().1, expected(&[record(1, 6, &[2])]));
}

#[test]
fn an_overlap_leaves_the_log_as_it_is() {
    let directory = tempdir().unwrap();
    let (seq, later) = (1_720_000_000_000, 1_720_000_001_000);
    let alive = |failures: u32| {
        serde_json::json!({"change": "alive", "nodeid": site("b.example", seq)["nodeid"], "ok": failures == 0,
            "at": NOW, "failures": failures, "since": if failures == 0 { 0 } else { NOW }, "error": null})
    };
    let rows = [site("b.example", seq), alive(0), alive(2), record(1, 5, &[1]), mark("a", 1)];
    rebuild(directory.path(), 1, &rows);
    let again = [vec![record_gone(1), record_gone(2)], rows.to_vec()].concat();
    catch_up(directory.path(), 2, &again);
    let state = reader(directory.path()).state().unwrap().clone();
    assert_eq!((state.revision, state.caughtup, state.bytes), (2, NOW + 2, 0));
    catch_up(directory.path(), 3, &[site("b.example", later), alive(0)]);
    let state = reader(directory.path()).state().unwrap().clone();
    assert!(state.rows > 0);
    catch_up(directory.path(), 4, &[site("b.example", later), alive(0)]);
    assert_eq!(reader(directory.path()).state().unwrap().rows, state.rows);
}

#[test]
fn a_site_that_was_forgotten_and_came_back_is_there() {
    let directory = tempdir().unwrap();
    let seq = 1_720_000_000_000;
    rebuild(directory.path(), 1, &[site("b.example", seq)]);
    let gone = serde_json::json!({"change": "site_gone", "nodeid": site("b.example", seq)["nodeid"]});
    catch_up(directory.path(), 2, &[gone.clone(), site("b.example", seq)]);
    assert_eq!(shown(directory.path()).unwrap().1, expected(&[site("b.example", seq)]));
    catch_up(directory.path(), 3, &[gone.clone(), site("b.example", seq - 1000)]);
    assert_eq!(
        shown(directory.path()).unwrap().1,
        expected(&[site("b.example", seq - 1000)]),
        "an older one"
    );
    catch_up(directory.path(), 4, &[gone]);
    assert_eq!(shown(directory.path()).unwrap().1, expected(&[]));
}

#[test]
fn a_long_log_is_folded_into_a_new_base_and_nobody_notices() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[mark("a", 1)]);
    let mut old = reader(directory.path());
    let mut rows: Vec<_> = (0..2_100).map(|number| mark(number, number)).collect();
    assert!(catch_up(directory.path(), 2, &rows));
    rows.push(mark("a", 1));
    let former = reader(directory.path()).state().unwrap().clone();
    let mut writer = writer(directory.path());
    writer.compact(&mut reader(directory.path())).unwrap();
    drop(writer);
    let state_now = reader(directory.path()).state().unwrap().clone();
    assert!(state_now.generation > former.generation && state_now.bytes == 0);
    assert_eq!((state_now.revision, state_now.caughtup), (former.revision, former.caughtup));
    assert_eq!(shown(directory.path()), Some((2, expected(&rows))));
    old.refresh();
    assert_eq!(state(old.site()), expected(&rows));
    let base = format!("base-{}", state_now.generation);
    assert_eq!(files(directory.path()), [base.as_str(), "current", "lock"]);
}

#[test]
fn a_base_with_the_sketches_of_yesterday_is_made_anew() {
    let directory = tempdir().unwrap();
    let rows = [mark("a", 1), site("b.example", 1_720_000_000_000)];
    rebuild(directory.path(), 1, &rows);
    let state = reader(directory.path()).state().unwrap().clone();
    let former = courseglue_view::State { generation: state.generation - 86_400_000_000, ..state.clone() };
    let mut base = fs::read(file(directory.path(), "base-")).unwrap();
    base[20..28].copy_from_slice(&former.generation.to_le_bytes());
    fs::write(directory.path().join(format!("base-{}", former.generation)), base).unwrap();
    fs::write(file(directory.path(), "current"), serde_json::to_vec(&former).unwrap()).unwrap();
    assert!(catch_up(directory.path(), 1, &[]));
    writer(directory.path()).compact(&mut reader(directory.path())).unwrap();
    let made = reader(directory.path()).state().unwrap().clone();
    assert!(made.day() > former.day());
    assert_eq!(shown(directory.path()), Some((1, expected(&rows))));
    assert!(!catch_up(directory.path(), 1, &[]));
}

#[test]
fn a_log_that_nobody_folds_is_folded_by_who_writes() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[]);
    let rows: Vec<_> = (0..8_100).map(|number| mark(number, number)).collect();
    assert!(!catch_up(directory.path(), 2, &rows));
    assert_eq!(reader(directory.path()).state().unwrap().rows, 0);
    assert_eq!(shown(directory.path()), Some((2, expected(&rows))));
}

#[test]
fn checks_that_count_no_more_are_left_out_of_a_new_base() {
    let directory = tempdir().unwrap();
    let check = |host: &str, at: i64| serde_json::json!({"change": "checked", "host": host, "address": host, "key": "k", "at": at, "ok": true});
    rebuild(directory.path(), 1, &[check("old.example", NOW - 3 * 86_400), check("new.example", NOW - 10)]);
    assert_eq!(shown(directory.path()).unwrap().1, expected(&[check("new.example", NOW - 10)]));
}

#[test]
fn until_the_commit_nothing_changes() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[mark("a", 1)]);
    for whole in [true, false] {
        let mut writer = writer(directory.path());
        if whole {
            writer.rebuild(&settings().to_string()).unwrap();
        }
        writer.row(&mark("a", 2).to_string()).unwrap();
        assert_eq!(shown(directory.path()), Some((1, expected(&[mark("a", 1)]))));
    }
    assert_eq!(shown(directory.path()), Some((1, expected(&[mark("a", 1)]))));
}

#[test]
fn one_writes_at_a_time() {
    let directory = tempdir().unwrap();
    let first = writer(directory.path());
    assert!(Writer::lock(directory.path(), ABI).unwrap().is_none());
    drop(first);
    assert!(Writer::lock(directory.path(), ABI).unwrap().is_some());
}

#[test]
fn who_comes_next_sees_what_the_last_one_wrote() {
    let directory = tempdir().unwrap();
    let path = directory.path().to_owned();
    let mut first = writer(&path);
    let second = std::thread::spawn(move || waiting(&path).unwrap().state().map(|state| state.revision));
    first.rebuild(&settings().to_string()).unwrap();
    first.commit(&mut reader(directory.path()), 5, NOW).unwrap();
    drop(first);
    assert_eq!(second.join().unwrap(), Some(5));
}

#[test]
fn a_writer_may_go_on_after_its_commit() {
    let directory = tempdir().unwrap();
    let mut copy = reader(directory.path());
    let mut writer = writer(directory.path());
    writer.rebuild(&settings().to_string()).unwrap();
    writer.commit(&mut copy, 1, NOW).unwrap();
    writer.row(&mark("a", 1).to_string()).unwrap();
    writer.commit(&mut copy, 2, NOW).unwrap();
    assert_eq!(shown(directory.path()), Some((2, expected(&[mark("a", 1)]))));
}

#[test]
fn rows_that_are_no_changes_are_refused_by_their_number() {
    let directory = tempdir().unwrap();
    let mut writer = writer(directory.path());
    writer.row(&mark("a", 1).to_string()).unwrap();
    for bad in ["", "{}", "{\"change\":\"other\"}", "{\"change\":\"record_gone\",\"recordid\":\"xyz\"}"] {
        assert!(matches!(writer.row(bad), Err(ViewError::Row(2.., _))), "{bad}");
    }
}

#[test]
fn without_a_view_there_is_nothing_to_catch_up() {
    let directory = tempdir().unwrap();
    let mut writer = writer(directory.path());
    assert!(writer.state().is_none());
    writer.row(&mark("a", 1).to_string()).unwrap();
    let error = writer.commit(&mut reader(directory.path()), 1, NOW).unwrap_err();
    assert!(matches!(error, ViewError::Gone(_)), "{error}");
}
