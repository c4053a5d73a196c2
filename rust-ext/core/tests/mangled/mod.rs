//! Real messages with a few bytes or values changed: whatever arrives, the answer is JSON, names its fault, and
//! what is stored passed every check.

use courseglue_core::change::Change;
use courseglue_core::message::envelope;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::net::{Net, met};

/// One real message of each kind, as the second of three sites would send it to the first.
fn messages() -> (Net, String, Vec<Value>) {
    let (net, addresses) = met(3);
    let item = net.course(&addresses[1], "course/1", "Marine Biology", "Tides", net.now());
    net.publish(&addresses[1], vec![item.clone()]);
    let entry: Value = serde_json::from_str(&net.entry(&addresses[1])).unwrap();
    let node = net.site(&addresses[1]).settings.node;
    let query =
        json!({"words": "marine", "lang": "en", "filters": {"lang": ["en"]}, "offset": 0, "limit": 20});
    let bodies = [
        ("announce", json!({"sites": [entry]})),
        ("vouch", json!({"site": entry})),
        ("store", json!({"site": entry, "records": [item]})),
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

fn check(net: &Net, to: &str, body: &[u8]) -> Result<(), TestCaseError> {
    let reply = net.ask(to, "POST", "", body);
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
            check(&net, &to, message.to_string().as_bytes())
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
            check(&net, &to, &body)
        })
        .unwrap();
}
