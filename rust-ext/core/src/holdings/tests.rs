//! Claims about what is counted.

use proptest::prelude::*;

use super::*;

fn id(kind: &str, n: u8) -> Id {
    Id::digest(format!("{kind} {n}").as_bytes())
}

fn held(node: u8, seq: Millis, withdrawn: bool, terms: &[u8]) -> Held {
    Held {
        node: id("node", node),
        seq,
        withdrawn,
        body: format!(r#"{{"id":"course","seq":{seq}}}"#),
        sig: Sig([0; 64]),
        terms: terms.iter().map(|n| id("term", *n)).collect(),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, Held),
    Remove(u8),
    Drop(u8, u8),
}

fn step() -> impl Strategy<Value = Step> {
    let item = (0..3_u8, 1..5_u64, any::<bool>(), prop::collection::vec(0..6_u8, 0..4));
    let item = item.prop_map(|(node, seq, withdrawn, terms)| held(node, seq, withdrawn, &terms));
    prop_oneof![
        (0..12_u8, item).prop_map(|(record, held)| Step::Put(record, held)),
        (0..12_u8).prop_map(Step::Remove),
        (0..12_u8, 0..6_u8).prop_map(|(record, term)| Step::Drop(record, term)),
    ]
}

fn run(holdings: &mut Holdings, steps: &[Step]) {
    for step in steps {
        match step {
            Step::Put(record, held) => holdings.put(id("record", *record), Arc::new(held.clone())),
            Step::Remove(record) => drop(holdings.remove(&id("record", *record))),
            Step::Drop(record, term) => holdings.drop_term(&id("record", *record), &id("term", *term)),
        }
    }
}

/// Every count against what is there.
fn check(holdings: &Holdings) -> Result<(), TestCaseError> {
    prop_assert_eq!(holdings.len(), holdings.iter().count());
    prop_assert_eq!(holdings.bytes(), holdings.values().map(|held| held.bytes()).sum::<u64>());
    for n in 0..6 {
        let of_term = |held: &&Arc<Held>| !held.withdrawn && held.terms.contains(&id("term", n));
        prop_assert_eq!(holdings.postings(&id("term", n)), holdings.values().filter(of_term).count());
    }
    for n in 0..3 {
        let node = id("node", n);
        let of_node = |held: &&Arc<Held>| held.node == node;
        prop_assert_eq!(holdings.items_of(&node), holdings.values().filter(of_node).count());
        let others = holdings.values().filter(|held| held.node != node).map(|held| held.bytes()).sum::<u64>();
        prop_assert_eq!(holdings.bytes_of_others(&node), others);
    }
    prop_assert_eq!(
        holdings.terms().count(),
        (0..6).filter(|n| holdings.postings(&id("term", *n)) > 0).count()
    );
    Ok(())
}

proptest! {
    #[test]
    fn counts_are_those_of_what_is_held(steps in prop::collection::vec(step(), 0..60)) {
        let mut holdings = Holdings::default();
        run(&mut holdings, &steps);
        check(&holdings)?;
    }

    #[test]
    fn a_clone_stays_as_it_was(before in prop::collection::vec(step(), 0..30), after in prop::collection::vec(step(), 0..30)) {
        let mut holdings = Holdings::default();
        run(&mut holdings, &before);
        let clone = holdings.clone();
        let was: BTreeSet<Id> = clone.iter().map(|(recordid, _)| *recordid).collect();
        run(&mut holdings, &after);
        check(&clone)?;
        prop_assert_eq!(was, clone.iter().map(|(recordid, _)| *recordid).collect::<BTreeSet<_>>());
        check(&holdings)?;
    }
}

#[test]
fn enough_of_one_publisher_is_a_thousand_postings_of_a_term() {
    let mut holdings = Holdings::default();
    let (node, term) = (id("node", 1), id("term", 1));
    let record = |n: usize| Id::digest(&n.to_be_bytes());
    (0..MAX_POSTINGS_OF_ONE_SITE).for_each(|n| {
        assert!(!holdings.has_enough_of(&node, &term), "{n}");
        holdings.put(record(n), Arc::new(held(1, 1, false, &[1])));
    });
    assert!(holdings.has_enough_of(&node, &term));
    assert!(!holdings.has_enough_of(&node, &id("term", 2)) && !holdings.has_enough_of(&id("node", 2), &term));
    holdings.put(record(7), Arc::new(held(1, 2, true, &[1])));
    assert!(!holdings.has_enough_of(&node, &term), "a withdrawal makes room");
}

#[test]
fn what_changed_is_told_so_that_another_version_stays() {
    let mut before = Holdings::default();
    (1..=4).for_each(|n| before.put(id("record", n), Arc::new(held(1, 5, false, &[1, 2]))));
    let mut after = before.clone();
    after.remove(&id("record", 1));
    after.drop_term(&id("record", 2), &id("term", 1));
    after.put(id("record", 3), Arc::new(held(1, 6, false, &[2])));
    let all: BTreeSet<Id> = (1..=4).map(|n| id("record", n)).collect();
    let changes = after.changes_since(&before, &all);
    let gone = |n: u8| {
        changes.iter().find_map(|change| match change {
            Change::TermsGone { recordid, seq: 5, terms } if *recordid == id("record", n) => {
                Some(terms.len())
            }
            _ => None,
        })
    };
    assert_eq!([gone(1), gone(2), gone(3), gone(4)], [Some(2), Some(1), None, None]);
    let written: Vec<Id> = changes
        .iter()
        .filter_map(|change| if let Change::Record(row) = change { Some(row.recordid) } else { None })
        .collect();
    assert_eq!(written, [id("record", 3)]);
}
