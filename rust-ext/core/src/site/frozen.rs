//! A whole state in a flat file, and back.

use std::io::{self, BufRead, Write};

use courseglue_frozen::{Bytes, SectionWriter, Sections};
use courseglue_index::{FrozenHoldings, FrozenIndex, Holdings, Index};
use courseglue_protocol::Day;
use courseglue_table::PeerTable;
use serde::Serialize;

use super::Site;
use crate::change::Change;
use crate::daily_sketch::DailySketch;
use crate::settings::Settings;

impl Site {
    /// Writes all that this site knows so that [`Site::thaw`] finds it, with the sketches of `today` ready-made. Where
    /// the state lies over a frozen one, what did not change is copied as it is.
    ///
    /// # Errors
    /// Errors of the writer.
    pub fn freeze<W: Write>(&self, today: Day, out: W) -> io::Result<W> {
        let mut out = SectionWriter::new(out);
        self.table.freeze(&mut out)?;
        DailySketch::freeze(&self.settings, &self.table, today, &mut out)?;
        self.index.write(&mut out)?;
        FrozenHoldings::write(&self.holdings, &mut out)?;
        out.begin("rows")?;
        self.checks.values().try_for_each(|row| line(&mut out, Change::Checked(row.clone())))?;
        self.spots.values().try_for_each(|row| line(&mut out, Change::Spot(row.clone())))?;
        self.frequencies.values().try_for_each(|row| line(&mut out, Change::Frequency(row.clone())))?;
        for (name, value) in &self.marks {
            line(&mut out, Change::Mark { name: name.clone(), value: Some(value.clone()) })?;
        }
        out.finish()
    }

    /// The state that was frozen. `None` where the bytes are damaged so that it shows; where it does not show, answers
    /// are wrong and nothing worse.
    #[must_use]
    pub fn thaw(settings: Settings, base: &Bytes) -> Option<Self> {
        let sections = Sections::read(base)?;
        let mut site = Self::new(settings);
        site.table = PeerTable::thaw(&sections)?.into();
        site.index = Index::over(FrozenIndex::read(&sections)?).into();
        site.holdings = Holdings::over(FrozenHoldings::read(&sections)?);
        for row in sections.get("rows")?.get().lines() {
            site.apply(serde_json::from_str(&row.ok()?).ok()?);
        }
        site.sketch = DailySketch::thaw(&sections)?;
        Some(site)
    }
}

fn line(out: &mut impl Write, row: impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &row)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use courseglue_protocol::samples::descriptor as body;
    use courseglue_protocol::{
        CheckedEntry, DAY_MS, Entry, Id, Millis, PublicKey, Query, Sig, Term, Tombstone, record, terms,
    };
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::change::{CheckRow, FrequencyRow, RecordRow, SpotRow};
    use crate::handle::Handling;
    use crate::site::DROPPED_DAYS;
    use crate::task::local_answer;

    const TODAY: Day = 1_000;
    const NOW: Millis = 1_000 * DAY_MS;

    fn settings() -> Settings {
        let json = r#"{"network":"test","address":"site0.example","scheme":"https","viewdir":"","blockedhosts":[],
            "allowedports":[],"serving":true,"seed":"s","blocked":{"sites":["site3.example"]}}"#;
        Settings::from_json(json).unwrap()
    }

    fn entry(n: usize, seq: Millis) -> CheckedEntry {
        let body = body(&format!("site{n}.example"), PublicKey([1; 32]), seq);
        Entry { body, sig: Sig([0; 64]), vouchers: vec![] }.read().unwrap()
    }

    fn change(n: usize, kind: u8, seq: Millis) -> Change {
        let site = entry(n, NOW - DAY_MS * (seq % 9));
        let nodeid = site.id;
        let at = NOW / 1000;
        match kind {
            0..6 => Change::from(&site),
            6 => Change::SiteGone { nodeid, seq: None },
            7 => Change::Alive { nodeid, ok: false, at, failures: 2, since: at - 9, error: None },
            8 => Change::Alive { nodeid, ok: true, at, failures: 0, since: 0, error: None },
            9 => Change::Spot(SpotRow { nodeid, days: (seq % 2) as u32 * DROPPED_DAYS, last: TODAY }),
            10 => Change::Frequency(FrequencyRow {
                term: Term::of_word(&nodeid.to_string()),
                count: seq,
                day: TODAY,
            }),
            11 => Change::Mark { name: format!("m{}", n % 3), value: (seq > 3).then(|| seq.to_string()) },
            13..16 => Change::Record(record(n, &site, NOW + seq, kind == 15)),
            16 => Change::RecordGone { recordid: record(n, &site, NOW, false).recordid, seq: None },
            17 => {
                let RecordRow { recordid, terms, .. } = record(n, &site, NOW, false);
                let left = usize::try_from(seq % 3).unwrap_or(0);
                Change::TermsGone { recordid, seq: NOW + seq, terms: terms[left..].to_vec() }
            }
            _ => {
                let (host, address) = (format!("site{n}.example"), format!("site{n}.example"));
                Change::Checked(CheckRow { host, address, key: String::new(), at, ok: true })
            }
        }
    }

    /// An item of a site: a course of few words, or its withdrawal.
    fn record(n: usize, site: &CheckedEntry, seq: Millis, withdrawn: bool) -> RecordRow {
        let words = ["marine", "biology", "taller", "plankton"];
        let name = format!("{} {}", words[n % 4], words[usize::try_from(seq % 4).unwrap()]);
        let address = site.address.as_str();
        let content =
            json!({"id": "1", "lang": "en", "fullname": {"en": name}, "access": "open", "link": "x"});
        let text = record::build(&content, address, seq, &terms::chosen).unwrap();
        let terms: Vec<Term> = words.iter().map(|word| Term::of_word(word)).collect();
        let ended = || Tombstone::build(address, "1", seq, &terms.iter().copied().collect());
        let body = if withdrawn { ended() } else { text };
        let (recordid, localid) = (Id::of_record(address, "1"), "1".to_owned());
        let (nodeid, sig, indexed) = (site.id, Sig([u8::try_from(n).unwrap(); 64]), None);
        RecordRow { recordid, nodeid, localid, seq, withdrawn, body, sig, terms, indexed }
    }

    fn changes(count: usize) -> impl Strategy<Value = Vec<Change>> {
        prop::collection::vec((0..30_usize, 0..18_u8, 0..9_u64), 0..count)
            .prop_map(|rows| rows.into_iter().map(|(n, kind, seq)| change(n, kind, seq)).collect())
    }

    fn apply(site: &mut Site, changes: &[Change]) {
        changes.iter().for_each(|change| site.apply(change.clone()));
    }

    fn refrozen(site: &Site) -> Site {
        Site::thaw(settings(), &Bytes::new(site.freeze(TODAY, Vec::new()).unwrap())).unwrap()
    }

    /// All answers that peers and the admin get.
    fn answers(site: &Site) -> Vec<String> {
        let site = Arc::new(site.clone());
        let first = entry(5, NOW).id;
        let queries = [
            "operation=sketch&from=0&count=40".to_owned(),
            "operation=sketch&from=30&count=90&recent=1".to_owned(),
            "operation=snapshot".to_owned(),
            format!("operation=snapshot&after={first}"),
            format!("operation=neighbours&node={first}"),
            "operation=describe".to_owned(),
        ];
        let asked = queries.iter().map(|query| match site.handle("GET", query, b"", NOW) {
            Handling::Reply(reply) => {
                assert!(reply.status == 200 || query.ends_with("describe"), "{query}: {}", reply.body);
                reply.body
            }
            Handling::Task(_) => String::new(),
        });
        let admin = [
            serde_json::to_string(&site.statistics(NOW)).unwrap(),
            serde_json::to_string(&site.sites(NOW)).unwrap(),
            format!("{:?} {:?}", site.marks, site.noted("m1", NOW)),
            format!("{} {} {}", site.checks.len(), site.spots.len(), site.frequencies.len()),
        ];
        let words = ["", "marine", "biology taller", "plankton -marine"];
        let found = words.iter().map(|words| {
            let query = Query { words: (*words).to_owned(), lang: "en".to_owned(), ..Query::default() };
            serde_json::to_string(&local_answer(&site, &query, NOW)).unwrap()
        });
        let mut held: Vec<_> =
            site.holdings.iter().map(|item| format!("{:?}", item.holding().row(item.recordid))).collect();
        held.sort_unstable();
        asked.chain(admin).chain(found).chain(held).collect()
    }

    #[test]
    fn of_what_is_forgotten_a_newer_version_stays() {
        let mut site = Site::new(settings());
        let publisher = entry(1, NOW);
        apply(&mut site, &[Change::from(&publisher), Change::Record(record(1, &publisher, NOW, false))]);
        let (nodeid, recordid) = (publisher.id, record(1, &publisher, NOW, false).recordid);
        let gone = |seq| {
            [Change::RecordGone { recordid, seq: Some(seq) }, Change::SiteGone { nodeid, seq: Some(seq) }]
        };
        for mut state in [site.clone(), refrozen(&site)] {
            apply(&mut state, &gone(NOW - 1));
            assert!(state.holdings.get(&recordid).is_some() && state.table.get(&nodeid).is_some());
            apply(&mut state, &gone(NOW));
            assert!(state.holdings.get(&recordid).is_none() && state.table.get(&nodeid).is_none());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn a_state_goes_on_over_a_frozen_one_as_if_nothing_had_been(first in changes(120), then in changes(60)) {
            let mut heap = Site::new(settings());
            apply(&mut heap, &first);
            let mut over = refrozen(&heap);
            prop_assert_eq!(answers(&over), answers(&heap));
            for change in then {
                heap.apply(change.clone());
                over.apply(change);
            }
            prop_assert_eq!(answers(&over), answers(&heap));
            prop_assert_eq!(answers(&refrozen(&over)), answers(&heap));
            prop_assert_eq!(refrozen(&over).freeze(TODAY, Vec::new()).unwrap().len(), heap.freeze(TODAY, Vec::new()).unwrap().len());
        }

        #[test]
        fn damage_stops_nothing(
            first in changes(60),
            then in changes(30),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..60),
            cut in prop::option::of(any::<prop::sample::Index>()),
        ) {
            let mut heap = Site::new(settings());
            apply(&mut heap, &first);
            let mut bytes = heap.freeze(TODAY, Vec::new()).unwrap();
            // The directory has its hash; the bytes before it are not checked.
            let all = bytes.len() - 600;
            damage.iter().for_each(|(at, byte)| bytes[at.index(all)] = *byte);
            bytes.truncate(cut.map_or(bytes.len(), |cut| cut.index(bytes.len())));
            if let Some(mut site) = Site::thaw(settings(), &Bytes::new(bytes)) {
                answers(&site);
                apply(&mut site, &then);
                answers(&site);
                prop_assert!(site.table.homes(&Id::digest(b"word"), 5, NOW).len() <= 5);
                site.table.iter().for_each(|peer| drop((peer.site(), peer.givers().count(), peer.country())));
                let again = site.freeze(TODAY, Vec::new()).unwrap();
                let _ = Site::thaw(settings(), &Bytes::new(again));
            }
        }
    }
}
