//! The rival: rust-libp2p's Kademlia over its in-memory transport, as it comes: 20 replicas, 3 requests at a time.
//!
//! Every node is offered the address of every other, so that its buckets are as full as they can be. Each look-up is made
//! by a node that has made none before, so that none has noticed who is dead; dead nodes refuse the connection at once. A
//! record is put under two keys, as it would be under two words, and both are asked for at the same time.
//!
//! Its queries report how many of their requests are over when the record comes. Three are under way at any time, so that
//! this number divided by three, rounded up, is the least number of rounds that it can have taken. Connecting and
//! negotiating protocols are not counted as rounds.

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt;
use libp2p::core::transport::MemoryTransport;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::kad::store::MemoryStore;
use libp2p::kad::{
    Behaviour, Event, GetRecordOk, Mode, QueryId, QueryResult, QueryStats, Quorum, Record, RecordKey,
};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{Config, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, Transport, plaintext, yamux};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{NODES, Outcome, Tally};
use crate::Failed;

/// Requests that a query of libp2p's has under way at any time.
const PARALLEL: u32 = 3;
const LOOK_UPS: usize = 500;
const IDLE: Duration = Duration::from_secs(5);

/// What a node is told to do.
enum Order {
    Put(Vec<u8>, oneshot::Sender<Result<(), String>>),
    Get(Vec<u8>, oneshot::Sender<Got>),
}

/// What came of looking one key up.
#[derive(Clone, Copy, Debug)]
struct Got {
    /// The round in which the record came, 0 where the node itself held it.
    found: Option<u32>,
    requests: u32,
}

struct Node {
    orders: mpsc::UnboundedSender<Order>,
    running: JoinHandle<()>,
}

/// Builds a network, puts records, kills `dead` percent of its nodes, and looks the records up.
///
/// # Errors
/// Where the runtime or a node cannot be set up.
pub fn look_up(dead: usize) -> Result<Outcome, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(look_up_in_network(dead))
}

async fn look_up_in_network(dead: usize) -> Result<Outcome, Failed> {
    let t=std::time::Instant::now();let nodes = network()?;eprintln!("net {:?}",t.elapsed());
    let mut random = fastrand::Rng::with_seed(3);
    let mut keys = Vec::new();
    for at in 0..LOOK_UPS {
        let pair = [format!("record {at} word 1").into_bytes(), format!("record {at} word 2").into_bytes()];
        let publisher = &nodes[random.usize(..NODES)];
        for key in &pair {
            let (done, stored) = oneshot::channel();
            publisher.orders.send(Order::Put(key.clone(), done))?;
            stored.await?.map_err(|reason| format!("libp2p did not store a record: {reason}"))?;
        }
        keys.push(pair);
    }
    eprintln!("put {:?}",t.elapsed());let mut order: Vec<usize> = (0..NODES).collect();
    random.shuffle(&mut order);
    let (down, up) = order.split_at(NODES * dead / 100);
    for at in down {
        nodes[*at].running.abort();
    }
    tokio::time::sleep(IDLE * 2).await;
    let mut tally = Tally::default();
    let mut searchers = up.iter();
    for pair in &keys {
        // Nodes that hold a record themselves are passed over, as this engine's are.
        for searcher in searchers.by_ref() {
            let [one, other] = pair.clone().map(|key| {
                let (done, got) = oneshot::channel();
                nodes[*searcher].orders.send(Order::Get(key, done)).map(|()| got)
            });
            let (one, other) = futures::future::try_join(one?, other?).await?;
            if one.found == Some(0) || other.found == Some(0) {
                continue;
            }
            let found = [one.found, other.found].into_iter().flatten().min();
            tally.add(found, one.requests + other.requests);
            break;
        }
    }
    nodes.iter().for_each(|node| node.running.abort());
    Ok(tally.outcome())
}

/// 1,000 nodes that have been told of each other.
fn network() -> Result<Vec<Node>, Failed> {
    let mut swarms = (0..NODES as u64).map(swarm).collect::<Result<Vec<_>, _>>()?;
    let mut peers: Vec<(PeerId, Multiaddr)> =
        swarms.iter().map(|(address, swarm)| (*swarm.local_peer_id(), address.clone())).collect();
    let mut random = fastrand::Rng::with_seed(4);
    let mut nodes = Vec::with_capacity(NODES);
    for (_, swarm) in &mut swarms {
        random.shuffle(&mut peers);
        let own = *swarm.local_peer_id();
        for (peer, address) in peers.iter().filter(|(peer, _)| *peer != own) {
            swarm.behaviour_mut().add_address(peer, address.clone());
        }
    }
    for (_, swarm) in swarms {
        let (orders, taken) = mpsc::unbounded_channel();
        nodes.push(Node { orders, running: tokio::spawn(run(swarm, taken)) });
    }
    Ok(nodes)
}

fn swarm(number: u64) -> Result<(Multiaddr, Swarm<Behaviour<MemoryStore>>), Failed> {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    let key = Keypair::ed25519_from_bytes(seed)?;
    let peer = key.public().to_peer_id();
    let transport = MemoryTransport::default()
        .upgrade(Version::V1)
        .authenticate(plaintext::Config::new(&key))
        .multiplex(yamux::Config::default())
        .boxed();
    let mut behaviour = Behaviour::new(peer, MemoryStore::new(peer));
    behaviour.set_mode(Some(Mode::Server));
    let config = Config::with_tokio_executor().with_idle_connection_timeout(IDLE);
    let mut swarm = Swarm::new(transport, behaviour, peer, config);
    // Another network of the same process may still be going down: its ports are other ones.
    let port: u64 = fastrand::u64(1..=u64::from(u32::MAX)) << 16 | number;
    let address: Multiaddr = Protocol::Memory(port).into();
    swarm.listen_on(address.clone())?;
    swarm.add_external_address(address.clone());
    Ok((address, swarm))
}

/// Runs one node until it is aborted.
async fn run(mut swarm: Swarm<Behaviour<MemoryStore>>, mut orders: mpsc::UnboundedReceiver<Order>) {
    let mut puts: HashMap<QueryId, oneshot::Sender<Result<(), String>>> = HashMap::new();
    let mut gets: HashMap<QueryId, oneshot::Sender<Got>> = HashMap::new();
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Put(key, done)) => {
                    let record = Record::new(RecordKey::new(&key), key);
                    if let Ok(query) = swarm.behaviour_mut().put_record(record, Quorum::Majority) {
                        puts.insert(query, done);
                    }
                }
                Some(Order::Get(key, done)) => {
                    let query = swarm.behaviour_mut().get_record(RecordKey::new(&key));
                    gets.insert(query, done);
                }
                None => return,
            },
            event = swarm.select_next_some() => {
                let SwarmEvent::Behaviour(Event::OutboundQueryProgressed { id, result, stats, .. }) = event else {
                    continue;
                };
                match result {
                    QueryResult::PutRecord(stored) => {
                        if let Some(done) = puts.remove(&id) {
                            let _ = done.send(stored.map(drop).map_err(|reason| reason.to_string()));
                        }
                    }
                    QueryResult::GetRecord(answer) => {
                        let Some(done) = gets.remove(&id) else { continue };
                        let found = match answer {
                            Ok(GetRecordOk::FoundRecord(found)) if found.peer.is_none() => Some(0),
                            Ok(GetRecordOk::FoundRecord(_)) => Some(rounds(&stats)),
                            _ => None,
                        };
                        let _ = done.send(Got { found, requests: stats.num_requests() });
                        // Whoever has what they wanted stops asking.
                        if let Some(mut query) = swarm.behaviour_mut().query_mut(&id) {
                            query.finish();
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// The least number of rounds in which that many requests can be over; the one that brought the record is not yet counted
/// in the query's own numbers.
fn rounds(stats: &QueryStats) -> u32 {
    (stats.num_successes() + stats.num_failures() + 1).div_ceil(PARALLEL)
}
