//! What membership costs a site a day, part by part.
//!
//! Every site signs its statement every 25 days, so that N/600 change in an hour. Each site learns each change once: that
//! many entries in an exchange. Gossip by pulling once an hour spreads a change to a share *f* of all sites as the
//! logistic function does, *f*' = *f*(1 − *f*); two random sites differ in 2*f*(1 − *f*) of the changes of that age, whose
//! integral is 2. So the sketches of what was signed lately, compared hourly, have 2N/600 differences. In those of the whole table,
//! compared once a day, a changed statement is two items, the old and the new: 4N/600. 1.4 times as many symbols are
//! needed; where fewer were asked for, as many again are fetched until they are enough.

use courseglue_protocol::message::{MAX_ASKED, RECENT_DAYS};
use courseglue_sketch::{FIRST_SYMBOLS, MAX_SYMBOLS, SYMBOL_BYTES};
use serde_json::json;

use super::statement::Statements;
use crate::Failed;
use crate::sync::compressed;
use crate::wire::{HEADER_BYTES, TLS_BYTES};

/// A descriptor with three vouchers, as the design counts it.
const DESCRIPTOR_BYTES: f64 = 520.0;
/// Days after which a site signs anew, in the mean.
const RENEWAL_DAYS: f64 = 25.0;
const EXCHANGES_A_DAY: f64 = 24.0;
/// Those of them that compare the whole table.
const COMPARISONS_A_DAY: f64 = 1.0;
/// How many days back what is recent reaches, in the mean of a day.
const RECENT: f64 = RECENT_DAYS as f64 - 0.5;
/// Symbols that a difference needs.
const SYMBOLS_A_DIFFERENCE: f64 = 1.4;
/// How many times their own bytes symbols take in a compressed JSON answer: as `sync` measures.
const SYMBOLS_IN_JSON: f64 = 1.025;
/// An item's bytes in a request, in base64.
const ITEM_BYTES: f64 = 16.0 * 4.0 / 3.0;
/// A short message's own bytes.
const ENVELOPE_BYTES: f64 = 120.0;
/// Sites that are told of a new statement.
const TOLD: f64 = 16.0;
/// Vouchers renewed at once, with those asked to spare, and after how many days.
const VOUCHERS: (f64, f64) = (6.0, 30.0);
const SPOT_CHECKS_A_DAY: f64 = 3.0;

/// What one network's membership costs a site.
pub struct Model {
    sites: f64,
    /// One entry of an answer with many, compressed.
    entry_bytes: f64,
    /// One entry alone, compressed and not.
    alone: (f64, f64),
}

impl Model {
    /// A model of `sites` sites whose statements are like these.
    ///
    /// # Errors
    /// Never: entries serialise.
    pub fn new(sites: usize, statements: &Statements) -> Result<Self, Failed> {
        let batch = (sites / 600).clamp(1, MAX_ASKED.min(statements.versions.len()));
        let entries: Vec<_> = statements.versions.iter().take(batch).map(|[_, new]| &new.entry).collect();
        let answer = json!({"sites": entries}).to_string();
        let one = json!({"sites": &entries[..1]}).to_string();
        Ok(Self {
            sites: sites as f64,
            entry_bytes: compressed(answer.as_bytes())? as f64 / batch as f64,
            alone: (compressed(one.as_bytes())? as f64, one.len() as f64),
        })
    }

    /// The least that knowing everybody can cost a day.
    pub fn floor(&self) -> f64 {
        self.sites * DESCRIPTOR_BYTES / RENEWAL_DAYS
    }

    /// Entries that a site learns in an hour.
    fn learnt(&self) -> f64 {
        self.sites / (RENEWAL_DAYS * 24.0)
    }

    /// The requests for symbols in an exchange with this number of differences a changed statement, and the number of their
    /// symbols.
    fn symbols(&self, differences: f64) -> (f64, f64) {
        let first = FIRST_SYMBOLS as f64;
        // What a site asks for first: see how an exchange expects differences.
        let expected = (differences * self.learnt()).max(100.0);
        let mut symbols = ((expected * 1.45 + 20.0) / first).ceil() * first;
        let needed = differences * self.learnt() * SYMBOLS_A_DIFFERENCE;
        let mut runs = 1.0;
        while symbols < needed {
            symbols = (symbols * 2.0).min(MAX_SYMBOLS as f64);
            runs += 1.0;
        }
        (runs, symbols)
    }

    /// The number of the first `symbols` of a sketch that are not empty, for a set of `items` items: an item is in symbol
    /// *i* with a probability of 1 / (1 + *i*/2). Empty ones compress to next to nothing.
    fn filled(symbols: f64, items: f64) -> f64 {
        let mut filled = 0.0;
        let mut at = 0.0;
        while at < symbols {
            filled += 1.0 - (1.0 - 1.0 / (1.0 + at / 2.0_f64)).powf(items);
            at += 1.0;
        }
        filled
    }

    /// The same of all exchanges of a day.
    fn a_day(&self) -> (f64, f64) {
        let ((recent_runs, recent), (runs, whole)) = (self.symbols(2.0), self.symbols(4.0));
        let lately = self.sites * RECENT / RENEWAL_DAYS;
        let (recent, whole) = (Self::filled(recent, lately), Self::filled(whole, self.sites));
        let often = EXCHANGES_A_DAY - COMPARISONS_A_DAY;
        (often * recent_runs + COMPARISONS_A_DAY * runs, often * recent + COMPARISONS_A_DAY * whole)
    }

    fn sketches(&self) -> f64 {
        let (runs, symbols) = self.a_day();
        symbols * SYMBOL_BYTES as f64 * SYMBOLS_IN_JSON + runs * ENVELOPE_BYTES
    }

    fn entries(&self) -> f64 {
        EXCHANGES_A_DAY * self.learnt() * self.entry_bytes
    }

    fn requests_for_entries(&self) -> f64 {
        let requests = (self.learnt() / MAX_ASKED as f64).ceil();
        EXCHANGES_A_DAY * (self.learnt() * ITEM_BYTES + requests * ENVELOPE_BYTES)
    }

    fn headers_and_tls(&self) -> f64 {
        // Where next to nothing changes, not every exchange asks for entries.
        let asks = (self.learnt() / MAX_ASKED as f64).ceil() * (1.0 - (-self.learnt()).exp());
        let requests = self.a_day().0 + EXCHANGES_A_DAY * asks;
        requests * HEADER_BYTES as f64 + EXCHANGES_A_DAY * TLS_BYTES as f64
    }

    fn single(&self, sent: f64, received: f64) -> f64 {
        TLS_BYTES as f64 + HEADER_BYTES as f64 + sent + received
    }

    /// Vouchers: the requests for them, and the neighbours' checks of the address.
    pub fn vouching(&self) -> f64 {
        let (vouchers, days) = VOUCHERS;
        let asked = self.single(self.alone.1, 2.0 * ENVELOPE_BYTES);
        let check = self.single(0.0, self.alone.0);
        vouchers / days * (asked + check)
    }

    fn announcing(&self) -> f64 {
        TOLD / RENEWAL_DAYS * self.single(self.alone.1, ENVELOPE_BYTES)
    }

    fn spot_checks(&self) -> f64 {
        SPOT_CHECKS_A_DAY * self.single(0.0, self.alone.0)
    }

    /// Every part, in bytes a day.
    pub fn parts(&self) -> [(&'static str, f64); 7] {
        [
            ("sketches", self.sketches()),
            ("entries", self.entries()),
            ("requests", self.requests_for_entries()),
            ("headers_and_tls", self.headers_and_tls()),
            ("vouching", self.vouching()),
            ("announcing", self.announcing()),
            ("spot_checks", self.spot_checks()),
        ]
    }

    /// Everything.
    pub fn bytes_a_day(&self) -> f64 {
        self.parts().iter().map(|(_, bytes)| bytes).sum()
    }
}
