//! A view, from its writer to its readers.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use courseglue_core::change::Change;
use courseglue_view::{Stamp, View, ViewError, Writer, format, load};
use tempfile::{TempDir, tempdir};

const ABI: i64 = 1;

fn gone(number: u8) -> String {
    format!(r#"{{"change":"record_gone","recordid":"{number:040x}"}}"#)
}

fn write(directory: &Path, revision: i64, rows: u8) {
    let mut writer = Writer::create(directory, ABI, revision).unwrap();
    (0..rows).for_each(|number| writer.row(&gone(number)).unwrap());
    writer.commit().unwrap();
}

fn view(directory: &Path) -> Option<View> {
    load(directory, ABI).and_then(|loaded| loaded.view)
}

fn files(directory: &TempDir) -> Vec<String> {
    fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn what_was_written_is_read() {
    let directory = tempdir().unwrap();
    write(directory.path(), 7, 3);
    let rows: Vec<Change> = (0..3).map(|number| serde_json::from_str(&gone(number)).unwrap()).collect();
    assert_eq!(view(directory.path()), Some(View { revision: 7, rows }));
}

#[test]
fn an_empty_view_is_a_view() {
    let directory = tempdir().unwrap();
    write(directory.path(), 0, 0);
    assert_eq!(view(directory.path()), Some(View { revision: 0, rows: Vec::new() }));
}

#[test]
fn without_a_file_there_is_no_view() {
    let directory = tempdir().unwrap();
    assert!(load(directory.path(), ABI).is_none());
    assert!(load(&directory.path().join("missing"), ABI).is_none());
}

#[test]
fn the_directory_is_made_and_others_cannot_read_it() {
    let directory = tempdir().unwrap();
    let inner = directory.path().join("a/b");
    write(&inner, 1, 1);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&inner), mode(&format::path(&inner))), (0o700, 0o600));
}

#[test]
fn a_view_cut_off_anywhere_is_no_view() {
    let directory = tempdir().unwrap();
    write(directory.path(), 7, 3);
    let path = format::path(directory.path());
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() - 1 {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(view(directory.path()), None, "cut off at {length}");
    }
}

#[test]
fn foreign_and_damaged_files_are_no_views() {
    let directory = tempdir().unwrap();
    write(directory.path(), 7, 2);
    let path = format::path(directory.path());
    let whole = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    for damaged in [
        String::from("hello\n"),
        "\u{0}".repeat(100),
        whole.replace("courseglue", "other"),
        whole.replace("\"format\":1", "\"format\":2"),
        [lines[0], lines[1], lines[3]].join("\n"),
        [lines[0], lines[1], "{}", lines[2], lines[3]].join("\n"),
        whole.clone() + "{}\n",
        whole.clone() + &whole,
    ] {
        fs::write(&path, &damaged).unwrap();
        assert_eq!(view(directory.path()), None, "{damaged}");
    }
    fs::write(&path, [0xff, 0xfe, b'\n']).unwrap();
    assert_eq!(view(directory.path()), None);
}

#[test]
fn a_view_of_another_abi_is_no_view() {
    let directory = tempdir().unwrap();
    write(directory.path(), 7, 1);
    assert_eq!(load(directory.path(), ABI + 1).unwrap().view, None);
}

#[test]
fn a_replacement_has_another_stamp() {
    let directory = tempdir().unwrap();
    assert_eq!(Stamp::of(directory.path()), None);
    write(directory.path(), 1, 1);
    let first = Stamp::of(directory.path());
    let loaded = load(directory.path(), ABI).unwrap();
    assert_eq!(Some(loaded.stamp), first);
    for revision in 2..50 {
        write(directory.path(), revision, 1);
        assert_ne!(Stamp::of(directory.path()), Some(loaded.stamp), "however soon, and of the same length");
    }
}

#[test]
fn until_the_commit_the_former_view_stays() {
    let directory = tempdir().unwrap();
    write(directory.path(), 1, 1);
    let mut writer = Writer::create(directory.path(), ABI, 2).unwrap();
    writer.row(&gone(9)).unwrap();
    assert_eq!(view(directory.path()).unwrap().revision, 1);
    writer.commit().unwrap();
    assert_eq!(view(directory.path()).unwrap().revision, 2);
}

#[test]
fn a_writer_that_gives_up_leaves_nothing() {
    let directory = tempdir().unwrap();
    write(directory.path(), 1, 1);
    drop(Writer::create(directory.path(), ABI, 2).unwrap());
    assert_eq!(files(&directory), ["courseglue.view"]);
}

#[test]
fn files_of_writers_that_died_are_removed() {
    let directory = tempdir().unwrap();
    let dead = File::create(directory.path().join(".courseglue.view.1.0")).unwrap();
    dead.set_modified(SystemTime::now() - Duration::from_secs(7200)).unwrap();
    File::create(directory.path().join(".courseglue.view.2.0")).unwrap();
    write(directory.path(), 1, 0);
    let mut left = files(&directory);
    left.sort();
    assert_eq!(left, [".courseglue.view.2.0", "courseglue.view"]);
}

#[test]
fn two_writers_at_once_leave_one_whole_view() {
    let directory = tempdir().unwrap();
    let mut first = Writer::create(directory.path(), ABI, 1).unwrap();
    let mut second = Writer::create(directory.path(), ABI, 2).unwrap();
    first.row(&gone(1)).unwrap();
    second.row(&gone(2)).unwrap();
    second.commit().unwrap();
    first.commit().unwrap();
    assert_eq!(view(directory.path()).unwrap().revision, 1);
    assert_eq!(files(&directory).len(), 1);
}

#[test]
fn rows_that_are_no_changes_are_refused_by_their_number() {
    let directory = tempdir().unwrap();
    let mut writer = Writer::create(directory.path(), ABI, 1).unwrap();
    writer.row(&gone(1)).unwrap();
    for bad in ["", "{}", "{\"change\":\"other\"}", "{\"change\":\"record_gone\",\"recordid\":\"xyz\"}"] {
        assert!(matches!(writer.row(bad), Err(ViewError::Row(2.., _))), "{bad}");
    }
}

#[test]
fn rows_written_over_several_lines_are_kept_on_one() {
    let directory = tempdir().unwrap();
    let mut writer = Writer::create(directory.path(), ABI, 1).unwrap();
    writer.row(&gone(1).replace(',', ",\n  ")).unwrap();
    writer.commit().unwrap();
    assert_eq!(view(directory.path()).unwrap().rows.len(), 1);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Writer::create(&file, ABI, 1).unwrap_err();
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
}
