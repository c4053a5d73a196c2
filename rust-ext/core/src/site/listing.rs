//! The sites that a site knows, as lists and statistics show them.

use std::collections::BTreeMap;

use courseglue_protocol::{Id, Millis, day_of};
use courseglue_table::{Peer, SiteRef};
use serde::Serialize;

use super::Site;
use crate::statistics::{self, Statistics};

/// A site as lists show it.
#[derive(Debug, Serialize)]
pub struct SiteSummary {
    /// Its node id.
    pub nodeid: Id,
    /// Its address.
    pub address: String,
    /// Its URL.
    pub url: String,
    /// Its full name.
    pub name: String,
    /// Its country.
    pub country: Option<String>,
    /// Its default language.
    pub lang: String,
    /// Its platform's release.
    pub release: String,
    /// When it last signed its descriptor, Unix ms.
    pub seq: Millis,
    /// The figures it shares.
    pub figures: BTreeMap<String, u64>,
}

impl Site {
    /// Statistics of Moodle around the world, from the table alone.
    #[must_use]
    pub fn statistics(&self, now: Millis) -> Statistics {
        statistics::fold(self.shown_sites(now).map(|site| statistics::SiteFigures {
            domain: site.domain.clone(),
            country: site.descriptor.country.clone(),
            lang: site.descriptor.lang.clone(),
            release: site.descriptor.release.clone(),
            figures: site.descriptor.figures.clone(),
        }))
    }

    /// The known sites whose descriptor holds, that are at their address, and that the admin does not block.
    #[must_use]
    pub fn sites(&self, now: Millis) -> Vec<SiteSummary> {
        self.shown_sites(now)
            .map(|site| SiteSummary {
                nodeid: site.id,
                address: site.address.to_string(),
                url: site.url(),
                name: site.descriptor.name.clone(),
                country: site.descriptor.country.clone(),
                lang: site.descriptor.lang.clone(),
                release: site.descriptor.release.clone(),
                seq: site.descriptor.seq,
                figures: site.descriptor.figures.clone(),
            })
            .collect()
    }

    fn shown_sites(&self, now: Millis) -> impl Iterator<Item = SiteRef<'_>> {
        let stands = |p: &Peer<'_>| p.stands() && !self.shuns(&p.id());
        self.table.holding(day_of(now)).filter(stands).map(|p| p.site())
    }
}
