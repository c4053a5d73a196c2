//! Claims about quotas and the best postings of a term.

use courseglue_index::{Holdings, MAX_POSTINGS_OF_ONE_SITE};
use courseglue_protocol::message::{Code, StoredItem};
use courseglue_protocol::samples::descriptor as body;
use courseglue_protocol::{DAY_MS, Entry, Id, ItemType, Millis, Term, Terms};
use serde_json::json;

use super::Intake;
use crate::change::Change;
use crate::settings::Settings;
use crate::site::Site;

const NOW: Millis = 20_000 * DAY_MS;

fn settings(address: &str, quota: u64) -> Settings {
    let secret = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";
    let json = json!({"network": "test", "address": address, "scheme": "https", "secret": secret, "viewdir": "",
        "blockedhosts": [], "allowedports": [], "quota": quota});
    Settings::from_json(&json.to_string()).unwrap()
}

/// A site that knows one publisher, and that publisher.
fn sites(quota: u64) -> (Site, Site) {
    let mut site = Site::new(settings("a.example", quota));
    let publisher = Site::new(settings("b.example", quota));
    let key = publisher.settings.secret.as_ref().unwrap().public();
    for address in ["a.example", "b.example"] {
        let body = body(address, key, NOW);
        let sig = publisher.sign("descriptor", body.clone()).unwrap().sig;
        site.apply(Change::from(&Entry { body, sig, vouchers: Vec::new() }.read().unwrap()));
    }
    (site, publisher)
}

fn item(publisher: &Site, id: usize, name: &str, summary: &str, words: &[&str]) -> StoredItem {
    let content = json!({"id": format!("course/{id}"), "lang": "en", "fullname": {"en": name},
        "shortname": {"en": format!("c{id}")}, "summary": {"en": summary}, "category": [], "tags": [],
        "format": "topics", "access": "guest", "backup": false, "link": "course/view.php?id=1", "contents": []});
    let built = publisher.record(&content.to_string(), NOW).unwrap();
    let terms = words.iter().map(|word| Term::of_word(word)).collect();
    StoredItem { item: ItemType::Record, body: built.body, sig: built.sig, terms }
}

fn store(site: &mut Site, changes: Vec<Change>) {
    changes.into_iter().for_each(|change| site.apply(change));
}

#[test]
fn a_term_takes_a_thousand_postings_of_one_publisher_and_says_which_it_did_not() {
    let (site, publisher) = sites(1 << 30);
    let mut intake = Intake::new(&site, site.holdings.clone(), NOW);
    let first = intake.take(None, item(&publisher, 0, "Zoo", "", &["zoo"])).unwrap();
    let (mut held, _, _) = intake.into_parts();
    let one = held.get(&first.recordid).unwrap().holding();
    (1..MAX_POSTINGS_OF_ONE_SITE).for_each(|n| held.put(Id::digest(&n.to_be_bytes()), one.clone()));
    let mut intake = Intake::new(&site, held, NOW);
    let refused = intake.take(None, item(&publisher, 1, "Zoo", "", &["zoo"])).unwrap_err();
    assert_eq!(refused.code, Code::Surplus);
    let taken = intake.take(None, item(&publisher, 2, "Zoo and park", "", &["zoo", "park"])).unwrap();
    assert_eq!(
        (taken.refused[0].code, &taken.refused[0].terms),
        (Code::Surplus, &Terms::from_iter([Term::of_word("zoo")]))
    );
    let changes = intake.changes();
    let held_for = changes.iter().find_map(|change| match change {
        Change::Record(row) if row.recordid == taken.recordid => Some(row.terms.clone()),
        _ => None,
    });
    assert_eq!(held_for, Some(vec![Term::of_word("park")]));
}

#[test]
fn of_too_many_postings_the_best_are_kept_and_the_cut_is_said() {
    let (mut site, publisher) = sites(1 << 30);
    let zoo = Term::of_word("zoo");
    // The word is in the name of the first fifty, and deep in the summary of the others.
    let summary = |n: usize| format!("{} zoo", "filler ".repeat(n + 1));
    let named = |n: usize| item(&publisher, n, "Zoo", "", &["zoo"]);
    let said = |n: usize| item(&publisher, n, "Course", &summary(n), &["zoo"]);
    let mut intake = Intake::new(&site, Holdings::default(), NOW);
    (0..50).for_each(|n| drop(intake.take(None, named(n)).unwrap()));
    (50..100).for_each(|n| drop(intake.take(None, said(n)).unwrap()));
    let changes = intake.changes();
    store(&mut site, changes);
    assert!(!site.is_cut(&zoo) && site.holdings.postings(&zoo) == 100);
    let take = |site: &Site, item: StoredItem| {
        let mut intake = Intake::new(site, site.holdings.clone(), NOW);
        intake.limit = 100;
        let outcome = intake.take(None, item).map(|taken| taken.recordid);
        (outcome, intake.changes())
    };
    let (outcome, changes) = take(&site, named(200));
    let newest = outcome.unwrap();
    store(&mut site, changes);
    assert!(site.is_cut(&zoo) && site.holdings.get(&newest).is_some());
    assert_eq!(site.holdings.postings(&zoo), 96);
    assert_eq!(site.index.df("zoo"), 96);
    for n in 0..50 {
        assert!(site.holdings.get(&Id::of_record("b.example", &format!("course/{n}"))).is_some(), "{n}");
    }
    let (outcome, changes) = take(&site, said(300));
    assert_eq!(outcome.unwrap_err().code, Code::Surplus);
    assert!(changes.is_empty());
}

#[test]
fn what_is_held_can_still_be_changed_and_withdrawn_when_there_is_no_room_for_more() {
    let (_, publisher) = sites(1 << 30);
    let long = "word ".repeat(100);
    let first = item(&publisher, 1, "Zoo", &long, &["zoo"]);
    let size = (first.body.len() + 64 + 6) as u64;
    let (mut site, _) = sites(size * 10 / 9);
    let mut intake = Intake::new(&site, Holdings::default(), NOW);
    intake.take(None, first).unwrap();
    assert_eq!(intake.take(None, item(&publisher, 2, "Zoo", "", &["zoo"])).unwrap_err().code, Code::Full);
    let changes = intake.changes();
    store(&mut site, changes);
    let mut changed = json!(
        serde_json::from_str::<serde_json::Value>(&item(&publisher, 1, "Zoos", &long, &[]).body).unwrap()
    );
    changed.as_object_mut().unwrap().remove("site");
    for field in ["seq", "until", "terms"] {
        changed.as_object_mut().unwrap().remove(field);
    }
    let built = publisher.record(&changed.to_string(), NOW + 1).unwrap();
    let terms = Terms::from_iter([Term::of_word("zoo")]);
    let newer = StoredItem { item: ItemType::Record, body: built.body, sig: built.sig, terms };
    let mut intake = Intake::new(&site, site.holdings.clone(), NOW);
    assert!(intake.take(None, newer).is_ok());
    let gone = publisher.tombstone("course/1", NOW + 2, &[]).unwrap();
    let gone =
        StoredItem { item: ItemType::Tombstone, body: gone.body, sig: gone.sig, terms: Terms::default() };
    assert!(intake.take(None, gone).is_ok());
    let (held, _, _) = intake.into_parts();
    assert!(held.bytes() < size && held.iter().all(|item| item.withdrawn));
}

/// Makes a site know enough others that it does not hold everything, and is still near to every term.
fn crowd(site: &mut Site, publisher: &Site) {
    let key = publisher.settings.secret.as_ref().unwrap().public();
    for n in 0..7 {
        let body = body(&format!("c{n}.example"), key, NOW);
        let sig = publisher.sign("descriptor", body.clone()).unwrap().sig;
        site.apply(Change::from(&Entry { body, sig, vouchers: Vec::new() }.read().unwrap()));
    }
}

#[test]
fn one_publisher_takes_an_eighth_of_the_room_at_most_with_withdrawals_too() {
    let (mut site, publisher) = sites(16 * 1024);
    crowd(&mut site, &publisher);
    let mut intake = Intake::new(&site, Holdings::default(), NOW);
    let taken = (0..100).filter(|n| intake.take(None, item(&publisher, *n, "Zoo", "", &["zoo"])).is_ok());
    assert!(taken.count() > 0);
    for n in 100..200 {
        let gone = publisher.tombstone(&format!("course/{n}"), NOW, &[Term::of_word("zoo")]).unwrap();
        let (item, terms) = (ItemType::Tombstone, gone.terms.into_iter().collect());
        drop(intake.take(None, StoredItem { item, body: gone.body, sig: gone.sig, terms }));
    }
    let (held, _, _) = intake.into_parts();
    assert!(held.bytes() <= 2 * 1024, "{}", held.bytes());
}
