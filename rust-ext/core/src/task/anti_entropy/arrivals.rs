//! The statements that an exchange brings, and which of them are let in.

use std::collections::BTreeMap;
use std::sync::Arc;

use courseglue_protocol::{CheckedEntry, Id, Millis};
use courseglue_table::PeerTable;

use crate::site::Site;

/// The most statements from pages that wait for the vouchers of sites on the next page, as they cannot be let in yet:
/// the pages are in the order of node ids, and the sites that vouch for a site are near it.
const WAITING: usize = 2_000;

/// The statements that came, and those that are let in so far.
#[derive(Debug)]
pub(super) struct Arrivals {
    site: Arc<Site>,
    /// The statements that are not let in yet.
    waiting: Vec<Arc<CheckedEntry>>,
    /// The table of before, with what was let in so far.
    table: Arc<PeerTable>,
    news: BTreeMap<Id, Arc<CheckedEntry>>,
}

impl Arrivals {
    /// No arrivals yet.
    pub fn new(site: &Arc<Site>) -> Self {
        Self { site: site.clone(), waiting: Vec::new(), table: site.table.clone(), news: BTreeMap::new() }
    }

    /// Keeps statements until they are judged.
    pub fn keep(&mut self, statements: impl IntoIterator<Item = Arc<CheckedEntry>>) {
        self.waiting.extend(statements);
    }

    /// Judges a page of statements with those that wait. Few of those for which no known site vouches go on waiting.
    pub fn judge_page(&mut self, page: Vec<Arc<CheckedEntry>>, now: Millis) {
        if page.is_empty() {
            return;
        }
        self.keep(page);
        let admitted = self.site.judge(now).beside(&self.table, &self.waiting).news;
        let table = Arc::make_mut(&mut self.table);
        admitted.values().for_each(|site| table.put(site.clone()));
        self.news.extend(admitted);
        self.waiting.retain(|s| table.get(&s.id).is_none_or(|known| known.rank() < s.rank()));
        self.waiting.drain(..self.waiting.len().saturating_sub(WAITING));
    }

    /// The news, each statement judged beside the table that is known.
    pub fn news_beside(mut self, now: Millis) -> BTreeMap<Id, Arc<CheckedEntry>> {
        self.news.extend(self.site.judge(now).beside(&self.table, &self.waiting).news);
        self.news
    }

    /// The news, all statements judged together: they are the table of the site through which this one joins.
    /// `is_whole`: whether they are all of it.
    pub fn news_together(self, is_whole: bool, now: Millis) -> BTreeMap<Id, Arc<CheckedEntry>> {
        let judge = self.site.judge(now);
        let mut table = judge.together(&self.site.table, self.waiting.clone());
        if is_whole {
            judge.take_over(&mut table, &self.waiting);
        }
        let admitted = self.waiting.iter().filter_map(|s| table.get(&s.id)).map(|p| p.site().into_arc());
        admitted.map(|site| (site.id, site)).collect()
    }
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::{DAY_MS, Entry, ItemType, Secret, day_of};

    use super::*;
    use crate::settings::Settings;

    #[test]
    fn of_pages_full_of_strangers_few_are_kept() {
        let settings = r#"{"network":"test","address":"a.example","scheme":"https","viewdir":"","blockedhosts":[],
            "allowedports":[]}"#;
        let site = Arc::new(Site::new(Settings::from_json(settings).unwrap()));
        let secret = Secret::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        let now = 20_000 * DAY_MS;
        let body =
            serde_json::json!({"address": "s.example", "scheme": "https", "key": secret.public(), "seq": now,
            "lease": day_of(now) + 45, "name": "S", "software": "Moodle", "release": "5", "plugin": "1",
            "protocol": 1, "country": null, "lang": "en", "figures": {}})
            .to_string();
        let sig = secret.sign("test", ItemType::Descriptor, &body);
        let stranger = Arc::new(Entry { body, sig, vouchers: Vec::new() }.read().unwrap());
        let mut arrivals = Arrivals::new(&site);
        for _ in 0..3 {
            arrivals.judge_page(vec![stranger.clone(); WAITING], now);
            assert!(arrivals.waiting.len() <= WAITING && arrivals.news.is_empty());
        }
    }
}
