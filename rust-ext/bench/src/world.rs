//! The sites of the world: addresses under the domains of real universities and, where those run out, of made-up
//! schools.
//!
//! Moodle's registry counts about 180,000 sites. Most schools run one; universities and hosters run many. So each
//! domain has one site, and the rest are spread over the domains as a Zipf distribution would, no domain having more than
//! 2 % of all.

use std::collections::HashSet;
use std::sync::Arc;

use courseglue_protocol::{
    Address, CheckedEntry, DAY_MS, Entry, Id, ItemType, Millis, PublicKey, Scheme, Secret, Sig, Voucher, day_of,
};
use serde_json::json;

use crate::Failed;
use crate::data;

/// How many sites the world has.
pub const SITES: usize = 180_000;
/// Under how many registrable domains they are.
pub const DOMAINS: usize = 80_000;
/// The network's name.
pub const NETWORK: &str = "bench";
/// The virtual time at which benches begin.
pub const NOW: Millis = 20_000 * DAY_MS + 9 * 3_600_000;

const SCHOOLS: [&str; 24] = [
    "ies",
    "colegio",
    "lycee",
    "liceo",
    "gymnasium",
    "academy",
    "school",
    "college",
    "institut",
    "escola",
    "szkola",
    "skola",
    "gakuen",
    "koukou",
    "shkola",
    "okul",
    "sekolah",
    "iskola",
    "instituto",
    "campus",
    "training",
    "education",
    "uni",
    "learning",
];
const PLACES: [&str; 40] = [
    "norte",
    "sur",
    "alameda",
    "rivera",
    "santa-maria",
    "san-jose",
    "victoria",
    "lincoln",
    "washington",
    "nehru",
    "gandhi",
    "curie",
    "goethe",
    "schiller",
    "verdi",
    "dante",
    "pasteur",
    "hugo",
    "cervantes",
    "lorca",
    "tagore",
    "sakura",
    "midori",
    "aoyama",
    "pushkin",
    "lomonosov",
    "ataturk",
    "kartini",
    "bolivar",
    "marti",
    "juarez",
    "mandela",
    "nkrumah",
    "hill",
    "river",
    "lake",
    "park",
    "valley",
    "bridge",
    "harbour",
];
const SUFFIXES: [&str; 24] = [
    "edu.es", "com", "org", "fr", "de", "it", "ac.uk", "sch.uk", "edu.br", "com.br", "edu.mx", "edu.co",
    "edu.ar", "cl", "ac.in", "edu.in", "ac.jp", "ru", "edu.tr", "sch.id", "pl", "edu.au", "cat", "net",
];
const HOSTS: [&str; 20] = [
    "moodle",
    "campus",
    "lms",
    "elearning",
    "aula",
    "cursos",
    "virtual",
    "eva",
    "learn",
    "ead",
    "courses",
    "online",
    "academy",
    "training",
    "vle",
    "e-learning",
    "aulavirtual",
    "classroom",
    "formation",
    "edu",
];
const COUNTRIES: [&str; 12] = ["ES", "US", "BR", "MX", "DE", "FR", "GB", "IT", "IN", "CO", "JP", "RU"];

/// One site of the world, before it has said anything.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: String,
}

/// `sites` distinct places under `domains` registrable domains. The same counts give the same places.
///
/// # Errors
/// Where the universities cannot be read.
pub fn places(sites: usize, domains: usize) -> Result<Vec<Place>, Failed> {
    let mut random = fastrand::Rng::with_seed(20_000);
    let mut known = HashSet::new();
    let mut owners = Vec::with_capacity(domains);
    for university in data::universities()? {
        let Ok(address) = Address::parse(Scheme::Https, &university.domain) else { continue };
        if owners.len() < domains && known.insert(address.domain()) {
            owners.push((address.domain(), university.name, university.country_code));
        }
    }
    while owners.len() < domains {
        let school = SCHOOLS[random.usize(..SCHOOLS.len())];
        let place = PLACES[random.usize(..PLACES.len())];
        let number = random.u32(1..5_000);
        let domain = format!("{school}-{place}{number}.{}", SUFFIXES[random.usize(..SUFFIXES.len())]);
        let address = Address::parse(Scheme::Https, &domain)?;
        if known.insert(address.domain()) {
            let country = COUNTRIES[random.usize(..COUNTRIES.len())].to_owned();
            owners.push((address.domain(), format!("{school} {place} {number}"), country));
        }
    }
    random.shuffle(&mut owners);
    let mut places = Vec::with_capacity(sites);
    let mut of_domain = vec![0usize; domains];
    while places.len() < sites {
        let at = if places.len() < domains { places.len() } else { zipf(&mut random, domains) };
        if of_domain[at] > sites / 50 {
            continue;
        }
        let (domain, name, country) = &owners[at];
        let host = HOSTS[(at + of_domain[at]) % HOSTS.len()];
        let address = match of_domain[at] {
            0 if at % 5 == 0 => format!("{domain}/moodle"),
            0 => format!("{host}.{domain}"),
            n => format!("{host}{n}.{domain}"),
        };
        of_domain[at] += 1;
        let address = Address::parse(Scheme::Https, &address)?;
        let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
        let name = if name.is_empty() { domain.clone() } else { name };
        places.push(Place { address, name, country: country.clone() });
    }
    Ok(places)
}

/// A number below `count`, small ones far more often: the inverse of a Zipf distribution with exponent 1.
fn zipf(random: &mut fastrand::Rng, count: usize) -> usize {
    // The numbers of domains are far below 2^52.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts of sites and records are far below 2^52"
    )]
    let at = (count as f64).powf(random.f64()) as usize;
    at.saturating_sub(1).min(count - 1)
}

impl Place {
    /// The text of its descriptor, as a Moodle site would write it.
    #[must_use]
    pub fn descriptor(&self, key: PublicKey, seq: Millis) -> String {
        json!({"address": self.address.as_str(), "scheme": "https", "key": key, "seq": seq, "lease": day_of(seq) + 45,
            "name": self.name, "software": "Moodle", "release": "4.5", "plugin": "0.1.0", "protocol": 1,
            "country": self.country, "lang": "en",
            "figures": {"courses": 250, "users": 4_000, "teachers": 120}})
        .to_string()
    }

    /// Its entry without true signatures, for what checks none.
    ///
    /// # Errors
    /// Where the descriptor breaks a bound.
    pub fn unsigned(&self, seq: Millis) -> Result<CheckedEntry, Failed> {
        let body = self.descriptor(PublicKey([7; 32]), seq);
        let (day, sig) = (day_of(seq), Sig([0; 64]));
        // Known for long.
        let vouchers = vec![Voucher { by: Id([0; 20]), day, since: day - 100, sig }];
        Ok(Entry { body, sig, vouchers }.read()?)
    }

    /// Its entry, signed.
    ///
    /// # Errors
    /// Where the descriptor breaks a bound.
    pub fn signed(&self, secret: &Secret, seq: Millis) -> Result<CheckedEntry, Failed> {
        let body = self.descriptor(secret.public(), seq);
        let sig = secret.sign(NETWORK, ItemType::Descriptor, &body);
        Ok(Entry { body, sig, vouchers: Vec::new() }.read()?)
    }
}

/// Entries of all places by node id, without true signatures, their descriptors signed at moments spread over 25 days.
///
/// # Errors
/// Where a descriptor breaks a bound.
pub fn entries(places: &[Place]) -> Result<Vec<Arc<CheckedEntry>>, Failed> {
    let mut random = fastrand::Rng::with_seed(25);
    let mut entries = Vec::with_capacity(places.len());
    for place in places {
        entries.push(Arc::new(place.unsigned(NOW - random.u64(0..25 * DAY_MS))?));
    }
    entries.sort_unstable_by_key(|entry| entry.id);
    Ok(entries)
}
