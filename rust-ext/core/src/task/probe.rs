//! Asking an address which site it is, without telling it anything about this one: the admin sees through which site joining would go.

use courseglue_protocol::Millis;
use serde::Serialize;

use super::answer::read_answer;
use super::calls::Calls;
use super::contact::contact;
use super::setback::{Setback, read_url};
use super::trouble::Trouble;
use super::{Failure, Request, Response, Task};
use crate::settings::Settings;

/// A site that answers.
#[derive(Debug, Serialize)]
pub struct ProbedSite {
    /// Its URL.
    pub url: String,
    /// Its address.
    pub address: String,
    /// Its node id.
    pub nodeid: String,
    /// Its name.
    pub name: String,
}

/// One question to one address.
#[derive(Debug)]
pub struct ProbeTask {
    network: String,
    url: String,
    calls: Calls<()>,
    outcome: Option<Result<ProbedSite, Trouble>>,
}

impl ProbeTask {
    /// Starts to ask which site is at `url`.
    ///
    /// # Errors
    /// A [`Setback`] where there can be no other site.
    pub fn start(settings: &Settings, url: &str) -> Result<Self, Setback> {
        let (scheme, address) = read_url(url, settings.allowhttp)?;
        let url = address.url(scheme);
        if address.node_id() == settings.node {
            return Err(Setback::new(url, Trouble::OwnAddress));
        }
        let mut calls = Calls::new(&settings.network);
        calls.get(&format!("{url}/{}", courseglue_protocol::ENDPOINT), "describe", ());
        Ok(Self { network: settings.network.clone(), url, calls, outcome: None })
    }
}

impl Task for ProbeTask {
    type Output = Result<ProbedSite, Setback>;

    fn poll(&mut self, _now: Millis) -> Vec<Request> {
        self.calls.take()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        if self.calls.answered(id).is_some() {
            let found = contact(read_answer(answer), &self.url, &self.network, now);
            self.outcome = Some(found.map(|site| ProbedSite {
                url: site.url(),
                address: site.address.to_string(),
                nodeid: site.id.to_string(),
                name: site.descriptor.name.clone(),
            }));
        }
    }

    fn finish(self, _now: Millis) -> Self::Output {
        let outcome = self.outcome.unwrap_or(Err(Trouble::NotAsked));
        outcome.map_err(|trouble| Setback::new(self.url, trouble))
    }
}
