//! Searching in a network of 60 sites, where nobody holds everything: dead, slow and incomplete homes, other languages.

use std::collections::{BTreeMap, BTreeSet};

use courseglue_core::{ACCEPTING, Change, RecordRow, SearchReport, SearchTask, Task};
use courseglue_protocol::Term;
use courseglue_table::REPLICAS;
use serde_json::json;

use super::net::Net;

const SITES: usize = 60;

/// Sites that all know each other, and the records named, in their language, as they are when all homes hold them.
fn network(names: &[(&str, &str)]) -> (Net, Vec<String>) {
    let net = Net::new();
    let addresses: Vec<String> = (0..SITES).map(|n| format!("moodle.school{n}.example")).collect();
    addresses.iter().for_each(|address| net.add(address));
    let entries: Vec<Change> =
        addresses.iter().map(|address| Change::from(&**net.site(address).own().unwrap())).collect();
    addresses.iter().for_each(|address| net.apply(address, entries.clone()));
    for (n, (lang, name)) in names.iter().enumerate() {
        let publisher = net.site(&addresses[n % SITES]);
        let content = json!({"id": format!("course/{n}"), "lang": lang, "fullname": {*lang: name},
            "access": "guest", "link": "course/view.php?id=1"});
        let built = publisher.record(&content.to_string(), net.now()).unwrap();
        let mut held: BTreeMap<String, Vec<Term>> = BTreeMap::new();
        for term in &built.terms {
            for home in publisher.table.homes(&term.place(), REPLICAS, net.now()) {
                held.entry(home.site().address.to_string()).or_default().push(*term);
            }
        }
        for (home, terms) in held {
            let row = RecordRow {
                recordid: built.recordid,
                nodeid: publisher.settings.node,
                localid: format!("course/{n}"),
                seq: built.seq,
                withdrawn: false,
                body: built.body.clone(),
                sig: built.sig,
                terms,
                indexed: None,
            };
            net.apply(&home, vec![Change::Record(row)]);
        }
    }
    for address in &addresses {
        let now = Some(net.now().to_string());
        let marks =
            ["complete", "reconciled"].map(|name| Change::Mark { name: name.into(), value: now.clone() });
        net.apply(address, marks.into());
    }
    (net, addresses)
}

fn homes(net: &Net, term: &str) -> BTreeSet<String> {
    let table = net.site("moodle.school0.example").table.clone();
    let homes = table.homes(&Term::of_word(term).place(), REPLICAS, net.now());
    homes.iter().map(|home| home.site().address.to_string()).collect()
}

fn task(net: &Net, from: &str, words: &str) -> SearchTask {
    let query = json!({"words": words, "lang": "en"}).to_string();
    SearchTask::start(&net.site(from), &query, net.now()).unwrap()
}

fn find(net: &Net, from: &str, words: &str) -> SearchReport {
    net.drive(task(net, from, words))
}

/// A site that is no home of any of the terms.
fn stranger(net: &Net, addresses: &[String], terms: &[&str]) -> String {
    let homes: BTreeSet<String> = terms.iter().flat_map(|term| homes(net, term)).collect();
    addresses.iter().find(|address| !homes.contains(*address)).unwrap().clone()
}

#[test]
fn two_homes_are_asked_in_one_round_for_one_word_or_two() {
    let (net, addresses) = network(&[("en", "Marine Biology")]);
    let searcher = stranger(&net, &addresses, &["marin", "biolog"]);
    for words in ["marine", "biology", "biology marine"] {
        let found = find(&net, &searcher, words);
        assert_eq!(
            (found.total, found.asked.len(), found.rounds, found.complete),
            (1, 2, 1, true),
            "{words}"
        );
    }
}

#[test]
fn any_four_homes_of_a_word_may_be_dead() {
    let (net, addresses) = network(&[("en", "Volcanology")]);
    let searcher = stranger(&net, &addresses, &["volcanolog"]);
    let homes = homes(&net, "volcanolog");
    for alive in &homes {
        *net.down.borrow_mut() = homes.iter().filter(|home| *home != alive).cloned().collect();
        let found = find(&net, &searcher, "volcanology");
        assert_eq!((found.total, found.asked.len()), (1, REPLICAS), "{alive}");
        assert!((2..=4).contains(&found.rounds), "{}", found.rounds);
    }
    *net.down.borrow_mut() = homes;
    let found = find(&net, &searcher, "volcanology");
    // Then those that take postings in for them, and a home of the word as other languages inflect it.
    assert_eq!((found.total, found.complete), (0, false));
    assert!(found.asked.len() >= ACCEPTING, "{:?}", found.asked);
}

#[test]
fn with_a_third_of_all_sites_dead_nearly_everything_is_found_at_once() {
    let names: Vec<String> = (0..20).map(|n| format!("Seminar{n} Lecture{n}")).collect();
    let (net, addresses) = network(&names.iter().map(|name| ("en", name.as_str())).collect::<Vec<_>>());
    let mut random = 1_u64;
    let (mut tried, mut found, mut rounds) = (0, 0, 0);
    for name in names.iter().cycle().take(200) {
        let mut dead = BTreeSet::new();
        while dead.len() < SITES / 3 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            dead.insert(addresses[usize::try_from(random >> 33).unwrap() % SITES].clone());
        }
        let searcher = addresses.iter().find(|address| !dead.contains(*address)).unwrap();
        *net.down.borrow_mut() = dead.clone();
        let answer = find(&net, searcher, &name.to_lowercase());
        tried += 1;
        found += answer.total;
        rounds += answer.rounds;
    }
    assert!(found * 1_000 >= tried * 995, "{found} of {tried}");
    assert!(rounds <= 2 * u32::try_from(tried).unwrap(), "{rounds} rounds of {tried} searches");
}

#[test]
fn a_home_that_says_it_is_incomplete_is_doubled_and_where_all_are_the_next_are_asked_too() {
    let (net, addresses) = network(&[("en", "Marine Biology")]);
    let searcher = stranger(&net, &addresses, &["marin", "biolog"]);
    let forget = |address: &String| {
        net.apply(address, vec![Change::Mark { name: "complete".into(), value: None }]);
    };
    homes(&net, "marin").iter().for_each(forget);
    let found = find(&net, &searcher, "marine biology");
    assert_eq!((found.asked.len(), found.rounds, found.complete, found.total), (3, 2, false, 1));
    addresses.iter().for_each(forget);
    let found = find(&net, &searcher, "marine biology");
    assert!((ACCEPTING..=2 * ACCEPTING).contains(&found.asked.len()), "{}", found.asked.len());
    assert_eq!((found.complete, found.total), (false, 1));
}

#[test]
fn a_slow_home_is_not_waited_for() {
    let (net, addresses) = network(&[("en", "Marine Biology")]);
    let searcher = stranger(&net, &addresses, &["marin", "biolog"]);
    let mut task = task(&net, &searcher, "marine biology");
    let first = task.poll(net.now());
    let wake = task.wake().unwrap();
    assert!(task.poll(wake - 1).is_empty());
    let beside = task.poll(wake);
    assert_eq!((first.len(), beside.len()), (2, 2));
    let urls: BTreeSet<&String> = first.iter().chain(&beside).map(|request| &request.url).collect();
    assert_eq!(urls.len(), 4, "other homes");
    for request in &beside {
        task.receive(wake, request.id, net.answer(request));
    }
    assert!(task.poll(wake + 60_000).is_empty() && task.wake().is_none());
    assert_eq!(task.finish(wake).total, 1);
}

#[test]
fn a_word_that_the_searchers_language_writes_in_another_way_is_found_in_a_further_round() {
    let (net, addresses) = network(&[("es", "Programación")]);
    // The Spanish stem is "program"; an English searcher's is "programacion".
    let terms = |lang: &str| courseglue_text::terms("programación", lang)[0].term.clone();
    let (own, other) = (terms("en"), terms("es"));
    assert_ne!(own, other);
    let both: BTreeSet<String> = homes(&net, &own).intersection(&homes(&net, &other)).cloned().collect();
    assert!(both.is_empty());
    let found = find(&net, &stranger(&net, &addresses, &[&own, &other]), "programación");
    assert_eq!((found.total, found.rounds), (1, 2));
    let nothing = find(&net, &addresses[0], "xylophone");
    assert!(nothing.total == 0 && nothing.rounds <= 2);
}

#[test]
fn frequencies_are_learnt_from_answers() {
    let names: Vec<String> = (0..7).map(|n| format!("Geology {n}")).collect();
    let (net, addresses) = network(&names.iter().map(|name| ("en", name.as_str())).collect::<Vec<_>>());
    let searcher = stranger(&net, &addresses, &["geolog"]);
    assert!(net.site(&searcher).document_frequency("geolog") < 7);
    let found = find(&net, &searcher, "geology");
    net.apply(&searcher, found.changes);
    assert_eq!(net.site(&searcher).document_frequency("geolog"), 7);
}

#[test]
fn the_rarer_words_homes_are_asked() {
    let names: Vec<String> = (0..7).map(|n| format!("Geology Fieldwork Minerals {n}")).collect();
    let mut named: Vec<(&str, &str)> = names.iter().map(|name| ("en", name.as_str())).collect();
    named.push(("en", "Fieldwork Minerals"));
    let (net, addresses) = network(&named);
    let searcher = stranger(&net, &addresses, &["geolog", "fieldwork", "miner"]);
    for word in ["geology", "fieldwork", "minerals"] {
        let found = find(&net, &searcher, word);
        net.apply(&searcher, found.changes);
    }
    let found = find(&net, &searcher, "fieldwork minerals geology");
    let asked: BTreeSet<String> = found.asked.into_iter().collect();
    assert!(!asked.is_disjoint(&homes(&net, "geolog")));
    assert_eq!(found.total, 7);
}

#[test]
fn an_answer_says_whether_homes_of_its_words_were_looked_for() {
    let (net, addresses) = network(&[("en", "Marine biology")]);
    let found = net.search(&addresses[7], "biology");
    assert!(found.looked_up && !found.everything && !found.asked.is_empty());
    // No word that could be looked up.
    let found = net.search(&addresses[7], "the and");
    assert!(!found.looked_up && !found.everything && found.asked.is_empty());
    // Nobody is left to ask.
    net.set(&addresses[7], "blocked", json!({"sites": addresses}));
    let found = net.search(&addresses[7], "biology");
    assert!(found.looked_up && !found.everything && found.asked.is_empty(), "{found:?}");
}

#[test]
fn a_site_that_is_alone_does_not_blame_the_words() {
    let net = Net::new();
    net.add("moodle.alone.example");
    net.first("moodle.alone.example");
    let found = net.search("moodle.alone.example", "biology");
    assert!(found.asked.is_empty() && (found.everything || found.looked_up), "{found:?}");
}
