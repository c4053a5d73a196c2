//! A simulated site: the engine's state, and what a Moodle's plugin does around it.

use std::collections::HashSet;
use std::sync::Arc;

use courseglue_core::{Change, ItemError, Settings, Site};
use courseglue_protocol::{DAY_MS, Entry, HOUR_MS, Millis, Secret, day_of, next_seq};
use fastrand::Rng;
use serde_json::{Value, json};

use crate::course::{Course, Stage};
use crate::links::Half;
use crate::manner::Manner;

/// The network's name.
pub const NETWORK: &str = "simulated";
/// Courses sent at a time.
const BATCH: usize = 50;
/// The pause before a course is sent again that some home did not take.
const RETRY_MS: Millis = HOUR_MS / 2;

/// Whether a site is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It answers and works.
    Up,
    /// It is down for a while. It refuses connections, or leaves them without an answer.
    Down {
        /// Whether a request gets no answer at all.
        silent: bool,
    },
    /// It is gone for good.
    Left,
}

/// One site.
pub struct Node {
    /// Its address.
    pub address: String,
    /// Its state, as rebuilt from what is stored.
    pub site: Arc<Site>,
    /// Whether it is there.
    pub presence: Presence,
    /// Whether it is in the network.
    pub joined: bool,
    /// Since when it is there, or not, in true time.
    pub since: Millis,
    /// Counted up whenever it goes down: what it was doing then is lost.
    pub life: u32,
    /// The difference between its clock and the truth, in ms; positive where it is ahead.
    pub skew: i64,
    /// When it last signed its descriptor, in true time.
    pub described: Millis,
    /// When it signs its descriptor again, in true time.
    pub renewal: Millis,
    /// Its courses.
    pub courses: Vec<Course>,
    /// The way in which it answers.
    pub manner: Manner,
    /// The half of a divided network in which it is.
    pub half: Half,
    /// When its last exchange began, in true time.
    pub synced: Millis,
    /// Whether an exchange is under way.
    pub syncing: bool,
    /// Whether courses are being sent, and which.
    pub sending: Vec<usize>,
    /// Newcomers' hosts that are being checked.
    pub checking: HashSet<String>,
    /// Requests that reached it.
    pub asked: u64,
}

/// The settings of a simulated site.
///
/// # Errors
/// An error where the address is no site's.
pub fn settings(address: &str, secret: &str, quota: u64) -> Result<Settings, String> {
    let settings = json!({
        "network": NETWORK, "address": address, "scheme": "https", "secret": secret, "viewdir": "",
        "serving": true, "blockedhosts": [], "allowedports": [], "seed": secret, "quota": quota,
    });
    Settings::from_json(&settings.to_string()).map_err(|e| e.to_string())
}

/// The signed statement of a site about itself, without a voucher.
#[must_use]
pub fn describe(secret: &Secret, address: &str, seq: Millis, rng: &mut Rng) -> Entry {
    let country = ["ES", "DE", "JP", "BR", "IN", "FR"][rng.usize(..6)];
    let body = json!({
        "address": address, "scheme": "https", "key": secret.public(), "seq": seq, "lease": day_of(seq) + 45,
        "name": format!("Site {address}"), "software": "Moodle", "release": "4.5", "plugin": "0.1.0",
        "protocol": courseglue_protocol::PROTOCOL, "country": country, "lang": "en", "figures": {"courses": 3},
    })
    .to_string();
    let sig = secret.sign(NETWORK, courseglue_protocol::ItemType::Descriptor, &body);
    Entry { body, sig, vouchers: Vec::new() }
}

impl Node {
    /// A site that knows what `site` knows.
    #[must_use]
    pub fn new(address: String, site: Site, now: Millis) -> Self {
        Self {
            address,
            site: Arc::new(site),
            presence: Presence::Up,
            joined: true,
            since: now,
            life: 0,
            skew: 0,
            described: now,
            renewal: now,
            courses: Vec::new(),
            manner: Manner::Honest,
            half: 0,
            synced: 0,
            syncing: false,
            sending: Vec::new(),
            checking: HashSet::new(),
            asked: 0,
        }
    }

    /// Whether it is there.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.presence == Presence::Up
    }

    /// The time that its own clock shows.
    #[must_use]
    pub fn clock(&self, now: Millis) -> Millis {
        now.saturating_add_signed(self.skew)
    }

    /// Stores changes.
    pub fn apply(&mut self, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        let site = Arc::make_mut(&mut self.site);
        changes.into_iter().for_each(|change| site.apply(change));
    }

    /// Whether an exchange is due: once an hour, and in each run of cron while sites join one after the other.
    #[must_use]
    pub fn is_due(&self, now: Millis) -> bool {
        now >= self.synced + HOUR_MS || self.site.is_settling(self.clock(now))
    }

    /// Its own entry as it is stored, JSON.
    #[must_use]
    pub fn entry(&self) -> String {
        serde_json::to_string(&self.site.own().as_ref().map(|own| &own.entry)).unwrap_or_default()
    }

    /// Whether its descriptor has to be signed again: its time has come, or nobody can have accepted the last one, which
    /// was signed while the clock was wrong.
    #[must_use]
    pub fn must_renew(&self, now: Millis) -> bool {
        let clock = self.clock(now);
        clock >= self.renewal || next_seq(self.stated(), clock) <= self.stated()
    }

    /// The sequence number of its own descriptor.
    fn stated(&self) -> Millis {
        self.site.own().map_or(0, |own| own.descriptor.seq)
    }

    /// Signs its descriptor, above what others can have accepted, and decides when to do so again: after 20 to 30 days.
    pub fn renew(&mut self, now: Millis, rng: &mut Rng) {
        let (last, seq) = (self.stated(), next_seq(self.stated(), self.clock(now)));
        let Some(secret) = self.site.settings.secret.as_ref() else { return };
        let mut entry = describe(secret, &self.address, seq, rng);
        if let Some(own) = self.site.own() {
            entry.vouchers.clone_from(&own.entry.vouchers);
        }
        if let Ok(own) = entry.read() {
            let forgotten = (seq < last).then_some(Change::SiteGone { nodeid: own.id, seq: None });
            self.apply(forgotten.into_iter().chain([Change::from(&own)]).collect());
        }
        self.described = now;
        self.renewal = self.clock(now) + rng.u64(20 * DAY_MS..30 * DAY_MS);
    }

    /// The next batch of courses to send, JSON; none where nothing waits or one is under way.
    pub fn batch(&mut self, now: Millis) -> Option<String> {
        if !self.sending.is_empty() {
            return None;
        }
        let due = |course: &Course| course.waits() && course.not_before <= now;
        let waiting: Vec<usize> =
            (0..self.courses.len()).filter(|at| due(&self.courses[*at])).take(BATCH).collect();
        let clock = self.clock(now);
        let mut records = Vec::new();
        for at in waiting {
            if let Ok(record) = outgoing(&self.site, &mut self.courses[at], clock) {
                records.push(record);
                self.sending.push(at);
            }
        }
        if records.is_empty() {
            return None;
        }
        let entry: Value = serde_json::from_str(&self.entry()).unwrap_or_default();
        Some(json!({"entry": entry, "records": records}).to_string())
    }

    /// Notes the results of sending courses: placed, to be tried again later, or refused because something newer is
    /// stored, and to be sent above that at once. Returns whether something is to be sent at once.
    pub fn sent(&mut self, results: &[courseglue_core::RecordReport], now: Millis) -> bool {
        use courseglue_core::PublishState;
        let mut again = false;
        for (at, result) in std::mem::take(&mut self.sending).into_iter().zip(results) {
            let Some(course) = self.courses.get_mut(at) else { continue };
            let newer = result.newer.as_ref().and_then(|newer| stated_seq(&newer.body));
            if let Some(newer) = newer.filter(|newer| *newer >= course.seq) {
                course.seq = newer;
                again = true;
            } else if result.state == PublishState::Pending {
                course.not_before = now + RETRY_MS;
            } else {
                course.terms = std::mem::take(&mut course.fresh);
                let stage = if course.stage == Stage::Leaving { Stage::Withdrawn } else { Stage::Placed };
                course.enter(stage, now);
            }
        }
        again
    }
}

fn stated_seq(body: &str) -> Option<Millis> {
    serde_json::from_str::<Value>(body).ok()?["seq"].as_u64()
}

/// The item to send for a course: its record, or its withdrawal from wherever it was sent.
fn outgoing(site: &Site, course: &mut Course, clock: Millis) -> Result<Value, ItemError> {
    let seq = next_seq(course.seq, clock);
    let (built, kind) = match course.stage {
        Stage::Leaving | Stage::Withdrawn => {
            let terms: Vec<_> = course.terms.iter().copied().collect();
            (site.tombstone(&course.local(), seq, &terms)?, "tombstone")
        }
        Stage::Waiting | Stage::Placed => (site.record(&course.content().to_string(), seq)?, "record"),
    };
    let terms = built.terms;
    let lost: Vec<_> = course.terms.iter().filter(|term| !terms.contains(term)).collect();
    course.seq = seq;
    let item = json!({
        "type": kind, "recordid": built.recordid, "body": built.body, "sig": built.sig, "terms": terms, "lost": lost,
    });
    course.fresh = terms.iter().copied().collect();
    course.terms.extend(terms);
    Ok(item)
}
