//! Looking who is at an address before anything is said to it: the admin sees whom joining would go through.

use courseglue_protocol::Millis;
use serde::Serialize;

use super::calls::{Calls, read_answer};
use super::contact::contact;
use super::trouble::{Setback, Trouble, read_url};
use super::{Failure, Request, Response, Task};
use crate::settings::Settings;

/// A site that answers.
#[derive(Debug, Serialize)]
pub struct Found {
    /// Its URL.
    pub url: String,
    /// Its address.
    pub address: String,
    /// Its node id.
    pub nodeid: String,
    /// What it is called.
    pub name: String,
}

/// One question to one address.
#[derive(Debug)]
pub struct ProbeTask {
    network: String,
    url: String,
    calls: Calls<()>,
    outcome: Option<Result<Found, Trouble>>,
}

impl ProbeTask {
    /// Starts to ask who is at `url`.
    ///
    /// # Errors
    /// A [`Setback`] where nobody else can be.
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
    type Output = Result<Found, Setback>;

    fn poll(&mut self, _now: Millis) -> Vec<Request> {
        self.calls.take()
    }

    fn receive(&mut self, now: Millis, id: u64, answer: Result<Response, Failure>) {
        if self.calls.answered(id).is_some() {
            let found = contact(read_answer(answer), &self.url, &self.network, now);
            self.outcome = Some(found.map(|site| Found {
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
