//! Claims about membership: which sites learn of which, by which vouchers, and what liars can do to it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use courseglue_core::{Change, Reply, SpotRow, SyncReport};
use courseglue_protocol::message::{
    Code, EntriesAnswer, MAX_ASKED, SNAPSHOT_BYTES, SNAPSHOT_ENTRIES, SketchAnswer, Snapshot, envelope,
};
use courseglue_protocol::{DAY_MS, HOUR_MS, Id, KEPT_VOUCHERS};
use courseglue_sketch::{Decoder, Items, Symbols};
use serde_json::{Value, json};

use super::code;
use super::net::{Lie, Net, met, wire};

/// The operations that were asked of sites since the last look.
fn asked(net: &Net) -> Vec<String> {
    net.requests.borrow_mut().drain(..).map(|(_, operation)| operation).collect()
}

fn id(net: &Net, address: &str) -> Id {
    net.site(address).settings.node
}

fn seq_of(net: &Net, at: &str, of: &str) -> u64 {
    net.site(at).table.get(&id(net, of)).unwrap().seq()
}

/// Exchanges until this site has learnt from that one.
fn sync_with(net: &Net, address: &str, peer: &str) -> SyncReport {
    let learnt =
        |random| Some(net.sync(address, random)).filter(|s| s.peer == Some(format!("https://{peer}")));
    (0..200).find_map(learnt).unwrap()
}

fn ask_sketch(net: &Net, of: &str, from: usize, count: usize) -> SketchAnswer {
    let reply = net.ask(of, "GET", &format!("operation=sketch&from={from}&count={count}"), b"");
    serde_json::from_str(&reply.body).unwrap()
}

#[test]
fn a_sketch_shows_what_is_missing_and_just_that_is_fetched() {
    let (net, addresses) = met(8);
    net.sync_all(3);
    *net.now.borrow_mut() += HOUR_MS;
    net.describe(&addresses[3], net.now());
    asked(&net);
    let sent = Rc::new(RefCell::new(Vec::new()));
    let seen = sent.clone();
    *net.lie.borrow_mut() = Some(Box::new(move |_, operation, reply| {
        if operation == "entries" {
            let answer: EntriesAnswer = serde_json::from_str(&reply.body).unwrap();
            seen.borrow_mut().push(answer.sites.len());
        }
    }));
    sync_with(&net, &addresses[0], &addresses[3]);
    assert_eq!(*sent.borrow(), [1]);
    assert_eq!(seq_of(&net, &addresses[0], &addresses[3]), net.now());
    asked(&net);
    net.sync(&addresses[0], 1);
    let again = asked(&net);
    assert!(again.contains(&"sketch".to_owned()), "{again:?}");
    assert!(!again.contains(&"entries".to_owned()), "the others' older statement is not fetched: {again:?}");
}

#[test]
fn a_sketch_that_follows_the_table_is_that_of_the_table() {
    let (net, addresses) = met(6);
    ask_sketch(&net, &addresses[0], 0, 300);
    *net.now.borrow_mut() += HOUR_MS;
    net.describe(&addresses[1], net.now());
    net.describe(&addresses[2], net.now());
    net.sync_all(3);
    net.apply(&addresses[0], vec![Change::SiteGone { nodeid: id(&net, &addresses[4]), seq: None }]);
    let kept = ask_sketch(&net, &addresses[0], 0, 300);
    let fresh = std::sync::Arc::new(net.fresh(&addresses[0]));
    let anew = fresh.handle("GET", "operation=sketch&from=0&count=300", b"", net.now());
    let courseglue_core::Handling::Reply(anew) = anew else { unreachable!() };
    let anew: SketchAnswer = serde_json::from_str(&anew.body).unwrap();
    assert_eq!((kept.sites, kept.salt, &kept.symbols), (5, anew.salt, &anew.symbols));
    assert_eq!(ask_sketch(&net, &addresses[0], 100, 400).symbols.run(0, 200), kept.symbols.run(100, 200));
}

#[test]
fn between_comparisons_of_whole_tables_what_is_recent_is_compared() {
    let (net, addresses) = met(4);
    *net.now.borrow_mut() += 10 * DAY_MS;
    net.describe(&addresses[1], net.now());
    let recent = |net: &Net| -> SketchAnswer {
        let reply = net.ask(&addresses[1], "GET", "operation=sketch&from=0&count=300&recent=1", b"");
        serde_json::from_str(&reply.body).unwrap()
    };
    assert_eq!((recent(&net).sites, recent(&net).since), (1, 20_008));
    // A statement that is not recent is missed at first, and found when whole tables are compared.
    net.sync_all(2);
    net.apply(&addresses[0], vec![Change::SiteGone { nodeid: id(&net, &addresses[2]), seq: None }]);
    (0..8).for_each(|random| drop(net.sync(&addresses[0], random)));
    assert_eq!(net.known(&addresses[0]).len(), 3);
    *net.now.borrow_mut() += DAY_MS;
    (0..8).for_each(|random| drop(net.sync(&addresses[0], random)));
    assert_eq!(net.known(&addresses[0]).len(), 4);
}

#[test]
fn a_sketch_has_bounds_and_its_salt_two_days() {
    let (net, addresses) = met(3);
    for question in [
        "from=0&count=0",
        "from=38400&count=1",
        "from=0&count=99999999999999999999",
        "from=-1&count=1",
        "count=1",
    ] {
        let reply = net.ask(&addresses[0], "GET", &format!("operation=sketch&{question}"), b"");
        assert_eq!((reply.status, code(&reply.body)), (400, Some(Code::BadRequest)), "{question}");
    }
    let salt = ask_sketch(&net, &addresses[0], 0, 1).salt;
    let symbols = ask_sketch(&net, &addresses[0], 0, 300).symbols;
    let items = Decoder::new([]).add(&symbols).unwrap().unwrap().missing;
    assert_eq!(items.len(), 3);
    let fetch = |items: Vec<[u8; 16]>| {
        let body = envelope("test", "entries", &json!({"salt": salt, "items": Items(items)}));
        net.ask(&addresses[0], "POST", "", &body)
    };
    for (days, status) in [(0, 200), (1, 200), (2, 400)] {
        *net.now.borrow_mut() = 20_000 * DAY_MS + days * DAY_MS;
        let reply = fetch(items.clone());
        assert_eq!(reply.status, status, "after {days} days");
        if status == 200 {
            assert_eq!(serde_json::from_str::<EntriesAnswer>(&reply.body).unwrap().sites.len(), 3);
        }
    }
    let reply = fetch(vec![[0; 16]; MAX_ASKED + 1]);
    assert_eq!((reply.status, code(&reply.body)), (413, Some(Code::TooLarge)));
}

#[test]
fn a_snapshot_comes_in_pages_that_hold_every_site_once_and_in_order() {
    for (name, least_pages) in [("short", 2), ("long", 3)] {
        let (net, addresses) = met(2);
        let mut rows = Vec::new();
        for n in 0..SNAPSHOT_ENTRIES + 100 {
            let mut entry: Value = serde_json::from_str(&net.entry(&addresses[1])).unwrap();
            let body = entry["body"].as_str().unwrap().replace(&addresses[1], &format!("a{n}.example"));
            let long = "x".repeat(if name == "long" { 1_500 } else { 0 });
            entry["body"] = body.replacen('{', &format!("{{\"more\":\"{long}\","), 1).into();
            let entry: courseglue_protocol::Entry = serde_json::from_value(entry).unwrap();
            rows.push(Change::from(&entry.read().unwrap()));
        }
        net.apply(&addresses[0], rows);
        let (mut after, mut ids, mut pages) = (String::new(), Vec::new(), 0);
        loop {
            let reply = net.ask(&addresses[0], "GET", &format!("operation=snapshot{after}"), b"");
            assert!(reply.body.len() <= SNAPSHOT_BYTES + 200, "{}", reply.body.len());
            let page: Snapshot = serde_json::from_str(&reply.body).unwrap();
            assert!(page.sites.len() <= SNAPSHOT_ENTRIES && page.total == SNAPSHOT_ENTRIES + 102);
            ids.extend(page.sites.into_iter().map(|e| e.read().unwrap().id));
            pages += 1;
            let Some(next) = page.next else { break };
            assert_eq!(ids.last(), Some(&next));
            after = format!("&after={next}");
        }
        assert!(pages >= least_pages && ids.is_sorted(), "{pages}");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), SNAPSHOT_ENTRIES + 102);
    }
}

/// Cuts every page after `size` sites, and lets `pages` of them through.
fn small_pages(size: usize, pages: usize) -> Lie {
    let left = RefCell::new(pages);
    Box::new(move |_, operation, reply| {
        if operation != "snapshot" {
            return;
        }
        if *left.borrow() == 0 {
            (reply.status, reply.body) = (503, "maintenance".into());
            return;
        }
        *left.borrow_mut() -= 1;
        let mut page: Snapshot = serde_json::from_str(&reply.body).unwrap();
        if page.sites.len() > size {
            page.sites.truncate(size);
            page.next = page.sites.last().map(|e| e.clone().read().unwrap().id);
        }
        reply.body = serde_json::to_string(&page).unwrap();
    })
}

#[test]
fn a_joining_that_was_cut_off_goes_on_with_the_next_page() {
    let (net, addresses) = met(10);
    net.add("new.example");
    *net.lie.borrow_mut() = Some(small_pages(3, 1));
    // Who is near is all that is known of the rest: forget that answer, as in a network of thousands.
    let joined = net.join("new.example", &addresses[0]).unwrap();
    assert!(joined.problems.iter().any(|p| p.contains("in maintenance")), "{:?}", joined.problems);
    let mark = net.site("new.example").marks["snapshot"].clone();
    assert!(mark.starts_with(&id(&net, &addresses[0]).to_string()), "{mark}");
    let after: Id = mark.split_once(' ').unwrap().1.parse().unwrap();
    let near: Vec<Id> = net.site("new.example").table.after(&after).map(|p| p.id()).collect();
    assert!(!near.is_empty());
    let far = near.into_iter().filter(|n| *n != id(&net, "new.example") && *n != id(&net, &addresses[0]));
    net.apply("new.example", far.map(|nodeid| Change::SiteGone { nodeid, seq: None }).collect());
    *net.lie.borrow_mut() = Some(small_pages(3, 100));
    asked(&net);
    net.sync("new.example", 1);
    assert!(asked(&net).iter().filter(|o| *o == "snapshot").count() >= 2);
    assert!(!net.site("new.example").marks.contains_key("snapshot"));
    *net.lie.borrow_mut() = None;
    net.sync("new.example", 2);
    assert_eq!(net.known("new.example").len(), 11);
}

#[test]
fn a_joining_whose_first_page_failed_is_not_over() {
    let (net, addresses) = met(10);
    net.add("new.example");
    *net.lie.borrow_mut() = Some(small_pages(3, 0));
    net.join("new.example", &addresses[0]).unwrap();
    let contact = id(&net, &addresses[0]);
    let mark = || net.site("new.example").marks.get("snapshot").cloned();
    assert_eq!(mark(), Some(format!("{contact} start")));
    *net.lie.borrow_mut() = Some(small_pages(3, 0));
    net.sync("new.example", 1);
    assert_eq!(mark(), Some(format!("{contact} start")));
    // Whoever stands in for the contact has not its trust.
    let (at, failures) = (net.now() / 1000, 9);
    let silent = Change::Alive { nodeid: contact, ok: false, at, failures, since: at, error: None };
    net.apply("new.example", vec![silent]);
    *net.lie.borrow_mut() = Some(small_pages(3, 1));
    net.sync("new.example", 2);
    assert!(mark().unwrap().starts_with("pages "), "{:?}", mark());
}

#[test]
fn pages_that_did_not_all_come_go_on_in_the_next_run() {
    let (net, addresses) = met(10);
    *net.now.borrow_mut() += DAY_MS;
    let small = small_pages(3, 1);
    *net.lie.borrow_mut() = Some(Box::new(move |address, operation, reply| {
        if operation == "sketch" {
            let mut answer: SketchAnswer = serde_json::from_str(&reply.body).unwrap();
            answer.sites += 100_000;
            reply.body = serde_json::to_string(&answer).unwrap();
        }
        small(address, operation, reply);
    }));
    let mark = |name: &str| net.site(&addresses[0]).marks.get(name).cloned();
    net.sync(&addresses[0], 1);
    let place = mark("snapshot").unwrap();
    assert!(place.starts_with("pages "), "{place}");
    assert_ne!(mark("exchanged"), Some(net.now().to_string()));
    let after: Id = place.split_once(' ').unwrap().1.parse().unwrap();
    let rest = net.site(&addresses[0]).table.after(&after).count();
    *net.lie.borrow_mut() = Some(small_pages(3, 100));
    asked(&net);
    net.sync(&addresses[0], 2);
    let operations = asked(&net);
    assert!(!operations.contains(&"sketch".to_owned()));
    assert_eq!(operations.iter().filter(|o| *o == "snapshot").count(), rest.div_ceil(3));
    assert_eq!(mark("snapshot"), None);
    assert_eq!(mark("exchanged"), Some(net.now().to_string()));
}

#[test]
fn whoever_was_away_for_months_forgets_nobody_and_asks_them() {
    let (net, addresses) = met(6);
    *net.now.borrow_mut() += 60 * DAY_MS;
    net.describe(&addresses[0], net.now());
    net.down.borrow_mut().extend(addresses[1..].iter().cloned());
    asked(&net);
    let synced = net.sync(&addresses[0], 1);
    assert!(synced.peer.is_some());
    assert!(synced.problems.iter().any(|p| p.contains("clock")), "{:?}", synced.problems);
    assert_eq!(net.known(&addresses[0]).len(), 6);
}

#[test]
fn a_clock_that_is_weeks_ahead_costs_no_record() {
    let (net, addresses) = met(6);
    for address in &addresses {
        let item = net.course(address, "course/1", "Marine Biology", "Tides", net.now());
        net.publish(address, vec![item]);
    }
    let held = || net.site(&addresses[0]).holdings.iter().count();
    *net.now.borrow_mut() += 20 * DAY_MS;
    net.describe(&addresses[0], net.now());
    net.sync(&addresses[0], 1);
    let before = held();
    assert!(before > 1);
    *net.now.borrow_mut() += 28 * DAY_MS;
    net.down.borrow_mut().extend(addresses[1..].iter().cloned());
    let synced = net.sync(&addresses[0], 2);
    assert!(synced.problems.iter().any(|p| p.contains("clock")), "{:?}", synced.problems);
    assert_eq!(held(), before);
}

#[test]
fn a_site_that_renewed_its_statement_in_time_is_not_forgotten_by_who_hears_it_late() {
    let (net, addresses) = met(10);
    let renew = |days: u64, which: &[String]| {
        *net.now.borrow_mut() += days * DAY_MS;
        which.iter().for_each(|address| net.describe(address, net.now()));
        net.sync_all(3);
    };
    renew(40, &addresses[..7]);
    net.down.borrow_mut().insert(addresses[0].clone());
    renew(4, &addresses[7..]);
    net.down.borrow_mut().clear();
    *net.now.borrow_mut() += 6 * DAY_MS;
    net.sync(&addresses[0], 1);
    assert_eq!(net.known(&addresses[0]).len(), 10);
}

#[test]
fn what_was_noted_by_a_clock_that_went_ahead_is_not_believed() {
    let (net, addresses) = met(4);
    let ahead = net.now() + 90 * DAY_MS;
    let mark = |name: &str| Change::Mark { name: name.to_owned(), value: Some(ahead.to_string()) };
    net.apply(&addresses[0], ["spotted", "exchanged", "compared", "reconciled"].map(mark).into());
    let nodeid = id(&net, &addresses[1]);
    let (at, failures) = (ahead / 1000, 9);
    let silent = Change::Alive { nodeid, ok: false, at, failures, since: at, error: None };
    net.apply(&addresses[0], vec![silent]);
    assert!(net.site(&addresses[0]).table.get(&nodeid).unwrap().is_usable(net.now()));
    assert_eq!(net.site(&addresses[0]).complete_since(net.now()), None);
    net.sync(&addresses[0], 1);
    let marks = net.site(&addresses[0]).marks.clone();
    for name in ["spotted", "exchanged", "compared"] {
        assert_eq!(marks[name], net.now().to_string(), "{name}");
    }
}

#[test]
fn symbols_of_two_states_of_a_table_are_asked_for_again_from_the_first() {
    let (net, addresses) = met(5);
    *net.now.borrow_mut() += HOUR_MS;
    net.describe(&addresses[1], net.now());
    *net.lie.borrow_mut() = Some(Box::new(|_, operation, reply| {
        if operation == "sketch" {
            let mut answer: SketchAnswer = serde_json::from_str(&reply.body).unwrap();
            if answer.from > 0 || answer.symbols.len() == 300 {
                let mut rng = fastrand::Rng::with_seed(answer.from as u64);
                let bytes: Vec<u8> = (0..answer.symbols.len() * 24).map(|_| rng.u8(..)).collect();
                answer.symbols = Symbols::from_bytes(&bytes).unwrap();
            }
            reply.body = serde_json::to_string(&answer).unwrap();
        }
    }));
    asked(&net);
    sync_with(&net, &addresses[0], &addresses[1]);
    assert!(!asked(&net).contains(&"snapshot".to_owned()));
    assert_eq!(seq_of(&net, &addresses[0], &addresses[1]), net.now());
}

#[test]
fn a_newcomer_learns_of_sites_through_any_contact() {
    let net = Net::new();
    let addresses: Vec<String> = (0..9).map(|n| format!("moodle.school{n}.example")).collect();
    net.add(&addresses[0]);
    net.first(&addresses[0]);
    for (n, address) in addresses.iter().enumerate().skip(1) {
        net.add(address);
        net.join(address, &addresses[n - 1]).unwrap();
        *net.now.borrow_mut() += HOUR_MS;
        net.sync_all(2);
    }
    net.add("new.example");
    net.join("new.example", &addresses[8]).unwrap();
    assert_eq!(net.known("new.example").len(), 10, "the first site had nobody to vouch for it when it began");
}

#[test]
fn whoever_answers_with_garbage_nothing_or_too_much_takes_nothing_away() {
    let garbage = |seed: u64| {
        let mut rng = fastrand::Rng::with_seed(seed);
        Symbols::from_bytes(&(0..300 * 24).map(|_| rng.u8(..)).collect::<Vec<_>>()).unwrap()
    };
    let lies: Vec<(&str, Lie, &str)> = vec![
        ("text", Box::new(|_, _, reply| reply.body = "<html>".into()), "web page"),
        ("json", Box::new(|_, _, reply| reply.body = "{}".into()), "cannot be read"),
        ("size", Box::new(|_, _, reply| reply.body = " ".repeat(100 << 20)), "more than it may"),
        (
            "nobody",
            Box::new(|_, operation, reply| {
                if operation == "sketch" {
                    let mut answer: Value = serde_json::from_str(&reply.body).unwrap();
                    let none = Symbols::from_bytes(&vec![0; 300 * 24]).unwrap();
                    (answer["sites"], answer["symbols"]) = (json!(0), json!(none));
                    reply.body = answer.to_string();
                }
            }),
            "knows no site",
        ),
        (
            "other symbols",
            Box::new(move |_, operation, reply| {
                if operation == "sketch" {
                    let mut answer: Value = serde_json::from_str(&reply.body).unwrap();
                    (answer["from"], answer["symbols"]) = (json!(7), json!(garbage(1)));
                    reply.body = answer.to_string();
                }
            }),
            "other symbols",
        ),
    ];
    for (name, lie, told) in lies {
        let (net, addresses) = met(5);
        let before = net.known(&addresses[0]);
        *net.now.borrow_mut() += 2 * DAY_MS;
        *net.lie.borrow_mut() = Some(lie);
        net.requests.borrow_mut().clear();
        let problems: Vec<String> =
            (0..4).flat_map(|random| net.sync(&addresses[0], random).problems).collect();
        assert!(problems.iter().any(|p| p.contains(told)), "{name}: {problems:?}");
        assert_eq!(net.known(&addresses[0]), before, "{name}");
        assert!(net.requests.borrow().len() < 4 * 30, "{name}");
    }
}

#[test]
fn symbols_that_nobody_can_solve_end_in_pages() {
    let (net, addresses) = met(5);
    *net.now.borrow_mut() += HOUR_MS;
    net.describe(&addresses[1], net.now());
    *net.lie.borrow_mut() = Some(Box::new(|_, operation, reply| {
        if operation == "sketch" {
            let mut answer: SketchAnswer = serde_json::from_str(&reply.body).unwrap();
            let mut rng = fastrand::Rng::with_seed(answer.from as u64);
            let bytes: Vec<u8> = (0..answer.symbols.len() * 24).map(|_| rng.u8(..)).collect();
            answer.symbols = Symbols::from_bytes(&bytes).unwrap();
            reply.body = serde_json::to_string(&answer).unwrap();
        }
    }));
    asked(&net);
    sync_with(&net, &addresses[0], &addresses[1]);
    let operations = asked(&net);
    assert!(operations.contains(&"snapshot".to_owned()));
    assert_eq!(seq_of(&net, &addresses[0], &addresses[1]), net.now());
}

/// Pages that name sites without number: of those that nobody vouches for few are kept, and who is vouched for on another
/// page than where it stands comes in all the same.
#[test]
fn pages_are_judged_as_they_come() {
    let (net, mut addresses) = met(6);
    let mut late: Vec<String> = (6..12).map(|n| format!("moodle.school{n}.example")).collect();
    net.down.borrow_mut().insert(addresses[0].clone());
    for address in &late {
        net.add(address);
        net.join(address, &addresses[1]).unwrap();
        net.sync_all(1);
    }
    net.down.borrow_mut().clear();
    addresses.append(&mut late);
    let value = Some("pages start".to_owned());
    net.apply(&addresses[0], vec![Change::Mark { name: "snapshot".into(), value }]);
    *net.lie.borrow_mut() = Some(small_pages(2, 100));
    net.sync(&addresses[0], 1);
    assert_eq!(net.known(&addresses[0]).len(), 12);
}

#[test]
fn a_table_that_never_ends_is_not_read_for_ever() {
    let (net, addresses) = met(3);
    net.add("new.example");
    *net.lie.borrow_mut() = Some(Box::new(|_, operation, reply| {
        if operation == "snapshot" {
            let mut page: Snapshot = serde_json::from_str(&reply.body).unwrap();
            page.next = page.sites.last().map(|e| e.clone().read().unwrap().id);
            if page.sites.is_empty() {
                page.next = Some(Id([255; 20]));
            }
            reply.body = serde_json::to_string(&page).unwrap();
        }
    }));
    asked(&net);
    net.join("new.example", &addresses[0]).unwrap();
    assert!(asked(&net).iter().filter(|o| *o == "snapshot").count() <= 100);
}

#[test]
fn who_is_not_there_is_passed_over_in_the_same_run() {
    let (net, addresses) = met(6);
    net.down.borrow_mut().extend(addresses[2..4].iter().cloned());
    for random in 0..30 {
        let synced = net.sync(&addresses[0], random);
        let peer = synced.peer.unwrap();
        assert!(!addresses[2..4].iter().any(|down| peer == format!("https://{down}")), "{peer}");
    }
}

#[test]
fn when_nobody_answers_this_site_suspects_itself() {
    let (net, addresses) = met(6);
    net.down.borrow_mut().extend(addresses[1..].iter().cloned());
    for days in 0..6 {
        *net.now.borrow_mut() += DAY_MS;
        let synced = net.sync(&addresses[0], days);
        let blamed = |change: &&Change| matches!(change, Change::Alive { ok: false, .. } | Change::Spot(_));
        assert_eq!(synced.changes.iter().find(blamed), None);
    }
}

#[test]
fn an_entry_carries_four_words_at_most_and_no_more_than_sixteen_are_read() {
    let (net, addresses) = met(12);
    *net.now.borrow_mut() += HOUR_MS;
    net.sync_all(2);
    for site in net.site(&addresses[0]).table.iter() {
        let vouchers = site.site().entry.vouchers.len();
        assert!((3..=KEPT_VOUCHERS).contains(&vouchers), "{} has {vouchers}", site.site().address);
    }
    let mut entry: Value = serde_json::from_str(&net.entry(&addresses[1])).unwrap();
    let known =
        net.site(&addresses[0]).table.get(&id(&net, &addresses[1])).unwrap().site().entry.vouchers.clone();
    entry["vouchers"] = json!(vec![&known[0]; 17]);
    let reply = net.ask(&addresses[0], "POST", "", &envelope("test", "announce", &json!({"sites": [entry]})));
    assert!(reply.body.contains("too_large"), "{}", reply.body);
}

#[test]
fn one_host_is_asked_by_sixteen_sites_at_most_in_an_hour_whatever_addresses_name_it() {
    let (net, addresses) = met(24);
    net.requests.borrow_mut().clear();
    for n in 0..30 {
        let attacker =
            if n % 2 == 0 { format!("victim.example/m{n}") } else { format!("victim.example:{}", 8000 + n) };
        net.add(&attacker);
        let site: Value = serde_json::from_str(&net.entry(&attacker)).unwrap();
        let body = envelope("test", "vouch", &json!({"site": site}));
        addresses.iter().for_each(|address| drop(net.ask(address, "POST", "", &body)));
    }
    let reached = net.requests.borrow().iter().filter(|(to, _)| to.starts_with("victim.example")).count();
    assert!((1..=16).contains(&reached), "{reached}");
}

#[test]
fn a_blocked_site_stays_in_the_table_and_is_neither_shown_nor_served() {
    let (net, addresses) = met(5);
    let others: BTreeSet<String> = net.known(&addresses[0]);
    net.set(&addresses[0], "blocked", json!({"sites": [addresses[1]]}));
    *net.now.borrow_mut() += HOUR_MS;
    net.describe(&addresses[1], net.now());
    net.sync_all(3);
    assert_eq!(net.known(&addresses[0]), others);
    assert_eq!(seq_of(&net, &addresses[0], &addresses[1]), net.now(), "its news are taken from others");
    assert!(net.site(&addresses[0]).sites(net.now()).iter().all(|site| site.address != addresses[1]));
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    let entry: Value = serde_json::from_str(&net.entry(&addresses[1])).unwrap();
    let body = envelope("test", "store", &json!({"site": entry, "records": [wire(&item)]}));
    assert_eq!(net.ask(&addresses[0], "POST", "", &body).status, 403);
}

#[test]
fn a_site_that_moved_is_no_home_not_shown_and_its_courses_are_forgotten() {
    let (net, addresses) = met(4);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    net.publish(&addresses[1], vec![item.clone()]);
    assert_eq!(net.names(&addresses[0], "marine"), ["Marine Biology"]);
    *net.now.borrow_mut() += HOUR_MS;
    net.state(&addresses[1], net.now(), &json!({"moved_to": "https://new.example"}));
    net.sync(&addresses[1], 1);
    for address in [&addresses[0], &addresses[2]] {
        let site = net.site(address);
        assert_eq!(site.table.len(), 4, "the neighbours were told at once, and keep it in the table");
        assert!(net.names(address, "marine").is_empty() && site.holdings.is_empty(), "{address}");
        assert!(site.sites(net.now()).iter().all(|s| s.address != addresses[1]));
        let homes = site.table.homes(&Id::digest(b"any"), 5, net.now());
        assert!(homes.len() == 3 && homes.iter().all(|p| p.id() != id(&net, &addresses[1])));
    }
    let published = net.publish(&addresses[1], vec![item]);
    assert!(net.site(&addresses[0]).holdings.is_empty(), "{:?}", published.results);
}

#[test]
fn a_site_restored_from_a_backup_learns_what_it_signed_since() {
    let (net, addresses) = met(4);
    let backup = net.entry(&addresses[1]);
    *net.now.borrow_mut() += DAY_MS;
    let newest = net.now();
    net.describe(&addresses[1], newest);
    net.sync_all(3);
    net.wipe(&addresses[1]);
    let old: courseglue_protocol::Entry = serde_json::from_str(&backup).unwrap();
    net.apply(&addresses[1], vec![Change::from(&old.clone().read().unwrap())]);
    let others = addresses.iter().filter(|a| **a != addresses[1]);
    let rows = others.map(|a| Change::from(&**net.site(a).table.get(&id(&net, a)).unwrap().site()));
    net.apply(&addresses[1], rows.collect());
    let task = courseglue_core::SyncTask::start(&net.site(&addresses[1]), &backup, net.now(), 1).unwrap();
    let synced = net.drive(task);
    assert!(synced.own_seq >= newest, "{}", synced.own_seq);
    net.apply(&addresses[1], synced.changes);
    assert!(seq_of(&net, &addresses[1], &addresses[1]) >= newest);
}

#[test]
fn a_newcomer_that_had_to_wait_states_itself_anew_so_that_hourly_exchanges_carry_it() {
    let (net, addresses) = met(8);
    net.add("moodle.late.example");
    let signed = net.now();
    *net.now.borrow_mut() += 4 * DAY_MS;
    net.join("moodle.late.example", &addresses[0]).unwrap();
    assert!(seq_of(&net, &addresses[0], "moodle.late.example") > signed + 3 * DAY_MS);
}

#[test]
fn a_site_that_joins_anew_goes_on_from_what_it_signed_before() {
    let (net, addresses) = met(4);
    let ahead = net.now() + DAY_MS;
    net.describe(&addresses[1], ahead);
    net.sync_all(3);
    net.wipe(&addresses[1]);
    net.describe(&addresses[1], net.now());
    let joined = net.join(&addresses[1], &addresses[0]).unwrap();
    assert_eq!(joined.own_seq, ahead);
    assert_eq!(seq_of(&net, &addresses[1], &addresses[1]), ahead);
}

/// Lets days pass with an exchange every eight hours, the others' descriptions staying as they are.
fn days(net: &Net, address: &str, days: u64) -> Vec<Change> {
    let mut changes = Vec::new();
    for turn in 0..days * 3 {
        *net.now.borrow_mut() += DAY_MS / 3;
        changes.extend(net.sync(address, turn).changes);
    }
    changes
}

fn spots(changes: &[Change], nodeid: Id) -> Vec<SpotRow> {
    let row = |change: &Change| match change {
        Change::Spot(row) if row.nodeid == nodeid => Some(row.clone()),
        _ => None,
    };
    changes.iter().filter_map(row).collect()
}

#[test]
fn a_site_that_is_not_where_it_says_is_dropped_after_three_days_and_comes_back() {
    let (net, addresses) = met(5);
    let ghost = id(&net, &addresses[1]);
    net.sync(&addresses[0], 0);
    net.down.borrow_mut().insert(addresses[1].clone());
    let failed = spots(&days(&net, &addresses[0], 20), ghost);
    let counted: Vec<u32> = failed.iter().map(|row| row.days).collect();
    assert!(
        counted.len() >= 3 && counted.iter().enumerate().all(|(n, days)| *days as usize == n + 1),
        "{counted:?}"
    );
    let on: BTreeSet<u32> = failed.iter().map(|row| row.last).collect();
    assert_eq!(on.len(), failed.len(), "a day counts once");
    let site = net.site(&addresses[0]);
    let peer = site.table.get(&ghost).unwrap();
    assert!(peer.dropped() && !peer.is_usable(net.now()));
    assert!(site.sites(net.now()).iter().all(|s| s.address != addresses[1]));
    assert!(site.table.homes(&Id::digest(b"any"), 5, net.now()).iter().all(|p| p.id() != ghost));
    assert_eq!(ask_sketch(&net, &addresses[0], 0, 1).sites, 5, "what others are told does not depend on it");
    net.down.borrow_mut().clear();
    days(&net, &addresses[0], 10);
    assert!(!net.site(&addresses[0]).table.get(&ghost).unwrap().dropped());
}

#[test]
fn a_site_that_answers_with_another_key_fails_its_checks() {
    let (net, addresses) = met(4);
    net.sync(&addresses[0], 0);
    let other = Net::new();
    other.add(&addresses[1]);
    other.set(&addresses[1], "secret", "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=".into());
    other.describe(&addresses[1], net.now());
    let (liar, entry) = (addresses[1].clone(), other.entry(&addresses[1]));
    *net.lie.borrow_mut() = Some(Box::new(move |address, operation, reply| {
        if operation == "describe" && address == liar {
            reply.body = format!("{{\"site\":{entry}}}");
        }
    }));
    let failed = spots(&days(&net, &addresses[0], 15), id(&net, &addresses[1]));
    assert!(failed.iter().any(|row| row.days >= 1));
}

#[test]
fn three_checks_a_day_are_due_however_often_the_clock_ticks() {
    let (net, addresses) = met(6);
    net.sync(&addresses[0], 0);
    for (every, days) in [(HOUR_MS / 4, 2), (6 * HOUR_MS, 4), (3 * DAY_MS, 6)] {
        asked(&net);
        for turn in 0..days * DAY_MS / every {
            *net.now.borrow_mut() += every;
            net.sync(&addresses[0], turn);
        }
        // Its neighbours look at this site itself when they vouch for it.
        let requests = std::mem::take(&mut *net.requests.borrow_mut());
        let checks = requests.iter().filter(|(to, o)| o == "describe" && *to != addresses[0]).count() as u64;
        assert!(checks >= 2 && checks <= 3 * days, "{checks} in {days} days");
    }
}

#[test]
fn of_one_domain_few_hosts_are_checked_in_an_hour() {
    let (net, addresses) = met(2);
    net.requests.borrow_mut().clear();
    let vouch = |host: &str| {
        net.add(host);
        let site: Value = serde_json::from_str(&net.entry(host)).unwrap();
        net.ask(&addresses[0], "POST", "", &envelope("test", "vouch", &json!({"site": site})))
    };
    let faults = (0..40).map(|n| code(&vouch(&format!("m{n}.flood.example")).body));
    assert_eq!(faults.filter(|fault| *fault == Some(Code::RateLimited)).count(), 10);
    assert_eq!(vouch("notflood.example").status, 200, "another domain is checked all the same");
    assert_eq!(net.requests.borrow().len(), 31);
    *net.now.borrow_mut() += HOUR_MS + HOUR_MS / 60;
    assert_eq!(vouch("m39.flood.example").status, 200);
}

/// A statement about an address that nobody has, or not with this key.
fn forged(net: &Net, address: &str) -> Value {
    let elsewhere = Net::new();
    *elsewhere.now.borrow_mut() = net.now();
    elsewhere.add(address);
    elsewhere.set(address, "secret", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=".into());
    elsewhere.describe(address, net.now() + 1);
    serde_json::from_str(&elsewhere.entry(address)).unwrap()
}

fn ask_for_a_voucher(net: &Net, of: &str, site: &Value) -> Reply {
    net.ask(of, "POST", "", &envelope("test", "vouch", &json!({"site": site})))
}

/// Whoever asks first each hour, and at any other time too, keeps nobody out for long, and does not have the host asked
/// more often.
#[test]
fn a_host_that_is_named_first_every_hour_is_let_in_all_the_same() {
    let (net, addresses) = met(24);
    net.add("victim.example");
    let honest: Value = serde_json::from_str(&net.entry("victim.example")).unwrap();
    let (mut vouchers, mut hours) = (BTreeSet::new(), 0);
    while vouchers.len() < 3 && hours < 72 {
        hours += 1;
        net.requests.borrow_mut().clear();
        let attack = |from: u64| {
            for n in from..from + 2 {
                let bogus = forged(&net, &format!("victim.example/m{hours}-{n}"));
                addresses.iter().for_each(|address| drop(ask_for_a_voucher(&net, address, &bogus)));
            }
        };
        attack(0);
        for address in &addresses {
            if ask_for_a_voucher(&net, address, &honest).status == 200 {
                vouchers.insert(address);
            }
        }
        attack(2);
        let reached = net.requests.borrow().iter().filter(|(to, _)| to.starts_with("victim.example")).count();
        assert!((1..=16).contains(&reached), "{reached}");
        *net.now.borrow_mut() += HOUR_MS + HOUR_MS / 60;
    }
    assert!((2..=24).contains(&hours), "{hours}");
}

/// A server that answers, with anything else than a site, under all names of its domain.
#[test]
fn a_server_with_countless_names_is_asked_about_once_a_minute() {
    let (net, addresses) = met(24);
    let mut most = 0;
    for hour in 0..3 {
        net.requests.borrow_mut().clear();
        for n in 0..40 {
            let bogus = forged(&net, &format!("m{hour}-{n}.wildcard.example"));
            addresses.iter().for_each(|address| drop(ask_for_a_voucher(&net, address, &bogus)));
        }
        let asked = net.requests.borrow().iter().filter(|(to, _)| to.ends_with(".wildcard.example")).count();
        most = most.max(asked);
        *net.now.borrow_mut() += HOUR_MS + HOUR_MS / 60;
    }
    assert!((1..=64).contains(&most), "{most}");
}

#[test]
fn made_up_names_do_not_keep_the_true_sites_of_a_domain_out() {
    let (net, addresses) = met(2);
    net.add("moodle.school.example");
    let honest: Value = serde_json::from_str(&net.entry("moodle.school.example")).unwrap();
    let let_in = (0..48).any(|hour| {
        let attack = |from: u64| {
            for n in from..from + 5 {
                let bogus = forged(&net, &format!("m{hour}-{n}.school.example"));
                ask_for_a_voucher(&net, &addresses[0], &bogus);
            }
        };
        attack(0);
        let came = ask_for_a_voucher(&net, &addresses[0], &honest).status == 200;
        attack(5);
        *net.now.borrow_mut() += HOUR_MS + HOUR_MS / 60;
        came
    });
    assert!(let_in);
}

#[test]
fn a_claim_with_another_key_has_the_true_one_found() {
    let (net, addresses) = met(2);
    net.add("victim.example");
    let refused = ask_for_a_voucher(&net, &addresses[0], &forged(&net, "victim.example"));
    assert_eq!(code(&refused.body), Some(Code::NotAdmitted), "{}", refused.body);
    assert!(!refused.body.contains("found") && !refused.body.contains("key\""), "{}", refused.body);
    let honest: Value = serde_json::from_str(&net.entry("victim.example")).unwrap();
    assert_eq!(ask_for_a_voucher(&net, &addresses[0], &honest).status, 200);
}

#[test]
fn turns_that_nobody_waits_for_are_forgotten() {
    let (net, addresses) = met(2);
    let turns = || net.site(&addresses[0]).marks.keys().filter(|name| name.starts_with("turn/")).count();
    for path in ["a", "b", "c"] {
        ask_for_a_voucher(&net, &addresses[0], &forged(&net, &format!("victim.example/{path}")));
    }
    assert_eq!(turns(), 1, "one host has one next turn");
    net.sync(&addresses[0], 1);
    assert_eq!(turns(), 1);
    *net.now.borrow_mut() += 3 * HOUR_MS;
    net.sync(&addresses[0], 2);
    assert_eq!(turns(), 0);
}

/// Asks a site for vouchers for made-up names, each of a domain of its own.
fn flood(net: &Net, of: &str, names: std::ops::Range<u32>) {
    for n in names {
        ask_for_a_voucher(net, of, &forged(net, &format!("m{n}.made-up{n}.example")));
    }
}

#[test]
fn made_up_names_keep_no_known_site_from_its_voucher_and_leave_few_turns() {
    let (net, addresses) = met(3);
    flood(&net, &addresses[0], 0..400);
    let site = net.site(&addresses[0]);
    let turns = site.marks.keys().filter(|name| name.starts_with("turn/")).count();
    assert!((1..=128).contains(&turns), "{turns}");
    assert!(site.checks.len() <= 110, "{}", site.checks.len());
    let known: Value = serde_json::from_str(&net.entry(&addresses[1])).unwrap();
    assert_eq!(ask_for_a_voucher(&net, &addresses[0], &known).status, 200);
    net.requests.borrow_mut().clear();
    *net.now.borrow_mut() += 2 * HOUR_MS;
    assert_eq!(ask_for_a_voucher(&net, &addresses[0], &known).status, 200);
    assert!(net.requests.borrow().is_empty(), "one check a day is enough for whoever repeats its question");
}

#[test]
fn whoever_is_turned_away_is_among_the_next() {
    let (net, addresses) = met(3);
    net.add("moodle.honest.example");
    let honest: Value = serde_json::from_str(&net.entry("moodle.honest.example")).unwrap();
    let mut names = 0;
    let vouched = (0..18).find(|_| {
        flood(&net, &addresses[0], names..names + 100);
        names += 100;
        let vouched = ask_for_a_voucher(&net, &addresses[0], &honest).status == 200;
        *net.now.borrow_mut() += HOUR_MS / 6;
        vouched
    });
    assert!(vouched.is_some_and(|parts| parts > 0), "100 names come first in all ten minutes of three hours");
}

#[test]
fn names_that_lead_nowhere_cost_their_domain_nothing() {
    let (net, addresses) = met(3);
    for n in 0..8 {
        ask_for_a_voucher(&net, &addresses[0], &forged(&net, &format!("nowhere{n}.school.example")));
    }
    net.add("moodle.school.example");
    let honest: Value = serde_json::from_str(&net.entry("moodle.school.example")).unwrap();
    assert_eq!(ask_for_a_voucher(&net, &addresses[0], &honest).status, 200);
}

#[test]
fn strangers_at_a_known_sites_host_leave_it_two_hours_of_three() {
    let (net, addresses) = met(3);
    *net.now.borrow_mut() += 2 * DAY_MS;
    let known: Value = serde_json::from_str(&net.entry(&addresses[1])).unwrap();
    let stranger = |n: u32| forged(&net, &format!("{}/p{n}", addresses[1]));
    ask_for_a_voucher(&net, &addresses[0], &stranger(0));
    for hour in 1..=2 {
        *net.now.borrow_mut() += HOUR_MS + HOUR_MS / 60;
        net.requests.borrow_mut().clear();
        assert_eq!(
            code(&ask_for_a_voucher(&net, &addresses[0], &stranger(hour)).body),
            Some(Code::RateLimited)
        );
        assert!(net.requests.borrow().is_empty());
    }
    assert_eq!(ask_for_a_voucher(&net, &addresses[0], &known).status, 200);
}

/// Sets a site up anew at its address, with another key.
fn lose_key(net: &Net, address: &str) {
    *net.now.borrow_mut() += HOUR_MS;
    net.wipe(address);
    net.set(address, "secret", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=".into());
    net.describe(address, net.now());
}

#[test]
fn a_site_that_lost_its_key_is_believed_when_its_neighbours_found_the_new_one_for_three_days() {
    for count in [2, 3, 5, 24] {
        let (net, addresses) = met(count);
        let lost = &addresses[1];
        lose_key(&net, lost);
        let joined = net.join(lost, &addresses[0]).unwrap();
        assert!(
            joined.problems.iter().any(|problem| problem.contains("another key")),
            "{:?}",
            joined.problems
        );
        let own = net.site(lost).own().unwrap().descriptor.key;
        let believed = || {
            let others = addresses.iter().filter(|address| *address != lost);
            others.filter(|other| net.site(other).table.get(&id(&net, lost)).unwrap().key() == own).count()
        };
        let mut hours = 0;
        while believed() < count - 1 && hours < 8 * 24 {
            hours += 3;
            *net.now.borrow_mut() += 3 * HOUR_MS;
            net.sync_all(1);
            assert!(
                believed() == 0 || hours >= 72,
                "{believed} believe it after {hours} h",
                believed = believed()
            );
        }
        assert!(hours < 5 * 24, "{hours} h, {} of {count}", believed());
        net.sync_all(1);
        assert!(!net.site(lost).marks.contains_key("disputed"), "it knows that it is believed");
    }
}

/// Three domains that vouch for whatever they like, with keys of their own.
#[test]
fn vouchers_of_those_who_vouched_for_ghosts_let_nobody_else_in() {
    let (net, addresses) = met(4);
    let liars = &addresses[1..];
    let ghost = |name: &str| {
        let elsewhere = Net::new();
        *elsewhere.now.borrow_mut() = net.now();
        elsewhere.add(name);
        let mut entry: courseglue_protocol::Entry = serde_json::from_str(&elsewhere.entry(name)).unwrap();
        let subject = entry.clone().read().unwrap().descriptor;
        let day = courseglue_protocol::day_of(net.now());
        let voucher = |liar: &String| {
            let site = net.site(liar);
            let secret = site.settings.secret.as_ref().unwrap();
            courseglue_protocol::Voucher::sign(secret, "test", site.settings.node, &subject, day)
        };
        entry.vouchers = liars.iter().map(voucher).collect();
        entry
    };
    let announce = |entry: &courseglue_protocol::Entry| {
        let reply =
            net.ask(&addresses[0], "POST", "", &envelope("test", "announce", &json!({"sites": [entry]})));
        !reply.changes.is_empty()
    };
    let ghosts: Vec<_> = (0..10).map(|n| ghost(&format!("ghost{n}.example"))).collect();
    assert!(ghosts.iter().all(announce), "three neighbours are enough");
    let drop = |entry: &courseglue_protocol::Entry| {
        Change::Spot(SpotRow { nodeid: entry.clone().read().unwrap().id, days: 3, last: 1 })
    };
    net.apply(&addresses[0], ghosts.iter().map(drop).collect());
    assert!(!announce(&ghost("ghost17.example")));
    net.apply(
        &addresses[0],
        ghosts
            .iter()
            .map(|g| match drop(g) {
                Change::Spot(row) => Change::Spot(SpotRow { days: 0, ..row }),
                other => other,
            })
            .collect(),
    );
    assert!(announce(&ghost("ghost18.example")), "the others are there after all");
}
