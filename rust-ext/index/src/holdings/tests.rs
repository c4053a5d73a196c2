//! Claims about what is counted.

use courseglue_frozen::{Bytes, SectionWriter, Sections, u64_at};
use courseglue_protocol::{Millis, Sig};
use proptest::prelude::*;

use super::*;

fn id(kind: &str, n: u8) -> Id {
    Id::digest(format!("{kind} {n}").as_bytes())
}

fn term(n: u8) -> Term {
    let [a, b, c, d, e, f, ..] = id("term", n).0;
    Term([a, b, c, d, e, f])
}

fn held(node: u8, seq: Millis, withdrawn: bool, terms: &[u8]) -> Holding {
    Holding {
        node: id("node", node),
        seq,
        withdrawn,
        body: format!(r#"{{"id":"course","seq":{seq}}}"#),
        sig: Sig([0; 64]),
        terms: terms.iter().map(|n| term(*n)).collect(),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put(u8, Holding),
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
            Step::Remove(record) => holdings.remove(&id("record", *record)),
            Step::Drop(record, n) => holdings.drop_terms(&id("record", *record), &[term(*n)]),
        }
    }
}

fn ran(steps: &[Step]) -> Holdings {
    let mut holdings = Holdings::default();
    run(&mut holdings, steps);
    holdings
}

fn file(holdings: &Holdings) -> Vec<u8> {
    let mut out = SectionWriter::new(Vec::new());
    FrozenHoldings::write(holdings, &mut out).unwrap();
    out.finish().unwrap()
}

fn read(file: Vec<u8>) -> Option<Holdings> {
    FrozenHoldings::read(&Sections::read(&Bytes::new(file))?).map(Holdings::over)
}

/// The same, all of it in a file.
fn frozen(holdings: &Holdings) -> Holdings {
    read(file(holdings)).unwrap()
}

/// Every count against what is there.
fn check(holdings: &Holdings) -> Result<(), TestCaseError> {
    prop_assert_eq!(holdings.len(), holdings.iter().count());
    prop_assert_eq!(holdings.bytes(), holdings.iter().map(|item| item.holding().bytes()).sum::<u64>());
    for n in 0..6 {
        let term = self::term(n);
        let of_term = |item: &HoldingRef<'_>| !item.withdrawn && item.holding().terms.contains(&term);
        prop_assert_eq!(holdings.postings(&term), holdings.iter().filter(of_term).count());
    }
    for n in 0..3 {
        let node = id("node", n);
        let of_node = |item: &HoldingRef<'_>| item.node == node;
        prop_assert_eq!(holdings.items_of(&node), holdings.iter().filter(of_node).count());
        let others = holdings.iter().filter(|item| item.node != node).map(|item| item.bytes()).sum::<u64>();
        prop_assert_eq!(holdings.bytes_of_others(&node), others);
    }
    prop_assert_eq!(holdings.terms().count(), (0..6).filter(|n| holdings.postings(&term(*n)) > 0).count());
    Ok(())
}

fn set<T: Ord>(of: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    of.into_iter().collect()
}

/// Every question to both.
fn compare(one: &Holdings, other: &Holdings) -> Result<(), TestCaseError> {
    let all = |holdings: &Holdings, after: Option<Id>| -> Vec<(Id, Arc<Holding>)> {
        holdings.after(after).map(|item| (item.recordid, item.holding())).collect()
    };
    prop_assert_eq!(all(one, None), all(other, None));
    prop_assert_eq!(set(one.iter().map(|i| i.recordid)), set(other.iter().map(|i| i.recordid)));
    prop_assert_eq!((one.len(), one.bytes()), (other.len(), other.bytes()));
    prop_assert_eq!(set(one.terms()), set(other.terms()));
    prop_assert_eq!(set(one.publishers()), set(other.publishers()));
    for n in 0..12 {
        let record = id("record", n);
        prop_assert_eq!(all(one, Some(record)), all(other, Some(record)));
        let (item, twin) = (one.get(&record), other.get(&record));
        prop_assert_eq!(item.map(|i| i.holding()), twin.map(|i| i.holding()));
        let Some((item, twin)) = item.zip(twin) else { continue };
        prop_assert!(item.terms().eq(twin.terms()) && item.term_count() == twin.term_count());
        prop_assert_eq!((item.body(), item.sig(), item.bytes()), (twin.body(), twin.sig(), twin.bytes()));
        prop_assert!((0..6).all(|n| item.has(&self::term(n)) == twin.has(&self::term(n))));
    }
    for n in 0..6 {
        let term = self::term(n);
        prop_assert_eq!(one.postings(&term), other.postings(&term));
        let some = |holdings: &Holdings| set(holdings.some_terms(2, u64::from(term.0[5]) + u64::from(n)));
        prop_assert_eq!(some(one), some(other));
    }
    for n in 0..3 {
        let node = id("node", n);
        prop_assert_eq!(one.items_of(&node), other.items_of(&node));
        prop_assert_eq!(one.bytes_of(&node), other.bytes_of(&node));
    }
    Ok(())
}

proptest! {
    #[test]
    fn counts_are_those_of_what_is_held(steps in prop::collection::vec(step(), 0..60)) {
        check(&ran(&steps))?;
    }

    #[test]
    fn a_clone_stays_as_it_was(
        before in prop::collection::vec(step(), 0..30),
        after in prop::collection::vec(step(), 0..30),
        in_file: bool,
    ) {
        let heap = ran(&before);
        let mut holdings = if in_file { frozen(&heap) } else { heap.clone() };
        let clone = holdings.clone();
        run(&mut holdings, &after);
        check(&clone)?;
        compare(&clone, &heap)?;
        check(&holdings)?;
    }

    #[test]
    fn a_file_and_what_came_since_answer_as_the_heap_does(
        rounds in prop::collection::vec(prop::collection::vec(step(), 0..30), 1..4),
    ) {
        let (mut heap, mut over) = (Holdings::default(), Holdings::default());
        for steps in rounds {
            run(&mut heap, &steps);
            run(&mut over, &steps);
            check(&over)?;
            compare(&heap, &over)?;
            over = frozen(&over);
            compare(&heap, &over)?;
        }
    }

    #[test]
    fn damage_to_a_file_stops_nothing(
        before in prop::collection::vec(step(), 1..30),
        after in prop::collection::vec(step(), 0..30),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut file = file(&ran(&before));
        // The directory is left as it is: damage to that is found when the file is opened.
        let trailer = file.len() - 28;
        let directory = trailer - usize::try_from(u64_at(&file, trailer)).unwrap();
        damage.iter().for_each(|(at, byte)| file[at.index(directory)] = *byte);
        let Some(mut holdings) = read(file) else { return Ok(()) };
        let use_all = |holdings: &Holdings| {
            let _ = (holdings.bytes(), holdings.len(), holdings.terms().count(), holdings.some_terms(9, 5));
            holdings.publishers().for_each(|node| {
                let _ = (holdings.bytes_of_others(&node), holdings.has_enough_of(&node, &self::term(1)));
            });
            holdings.after(None).map(|item| item.holding().bytes() + item.bytes()).sum::<u64>()
        };
        use_all(&holdings);
        run(&mut holdings, &after);
        use_all(&holdings);
        use_all(&frozen(&holdings));
    }
}

#[test]
fn enough_of_one_publisher_is_a_thousand_postings_of_a_term() {
    let mut holdings = Holdings::default();
    let (node, term) = (id("node", 1), self::term(1));
    let record = |n: usize| Id::digest(&n.to_be_bytes());
    (0..MAX_POSTINGS_OF_ONE_SITE).for_each(|n| {
        assert!(!holdings.has_enough_of(&node, &term), "{n}");
        holdings.put(record(n), Arc::new(held(1, 1, false, &[1])));
    });
    assert!(holdings.has_enough_of(&node, &term));
    assert!(!holdings.has_enough_of(&node, &self::term(2)) && !holdings.has_enough_of(&id("node", 2), &term));
    holdings.put(record(7), Arc::new(held(1, 2, true, &[1])));
    assert!(!holdings.has_enough_of(&node, &term), "a withdrawal makes room");
}

#[test]
fn enough_of_one_publisher_is_known_from_a_file_too() {
    let mut holdings = Holdings::default();
    let (node, term) = (id("node", 1), self::term(1));
    let record = |n: usize| Id::digest(&n.to_be_bytes());
    (1..MAX_POSTINGS_OF_ONE_SITE).for_each(|n| holdings.put(record(n), Arc::new(held(1, 1, false, &[1, 2]))));
    let mut holdings = frozen(&holdings);
    assert!(!holdings.has_enough_of(&node, &term));
    holdings.put(record(0), Arc::new(held(1, 1, false, &[1])));
    let mut again = frozen(&holdings);
    for full in [&holdings, &again] {
        assert!(full.has_enough_of(&node, &term));
        assert!(!full.has_enough_of(&node, &self::term(2)) && !full.has_enough_of(&id("node", 2), &term));
    }
    again.put(Id::digest(b"another"), Arc::new(held(1, 1, false, &[2])));
    assert!(again.has_enough_of(&node, &term) && again.has_enough_of(&node, &self::term(2)));
    holdings = again.clone();
    holdings.remove(&record(9));
    assert!(!holdings.has_enough_of(&node, &term) && again.has_enough_of(&node, &term));
    again.put(record(7), Arc::new(held(1, 2, true, &[1])));
    assert!(!again.has_enough_of(&node, &term), "a withdrawal makes room");
}

#[test]
fn a_file_that_lacks_a_part_is_none() {
    let holdings = ran(&[Step::Put(1, held(1, 1, false, &[1]))]);
    let mut out = SectionWriter::new(Vec::new());
    FrozenHoldings::write(&holdings, &mut out).unwrap();
    let whole = Sections::read(&Bytes::new(out.finish().unwrap())).unwrap();
    assert!(FrozenHoldings::read(&whole).is_some());
    let mut out = SectionWriter::new(Vec::new());
    for name in ["held.records", "held.items", "held.sigs", "held.bodies", "held.numbers", "held.terms"] {
        out.section(name, whole.get(name).unwrap().get()).unwrap();
    }
    assert!(FrozenHoldings::read(&Sections::read(&Bytes::new(out.finish().unwrap())).unwrap()).is_none());
}
