//! The simulated world: its clock, its sites, what is under way between them, and all that happens, in order.

mod arrival;
mod assault;
mod churn;
mod duty;
mod replay;
mod run;
mod siege;
mod step;

use std::collections::HashMap;

use courseglue_core::{Failure, Request, Response};
use courseglue_protocol::{DAY_MS, HOUR_MS, Id, Millis};
use fastrand::Rng;

pub use churn::Churn;
pub use replay::Replay;
pub use run::{Purpose, SearchOutcome};
pub use step::Step;

use crate::attack::Attack;
use crate::course::Course;
use crate::links::Links;
use crate::node::Node;
use crate::population::Population;
use crate::queue::Queue;
use crate::trace::Trace;
use run::Run;

/// The moment at which every simulation begins: a UTC midnight.
pub const START: Millis = 20_000 * DAY_MS;

/// The party that waits for an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asker {
    /// A task of a site.
    Run(u64),
    /// An attack, for its address number so-and-so.
    Attack(usize),
}

/// A request on its way, and what is needed to answer it.
pub(crate) struct RequestUnderWay {
    pub asker: Asker,
    pub half: crate::links::Half,
    pub request: Request,
    pub at: Millis,
}

pub(crate) enum Event {
    Cron { node: usize, life: u32 },
    Publish { node: usize, life: u32 },
    Renew { node: usize },
    Arrive(Box<RequestUnderWay>),
    Wake { run: u64 },
    Answer { asker: Asker, id: u64, answer: Result<Response, Failure> },
    Down { node: usize, until: Option<Millis> },
    Up { node: usize },
    Newcomer,
    Join { node: usize, life: u32 },
    Attack,
    Step(usize),
}

/// Numbers of a whole simulation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Traffic {
    /// Requests sent by sites.
    pub requests: u64,
    /// Bytes of requests and answers, before compression.
    pub bytes: u64,
    /// Exchanges that ended.
    pub exchanges: u64,
    /// Searches that ended.
    pub searches: u64,
}

/// The world.
pub struct World {
    /// The true time.
    pub now: Millis,
    /// Its sites.
    pub nodes: Vec<Node>,
    /// The network between them.
    pub links: Links,
    /// The hash of everything that happened so far.
    pub trace: Trace,
    /// The traffic so far.
    pub traffic: Traffic,
    /// The searches that checks asked for and that ended since they were last taken.
    pub looked: Vec<SearchOutcome>,
    /// Every attempt to join that failed, with the site and why.
    pub troubles: Vec<String>,
    /// The attack that is under way.
    pub attack: Option<Attack>,
    /// The topic that very many courses share, once they are being published.
    pub popular: Option<usize>,
    /// The stranger who keeps texts, and what came of it.
    pub replay: Replay,
    /// The rates at which sites come and go.
    pub churn: Churn,
    /// The period of each site's cron.
    pub cron: Millis,
    /// Whether each newcomer has a registrable domain of its own.
    pub own_domains: bool,
    /// The sites that an attack, or a loss, is about.
    pub victims: Vec<usize>,
    /// Newcomers, and sites whose vouchers were lost, each with since when it waits: see [`World::late`].
    pub(crate) waiting: Vec<siege::Waiting>,
    /// Whether courses are sent as soon as they are due, and not only when cron runs.
    pub prompt: bool,
    pub(crate) rng: Rng,
    pub(crate) queue: Queue<Event>,
    pub(crate) steps: Vec<Step>,
    pub(crate) places: HashMap<String, usize>,
    pub(crate) runs: HashMap<u64, Run>,
    pub(crate) next_run: u64,
    pub(crate) domains: usize,
    pub(crate) courses: usize,
    pub(crate) topics: usize,
    pub(crate) backups: Vec<step::Backup>,
}

/// The courses that sites publish.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    /// Courses of each publishing site.
    pub courses: usize,
    /// One site in this many publishes.
    pub every: usize,
    /// Topics in the world.
    pub topics: usize,
    /// The time over which the first publication spreads.
    pub over: Millis,
}

impl World {
    /// A world in which `population` exists and begins to publish.
    ///
    /// # Errors
    /// An error where the population cannot be made.
    pub fn new(population: &Population, catalogue: &Catalogue, seed: u64) -> Result<Self, String> {
        let mut rng = Rng::with_seed(seed);
        let nodes = population.form(START, &mut rng)?;
        let mut world = Self::with(nodes, catalogue.topics, rng);
        for at in 0..world.nodes.len() {
            world.begin(at);
            if at % catalogue.every.max(1) == 0 {
                world.add_courses(at, catalogue.courses, catalogue.topics, catalogue.over);
            }
        }
        Ok(world)
    }

    /// A world without a site. What its sites do, they do when their cron runs.
    #[must_use]
    pub fn empty(topics: usize, cron: Millis, seed: u64) -> Self {
        Self { cron, prompt: false, ..Self::with(Vec::new(), topics, Rng::with_seed(seed)) }
    }

    fn with(nodes: Vec<Node>, topics: usize, mut rng: Rng) -> Self {
        courseglue_protocol::sharing::share();
        let places = nodes.iter().enumerate().map(|(at, node)| (node.address.clone(), at)).collect();
        Self {
            now: START,
            links: Links::new(rng.u64(..)),
            trace: Trace::default(),
            traffic: Traffic::default(),
            looked: Vec::new(),
            troubles: Vec::new(),
            attack: None,
            popular: None,
            replay: Replay::default(),
            churn: Churn::default(),
            cron: HOUR_MS,
            own_domains: false,
            victims: Vec::new(),
            waiting: Vec::new(),
            prompt: true,
            queue: Queue::default(),
            steps: Vec::new(),
            places,
            runs: HashMap::new(),
            next_run: 0,
            domains: nodes.len(),
            courses: 0,
            topics,
            backups: Vec::new(),
            nodes,
            rng,
        }
    }

    /// Gives a site courses to publish within `over`.
    pub fn add_courses(&mut self, node: usize, count: usize, topics: usize, over: Millis) {
        let at = self.now + self.rng.u64(..over.max(1));
        for _ in 0..count {
            let chosen = (0..3).map(|_| self.rng.usize(..topics.max(1))).collect();
            let course = Course::new(self.courses, chosen, self.now);
            self.courses += 1;
            self.nodes[node].courses.push(Course { not_before: at, ..course });
        }
        let life = self.nodes[node].life;
        self.queue.push(at, Event::Publish { node, life });
    }

    /// Starts a site's duties, each at its own random moment.
    pub(crate) fn begin(&mut self, node: usize) {
        let Node { life, renewal, .. } = self.nodes[node];
        let phase = self.rng.u64(..self.cron);
        self.queue.push(self.now + phase, Event::Cron { node, life });
        self.queue.push(renewal.max(self.now), Event::Renew { node });
    }

    /// Plans a step of a scenario.
    pub fn plan(&mut self, at: Millis, step: Step) {
        self.steps.push(step);
        self.queue.push(START + at, Event::Step(self.steps.len() - 1));
    }

    /// Lets the world go on to a moment.
    pub fn run_until(&mut self, end: Millis) {
        while let Some((at, event)) = self.queue.pop_before(end) {
            self.now = at;
            self.happen(event);
        }
        self.now = end;
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Cron { node, life } => self.cron(node, life),
            Event::Publish { node, life } => self.publish(node, life),
            Event::Renew { node } => self.renew(node),
            Event::Arrive(sent) => self.arrive(*sent),
            Event::Wake { run } => self.go_on(run),
            Event::Answer { asker: Asker::Run(run), id, answer } => self.answered(run, id, answer),
            Event::Answer { asker: Asker::Attack(address), answer, .. } => {
                self.attack_answered(address, &answer);
            }
            Event::Down { node, until } => self.go_down(node, until),
            Event::Up { node } => self.come_up(node),
            Event::Newcomer => self.newcomer(),
            Event::Join { node, life } if self.nodes[node].life == life => self.join(node),
            Event::Join { .. } => {}
            Event::Attack => self.attack_goes_on(),
            Event::Step(step) => self.take_step(step),
        }
    }

    /// The site with this node id.
    #[must_use]
    pub fn find(&self, node: &Id) -> Option<&Node> {
        self.nodes.iter().find(|n| n.site.settings.node == *node)
    }

    /// A random site that is up and in the network; `None` where there is none.
    pub fn somebody(&mut self) -> Option<usize> {
        let first = self.rng.usize(..self.nodes.len().max(1));
        let count = self.nodes.len();
        (0..count)
            .map(|step| (first + step) % count)
            .find(|at| self.nodes[*at].is_up() && self.nodes[*at].joined)
    }
}
