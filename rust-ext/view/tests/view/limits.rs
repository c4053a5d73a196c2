//! Turns and rates.

use courseglue_view::place::Place;
use courseglue_view::rates::Rates;
use courseglue_view::serving::Limit;
use courseglue_view::turn::Turn;
use tempfile::tempdir;

use super::made::NOW;

fn limit(requests: u32, seconds: u32) -> Limit {
    Limit { requests: requests.try_into().unwrap(), seconds: seconds.try_into().unwrap() }
}

#[test]
fn of_all_processes_one_takes_the_turn() {
    let directory = tempdir().unwrap();
    let place = Place::new(directory.path());
    let (mut first, mut second) = (Turn::default(), Turn::default());
    assert!(first.take(&place, NOW));
    assert!(!second.take(&place, NOW) && !first.take(&place, NOW + 19));
    assert!(second.take(&place, NOW + 20));
    assert!(!first.take(&place, NOW + 21));
}

#[test]
fn who_has_the_turn_keeps_others_from_it_however_long_it_takes() {
    let directory = tempdir().unwrap();
    let place = Place::new(directory.path());
    let (mut first, mut second) = (Turn::default(), Turn::default());
    assert!(first.take(&place, NOW));
    assert!(!second.take(&place, NOW + 1_000));
    first.end();
    assert!(second.take(&place, NOW + 1_000));
}

#[test]
fn a_turn_of_a_wrong_clock_holds_nobody_up() {
    let directory = tempdir().unwrap();
    let place = Place::new(directory.path());
    assert!(Turn::default().take(&place, NOW + 100_000));
    assert!(Turn::default().take(&place, NOW));
    assert!(!Turn::default().take(&place, NOW + 1));
}

#[test]
fn without_a_directory_each_process_has_its_own_turn() {
    let directory = tempdir().unwrap();
    let place = Place::new(&directory.path().join("gone"));
    let mut turn = Turn::default();
    assert!(turn.take(&place, NOW));
    assert!(!turn.take(&place, NOW + 1));
    assert!(turn.take(&place, NOW + 20));
}

#[test]
fn a_source_may_ask_so_often_and_then_as_time_goes_by() {
    let directory = tempdir().unwrap();
    let place = Place::new(directory.path());
    let (mut rates, limit, now) = (Rates::default(), limit(10, 60), 1_720_000_000_000);
    for _ in 0..10 {
        assert_eq!(rates.count(&place, limit, "192.0.2.1", now), Ok(()));
    }
    assert_eq!(rates.count(&place, limit, "192.0.2.1", now), Err(6));
    assert_eq!(rates.count(&place, limit, "192.0.2.1", now + 5_999), Err(1));
    assert_eq!(rates.count(&place, limit, "192.0.2.1", now + 6_000), Ok(()));
    assert_eq!(rates.count(&place, limit, "192.0.2.1", now + 6_001), Err(6));
}

#[test]
fn sources_are_counted_apart_and_by_all_processes_together() {
    let directory = tempdir().unwrap();
    let place = Place::new(directory.path());
    let (limit, now) = (limit(1, 60), 1_720_000_000_000);
    assert_eq!(Rates::default().count(&place, limit, "192.0.2.1", now), Ok(()));
    assert!(Rates::default().count(&place, limit, "192.0.2.1", now).is_err());
    assert_eq!(Rates::default().count(&place, limit, "192.0.2.2", now), Ok(()));
}

#[test]
fn processes_count_together_again_after_the_file_was_deleted() {
    let directory = tempdir().unwrap();
    let place = Place::new(directory.path());
    let (mut first, mut second) = (Rates::default(), Rates::default());
    let (limit, now) = (limit(1, 60), 1_720_000_000_000);
    assert_eq!(first.count(&place, limit, "192.0.2.1", now), Ok(()));
    std::fs::remove_file(directory.path().join("rates")).unwrap();
    assert_eq!(second.count(&place, limit, "192.0.2.2", now), Ok(()));
    assert!(first.count(&place, limit, "192.0.2.2", now).is_err());
}

#[test]
fn half_an_ipv6_address_is_one_source() {
    let directory = tempdir().unwrap();
    let place = Place::new(directory.path());
    let (mut rates, limit, now) = (Rates::default(), limit(1, 60), 1_720_000_000_000);
    assert_eq!(rates.count(&place, limit, "2001:db8:1:2::1", now), Ok(()));
    assert!(rates.count(&place, limit, "2001:db8:1:2:ffff::9", now).is_err());
    assert!(rates.count(&place, limit, "2001:db8:1:2::/64", now).is_err(), "named as a network");
    assert_eq!(rates.count(&place, limit, "2001:db8:1:3::1", now), Ok(()));
    assert_eq!(rates.count(&place, limit, "192.0.2.1", now), Ok(()));
    assert!(rates.count(&place, limit, "::ffff:192.0.2.1", now).is_err(), "the same address");
}

#[test]
fn many_sources_are_not_taken_for_each_other() {
    let directory = tempdir().unwrap();
    let place = Place::new(directory.path());
    let (mut rates, limit, now) = (Rates::default(), limit(1, 60), 1_720_000_000_000);
    for number in 0..4_000 {
        assert_eq!(rates.count(&place, limit, &format!("source {number}"), now), Ok(()), "{number}");
    }
}

#[test]
fn a_moment_far_ahead_is_forgotten() {
    let directory = tempdir().unwrap();
    let place = Place::new(directory.path());
    let (mut rates, limit, now) = (Rates::default(), limit(1, 60), 1_720_000_000_000);
    assert_eq!(rates.count(&place, limit, "x", now + 1_000_000_000), Ok(()));
    assert_eq!(
        rates.count(&place, limit, "x", now),
        Err(60),
        "as if it had just used up everything, and no more"
    );
}

#[test]
fn where_nothing_can_be_counted_nobody_is_refused() {
    let directory = tempdir().unwrap();
    let place = Place::new(&directory.path().join("gone"));
    for _ in 0..3 {
        assert_eq!(Rates::default().count(&place, limit(1, 60), "x", 1_720_000_000_000), Ok(()));
    }
}
