//! A network of sites in one process: the same engine as in production, with a loop in place of sockets.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use courseglue_core::{
    Barrier, Change, Failure, Families, Handling, JoinReport, JoinTask, Method, PublishReport, PublishTask,
    Reply, Request, Response, SETTLING_MS, SearchReport, SearchTask, Setback, Settings, Site, SyncReport,
    SyncTask, Task, start_network,
};
use courseglue_protocol::{Address, DAY_MS, Millis, Term, Terms, day_of};
use serde_json::{Value, json};

/// A stored site: what a database would hold, and the site as rebuilt from it.
struct Node {
    secret: String,
    settings: String,
    rows: Vec<String>,
    site: Arc<Site>,
    entry: String,
}

impl Node {
    fn read(&self) -> Site {
        let mut site = Site::new(Settings::from_json(&self.settings).unwrap());
        self.rows.iter().for_each(|row| site.apply(serde_json::from_str(row).unwrap()));
        site
    }
}

/// Changes what the site at an address answers to an operation.
pub type Lie = Box<dyn Fn(&str, &str, &mut Reply)>;

/// The network, its clock, who is down, and who lies.
pub struct Net {
    nodes: RefCell<BTreeMap<String, Node>>,
    pub down: RefCell<BTreeSet<String>>,
    pub now: RefCell<Millis>,
    pub requests: RefCell<Vec<(String, String)>>,
    pub lie: RefCell<Option<Lie>>,
}

impl Net {
    pub fn new() -> Self {
        Self {
            nodes: RefCell::default(),
            down: RefCell::default(),
            now: RefCell::new(20_000 * DAY_MS),
            requests: RefCell::default(),
            lie: RefCell::default(),
        }
    }

    pub fn now(&self) -> Millis {
        *self.now.borrow()
    }

    /// Sets up a site that knows nobody; its address need not answer yet.
    pub fn add(&self, address: &str) {
        use base64::Engine;
        let mut seed = [0; 32];
        for (at, byte) in address.bytes().enumerate() {
            seed[at % 32] ^= byte.wrapping_add(u8::try_from(at % 200).unwrap());
        }
        let secret = base64::engine::general_purpose::STANDARD.encode(seed);
        let settings = json!({"network": "test", "address": address, "scheme": "https", "secret": secret,
            "viewdir": "", "serving": true, "blockedhosts": [], "allowedports": []});
        let settings = settings.to_string();
        let site = Arc::new(Site::new(Settings::from_json(&settings).unwrap()));
        let node = Node { secret, settings, rows: Vec::new(), site, entry: String::new() };
        self.nodes.borrow_mut().insert(address.to_owned(), node);
        self.describe(address, self.now());
    }

    /// Changes one of the site's settings.
    pub fn set(&self, address: &str, name: &str, value: Value) {
        let mut nodes = self.nodes.borrow_mut();
        let node = nodes.get_mut(address).unwrap();
        let mut settings: Value = serde_json::from_str(&node.settings).unwrap();
        if let ("secret", Some(secret)) = (name, value.as_str()) {
            secret.clone_into(&mut node.secret);
        }
        settings[name] = value;
        node.settings = settings.to_string();
        node.site = Arc::new(node.read());
    }

    /// The site as read anew from what is stored.
    pub fn fresh(&self, address: &str) -> Site {
        self.nodes.borrow()[address].read()
    }

    /// Signs the site's description as of `seq`.
    pub fn describe(&self, address: &str, seq: Millis) {
        self.state(address, seq, &json!({}));
    }

    /// The same, with other fields.
    pub fn state(&self, address: &str, seq: Millis, fields: &Value) {
        let mut nodes = self.nodes.borrow_mut();
        let node = nodes.get_mut(address).unwrap();
        let key = courseglue_protocol::Secret::from_base64(&node.secret).unwrap().public();
        let mut body = json!({"address": address, "scheme": "https", "key": key, "seq": seq,
            "lease": day_of(seq) + 45, "name": format!("Site {address}"), "software": "Moodle",
            "release": "4.5", "plugin": "0.1.0", "protocol": 1, "country": "ES", "lang": "en",
            "figures": {"courses": 10}});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let signed = node.site.sign("descriptor", body.to_string()).unwrap();
        node.entry = json!({"body": signed.body, "sig": signed.sig, "vouchers": []}).to_string();
        let own = serde_json::from_str::<courseglue_protocol::Entry>(&node.entry).unwrap().read().unwrap();
        drop(nodes);
        self.apply(address, vec![Change::from(&own)]);
    }

    pub fn site(&self, address: &str) -> Arc<Site> {
        self.nodes.borrow()[address].site.clone()
    }

    pub fn entry(&self, address: &str) -> String {
        self.nodes.borrow()[address].entry.clone()
    }

    /// Stores changes as a database would, in their written form. A task that is under way keeps the state it
    /// began with; whoever comes after sees the new one.
    pub fn apply(&self, address: &str, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        let mut nodes = self.nodes.borrow_mut();
        let node = nodes.get_mut(address).unwrap();
        let old = node.rows.len();
        node.rows.extend(changes.iter().map(|change| serde_json::to_string(change).unwrap()));
        let read = |row: &String| serde_json::from_str(row).unwrap();
        if let Some(site) = Arc::get_mut(&mut node.site) {
            node.rows[old..].iter().for_each(|row| site.apply(read(row)));
        } else {
            node.site = Arc::new(node.read());
        }
    }

    /// A request as it would come over HTTP.
    pub fn ask(&self, address: &str, method: &str, query: &str, body: &[u8]) -> Reply {
        let handling = self.site(address).handle(method, query, body, self.now());
        let reply = match handling {
            Handling::Reply(reply) => reply,
            Handling::Task(task) => self.drive(*task),
        };
        self.apply(address, reply.changes.clone());
        reply
    }

    /// What the network answers to a request.
    pub fn answer(&self, request: &Request) -> Result<Response, Failure> {
        let (base, query) = request.url.split_once("/local/courseglue/peer.php").unwrap();
        let address = Address::from_url(base).unwrap().1.to_string();
        let query = query.strip_prefix('?').unwrap_or("");
        let operation = query.strip_prefix("operation=").and_then(|q| q.split('&').next()).unwrap_or("");
        let named = serde_json::from_slice::<Value>(&request.body)
            .ok()
            .and_then(|b| b["operation"].as_str().map(str::to_owned))
            .unwrap_or_else(|| operation.to_owned());
        self.requests.borrow_mut().push((address.clone(), named.clone()));
        if address.starts_with("nowhere") {
            return Err(Failure::Unreachable(Barrier::NoName));
        }
        if self.down.borrow().contains(&address) || !self.nodes.borrow().contains_key(&address) {
            return Err(Failure::Unreachable(Barrier::Closed(Families::default())));
        }
        let method = if request.method == Method::Get { "GET" } else { "POST" };
        let mut reply = self.ask(&address, method, query, &request.body);
        if let Some(lie) = &*self.lie.borrow() {
            lie(&address, &named, &mut reply);
        }
        if reply.body.len() > request.max_bytes {
            return Err(Failure::TooLarge);
        }
        Ok(Response {
            status: reply.status,
            content_type: Some("application/json".into()),
            retry_after: reply.retry_after,
            location: None,
            body: reply.body.into_bytes(),
        })
    }

    pub fn drive<T: Task>(&self, mut task: T) -> T::Output {
        loop {
            let requests = task.poll(self.now());
            if requests.is_empty() {
                return task.finish(self.now());
            }
            for request in requests {
                let answer = self.answer(&request);
                task.receive(self.now(), request.id, answer);
            }
        }
    }

    pub fn first(&self, address: &str) {
        let joined = start_network(&self.site(address), &self.entry(address), self.now()).unwrap();
        self.apply(address, joined.changes);
    }

    pub fn join(&self, address: &str, through: &str) -> Result<JoinReport, Setback> {
        let url = format!("https://{through}");
        let task = JoinTask::start(&self.site(address), &url, &self.entry(address), self.now())?;
        let joined = self.drive(task)?;
        self.apply(address, joined.changes.clone());
        Ok(joined)
    }

    /// Forgets everything that is stored, as a new installation at the same address with the same key.
    pub fn wipe(&self, address: &str) {
        let mut nodes = self.nodes.borrow_mut();
        let node = nodes.get_mut(address).unwrap();
        node.rows.clear();
        node.site = Arc::new(node.read());
    }

    /// The addresses of all sites that this one knows.
    pub fn known(&self, address: &str) -> BTreeSet<String> {
        self.site(address).table.iter().map(|p| p.site().address.to_string()).collect()
    }

    pub fn sync(&self, address: &str, random: u64) -> SyncReport {
        let task = SyncTask::start(&self.site(address), &self.entry(address), self.now(), random).unwrap();
        let synced = self.drive(task);
        self.apply(address, synced.changes.clone());
        synced
    }

    /// Every site exchanges with random others, a few times.
    pub fn sync_all(&self, rounds: u64) {
        let addresses: Vec<String> = self.nodes.borrow().keys().cloned().collect();
        for round in 0..rounds {
            for (at, address) in addresses.iter().enumerate() {
                if !self.down.borrow().contains(address) {
                    self.sync(address, round * 1_000 + at as u64);
                }
            }
        }
    }

    pub fn publish(&self, address: &str, items: Vec<Value>) -> PublishReport {
        let entry: Value = serde_json::from_str(&self.entry(address)).unwrap();
        let batch = json!({"entry": entry, "records": items}).to_string();
        let task = PublishTask::start(&self.site(address), &batch, self.now()).unwrap();
        let published = self.drive(task);
        self.apply(address, published.changes.clone());
        published
    }

    /// Builds a course of this site, ready to be published.
    pub fn course(&self, address: &str, id: &str, name: &str, activity: &str, seq: Millis) -> Value {
        let content = json!({"id": id, "lang": "en", "fullname": {"en": name}, "shortname": {"en": id},
            "summary": {"en": "A course."}, "category": [{"en": "Science"}], "tags": [], "format": "topics",
            "access": "guest", "backup": false, "link": format!("course/view.php?id={id}"),
            "contents": [{"type": "page", "name": {"en": activity}, "link": "mod/page/view.php?id=1"}]});
        let built = self.site(address).record(&content.to_string(), seq).unwrap();
        let mut item = serde_json::to_value(built).unwrap();
        item["type"] = "record".into();
        item
    }

    /// The withdrawal of a course from wherever its record `item` went.
    pub fn tombstone(&self, address: &str, id: &str, item: &Value, seq: Millis) -> Value {
        let terms: Vec<Term> = serde_json::from_value(item["terms"].clone()).unwrap();
        let built = self.site(address).tombstone(id, seq, &terms).unwrap();
        let mut tombstone = serde_json::to_value(built).unwrap();
        tombstone["type"] = "tombstone".into();
        tombstone
    }

    pub fn search(&self, address: &str, words: &str) -> SearchReport {
        let query = json!({"words": words, "lang": "en", "filters": {}, "offset": 0, "limit": 20});
        let task = SearchTask::start(&self.site(address), &query.to_string(), self.now()).unwrap();
        let found = self.drive(task);
        self.apply(address, found.changes.clone());
        found
    }

    /// The names of the courses that a search finds, sorted.
    pub fn names(&self, address: &str, words: &str) -> Vec<String> {
        let found = self.search(address, words);
        let mut names: Vec<String> =
            found.hits.iter().map(|h| h.record["fullname"]["en"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }
}

/// `count` sites of as many domains, joined through the first hours ago, and met since.
pub fn met(count: usize) -> (Net, Vec<String>) {
    let addresses: Vec<String> = (0..count).map(|n| format!("moodle.school{n}.example")).collect();
    (met_at(&addresses), addresses)
}

/// The same at these addresses.
pub fn met_at(addresses: &[String]) -> Net {
    let net = Net::new();
    net.add(&addresses[0]);
    net.first(&addresses[0]);
    for address in &addresses[1..] {
        net.add(address);
        net.join(address, &addresses[0]).unwrap();
        net.sync_all(1);
    }
    net.sync_all(4);
    *net.now.borrow_mut() += SETTLING_MS;
    net.sync_all(1);
    net
}

/// `count` sites of as many domains that know each other, without having met.
pub fn acquainted(count: usize) -> (Net, Vec<String>) {
    let (net, mut addresses) = (Net::new(), Vec::new());
    net.grow(&mut addresses, count);
    (net, addresses)
}

impl Net {
    /// Adds sites until there are `count`, and makes all known to each other.
    pub fn grow(&self, addresses: &mut Vec<String>, count: usize) {
        for n in addresses.len()..count {
            let address = format!("moodle.school{n}.example");
            self.add(&address);
            addresses.push(address);
        }
        let own = |address: &String| Change::from(&**self.site(address).own().unwrap());
        let all: Vec<Change> = addresses.iter().map(own).collect();
        addresses.iter().for_each(|address| self.apply(address, all.clone()));
    }
}

/// An item to publish as it travels: its terms packed.
pub fn wire(item: &Value) -> Value {
    let terms: Vec<Term> = serde_json::from_value(item["terms"].clone()).unwrap();
    json!({"type": item["type"], "body": item["body"], "sig": item["sig"], "terms": Terms::from_iter(terms)})
}
