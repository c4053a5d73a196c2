//! Judging entries: one beside the table that is known, or a whole table that a newcomer was handed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use courseglue_protocol::message::{Code, Fault};
use courseglue_protocol::{
    CheckedEntry, Day, Entry, EntryError, Id, KEPT_VOUCHERS, MAX_VOUCHERS, Millis, PublicKey, Scheme,
    Voucher, day_of,
};

use super::{ENOUGH, SMALL, holds, needed};
use crate::table::{Peer, PeerTable};

/// The most rounds in which entries are judged again because others were let in or left out.
const ROUNDS: usize = 8;

/// A site that was judged, and whether the table learns anything from it.
#[derive(Debug)]
pub struct News {
    /// The site, as it is known from now on.
    pub site: Arc<CheckedEntry>,
    /// Whether this is new to the table.
    pub is_new: bool,
}

/// The outcome of judging entries that came together.
#[derive(Debug, Default)]
pub struct Admissions {
    /// What is new to the table: each site as it is known from now on.
    pub news: BTreeMap<Id, Arc<CheckedEntry>>,
    /// For each entry, in the order given, why it is left out; none where it is let in or known already.
    pub faults: Vec<Option<Fault>>,
}

/// The rules by which one site takes entries from others, at one moment.
#[derive(Debug)]
pub struct Judge<'s> {
    /// The network's name.
    pub network: &'s str,
    /// The site that judges.
    pub node: Id,
    /// Whether it takes part over plain HTTP, too.
    pub allow_http: bool,
    /// The sites whose vouchers count for nothing here.
    pub distrusted: Arc<HashSet<Id>>,
    /// The moment, Unix ms.
    pub now: Millis,
}

impl Judge<'_> {
    pub(super) fn today(&self) -> Day {
        day_of(self.now)
    }

    /// Reads an entry and checks its own signature, bounds and dates. What `table` has already is not verified again.
    ///
    /// # Errors
    /// The [`Fault`] to answer with, or to leave the entry out for.
    pub fn statement(&self, table: &PeerTable, entry: Entry) -> Result<Arc<CheckedEntry>, Fault> {
        if entry.vouchers.len() > MAX_VOUCHERS {
            return Err(EntryError::TooManyVouchers.into());
        }
        let mut checked = entry.read()?;
        let known = table.get(&checked.id).map(|p| p.site());
        match known.filter(|k| k.entry.body == checked.entry.body && k.descriptor.holds_on(self.today())) {
            Some(known) if known.entry.vouchers == checked.entry.vouchers => return Ok(known.clone()),
            Some(known) => checked.entry.sig = known.entry.sig,
            None => checked = checked.verified(self.network, self.now)?,
        }
        if checked.descriptor.scheme == Scheme::Http && !self.allow_http {
            return Err(Fault::new(Code::NotAdmitted, "this site takes part over https only"));
        }
        Ok(Arc::new(checked))
    }

    /// Whether a site is let in: it is known with the same key; or it is not known, and three of its neighbours in `table`
    /// vouch for it (fewer, where it has fewer than six) or this site itself does; or it is known with another key, and
    /// what speaks for the new one is enough ([`super::rekeying`]).
    ///
    /// # Errors
    /// The [`Fault`] to answer with, or to leave the entry out for.
    pub fn admit(&self, table: &PeerTable, statement: &Arc<CheckedEntry>) -> Result<News, Fault> {
        let known = table.get(&statement.id);
        if known.is_some_and(|known| known.key() == statement.descriptor.key) {
            let known = known.map_or_else(|| statement.clone(), |known| known.site().into_arc());
            return Ok(self.said_anew(table, &known, statement));
        }
        // No other key speaks for this site, whoever vouches for it.
        if statement.id == self.node {
            return Err(Fault::new(
                Code::NotAdmitted,
                "this is the receiver's own address, with another key",
            ));
        }
        match known {
            Some(known) if known.holds_on(self.today()) => self.rekeyed(table, &known.site(), statement),
            Some(known) => self.newcomer(table, statement, newest_voucher(&known.site())),
            None => self.newcomer(table, statement, 0),
        }
    }

    /// A statement of a site that is known with the same key: the newer one counts.
    fn said_anew(&self, table: &PeerTable, known: &Arc<CheckedEntry>, statement: &Arc<CheckedEntry>) -> News {
        if known.entry.body == statement.entry.body {
            return self.with_more_vouchers(table, known, statement);
        }
        if known.rank() >= statement.rank() {
            return News { site: known.clone(), is_new: false };
        }
        let valid = self.valid(statement, &table.givers(statement, self.today()), 0);
        let mut site = with_vouchers(statement, &valid);
        if site.entry.vouchers.len() < KEPT_VOUCHERS {
            Arc::make_mut(&mut site).add_vouchers(&known.entry.vouchers);
        }
        News { site, is_new: true }
    }

    /// A site that is not known, or whose lease is over: vouchers from the day `since` on count.
    fn newcomer(&self, table: &PeerTable, statement: &Arc<CheckedEntry>, since: Day) -> Result<News, Fault> {
        let givers = table.givers(statement, self.today());
        let valid = self.valid(statement, &givers, since);
        let own_voucher = valid.iter().any(|v| v.by == self.node);
        let (trusted, needed) = (self.trusted(&valid).count(), self.needed(&givers));
        if !own_voucher && trusted < needed {
            return Err(not_admitted(trusted, needed));
        }
        Ok(News { site: with_vouchers(statement, &valid), is_new: true })
    }

    /// Those of these vouchers whose givers are believed.
    pub(super) fn trusted<'v>(
        &self,
        vouchers: &'v [Voucher],
    ) -> impl Iterator<Item = &'v Voucher> + use<'v, '_> {
        vouchers.iter().filter(|voucher| !self.distrusted.contains(&voucher.by))
    }

    /// A known statement with the vouchers for it that are not known yet.
    fn with_more_vouchers(&self, table: &PeerTable, known: &Arc<CheckedEntry>, told: &CheckedEntry) -> News {
        let adds = |voucher: &&Voucher| {
            !known.entry.vouchers.iter().any(|v| v.by == voucher.by && v.day >= voucher.day)
        };
        let nothing = News { site: known.clone(), is_new: false };
        if !told.entry.vouchers.iter().any(|voucher| adds(&voucher)) {
            return nothing;
        }
        let mut more = self.valid(told, &table.givers(told, self.today()), 0);
        more.retain(|voucher| adds(&voucher));
        let mut site = known.clone();
        Arc::make_mut(&mut site).add_vouchers(&more);
        if site.entry.vouchers == known.entry.vouchers { nothing } else { News { site, is_new: true } }
    }

    /// Judges entries that came together, in rounds: an entry whose vouchers come from sites further down the list is
    /// judged again once those sites are let in. So is one that is let in already, as it may gain their vouchers.
    #[must_use]
    pub fn beside(&self, table: &Arc<PeerTable>, statements: &[Arc<CheckedEntry>]) -> Admissions {
        let before = table;
        let mut table = table.clone();
        let offered: HashSet<Id> = statements.iter().map(|statement| statement.id).collect();
        let mut admissions = Admissions { news: BTreeMap::new(), faults: vec![None; statements.len()] };
        let mut waiting: Vec<(&Arc<CheckedEntry>, &mut Option<Fault>)> =
            statements.iter().zip(&mut admissions.faults).collect();
        for _ in 0..ROUNDS {
            let mut admitted: Vec<Arc<CheckedEntry>> = Vec::new();
            waiting.retain_mut(|(statement, fault)| match self.admit(&table, statement) {
                Ok(News { site, is_new }) => {
                    **fault = None;
                    admitted.extend(is_new.then_some(site));
                    let may_come = |giver: &Id| offered.contains(giver) && table.get(giver).is_none();
                    statement.entry.vouchers.iter().any(|voucher| may_come(&voucher.by))
                }
                Err(refusal) => {
                    // No other fault goes away when more sites are known.
                    let may_gain = matches!(refusal.code, Code::NotAdmitted | Code::OtherKey);
                    **fault = Some(refusal);
                    may_gain
                }
            });
            let has_grown = !admitted.is_empty();
            let goes_on = has_grown && !waiting.is_empty();
            for site in admitted {
                let former = before.get(&site.id).map(|known| known.key());
                let newest = note_newest(&mut admissions.news, site, former);
                if goes_on {
                    Arc::make_mut(&mut table).put(newest);
                }
            }
            if !has_grown || waiting.is_empty() {
                break;
            }
        }
        admissions
    }

    /// Judges a table that this site's admin chose to take over from one site: every site in it is let in for which its
    /// neighbours in it vouch. What is in `base` stays.
    #[must_use]
    pub fn together(&self, base: &PeerTable, statements: Vec<Arc<CheckedEntry>>) -> PeerTable {
        let mut table = base.clone();
        let mut candidates: BTreeMap<Id, Arc<CheckedEntry>> = BTreeMap::new();
        for statement in statements {
            let known = base.get(&statement.id).is_some_and(|p| p.rank() >= statement.rank());
            let newer = candidates.get(&statement.id).is_some_and(|c| c.rank() >= statement.rank());
            if !known && !newer {
                candidates.insert(statement.id, statement);
            }
        }
        candidates.values().for_each(|site| table.put(site.clone()));
        let mut verified: HashMap<(Id, Id, [u8; 64]), bool> = HashMap::new();
        for round in 1.. {
            let judged: Vec<(Id, Option<Vec<Voucher>>)> = candidates
                .values()
                .map(|site| (site.id, self.vouchers_in(&table, base, site, &mut verified)))
                .collect();
            let left_out: Vec<Id> =
                judged.iter().filter(|(_, vouchers)| vouchers.is_none()).map(|(id, _)| *id).collect();
            for id in &left_out {
                candidates.remove(id);
                match base.get(id) {
                    Some(known) => table.put(known.site().into_arc()),
                    None => table.remove(id),
                }
            }
            if left_out.is_empty() || round == ROUNDS {
                for (id, vouchers) in judged {
                    if let (Some(site), Some(vouchers)) = (candidates.get(&id), vouchers) {
                        table.put(with_vouchers(site, &vouchers));
                    }
                }
                return table;
            }
        }
        table
    }

    /// Lets in the rest of a small table that this site's admin chose to take over. Its first sites joined when there
    /// were fewer sites to vouch for them than now. An honest site has refused newcomers that lacked vouchers then; a
    /// lying site could have made up the vouchers as well.
    pub fn take_over(&self, table: &mut PeerTable, statements: &[Arc<CheckedEntry>]) {
        let mut newest: BTreeMap<Id, &Arc<CheckedEntry>> = BTreeMap::new();
        for site in statements {
            if newest.get(&site.id).is_none_or(|known| known.rank() < site.rank()) {
                newest.insert(site.id, site);
            }
        }
        newest.retain(|id, _| table.get(id).is_none());
        if table.len() + newest.len() > SMALL {
            return;
        }
        newest.values().for_each(|site| table.put(Arc::clone(site)));
        for site in newest.into_values() {
            let valid = self.valid(site, &table.givers(site, self.today()), 0);
            table.put(with_vouchers(site, &valid));
        }
    }

    /// The vouchers for a site that hold in `table`, where they are enough; each signature is verified once. The givers were
    /// its neighbours when they gave them: in a network that grows, others may be nearer by now.
    fn vouchers_in(
        &self,
        table: &PeerTable,
        base: &PeerTable,
        site: &CheckedEntry,
        verified: &mut HashMap<(Id, Id, [u8; 64]), bool>,
    ) -> Option<Vec<Voucher>> {
        let givers = table.givers(site, self.today());
        let one_domain = givers.iter().all(|p| p.site().domain == site.domain);
        let mut domains: HashSet<String> = HashSet::new();
        let mut vouchers: Vec<Voucher> = Vec::new();
        let known = base.get(&site.id);
        let same_key = known.is_some_and(|known| known.key() == site.descriptor.key);
        // What this site takes for granted is not to be had by vouchers that come with a table.
        if known.is_some_and(|known| known.holds_on(self.today()) && !same_key) {
            return None;
        }
        let since = known.filter(|_| !same_key).map_or(0, |known| newest_voucher(&known.site()));
        for voucher in site.entry.vouchers.iter().filter(|voucher| voucher.day >= since) {
            let Some(giver) = table.get(&voucher.by).map(|p| p.site()) else { continue };
            let fits = *verified
                .entry((site.id, voucher.by, voucher.sig.0))
                .or_insert_with(|| self.voucher_holds(voucher, &giver, site));
            let distinct = one_domain || giver.domain != site.domain && domains.insert(giver.domain.clone());
            if fits && distinct && !vouchers.iter().any(|other| other.by == voucher.by) {
                vouchers.push(voucher.clone());
            }
        }
        (same_key || vouchers.len() >= self.needed(&givers)).then_some(vouchers)
    }

    /// The number of vouchers that a site with these neighbours needs.
    #[must_use]
    pub fn needed(&self, neighbours: &[Peer<'_>]) -> usize {
        needed(neighbours.iter().filter(|p| p.id() != self.node).count()).max(1)
    }

    /// The vouchers for a site that count today: given by a site near enough, rightly signed, and not too old.
    #[must_use]
    pub fn valid(&self, site: &CheckedEntry, givers: &[Peer<'_>], since: Day) -> Vec<Voucher> {
        let mut seen = HashSet::new();
        let vouchers = site.entry.vouchers.iter().filter(|v| v.day >= since && seen.insert(v.by));
        let by_neighbour = |v: &&Voucher| {
            let giver = givers.iter().find(|p| p.id() == v.by);
            giver.is_some_and(|giver| self.voucher_holds(v, &giver.site(), site))
        };
        vouchers.filter(by_neighbour).cloned().collect()
    }

    /// Whether `giver` signed this voucher for `subject`, and it counts today.
    #[must_use]
    pub fn voucher_holds(&self, voucher: &Voucher, giver: &CheckedEntry, subject: &CheckedEntry) -> bool {
        holds(voucher, giver, &subject.descriptor, self.network, self.today())
    }
}

/// Notes a site among the news: its newest statement, with the vouchers of all that were let in with that statement. A
/// statement with another key than the `former` one outdoes all with that. Returns the site as it is noted.
fn note_newest(
    news: &mut BTreeMap<Id, Arc<CheckedEntry>>,
    mut site: Arc<CheckedEntry>,
    former: Option<PublicKey>,
) -> Arc<CheckedEntry> {
    if let Some(before) = news.get(&site.id) {
        let rank = |of: &CheckedEntry| (former.is_some_and(|key| key != of.descriptor.key), of.rank());
        if rank(before) > rank(&site) {
            return before.clone();
        }
        if before.rank() == site.rank() {
            Arc::make_mut(&mut site).add_vouchers(&before.entry.vouchers);
        }
    }
    news.insert(site.id, site.clone());
    site
}

/// The day of the newest voucher for a site; 0 where it has none.
fn newest_voucher(site: &CheckedEntry) -> Day {
    site.entry.vouchers.iter().map(|voucher| voucher.day).max().unwrap_or(0)
}

/// The site with these of its vouchers, the newest of them; shared as it is where those are all that it has.
pub(super) fn with_vouchers(site: &Arc<CheckedEntry>, vouchers: &[Voucher]) -> Arc<CheckedEntry> {
    let mut site = site.clone();
    if site.entry.vouchers != vouchers || vouchers.len() > site.kept_vouchers() {
        let site = Arc::make_mut(&mut site);
        site.entry.vouchers.clear();
        site.add_vouchers(vouchers);
    }
    site
}

fn not_admitted(valid: usize, needed: usize) -> Fault {
    let few = if needed < ENOUGH { ", since it has so few neighbours" } else { "" };
    let why = format!("the site has {valid} valid vouchers from its neighbours; it needs {needed}{few}");
    Fault::new(Code::NotAdmitted, why)
}

#[cfg(test)]
mod tests {
    use courseglue_protocol::samples::descriptor;
    use courseglue_protocol::{DAY_MS, ItemType, Secret};

    use super::*;

    const NOW: Millis = 1_000 * DAY_MS;

    fn secret() -> Secret {
        Secret::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
    }

    fn statement(address: &str) -> CheckedEntry {
        let body = descriptor(address, secret().public(), NOW);
        let sig = secret().sign("test", ItemType::Descriptor, &body);
        Entry { body, sig, vouchers: Vec::new() }.read().unwrap()
    }

    fn vouched_for(site: &CheckedEntry, by: &CheckedEntry) -> Arc<CheckedEntry> {
        let mut site = site.clone();
        site.add_vouchers(&[Voucher::sign(
            &secret(),
            "test",
            by.id,
            &site.descriptor,
            Voucher::day_given(NOW),
        )]);
        Arc::new(site)
    }

    #[test]
    fn a_known_site_gains_the_voucher_of_one_that_is_let_in_beside_it() {
        let [own, known, newcomer] = ["own.example", "known.example", "newcomer.example"].map(statement);
        let mut table = PeerTable::default();
        [&own, &known].into_iter().for_each(|site| table.put(site.clone()));
        let distrusted = Arc::default();
        let judge = Judge { network: "test", node: own.id, allow_http: true, distrusted, now: NOW };
        let statements = [vouched_for(&known, &newcomer), vouched_for(&newcomer, &own)];
        let Admissions { news, faults } = judge.beside(&Arc::new(table), &statements);
        assert_eq!(faults, [None, None]);
        let givers = |id: &Id| news[id].entry.vouchers.iter().map(|voucher| voucher.by).collect::<Vec<_>>();
        assert_eq!((givers(&known.id), givers(&newcomer.id)), (vec![newcomer.id], vec![own.id]));
    }

    #[test]
    fn an_entry_that_is_left_out_has_its_fault() {
        let [own, newcomer, stranger] =
            ["own.example", "newcomer.example", "stranger.example"].map(statement);
        let mut table = PeerTable::default();
        table.put(own.clone());
        let distrusted = Arc::default();
        let judge = Judge { network: "test", node: own.id, allow_http: true, distrusted, now: NOW };
        let statements = [Arc::new(stranger), vouched_for(&newcomer, &own)];
        let Admissions { news, faults } = judge.beside(&Arc::new(table), &statements);
        let codes: Vec<Option<Code>> =
            faults.into_iter().map(|fault| fault.map(|fault| fault.code)).collect();
        assert_eq!((news.len(), codes), (1, vec![Some(Code::NotAdmitted), None]));
    }
}
