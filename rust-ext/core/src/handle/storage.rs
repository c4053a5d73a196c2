//! Answers about records: taking them in, and telling co-homes what is held.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use courseglue_index::HoldingRef;
use courseglue_protocol::message::{
    Code, Fault, Inventory, InventoryAnswer, MAX_ITEM_TERMS, PAGE_BYTES, PAGE_RECORDS, Records,
    RecordsAnswer, Store, StoreAnswer, StoredItem,
};
use courseglue_protocol::{Id, ItemType, Millis, Term, Terms};
use courseglue_sketch::{Item, symbols};
use courseglue_table::News;
use serde_json::{Value, json};

use crate::intake::Intake;
use crate::placement::{Posting, SharedTerms};
use crate::reply::Reply;
use crate::site::Site;
use crate::task::refused_for_room;

impl Site {
    pub(super) fn store(&self, store: Store, now: Millis) -> Result<Reply, Fault> {
        let judge = self.judge(now);
        let statement = judge.statement(&self.table, store.site)?;
        if self.shuns(&statement.id) {
            return Err(Fault::new(Code::NotAdmitted, "this site does not take part with that one"));
        }
        let News { site: sender, is_new } = judge.admit(&self.table, &statement)?;
        let mut changes = Vec::new();
        if is_new {
            changes.extend(self.grown_by([&sender.id], now));
            changes.extend(self.learn(&sender));
        }
        let mut answer = StoreAnswer::default();
        let mut intake = Intake::new(self, self.holdings.clone(), now);
        let mut sent: BTreeSet<Term> = BTreeSet::new();
        let mut far: BTreeSet<Term> = BTreeSet::new();
        for item in store.records {
            let terms = item.terms.0.clone();
            match intake.take(Some(&sender), item) {
                Ok(taken) => {
                    answer.stored.push(taken.recordid);
                    answer.refused.extend(taken.refused);
                }
                Err(refused) => {
                    far.extend(terms.iter().filter(|_| refused.code == Code::NotHome));
                    answer.refused.push(*refused);
                }
            }
            sent.extend(terms);
        }
        let far_of_stored = answer.refused.iter().filter(|refused| refused.code == Code::NotHome);
        far.extend(far_of_stored.flat_map(|refused| refused.terms.0.iter().copied()));
        let told = sent.difference(&far).take(MAX_ITEM_TERMS);
        answer.frequencies = told.map(|term| (*term, intake.postings(term) as u64)).collect();
        answer.closer = self.closer(far, now);
        changes.extend(intake.changes());
        if answer.refused.iter().any(|refused| refused.code == Code::Full) {
            changes.extend(refused_for_room(now));
        }
        Ok(reply(&answer).with_changes(changes))
    }

    pub(super) fn inventory(&self, asked: &Inventory, now: Millis) -> Result<InventoryAnswer, Fault> {
        let (mut shared, mut items) = (SharedTerms::new(self, asked.node, now), 0);
        let postings = shared.postings(&self.holdings, &asked.salt).inspect(|_| items += 1);
        let symbols = symbols(postings.map(|posting| posting.item), asked.from, asked.count)
            .map_err(|e| Fault::new(Code::BadRequest, e.to_string()))?;
        Ok(InventoryAnswer { symbols, items })
    }

    pub(super) fn records(&self, asked: &Records, now: Millis) -> RecordsAnswer {
        let mut shared = SharedTerms::new(self, asked.node, now);
        let Some(salt) = &asked.salt else { return self.page(asked.after, &mut shared) };
        let wanted: HashSet<&Item> = asked.items.0.iter().collect();
        let mut found: BTreeMap<Id, Terms> = BTreeMap::new();
        for Posting { recordid, term, .. } in
            shared.postings(&self.holdings, salt).filter(|posting| wanted.contains(&posting.item))
        {
            found.entry(recordid).or_default().0.insert(term);
        }
        let item = |(recordid, terms)| self.holdings.get(&recordid).map(|held| stored_item(&held, terms));
        RecordsAnswer { records: found.into_iter().filter_map(item).collect(), next: None }
    }

    fn page(&self, after: Option<Id>, shared: &mut SharedTerms<'_>) -> RecordsAnswer {
        let mut answer = RecordsAnswer::default();
        let mut bytes = 0;
        let mut last = None;
        for held in self.holdings.after(after) {
            let terms: Terms = held.terms().filter(|term| shared.has(term)).collect();
            if terms.is_empty() {
                continue;
            }
            bytes += held.body().len();
            if answer.records.len() == PAGE_RECORDS || bytes > PAGE_BYTES && last.is_some() {
                answer.next = last;
                break;
            }
            last = Some(held.recordid);
            answer.records.push(stored_item(&held, terms));
        }
        answer
    }
}

pub(crate) fn stored_item(held: &HoldingRef<'_>, terms: Terms) -> StoredItem {
    let item = if held.withdrawn { ItemType::Tombstone } else { ItemType::Record };
    StoredItem { item, body: held.body().to_owned(), sig: held.sig(), terms }
}

/// The answer to a write; where nothing was stored, with the status and the name of the gravest fault.
fn reply(answer: &StoreAnswer) -> Reply {
    let refused = answer.refused.iter().filter(|_| answer.stored.is_empty());
    let Some(fault) = refused.max_by_key(|refused| refused.code == Code::BadSignature) else {
        return Reply::ok(answer);
    };
    let mut body = json!(answer);
    if let Value::Object(fields) = &mut body {
        fields.insert("error".into(), json!({"code": fault.code, "message": fault.message}));
    }
    Reply { status: fault.code.status(), ..Reply::ok(&body) }
}
