//! Sites of the same engine and protocol as in web servers, in one process, on loopback HTTP: a network of their own, or
//! members of one that runs.

pub mod asking;
pub mod claims;
pub mod course_file;
pub mod host;
mod multilang;
mod serving;
pub mod state;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use courseglue_core::{Method, Request};
use courseglue_table::SMALL;
use courseglue_transport::{Client, Policy};
use serde_json::Value;

use host::{Host, HostError, NETWORK};

/// The sites of one process.
pub struct Network {
    /// The sites, each with its server.
    pub hosts: Vec<Arc<Host>>,
    /// The courses that each of them publishes, in the same order.
    pub courses: Vec<Vec<Value>>,
    /// The number of runs of cron until each site knew all and every course was published.
    pub runs: u32,
}

/// Runs of cron, at most, until all is as it should be. A network of up to [`SMALL`] sites needs two.
const MOST_RUNS: u32 = 40;
/// In a larger network, where hundreds of sites come within a minute, all sites exchange whenever this many more have
/// joined: the first would hear of the last through no site that they know.
const MEET_EVERY: usize = 5;
/// The period of every site's cron.
const CRON: Duration = Duration::from_secs(60);

impl Network {
    /// Starts this many sites that join through the site at `through`, or through the first of them, and publish the
    /// courses, divided among them. `progress` is called with what is being done.
    ///
    /// # Errors
    /// A [`HostError`] with what a person can do about it.
    pub fn start(
        sites: usize,
        through: Option<&str>,
        courses: Vec<Value>,
        progress: impl Fn(&str),
    ) -> Result<Self, HostError> {
        let name = through.map_or_else(|| Ok(NETWORK.to_owned()), network_of)?;
        progress(&format!("starting {sites} sites"));
        let mut shares: Vec<Vec<Value>> = vec![Vec::new(); sites];
        for (at, course) in courses.into_iter().enumerate() {
            shares[at % sites].push(course);
        }
        let mut network = Self { hosts: Vec::new(), courses: shares, runs: 0 };
        for at in 0..sites {
            let host = Host::start(at, &name, &network.courses[at])?;
            match through.or_else(|| Some(network.hosts.first()?.url())) {
                None => host.be_first()?,
                Some(url) => host.join(url)?,
            }
            network.hosts.push(host);
            if at >= SMALL && at % MEET_EVERY == 0 {
                network.work()?;
            }
        }
        progress("every site has joined; now cron runs");
        while network.runs < MOST_RUNS && !network.is_settled() {
            network.work()?;
            network.runs += 1;
        }
        Ok(network)
    }

    /// Whether each site knows all of these, and every course is published.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.hosts.iter().all(|host| host.has_published() && host.site().table.len() >= self.hosts.len())
    }

    /// A run of every site's cron.
    fn work(&self) -> Result<(), HostError> {
        self.hosts.iter().try_for_each(|host| host.work())
    }

    /// Runs cron, for one site after the other, for as long as the process lives.
    pub fn keep_alive(&self) -> ! {
        let pause = CRON / u32::try_from(self.hosts.len()).unwrap_or(1).max(1);
        loop {
            for host in &self.hosts {
                thread::sleep(pause);
                if let Err(error) = host.work() {
                    eprintln!("{}: {error}", host.url());
                }
            }
        }
    }
}

/// The name of the network of the site at a URL.
fn network_of(url: &str) -> Result<String, HostError> {
    let fault = |why: String| HostError::NoSite(url.to_owned(), why);
    let client = Client::new(&Policy::of_anybody(url)).map_err(|e| fault(e.to_string()))?;
    let limit = Duration::from_secs(10);
    let request = Request {
        id: 0,
        method: Method::Get,
        url: format!("{}/{}?operation=describe", url.trim_end_matches('/'), courseglue_protocol::ENDPOINT),
        body: Vec::new(),
        timeout_ms: 10_000,
        max_bytes: 64 << 10,
    };
    let answer = client.send(&request, limit, request.max_bytes).map_err(|e| fault(e.to_string()))?;
    let described: Value = serde_json::from_slice(&answer.body).map_err(|e| fault(e.to_string()))?;
    let name = described["network"].as_str().map(str::to_owned);
    name.ok_or_else(|| fault(asking::refusal(&described).unwrap_or("it names no network").to_owned()))
}
