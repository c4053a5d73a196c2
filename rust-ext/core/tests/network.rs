//! Claims about a network of sites, on the real engine.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod across;
mod hostile;
mod mangling;
mod membership;
mod net;
mod storage;
mod young;

use courseglue_core::{Families, ProbeTask, PublishState, Reply, Rule, Trouble};
use courseglue_protocol::Term;
use courseglue_protocol::message::{Code, envelope};
use courseglue_protocol::{DAY_MS, HOUR_MS};
use serde_json::{Value, json};

use net::{Net, met, wire};

fn code(body: &str) -> Option<Code> {
    let body: Value = serde_json::from_str(body).unwrap();
    serde_json::from_value(body["error"]["code"].clone()).ok()
}

#[test]
fn sites_that_join_through_one_address_all_know_each_other() {
    let (net, addresses) = met(7);
    for address in &addresses {
        assert_eq!(net.site(address).table.len(), 7, "{address}");
    }
}

#[test]
fn a_newcomer_whose_address_does_not_answer_is_let_in_by_nobody() {
    let (net, addresses) = met(3);
    net.add("dead.example");
    net.down.borrow_mut().insert("dead.example".into());
    let error = net.join("dead.example", &addresses[0]).unwrap_err();
    let Trouble::Unchecked { have: 0, needed: 2, sites, own: Some(own) } = &*error.trouble else {
        panic!("{error}")
    };
    let families = Families::default();
    for neighbour in sites {
        assert_eq!(neighbour.trouble, Trouble::NotAdmitted);
    }
    assert_eq!(**own, Trouble::NothingListens { families }, "what is met there, this site alone finds out");
    assert_eq!(sites.len(), 3);
    assert!(error.to_string().contains("asked its own address, too: it cannot be reached"), "{error}");
    assert!(addresses.iter().all(|a| net.site(a).table.len() == 3));
}

#[test]
fn joining_through_a_dead_address_says_so() {
    let net = Net::new();
    net.add("a.example");
    let error = net.join("a.example", "nobody.example").unwrap_err();
    assert_eq!(error.to_string(), "https://nobody.example cannot be reached: nothing listens there");
}

#[test]
fn a_joining_that_fails_says_with_whom_and_why() {
    let (net, addresses) = met(2);
    net.add("new.example");
    let trouble = |lie: fn(&mut Value)| {
        *net.lie.borrow_mut() = Some(Box::new(move |_: &str, operation: &str, reply: &mut Reply| {
            if operation == "describe" {
                let mut answer = serde_json::from_str(&reply.body).unwrap();
                lie(&mut answer);
                reply.body = answer.to_string();
            }
        }));
        let error = net.join("new.example", &addresses[0]).unwrap_err();
        assert_eq!(error.site, format!("https://{}", addresses[0]));
        *error.trouble
    };
    assert_eq!(
        trouble(|answer| answer["network"] = "school-7".into()),
        Trouble::OtherNetwork { network: Some("school-7".into()) }
    );
    assert_eq!(
        trouble(|answer| answer["network"] = "Send your password to me.".into()),
        Trouble::OtherNetwork { network: None }
    );
    assert_eq!(trouble(|answer| answer["version"] = 2.into()), Trouble::OtherVersion { version: Some(2) });
    let late = |answer: &mut Value| answer["time"] = (answer["time"].as_u64().unwrap() - 2 * DAY_MS).into();
    assert_eq!(trouble(late), Trouble::Clock { ahead: Some(2 * 86_400) });
    let early = |answer: &mut Value| answer["time"] = (answer["time"].as_u64().unwrap() + 2 * DAY_MS).into();
    assert_eq!(trouble(early), Trouble::Clock { ahead: Some(-2 * 86_400) });
    assert_eq!(trouble(|answer| answer["site"]["body"] = "{}".into()), Trouble::Forged);
    assert_eq!(trouble(|answer| *answer = Value::from("hello")), Trouble::Unreadable);
}

#[test]
fn a_neighbour_that_has_to_wait_says_for_how_long() {
    let (net, addresses) = met(1);
    net.add("new.example");
    let body = |address: &str| {
        let site: Value = serde_json::from_str(&net.entry(address)).unwrap();
        envelope("test", "vouch", &json!({"site": site}))
    };
    net.add("new.example/other");
    net.down.borrow_mut().insert("new.example/other".into());
    net.ask(&addresses[0], "POST", "", &body("new.example/other"));
    let error = net.join("new.example", &addresses[0]).unwrap_err();
    let Trouble::Unchecked { sites, .. } = &*error.trouble else { panic!("{error}") };
    assert_eq!(sites[0].trouble, Trouble::TooOften { after: Some(3_661) });
}

#[test]
fn who_is_at_an_address_is_asked_without_a_word_about_the_asker() {
    let (net, addresses) = met(2);
    net.add("new.example");
    net.requests.borrow_mut().clear();
    let site = net.site("new.example");
    let probe = |url: &str| ProbeTask::start(&site.settings, url).and_then(|task| net.drive(task));
    let found = probe(&format!("https://{}./", addresses[0].to_uppercase())).unwrap();
    assert_eq!((found.url, &found.address), (format!("https://{}", addresses[0]), &addresses[0]));
    assert_eq!(*net.requests.borrow(), [(addresses[0].clone(), "describe".to_owned())]);
    for (url, trouble) in [
        ("https://new.example", Trouble::OwnAddress),
        ("no address", Trouble::NoAddress),
        ("http://a.example", Trouble::BlockedHere { rule: Rule::Scheme }),
        ("https://nobody.example", Trouble::NothingListens { families: Families::default() }),
    ] {
        assert_eq!(*probe(url).unwrap_err().trouble, trouble, "{url}");
    }
}

#[test]
fn a_host_is_checked_once_an_hour_however_often_it_is_named() {
    let (net, addresses) = met(2);
    net.add("victim.example");
    net.add("other.example/moodle");
    net.requests.borrow_mut().clear();
    for path in 0..20 {
        let attacker = format!("victim.example/m{path}");
        net.add(&attacker);
        let site: Value = serde_json::from_str(&net.entry(&attacker)).unwrap();
        let body = envelope("test", "vouch", &json!({"site": site}));
        net.ask(&addresses[0], "POST", "", &body);
    }
    let named = |r: &&(String, String)| r.0.starts_with("victim.example");
    assert_eq!(net.requests.borrow().iter().filter(named).count(), 1);
    *net.now.borrow_mut() += HOUR_MS + HOUR_MS / 60;
    let site: Value = serde_json::from_str(&net.entry("victim.example")).unwrap();
    net.ask(&addresses[0], "POST", "", &envelope("test", "vouch", &json!({"site": site})));
    let asked: Vec<_> = net.requests.borrow().iter().filter(named).map(|(to, _)| to.clone()).collect();
    assert_eq!(asked.len(), 2);
    assert_ne!(asked[1], "victim.example", "it is the turn of one that was turned away before");
}

#[test]
fn a_published_course_is_found_from_every_site() {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Bladderwrack transects", net.now());
    let published = net.publish(&addresses[1], vec![item]);
    assert_eq!(published.results[0].state, PublishState::Published, "{:?}", published.results);
    for address in &addresses {
        assert_eq!(net.names(address, "marine biology"), ["Marine Biology"], "{address}");
        let found = net.search(address, "bladderwrack");
        assert_eq!(found.hits[0].hit.hit.matched, [0]);
        assert_eq!(found.hits[0].site.url, "https://moodle.school1.example");
        assert!(found.asked.is_empty(), "three sites hold everything: nobody needs to be asked");
    }
}

#[test]
fn a_withdrawn_course_is_gone_everywhere_and_stays_gone() {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    net.publish(&addresses[1], vec![item.clone()]);
    let tombstone = net.tombstone(&addresses[1], "course/1", &item, net.now() + 1);
    let published = net.publish(&addresses[1], vec![tombstone]);
    assert_eq!(published.results[0].state, PublishState::Published);
    let again = net.publish(&addresses[1], vec![item]);
    assert!(again.results[0].newer.is_some(), "an old record comes back with what replaced it");
    net.sync_all(3);
    for address in &addresses {
        assert!(net.names(address, "marine").is_empty());
    }
}

#[test]
fn a_renamed_course_is_found_by_its_new_name_only() {
    let (net, addresses) = met(3);
    let old = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    net.publish(&addresses[1], vec![old.clone()]);
    let mut new = net.course(&addresses[1], "course/1", "Coastal Ecology", "Tides", net.now() + 1);
    let kept: Vec<&Value> = new["terms"].as_array().unwrap().iter().collect();
    let lost: Vec<Value> =
        old["terms"].as_array().unwrap().iter().filter(|t| !kept.contains(t)).cloned().collect();
    assert!(!lost.is_empty());
    new["lost"] = Value::Array(lost);
    net.publish(&addresses[1], vec![new]);
    assert!(net.names(&addresses[0], "marine").is_empty());
    assert_eq!(net.names(&addresses[2], "coastal"), ["Coastal Ecology"]);
}

#[test]
fn a_site_that_was_down_gets_what_it_missed_and_its_own_courses_were_never_gone() {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[2], "course/1", "Seahorse Care", "Feeding", net.now());
    net.publish(&addresses[2], vec![item]);
    net.down.borrow_mut().insert(addresses[2].clone());
    let item = net.course(&addresses[0], "course/9", "Tropical Reefs", "Corals", net.now());
    let published = net.publish(&addresses[0], vec![item.clone()]);
    assert_eq!(published.results[0].state, PublishState::Pending, "one of its two homes is down");
    assert_eq!(net.names(&addresses[1], "seahorse"), ["Seahorse Care"]);
    assert_eq!(net.names(&addresses[1], "reefs"), ["Tropical Reefs"]);
    net.down.borrow_mut().clear();
    net.sync_all(3);
    assert_eq!(net.names(&addresses[2], "reefs"), ["Tropical Reefs"]);
    assert_eq!(net.publish(&addresses[0], vec![item]).results[0].state, PublishState::Published);
}

#[test]
fn in_a_larger_network_two_homes_answer_in_one_round() {
    let (net, addresses) = met(14);
    for n in 0..20 {
        let publisher = &addresses[n % addresses.len()];
        let id = format!("course/{n}");
        let item = net.course(publisher, &id, &format!("Marine Biology {n}"), "Tides", net.now());
        let published = net.publish(publisher, vec![item]);
        assert_eq!(published.results[0].state, PublishState::Published, "{:?}", published.results);
    }
    for address in &addresses {
        net.requests.borrow_mut().clear();
        let found = net.search(address, "marine biology");
        assert_eq!(found.total, 20, "{address}");
        assert!(net.requests.borrow().len() <= 2);
    }
}

#[test]
fn with_some_homes_down_everything_is_still_found() {
    let (net, addresses) = met(14);
    for (n, publisher) in addresses[..10].iter().enumerate() {
        let id = format!("course/{n}");
        let item = net.course(publisher, &id, &format!("Volcanology {n}"), "Lava", net.now());
        net.publish(publisher, vec![item]);
    }
    net.sync_all(12);
    for address in &addresses[10..14] {
        net.down.borrow_mut().insert(address.clone());
    }
    for address in &addresses[..10] {
        assert_eq!(net.search(address, "volcanology").total, 10, "{address}");
    }
}

#[test]
fn what_another_key_signed_is_not_stored() {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    let mut forged = item.clone();
    forged["body"] = item["body"].as_str().unwrap().replace("Marine", "Martian").into();
    let entry: Value = serde_json::from_str(&net.entry(&addresses[1])).unwrap();
    let body = envelope("test", "store", &json!({"site": entry, "records": [wire(&forged)]}));
    let reply = net.ask(&addresses[0], "POST", "", &body);
    assert_eq!((reply.status, code(&reply.body)), (403, Some(Code::BadSignature)));
    assert!(net.site(&addresses[0]).holdings.is_empty());
}

#[test]
fn a_term_that_the_text_does_not_sign_is_refused_and_said() {
    let (net, addresses) = met(3);
    let mut item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    item["terms"].as_array_mut().unwrap().push(json!(Term::of_word("football")));
    let published = net.publish(&addresses[1], vec![item]);
    assert_eq!(published.results[0].state, PublishState::Pending);
    assert!(published.results[0].problem.is_some());
    assert!(net.site(&addresses[0]).holdings.is_empty());
}

#[test]
fn another_networks_message_changes_nothing() {
    let (net, addresses) = met(2);
    let entry: Value = serde_json::from_str(&net.entry(&addresses[1])).unwrap();
    let reply =
        net.ask(&addresses[0], "POST", "", &envelope("elsewhere", "announce", &json!({"sites": [entry]})));
    assert_eq!((reply.status, code(&reply.body)), (409, Some(Code::WrongNetwork)));
    assert!(reply.changes.is_empty());
}

#[test]
fn a_stranger_without_vouchers_is_not_admitted() {
    let (net, addresses) = met(4);
    net.add("stranger.example");
    let item = net.course("stranger.example", "course/1", "Spam", "Spam", net.now());
    let entry: Value = serde_json::from_str(&net.entry("stranger.example")).unwrap();
    let announce = envelope("test", "announce", &json!({"sites": [entry.clone()]}));
    let reply = net.ask(&addresses[0], "POST", "", &announce);
    assert!(reply.changes.is_empty());
    let store = envelope("test", "store", &json!({"site": entry, "records": [wire(&item)]}));
    let reply = net.ask(&addresses[0], "POST", "", &store);
    assert_eq!((reply.status, code(&reply.body)), (403, Some(Code::NotAdmitted)));
}

#[test]
fn a_restored_site_is_handed_what_it_signed_later() {
    let (net, addresses) = met(3);
    let newer = net.course(&addresses[1], "course/1", "Second Edition", "Tides", net.now() + 10);
    let older = net.course(&addresses[1], "course/1", "First Edition", "Tides", net.now());
    net.publish(&addresses[1], vec![newer.clone()]);
    let published = net.publish(&addresses[1], vec![older]);
    let newer_item = published.results[0].newer.as_ref().unwrap();
    assert_eq!(newer_item.body, newer["body"].as_str().unwrap());
    assert_eq!(net.names(&addresses[0], "edition"), ["Second Edition"]);
}

#[test]
fn a_site_whose_lease_ends_is_forgotten_with_its_courses() {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[2], "course/1", "Seahorse Care", "Feeding", net.now());
    net.publish(&addresses[2], vec![item]);
    net.down.borrow_mut().insert(addresses[2].clone());
    *net.now.borrow_mut() += 30 * DAY_MS;
    for address in &addresses[..2] {
        net.describe(address, net.now());
    }
    net.sync_all(2);
    assert_eq!(net.names(&addresses[0], "seahorse"), ["Seahorse Care"]);
    *net.now.borrow_mut() += 18 * DAY_MS;
    assert!(net.names(&addresses[0], "seahorse").is_empty());
    net.sync_all(2);
    let site = net.site(&addresses[0]);
    assert_eq!((site.table.len(), site.holdings.len()), (2, 0));
}

#[test]
fn a_site_that_does_not_take_part_answers_503() {
    let settings = json!({"network": "test", "address": "a.example", "scheme": "https", "viewdir": "",
        "blockedhosts": [], "allowedports": []});
    let settings = courseglue_core::Settings::from_json(&settings.to_string()).unwrap();
    let site = std::sync::Arc::new(courseglue_core::Site::new(settings));
    let courseglue_core::Handling::Reply(reply) = site.handle("GET", "operation=describe", b"", 0) else {
        unreachable!()
    };
    assert_eq!((reply.status, code(&reply.body)), (503, Some(Code::Unavailable)));
}

/// A home that answers with a real record for another query, its own score and matches.
#[test]
fn a_home_cannot_lie_about_what_it_found() {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    net.publish(&addresses[1], vec![item]);
    let honest = net.ask(
        &addresses[0],
        "POST",
        "",
        &envelope(
            "test",
            "search",
            &json!({"query": {"words": "marine", "lang": "en", "filters": {}, "offset": 0, "limit": 20}}),
        ),
    );
    let mut answer: Value = serde_json::from_str(&honest.body).unwrap();
    let searched = |words: &str, answer: &Value| {
        let query = json!({"words": words, "lang": "en", "filters": {}, "offset": 0, "limit": 20});
        let query = serde_json::from_value(query).unwrap();
        let answer = serde_json::from_value(answer.clone()).unwrap();
        courseglue_core::verified(&net.site(&addresses[2]), &query, answer, net.now())
    };
    answer["hits"][0]["score"] = json!(1e9);
    answer["hits"][0]["matched"] = json!([99]);
    let found = searched("marine", &answer);
    assert!(found.hits[0].hit.score < 100.0 && found.hits[0].hit.matched.is_empty());
    assert!(searched("football", &answer).hits.is_empty());
    answer["hits"][0]["body"] =
        answer["hits"][0]["body"].as_str().unwrap().replace("Marine", "Martian").into();
    assert!(searched("marine", &answer).hits.is_empty());
}
