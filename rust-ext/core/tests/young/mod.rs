//! Networks that are only being set up: sites that join one after the other.

use std::collections::BTreeSet;

use super::net::{Net, met_at};

/// Sites of these addresses, each joined through the one before it, without a run of cron.
fn joined(addresses: &[String]) -> Net {
    let net = Net::new();
    for (n, address) in addresses.iter().enumerate() {
        net.add(address);
        match n.checked_sub(1) {
            None => net.first(address),
            Some(before) => drop(net.join(address, &addresses[before]).unwrap()),
        }
    }
    net
}

fn of_own_domains(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("moodle.school{n}.example")).collect()
}

#[test]
fn whom_a_newcomer_asked_for_a_voucher_gets_one_in_return() {
    let addresses = of_own_domains(5);
    let net = joined(&addresses);
    for address in &addresses {
        let site = net.site(address);
        assert!(site.own().unwrap().entry.vouchers.len() >= 3, "{address}");
    }
}

#[test]
fn a_newcomer_knows_whom_its_contact_knows_up_to_64_sites() {
    let addresses = of_own_domains(50);
    let net = joined(&addresses);
    for (n, address) in addresses.iter().enumerate().skip(1) {
        assert!(net.known(address).len() > n, "{address}");
    }
}

#[test]
fn a_newcomer_whose_joining_was_cut_off_knows_everybody_after_its_first_run_of_cron() {
    let addresses = of_own_domains(9);
    let net = joined(&addresses[..3]);
    // Away ever since, and so without vouchers of those who join meanwhile.
    net.down.borrow_mut().insert(addresses[2].clone());
    for address in &addresses[3..8] {
        net.add(address);
        net.join(address, &addresses[0]).unwrap();
        assert!(net.known(address).contains(&addresses[2]), "{address}");
    }
    *net.lie.borrow_mut() = Some(Box::new(|_, operation, reply| {
        if operation == "snapshot" {
            reply.status = 504;
            reply.body.clear();
        }
    }));
    net.add(&addresses[8]);
    net.join(&addresses[8], &addresses[1]).unwrap();
    *net.lie.borrow_mut() = None;
    assert!(!net.known(&addresses[8]).contains(&addresses[2]));
    net.sync(&addresses[8], 1);
    assert_eq!(net.known(&addresses[8]).len(), 9);
}

#[test]
fn where_a_few_domains_have_several_sites_each_every_course_is_found() {
    let addresses: Vec<String> = (0..18).map(|n| format!("moodle{n}.school{}.example", n % 6)).collect();
    let net = met_at(&addresses);
    net.sync_all(3);
    let syllables = ["a", "e", "i", "o", "u", "ba", "be", "bi", "bo", "bu"];
    let name =
        |n: usize| format!("volcan{}qz brivol{}xk", syllables[n % 10], syllables[(n * 3 + n / 10) % 10]);
    let names: Vec<String> = (0..30).map(name).collect();
    for (n, name) in names.iter().enumerate() {
        let by = &addresses[n % addresses.len()];
        let item = net.course(by, &format!("course/{n}"), name, "Notes", net.now());
        net.publish(by, vec![item]);
    }
    for by in &addresses {
        for name in &names {
            let found: BTreeSet<String> = net.names(by, name).into_iter().collect();
            assert!(found.contains(name), "{name} from {by}");
        }
    }
}
