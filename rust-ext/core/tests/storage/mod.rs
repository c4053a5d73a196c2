//! Claims about where records are held, by whom, and for how long.

use courseglue_core::{Change, PublishState, SpotRow};
use courseglue_protocol::message::{Code, StoreAnswer, envelope};
use courseglue_protocol::{DAY_MS, HOUR_MS, Millis};
use courseglue_protocol::{Id, Term};
use courseglue_text::terms;
use serde_json::{Value, json};

use super::code;
use super::net::{Net, acquainted, wire};

fn term(word: &str) -> Term {
    Term::of_word(&terms(word, "en")[0].term)
}

/// The addresses of the sites nearest to a word, the nearest first.
fn nearest(net: &Net, word: &str, count: usize) -> Vec<String> {
    let site = net.site("moodle.school0.example");
    let homes = site.table.homes(&term(word).place(), count, net.now());
    homes.iter().map(|home| home.site().address.to_string()).collect()
}

/// A publisher that is not among the sites nearest to a word, and a course of it under that word alone.
fn course(net: &Net, addresses: &[String], word: &str, id: &str) -> (String, Value) {
    let near = nearest(net, word, 10);
    let publisher = addresses.iter().find(|address| !near.contains(address)).unwrap();
    let mut item = net.course(publisher, id, word, "Tides", net.now());
    item["terms"] = json!([term(word)]);
    (publisher.clone(), item)
}

fn holds(net: &Net, address: &str, item: &Value) -> bool {
    let (recordid, term) = (&item["recordid"], &item["terms"][0]);
    let recordid: Id = recordid.as_str().unwrap().parse().unwrap();
    let term: Term = term.as_str().unwrap().parse().unwrap();
    let site = net.site(address);
    site.holdings.get(&recordid).is_some_and(|held| !held.withdrawn && held.has(&term))
}

fn holders(net: &Net, addresses: &[String], item: &Value) -> usize {
    addresses.iter().filter(|address| holds(net, address, item)).count()
}

fn tombstone(net: &Net, publisher: &str, id: &str, item: &Value, seq: Millis) -> Value {
    net.tombstone(publisher, id, item, seq)
}

/// Some hours of exchanges: every site once an hour.
fn hours(net: &Net, addresses: &[String], count: u64) {
    for hour in 0..count {
        *net.now.borrow_mut() += HOUR_MS;
        for (at, address) in addresses.iter().enumerate() {
            if !net.down.borrow().contains(address) {
                net.sync(address, hour * 1_000 + at as u64);
            }
        }
    }
}

/// Days go by, without exchanges, and the sites' descriptions are renewed.
fn pass(net: &Net, addresses: &[String], days: u64) {
    *net.now.borrow_mut() += days * DAY_MS;
    let renewed: Vec<Change> = addresses
        .iter()
        .map(|address| {
            net.describe(address, net.now());
            Change::from(&**net.site(address).own().unwrap())
        })
        .collect();
    addresses.iter().for_each(|address| net.apply(address, renewed.clone()));
}

#[test]
fn a_site_that_is_not_near_refuses_with_409_and_names_the_homes() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    let entry: Value = serde_json::from_str(&net.entry(&publisher)).unwrap();
    let body = envelope("test", "store", &json!({"site": entry, "records": [wire(&item)]}));
    let near = nearest(&net, "zoology", 10);
    for address in &addresses {
        let reply = net.ask(address, "POST", "", &body);
        if near.contains(address) {
            assert_eq!(reply.status, 200, "{}", reply.body);
            continue;
        }
        assert_eq!((reply.status, code(&reply.body)), (409, Some(Code::NotHome)));
        let answer: StoreAnswer = serde_json::from_str(&reply.body).unwrap();
        let closer: Vec<String> =
            answer.closer.into_iter().map(|e| e.read().unwrap().address.to_string()).collect();
        assert_eq!(closer[..5], near[..5]);
    }
}

#[test]
fn a_publisher_that_knows_too_few_is_led_to_the_homes() {
    let (net, mut addresses) = acquainted(40);
    // All have words for them now, and all know these.
    net.sync_all(1);
    net.grow(&mut addresses, 40);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    let near = nearest(&net, "zoology", 10);
    let gone =
        near.iter().map(|address| Change::SiteGone { nodeid: net.site(address).settings.node, seq: None });
    net.apply(&publisher, gone.collect());
    let published = net.publish(&publisher, vec![item.clone()]);
    assert_eq!(published.results[0].state, PublishState::Published, "{:?}", published.results);
    assert!(holders(&net, &near[..5], &item) >= 2);
    assert!(net.site(&publisher).table.len() > 30);
}

#[test]
fn what_a_home_names_as_closer_is_checked_like_any_other_entry() {
    let (net, addresses) = acquainted(24);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    net.add("made.up.example");
    let stranger: Value = serde_json::from_str(&net.entry("made.up.example")).unwrap();
    *net.lie.borrow_mut() = Some(Box::new(move |_, operation, reply| {
        if operation == "store" {
            let refused = json!({"recordid": null, "code": "not_home", "message": "not here"});
            reply.status = 409;
            reply.body = json!({"stored": [], "refused": [refused], "closer": [stranger]}).to_string();
        }
    }));
    net.publish(&publisher, vec![item]);
    assert_eq!(net.site(&publisher).table.len(), 24);
}

#[test]
fn a_full_home_is_passed_over_for_the_next_up_to_the_tenth() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    let near = nearest(&net, "zoology", 10);
    near[..8].iter().for_each(|address| net.set(address, "quota", json!(0)));
    let published = net.publish(&publisher, vec![item.clone()]);
    assert_eq!(published.results[0].state, PublishState::Published, "{:?}", published.results);
    assert_eq!(holders(&net, &near[8..], &item), 2);
    assert_eq!(holders(&net, &near[..8], &item), 0);
    net.set(&near[9], "quota", json!(0));
    let (_, other) = course(&net, &addresses, "zoology", "course/2");
    let published = net.publish(&publisher, vec![other]);
    assert_eq!(published.results[0].state, PublishState::Pending, "only one home has room");
    assert!(published.results[0].problem.as_ref().unwrap().contains("no room"));
}

#[test]
fn dead_homes_are_passed_over_for_the_next() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    let near = nearest(&net, "zoology", 10);
    net.down.borrow_mut().extend(near[..3].iter().cloned());
    let published = net.publish(&publisher, vec![item.clone()]);
    assert_eq!(published.results[0].state, PublishState::Published, "{:?}", published.results);
    assert!(holds(&net, &near[3], &item) && holds(&net, &near[4], &item));
}

#[test]
fn two_copies_become_five_within_a_day_and_homes_say_that_they_are_complete() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![item.clone()]);
    assert_eq!(holders(&net, &addresses, &item), 2);
    assert!(addresses.iter().all(|address| net.site(address).complete_since(net.now()).is_none()));
    hours(&net, &addresses, 24);
    let near = nearest(&net, "zoology", 5);
    assert_eq!(holders(&net, &near, &item), 5);
    assert!(addresses.iter().all(|address| net.site(address).complete_since(net.now()).is_some()));
    assert!(net.search(&publisher, "zoology").complete);
}

#[test]
fn a_home_without_room_says_that_it_is_incomplete_and_another_is_asked_beside_it() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    let near = nearest(&net, "zoology", 5);
    net.set(&near[0], "quota", json!(100));
    let published = net.publish(&publisher, vec![item.clone()]);
    assert_eq!(published.results[0].state, PublishState::Published);
    for _ in 0..3 {
        hours(&net, &addresses, 24);
        assert!(!holds(&net, &near[0], &item) && net.site(&near[0]).complete_since(net.now()).is_none());
        assert!(near[1..].iter().all(|home| net.site(home).complete_since(net.now()).is_some()));
    }
    for searcher in &addresses {
        assert_eq!(net.search(searcher, "zoology").total, 1, "{searcher}");
    }
    net.set(&near[0], "quota", json!(1 << 20));
    hours(&net, &addresses, 48);
    assert!(holds(&net, &near[0], &item) && net.site(&near[0]).complete_since(net.now()).is_some());
}

#[test]
fn a_home_says_since_when_it_is_complete() {
    let (net, addresses) = acquainted(3);
    let told = |net: &Net| {
        let body = envelope("test", "search", &json!({"query": {"words": "zoology"}}));
        let reply = net.ask(&addresses[0], "POST", "", &body);
        assert_eq!(reply.status, 200, "{}", reply.body);
        serde_json::from_str::<Value>(&reply.body).unwrap()["complete_since"].as_u64()
    };
    assert_eq!(told(&net), None);
    hours(&net, &addresses, 3);
    let since = told(&net);
    assert!(since.is_some_and(|at| at <= net.now()), "{since:?}");
    hours(&net, &addresses, 3);
    assert_eq!(told(&net), since);
    *net.now.borrow_mut() += 25 * HOUR_MS;
    assert_eq!(told(&net), None);
}

#[test]
fn a_site_that_hears_of_nobody_for_a_day_says_that_it_is_incomplete() {
    let (net, addresses) = acquainted(3);
    hours(&net, &addresses, 3);
    let site = net.site(&addresses[0]);
    assert!(site.complete_since(net.now() + 23 * HOUR_MS).is_some());
    assert_eq!(site.complete_since(net.now() + 25 * HOUR_MS), None);
    assert!(net.search(&addresses[0], "zoology").complete);
    net.down.borrow_mut().extend(addresses[1..].iter().cloned());
    *net.now.borrow_mut() += 25 * HOUR_MS;
    net.sync(&addresses[0], 1);
    assert!(!net.search(&addresses[0], "zoology").complete);
    net.down.borrow_mut().clear();
    hours(&net, &addresses, 3);
    assert!(net.search(&addresses[0], "zoology").complete);
}

#[test]
fn a_record_outlives_thirty_percent_of_all_sites() {
    let (net, addresses) = acquainted(20);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![item.clone()]);
    hours(&net, &addresses, 24);
    let near = nearest(&net, "zoology", 5);
    net.down.borrow_mut().extend(near[..3].iter().cloned());
    let others = addresses.iter().filter(|address| !near.contains(address) && **address != publisher);
    net.down.borrow_mut().extend(others.take(3).cloned());
    // After a day the dead are gone, and those who follow them are homes and have pulled what became theirs.
    hours(&net, &addresses, 60);
    let living: Vec<String> =
        addresses.iter().filter(|address| !net.down.borrow().contains(*address)).cloned().collect();
    assert!(holders(&net, &living, &item) > 2, "{} hold it", holders(&net, &living, &item));
    assert_eq!(net.search(&publisher, "zoology").total, 1);
}

#[test]
fn a_newcomer_soon_holds_what_became_its_own() {
    let (net, mut addresses) = acquainted(16);
    let words = ["zoology", "botany", "geology", "algebra", "rhetoric", "optics", "logic", "harmony"];
    let items: Vec<Value> = words
        .iter()
        .enumerate()
        .map(|(n, word)| {
            let (publisher, item) = course(&net, &addresses, word, &format!("course/{n}"));
            net.publish(&publisher, vec![item.clone()]);
            item
        })
        .collect();
    hours(&net, &addresses, 24);
    let mut joined = 0;
    net.grow(&mut addresses, 24);
    hours(&net, &addresses, 30);
    for (word, item) in words.iter().zip(&items) {
        for home in nearest(&net, word, 5) {
            assert!(holds(&net, &home, item), "{home} lacks {word}");
            joined += usize::from(addresses[16..].contains(&home));
        }
    }
    assert!(joined > 0, "no newcomer became a home of anything");
}

#[test]
fn a_home_back_after_two_weeks_catches_up_with_courses_and_withdrawals() {
    let (net, addresses) = acquainted(16);
    let (publisher, old) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![old.clone()]);
    hours(&net, &addresses, 24);
    let home = nearest(&net, "zoology", 1).remove(0);
    net.down.borrow_mut().insert(home.clone());
    pass(&net, &addresses, 14);
    let (_, new) = course(&net, &addresses, "zoology", "course/2");
    net.publish(&publisher, vec![new.clone()]);
    net.publish(&publisher, vec![tombstone(&net, &publisher, "course/1", &old, net.now())]);
    hours(&net, &addresses, 24);
    assert!(holds(&net, &home, &old) && !holds(&net, &home, &new));
    net.down.borrow_mut().clear();
    hours(&net, &addresses, 6);
    assert!(!holds(&net, &home, &old) && holds(&net, &home, &new));
    hours(&net, &addresses, 24);
    assert_eq!(holders(&net, &addresses, &old), 0);
}

#[test]
fn a_home_away_for_longer_than_any_tombstone_lives_brings_nothing_back() {
    let (net, addresses) = acquainted(16);
    let (publisher, old) = course(&net, &addresses, "zoology", "course/1");
    let (_, kept) = course(&net, &addresses, "zoology", "course/2");
    net.publish(&publisher, vec![old.clone(), kept.clone()]);
    hours(&net, &addresses, 24);
    let home = nearest(&net, "zoology", 1).remove(0);
    net.down.borrow_mut().insert(home.clone());
    pass(&net, &addresses, 1);
    net.publish(&publisher, vec![tombstone(&net, &publisher, "course/1", &old, net.now())]);
    hours(&net, &addresses, 24);
    pass(&net, &addresses, 30);
    hours(&net, &addresses, 2);
    pass(&net, &addresses, 25);
    hours(&net, &addresses, 2);
    let recordid: Id = old["recordid"].as_str().unwrap().parse().unwrap();
    let remembers =
        |address: &&String| **address != home && net.site(address).holdings.get(&recordid).is_some();
    assert_eq!(addresses.iter().filter(remembers).count(), 0, "the tombstone is over");
    net.down.borrow_mut().clear();
    hours(&net, &addresses, 48);
    assert_eq!(holders(&net, &addresses, &old), 0);
    assert!(holds(&net, &home, &kept));
}

#[test]
fn a_withdrawal_reaches_every_home_and_stays_for_the_longest_lease_and_two_days() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![item.clone()]);
    hours(&net, &addresses, 24);
    let withdrawn = net.now();
    net.publish(&publisher, vec![tombstone(&net, &publisher, "course/1", &item, withdrawn)]);
    assert_eq!(holders(&net, &addresses, &item), 0);
    let recordid: Id = item["recordid"].as_str().unwrap().parse().unwrap();
    let home = nearest(&net, "zoology", 1).remove(0);
    pass(&net, &addresses, 46);
    net.sync(&home, 1);
    assert!(net.site(&home).holdings.get(&recordid).is_some());
    pass(&net, &addresses, 2);
    net.sync(&home, 1);
    assert!(net.site(&home).holdings.get(&recordid).is_none());
}

#[test]
fn postings_that_went_too_far_away_are_dropped() {
    let (net, mut addresses) = acquainted(11);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    let near = nearest(&net, "zoology", 10);
    net.down.borrow_mut().extend(near[..8].iter().cloned());
    net.publish(&publisher, vec![item.clone()]);
    assert!(holds(&net, &near[8], &item));
    net.down.borrow_mut().clear();
    net.grow(&mut addresses, 40);
    assert!(!nearest(&net, "zoology", 10).contains(&near[8]), "it is still near");
    hours(&net, &addresses, 30);
    assert!(!holds(&net, &near[8], &item));
}

#[test]
fn what_was_taken_in_for_dead_homes_is_withdrawn_also_where_nobody_heard_of_that() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    let near = nearest(&net, "zoology", 10);
    net.down.borrow_mut().extend(near[..5].iter().cloned());
    net.publish(&publisher, vec![item.clone()]);
    assert_eq!(holders(&net, &near[5..7], &item), 2);
    *net.down.borrow_mut() = near[5..7].iter().cloned().collect();
    *net.now.borrow_mut() += HOUR_MS;
    net.publish(&publisher, vec![tombstone(&net, &publisher, "course/1", &item, net.now())]);
    hours(&net, &addresses, 24);
    net.down.borrow_mut().clear();
    assert_eq!(holders(&net, &addresses, &item), 2);
    hours(&net, &addresses, 3);
    assert_eq!(holders(&net, &addresses, &item), 0);
}

#[test]
fn a_home_that_all_others_dropped_hears_what_was_withdrawn_as_soon_as_it_is_back() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![item.clone()]);
    hours(&net, &addresses, 24);
    let home = nearest(&net, "zoology", 1).remove(0);
    assert!(holds(&net, &home, &item));
    net.down.borrow_mut().insert(home.clone());
    let nodeid = net.site(&home).settings.node;
    for address in addresses.iter().filter(|address| **address != home) {
        net.apply(address, vec![Change::Spot(SpotRow { nodeid, days: 3, last: 20_001 })]);
    }
    net.publish(&publisher, vec![tombstone(&net, &publisher, "course/1", &item, net.now())]);
    net.down.borrow_mut().clear();
    for hour in 0..5 {
        *net.now.borrow_mut() += HOUR_MS;
        net.sync(&home, hour);
    }
    assert!(!holds(&net, &home, &item));
}

#[test]
fn what_was_taken_in_for_dead_homes_is_theirs_when_they_are_back() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    let near = nearest(&net, "zoology", 10);
    net.down.borrow_mut().extend(near[..5].iter().cloned());
    net.publish(&publisher, vec![item.clone()]);
    assert_eq!((holders(&net, &near[..5], &item), holders(&net, &near[5..7], &item)), (0, 2));
    net.down.borrow_mut().clear();
    hours(&net, &addresses, 72);
    assert_eq!(holders(&net, &near[..5], &item), 5);
    assert_eq!(holders(&net, &addresses, &item), 5, "those who stood in for them need it no longer");
}

#[test]
fn a_home_that_missed_a_change_is_told_by_a_co_home() {
    let (net, addresses) = acquainted(16);
    let (publisher, old) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![old.clone()]);
    hours(&net, &addresses, 24);
    let home = nearest(&net, "zoology", 1).remove(0);
    net.down.borrow_mut().insert(home.clone());
    let mut new = net.course(&publisher, "course/1", "Botany", "Tides", net.now());
    new["lost"] = old["terms"].clone();
    new["terms"] = json!([term("Botany")]);
    let published = net.publish(&publisher, vec![new]);
    assert_eq!(published.results[0].state, PublishState::Published, "the others pass it on");
    net.down.borrow_mut().clear();
    assert!(holds(&net, &home, &old));
    hours(&net, &addresses, 24);
    assert_eq!(net.names(&home, "zoology"), [""; 0]);
    assert!(!holds(&net, &home, &old));
}

#[test]
fn a_withdrawal_is_kept_by_homes_that_lack_the_record_while_those_that_have_it_are_down() {
    // Named as lost or as its own: of a tombstone it is the same.
    for (named, other) in [("terms", "lost"), ("lost", "terms")] {
        let (net, addresses) = acquainted(16);
        let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
        net.publish(&publisher, vec![item.clone()]);
        let having: Vec<String> =
            addresses.iter().filter(|address| holds(&net, address, &item)).cloned().collect();
        net.down.borrow_mut().extend(having.iter().cloned());
        let mut gone = tombstone(&net, &publisher, "course/1", &item, net.now() + 1);
        (gone[named], gone[other]) = (item["terms"].clone(), json!([]));
        let published = net.publish(&publisher, vec![gone]);
        assert_eq!(published.results[0].state, PublishState::Published, "{:?}", published.results);
        net.down.borrow_mut().clear();
        hours(&net, &addresses, 48);
        assert_eq!(holders(&net, &addresses, &item), 0, "{named}");
    }
}

#[test]
fn a_version_that_lost_a_term_is_gone_from_its_homes_and_stays_gone() {
    let (net, addresses) = acquainted(16);
    let (publisher, old) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![old.clone()]);
    hours(&net, &addresses, 24);
    let mut new = net.course(&publisher, "course/1", "Botany", "Tides", net.now());
    new["lost"] = old["terms"].clone();
    new["terms"] = json!([term("botany")]);
    let published = net.publish(&publisher, vec![new]);
    assert_eq!(published.results[0].state, PublishState::Published, "{:?}", published.results);
    assert_eq!(holders(&net, &addresses, &old), 0);
    // A stranger who kept the former version: at once, when its homes remember, and when they have forgotten.
    for days in [0, 6, 60] {
        pass(&net, &addresses, days);
        hours(&net, &addresses, 2);
        // Those who only stand in for homes may take it in at first, and hear better when they hand it over.
        addresses.iter().for_each(|address| drop(replayed(&net, address, &old)));
        for address in nearest(&net, "zoology", 5) {
            assert!(!holds(&net, &address, &old), "{days} {address}");
        }
        assert_eq!(net.names(&publisher, "zoology"), [""; 0], "{days}");
        hours(&net, &addresses, 30);
        assert_eq!(holders(&net, &addresses, &old), 0, "{days}");
    }
}

/// Whether a site takes an item from somebody who has it, and is none of its publisher's.
fn replayed(net: &Net, at: &str, item: &Value) -> bool {
    let entry: Value = serde_json::from_str(&net.entry("moodle.school0.example")).unwrap();
    let body = envelope("test", "store", &json!({"site": entry, "records": [wire(item)]}));
    net.ask(at, "POST", "", &body);
    holds(net, at, item)
}

#[test]
fn a_withdrawn_text_is_taken_from_nobody_by_old_homes_and_new_ones() {
    let (net, mut addresses) = acquainted(16);
    let (publisher, old) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![old.clone()]);
    hours(&net, &addresses, 24);
    net.publish(&publisher, vec![tombstone(&net, &publisher, "course/1", &old, net.now())]);
    for days in [0, 30, 30, 240] {
        pass(&net, &addresses, days);
        hours(&net, &addresses, 3);
        for address in &addresses {
            assert!(!replayed(&net, address, &old), "{days} {address}");
        }
        let more = addresses.len() + 8;
        net.grow(&mut addresses, more);
    }
}

#[test]
fn a_record_that_everybody_holds_may_be_named_again_however_old_it_is() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![item.clone()]);
    let home = addresses.iter().find(|address| holds(&net, address, &item)).unwrap();
    pass(&net, &addresses, 30);
    assert!(replayed(&net, home, &item));
}

#[test]
fn a_record_is_over_on_the_day_that_it_names() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![item.clone()]);
    hours(&net, &addresses, 24);
    assert_eq!(holders(&net, &addresses, &item), 5);
    assert_eq!(net.names(&publisher, "zoology"), ["zoology"]);
    for _ in 0..10 {
        pass(&net, &addresses, 36);
        hours(&net, &addresses, 1);
    }
    assert_eq!(net.names(&publisher, "zoology"), ["zoology"]);
    pass(&net, &addresses, 7);
    hours(&net, &addresses, 1);
    assert_eq!(net.names(&publisher, "zoology"), [""; 0]);
    pass(&net, &addresses, 20);
    hours(&net, &addresses, 24);
    assert_eq!(holders(&net, &addresses, &item), 0);
}

#[test]
fn one_home_that_says_that_a_term_is_full_does_not_end_its_publishing() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    let near = nearest(&net, "zoology", 10);
    net.down.borrow_mut().insert(near[1].clone());
    let (liar, recordid) = (near[0].clone(), item["recordid"].clone());
    *net.lie.borrow_mut() = Some(Box::new(move |address, operation, reply| {
        if address == liar && operation == "store" {
            let refused = json!({"recordid": recordid, "code": "surplus", "message": "enough"});
            reply.status = 507;
            reply.body = json!({"stored": [], "refused": [refused]}).to_string();
        }
    }));
    let published = net.publish(&publisher, vec![item.clone()]);
    assert_eq!(published.results[0].state, PublishState::Published, "{:?}", published.results);
    assert_eq!(holders(&net, &near[2..], &item), 2);
}

#[test]
fn nothing_is_acknowledged_that_is_not_in_the_changes() {
    let (net, addresses) = acquainted(2);
    let entry: Value = serde_json::from_str(&net.entry(&addresses[1])).unwrap();
    let items: Vec<Value> = (0..60)
        .map(|n| net.course(&addresses[1], &format!("course/{n}"), "Zoology", "Tides", net.now()))
        .collect();
    let size = items[0]["body"].as_str().unwrap().len() as u64;
    net.set(&addresses[0], "quota", json!(30 * size));
    let reply = net.ask(
        &addresses[0],
        "POST",
        "",
        &envelope(
            "test",
            "store",
            &json!({"site": entry, "records": items.iter().map(wire).collect::<Vec<Value>>()}),
        ),
    );
    let answer: StoreAnswer = serde_json::from_str(&reply.body).unwrap();
    assert!(!answer.stored.is_empty() && !answer.refused.is_empty());
    assert!(answer.refused.iter().all(|refused| refused.code == Code::Full));
    let site = net.fresh(&addresses[0]);
    assert!(site.holdings.bytes() <= 30 * size);
    assert_eq!(site.holdings.len(), answer.stored.len());
    assert!(answer.stored.iter().all(|recordid| site.holdings.get(recordid).is_some()));
}

#[test]
fn homes_tell_how_frequent_terms_are_and_the_publisher_chooses_by_it() {
    let (net, addresses) = acquainted(16);
    let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
    net.publish(&publisher, vec![item]);
    let (_, second) = course(&net, &addresses, "zoology", "course/2");
    net.publish(&publisher, vec![second]);
    assert_eq!(net.site(&publisher).document_frequency("zoolog"), 2);
}

#[test]
fn a_co_home_that_answers_garbage_costs_nothing_but_itself() {
    for garbage in [
        json!({"symbols": "AAAA".repeat(8 * 300), "items": 7}),
        json!({"symbols": "", "items": 0}),
        json!({"symbols": "////".repeat(8 * 300), "items": 100_000_000}),
        json!({"records": [], "next": "ff".repeat(20)}),
        json!([]),
    ] {
        let (net, addresses) = acquainted(8);
        let (publisher, item) = {
            let item = net.course(&addresses[0], "course/1", "Zoology", "Tides", net.now());
            (addresses[0].clone(), item)
        };
        net.publish(&publisher, vec![item.clone()]);
        let liar = nearest(&net, "zoology", 1).remove(0);
        *net.lie.borrow_mut() = Some(Box::new(move |address, operation, reply| {
            if address == liar && ["inventory", "records"].contains(&operation) {
                reply.body = garbage.to_string();
            }
        }));
        net.requests.borrow_mut().clear();
        hours(&net, &addresses, 24);
        let asked = net.requests.borrow().iter().filter(|(_, o)| o == "records" || o == "inventory").count();
        assert!(asked < 8 * 24 * 20, "{asked} requests");
        let near = nearest(&net, "zoology", 5);
        let term = term("zoology");
        let holds = |address: &&String| net.site(address).holdings.postings(&term) == 1;
        assert_eq!(near.iter().filter(holds).count(), 5);
    }
}

#[test]
fn a_co_home_that_always_promises_more_keeps_nobody_incomplete() {
    for delivers in [false, true] {
        let (net, addresses) = acquainted(12);
        let (publisher, item) = course(&net, &addresses, "zoology", "course/1");
        net.publish(&publisher, vec![item.clone()]);
        let liar = nearest(&net, "zoology", 1).remove(0);
        let (lying, page) = (liar.clone(), item.clone());
        let pages = std::cell::Cell::new(0_u64);
        *net.lie.borrow_mut() = Some(Box::new(move |address, operation, reply| {
            if address == lying && operation == "inventory" {
                // More than a sketch can tell, so that pages are asked for, which have no end.
                reply.body = json!({"symbols": "", "items": 1_000_000}).to_string();
            }
            if address == lying && operation == "records" {
                pages.set(pages.get() + 1);
                let records = if delivers { vec![page.clone()] } else { Vec::new() };
                reply.body = json!({"records": records, "next": format!("{:040x}", pages.get())}).to_string();
            }
        }));
        net.requests.borrow_mut().clear();
        hours(&net, &addresses, 48);
        let to_liar = |(address, operation): &&(String, String)| *address == liar && operation == "records";
        let asked = net.requests.borrow().iter().filter(to_liar).count();
        assert!(asked > 0 && asked <= 24 * 48 * addresses.len(), "{asked} requests");
        assert_eq!(nearest(&net, "zoology", 5).iter().filter(|home| holds(&net, home, &item)).count(), 5);
        for address in addresses.iter().filter(|address| **address != liar) {
            assert!(net.site(address).complete_since(net.now()).is_some(), "{address} is incomplete");
        }
    }
}

#[test]
fn every_co_home_has_its_turn_though_others_fail() {
    let (net, addresses) = acquainted(12);
    let by = &addresses[0];
    let failing: Vec<String> = addresses[1..10].to_vec();
    *net.lie.borrow_mut() = Some(Box::new(move |address, operation, reply| {
        if failing.iter().any(|one| one == address) && operation == "records" {
            reply.body = "[]".into();
        }
    }));
    net.requests.borrow_mut().clear();
    for hour in 0..2 {
        *net.now.borrow_mut() += HOUR_MS;
        net.sync(by, hour);
    }
    let asked = |address: &String| {
        net.requests.borrow().iter().any(|(to, operation)| to == address && operation == "records")
    };
    assert!(addresses[1..].iter().all(asked), "{:?}", net.requests.borrow());
}
