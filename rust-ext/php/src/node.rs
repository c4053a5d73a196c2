//! `CourseGlue\Node`.

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_core::{
    Handling, JoinTask, ProbeTask, PublishTask, Reply, SearchTask, Setback, Settings, Site, SyncTask, Task,
    TaskError, start_network,
};
use courseglue_protocol::message::{Code, Fault};
use courseglue_protocol::{Address, Millis, Secret, Term, next_seq};
use courseglue_text as text;
use courseglue_transport::drive::now;
use courseglue_transport::{Limits, Policy, clients, drive};
use courseglue_view::{State, cache};
use ext_php_rs::exception::PhpResult;
use ext_php_rs::flags::ClassFlags;
use ext_php_rs::prelude::{php_class, php_impl};
use serde::Serialize;
use serde_json::json;

use crate::exceptions::{bad_settings, failed};
use crate::text::{Bytes, utf8};
use crate::{ini, random, time_budget, view_writer};

/// The revision where there is no view.
const NO_VIEW: i64 = -1;

/// Seconds after which a peer asks again, where another check comes first.
const CHECK_RETRY: u32 = 30;

/// One site of the network: answers its peers, and joins, synchronises, publishes and searches of its own accord.
///
/// Structured data crosses as JSON text. What a call returns under `changes` is to be stored in the database, and
/// shown to later calls by a new view.
#[php_class]
#[php(name = "CourseGlue\\Node")]
#[php(flags = ClassFlags::Final)]
pub struct Node {
    settings: String,
    view: PathBuf,
    policy: Policy,
}

#[php_impl]
impl Node {
    /// The number of the interface between extension and plugin.
    pub const ABI: i64 = crate::version::ABI;

    /// A node with these settings, JSON. Nothing is read or sent yet.
    ///
    /// Throws `CourseGlue\SettingsException` that names the fault.
    pub fn __construct(settings: Bytes) -> PhpResult<Self> {
        let settings = utf8("settings", settings)?;
        let read = Settings::from_json(settings).map_err(bad_settings)?;
        Ok(Self {
            settings: settings.to_owned(),
            view: PathBuf::from(&read.viewdir),
            policy: Policy::from(&read),
        })
    }

    /// A new secret key: 32 random bytes, in base64.
    pub fn generate_secret() -> PhpResult<String> {
        Ok(STANDARD.encode(random::secret()?))
    }

    /// The public key of a secret key, both in base64.
    ///
    /// Throws `CourseGlue\SettingsException` for what is no secret key.
    pub fn public_key(secret: Bytes) -> PhpResult<String> {
        let secret = Secret::from_base64(utf8("secret", secret)?).map_err(bad_settings)?;
        Ok(STANDARD.encode(secret.public().0))
    }

    /// Reads the URL of a site: `{"address","scheme","domain","nodeid"}`, the address in canonical form.
    ///
    /// Throws `CourseGlue\SettingsException` with a sentence for what cannot be a site's URL.
    pub fn identify(url: Bytes) -> PhpResult<String> {
        let (scheme, address) = Address::from_url(utf8("url", url)?).map_err(bad_settings)?;
        json(&json!({
            "address": address.as_str(),
            "scheme": scheme.to_string(),
            "domain": address.domain(),
            "nodeid": address.node_id(),
        }))
    }

    /// The language of a text, as an ISO 639-1 code; null when that is not sure.
    pub fn detect_language(text: Bytes) -> PhpResult<Option<String>> {
        Ok(text::detect(utf8("text", text)?).map(str::to_owned))
    }

    /// The terms under which a text in this language is found, for diagnosis.
    pub fn terms(text: Bytes, lang: Bytes) -> PhpResult<Vec<String>> {
        let tokens = text::terms(utf8("text", text)?, utf8("lang", lang)?);
        Ok(tokens.into_iter().map(|token| token.term).collect())
    }

    /// Signs a text as this site: `{"body","sig"}`. The type is descriptor, voucher, record or tombstone.
    ///
    /// Throws `CourseGlue\SettingsException` for another type, or settings without a secret.
    pub fn sign(&self, r#type: Bytes, body: Bytes) -> PhpResult<String> {
        let signed = self.site()?.sign(utf8("type", r#type)?, utf8("body", body)?.to_owned());
        json(&signed.map_err(bad_settings)?)
    }

    /// Builds and signs a course's record from its content (a record's body without site and seq):
    /// `{"recordid","seq","body","sig","terms"}`. Contents, then summaries, are cut until it fits.
    ///
    /// Throws `CourseGlue\SettingsException` that names what is missing or out of bounds.
    pub fn record(&self, content: Bytes, seq: i64) -> PhpResult<String> {
        let built = self.site()?.record(utf8("content", content)?, sequence(seq)?);
        json(&built.map_err(bad_settings)?)
    }

    /// Signs the withdrawal of this site's record with this local id from the homes of these terms, of which the first
    /// 128 are signed: `{"recordid","seq","body","sig","terms"}`.
    ///
    /// Throws `CourseGlue\SettingsException` for settings without a secret, or what is no term.
    pub fn tombstone(&self, id: Bytes, seq: i64, terms: Vec<String>) -> PhpResult<String> {
        let terms = terms.iter().map(|term| term.parse()).collect::<Result<Vec<Term>, _>>();
        let terms = terms.map_err(bad_settings)?;
        json(&self.site()?.tombstone(utf8("id", id)?, sequence(seq)?, &terms).map_err(bad_settings)?)
    }

    /// The revision of the view; -1 when there is none that this extension can use.
    pub fn revision(&self) -> PhpResult<i64> {
        Ok(self.view_state()?.map_or(NO_VIEW, |state| state.revision))
    }

    /// The state of the view: `{"revision","caughtup","rows","bytes"}`, rows and bytes being those of its log; null
    /// when there is none that this extension can use.
    pub fn state(&self) -> PhpResult<Option<String>> {
        Ok(self.view_state()?.as_ref().map(view_writer::summary))
    }

    /// The host that [`Node::handle`] would ask before it answers this request; null where it answers without. Two
    /// processes must not ask one host at the same moment, before the first check is written down: lock it first.
    pub fn host_to_check(&self, method: Bytes, query: Bytes, body: Bytes) -> PhpResult<Option<String>> {
        let query = String::from_utf8_lossy(query.into());
        Ok(self.site()?.host_to_check(utf8("method", method)?, &query, body.into(), now()))
    }

    /// The sequence number of what is signed next, Unix ms: above `$last`, that of what was signed before, unless that is so
    /// far ahead that nobody can have accepted it.
    pub fn next_seq(last: i64) -> PhpResult<i64> {
        let next = next_seq(sequence(last)?, now());
        i64::try_from(next).map_err(failed)
    }

    /// Answers one request of a peer: `{"status","body","retryafter","changes"}`. The changes are to be stored
    /// before the answer is sent. `$query` is the raw query string of the request, `$host` the host that may be asked;
    /// where another one had to be, the answer is to come again.
    pub fn handle(&self, method: Bytes, query: Bytes, body: Bytes, host: Option<Bytes>) -> PhpResult<String> {
        let method = utf8("method", method)?;
        let host = host.map(|host| utf8("host", host)).transpose()?;
        // Bytes in a query string that are not text name nothing that could be asked for.
        let query = String::from_utf8_lossy(query.into());
        match self.site()?.handle(method, &query, body.into(), now()) {
            Handling::Reply(reply) => json(&reply),
            Handling::Task(task) if host == Some(task.host()) => json(&self.drive(*task)?),
            Handling::Task(_) => {
                let fault = Fault::new(Code::RateLimited, "another host is checked first: ask again");
                json(&Reply::from(fault).retry_after(CHECK_RETRY))
            }
        }
    }

    /// Asks which site is at this URL, without telling it anything about this one:
    /// `{"found": {"url","address","nodeid","name"}}`, else `{"setback": {"site","trouble": {"kind", …}}}`.
    pub fn probe(&self, url: Bytes) -> PhpResult<String> {
        let settings = Settings::from_json(&self.settings).map_err(bad_settings)?;
        let policy = Policy { url: String::new(), ..self.policy.clone() };
        let found = match ProbeTask::start(&settings, utf8("url", url)?) {
            Ok(task) => Self::drive_by(&policy, task)?,
            Err(setback) => Err(setback),
        };
        match found {
            Ok(found) => json(&json!({"found": found})),
            Err(setback) => set_back(&setback),
        }
    }

    /// Joins the network through the site at this URL; through no site when it is empty, to be the first.
    /// `$entry` is this site's own signed entry. `{"joined","problems","changes"}`; when it did not come to pass
    /// `{"setback": {"site","trouble": {"kind", …}}}`.
    pub fn join(&self, url: Bytes, entry: Bytes) -> PhpResult<String> {
        let (url, entry) = (utf8("url", url)?, utf8("entry", entry)?);
        let site = self.site()?;
        if url.is_empty() {
            return json(&start_network(&site, entry, now()).map_err(failed)?);
        }
        let joined = match JoinTask::start(&site, url, entry, now()) {
            Ok(task) => self.drive(task)?,
            Err(setback) => Err(setback),
        };
        match joined {
            Ok(joined) => json(&joined),
            Err(setback) => set_back(&setback),
        }
    }

    /// Whether news of sites are on their way, so that an exchange is due in each run of cron and not once an hour.
    pub fn is_settling(&self) -> PhpResult<bool> {
        Ok(self.site()?.is_settling(now()))
    }

    /// Exchanges news with one other site: `{"peer","problems","changes"}`. `$entry` is this site's own signed
    /// entry.
    ///
    /// Throws `CourseGlue\Exception` when the entry is not this site's.
    pub fn sync(&self, entry: Bytes) -> PhpResult<String> {
        let entry = utf8("entry", entry)?;
        let seed = random::seed()?;
        self.run(|site, now| SyncTask::start(site, entry, now, seed))
    }

    /// Sends records and withdrawals to the homes of their terms: `{"results","changes"}`.
    ///
    /// Throws `CourseGlue\Exception` when the batch cannot be read.
    pub fn publish(&self, batch: Bytes) -> PhpResult<String> {
        let batch = utf8("batch", batch)?;
        self.run(|site, now| PublishTask::start(site, batch, now))
    }

    /// Searches the network:
    /// `{"total","complete","everything","looked_up","cut","asked","took_ms","hits","facets","changes"}`.
    ///
    /// Throws `CourseGlue\Exception` when the query cannot be read.
    pub fn search(&self, query: Bytes) -> PhpResult<String> {
        let query = utf8("query", query)?;
        self.run(|site, now| SearchTask::start(site, query, now))
    }

    /// Usage around the world, from what this site knows:
    /// `{"sites","sharing","figures","countries","releases","languages"}`.
    pub fn statistics(&self) -> PhpResult<String> {
        json(&self.site()?.statistics(now()))
    }

    /// Every known site: a list of `{"nodeid","address","url","name","country","lang","release","seq","figures"}`.
    pub fn sites(&self) -> PhpResult<String> {
        json(&self.site()?.sites(now()))
    }
}

impl Node {
    fn view_state(&self) -> PhpResult<Option<State>> {
        let state = cache::with(&self.view, |view| {
            view.reader(crate::version::ABI, &self.settings).map(|reader| reader.state().cloned())
        });
        state.map_err(bad_settings)
    }

    fn site(&self) -> PhpResult<Arc<Site>> {
        cache::with(&self.view, |view| view.site(crate::version::ABI, &self.settings)).map_err(bad_settings)
    }

    fn run<T: Task<Output: Serialize>>(
        &self,
        start: impl FnOnce(&Arc<Site>, Millis) -> Result<T, TaskError>,
    ) -> PhpResult<String> {
        let task = start(&self.site()?, now()).map_err(failed)?;
        json(&self.drive(task)?)
    }

    fn drive<T: Task>(&self, task: T) -> PhpResult<T::Output> {
        Self::drive_by(&self.policy, task)
    }

    fn drive_by<T: Task>(policy: &Policy, task: T) -> PhpResult<T::Output> {
        let client = clients::client(policy).map_err(bad_settings)?;
        let limits = Limits {
            request: ini::timeout(),
            task: time_budget::left(),
            parallel: ini::parallel(),
            max_bytes: ini::max_response_bytes(),
        };
        Ok(drive(task, &client, &limits))
    }
}

fn sequence(seq: i64) -> PhpResult<Millis> {
    Millis::try_from(seq)
        .map_err(|_| bad_settings("$seq is a time in Unix milliseconds, not a negative number"))
}

fn set_back(setback: &Setback) -> PhpResult<String> {
    json(&json!({"setback": setback}))
}

fn json(value: &impl Serialize) -> PhpResult<String> {
    serde_json::to_string(value).map_err(failed)
}
