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
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use futures::StreamExt;
use libp2p::core::transport::MemoryTransport;
use libp2p::core::upgrade::Version;
use libp2p::identity::Keypair;
use libp2p::kad::store::MemoryStore;
use libp2p::kad::{
    Behaviour, Event, GetRecordOk, Mode, QueryId, QueryInfo, QueryResult, QueryStats, Quorum, Record,
    RecordKey,
};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{Config, SwarmEvent};
use libp2p::{Multiaddr, PeerId, StreamProtocol, Swarm, Transport, kad, plaintext, yamux};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{NODES, Outcome, Tally};
use crate::Failed;

/// Requests that a query of libp2p's has under way at any time.
const PARALLEL: u32 = 3;
/// Look-ups at each level; a node makes one.
const LOOK_UPS: usize = 220;
/// The highest level, in percent.
const MOST_DEAD: usize = 30;
/// Fewer events than this in two seconds, of all nodes, are rest.
const QUIET: u64 = 500;
const LONGEST_START: Duration = Duration::from_secs(600);
const IDLE: Duration = Duration::from_secs(1);

/// What has happened at all nodes.
static EVENTS: AtomicU64 = AtomicU64::new(0);

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

/// 1,000 nodes, and what was put into them.
pub struct Network {
    runtime: Runtime,
    nodes: Vec<Node>,
    keys: Vec<[Vec<u8>; 2]>,
    /// Those that die, then those that look up, each once.
    order: Vec<usize>,
    searchers: Range<usize>,
}

impl Network {
    /// Starts the nodes, waits until they have met, and puts records.
    ///
    /// # Errors
    /// Where a node cannot be set up, or a record is not stored while all are alive.
    pub fn new() -> Result<Self, Failed> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let nodes = runtime.block_on(nodes())?;
        let mut random = fastrand::Rng::with_seed(3);
        let mut order: Vec<usize> = (0..NODES).collect();
        random.shuffle(&mut order);
        let keys =
            (0..LOOK_UPS).map(|at| [1, 2].map(|word| format!("record {at}, word {word}").into_bytes()));
        let keys: Vec<[Vec<u8>; 2]> = keys.collect();
        let publishers: Vec<usize> = keys.iter().map(|_| random.usize(..NODES)).collect();
        runtime.block_on(publish(&nodes, &keys, &publishers))?;
        Ok(Self { runtime, nodes, keys, order, searchers: NODES * MOST_DEAD / 100..NODES })
    }

    /// Looks records up after `dead` percent of the nodes died. Those that are dead already stay so.
    ///
    /// # Errors
    /// Where a node is gone that should be there.
    pub fn look_up(&mut self, dead: usize) -> Result<Outcome, Failed> {
        self.order[..NODES * dead / 100].iter().for_each(|at| self.nodes[*at].running.abort());
        let mut tally = Tally::default();
        for pair in &self.keys {
            // Nodes that hold a record themselves are passed over, as this engine's are.
            for searcher in self.searchers.by_ref() {
                let [one, other] = self.runtime.block_on(get(&self.nodes[self.order[searcher]], pair))?;
                if one.found == Some(0) || other.found == Some(0) {
                    continue;
                }
                let found = [one.found, other.found].into_iter().flatten().min();
                tally.add(found, one.requests + other.requests);
                break;
            }
        }
        Ok(tally.outcome())
    }
}

async fn publish(nodes: &[Node], keys: &[[Vec<u8>; 2]], publishers: &[usize]) -> Result<(), Failed> {
    for (pair, publisher) in keys.iter().zip(publishers) {
        for key in pair {
            let (done, stored) = oneshot::channel();
            nodes[*publisher].orders.send(Order::Put(key.clone(), done))?;
            stored.await?.map_err(|reason| format!("libp2p did not store a record: {reason}"))?;
        }
    }
    Ok(())
}

/// Has one node look both keys up at the same time.
async fn get(node: &Node, pair: &[Vec<u8>; 2]) -> Result<[Got; 2], Failed> {
    let (one, first) = oneshot::channel();
    let (other, second) = oneshot::channel();
    node.orders.send(Order::Get(pair[0].clone(), one))?;
    node.orders.send(Order::Get(pair[1].clone(), other))?;
    Ok([first.await?, second.await?])
}

/// 1,000 nodes that have been told of each other. What they ask of their own accord to fill their buckets is cut short:
/// these are full already, and a thousand nodes that all ask at once keep one machine busy for many minutes.
async fn nodes() -> Result<Vec<Node>, Failed> {
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
    let began = Instant::now();
    loop {
        let before = EVENTS.load(Relaxed);
        tokio::time::sleep(Duration::from_secs(2)).await;
        if EVENTS.load(Relaxed) - before < QUIET {
            return Ok(nodes);
        }
        if began.elapsed() > LONGEST_START {
            return Err("libp2p's nodes have not come to rest in ten minutes".into());
        }
    }
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
    let mut settings = kad::Config::new(StreamProtocol::new("/bench/kad/1.0.0"));
    settings.set_periodic_bootstrap_interval(None);
    let mut behaviour = Behaviour::with_config(peer, MemoryStore::new(peer), settings);
    behaviour.set_mode(Some(Mode::Server));
    let config = Config::with_tokio_executor().with_idle_connection_timeout(IDLE);
    let mut swarm = Swarm::new(transport, behaviour, peer, config);
    let address: Multiaddr = Protocol::Memory(number + 1).into();
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
                EVENTS.fetch_add(1, Relaxed);
                for mut query in swarm.behaviour_mut().iter_queries_mut() {
                    if matches!(query.info(), QueryInfo::Bootstrap { .. }) {
                        query.finish();
                    }
                }
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
