//! Tables for people.

use serde_json::Value;

use crate::network::Network;

/// The sites of a network.
pub(crate) fn network(network: &Network) {
    println!("{:<28}{:<14}{:>8}{:>8}", "site", "name", "courses", "holds");
    for (host, courses) in network.hosts.iter().zip(&network.courses) {
        let site = host.site();
        let name = site.own().map(|own| own.descriptor.name.clone()).unwrap_or_default();
        println!("{:<28}{name:<14}{:>8}{:>8}", host.url(), courses.len(), site.holdings.len());
    }
}

/// Prints what a search found.
pub(crate) fn found(found: &Value) {
    let hits = found["hits"].as_array().map(Vec::as_slice).unwrap_or_default();
    println!("{} found", found["total"]);
    for hit in hits {
        let names = hit["record"]["fullname"].as_object();
        let name = names.and_then(|names| names.values().next()).and_then(Value::as_str).unwrap_or_default();
        let site = &hit["site"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        println!("\n  {name}");
        println!("    {}, {}", text(&site["name"]), text(&hit["record"]["access"]));
        println!("    {}/{}", text(&site["url"]), text(&hit["record"]["link"]));
        for at in hit["matched"].as_array().into_iter().flatten().filter_map(Value::as_u64).take(3) {
            let content = &hit["record"]["contents"][usize::try_from(at).unwrap_or(0)];
            let names = content["name"].as_object();
            let name =
                names.and_then(|names| names.values().next()).and_then(Value::as_str).unwrap_or_default();
            println!("    - {name} ({})", text(&content["type"]));
        }
    }
    let asked: Vec<&str> =
        found["asked"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let holds = |name: &str| found[name] == Value::Bool(true);
    let nobody = match (holds("everything"), holds("looked_up")) {
        (true, _) => "Nobody was asked: this site holds every course of the network itself.",
        (false, true) => "There was no other site to ask: this is what this site holds.",
        (false, false) => {
            "Nobody was asked: this is what this site holds, a part of the network's courses. Name rarer words to search all sites."
        }
    };
    if asked.is_empty() {
        println!("\n{nobody}");
    } else {
        println!("\nAsked: {}", asked.join(", "));
    }
    if found["complete"] == Value::Bool(false) {
        println!("A site that was asked does not hold everything yet: search again later for the rest.");
    }
    if found["cut"] == Value::Bool(true) {
        println!("There is more than can be looked at: add a word.");
    }
}

/// Usage around the world.
pub(crate) fn statistics(statistics: &Value) {
    println!("{} sites, {} share figures", statistics["sites"], statistics["sharing"]);
    for (name, figure) in statistics["figures"].as_object().into_iter().flatten() {
        println!("  {name:<20}{:>12} in all, {:>8} is the median", figure["sum"], figure["median"]);
    }
    for (title, list, key) in [
        ("country", "countries", "country"),
        ("release", "releases", "release"),
        ("language", "languages", "lang"),
    ] {
        println!("\n{title:<20}{:>8}", "sites");
        for row in statistics[list].as_array().into_iter().flatten() {
            println!("{:<20}{:>8}", row[key].as_str().unwrap_or("-"), row["sites"]);
        }
    }
}
