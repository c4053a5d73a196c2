//! The co-homes of a site, and with which of them it exchanges in a run.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use courseglue_protocol::{CheckedEntry, HOUR_MS, Id, Millis, day_of};
use courseglue_table::REPLICAS;

use super::completeness::{COMPLETE, RECONCILED};
use super::marks::{COHOME, COHOMES, Marks, TRIED};
use crate::site::Site;

/// The most co-homes that a site keeps up with: each about once a day, one an hour.
const MAX_COHOMES: usize = 24;
/// The longest time for which an exchange with a co-home is good.
const MAX_INTERVAL_MS: Millis = 22 * HOUR_MS;
/// The most co-homes of one run that are due: of a site that was not run for hours, or knows that it lacks something.
const MAX_EXCHANGES: u64 = 6;
/// The number of held terms whose homes tell which sites are co-homes.
const SAMPLE: usize = 2_048;
/// The number of nearest sites that are co-homes before anything is held.
const NEAREST: usize = 16;

/// The sites that share most terms with this one, and the nearest.
fn find_cohomes(site: &Site, own: &CheckedEntry, now: Millis, random: u64) -> Vec<Id> {
    let mut shares: HashMap<Id, usize> = HashMap::new();
    // Whether they answered or not: a site that was silent for long may be back.
    for near in site.table.nearest(&own.id, NEAREST, day_of(now)) {
        shares.insert(near.id(), 0);
    }
    for term in site.holdings.some_terms(SAMPLE, random) {
        let homes = site.table.homes(&term.place(), REPLICAS, now);
        if homes.iter().any(|home| home.id() == own.id) {
            homes.iter().for_each(|home| *shares.entry(home.id()).or_default() += 1);
        }
    }
    shares.remove(&own.id);
    let mut cohomes: Vec<(usize, Id)> = shares.into_iter().map(|(node, shared)| (shared, node)).collect();
    cohomes.sort_by_key(|(shared, node)| (Reverse(*shared), node.distance(&own.id)));
    cohomes.into_iter().map(|(_, node)| node).take(MAX_COHOMES).collect()
}

/// The co-homes that are worth asking. A site that is complete looks for new ones once a day.
pub(super) fn cohomes(
    site: &Site,
    own: &CheckedEntry,
    marks: &mut Marks,
    now: Millis,
    random: u64,
) -> Vec<Arc<CheckedEntry>> {
    let today = day_of(now).to_string();
    let lasts = marks.get(COMPLETE).is_some() && !site.is_settling(now);
    let known = marks.get(COHOMES).filter(|_| lasts);
    let of_today = known.and_then(|known| known.strip_prefix(&today)?.strip_prefix(' '));
    let of_today = of_today.map(|nodes| nodes.split(' ').filter_map(|node| node.parse().ok()).collect());
    let nodes: Vec<Id> = of_today.unwrap_or_else(|| {
        let nodes = find_cohomes(site, own, now, random);
        let list: String = nodes.iter().map(|node| format!(" {node}")).collect();
        marks.set(COHOMES, Some(today + &list));
        nodes
    });
    let peers = nodes.iter().filter_map(|node| site.table.get(node));
    peers
        .filter(|peer| peer.is_usable(now) && peer.stands() && !site.shuns(&peer.id()))
        .map(|peer| peer.site().into_arc())
        .collect()
}

/// The co-homes to exchange with in this run: `peer`, if it is one, and those that are due.
pub(super) fn due(
    site: &Site,
    cohomes: &[Arc<CheckedEntry>],
    marks: &Marks,
    peer: Option<&Arc<CheckedEntry>>,
    now: Millis,
) -> VecDeque<Arc<CheckedEntry>> {
    // Where sites join one after the other, the homes change from run to run.
    let interval =
        if site.is_settling(now) { 0 } else { (cohomes.len() as u64 * HOUR_MS).min(MAX_INTERVAL_MS) };
    let at = |what: &str, cohome: &CheckedEntry| marks.time_of(what, &cohome.id, now).unwrap_or(0);
    let mut due: Vec<(Millis, &Arc<CheckedEntry>)> = cohomes
        .iter()
        .filter(|cohome| now >= at(COHOME, cohome) + interval && peer.is_none_or(|peer| peer.id != cohome.id))
        .map(|cohome| (at(TRIED, cohome), cohome))
        .collect();
    // A co-home that fails, or always has something left, waits for its turn like the others.
    due.sort_by_key(|(tried, _)| *tried);
    let hours = marks.time(RECONCILED, now).map_or(MAX_EXCHANGES, |last| now.saturating_sub(last) / HOUR_MS);
    let most = match marks.get(COMPLETE) {
        Some(_) if !site.is_settling(now) => hours.clamp(1, MAX_EXCHANGES),
        _ => MAX_EXCHANGES,
    };
    let first = peer.filter(|peer| cohomes.iter().any(|cohome| cohome.id == peer.id));
    let due = due.into_iter().map(|(_, cohome)| cohome).take(usize::try_from(most).unwrap_or(1));
    first.into_iter().chain(due).cloned().collect()
}
