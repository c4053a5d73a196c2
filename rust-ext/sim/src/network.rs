//! A network in one process: sites with the same engine and protocol as in web servers, on loopback HTTP.

pub mod asking;
pub mod claims;
pub mod course_file;
pub mod host;
mod multilang;
pub mod state;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use host::{Host, HostError};

/// The sites of one process.
pub struct Network {
    /// The sites, each with its server.
    pub hosts: Vec<Arc<Host>>,
    /// What each of them published, in the same order.
    pub courses: Vec<Vec<Value>>,
}

/// While the network has so few sites, all exchange whenever one more has joined.
const FIRST: usize = 20;
/// Exchanges of every site, at most, until each knows all.
const ROUNDS: u32 = 40;
/// How often a site's courses are sent that some home did not take; between, the sites meet.
const ATTEMPTS: u32 = 8;
/// The period of a site's exchanges afterwards.
const PERIOD: Duration = Duration::from_secs(3600);

impl Network {
    /// Starts so many sites, joins them through the first, and publishes the courses, divided among them. `progress` is
    /// told what is being done.
    ///
    /// # Errors
    /// A [`HostError`] with what a person can do about it.
    pub fn start(sites: usize, courses: Vec<Value>, progress: impl Fn(&str)) -> Result<Self, HostError> {
        progress(&format!("starting {sites} sites"));
        let mut shares: Vec<Vec<Value>> = vec![Vec::new(); sites];
        for (at, course) in courses.into_iter().enumerate() {
            shares[at % sites].push(course);
        }
        let mut hosts: Vec<Arc<Host>> = Vec::new();
        let mut round = 0;
        let mut meet = |hosts: &[Arc<Host>]| {
            round += 1;
            hosts.iter().enumerate().try_for_each(|(at, host)| host.exchange(round * 1_000_000 + at as u64))
        };
        for (at, share) in shares.iter().enumerate() {
            let host = Host::start(at, share.len())?;
            match hosts.first() {
                None => host.be_first()?,
                Some(first) => host.join(first)?,
            }
            hosts.push(host);
            // Where many come at once, those who came first would hear of the rest through nobody they know.
            if at < FIRST || at % 5 == 0 {
                meet(&hosts)?;
            }
        }
        progress("every site has joined; now they meet");
        for _ in 0..ROUNDS {
            if hosts.iter().all(|host| host.site().table.len() == sites) {
                break;
            }
            meet(&hosts)?;
        }
        progress("publishing the courses");
        let mut unpublished: Vec<usize> = (0..sites).collect();
        for attempt in 1.. {
            let mut failed = Vec::new();
            for at in unpublished {
                match hosts[at].publish(&shares[at]) {
                    Ok(()) => {}
                    Err(HostError::Unpublished(..)) if attempt < ATTEMPTS => failed.push(at),
                    Err(error) => return Err(error),
                }
            }
            if failed.is_empty() {
                break;
            }
            progress("some homes did not know their publishers yet: the sites meet again");
            meet(&hosts)?;
            unpublished = failed;
        }
        Ok(Self { hosts, courses: shares })
    }

    /// Keeps the exchanges going, one site after the other, for as long as the process lives.
    pub fn keep_alive(&self) -> ! {
        let pause = PERIOD / u32::try_from(self.hosts.len()).unwrap_or(1).max(1);
        loop {
            for host in &self.hosts {
                thread::sleep(pause);
                if let Err(error) = host.exchange(fastrand::u64(..)) {
                    eprintln!("{}: {error}", host.url());
                }
            }
        }
    }
}
