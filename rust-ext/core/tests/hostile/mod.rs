//! Claims about peers that lie, replay and flood.

use std::sync::Arc;

use courseglue_core::{Change, Handling, HomeAnswer, PublishState, SearchTask, verified};
use courseglue_index::MAX_OF_ONE_SITE;
use courseglue_protocol::message::{Code, InventoryAnswer, MAX_ITEM_TERMS, RecordsAnswer, envelope};
use courseglue_protocol::{DAY_MS, Entry, Id, Term};
use serde_json::{Value, json};

use super::code;
use super::net::{Net, met, wire};

const OTHER_SECRET: &str = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";

fn entry_at(net: &Net, at: &str, of: &str) -> Entry {
    let site = net.site(at);
    site.table.get(&net.site(of).settings.node).unwrap().site().entry.clone()
}

fn store(net: &Net, at: &str, entry: &Entry, item: &Value) -> Value {
    let body = envelope("test", "store", &json!({"site": entry, "records": [wire(item)]}));
    serde_json::from_str(&net.ask(at, "POST", "", &body).body).unwrap()
}

#[test]
fn a_home_cannot_pretend_to_hold_something_newer() {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    let recordid = item["recordid"].clone();
    let forged = item["body"].as_str().unwrap().replace(&net.now().to_string(), "9007199254740991");
    let replayed = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now() - 1);
    for newer in [json!({"body": forged, "sig": item["sig"]}), replayed] {
        let refused = json!({"stored": [recordid], "refused": [
            {"recordid": recordid, "code": "older", "message": "older", "newer": newer}]});
        *net.lie.borrow_mut() = Some(Box::new(move |_, operation, reply| {
            if operation == "store" {
                reply.body = refused.to_string();
            }
        }));
        let published = net.publish(&addresses[1], vec![item.clone()]);
        assert!(published.results[0].newer.is_none());
        assert_eq!(published.results[0].state, PublishState::Published);
    }
}

/// A site of three that has a new key since; what it signed with the old one, and its entry of then.
fn rekeyed() -> (Net, Vec<String>, Entry, Value) {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    net.publish(&addresses[1], vec![item.clone()]);
    let old = entry_at(&net, &addresses[0], &addresses[1]);
    *net.now.borrow_mut() += DAY_MS;
    net.set(&addresses[1], "secret", OTHER_SECRET.into());
    net.describe(&addresses[1], net.now());
    net.join(&addresses[1], &addresses[0]).unwrap();
    // Its neighbours find the new key for days before they believe it.
    for _ in 0..5 {
        net.sync_all(3);
        *net.now.borrow_mut() += DAY_MS;
    }
    net.sync_all(3);
    (net, addresses, old, item)
}

#[test]
fn what_a_key_signed_that_was_given_up_is_neither_kept_nor_taken() {
    let (net, addresses, old, item) = rekeyed();
    for address in [&addresses[0], &addresses[2]] {
        assert_ne!(entry_at(&net, address, &addresses[1]).body, old.body);
        assert!(net.names(address, "marine").is_empty(), "{address}");
        let answer = store(&net, address, &old, &item);
        assert_eq!(code(&answer.to_string()), Some(Code::OtherKey), "{answer}");
        assert!(net.names(address, "marine").is_empty(), "{address}");
    }
}

#[test]
fn a_key_that_was_given_up_cannot_take_its_site_back_with_the_words_of_then() {
    let (net, addresses, old, _) = rekeyed();
    let thief = Net::new();
    *thief.now.borrow_mut() = net.now() + DAY_MS;
    thief.add(&addresses[1]);
    let mut stolen: Entry = serde_json::from_str(&thief.entry(&addresses[1])).unwrap();
    stolen.vouchers = old.vouchers;
    assert!(!stolen.vouchers.is_empty());
    let body = envelope("test", "announce", &json!({"sites": [stolen]}));
    let reply = net.ask(&addresses[0], "POST", "", &body);
    assert!(reply.body.contains("other_key") && reply.changes.is_empty(), "{}", reply.body);
    *net.lie.borrow_mut() = Some(Box::new(move |_, operation, reply| {
        if operation == "snapshot" {
            reply.body = json!({"sites": [stolen], "next": null, "total": 1}).to_string();
        }
    }));
    let known = entry_at(&net, &addresses[0], &addresses[1]);
    read_pages_of(&net, &addresses[0], &addresses[2]);
    assert_eq!(entry_at(&net, &addresses[0], &addresses[1]).body, known.body);
}

/// As if a joining through `contact` were not over yet: its pages are read.
fn read_pages_of(net: &Net, address: &str, contact: &str) {
    let value = Some(format!("{} start", net.site(contact).settings.node));
    net.apply(address, vec![Change::Mark { name: "snapshot".into(), value }]);
    net.sync(address, 1);
}

/// A statement of the site at this address, signed a day ahead with a key that is not its own.
fn forged(net: &Net, address: &str) -> Entry {
    let thief = Net::new();
    *thief.now.borrow_mut() = net.now() + DAY_MS;
    thief.add(address);
    thief.set(address, "secret", OTHER_SECRET.into());
    thief.describe(address, thief.now());
    serde_json::from_str(&thief.entry(address)).unwrap()
}

#[test]
fn nobody_tells_a_site_who_it_is() {
    let (net, addresses) = met(3);
    let victim = &addresses[1];
    let item = net.course(victim, "course/1", "Marine Biology", "Tides", net.now());
    net.publish(victim, vec![item.clone()]);
    let (own, forged) = (entry_at(&net, victim, victim), forged(&net, victim));
    let announced = net.ask(victim, "POST", "", &envelope("test", "announce", &json!({"sites": [forged]})));
    assert!(announced.body.contains("not_admitted") && announced.changes.is_empty(), "{}", announced.body);
    let stored = store(&net, victim, &forged, &item);
    assert_eq!(code(&stored.to_string()), Some(Code::NotAdmitted), "{stored}");
    let told = forged.clone();
    *net.lie.borrow_mut() = Some(Box::new(move |_, operation, reply| {
        if operation == "snapshot" || operation == "entries" {
            reply.body = json!({"sites": [told], "next": null, "total": 1}).to_string();
        }
    }));
    read_pages_of(&net, victim, &addresses[0]);
    assert_eq!(entry_at(&net, victim, victim).body, own.body);
    assert_eq!(net.names(victim, "marine"), ["Marine Biology"]);
}

#[test]
fn an_older_description_of_the_same_key_changes_nothing_and_is_no_fault() {
    let (net, addresses) = met(3);
    let old = entry_at(&net, &addresses[0], &addresses[1]);
    *net.now.borrow_mut() += DAY_MS;
    net.describe(&addresses[1], net.now());
    net.sync_all(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    let answer = store(&net, &addresses[0], &old, &item);
    assert_eq!(answer["stored"], json!([item["recordid"]]));
    assert_ne!(entry_at(&net, &addresses[0], &addresses[1]).body, old.body);
}

#[test]
fn an_item_with_more_terms_than_any_record_needs_is_refused() {
    let (net, addresses) = met(3);
    let mut item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    item["terms"] = (0..=MAX_ITEM_TERMS).map(|n| json!(Term::of_word(&n.to_string()))).collect();
    let answer = store(&net, &addresses[0], &entry_at(&net, &addresses[0], &addresses[1]), &item);
    assert_eq!(answer["refused"][0]["code"], "too_large");
    assert!(net.site(&addresses[0]).holdings.is_empty());
}

#[test]
fn of_two_texts_with_one_seq_the_first_stays() {
    let (net, addresses) = met(3);
    let entry = entry_at(&net, &addresses[0], &addresses[1]);
    let first = net.course(&addresses[1], "course/1", "First", "Tides", net.now());
    let second = net.course(&addresses[1], "course/1", "Second", "Tides", net.now());
    store(&net, &addresses[0], &entry, &first);
    let answer = store(&net, &addresses[0], &entry, &second);
    assert_eq!(answer["refused"][0]["code"], "older");
    assert_eq!(answer["refused"][0]["newer"]["body"], first["body"]);
}

#[test]
fn whoever_is_no_site_of_the_network_has_no_share_of_the_records() {
    let (net, addresses) = met(8);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    net.publish(&addresses[1], vec![item]);
    let stranger = Id::digest(b"stranger");
    for address in &addresses {
        let ask = |operation: &str, body: Value| {
            net.ask(address, "POST", "", &envelope("test", operation, &body)).body
        };
        let asked = json!({"node": stranger, "salt": "ab".repeat(16), "from": 0, "count": 300});
        let answer: InventoryAnswer = serde_json::from_str(&ask("inventory", asked)).unwrap();
        assert_eq!(answer.items, 0);
        let answer: RecordsAnswer = serde_json::from_str(&ask("records", json!({"node": stranger}))).unwrap();
        assert!(answer.records.is_empty());
    }
}

fn answer_of(net: &Net, address: &str, query: &Value) -> HomeAnswer {
    let reply = net.ask(address, "POST", "", &envelope("test", "search", &json!({"query": query})));
    serde_json::from_str(&reply.body).unwrap()
}

#[test]
fn a_home_cannot_show_what_the_filters_exclude_or_what_is_known_to_be_withdrawn() {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    net.publish(&addresses[1], vec![item.clone()]);
    let answer = answer_of(&net, &addresses[0], &json!({"words": "marine"}));
    let shown = |filters: Value| {
        let query = serde_json::from_value(json!({"words": "marine", "filters": filters})).unwrap();
        verified(&net.site(&addresses[2]), &query, answer.clone(), net.now()).hits.len()
    };
    assert_eq!(shown(json!({"access": ["guest"], "country": ["ES"], "lang": ["en"], "type": ["page"]})), 1);
    for filters in [json!({"access": ["paid"]}), json!({"country": ["FR"]}), json!({"lang": ["fr"]})] {
        assert_eq!(shown(filters.clone()), 0, "{filters}");
    }
    let tombstone = net.tombstone(&addresses[1], "course/1", &item, net.now() + 1);
    net.publish(&addresses[1], vec![tombstone]);
    assert_eq!(shown(json!({})), 0);
}

#[test]
fn a_home_cannot_claim_more_matches_than_there_can_be() {
    let (net, addresses) = met(3);
    let mut answer = answer_of(&net, &addresses[0], &json!({"words": "marine"}));
    answer.total = u64::MAX;
    answer.facets.site = (0..5_000).map(|n| (format!("site{n}"), u64::MAX)).collect();
    let query = serde_json::from_value(json!({"words": "marine"})).unwrap();
    let answer = verified(&net.site(&addresses[2]), &query, answer, net.now());
    assert!(answer.total < 1 << 32 && answer.facets.site.is_empty());
}

#[test]
fn a_blocked_site_is_asked_nothing() {
    let (net, addresses) = met(8);
    for blocked in &addresses[1..] {
        net.set(&addresses[0], "blocked", json!({"sites": [blocked]}));
        let item = net.course(&addresses[0], "course/1", "Marine Biology", "Tides", net.now());
        net.requests.borrow_mut().clear();
        net.publish(&addresses[0], vec![item]);
        net.search(&addresses[0], "marine biology");
        (0..20).for_each(|random| drop(net.sync(&addresses[0], random)));
        assert!(net.requests.borrow().iter().all(|(address, _)| address != blocked), "{blocked}");
    }
}

#[test]
fn a_lost_name_is_gone_from_every_home_that_had_it() {
    let (net, addresses) = met(20);
    for n in 0..6 {
        let id = format!("course/{n}");
        let old = net.course(&addresses[n], &id, &format!("Zoology{n}"), "Tides", net.now());
        net.publish(&addresses[n], vec![old.clone()]);
        net.sync_all(6);
        let mut new = net.course(&addresses[n], &id, &format!("Botany{n}"), "Tides", net.now() + 2);
        let kept = new["terms"].as_array().unwrap().clone();
        new["lost"] =
            old["terms"].as_array().unwrap().iter().filter(|t| !kept.contains(t)).cloned().collect();
        net.publish(&addresses[n], vec![new]);
        for address in &addresses {
            assert!(net.names(address, &format!("Zoology{n}")).is_empty(), "{address}");
        }
    }
}

#[test]
fn nobody_files_a_record_under_terms_that_it_does_not_sign() {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    let publisher = entry_at(&net, &addresses[0], &addresses[1]);
    let withdrawal = net.tombstone(&addresses[1], "course/1", &item, net.now() + 1);
    for mut sent in [item, withdrawal] {
        sent["terms"].as_array_mut().unwrap().push(json!(Term::of_word("zoolog")));
        let answer = store(&net, &addresses[0], &publisher, &sent);
        assert_eq!(answer["refused"][0]["code"], "bad_request");
        assert!(net.site(&addresses[0]).holdings.is_empty());
    }
}

#[test]
fn a_signed_list_is_a_fault_and_nothing_is_acknowledged() {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    net.publish(&addresses[1], vec![item.clone()]);
    let publisher = entry_at(&net, &addresses[0], &addresses[1]);
    let withdrawal = net.tombstone(&addresses[1], "course/1", &item, net.now() + 1);
    for sent in [item, withdrawal] {
        let fields: Value = serde_json::from_str(sent["body"].as_str().unwrap()).unwrap();
        let list: Vec<Value> = fields.as_object().unwrap().values().cloned().collect();
        for body in [json!(list).to_string(), r#"{"id":"course/1","id":"course/2"}"#.to_owned()] {
            let mut forged = sent.clone();
            let kind = sent["type"].as_str().unwrap();
            let signed = net.site(&addresses[1]).sign(kind, body).unwrap();
            (forged["body"], forged["sig"]) = (json!(signed.body), json!(signed.sig));
            let body = envelope("test", "store", &json!({"site": publisher, "records": [wire(&forged)]}));
            let reply = net.ask(&addresses[0], "POST", "", &body);
            assert_eq!((reply.status, code(&reply.body)), (400, Some(Code::BadRequest)), "{kind}");
            assert_eq!(net.names(&addresses[0], "marine"), ["Marine Biology"]);
        }
    }
}

#[test]
fn a_withdrawal_is_done_where_there_is_nothing_to_withdraw() {
    let (net, addresses) = met(12);
    let mut tombstone = net.tombstone(&addresses[1], "course/1", &json!({"terms": []}), net.now());
    tombstone["lost"] = json!([Term::of_word("zoology")]);
    let published = net.publish(&addresses[1], vec![tombstone]);
    assert_eq!(published.results[0].state, PublishState::Published, "{:?}", published.results);
}

#[test]
fn a_later_page_is_there_while_other_homes_are_down() {
    let (net, addresses) = met(8);
    let items =
        |n: usize| net.course(&addresses[1], &format!("course/{n}"), "Volcanology", "Lava", net.now());
    net.publish(&addresses[1], (0..12).map(items).collect());
    net.sync_all(8);
    let homes: Vec<&String> = addresses.iter().filter(|a| net.site(a).index.len() == 12).collect();
    assert!(!homes.is_empty());
    for home in homes {
        net.down.borrow_mut().extend(addresses.iter().filter(|a| *a != home).cloned());
        let query = json!({"words": "volcanology", "lang": "en", "offset": 5, "limit": 5}).to_string();
        let found = net.drive(SearchTask::start(&net.site(home), &query, net.now()).unwrap());
        if found.total > 0 {
            assert_eq!(found.hits.len(), 5, "{home}");
        }
        net.down.borrow_mut().clear();
    }
}

#[test]
fn one_publisher_cannot_fill_a_site() {
    let (net, addresses) = met(2);
    let first = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    let entry = entry_at(&net, &addresses[0], &addresses[1]);
    store(&net, &addresses[0], &entry, &first);
    let mut full = net.fresh(&addresses[0]);
    let held = full.holdings.iter().next().unwrap().holding();
    (1..MAX_OF_ONE_SITE).for_each(|n| full.holdings.put(Id::digest(&n.to_be_bytes()), held.clone()));
    let full = Arc::new(full);
    let ask = |item: &Value| {
        let body = envelope("test", "store", &json!({"site": entry, "records": [wire(item)]}));
        let Handling::Reply(reply) = full.handle("POST", "", &body, net.now()) else { unreachable!() };
        reply.body
    };
    let more = net.course(&addresses[1], "course/2", "More", "Tides", net.now());
    assert!(ask(&more).contains("\"full\""));
    let changed = net.course(&addresses[1], "course/1", "Renamed", "Tides", net.now() + 1);
    assert!(!ask(&changed).contains("\"full\""), "what is held can still be changed");
}
