use std::collections::BTreeMap;
use std::sync::LazyLock;

use courseglue_frozen::Bytes;
use courseglue_protocol::samples::descriptor as body;
use courseglue_protocol::{DAY_MS, Entry, PublicKey, Sig, Voucher};
use proptest::prelude::*;

use super::*;

const NOW: Millis = 1_000 * DAY_MS;
const TODAY: Day = 1_000;

fn site(address: &str) -> CheckedEntry {
    site_since(address, NOW)
}

fn site_since(address: &str, seq: Millis) -> CheckedEntry {
    Entry { body: body(address, PublicKey([1; 32]), seq), sig: Sig([0; 64]), vouchers: vec![] }
        .read()
        .unwrap()
}

fn table(addresses: &[&str]) -> PeerTable {
    let mut table = PeerTable::default();
    addresses.iter().for_each(|a| table.put(site(a)));
    table
}

#[test]
fn homes_are_of_distinct_domains_while_there_are_enough() {
    let addresses: Vec<String> =
        (0..40).flat_map(|d| [format!("a.d{d}.example"), format!("b.d{d}.example")]).collect();
    let table = table(&addresses.iter().map(String::as_str).collect::<Vec<_>>());
    for word in 0..50 {
        let homes = table.homes(&Id::digest(&[word]), REPLICAS, NOW);
        let domains: HashSet<_> = homes.iter().map(|p| p.site().domain.clone()).collect();
        assert_eq!((homes.len(), domains.len()), (REPLICAS, REPLICAS));
    }
}

#[test]
fn where_domains_are_few_other_sites_fill_in() {
    let table = table(&["a.x.example", "b.x.example", "c.x.example", "a.y.example"]);
    assert_eq!(table.homes(&Id::digest(b"w"), REPLICAS, NOW).len(), 4);
    assert_eq!(table.homes(&Id::digest(b"w"), 3, NOW).len(), 3);
}

#[test]
fn nobody_of_its_own_domain_is_a_neighbour_where_others_exist() {
    let table = table(&["a.x.example", "b.x.example", "a.y.example"]);
    let subject = site("c.x.example");
    let neighbours = table.neighbours(&subject, TODAY);
    assert_eq!(neighbours.iter().map(|p| p.site().address.to_string()).collect::<Vec<_>>(), ["a.y.example"]);
}

#[test]
fn an_expired_site_is_no_home() {
    let table = table(&["a.x.example"]);
    assert_eq!(table.homes(&Id::digest(b"w"), 5, NOW + 47 * DAY_MS).len(), 1);
    assert_eq!(table.homes(&Id::digest(b"w"), 5, NOW + 48 * DAY_MS).len(), 0);
}

#[test]
fn what_is_dropped_or_moved_is_in_the_table_and_no_home_or_neighbour() {
    let mut table = table(&["a.x.example", "a.y.example", "a.z.example"]);
    let dropped = site("a.x.example").id;
    table.set_dropped(&dropped, true);
    table.set_liveness(&dropped, Liveness::default());
    let moved = body("a.y.example", PublicKey([1; 32]), NOW + 1);
    let moved = moved.replacen('{', "{\"moved_to\":\"https://b.example\",", 1);
    table.put(Entry { body: moved, sig: Sig([0; 64]), vouchers: vec![] }.read().unwrap());
    let left = |peers: Vec<Peer<'_>>| peers.iter().map(|p| p.site().address.to_string()).collect::<Vec<_>>();
    assert_eq!(left(table.homes(&Id::digest(b"w"), 5, NOW)), ["a.z.example"]);
    assert_eq!(left(table.neighbours(&site("new.example"), TODAY)), ["a.z.example"]);
    assert_eq!(table.nearest(&Id::digest(b"w"), 5, TODAY).len(), 3);
    assert!(!table.get(&dropped).unwrap().is_usable(NOW));
    table.set_dropped(&dropped, false);
    assert_eq!(table.homes(&Id::digest(b"w"), 5, NOW).len(), 2);
}

#[test]
fn the_table_is_read_from_any_place() {
    let table = table(&["a.x.example", "a.y.example", "a.z.example"]);
    let ids: Vec<Id> = table.iter().map(|p| p.id()).collect();
    assert_eq!((table.at(1).unwrap().id(), table.at(3).is_none()), (ids[1], true));
    assert_eq!(table.after(&ids[0]).map(|p| p.id()).collect::<Vec<_>>(), ids[1..]);
    assert_eq!(table.after(&ids[2]).count(), 0);
}

#[test]
fn a_silent_site_is_passed_over_for_a_doubling_while() {
    let table = table(&["a.example"]);
    let peer = table.at(0).unwrap();
    for (failures, after, usable) in
        [(2, 0, true), (3, 59_999, false), (3, 60_000, true), (5, 239_999, false), (200, 21_600_000, true)]
    {
        let liveness = Liveness { failures, last_try: NOW, failing_since: NOW };
        assert_eq!(
            Peer { liveness, ..peer }.is_usable(NOW + after),
            usable,
            "{failures} failures, {after} ms"
        );
    }
}

#[test]
fn addresses_that_name_one_host_have_the_same_neighbours() {
    let many: Vec<String> = (0..100).map(|d| format!("a.d{d}.example")).collect();
    let table = table(&many.iter().map(String::as_str).collect::<Vec<_>>());
    for (one, other) in [
        ("127.0.0.1:8001", "127.0.0.1:9000/moodle"),
        ("localhost", "localhost:81/x"),
        ("a.x.example", "a.x.example/b"),
    ] {
        let [one, other] = [one, other].map(|address| {
            let subject = site(address);
            table.neighbours(&subject, TODAY).iter().map(super::peer::Peer::id).collect::<Vec<_>>()
        });
        assert_eq!((one.len(), &one), (NEIGHBOURHOOD, &other));
    }
}

#[test]
fn what_was_seen_of_a_site_outlives_its_entry_but_not_the_site() {
    let mut table = table(&["a.example", "b.example"]);
    let id = site("a.example").id;
    let failing = Liveness { failures: 1, last_try: NOW, failing_since: NOW };
    table.set_liveness(&id, failing);
    table.set_dropped(&id, true);
    table.put(site_since("a.example", NOW + 1));
    assert_eq!(table.get(&id).map(|p| (p.liveness, p.dropped())), Some((failing, true)));
    table.remove(&id);
    table.put(site("a.example"));
    assert_eq!(table.get(&id).map(|p| (p.liveness, p.dropped())), Some((Liveness::default(), false)));
}

#[test]
fn a_copy_keeps_what_it_was_copied_from() {
    let addresses: Vec<String> = (0..300).map(|n| format!("a.d{n}.example")).collect();
    let before = table(&addresses.iter().map(String::as_str).collect::<Vec<_>>());
    let mut after = before.clone();
    after.remove(&site("a.d7.example").id);
    after.set_dropped(&site("a.d8.example").id, true);
    after.put(site("new.example"));
    assert_eq!((before.len(), after.len()), (300, 300));
    assert!(before.get(&site("a.d7.example").id).is_some() && after.get(&site("a.d7.example").id).is_none());
    assert!(
        before.iter().all(|p| !p.dropped()) && after.iter().filter(super::peer::Peer::dropped).count() == 1
    );
}

/// Sites of a few large and many small domains; one in eight has expired.
static POOL: LazyLock<Vec<Arc<CheckedEntry>>> = LazyLock::new(|| {
    let address = |n: u32| match n % 4 {
        0 => format!("s{n}.large.example"),
        1 => format!("s{n}.d{}.example/m", n % 20),
        _ => format!("s{n}.d{}.example", n / 3),
    };
    let seq = |n: u32| if n % 8 == 5 { NOW - 60 * DAY_MS } else { NOW };
    let voucher = |n: u32| Voucher {
        by: Id::digest(&n.to_be_bytes()),
        day: n,
        // All are new: the claims about age are below.
        since: TODAY,
        sig: Sig([u8::try_from(n % 256).unwrap(); 64]),
    };
    let site = |n: u32| {
        let mut site = site_since(&address(n), seq(n));
        site.add_vouchers(&(0..n % 4).map(voucher).collect::<Vec<_>>());
        Arc::new(site)
    };
    (0..700).map(site).collect()
});

/// The same table as plain rows, searched by the definition.
#[derive(Default)]
struct Model {
    rows: BTreeMap<Id, (Arc<CheckedEntry>, Liveness)>,
    dropped: HashSet<Id>,
}

impl Model {
    fn nearest(&self, key: &Id, counts: impl Fn(&CheckedEntry, &Liveness) -> bool) -> Vec<&CheckedEntry> {
        let counts = |(site, seen): &&(Arc<CheckedEntry>, Liveness)| {
            !self.dropped.contains(&site.id) && site.descriptor.holds_on(TODAY) && counts(site, seen)
        };
        let mut sites: Vec<_> = self.rows.values().filter(counts).map(|(site, _)| &**site).collect();
        sites.sort_by_key(|site| site.id.distance(key));
        sites
    }

    fn homes(&self, key: &Id, k: usize) -> Vec<Id> {
        let sites = self.nearest(key, |_, seen| !seen.is_gone(NOW));
        let mut domains = HashSet::new();
        let (first, rest): (Vec<_>, Vec<_>) =
            sites.into_iter().partition(|site| domains.insert(&site.domain));
        let mut homes: Vec<Id> =
            first.iter().take(k).chain(rest.iter()).take(k).map(|site| site.id).collect();
        homes.sort_by_key(|id| id.distance(key));
        homes
    }

    fn neighbours(&self, subject: &CheckedEntry) -> Vec<Id> {
        let host = subject.address.host_key();
        let mut domains = HashSet::from([&subject.domain]);
        let sites = self.nearest(&host, |site, _| site.id != subject.id);
        let of_others = sites.iter().filter(|site| domains.insert(&site.domain)).take(NEIGHBOURHOOD);
        let of_others: Vec<Id> = of_others.map(|site| site.id).collect();
        let all = || sites.iter().take(NEIGHBOURHOOD).map(|site| site.id).collect();
        if of_others.is_empty() { all() } else { of_others }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put,
    Remove,
    Failing { failures: u32, days: u64 },
    Drop(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Put),
        2 => Just(Step::Remove),
        2 => (0..4_u32, 0..3_u64).prop_map(|(failures, days)| Step::Failing { failures, days }),
        1 => any::<bool>().prop_map(Step::Drop),
    ]
}

fn take(table: &mut PeerTable, model: &mut Model, site: &Arc<CheckedEntry>, step: &Step) {
    let row = model.rows.get_mut(&site.id);
    match *step {
        Step::Put => {
            table.put(site.clone());
            model.rows.entry(site.id).or_insert_with(|| (site.clone(), Liveness::default()));
        }
        Step::Remove => {
            table.remove(&site.id);
            model.rows.remove(&site.id);
            model.dropped.remove(&site.id);
        }
        Step::Failing { failures, days } => {
            let failing_since = if failures == 0 { 0 } else { NOW - days * DAY_MS };
            let last_try = if failures == 0 { 0 } else { NOW };
            let seen = Liveness { failures, last_try, failing_since };
            table.set_liveness(&site.id, seen);
            row.into_iter().for_each(|row| row.1 = seen);
        }
        Step::Drop(dropped) => {
            table.set_dropped(&site.id, dropped);
            if dropped {
                model.dropped.insert(site.id);
            } else {
                model.dropped.remove(&site.id);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_table_is_what_its_definition_says(
        size in prop::sample::select(vec![3, 8, 40, POOL.len()]),
        one_domain in any::<bool>(),
        steps in prop::collection::vec((any::<prop::sample::Index>(), step()), 0..900),
        frozen_after in prop::option::of(0..900_usize),
        keys in prop::collection::vec((any::<[u8; 20]>(), 1..20_usize), 8),
    ) {
        let pool: Vec<_> = POOL.iter().filter(|s| !one_domain || s.domain == "large.example").take(size).collect();
        let (mut table, mut model) = (PeerTable::default(), Model::default());
        for (n, (at, step)) in steps.iter().enumerate() {
            take(&mut table, &mut model, pool[at.index(pool.len())], step);
            if frozen_after == Some(n) {
                table = refrozen(&table);
            }
        }
        compare(&table, &model, &keys, &pool)?;
        compare(&refrozen(&table), &model, &keys, &pool)?;
    }
}

fn refrozen(table: &PeerTable) -> PeerTable {
    let mut out = SectionWriter::new(Vec::new());
    table.freeze(&mut out).unwrap();
    let bytes = Bytes::new(out.finish().unwrap());
    PeerTable::thaw(&Sections::read(&bytes).unwrap()).unwrap()
}

fn compare(
    table: &PeerTable,
    model: &Model,
    keys: &[([u8; 20], usize)],
    pool: &[&Arc<CheckedEntry>],
) -> Result<(), TestCaseError> {
    let rows: Vec<_> =
        model.rows.iter().map(|(id, (_, seen))| (*id, *seen, model.dropped.contains(id))).collect();
    let peers: Vec<_> = table.iter().map(|p| (p.id(), p.liveness, p.dropped())).collect();
    let places = (0..).map_while(|place| table.at(place)).map(|p| p.id());
    prop_assert_eq!(places.collect::<Vec<_>>(), model.rows.keys().copied().collect::<Vec<_>>());
    prop_assert_eq!((table.len(), peers), (rows.len(), rows));
    for (key, k) in keys {
        let key = Id(*key);
        let homes: Vec<Id> = table.homes(&key, *k, NOW).iter().map(super::peer::Peer::id).collect();
        prop_assert_eq!(homes, model.homes(&key, *k));
        let after: Vec<Id> = table.after(&key).map(|p| p.id()).collect();
        prop_assert_eq!(after, model.rows.keys().filter(|id| **id > key).copied().collect::<Vec<_>>());
    }
    for site in pool.iter().take(20) {
        let neighbours: Vec<Id> = table.neighbours(site, TODAY).iter().map(super::peer::Peer::id).collect();
        prop_assert_eq!(neighbours, model.neighbours(site));
        let known = table.get(&site.id);
        prop_assert_eq!(known.is_some(), model.rows.contains_key(&site.id));
        if let Some(peer) = known {
            let descriptor = &site.descriptor;
            prop_assert_eq!(&peer.site().entry, &site.entry);
            prop_assert_eq!(peer.json(), serde_json::to_string(&site.entry).unwrap());
            prop_assert_eq!((peer.rank(), peer.key()), (site.rank(), descriptor.key));
            prop_assert_eq!(peer.country(), descriptor.country.as_deref());
            prop_assert!(peer.givers().eq(site.entry.vouchers.iter().map(|voucher| voucher.by)));
            prop_assert_eq!(peer.holds_on(TODAY), descriptor.holds_on(TODAY));
            prop_assert_eq!(peer.moved(), descriptor.moved_to.is_some());
        }
    }
    Ok(())
}

/// A site that its neighbours know since this day.
fn known_since(address: &str, since: Day) -> CheckedEntry {
    let mut site = site(address);
    let voucher = |n: u8| Voucher { by: Id([n; 20]), day: TODAY - 1, since, sig: Sig([n; 64]) };
    site.add_vouchers(&[voucher(1), voucher(2), voucher(3)]);
    site
}

#[test]
fn a_ground_domain_is_neither_home_nor_neighbour_before_it_is_old() {
    let mut table = PeerTable::default();
    (0..60).for_each(|n| table.put(known_since(&format!("a.d{n}.example"), TODAY - 100)));
    let key = Id::digest(b"w");
    let subject = site("victim.example");
    let homes =
        |table: &PeerTable, now| table.homes(&key, REPLICAS, now).iter().map(Peer::id).collect::<Vec<_>>();
    let neighbours =
        |table: &PeerTable, day| table.neighbours(&subject, day).iter().map(Peer::id).collect::<Vec<_>>();
    let before = (homes(&table, NOW), neighbours(&table, TODAY));
    let nearer = |n: &u32| {
        let id = site(&format!("a.ground{n}.example")).id;
        id.distance(&key) < before.0[0].distance(&key)
    };
    for n in (0..).filter(nearer).take(5) {
        table.put(known_since(&format!("a.ground{n}.example"), TODAY - 13));
    }
    assert_eq!((homes(&table, NOW), neighbours(&table, TODAY)), before);
    let then = homes(&table, NOW + DAY_MS);
    assert!(then.iter().all(|home| !before.0.contains(home)), "age is all that they lacked");
}

#[test]
fn where_all_are_new_or_few_are_old_the_nearest_are_homes() {
    let mut table = PeerTable::default();
    (0..60).for_each(|n| table.put(known_since(&format!("a.d{n}.example"), TODAY)));
    let key = Id::digest(b"w");
    let nearest: Vec<Id> = table.nearest(&key, 60, TODAY).iter().map(Peer::id).collect();
    let homes = |table: &PeerTable, k| table.homes(&key, k, NOW).iter().map(Peer::id).collect::<Vec<_>>();
    assert_eq!(homes(&table, 5), nearest[..5]);
    let old = table.get(&nearest[30]).unwrap().site().address.to_string();
    table.put(known_since(&old, TODAY - 14));
    let chosen = [&nearest[..4], &nearest[30..31]].concat();
    assert_eq!(homes(&table, 5), chosen);
    assert!(homes(&table, 10).starts_with(&chosen[..4]) && homes(&table, 10).contains(&chosen[4]));
}

#[test]
fn vouchers_of_strangers_make_no_site_younger() {
    let mut table = PeerTable::default();
    let address = "a.d.example";
    table.put(known_since(address, TODAY - 100));
    table.put(known_since(address, TODAY));
    let known = table.get(&site(address).id).unwrap();
    assert!(known.known_since() <= TODAY - 14, "{}", known.known_since());
}
