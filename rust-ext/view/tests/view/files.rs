//! The files themselves: whose they are, damaged, foreign, and gone.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use courseglue_view::place::Place;
use courseglue_view::{Reader, ViewError, Writer, log, serving};
use tempfile::tempdir;

use super::made::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn without_files_there_is_no_view() {
    let directory = tempdir().unwrap();
    assert_eq!(shown(directory.path()), None);
    assert_eq!(shown(&directory.path().join("missing")), None);
}

#[test]
fn a_directory_that_is_made_is_nobody_elses_to_read() {
    let directory = tempdir().unwrap();
    let inner = directory.path().join("a/b");
    rebuild(&inner, 1, &[mark("a", 1)]);
    assert_eq!(mode(&inner), 0o700);
    for name in files(&inner) {
        assert_eq!(mode(&inner.join(&name)), 0o600, "{name}");
    }
}

#[test]
fn files_are_open_to_who_the_directory_is_open_to() {
    let directory = tempdir().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o2770)).unwrap();
    rebuild(directory.path(), 1, &[]);
    catch_up(directory.path(), 2, &[mark("a", 1)]);
    for name in files(directory.path()) {
        assert_eq!(mode(&directory.path().join(&name)), 0o660, "{name}");
    }
}

#[test]
fn a_log_cut_off_anywhere_is_no_view_and_a_longer_one_is_what_counts_of_it() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[]);
    catch_up(directory.path(), 2, &[mark("a", 1), mark("b", 2)]);
    let all = shown(directory.path());
    let path = file(directory.path(), "log-");
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(shown(directory.path()), None, "cut off at {length}");
    }
    fs::write(&path, [whole.as_slice(), &whole[..10]].concat()).unwrap();
    assert_eq!(shown(directory.path()), all);
    catch_up(directory.path(), 3, &[mark("c", 3)]);
    assert_eq!(shown(directory.path()).unwrap().1, expected(&[mark("a", 1), mark("b", 2), mark("c", 3)]));
}

#[test]
fn a_log_with_any_byte_changed_is_no_view() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[]);
    catch_up(directory.path(), 2, &[mark("a", 1), mark("b", 2)]);
    let path = file(directory.path(), "log-");
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&path, &damaged).unwrap();
        assert_eq!(shown(directory.path()), None, "changed at {at}");
    }
}

#[test]
fn a_base_of_another_length_or_head_is_no_view() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[mark("a", 1), record(1, 5, &[1])]);
    let path = file(directory.path(), "base-");
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(shown(directory.path()), None, "cut off at {length}");
    }
    for at in 0..28 {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&path, &damaged).unwrap();
        assert_eq!(shown(directory.path()), None, "changed at {at}");
    }
    fs::write(&path, [&whole[..], b" "].concat()).unwrap();
    assert_eq!(shown(directory.path()), None);
}

#[test]
fn foreign_and_damaged_states_are_no_views() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 7, &[]);
    let path = directory.path().join("current");
    let whole = fs::read_to_string(&path).unwrap();
    for damaged in [
        String::new(),
        "hello\n".into(),
        "\0".repeat(100),
        whole[..whole.len() - 1].into(),
        whole.clone() + &whole,
        whole.replace("\"format\":2", "\"format\":3"),
        whole.replace("\"abi\":7", "\"abi\":8"),
        whole.replace("\"generation\":", "\"generation\":9"),
        "[".repeat(1 << 20),
    ] {
        fs::write(&path, &damaged).unwrap();
        assert_eq!(shown(directory.path()), None, "{damaged:.200}");
        assert!(writer(directory.path()).commit(&mut reader(directory.path()), 8, NOW).is_err());
    }
}

#[test]
fn a_view_of_another_abi_is_no_view() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 7, &[]);
    let mut reader = Reader::new(directory.path(), ABI + 1, &settings().to_string()).unwrap();
    reader.refresh();
    assert!(reader.state().is_none());
    assert!(Writer::lock(directory.path(), ABI + 1).unwrap().unwrap().state().is_none());
}

#[test]
fn whatever_is_deleted_the_copy_in_memory_stays_and_a_rebuild_is_seen() {
    for start in ["current", "base-", "log-", "lock", ""] {
        let directory = tempdir().unwrap();
        rebuild(directory.path(), 1, &[mark("a", 1)]);
        catch_up(directory.path(), 2, &[mark("b", 1)]);
        let mut old = reader(directory.path());
        for name in files(directory.path()).iter().filter(|name| name.starts_with(start)) {
            fs::remove_file(directory.path().join(name)).unwrap();
        }
        old.refresh();
        assert_eq!(state(old.site()), expected(&[mark("a", 1), mark("b", 1)]), "{start}");
        rebuild(directory.path(), 3, &[mark("c", 1)]);
        old.refresh();
        assert_eq!(
            (old.state().unwrap().revision, state(old.site())),
            (3, expected(&[mark("c", 1)])),
            "{start}"
        );
    }
}

#[test]
fn a_directory_deleted_while_it_is_written_is_said_and_can_be_written_again() {
    for whole in [true, false] {
        let directory = tempdir().unwrap();
        let inner = directory.path().join("view");
        rebuild(&inner, 1, &[]);
        let mut copy = reader(&inner);
        let mut interrupted = writer(&inner);
        if whole {
            interrupted.rebuild(&settings().to_string()).unwrap();
        }
        interrupted.row(&mark("a", 1).to_string()).unwrap();
        fs::remove_dir_all(&inner).unwrap();
        rebuild(&inner, 2, &[mark("b", 1)]);
        let error = interrupted.commit(&mut copy, 3, NOW).unwrap_err();
        assert!(matches!(error, ViewError::Gone(_)), "{error}");
        assert_eq!(shown(&inner), Some((2, expected(&[mark("b", 1)]))));
    }
}

#[test]
fn what_was_left_by_who_died_is_removed_by_the_next_base() {
    let directory = tempdir().unwrap();
    rebuild(directory.path(), 1, &[]);
    for name in
        ["base-5", "log-5", "base-99999999999999999", "courseglue.view", "courseglue.lock", ".courseglue-1-0"]
    {
        let left = File::create(directory.path().join(name)).unwrap();
        left.set_modified(SystemTime::now() - Duration::from_secs(7200)).unwrap();
    }
    for name in [".courseglue-2-0", "base-mine", "other"] {
        File::create(directory.path().join(name)).unwrap();
    }
    rebuild(directory.path(), 2, &[]);
    let base = file(directory.path(), "base-1").file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(files(directory.path()), [".courseglue-2-0", &base, "base-mine", "current", "lock", "other"]);
}

#[test]
fn no_generation_comes_again() {
    let directory = tempdir().unwrap();
    let mut seen = Vec::new();
    for revision in 0..20 {
        rebuild(directory.path(), revision, &[]);
        seen.push(reader(directory.path()).state().unwrap().generation);
        if revision % 2 == 0 {
            fs::remove_file(directory.path().join("current")).unwrap();
        }
    }
    assert!(seen.is_sorted_by(|former, next| former < next), "{seen:?}");
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("file");
    fs::write(&path, "").unwrap();
    let error = Writer::lock(&path, ABI).unwrap_err();
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    let error =
        serving::write(&Place::new(&path), &super::endpoint::serving("open").to_string()).unwrap_err();
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
}

#[test]
fn rows_of_a_log_are_read_as_they_were_framed() {
    let rows: Vec<_> = [mark("a", 1), record(3, 4, &[1])]
        .into_iter()
        .map(|row| serde_json::from_value(row).unwrap())
        .collect();
    let bytes = log::frame(&rows).unwrap();
    assert_eq!(log::rows(&bytes), Some(rows));
    assert_eq!(log::rows(&[]), Some(Vec::new()));
    assert_eq!(log::rows(&[255; 64]), None);
}
