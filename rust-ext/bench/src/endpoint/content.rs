//! The records that the measured site holds, what is searched in them, and how they change.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use courseglue_protocol::record::{self, Record};
use courseglue_protocol::{Id, ItemType, Sig, Term, terms};
use serde_json::json;

use crate::Failed;
use crate::data::{self, Course};
use crate::endpoint::world::World;
use crate::recall::content;
use crate::search::queries;
use crate::sites;
use crate::world::NETWORK;

const RECORDS: usize = 50_000;
const PUBLISHERS: usize = 500;
/// For how many of its terms a record is held: in a large network a site is home to few of them.
const TERMS: usize = 2;
/// How many of the records change, and how often each.
const CHANGED: (usize, u64) = (1_000, 6);
/// The file of what is searched.
pub const QUERIES: &str = "queries";
/// The file of what changes.
pub const CHANGES: &str = "changes";

/// Where the publisher of the n-th record is among the places.
pub fn publisher(world: &World, n: usize) -> usize {
    n % PUBLISHERS * (world.places.len() / PUBLISHERS)
}

/// A record, signed.
pub struct Signed {
    /// Where its publisher is among the places.
    pub publisher: usize,
    /// What it says.
    pub record: Record,
    /// Exactly as signed.
    pub body: String,
    /// By its publisher.
    pub sig: Sig,
}

impl Signed {
    /// The record of a course by one of the publishers, where the course makes one.
    ///
    /// # Errors
    /// Never for a place of this world.
    pub fn new(world: &World, n: usize, course: &Course, seq: u64) -> Result<Option<Self>, Failed> {
        let publisher = publisher(world, n);
        let place = &world.places[publisher];
        let Ok(body) = record::build(&content(course), place.address.as_str(), seq, &terms::chosen) else {
            return Ok(None);
        };
        let sig = sites::secret(place)?.sign(NETWORK, ItemType::Record, &body);
        Ok(Some(Self { publisher, record: Record::parse(&body)?, body, sig }))
    }

    fn terms(&self) -> Vec<Term> {
        self.record.terms.0.iter().take(TERMS).copied().collect()
    }
}

/// The records held, and the world of their publishers.
pub struct Held<'w> {
    world: &'w World,
    courses: Vec<Course>,
    records: Vec<Signed>,
}

impl<'w> Held<'w> {
    /// Every course, from the first on again until there are enough.
    ///
    /// # Errors
    /// Where the data is missing.
    pub fn new(world: &'w World) -> Result<Self, Failed> {
        let mut held =
            Self { world, courses: Vec::with_capacity(RECORDS), records: Vec::with_capacity(RECORDS) };
        for (n, course) in data::courses()?.iter().cycle().enumerate() {
            let course = Course { id: format!("{}-{n}", course.id), ..course.clone() };
            // What makes no record (a course without a title) would not be published either.
            if let Some(signed) = Signed::new(world, held.records.len(), &course, world.now - 86_400_000)? {
                held.records.push(signed);
                held.courses.push(course);
            }
            if held.records.len() == RECORDS {
                return Ok(held);
            }
        }
        Err("there are no courses".into())
    }

    /// Writes the rows as the database has them, the queries as messages, and changes of some records as the engine would
    /// hand them over: each one JSON object a line.
    ///
    /// # Errors
    /// Where the disk fails.
    pub fn write(&self, folder: &Path) -> Result<(), Failed> {
        let create = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
        let mut out = create("local_courseglue_records")?;
        for signed in &self.records {
            let terms: Vec<String> = signed.terms().iter().map(Term::to_string).collect();
            let row = json!({"recordid": signed.record.record_id(), "nodeid": self.publisher(signed),
                "localid": signed.record.id, "seq": signed.record.seq, "withdrawn": 0,
                "body": STANDARD.encode(&signed.body), "sig": signed.sig, "terms": terms.join(" ")});
            writeln!(out, "{row}")?;
        }
        out.flush()?;
        let mut out = create(QUERIES)?;
        let records: Vec<&Record> = self.records.iter().map(|signed| &signed.record).collect();
        for query in queries(&records)? {
            let query =
                json!({"words": query.words, "lang": query.lang, "filters": {}, "offset": 0, "limit": 20});
            let message = json!({"network": NETWORK, "version": 1, "operation": "search", "query": query});
            writeln!(out, "{message}")?;
        }
        out.flush()?;
        let mut out = create(CHANGES)?;
        for version in 1..=CHANGED.1 {
            for (n, course) in self.courses.iter().enumerate().step_by(RECORDS / CHANGED.0) {
                let course = Course { title: format!("{} {version}", course.title), ..course.clone() };
                let Some(signed) = Signed::new(self.world, n, &course, self.world.now + version)? else {
                    continue;
                };
                let change = json!({"change": "record", "recordid": signed.record.record_id(),
                    "nodeid": self.publisher(&signed), "localid": signed.record.id, "seq": signed.record.seq,
                    "withdrawn": false, "body": signed.body, "sig": signed.sig, "terms": signed.terms()});
                writeln!(out, "{change}")?;
            }
        }
        Ok(out.flush()?)
    }

    fn publisher(&self, signed: &Signed) -> Id {
        self.world.entries[signed.publisher].id
    }
}
