//! Real exchanges in a whole network, counted.
//!
//! Who knows which version of whose statement is kept as a matrix: each site pulls from a random other every hour, in random
//! order. Of each measured hour some sites' runs are made for real: the task that a site runs every hour, answered by real
//! sites whose tables are as the matrix has them. What these learn goes back into the matrix.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use courseglue_core::{Change, Failure, Request, Site, SyncTask};
use courseglue_protocol::{HOUR_MS, Millis};
use courseglue_table::PeerTable;
use serde_json::Value;

use super::statement::{HOURS, Statements};
use crate::Failed;
use crate::drive::{Answered, drive};
use crate::sites;
use crate::sync::compressed;
use crate::wire::{HEADER_BYTES, TLS_BYTES};
use crate::world::NOW;

/// Hours until news of all ages are under way.
const WARMING_HOURS: u64 = 24;
/// What belongs to membership; the rest of a run is about records.
const OPERATIONS: [&str; 7] =
    ["sketch", "entries", "snapshot", "neighbours", "describe", "vouch", "announce"];

/// The bytes that membership costs one site a day, by `hourly` real runs in each hour of a day.
///
/// # Errors
/// Where a site does not learn what the other knew.
pub fn bytes_a_day(statements: &Statements, hourly: usize) -> Result<f64, Failed> {
    let count = statements.places.len();
    let mut random = fastrand::Rng::with_seed(9);
    let mut knows: Vec<Vec<u8>> = vec![vec![0; count]; count];
    let network = Network::new(statements);
    let mut order: Vec<usize> = (0..count).collect();
    let (mut bytes, mut runs) = (0, 0);
    for hour in 0..HOURS {
        for site in (0..count).filter(|site| statements.renewed[*site] == Some(hour)) {
            knows[site][site] = 1;
        }
        random.shuffle(&mut order);
        let real: HashSet<usize> = match hour {
            WARMING_HOURS.. => order.iter().step_by(count / hourly).copied().collect(),
            _ => HashSet::new(),
        };
        for site in &order {
            let peer = if real.contains(site) {
                let run = network.run(*site, hour, &knows, random.u64(..))?;
                bytes += run.bytes;
                runs += 1;
                let news =
                    |peer: &usize| (0..count).filter(|of| knows[*peer][*of] > knows[*site][*of]).count();
                if let Some(peer) = run.peer.filter(|peer| news(peer) != run.learnt) {
                    let expected = news(&peer);
                    return Err(format!("a site learnt {} of {expected} statements", run.learnt).into());
                }
                run.peer
            } else {
                Some(random.usize(..count))
            };
            let Some(peer) = peer.filter(|peer| peer != site) else { continue };
            let theirs = std::mem::take(&mut knows[peer]);
            knows[*site].iter_mut().zip(&theirs).for_each(|(own, other)| *own = (*own).max(*other));
            knows[peer] = theirs;
        }
    }
    Ok(bytes as f64 / f64::from(runs) * 24.0)
}

/// One run.
struct Run {
    bytes: usize,
    /// Whom it learnt from.
    peer: Option<usize>,
    /// Statements that were news.
    learnt: usize,
}

struct Network<'s> {
    statements: &'s Statements,
    by_endpoint: HashMap<String, usize>,
}

impl<'s> Network<'s> {
    fn new(statements: &'s Statements) -> Self {
        let endpoints = statements.versions.iter().enumerate().map(|(at, [old, _])| (old.endpoint(), at));
        Self { statements, by_endpoint: endpoints.collect() }
    }

    /// A site that knows what it knows.
    fn site(&self, at: usize, knows: &[Vec<u8>]) -> Result<Site, Failed> {
        let mut site = sites::site(&self.statements.places[at])?;
        let mut table = PeerTable::default();
        for (versions, known) in self.statements.versions.iter().zip(&knows[at]) {
            table.put(versions[usize::from(*known)].clone());
        }
        site.table = Arc::new(table);
        Ok(site)
    }

    /// Has a site do what it does every hour.
    fn run(&self, at: usize, hour: u64, knows: &[Vec<u8>], random: u64) -> Result<Run, Failed> {
        let now: Millis = NOW + hour * HOUR_MS + HOUR_MS / 2;
        let mut site = self.site(at, knows)?;
        let own = &self.statements.versions[at][usize::from(knows[at][at])];
        let mut mark = |name: &str, value: String| site.marks.insert(name.to_owned(), value);
        mark("exchanged", (now - HOUR_MS).to_string());
        // The whole table is compared once a day, and what is recent in between.
        mark("compared", (now - (1 + (at as u64 + hour) % 24) * HOUR_MS).to_string());
        // Each site makes a spot check every eighth hour.
        mark("spotted", (now - (1 + (at as u64 + hour) % 8) * HOUR_MS).to_string());
        // A new statement is told to the neighbours in the hour in which it is signed.
        let is_new = self.statements.renewed[at] == Some(hour);
        let told = if is_new { own.descriptor.seq - 1 } else { own.descriptor.seq };
        let givers: String = own.entry.vouchers.iter().map(|voucher| format!(" {}", voucher.by)).collect();
        mark("announced", format!("{told}{givers}"));
        let entry = serde_json::to_string(&own.entry)?;
        let task = SyncTask::start(&Arc::new(site), &entry, now, random)?;
        let mut run = Run { bytes: 0, peer: None, learnt: 0 };
        let mut hosts = HashSet::new();
        let mut others: HashMap<usize, Arc<Site>> = HashMap::new();
        let driven = drive(task, now, usize::MAX, |request, _, now| {
            let operation = operation(request);
            let host = request.url.split('?').next().and_then(|endpoint| self.by_endpoint.get(endpoint));
            let Some(host) = host.filter(|_| OPERATIONS.contains(&operation.as_str())) else {
                return Answered { answer: Err(Failure::NoTimeLeft), after: 1 };
            };
            if operation == "sketch" {
                run.peer = Some(*host);
            }
            if !others.contains_key(host) {
                others.extend(self.site(*host, knows).ok().map(|site| (*host, Arc::new(site))));
            }
            let Some(other) = others.get(host) else {
                return Answered { answer: Err(Failure::NoTimeLeft), after: 1 };
            };
            let answer = sites::answer(other, request, now).response();
            if hosts.insert(*host) {
                run.bytes += TLS_BYTES;
            }
            run.bytes +=
                request.body.len() + HEADER_BYTES + compressed(&answer.body).unwrap_or(answer.body.len());
            Answered { answer: Ok(answer), after: 1 }
        });
        run.learnt = driven.output.changes.iter().filter(|change| matches!(change, Change::Site(_))).count();
        Ok(run)
    }
}

/// What a request asks for.
fn operation(request: &Request) -> String {
    let in_url = request
        .url
        .split_once("operation=")
        .map(|(_, rest)| rest.split('&').next().unwrap_or(rest).to_owned());
    in_url.unwrap_or_else(|| {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        body["operation"].as_str().unwrap_or_default().to_owned()
    })
}
