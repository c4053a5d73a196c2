//! Real messages with a few bytes or values changed: whatever arrives, the answer is JSON, names its fault, and
//! what is stored passed every check.

use courseglue_core::Change;
use courseglue_protocol::message::envelope;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::net::{Net, met, wire};

/// One real message of each kind, as the second of seven sites would send it to the first. With five or fewer,
/// every site holds everything, and a search asks nobody.
fn messages() -> (Net, String, Vec<Value>) {
    let (net, addresses) = met(7);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    net.publish(&addresses[1], vec![item.clone()]);
    let entry: Value = serde_json::from_str(&net.entry(&addresses[1])).unwrap();
    let node = net.site(&addresses[1]).settings.node;
    let query =
        json!({"words": "marine", "lang": "en", "filters": {"lang": ["en"]}, "offset": 0, "limit": 20});
    let bodies = [
        ("announce", json!({"sites": [entry]})),
        ("vouch", json!({"site": entry})),
        ("store", json!({"site": entry, "records": [wire(&item)]})),
        ("inventory", json!({"node": node, "salt": "ab".repeat(16), "from": 0, "count": 300})),
        ("records", json!({"node": node, "salt": "ab".repeat(16), "items": "A".repeat(64) + "=="})),
        ("records", json!({"node": node, "after": item["recordid"]})),
        ("search", json!({"query": query})),
        ("entries", json!({"salt": "0".repeat(32), "items": "AAAAAAAAAAAAAAAAAAAAAA=="})),
    ];
    let messages = bodies
        .iter()
        .map(|(operation, body)| serde_json::from_slice(&envelope("test", operation, body)).unwrap())
        .collect();
    (net, addresses[0].clone(), messages)
}

/// Puts `value` in the place of the `at`-th value of a message, counted depth first.
fn replace(message: &mut Value, at: &mut usize, value: &Value) {
    if *at == 0 {
        *message = value.clone();
    }
    *at = at.wrapping_sub(1);
    match message {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, at, value)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace(field, at, value)),
        _ => {}
    }
}

fn some_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<u64>().prop_map(|n| json!(n)),
        any::<i64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|n| json!(n)),
        "\\PC{0,40}".prop_map(|text| json!(text)),
        "[0-9a-f]{40}".prop_map(|text| json!(text)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[[[{}]]]])),
    ]
}

fn check(net: &Net, to: &str, method: &str, query: &str, body: &[u8]) -> Result<(), TestCaseError> {
    let reply = net.ask(to, method, query, body);
    let answer: Value = serde_json::from_str(&reply.body).unwrap();
    if reply.status == 200 {
        prop_assert!(answer.get("error").is_none());
    } else {
        prop_assert!((400..600).contains(&reply.status));
        prop_assert!(answer["error"]["code"].is_string() && answer["error"]["message"].is_string());
        prop_assert!(reply.changes.iter().all(|change| matches!(change, Change::Checked(_))));
    }
    Ok(())
}

#[test]
fn a_message_with_other_values_is_answered_or_refused_by_name() {
    let (net, to, messages) = messages();
    let strategy = (0..messages.len(), 0..40_usize, some_value());
    let mut runner = TestRunner::new(ProptestConfig::with_cases(2_000));
    runner
        .run(&strategy, |(which, mut at, value)| {
            let mut message = messages[which].clone();
            replace(&mut message, &mut at, &value);
            check(&net, &to, "POST", "", message.to_string().as_bytes())
        })
        .unwrap();
}

#[test]
fn a_message_with_other_bytes_is_answered_or_refused_by_name() {
    let (net, to, messages) = messages();
    let strategy =
        (0..messages.len(), prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4));
    let mut runner = TestRunner::new(ProptestConfig::with_cases(2_000));
    runner
        .run(&strategy, |(which, edits)| {
            let mut body = messages[which].to_string().into_bytes();
            for (at, byte) in edits {
                let at = at.index(body.len());
                body[at] = byte;
            }
            check(&net, &to, "POST", "", &body)
        })
        .unwrap();
}

#[test]
fn a_query_string_with_other_bytes_is_answered_or_refused_by_name() {
    let (net, to, _) = messages();
    let node = net.site(&to).settings.node;
    let questions = [
        "operation=describe".to_owned(),
        "operation=sketch&from=300&count=300&recent=1".to_owned(),
        format!("operation=snapshot&after={node}"),
        format!("operation=neighbours&node={node}"),
    ];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), "\\PC|[0-9a-f&=%+-]"), 1..4);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(1_000));
    runner
        .run(&(0..questions.len(), edits), |(which, edits)| {
            let mut letters: Vec<String> = questions[which].chars().map(String::from).collect();
            for (at, letter) in edits {
                let at = at.index(letters.len());
                letters[at] = letter;
            }
            check(&net, &to, "GET", &letters.concat(), b"")
        })
        .unwrap();
}

/// What answers are made of instead of what they were.
#[derive(Clone, Debug)]
enum Mangling {
    Value(usize, Value),
    Byte(prop::sample::Index, u8),
}

fn mangle(body: &str, how: &Mangling) -> String {
    match how {
        Mangling::Value(at, value) => {
            let (mut message, mut at) = (serde_json::from_str(body).unwrap(), *at);
            replace(&mut message, &mut at, value);
            message.to_string()
        }
        Mangling::Byte(at, byte) => {
            let mut bytes = body.as_bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] = *byte;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    }
}

#[test]
fn mangled_answers_take_nothing_away() {
    let (net, asker, _) = messages();
    let other = net.known(&asker).into_iter().find(|address| *address != asker).unwrap();
    let known = net.known(&asker);
    let operations = [
        "describe",
        "sketch",
        "entries",
        "snapshot",
        "vouch",
        "announce",
        "inventory",
        "records",
        "store",
        "search",
    ];
    let how = prop_oneof![
        (0..30_usize, some_value()).prop_map(|(at, value)| Mangling::Value(at, value)),
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Mangling::Byte(at, byte)),
    ];
    let strategy = (0..operations.len(), how, any::<u64>());
    let case = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(400));
    runner
        .run(&strategy, |(which, how, random)| {
            // Something is always to be learnt, and upkeep always due.
            case.set(case.get() + 1);
            net.describe(&other, net.now() + case.get());
            let (from, lied) = (asker.clone(), operations[which]);
            *net.lie.borrow_mut() = Some(Box::new(move |address, operation, reply| {
                if address != from && operation == lied {
                    reply.body = mangle(&reply.body, &how);
                }
            }));
            net.sync(&asker, random);
            net.requests.borrow_mut().clear();
            net.search(&asker, "marine");
            prop_assert!(net.requests.borrow().iter().any(|(_, operation)| operation == "search"));
            *net.lie.borrow_mut() = None;
            prop_assert_eq!(net.known(&asker), known.clone());
            prop_assert_eq!(net.names(&asker, "marine"), ["Marine Biology"]);
            Ok(())
        })
        .unwrap();
}
