//! One site: the engine's state behind a small HTTP server on a loopback address of its own.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_core::{
    Change, JoinTask, PublishState, PublishTask, SearchReport, SearchTask, Setback, Settings, Site, SyncTask,
    Task, TaskError, start_network,
};
use courseglue_protocol::{HOUR_MS, Millis, day_of};
use courseglue_transport::drive::now;
use courseglue_transport::{Client, Limits, Policy, drive};
use serde_json::{Value, json};
use tiny_http::Server;

/// The name of a network of its own.
pub const NETWORK: &str = "loopback";
/// Threads that answer at each site: one may be checking a newcomer while the other answers.
const THREADS: usize = 2;
/// Courses sent at a time.
const BATCH: usize = 50;
const LIMITS: Limits = Limits {
    request: Duration::from_secs(10),
    task: Duration::from_secs(60),
    parallel: 16,
    max_bytes: 16 << 20,
};

/// Why a site cannot work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Its address cannot be listened at.
    #[error(
        "cannot listen at {0}: {1}. Every site needs a loopback address of its own; where only 127.0.0.1 exists, as on \
         macOS, add them with: sudo ifconfig lo0 alias {0}"
    )]
    Listen(String, String),
    /// Settings, client or threads.
    #[error("the site at {0} cannot start: {1}")]
    Start(String, String),
    /// The engine's reason why a task cannot start.
    #[error("{0}: {1}")]
    Task(String, #[source] TaskError),
    /// Why it could not join.
    #[error("{0}: {1}")]
    Join(String, #[source] Setback),
    /// Courses that some home did not take, and why.
    #[error("{0}: some courses could not be published: {1}")]
    Unpublished(String, String),
    /// The site to join through is none.
    #[error("{0} does not answer as a site of a network does: {1}")]
    NoSite(String, String),
}

/// The way in which a site answers others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It answers as it should.
    Well,
    /// It does not answer: it closes every connection.
    Dead,
    /// It answers as it should, but too late.
    Slow,
}

impl Manner {
    const ALL: [(&str, Self); 3] = [("well", Self::Well), ("dead", Self::Dead), ("slow", Self::Slow)];

    /// The manner of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, manner)| *manner)
    }
}

/// A site with its server.
pub struct Host {
    site: RwLock<Arc<Site>>,
    client: Client,
    url: String,
    /// One task at a time writes; what is still to be done.
    work: Mutex<Work>,
    pub(super) manner: AtomicU8,
}

/// The work that a site has to do.
#[derive(Default)]
struct Work {
    /// Courses that some home has not taken yet.
    unpublished: Vec<Value>,
    /// When it began the last exchange, Unix ms.
    exchanged: Millis,
}

/// A loopback address for the site number `n`.
fn loopback(n: usize) -> String {
    format!("127.1.{}.{}", n / 250, n % 250 + 1)
}

impl Host {
    /// Starts a site that knows no other, and its server.
    ///
    /// # Errors
    /// [`HostError::Listen`] or [`HostError::Start`].
    pub fn start(number: usize, network: &str, courses: &[Value]) -> Result<Arc<Self>, HostError> {
        let ip = loopback(number);
        let server =
            Server::http((ip.as_str(), 0)).map_err(|e| HostError::Listen(ip.clone(), e.to_string()))?;
        let port = server.server_addr().to_ip().map_or(0, |at| at.port());
        let address = format!("{ip}:{port}");
        let fault = |why: String| HostError::Start(address.clone(), why);
        let secret = STANDARD.encode(std::array::from_fn::<u8, 32, _>(|_| fastrand::u8(..)));
        let settings = json!({
            "network": network, "address": address, "scheme": "http", "secret": secret, "viewdir": "", "serving": true,
            "allowhttp": true, "blockedhosts": [], "allowedports": [], "seed": secret,
        });
        let settings = Settings::from_json(&settings.to_string()).map_err(|e| fault(e.to_string()))?;
        let client = Client::new(&Policy::from(&settings)).map_err(|e| fault(e.to_string()))?;
        let url = settings.address.url(settings.scheme);
        let mut site = Site::new(settings);
        let own = description(&site, &address, number, courses.len())
            .ok_or_else(|| fault("no description".into()))?;
        site.apply(own);
        let work = Mutex::new(Work { unpublished: courses.to_vec(), exchanged: 0 });
        let manner = AtomicU8::new(Manner::Well as u8);
        let host = Arc::new(Self { site: RwLock::new(Arc::new(site)), client, url, work, manner });
        let server = Arc::new(server);
        for _ in 0..THREADS {
            let (host, server) = (host.clone(), server.clone());
            thread::Builder::new()
                .spawn(move || server.incoming_requests().for_each(|request| host.answer(request)))
                .map_err(|e| fault(e.to_string()))?;
        }
        Ok(host)
    }

    /// The site's URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The site as it is now.
    #[must_use]
    pub fn site(&self) -> Arc<Site> {
        self.site.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn apply(&self, changes: Vec<Change>) {
        if !changes.is_empty() {
            let mut site = self.site.write().unwrap_or_else(PoisonError::into_inner);
            let site = Arc::make_mut(&mut site);
            changes.into_iter().for_each(|change| site.apply(change));
        }
    }

    pub(super) fn drive<T: Task>(&self, task: T) -> T::Output {
        drive(task, &self.client, &LIMITS)
    }

    fn entry(&self) -> String {
        let site = self.site();
        serde_json::to_string(&site.own().as_ref().map(|own| &own.entry)).unwrap_or_default()
    }

    fn task_error(&self) -> impl Fn(TaskError) -> HostError + '_ {
        |error| HostError::Task(self.url.clone(), error)
    }

    /// Begins a network of one.
    ///
    /// # Errors
    /// Errors of the engine.
    pub fn be_first(&self) -> Result<(), HostError> {
        let joined = start_network(&self.site(), &self.entry(), now()).map_err(self.task_error())?;
        self.apply(joined.changes);
        Ok(())
    }

    /// Joins through the site at a URL.
    ///
    /// # Errors
    /// Errors of the engine.
    pub fn join(&self, through: &str) -> Result<(), HostError> {
        let error = |setback: Setback| HostError::Join(self.url.clone(), setback);
        let task = JoinTask::start(&self.site(), through, &self.entry(), now()).map_err(error)?;
        let joined = self.drive(task).map_err(error)?;
        self.apply(joined.changes);
        Ok(())
    }

    /// A run of cron: publishes what is not published yet, and exchanges with another site where that is due.
    ///
    /// # Errors
    /// Errors of the engine. A course that some home did not take waits for the next run.
    pub fn work(&self) -> Result<(), HostError> {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        match self.publish(&work.unpublished) {
            Err(HostError::Unpublished(..)) => {}
            published => {
                published?;
                work.unpublished.clear();
            }
        }
        if self.site().is_settling(now()) || now() >= work.exchanged + HOUR_MS {
            work.exchanged = now();
            self.exchange()?;
        }
        Ok(())
    }

    /// Whether every course is published.
    #[must_use]
    pub fn has_published(&self) -> bool {
        self.work.lock().unwrap_or_else(PoisonError::into_inner).unpublished.is_empty()
    }

    /// Lets the site answer in another way from now on.
    pub fn behave(&self, manner: Manner) {
        self.manner.store(manner as u8, Ordering::Relaxed);
    }

    fn exchange(&self) -> Result<(), HostError> {
        let random = fastrand::u64(..);
        let task = SyncTask::start(&self.site(), &self.entry(), now(), random).map_err(self.task_error())?;
        self.apply(self.drive(task).changes);
        Ok(())
    }

    fn publish(&self, courses: &[Value]) -> Result<(), HostError> {
        for part in courses.chunks(BATCH) {
            let site = self.site();
            let mut records = Vec::new();
            for course in part {
                let built = site.record(&course.to_string(), now());
                let built =
                    built.map_err(|e| HostError::Start(self.url.clone(), format!("{course}: {e}")))?;
                let mut item = serde_json::to_value(built).unwrap_or_default();
                item["type"] = "record".into();
                records.push(item);
            }
            self.send(records)?;
        }
        Ok(())
    }

    /// Withdraws a course that was published.
    ///
    /// # Errors
    /// Errors of the engine.
    pub fn withdraw(&self, course: &Value) -> Result<(), HostError> {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        work.unpublished.retain(|unpublished| unpublished["id"] != course["id"]);
        let fault = |why: String| HostError::Start(self.url.clone(), why);
        let site = self.site();
        let record = site.record(&course.to_string(), now()).map_err(|e| fault(e.to_string()))?;
        let local = course["id"].as_str().unwrap_or_default();
        let tombstone = site.tombstone(local, now() + 1, &record.terms).map_err(|e| fault(e.to_string()))?;
        let mut item = serde_json::to_value(tombstone).unwrap_or_default();
        item["type"] = "tombstone".into();
        self.send(vec![item])
    }

    fn send(&self, records: Vec<Value>) -> Result<(), HostError> {
        let entry: Value = serde_json::from_str(&self.entry()).unwrap_or_default();
        let batch = json!({"entry": entry, "records": records}).to_string();
        let task = PublishTask::start(&self.site(), &batch, now()).map_err(self.task_error())?;
        let published = self.drive(task);
        let pending = published.results.iter().find(|result| result.state == PublishState::Pending);
        let unpublished = pending
            .map(|first| HostError::Unpublished(self.url.clone(), first.problem.clone().unwrap_or_default()));
        self.apply(published.changes);
        unpublished.map_or(Ok(()), Err)
    }

    /// Searches from this site.
    ///
    /// # Errors
    /// The engine's reason why the query cannot be searched.
    pub fn search(&self, query: &str) -> Result<SearchReport, TaskError> {
        let found = self.drive(SearchTask::start(&self.site(), query, now())?);
        self.apply(found.changes.clone());
        Ok(found)
    }
}

/// The description of a made-up site.
fn description(site: &Site, address: &str, number: usize, courses: usize) -> Option<Change> {
    const PLACES: [(&str, &str); 8] = [
        ("ES", "ca"),
        ("DE", "de"),
        ("BR", "pt"),
        ("FR", "fr"),
        ("JP", "ja"),
        ("US", "en"),
        ("MX", "es"),
        ("IN", "en"),
    ];
    let (country, lang) = PLACES[number % PLACES.len()];
    let seq = now();
    let body = json!({
        "address": address, "scheme": "http", "key": site.settings.secret.as_ref()?.public(), "seq": seq,
        "lease": day_of(seq) + 45, "name": format!("School {}", number + 1), "software": "Moodle", "release": "4.5",
        "plugin": env!("CARGO_PKG_VERSION"), "protocol": courseglue_protocol::PROTOCOL, "country": country, "lang": lang,
        "figures": {"courses": courses},
    });
    let signed = site.sign("descriptor", body.to_string()).ok()?;
    let entry = courseglue_protocol::Entry { body: signed.body, sig: signed.sig, vouchers: Vec::new() };
    Some(Change::from(&entry.read().ok()?))
}
